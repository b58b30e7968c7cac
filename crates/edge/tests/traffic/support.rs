//! An edge on loopback with a target behind it, and clients that speak raw bytes.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use arc_swap::ArcSwap;
use edge::{Config, Edge, Limits, Listener, Policy, Snapshot};
use route::{Table, Target, TargetGroup};
use rustls::sign::CertifiedKey;
use telemetry::request::{RequestEvent, RequestSink};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use types::{Clock, Entropy, EntropyError, Time};

pub(crate) const ARN: &str =
    "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/test/0123456789abcdef";
/// Longer than anything that is not broken takes, on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Time::from_millis(i64::try_from(elapsed.as_millis()).unwrap())
    }
}

struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        aws_lc_rs::rand::fill(bytes).map_err(|_| EntropyError)
    }
}

#[derive(Default)]
pub(crate) struct Events(Mutex<Vec<RequestEvent>>);

impl RequestSink for Events {
    fn record(&self, event: RequestEvent) {
        self.0.lock().unwrap().push(event);
    }
}

impl Events {
    pub(crate) fn all(&self) -> Vec<RequestEvent> {
        self.0.lock().unwrap().clone()
    }

    /// Waits until there are `number` events.
    pub(crate) async fn wait(&self, number: usize) -> Vec<RequestEvent> {
        for _ in 0..500 {
            if self.all().len() >= number {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let events = self.all();
        assert_eq!(events.len(), number, "{events:#?}");
        events
    }
}

/// An edge that was started for one test.
pub(crate) struct TestEdge {
    pub(crate) edge: Edge,
    pub(crate) policy: Policy,
    pub(crate) events: Arc<Events>,
    targets: Vec<Target>,
    https: bool,
    pub(crate) certificates: Mutex<BTreeMap<String, Arc<CertifiedKey>>>,
}

/// An HTTPS listener's TLS with these certificates, by ARN and domain.
pub(crate) fn tls(certificates: &[(&str, &str)]) -> route::Tls {
    let certificate = |(arn, domain): &(&str, &str)| route::Certificate {
        arn: (*arn).to_owned(),
        domains: vec![(*domain).to_owned()],
    };
    route::Tls {
        policy: "test".to_owned(),
        versions: Vec::new(),
        cipher_suites: Vec::new(),
        post_quantum: true,
        certificates: certificates.iter().map(certificate).collect(),
        mutual_authentication: route::MutualAuthentication::Off,
    }
}

pub(crate) struct Options {
    pub(crate) limits: Limits,
    pub(crate) tls: Option<Arc<CertifiedKey>>,
    pub(crate) targets: Vec<Target>,
    pub(crate) web_acl: Option<Arc<waf::WebAcl>>,
}

impl Options {
    pub(crate) fn to(targets: &[SocketAddr]) -> Self {
        let target = |address: &SocketAddr| target_of(*address);
        Self {
            limits: Limits::default(),
            tls: None,
            targets: targets.iter().map(target).collect(),
            web_acl: None,
        }
    }
}

pub(crate) fn target_of(address: SocketAddr) -> Target {
    Target {
        host: address.ip().to_string(),
        port: address.port(),
        tls: false,
    }
}

pub(crate) async fn start(options: Options) -> TestEdge {
    let listener = Listener {
        address: "127.0.0.1:0".parse().unwrap(),
        https: options.tls.is_some(),
    };
    let mut config = Config::new(vec![listener], Arc::new(waf::RateCounters::new(1)));
    config.limits = options.limits;
    config.identity = options.tls.clone();
    let policy: Policy = Arc::new(ArcSwap::from_pointee(Snapshot::default()));
    let events = Arc::new(Events::default());
    let edge = Edge::start(
        config,
        Arc::clone(&policy),
        Arc::clone(&events) as Arc<dyn RequestSink>,
        Arc::new(SystemClock),
        Arc::new(SystemEntropy),
    )
    .await
    .unwrap();
    let test = TestEdge {
        edge,
        policy,
        events,
        targets: options.targets,
        https: options.tls.is_some(),
        certificates: Mutex::default(),
    };
    test.put_in_force(options.web_acl);
    test
}

impl TestEdge {
    /// Another edge on the same sockets with the same policy, as a process that takes over starts
    /// it.
    pub(crate) async fn start_beside(&self) -> Self {
        let listener = Listener {
            address: self.address(),
            https: self.https,
        };
        let mut config = Config::new(vec![listener], Arc::new(waf::RateCounters::new(1)));
        config.sockets = self.edge.sockets().unwrap();
        let edge = Edge::start(
            config,
            Arc::clone(&self.policy),
            Arc::clone(&self.events) as Arc<dyn RequestSink>,
            Arc::new(SystemClock),
            Arc::new(SystemEntropy),
        )
        .await
        .unwrap();
        Self {
            edge,
            policy: Arc::clone(&self.policy),
            events: Arc::clone(&self.events),
            targets: self.targets.clone(),
            https: self.https,
            certificates: Mutex::default(),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.edge.addresses()[0]
    }

    pub(crate) fn put_in_force(&self, web_acl: Option<Arc<waf::WebAcl>>) {
        let listener = forwarding_to(&[(target_group(&self.targets, |_| {}), 1)]);
        self.put_in_force_with(listener, web_acl);
    }

    pub(crate) fn put_in_force_with(
        &self,
        mut listener: route::Listener,
        web_acl: Option<Arc<waf::WebAcl>>,
    ) {
        if self.https && listener.tls.is_none() {
            listener.protocol = route::Protocol::Https;
            listener.tls = Some(tls(&[]));
        }
        let mut table = Table::default();
        for rule in listener.rules() {
            if let route::Action::Forward(forward) = &rule.action {
                for group in &forward.target_groups {
                    let group = &group.target_group;
                    table
                        .target_groups
                        .insert(group.arn.clone(), Arc::clone(group));
                }
            }
        }
        table
            .addresses
            .insert(self.address(), vec![Arc::new(listener)]);
        let web_acls = web_acl.map(|web_acl| (ARN.to_owned(), web_acl));
        self.policy.store(Arc::new(Snapshot {
            table,
            web_acls: web_acls.into_iter().collect(),
            certificates: self.certificates.lock().unwrap().clone(),
            ..Snapshot::default()
        }));
    }

    /// Changes the snapshot in force.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Snapshot)) {
        let mut snapshot = Snapshot::clone(&self.policy.load());
        change(&mut snapshot);
        self.policy.store(Arc::new(snapshot));
    }

    /// Sends `bytes` on a new connection and reads until the edge closes it.
    pub(crate) async fn talk(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address()).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        read_to_end(&mut stream).await
    }

    /// As [`TestEdge::talk`], but ends the connection's sending side first.
    pub(crate) async fn get(&self, path: &str) -> String {
        let request = format!("GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
        self.talk(request.as_bytes()).await
    }
}

/// A target group whose targets are not checked, unless `change` says so.
pub(crate) fn target_group(
    targets: &[Target],
    change: impl FnOnce(&mut TargetGroup),
) -> Arc<TargetGroup> {
    let ports: String = targets
        .iter()
        .map(|target| format!("-{}", target.port))
        .collect();
    let mut group = TargetGroup::new(&format!("arn:group{ports}"));
    group.health_check.enabled = false;
    change(&mut group);
    for target in targets {
        group.register(target.clone(), None);
    }
    Arc::new(group)
}

pub(crate) fn default_rule(action: route::Action) -> route::Rule {
    route::Rule {
        arn: "arn:rule:default".to_owned(),
        priority: None,
        conditions: Vec::new(),
        action,
        transforms: route::Transforms::default(),
    }
}

/// A listener that forwards everything to these groups by their weights.
pub(crate) fn forwarding_to(groups: &[(Arc<TargetGroup>, u32)]) -> route::Listener {
    let target_groups = groups
        .iter()
        .map(|(group, weight)| route::WeightedTargetGroup {
            target_group: Arc::clone(group),
            weight: *weight,
        });
    let forward = route::Action::Forward(route::Forward {
        target_groups: target_groups.collect(),
        stickiness_seconds: None,
    });
    route::Listener::new("arn:listener", ARN, 80, default_rule(forward))
}

/// A web ACL that allows by default, with these rules (WAFv2's JSON).
pub(crate) fn web_acl(rules: &str) -> Arc<waf::WebAcl> {
    let allow = wire::json::parse(br#"{"Allow":{}}"#).unwrap();
    let rules = wire::json::parse(rules.as_bytes()).unwrap();
    let source = waf::WebAclSource {
        arn: "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/test/1",
        name: "test",
        default_action: &allow,
        rules: &rules,
        custom_response_bodies: None,
        association_config: None,
        label_namespace: "awswaf:123456789012:webacl:test:",
    };
    Arc::new(waf::compile_web_acl(&source, &waf::EmptyLibrary).unwrap())
}

/// A rule that takes `action` when `field` matches `regex`.
pub(crate) fn rule(name: &str, field: &str, regex: &str, action: &str) -> String {
    format!(
        r#"{{"Name":"{name}","Priority":1,"Action":{action},
        "VisibilityConfig":{{"SampledRequestsEnabled":true,"CloudWatchMetricsEnabled":true,"MetricName":"{name}"}},
        "Statement":{{"RegexMatchStatement":{{"RegexString":"{regex}","FieldToMatch":{field},
        "TextTransformations":[{{"Priority":0,"Type":"NONE"}}]}}}}}}"#
    )
}

pub(crate) async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
    match read {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => panic!("{error} after {:?}", String::from_utf8_lossy(&bytes)),
        Err(_) => panic!("still open after {:?}", String::from_utf8_lossy(&bytes)),
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads until `end` has come.
pub(crate) async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if text.contains(end) {
            return text;
        }
        let read = timeout(PATIENCE, stream.read(&mut piece)).await;
        let read = read
            .unwrap_or_else(|_| panic!("no {end:?} in {text:?}"))
            .unwrap();
        assert!(read > 0, "closed without {end:?} in {text:?}");
        bytes.extend(&piece[..read]);
    }
}

/// Reads one answer that has a Content-Length, and nothing after it.
pub(crate) async fn read_answer(stream: &mut TcpStream) -> String {
    let mut text = read_until(stream, "\r\n\r\n").await;
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    let length = head
        .split("\r\n")
        .find_map(|line| line.strip_prefix("content-length: "));
    let whole = head.len() + 4 + length.unwrap().parse::<usize>().unwrap();
    while text.len() < whole {
        let mut rest = vec![0; whole - text.len()];
        let read = timeout(PATIENCE, stream.read_exact(&mut rest)).await;
        read.unwrap_or_else(|_| panic!("cut off after {text:?}"))
            .unwrap();
        text.push_str(std::str::from_utf8(&rest).unwrap());
    }
    assert_eq!(text.len(), whole, "{text}");
    text
}

/// Runs a client program to its end: its output, both streams together.
pub(crate) async fn run(program: &str, arguments: &[&str]) -> String {
    let output = tokio::process::Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = timeout(Duration::from_secs(60), output)
        .await
        .unwrap_or_else(|_| panic!("{program} hangs"))
        .unwrap_or_else(|error| panic!("{program} (a Debian package) does not run: {error}"));
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    text
}

pub(crate) struct Certificate {
    pub(crate) pem: String,
    pub(crate) key: Arc<CertifiedKey>,
}

pub(crate) fn certificate() -> Certificate {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let pem = made.cert.pem();
    let key = made.signing_key.serialize_pem();
    let key = edge::certified_key(pem.as_bytes(), key.as_bytes()).unwrap();
    Certificate { pem, key }
}

/// A target: answers each request with what it saw of it, or as its path says.
#[derive(Clone)]
pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
    /// Health checks fail.
    failing: Arc<AtomicBool>,
    /// Connections are closed at once, those that are open at their next request.
    dead: Arc<AtomicBool>,
}

impl Upstream {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let upstream = Self {
            address: listener.local_addr().unwrap(),
            seen: Arc::default(),
            connections: Arc::default(),
            failing: Arc::default(),
            dead: Arc::default(),
        };
        let shared = upstream.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                shared.connections.fetch_add(1, Ordering::Relaxed);
                if shared.dead.load(Ordering::Relaxed) {
                    continue;
                }
                let shared = shared.clone();
                tokio::spawn(async move { shared.serve(stream).await });
            }
        });
        upstream
    }

    /// The heads that came, as they came.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// How many requests came for `path`.
    pub(crate) fn requests(&self, path: &str) -> usize {
        let begin = format!("GET {path} ");
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|head| head.starts_with(&begin)).count()
    }

    /// Whether its health checks fail from now on.
    pub(crate) fn fail(&self, failing: bool) {
        self.failing.store(failing, Ordering::Relaxed);
    }

    pub(crate) fn kill(&self) {
        self.dead.store(true, Ordering::Relaxed);
    }

    pub(crate) fn revive(&self) {
        self.dead.store(false, Ordering::Relaxed);
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    async fn serve(&self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        loop {
            let Some(head) = take_until(&mut stream, &mut bytes, b"\r\n\r\n").await else {
                return;
            };
            if self.dead.load(Ordering::Relaxed) {
                return;
            }
            let head = String::from_utf8_lossy(&head).into_owned();
            self.seen.lock().unwrap().push(head.clone());
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            if path.starts_with("/websocket") {
                let answer = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\
                              Upgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n";
                stream.write_all(answer.as_bytes()).await.unwrap();
                stream.write_all(&bytes).await.unwrap();
                let mut piece = [0; 4096];
                while let Ok(read @ 1..) = stream.read(&mut piece).await {
                    if stream.write_all(&piece[..read]).await.is_err() {
                        return;
                    }
                }
                return;
            }
            if path.starts_with("/early") {
                let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
                stream.write_all(answer.as_bytes()).await.unwrap();
                loop {
                    // What came with the head counts too.
                    let read = bytes.len();
                    let chunk = format!("{read:x}\r\n{}\r\n", "e".repeat(read));
                    if read > 0 && stream.write_all(chunk.as_bytes()).await.is_err() {
                        return;
                    }
                    bytes.clear();
                    bytes.reserve(4096);
                    if !matches!(stream.read_buf(&mut bytes).await, Ok(1..)) {
                        return;
                    }
                }
            }
            let Some(body) = take_body(&head, &mut stream, &mut bytes).await else {
                return;
            };
            let answer = match path.as_str() {
                "/health" if self.failing.load(Ordering::Relaxed) => {
                    b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n".to_vec()
                }
                "/garbage" => b"SMTP ready\r\n\r\n".to_vec(),
                "/hang-up" => return,
                "/silent" => {
                    tokio::time::sleep(PATIENCE).await;
                    return;
                }
                "/slow" => {
                    tokio::time::sleep(Duration::from_millis(700)).await;
                    answer(b"slow")
                }
                "/large" => answer(&vec![b'l'; 8 << 20]),
                "/stale" => {
                    // The next request finds this connection closed.
                    stream.write_all(&answer(b"stale soon")).await.unwrap();
                    return;
                }
                "/stream" => {
                    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
                    stream.write_all(head.as_bytes()).await.unwrap();
                    for number in 0..4 {
                        let chunk = format!("8\r\npiece {number}\n\r\n");
                        stream.write_all(chunk.as_bytes()).await.unwrap();
                        tokio::time::sleep(Duration::from_millis(300)).await;
                    }
                    b"0\r\n\r\n".to_vec()
                }
                _ => {
                    let mut echo = head.clone().into_bytes();
                    echo.extend(&body);
                    answer(&echo)
                }
            };
            if stream.write_all(&answer).await.is_err() {
                return;
            }
        }
    }
}

fn answer(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    let mut answer = head.into_bytes();
    answer.extend(body);
    answer
}

async fn take_until(stream: &mut TcpStream, bytes: &mut Vec<u8>, end: &[u8]) -> Option<Vec<u8>> {
    loop {
        if let Some(at) = bytes.windows(end.len()).position(|window| window == end) {
            let rest = bytes.split_off(at + end.len());
            return Some(std::mem::replace(bytes, rest));
        }
        if stream.read_buf(bytes).await.ok()? == 0 {
            return None;
        }
    }
}

async fn take_body(head: &str, stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<Vec<u8>> {
    let lower = head.to_ascii_lowercase();
    if lower.contains("\r\ntransfer-encoding: chunked") {
        let mut body = Vec::new();
        loop {
            let line = take_until(stream, bytes, b"\r\n").await?;
            let size = std::str::from_utf8(&line).unwrap().trim();
            let size = usize::from_str_radix(size, 16).unwrap();
            while bytes.len() < size + 2 {
                if stream.read_buf(bytes).await.ok()? == 0 {
                    return None;
                }
            }
            let rest = bytes.split_off(size + 2);
            let chunk = std::mem::replace(bytes, rest);
            if size == 0 {
                return Some(body);
            }
            body.extend(&chunk[..size]);
        }
    }
    let length = lower
        .split("\r\n")
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let length: usize = length.unwrap_or(0);
    while bytes.len() < length {
        if stream.read_buf(bytes).await.ok()? == 0 {
            return None;
        }
    }
    let rest = bytes.split_off(length);
    Some(std::mem::replace(bytes, rest))
}
