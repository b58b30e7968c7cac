//! HTTP/1's limits rule by rule, and the same limits in HTTP/2: what is just within them is served,
//! what is one above is refused with an event. Source: RFC 9110, 5.4 and 15.5; RFC 9112, 2.3 to 7.

use edge::Limits;

use crate::conformance::Must::Answer;
use crate::conformance::{
    CONTINUATION, Case, END_HEADERS, END_STREAM, HEADERS, Peer, SETTINGS, WHOLE, case, judge,
};
use crate::http2::{frame, get};
use crate::support::{Options, Upstream, start};

fn chunked(size_line: &str, trailers: &str) -> String {
    format!(
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n\
         {size_line}\r\nabc\r\n0\r\n{trailers}\r\n"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chunks_and_trailers() {
    let upstream = Upstream::start().await;
    let edge = start(Options::to(&[upstream.address])).await;
    let trailer = |bytes: usize| format!("x: {}\r\n", "v".repeat(bytes - 5));
    let many = |times: usize| "x: y\r\n".repeat(times);
    let cases = [
        ("a trailer", chunked("3", "x-sum: 1\r\n"), 200),
        (
            "trailers of 8,000 bytes",
            chunked("3", &trailer(8_000)),
            200,
        ),
        (
            "trailers of 8,300 bytes",
            chunked("3", &trailer(8_300)),
            400,
        ),
        ("1,300 trailers", chunked("3", &many(1_300)), 200),
        ("1,400 trailers", chunked("3", &many(1_400)), 400),
        ("a trailer without a colon", chunked("3", "x\r\n"), 400),
        ("a trailer without a name", chunked("3", ": x\r\n"), 400),
        (
            "a trailer that is folded",
            chunked("3", "x: y\r\n z\r\n"),
            400,
        ),
        (
            "a trailer with a bare LF",
            chunked("3", "x: y\nz: w\r\n"),
            400,
        ),
        ("a trailer with NUL", chunked("3", "x: \0\r\n"), 400),
        ("zeros before the size", chunked("0003", ""), 200),
        ("a size in upper case", chunked("3;A=B", ""), 200),
        ("an extension", chunked("3;a=\"b;c\"", ""), 200),
        (
            "an extension of 200 bytes",
            chunked(&format!("3;a={}", "b".repeat(200)), ""),
            200,
        ),
        (
            "an extension of 300 bytes",
            chunked(&format!("3;a={}", "b".repeat(300)), ""),
            400,
        ),
        ("no size", chunked("", ""), 400),
        ("a size with 0x", chunked("0x3", ""), 400),
        ("a size with a sign", chunked("+3", ""), 400),
        ("a size with a space before", chunked(" 3", ""), 400),
        ("a size too small", chunked("2", ""), 400),
    ];
    let number = cases.len();
    let mut wrong = Vec::new();
    for (what, request, status) in cases {
        let answer = edge.talk(request.as_bytes()).await;
        if !answer.starts_with(&format!("HTTP/1.1 {status} ")) {
            wrong.push(format!("{what}: {status}, but {answer:.60}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    edge.events.wait(number).await;
    // Trailers are no headers: they reach no target as such (RFC 9110, 6.5.1).
    let seen = upstream.seen();
    assert!(seen.iter().all(|head| !head.contains("x-sum")), "{seen:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_heads_limits_to_the_byte() {
    let limits = Limits::default();
    let upstream = Upstream::start().await;
    let edge = start(Options::to(&[upstream.address])).await;
    // Of the line's end, CR is counted with it.
    let line = |more: usize| {
        let path = "p".repeat(limits.request_line_bytes - "GET / HTTP/1.1\r".len() + more);
        format!("GET /{path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    };
    // Host and Connection are two of them.
    let fields = |number: usize| {
        let more = "x: y\r\n".repeat(number - 2);
        format!("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{more}\r\n")
    };
    for (request, status) in [
        (line(0), 200),
        (line(1), 414),
        (fields(limits.headers), 200),
        (fields(limits.headers + 1), 431),
    ] {
        let answer = edge.talk(request.as_bytes()).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{status}: {answer:.60}"
        );
    }
    let events = edge.events.wait(4).await;
    let statuses: Vec<_> = events.iter().map(|event| event.status).collect();
    assert_eq!(statuses, [200, 414, 200, 431]);
}

/// A text's length as HPACK writes it with 7 bits, and the text.
fn text(bytes: &[u8]) -> Vec<u8> {
    let mut written = Vec::new();
    match u8::try_from(bytes.len()) {
        Ok(short @ ..=126) => written.push(short),
        _ => {
            written.push(127);
            let mut rest = bytes.len() - 127;
            while rest > 127 {
                written.push(u8::try_from(rest % 128).unwrap() | 0x80);
                rest /= 128;
            }
            written.push(u8::try_from(rest).unwrap());
        }
    }
    written.extend(bytes);
    written
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_limits_in_http2() {
    let limits = Limits::default();
    let whole = |what, status, head: Vec<u8>| -> Case {
        let first = head.len().min(16_384);
        let case =
            case("10.5.1", what, Answer(1, status)).send(HEADERS, END_STREAM, 1, &head[..first]);
        case.send(CONTINUATION, END_HEADERS, 1, &head[first..])
    };
    let path = |bytes: usize| {
        let mut head = Vec::new();
        for (name, value) in [
            (":method", b"GET".to_vec()),
            (":scheme", b"http".to_vec()),
            (":path", [b"/".as_slice(), &vec![b'p'; bytes - 1]].concat()),
            (":authority", b"a".to_vec()),
        ] {
            head.push(0x10);
            head.extend(text(name.as_bytes()));
            head.extend(text(&value));
        }
        head
    };
    let field = |bytes: usize| {
        let mut head = get("/");
        head.push(0x10);
        head.extend(text(b"x"));
        head.extend(text(&vec![b'v'; bytes - 1]));
        head
    };
    let fields = |number: usize| {
        let mut head = get("/");
        for _ in 0..number {
            head.extend(b"\x10\x01x\x01y");
        }
        head
    };
    judge(vec![
        whole(
            "a path as long as may be",
            200,
            path(limits.request_line_bytes - 20),
        ),
        whole("a path too long", 414, path(limits.request_line_bytes + 1)),
        whole("a field as long as may be", 200, field(limits.header_bytes)),
        whole("a field too long", 431, field(limits.header_bytes + 1)),
        whole("as many fields as may be", 200, fields(limits.headers)),
        whole("a field too many", 431, fields(limits.headers + 1)),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edge_that_drains_says_goaway_twice() {
    let upstream = Upstream::start().await;
    let edge = start(Options::to(&[upstream.address])).await;
    let mut peer = Peer::connect(&edge).await;
    peer.send(&frame(SETTINGS, 0, 0, &[])).await;
    peer.send(&frame(HEADERS, WHOLE, 1, &get("/slow"))).await;
    while upstream.seen().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let idle = std::time::Duration::from_secs(20);
    let drained = tokio::spawn(edge.edge.drain(idle, idle));
    // RFC 9113, 6.8: the first names no stream, so that what is on its way is not lost.
    assert!(peer.until(|seen| !seen.go_aways.is_empty()).await);
    assert_eq!(peer.seen.go_aways, [((1 << 31) - 1, 0)]);
    // Sent before the second one came: taken or named as not taken, never silently dropped.
    peer.send(&frame(HEADERS, WHOLE, 3, &get("/3"))).await;
    assert!(peer.until(|seen| seen.closed).await, "{:?}", peer.seen);
    let seen = &peer.seen;
    let (last, code) = *seen.go_aways.last().unwrap();
    assert_eq!((seen.go_aways.len(), code), (2, 0), "{seen:?}");
    assert!(seen.whole.contains(&1), "{seen:?}");
    assert_eq!(seen.whole.contains(&3), last >= 3, "{seen:?}");
    drained.await.unwrap();
}
