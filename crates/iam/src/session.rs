//! Sessions: given out as sealed tokens, opened when they are presented.
//!
//! Nothing is kept of a session but in memory: tokens that were opened, so that the next call with
//! one costs a look-up. A session ends when its time is over, its user or role is gone, or the key
//! that sealed it is; its secret stays in memory hardly longer than its time. (That a cache shows by its speed which tokens were used tells nobody anything:
//! a token cannot be guessed.)

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use types::{
    AccountId, AssumedRole, Call, FederatedUser, Principal, Secret, ServiceError, Session,
    SessionTag, Time, User,
};
use zeroize::Zeroizing;

use crate::account::Account;
use crate::credentials::user_principal;
use crate::limit::{ENDED_KEPT_FOR, OPENED_TOKENS_MAX};
use crate::state::{SessionKeyRow, UserRow};
use crate::token::{self, Holder, Token};
use crate::{Authenticated, Iam, exception, id};

/// After how long an account's sealing key is followed by another.
pub(crate) const ROTATE_AFTER: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long a key that was followed opens what it sealed: longer than any session lasts.
pub(crate) const KEEP_FOR: Duration = Duration::from_secs(37 * 60 * 60);
/// How many are forgotten before who calls may have its turn.
const FORGOTTEN_AT_ONCE: usize = 64;

/// A token that was opened.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) account: AccountId,
    key_number: u32,
    pub(crate) token: Token,
}

/// The tokens that were opened last.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    opened: Mutex<Tokens>,
}

#[derive(Debug, Default)]
struct Tokens {
    by_digest: HashMap<[u8; 32], Arc<Opened>>,
    by_access_key: HashMap<String, Arc<Opened>>,
    /// When each ends, in milliseconds, and its digest: what is over is found without a search.
    by_end: BTreeSet<(i64, [u8; 32])>,
}

impl Tokens {
    /// Takes out some sessions that ended before `end`; an access key has one token.
    fn take_ended(&mut self, end: Time) -> Vec<Arc<Opened>> {
        let mut ended = Vec::new();
        while ended.len() < FORGOTTEN_AT_ONCE
            && let Some((end_ms, digest)) = self.by_end.first().copied()
            && end_ms <= end.as_millis()
        {
            self.by_end.pop_first();
            if let Some(opened) = self.by_digest.remove(&digest) {
                self.by_access_key.remove(&opened.token.access_key_id);
                ended.push(opened);
            }
        }
        ended
    }
}

impl Sessions {
    fn lock(&self) -> std::sync::MutexGuard<'_, Tokens> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session of an access key whose token was opened.
    pub(crate) fn of_access_key(&self, id: &str) -> Option<Arc<Opened>> {
        self.lock().by_access_key.get(id).cloned()
    }

    fn find(&self, digest: &[u8; 32]) -> Option<Arc<Opened>> {
        self.lock().by_digest.get(digest).cloned()
    }

    fn keep(&self, digest: [u8; 32], opened: &Arc<Opened>) {
        let mut tokens = self.lock();
        if tokens.by_digest.len() >= OPENED_TOKENS_MAX {
            // Those in use come again with their next call.
            tokens.by_digest.clear();
            tokens.by_access_key.clear();
            tokens.by_end.clear();
        }
        tokens.by_end.insert((opened.token.expires_ms, digest));
        tokens.by_digest.insert(digest, Arc::clone(opened));
        let id = opened.token.access_key_id.clone();
        tokens.by_access_key.insert(id, Arc::clone(opened));
    }

    fn forget_ended(&self, now: Time) {
        let end = now.minus(ENDED_KEPT_FOR);
        loop {
            // Their secrets are zeroized when nobody waits any more.
            let ended = self.lock().take_ended(end);
            if ended.is_empty() {
                break;
            }
        }
    }
}

/// What a wrapped sealing key is bound to.
fn context(account: AccountId, number: u32) -> String {
    format!("iam/session-key/{account}/{number}")
}

impl Iam {
    /// Forgets the sessions that are over. To be called now and then.
    pub fn forget_ended_sessions(&self, now: Time) {
        self.sessions.forget_ended(now);
    }

    /// Opens a session token that comes with an access key.
    pub(crate) fn authenticate_session(
        &self,
        access_key_id: &str,
        text: &str,
    ) -> Option<Authenticated> {
        let opened = self.open_token(text)?;
        if opened.token.access_key_id != access_key_id {
            return None;
        }
        let account = self.directory.account(opened.account);
        let has_key = account
            .session_keys
            .values()
            .any(|key| key.number == opened.key_number);
        if !account.damaged.is_empty() || !has_key {
            return None;
        }
        let principal = principal(&account, &opened.token.holder)?;
        Some(Authenticated {
            secret: opened.token.secret.clone(),
            principal,
            session: Some(session(&opened.token)),
        })
    }

    fn open_token(&self, text: &str) -> Option<Arc<Opened>> {
        if text.len() > token::TOKEN_CHARACTERS_MAX {
            return None;
        }
        let hashed = digest::digest(&digest::SHA256, text.as_bytes());
        let digest: [u8; 32] = hashed.as_ref().try_into().ok()?;
        if let Some(opened) = self.sessions.find(&digest) {
            return Some(opened);
        }
        let sealed = token::read(text)?;
        let account = self.directory.account(sealed.account);
        let mut keys = account.session_keys.values();
        let row = keys.find(|key| key.number == sealed.key_number)?;
        let key = self.session_key(account.id, row)?;
        let token = sealed.open(&key)?;
        let opened = Arc::new(Opened {
            account: account.id,
            key_number: sealed.key_number,
            token,
        });
        self.sessions.keep(digest, &opened);
        Some(opened)
    }

    fn session_key(&self, account: AccountId, row: &SessionKeyRow) -> Option<Secret> {
        if let Some(key) = row.opened.made() {
            return Some(key.clone());
        }
        let wrapped = BASE64.decode(&row.wrapped).ok()?;
        match self.wrap.unwrap(&context(account, row.number), &wrapped) {
            Ok(key) => Some(row.opened.or_make(|| key).clone()),
            Err(error) => {
                tracing::warn!(%error, "iam: a key of session tokens cannot be read");
                None
            }
        }
    }

    /// The account's key that seals, made or followed by another where that is due.
    async fn sealing_key(
        &self,
        call: &Call,
        account: AccountId,
    ) -> Result<(u32, Secret), ServiceError> {
        let is_due = |account: &Account| {
            let newest = account.session_keys.values().next_back();
            newest.is_none_or(|key| {
                call.time.since(Time::from_millis(key.created_ms)) >= ROTATE_AFTER
            })
        };
        if is_due(&self.directory.account(account)) {
            self.change_in(account, call, |draft| {
                if !is_due(&draft.account) {
                    return Ok(());
                }
                let newest = draft.account.session_keys.values().next_back();
                let number = newest.map_or(1, |key| key.number.saturating_add(1));
                let mut key = Zeroizing::new([0; token::KEY_BYTES]);
                self.entropy
                    .fill(key.as_mut())
                    .map_err(exception::entropy)?;
                let wrapped = self.wrap.wrap(&context(account, number), key.as_ref());
                let row = SessionKeyRow {
                    number,
                    created_ms: draft.now.as_millis(),
                    wrapped: BASE64.encode(wrapped.map_err(|error| exception::key_wrap(&error))?),
                    opened: crate::once::Once::default(),
                };
                let followed: Vec<(String, i64)> = draft
                    .account
                    .session_keys
                    .iter()
                    .zip(draft.account.session_keys.values().skip(1))
                    .map(|((name, _), next)| (name.clone(), next.created_ms))
                    .collect();
                for (name, since_ms) in followed {
                    if draft.now.since(Time::from_millis(since_ms)) >= KEEP_FOR {
                        draft.delete::<SessionKeyRow>(&name);
                    }
                }
                draft.put(row)
            })
            .await?;
        }
        let account = self.directory.account(account);
        let row = account.session_keys.values().next_back();
        let row = row.ok_or_else(|| exception::internal("there is no key of session tokens"))?;
        let key = self.session_key(account.id, row);
        let key = key.ok_or_else(|| exception::key_wrap(&types::KeyWrapError::Sealed))?;
        Ok((row.number, key))
    }

    /// Gives a session out: its access key, secret and token.
    pub(crate) async fn give_out(
        &self,
        call: &Call,
        account: AccountId,
        mut token: Token,
    ) -> Result<Given, ServiceError> {
        let (number, key) = self.sealing_key(call, account).await?;
        token.access_key_id = id::access_key(id::SESSION_KEY, account, self.entropy.as_ref())
            .map_err(exception::entropy)?;
        let secret = self.new_secret()?;
        token.secret = Secret::new(secret.clone().into_bytes());
        let text = token::seal(&token, account, (number, &key), self.entropy.as_ref())
            .map_err(exception::entropy)?;
        if text.len() > token::TOKEN_CHARACTERS_MAX {
            return Err(exception::internal(
                "a session token is longer than any may be",
            ));
        }
        Ok(Given {
            access_key_id: token.access_key_id,
            secret,
            token: text,
            expires: Time::from_millis(token.expires_ms),
        })
    }
}

/// The credentials of a new session.
pub(crate) struct Given {
    pub(crate) access_key_id: String,
    pub(crate) secret: String,
    pub(crate) token: String,
    pub(crate) expires: Time,
}

/// Who holds the session, as the account has it now; `None` when it is gone.
fn principal(account: &Account, holder: &Holder) -> Option<Principal> {
    Some(match holder {
        Holder::Root => Principal::Root(account.id),
        Holder::User { name, id } => Principal::User(user(account, name, id)?),
        Holder::Role { name, id, session } => {
            let row = account
                .roles
                .get(&id::folded(name))
                .filter(|row| row.id == *id)?;
            Principal::AssumedRole(AssumedRole {
                account: account.id,
                path: row.path.clone(),
                role: row.name.clone(),
                role_id: row.id.clone(),
                session: session.clone(),
            })
        }
        Holder::Federated { name, issuer } => Principal::FederatedUser(FederatedUser {
            account: account.id,
            name: name.clone(),
            issuer: Box::new(match issuer {
                Some((name, id)) => Principal::User(user(account, name, id)?),
                None => Principal::Root(account.id),
            }),
        }),
    })
}

/// A user by its id: it may have been renamed.
fn user(account: &Account, name: &str, wanted: &str) -> Option<User> {
    let is_wanted = |row: &&Arc<UserRow>| row.id == wanted;
    let row = account.users.get(&id::folded(name)).filter(is_wanted);
    let row = row.or_else(|| account.users.values().find(is_wanted))?;
    match user_principal(account.id, row) {
        Principal::User(user) => Some(user),
        _ => None,
    }
}

fn session(token: &Token) -> Session {
    Session {
        issued: Time::from_millis(token.issued_ms),
        expires: Time::from_millis(token.expires_ms),
        mfa: token.mfa_ms.map(Time::from_millis),
        source_identity: token.source_identity.clone(),
        tags: token
            .tags
            .iter()
            .map(|(key, value, transitive)| SessionTag {
                key: key.clone(),
                value: value.clone(),
                transitive: *transitive,
            })
            .collect(),
        federated_provider: token.federated_provider.clone(),
    }
}
