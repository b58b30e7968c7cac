//! The exceptions of the KMS API with AWS's texts. Source: recorded answers of AWS; AWS KMS API
//! Reference, "Errors" of each operation.

use keys::{KeyError, KeySpec};
use store::StoreError;
use types::{KeyWrapError, ServiceError};

use crate::place::Place;

pub(crate) fn validation(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("ValidationException", message)
}

pub(crate) fn not_found(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("NotFoundException", message)
}

/// A key id that has the form of none.
pub(crate) fn invalid_key_id(key_id: &str) -> ServiceError {
    let shown: String = key_id.chars().take(256).collect();
    not_found(format!("Invalid keyId '{shown}'"))
}

pub(crate) fn no_such_key(arn: &str) -> ServiceError {
    not_found(format!("Key '{arn}' does not exist"))
}

pub(crate) fn no_such_alias(place: &Place, alias: &str) -> ServiceError {
    not_found(format!("Alias {} is not found.", place.arn(alias)))
}

pub(crate) fn disabled(arn: &str) -> ServiceError {
    ServiceError::sender("DisabledException", format!("{arn} is disabled."))
}

pub(crate) fn invalid_state(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("KMSInvalidStateException", message)
}

pub(crate) fn invalid_key_usage(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("InvalidKeyUsageException", message)
}

/// An algorithm that is not of the key's spec.
pub(crate) fn incompatible(algorithm: &str, spec: KeySpec) -> ServiceError {
    invalid_key_usage(format!(
        "Algorithm {algorithm} is incompatible with key spec {spec}."
    ))
}

pub(crate) fn incorrect_key() -> ServiceError {
    ServiceError::sender(
        "IncorrectKeyException",
        "The key ID in the request does not identify a CMK that can perform this operation.",
    )
}

/// AWS says nothing more, so that nobody learns why.
pub(crate) fn invalid_ciphertext() -> ServiceError {
    ServiceError::sender("InvalidCiphertextException", "")
}

pub(crate) fn invalid_signature() -> ServiceError {
    ServiceError::sender("KMSInvalidSignatureException", "")
}

pub(crate) fn invalid_mac() -> ServiceError {
    ServiceError::sender("KMSInvalidMacException", "")
}

pub(crate) fn unsupported(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("UnsupportedOperationException", message)
}

/// What only keys of another origin do.
pub(crate) fn unsupported_origin(arn: &str, origin: &str) -> ServiceError {
    unsupported(format!(
        "{arn} origin is {origin} which is not valid for this operation."
    ))
}

pub(crate) fn already_exists(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("AlreadyExistsException", message)
}

pub(crate) fn limit_exceeded(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("LimitExceededException", message)
}

pub(crate) fn malformed_policy(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("MalformedPolicyDocumentException", message)
}

pub(crate) fn tag(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("TagException", message)
}

pub(crate) fn invalid_marker() -> ServiceError {
    ServiceError::sender("InvalidMarkerException", "The marker is not valid.")
}

/// What a custom key store refuses, by AWS's name of it.
pub(crate) fn custom_key_store(code: &'static str, message: impl Into<String>) -> ServiceError {
    ServiceError::sender(code, message)
}

/// What took too long outside of this process.
pub(crate) fn dependency_timeout(message: impl Into<String>) -> ServiceError {
    ServiceError::receiver("DependencyTimeoutException", message)
}

pub(crate) fn dry_run() -> ServiceError {
    ServiceError::sender(
        "DryRunOperationException",
        "The request would have succeeded, but the DryRun option is set.",
    )
}

/// An operation that works within an account only.
pub(crate) fn other_account(operation: &str) -> ServiceError {
    ServiceError::sender(
        "AccessDeniedException",
        format!(
            "kms:{operation} cannot be used on a key of another account. Call it with credentials \
             of the key's account."
        ),
    )
}

pub(crate) fn internal(reason: impl Into<String>) -> ServiceError {
    ServiceError::receiver("KMSInternalException", reason)
}

/// More is asked for than can be done. AWS's code for what is to be tried again later.
pub(crate) fn throttled() -> ServiceError {
    ServiceError::sender(
        "ThrottlingException",
        "Too many cryptographic operations wait already. Try again later.",
    )
}

/// What a name stands for changed after leave was asked. AWS's code for what is to be tried again.
pub(crate) fn changed_meanwhile(arn: &str) -> ServiceError {
    ServiceError {
        message: "An alias was changed while the request was judged. Try again.".to_owned(),
        ..ServiceError::receiver(
            "DependencyTimeoutException",
            format!("leave was not asked for {arn}: its alias was changed meanwhile"),
        )
        .with_status(503)
    }
}

pub(crate) fn store(error: &StoreError) -> ServiceError {
    internal(error.to_string())
}

/// What cannot be opened or wrapped.
pub(crate) fn wrap(error: &KeyWrapError) -> ServiceError {
    match error {
        KeyWrapError::Sealed => ServiceError {
            message: "The key store is sealed. Its operator has to open a seal slot.".to_owned(),
            ..internal(error.to_string())
        },
        KeyWrapError::Damaged { .. } | KeyWrapError::Failed(_) => internal(error.to_string()),
    }
}

/// What a key said of an operation with it.
pub(crate) fn key(error: &KeyError) -> ServiceError {
    match error {
        KeyError::Unsupported { spec, operation } => incompatible(operation, *spec),
        KeyError::InvalidKey { .. } => {
            ServiceError::sender("IncorrectKeyMaterialException", error.to_string())
        }
        KeyError::InvalidPublicKey { .. }
        | KeyError::DigestLength { .. }
        | KeyError::PlaintextTooLong { .. } => validation(error.to_string()),
        KeyError::InvalidCiphertext => invalid_ciphertext(),
        KeyError::InvalidSignature => invalid_signature(),
        KeyError::InvalidMac => invalid_mac(),
        KeyError::Entropy(_) | KeyError::Failed(_) => internal(error.to_string()),
    }
}
