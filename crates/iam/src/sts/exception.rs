//! The errors of STS, in AWS's words. Source: AWS STS API Reference; recorded answers.

use types::ServiceError;

pub(super) fn validation(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("ValidationError", message)
}

pub(super) fn invalid_parameter(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("InvalidParameterValue", message)
}

pub(super) fn access_denied(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("AccessDenied", message).with_status(403)
}

pub(super) fn invalid_authorization_message() -> ServiceError {
    ServiceError::sender(
        "InvalidAuthorizationMessageException",
        "Message is not valid",
    )
}

pub(super) fn malformed_policy(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("MalformedPolicyDocument", message)
}

pub(super) fn packed_policy_too_large(percent: usize) -> ServiceError {
    ServiceError::sender(
        "PackedPolicyTooLarge",
        format!(
            "Serialized token too large for session: session policies and tags take {percent}% of \
             the room that there is. Use fewer or shorter ones."
        ),
    )
}

/// `User: ARN is not authorized to perform: sts:AssumeRole on resource: ARN`, as STS says it where
/// it does not say whether there is such a role.
pub(super) fn not_authorized(who: &str, action: &str, resource: &str) -> ServiceError {
    access_denied(format!(
        "User: {who} is not authorized to perform: {action} on resource: {resource}"
    ))
}
