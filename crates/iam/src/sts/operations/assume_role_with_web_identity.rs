//! AssumeRoleWithWebIdentity: temporary credentials of a role for whom an OpenID Connect provider
//! vouches. The call is not signed: the provider's token is the proof.
//! Source: STS API Reference, AssumeRoleWithWebIdentity; IAM User Guide, "Create a role for OpenID
//! Connect federation", "Available keys for AWS OIDC federation".

use policy::{Policies, Policy, PolicyKind, Request, RequestContext, Scalar};
use types::{Arn, Call, Principal, ServiceError, Vouched};

use super::super::exception;
use super::super::request;
use super::assume_role::{assumed, credentials, duration, role};
use crate::jwt::{Claims, Jwt, JwtError};
use crate::state::{OidcRow, RoleRow};
use crate::sts::model::{AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse};
use crate::token::{Holder, Token};
use crate::{Sts, account::Account};

const ACTION: &str = "sts:AssumeRoleWithWebIdentity";

fn invalid(message: impl Into<String>) -> ServiceError {
    ServiceError::sender("InvalidIdentityToken", message)
}

/// As AWS says it to whom it does not know.
fn denied() -> ServiceError {
    exception::access_denied(format!("Not authorized to perform {ACTION}"))
}

pub(crate) async fn assume_role_with_web_identity(
    sts: &Sts,
    call: &Call,
    input: AssumeRoleWithWebIdentityRequest,
) -> Result<AssumeRoleWithWebIdentityResponse, ServiceError> {
    let iam = &sts.iam;
    let arn: Arn = input
        .role_arn
        .parse()
        .map_err(|_| exception::validation(format!("{} is invalid", input.role_arn)))?;
    if input.provider_id.is_some() {
        return Err(exception::validation(
            "ProviderId is for OAuth 2.0 access tokens, which are not taken here: only OpenID Connect \
             ID tokens are.",
        ));
    }
    let jwt = Jwt::read(&input.web_identity_token).map_err(|error| refusal(&error, call))?;
    let (account, role) = role(iam, &arn).ok_or_else(denied)?;
    let issuer = jwt
        .issuer()
        .strip_prefix("https://")
        .unwrap_or_else(|| jwt.issuer());
    let provider = account
        .oidc
        .get(issuer.trim_end_matches('/'))
        .cloned()
        .ok_or_else(|| {
            invalid(format!(
                "No OpenIDConnect provider found in your account for {}",
                jwt.issuer()
            ))
        })?;
    let url = format!("https://{}", provider.url);
    let keys = iam
        .key_set_cache
        .find(iam.key_sets.as_ref(), &url, jwt.key_id());
    let keys = keys.await.map_err(|_| {
        invalid(
            "Couldn't retrieve verification key from your identity provider,  please reference \
             AssumeRoleWithWebIdentity documentation for requirements",
        )
    })?;
    let claims = jwt
        .verify(&keys, call.time)
        .map_err(|error| refusal(&error, call))?;
    let clients = claims.clients();
    if let Principal::WebIdentity(web) = &call.principal {
        web.vouch(Vouched {
            provider: provider.arn(account.id),
            audience: clients.first().copied().unwrap_or_default().to_owned(),
            subject: claims.sub.clone(),
        });
    }
    let client = clients
        .iter()
        .find(|client| provider.client_ids.iter().any(|known| known == **client));
    let client = *client.ok_or_else(|| invalid("Incorrect token audience"))?;
    judge(
        call,
        (&account, &role, arn.as_str()),
        &provider,
        claims,
        &clients,
        &input.role_session_name,
    )?;
    let duration = duration(&role, input.duration_seconds, false)?;
    let policies = request::session_policies(&account, input.policy, input.policy_arns)?;
    let packed = request::packed_percent(&policies, &Vec::new())?;
    let has_packed = policies.policy.is_some() || !policies.arns.is_empty();
    let holder = Holder::Role {
        name: role.name.clone(),
        id: role.id.clone(),
        session: input.role_session_name.clone(),
    };
    let provider_arn = provider.arn(account.id);
    let token = Token {
        federated_provider: Some(provider_arn.clone()),
        policy: policies.policy,
        policy_arns: policies.arns,
        ..Token::new(holder, call.time, duration)
    };
    let (subject, audience) = (claims.sub.clone(), client.to_owned());
    let given = iam.give_out(call, account.id, token).await?;
    Ok(AssumeRoleWithWebIdentityResponse {
        credentials: Some(credentials(given)),
        subject_from_web_identity_token: Some(subject),
        assumed_role_user: Some(assumed(&account, &role, &input.role_session_name)),
        packed_policy_size: has_packed.then_some(packed),
        provider: Some(provider_arn),
        audience: Some(audience),
        source_identity: None,
        session_token_utilization: None,
        session_token_size: None,
    })
}

fn refusal(error: &JwtError, call: &Call) -> ServiceError {
    match error {
        JwtError::Expired { at } => ServiceError::sender(
            "ExpiredTokenException",
            format!(
                "Token expired: current date/time {} must be before the expiration date/time {at}",
                call.time.as_seconds()
            ),
        ),
        JwtError::UnknownKey => invalid(
            "Couldn't retrieve verification key from your identity provider,  please reference \
             AssumeRoleWithWebIdentity documentation for requirements",
        ),
        JwtError::WrongSignature => {
            invalid("The web identity token provided could not be validated")
        }
        JwtError::NotYet => invalid("The ID Token provided is not valid yet"),
        JwtError::Malformed(reason) => invalid(format!(
            "The ID Token provided is not a valid JWT: {reason}"
        )),
    }
}

/// Whether the role's trust policy lets the token's subject in.
fn judge(
    call: &Call,
    (account, role, arn): (&Account, &RoleRow, &str),
    provider: &OidcRow,
    claims: &Claims,
    audiences: &[&str],
    session_name: &str,
) -> Result<(), ServiceError> {
    let trust = Policy::parse(PolicyKind::Trust, arn, &role.trust).map_err(|_| denied())?;
    let provider_arn = provider.arn(account.id);
    let mut context = RequestContext::of(call);
    context.federated_provider = Some(&provider_arn);
    context.resource_tags = role.tags.pairs();
    context.insert("sts:RoleSessionName", session_name);
    context.insert_under(&provider.url, ":sub", claims.sub.as_str());
    let audiences: Vec<Scalar<'_>> = audiences.iter().map(|one| Scalar::from(*one)).collect();
    match <[Scalar<'_>; 1]>::try_from(audiences) {
        Ok([one]) => context.insert_under(&provider.url, ":aud", one),
        Err(several) => context.insert_under(&provider.url, ":aud", several),
    }
    if !claims.amr.is_empty() {
        context.insert_under(&provider.url, ":amr", claims.amr.as_slice());
    }
    let policies = Policies {
        resource: Some(&trust),
        ..Policies::default()
    };
    let request = Request {
        principal: policy::Principal::Federated {
            provider: &provider_arn,
        },
        action: ACTION,
        resource: arn,
        resource_account: Some(account.id),
        canonical_user_id: None,
        context: &context,
    };
    match policy::evaluate(&request, &policies).is_allowed() {
        true => Ok(()),
        false => Err(denied()),
    }
}
