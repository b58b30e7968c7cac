//! The data folder's buckets, `buckets/BUCKET/KEY`: what is written there is logs, what is read from
//! there is bundles of authorities' certificates and their revocation lists.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use elb::{BucketDirectory, ObjectError};
use telemetry::access_log::LogPlace;

/// The buckets' folder in the data folder.
const FOLDER: &str = "buckets";

/// Where the data folder has its buckets.
pub(super) fn folder(data: &Path) -> PathBuf {
    data.join(FOLDER)
}

/// Reads objects of buckets below a folder.
#[derive(Debug)]
pub(super) struct Buckets(pub(super) PathBuf);

impl Buckets {
    /// Where an object lies. No link leads out of its bucket.
    fn path(&self, bucket: &str, key: &str) -> Result<PathBuf, ObjectError> {
        let is_name = |name: &str| !matches!(name, "" | "." | "..") && !name.contains(['\0', '\\']);
        if LogPlace::new(bucket, "").is_none() || !key.split('/').all(is_name) {
            return Err(ObjectError::NotFound);
        }
        let bucket = self.0.join(bucket);
        let path = bucket.join(key).canonicalize().map_err(failed)?;
        let bucket = bucket.canonicalize().map_err(failed)?;
        if path.starts_with(&bucket) {
            Ok(path)
        } else {
            Err(ObjectError::NotFound)
        }
    }
}

impl BucketDirectory for Buckets {
    fn object(&self, bucket: &str, key: &str, bytes_max: usize) -> Result<Vec<u8>, ObjectError> {
        let path = self.path(bucket, key)?;
        // Opening a pipe would wait for somebody to write to it.
        if !path.metadata().map_err(failed)?.is_file() {
            return Err(ObjectError::NotFound);
        }
        let file = File::open(path).map_err(failed)?;
        let mut bytes = Vec::new();
        let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX);
        let mut limited = file.take(limit.saturating_add(1));
        limited.read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() > bytes_max {
            return Err(ObjectError::TooLarge);
        }
        Ok(bytes)
    }
}

fn failed(error: std::io::Error) -> ObjectError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename => {
            ObjectError::NotFound
        }
        _ => ObjectError::Unreadable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_a_bucket_is_read_and_nothing_else() {
        let data = tempfile::tempdir().unwrap();
        let buckets = Buckets(folder(data.path()));
        let own = buckets.0.join("trust/a/b");
        std::fs::create_dir_all(&own).unwrap();
        std::fs::create_dir_all(buckets.0.join("other")).unwrap();
        std::fs::write(own.join("ca.pem"), "text").unwrap();
        std::fs::write(buckets.0.join("other/secret"), "secret").unwrap();
        std::fs::write(data.path().join("secret"), "secret").unwrap();
        std::os::unix::fs::symlink(data.path().join("secret"), own.join("link")).unwrap();
        std::os::unix::fs::symlink("ca.pem", own.join("inner")).unwrap();
        let read = |bucket: &str, key: &str| buckets.object(bucket, key, 4);
        assert_eq!(read("trust", "a/b/ca.pem").unwrap(), b"text");
        assert_eq!(read("trust", "a/b/inner").unwrap(), b"text");
        for (bucket, key) in [
            ("trust", "a/b"),
            ("trust", "a/b/none"),
            ("trust", "a/b/ca.pem/x"),
            ("trust", "a/b/link"),
            ("trust", "../other/secret"),
            ("trust", "../../secret"),
            ("trust", "/etc/hostname"),
            ("trust", ""),
            ("trust", "a//b/ca.pem"),
            ("trust", "a/b/ca.pem\0"),
            ("..", "secret"),
            ("nowhere", "x"),
        ] {
            let found = read(bucket, key);
            assert_eq!(found, Err(ObjectError::NotFound), "{bucket} {key}");
        }
        assert_eq!(
            buckets.object("trust", "a/b/ca.pem", 3),
            Err(ObjectError::TooLarge)
        );
    }
}
