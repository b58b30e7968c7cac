//! What decides about a caller: its policies, compiled, its boundary, its session's policies, its
//! tags. Made at the first call after something changed in its account, then shared.
//! Source: IAM User Guide, "Policy evaluation logic".

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use policy::{Policies, Policy, PolicyKind, RequestContext};
use types::{AccountId, Call, Principal};

use crate::account::Account;
use crate::holder::Managed;
use crate::limit::OPENED_TOKENS_MAX;
use crate::managed;
use crate::session::Opened;
use crate::state::Permissions;
use crate::{Iam, id};

/// All policies that have a say about a caller, the resource's apart.
#[derive(Debug)]
pub struct Standing {
    who: Who,
    identity: Vec<Arc<Policy>>,
    boundary: Option<Arc<Policy>>,
    session: Option<Vec<Arc<Policy>>>,
    tags: Vec<(String, String)>,
}

/// Who it is, in the texts that an evaluation borrows.
#[derive(Debug)]
struct Who {
    kind: Kind,
    account: AccountId,
    arn: String,
    /// The role's of a role's session, the issuer's of a federated user.
    other_arn: String,
    user_id: String,
    /// The unique id of a federated user's issuer.
    issuer_id: String,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Root,
    User,
    AssumedRole,
    FederatedUser,
}

impl Standing {
    /// Who it is, as an evaluation takes it.
    #[must_use]
    pub fn principal(&self) -> policy::Principal<'_> {
        let Who {
            kind,
            account,
            arn,
            other_arn,
            user_id,
            issuer_id,
        } = &self.who;
        let account = *account;
        match kind {
            Kind::Root => policy::Principal::Root { account, arn },
            Kind::User => policy::Principal::User {
                account,
                arn,
                user_id,
            },
            Kind::AssumedRole => policy::Principal::AssumedRole {
                account,
                role_arn: other_arn,
                session_arn: arn,
                user_id,
            },
            Kind::FederatedUser => policy::Principal::FederatedUser {
                account,
                arn,
                user_id,
                user_arn: other_arn,
                issuer_id,
            },
        }
    }

    /// Its policies, as an evaluation takes them; the resource's policy is to be added.
    #[must_use]
    pub fn policies(&self) -> Policies<'_> {
        Policies {
            identity: &self.identity,
            boundary: self.boundary.as_deref(),
            session: self.session.as_deref(),
            ..Policies::default()
        }
    }

    /// Its tags (`aws:PrincipalTag`): the session's stand before the user's or role's.
    #[must_use]
    pub fn tags(&self) -> &[(String, String)] {
        &self.tags
    }

    /// What a call tells of itself and of who makes it; what is about the resource and the request's
    /// parameters is to be added.
    #[must_use]
    pub fn context<'a>(&'a self, call: &'a Call) -> RequestContext<'a> {
        let mut context = RequestContext::of(call);
        context.principal_tags = &self.tags;
        context
    }
}

/// The standings of an account's callers, by access key, since its rows changed last.
#[derive(Debug, Default)]
pub(crate) struct Standings(RwLock<HashMap<String, Arc<Standing>>>);

/// A copy is made to be changed: it starts anew.
impl Clone for Standings {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Standings {
    fn find(&self, access_key_id: &str) -> Option<Arc<Standing>> {
        let standings = self.0.read().unwrap_or_else(PoisonError::into_inner);
        standings.get(access_key_id).cloned()
    }

    fn keep(&self, access_key_id: &str, standing: &Arc<Standing>) {
        let mut standings = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if standings.len() >= OPENED_TOKENS_MAX {
            standings.clear();
        }
        standings.insert(access_key_id.to_owned(), Arc::clone(standing));
    }
}

impl Iam {
    /// What decides about who makes a call. Costs a look-up unless something changed in the account.
    #[must_use]
    pub fn standing(&self, call: &Call) -> Arc<Standing> {
        let account = self.directory.account(call.account());
        if let Some(found) = account.standings.find(&call.access_key_id)
            && found.who.arn == call.principal.arn().as_str()
        {
            return found;
        }
        let opened = self.sessions.of_access_key(&call.access_key_id);
        let standing = Arc::new(of(&account, &call.principal, call, opened.as_deref()));
        // A session whose token is not at hand may do nothing now, and something again with its
        // next call, which brings the token.
        if call.session.is_none() || opened.is_some() {
            account.standings.keep(&call.access_key_id, &standing);
        }
        standing
    }

    /// The inline and attached policies of one identity; `None` when one cannot be read.
    pub(crate) fn policies_of(
        &self,
        account: &Account,
        permissions: &Permissions,
    ) -> Option<Vec<Arc<Policy>>> {
        compiled(account, permissions)
    }
}

fn of(account: &Account, principal: &Principal, call: &Call, opened: Option<&Opened>) -> Standing {
    let mut standing = Standing {
        who: Who {
            kind: Kind::Root,
            account: account.id,
            arn: principal.arn().to_string(),
            other_arn: principal.policy_arn().to_string(),
            user_id: principal.user_id(),
            issuer_id: String::new(),
        },
        identity: Vec::new(),
        boundary: None,
        session: None,
        tags: Vec::new(),
    };
    let (kind, permissions, groups, own_tags) = match principal {
        Principal::Root(_) => return standing,
        // Whoever it is has no policies: only what needs no leave is open to it.
        Principal::WebIdentity(_) => {
            standing.who.kind = Kind::User;
            return standing;
        }
        Principal::User(user) => {
            let row = account.users.get(&id::folded(&user.name));
            let groups = row.map(|row| row.groups.clone()).unwrap_or_default();
            let row = row.map(|row| (row.permissions.clone(), row.tags.pairs().to_vec()));
            let (permissions, tags) = row.unwrap_or_default();
            (Kind::User, permissions, groups, tags)
        }
        Principal::AssumedRole(role) => {
            let row = account.roles.get(&id::folded(&role.role));
            let row = row.map(|row| (row.permissions.clone(), row.tags.pairs().to_vec()));
            let (permissions, tags) = row.unwrap_or_default();
            (Kind::AssumedRole, permissions, Default::default(), tags)
        }
        Principal::FederatedUser(federated) => {
            standing.who.other_arn = federated.issuer.arn().to_string();
            standing.who.issuer_id = federated.issuer.user_id();
            let (permissions, groups) = match federated.issuer.as_ref() {
                Principal::User(user) => {
                    let row = account.users.get(&id::folded(&user.name));
                    let row = row.map(|row| (row.permissions.clone(), row.groups.clone()));
                    row.unwrap_or_default()
                }
                // The root may all, and gives what its session policies say of that.
                _ => {
                    let all = Permissions {
                        attached: [ALL.to_owned()].into(),
                        ..Permissions::default()
                    };
                    (all, Default::default())
                }
            };
            (Kind::FederatedUser, permissions, groups, Vec::new())
        }
    };
    standing.who.kind = kind;
    let of_groups = groups.iter().filter_map(|key| account.groups.get(key));
    let all = std::iter::once(&permissions).chain(of_groups.map(|group| &group.permissions));
    let identity: Option<Vec<Vec<Arc<Policy>>>> = all
        .map(|permissions| compiled(account, permissions))
        .collect();
    let boundary = match &permissions.boundary {
        Some(arn) => managed_policy(account, arn).map(Some),
        None => Some(None),
    };
    let session = match (kind, opened, &call.session) {
        (_, Some(opened), Some(_)) => session_policies(account, opened, kind),
        // A session whose token is not at hand any more may do nothing.
        (_, None, Some(_)) => None,
        (Kind::User, _, None) => Some(None),
        (_, _, None) => None,
    };
    if let Some(session) = &call.session {
        standing.tags = session
            .tags
            .iter()
            .map(|tag| (tag.key.clone(), tag.value.clone()))
            .collect();
    }
    for (key, value) in own_tags {
        let is_set = |(there, _): &(String, String)| id::folded(there) == id::folded(&key);
        if !standing.tags.iter().any(is_set) {
            standing.tags.push((key, value));
        }
    }
    // What cannot be read may hold a deny: then nothing is allowed.
    if let (Some(identity), Some(boundary), Some(session)) = (identity, boundary, session) {
        standing.identity = identity.into_iter().flatten().collect();
        standing.boundary = boundary;
        standing.session = session;
    } else {
        tracing::error!(principal = %principal.arn(), "iam: a policy cannot be read: its principal may do nothing");
    }
    standing
}

const ALL: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// The policies of a session: `None` where it was made without.
fn session_policies(
    account: &Account,
    opened: &Opened,
    kind: Kind,
) -> Option<Option<Vec<Arc<Policy>>>> {
    let token = &opened.token;
    let mut policies = Vec::new();
    if let Some(text) = &token.policy {
        policies.push(Policy::shared(PolicyKind::Session, "session", text).ok()?);
    }
    for arn in &token.policy_arns {
        policies.push(managed_policy(account, arn)?);
    }
    let has_none = token.policy.is_none() && token.policy_arns.is_empty();
    let is_federated = matches!(kind, Kind::FederatedUser);
    Some((!has_none || is_federated).then_some(policies))
}

/// The inline and attached policies of one identity; `None` when one cannot be read.
fn compiled(account: &Account, permissions: &Permissions) -> Option<Vec<Arc<Policy>>> {
    let inline = permissions
        .inline
        .iter()
        .map(|(name, text)| Policy::shared(PolicyKind::Inline, name, text).ok());
    let attached = permissions
        .attached
        .iter()
        .map(|arn| managed_policy(account, arn));
    inline.chain(attached).collect()
}

/// A managed policy, compiled once.
pub(crate) fn managed_policy(account: &Account, arn: &str) -> Option<Arc<Policy>> {
    let compile = |text: &str| Policy::shared(PolicyKind::Managed, arn, text).ok();
    match account.managed(arn)? {
        Managed::Customer(row) => row.compiled.or_make(|| compile(row.document())).clone(),
        Managed::Aws(aws) => managed::compiled(aws),
    }
}
