//! The access log and, beside it, the connection log: one line for each request, or connection, that a
//! load balancer took, in the format of Application Load Balancers, in files under the object keys that they have in a bucket.
//! Source: Application Load Balancers, "Access logs", "Access log entries".
//!
//! A bucket is a folder, and a file is written while its five minutes last instead of delivered after
//! them, uncompressed, so that it can be followed. Nothing is deleted but the oldest files of a bucket
//! that has grown beyond [`AccessLogs::bucket_bytes_max`].

mod connection;
mod entry;
mod files;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

pub use connection::append_connection_line;
pub use entry::{USER_AGENT_BYTES_MAX, append_line};
pub(crate) use files::{AccessFiles, Kind, end_of};

/// How long one file is written to: files end at whole multiples of it.
pub const FILE_SECONDS: i64 = 5 * 60;
/// The longest prefix, in bytes.
pub const PREFIX_BYTES_MAX: usize = 512;
/// What a bucket may hold, unless it is said otherwise.
pub const BUCKET_BYTES_MAX: u64 = 10 * 1024 * 1024 * 1024;

/// Which load balancers' requests are logged, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessLogs {
    /// The folder that buckets are folders of, such as `DIR/buckets`.
    pub folder: PathBuf,
    /// This machine's address, for the names of files.
    pub node: IpAddr,
    /// How many bytes one bucket may hold: the oldest files are deleted beyond it.
    pub bucket_bytes_max: u64,
    /// By the load balancer's ARN.
    pub by_load_balancer: BTreeMap<String, Arc<LogPlace>>,
    /// Where those of all other load balancers go.
    pub others: Option<Arc<LogPlace>>,
    /// Where the logs of connections go, by the load balancer's ARN.
    pub connections: BTreeMap<String, Arc<LogPlace>>,
}

impl AccessLogs {
    /// Where a load balancer's log goes, if it has one.
    pub(crate) fn place(&self, load_balancer_arn: &str) -> Option<&Arc<LogPlace>> {
        let own = self.by_load_balancer.get(load_balancer_arn);
        own.or(self.others.as_ref())
            .filter(|_| !load_balancer_arn.is_empty())
    }
}

/// `access_logs.s3.bucket` and `access_logs.s3.prefix`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogPlace {
    bucket: String,
    prefix: String,
}

impl LogPlace {
    /// A bucket's name is that of S3 (3 to 63 small letters, digits, `.` and `-`), and a prefix is
    /// made of names between slashes: letters, digits and `!-_.*'()`, no dot first, `AWSLogs` not
    /// among them. `None` for others, so that no log lies outside of the folder for buckets.
    #[must_use]
    pub fn new(bucket: &str, prefix: &str) -> Option<Self> {
        let is_end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let of_bucket = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-')
        };
        let bytes = bucket.as_bytes();
        let is_bucket = (3..=63).contains(&bytes.len())
            && is_end(bytes.first())
            && is_end(bytes.last())
            && bytes.iter().copied().all(of_bucket)
            && !bucket.contains("..");
        let of_prefix = |byte: u8| byte.is_ascii_alphanumeric() || b"!-_.*'()".contains(&byte);
        let is_name =
            |name: &str| !name.is_empty() && !name.starts_with('.') && name.bytes().all(of_prefix);
        let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
        let is_prefix = prefix.len() <= PREFIX_BYTES_MAX
            && !prefix.contains("AWSLogs")
            && (prefix.is_empty() || prefix.split('/').all(is_name));
        (is_bucket && is_prefix).then(|| Self {
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_place_lies_outside_of_the_folder_for_buckets() {
        for (bucket, prefix) in [
            ("logs", ""),
            ("my-logs.shop.example", "edge/one"),
            ("logs", "with-slash/"),
        ] {
            assert!(LogPlace::new(bucket, prefix).is_some(), "{bucket} {prefix}");
        }
        for (bucket, prefix) in [
            ("", ""),
            ("..", ""),
            ("a/b", ""),
            (".hidden", ""),
            ("Upper", ""),
            ("a..b", ""),
            ("lo", ""),
            ("logs", "/root"),
            ("logs", "../up"),
            ("logs", "a/../../b"),
            ("logs", "a//b"),
            ("logs", "nul\0"),
            ("logs", "my/AWSLogs/x"),
            ("logs", "\u{202e}x"),
        ] {
            assert!(LogPlace::new(bucket, prefix).is_none(), "{bucket} {prefix}");
        }
        assert!(LogPlace::new("logs", &"a".repeat(PREFIX_BYTES_MAX + 1)).is_none());
        assert!(LogPlace::new(&"a".repeat(64), "").is_none());
    }
}
