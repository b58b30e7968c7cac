//! From rows to traffic: joins what the services have compiled into one snapshot and swaps it into
//! the edge, whenever one of them has something new.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use edge::{Policy, Snapshot};
use elb::Elb;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use types::{Arn, Clock};
use waf::Source;
use wafv2::Wafv2;

use super::certificates::Certificates;
use super::networks::{self, Known};

/// How long `default` may take to come into force after it was committed.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(10);

/// Swaps in what is there now, then follows both services, the certificates and what is known of
/// addresses for as long as they live. A web ACL that asks for what is not known is complained of,
/// once; the one that `btz` made itself, quietly.
pub(super) fn follow(
    elb: &Arc<Elb>,
    wafv2: &Arc<Wafv2>,
    certificates: &Certificates,
    mut known: watch::Receiver<Arc<Known>>,
    clock: Arc<dyn Clock>,
    policy: Policy,
) -> JoinHandle<()> {
    let (mut tables, mut policies) = (elb.tables(), wafv2.policies());
    let mut offered = certificates.offered();
    let (elb, wafv2) = (Arc::clone(elb), Arc::clone(wafv2));
    tokio::spawn(async move {
        let mut generation = 0;
        let mut complained = BTreeSet::new();
        loop {
            // Marked seen before they are read: what changes in between is seen as a change.
            let mut snapshot = Snapshot {
                table: tables.borrow_and_update().as_ref().clone(),
                web_acls: policies.borrow_and_update().as_ref().clone(),
                networks: Arc::clone(&known.borrow_and_update().networks),
                ..Snapshot::default()
            };
            let certificates = offered.borrow_and_update().clone();
            certificates.fill(&mut snapshot);
            complained = complain(&snapshot, complained, &wafv2, clock.as_ref());
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
                changed = known.changed() => changed,
            };
            if changed.is_err() {
                return;
            }
        }
    })
}

/// Says which web ACLs have rules that cannot match for want of data; answers all that is wanting.
fn complain(
    snapshot: &Snapshot,
    before: BTreeSet<(Source, String)>,
    wafv2: &Wafv2,
    clock: &dyn Clock,
) -> BTreeSet<(Source, String)> {
    let now = clock.now();
    let web_acls = snapshot.web_acls.values();
    let wanting = networks::unanswered(web_acls, &snapshot.networks, now);
    let (mut all, mut optional) = (BTreeSet::new(), Vec::new());
    for (source, arn) in wanting {
        let one = (source, arn.to_owned());
        if !before.contains(&one) {
            let state = snapshot.networks.state_of(source, now);
            if wafv2.is_untouched_default(arn) {
                optional.push(networks::name(source));
            } else {
                tracing::warn!("{arn} asks for what is not there: {state}");
            }
        }
        all.insert(one);
    }
    if !optional.is_empty() {
        tracing::info!("{}", not_given(&optional));
    }
    all
}

/// What is said of data that only the web ACL of the first start asks for.
pub(crate) fn not_given(names: &[&str]) -> String {
    format!(
        "not given: {}; their rules match nothing (btz doctor says where they go)",
        names.join(", ")
    )
}

/// What the web ACLs in force ask for and nobody has given, by name, if only web ACLs of the first
/// start do.
pub(super) fn optional(policy: &Policy, wafv2: &Wafv2, clock: &dyn Clock) -> Vec<&'static str> {
    let snapshot = policy.load();
    let web_acls = snapshot.web_acls.values();
    let wanting = networks::unanswered(web_acls, &snapshot.networks, clock.now());
    let mut names: Vec<&str> = wanting
        .iter()
        .filter(|(_, arn)| wafv2.is_untouched_default(arn))
        .map(|(source, _)| networks::name(*source))
        .collect();
    names.dedup();
    names
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
