//! Login profiles and the account's password policy. Passwords are kept and judged; nothing here can
//! be logged in to with one yet. Source: IAM API Reference, `CreateLoginProfile`,
//! `UpdateAccountPasswordPolicy` and their kin.

use types::{Call, Principal, ServiceError};

use super::users::user_or_caller;
use crate::model::{
    ChangePasswordRequest, CreateLoginProfileRequest, CreateLoginProfileResponse,
    DeleteLoginProfileRequest, GetAccountPasswordPolicyResponse, GetLoginProfileRequest,
    GetLoginProfileResponse, LoginProfile, PasswordPolicy, UpdateAccountPasswordPolicyRequest,
    UpdateLoginProfileRequest,
};
use crate::state::{Login, PasswordRules, SettingsRow, UserRow, time};
use crate::{Iam, exception, password};

/// How many old passwords are remembered, which is the most that a policy may forbid again.
const BEFORE_MAX: usize = 24;

/// Hashes off the runtime's threads: it takes a while on purpose.
async fn hashed(iam: &Iam, text: String) -> Result<String, ServiceError> {
    let entropy = std::sync::Arc::clone(&iam.entropy);
    let hashed = tokio::task::spawn_blocking(move || password::hash(&text, entropy.as_ref()));
    let hashed = hashed.await.map_err(exception::internal)?;
    hashed.map_err(exception::entropy)
}

/// Whether it is one of the passwords of these hashes.
async fn is_one_of(text: &str, hashes: Vec<String>) -> Result<bool, ServiceError> {
    let text = text.to_owned();
    let verified = tokio::task::spawn_blocking(move || {
        hashes.iter().any(|hash| password::verify(&text, hash))
    });
    verified.await.map_err(exception::internal)
}

fn no_profile(name: &str) -> ServiceError {
    exception::no_such_entity(format!("Login Profile for User {name} cannot be found."))
}

fn shown(user: &UserRow, login: &Login) -> LoginProfile {
    LoginProfile {
        user_name: user.name.clone(),
        create_date: time(login.created_ms),
        password_reset_required: Some(login.reset_required),
    }
}

pub(crate) async fn create_login_profile(
    iam: &Iam,
    call: &Call,
    input: CreateLoginProfileRequest,
) -> Result<CreateLoginProfileResponse, ServiceError> {
    let account = iam.account_of(call);
    let name = user_or_caller(&account, call, input.user_name.as_ref())?
        .name
        .clone();
    let Some(text) = input.password else {
        return Err(exception::validation("A login profile needs a password."));
    };
    password::check(&text, account.settings().password_policy.as_ref())?;
    let hash = hashed(iam, text).await?;
    iam.change(call, |draft| {
        let mut user = UserRow::clone(draft.account.user(&name)?.as_ref());
        if user.login.is_some() {
            return Err(exception::already_exists(format!(
                "Login Profile for user {} already exists.",
                user.name
            )));
        }
        let login = Login {
            created_ms: draft.now.as_millis(),
            changed_ms: draft.now.as_millis(),
            reset_required: input.password_reset_required.unwrap_or(false),
            hash: hash.clone(),
            before: Vec::new(),
        };
        let login_profile = shown(&user, &login);
        user.login = Some(login);
        draft.put(user)?;
        Ok(CreateLoginProfileResponse { login_profile })
    })
    .await
}

pub(crate) async fn get_login_profile(
    iam: &Iam,
    call: &Call,
    input: GetLoginProfileRequest,
) -> Result<GetLoginProfileResponse, ServiceError> {
    let account = iam.account_of(call);
    let user = user_or_caller(&account, call, input.user_name.as_ref())?;
    let login = user.login.as_ref().ok_or_else(|| no_profile(&user.name))?;
    Ok(GetLoginProfileResponse {
        login_profile: shown(&user, login),
    })
}

pub(crate) async fn update_login_profile(
    iam: &Iam,
    call: &Call,
    input: UpdateLoginProfileRequest,
) -> Result<(), ServiceError> {
    let hash = match input.password {
        Some(text) => Some(new_password(iam, call, &input.user_name, text).await?),
        None => None,
    };
    iam.change(call, |draft| {
        let mut user = UserRow::clone(draft.account.user(&input.user_name)?.as_ref());
        let Some(login) = &mut user.login else {
            return Err(no_profile(&user.name));
        };
        if let Some(hash) = &hash {
            set(login, hash.clone(), draft.now.as_millis());
        }
        if let Some(required) = input.password_reset_required {
            login.reset_required = required;
        }
        draft.put(user)
    })
    .await
}

/// The hash of a user's new password, once it was judged.
async fn new_password(
    iam: &Iam,
    call: &Call,
    name: &str,
    text: String,
) -> Result<String, ServiceError> {
    let account = iam.account_of(call);
    let user = account.user(name)?;
    let login = user.login.as_ref().ok_or_else(|| no_profile(&user.name))?;
    let rules = account.settings().password_policy;
    password::check(&text, rules.as_ref())?;
    let forbidden = rules.and_then(|rules| rules.reuse_prevention).unwrap_or(0);
    let forbidden = usize::try_from(forbidden).unwrap_or(0).min(BEFORE_MAX);
    if forbidden > 0 {
        let used = std::iter::once(&login.hash).chain(&login.before);
        let used = used.take(forbidden).cloned().collect();
        if is_one_of(&text, used).await? {
            return Err(password::violation("Password has been used before"));
        }
    }
    hashed(iam, text).await
}

fn set(login: &mut Login, hash: String, now_ms: i64) {
    let old = std::mem::replace(&mut login.hash, hash);
    login.before.insert(0, old);
    login.before.truncate(BEFORE_MAX);
    login.changed_ms = now_ms;
}

pub(crate) async fn delete_login_profile(
    iam: &Iam,
    call: &Call,
    input: DeleteLoginProfileRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let user = user_or_caller(&draft.account, call, input.user_name.as_ref())?;
        let mut user = UserRow::clone(&user);
        if user.login.take().is_none() {
            return Err(no_profile(&user.name));
        }
        draft.put(user)
    })
    .await
}

/// The caller's own password.
pub(crate) async fn change_password(
    iam: &Iam,
    call: &Call,
    input: ChangePasswordRequest,
) -> Result<(), ServiceError> {
    let Principal::User(caller) = &call.principal else {
        return Err(exception::validation(
            "Only an IAM user has a password to change.",
        ));
    };
    let user = iam.account_of(call).user(&caller.name)?;
    let login = user.login.as_ref().ok_or_else(|| no_profile(&user.name))?;
    if !is_one_of(&input.old_password, vec![login.hash.clone()]).await? {
        return Err(exception::access_denied("The old password was incorrect."));
    }
    let hash = new_password(iam, call, &caller.name, input.new_password).await?;
    iam.change(call, |draft| {
        let mut user = UserRow::clone(draft.account.user(&caller.name)?.as_ref());
        let Some(login) = &mut user.login else {
            return Err(no_profile(&user.name));
        };
        set(login, hash.clone(), draft.now.as_millis());
        login.reset_required = false;
        draft.put(user)
    })
    .await
}

fn no_password_policy(call: &Call) -> ServiceError {
    exception::no_such_entity(format!(
        "The Password Policy with domain name {} cannot be found.",
        call.account()
    ))
}

pub(crate) async fn get_account_password_policy(
    iam: &Iam,
    call: &Call,
    (): (),
) -> Result<GetAccountPasswordPolicyResponse, ServiceError> {
    let rules = iam.account_of(call).settings().password_policy;
    let rules = rules.ok_or_else(|| no_password_policy(call))?;
    Ok(GetAccountPasswordPolicyResponse {
        password_policy: PasswordPolicy {
            minimum_password_length: Some(rules.length_min),
            require_symbols: Some(rules.symbols),
            require_numbers: Some(rules.numbers),
            require_uppercase_characters: Some(rules.uppercase),
            require_lowercase_characters: Some(rules.lowercase),
            allow_users_to_change_password: Some(rules.users_may_change),
            expire_passwords: Some(rules.age_days_max.is_some_and(|days| days > 0)),
            max_password_age: rules.age_days_max.filter(|days| *days > 0),
            password_reuse_prevention: rules.reuse_prevention,
            hard_expiry: rules.hard_expiry,
        },
    })
}

/// What is not said takes its default: IAM does not keep what was there.
pub(crate) async fn update_account_password_policy(
    iam: &Iam,
    call: &Call,
    input: UpdateAccountPasswordPolicyRequest,
) -> Result<(), ServiceError> {
    let default = PasswordRules::default();
    let rules = PasswordRules {
        length_min: input.minimum_password_length.unwrap_or(default.length_min),
        symbols: input.require_symbols.unwrap_or(false),
        numbers: input.require_numbers.unwrap_or(false),
        uppercase: input.require_uppercase_characters.unwrap_or(false),
        lowercase: input.require_lowercase_characters.unwrap_or(false),
        users_may_change: input.allow_users_to_change_password.unwrap_or(false),
        age_days_max: input.max_password_age,
        reuse_prevention: input.password_reuse_prevention,
        hard_expiry: input.hard_expiry,
    };
    iam.change(call, |draft| {
        let settings = draft.account.settings();
        draft.put(SettingsRow {
            password_policy: Some(rules.clone()),
            ..settings
        })
    })
    .await
}

pub(crate) async fn delete_account_password_policy(
    iam: &Iam,
    call: &Call,
    (): (),
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let mut settings = draft.account.settings();
        if settings.password_policy.take().is_none() {
            return Err(no_password_policy(call));
        }
        draft.put(settings)
    })
    .await
}
