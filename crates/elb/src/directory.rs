//! What this service asks of others: which certificates there are, and how targets are. `btz`
//! answers from those that know.

use std::fmt;
use std::sync::{Arc, OnceLock};

use route::health::Health;

/// What is known of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    /// The names that it is for, as they are in it.
    pub domains: Vec<String>,
}

/// Knows the certificates that listeners can show.
pub trait CertificateDirectory: Send + Sync {
    /// The certificate of an ARN; `None` when there is none.
    fn certificate(&self, arn: &str) -> Option<CertificateFacts>;
}

/// Knows how targets are: whoever checks them.
pub trait TargetHealthDirectory: Send + Sync {
    /// The health of a target; `None` when it has not been looked at.
    fn health(&self, target_group_arn: &str, host: &str, port: u16) -> Option<Health>;

    /// What anomaly detection says of it; `None`, as here, when nobody detects.
    fn anomaly(&self, target_group_arn: &str, host: &str, port: u16) -> Option<Anomaly> {
        let _: (&str, &str, u16) = (target_group_arn, host, port);
        None
    }
}

/// What anomaly detection says of a target.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Anomaly {
    /// Whether its share of errors stands out.
    pub anomalous: bool,
    /// Whether it gets fewer requests for it.
    pub mitigated: bool,
}

/// Reads the objects of buckets.
pub trait BucketDirectory: Send + Sync {
    /// An object's bytes. It may wait for a disk.
    ///
    /// # Errors
    /// When there is none, or it cannot be had.
    fn object(&self, bucket: &str, key: &str, bytes_max: usize) -> Result<Vec<u8>, ObjectError>;
}

/// Why an object cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ObjectError {
    /// There is no such bucket, or nothing under the key.
    NotFound,
    /// It is longer than was asked for.
    TooLarge,
    /// It is there and cannot be read.
    Unreadable(String),
}

/// Those who answer, once they are there.
#[derive(Default)]
pub(crate) struct Directories {
    pub(crate) certificates: OnceLock<Arc<dyn CertificateDirectory>>,
    pub(crate) health: OnceLock<Arc<dyn TargetHealthDirectory>>,
    pub(crate) buckets: OnceLock<Arc<dyn BucketDirectory>>,
}

impl fmt::Debug for Directories {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Directories")
            .field("certificates", &self.certificates.get().is_some())
            .field("health", &self.health.get().is_some())
            .field("buckets", &self.buckets.get().is_some())
            .finish()
    }
}

impl Directories {
    pub(crate) fn certificate(&self, arn: &str) -> Option<CertificateFacts> {
        self.certificates.get()?.certificate(arn)
    }
}
