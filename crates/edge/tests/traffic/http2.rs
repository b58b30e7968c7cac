//! HTTP/2: real clients (nghttp2, curl), and abuse in raw frames.

use std::time::Duration;

use edge::frames::PREFACE;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{Options, PATIENCE, TestEdge, Upstream, rule, run, start, web_acl};

async fn edge_and_upstream() -> (TestEdge, Upstream) {
    let upstream = Upstream::start().await;
    let edge = start(Options::to(&[upstream.address])).await;
    (edge, upstream)
}

pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut bytes = length[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// A header block without compression: literal fields, never indexed.
pub(crate) fn block(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, value) in fields {
        bytes.push(0x10);
        for text in [name, value] {
            bytes.push(u8::try_from(text.len()).unwrap());
            bytes.extend(text.as_bytes());
        }
    }
    bytes
}

pub(crate) fn get(path: &str) -> Vec<u8> {
    block(&[
        (":method", "GET"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "a"),
    ])
}

/// Sends frames until the edge closes the connection, at most `most` times.
async fn flood(edge: &TestEdge, most: usize, mut next: impl FnMut(u32) -> Vec<u8>) {
    let mut stream = TcpStream::connect(edge.address()).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let flooding = async {
        let mut hello = PREFACE.to_vec();
        hello.extend(frame(4, 0, 0, &[]));
        writer.write_all(&hello).await.unwrap();
        for number in 0..most {
            let stream = u32::try_from(2 * number + 1).unwrap();
            if writer.write_all(&next(stream)).await.is_err() {
                return;
            }
        }
        // All was taken: wait for the end.
        std::future::pending::<()>().await;
    };
    let mut sink = vec![0; 1 << 16];
    let closed = async { while let Ok(1..) = reader.read(&mut sink).await {} };
    let ended = timeout(PATIENCE, async {
        tokio::select! {
            () = flooding => {}
            () = closed => {}
        }
    });
    assert!(
        ended.await.is_ok(),
        "the flood was not cut: {:?}",
        edge.edge.counters()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn curl_and_nghttp_are_served_by_prior_knowledge() {
    let (edge, upstream) = edge_and_upstream().await;
    let url = format!("http://{}/h2?x=y", edge.address());
    let output = run("curl", &["-sSi", "--http2-prior-knowledge", &url]).await;
    assert!(output.starts_with("HTTP/2 200"), "{output}");
    assert!(
        upstream.seen()[0].starts_with("GET /h2?x=y HTTP/1.1\r\n"),
        "{:?}",
        upstream.seen()
    );
    let host = format!("host: {}\r\n", edge.address());
    assert!(upstream.seen()[0].to_ascii_lowercase().contains(&host));
    let output = run("nghttp", &["-v", "-m", "20", &url]).await;
    assert_eq!(output.matches(":status: 200").count(), 20, "{output}");
    let body = "x".repeat(100_000);
    let output = run(
        "curl",
        &["-sSi", "--http2-prior-knowledge", "-d", &body, &url],
    )
    .await;
    assert!(output.ends_with(&body), "{} bytes", output.len());
    let events = edge.events.wait(22).await;
    assert!(
        events
            .iter()
            .all(|event| event.request.version == "HTTP/2.0")
    );
    assert!(events.iter().all(|event| event.status == 200));
    assert!(edge.edge.counters().http2_frames > 22);
    // The old way from HTTP/1.1 is not taken, and does no harm (RFC 9113, section 3.1).
    let output = run("curl", &["-sSi", "--http2", &url]).await;
    assert!(output.starts_with("HTTP/1.1 200"), "{output}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_streams_at_once() {
    let (edge, _upstream) = edge_and_upstream().await;
    let url = format!("http://{}/", edge.address());
    let arguments = ["-n", "4000", "-c", "4", "-m", "50", &url];
    let output = run("h2load", &arguments).await;
    assert!(output.contains("4000 succeeded, 0 failed"), "{output}");
    edge.events.wait(4000).await;
    let counters = edge.edge.counters();
    assert_eq!((counters.requests, counters.requests_broken), (4000, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cookies_sent_in_several_lines_are_judged_and_forwarded_as_one() {
    let upstream = Upstream::start().await;
    let mut options = Options::to(&[upstream.address]);
    let cookie = r#"{"SingleHeader":{"Name":"cookie"}}"#;
    let rule = rule("split", cookie, "one=1; two=2", r#"{"Block":{}}"#);
    options.web_acl = Some(web_acl(&format!("[{rule}]")));
    let edge = start(options).await;
    let url = format!("http://{}/", edge.address());
    let send = async |second: &str| {
        let second = format!("cookie: {second}");
        run(
            "nghttp",
            &["-v", "-H", "cookie: one=1", "-H", &second, &url],
        )
        .await
    };
    let output = send("two=2").await;
    assert!(output.contains(":status: 403"), "{output}");
    let output = send("three=3").await;
    assert!(output.contains(":status: 200"), "{output}");
    let seen = upstream.seen();
    assert_eq!(seen.len(), 1, "{seen:?}");
    let cookies = seen[0].to_ascii_lowercase();
    assert!(cookies.contains("cookie: one=1; three=3\r\n"), "{cookies}");
}

/// The head of a request with more fields than [`get`] has.
pub(crate) fn head(path: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = get(path);
    bytes.extend(block(more));
    bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_http1_refuses_is_refused_in_http2_too() {
    let (edge, upstream) = edge_and_upstream().await;
    let mut stream = TcpStream::connect(edge.address()).await.unwrap();
    let mut bytes = PREFACE.to_vec();
    bytes.extend(frame(4, 0, 0, &[]));
    let bad = [
        head("/", &[("transfer_encoding", "chunked")]),
        head("/", &[("content_length", "5")]),
        head("/", &[("x-role", " admin")]),
        head("/", &[("x-role", "admin\t")]),
        head("?x=y", &[]),
        head("*", &[]),
    ];
    for (number, head) in (0..).zip(&bad) {
        bytes.extend(frame(1, 5, 2 * number + 1, head));
    }
    stream.write_all(&bytes).await.unwrap();
    let events = edge.events.wait(bad.len()).await;
    assert!(
        events.iter().all(|event| event.status == 400),
        "{events:#?}"
    );
    assert!(upstream.seen().is_empty(), "{:?}", upstream.seen());
    let good = head("/good", &[("x-role", "admin")]);
    stream.write_all(&frame(1, 5, 101, &good)).await.unwrap();
    assert_eq!(edge.events.wait(bad.len() + 1).await[bad.len()].status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_held_for_inspection_has_a_deadline() {
    let upstream = Upstream::start().await;
    let mut options = Options::to(&[upstream.address]);
    options.limits.slow_grace = Duration::from_millis(500);
    // So that the inspected 8 KB are due at once, and other frames keep the connection fast enough.
    options.limits.bytes_per_second = 10_000;
    let body = rule(
        "body",
        r#"{"Body":{"OversizeHandling":"CONTINUE"}}"#,
        "evil",
        r#"{"Block":{}}"#,
    );
    options.web_acl = Some(web_acl(&format!("[{body}]")));
    let edge = start(options).await;
    let mut stream = TcpStream::connect(edge.address()).await.unwrap();
    let mut bytes = PREFACE.to_vec();
    bytes.extend(frame(4, 0, 0, &[]));
    bytes.extend(frame(
        1,
        4,
        1,
        &head("/held", &[("content-length", "9000")]),
    ));
    bytes.extend(frame(0, 0, 1, b"a beginning"));
    stream.write_all(&bytes).await.unwrap();
    let began = std::time::Instant::now();
    // Ten times as much as it must be: a busy machine sends them late.
    let updates = frame(8, 0, 0, &[0, 0, 0, 1]).repeat(300);
    while edge.events.all().is_empty() {
        assert!(began.elapsed() < PATIENCE, "{:?}", edge.edge.counters());
        if stream.write_all(&updates).await.is_err() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    edge.events.wait(1).await;
    assert_eq!(edge.edge.counters().slow_bodies, 1);
    assert!(upstream.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_web_acl_judges_http2_too() {
    let upstream = Upstream::start().await;
    let host = r#"{"SingleHeader":{"Name":"host"}}"#;
    let body = r#"{"Body":{"OversizeHandling":"CONTINUE"}}"#;
    let block = r#"{"Block":{}}"#;
    let mut options = Options::to(&[upstream.address]);
    let rules = format!(
        "[{},{}]",
        rule("host", host, "^evil", block),
        rule("body", body, "evil", block).replace(r#""Priority":1"#, r#""Priority":2"#),
    );
    options.web_acl = Some(web_acl(&rules));
    let edge = start(options).await;
    let url = format!("http://{}/", edge.address());
    let h2 = "--http2-prior-knowledge";
    let clean = "c".repeat(100_000);
    for (arguments, expected) in [
        (vec!["-sSi", h2, &url], "HTTP/2 200"),
        (
            vec!["-sSi", h2, "-H", "Host: evil.example", &url],
            "HTTP/2 403",
        ),
        (vec!["-sSi", h2, "-d", "some evil", &url], "HTTP/2 403"),
        (vec!["-sSi", h2, "-d", &clean, &url], "HTTP/2 200"),
    ] {
        let output = run("curl", &arguments).await;
        assert!(output.contains(expected), "{output:.500}");
        let refused = expected.ends_with("403");
        assert_eq!(
            output.contains("x-btz-request-id: ") && output.contains("explain"),
            refused
        );
    }
    assert_eq!(upstream.seen().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn floods_are_cut_and_counted() {
    let (edge, upstream) = edge_and_upstream().await;
    // CVE-2023-44487, rapid reset.
    flood(&edge, 5_000, |stream| {
        let mut both = frame(1, 5, stream, &get("/silent"));
        both.extend(frame(3, 0, stream, &[0, 0, 0, 8]));
        both
    })
    .await;
    assert!(
        upstream.seen().len() < 1_000,
        "{} reached the target",
        upstream.seen().len()
    );
    // CVE-2019-9512 and 9515, ping and settings floods.
    flood(&edge, 5_000, |_| frame(6, 0, 0, &[0; 8])).await;
    flood(&edge, 5_000, |_| frame(4, 0, 0, &[])).await;
    // CVE-2024-27316, CONTINUATION without end.
    let mut first = true;
    flood(&edge, 5_000, |_| {
        let kind = if std::mem::take(&mut first) { 1 } else { 9 };
        frame(kind, 0, 1, &block(&[("x", "y")]))
    })
    .await;
    // CVE-2019-9518, frames that carry nothing.
    let mut first = true;
    flood(&edge, 5_000, |_| {
        if std::mem::take(&mut first) {
            return frame(1, 4, 1, &get("/silent"));
        }
        frame(0, 0, 1, &[])
    })
    .await;
    // Priorities, and frames that nobody knows.
    flood(&edge, 5_000, |_| frame(2, 0, 1, &[0, 0, 0, 3, 16])).await;
    flood(&edge, 5_000, |_| frame(0x77, 0, 0, b"?")).await;
    let counters = edge.edge.counters();
    assert_eq!(counters.http2_reset_floods, 1, "{counters:?}");
    assert_eq!(counters.http2_ping_floods, 1, "{counters:?}");
    assert_eq!(counters.http2_settings_floods, 1, "{counters:?}");
    assert_eq!(counters.http2_continuation_floods, 1, "{counters:?}");
    assert_eq!(counters.http2_empty_floods, 1, "{counters:?}");
    assert_eq!(counters.http2_priority_floods, 1, "{counters:?}");
    assert_eq!(counters.http2_unknown_floods, 1, "{counters:?}");
    let answer = edge.get("/still").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_that_make_no_request_reach_no_target() {
    let (edge, upstream) = edge_and_upstream().await;
    let good: &[(&str, &str)] = &[
        (":method", "GET"),
        (":scheme", "http"),
        (":path", "/"),
        (":authority", "a"),
    ];
    let with = |field: (&'static str, &'static str)| {
        let mut fields = good.to_vec();
        fields.push(field);
        fields
    };
    let mut cases = vec![
        with(("transfer-encoding", "chunked")),
        with(("connection", "close")),
        with(("host", "b")),
        with(("x", "a\r\nb: c")),
        with(("x", "a\0b")),
        with(("Upper", "x")),
        with(("content-length", "5")),
        with((":path", "/again")),
    ];
    for path in ["/a b", "/\r\nX: y", "http://b/", "a"] {
        cases.push(vec![
            (":method", "GET"),
            (":scheme", "http"),
            (":path", path),
            (":authority", "a"),
        ]);
    }
    for fields in cases {
        let mut stream = TcpStream::connect(edge.address()).await.unwrap();
        let mut bytes = PREFACE.to_vec();
        bytes.extend(frame(4, 0, 0, &[]));
        bytes.extend(frame(1, 5, 1, &block(&fields)));
        stream.write_all(&bytes).await.unwrap();
        // Refused by a reset, a GOAWAY or a status of 400: never by the target.
        tokio::time::sleep(Duration::from_millis(150)).await;
        assert_eq!(upstream.seen(), [""; 0], "{fields:?}");
    }
}
