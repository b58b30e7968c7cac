//! Key policies: every key has exactly one, named `default`.
//! Source: AWS KMS Developer Guide, "Key policies in AWS KMS", "Default key policy".

use std::sync::Arc;

use policy::{Ask, Authorizer, Policy, PolicyKind, PrincipalDirectory, document};
use types::{AccountId, Arn, Call, ServiceError};

use crate::exception;
use crate::limit::KEY_POLICY_BYTES_MAX;

/// The only name that a key policy has.
pub(crate) const NAME: &str = "default";

/// The policy of a key that was made without one: the account's root may do all with it, and so lets
/// IAM policies decide.
pub(crate) fn of_account(account: AccountId) -> String {
    format!(
        "{{\n  \"Version\" : \"2012-10-17\",\n  \"Id\" : \"key-default-1\",\n  \"Statement\" : [ {{\n    \
         \"Sid\" : \"Enable IAM User Permissions\",\n    \"Effect\" : \"Allow\",\n    \"Principal\" : {{\n      \
         \"AWS\" : \"arn:aws:iam::{account}:root\"\n    }},\n    \"Action\" : \"kms:*\",\n    \
         \"Resource\" : \"*\"\n  }} ]\n}}"
    )
}

/// A policy that a caller gives to a key: as it is kept, with the unique ids of whom it names, and
/// compiled.
///
/// # Errors
/// `MalformedPolicyDocumentException`, `LimitExceededException`.
pub(crate) fn judged(
    principals: &dyn PrincipalDirectory,
    arn: &Arn,
    text: &str,
) -> Result<(String, Arc<Policy>), ServiceError> {
    if text.len() > KEY_POLICY_BYTES_MAX {
        return Err(exception::limit_exceeded(format!(
            "The key policy is larger than {KEY_POLICY_BYTES_MAX} bytes."
        )));
    }
    let read = |text: &str| Policy::shared(PolicyKind::Key, arn.as_str(), text);
    let bound = read(text).and_then(|_| document::bound(text, principals));
    let compiled = bound.and_then(|bound| {
        let policy = read(&bound)?;
        Ok((bound, policy))
    });
    compiled.map_err(|error| {
        let is_about_whom = error.message().starts_with(INVALID_PRINCIPAL);
        exception::malformed_policy(match is_about_whom {
            // KMS does not say whom it means.
            true => "Policy contains a statement with one or more invalid principals.",
            false => error.message(),
        })
    })
}

/// How IAM's sentence about a principal begins.
const INVALID_PRINCIPAL: &str = "Invalid principal in policy";

/// The lockout safety check: who gives a key a policy must be able to give it another.
///
/// # Errors
/// `MalformedPolicyDocumentException`.
pub(crate) fn check_lockout(
    authorizer: &dyn Authorizer,
    call: &Call,
    arn: &Arn,
    policy: Arc<Policy>,
) -> Result<(), ServiceError> {
    let mut ask = Ask::new("kms:PutKeyPolicy", arn.as_str());
    ask.resource_account = arn.account().parse().ok();
    ask.resource_policy = Some(policy);
    authorizer.authorize(call, &ask).map_err(|_| {
        exception::malformed_policy(
            "The new key policy will not allow you to update the key policy in the future.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_policy_is_one() {
        let account = "111122223333".parse().unwrap();
        let text = of_account(account);
        let arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
        let policy = Policy::parse(PolicyKind::Key, arn, &text).unwrap();
        assert_eq!(policy.statement_count(), 1);
    }
}
