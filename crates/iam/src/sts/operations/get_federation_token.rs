//! GetFederationToken: temporary credentials for somebody whom the caller names.
//! Source: STS API Reference, GetFederationToken.

use types::{Arn, Call, Principal, ServiceError};

use super::super::{exception, request};
use super::assume_role::credentials;
use super::get_session_token::duration;
use crate::Sts;
use crate::sts::model::{FederatedUser, GetFederationTokenRequest, GetFederationTokenResponse};
use crate::token::{Holder, Token};

pub(crate) async fn get_federation_token(
    sts: &Sts,
    call: &Call,
    input: GetFederationTokenRequest,
) -> Result<GetFederationTokenResponse, ServiceError> {
    let iam = &sts.iam;
    let issuer = match (&call.principal, &call.session) {
        (Principal::User(user), None) => Some((user.name.clone(), user.id.clone())),
        (Principal::Root(_), None) => None,
        _ => {
            return Err(exception::access_denied(
                "Cannot call GetFederationToken with session credentials",
            ));
        }
    };
    let account = iam.account_of(call);
    let policies = request::session_policies(&account, input.policy, input.policy_arns)?;
    let tags = request::tags(input.tags, None, None)?;
    let packed = request::packed_percent(&policies, &tags)?;
    let duration = duration(call, input.duration_seconds);
    let holder = Holder::Federated {
        name: input.name.clone(),
        issuer,
    };
    let token = Token {
        tags,
        policy: policies.policy,
        policy_arns: policies.arns,
        ..Token::new(holder, call.time, duration)
    };
    let given = iam.give_out(call, account.id, token).await?;
    let account = account.id.to_string();
    let arn = Arn::new(
        "sts",
        "",
        &account,
        &format!("federated-user/{}", input.name),
    );
    Ok(GetFederationTokenResponse {
        credentials: Some(credentials(given)),
        federated_user: Some(FederatedUser {
            federated_user_id: format!("{account}:{}", input.name),
            arn: arn.to_string(),
        }),
        packed_policy_size: Some(packed),
        session_token_utilization: None,
        session_token_size: None,
    })
}
