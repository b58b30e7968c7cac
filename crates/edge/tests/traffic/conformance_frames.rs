//! The preface, frames, and each type's rules. Source: RFC 9113, sections 3.4, 4, 5.5, 6 and 7.

use tokio::time::{Duration, sleep};

use crate::conformance::Must::{Answer, GoAway, GoOn, Reset};
use crate::conformance::{
    ACK, COMPRESSION_ERROR, CONCURRENT_STREAMS, CONTINUATION, DATA, END_HEADERS, END_STREAM,
    FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, GOAWAY, HEADERS, PADDED, PING, PRIORITY, PROTOCOL_ERROR,
    PUSH_PROMISE, Peer, RST_STREAM, SETTINGS, WHOLE, WINDOW_UPDATE, WITH_PRIORITY, case, judge,
    subject,
};
use crate::http2::{block, frame, get};

/// Why a wrong length is answered by another code than FRAME_SIZE_ERROR.
const LENGTH: &str = "h2 has one error for a frame that it cannot read. The connection ends as it \
    must; only the code, which is for people who debug, is the more general one";

fn post(path: &str) -> Vec<u8> {
    block(&[
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "a"),
    ])
}

fn setting(id: u16, value: u32) -> Vec<u8> {
    let mut bytes = id.to_be_bytes().to_vec();
    bytes.extend(value.to_be_bytes());
    bytes
}

fn padded(length: u8, content: &[u8], padding: usize) -> Vec<u8> {
    let mut bytes = vec![length];
    bytes.extend(content);
    bytes.extend(vec![0; padding]);
    bytes
}

fn dependency(on: u32) -> [u8; 5] {
    let [a, b, c, d] = on.to_be_bytes();
    [a, b, c, d, 15]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_preface_and_the_format_of_frames() {
    let silent = get("/silent");
    let (first, rest) = silent.split_at(9);
    let reserved = frame(HEADERS, WHOLE, 1 | 1 << 31, &get("/"));
    let begun = |section, what, must| case(section, what, must).send(HEADERS, 1, 1, first);
    judge(vec![
        case("3.4", "SETTINGS after the preface", GoOn),
        case("3.4", "another frame first", GoAway(PROTOCOL_ERROR))
            .bare()
            .send(PING, 0, 0, &[0; 8])
            .differs(
                GoOn,
                "h2 does not insist that SETTINGS come first; none means the initial values",
            ),
        case("4.1", "a type that nobody knows", GoOn).send(0x77, 0xff, 5, b"what"),
        case("4.1", "flags that nobody knows", GoOn).send(PING, 0xfe, 0, &[1; 8]),
        case("4.1", "the reserved bit is ignored", Answer(1, 200)).raw(&reserved),
        case("4.2", "DATA of the largest size", Answer(1, 200))
            .send(HEADERS, END_HEADERS, 1, &post("/"))
            .send(DATA, END_STREAM, 1, &[b'x'; 16_384]),
        case("4.2", "DATA one byte too long", GoAway(FRAME_SIZE_ERROR))
            .send(HEADERS, END_HEADERS, 1, &post("/"))
            .send(DATA, END_STREAM, 1, &[b'x'; 16_385]),
        case("4.2", "HEADERS one byte too long", GoAway(FRAME_SIZE_ERROR)).send(
            HEADERS,
            WHOLE,
            1,
            &[0; 16_385],
        ),
        case("4.2", "an unknown type too long", GoAway(FRAME_SIZE_ERROR)).send(
            0x77,
            0,
            0,
            &[0; 16_385],
        ),
        case(
            "4.3",
            "a block that cannot be decoded",
            GoAway(COMPRESSION_ERROR),
        )
        .send(HEADERS, WHOLE, 1, &[0xff; 9])
        .differs(
            GoAway(PROTOCOL_ERROR),
            "h2 names every header block that it cannot read so; the connection ends as it must",
        ),
        begun("4.3", "DATA within a block", GoAway(PROTOCOL_ERROR)).send(DATA, 0, 1, b"x"),
        begun("4.3", "PING within a block", GoAway(PROTOCOL_ERROR)).send(PING, 0, 0, &[0; 8]),
        begun(
            "4.3",
            "another stream's HEADERS within a block",
            GoAway(PROTOCOL_ERROR),
        )
        .send(HEADERS, WHOLE, 3, &silent),
        begun(
            "4.3",
            "another stream's CONTINUATION",
            GoAway(PROTOCOL_ERROR),
        )
        .send(CONTINUATION, END_HEADERS, 3, rest),
        begun(
            "5.5",
            "an unknown type within a block",
            GoAway(PROTOCOL_ERROR),
        )
        .send(0x77, 0, 1, b"x"),
        begun("6.2", "PRIORITY within a block", GoAway(PROTOCOL_ERROR)).send(
            PRIORITY,
            0,
            1,
            &dependency(0),
        ),
        begun("6.2", "a block in two frames", GoOn).send(CONTINUATION, END_HEADERS, 1, rest),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn data_headers_and_continuation() {
    let opened = |section, what, must| {
        case(section, what, must).send(HEADERS, END_HEADERS, 1, &post("/silent"))
    };
    let root = post("/");
    let (a, rest) = root.split_at(1);
    let (b, c) = rest.split_at(7);
    judge(vec![
        case("6.1", "DATA on stream 0", GoAway(PROTOCOL_ERROR)).send(DATA, 0, 0, b"x"),
        opened(
            "6.1",
            "padding as long as the payload",
            GoAway(PROTOCOL_ERROR),
        )
        .send(DATA, PADDED, 1, &padded(5, b"abcd", 0)),
        opened(
            "6.1",
            "padding longer than the payload",
            GoAway(PROTOCOL_ERROR),
        )
        .send(DATA, PADDED, 1, &padded(255, b"abcd", 0)),
        opened("6.1", "padded, but empty", GoAway(FRAME_SIZE_ERROR))
            .send(DATA, PADDED, 1, b"")
            .differs(GoAway(PROTOCOL_ERROR), LENGTH),
        opened("6.1", "nothing but padding", GoOn).send(DATA, PADDED, 1, &padded(4, b"", 4)),
        case("6.1", "padding", Answer(1, 200))
            .send(HEADERS, END_HEADERS, 1, &root)
            .send(DATA, PADDED | END_STREAM, 1, &padded(9, b"abc", 9)),
        case("6.1", "DATA that is empty and ends", Answer(1, 200))
            .send(HEADERS, END_HEADERS, 1, &root)
            .send(DATA, END_STREAM, 1, b""),
        case("6.2", "HEADERS on stream 0", GoAway(PROTOCOL_ERROR)).send(HEADERS, WHOLE, 0, &root),
        case(
            "6.2",
            "padding longer than the block",
            GoAway(PROTOCOL_ERROR),
        )
        .send(HEADERS, WHOLE | PADDED, 1, &padded(200, &root, 0)),
        case("6.2", "padded, but empty", GoAway(FRAME_SIZE_ERROR))
            .send(HEADERS, WHOLE | PADDED, 1, b"")
            .differs(GoAway(PROTOCOL_ERROR), LENGTH),
        case("6.2", "padding", Answer(1, 200)).send(
            HEADERS,
            WHOLE | PADDED,
            1,
            &padded(30, &root, 30),
        ),
        case("6.2", "a priority cut short", GoAway(FRAME_SIZE_ERROR))
            .send(HEADERS, WHOLE | WITH_PRIORITY, 1, &[0, 0, 0, 3])
            .differs(GoAway(PROTOCOL_ERROR), LENGTH),
        case("6.2", "a priority and padding", Answer(1, 200)).send(
            HEADERS,
            WHOLE | WITH_PRIORITY | PADDED,
            1,
            &padded(3, &[&dependency(0), root.as_slice()].concat(), 3),
        ),
        case("6.10", "CONTINUATION on stream 0", GoAway(PROTOCOL_ERROR))
            .send(HEADERS, END_STREAM, 1, a)
            .send(CONTINUATION, END_HEADERS, 0, rest),
        case("6.10", "CONTINUATION after nothing", GoAway(PROTOCOL_ERROR)).send(
            CONTINUATION,
            END_HEADERS,
            1,
            &root,
        ),
        opened(
            "6.10",
            "CONTINUATION after a block's end",
            GoAway(PROTOCOL_ERROR),
        )
        .send(CONTINUATION, END_HEADERS, 1, b""),
        opened("6.10", "CONTINUATION after DATA", GoAway(PROTOCOL_ERROR))
            .send(DATA, 0, 1, b"x")
            .send(CONTINUATION, END_HEADERS, 1, b""),
        case(
            "6.10",
            "CONTINUATION after CONTINUATION's end",
            GoAway(PROTOCOL_ERROR),
        )
        .send(HEADERS, END_STREAM, 1, a)
        .send(CONTINUATION, END_HEADERS, 1, rest)
        .send(CONTINUATION, END_HEADERS, 1, b""),
        case(
            "6.10",
            "a block in four frames, one of them empty",
            Answer(1, 200),
        )
        .send(HEADERS, END_STREAM, 1, a)
        .send(CONTINUATION, 0, 1, b)
        .send(CONTINUATION, 0, 1, b"")
        .send(CONTINUATION, END_HEADERS, 1, c),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn priority_and_rst_stream() {
    let opened = |section, what, must| {
        case(section, what, must).send(HEADERS, END_HEADERS, 1, &post("/silent"))
    };
    let itself = "RFC 7540, 5.3.1, which RFC 9113 has dropped: h2 keeps to it";
    judge(vec![
        case("6.3", "PRIORITY on stream 0", GoAway(PROTOCOL_ERROR)).send(
            PRIORITY,
            0,
            0,
            &dependency(1),
        ),
        case("6.3", "PRIORITY of an idle stream", GoOn).send(PRIORITY, 0, 9, &dependency(1)),
        opened("6.3", "PRIORITY of four bytes", Reset(1, FRAME_SIZE_ERROR))
            .send(PRIORITY, 0, 1, &[0; 4])
            .differs(GoAway(PROTOCOL_ERROR), LENGTH),
        opened("6.3", "PRIORITY of six bytes", Reset(1, FRAME_SIZE_ERROR))
            .send(PRIORITY, 0, 1, &[0; 6])
            .differs(GoAway(PROTOCOL_ERROR), LENGTH),
        opened("5.3", "PRIORITY on itself", GoOn)
            .send(PRIORITY, 0, 1, &dependency(1))
            .differs(Reset(1, PROTOCOL_ERROR), itself),
        case("5.3", "HEADERS that depend on themselves", Answer(1, 200))
            .send(
                HEADERS,
                WHOLE | WITH_PRIORITY,
                1,
                &[&dependency(1), get("/").as_slice()].concat(),
            )
            .differs(Reset(1, PROTOCOL_ERROR), itself),
        case("RFC 9218, 7.1", "PRIORITY_UPDATE", GoOn).send(0x10, 0, 0, b"\0\0\0\x01u=1"),
        case("6.4", "RST_STREAM on stream 0", GoAway(PROTOCOL_ERROR)).send(
            RST_STREAM,
            0,
            0,
            &[0, 0, 0, 8],
        ),
        case(
            "6.4",
            "RST_STREAM of an idle stream",
            GoAway(PROTOCOL_ERROR),
        )
        .send(RST_STREAM, 0, 1, &[0, 0, 0, 8]),
        opened("6.4", "RST_STREAM of three bytes", GoAway(FRAME_SIZE_ERROR))
            .send(RST_STREAM, 0, 1, &[0; 3])
            .differs(GoAway(PROTOCOL_ERROR), LENGTH),
        opened("6.4", "RST_STREAM of five bytes", GoAway(FRAME_SIZE_ERROR))
            .send(RST_STREAM, 0, 1, &[0; 5])
            .differs(GoAway(PROTOCOL_ERROR), LENGTH),
        opened("6.4", "RST_STREAM", GoOn).send(RST_STREAM, 0, 1, &[0, 0, 0, 8]),
        opened("7", "an error code that nobody knows", GoOn).send(RST_STREAM, 0, 1, &[0xff; 4]),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_push_promise_ping_and_goaway() {
    let set =
        |what, id, value, must| case("6.5.2", what, must).send(SETTINGS, 0, 0, &setting(id, value));
    judge(vec![
        case(
            "6.5",
            "an acknowledgement with a payload",
            GoAway(FRAME_SIZE_ERROR),
        )
        .send(SETTINGS, ACK, 0, &setting(1, 0))
        .differs(GoAway(PROTOCOL_ERROR), LENGTH),
        case("6.5", "SETTINGS on a stream", GoAway(PROTOCOL_ERROR)).send(
            SETTINGS,
            0,
            1,
            &setting(1, 0),
        ),
        case("6.5", "SETTINGS of five bytes", GoAway(FRAME_SIZE_ERROR))
            .send(SETTINGS, 0, 0, &[0; 5])
            .differs(GoAway(PROTOCOL_ERROR), LENGTH),
        case("6.5", "SETTINGS of three bytes", GoAway(FRAME_SIZE_ERROR))
            .send(SETTINGS, 0, 0, &[0; 3])
            .differs(GoAway(PROTOCOL_ERROR), LENGTH),
        set("ENABLE_PUSH of 2", 2, 2, GoAway(PROTOCOL_ERROR)),
        set("ENABLE_PUSH of 0", 2, 0, GoOn),
        set("ENABLE_PUSH of 1", 2, 1, GoOn),
        set("a window of 2^31", 4, 1 << 31, GoAway(FLOW_CONTROL_ERROR)).differs(
            GoAway(PROTOCOL_ERROR),
            "h2 has one error for every value out of range",
        ),
        set("a window of 2^31 - 1", 4, (1 << 31) - 1, GoOn),
        set("frames of 16,383 bytes", 5, 16_383, GoAway(PROTOCOL_ERROR)),
        set("frames of 2^24 bytes", 5, 1 << 24, GoAway(PROTOCOL_ERROR)),
        set("frames of 2^24 - 1 bytes", 5, (1 << 24) - 1, GoOn),
        set("a table of no size", 1, 0, GoOn),
        set("a table of 2^32 - 1", 1, u32::MAX, GoOn),
        set("a header list of no size", 6, 0, GoOn),
        set("a setting that nobody knows", 0xabcd, 7, GoOn),
        set("the setting 0", 0, 7, GoOn),
        case(
            "RFC 8441, 3",
            "ENABLE_CONNECT_PROTOCOL of 2",
            GoAway(PROTOCOL_ERROR),
        )
        .send(SETTINGS, 0, 0, &setting(8, 2)),
        case("RFC 9218, 2.1", "NO_RFC7540_PRIORITIES", GoOn).send(SETTINGS, 0, 0, &setting(9, 1)),
        case(
            "6.5.3",
            "the last of one setting's values counts",
            Answer(1, 200),
        )
        .send(
            SETTINGS,
            0,
            0,
            &[setting(4, 0), setting(4, 65_535)].concat(),
        )
        .send(HEADERS, WHOLE, 1, &get("/")),
        case("6.6", "PUSH_PROMISE of a client", GoAway(PROTOCOL_ERROR))
            .send(HEADERS, WHOLE, 1, &get("/silent"))
            .send(
                PUSH_PROMISE,
                END_HEADERS,
                1,
                &[&[0, 0, 0, 2], get("/").as_slice()].concat(),
            ),
        case("6.7", "PING on a stream", GoAway(PROTOCOL_ERROR)).send(PING, 0, 1, &[0; 8]),
        case("6.7", "PING of seven bytes", GoAway(FRAME_SIZE_ERROR))
            .send(PING, 0, 0, &[0; 7])
            .differs(GoAway(PROTOCOL_ERROR), LENGTH),
        case("6.7", "PING of nine bytes", GoAway(FRAME_SIZE_ERROR))
            .send(PING, 0, 0, &[0; 9])
            .differs(GoAway(PROTOCOL_ERROR), LENGTH),
        case("6.7", "an answer to no PING", GoOn).send(PING, ACK, 0, &[7; 8]),
        case("6.8", "GOAWAY on a stream", GoAway(PROTOCOL_ERROR)).send(GOAWAY, 0, 1, &[0; 8]),
        case("6.8", "GOAWAY cut short", GoAway(FRAME_SIZE_ERROR))
            .send(GOAWAY, 0, 0, &[0; 7])
            .differs(GoAway(PROTOCOL_ERROR), LENGTH),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn window_update() {
    let opened = |section, what, must| {
        case(section, what, must).send(HEADERS, END_HEADERS, 1, &post("/silent"))
    };
    let most = ((1_u32 << 31) - 1).to_be_bytes();
    judge(vec![
        case("6.9", "an increment of 0", GoAway(PROTOCOL_ERROR)).send(WINDOW_UPDATE, 0, 0, &[0; 4]),
        opened("6.9", "a stream's increment of 0", Reset(1, PROTOCOL_ERROR))
            .send(WINDOW_UPDATE, 0, 1, &[0; 4])
            .differs(
                GoAway(PROTOCOL_ERROR),
                "h2 reads the increment before it looks for the stream: the harder answer",
            ),
        case(
            "6.9",
            "WINDOW_UPDATE of three bytes",
            GoAway(FRAME_SIZE_ERROR),
        )
        .send(WINDOW_UPDATE, 0, 0, &[0, 0, 1])
        .differs(GoAway(PROTOCOL_ERROR), LENGTH),
        case(
            "6.9",
            "WINDOW_UPDATE of five bytes",
            GoAway(FRAME_SIZE_ERROR),
        )
        .send(WINDOW_UPDATE, 0, 0, &[0, 0, 0, 0, 1])
        .differs(GoAway(PROTOCOL_ERROR), LENGTH),
        case(
            "6.9",
            "WINDOW_UPDATE of an idle stream",
            GoAway(PROTOCOL_ERROR),
        )
        .send(WINDOW_UPDATE, 0, 1, &[0, 0, 0, 1]),
        case(
            "6.9.1",
            "the connection's window above 2^31 - 1",
            GoAway(FLOW_CONTROL_ERROR),
        )
        .send(WINDOW_UPDATE, 0, 0, &most),
        opened(
            "6.9.1",
            "a stream's window above 2^31 - 1",
            Reset(1, FLOW_CONTROL_ERROR),
        )
        .send(WINDOW_UPDATE, 0, 1, &most),
        opened(
            "6.9.2",
            "a window above 2^31 - 1 by SETTINGS",
            GoAway(FLOW_CONTROL_ERROR),
        )
        .send(WINDOW_UPDATE, 0, 1, &[0, 0, 0, 1])
        .send(SETTINGS, 0, 0, &setting(4, (1 << 31) - 1)),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_edge_says_its_settings_and_acknowledges() {
    let (edge, _upstream) = subject().await;
    let mut peer = Peer::connect(&edge).await;
    // Section 3.4: the server's preface does not wait for the client's SETTINGS.
    assert!(peer.until(|seen| seen.settings.len() == 1).await);
    let settings = peer.seen.settings[0].clone();
    assert!(settings.contains(&(3, CONCURRENT_STREAMS)), "{settings:?}");
    assert!(settings.contains(&(6, 64 * 1024)), "{settings:?}");
    peer.send(&frame(SETTINGS, 0, 0, &setting(3, 1))).await;
    peer.send(&frame(SETTINGS, 0, 0, &setting(3, 2))).await;
    // Section 6.7: a PING comes back with the same bytes, even before a body that is due.
    peer.send(&frame(HEADERS, WHOLE, 1, &get("/slow"))).await;
    peer.send(&frame(PING, 0, 0, b"01234567")).await;
    assert!(peer.until(|seen| !seen.pongs.is_empty()).await);
    assert_eq!(peer.seen.pongs, [*b"01234567"]);
    assert!(peer.seen.whole.is_empty(), "{:?}", peer.seen);
    assert!(peer.until(|seen| seen.whole.contains(&1)).await);
    assert_eq!(peer.seen.settings_acks, 2, "{:?}", peer.seen);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_says_goaway_gets_its_answers() {
    let (edge, _upstream) = subject().await;
    let mut peer = Peer::connect(&edge).await;
    peer.send(&frame(SETTINGS, 0, 0, &[])).await;
    peer.send(&frame(HEADERS, WHOLE, 1, &get("/slow"))).await;
    // Section 6.8, with a code that nobody knows (section 7).
    peer.send(&frame(GOAWAY, 0, 0, &[0, 0, 0, 0, 0, 0, 0, 0]))
        .await;
    assert!(peer.until(|seen| seen.whole.contains(&1)).await);
    assert_eq!(peer.seen.statuses.get(&1), Some(&200), "{:?}", peer.seen);
    assert_eq!(edge.events.wait(1).await[0].status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_edge_keeps_to_the_clients_windows() {
    let (edge, _upstream) = subject().await;
    let mut peer = Peer::connect(&edge).await;
    peer.send(&frame(SETTINGS, 0, 0, &setting(4, 10))).await;
    peer.send(&frame(HEADERS, WHOLE, 1, &get("/large"))).await;
    let quiet = async |peer: &mut Peer, bytes: usize| {
        assert!(peer.until(|seen| seen.data_bytes >= bytes).await);
        let waited = tokio::select! {
            _ = peer.until(|seen| seen.data_bytes > bytes) => false,
            () = sleep(Duration::from_millis(150)) => true,
        };
        assert!(waited && !peer.seen.closed, "{:?}", peer.seen);
    };
    quiet(&mut peer, 10).await;
    peer.send(&frame(WINDOW_UPDATE, 0, 1, &[0, 0, 0, 7])).await;
    quiet(&mut peer, 17).await;
    // Section 6.9.2: a smaller initial window takes away from the stream, to below zero.
    peer.send(&frame(SETTINGS, 0, 0, &setting(4, 0))).await;
    peer.send(&frame(WINDOW_UPDATE, 0, 1, &[0, 0, 0, 10])).await;
    quiet(&mut peer, 17).await;
    peer.send(&frame(WINDOW_UPDATE, 0, 1, &[0, 0, 0, 3])).await;
    quiet(&mut peer, 20).await;
    // Then it is the connection's window that ends it.
    peer.send(&frame(WINDOW_UPDATE, 0, 1, &[0, 0x7f, 0, 0]))
        .await;
    quiet(&mut peer, 65_535).await;
}
