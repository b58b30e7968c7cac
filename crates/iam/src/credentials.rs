//! Whose key is this, and what is its secret? Read from memory for every call.
//!
//! A key that is unknown, inactive or of a deleted user is answered alike, and its look-up does the
//! same work: who calls cannot tell by the time which keys there are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use types::{AccountId, Principal, Secret, Session, Time, User};

use crate::account::Account;
use crate::operations::access_key_context;
use crate::state::{AccessKeyRow, UserRow};
use crate::{Iam, id};

/// Who presents an access key, before the signature is verified with its secret.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// The secret that must have signed.
    pub secret: Secret,
    /// Whose key it is.
    pub principal: Principal,
    /// The session, of temporary credentials.
    pub session: Option<Session>,
}

impl Authenticated {
    /// Whether its session is over: said of a good signature only.
    #[must_use]
    pub fn is_expired(&self, now: Time) -> bool {
        self.session
            .as_ref()
            .is_some_and(|session| session.expires <= now)
    }
}

impl Iam {
    /// Finds an access key and, for temporary credentials, opens its session token. `None` when
    /// there is no such key, it may not be used, or the token is not the key's.
    #[must_use]
    pub fn authenticate(
        &self,
        access_key_id: &str,
        session_token: Option<&str>,
    ) -> Option<Authenticated> {
        if let Some(token) = session_token {
            return self.authenticate_session(access_key_id, token);
        }
        if access_key_id == self.root.access_key.id {
            return Some(Authenticated {
                secret: self.root.access_key.secret.clone(),
                principal: Principal::Root(self.root.account),
                session: None,
            });
        }
        let account = self
            .directory
            .find(id::account_of_access_key(access_key_id)?)?;
        if !account.damaged.is_empty() {
            return None;
        }
        let key = account.access_keys.get(access_key_id)?;
        if !key.active {
            return None;
        }
        let principal = match &key.user {
            Some(user) => user_principal(account.id, account.users.get(user)?),
            None => Principal::Root(account.id),
        };
        Some(Authenticated {
            secret: self.access_key_secret(&account, key)?,
            principal,
            session: None,
        })
    }

    /// Notes that a call was made with an access key.
    ///
    /// A session's use is its role's.
    pub fn note_use(
        &self,
        principal: &Principal,
        access_key_id: &str,
        at: Time,
        (service, region): (&str, &str),
    ) {
        let id = match principal {
            Principal::AssumedRole(role) => &role.role_id,
            Principal::WebIdentity(_) => return,
            _ if access_key_id.starts_with(id::SESSION_KEY) => return,
            _ => access_key_id,
        };
        let account = principal.account();
        self.last_used.note(account, id, at, service, region);
    }

    /// The secret of an access key. It stays in memory once it was unwrapped; while the installation
    /// is sealed there is none.
    fn access_key_secret(&self, account: &Account, key: &AccessKeyRow) -> Option<Secret> {
        if let Some(secret) = key.opened.made() {
            return Some(secret.clone());
        }
        let wrapped = BASE64.decode(&key.wrapped).ok()?;
        let context = access_key_context(account.id, &key.id);
        match self.wrap.unwrap(&context, &wrapped) {
            Ok(secret) => Some(key.opened.or_make(|| secret).clone()),
            Err(error) => {
                tracing::warn!(%error, "iam: an access key's secret cannot be read");
                None
            }
        }
    }

    /// Whether it is an account of this installation.
    #[must_use]
    pub fn is_account(&self, account: AccountId) -> bool {
        let is_made = |found: std::sync::Arc<Account>| !found.settings.is_empty();
        self.is_first(account) || self.directory.find(account).is_some_and(is_made)
    }
}

/// A user as who calls.
pub(crate) fn user_principal(account: AccountId, user: &UserRow) -> Principal {
    Principal::User(User {
        account,
        path: user.path.clone(),
        name: user.name.clone(),
        id: user.id.clone(),
    })
}
