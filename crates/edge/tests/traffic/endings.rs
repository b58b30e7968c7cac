//! How requests end that do not end well: early answers, clients that take or give too little,
//! targets that say too much. What is left over of one request must never reach another.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use edge::Limits;
use edge::frames::PREFACE;
use rustls::pki_types::pem::PemObject as _;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::http2::{frame, get, head};
use crate::support::{
    Options, PATIENCE, TestEdge, Upstream, certificate, read_until, rule, start, web_acl,
};

/// A target that answers the first head on each connection with `first`, later ones with 200, and
/// writes down what comes on each.
async fn early(first: &'static str) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let written = Arc::clone(&seen);
    tokio::spawn(async move {
        for number in 0.. {
            let (mut stream, _) = listener.accept().await.unwrap();
            written.lock().unwrap().push(String::new());
            let written = Arc::clone(&written);
            tokio::spawn(async move {
                let mut piece = [0; 4096];
                let mut answer = first;
                while let Ok(read @ 1..) = stream.read(&mut piece).await {
                    let text = String::from_utf8_lossy(&piece[..read]).into_owned();
                    written.lock().unwrap()[number].push_str(&text);
                    if text.contains("\r\n\r\n") {
                        stream.write_all(answer.as_bytes()).await.unwrap();
                        answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext";
                    }
                }
            });
        }
    });
    (address, seen)
}

async fn edge_with(address: SocketAddr, limits: Limits) -> TestEdge {
    let mut options = Options::to(&[address]);
    options.limits = limits;
    start(options).await
}

/// Request smuggling: the target still waits for a body, and would take the next head for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_owes_a_body_is_not_used_again() {
    for framing in ["Content-Length: 1000", "Transfer-Encoding: chunked"] {
        let (target, seen) = early("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno").await;
        let edge = edge_with(target, Limits::default()).await;
        let mut attacker = TcpStream::connect(edge.address()).await.unwrap();
        let request = format!("POST /attacker HTTP/1.1\r\nHost: a\r\n{framing}\r\n\r\n");
        attacker.write_all(request.as_bytes()).await.unwrap();
        let answer = read_until(&mut attacker, "\r\n\r\nno").await;
        assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
        assert!(answer.contains("\r\nConnection: close\r\n"), "{answer}");
        let victim = edge.get("/victim").await;
        assert!(victim.starts_with("HTTP/1.1 401 "), "a new one: {victim}");
        let seen: Vec<_> = std::mem::take(&mut *seen.lock().unwrap());
        for connection in &seen {
            let heads = connection.matches("HTTP/1.1\r\n").count();
            assert_eq!(heads, 1, "{seen:?}");
        }
        assert_eq!(seen.len(), 2, "{seen:?}");
    }
}

/// Reads frames until `enough` says so, or the connection ends.
async fn frames_until(
    stream: &mut TcpStream,
    enough: impl Fn(&[(u8, u8, u32, Vec<u8>)]) -> bool,
) -> Vec<(u8, u8, u32, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut frames = Vec::new();
    let mut piece = vec![0; 16_384];
    while !enough(&frames) {
        let read = timeout(PATIENCE, stream.read(&mut piece)).await;
        let read = read
            .unwrap_or_else(|_| panic!("{frames:?}"))
            .unwrap_or_default();
        if read == 0 {
            break;
        }
        bytes.extend(&piece[..read]);
        while bytes.len() >= 9 {
            let length = u32::from_be_bytes([0, bytes[0], bytes[1], bytes[2]]) as usize;
            if bytes.len() < 9 + length {
                break;
            }
            let stream = u32::from_be_bytes([bytes[5], bytes[6], bytes[7], bytes[8]]);
            let rest = bytes.split_off(9 + length);
            frames.push((bytes[3], bytes[4], stream, bytes[9..].to_vec()));
            bytes = rest;
        }
    }
    frames
}

/// Over HTTP/2 too, an answer that comes before the body's end reaches the client.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_early_answer_survives_the_reset_of_its_stream() {
    let (target, _) = early("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno").await;
    let mut options = Options::to(&[target]);
    let body = rule("r", r#"{"UriPath":{}}"#, "^/blocked", r#"{"Block":{}}"#);
    options.web_acl = Some(web_acl(&format!("[{body}]")));
    let edge = start(options).await;
    for (path, expected) in [("/early", "no"), ("/blocked", "403 Forbidden")] {
        let mut stream = TcpStream::connect(edge.address()).await.unwrap();
        let mut bytes = PREFACE.to_vec();
        bytes.extend(frame(4, 0, 0, &[]));
        bytes.extend(frame(1, 4, 1, &head(path, &[("content-length", "9000")])));
        bytes.extend(frame(0, 0, 1, b"a beginning"));
        stream.write_all(&bytes).await.unwrap();
        let frames = frames_until(&mut stream, |frames| {
            frames.iter().any(|(kind, ..)| *kind == 3)
        })
        .await;
        let data: Vec<u8> = frames
            .iter()
            .filter(|(kind, _, stream, _)| *kind == 0 && *stream == 1)
            .flat_map(|(.., payload)| payload.clone())
            .collect();
        let data = String::from_utf8_lossy(&data);
        assert!(data.contains(expected), "{path}: {frames:?}");
        let reset = frames.iter().find(|(kind, ..)| *kind == 3).unwrap();
        assert_eq!(reset.3, [0, 0, 0, 0], "NO_ERROR");
    }
}

/// An impatient edge, and a client of it that gives its answers no window.
async fn without_a_window() -> (TestEdge, TcpStream) {
    let upstream = Upstream::start().await;
    let limits = Limits {
        slow_grace: Duration::from_millis(500),
        ..Limits::default()
    };
    let edge = edge_with(upstream.address, limits).await;
    let mut stream = TcpStream::connect(edge.address()).await.unwrap();
    let mut hello = PREFACE.to_vec();
    // SETTINGS_INITIAL_WINDOW_SIZE is 0.
    hello.extend(frame(4, 0, 0, &[0, 4, 0, 0, 0, 0]));
    stream.write_all(&hello).await.unwrap();
    (edge, stream)
}

/// Without a window the edge's own answers cannot be sent: they do not wait for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_without_a_window_holds_nothing_for_long() {
    let (edge, mut stream) = without_a_window().await;
    let mut bytes = Vec::new();
    let refused = head("/", &[("expect", "200-ok")]);
    for number in 0..10 {
        bytes.extend(frame(1, 5, 2 * number + 1, &refused));
    }
    for number in 10..20 {
        bytes.extend(frame(1, 5, 2 * number + 1, &get("/large")));
    }
    stream.write_all(&bytes).await.unwrap();
    let began = Instant::now();
    let events = edge.events.wait(20).await;
    assert!(began.elapsed() < Duration::from_secs(8));
    let count = |status| events.iter().filter(|event| event.status == status).count();
    assert_eq!((count(417), count(200)), (10, 10));
    assert!(events.iter().all(|event| event.response_bytes == 0));
}

/// A reader that takes a byte now and then is judged by its stream, however lively others are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_is_read_too_slowly_is_given_up() {
    let (edge, mut stream) = without_a_window().await;
    stream
        .write_all(&frame(1, 5, 1, &get("/large")))
        .await
        .unwrap();
    let began = Instant::now();
    while edge.events.all().is_empty() {
        assert!(began.elapsed() < PATIENCE);
        let update = frame(8, 0, 1, &[0, 0, 0, 1]);
        if stream.write_all(&update).await.is_err() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let event = &edge.events.wait(1).await[0];
    assert!(event.response_bytes < 100, "{}", event.response_bytes);
}

/// TLS holds back what it says it has written: a slow reader is felt at the flush.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_readers_are_cut_behind_tls_too() {
    let upstream = Upstream::start().await;
    let mut options = Options::to(&[upstream.address]);
    options.limits.slow_grace = Duration::from_millis(500);
    let made = certificate();
    options.tls = Some(made.key);
    let edge = start(options).await;
    let mut roots = rustls::RootCertStore::empty();
    let root = rustls::pki_types::CertificateDer::from_pem_slice(made.pem.as_bytes()).unwrap();
    roots.add(root).unwrap();
    let config = rustls::ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let tcp = TcpStream::connect(edge.address()).await.unwrap();
    let name = rustls::pki_types::ServerName::try_from("localhost").unwrap();
    let mut stream = connector.connect(name, tcp).await.unwrap();
    let mut requests = Vec::new();
    for _ in 0..2_500 {
        // Each answer is small; nobody reads them.
        let filler = "x".repeat(8_000);
        write!(
            requests,
            "GET /small HTTP/1.1\r\nHost: a\r\nX-Filler: {filler}\r\n\r\n"
        )
        .unwrap();
    }
    let writing = stream.write_all(&requests);
    let _cut_off = timeout(Duration::from_secs(5), writing).await;
    let began = Instant::now();
    while edge.edge.counters().slow_readers == 0 {
        assert!(began.elapsed() < PATIENCE, "{:?}", edge.edge.counters());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    while edge.edge.open_connections() > 0 {
        assert!(began.elapsed() < PATIENCE, "it is cut, but open");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What `Connection` names goes to nobody: rules and target see the same request.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_and_target_see_the_same_headers() {
    let upstream = Upstream::start().await;
    let mut options = Options::to(&[upstream.address]);
    let field = r#"{"SingleHeader":{"Name":"x-hidden"}}"#;
    let seen = rule("r", field, "evil", r#"{"Block":{}}"#);
    options.web_acl = Some(web_acl(&format!("[{seen}]")));
    let edge = start(options).await;
    for (connection, status) in [("close", "403"), ("close, X-Hidden", "200")] {
        let request = format!(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: {connection}\r\nX-Hidden: evil\r\n\r\n"
        );
        let answer = edge.talk(request.as_bytes()).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{answer}"
        );
    }
    let seen = upstream.seen().concat().to_ascii_lowercase();
    assert!(!seen.contains("hidden"), "{seen}");
}

/// A target cannot fill the edge's memory with interim answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn interim_answers_have_a_number() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let hint = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(100);
                while stream.write_all(hint.as_bytes()).await.is_ok() {}
            });
        }
    });
    let edge = edge_with(target, Limits::default()).await;
    let answer = edge.get("/").await;
    assert!(answer.contains("HTTP/1.1 502 "), "{answer:.500}");
    assert!(answer.matches(" 103 ").count() <= 16);
}

/// What a target sends behind an answer that may have no body is nobody's answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_follows_an_answer_is_not_the_next_one() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut piece = [0; 4096];
                while let Ok(1..) = stream.read(&mut piece).await {
                    let head = b"HTTP/1.1 204 No Content\r\nContent-Length: 46\r\n\r\n";
                    stream.write_all(head).await.unwrap();
                    stream.flush().await.unwrap();
                    tokio::time::sleep(Duration::from_millis(30)).await;
                    let poison = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned";
                    if stream.write_all(poison).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    let edge = edge_with(target, Limits::default()).await;
    for _ in 0..20 {
        let answer = edge.get("/").await;
        assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
        assert!(!answer.contains("Content-Length"), "{answer}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_without_a_host_gets_one() {
    let upstream = Upstream::start().await;
    let edge = edge_with(upstream.address, Limits::default()).await;
    edge.talk(b"GET / HTTP/1.0\r\n\r\n").await;
    let seen = upstream.seen()[0].clone();
    let expected = format!("\r\nHost: {}\r\n", upstream.address);
    assert!(seen.contains(&expected), "{seen}");
}
