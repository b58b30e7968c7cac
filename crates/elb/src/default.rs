//! The load balancer `default` of `btz protect`: what the edge listens on and the one application
//! behind it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use route::Target;
use store::{Batch, CommitError, Key, Revision};
use types::{AccountId, Arn, Call, Principal, Region, RequestId, ServiceError};
use wire::{Value, json};

use crate::id::{Place, new_id};
use crate::model::{
    Action, Listener, LoadBalancer, LoadBalancerState, TargetDescription, TargetGroup,
};
use crate::state::{self, Kept, ListenerRow, LoadBalancerRow, TargetGroupRow};
use crate::{Elb, exception};

/// The name of the load balancer and of its target group.
const NAME: &str = "default";

/// How often a change is tried again when another process changed the same rows.
const ATTEMPTS_MAX: usize = 8;

/// How long the view may take to show what was committed.
const VIEW_TIMEOUT: Duration = Duration::from_secs(5);

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

/// A row that was read or is to be written, and when it was last written.
struct Slot<T> {
    key: Key,
    old: Option<(T, Revision)>,
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
        for _ in 0..ATTEMPTS_MAX {
            let (arn, batch, operation) = self.draft(&place, &wanted).await?;
            if batch.put.is_empty() && batch.delete.is_empty() {
                return Ok(arn);
            }
            let call = self.own_call(&place, operation, &arn, &wanted)?;
            match telemetry::audit::commit(self.store.as_ref(), &call, batch).await {
                Ok(revision) => {
                    let seen = tokio::time::timeout(VIEW_TIMEOUT, self.view.reached(revision));
                    if seen.await.is_err() {
                        tracing::warn!(%revision, "the view does not show a commit yet");
                    }
                    return Ok(arn);
                }
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::Store(error)) => return Err(exception::store(&error)),
            }
        }
        Err(exception::internal(
            "another process keeps changing the load balancer `default`",
        ))
    }

    /// The change from what the store has to what is wanted; empty when nothing is to do.
    async fn draft(
        &self,
        place: &Place,
        wanted: &DefaultLoadBalancer,
    ) -> Result<(Arn, Batch, &'static str), ServiceError> {
        let mut batch = Batch::new();
        let balancer = self.slot::<LoadBalancerRow>(place).await?;
        let arn = match &balancer.old {
            Some((row, _)) => row.arn().parse().map_err(exception::internal)?,
            None => place.load_balancer(NAME, &self.id()?),
        };
        let operation = if balancer.old.is_some() {
            "ModifyListener"
        } else {
            "CreateLoadBalancer"
        };
        let created = balancer
            .old
            .as_ref()
            .and_then(|(row, _)| row.load_balancer.created_time);
        let row = LoadBalancerRow {
            load_balancer: LoadBalancer {
                load_balancer_arn: Some(arn.to_string()),
                dns_name: Some(reachable_name(wanted.http)),
                created_time: Some(created.unwrap_or_else(|| self.clock.now())),
                load_balancer_name: Some(NAME.to_owned()),
                scheme: Some(scheme(wanted).to_owned()),
                state: Some(LoadBalancerState {
                    code: Some("active".to_owned()),
                    ..LoadBalancerState::default()
                }),
                r#type: Some("application".to_owned()),
                ip_address_type: Some(ip_address_type(wanted.http).to_owned()),
                ..LoadBalancer::default()
            },
        };
        change(&mut batch, balancer, row);

        let group = self.slot::<TargetGroupRow>(place).await?;
        let group_arn = match &group.old {
            Some((row, _)) => row.arn().to_owned(),
            None => place.target_group(NAME, &self.id()?).to_string(),
        };
        let port = i64::from(wanted.target.port);
        let protocol = if wanted.target.tls { "HTTPS" } else { "HTTP" };
        let row = TargetGroupRow {
            target_group: TargetGroup {
                target_group_arn: Some(group_arn.clone()),
                target_group_name: Some(NAME.to_owned()),
                protocol: Some(protocol.to_owned()),
                port: Some(port),
                health_check_enabled: Some(false),
                load_balancer_arns: Some(vec![arn.to_string()]),
                target_type: Some("ip".to_owned()),
                protocol_version: Some("HTTP1".to_owned()),
                ip_address_type: Some(
                    if wanted.target.host.contains(':') {
                        "ipv6"
                    } else {
                        "ipv4"
                    }
                    .to_owned(),
                ),
                ..TargetGroup::default()
            },
            targets: vec![TargetDescription {
                id: wanted.target.host.clone(),
                port: Some(port),
                availability_zone: None,
                quic_server_id: None,
            }],
        };
        change(&mut batch, group, row);
        self.draft_listeners(place, wanted, &arn, &group_arn, &mut batch)
            .await?;
        Ok((arn, batch, operation))
    }

    /// One listener a protocol; one that is no longer wanted goes.
    async fn draft_listeners(
        &self,
        place: &Place,
        wanted: &DefaultLoadBalancer,
        balancer: &Arn,
        group: &str,
        batch: &mut Batch,
    ) -> Result<(), ServiceError> {
        let prefix = state::in_place::<ListenerRow>(place).child(NAME);
        let snapshot = self.store.snapshot(&prefix).await;
        let snapshot = snapshot.map_err(|error| exception::store(&error))?;
        let mut old = Vec::new();
        for row in snapshot.rows {
            old.push((state::read::<ListenerRow>(&row)?, row));
        }
        let addresses = [("HTTP", Some(wanted.http)), ("HTTPS", wanted.https)].into_iter();
        for (protocol, address) in
            addresses.filter_map(|(protocol, address)| Some((protocol, address?)))
        {
            let at = old
                .iter()
                .position(|(row, _)| row.listener.protocol.as_deref() == Some(protocol));
            let (key, arn, known) = match at.map(|at| old.swap_remove(at)) {
                Some((row, stored)) => {
                    let arn = row.arn().to_owned();
                    (stored.key, arn, Some((row, stored.revision)))
                }
                None => {
                    let id = self.id()?;
                    (
                        prefix.child(&id),
                        place.listener(balancer, &id).to_string(),
                        None,
                    )
                }
            };
            let forward = Action {
                r#type: "forward".to_owned(),
                target_group_arn: Some(group.to_owned()),
                authenticate_oidc_config: None,
                authenticate_cognito_config: None,
                order: None,
                redirect_config: None,
                fixed_response_config: None,
                forward_config: None,
                jwt_validation_config: None,
            };
            let row = ListenerRow {
                listener: Listener {
                    listener_arn: Some(arn),
                    load_balancer_arn: Some(balancer.to_string()),
                    port: Some(address.port().into()),
                    protocol: Some(protocol.to_owned()),
                    default_actions: Some(vec![forward]),
                    ..Listener::default()
                },
                address,
            };
            change(batch, Slot { key, old: known }, row);
        }
        for (_, row) in old {
            batch
                .expect_at(row.key.clone(), row.revision)
                .delete(row.key);
        }
        Ok(())
    }

    /// The row of the name `default` of a family, as the store has it now.
    async fn slot<T: Kept>(&self, place: &Place) -> Result<Slot<T>, ServiceError> {
        let key = state::in_place::<T>(place).child(NAME);
        let row = self
            .store
            .get(&key)
            .await
            .map_err(|error| exception::store(&error))?;
        let old = match row {
            Some(row) => Some((state::read(&row)?, row.revision)),
            None => None,
        };
        Ok(Slot { key, old })
    }

    fn id(&self) -> Result<String, ServiceError> {
        new_id(self.entropy.as_ref()).map_err(exception::internal)
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
            access_key_id: String::new(),
            region: place.region.clone(),
            event_source: "elasticloadbalancing.amazonaws.com".to_owned(),
            operation: operation.to_owned(),
            parameters: json::to_string(&parameters),
            source_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            user_agent: "btz".to_owned(),
        })
    }
}

/// Writes a row if it is another than the old one.
fn change<T: Kept + PartialEq>(batch: &mut Batch, slot: Slot<T>, new: T) {
    match slot.old {
        Some((old, _)) if old == new => return,
        Some((_, revision)) => batch.expect_at(slot.key.clone(), revision),
        None => batch.expect_absent(slot.key.clone()),
    };
    batch.put(slot.key, state::write(&new));
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
