//! Digests, as raw bytes. MD5 and SHA-256 are used to compare here, not to protect.

use aws_lc_rs::digest::{SHA256, digest};
use md5::{Digest, Md5};

#[expect(clippy::unnecessary_wraps, reason = "one of a family of functions")]
pub(super) fn md5(value: &[u8]) -> Option<Vec<u8>> {
    Some(Md5::digest(value).to_vec())
}

#[expect(clippy::unnecessary_wraps, reason = "one of a family of functions")]
pub(super) fn sha256(value: &[u8]) -> Option<Vec<u8>> {
    Some(digest(&SHA256, value).as_ref().to_vec())
}
