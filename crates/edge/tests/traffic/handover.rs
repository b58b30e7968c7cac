//! One edge takes over from another on the same sockets: nobody is refused, reset or left waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::http2::{frame, get};
use crate::support::{Options, Upstream, read_answer, read_to_end, start};

const IDLE: Duration = Duration::from_secs(20);
const GRACE: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_learns_that_it_ends_with_its_next_answer() {
    let upstream = Upstream::start().await;
    let edge = start(Options::to(&[upstream.address])).await;
    let mut used = TcpStream::connect(edge.address()).await.unwrap();
    used.write_all(b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    let first = read_answer(&mut used).await;
    assert!(!first.contains("Connection: close"), "{first}");
    let mut unused = TcpStream::connect(edge.address()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let began = Instant::now();
    let drained = tokio::spawn(edge.edge.drain(IDLE, GRACE));
    tokio::time::sleep(Duration::from_millis(200)).await;
    for stream in [&mut used, &mut unused] {
        stream
            .write_all(b"GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            .await
            .unwrap();
        let answer = read_to_end(stream).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("\r\nConnection: close\r\n"), "{answer}");
    }
    drained.await.unwrap();
    assert!(began.elapsed() < IDLE, "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stays_idle_is_closed_in_the_end() {
    let upstream = Upstream::start().await;
    let edge = start(Options::to(&[upstream.address])).await;
    let mut used = TcpStream::connect(edge.address()).await.unwrap();
    used.write_all(b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    read_answer(&mut used).await;
    let idle = Duration::from_millis(500);
    let began = Instant::now();
    let drained = tokio::spawn(edge.edge.drain(idle, GRACE));
    assert_eq!(read_to_end(&mut used).await, "");
    assert!(began.elapsed() >= idle, "{:?}", began.elapsed());
    drained.await.unwrap();
    assert!(began.elapsed() < GRACE / 2, "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http2_is_told_by_goaway_and_answered() {
    let upstream = Upstream::start().await;
    let edge = start(Options::to(&[upstream.address])).await;
    let mut stream = TcpStream::connect(edge.address()).await.unwrap();
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend(frame(4, 0, 0, b""));
    bytes.extend(frame(1, 5, 1, &get("/slow")));
    stream.write_all(&bytes).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let drained = tokio::spawn(edge.edge.drain(IDLE, GRACE));
    let seen = frames_until_end(&mut stream).await;
    // GOAWAY, and the answer's headers and end on stream 1.
    assert!(seen.iter().any(|(kind, ..)| *kind == 7), "{seen:?}");
    assert!(
        seen.iter().any(|(kind, _, id)| (*kind, *id) == (1, 1)),
        "{seen:?}"
    );
    assert!(
        seen.iter()
            .any(|(kind, flags, id)| (*kind, flags & 1, *id) == (0, 1, 1)),
        "{seen:?}"
    );
    drained.await.unwrap();
}

/// Kind, flags and stream of every frame until the connection ends; pings are answered.
async fn frames_until_end(stream: &mut TcpStream) -> Vec<(u8, u8, u32)> {
    use tokio::io::AsyncReadExt;
    let mut seen = Vec::new();
    let mut head = [0; 9];
    while stream.read_exact(&mut head).await.is_ok() {
        let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
        let id = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        let mut payload = vec![0; length];
        stream.read_exact(&mut payload).await.unwrap();
        if head[3] == 6 && head[4] & 1 == 0 {
            stream.write_all(&frame(6, 1, 0, &payload)).await.unwrap();
        }
        seen.push((head[3], head[4], id));
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_connection_is_lost_when_edges_follow_each_other() {
    const EDGES: usize = 12;
    let upstream = Upstream::start().await;
    let mut edge = start(Options::to(&[upstream.address])).await;
    let address = edge.address();
    let (stop, answered) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let clients: Vec<_> = (0..8)
        .map(|client| {
            let (stop, answered) = (Arc::clone(&stop), Arc::clone(&answered));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let mut stream = TcpStream::connect(address).await.unwrap();
                    loop {
                        let close = if client % 2 == 0 {
                            "Connection: close\r\n"
                        } else {
                            ""
                        };
                        let request = format!("GET / HTTP/1.1\r\nHost: a\r\n{close}\r\n");
                        stream.write_all(request.as_bytes()).await.unwrap();
                        let answer = read_answer(&mut stream).await;
                        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer:?}");
                        answered.fetch_add(1, Ordering::Relaxed);
                        if answer.contains("Connection: close") || stop.load(Ordering::Relaxed) {
                            break;
                        }
                    }
                }
            })
        })
        .collect();
    let mut drains = Vec::new();
    for _ in 0..EDGES {
        tokio::time::sleep(Duration::from_millis(60)).await;
        let next = edge.start_beside().await;
        drains.push(tokio::spawn(edge.edge.drain(IDLE, GRACE)));
        edge = next;
    }
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }
    for drain in drains {
        drain.await.unwrap();
    }
    assert!(answered.load(Ordering::Relaxed) > EDGES * 8);
}
