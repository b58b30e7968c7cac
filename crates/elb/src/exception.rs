//! The errors of this API, in AWS's words. Source: Elastic Load Balancing API Reference, the
//! errors of each operation.

use store::StoreError;
use types::ServiceError;

fn sender(code: &'static str, message: impl Into<String>) -> ServiceError {
    ServiceError::sender(code, message)
}

/// An ARN as it may be repeated in a message.
fn short(text: &str) -> String {
    text.chars().take(256).collect()
}

pub(crate) fn load_balancers_not_found() -> ServiceError {
    sender(
        "LoadBalancerNotFound",
        "One or more load balancers not found",
    )
}

pub(crate) fn load_balancer_names_not_found(names: &[String]) -> ServiceError {
    let names = names.join(", ");
    sender(
        "LoadBalancerNotFound",
        format!("Load balancers '[{names}]' not found"),
    )
}

pub(crate) fn load_balancer_not_found(arn: &str) -> ServiceError {
    sender(
        "LoadBalancerNotFound",
        format!("Load balancer '{arn}' not found"),
    )
}

pub(crate) fn listeners_not_found() -> ServiceError {
    sender("ListenerNotFound", "One or more listeners not found")
}

pub(crate) fn rules_not_found() -> ServiceError {
    sender("RuleNotFound", "One or more rules not found")
}

pub(crate) fn target_groups_not_found() -> ServiceError {
    sender("TargetGroupNotFound", "One or more target groups not found")
}

pub(crate) fn target_group_not_found(arn: &str) -> ServiceError {
    sender(
        "TargetGroupNotFound",
        format!("Target group '{}' not found", short(arn)),
    )
}

pub(crate) fn certificate_not_found(arn: &str) -> ServiceError {
    sender(
        "CertificateNotFound",
        format!("Certificate '{}' not found", short(arn)),
    )
}

pub(crate) fn ssl_policy_not_found(name: &str) -> ServiceError {
    sender(
        "SSLPolicyNotFound",
        format!("SSL policy '{}' not found", short(name)),
    )
}

pub(crate) fn trust_stores_not_found() -> ServiceError {
    sender("TrustStoreNotFound", "One or more trust stores not found")
}

pub(crate) fn trust_store_in_use(arn: &str) -> ServiceError {
    sender(
        "TrustStoreInUse",
        format!("Trust store '{arn}' is currently in use by a listener"),
    )
}

pub(crate) fn duplicate_trust_store(name: &str) -> ServiceError {
    sender(
        "DuplicateTrustStoreName",
        format!("A trust store with the same name '{name}' exists"),
    )
}

pub(crate) fn bundle_not_found(message: impl Into<String>) -> ServiceError {
    sender("CaCertificatesBundleNotFound", message)
}

pub(crate) fn invalid_bundle(message: impl Into<String>) -> ServiceError {
    sender("InvalidCaCertificatesBundle", message)
}

pub(crate) fn revocation_content_not_found(message: impl Into<String>) -> ServiceError {
    sender("RevocationContentNotFound", message)
}

pub(crate) fn invalid_revocation_content(message: impl Into<String>) -> ServiceError {
    sender("InvalidRevocationContent", message)
}

pub(crate) fn revocation_id_not_found(id: i64) -> ServiceError {
    sender(
        "RevocationIdNotFound",
        format!("Revocation ID '{id}' does not exist in the trust store"),
    )
}

pub(crate) fn association_not_found(resource: &str) -> ServiceError {
    sender(
        "AssociationNotFound",
        format!(
            "The trust store is not associated with '{}'",
            short(resource)
        ),
    )
}

pub(crate) fn same_account_association() -> ServiceError {
    sender(
        "DeleteAssociationSameAccount",
        "An association within the account cannot be deleted: change the listener's mutual \
         authentication instead",
    )
}

pub(crate) fn no_resource_policy(arn: &str) -> ServiceError {
    sender(
        "ResourceNotFound",
        format!("There is no resource policy for '{}'", short(arn)),
    )
}

pub(crate) fn duplicate_load_balancer(name: &str) -> ServiceError {
    sender(
        "DuplicateLoadBalancerName",
        format!("A load balancer with the same name '{name}' exists, but with different settings"),
    )
}

pub(crate) fn duplicate_target_group(name: &str) -> ServiceError {
    sender(
        "DuplicateTargetGroupName",
        format!("A target group with the same name '{name}' exists, but with different settings"),
    )
}

pub(crate) fn duplicate_listener(load_balancer: &str) -> ServiceError {
    sender(
        "DuplicateListener",
        format!("A listener already exists on this port for this load balancer '{load_balancer}'"),
    )
}

pub(crate) fn priority_in_use(priority: i64) -> ServiceError {
    sender(
        "PriorityInUse",
        format!("Priority '{priority}' is currently in use"),
    )
}

pub(crate) fn resource_in_use(message: impl Into<String>) -> ServiceError {
    sender("ResourceInUse", message)
}

pub(crate) fn operation_not_permitted(message: impl Into<String>) -> ServiceError {
    sender("OperationNotPermitted", message)
}

pub(crate) fn invalid_action(message: impl Into<String>) -> ServiceError {
    sender("InvalidLoadBalancerAction", message)
}

pub(crate) fn invalid_configuration(message: impl Into<String>) -> ServiceError {
    sender("InvalidConfigurationRequest", message)
}

pub(crate) fn incompatible_protocols(message: impl Into<String>) -> ServiceError {
    sender("IncompatibleProtocols", message)
}

pub(crate) fn unsupported_protocol(message: impl Into<String>) -> ServiceError {
    sender("UnsupportedProtocol", message)
}

pub(crate) fn invalid_target(message: impl Into<String>) -> ServiceError {
    sender("InvalidTarget", message)
}

pub(crate) fn target_group_association_limit(arn: &str) -> ServiceError {
    sender(
        "TargetGroupAssociationLimit",
        format!(
            "The following target groups cannot be associated with more than one load balancer: {arn}"
        ),
    )
}

/// More than `max` of something; the code says of what.
pub(crate) fn too_many(code: &'static str, what: &str, max: usize) -> ServiceError {
    sender(code, format!("The maximum number of {what} is '{max}'"))
}

/// An ARN that is none of the kind that is asked for.
pub(crate) fn invalid_arn(kind: &str, arn: &str) -> ServiceError {
    validation(format!("'{}' is not a valid {kind} ARN", short(arn)))
}

pub(crate) fn validation(message: impl Into<String>) -> ServiceError {
    sender("ValidationError", message)
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
