//! Header compression, and what makes a request. Source: RFC 7541; RFC 9113, sections 8.1 to 8.5.

use crate::conformance::Must::{Answer, AnswerAndReset, GoAway, GoOn, Reset};
use crate::conformance::{
    COMPRESSION_ERROR, CONTINUATION, Case, DATA, END_HEADERS, END_STREAM, HEADERS, Must,
    PROTOCOL_ERROR, SETTINGS, STREAM_CLOSED, WHOLE, case, judge,
};
use crate::http2::{block, get, head};

const MALFORMED: Must = Reset(1, PROTOCOL_ERROR);
/// Why a header block that cannot be decoded is answered by another code than COMPRESSION_ERROR.
const CODE: &str = "h2 names every header block that it cannot read PROTOCOL_ERROR. The connection \
    ends as it must, for its table is out of step; the code is for people who debug";

/// Why a malformed request ends the connection with all that is on it.
const HARDER: &str = "h2 refuses it while it decodes the block, and takes the harder of two answers, \
    which RFC 9113, 5.4.2, allows";

fn post(more: &[(&str, &str)]) -> Vec<u8> {
    let mut fields = vec![
        (":method", "POST"),
        (":scheme", "http"),
        (":path", "/"),
        (":authority", "a"),
    ];
    fields.extend(more);
    block(&fields)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn header_compression() {
    let with = |section, what, must, more: &[u8]| {
        case(section, what, must).send(HEADERS, WHOLE, 1, &[get("/").as_slice(), more].concat())
    };
    let broken = |section, what, more: &[u8]| {
        with(section, what, GoAway(COMPRESSION_ERROR), more).differs(GoAway(PROTOCOL_ERROR), CODE)
    };
    let sized = |section, what, must, size: &[u8]| {
        case(section, what, must).send(HEADERS, WHOLE, 1, &[size, get("/").as_slice()].concat())
    };
    // x-custom: v, kept; then by its index, the first after the static table's 61.
    let kept = b"\x40\x08x-custom\x01v";
    let indexed = |what, must, between: &[u8]| {
        with("RFC 7541, 2.3.2", what, must, kept).answered(1).send(
            HEADERS,
            WHOLE,
            3,
            &[between, get("/").as_slice(), &[0xbe]].concat(),
        )
    };
    // A field of 16,378 bytes: four of them, with what is counted beside them, are more than 64 KB.
    let mut long = b"\x10\x01x\x7f\xfb\x7e".to_vec();
    long.extend([b'v'; 127 + 0x7b + (0x7e << 7)]);
    judge(vec![
        broken("RFC 7541, 6.1", "the index 0", &[0x80]),
        broken(
            "RFC 7541, 2.3.3",
            "an index that the table does not have",
            &[0xbe],
        ),
        broken(
            "RFC 7541, 2.3.3",
            "an index far too large",
            &[0xff, 0x80, 0x80, 0x01],
        ),
        broken(
            "RFC 7541, 2.3.3",
            "a name by an index that is not there",
            b"\x7f\x20\x01v",
        ),
        broken("RFC 7541, 5.1", "an integer without end", &[0xff; 12]),
        broken("RFC 7541, 5.2", "a text cut short", b"\x10\x05ab"),
        broken("RFC 7541, 5.2", "padding of zeros", b"\x10\x01x\x81\x1e"),
        broken(
            "RFC 7541, 5.2",
            "padding of eight bits",
            b"\x10\x01x\x82\x1f\xff",
        ),
        broken(
            "RFC 7541, 5.2",
            "the end-of-string symbol",
            b"\x10\x01x\x84\xff\xff\xff\xff",
        ),
        with(
            "RFC 7541, 5.2",
            "Huffman's code",
            Answer(1, 200),
            b"\x10\x01x\x81\x1f",
        ),
        with(
            "RFC 7541, 6.2.2",
            "a field not indexed",
            Answer(1, 200),
            b"\0\x01x\x01y",
        ),
        with(
            "RFC 7541, 6.1",
            "a field of the static table",
            Answer(1, 200),
            &[0x90],
        ),
        indexed("a field of the dynamic table", Answer(3, 200), b""),
        indexed(
            "the table's size is set anew",
            Answer(3, 200),
            b"\x3f\xe1\x0f",
        ),
        indexed("the table was emptied", GoAway(COMPRESSION_ERROR), b"\x20")
            .differs(GoAway(PROTOCOL_ERROR), CODE),
        broken("RFC 7541, 4.2", "a table's size after a field", b"\x20"),
        sized(
            "RFC 7541, 6.3",
            "a table of 4,096 bytes",
            Answer(1, 200),
            b"\x3f\xe1\x1f",
        ),
        sized(
            "RFC 7541, 6.3",
            "a table of 4,097 bytes",
            GoAway(COMPRESSION_ERROR),
            b"\x3f\xe2\x1f",
        )
        .differs(GoAway(PROTOCOL_ERROR), CODE),
        sized(
            "RFC 7541, 4.2",
            "two sizes",
            Answer(1, 200),
            b"\x20\x3f\xe1\x1f",
        ),
        with(
            "4.3",
            "a refused request leaves the table in step",
            MALFORMED,
            &[b"\x10\x0aconnection\x05close", kept.as_slice()].concat(),
        )
        .send(HEADERS, WHOLE, 3, &[get("/").as_slice(), &[0xbe]].concat()),
        // The list is too long, the connection is not: section 10.5.1.
        case("10.5.1", "a header list too long", Answer(1, 431))
            .send(HEADERS, END_STREAM, 1, &get("/"))
            .send(CONTINUATION, 0, 1, &long)
            .send(CONTINUATION, 0, 1, &long)
            .send(CONTINUATION, 0, 1, &long)
            .send(CONTINUATION, END_HEADERS, 1, &long),
        case(
            "10.5.1",
            "a header list too long, with a body to come",
            AnswerAndReset(1, 431, PROTOCOL_ERROR),
        )
        .send(HEADERS, 0, 1, &get("/"))
        .send(CONTINUATION, 0, 1, &long)
        .send(CONTINUATION, 0, 1, &long)
        .send(CONTINUATION, 0, 1, &long)
        .send(CONTINUATION, END_HEADERS, 1, &long),
    ])
    .await;
}

fn request(what: &'static str, must: Must, fields: &[(&str, &str)]) -> Case {
    case("8.3", what, must).send(HEADERS, WHOLE, 1, &block(fields))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pseudo_headers() {
    let method = (":method", "GET");
    let scheme = (":scheme", "http");
    let path = (":path", "/");
    let authority = (":authority", "a");
    let whole = [method, scheme, path, authority];
    let and = |more: (&'static str, &'static str)| [&whole[..], &[more]].concat();
    let options = (":method", "OPTIONS");
    let connect = (":method", "CONNECT");
    judge(vec![
        request("all four", Answer(1, 200), &whole),
        request(
            "in another order",
            Answer(1, 200),
            &[authority, path, method, scheme],
        ),
        request(
            "no :authority, but host",
            Answer(1, 200),
            &[method, scheme, path, ("host", "a")],
        ),
        request(
            "neither :authority nor host",
            Answer(1, 400),
            &[method, scheme, path],
        ),
        request(
            "host as :authority says",
            Answer(1, 200),
            &and(("host", "a")),
        ),
        request(
            "host other than :authority",
            Answer(1, 400),
            &and(("host", "b")),
        ),
        request("no :method", MALFORMED, &[scheme, path, authority]),
        request("no :scheme", MALFORMED, &[method, path, authority]),
        request("no :path", MALFORMED, &[method, scheme, authority]),
        request(
            "an empty :path",
            MALFORMED,
            &[method, scheme, (":path", ""), authority],
        ),
        request(
            "an empty :method",
            MALFORMED,
            &[(":method", ""), scheme, path, authority],
        )
        .differs(GoAway(PROTOCOL_ERROR), HARDER),
        request(
            "a :method that is none",
            MALFORMED,
            &[(":method", "G T"), scheme, path, authority],
        )
        .differs(GoAway(PROTOCOL_ERROR), HARDER),
        request(
            "an empty :scheme",
            MALFORMED,
            &[method, (":scheme", ""), path, authority],
        )
        .differs(
            Answer(1, 200),
            "h2 takes it for none, and nothing depends on it: the scheme is the listener's",
        ),
        request(
            "a :scheme that is none",
            MALFORMED,
            &[method, (":scheme", "a b"), path, authority],
        ),
        request(
            "an :authority that is none",
            MALFORMED,
            &[method, scheme, path, (":authority", "a b")],
        ),
        request(
            "an :authority with a user",
            Answer(1, 400),
            &[method, scheme, path, (":authority", "u@a")],
        ),
        request(":method twice", MALFORMED, &and(method)),
        request(":scheme twice", MALFORMED, &and(scheme)),
        request(":path twice", MALFORMED, &and(path)),
        request(":authority twice", MALFORMED, &and(authority)),
        request("one that nobody knows", MALFORMED, &and((":what", "x")))
            .differs(GoAway(PROTOCOL_ERROR), HARDER),
        request("a response's", MALFORMED, &and((":status", "200"))),
        request(
            "after a field",
            MALFORMED,
            &[method, scheme, authority, ("x", "y"), path],
        ),
        request(
            "* of OPTIONS",
            Answer(1, 200),
            &[options, scheme, (":path", "*"), authority],
        ),
        request(
            "* of GET",
            Answer(1, 400),
            &[method, scheme, (":path", "*"), authority],
        ),
        request(
            "a :path without /",
            MALFORMED,
            &[method, scheme, (":path", "x"), authority],
        ),
        case("8.5", "CONNECT", Answer(1, 405)).send(
            HEADERS,
            END_HEADERS,
            1,
            &block(&[connect, (":authority", "a:443")]),
        ),
        case("8.5", "CONNECT with :scheme and :path", MALFORMED).send(
            HEADERS,
            END_HEADERS,
            1,
            &block(&[connect, scheme, path, authority]),
        ),
        case("8.5", "CONNECT without :authority", MALFORMED)
            .send(HEADERS, END_HEADERS, 1, &block(&[connect]))
            .differs(
                Answer(1, 405),
                "the edge takes no CONNECT, be it well formed or not",
            ),
        case(
            "RFC 8441, 4",
            "extended CONNECT, which was not offered",
            MALFORMED,
        )
        .send(
            HEADERS,
            END_HEADERS,
            1,
            &block(&[connect, (":protocol", "websocket"), scheme, path, authority]),
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fields() {
    let field = |section, what, must, name: &str, value: &str| {
        case(section, what, must).send(HEADERS, WHOLE, 1, &head("/", &[(name, value)]))
    };
    judge(vec![
        field("8.2.1", "a name in upper case", MALFORMED, "X-Upper", "y")
            .differs(GoAway(PROTOCOL_ERROR), HARDER),
        field("8.2.1", "a name with a space", MALFORMED, "x y", "z")
            .differs(GoAway(PROTOCOL_ERROR), HARDER),
        field("8.2.1", "a name with a colon", MALFORMED, "x:y", "z")
            .differs(GoAway(PROTOCOL_ERROR), HARDER),
        field("8.2.1", "a name with DEL", MALFORMED, "x\x7f", "z")
            .differs(GoAway(PROTOCOL_ERROR), HARDER),
        field("8.2.1", "an empty name", MALFORMED, "", "z").differs(GoAway(PROTOCOL_ERROR), HARDER),
        field("8.2.1", "NUL in a value", MALFORMED, "x", "a\0b")
            .differs(GoAway(PROTOCOL_ERROR), HARDER),
        field("8.2.1", "CR in a value", MALFORMED, "x", "a\rb")
            .differs(GoAway(PROTOCOL_ERROR), HARDER),
        field("8.2.1", "LF in a value", MALFORMED, "x", "a\nb")
            .differs(GoAway(PROTOCOL_ERROR), HARDER),
        field(
            "8.2.1",
            "a value that begins with a space",
            Answer(1, 400),
            "x",
            " a",
        ),
        field(
            "8.2.1",
            "a value that ends with a tab",
            Answer(1, 400),
            "x",
            "a\t",
        ),
        field("8.2.1", "an empty value", Answer(1, 200), "x", ""),
        field("8.2.1", "a value beyond ASCII", Answer(1, 200), "x", "é"),
        field("8.2.2", "connection", MALFORMED, "connection", "close"),
        field(
            "8.2.2",
            "proxy-connection",
            MALFORMED,
            "proxy-connection",
            "close",
        ),
        field("8.2.2", "keep-alive", MALFORMED, "keep-alive", "timeout=5"),
        field(
            "8.2.2",
            "transfer-encoding",
            MALFORMED,
            "transfer-encoding",
            "chunked",
        ),
        field("8.2.2", "upgrade", MALFORMED, "upgrade", "h2c"),
        field("8.2.2", "te of gzip", MALFORMED, "te", "gzip"),
        field(
            "8.2.2",
            "te of trailers and more",
            MALFORMED,
            "te",
            "trailers, gzip",
        ),
        field("8.2.2", "te of trailers", Answer(1, 200), "te", "trailers"),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_and_trailers() {
    let length = |what, must, says: &str| {
        let head = post(&[("content-length", says)]);
        case("8.1.1", what, must).send(HEADERS, END_HEADERS, 1, &head)
    };
    let opened = |what, must| case("8.1", what, must).send(HEADERS, END_HEADERS, 1, &post(&[]));
    let trailer = block(&[("x-sum", "1")]);
    judge(vec![
        length("as long as was said", Answer(1, 200), "6")
            .send(DATA, 0, 1, b"abc")
            .send(DATA, END_STREAM, 1, b"def"),
        length("shorter than was said", MALFORMED, "6").send(DATA, END_STREAM, 1, b"abc"),
        length("longer than was said", MALFORMED, "2").send(DATA, END_STREAM, 1, b"abc"),
        length("longer in all", MALFORMED, "4")
            .send(DATA, 0, 1, b"abc")
            .send(DATA, END_STREAM, 1, b"def"),
        length("shorter, ended by trailers", MALFORMED, "6")
            .send(DATA, 0, 1, b"abc")
            .send(HEADERS, WHOLE, 1, &trailer),
        length("a length that is no number", MALFORMED, "x").send(DATA, END_STREAM, 1, b"abc"),
        length("a length with a sign", MALFORMED, "+3").send(DATA, END_STREAM, 1, b"abc"),
        length("a length without end", MALFORMED, "99999999999999999999")
            .send(DATA, END_STREAM, 1, b"abc"),
        case("8.1.1", "two lengths", MALFORMED)
            .send(
                HEADERS,
                END_HEADERS,
                1,
                &post(&[("content-length", "3"), ("content-length", "4")]),
            )
            .send(DATA, END_STREAM, 1, b"abc"),
        case("8.1.1", "a length, and no body", MALFORMED).send(
            HEADERS,
            WHOLE,
            1,
            &post(&[("content-length", "3")]),
        ),
        opened("trailers", Answer(1, 200))
            .send(DATA, 0, 1, b"abc")
            .send(HEADERS, WHOLE, 1, &trailer),
        opened("trailers without a body", Answer(1, 200)).send(HEADERS, WHOLE, 1, &trailer),
        opened("trailers that do not end", MALFORMED)
            .send(DATA, 0, 1, b"abc")
            .send(HEADERS, END_HEADERS, 1, &trailer),
        opened("a pseudo-header in trailers", MALFORMED)
            .send(DATA, 0, 1, b"abc")
            .send(HEADERS, WHOLE, 1, &block(&[(":path", "/other")]))
            .differs(Answer(1, 200), "h2 drops it unseen: no target ever gets it"),
        opened("a name in upper case in trailers", MALFORMED)
            .send(DATA, 0, 1, b"abc")
            .send(HEADERS, WHOLE, 1, &block(&[("X-Sum", "1")]))
            .differs(GoAway(PROTOCOL_ERROR), HARDER),
        opened("connection in trailers", MALFORMED)
            .send(DATA, 0, 1, b"abc")
            .send(HEADERS, WHOLE, 1, &block(&[("connection", "close")])),
        opened("DATA after trailers", Reset(1, STREAM_CLOSED))
            .send(HEADERS, WHOLE, 1, &trailer)
            .send(DATA, END_STREAM, 1, b"abc")
            .differs(GoAway(PROTOCOL_ERROR), HARDER),
        case("8.1", "SETTINGS between requests", GoOn)
            .send(HEADERS, WHOLE, 1, &get("/"))
            .answered(1)
            .send(SETTINGS, 0, 0, &[]),
    ])
    .await;
}
