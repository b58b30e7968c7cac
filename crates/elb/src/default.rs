//! The load balancer `default` of `btz protect`: what the edge listens on and the one application
//! behind it.
//!
//! It is a load balancer like any other: what its owner changes through the API stays. Only what
//! the command line says is brought in line when the command line says something new.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use route::Target;
use types::{AccountId, Arn, Call, Principal, Region, RequestId, ServiceError};
use wire::{FromValue, IntoValue, Members, ShapeError, Structure, Value, json};

use crate::draft::Draft;
use crate::id::{Place, new_id};
use crate::model::{
    Action, ForwardActionConfig, Listener, LoadBalancer, LoadBalancerState, Matcher,
    TargetDescription, TargetGroup, TargetGroupTuple,
};
use crate::state::{
    Kept, ListenerRow, LoadBalancerRow, RuleRow, TargetEntry, TargetGroupRow, Texts, turn_key,
};
use crate::{Elb, action, exception, target_group};

/// The name of the load balancer and of its target group.
pub(crate) const NAME: &str = "default";

/// What the load balancer `default` is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultLoadBalancer {
    /// Where the edge listens for HTTP.
    pub http: SocketAddr,
    /// Where it listens for HTTPS, if it does.
    pub https: Option<SocketAddr>,
    /// The application.
    pub target: Target,
}

/// Kept in the load balancer's row: what was wanted last.
impl IntoValue for DefaultLoadBalancer {
    fn into_value(self) -> Value {
        Structure::with_capacity(5)
            .with("Http", self.http.to_string())
            .with("Https", self.https.map(|https| https.to_string()))
            .with("Host", self.target.host)
            .with("Port", i64::from(self.target.port))
            .with("Tls", self.target.tls)
            .end()
    }
}

impl FromValue for DefaultLoadBalancer {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        let address = |text: String| {
            text.parse()
                .map_err(|_| ShapeError::new("no address and port"))
        };
        let https: Option<String> = members.take("Https")?;
        let port: i64 = members.take("Port")?;
        Ok(Self {
            http: address(members.take("Http")?)?,
            https: https.map(address).transpose()?,
            target: Target {
                host: members.take("Host")?,
                port: u16::try_from(port).map_err(|_| ShapeError::new("no port"))?,
                tls: members.take("Tls")?,
            },
        })
    }
}

impl Elb {
    /// Makes the load balancer `default` what it should be: with its listeners, target group and
    /// target. What is so already is left as it is, ARNs stay the same over restarts. When this
    /// returns, [`Elb::has_load_balancer`] and the describe operations know it.
    ///
    /// # Errors
    /// When the store or the system's randomness fails.
    pub async fn ensure_default(
        &self,
        account: AccountId,
        region: &Region,
        wanted: DefaultLoadBalancer,
    ) -> Result<Arn, ServiceError> {
        let place = Place {
            account,
            region: region.clone(),
        };
        self.catch_up(&turn_key(&place)).await?;
        let known: Vec<LoadBalancerRow> = self.all_in(&place)?;
        let known = known.iter().find(|row| is_default(row));
        let (operation, arn) = match known {
            Some(row) => (
                "ModifyListener",
                row.arn().parse().map_err(exception::internal)?,
            ),
            None => {
                let id = new_id(self.entropy.as_ref()).map_err(exception::internal)?;
                ("CreateLoadBalancer", place.load_balancer(NAME, &id))
            }
        };
        let call = self.own_call(&place, operation, &arn, &wanted)?;
        self.change(&call, |draft| ensure(draft, &arn, &wanted))
            .await
    }

    /// What the program does on its own is audited like any call, as the account's root.
    fn own_call(
        &self,
        place: &Place,
        operation: &str,
        arn: &Arn,
        wanted: &DefaultLoadBalancer,
    ) -> Result<Call, ServiceError> {
        let mut random = [0; 16];
        self.entropy
            .fill(&mut random)
            .map_err(exception::internal)?;
        let listens = [Some(wanted.http), wanted.https].into_iter().flatten();
        let Target { host, port, .. } = &wanted.target;
        let parameters = Value::Map(vec![
            ("loadBalancerArn".to_owned(), Value::from(arn.as_str())),
            (
                "addresses".to_owned(),
                Value::from(
                    listens
                        .map(|address| address.to_string())
                        .collect::<Vec<_>>(),
                ),
            ),
            ("target".to_owned(), Value::from(format!("{host}:{port}"))),
        ]);
        Ok(Call {
            request_id: RequestId::from_random(random),
            time: self.clock.now(),
            principal: Principal::Root(place.account),
            session: None,
            access_key_id: String::new(),
            region: place.region.clone(),
            event_source: "elasticloadbalancing.amazonaws.com".to_owned(),
            operation: operation.to_owned(),
            parameters: json::to_string(&parameters),
            source_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            user_agent: "btz".to_owned(),
            leave: None,
        })
    }
}

fn is_default(row: &LoadBalancerRow) -> bool {
    row.load_balancer.load_balancer_name.as_deref() == Some(NAME)
}

/// Drafts the change from what is there to what is wanted.
fn ensure(
    draft: &mut Draft<'_>,
    arn: &Arn,
    wanted: &DefaultLoadBalancer,
) -> Result<Arn, ServiceError> {
    let balancers: Vec<LoadBalancerRow> = draft.all()?;
    let old = balancers.into_iter().find(is_default);
    // Another process may have made it meanwhile.
    let arn = match &old {
        Some(row) => row.arn().parse().map_err(exception::internal)?,
        None => arn.clone(),
    };
    let was = old.as_ref().and_then(|row| row.wanted.clone());
    if was.as_ref() != Some(wanted) {
        draft.put(&balancer(draft, &arn, old, wanted))?;
    }
    let group = ensure_group(draft, was.as_ref(), wanted)?;
    let mut listeners: Vec<ListenerRow> = draft.all()?;
    listeners.retain(|row| row.listener.load_balancer_arn.as_deref() == Some(arn.as_str()));
    let protocols = [
        ("HTTP", was.as_ref().map(|was| was.http), Some(wanted.http)),
        (
            "HTTPS",
            was.as_ref().and_then(|was| was.https),
            wanted.https,
        ),
    ];
    for (protocol, was, address) in protocols {
        let own = |row: &&ListenerRow| {
            row.listener.protocol.as_deref() == Some(protocol)
                && (Some(row.address) == was || Some(row.address) == address)
        };
        match (listeners.iter().find(own), address) {
            (Some(row), Some(address)) if row.address == address => {}
            (Some(row), Some(address)) => {
                let mut row = row.clone();
                row.address = address;
                row.listener.port = Some(address.port().into());
                draft.put(&row)?;
            }
            (None, Some(address)) => {
                let id = draft.id()?;
                draft.put(&listener(
                    &draft.place,
                    &arn,
                    &id,
                    (protocol, address),
                    &group,
                )?)?;
            }
            (Some(row), None) => {
                let rules: Vec<RuleRow> = draft.all()?;
                for rule in rules.iter().filter(|rule| rule.listener_arn() == row.arn()) {
                    draft.delete(rule)?;
                }
                draft.delete(row)?;
            }
            (None, None) => {}
        }
    }
    Ok(arn)
}

fn balancer(
    draft: &Draft<'_>,
    arn: &Arn,
    old: Option<LoadBalancerRow>,
    wanted: &DefaultLoadBalancer,
) -> LoadBalancerRow {
    let mut row = old.unwrap_or_else(|| LoadBalancerRow {
        load_balancer: LoadBalancer {
            load_balancer_arn: Some(arn.to_string()),
            created_time: Some(draft.elb.clock.now()),
            load_balancer_name: Some(NAME.to_owned()),
            state: Some(LoadBalancerState {
                code: Some("active".to_owned()),
                ..LoadBalancerState::default()
            }),
            r#type: Some("application".to_owned()),
            ..LoadBalancer::default()
        },
        address: None,
        attributes: Texts::new(),
        tags: Texts::new(),
        wanted: None,
    });
    row.load_balancer.dns_name = Some(reachable_name(wanted.http));
    row.load_balancer.scheme = Some(scheme(wanted).to_owned());
    row.load_balancer.ip_address_type = Some(ip_address_type(wanted.http).to_owned());
    row.address = Some(wanted.http.ip());
    row.wanted = Some(wanted.clone());
    row
}

/// Answers the target group's ARN.
fn ensure_group(
    draft: &mut Draft<'_>,
    was: Option<&DefaultLoadBalancer>,
    wanted: &DefaultLoadBalancer,
) -> Result<String, ServiceError> {
    let groups: Vec<TargetGroupRow> = draft.all()?;
    let old = groups
        .into_iter()
        .find(|row| row.target_group.target_group_name.as_deref() == Some(NAME));
    let Target { host, port, tls } = &wanted.target;
    let protocol = if *tls { "HTTPS" } else { "HTTP" };
    let target = TargetEntry {
        target: TargetDescription {
            id: host.clone(),
            port: Some(i64::from(*port)),
            availability_zone: None,
            quic_server_id: None,
        },
        draining_since: None,
    };
    if let Some(mut row) = old {
        let arn = row.arn().to_owned();
        if was.is_some_and(|was| was.target == wanted.target) {
            return Ok(arn);
        }
        let before = row.clone();
        let ours = |entry: &TargetEntry| {
            was.is_none_or(|was| {
                entry.target.id == was.target.host
                    && entry.target.port == Some(i64::from(was.target.port))
            })
        };
        row.targets
            .retain(|entry| !ours(entry) && entry.target != target.target);
        row.targets.insert(0, target);
        // A health check speaks as requests do, unless its owner has said otherwise.
        if row.target_group.health_check_protocol == row.target_group.protocol {
            row.target_group.health_check_protocol = Some(protocol.to_owned());
        }
        row.target_group.protocol = Some(protocol.to_owned());
        row.target_group.port = Some(i64::from(*port));
        row.target_group.target_type = Some(target_type(host).to_owned());
        if row != before {
            draft.put(&row)?;
        }
        return Ok(arn);
    }
    let arn = draft.place.target_group(NAME, &draft.id()?).to_string();
    let mut group = TargetGroup {
        target_group_arn: Some(arn.clone()),
        target_group_name: Some(NAME.to_owned()),
        protocol: Some(protocol.to_owned()),
        port: Some(i64::from(*port)),
        // As with AWS they are on. Of an application that nobody has described it is only known
        // that it should answer: one that sends `/` to its login page, or has no `/`, is well. Should
        // it be found dead it is tried all the same, as it is alone (fail open).
        health_check_enabled: Some(true),
        health_check_protocol: Some(protocol.to_owned()),
        health_check_interval_seconds: Some(10),
        healthy_threshold_count: Some(2),
        matcher: Some(Matcher {
            http_code: Some("200-499".to_owned()),
            grpc_code: None,
        }),
        target_type: Some(target_type(host).to_owned()),
        ip_address_type: Some(if host.contains(':') { "ipv6" } else { "ipv4" }.to_owned()),
        ..TargetGroup::default()
    };
    target_group::complete(&mut group)?;
    draft.put(&TargetGroupRow {
        target_group: group,
        targets: vec![target],
        attributes: Texts::new(),
        tags: Texts::new(),
    })?;
    Ok(arn)
}

fn listener(
    place: &Place,
    balancer: &Arn,
    id: &str,
    (protocol, address): (&str, SocketAddr),
    group: &str,
) -> Result<ListenerRow, ServiceError> {
    let forward = Action {
        r#type: "forward".to_owned(),
        target_group_arn: Some(group.to_owned()),
        authenticate_oidc_config: None,
        authenticate_cognito_config: None,
        order: None,
        redirect_config: None,
        fixed_response_config: None,
        forward_config: Some(ForwardActionConfig {
            target_groups: Some(vec![TargetGroupTuple {
                target_group_arn: Some(group.to_owned()),
                weight: None,
            }]),
            target_group_stickiness_config: None,
        }),
        jwt_validation_config: None,
    };
    let https = protocol == "HTTPS";
    Ok(ListenerRow {
        listener: Listener {
            listener_arn: Some(place.listener(balancer, id).to_string()),
            load_balancer_arn: Some(balancer.to_string()),
            port: Some(address.port().into()),
            protocol: Some(protocol.to_owned()),
            ssl_policy: https.then(|| "ELBSecurityPolicy-TLS13-1-2-Res-2021-06".to_owned()),
            default_actions: Some(action::completed(&[forward], https)?),
            ..Listener::default()
        },
        address,
        certificates: Vec::new(),
        attributes: Texts::new(),
        tags: Texts::new(),
    })
}

fn target_type(host: &str) -> &'static str {
    if host.parse::<IpAddr>().is_ok() {
        "ip"
    } else {
        "instance"
    }
}

/// A name by which clients on this machine reach the address.
fn reachable_name(address: SocketAddr) -> String {
    match address.ip() {
        ip if ip.is_unspecified() || ip.is_loopback() => "localhost".to_owned(),
        ip => ip.to_string(),
    }
}

fn scheme(wanted: &DefaultLoadBalancer) -> &'static str {
    let loopback =
        wanted.http.ip().is_loopback() && wanted.https.is_none_or(|https| https.ip().is_loopback());
    if loopback {
        "internal"
    } else {
        "internet-facing"
    }
}

fn ip_address_type(address: SocketAddr) -> &'static str {
    if address.is_ipv6() {
        "dualstack"
    } else {
        "ipv4"
    }
}
