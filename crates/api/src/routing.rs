//! Which service a request asks: by `X-Amz-Target` in the JSON protocols, else the service of the
//! signature's scope. Source: Smithy 2.0, "AWS JSON 1.1 protocol", "AWS query protocol".

use std::collections::BTreeMap;
use std::sync::Arc;

use wire::{Protocol, Refusal, Service};

use crate::received::{FORM, Received};

/// The services, by what names them.
pub(crate) struct Routes {
    /// By `X-Amz-Target` up to its last dot. The own API is one target of several services.
    by_target: BTreeMap<&'static str, Vec<Arc<dyn Service>>>,
    /// Of the Query protocol, by the scope's service.
    by_scope: BTreeMap<&'static str, Arc<dyn Service>>,
}

/// Services that cannot stand side by side: a bug of who put them together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoutingError {
    /// Two services have the same operation under the same target.
    #[error("operation {0} is in two services")]
    OperationTwice(String),
    /// Two services of the Query protocol are signed for by the same name.
    #[error("service {0} is there twice")]
    ServiceTwice(String),
    /// A service of a JSON protocol has no target.
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
    pub(crate) fn new(services: &[Arc<dyn Service>]) -> Result<Self, RoutingError> {
        let mut routes = Self {
            by_target: BTreeMap::new(),
            by_scope: BTreeMap::new(),
        };
        for service in services {
            let model = service.model();
            let name = model.signing_name();
            if model.protocol() == Protocol::AwsQuery {
                if routes.by_scope.insert(name, Arc::clone(service)).is_some() {
                    return Err(RoutingError::ServiceTwice(name.to_owned()));
                }
                continue;
            }
            let target = model
                .target_prefix()
                .ok_or_else(|| RoutingError::NoTarget(name.to_owned()))?;
            let sharers = routes.by_target.entry(target).or_default();
            for operation in model.operations().map(wire::Operation::name) {
                if sharers
                    .iter()
                    .any(|other| other.model().operation(operation).is_some())
                {
                    return Err(RoutingError::OperationTwice(format!(
                        "{target}.{operation}"
                    )));
                }
            }
            sharers.push(Arc::clone(service));
        }
        Ok(routes)
    }

    /// The service that a request asks, which must be the one it was signed for.
    pub(crate) fn find(
        &self,
        request: &Received,
        scope_service: &str,
    ) -> Result<&Arc<dyn Service>, Unrouted> {
        let protocol = request.protocol();
        let refuse = |refusal| Unrouted {
            protocol,
            refusal,
            status: None,
        };
        if request.path != "/" {
            let operation = format!("{scope_service}: {} {}", request.method, request.path);
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
        let in_form = request.method == "POST" && request.media_type() == FORM;
        let in_query = matches!(request.method.as_str(), "GET" | "POST") && request.body.is_empty();
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
                        request.method,
                        request.media_type()
                    ),
                },
                status: None,
            }),
        }
    }

    fn find_by_target(
        &self,
        request: &Received,
        target: &str,
        scope_service: &str,
    ) -> Result<&Arc<dyn Service>, Refusal> {
        let (prefix, operation) = target.rsplit_once('.').unwrap_or(("", target));
        let sharers = self
            .by_target
            .get(prefix)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let Some(first) = sharers.first() else {
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
        };
        let service = sharers
            .iter()
            .find(|service| service.model().operation(operation).is_some())
            .unwrap_or(first);
        let named = service.model().signing_name();
        if named != scope_service {
            return Err(Refusal::StaleSignature {
                message: format!("Credential should be scoped to correct service: '{named}'."),
            });
        }
        if request.method != "POST" {
            return Err(Refusal::UnknownOperation {
                operation: format!("{} {target}", request.method),
                version: None,
            });
        }
        let media_type = request.media_type();
        if !matches!(
            media_type.as_str(),
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
        let mut targets = self.by_target.values().flatten();
        self.by_scope.contains_key(scope_service)
            || targets.any(|service| service.model().signing_name() == scope_service)
    }
}
