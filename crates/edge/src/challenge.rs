//! Answers to the challenges of a certificate authority, which proves by them that a name leads
//! here: HTTP-01 (RFC 8555, 8.3) and TLS-ALPN-01 (RFC 8737).
//!
//! Only what the snapshot knows is answered. Every other token is an ordinary request, so that an
//! application behind the edge can have certificates of its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs as provider;
use rustls::server::ClientHello;
use rustls::sign::{CertifiedKey, SingleCertAndKey};

use crate::head::RequestHead;
use crate::refusal::Refusal;
use crate::tls::TlsError;

/// Where HTTP-01 challenges are asked for.
const PATH: &[u8] = b"/.well-known/acme-challenge/";

/// The protocol that TLS-ALPN-01 speaks.
const PROTOCOL: &[u8] = b"acme-tls/1";

/// The answer to a request that is an HTTP-01 challenge.
pub(crate) fn answer(known: &BTreeMap<String, String>, head: &RequestHead) -> Option<Refusal> {
    if known.is_empty() || !matches!(head.method(), "GET" | "HEAD") {
        return None;
    }
    let (path, _) = head.path_and_query();
    let token = std::str::from_utf8(path.strip_prefix(PATH)?).ok()?;
    let authorization = known.get(token)?;
    Some(Refusal {
        status: 200,
        headers: Vec::new(),
        content_type: Some("application/octet-stream".into()),
        body: authorization.clone().into(),
    })
}

/// The certificate for a client that speaks nothing but TLS-ALPN-01.
pub(crate) fn certificate(
    known: &BTreeMap<String, Arc<CertifiedKey>>,
    hello: &ClientHello<'_>,
) -> Option<Arc<CertifiedKey>> {
    if known.is_empty() || !hello.alpn()?.eq([PROTOCOL]) {
        return None;
    }
    known
        .get(&hello.server_name()?.to_ascii_lowercase())
        .cloned()
}

/// TLS that shows `certificate` and speaks TLS-ALPN-01 only.
pub(crate) fn tls(certificate: &CertifiedKey) -> Result<Arc<ServerConfig>, TlsError> {
    let crypto = Arc::new(provider::default_provider());
    let mut config = ServerConfig::builder_with_provider(crypto)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(certificate.clone())));
    config.alpn_protocols.push(PROTOCOL.to_vec());
    Ok(Arc::new(config))
}
