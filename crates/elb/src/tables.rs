//! From rows to traffic: the routing table that the edge follows.
//!
//! A task follows the rows and publishes a new table when something in it changed. Rows that cannot
//! be read (damage) keep the old table in force, and are logged.

use std::collections::BTreeMap;
use std::sync::Arc;

use route::{LoadBalancer, Table, Target};
use store::View;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use types::ServiceError;

use crate::state::{self, Kept, ListenerRow, LoadBalancerRow, TargetGroupRow};

/// Makes tables and follows the rows.
#[derive(Debug)]
pub(crate) struct Publisher {
    published: watch::Sender<Arc<Table>>,
    follower: JoinHandle<()>,
}

impl Publisher {
    /// Makes the table of what is there before it answers.
    pub(crate) fn start(view: Arc<View>) -> Self {
        // Before the rows are read: a change in between is then seen as one.
        let mut changes = view.changes();
        changes.mark_unchanged();
        let published = watch::Sender::new(Arc::default());
        publish(&view, &published);
        let publisher = published.clone();
        let follower = tokio::spawn(async move {
            while changes.changed().await.is_ok() {
                changes.mark_unchanged();
                publish(&view, &publisher);
            }
        });
        Self {
            published,
            follower,
        }
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Arc<Table>> {
        self.published.subscribe()
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

fn publish(view: &View, published: &watch::Sender<Arc<Table>>) {
    match compile(view) {
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

/// A load balancer's targets are those of the target groups that its listeners forward to, in the
/// listeners' order, each once.
fn compile(view: &View) -> Result<Table, ServiceError> {
    let mut table = Table::default();
    // The rows of one moment: listeners and their target groups belong together.
    let rows = view.under(&state::prefix());
    let mut groups = BTreeMap::new();
    let (balancer, listener, group) = (
        state::family::<LoadBalancerRow>(),
        state::family::<ListenerRow>(),
        state::family::<TargetGroupRow>(),
    );
    for row in rows.iter().filter(|row| row.key.starts_with(&group)) {
        let row: TargetGroupRow = state::read(row)?;
        groups.insert(row.arn().to_owned(), row);
    }
    for row in rows.iter().filter(|row| row.key.starts_with(&balancer)) {
        let row: LoadBalancerRow = state::read(row)?;
        let arn = row.arn().to_owned();
        table.load_balancers.insert(
            arn.clone(),
            LoadBalancer {
                arn,
                targets: Vec::new(),
            },
        );
    }
    for row in rows.iter().filter(|row| row.key.starts_with(&listener)) {
        let row: ListenerRow = state::read(row)?;
        let arn = row.listener.load_balancer_arn.clone().unwrap_or_default();
        let Some(balancer) = table.load_balancers.get_mut(&arn) else {
            continue;
        };
        let actions = row.listener.default_actions.iter().flatten();
        for group in actions.filter_map(|action| groups.get(action.target_group_arn.as_ref()?)) {
            for target in targets(group) {
                if !balancer.targets.contains(&target) {
                    balancer.targets.push(target);
                }
            }
        }
        table.listeners.insert(row.address, arn);
    }
    Ok(table)
}

fn targets(group: &TargetGroupRow) -> impl Iterator<Item = Target> {
    let tls = group.target_group.protocol.as_deref() == Some("HTTPS");
    group.targets.iter().filter_map(move |target| {
        let port = target.port.or(group.target_group.port)?;
        Some(Target {
            host: target.id.clone(),
            port: u16::try_from(port).ok()?,
            tls,
        })
    })
}
