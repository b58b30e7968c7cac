//! Target groups that speak HTTP/2 and gRPC: streams both ways, trailers, health by gRPC's codes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use route::{ProtocolVersion, TargetGroup};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Options, TestEdge, forwarding_to, run, start, target_group, target_of};

/// An HTTP/2 target: sends each message back as it comes, then trailers. Health checks get the
/// code that is set.
struct Echo {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    code: Arc<AtomicU32>,
}

impl Echo {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let echo = Self {
            address: listener.local_addr().unwrap(),
            connections: Arc::default(),
            code: Arc::new(AtomicU32::new(12)),
        };
        let (connections, code) = (Arc::clone(&echo.connections), Arc::clone(&echo.code));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                connections.fetch_add(1, Ordering::Relaxed);
                let code = Arc::clone(&code);
                tokio::spawn(async move {
                    let mut connection = h2::server::handshake(stream).await.unwrap();
                    while let Some(Ok((request, respond))) = connection.accept().await {
                        tokio::spawn(answer(request, respond, code.load(Ordering::Relaxed)));
                    }
                });
            }
        });
        echo
    }
}

async fn answer(
    request: Request<h2::RecvStream>,
    mut respond: h2::server::SendResponse<Bytes>,
    code: u32,
) {
    let (parts, mut body) = request.into_parts();
    let said = |name: &str| parts.headers.get(name).cloned();
    let mut response = Response::new(());
    let headers = response.headers_mut();
    for name in ["te", "content-type", "x-forwarded-for"] {
        if let Some(value) = said(name) {
            let name = format!("x-seen-{name}");
            headers.insert(http::HeaderName::try_from(name).unwrap(), value);
        }
    }
    let authority = parts.uri.authority().map(ToString::to_string);
    let authority = authority.unwrap_or_default();
    headers.insert(
        "x-seen-authority",
        HeaderValue::try_from(authority).unwrap(),
    );
    let mut send = respond.send_response(response, false).unwrap();
    while let Some(Ok(piece)) = body.data().await {
        body.flow_control().release_capacity(piece.len()).unwrap();
        if send.send_data(piece, false).is_err() {
            return;
        }
    }
    let mut trailers = HeaderMap::new();
    let health = parts.uri.path() == "/AWS.ALB/healthcheck";
    let status = if health { code } else { 0 };
    trailers.insert("grpc-status", HeaderValue::from(status));
    send.send_trailers(trailers).unwrap_or_default();
}

async fn edge_to(
    echo: &Echo,
    change: impl FnOnce(&mut TargetGroup),
) -> (TestEdge, Arc<TargetGroup>) {
    let edge = start(Options::to(&[])).await;
    let group = target_group(&[target_of(echo.address)], |group| {
        group.protocol_version = ProtocolVersion::Grpc;
        change(group);
    });
    edge.put_in_force_with(forwarding_to(&[(Arc::clone(&group), 1)]), None);
    (edge, group)
}

async fn client(address: SocketAddr) -> h2::client::SendRequest<Bytes> {
    let stream = TcpStream::connect(address).await.unwrap();
    let (requests, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(async move {
        let _ended = connection.await;
    });
    requests.ready().await.unwrap()
}

fn call(path: &str) -> Request<()> {
    Request::builder()
        .method("POST")
        .uri(format!("http://shop.example{path}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(())
        .unwrap()
}

/// A call in which each message is answered before the next is sent, with silence in between.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bidirectional_stream_passes_with_its_trailers() {
    let echo = Echo::start().await;
    let mut options = Options::to(&[]);
    // Silence is no slowness: neither side has anything to say.
    options.limits.slow_grace = Duration::from_millis(500);
    let edge = start(options).await;
    let group = target_group(&[target_of(echo.address)], |group| {
        group.protocol_version = ProtocolVersion::Grpc;
    });
    edge.put_in_force_with(forwarding_to(&[(group, 1)]), None);
    let mut requests = client(edge.address()).await;
    let (response, mut send) = requests
        .send_request(call("/pkg.Echo/Chat"), false)
        .unwrap();
    let response = response.await.unwrap();
    let seen = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(seen("x-seen-te"), "trailers");
    assert_eq!(seen("x-seen-content-type"), "application/grpc");
    assert_eq!(seen("x-seen-authority"), "shop.example");
    assert_eq!(seen("x-seen-x-forwarded-for"), "127.0.0.1");
    let mut body = response.into_body();
    for number in 0..4_u8 {
        let message = Bytes::from(vec![number; 100]);
        send.send_data(message.clone(), false).unwrap();
        let mut read = Vec::new();
        while read.len() < 100 {
            let piece = body.data().await.unwrap().unwrap();
            body.flow_control().release_capacity(piece.len()).unwrap();
            read.extend_from_slice(&piece);
        }
        assert_eq!(read, message);
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    send.send_data(Bytes::new(), true).unwrap();
    assert!(body.data().await.is_none());
    let trailers = body.trailers().await.unwrap().unwrap();
    assert_eq!(trailers["grpc-status"], "0");
    assert_eq!(edge.edge.counters().slow_bodies, 0);
    let event = &edge.events.wait(1).await[0];
    assert_eq!((event.status, event.response_bytes), (200, 400));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_calls_share_one_connection() {
    let echo = Echo::start().await;
    let (edge, _) = edge_to(&echo, |_| {}).await;
    let requests = client(edge.address()).await;
    let calls: Vec<_> = (0..50)
        .map(|number| {
            let mut requests = requests.clone();
            tokio::spawn(async move {
                let (response, mut send) = requests.send_request(call("/a/b"), false).unwrap();
                let message = Bytes::from(vec![number; 30_000]);
                send.send_data(message.clone(), true).unwrap();
                let mut body = response.await.unwrap().into_body();
                let mut read = Vec::new();
                while let Some(piece) = body.data().await {
                    let piece = piece.unwrap();
                    body.flow_control().release_capacity(piece.len()).unwrap();
                    read.extend_from_slice(&piece);
                }
                assert_eq!(read, message);
                body.trailers().await.unwrap().unwrap();
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    // Those who came while it was being connected waited for it.
    assert_eq!(echo.connections.load(Ordering::Relaxed), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_is_judged_by_grpc_codes() {
    let echo = Echo::start().await;
    let (edge, group) = edge_to(&echo, |group| {
        let check = &mut group.health_check;
        check.enabled = true;
        check.path = "/AWS.ALB/healthcheck".to_owned();
        check.interval_seconds = 1;
        check.unhealthy_threshold = 2;
        check.success = route::health::Codes::parse("12", 0, 99).unwrap();
    })
    .await;
    let state = || {
        let port = echo.address.port();
        let health = edge.edge.target_health(&group.arn, "127.0.0.1", port);
        health.map(|health| health.state().name())
    };
    let until = async |wanted: &str| {
        for _ in 0..500 {
            if state() == Some(wanted) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{:?} is not {wanted}", state());
    };
    until("healthy").await;
    echo.code.store(14, Ordering::Relaxed);
    until("unhealthy").await;
}

/// HTTP/1.1 clients reach an HTTP/2 target group too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_of_either_version_are_served() {
    let echo = Echo::start().await;
    let (edge, _) = edge_to(&echo, |group| {
        group.protocol_version = ProtocolVersion::Http2
    })
    .await;
    let url = format!("http://{}/x", edge.address());
    for version in ["--http1.1", "--http2-prior-knowledge"] {
        let text = run("curl", &["-sS", "-i", version, "--data", "hello", &url]).await;
        assert!(text.contains(" 200"), "{text}");
        assert!(
            text.contains("\n\r\nhello") || text.contains("\r\n\r\nhello"),
            "{text}"
        );
    }
}

/// A target that takes few requests at once gets more connections, and a silent stream holds up
/// nobody else's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_connection_holds_nobody_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut builder = h2::server::Builder::new();
                builder.max_concurrent_streams(3);
                let mut connection = builder.handshake::<_, Bytes>(stream).await.unwrap();
                let mut silent = Vec::new();
                while let Some(Ok((request, mut respond))) = connection.accept().await {
                    if request.uri().path() == "/silent" {
                        silent.push(respond);
                    } else {
                        respond.send_response(Response::new(()), true).unwrap();
                    }
                }
            });
        }
    });
    let edge = start(Options::to(&[])).await;
    let group = target_group(&[target_of(address)], |group| {
        group.protocol_version = ProtocolVersion::Http2;
    });
    edge.put_in_force_with(forwarding_to(&[(group, 1)]), None);
    let mut requests = client(edge.address()).await;
    let get = |path: &str| {
        let uri = format!("http://a{path}");
        Request::builder().uri(uri).body(()).unwrap()
    };
    // Until the target has said how many it takes, it may be sent more.
    let (first, _) = requests.send_request(get("/"), true).unwrap();
    first.await.unwrap();
    let mut waiting = Vec::new();
    for _ in 0..7 {
        waiting.push(requests.send_request(get("/silent"), true).unwrap());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for _ in 0..5 {
        let (answer, _) = requests.send_request(get("/quick"), true).unwrap();
        let answer = tokio::time::timeout(Duration::from_secs(5), answer).await;
        assert_eq!(answer.unwrap().unwrap().status(), 200);
    }
}

/// What HTTP/2 cannot say is the client's fault, and blames no target.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_http2_cannot_say_is_refused() {
    let echo = Echo::start().await;
    let (edge, _) = edge_to(&echo, |group| {
        group.protocol_version = ProtocolVersion::Http2
    })
    .await;
    for host in ["a:b:c", "[x", "a%zz"] {
        let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = edge.talk(request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{host}: {answer}");
    }
    assert_eq!(edge.edge.counters().upstream_errors, 0);
}

/// A body where there may be none would be the next answer for whoever reads behind the edge.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_may_not_be_is_nobodys_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        while let Some(Ok((_, mut respond))) = connection.accept().await {
            let response = Response::builder().status(204).body(()).unwrap();
            let mut send = respond.send_response(response, false).unwrap();
            let evil = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nEVIL!";
            send.send_data(Bytes::from_static(evil), true).unwrap();
        }
    });
    let edge = start(Options::to(&[])).await;
    let group = target_group(&[target_of(address)], |group| {
        group.protocol_version = ProtocolVersion::Http2;
    });
    edge.put_in_force_with(forwarding_to(&[(group, 1)]), None);
    let answer = edge.get("/").await;
    assert!(!answer.contains("EVIL"), "{answer}");
}
