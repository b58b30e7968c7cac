//! Limits hold, are counted, and hurt nobody else.

use std::time::{Duration, Instant};

use edge::{CountersSnapshot, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Options, PATIENCE, TestEdge, Upstream, read_to_end, read_until, start};

async fn limited(limit: impl FnOnce(&mut Limits)) -> (TestEdge, Upstream) {
    let upstream = Upstream::start().await;
    let mut options = Options::to(&[upstream.address]);
    limit(&mut options.limits);
    (start(options).await, upstream)
}

async fn until(edge: &TestEdge, reached: impl Fn(CountersSnapshot) -> bool) {
    let began = Instant::now();
    while !reached(edge.edge.counters()) {
        assert!(began.elapsed() < PATIENCE, "{:?}", edge.edge.counters());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn still_serves(edge: &TestEdge) {
    let answer = edge.get("/still").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn heads_have_a_size() {
    let (edge, upstream) = limited(|_| {}).await;
    let limits = Limits::default();
    let long = "a".repeat(limits.request_line_bytes);
    let header = format!("X: {}\r\n", "b".repeat(limits.header_bytes));
    let many = "X: y\r\n".repeat(limits.headers);
    let total = format!("X: {}\r\n", "b".repeat(limits.header_bytes - 100)).repeat(5);
    for (request, status) in [
        (format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n"), 414),
        (format!("GET / HTTP/1.1\r\nHost: a\r\n{header}\r\n"), 431),
        (format!("GET / HTTP/1.1\r\nHost: a\r\n{many}\r\n"), 431),
        (format!("GET / HTTP/1.1\r\nHost: a\r\n{total}\r\n"), 431),
    ] {
        let answer = edge.talk(request.as_bytes()).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
    }
    assert_eq!(edge.edge.counters().requests_head_too_large, 4);
    assert!(upstream.seen().is_empty());

    // Just within the limits it passes, large as it is.
    let long = "a".repeat(15_000);
    let header = format!("X: {}\r\n", "b".repeat(15_000)).repeat(3);
    let request = format!("GET /{long} HTTP/1.1\r\nHost: a\r\n{header}Connection: close\r\n\r\n");
    let answer = edge.talk(request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer:.200}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_have_a_size() {
    let (edge, upstream) = limited(|limits| limits.body_bytes = 10_000).await;
    let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10001\r\n\r\n";
    let answer = edge.talk(head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(upstream.seen().is_empty());
    let mut stream = TcpStream::connect(edge.address()).await.unwrap();
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("fa0\r\n{}\r\n", "c".repeat(4_000));
    for _ in 0..3 {
        stream.write_all(chunk.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let answer = read_to_end(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    still_serves(&edge).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_heads_are_cut() {
    let (edge, upstream) = limited(|limits| limits.head_read = Duration::from_millis(500)).await;
    let mut silent = TcpStream::connect(edge.address()).await.unwrap();
    let mut slow = TcpStream::connect(edge.address()).await.unwrap();
    let (mut reader, mut writer) = slow.split();
    let drip = async {
        let lines =
            std::iter::once("GET / HTTP/1.1\r\nHost: a\r\n").chain(std::iter::repeat("X: y\r\n"));
        for line in lines.take(200) {
            if writer.write_all(line.as_bytes()).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let began = Instant::now();
    let mut bytes = Vec::new();
    tokio::select! {
        () = drip => panic!("a head of 20 seconds was accepted"),
        _ = reader.read_to_end(&mut bytes) => {}
    }
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(read_to_end(&mut silent).await, "");
    until(&edge, |counters| counters.slow_heads == 2).await;
    assert!(upstream.seen().is_empty());
    still_serves(&edge).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_bodies_are_cut() {
    let (edge, _upstream) = limited(|limits| {
        limits.slow_grace = Duration::from_millis(500);
        limits.bytes_per_second = 1_000;
    })
    .await;
    let mut slow = TcpStream::connect(edge.address()).await.unwrap();
    let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
    slow.write_all(head.as_bytes()).await.unwrap();
    let began = Instant::now();
    while slow.write_all(b"x").await.is_ok() {
        assert!(began.elapsed() < PATIENCE, "{:?}", edge.edge.counters());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    until(&edge, |counters| counters.slow_bodies == 1).await;
    // One that is slow, but fast enough, is served: 4,000 bytes a second.
    let mut steady = TcpStream::connect(edge.address()).await.unwrap();
    let head = "POST /steady HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\n";
    steady.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..25 {
        steady.write_all(&[b'x'; 400]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    read_until(&mut steady, "POST /steady").await;
    assert_eq!(edge.edge.counters().slow_bodies, 1);
    assert_eq!(edge.events.wait(2).await[0].status / 100 % 4, 0, "0 or 4xx");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_readers_are_cut() {
    let (edge, _upstream) = limited(|limits| {
        limits.slow_grace = Duration::from_millis(500);
        limits.bytes_per_second = 100_000;
    })
    .await;
    let mut slow = TcpStream::connect(edge.address()).await.unwrap();
    slow.write_all(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    // It reads nothing, while the answer does not fit into any buffer.
    until(&edge, |counters| counters.slow_readers == 1).await;
    edge.events.wait(1).await;
    still_serves(&edge).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_connections_are_closed_and_busy_ones_are_not() {
    let (edge, _upstream) = limited(|limits| limits.idle = Duration::from_millis(400)).await;
    let mut idle = TcpStream::connect(edge.address()).await.unwrap();
    // The answer takes longer than idling may: the target's time is not the client's.
    idle.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    let answer = read_to_end(&mut idle).await;
    assert!(answer.ends_with("\r\n\r\nslow"), "{answer}");
    until(&edge, |counters| counters.idle_closed == 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_have_a_number() {
    let (edge, _upstream) = limited(|limits| limits.connections_per_source = 3).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(TcpStream::connect(edge.address()).await.unwrap());
    }
    until(&edge, |counters| counters.connections_accepted == 3).await;
    let mut refused = TcpStream::connect(edge.address()).await.unwrap();
    let mut bytes = Vec::new();
    // Closed or reset: it gets nothing.
    refused.read_to_end(&mut bytes).await.unwrap_or_default();
    assert!(bytes.is_empty());
    until(&edge, |counters| counters.connections_refused_source == 1).await;
    held.clear();
    until(&edge, |counters| counters.connections_closed == 3).await;
    still_serves(&edge).await;

    let (edge, _upstream) = limited(|limits| limits.connections = 0).await;
    let mut refused = TcpStream::connect(edge.address()).await.unwrap();
    refused.read_to_end(&mut bytes).await.unwrap_or_default();
    until(&edge, |counters| counters.connections_refused_full == 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_leaves_is_noticed() {
    let (edge, _upstream) = limited(|_| {}).await;
    let mut leaving = TcpStream::connect(edge.address()).await.unwrap();
    leaving
        .write_all(b"GET /silent HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(leaving);
    let event = edge.events.wait(1).await.pop().unwrap();
    assert_eq!(event.status, 0);
    assert!(
        event.duration < Duration::from_secs(5),
        "{:?}",
        event.duration
    );
    assert_eq!(edge.edge.counters().requests_broken, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handshake_has_its_time() {
    let upstream = Upstream::start().await;
    let mut options = Options::to(&[upstream.address]);
    options.tls = Some(crate::support::certificate().key);
    options.limits.tls_handshake = Duration::from_millis(300);
    let edge = start(options).await;
    let mut silent = TcpStream::connect(edge.address()).await.unwrap();
    silent.write_all(&[22, 3, 1]).await.unwrap();
    assert_eq!(read_to_end(&mut silent).await, "");
    assert_eq!(edge.edge.counters().tls_handshake_timeouts, 1);
}
