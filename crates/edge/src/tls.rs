//! TLS on the client's side: rustls with aws-lc-rs, ALPN for HTTP/2 and HTTP/1.1. Source: RFC 8446,
//! RFC 7301. `btz` brings the certificate; the handshake itself is the listener's.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::ResolvesServerCert;

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

/// The protocols offered by ALPN, best first.
fn alpn_protocols() -> Vec<Vec<u8>> {
    vec![b"h2".to_vec(), b"http/1.1".to_vec()]
}

fn with_versions() -> Result<rustls::ConfigBuilder<ServerConfig, rustls::WantsVerifier>, TlsError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?)
}

/// A server configuration for a listener from a certificate chain (leaf first) and its key, both
/// as PEM text.
///
/// # Errors
/// When either is no PEM of its kind, or they do not fit together.
pub fn server_config(
    certificate_pem: &[u8],
    key_pem: &[u8],
) -> Result<Arc<ServerConfig>, TlsError> {
    let chain = CertificateDer::pem_slice_iter(certificate_pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(TlsError::Certificate)?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate);
    }
    let key = PrivateKeyDer::from_pem_slice(key_pem).map_err(TlsError::Key)?;
    let mut config = with_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = alpn_protocols();
    Ok(Arc::new(config))
}

/// A server configuration for a listener whose certificate is chosen for each handshake.
///
/// # Errors
/// When the cryptography library offers none of the protocol versions.
pub fn server_config_with(
    certificates: Arc<dyn ResolvesServerCert>,
) -> Result<Arc<ServerConfig>, TlsError> {
    let mut config = with_versions()?
        .with_no_client_auth()
        .with_cert_resolver(certificates);
    config.alpn_protocols = alpn_protocols();
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pem_that_is_none_is_refused_with_its_reason() {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
        let config = server_config(certificate.as_bytes(), key.as_bytes()).unwrap();
        assert_eq!(
            config.alpn_protocols,
            [b"h2".to_vec(), b"http/1.1".to_vec()]
        );

        let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let other_key = other.signing_key.serialize_pem();
        let cases = [
            ("", key.as_str(), "no certificate"),
            (certificate.as_str(), "", "no PEM private key"),
            (certificate.as_str(), other_key.as_str(), "cannot be used"),
        ];
        for (certificate, key, reason) in cases {
            let error = server_config(certificate.as_bytes(), key.as_bytes()).unwrap_err();
            assert!(error.to_string().contains(reason), "{error}");
        }
    }
}
