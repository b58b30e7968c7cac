//! PutPermissionPolicy, GetPermissionPolicy, DeletePermissionPolicy: whom a rule group is shared
//! with. Source: AWS WAF API Reference, PutPermissionPolicy, which says what a policy must hold.
//!
//! No account uses another's rule groups here yet: whom a policy names decides nothing so far.

use policy::document;
use types::{Call, ServiceError};
use wire::{Value, json};

use crate::Wafv2;
use crate::draft::{Attempts, Draft};
use crate::exception;
use crate::item::{Identity, Kind};
use crate::model::{
    DeletePermissionPolicyRequest, DeletePermissionPolicyResponse, GetPermissionPolicyRequest,
    GetPermissionPolicyResponse, PutPermissionPolicyRequest, PutPermissionPolicyResponse,
};
use crate::state;

/// Actions that a policy must allow.
const NEEDED: [&str; 3] = [
    "wafv2:createwebacl",
    "wafv2:updatewebacl",
    "wafv2:putfirewallmanagerrulegroups",
];
/// What it may allow besides.
const POSSIBLE: &str = "wafv2:getrulegroup";

fn rule_group(call: &Call, arn: &str) -> Result<Identity, ServiceError> {
    Identity::of_callers_arn(call, arn)?.of_kind(Kind::RuleGroup)
}

/// What is wrong with a policy, if anything is.
fn judge(policy: &str) -> Result<(), &'static str> {
    let policy = json::parse(policy.as_bytes()).map_err(|_| "The policy is no JSON.")?;
    if policy.member("Version").and_then(Value::as_str) != Some("2012-10-17") {
        return Err("The policy's version must be 2012-10-17.");
    }
    let statements = policy.member("Statement").unwrap_or(&Value::Null);
    let statements = match statements {
        Value::List(statements) => statements.as_slice(),
        Value::Map(_) => std::slice::from_ref(statements),
        _ => &[],
    };
    if statements.is_empty() {
        return Err("The policy has no statement.");
    }
    statements.iter().try_for_each(judge_statement)
}

fn judge_statement(statement: &Value) -> Result<(), &'static str> {
    if statement.member("Effect").and_then(Value::as_str) != Some("Allow") {
        return Err("The effect must be Allow.");
    }
    if statement.member("Principal").is_none() {
        return Err("A statement must say with whom the rule group is shared: Principal.");
    }
    if statement.member("Resource").is_some() || statement.member("NotResource").is_some() {
        return Err("A statement must not have a Resource: it is the rule group.");
    }
    let actions = statement.member("Action").unwrap_or(&Value::Null);
    let actions = actions
        .as_list()
        .unwrap_or_else(|| std::slice::from_ref(actions));
    let actions: Vec<String> = actions
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_ascii_lowercase)
        .collect();
    let known = |action: &String| NEEDED.contains(&action.as_str()) || action == POSSIBLE;
    let whole = NEEDED
        .iter()
        .all(|needed| actions.iter().any(|action| action == needed));
    if !whole || !actions.iter().all(known) {
        return Err(
            "The actions must be wafv2:CreateWebACL, wafv2:UpdateWebACL and \
             wafv2:PutFirewallManagerRuleGroups, with or without wafv2:GetRuleGroup, and no others.",
        );
    }
    Ok(())
}

pub(crate) async fn put_permission_policy(
    service: &Wafv2,
    call: &Call,
    input: PutPermissionPolicyRequest,
) -> Result<PutPermissionPolicyResponse, ServiceError> {
    let identity = rule_group(call, &input.resource_arn)?;
    judge(&input.policy).map_err(exception::invalid_permission_policy)?;
    let bound = document::bound(&input.policy, service.principals.as_ref())
        .map_err(|refused| exception::invalid_permission_policy(refused.message()))?;
    let _turn = service.turn.lock().await;
    let mut attempts = Attempts::default();
    loop {
        let (_, row) = service.stored_item(&identity).await?;
        let rows = service.rows();
        let key = state::permission_policy_key(identity.arn().as_str());
        let mut draft = Draft::new(&rows);
        // Not past a deletion.
        draft.expect(&row.key, Some(&row));
        draft.expect(&key, rows.row(&key));
        draft.put(key, bound.clone());
        if service
            .commit(call, draft.into_batch(), &mut attempts)
            .await?
        {
            return Ok(PutPermissionPolicyResponse {});
        }
    }
}

pub(crate) async fn get_permission_policy(
    service: &Wafv2,
    call: &Call,
    input: GetPermissionPolicyRequest,
) -> Result<GetPermissionPolicyResponse, ServiceError> {
    let identity = rule_group(call, &input.resource_arn)?;
    service.viewed_item(&identity)?;
    let key = state::permission_policy_key(identity.arn().as_str());
    let row = service.view.row(&key);
    let row = row.ok_or_else(exception::nonexistent_item)?;
    Ok(GetPermissionPolicyResponse {
        policy: Some(document::shown(
            &state::read_text(&row),
            service.principals.as_ref(),
        )),
    })
}

pub(crate) async fn delete_permission_policy(
    service: &Wafv2,
    call: &Call,
    input: DeletePermissionPolicyRequest,
) -> Result<DeletePermissionPolicyResponse, ServiceError> {
    let identity = rule_group(call, &input.resource_arn)?;
    let key = state::permission_policy_key(identity.arn().as_str());
    service.delete_row(call, &key, true).await?;
    Ok(DeletePermissionPolicyResponse {})
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn a_policy_shares_a_rule_group_and_does_nothing_else() {
        let whole = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},
            "Action":["wafv2:CreateWebACL","wafv2:UpdateWebACL","wafv2:PutFirewallManagerRuleGroups"]}]}"#;
        assert_eq!(judge(whole), Ok(()));
        let more = whole.replace("[\"wafv2:Create", "[\"wafv2:GetRuleGroup\",\"wafv2:Create");
        assert_eq!(judge(&more), Ok(()));
        for (from, to) in [
            ("2012-10-17", "2008-10-17"),
            ("Allow", "Deny"),
            ("\"Principal\":{\"AWS\":\"111122223333\"},", ""),
            ("wafv2:UpdateWebACL", "wafv2:*"),
            (
                "wafv2:UpdateWebACL\",",
                "wafv2:UpdateWebACL\",\"wafv2:DeleteWebACL\",",
            ),
            ("\"wafv2:UpdateWebACL\",", ""),
            ("\"Effect\"", "\"Resource\":\"*\",\"Effect\""),
            ("Statement", "Statements"),
            ("{", ""),
        ] {
            let wrong = whole.replacen(from, to, 1);
            assert_ne!(wrong, whole);
            assert!(judge(&wrong).is_err(), "{wrong}");
        }
    }
}
