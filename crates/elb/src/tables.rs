//! From rows to traffic: the routing table that the edge follows.
//!
//! A task follows the rows and publishes a new table when something in it changed. Rows that cannot
//! be read (damage) keep the old table in force, and are logged.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use route::{
    Certificate, Listener, LoadBalancerAttributes, MutualAuthentication, Protocol, Rule, Table,
    TargetGroup, Tls, TrustStore, Wildcard,
};
use store::{Key, Revision, Row, View};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use types::{ServiceError, Time};

use crate::directory::Directories;
use crate::ssl_policy::{self, Policy};
use crate::state::{
    self, Kept, ListenerRow, LoadBalancerRow, RevocationRow, RuleRow, TargetGroupRow, TrustStoreRow,
};
use crate::trust_store::{InvalidMaterial, read_bundle, read_revocation_list};
use crate::{action, attribute, condition, exception};

/// Makes tables and follows the rows.
#[derive(Debug)]
pub(crate) struct Publisher {
    source: Arc<Source>,
    published: watch::Sender<Arc<Table>>,
    follower: JoinHandle<()>,
}

/// What tables are made of.
#[derive(Debug)]
struct Source {
    view: Arc<View>,
    directories: Arc<Directories>,
    /// Trust stores as they were compiled last: their lists are long, and seldom change.
    trust_stores: Mutex<BTreeMap<Key, (Revision, Arc<TrustStore>)>>,
}

/// By ARN.
type TrustStores = BTreeMap<String, Arc<TrustStore>>;

impl Publisher {
    /// Makes the table of what is there before it answers.
    pub(crate) fn start(view: Arc<View>, directories: Arc<Directories>) -> Self {
        // Before the rows are read: a change in between is then seen as one.
        let mut changes = view.changes();
        changes.mark_unchanged();
        let published = watch::Sender::new(Arc::default());
        let source = Arc::new(Source {
            view,
            directories,
            trust_stores: Mutex::default(),
        });
        source.publish(&published);
        let (follows, publisher) = (Arc::clone(&source), published.clone());
        let follower = tokio::spawn(async move {
            while changes.changed().await.is_ok() {
                changes.mark_unchanged();
                follows.publish(&publisher);
            }
        });
        Self {
            source,
            published,
            follower,
        }
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Arc<Table>> {
        self.published.subscribe()
    }

    /// Makes the table again: what is not in rows has changed.
    pub(crate) fn again(&self) {
        self.source.publish(&self.published);
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

impl Source {
    fn publish(&self, published: &watch::Sender<Arc<Table>>) {
        match self.compile() {
            Ok(table) => {
                published.send_if_modified(|published| {
                    let changed = **published != table;
                    if changed {
                        *published = Arc::new(table);
                    }
                    changed
                });
            }
            Err(error) => {
                let reason = error.internal.as_deref().unwrap_or(&error.message);
                tracing::error!(
                    reason,
                    "load balancers cannot be put in force; the old ones stay"
                );
            }
        }
    }

    fn compile(&self) -> Result<Table, ServiceError> {
        // The rows of one moment: listeners, their rules and target groups belong together.
        let rows = self.view.under(&state::prefix());
        let groups = target_groups(&rows)?;
        let stores = self.trust_stores(&rows)?;
        let mut balancers = BTreeMap::new();
        for row in read::<LoadBalancerRow>(&rows)? {
            let attributes = Arc::new(attribute::of_load_balancer(&row.attributes));
            balancers.insert(row.arn().to_owned(), (row, attributes));
        }
        let mut rules: BTreeMap<String, Vec<RuleRow>> = BTreeMap::new();
        for row in read::<RuleRow>(&rows)? {
            rules.entry(row.listener_arn()).or_default().push(row);
        }
        let mut table = Table::default();
        let mut shared: BTreeMap<SocketAddr, Vec<(Turn, Arc<Listener>)>> = BTreeMap::new();
        for row in read::<ListenerRow>(&rows)? {
            let arn = row.listener.load_balancer_arn.clone().unwrap_or_default();
            let Some((balancer, attributes)) = balancers.get(&arn) else {
                continue;
            };
            let rules = rules.remove(row.arn()).unwrap_or_default();
            if let Some(listener) =
                self.listener(&row, balancer, attributes, &rules, (&groups, &stores))?
            {
                let turn = turn_of(balancer);
                let listeners = shared.entry(row.address).or_default();
                listeners.push((turn, Arc::new(listener)));
            }
        }
        for (address, mut listeners) in shared {
            listeners.sort_by(|(one, _), (other, _)| one.cmp(other));
            let listeners: Vec<_> = listeners
                .into_iter()
                .map(|(_, listener)| listener)
                .collect();
            for listener in &listeners {
                enter(&mut table, listener);
            }
            table.addresses.insert(address, listeners);
        }
        Ok(table)
    }

    fn listener(
        &self,
        row: &ListenerRow,
        balancer: &LoadBalancerRow,
        attributes: &Arc<LoadBalancerAttributes>,
        rules: &[RuleRow],
        (groups, stores): (&BTreeMap<String, Arc<TargetGroup>>, &TrustStores),
    ) -> Result<Option<Listener>, ServiceError> {
        let Some(default) = action::compile(row.listener.default_actions.as_deref(), groups) else {
            return Ok(None);
        };
        let default = Rule {
            arn: row.default_rule_arn(),
            priority: None,
            conditions: Vec::new(),
            action: default,
            transforms: route::Transforms::default(),
        };
        let arn = row
            .listener
            .load_balancer_arn
            .as_deref()
            .unwrap_or_default();
        let mut listener = Listener::new(row.arn(), arn, row.address.port(), default);
        listener.attributes = attribute::of_listener(&row.attributes);
        listener.load_balancer_attributes = Arc::clone(attributes);
        if row.is_https() {
            listener.protocol = Protocol::Https;
            listener.tls = Some(self.tls(row, stores));
        }
        let mut compiled = Vec::with_capacity(rules.len());
        for rule in rules {
            compiled.extend(compile_rule(rule, groups)?);
        }
        let claimed = rules
            .iter()
            .flat_map(|rule| rule.rule.conditions.iter().flatten())
            .filter_map(|condition| condition.host_header_config.as_ref())
            .flat_map(|config| config.values.iter().flatten());
        let name = balancer.load_balancer.dns_name.iter();
        let certified = listener.tls.iter().flat_map(|tls| &tls.certificates);
        let certified = certified.flat_map(|certificate| &certificate.domains);
        let hosts = name.chain(claimed).chain(certified);
        listener.hosts = hosts
            .filter_map(|host| Wildcard::ignore_case(host).ok())
            .collect();
        Ok(Some(listener.with_rules(compiled)))
    }

    /// The trust stores by ARN. One that has not changed is the same value as before.
    fn trust_stores(&self, rows: &[Row]) -> Result<TrustStores, ServiceError> {
        let family = state::family::<TrustStoreRow>();
        let lists = state::family::<RevocationRow>();
        let is_list = |row: &&Row| row.key.starts_with(&lists);
        let mut known = self
            .trust_stores
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut compiled = BTreeMap::new();
        for row in rows.iter().filter(|row| row.key.starts_with(&family)) {
            let before = known.get(&row.key);
            let store = match before.filter(|(revision, _)| *revision == row.revision) {
                Some((_, same)) => Arc::clone(same),
                None => Arc::new(trust_store(row, rows.iter().filter(is_list))?),
            };
            compiled.insert(row.key.clone(), (row.revision, store));
        }
        known.clone_from(&compiled);
        let stores = compiled.into_values().map(|(_, store)| store);
        Ok(stores.map(|store| (store.arn.clone(), store)).collect())
    }

    fn tls(&self, row: &ListenerRow, stores: &TrustStores) -> Tls {
        let name = row
            .listener
            .ssl_policy
            .as_deref()
            .unwrap_or(ssl_policy::DEFAULT);
        let policy = Policy::named(name);
        let default = row.listener.certificates.iter().flatten();
        let arns = default.filter_map(|certificate| certificate.certificate_arn.as_ref());
        let certificates = arns.chain(&row.certificates).map(|arn| {
            let facts = self.directories.certificate(arn);
            let domains = facts.map(|facts| facts.domains).unwrap_or_default();
            Certificate {
                arn: arn.clone(),
                domains: domains
                    .iter()
                    .map(|domain| domain.to_ascii_lowercase())
                    .collect(),
            }
        });
        Tls {
            policy: name.to_owned(),
            versions: policy
                .map(|policy| policy.versions.to_vec())
                .unwrap_or_default(),
            cipher_suites: policy
                .iter()
                .flat_map(|policy| policy.suites().map(|(suite, _)| *suite))
                .collect(),
            post_quantum: policy.is_some_and(Policy::is_post_quantum),
            certificates: certificates.collect(),
            mutual_authentication: mutual_authentication(row, stores),
        }
    }
}

/// The trust store of a row, with those of the revocation lists that are its own.
fn trust_store<'a>(
    row: &Row,
    lists: impl Iterator<Item = &'a Row>,
) -> Result<TrustStore, ServiceError> {
    let store: TrustStoreRow = state::read(row)?;
    let damaged = |InvalidMaterial(reason)| exception::internal(format!("{}: {reason}", row.key));
    let mut revocation_lists = Vec::new();
    for list in lists {
        let list: RevocationRow = state::read(list)?;
        if list.revocation.trust_store_arn.as_deref() == Some(store.arn()) {
            let (der, _) = read_revocation_list(list.content.as_bytes()).map_err(damaged)?;
            revocation_lists.push(der);
        }
    }
    Ok(TrustStore {
        arn: store.arn().to_owned(),
        revision: row.revision.0,
        ca_certificates: read_bundle(store.bundle.as_bytes()).map_err(damaged)?,
        revocation_lists,
    })
}

fn mutual_authentication(row: &ListenerRow, stores: &TrustStores) -> MutualAuthentication {
    let Some(mutual) = &row.listener.mutual_authentication else {
        return MutualAuthentication::Off;
    };
    match mutual.mode.as_deref() {
        Some("passthrough") => MutualAuthentication::Passthrough,
        Some("verify") => {
            let arn = mutual.trust_store_arn.as_deref().unwrap_or_default();
            let store = stores.get(arn).cloned();
            MutualAuthentication::Verify {
                // An empty one lets nobody in.
                trust_store: store.unwrap_or_default(),
                ignore_expiry: mutual.ignore_client_certificate_expiry == Some(true),
                advertise_ca_names: mutual.advertise_trust_store_ca_names.as_deref() == Some("on"),
            }
        }
        _ => MutualAuthentication::Off,
    }
}

/// The order of load balancers that share an address: `default` first, then by age.
type Turn = (bool, Option<Time>, String);

fn turn_of(row: &LoadBalancerRow) -> Turn {
    let balancer = &row.load_balancer;
    let other = balancer.load_balancer_name.as_deref() != Some(crate::default::NAME);
    (other, balancer.created_time, row.arn().to_owned())
}

fn read<T: Kept>(rows: &[Row]) -> Result<Vec<T>, ServiceError> {
    let family = state::family::<T>();
    let rows = rows.iter().filter(|row| row.key.starts_with(&family));
    rows.map(state::read).collect()
}

fn target_groups(rows: &[Row]) -> Result<BTreeMap<String, Arc<TargetGroup>>, ServiceError> {
    let mut groups = BTreeMap::new();
    for row in read::<TargetGroupRow>(rows)? {
        groups.insert(row.arn().to_owned(), Arc::new(row.compile()?));
    }
    Ok(groups)
}

fn compile_rule(
    row: &RuleRow,
    groups: &BTreeMap<String, Arc<TargetGroup>>,
) -> Result<Option<Rule>, ServiceError> {
    let Some(action) = action::compile(row.rule.actions.as_deref(), groups) else {
        return Ok(None);
    };
    Ok(Some(Rule {
        arn: row.arn().to_owned(),
        priority: row
            .priority()
            .and_then(|priority| u32::try_from(priority).ok()),
        conditions: condition::compile(row.rule.conditions.as_deref().unwrap_or_default())?,
        action,
        transforms: condition::transforms(row.rule.transforms.as_deref().unwrap_or_default())?,
    }))
}

/// The target groups that a listener's rules forward to are those whose health matters.
fn enter(table: &mut Table, listener: &Listener) {
    for rule in listener.rules() {
        let route::Action::Forward(forward) = &rule.action else {
            continue;
        };
        for weighted in &forward.target_groups {
            let group = &weighted.target_group;
            table
                .target_groups
                .insert(group.arn.clone(), Arc::clone(group));
        }
    }
}
