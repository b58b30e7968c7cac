//! Requests pass as they are: headers, bodies both ways, keep-alive both ways, upgrades; and what
//! becomes of them when a target fails.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::support::{
    ARN, Options, TestEdge, Upstream, certificate, forwarding_to, read_to_end, read_until, start,
    target_group, target_of,
};

async fn edge_and_upstream() -> (TestEdge, Upstream) {
    let upstream = Upstream::start().await;
    let edge = start(Options::to(&[upstream.address])).await;
    (edge, upstream)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_passes_with_what_a_target_needs_to_know() {
    let (edge, upstream) = edge_and_upstream().await;
    let request = "GET /p%20q?a=b%20c HTTP/1.1\r\nHost: shop.example:8080\r\nX-Forwarded-For: 203.0.113.7\r\n\
                   X-Forwarded-Proto: gopher\r\nx-btz-request-id: forged\r\nCookie: a=b\r\n\
                   Connection: close, X-Hop\r\nX-Hop: 1\r\n\r\n";
    let answer = edge.talk(request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    let seen = &upstream.seen()[0];
    let has = |line: &str| {
        let line = line.to_ascii_lowercase();
        seen.to_ascii_lowercase()
            .split("\r\n")
            .any(|seen| seen == line)
    };
    assert!(has("GET /p%20q?a=b%20c HTTP/1.1"), "{seen}");
    assert!(has("Host: shop.example:8080"), "{seen}");
    assert!(has("X-Forwarded-For: 203.0.113.7, 127.0.0.1"), "{seen}");
    assert!(has("X-Forwarded-Proto: http"), "{seen}");
    assert!(
        has(&format!("X-Forwarded-Port: {}", edge.address().port())),
        "{seen}"
    );
    assert!(has("Cookie: a=b"), "{seen}");
    assert!(!seen.to_ascii_lowercase().contains("x-hop"), "{seen}");

    let event = &edge.events.wait(1).await[0];
    assert!(has(&format!("x-btz-request-id: {}", event.id)), "{seen}");
    assert_eq!(event.load_balancer_arn, ARN);
    assert_eq!(
        (event.request.path.as_str(), event.request.query.as_str()),
        ("/p%20q", "a=b%20c")
    );
    assert_eq!(event.request.host, "shop.example:8080");
    assert_eq!(
        (event.request.version, event.request.scheme),
        ("HTTP/1.1", "http")
    );
    assert_eq!(event.status, 200);
    assert!(event.response_bytes > 100, "{event:?}");
    assert!(event.decision.is_none());
    assert_eq!(event.client.ip.to_string(), "127.0.0.1");
    assert_eq!(event.client.ja3, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_are_kept_alive_on_both_sides() {
    let (edge, upstream) = edge_and_upstream().await;
    let mut stream = TcpStream::connect(edge.address()).await.unwrap();
    for number in 0..20 {
        let request = format!("GET /{number} HTTP/1.1\r\nHost: a\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = read_until(&mut stream, &format!("/{number} ")).await;
        assert!(answer.contains("200 OK"), "{answer}");
    }
    assert_eq!(upstream.connections(), 1);
    assert_eq!(edge.edge.counters().connections_accepted, 1);
    let events = edge.events.wait(20).await;
    let ids: std::collections::BTreeSet<_> = events.iter().map(|event| event.id).collect();
    assert_eq!(ids.len(), 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn absolute_form_is_sent_on_in_origin_form() {
    let (edge, upstream) = edge_and_upstream().await;
    let request =
        "GET http://a.example/x?y HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n";
    let answer = edge.talk(request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(
        upstream.seen()[0].starts_with("GET /x?y HTTP/1.1\r\n"),
        "{:?}",
        upstream.seen()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_stream_in_both_directions() {
    let (edge, _upstream) = edge_and_upstream().await;
    // An answer arrives piece by piece, not when it is whole.
    let mut stream = TcpStream::connect(edge.address()).await.unwrap();
    let began = Instant::now();
    stream
        .write_all(b"GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    read_until(&mut stream, "piece 0").await;
    let first = began.elapsed();
    read_until(&mut stream, "piece 3").await;
    let last = began.elapsed();
    assert!(
        last > first + Duration::from_millis(600),
        "{first:?} {last:?}"
    );

    // A body is sent on while it arrives: the target answers its first piece before the second.
    let mut stream = TcpStream::connect(edge.address()).await.unwrap();
    let head = "POST /early HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..3 {
        stream.write_all(b"3\r\nabc\r\n").await.unwrap();
        read_until(&mut stream, "eee").await;
    }
    drop(stream);

    // Much in one go.
    let large = edge.get("/large").await;
    assert!(large.len() > 8 << 20, "{}", large.len());
    let body = "b".repeat(3 << 20);
    let length = body.len();
    let request = format!(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    let echo = edge.talk(request.as_bytes()).await;
    assert!(echo.ends_with(&body), "{} bytes came back", echo.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn websockets_pass_both_ways() {
    let (edge, upstream) = edge_and_upstream().await;
    let mut stream = TcpStream::connect(edge.address()).await.unwrap();
    let request = "GET /websocket HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n\
                   Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let head = read_until(&mut stream, "\r\n\r\n").await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    let lower = head.to_ascii_lowercase();
    assert!(lower.contains("upgrade: websocket"), "{head}");
    // Frames are bytes: among them what would be no HTTP at all.
    for frame in [
        &b"\x81\x05hello"[..],
        b"\x82\x04\0\r\n\n",
        b"GET / HTTP/1.1\n\n",
    ] {
        stream.write_all(frame).await.unwrap();
        let mut echo = vec![0; frame.len()];
        stream.read_exact(&mut echo).await.unwrap();
        assert_eq!(echo, frame);
    }
    assert_eq!(edge.events.all().len(), 0, "it has not ended yet");
    drop(stream);
    assert_eq!(edge.events.wait(1).await[0].status, 101);
    assert!(
        upstream.seen()[0]
            .to_ascii_lowercase()
            .contains("upgrade: websocket")
    );
    assert_eq!(edge.edge.counters().requests_malformed, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failing_targets_are_answered_for_with_the_request_id() {
    let (edge, upstream) = edge_and_upstream().await;
    for path in ["/garbage", "/hang-up"] {
        let answer = edge.get(path).await;
        assert!(answer.starts_with("HTTP/1.1 502 "), "{path}: {answer}");
        assert!(answer.contains("\r\nx-btz-request-id: "), "{answer}");
    }
    drop(upstream);

    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    let edge = start(Options::to(&[address])).await;
    let answer = edge.get("/").await;
    assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
    let id = edge.events.wait(1).await[0].id.to_string();
    assert!(
        answer.contains(&format!("x-btz-request-id: {id}\r\n")),
        "{answer}"
    );
    assert!(answer.contains(&format!("btz explain {id}")), "{answer}");
    assert_eq!(edge.edge.counters().upstream_errors, 1);

    let edge = start(Options::to(&[])).await;
    let answer = edge.get("/").await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert_eq!(edge.events.wait(1).await[0].status, 503);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_that_is_silent_too_long_is_given_up() {
    let upstream = Upstream::start().await;
    let edge = start(Options::to(&[upstream.address])).await;
    let target = target_of(upstream.address);
    let mut listener = forwarding_to(&[(target_group(&[target], |_| {}), 1)]);
    listener.load_balancer_attributes = std::sync::Arc::new(route::LoadBalancerAttributes {
        idle_timeout_seconds: 1,
        ..route::LoadBalancerAttributes::default()
    });
    edge.put_in_force_with(listener, None);
    let answer = edge.get("/silent").await;
    assert!(answer.starts_with("HTTP/1.1 504 "), "{answer}");
    assert!(answer.contains("\r\nx-btz-request-id: "), "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_target_gets_what_an_unreachable_one_cannot() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let unreachable = nobody.local_addr().unwrap();
    drop(nobody);
    let upstream = Upstream::start().await;
    let edge = start(Options::to(&[unreachable, upstream.address])).await;
    for _ in 0..6 {
        let answer = edge.get("/").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn targets_get_requests_in_turn() {
    let (one, two) = (Upstream::start().await, Upstream::start().await);
    let edge = start(Options::to(&[one.address, two.address])).await;
    for _ in 0..6 {
        edge.get("/").await;
    }
    assert_eq!((one.seen().len(), two.seen().len()), (3, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stale_connection_to_a_target_costs_no_request() {
    let (edge, _upstream) = edge_and_upstream().await;
    for _ in 0..30 {
        let answer = edge.get("/stale").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    }
    assert_eq!(edge.edge.counters().upstream_errors, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_may_speak_tls() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = TlsAcceptor::from({
        let made = rcgen::generate_simple_self_signed(["target".to_owned()]).unwrap();
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der());
        let config = rustls::ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.unwrap())
            .unwrap();
        std::sync::Arc::new(config)
    });
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await.unwrap();
                let mut head = [0; 4096];
                while let Ok(1..) = stream.read(&mut head).await {
                    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret";
                    stream.write_all(answer).await.unwrap();
                    stream.flush().await.unwrap();
                }
            });
        }
    });
    let mut options = Options::to(&[address]);
    options.targets[0].tls = true;
    let edge = start(options).await;
    for _ in 0..3 {
        let answer = edge.get("/").await;
        assert!(answer.ends_with("\r\n\r\nsecret"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn https_is_served_and_said_to_the_target() {
    let upstream = Upstream::start().await;
    let certificate = certificate();
    let mut options = Options::to(&[upstream.address]);
    options.tls = Some(certificate.key);
    let edge = start(options).await;
    let folder = std::env::temp_dir().join(format!("btz-edge-{}", edge.address().port()));
    std::fs::create_dir_all(&folder).unwrap();
    let authority = folder.join("ca.pem");
    std::fs::write(&authority, certificate.pem).unwrap();
    let url = format!("https://localhost:{}/tls", edge.address().port());
    let resolve = format!("localhost:{}:127.0.0.1", edge.address().port());
    let authority = authority.to_str().unwrap();
    for (version, expected) in [("--http1.1", "HTTP/1.1 200"), ("--http2", "HTTP/2 200")] {
        let arguments = [
            "-sSi",
            "--cacert",
            authority,
            "--resolve",
            &resolve,
            version,
            &url,
        ];
        let output = crate::support::run("curl", &arguments).await;
        assert!(output.contains(expected), "{output}");
        assert!(
            output
                .to_ascii_lowercase()
                .contains("x-forwarded-proto: https"),
            "{output}"
        );
    }
    std::fs::remove_dir_all(folder).unwrap();
    let events = edge.events.wait(2).await;
    assert!(events.iter().all(|event| event.request.scheme == "https"));
    assert!(events.iter().all(|event| event.client.ja4.is_some()));
    assert_eq!(edge.edge.counters().tls_handshakes, 2);

    // Plain HTTP to the TLS port is no handshake.
    let answer = edge.get("/").await;
    assert_eq!(answer, "");
    assert_eq!(edge.edge.counters().tls_handshake_errors, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drain_lets_requests_end_and_closes_the_idle() {
    let (edge, _upstream) = edge_and_upstream().await;
    let mut idle = TcpStream::connect(edge.address()).await.unwrap();
    idle.write_all(b"GET /idle HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    read_until(&mut idle, "GET /idle").await;
    let mut busy = TcpStream::connect(edge.address()).await.unwrap();
    busy.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    let address = edge.address();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let began = Instant::now();
    let events = edge.events.clone();
    let drained = tokio::spawn(edge.edge.shutdown(Duration::from_secs(10)));
    assert_eq!(read_to_end(&mut idle).await, "");
    let answer = read_to_end(&mut busy).await;
    assert!(answer.ends_with("\r\n\r\nslow"), "{answer}");
    drained.await.unwrap();
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    assert!(TcpStream::connect(address).await.is_err());
    events.wait(2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drain_ends_even_when_a_request_does_not() {
    let (edge, _upstream) = edge_and_upstream().await;
    let mut stuck = TcpStream::connect(edge.address()).await.unwrap();
    stuck
        .write_all(b"GET /silent HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let events = edge.events.clone();
    let began = Instant::now();
    edge.edge.shutdown(Duration::from_millis(300)).await;
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
    let mut rest = Vec::new();
    // Closed or reset, either is an end.
    stuck.read_to_end(&mut rest).await.unwrap_or_default();
    assert!(rest.is_empty());
    assert_eq!(events.wait(1).await[0].status, 0);
}
