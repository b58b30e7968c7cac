//! Which IAM action an operation is. Source: Service Authorization Reference, "Actions, resources,
//! and condition keys".

/// The IAM action of a service's operation, such as `wafv2:CreateIPSet`. The service is the one of
/// the signature's scope, which for all services that are here is IAM's prefix as well.
#[must_use]
pub fn iam_action(signing_name: &str, operation: &str) -> String {
    format!("{signing_name}:{operation}")
}

/// Whether the front door asks for no permission. AssumeRole and its kin judge for themselves, by the
/// role's trust policy and the caller's own; a session of one's own needs none; and of
/// GetCallerIdentity: "No permissions are required to perform this operation. If an administrator
/// attaches a policy to your identity that explicitly denies access to the sts:GetCallerIdentity
/// action, you can still perform this operation." (STS API Reference)
pub(crate) fn needs_no_permission(action: &str) -> bool {
    matches!(
        action,
        "sts:AssumeRole"
            | "sts:AssumeRoleWithWebIdentity"
            | "sts:GetCallerIdentity"
            | "sts:GetSessionToken"
    )
}

/// CloudTrail's `eventSource` of a service by its endpoint prefix; the own service's is its name.
pub(crate) fn event_source(endpoint_prefix: &str) -> String {
    match endpoint_prefix {
        "btz" => "btz".to_owned(),
        aws => format!("{aws}.amazonaws.com"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_named_as_in_the_service_authorization_reference() {
        for (service, operation, action) in [
            ("wafv2", "CreateIPSet", "wafv2:CreateIPSet"),
            (
                "elasticloadbalancing",
                "DescribeLoadBalancers",
                "elasticloadbalancing:DescribeLoadBalancers",
            ),
            ("btz", "Explain", "btz:Explain"),
        ] {
            assert_eq!(iam_action(service, operation), action);
            assert!(!needs_no_permission(action));
        }
        assert!(needs_no_permission(&iam_action("sts", "GetCallerIdentity")));
    }
}
