//! PutKeyPolicy, GetKeyPolicy, ListKeyPolicies. Source: AWS KMS API Reference.

use policy::document;
use types::{Call, ServiceError};

use crate::exception;
use crate::key_policy::{self, NAME};
use crate::model::{
    GetKeyPolicyRequest, GetKeyPolicyResponse, ListKeyPoliciesRequest, ListKeyPoliciesResponse,
    PutKeyPolicyRequest,
};
use crate::service::Kms;

fn check_name(name: Option<&str>) -> Result<(), ServiceError> {
    match name {
        None | Some(NAME) => Ok(()),
        Some(_) => Err(exception::not_found("No such policy exists")),
    }
}

pub(crate) async fn put_key_policy(
    kms: &Kms,
    call: &Call,
    input: PutKeyPolicyRequest,
) -> Result<(), ServiceError> {
    check_name(input.policy_name.as_deref())?;
    let named = kms.own(call, &input.key_id)?;
    let (bound, policy) = key_policy::judged(kms.principals.as_ref(), &named.arn, &input.policy)?;
    if input.bypass_policy_lockout_safety_check != Some(true) {
        key_policy::check_lockout(kms.authorizer.as_ref(), call, &named.arn, policy)?;
    }
    kms.change(call, (&named.place, &named.id), |key, draft| {
        key.check_not_pending_deletion(draft.now)?;
        let mut row = key.row.clone();
        row.policy.clone_from(&bound);
        draft.put_key(&key.place, &key.id, &row)
    })
    .await
}

pub(crate) async fn get_key_policy(
    kms: &Kms,
    call: &Call,
    input: GetKeyPolicyRequest,
) -> Result<GetKeyPolicyResponse, ServiceError> {
    check_name(input.policy_name.as_deref())?;
    let key = kms.own(call, &input.key_id)?;
    Ok(GetKeyPolicyResponse {
        policy: Some(document::shown(&key.row.policy, kms.principals.as_ref())),
        policy_name: Some(NAME.to_owned()),
    })
}

pub(crate) async fn list_key_policies(
    kms: &Kms,
    call: &Call,
    input: ListKeyPoliciesRequest,
) -> Result<ListKeyPoliciesResponse, ServiceError> {
    kms.own(call, &input.key_id)?;
    Ok(ListKeyPoliciesResponse {
        policy_names: Some(vec![NAME.to_owned()]),
        next_marker: None,
        truncated: Some(false),
    })
}
