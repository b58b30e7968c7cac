//! What callers write for `KeyId`: a key id, a key ARN, an alias or an alias ARN.
//! Source: AWS KMS Developer Guide, "Key identifiers (KeyId)".

use types::{Arn, Call, ServiceError};

use crate::exception;
use crate::place::Place;

/// What a `KeyId` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    /// A key, by its id.
    Key(Place, String),
    /// An alias, with `alias/`.
    Alias(Place, String),
}

/// Reads a `KeyId`.
///
/// # Errors
/// `NotFoundException` in AWS's words: what has no form of a key's names no key.
pub(crate) fn read(call: &Call, text: &str) -> Result<Named, ServiceError> {
    if text.starts_with("arn:") {
        return read_arn(call, text);
    }
    let place = Place::of(call);
    if text.starts_with("alias/") {
        return Ok(Named::Alias(place, text.to_owned()));
    }
    if !is_key_id(text) {
        return Err(exception::invalid_key_id(text));
    }
    Ok(Named::Key(place, text.to_owned()))
}

fn read_arn(call: &Call, text: &str) -> Result<Named, ServiceError> {
    let invalid = |part: &str| exception::not_found(format!("Invalid arn {part}"));
    let arn: Arn = text.parse().map_err(|_| invalid(text))?;
    if arn.service() != "kms" || arn.partition() != "aws" {
        return Err(invalid(text));
    }
    // Keys of another Region are asked for there.
    if arn.region() != call.region.as_str() {
        return Err(invalid(arn.region()));
    }
    let place = Place {
        account: arn.account().parse().map_err(|_| invalid(text))?,
        region: call.region.clone(),
    };
    let resource = arn.resource();
    if resource.starts_with("alias/") {
        return Ok(Named::Alias(place, resource.to_owned()));
    }
    match resource.strip_prefix("key/") {
        Some(id) if is_key_id(id) => Ok(Named::Key(place, id.to_owned())),
        Some(id) => Err(exception::invalid_key_id(id)),
        None => Err(invalid(text)),
    }
}

/// Whether it is a UUID, or `mrk-` and 32 digits: ids of multi-Region keys.
pub(crate) fn is_key_id(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if let Some(digits) = text.strip_prefix("mrk-") {
        return digits.len() == 32 && digits.bytes().all(is_digit);
    }
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => is_digit(byte),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_ids_are_uuids_or_multi_region_ids() {
        for (text, is) in [
            ("1234abcd-12ab-34cd-56ef-1234567890ab", true),
            ("mrk-1234abcd12ab34cd56ef1234567890ab", true),
            ("mrk-1234abcd-12ab-34cd-56ef-1234567890ab", false),
            ("1234ABCD-12ab-34cd-56ef-1234567890ab", false),
            ("134f2428cec14b25a1ae9048164dba47", false),
            ("fake-key-id", false),
            ("", false),
        ] {
            assert_eq!(is_key_id(text), is, "{text}");
        }
    }
}
