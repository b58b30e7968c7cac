//! Which connection a request may come on, and by which version of HTTP: that of the load balancer
//! whose it is (RFC 9110, 15.5.20; RFC 9113, 9.1.1). And what every answer says: when it was made.

use std::sync::Arc;

use edge::frames::PREFACE;
use route::{Action, FixedResponse, LoadBalancerAttributes, Wildcard};
use telemetry::exchange::ErrorReason;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::http2::{frame, get};
use crate::support::{
    Options, TestEdge, Upstream, certificate, default_rule, read_until, rule, run, start, tls,
    web_acl,
};

/// A load balancer that answers with its name, for these hosts.
fn site(name: &str, hosts: &[&str]) -> route::Listener {
    let answer = Action::FixedResponse(FixedResponse {
        status: 200,
        content_type: Some("text/plain".to_owned()),
        body: format!("this is {name}\n"),
    });
    let mut listener = route::Listener::new(
        &format!("arn:listener/{name}"),
        &format!("arn:lb/{name}"),
        443,
        default_rule(answer),
    );
    let hosts = hosts
        .iter()
        .map(|host| Wildcard::ignore_case(host).unwrap());
    listener.hosts = hosts.collect();
    listener
}

fn put(edge: &TestEdge, listeners: Vec<route::Listener>) {
    let address = edge.address();
    edge.change(|snapshot| {
        let listeners = listeners.into_iter().map(Arc::new).collect();
        snapshot.table.addresses.insert(address, listeners);
    });
}

async fn edge_with_tls() -> TestEdge {
    let mut options = Options::to(&[]);
    options.tls = Some(certificate().key);
    start(options).await
}

/// Two sites on one address, one with two names, and whoever comes without a name is the first's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_on_another_sites_connection_is_misdirected() {
    let edge = edge_with_tls().await;
    let mut sites = Vec::new();
    for (name, hosts) in [
        ("one", ["one.example", "also.one.example"]),
        ("two", ["two.example", "*.two.example"]),
    ] {
        let mut site = site(name, &hosts);
        site.protocol = route::Protocol::Https;
        site.tls = Some(tls(&[]));
        sites.push(site);
    }
    put(&edge, sites);
    let port = edge.address().port();
    let mut misdirected = 0;
    for (server_name, host, expected) in [
        ("one.example", "one.example", "this is one"),
        ("one.example", "ONE.example:443", "this is one"),
        ("one.example", "also.one.example", "this is one"),
        ("x.two.example", "y.two.example", "this is two"),
        ("127.0.0.1", "127.0.0.1", "this is one"),
        ("127.0.0.1", "one.example", "this is one"),
        ("unknown.example", "one.example", "this is one"),
        ("one.example", "two.example", "421 Misdirected Request"),
        ("two.example", "one.example", "421 Misdirected Request"),
        ("two.example", "unknown.example", "421 Misdirected Request"),
        ("127.0.0.1", "two.example", "421 Misdirected Request"),
        ("unknown.example", "two.example", "421 Misdirected Request"),
    ] {
        for version in ["--http1.1", "--http2"] {
            let resolve = format!("{server_name}:{port}:127.0.0.1");
            let header = format!("Host: {host}");
            let url = format!("https://{server_name}:{port}/");
            let arguments = ["-sSik", version, "--resolve", &resolve, "-H", &header, &url];
            let text = run("curl", &arguments).await;
            assert!(text.contains(expected), "{server_name} {host}: {text}");
            misdirected += u64::from(expected.starts_with("421"));
        }
    }
    assert_eq!(edge.edge.counters().requests_misdirected, misdirected);
    let events = edge.events.wait(24).await;
    for event in events.iter().filter(|event| event.status == 421) {
        let error = event.exchange.error_reason;
        assert_eq!(error, Some(ErrorReason::ClientMalformed));
        assert!(event.decision.is_none());
    }
}

/// What a connection was made for is judged anew: the site that was alone may have got company.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_site_alone_has_every_host() {
    let edge = edge_with_tls().await;
    let mut site = site("one", &["one.example"]);
    site.protocol = route::Protocol::Https;
    site.tls = Some(tls(&[]));
    put(&edge, vec![site]);
    let port = edge.address().port();
    let resolve = format!("one.example:{port}:127.0.0.1");
    let url = format!("https://one.example:{port}/");
    let host = "Host: any.example";
    let text = run("curl", &["-sSik", "--resolve", &resolve, "-H", host, &url]).await;
    assert!(text.contains("this is one"), "{text}");
    assert_eq!(edge.edge.counters().requests_misdirected, 0);
}

fn without_http2(mut site: route::Listener) -> route::Listener {
    site.load_balancer_attributes = Arc::new(LoadBalancerAttributes {
        http2: false,
        ..LoadBalancerAttributes::default()
    });
    site
}

/// `routing.http2.enabled` is not for TLS only.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http2_is_not_spoken_in_plain_where_it_is_switched_off() {
    let edge = start(Options::to(&[])).await;
    let mut hello = PREFACE.to_vec();
    hello.extend(frame(4, 0, 0, &[]));
    hello.extend(frame(1, 5, 1, &get("/")));

    put(&edge, vec![without_http2(site("one", &[]))]);
    let answer = edge.talk(&hello).await;
    assert!(answer.starts_with("HTTP/1.1 505 "), "{answer}");
    assert!(edge.get("/").await.contains("this is one"));

    // One of two has it: the connection is spoken, the other's requests are refused.
    let two = vec![without_http2(site("one", &["a"])), site("two", &["b"])];
    put(&edge, two);
    let url = format!("http://{}/", edge.address());
    for (host, expected) in [("Host: a", "HTTP/2 505"), ("Host: b", "this is two")] {
        let arguments = ["-sSi", "--http2-prior-knowledge", "-H", host, &url];
        let text = run("curl", &arguments).await;
        assert!(text.contains(expected), "{host}: {text}");
    }

    put(&edge, vec![site("one", &[])]);
    let text = run("curl", &["-sSi", "--http2-prior-knowledge", &url]).await;
    assert!(text.contains("this is one"), "{text}");
}

fn dates(answer: &str) -> Vec<&str> {
    let head = answer.split("\r\n\r\n").next().unwrap();
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .filter(|(name, _)| name.eq_ignore_ascii_case("date"))
        .map(|(_, value)| value)
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_final_answer_says_when_it_was_made() {
    let upstream = Upstream::start().await;
    let mut options = Options::to(&[upstream.address]);
    let body = rule("r", r#"{"UriPath":{}}"#, "^/blocked", r#"{"Block":{}}"#);
    options.web_acl = Some(web_acl(&format!("[{body}]")));
    let edge = start(options).await;
    let url = format!("http://{}/", edge.address());
    let mut answers = vec![
        ("refused by a rule", edge.get("/blocked").await),
        (
            "malformed",
            edge.talk(b"GET / HTTP/1.1\r\nHost : a\r\n\r\n").await,
        ),
        ("a target's, without one", edge.get("/").await),
        (
            "by HTTP/2",
            run("curl", &["-sSi", "--http2-prior-knowledge", &url]).await,
        ),
    ];
    edge.change(|snapshot| snapshot.table.addresses.clear());
    answers.push(("no load balancer", edge.get("/").await));
    for (what, answer) in &answers {
        let dates = dates(answer);
        let [date] = dates.as_slice() else {
            panic!("{what}: {answer}");
        };
        // `Sun, 06 Nov 1994 08:49:37 GMT`
        assert!(
            date.len() == 29 && date.ends_with(" GMT"),
            "{what}: {answer}"
        );
    }
}

/// A target's own date is the answer's: the edge makes none up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_targets_date_stays() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _head = read_until(&mut stream, "\r\n\r\n").await;
        let answer = "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\
                      date: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(answer.as_bytes()).await.unwrap();
    });
    let edge = start(Options::to(&[target])).await;
    let mut stream = TcpStream::connect(edge.address()).await.unwrap();
    let request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let interim = read_until(&mut stream, "Content-Length: 0\r\n\r\n").await;
    let (interim, answer) = interim.split_once("\r\n\r\n").unwrap();
    assert!(dates(interim).is_empty(), "{interim}");
    assert_eq!(dates(answer), ["Sun, 06 Nov 1994 08:49:37 GMT"], "{answer}");
}
