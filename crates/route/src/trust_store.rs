//! What a listener's clients are judged by: certificates of authorities, and what these have
//! revoked. Source: Application Load Balancers, "Mutual authentication with TLS"; RFC 5280.

use std::fmt;

/// A trust store. Its certificates and lists were read when they were kept.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct TrustStore {
    /// Its ARN.
    pub arn: String,
    /// It grows with every change: what was made of an older one is no longer in force.
    pub revision: u64,
    /// The authorities' certificates, as DER. Empty: nobody is let in.
    pub ca_certificates: Vec<Vec<u8>>,
    /// Certificate revocation lists, as DER.
    pub revocation_lists: Vec<Vec<u8>>,
}

impl fmt::Debug for TrustStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustStore")
            .field("arn", &self.arn)
            .field("revision", &self.revision)
            .field("ca_certificates", &self.ca_certificates.len())
            .field("revocation_lists", &self.revocation_lists.len())
            .finish()
    }
}
