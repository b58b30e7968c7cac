//! TLS on the client's side: rustls with aws-lc-rs, ALPN for HTTP/2 and HTTP/1.1, a certificate for
//! each server name. What a listener allows is looked up anew for every handshake. Source: RFC 8446,
//! RFC 7301; Application Load Balancers, "SSL certificates", "Security policies", "Mutual TLS".

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use route::{Certificate, Listener, MutualAuthentication, TlsVersion};
use rustls::crypto::aws_lc_rs::kx_group::X25519MLKEM768;
use rustls::crypto::{CryptoProvider, aws_lc_rs as provider};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme};

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
    configs: Mutex<BTreeMap<ConfigKey, Arc<ServerConfig>>>,
}

/// What makes one configuration different from another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct ConfigKey {
    policy: String,
    http2: bool,
    asks_client: bool,
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
            configs: Mutex::default(),
        }
    }

    /// The configuration for a client that asks for `server_name`.
    pub(crate) fn config(&self, server_name: Option<&str>) -> Result<Arc<ServerConfig>, TlsError> {
        let snapshot = self.resolver.policy.load();
        let table = &snapshot.table;
        let listener = table.tls_listener(self.resolver.address, server_name);
        let listener = listener.map(AsRef::as_ref);
        let key = ConfigKey::of(listener);
        let mut configs = self.configs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = configs.get(&key) {
            return Ok(Arc::clone(known));
        }
        let config = Arc::new(self.configure(listener, &key)?);
        if configs.len() >= CONFIGS {
            configs.clear();
        }
        configs.insert(key, Arc::clone(&config));
        Ok(config)
    }

    fn configure(
        &self,
        listener: Option<&Listener>,
        key: &ConfigKey,
    ) -> Result<ServerConfig, TlsError> {
        let mut crypto = provider::default_provider();
        let wanted = listener.and_then(|listener| listener.tls.as_ref());
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
        let crypto = Arc::new(crypto);
        let builder = ServerConfig::builder_with_provider(Arc::clone(&crypto))
            .with_protocol_versions(&versions)?;
        let builder = if key.asks_client {
            builder.with_client_cert_verifier(Arc::new(Passthrough(crypto)))
        } else {
            builder.with_no_client_auth()
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

impl ConfigKey {
    fn of(listener: Option<&Listener>) -> Self {
        let tls = listener.and_then(|listener| listener.tls.as_ref());
        Self {
            policy: tls.map(|tls| tls.policy.clone()).unwrap_or_default(),
            http2: listener.is_none_or(|listener| listener.load_balancer_attributes.http2),
            asks_client: tls
                .is_some_and(|tls| tls.mutual_authentication != MutualAuthentication::Off),
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

/// Asks a client for its certificate and passes on what it shows: the target judges it. That the
/// client has the certificate's key is verified.
#[derive(Debug)]
struct Passthrough(Arc<CryptoProvider>);

impl ClientCertVerifier for Passthrough {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
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
