//! From rows to traffic: joins what the services have compiled into one snapshot and swaps it into
//! the edge, whenever one of them has something new.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use edge::{Policy, Snapshot};
use elb::Elb;
use tokio::task::JoinHandle;
use types::Arn;
use wafv2::Wafv2;

use super::certificates::Certificates;

/// How long `default` may take to come into force after it was committed.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(10);

/// Swaps in what is there now, then follows both services and the certificates for as long as they
/// live.
pub(super) fn follow(
    elb: &Arc<Elb>,
    wafv2: &Arc<Wafv2>,
    certificates: &Certificates,
    policy: Policy,
) -> JoinHandle<()> {
    let (mut tables, mut policies) = (elb.tables(), wafv2.policies());
    let mut offered = certificates.offered();
    let elb = Arc::clone(elb);
    tokio::spawn(async move {
        let mut generation = 0;
        loop {
            // Marked seen before they are read: what changes in between is seen as a change.
            let mut snapshot = Snapshot {
                table: tables.borrow_and_update().as_ref().clone(),
                web_acls: policies.borrow_and_update().as_ref().clone(),
                ..Snapshot::default()
            };
            let certificates = offered.borrow_and_update().clone();
            certificates.fill(&mut snapshot);
            policy.store(Arc::new(snapshot));
            if certificates.generation != generation {
                generation = certificates.generation;
                // Which names a listener has certificates for is in its table.
                elb.certificates_changed();
            }
            let changed = tokio::select! {
                changed = tables.changed() => changed,
                changed = policies.changed() => changed,
                changed = offered.changed() => changed,
            };
            if changed.is_err() {
                return;
            }
        }
    })
}

/// Waits until the edge enforces the load balancer and, if it has one, its web ACL.
pub(super) async fn settle(
    policy: &Policy,
    load_balancer: &Arn,
    web_acl: Option<&str>,
) -> Result<()> {
    let in_force = || {
        let snapshot = policy.load();
        let listens = snapshot
            .table
            .addresses
            .values()
            .flatten()
            .any(|listener| listener.load_balancer_arn == load_balancer.as_str());
        let enforced = snapshot
            .web_acls
            .get(load_balancer.as_str())
            .map(|acl| acl.arn().to_owned());
        listens && enforced.as_deref() == web_acl
    };
    let wait = async {
        while !in_force() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    if tokio::time::timeout(SETTLE_TIMEOUT, wait).await.is_err() {
        bail!(
            "{load_balancer} did not come into force within {} s",
            SETTLE_TIMEOUT.as_secs()
        );
    }
    Ok(())
}
