//! An edge with one listener, one target, no web ACL, and one thread: what `cargo xtask
//! bench edge` measures against plain proxies.
//!
//! `plain_proxy LISTEN TARGET`, for example `plain_proxy 127.0.0.1:8080 127.0.0.1:3000`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use arc_swap::ArcSwap;
use edge::{Config, Edge, Listener, Snapshot};
use route::{Action, Forward, Rule, Table, Target, TargetGroup, Transforms, WeightedTargetGroup};
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
        let text = arguments.next().ok_or("usage: plain_proxy LISTEN TARGET")?;
        Ok(text.parse()?)
    };
    let (listen, target) = (address()?, address()?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async move {
        let listener = Listener {
            address: listen,
            https: false,
        };
        let rates = Arc::new(waf::RateCounters::new(0));
        let policy = Arc::new(ArcSwap::from_pointee(snapshot(listen, target)));
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

fn snapshot(listen: SocketAddr, target: SocketAddr) -> Snapshot {
    let mut group = TargetGroup::new("arn:group");
    group.health_check.enabled = false;
    let target = Target {
        host: target.ip().to_string(),
        port: target.port(),
        tls: false,
    };
    group.register(target, None);
    let group = Arc::new(group);
    let default_rule = Rule {
        arn: "arn:rule".to_owned(),
        priority: None,
        conditions: Vec::new(),
        action: Action::Forward(Forward {
            target_groups: vec![WeightedTargetGroup {
                target_group: Arc::clone(&group),
                weight: 1,
            }],
            stickiness_seconds: None,
        }),
        transforms: Transforms::default(),
    };
    let listener = route::Listener::new("arn:listener", "arn:lb", listen.port(), default_rule);
    let mut table = Table::default();
    table.target_groups.insert(group.arn.clone(), group);
    table.addresses.insert(listen, vec![Arc::new(listener)]);
    Snapshot {
        table,
        ..Snapshot::default()
    }
}
