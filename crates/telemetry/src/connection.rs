//! One client connection as an event: how it was established, or why not. The connection log is
//! made of it. Source: Application Load Balancers, "Connection logs".

use std::net::SocketAddr;
use std::time::Duration;

use types::{RequestId, Time};

/// A connection that was established, or refused in its handshake.
#[derive(Debug, Clone)]
pub struct ConnectionEvent {
    /// Its id: that of all its requests.
    pub id: RequestId,
    /// When it was established, or had failed to be.
    pub time: Time,
    /// ARN of the load balancer that it came to.
    pub load_balancer_arn: String,
    /// Who came.
    pub client: SocketAddr,
    /// Where it came to.
    pub listener_port: u16,
    /// `None` without TLS.
    pub handshake: Option<Handshake>,
}

/// A TLS handshake.
#[derive(Debug, Clone)]
pub struct Handshake {
    /// What was negotiated; `None` when it failed.
    pub negotiated: Option<Negotiated>,
    /// The client's certificate, where it was asked for one and that could be read.
    pub certificate: Option<LeafCertificate>,
    /// Why it failed, if it did.
    pub failed: Option<ConnectionError>,
}

/// What a handshake has agreed on.
#[derive(Debug, Clone)]
pub struct Negotiated {
    /// `TLSv1.3`
    pub protocol: &'static str,
    /// By the IANA's name.
    pub cipher: String,
    /// `X25519MLKEM768`
    pub key_exchange: Option<&'static str>,
    /// How long it took.
    pub latency: Duration,
}

/// What the log says of a client's certificate.
#[derive(Debug, Clone)]
pub struct LeafCertificate {
    /// Its subject, as RFC 2253 writes names.
    pub subject: String,
    /// `NotBefore=...;NotAfter=...`
    pub validity: String,
    /// Hexadecimal digits.
    pub serial_number: String,
}

/// Why a client's certificate is refused, in AWS's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientCertError {
    /// The client shows more certificates than a chain may have.
    MaxChainDepthExceeded,
    /// A revocation list has it.
    CrlHit,
    /// A revocation list cannot be judged by.
    CrlProcessingError,
    /// No authority of the trust store vouches for it.
    Untrusted,
    /// It is not valid yet.
    NotYetValid,
    /// It has expired.
    Expired,
    /// Its signature or key is of a kind that is not supported.
    TypeUnsupported,
    /// It is broken, or has an extension that nobody here knows.
    Invalid,
    /// It is for something else than a client.
    PurposeInvalid,
}

/// Why a connection was not established.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionError {
    /// For the client's certificate.
    ClientCert(ClientCertError),
    /// For anything else, such as no certificate, no common cipher, no TLS at all.
    Unmapped,
}

impl ConnectionError {
    /// The error reason code of the connection log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        use ClientCertError as Of;
        match self {
            Self::ClientCert(error) => match error {
                Of::MaxChainDepthExceeded => "ClientCertMaxChainDepthExceeded",
                Of::CrlHit => "ClientCertCrlHit",
                Of::CrlProcessingError => "ClientCertCrlProcessingError",
                Of::Untrusted => "ClientCertUntrusted",
                Of::NotYetValid => "ClientCertNotYetValid",
                Of::Expired => "ClientCertExpired",
                Of::TypeUnsupported => "ClientCertTypeUnsupported",
                Of::Invalid => "ClientCertInvalid",
                Of::PurposeInvalid => "ClientCertPurposeInvalid",
            },
            Self::Unmapped => "UnmappedConnectionError",
        }
    }
}
