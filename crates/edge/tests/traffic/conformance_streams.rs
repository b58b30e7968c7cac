//! Streams' states, their ids and number, and flow control. Source: RFC 9113, sections 5 and 6.9.

use tokio::net::TcpListener;

use crate::conformance::Must::{Answer, GoAway, GoOn, Reset};
use crate::conformance::{
    CONCURRENT_STREAMS, CONTINUATION, DATA, END_HEADERS, END_STREAM, FLOW_CONTROL_ERROR, HEADERS,
    PRIORITY, PROTOCOL_ERROR, Peer, REFUSED_STREAM, RST_STREAM, SETTINGS, STREAM_CLOSED, WHOLE,
    WINDOW_UPDATE, case, judge, subject,
};
use crate::http2::{block, frame, get};
use crate::support::{Options, start};

/// Why a stream's error ends the connection.
const HARDER: &str = "h2 takes the harder of two answers, which 5.4.2 allows, and its general code";

fn post(path: &str) -> Vec<u8> {
    block(&[
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "a"),
    ])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn states() {
    let silent = get("/silent");
    let half = |what, must| case("5.1, half-closed", what, must).send(HEADERS, WHOLE, 1, &silent);
    let reset = |what, must| {
        case("5.1, closed by RST_STREAM", what, must)
            .send(HEADERS, END_HEADERS, 1, &post("/silent"))
            .send(RST_STREAM, 0, 1, &[0, 0, 0, 8])
    };
    let done = |what, must| {
        case("5.1, closed by END_STREAM", what, must)
            .send(HEADERS, WHOLE, 1, &get("/"))
            .answered(1)
    };
    let one = [0, 0, 0, 1];
    judge(vec![
        case("5.1, idle", "DATA", GoAway(PROTOCOL_ERROR)).send(DATA, 0, 1, b"x"),
        case("5.1, idle", "RST_STREAM", GoAway(PROTOCOL_ERROR)).send(RST_STREAM, 0, 1, &one),
        case("5.1, idle", "WINDOW_UPDATE", GoAway(PROTOCOL_ERROR)).send(WINDOW_UPDATE, 0, 1, &one),
        case("5.1, idle", "CONTINUATION", GoAway(PROTOCOL_ERROR)).send(
            CONTINUATION,
            END_HEADERS,
            1,
            &silent,
        ),
        case("5.1, idle", "PRIORITY", GoOn).send(PRIORITY, 0, 1, &[0, 0, 0, 3, 1]),
        half("DATA", Reset(1, STREAM_CLOSED))
            .send(DATA, 0, 1, b"x")
            .differs(GoAway(PROTOCOL_ERROR), HARDER),
        half("HEADERS", Reset(1, STREAM_CLOSED))
            .send(HEADERS, WHOLE, 1, &silent)
            .differs(GoAway(PROTOCOL_ERROR), HARDER),
        half("WINDOW_UPDATE", GoOn).send(WINDOW_UPDATE, 0, 1, &one),
        half("PRIORITY", GoOn).send(PRIORITY, 0, 1, &[0, 0, 0, 3, 1]),
        half("RST_STREAM", GoOn).send(RST_STREAM, 0, 1, &[0, 0, 0, 8]),
        reset("DATA", Reset(1, STREAM_CLOSED)).send(DATA, 0, 1, b"x"),
        reset("HEADERS (5.1.1)", GoAway(PROTOCOL_ERROR)).send(HEADERS, WHOLE, 1, &silent),
        reset("WINDOW_UPDATE", GoOn).send(WINDOW_UPDATE, 0, 1, &one),
        reset("PRIORITY", GoOn).send(PRIORITY, 0, 1, &[0, 0, 0, 3, 1]),
        reset("RST_STREAM", GoOn).send(RST_STREAM, 0, 1, &[0, 0, 0, 8]),
        done("DATA", Reset(1, STREAM_CLOSED)).send(DATA, 0, 1, b"x"),
        done("HEADERS (5.1.1)", GoAway(PROTOCOL_ERROR)).send(HEADERS, WHOLE, 1, &silent),
        done("WINDOW_UPDATE", GoOn).send(WINDOW_UPDATE, 0, 1, &one),
        done("PRIORITY", GoOn).send(PRIORITY, 0, 1, &[0, 0, 0, 3, 1]),
        done("RST_STREAM", GoOn).send(RST_STREAM, 0, 1, &[0, 0, 0, 8]),
        done("the next stream", Answer(3, 200)).send(HEADERS, WHOLE, 3, &get("/")),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn identifiers_and_concurrency() {
    let silent = get("/silent");
    let filled = |what, must| {
        (0..CONCURRENT_STREAMS).fold(case("5.1.2", what, must), |case, number| {
            case.send(HEADERS, WHOLE, 2 * number + 1, &silent)
        })
    };
    let next = 2 * CONCURRENT_STREAMS + 1;
    judge(vec![
        case("5.1.1", "an even id", GoAway(PROTOCOL_ERROR)).send(HEADERS, WHOLE, 2, &silent),
        case("5.1.1", "an id below one before", GoAway(PROTOCOL_ERROR))
            .send(HEADERS, WHOLE, 5, &silent)
            .send(HEADERS, WHOLE, 3, &silent),
        case(
            "5.1.1",
            "DATA on a stream that was passed over",
            Reset(3, STREAM_CLOSED),
        )
        .send(HEADERS, WHOLE, 5, &silent)
        .send(DATA, 0, 3, b"x"),
        case("5.1.1", "DATA on an even stream", GoAway(PROTOCOL_ERROR))
            .send(HEADERS, WHOLE, 5, &silent)
            .send(DATA, 0, 2, b"x"),
        case("5.1.1", "ids with gaps", Answer(101, 200))
            .send(HEADERS, WHOLE, 1, &silent)
            .send(HEADERS, WHOLE, 101, &get("/")),
        case("5.1.1", "the last id", Answer((1 << 31) - 1, 200)).send(
            HEADERS,
            WHOLE,
            (1 << 31) - 1,
            &get("/"),
        ),
        filled("as many streams as were allowed", GoOn),
        filled("one stream more", Reset(next, REFUSED_STREAM)).send(HEADERS, WHOLE, next, &silent),
        filled("one more, when one has gone", Answer(next, 200))
            .send(RST_STREAM, 0, 1, &[0, 0, 0, 8])
            .send(HEADERS, WHOLE, next, &get("/")),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn goaway_names_the_last_stream_and_the_rest_of_the_connection_is_let_go() {
    let (edge, upstream) = subject().await;
    let mut peer = Peer::connect(&edge).await;
    peer.send(&frame(SETTINGS, 0, 0, &[])).await;
    peer.send(&frame(HEADERS, WHOLE, 7, &get("/silent"))).await;
    while upstream.seen().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    peer.send(&frame(DATA, 0, 0, b"x")).await;
    assert!(peer.until(|seen| seen.closed).await, "{:?}", peer.seen);
    // Section 6.8: what was above it may be sent again elsewhere, so it must be right.
    assert_eq!(peer.seen.go_aways, [(7, PROTOCOL_ERROR)]);
    let event = edge.events.wait(1).await.remove(0);
    assert_eq!(event.status, 0, "the request went with its connection");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_sends_more_than_its_window_is_stopped() {
    // A target that is connected to and never reads: in the end nothing is taken from the client.
    let deaf = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let edge = start(Options::to(&[deaf.local_addr().unwrap()])).await;
    let mut peer = Peer::connect(&edge).await;
    peer.send(&frame(SETTINGS, 0, 0, &[])).await;
    peer.send(&frame(HEADERS, END_HEADERS, 1, &post("/"))).await;
    // It heeds no WINDOW_UPDATE: more than all buffers on the way hold.
    let data = frame(DATA, 0, 1, &[b'x'; 16_384]).repeat(64);
    for _ in 0..48 {
        peer.send(&data).await;
    }
    peer.until(|seen| !seen.resets.is_empty() || seen.closed)
        .await;
    let reset = peer.seen.resets == [(1, FLOW_CONTROL_ERROR)];
    let gone = peer
        .seen
        .go_aways
        .iter()
        .any(|last| last.1 == FLOW_CONTROL_ERROR);
    assert!(reset || gone, "{:?}", peer.seen);
    drop(deaf);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_within_its_windows_is_taken_whole() {
    let (edge, upstream) = subject().await;
    let mut peer = Peer::connect(&edge).await;
    // Room for the answer, which is longer than the request.
    peer.send(&frame(SETTINGS, 0, 0, &[0, 4, 0, 2, 0, 0])).await;
    peer.send(&frame(WINDOW_UPDATE, 0, 0, &[0, 1, 0, 0])).await;
    peer.send(&frame(HEADERS, END_HEADERS, 1, &post("/"))).await;
    // The whole of the initial window, at once: it is the client's to use (section 6.9.2).
    let all = frame(DATA, 0, 1, &[b'x'; 16_383]).repeat(4);
    peer.send(&all).await;
    peer.send(&frame(DATA, END_STREAM, 1, b"xyz")).await;
    assert!(peer.until(|seen| seen.whole.contains(&1)).await);
    assert_eq!(peer.seen.statuses.get(&1), Some(&200));
    assert!(peer.seen.data_bytes > 65_535 - 16, "{:?}", peer.seen);
    assert_eq!(upstream.seen().len(), 1);
}
