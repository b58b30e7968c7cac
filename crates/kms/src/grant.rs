//! Grants: leave to use a key, given by the key's own API to a principal for some operations, under
//! constraints on the encryption context.
//! Source: AWS KMS Developer Guide, "Grants in AWS KMS".

use std::collections::BTreeMap;

use policy::{Granted, PrincipalDirectory, document};
use types::Time;

use crate::model::{GrantConstraints, GrantListEntry};
use crate::place::Place;
use crate::state::GrantRow;

/// A grant of a key.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) id: String,
    pub(crate) key_id: String,
    pub(crate) row: GrantRow,
}

/// What of a call a grant's constraints are about.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Use<'a> {
    /// The encryption context of the call; `None` for operations that have none.
    pub(crate) context: Option<&'a BTreeMap<String, String>>,
}

/// Whether an operation takes an encryption context. "Grant constraints are not applied to operations
/// that do not support an encryption context", such as DescribeKey or RetireGrant.
fn has_context(operation: &str) -> bool {
    matches!(
        operation,
        "Encrypt" | "Decrypt" | "ReEncryptFrom" | "ReEncryptTo"
    ) || operation.starts_with("GenerateDataKey")
}

impl Grant {
    /// The grant as a policy evaluation wants it, when it is for this operation and its constraints
    /// fit the call.
    pub(crate) fn for_use(&self, operation: &str, usage: Use<'_>) -> Option<Granted> {
        let is_for = self.row.operations.iter().any(|one| one == operation);
        let grantee = self
            .row
            .grantee_principal
            .as_ref()
            .or(self.row.grantee_service_principal.as_ref())?;
        let fits = !has_context(operation) || self.fits(usage.context);
        (is_for && fits).then(|| Granted {
            grant_id: self.id.clone(),
            grantee_principal: grantee.clone(),
        })
    }

    /// The grant as leave to make further grants, when it is for that. Constraints then limit what
    /// is given ([`Grant::covers`]), not the call.
    pub(crate) fn for_creating(&self) -> Option<Granted> {
        let is_for = self.row.operations.iter().any(|one| one == "CreateGrant");
        let grantee = self.row.grantee_principal.as_ref()?;
        is_for.then(|| Granted {
            grant_id: self.id.clone(),
            grantee_principal: grantee.clone(),
        })
    }

    /// The right to retire it, which its retiring principal has without another grant.
    pub(crate) fn for_retiring(&self) -> Option<Granted> {
        let retiring = self
            .row
            .retiring_principal
            .as_ref()
            .or(self.row.retiring_service_principal.as_ref())?;
        Some(Granted {
            grant_id: self.id.clone(),
            grantee_principal: retiring.clone(),
        })
    }

    /// Whether an encryption context is within the constraints. No context is an empty one.
    fn fits(&self, context: Option<&BTreeMap<String, String>>) -> bool {
        let none = BTreeMap::new();
        let context = context.unwrap_or(&none);
        let equals = self.row.context_equals.as_ref();
        let subset = self.row.context_subset.as_ref();
        equals.is_none_or(|pairs| pairs == context)
            && subset.is_none_or(|pairs| {
                pairs
                    .iter()
                    .all(|(key, value)| context.get(key) == Some(value))
            })
    }

    /// Whether a grant that its grantee makes gives no more than this one: no other operation, and
    /// constraints that are as strict.
    pub(crate) fn covers(
        &self,
        operations: &[String],
        constraints: Option<&GrantConstraints>,
    ) -> bool {
        let known = &self.row.operations;
        if !operations.iter().all(|operation| known.contains(operation)) {
            return false;
        }
        let equals = constraints.and_then(|given| given.encryption_context_equals.as_ref());
        let subset = constraints.and_then(|given| given.encryption_context_subset.as_ref());
        if let Some(own) = &self.row.context_equals {
            return equals == Some(own);
        }
        if let Some(own) = &self.row.context_subset {
            let holds = |given: &BTreeMap<String, String>| {
                own.iter().all(|(key, value)| given.get(key) == Some(value))
            };
            return equals.is_some_and(holds) || subset.is_some_and(holds);
        }
        true
    }

    /// AWS's `GrantListEntry`: whom it names by the ARN of now, or by the unique id of one who is gone.
    pub(crate) fn entry(
        &self,
        place: &Place,
        principals: &dyn PrincipalDirectory,
    ) -> GrantListEntry {
        let row = &self.row;
        let shown = |named: &Option<String>| {
            let named = named.as_deref()?;
            Some(document::shown_principal(named, principals))
        };
        let is_constrained = row.context_equals.is_some()
            || row.context_subset.is_some()
            || row.source_arn.is_some();
        GrantListEntry {
            key_id: Some(place.key_arn(&self.key_id).to_string()),
            grant_id: Some(self.id.clone()),
            name: Some(row.name.clone().unwrap_or_default()),
            creation_date: Some(Time::from_millis(row.created)),
            grantee_principal: shown(&row.grantee_principal),
            retiring_principal: shown(&row.retiring_principal),
            issuing_account: Some(format!("arn:aws:iam::{}:root", row.issuing_account)),
            operations: Some(row.operations.clone()),
            constraints: is_constrained.then(|| GrantConstraints {
                encryption_context_subset: row.context_subset.clone(),
                encryption_context_equals: row.context_equals.clone(),
                source_arn: row.source_arn.clone(),
            }),
            grantee_service_principal: row.grantee_service_principal.clone(),
            retiring_service_principal: row.retiring_service_principal.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> BTreeMap<String, String> {
        text.split_whitespace()
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect()
    }

    fn grant(equals: Option<&str>, subset: Option<&str>) -> Grant {
        Grant {
            id: "g".to_owned(),
            key_id: "k".to_owned(),
            row: GrantRow {
                name: None,
                created: 0,
                grantee_principal: Some("arn:aws:iam::111122223333:user/a".to_owned()),
                retiring_principal: None,
                grantee_service_principal: None,
                retiring_service_principal: None,
                issuing_account: "111122223333".to_owned(),
                operations: ["Encrypt", "CreateGrant", "DescribeKey"]
                    .map(str::to_owned)
                    .to_vec(),
                context_equals: equals.map(pairs),
                context_subset: subset.map(pairs),
                source_arn: None,
            },
        }
    }

    #[test]
    fn constraints_limit_the_encryption_context() {
        for (equals, subset, context, fits) in [
            (None, None, "", true),
            (None, None, "a=1", true),
            (Some("a=1"), None, "a=1", true),
            (Some("a=1"), None, "a=1 b=2", false),
            (Some("a=1"), None, "", false),
            (None, Some("a=1"), "a=1 b=2", true),
            (None, Some("a=1"), "a=2 b=2", false),
            (None, Some("a=1"), "b=2", false),
        ] {
            let context = pairs(context);
            let usage = Use {
                context: Some(&context),
            };
            let granted = grant(equals, subset).for_use("Encrypt", usage);
            assert_eq!(granted.is_some(), fits, "{equals:?} {subset:?} {context:?}");
            assert_eq!(grant(equals, subset).for_use("Decrypt", usage), None);
            let described = grant(equals, subset).for_use("DescribeKey", Use::default());
            assert!(described.is_some(), "constraints are for contexts only");
        }
    }

    #[test]
    fn a_grantee_gives_no_more_than_it_has() {
        let constraints = |equals: Option<&str>, subset: Option<&str>| GrantConstraints {
            encryption_context_equals: equals.map(pairs),
            encryption_context_subset: subset.map(pairs),
            source_arn: None,
        };
        let encrypt = ["Encrypt".to_owned()];
        let decrypt = ["Decrypt".to_owned()];
        assert!(grant(None, None).covers(&encrypt, None));
        assert!(!grant(None, None).covers(&decrypt, None));
        assert!(!grant(None, Some("a=1")).covers(&encrypt, None));
        for (equals, subset, covers) in [
            (Some("a=1 b=2"), None, true),
            (None, Some("a=1 b=2"), true),
            (None, Some("b=2"), false),
        ] {
            let given = constraints(equals, subset);
            let own = grant(None, Some("a=1"));
            assert_eq!(own.covers(&encrypt, Some(&given)), covers);
        }
    }
}
