//! AWS managed policies: those that grant what this installation's services have, under AWS's names
//! and ARNs. Their documents are of our own writing and say the same about the services here.
//! Source: AWS Managed Policy Reference Guide (names and purpose).

mod table;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use aws_lc_rs::digest;
use policy::{Policy, PolicyKind};

use crate::id;
pub(crate) use table::POLICIES;

/// A managed policy of AWS's.
#[derive(Debug)]
pub(crate) struct AwsPolicy {
    pub(crate) name: &'static str,
    pub(crate) path: &'static str,
    pub(crate) description: &'static str,
    pub(crate) document: &'static str,
}

/// Since when the policies here are as they are: 2026-01-01.
pub(crate) const AWS_POLICIES_MS: i64 = 1_767_225_600_000;

const PREFIX: &str = "arn:aws:iam::aws:policy";

impl AwsPolicy {
    pub(crate) fn arn(&self) -> String {
        format!("{PREFIX}{}{}", self.path, self.name)
    }

    /// A unique id that follows from the name.
    pub(crate) fn id(&self) -> String {
        let digest = digest::digest(&digest::SHA256, self.name.as_bytes());
        let bits = digest
            .as_ref()
            .iter()
            .take(11)
            .fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        format!("{}{}", id::POLICY, id::base32(bits, 17))
    }
}

/// The policy of an ARN.
pub(crate) fn find(arn: &str) -> Option<&'static AwsPolicy> {
    let rest = arn.strip_prefix(PREFIX)?;
    let found = |policy: &&AwsPolicy| {
        rest.strip_prefix(policy.path)
            .is_some_and(|name| name == policy.name)
    };
    POLICIES
        .iter()
        .find(found)
        .or_else(|| crate::service_linked::policies().iter().find(found))
}

/// The policy, compiled.
pub(crate) fn compiled(policy: &AwsPolicy) -> Option<Arc<Policy>> {
    static COMPILED: LazyLock<HashMap<String, Arc<Policy>>> = LazyLock::new(|| {
        let all = POLICIES.iter().chain(crate::service_linked::policies());
        let compiled = all.filter_map(|policy| {
            let arn = policy.arn();
            let compiled = Policy::shared(PolicyKind::Managed, &arn, policy.document).ok()?;
            Some((arn, compiled))
        });
        compiled.collect()
    });
    COMPILED.get(&policy.arn()).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_can_be_read() {
        for policy in POLICIES.iter().chain(crate::service_linked::policies()) {
            assert!(compiled(policy).is_some(), "{}", policy.name);
            assert!(find(&policy.arn()).is_some_and(|found| found.name == policy.name));
        }
        assert!(POLICIES.is_sorted_by_key(|policy| policy.name));
    }
}
