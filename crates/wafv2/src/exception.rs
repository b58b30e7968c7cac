//! The exceptions of the WAFv2 API with AWS's texts (with its typographic apostrophes, which
//! clients match on). Source: recorded answers in the issue trackers of Terraform's AWS provider
//! and of the AWS CDK; AWS WAF API Reference, "Common Errors".

use store::StoreError;
use types::ServiceError;
use waf::{CompileError, CompileErrorKind};

/// AWS's reason for a text that cannot be read.
pub(crate) const MALFORMED: &str = "The parameter contains formatting that is not valid.";
/// AWS's reason for none or several of what must be one.
pub(crate) const NOT_EXACTLY_ONE: &str =
    "You have used none or multiple values for a field that requires exactly one value.";
const ARN: &str = "The ARN isn't valid. A valid ARN begins with arn: and includes other \
                   information separated by colons or slashes.";
const CAPACITY: &str = "You exceeded the capacity limit for a rule group or web ACL.";

/// The longest `Parameter` that is repeated, in characters.
const PARAMETER_CHARS_MAX: usize = 512;

/// `WAFInvalidParameterException`.
pub(crate) fn invalid_parameter(field: &str, parameter: &str, reason: &str) -> ServiceError {
    let parameter: String = parameter.chars().take(PARAMETER_CHARS_MAX).collect();
    let message = format!("Error reason: {reason}, field: {field}, parameter: {parameter}");
    ServiceError::sender("WAFInvalidParameterException", message)
        .with_member("Field", field)
        .with_member("Parameter", parameter)
        .with_member("Reason", reason)
}

/// An ARN that is none, or not one that this operation takes.
pub(crate) fn invalid_arn(arn: &str) -> ServiceError {
    invalid_parameter("RESOURCE_ARN", arn, ARN)
}

/// More capacity units than there are.
pub(crate) fn capacity_exceeded(field: &str, needed: u64) -> ServiceError {
    invalid_parameter(field, &needed.to_string(), CAPACITY)
}

/// `WAFNonexistentItemException`.
pub(crate) fn nonexistent_item() -> ServiceError {
    ServiceError::sender(
        "WAFNonexistentItemException",
        "AWS WAF couldn’t perform the operation because your resource doesn’t exist.",
    )
}

/// `WAFDuplicateItemException`.
pub(crate) fn duplicate_item() -> ServiceError {
    ServiceError::sender(
        "WAFDuplicateItemException",
        "AWS WAF couldn’t perform the operation because some resource in your request is a \
         duplicate of an existing one.",
    )
}

/// `WAFOptimisticLockException`.
pub(crate) fn optimistic_lock() -> ServiceError {
    ServiceError::sender(
        "WAFOptimisticLockException",
        "AWS WAF couldn’t save your changes because someone changed the resource after you started \
         to edit it. Reapply your changes.",
    )
}

/// `WAFAssociatedItemException`.
pub(crate) fn associated_item() -> ServiceError {
    ServiceError::sender(
        "WAFAssociatedItemException",
        "AWS WAF couldn’t perform the operation because your resource is being used by another \
         resource or it’s associated with another resource.",
    )
}

/// `WAFLimitsExceededException`.
pub(crate) fn limits_exceeded() -> ServiceError {
    ServiceError::sender(
        "WAFLimitsExceededException",
        "AWS WAF couldn’t perform the operation because you exceeded your resource limit.",
    )
}

/// `WAFInvalidOperationException`, with the reason.
pub(crate) fn invalid_operation(reason: &str) -> ServiceError {
    let message = format!("The operation isn’t valid. {reason}");
    ServiceError::sender("WAFInvalidOperationException", message)
}

/// `WAFInvalidResourceException`.
pub(crate) fn invalid_resource() -> ServiceError {
    ServiceError::sender(
        "WAFInvalidResourceException",
        "AWS WAF couldn’t perform the operation because the resource that you requested isn’t \
         valid. Check the resource, and try again.",
    )
}

/// `WAFInvalidPermissionPolicyException`, with what is wrong.
pub(crate) fn invalid_permission_policy(reason: &str) -> ServiceError {
    let message = format!(
        "The operation failed because the specified policy isn’t in the proper format. {reason}"
    );
    ServiceError::sender("WAFInvalidPermissionPolicyException", message)
}

/// `WAFLogDestinationPermissionIssueException`: the files of a destination cannot be written.
pub(crate) fn log_destination_permission_issue(error: &std::io::Error) -> ServiceError {
    let message =
        format!("The operation failed because the log destination cannot be written: {error}.");
    ServiceError::sender("WAFLogDestinationPermissionIssueException", message)
}

/// `WAFUnsupportedAggregateKeyTypeException`.
pub(crate) fn unsupported_aggregate_key_type() -> ServiceError {
    ServiceError::sender(
        "WAFUnsupportedAggregateKeyTypeException",
        "The rule that you've named doesn't aggregate solely on the IP address or solely on the \
         forwarded IP address. This call is only available for rate-based rules with an \
         AggregateKeyType setting of IP or FORWARDED_IP.",
    )
}

/// A parameter that none of AWS's field names is for.
fn unnamed_parameter(parameter: &'static str, reason: &str) -> ServiceError {
    let message = format!("Error reason: {reason}, parameter: {parameter}");
    ServiceError::sender("WAFInvalidParameterException", message)
        .with_member("Parameter", parameter)
        .with_member("Reason", reason)
}

/// A time window that ends before it begins.
pub(crate) fn invalid_time_window() -> ServiceError {
    unnamed_parameter(
        "TimeWindow",
        "The start of the time window must lie before its end.",
    )
}

/// A marker that no answer gave.
pub(crate) fn invalid_marker() -> ServiceError {
    unnamed_parameter("NextMarker", MALFORMED)
}

/// `WAFInternalErrorException`: the world's failure, with what the operator reads in the log.
pub(crate) fn internal(reason: impl ToString) -> ServiceError {
    let mut error = ServiceError::receiver("WAFInternalErrorException", reason.to_string());
    "Your request is valid, but AWS WAF couldn’t perform the operation because of a system problem. \
     Retry your request."
        .clone_into(&mut error.message);
    error
}

/// The store's failure.
pub(crate) fn store(error: &StoreError) -> ServiceError {
    internal(error)
}

/// What the rule engine says of rules that cannot be put in force.
pub(crate) fn compile(error: &CompileError) -> ServiceError {
    match error.kind {
        CompileErrorKind::NonexistentItem => nonexistent_item(),
        CompileErrorKind::LimitsExceeded => {
            let mut refusal = limits_exceeded();
            refusal.message = format!("{} {}", refusal.message, error.reason);
            refusal
        }
        CompileErrorKind::InvalidParameter => {
            invalid_parameter(error.field.as_str(), &error.parameter, &error.reason)
        }
    }
}
