//! The default policy, and its judgement of a request that is read as the edge reads it: the edge's
//! own framing says whether it is one, header names are in lower case, values without the space
//! around them, repeated names together, and the body is cut to what the web ACL looks at.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use edge::framing::{Framing, Step};
use http::{HeaderMap, HeaderName, HeaderValue};
use store::Memory;
use telemetry::Telemetry;
use telemetry::metrics::Registry;
use types::{Arn, Clock, Entropy, EntropyError, Time};
use waf::{ActionKind, Body, RateCounters, WebAcl};
use wafv2::{Parts, ResourceDirectory, Wafv2};

use crate::place::Wire;

const LOAD_BALANCER: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/default/50dc6c495c0c9188";
const NOW: Time = Time::from_seconds(1_795_000_000);

/// A clock that stands.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Time {
        NOW
    }
}

/// Counts, so that two runs make the same ids.
#[derive(Debug, Default)]
struct Counted(AtomicU64);

impl Entropy for Counted {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        let count = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        for (byte, counted) in bytes.iter_mut().rev().zip(count.iter().rev().cycle()) {
            *byte = *counted;
        }
        Ok(())
    }
}

/// There is one load balancer.
#[derive(Debug)]
struct One;

impl ResourceDirectory for One {
    fn exists(&self, arn: &Arn) -> bool {
        arn.as_str() == LOAD_BALANCER
    }
}

/// The web ACL that a load balancer has after the first start, compiled as the edge gets it.
pub(crate) async fn default_policy() -> Result<Arc<WebAcl>> {
    let telemetry = Telemetry::start(&telemetry::Config::default(), Arc::new(Registry::default()))?;
    let wafv2 = Wafv2::open(Parts {
        store: Arc::new(Memory::new()),
        telemetry: Arc::new(telemetry),
        rates: Arc::new(RateCounters::new(1)),
        resources: Arc::new(One),
        principals: Arc::new(::judge::People::of("123456789012")),
        clock: Arc::new(Still),
        entropy: Arc::new(Counted::default()),
    })
    .await?;
    let arn: Arn = LOAD_BALANCER.parse()?;
    wafv2.ensure_default(&arn).await?;
    let mut policies = wafv2.policies();
    let published = policies.wait_for(|policies| policies.contains_key(LOAD_BALANCER));
    let published = tokio::time::timeout(Duration::from_secs(60), published).await??;
    let web_acl = published.get(LOAD_BALANCER).context("no web ACL")?;
    Ok(Arc::clone(web_acl))
}

/// A request in the parts that the rule engine takes.
pub(crate) struct Parsed<'a> {
    method: &'a str,
    path: &'a [u8],
    query: &'a [u8],
    headers: HeaderMap,
    body: &'a [u8],
}

/// Reads a request; what the edge would not take for one is an error.
pub(crate) fn parse(wire: &Wire) -> Result<Parsed<'_>> {
    check_framing(wire)?;
    let mut lines = wire
        .head
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii);
    let mut words = lines.next().unwrap_or_default().split(|byte| *byte == b' ');
    let method = std::str::from_utf8(words.next().unwrap_or_default())?;
    let target = words.next().context("no target")?;
    let (path, query) = match target.iter().position(|byte| *byte == b'?') {
        Some(at) => {
            let (path, query) = target.split_at(at);
            (path, query.get(1..).unwrap_or_default())
        }
        None => (target, &[][..]),
    };
    let mut headers = HeaderMap::new();
    for line in lines.filter(|line| !line.is_empty()) {
        let mut halves = line.splitn(2, |byte| *byte == b':');
        let name = HeaderName::from_bytes(halves.next().unwrap_or_default())?;
        let value = halves.next().unwrap_or_default().trim_ascii();
        headers.append(name, HeaderValue::from_bytes(value)?);
    }
    Ok(Parsed {
        method,
        path,
        query,
        headers,
        body: &wire.body,
    })
}

fn check_framing(wire: &Wire) -> Result<()> {
    let mut framing = Framing::new(&edge::Limits::default());
    let step = framing.step(&wire.head);
    let step = step.map_err(|malformed| anyhow::anyhow!("{}", malformed.reason()))?;
    let (length, ended) = match step {
        Step::Head(length) => (length, false),
        Step::HeadAndEnd(length) => (length, true),
        step => bail!("the head is not one: {step:?}"),
    };
    ensure!(length == wire.head.len(), "the head ends before its end");
    ensure!(
        ended == wire.body.is_empty(),
        "Content-Length is not the body's"
    );
    if !ended {
        let step = framing.step(&wire.body);
        let step = step.map_err(|malformed| anyhow::anyhow!("{}", malformed.reason()))?;
        ensure!(
            step == Step::BodyAndEnd(wire.body.len()),
            "the body is not as long as Content-Length says"
        );
    }
    Ok(())
}

/// What the policy says of a request.
#[derive(Debug)]
pub(crate) struct Judgement {
    pub(crate) action: &'static str,
    pub(crate) refused: bool,
    /// Rule group and rule that refused it.
    pub(crate) rule: Option<String>,
    /// What matched, where, and the bytes.
    pub(crate) evidence: Option<String>,
    /// The least of several rounds.
    pub(crate) micros: f64,
}

/// Judges a request `rounds` times. Each has an address of its own: rate limits are not the matter.
pub(crate) fn judge(
    web_acl: &WebAcl,
    rates: &RateCounters,
    parsed: &Parsed<'_>,
    number: usize,
    rounds: u32,
) -> Result<Judgement> {
    let headers: Vec<(&str, &[u8])> = parsed
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let limit = web_acl.body_limit();
    let inspected = limit.map(|limit| parsed.body.get(..limit).unwrap_or(parsed.body));
    let number = u32::try_from(number)?;
    let request = waf::Request {
        method: parsed.method,
        uri_path: parsed.path,
        query: parsed.query,
        uri_fragment: None,
        http_version: "HTTP/1.1",
        scheme: "http",
        headers: &headers,
        body: inspected.map(|bytes| Body {
            bytes,
            truncated: bytes.len() < parsed.body.len(),
        }),
        client_ip: IpAddr::V4(Ipv4Addr::from_bits(0x0b00_0000 + number * 7)),
        ja3: None,
        ja4: None,
    };
    let mut least = Duration::MAX;
    let mut verdict = None;
    for _ in 0..rounds.max(1) {
        let began = Instant::now();
        let judged = web_acl.evaluate(&request, rates, NOW)?;
        least = least.min(began.elapsed());
        verdict = Some(judged);
    }
    let verdict = verdict.context("no round")?;
    let kind = verdict.action.kind();
    let rule = verdict.terminating.as_ref().map(|found| {
        let group = found.rule_group.as_ref().map(|group| group.id.as_str());
        format!(
            "{}{}{}",
            group.unwrap_or(""),
            if group.is_some() { "/" } else { "" },
            found.rule
        )
    });
    let evidence = verdict.terminating.as_ref().and_then(|found| {
        let first = found.evidence.first()?;
        let matched = String::from_utf8_lossy(&first.matched);
        Some(format!("{} {}: {matched}", first.condition, first.location))
    });
    Ok(Judgement {
        action: kind.as_str(),
        refused: kind != ActionKind::Allow,
        rule,
        evidence,
        micros: least.as_secs_f64() * 1e6,
    })
}
