//! What AssumeRole, AssumeRoleWithWebIdentity and GetFederationToken take alike: session policies,
//! tags, durations, an MFA code. Source: AWS STS API Reference; IAM User Guide, "Pass session tags".

use policy::{Policy, PolicyKind};
use types::{Call, Principal, ServiceError, Session, Time};

use super::exception;
use super::model::{PolicyDescriptorType, Tag};
use crate::account::Account;
use crate::limit::PACKED_POLICY_BYTES_MAX;
use crate::totp::CodeError;
use crate::{Iam, document, id};

/// Characters of an inline session policy.
const POLICY_SIZE_MAX: usize = 2_048;
/// Managed policies of a session.
const POLICY_ARNS_MAX: usize = 10;

/// Session policies that were judged.
#[derive(Debug, Default)]
pub(super) struct SessionPolicies {
    pub(super) policy: Option<String>,
    pub(super) arns: Vec<String>,
}

/// Judges session policies; managed ones are of the session's account.
pub(super) fn session_policies(
    account: &Account,
    policy: Option<String>,
    arns: Option<Vec<PolicyDescriptorType>>,
) -> Result<SessionPolicies, ServiceError> {
    if let Some(text) = &policy {
        Policy::parse(PolicyKind::Session, "session", text)
            .map_err(|malformed| exception::malformed_policy(malformed.message()))?;
        if document::size(text) > POLICY_SIZE_MAX {
            return Err(exception::packed_policy_too_large(
                document::size(text) * 100 / POLICY_SIZE_MAX,
            ));
        }
    }
    let arns: Vec<String> = arns
        .unwrap_or_default()
        .into_iter()
        .filter_map(|one| one.arn)
        .collect();
    if arns.len() > POLICY_ARNS_MAX {
        return Err(exception::validation(format!(
            "At most {POLICY_ARNS_MAX} managed policies can be session policies."
        )));
    }
    for arn in &arns {
        if !id::is_arn(arn) {
            return Err(exception::validation(format!("{arn} is invalid")));
        }
        if account.managed(arn).is_none() {
            return Err(exception::validation(format!(
                "The session policy {arn} does not exist in the account {}.",
                account.id
            )));
        }
    }
    Ok(SessionPolicies { policy, arns })
}

/// A tag of a session: key, value, whether it is transitive.
pub(super) type SessionTags = Vec<(String, String, bool)>;

/// The tags of a new session: those that are asked for, and those that come from the caller's own.
pub(super) fn tags(
    asked: Option<Vec<Tag>>,
    transitive: Option<Vec<String>>,
    calling: Option<&Session>,
) -> Result<SessionTags, ServiceError> {
    let asked = asked.unwrap_or_default();
    let mut folded: Vec<String> = asked.iter().map(|tag| id::folded(&tag.key)).collect();
    if folded.iter().any(|key| key.starts_with("aws:")) {
        return Err(exception::invalid_parameter(
            "Tag keys beginning with 'aws:' are reserved for system use.",
        ));
    }
    folded.sort();
    folded.dedup();
    if folded.len() < asked.len() {
        return Err(exception::invalid_parameter(
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        ));
    }
    let transitive: Vec<String> = transitive
        .unwrap_or_default()
        .iter()
        .map(|key| id::folded(key))
        .collect();
    if transitive.iter().any(|key| !folded.contains(key)) {
        return Err(exception::invalid_parameter(
            "The specified transitive tag key must be included in the requested tags.",
        ));
    }
    let inherited = calling.into_iter().flat_map(|session| &session.tags);
    let inherited: Vec<_> = inherited.filter(|tag| tag.transitive).collect();
    if inherited
        .iter()
        .any(|tag| folded.contains(&id::folded(&tag.key)))
    {
        return Err(exception::invalid_parameter(
            "One of the specified transitive tag keys can't be set because it conflicts with a \
             transitive tag key from the calling session.",
        ));
    }
    let inherited = inherited
        .into_iter()
        .map(|tag| (tag.key.clone(), tag.value.clone(), true));
    let asked = asked.into_iter().map(|tag| {
        let is_transitive = transitive.contains(&id::folded(&tag.key));
        (tag.key, tag.value, is_transitive)
    });
    Ok(inherited.chain(asked).collect())
}

/// How full the room for policies and tags is, in percent.
pub(super) fn packed_percent(
    policies: &SessionPolicies,
    tags: &SessionTags,
) -> Result<i64, ServiceError> {
    let policy = policies.policy.as_ref().map_or(0, String::len);
    let arns: usize = policies.arns.iter().map(|arn| arn.len() + 3).sum();
    let tags: usize = tags
        .iter()
        .map(|(key, value, _)| key.len() + value.len() + 13)
        .sum();
    let percent = (policy + arns + tags) * 100 / PACKED_POLICY_BYTES_MAX;
    if policy + arns + tags > PACKED_POLICY_BYTES_MAX {
        return Err(exception::packed_policy_too_large(percent));
    }
    Ok(i64::try_from(percent).unwrap_or(100))
}

/// Judges the MFA code that comes with a call; when it was shown, if it was.
pub(super) fn mfa(
    iam: &Iam,
    call: &Call,
    serial: Option<&String>,
    code: Option<&String>,
) -> Result<Option<Time>, ServiceError> {
    let (serial, code) = match (serial, code) {
        (None, None) => return Ok(None),
        (Some(serial), Some(code)) => (serial, code),
        _ => {
            return Err(exception::access_denied(
                "MultiFactorAuthentication failed, must provide both MFA serial number and one \
                 time pass code. ",
            ));
        }
    };
    let unknown = || {
        exception::access_denied(
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your \
             MFA serial number is valid and associated with this user.",
        )
    };
    let account = iam.account_of(call);
    let device = account.mfa_device(serial).map_err(|_| unknown())?;
    let owner = match &call.principal {
        Principal::User(user) => Some(id::folded(&user.name)),
        Principal::Root(_) => None,
        _ => return Err(unknown()),
    };
    let assigned = device
        .assigned
        .as_ref()
        .filter(|assigned| assigned.user == owner);
    let assigned = assigned.ok_or_else(unknown)?;
    let seed = iam.mfa_seed(account.id, &device)?;
    let taken = iam
        .codes
        .take(serial, seed.expose(), assigned.drift_steps, call.time, code);
    match taken {
        Ok(()) => Ok(Some(call.time)),
        Err(CodeError::Wrong) => Err(exception::access_denied(
            "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
        )),
        Err(CodeError::TooMany) => Err(exception::access_denied(
            "MultiFactorAuthentication failed: too many wrong codes were tried. Try again in five \
             minutes. ",
        )),
    }
}
