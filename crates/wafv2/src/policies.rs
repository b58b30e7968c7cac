//! From rows to traffic: which compiled web ACL judges the requests of which load balancer.
//!
//! A task follows the rows and publishes a new map when something in it changed. What cannot be
//! compiled (validation has compiled it before, so this is damage or an older release's row) keeps
//! the old web ACL in force; where there is no old one, all requests are refused: closed, logged,
//! counted.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use store::View;
use telemetry::Telemetry;
use telemetry::metrics::Counter;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use types::ServiceError;
use waf::{EmptyLibrary, WebAcl, WebAclSource};
use wire::Value;

use crate::collection::CollectionShelf;
use crate::exception;
use crate::shelf::Shelf;
use crate::state::{self, Rows};

/// The web ACL in force of each load balancer that has one, by the load balancer's ARN.
pub type Policies = BTreeMap<String, Arc<WebAcl>>;

/// Where rows become effective.
pub(crate) struct Enforcement {
    pub(crate) shelf: Arc<Shelf>,
    pub(crate) collections: CollectionShelf,
    pub(crate) telemetry: Arc<Telemetry>,
    pub(crate) failures: Counter,
}

/// Compiles the policies and follows the rows.
#[derive(Debug)]
pub(crate) struct Publisher {
    published: watch::Sender<Arc<Policies>>,
    follower: JoinHandle<()>,
}

impl Publisher {
    /// Compiles what is there before it answers, so that a restart begins with the last policy.
    pub(crate) async fn start(view: Arc<View>, enforcement: Enforcement) -> Self {
        let enforcement = Arc::new(enforcement);
        // Before the rows are read: a change in between is then seen as one.
        let mut changes = view.changes();
        changes.mark_unchanged();
        let published = watch::Sender::new(Arc::default());
        let publisher = published.clone();
        let refresh = async move |view: &View| {
            let (rows, enforcement) = (Rows::of(view), Arc::clone(&enforcement));
            let old = Arc::clone(&publisher.borrow());
            let compiled = tokio::task::spawn_blocking(move || {
                // What must not be kept is known before a request is judged by a new policy.
                let collections = enforcement.collections.collections(&rows);
                enforcement.telemetry.collect(Arc::new(collections));
                compile(&rows, &enforcement.shelf, &old, &enforcement.failures)
            })
            .await;
            match compiled {
                Ok(policies) => {
                    publisher.send_if_modified(|published| {
                        let changed = !same(published, &policies);
                        if changed {
                            *published = Arc::new(policies);
                        }
                        changed
                    });
                }
                // It panicked, or the runtime is being shut down: the old policies stay.
                Err(error) => tracing::error!(%error, "the web ACLs could not be compiled"),
            }
        };
        refresh(&view).await;
        let follower = tokio::spawn(async move {
            while changes.changed().await.is_ok() {
                changes.mark_unchanged();
                refresh(&view).await;
            }
        });
        Self {
            published,
            follower,
        }
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Arc<Policies>> {
        self.published.subscribe()
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

fn same(one: &Policies, other: &Policies) -> bool {
    let pairs = || one.iter().zip(other);
    one.len() == other.len() && pairs().all(|(a, b)| a.0 == b.0 && Arc::ptr_eq(a.1, b.1))
}

fn compile(rows: &Rows, shelf: &Shelf, old: &Policies, failures: &Counter) -> Policies {
    shelf.forget(rows);
    let associations = state::associations_key();
    let associated: Vec<(String, String)> = rows
        .under(&associations)
        .map(|row| {
            let resource_arn = row.key.segments().next_back().unwrap_or_default();
            (resource_arn, state::read_text(row))
        })
        .collect();
    let mut policies = Policies::new();
    for ((resource_arn, web_acl_arn), web_acl) in in_parallel(&associated, rows, shelf) {
        let web_acl = web_acl.or_else(|error| {
            failures.increment();
            let internal = error.internal.as_deref().unwrap_or(&error.message);
            tracing::error!(
                web_acl_arn,
                error = internal,
                "a web ACL cannot be put in force"
            );
            let kept = old
                .get(resource_arn)
                .filter(|kept| kept.arn() == web_acl_arn);
            kept.map_or_else(
                || closed(web_acl_arn).map(Arc::new),
                |kept| Ok(Arc::clone(kept)),
            )
        });
        match web_acl {
            Ok(web_acl) => drop(policies.insert(resource_arn.clone(), web_acl)),
            Err(error) => tracing::error!(%error, "a web ACL without rules cannot be compiled"),
        }
    }
    shelf.sweep();
    policies
}

/// An association (load balancer, web ACL) and the web ACL, compiled.
type Compiled<'a> = (&'a (String, String), Result<Arc<WebAcl>, ServiceError>);

/// Compiles web ACLs on all processors: what many of them use, changes all of them.
fn in_parallel<'a>(
    associated: &'a [(String, String)],
    rows: &Rows,
    shelf: &Shelf,
) -> Vec<Compiled<'a>> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some(one) = associated.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push((one, shelf.web_acl(rows, &one.1)));
        }
        done
    };
    std::thread::scope(|scope| {
        let others = processors.min(associated.len()).saturating_sub(1);
        let others: Vec<_> = (0..others).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for other in others {
            match other.join() {
                Ok(done) => all.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}

/// A web ACL that refuses everything.
fn closed(arn: &str) -> Result<WebAcl, ServiceError> {
    let block = Value::Map(vec![("Block".to_owned(), Value::Map(Vec::new()))]);
    let source = WebAclSource {
        arn,
        name: "unavailable",
        default_action: &block,
        rules: &Value::Null,
        custom_response_bodies: None,
        association_config: None,
        label_namespace: "awswaf:000000000000:webacl:unavailable:",
    };
    waf::compile_web_acl(&source, &EmptyLibrary).map_err(|error| exception::compile(&error))
}
