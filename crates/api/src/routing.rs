//! Which service a request asks: by `X-Amz-Target` in the JSON protocols, by the path in rpcv2Cbor,
//! else the service of the signature's scope. Source: Smithy 2.0, "AWS JSON 1.1 protocol", "AWS
//! query protocol", "AWS restJson1 protocol", "Smithy RPC v2 CBOR protocol".

use std::collections::BTreeMap;
use std::sync::Arc;

use policy::Guarded;
use wire::{Protocol, Refusal};

use crate::received::{FORM, Received};

/// The services, by what names them. One that speaks several protocols is there in each.
pub(crate) struct Routes {
    /// By `X-Amz-Target` up to its last dot. The own API is one target of several services.
    by_target: BTreeMap<&'static str, Vec<Arc<dyn Guarded>>>,
    /// Of rpcv2Cbor, by the service in the path, which is the same name.
    by_path: BTreeMap<&'static str, Vec<Arc<dyn Guarded>>>,
    /// Of the Query protocol, by the scope's service.
    by_scope: BTreeMap<&'static str, Arc<dyn Guarded>>,
    /// Of restJson1, by the scope's service.
    rest: BTreeMap<&'static str, Arc<dyn Guarded>>,
}

/// Services that cannot stand side by side: a bug of who put them together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoutingError {
    /// Two services have the same operation under the same target.
    #[error("operation {0} is in two services")]
    OperationTwice(String),
    /// Two services of the Query protocol or of restJson1 are signed for by the same name.
    #[error("service {0} is there twice")]
    ServiceTwice(String),
    /// A service of a JSON protocol or of rpcv2Cbor has no target.
    #[error("service {0} has no target prefix")]
    NoTarget(String),
}

/// A refusal with the protocol to give it in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unrouted {
    pub(crate) protocol: Protocol,
    pub(crate) refusal: Refusal,
    pub(crate) status: Option<u16>,
}

impl Routes {
    pub(crate) fn new(services: &[Arc<dyn Guarded>]) -> Result<Self, RoutingError> {
        let mut routes = Self {
            by_target: BTreeMap::new(),
            by_path: BTreeMap::new(),
            by_scope: BTreeMap::new(),
            rest: BTreeMap::new(),
        };
        for service in services {
            for protocol in service.model().protocols() {
                match protocol {
                    Protocol::AwsQuery => add_by_scope(&mut routes.by_scope, service)?,
                    Protocol::RestJson1 => add_by_scope(&mut routes.rest, service)?,
                    Protocol::RpcV2Cbor => add_by_target(&mut routes.by_path, service)?,
                    _ => add_by_target(&mut routes.by_target, service)?,
                }
            }
        }
        Ok(routes)
    }

    /// The service that a request asks, which must be the one it was signed for.
    pub(crate) fn find(
        &self,
        request: &Received,
        scope_service: &str,
    ) -> Result<&Arc<dyn Guarded>, Unrouted> {
        let protocol = request.protocol();
        let refuse = |refusal| Unrouted {
            protocol,
            refusal,
            status: None,
        };
        if protocol == Protocol::RpcV2Cbor {
            return self.find_by_path(request, scope_service).map_err(refuse);
        }
        let names_target = request.header("x-amz-target").is_some();
        if let Some(service) = self.rest.get(scope_service).filter(|_| !names_target) {
            return Ok(service);
        }
        if request.path() != "/" {
            let operation = format!("{scope_service}: {} {}", request.method(), request.path());
            return Err(match self.speaks_here(scope_service) {
                true => Unrouted {
                    status: Some(404),
                    ..refuse(Refusal::UnknownOperation {
                        operation,
                        version: None,
                    })
                },
                false => refuse(Refusal::NotImplemented { operation }),
            });
        }
        if let Some(target) = request.header("x-amz-target") {
            return self
                .find_by_target(request, target, scope_service)
                .map_err(refuse);
        }
        self.find_by_scope(request, scope_service, refuse)
    }

    /// The service of the Query protocol.
    fn find_by_scope(
        &self,
        request: &Received,
        scope_service: &str,
        refuse: impl Fn(Refusal) -> Unrouted,
    ) -> Result<&Arc<dyn Guarded>, Unrouted> {
        let Some(service) = self.by_scope.get(scope_service) else {
            return Err(refuse(match self.speaks_here(scope_service) {
                true => Refusal::MissingOperation,
                false => {
                    let action = request.action().unwrap_or_else(|| "?".to_owned());
                    Refusal::NotImplemented {
                        operation: format!("{scope_service}:{action}"),
                    }
                }
            }));
        };
        // Parameters come in the form or in the query string, never in both: two readers could
        // disagree on which of them counts.
        let in_form = request.method() == "POST" && request.media_type() == FORM;
        let in_query = matches!(request.method(), "GET" | "POST") && request.body.is_empty();
        match (in_form, in_query, request.has_own_parameters()) {
            (_, true, _) | (true, false, false) => Ok(service),
            (true, false, true) => Err(refuse(Refusal::MalformedQuery {
                reason: "Parameters come in the form or in the query string, but this POST has \
                         some in both."
                    .to_owned(),
            })),
            (false, false, _) => Err(Unrouted {
                protocol: Protocol::AwsQuery,
                refusal: Refusal::MalformedQuery {
                    reason: format!(
                        "This API takes a GET without a body, or a POST of {FORM}, but this is a \
                         {} of '{}'.",
                        request.method(),
                        request.media_type()
                    ),
                },
                status: None,
            }),
        }
    }

    /// The service of rpcv2Cbor. That the operation is one of its, and all else about the request,
    /// is its model's to say.
    fn find_by_path(
        &self,
        request: &Received,
        scope_service: &str,
    ) -> Result<&Arc<dyn Guarded>, Refusal> {
        let named = request.with_wire(|request| {
            let (service, operation) = request.rpc_service_and_operation()?;
            Some((service.to_owned(), operation.to_owned()))
        });
        let unknown = || format!("{scope_service}: {} {}", request.method(), request.path());
        let sharers = named.as_ref().and_then(|(service, _)| {
            let alone = service.rsplit('.').next().unwrap_or(service);
            let found = self.by_path.get(service.as_str());
            found.or_else(|| self.by_path.get(alone))
        });
        match (sharers, named) {
            (Some(sharers), Some((_, operation))) => pick(sharers, &operation, scope_service),
            _ if self.speaks_here(scope_service) => Err(Refusal::UnknownOperation {
                operation: unknown(),
                version: None,
            }),
            _ => Err(Refusal::NotImplemented {
                operation: unknown(),
            }),
        }
    }

    fn find_by_target(
        &self,
        request: &Received,
        target: &str,
        scope_service: &str,
    ) -> Result<&Arc<dyn Guarded>, Refusal> {
        let (prefix, operation) = target.rsplit_once('.').unwrap_or(("", target));
        let sharers = self
            .by_target
            .get(prefix)
            .map(Vec::as_slice)
            .unwrap_or_default();
        if sharers.is_empty() {
            return Err(if self.speaks_here(scope_service) {
                Refusal::UnknownOperation {
                    operation: target.to_owned(),
                    version: None,
                }
            } else {
                Refusal::NotImplemented {
                    operation: format!("{scope_service}:{operation}"),
                }
            });
        }
        let service = pick(sharers, operation, scope_service)?;
        if request.method() != "POST" {
            return Err(Refusal::UnknownOperation {
                operation: format!("{} {target}", request.method()),
                version: None,
            });
        }
        let media_type = request.media_type();
        if !matches!(
            media_type.as_ref(),
            "application/x-amz-json-1.1" | "application/x-amz-json-1.0" | "application/json"
        ) {
            return Err(Refusal::Malformed {
                reason: format!(
                    "This API takes application/x-amz-json-1.1, but this is '{media_type}'."
                ),
            });
        }
        Ok(service)
    }

    fn speaks_here(&self, scope_service: &str) -> bool {
        let mut named = self
            .by_target
            .values()
            .chain(self.by_path.values())
            .flatten();
        self.by_scope.contains_key(scope_service)
            || self.rest.contains_key(scope_service)
            || named.any(|service| service.model().signing_name() == scope_service)
    }
}

/// Of services with one name the one that has the operation, if it is the one that was signed for.
fn pick<'s>(
    sharers: &'s [Arc<dyn Guarded>],
    operation: &str,
    scope_service: &str,
) -> Result<&'s Arc<dyn Guarded>, Refusal> {
    let has_it = |service: &&Arc<dyn Guarded>| service.model().operation(operation).is_some();
    let service = sharers.iter().find(has_it).or_else(|| sharers.first());
    let Some(service) = service else {
        return Err(Refusal::MissingOperation);
    };
    let named = service.model().signing_name();
    if named != scope_service {
        return Err(Refusal::StaleSignature {
            message: format!("Credential should be scoped to correct service: '{named}'."),
        });
    }
    Ok(service)
}

fn add_by_scope(
    services: &mut BTreeMap<&'static str, Arc<dyn Guarded>>,
    service: &Arc<dyn Guarded>,
) -> Result<(), RoutingError> {
    let name = service.model().signing_name();
    match services.insert(name, Arc::clone(service)) {
        Some(_) => Err(RoutingError::ServiceTwice(name.to_owned())),
        None => Ok(()),
    }
}

fn add_by_target(
    services: &mut BTreeMap<&'static str, Vec<Arc<dyn Guarded>>>,
    service: &Arc<dyn Guarded>,
) -> Result<(), RoutingError> {
    let model = service.model();
    let no_target = || RoutingError::NoTarget(model.signing_name().to_owned());
    let target = model.target_prefix().ok_or_else(no_target)?;
    let sharers = services.entry(target).or_default();
    let is_taken = |operation: &&str| {
        let mut others = sharers.iter();
        others.any(|other| other.model().operation(operation).is_some())
    };
    let mut operations = model.operations().map(wire::Operation::name);
    if let Some(operation) = operations.find(is_taken) {
        let twice = format!("{target}.{operation}");
        return Err(RoutingError::OperationTwice(twice));
    }
    sharers.push(Arc::clone(service));
    Ok(())
}
