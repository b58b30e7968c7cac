//! How clients are asked for certificates. In passthrough mode the target judges what they show; in
//! verify mode a trust store does, by WebPKI's rules (RFC 5280, 6) and its revocation lists: a
//! certificate is revoked when a list of its issuer says so, and an issuer without a list has
//! revoked nothing. Source: Application Load Balancers, "Mutual authentication with TLS".

use std::sync::{Arc, OnceLock};

use route::TrustStore;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, RootCertStore,
    SignatureScheme,
};
use telemetry::connection::ClientCertError;

use super::TlsError;
use super::client_certificate::ClientCertificate;
use super::signatures::Signatures;

/// The most certificates that a client may show, its own among them.
pub(super) const CHAIN_DEPTH_MAX: usize = 4;

/// Asks a client for its certificate and passes on what it shows. That the client has the
/// certificate's key is verified.
#[derive(Debug)]
pub(super) struct Passthrough(pub(super) Signatures);

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
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.tls12(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.tls13(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.schemes()
    }
}

/// A trust store, ready to judge. Made once and used by all its handshakes.
#[derive(Debug)]
pub(super) struct Judge {
    webpki: Arc<dyn ClientCertVerifier>,
    ignore_expiry: bool,
}

impl Judge {
    pub(super) fn new(
        trust_store: &TrustStore,
        ignore_expiry: bool,
        advertise_ca_names: bool,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        for der in &trust_store.ca_certificates {
            roots.add(CertificateDer::from(der.as_slice()))?;
        }
        let lists = trust_store.revocation_lists.iter();
        let lists = lists.map(|der| CertificateRevocationListDer::from(der.clone()));
        let mut builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
            .with_crls(lists)
            .allow_unknown_revocation_status();
        if !advertise_ca_names {
            builder = builder.clear_root_hint_subjects();
        }
        Ok(Self {
            webpki: builder.build()?,
            ignore_expiry,
        })
    }

    /// When a certificate is judged as of. `IgnoreClientCertificateExpiry`: one that has expired is
    /// judged as of its last second, when everything else had to be right.
    fn moment(&self, certificate: Option<&ClientCertificate>, now: UnixTime) -> UnixTime {
        let end = certificate
            .filter(|_| self.ignore_expiry)
            .and_then(|certificate| u64::try_from(certificate.not_after.as_seconds()).ok());
        match end {
            Some(end) if end < now.as_secs() => {
                UnixTime::since_unix_epoch(std::time::Duration::from_secs(end))
            }
            _ => now,
        }
    }
}

/// What became known of a client in its handshake.
#[derive(Debug)]
pub(crate) struct Shown {
    /// Its own certificate, if that could be read.
    pub(crate) certificate: Option<ClientCertificate>,
    /// Why it was refused, if it was.
    pub(crate) refused: Option<ClientCertError>,
}

/// The verifier of one handshake: what it has seen outlives a handshake that fails.
#[derive(Debug)]
pub(super) struct Witness {
    pub(super) judge: Arc<Judge>,
    pub(super) shown: Arc<OnceLock<Shown>>,
}

impl ClientCertVerifier for Witness {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.judge.webpki.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let certificate = ClientCertificate::read(end_entity);
        let verified = if intermediates.len() >= CHAIN_DEPTH_MAX {
            Err((
                ClientCertError::MaxChainDepthExceeded,
                CertificateError::UnknownIssuer.into(),
            ))
        } else {
            let moment = self.judge.moment(certificate.as_ref(), now);
            let webpki = &self.judge.webpki;
            let verified = webpki.verify_client_cert(end_entity, intermediates, moment);
            verified.map_err(|error| (reason(&error), error))
        };
        let shown = Shown {
            certificate,
            refused: verified.as_ref().err().map(|(reason, _)| *reason),
        };
        // A handshake has one certificate message.
        drop(self.shown.set(shown));
        verified.map_err(|(_, error)| error)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let webpki = &self.judge.webpki;
        webpki.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let webpki = &self.judge.webpki;
        webpki.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.judge.webpki.supported_verify_schemes()
    }
}

/// AWS's word for why a certificate is refused.
fn reason(error: &Error) -> ClientCertError {
    use CertificateError as Of;
    let Error::InvalidCertificate(error) = error else {
        return match error {
            Error::InvalidCertRevocationList(_) => ClientCertError::CrlProcessingError,
            _ => ClientCertError::Invalid,
        };
    };
    match error {
        Of::Expired | Of::ExpiredContext { .. } => ClientCertError::Expired,
        Of::NotValidYet | Of::NotValidYetContext { .. } => ClientCertError::NotYetValid,
        Of::Revoked => ClientCertError::CrlHit,
        Of::UnknownIssuer | Of::BadSignature => ClientCertError::Untrusted,
        Of::InvalidPurpose | Of::InvalidPurposeContext { .. } => ClientCertError::PurposeInvalid,
        Of::UnsupportedSignatureAlgorithmContext { .. }
        | Of::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            ClientCertError::TypeUnsupported
        }
        Of::UnknownRevocationStatus
        | Of::ExpiredRevocationList
        | Of::ExpiredRevocationListContext { .. } => ClientCertError::CrlProcessingError,
        _ => ClientCertError::Invalid,
    }
}
