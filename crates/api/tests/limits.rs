//! The front door's limits: each with what its client sees and what is counted.

#![expect(clippy::expect_used, reason = "a test may panic")]

mod house;

use std::time::Duration;

use api::Limits;
use house::{House, Request, limits, signed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn read_to_end(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut bytes)).await;
    // A reset is an end as well.
    drop(read.expect("the connection stayed open"));
    bytes
}

#[tokio::test]
async fn connections_over_the_limit_are_closed_and_counted() {
    let house = House::with(
        Limits {
            connections_max: 2,
            ..limits()
        },
        None,
        None,
    )
    .await;
    let mut open = Vec::new();
    for _ in 0..2 {
        let mut stream = house.connect().await;
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            .await
            .unwrap();
        assert!(stream.read_u8().await.is_ok());
        open.push(stream);
    }
    let mut third = house.connect().await;
    assert!(read_to_end(&mut third).await.is_empty());
    assert_eq!(house.metric("btz_api_connections_refused_total"), 1);
    assert_eq!(house.metric("btz_api_connections"), 2);
    drop(open);
    house
        .until(|| house.metric("btz_api_connections") == 0)
        .await;
    let who = signed(
        "sts",
        Request::form("Action=GetCallerIdentity&Version=2011-06-15"),
    );
    assert_eq!(house.send(who).await.status, 200);
}

#[tokio::test]
async fn a_connection_is_kept_for_many_calls() {
    let house = House::open().await;
    let mut stream = house.connect().await;
    for _ in 0..3 {
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            .await
            .unwrap();
        let mut buffer = [0; 4096];
        let length = stream.read(&mut buffer).await.unwrap();
        assert!(
            buffer
                .get(..length)
                .unwrap()
                .starts_with(b"HTTP/1.1 200 OK\r\n")
        );
    }
}

#[tokio::test]
async fn a_head_over_the_limits_is_refused() {
    let house = House::with(
        Limits {
            head_bytes_max: 8192,
            headers_max: 20,
            ..limits()
        },
        None,
        None,
    )
    .await;
    for head in [
        format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(9000)),
        format!(
            "GET / HTTP/1.1\r\nhost: x\r\na: {}\r\n\r\n",
            "b".repeat(9000)
        ),
        format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(30)),
    ] {
        let mut stream = house.connect().await;
        stream.write_all(head.as_bytes()).await.unwrap();
        let answer = read_to_end(&mut stream).await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            ["HTTP/1.1 431 ", "HTTP/1.1 414 "]
                .iter()
                .any(|status| answer.starts_with(status)),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_head_that_does_not_come_is_given_up() {
    let head_timeout = Duration::from_millis(300);
    let house = House::with(
        Limits {
            head_timeout,
            ..limits()
        },
        None,
        None,
    )
    .await;
    for start in [&b""[..], b"POST / HTTP/1.1\r\nhost: x\r\n"] {
        let mut stream = house.connect().await;
        stream.write_all(start).await.unwrap();
        read_to_end(&mut stream).await;
    }
    house
        .until(|| house.metric("btz_api_connections") == 0)
        .await;
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let body_timeout = Duration::from_millis(300);
    let house = House::with(
        Limits {
            body_timeout,
            ..limits()
        },
        None,
        None,
    )
    .await;
    let mut stream = house.connect().await;
    stream
        .write_all(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc")
        .await
        .unwrap();
    let answer = read_to_end(&mut stream).await;
    assert!(
        answer.starts_with(b"HTTP/1.1 400 "),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    assert_eq!(
        house.metric("btz_api_requests_refused_total{reason=\"body_too_slow\"}"),
        1
    );
    house
        .until(|| house.metric("btz_api_bodies_bytes") == 0)
        .await;
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_stated_or_in_chunks() {
    let house = House::open().await;
    let chunks = format!("10000\r\n{}\r\n1\r\nx\r\n0\r\n\r\n", "x".repeat(65536));
    for request in [
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 65537\r\n\r\n".to_owned(),
        format!("POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n{chunks}"),
    ] {
        let mut stream = house.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut start = [0; 12];
        stream.read_exact(&mut start).await.unwrap();
        assert_eq!(&start, b"HTTP/1.1 413");
    }
    assert_eq!(
        house.metric("btz_api_requests_refused_total{reason=\"body_too_large\"}"),
        2
    );
}

#[tokio::test]
async fn the_sum_of_all_bodies_has_a_limit() {
    let house = House::with(
        Limits {
            bodies_bytes_max: 100_000,
            ..limits()
        },
        None,
        None,
    )
    .await;
    let start = |length: usize| {
        let head = format!("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n");
        [head.into_bytes(), vec![b'x'; length - 1]].concat()
    };
    // One holds 60,000 bytes and does not end, the next asks for as many.
    let mut first = house.connect().await;
    first.write_all(&start(60_000)).await.unwrap();
    house
        .until(|| house.metric("btz_api_bodies_bytes") == 59_999)
        .await;
    let mut second = house.connect().await;
    second.write_all(&start(60_000)).await.unwrap();
    let mut status = [0; 12];
    second.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 503");
    assert_eq!(
        house.metric("btz_api_requests_refused_total{reason=\"bodies_full\"}"),
        1
    );
    drop(first);
    house
        .until(|| house.metric("btz_api_bodies_bytes") == 0)
        .await;
}
