//! AssumeRole: temporary credentials of a role, where its trust policy and the caller's own policies
//! allow it. Source: STS API Reference, AssumeRole; IAM User Guide, "Pass session tags", "Monitor and
//! control actions taken with assumed roles" (source identity), role chaining.

use std::sync::Arc as Shared;
use std::time::Duration;

use policy::authorization::AUTHORIZATION_MESSAGE;
use policy::{NamedBy, Policies, Policy, PolicyKind, Request};
use types::{Arn, Call, Principal, ServiceError, Time};

use super::super::exception;
use super::super::request::{self, SessionTags};
use crate::account::Account;
use crate::session::Given;
use crate::state::RoleRow;
use crate::sts::model::{AssumeRoleRequest, AssumeRoleResponse, AssumedRoleUser, Credentials};
use crate::token::{Holder, Token};
use crate::{Iam, Sts, id};

/// How long a session lasts when the caller does not say.
const SECONDS: i64 = 3_600;
/// And at most where the caller is a role's session itself.
const CHAINED_SECONDS_MAX: i64 = 3_600;

const ASSUME_ROLE: &str = "sts:AssumeRole";
const TAG_SESSION: &str = "sts:TagSession";
const SET_SOURCE_IDENTITY: &str = "sts:SetSourceIdentity";

pub(crate) async fn assume_role(
    sts: &Sts,
    call: &Call,
    input: AssumeRoleRequest,
) -> Result<AssumeRoleResponse, ServiceError> {
    let iam = &sts.iam;
    let arn: Arn = input
        .role_arn
        .parse()
        .map_err(|_| exception::validation(format!("{} is invalid", input.role_arn)))?;
    let calling = call.session.as_ref();
    let tags = request::tags(input.tags, input.transitive_tag_keys, calling)?;
    if let Principal::Root(_) = call.principal {
        return Err(exception::access_denied(
            "Roles may not be assumed by root accounts.",
        ));
    }
    let who = call.principal.arn().to_string();
    let (account, role) = role(iam, &arn)
        .ok_or_else(|| exception::not_authorized(&who, ASSUME_ROLE, arn.as_str()))?;
    let inherited = calling.and_then(|session| session.source_identity.clone());
    if let (Some(inherited), Some(asked)) = (&inherited, &input.source_identity)
        && inherited != asked
    {
        return Err(exception::access_denied(
            "The source identity that the calling session has cannot be changed.",
        ));
    }
    let source_identity = inherited.or(input.source_identity);
    let mfa = request::mfa(
        iam,
        call,
        input.serial_number.as_ref(),
        input.token_code.as_ref(),
    )?;
    let asked = Asked {
        role: &role,
        arn: arn.as_str(),
        account: &account,
        session_name: &input.role_session_name,
        external_id: input.external_id.as_deref(),
        source_identity: source_identity.as_deref(),
        tags: &tags,
        mfa,
    };
    asked.judge(iam, call)?;
    let duration = duration(&role, input.duration_seconds, is_chained(call))?;
    let policies = request::session_policies(&account, input.policy, input.policy_arns)?;
    let packed = request::packed_percent(&policies, &tags)?;
    let has_packed = policies.policy.is_some() || !policies.arns.is_empty() || !tags.is_empty();
    let holder = Holder::Role {
        name: role.name.clone(),
        id: role.id.clone(),
        session: input.role_session_name.clone(),
    };
    let token = Token {
        // A second factor that was shown for AssumeRole is the call's, not the session's: AWS's
        // roles do not carry it on.
        source_identity: source_identity.clone(),
        tags,
        policy: policies.policy,
        policy_arns: policies.arns,
        ..Token::new(holder, call.time, duration)
    };
    let given = iam.give_out(call, account.id, token).await?;
    Ok(AssumeRoleResponse {
        credentials: Some(credentials(given)),
        assumed_role_user: Some(assumed(&account, &role, &input.role_session_name)),
        packed_policy_size: has_packed.then_some(packed),
        source_identity,
        session_token_utilization: None,
        session_token_size: None,
    })
}

/// Whether the caller is a session of a role itself.
fn is_chained(call: &Call) -> bool {
    matches!(call.principal, Principal::AssumedRole(_))
}

/// The role of an ARN, in any account of this installation.
pub(super) fn role(iam: &Iam, arn: &Arn) -> Option<(Shared<Account>, Shared<RoleRow>)> {
    let account = arn
        .account()
        .parse()
        .ok()
        .filter(|account| iam.is_account(*account))?;
    let account = iam.directory.account(account);
    let name = id::name_in(account.id, "role", arn.as_str())?;
    let role = Shared::clone(account.roles.get(&id::folded(name))?);
    (role.arn(account.id) == arn.as_str()).then_some((account, role))
}

pub(super) fn duration(
    role: &RoleRow,
    asked: Option<i64>,
    chained: bool,
) -> Result<Duration, ServiceError> {
    let seconds = asked.unwrap_or(SECONDS);
    if chained && seconds > CHAINED_SECONDS_MAX {
        return Err(exception::validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by \
             role chaining.",
        ));
    }
    if seconds > role.session_seconds_max {
        return Err(exception::validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

pub(super) fn credentials(given: Given) -> Credentials {
    Credentials {
        access_key_id: given.access_key_id,
        secret_access_key: given.secret,
        session_token: given.token,
        expiration: given.expires,
    }
}

pub(super) fn assumed(account: &Account, role: &RoleRow, session: &str) -> AssumedRoleUser {
    let resource = format!("assumed-role/{}/{session}", role.name);
    AssumedRoleUser {
        assumed_role_id: format!("{}:{session}", role.id),
        arn: Arn::new("sts", "", &account.id.to_string(), &resource).to_string(),
    }
}

/// What is asked of a role.
struct Asked<'a> {
    role: &'a RoleRow,
    arn: &'a str,
    account: &'a Account,
    session_name: &'a str,
    external_id: Option<&'a str>,
    source_identity: Option<&'a str>,
    tags: &'a SessionTags,
    mfa: Option<Time>,
}

impl Asked<'_> {
    /// Whether trust policy and identity policies allow all that is asked.
    fn judge(&self, iam: &Iam, call: &Call) -> Result<(), ServiceError> {
        let who = call.principal.arn();
        let trust = Policy::parse(PolicyKind::Trust, self.arn, &self.role.trust);
        let trust = trust.map_err(|error| {
            tracing::error!(role = self.arn, %error, "sts: a trust policy cannot be read");
            exception::not_authorized(who.as_str(), ASSUME_ROLE, self.arn)
        })?;
        let standing = iam.standing(call);
        let request_tags: Vec<(String, String)> = self
            .tags
            .iter()
            .map(|(key, value, _)| (key.clone(), value.clone()))
            .collect();
        let transitive: Vec<String> = self
            .tags
            .iter()
            .filter(|(.., transitive)| *transitive)
            .map(|(key, ..)| key.clone())
            .collect();
        let mut context = standing.context(call);
        context.request_tags = &request_tags;
        context.resource_tags = self.role.tags.pairs();
        context.insert("sts:RoleSessionName", self.session_name);
        if let Some(external_id) = self.external_id {
            context.insert("sts:ExternalId", external_id);
        }
        if let Some(source_identity) = self.source_identity {
            context.insert("sts:SourceIdentity", source_identity);
        }
        if !transitive.is_empty() {
            context.insert("sts:TransitiveTagKeys", transitive.as_slice());
        }
        for (key, value) in self.role.tags.pairs() {
            context.insert_under("iam:ResourceTag/", key, value.as_str());
        }
        if self.mfa.is_some() {
            context.multi_factor_auth_present = Some(true);
            context.multi_factor_auth_age_seconds = Some(0);
        }
        let mut actions = vec![ASSUME_ROLE];
        if !self.tags.is_empty() {
            actions.push(TAG_SESSION);
        }
        if self.source_identity.is_some() {
            actions.push(SET_SOURCE_IDENTITY);
        }
        let policies = Policies {
            resource: Some(&trust),
            ..standing.policies()
        };
        for action in actions {
            let request = Request {
                principal: standing.principal(),
                action,
                resource: self.arn,
                resource_account: Some(self.account.id),
                canonical_user_id: None,
                context: &context,
            };
            let evaluation = policy::evaluate(&request, &policies);
            if !evaluation.is_allowed() {
                // Nobody learns of another account's role why it does not let him in.
                if self.account.id != call.account() {
                    return Err(exception::not_authorized(who.as_str(), action, self.arn));
                }
                let denial = evaluation
                    .denial(&request, &NamedBy::Arn)
                    .unwrap_or_default();
                let denied = exception::access_denied(denial);
                return Err(
                    match iam.authorization_message(call, &request, &policies, &NamedBy::Arn) {
                        Some(encoded) => denied.with_header(AUTHORIZATION_MESSAGE, encoded),
                        None => denied,
                    },
                );
            }
        }
        Ok(())
    }
}
