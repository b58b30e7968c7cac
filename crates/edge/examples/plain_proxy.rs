//! An edge with one listener, one target, no web ACL, and one thread: what `cargo xtask
//! bench edge` measures against plain proxies. With more targets, each with a path of its own, it is
//! what `cargo xtask bench isolation` measures.
//!
//! `plain_proxy LISTEN TARGET [/PATH=TARGET ...]`, for example
//! `plain_proxy 127.0.0.1:8080 127.0.0.1:3000 /slow=127.0.0.1:3001`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use arc_swap::ArcSwap;
use edge::{Config, Edge, Listener, Snapshot};
use route::{
    Action, Condition, Forward, Patterns, Rule, Table, Target, TargetGroup, Transforms,
    WeightedTargetGroup, Wildcard,
};
use telemetry::request::{RequestEvent, RequestSink};
use types::{Clock, Entropy, EntropyError, Time};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
        let millis = elapsed.unwrap_or_default().as_millis();
        Time::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
    }
}

struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        aws_lc_rs::rand::fill(bytes).map_err(|_| EntropyError)
    }
}

/// Counts events and drops them: the cost of making one is measured, that of keeping it is not.
#[derive(Default)]
struct Counting(AtomicU64);

impl RequestSink for Counting {
    fn record(&self, event: RequestEvent) {
        self.0.fetch_add(1, Ordering::Relaxed);
        drop(event);
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut address = || -> Result<SocketAddr, Box<dyn std::error::Error>> {
        let text = arguments
            .next()
            .ok_or("usage: plain_proxy LISTEN TARGET [/PATH=TARGET ...]")?;
        Ok(text.parse()?)
    };
    let (listen, target) = (address()?, address()?);
    let mut paths = Vec::new();
    for argument in arguments {
        let (path, target) = argument.split_once('=').ok_or("a path needs its target")?;
        paths.push((Wildcard::exact_case(path)?, target.parse()?));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async move {
        let listener = Listener {
            address: listen,
            https: false,
        };
        let rates = Arc::new(waf::RateCounters::new(0));
        let policy = Arc::new(ArcSwap::from_pointee(snapshot(listen, target, paths)));
        let edge = Edge::start(
            Config::new(vec![listener], rates),
            policy,
            Arc::new(Counting::default()),
            Arc::new(SystemClock),
            Arc::new(SystemEntropy),
        )
        .await?;
        std::future::pending::<()>().await;
        drop(edge);
        Ok(())
    })
}

fn snapshot(
    listen: SocketAddr,
    target: SocketAddr,
    paths: Vec<(Wildcard, SocketAddr)>,
) -> Snapshot {
    let mut table = Table::default();
    let mut rule = |number: u32, path: Option<Wildcard>, target: SocketAddr| {
        let mut group = TargetGroup::new(&format!("arn:group/{number}"));
        group.health_check.enabled = path.is_some();
        let target = Target {
            host: target.ip().to_string(),
            port: target.port(),
            tls: false,
        };
        group.register(target, None);
        let group = Arc::new(group);
        let is_named = path.is_some();
        let condition = path.map(|path| {
            Condition::Path(Patterns {
                wildcards: vec![path],
                regexes: Vec::new(),
            })
        });
        table
            .target_groups
            .insert(group.arn.clone(), Arc::clone(&group));
        Rule {
            arn: format!("arn:rule/{number}"),
            priority: is_named.then_some(number),
            conditions: condition.into_iter().collect(),
            action: Action::Forward(Forward {
                target_groups: vec![WeightedTargetGroup {
                    target_group: group,
                    weight: 1,
                }],
                stickiness_seconds: None,
            }),
            transforms: Transforms::default(),
        }
    };
    let default_rule = rule(0, None, target);
    let rules = (1..).zip(paths);
    let rules = rules.map(|(number, (path, target))| rule(number, Some(path), target));
    let rules = rules.collect();
    let listener = route::Listener::new("arn:listener", "arn:lb", listen.port(), default_rule)
        .with_rules(rules);
    table.addresses.insert(listen, vec![Arc::new(listener)]);
    Snapshot {
        table,
        ..Snapshot::default()
    }
}
