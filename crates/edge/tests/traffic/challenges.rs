//! Challenges of certificate authorities, and the edge's own certificates: seen from outside.

use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::support::{Options, PATIENCE, TestEdge, Upstream, certificate, rule, start, web_acl};

const TOKEN: &str = "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA";
const AUTHORIZATION: &str =
    "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";

/// An authority's validator is no browser: no rule may refuse it, and nothing else may use its way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_known_token_is_answered_before_the_web_acl_and_nothing_else_is() {
    let upstream = Upstream::start().await;
    let mut options = Options::to(&[upstream.address]);
    let all = rule(
        "all",
        r#"{"UriPath":{}}"#,
        "acme-challenge",
        r#"{"Block":{}}"#,
    );
    options.web_acl = Some(web_acl(&format!("[{all}]")));
    let edge = start(options).await;
    let path = format!("/.well-known/acme-challenge/{TOKEN}");
    assert!(edge.get(&path).await.starts_with("HTTP/1.1 403 "));

    edge.change(|snapshot| {
        let known = (TOKEN.to_owned(), AUTHORIZATION.to_owned());
        snapshot.challenges.extend([known]);
    });
    let answer = edge.get(&path).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(
        answer.ends_with(&format!("\r\n\r\n{AUTHORIZATION}")),
        "{answer}"
    );
    let typed = "\r\nContent-Type: application/octet-stream\r\n";
    assert!(answer.contains(typed), "{answer}");
    let head = format!("HEAD {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let answer = edge.talk(head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && !answer.contains(AUTHORIZATION));

    for other in [
        format!("GET {path}x"),
        format!("GET {path}/"),
        "GET /.well-known/acme-challenge/".to_owned(),
        format!("GET /x/..{path}"),
        format!("POST {path}"),
    ] {
        let request = format!(
            "{other} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        let answer = edge.talk(request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 403 "), "{other}: {answer}");
    }
    assert!(upstream.seen().is_empty());
    assert_eq!(edge.edge.counters().challenges, 2);
    assert_eq!(edge.events.wait(8).await.len(), 8, "each has its event");

    edge.change(|snapshot| snapshot.table = route::Table::default());
    assert!(
        edge.get(&path).await.starts_with("HTTP/1.1 200 "),
        "even without a listener"
    );
    edge.change(|snapshot| snapshot.challenges.clear());
    assert!(edge.get(&path).await.starts_with("HTTP/1.1 503 "));
}

/// An application that has certificates of its own answers its own challenges.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_token_is_the_applications() {
    let upstream = Upstream::start().await;
    let edge = start(Options::to(&[upstream.address])).await;
    edge.change(|snapshot| {
        let known = (TOKEN.to_owned(), AUTHORIZATION.to_owned());
        snapshot.challenges.extend([known]);
    });
    let answer = edge.get("/.well-known/acme-challenge/theirs").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(upstream.requests("/.well-known/acme-challenge/theirs"), 1);
}

struct Made {
    key: Arc<rustls::sign::CertifiedKey>,
    roots: RootCertStore,
}

fn made(domain: &str) -> Made {
    let made = rcgen::generate_simple_self_signed([domain.to_owned()]).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let (pem, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    Made {
        key: edge::certified_key(pem.as_bytes(), key.as_bytes()).unwrap(),
        roots,
    }
}

/// A handshake by a client that trusts `roots` only.
async fn handshake(
    edge: &TestEdge,
    roots: &RootCertStore,
    name: &str,
    protocols: &[&str],
) -> std::io::Result<TlsStream<TcpStream>> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots.clone())
        .with_no_client_auth();
    config.alpn_protocols = protocols
        .iter()
        .map(|name| name.as_bytes().to_vec())
        .collect();
    let stream = TcpStream::connect(edge.address()).await?;
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let connecting = TlsConnector::from(Arc::new(config)).connect(name, stream);
    timeout(PATIENCE, connecting).await.unwrap()
}

/// The challenge's certificate is for nobody but a client that speaks nothing else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_alpn_01_is_answered_by_the_handshake_and_the_connection_ends() {
    let mut options = Options::to(&[]);
    options.tls = Some(certificate().key);
    let edge = start(options).await;
    let shop = made("shop.example");
    edge.change(|snapshot| {
        let known = ("shop.example".to_owned(), Arc::clone(&shop.key));
        snapshot.alpn_challenges.extend([known]);
    });
    let mut stream = handshake(&edge, &shop.roots, "Shop.example", &["acme-tls/1"])
        .await
        .unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"acme-tls/1"[..]));
    let mut rest = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut rest))
        .await
        .unwrap();
    assert_eq!(read.unwrap(), 0);
    assert_eq!(edge.edge.counters().challenges, 1);

    for (name, protocols) in [
        ("shop.example", &["http/1.1"][..]),
        ("shop.example", &["acme-tls/1", "http/1.1"]),
        ("other.example", &["acme-tls/1"]),
    ] {
        let refused = handshake(&edge, &shop.roots, name, protocols).await;
        assert!(refused.is_err(), "{name} {protocols:?}");
    }
    assert_eq!(edge.edge.counters().challenges, 1);
}

/// A listener that names no certificate shows the edge's own: by name, then the default, then the
/// identity that it was started with.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listener_without_certificates_shows_the_edges_own_by_name() {
    let mut options = Options::to(&[]);
    let identity = made("identity.example");
    options.tls = Some(Arc::clone(&identity.key));
    let edge = start(options).await;
    let (one, wild) = (made("one.example"), made("*.two.example"));
    edge.change(|snapshot| {
        for (domain, made) in [("one.example", &one), ("*.two.example", &wild)] {
            let arn = format!("arn:{domain}");
            snapshot
                .certificates
                .insert(arn.clone(), Arc::clone(&made.key));
            snapshot.own_certificates.push(route::Certificate {
                arn,
                domains: vec![domain.to_owned()],
            });
        }
    });
    let protocols = &["http/1.1"][..];
    for (name, made) in [
        ("one.example", &one),
        ("x.two.example", &wild),
        ("identity.example", &identity),
    ] {
        handshake(&edge, &made.roots, name, protocols)
            .await
            .unwrap();
    }
    edge.change(|snapshot| snapshot.own_default = Some("arn:one.example".to_owned()));
    let shown = handshake(&edge, &identity.roots, "identity.example", protocols).await;
    assert!(shown.is_err(), "the default is shown instead");
    handshake(&edge, &one.roots, "one.example", protocols)
        .await
        .unwrap();

    // A new key under the same ARN is shown to the next client.
    let renewed = made("one.example");
    edge.change(|snapshot| {
        let renewal = ("arn:one.example".to_owned(), Arc::clone(&renewed.key));
        snapshot.certificates.extend([renewal]);
    });
    handshake(&edge, &renewed.roots, "one.example", protocols)
        .await
        .unwrap();
    assert!(
        handshake(&edge, &one.roots, "one.example", protocols)
            .await
            .is_err()
    );
}
