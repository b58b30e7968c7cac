//! TLS on the client's side: rustls with aws-lc-rs, ALPN for HTTP/2 and HTTP/1.1, a certificate for
//! each server name. What a listener allows is looked up anew for every handshake. Source: RFC 8446,
//! RFC 7301; Application Load Balancers, "SSL certificates", "Security policies", "Mutual TLS".

mod client_authentication;
mod client_certificate;
mod signatures;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use route::{Certificate, Listener, MutualAuthentication, TlsVersion};
use rustls::crypto::aws_lc_rs::kx_group::X25519MLKEM768;
use rustls::crypto::{CryptoProvider, aws_lc_rs as provider};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{ClientHello, NoServerSessionStorage, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, SupportedProtocolVersion};

pub(crate) use self::client_authentication::Shown;
use self::client_authentication::{Judge, Passthrough, Witness};
pub(crate) use self::client_certificate::{ClientCertificate, pem};
pub(crate) use self::signatures::Signatures;
use crate::Policy;

/// TLS configurations that one address keeps: one for each security policy in use.
const CONFIGS: usize = 64;

/// Why a certificate or its key cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The certificate file holds no PEM certificate, or a broken one.
    #[error("the certificate is no PEM certificate chain: {0}")]
    Certificate(rustls::pki_types::pem::Error),
    /// The certificate file holds no certificate at all.
    #[error("the certificate file holds no certificate")]
    NoCertificate,
    /// The key file holds no PEM private key.
    #[error("the key is no PEM private key: {0}")]
    Key(rustls::pki_types::pem::Error),
    /// They do not fit together, or rustls does not support them.
    #[error("certificate and key cannot be used: {0}")]
    Rustls(#[from] rustls::Error),
    /// Nobody can be judged by a trust store.
    #[error("the trust store cannot be judged by: {0}")]
    TrustStore(#[from] rustls::server::VerifierBuilderError),
}

/// A certificate chain (leaf first) and its key, both as PEM text.
///
/// # Errors
/// When either is no PEM of its kind, or they do not fit together.
pub fn certified_key(
    certificate_pem: &[u8],
    key_pem: &[u8],
) -> Result<Arc<CertifiedKey>, TlsError> {
    let chain = CertificateDer::pem_slice_iter(certificate_pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(TlsError::Certificate)?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate);
    }
    let key = PrivateKeyDer::from_pem_slice(key_pem).map_err(TlsError::Key)?;
    let certified = CertifiedKey::from_der(chain, key, &provider::default_provider())?;
    Ok(Arc::new(certified))
}

/// The TLS of one listening address.
#[derive(Debug)]
pub(crate) struct Tls {
    resolver: Arc<Resolver>,
    prepared: Mutex<BTreeMap<Key, Prepared>>,
}

/// What makes one preparation different from another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    policy: String,
    http2: bool,
    clients: Clients,
}

/// How clients are asked for certificates.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Clients {
    NotAsked,
    Passthrough,
    Judged {
        trust_store_arn: String,
        revision: u64,
        ignore_expiry: bool,
        advertise_ca_names: bool,
    },
}

/// What handshakes of one kind share.
#[derive(Debug, Clone)]
enum Prepared {
    Config(Arc<ServerConfig>),
    /// Each handshake has a configuration of its own, with its own witness.
    Judge(Arc<Judge>),
}

/// How one handshake is made.
#[derive(Debug)]
pub(crate) struct Terms {
    pub(crate) config: Arc<ServerConfig>,
    /// The listener whose TLS it is; `None` where the snapshot has none.
    pub(crate) listener: Option<Arc<Listener>>,
    /// Where the client is judged: what becomes known of it.
    pub(crate) shown: Option<Arc<OnceLock<Shown>>>,
}

impl Tls {
    pub(crate) fn new(
        address: SocketAddr,
        policy: Policy,
        identity: Option<Arc<CertifiedKey>>,
    ) -> Self {
        Self {
            resolver: Arc::new(Resolver {
                address,
                policy,
                identity,
            }),
            prepared: Mutex::default(),
        }
    }

    /// The listener whose TLS a client gets that asks for `server_name`.
    pub(crate) fn listener(&self, server_name: Option<&str>) -> Option<Arc<Listener>> {
        let snapshot = self.resolver.policy.load();
        let table = &snapshot.table;
        let listener = table.tls_listener(self.resolver.address, server_name);
        listener.cloned()
    }

    /// The terms of the handshake with a client of `listener`.
    pub(crate) fn terms(&self, listener: Option<Arc<Listener>>) -> Result<Terms, TlsError> {
        let of = listener.as_deref();
        let key = Key::of(of);
        let known = self.prepared().get(&key).cloned();
        let prepared = match known {
            Some(prepared) => prepared,
            None => {
                // Without the lock: long revocation lists take a while to read.
                let prepared = self.prepare(of, &key)?;
                let mut all = self.prepared();
                all.retain(|other, _| !other.is_outdated_by(&key));
                if all.len() >= CONFIGS {
                    all.clear();
                }
                all.insert(key.clone(), prepared.clone());
                prepared
            }
        };
        let (config, shown) = match prepared {
            Prepared::Config(config) => (config, None),
            Prepared::Judge(judge) => {
                let shown = Arc::new(OnceLock::new());
                let witness = Witness {
                    judge,
                    shown: Arc::clone(&shown),
                };
                let mut config = self.configure(of, &key, |_| Some(Arc::new(witness)))?;
                // Who resumes is not judged again, and may have been revoked.
                config.session_storage = Arc::new(NoServerSessionStorage {});
                config.send_tls13_tickets = 0;
                (Arc::new(config), Some(shown))
            }
        };
        Ok(Terms {
            config,
            listener,
            shown,
        })
    }

    fn prepared(&self) -> std::sync::MutexGuard<'_, BTreeMap<Key, Prepared>> {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn prepare(&self, listener: Option<&Listener>, key: &Key) -> Result<Prepared, TlsError> {
        let mutual =
            listener.and_then(|listener| Some(&listener.tls.as_ref()?.mutual_authentication));
        if let Some(MutualAuthentication::Verify {
            trust_store,
            ignore_expiry,
            advertise_ca_names,
        }) = mutual
        {
            let provider = Arc::new(provider::default_provider());
            let judge = Judge::new(trust_store, *ignore_expiry, *advertise_ca_names, provider)?;
            return Ok(Prepared::Judge(Arc::new(judge)));
        }
        let config = self.configure(listener, key, |crypto| {
            let asks = key.clients == Clients::Passthrough;
            asks.then(|| Arc::new(Passthrough(Signatures(crypto))) as _)
        })?;
        Ok(Prepared::Config(Arc::new(config)))
    }

    fn configure(
        &self,
        listener: Option<&Listener>,
        key: &Key,
        verifier: impl FnOnce(Arc<CryptoProvider>) -> Option<Arc<dyn ClientCertVerifier>>,
    ) -> Result<ServerConfig, TlsError> {
        let (crypto, versions) = allowed(listener.and_then(|listener| listener.tls.as_ref()));
        let crypto = Arc::new(crypto);
        let builder = ServerConfig::builder_with_provider(Arc::clone(&crypto))
            .with_protocol_versions(&versions)?;
        let builder = match verifier(crypto) {
            Some(verifier) => builder.with_client_cert_verifier(verifier),
            None => builder.with_no_client_auth(),
        };
        let mut config = builder.with_cert_resolver(Arc::clone(&self.resolver) as _);
        if key.http2 {
            config.alpn_protocols.push(b"h2".to_vec());
        }
        config.alpn_protocols.push(b"http/1.1".to_vec());
        Ok(config)
    }

    /// The ARN of the certificate that a client is shown that asks for `server_name`.
    pub(crate) fn certificate_arn(&self, server_name: Option<&str>) -> Option<String> {
        self.resolver.choose(server_name)?.1
    }
}

/// The cryptography and the versions that a security policy allows.
fn allowed(
    wanted: Option<&route::Tls>,
) -> (CryptoProvider, Vec<&'static SupportedProtocolVersion>) {
    let mut crypto = provider::default_provider();
    let mut versions = Vec::new();
    if let Some(wanted) = wanted {
        // rustls writes 1.3's names with the version in front of them.
        let name = |suite: &rustls::SupportedCipherSuite| {
            let name = suite.suite().as_str().unwrap_or_default();
            name.replacen("TLS13_", "TLS_", 1)
        };
        if !wanted.cipher_suites.is_empty() {
            crypto
                .cipher_suites
                .retain(|suite| wanted.cipher_suites.contains(&name(suite).as_str()));
        }
        for version in &wanted.versions {
            versions.push(match version {
                TlsVersion::V1_2 => &rustls::version::TLS12,
                TlsVersion::V1_3 => &rustls::version::TLS13,
            });
        }
        crypto
            .kx_groups
            .retain(|group| group.name() != X25519MLKEM768.name());
        if wanted.post_quantum {
            crypto.kx_groups.insert(0, X25519MLKEM768);
        }
    }
    if versions.is_empty() {
        versions.extend([&rustls::version::TLS13, &rustls::version::TLS12]);
    }
    (crypto, versions)
}

impl Key {
    fn of(listener: Option<&Listener>) -> Self {
        let tls = listener.and_then(|listener| listener.tls.as_ref());
        let clients = match tls.map(|tls| &tls.mutual_authentication) {
            None | Some(MutualAuthentication::Off) => Clients::NotAsked,
            Some(MutualAuthentication::Passthrough) => Clients::Passthrough,
            Some(MutualAuthentication::Verify {
                trust_store,
                ignore_expiry,
                advertise_ca_names,
            }) => Clients::Judged {
                trust_store_arn: trust_store.arn.clone(),
                revision: trust_store.revision,
                ignore_expiry: *ignore_expiry,
                advertise_ca_names: *advertise_ca_names,
            },
        };
        Self {
            policy: tls.map(|tls| tls.policy.clone()).unwrap_or_default(),
            http2: listener.is_none_or(|listener| listener.load_balancer_attributes.http2),
            clients,
        }
    }

    /// Whether it is of a trust store as it was before.
    fn is_outdated_by(&self, newer: &Self) -> bool {
        let of = |key: &Self| match &key.clients {
            Clients::Judged {
                trust_store_arn,
                revision,
                ..
            } => Some((trust_store_arn.clone(), *revision)),
            _ => None,
        };
        match (of(self), of(newer)) {
            (Some((arn, revision)), Some((newer_arn, newer))) => {
                arn == newer_arn && revision != newer
            }
            _ => false,
        }
    }
}

/// Chooses the certificate of each handshake.
struct Resolver {
    address: SocketAddr,
    policy: Policy,
    /// The edge's own, where a listener has none.
    identity: Option<Arc<CertifiedKey>>,
}

impl std::fmt::Debug for Resolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resolver")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Resolver {
    fn choose(&self, server_name: Option<&str>) -> Option<(Arc<CertifiedKey>, Option<String>)> {
        let snapshot = self.policy.load();
        let listener = snapshot.table.tls_listener(self.address, server_name);
        let listed = listener.and_then(|listener| listener.tls.as_ref()?.certificate(server_name));
        let own = || {
            let named = Certificate::named(&snapshot.own_certificates, server_name?)?;
            Some(&named.arn)
        };
        let arn = match listed {
            Some(certificate) => Some(&certificate.arn),
            None => own().or(snapshot.own_default.as_ref()),
        };
        let named = arn.and_then(|arn| {
            let key = snapshot.certificates.get(arn)?;
            Some((Arc::clone(key), Some(arn.clone())))
        });
        named.or_else(|| Some((self.identity.clone()?, None)))
    }
}

impl ResolvesServerCert for Resolver {
    fn resolve(&self, client_hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.choose(client_hello.server_name()).map(|(key, _)| key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pem_that_is_none_is_refused_with_its_reason() {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
        certified_key(certificate.as_bytes(), key.as_bytes()).unwrap();

        let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let other_key = other.signing_key.serialize_pem();
        let cases = [
            ("", key.as_str(), "no certificate"),
            (certificate.as_str(), "", "no PEM private key"),
            (certificate.as_str(), other_key.as_str(), "cannot be used"),
        ];
        for (certificate, key, reason) in cases {
            let error = certified_key(certificate.as_bytes(), key.as_bytes()).unwrap_err();
            assert!(error.to_string().contains(reason), "{error}");
        }
    }
}
