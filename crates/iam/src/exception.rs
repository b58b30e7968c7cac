//! The errors of IAM, in AWS's words. Source: IAM API Reference, the errors of each operation;
//! recorded answers of AWS.

use store::StoreError;
use types::{EntropyError, KeyWrapError, ServiceError};

fn sender(code: &'static str, status: u16, message: impl Into<String>) -> ServiceError {
    ServiceError::sender(code, message).with_status(status)
}

/// A caller's text as it may be repeated in a message.
fn short(text: &str) -> String {
    text.chars().take(512).collect()
}

pub(crate) fn no_such_entity(message: impl Into<String>) -> ServiceError {
    sender("NoSuchEntity", 404, message)
}

/// `The user with name X cannot be found.`
pub(crate) fn not_found(kind: &str, name: &str) -> ServiceError {
    no_such_entity(format!(
        "The {kind} with name {} cannot be found.",
        short(name)
    ))
}

pub(crate) fn policy_not_found(arn: &str) -> ServiceError {
    no_such_entity(format!("Policy {} was not found.", short(arn)))
}

pub(crate) fn policy_not_attachable(arn: &str) -> ServiceError {
    no_such_entity(format!(
        "Policy {} does not exist or is not attachable.",
        short(arn)
    ))
}

pub(crate) fn version_not_found(arn: &str, version: &str) -> ServiceError {
    no_such_entity(format!(
        "Policy {} version {} does not exist or is not attachable.",
        short(arn),
        short(version)
    ))
}

pub(crate) fn already_exists(message: impl Into<String>) -> ServiceError {
    sender("EntityAlreadyExists", 409, message)
}

/// `Cannot delete entity, must delete policies first.`
pub(crate) fn delete_conflict(first: &str) -> ServiceError {
    sender(
        "DeleteConflict",
        409,
        format!("Cannot delete entity, must {first} first."),
    )
}

pub(crate) fn delete_conflict_because(message: &str) -> ServiceError {
    sender("DeleteConflict", 409, message)
}

/// `Cannot exceed quota for UsersPerAccount: 5000`
pub(crate) fn quota(name: &str, max: usize) -> ServiceError {
    limit_exceeded(format!("Cannot exceed quota for {name}: {max}"))
}

pub(crate) fn limit_exceeded(message: impl Into<String>) -> ServiceError {
    sender("LimitExceeded", 409, message)
}

pub(crate) fn invalid_input(message: impl Into<String>) -> ServiceError {
    sender("InvalidInput", 400, message)
}

pub(crate) fn validation(message: impl Into<String>) -> ServiceError {
    sender("ValidationError", 400, message)
}

pub(crate) fn malformed_arn() -> ServiceError {
    validation("Invalid ARN:  Could not be parsed!")
}

pub(crate) fn malformed_policy(message: impl Into<String>) -> ServiceError {
    sender("MalformedPolicyDocument", 400, message)
}

/// A role that only its service may change.
pub(crate) fn protected_role(name: &str) -> ServiceError {
    sender(
        "UnmodifiableEntity",
        400,
        format!(
            "Cannot perform the operation on the protected role '{name}' - this role is only \
             modifiable by AWS"
        ),
    )
}

pub(crate) fn access_denied(message: impl Into<String>) -> ServiceError {
    sender("AccessDenied", 403, message)
}

pub(crate) fn internal(reason: impl ToString) -> ServiceError {
    ServiceError::receiver("ServiceFailure", reason.to_string())
}

/// The store's failure.
pub(crate) fn store(error: &StoreError) -> ServiceError {
    match error {
        StoreError::Unavailable { .. } => {
            ServiceError::receiver("ServiceUnavailable", error.to_string()).with_status(503)
        }
        error => internal(error),
    }
}

/// A secret cannot be kept or read. While the installation is sealed the caller is told so.
pub(crate) fn key_wrap(error: &KeyWrapError) -> ServiceError {
    match error {
        KeyWrapError::Sealed => {
            let mut failed =
                ServiceError::receiver("ServiceUnavailable", error.to_string()).with_status(503);
            failed.message = format!("Secrets cannot be kept or read now: {error}.");
            failed
        }
        error => internal(error),
    }
}

/// No randomness.
pub(crate) fn entropy(error: EntropyError) -> ServiceError {
    internal(error)
}
