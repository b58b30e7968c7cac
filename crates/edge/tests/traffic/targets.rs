//! Targets that answer oddly, late, or with what the edge must not pass on.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use edge::Limits;
use edge::frames::PREFACE;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::http2::{frame, get, head};
use crate::support::{Options, TestEdge, read_answer, read_until, start};

/// A target that answers each request head with the same bytes, and counts them.
async fn answering(answer: &'static str, closes: bool) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let counted = Arc::clone(&counted);
            tokio::spawn(async move {
                let mut bytes = Vec::new();
                while matches!(stream.read_buf(&mut bytes).await, Ok(1..)) {
                    if !bytes.windows(4).any(|window| window == b"\r\n\r\n") {
                        continue;
                    }
                    bytes.clear();
                    counted.fetch_add(1, Ordering::Relaxed);
                    if stream.write_all(answer.as_bytes()).await.is_err() || closes {
                        return;
                    }
                }
            });
        }
    });
    (address, requests)
}

async fn edge_to(address: SocketAddr) -> TestEdge {
    start(Options::to(&[address])).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_could_be_read_in_two_ways_are_not_passed_on() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\r\n folded: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX : a\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        "HTTP/1.1 000 No\r\n\r\n",
        "ICY 200 OK\r\n\r\n",
    ] {
        let (target, _) = answering(answer, true).await;
        let seen = edge_to(target).await.get("/").await;
        assert!(seen.starts_with("HTTP/1.1 502 "), "{answer:?}: {seen}");
        assert!(seen.contains("\r\nx-btz-request-id: "), "{seen}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_framed_anew_for_each_client() {
    let close =
        "HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: x\r\n\r\nhello";
    let chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nT: u\r\n\r\n";
    for (answer, closes) in [(close, true), (chunks, false)] {
        let (target, _) = answering(answer, closes).await;
        let edge = edge_to(target).await;
        let mut stream = TcpStream::connect(edge.address()).await.unwrap();
        for _ in 0..2 {
            stream
                .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                .await
                .unwrap();
            let seen = read_until(&mut stream, "0\r\n\r\n").await;
            let lower = seen.to_ascii_lowercase();
            assert!(
                lower.contains("\r\ntransfer-encoding: chunked\r\n"),
                "{seen}"
            );
            for hop in ["x-hop", "keep-alive", "connection:"] {
                assert!(!lower.contains(hop), "{hop}: {seen}");
            }
            let (_, body) = seen.split_once("\r\n\r\n").unwrap();
            let data: String = body
                .split("\r\n")
                .filter(|line| line.starts_with('h') || line.starts_with('l'))
                .collect();
            assert_eq!(data, "hello", "{seen}");
        }
        // HTTP/1.0 knows no chunks: its body ends with the connection.
        let seen = edge.talk(b"GET / HTTP/1.0\r\n\r\n").await;
        assert!(seen.ends_with("\r\n\r\nhello"), "{seen}");
        assert!(seen.contains("\r\nConnection: close\r\n"), "{seen}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_without_a_body_keep_what_they_say_of_it() {
    for (method, answer, expected) in [
        (
            "HEAD",
            "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n",
            "Content-Length: 7\r\n",
        ),
        (
            "GET",
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
            "Content-Length: 7\r\n",
        ),
        ("GET", "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n", "X: y\r\n"),
        (
            "GET",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            "Content-Length: 0\r\n",
        ),
    ] {
        let (target, requests) = answering(answer, false).await;
        let edge = edge_to(target).await;
        let mut stream = TcpStream::connect(edge.address()).await.unwrap();
        for number in 1..=3 {
            let request = format!("{method} / HTTP/1.1\r\nHost: a\r\n\r\n");
            stream.write_all(request.as_bytes()).await.unwrap();
            let seen = read_until(&mut stream, "\r\n\r\n").await;
            assert!(seen.contains(expected), "{seen}");
            assert!(seen.ends_with("\r\n\r\n"), "{seen}");
            assert!(!seen.contains("Transfer-Encoding"), "{seen}");
            assert_eq!(requests.load(Ordering::Relaxed), number);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn interim_answers_are_passed_on() {
    let answer = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n\
                  HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let (target, _) = answering(answer, false).await;
    let edge = edge_to(target).await;
    let seen = edge.get("/").await;
    assert!(
        seen.starts_with("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK"),
        "{seen}"
    );
    let seen = edge.talk(b"GET / HTTP/1.0\r\n\r\n").await;
    assert!(
        seen.starts_with("HTTP/1.1 200 OK"),
        "1.0 knows none: {seen}"
    );
    assert_eq!(edge.events.wait(2).await[0].status, 200);
}

/// A client that waits for `100 Continue` gets it from the edge, and sends its body then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expectation_is_met() {
    let upstream = crate::support::Upstream::start().await;
    let edge = edge_to(upstream.address).await;
    let mut stream = TcpStream::connect(edge.address()).await.unwrap();
    let head = "POST /e HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    read_until(&mut stream, "HTTP/1.1 100 Continue\r\n\r\n").await;
    stream.write_all(b"hello").await.unwrap();
    let answer = read_answer(&mut stream).await;
    assert!(answer.ends_with("hello"), "{answer}");
    assert!(!upstream.seen()[0].to_ascii_lowercase().contains("expect"));
}

/// A target that answers before it has read the body: the client sees the answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_early_answer_reaches_the_client() {
    let (target, _) = answering(
        "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nno!",
        true,
    )
    .await;
    let edge = edge_to(target).await;
    let mut stream = TcpStream::connect(edge.address()).await.unwrap();
    let head = "POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b'x'; 20_000]).await.unwrap();
    let seen = read_until(&mut stream, "no!").await;
    assert!(seen.starts_with("HTTP/1.1 413 "), "{seen}");
    assert_eq!(edge.events.wait(1).await[0].status, 413);
}

/// A request that may have had its effect is not sent twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_does_no_harm_twice_is_sent_twice() {
    // Each connection serves one request, and closes only when the second one has come.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let seen: Arc<AtomicUsize> = Arc::default();
    let counted = Arc::clone(&seen);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let counted = Arc::clone(&counted);
            tokio::spawn(async move {
                let mut bytes = [0; 4096];
                for number in 0.. {
                    if !matches!(stream.read(&mut bytes).await, Ok(1..)) {
                        return;
                    }
                    counted.fetch_add(1, Ordering::Relaxed);
                    if number == 1 {
                        return;
                    }
                    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
                    stream.write_all(answer).await.unwrap();
                }
            });
        }
    });
    for (method, status, requests) in [("GET", "200", 3), ("PUT", "200", 3), ("POST", "502", 2)] {
        let edge = edge_to(address).await;
        seen.store(0, Ordering::Relaxed);
        assert!(edge.get("/").await.contains("200 OK"));
        let request = format!("{method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        let answer = edge.talk(request.as_bytes()).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{method}: {answer}"
        );
        assert_eq!(seen.load(Ordering::Relaxed), requests, "{method}");
    }
}

/// HTTP/2 by way of an upgrade would pass requests that nobody has judged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_is_not_upgraded_to_http2() {
    let upstream = crate::support::Upstream::start().await;
    let edge = edge_to(upstream.address).await;
    let request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, Upgrade, HTTP2-Settings\r\n\
                   Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n";
    let answer = edge.talk(request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    let seen = upstream.seen()[0].to_ascii_lowercase();
    assert!(
        !seen.contains("upgrade") && !seen.contains("http2"),
        "{seen}"
    );
}

/// A target that does not read must not cost an innocent client its connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_that_is_slow_to_take_a_body_is_not_the_clients_fault() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        tokio::time::sleep(Duration::from_secs(3)).await;
        let mut sink = vec![0; 1 << 20];
        let mut read = 0;
        while read < 12_000_000 {
            read += stream.read(&mut sink).await.unwrap();
        }
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone";
        stream.write_all(answer).await.unwrap();
        assert_eq!(stream.read(&mut sink).await.unwrap(), 0);
    });
    let mut options = Options::to(&[target]);
    options.limits = Limits {
        slow_grace: Duration::from_secs(1),
        ..Limits::default()
    };
    let edge = start(options).await;
    let body = std::env::temp_dir().join(format!("btz-slow-target-{}", std::process::id()));
    std::fs::write(&body, vec![b'x'; 12_000_000]).unwrap();
    let url = format!("http://{}/", edge.address());
    let from = format!("@{}", body.display());
    let text = crate::support::run(
        "curl",
        &[
            "-sS",
            "--http2-prior-knowledge",
            "--data-binary",
            &from,
            &url,
        ],
    )
    .await;
    std::fs::remove_file(&body).unwrap();
    assert_eq!(text, "done");
    assert_eq!(edge.edge.counters().slow_bodies, 0);
}

/// What only HTTP/2 can say wrongly is refused as it is over HTTP/1, and recorded.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http2_refusals_have_their_status_and_their_event() {
    let upstream = crate::support::Upstream::start().await;
    let edge = edge_to(upstream.address).await;
    let connect = crate::http2::block(&[(":method", "CONNECT"), (":authority", "a:80")]);
    let no_authority = crate::http2::block(&[
        (":method", "GET"),
        (":scheme", "http"),
        (":path", "/"),
        ("host", "a b"),
    ]);
    let requests = [
        (connect, 405),
        (head("/", &[("expect", "200-ok")]), 417),
        (no_authority, 400),
        (head("/", &[("host", "b")]), 400),
        (get("/"), 200),
    ];
    let mut bytes = PREFACE.to_vec();
    bytes.extend(frame(4, 0, 0, &[]));
    let mut stream = TcpStream::connect(edge.address()).await.unwrap();
    for (number, (head, status)) in (0..).zip(&requests) {
        bytes.extend(frame(1, 5, 2 * number + 1, head));
        stream.write_all(&bytes).await.unwrap();
        bytes.clear();
        let count = usize::try_from(number).unwrap() + 1;
        let events = edge.events.wait(count).await;
        assert_eq!(events[count - 1].status, *status, "{number}");
    }
    assert_eq!(upstream.seen().len(), 1);
}
