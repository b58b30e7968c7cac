//! The errors of this API, in AWS's words.

use store::StoreError;
use types::ServiceError;

pub(crate) fn load_balancers_not_found() -> ServiceError {
    ServiceError::sender(
        "LoadBalancerNotFound",
        "One or more load balancers not found",
    )
}

pub(crate) fn load_balancer_names_not_found(names: &[String]) -> ServiceError {
    let names = names.join(", ");
    ServiceError::sender(
        "LoadBalancerNotFound",
        format!("Load balancers '[{names}]' not found"),
    )
}

pub(crate) fn load_balancer_not_found(arn: &str) -> ServiceError {
    ServiceError::sender(
        "LoadBalancerNotFound",
        format!("Load balancer '{arn}' not found"),
    )
}

pub(crate) fn listeners_not_found() -> ServiceError {
    ServiceError::sender("ListenerNotFound", "One or more listeners not found")
}

pub(crate) fn target_groups_not_found() -> ServiceError {
    ServiceError::sender("TargetGroupNotFound", "One or more target groups not found")
}

/// An ARN that is none of the kind that is asked for.
pub(crate) fn invalid_arn(kind: &str, arn: &str) -> ServiceError {
    let arn: String = arn.chars().take(256).collect();
    validation(format!("'{arn}' is not a valid {kind} ARN"))
}

pub(crate) fn validation(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("ValidationError", message)
}

pub(crate) fn internal(reason: impl ToString) -> ServiceError {
    ServiceError::receiver("InternalFailure", reason.to_string())
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
