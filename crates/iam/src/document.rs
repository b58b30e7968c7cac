//! Policy documents as callers give and get them: judged when they come in, percent-encoded when
//! they go out (IAM API Reference: "URL-encoded compliant with RFC 3986").

use std::fmt::Write as _;

use policy::{Policy, PolicyKind};
use types::ServiceError;

use crate::{Iam, exception};

/// Characters that count towards a document's quota: white space does not.
pub(crate) fn size(document: &str) -> usize {
    document.chars().filter(|one| !one.is_whitespace()).count()
}

/// Judges a document.
pub(crate) fn check(kind: PolicyKind, document: &str) -> Result<(), ServiceError> {
    match Policy::parse(kind, "", document) {
        Ok(_) => Ok(()),
        Err(malformed) => Err(exception::malformed_policy(malformed.message())),
    }
}

/// A document that names principals as it is kept: by their unique ids.
pub(crate) fn bound(iam: &Iam, document: &str) -> Result<String, ServiceError> {
    policy::document::bound(document, iam)
        .map_err(|malformed| exception::malformed_policy(malformed.message()))
}

/// A document as answers hold it.
pub(crate) fn encoded(document: &str) -> String {
    let mut encoded = String::with_capacity(document.len() * 2);
    for byte in document.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            // Writing to a String cannot fail.
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_encoded_as_rfc_3986_says() {
        assert_eq!(
            encoded("{\"a b\":\"é~*%\"}"),
            "%7B%22a%20b%22%3A%22%C3%A9~%2A%25%22%7D"
        );
        assert_eq!(size("{ \"a\": \n\t1 }"), 7);
    }
}
