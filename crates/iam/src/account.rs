//! One account's rows of one moment, read. Cheap to clone: families that did not change are shared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use store::Revision;
use types::AccountId;

use crate::standing::Standings;
use crate::state::{
    AccessKeyRow, Family, GroupRow, InstanceProfileRow, Kept, MfaRow, OidcRow, PolicyRow, RoleRow,
    SETTINGS, ServerCertificateRow, SessionKeyRow, SettingsRow, TURN, UserRow,
};

/// An account.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) users: Family<UserRow>,
    pub(crate) groups: Family<GroupRow>,
    pub(crate) roles: Family<RoleRow>,
    pub(crate) policies: Family<PolicyRow>,
    pub(crate) instance_profiles: Family<InstanceProfileRow>,
    pub(crate) access_keys: Family<AccessKeyRow>,
    pub(crate) mfa: Family<MfaRow>,
    pub(crate) oidc: Family<OidcRow>,
    pub(crate) server_certificates: Family<ServerCertificateRow>,
    pub(crate) session_keys: Family<SessionKeyRow>,
    pub(crate) settings: Family<SettingsRow>,
    /// Users and roles by their unique ids: each one's family and key.
    pub(crate) principals: Arc<BTreeMap<String, (&'static str, String)>>,
    /// What decides about its callers.
    pub(crate) standings: Standings,
    /// The commit that changed something here last.
    pub(crate) turn: Option<Revision>,
    /// Rows that cannot be read. While there is one, nobody but the root is let in: it may hold a
    /// deny.
    pub(crate) damaged: BTreeSet<String>,
}

/// Where the rows of a family are in an account.
pub(crate) trait Filed: Kept {
    fn of(account: &Account) -> &Family<Self>;
    fn of_mut(account: &mut Account) -> &mut Family<Self>;
}

impl Account {
    /// An account without rows.
    pub(crate) fn empty(id: AccountId) -> Self {
        Self {
            id,
            users: Arc::default(),
            groups: Arc::default(),
            roles: Arc::default(),
            policies: Arc::default(),
            instance_profiles: Arc::default(),
            access_keys: Arc::default(),
            mfa: Arc::default(),
            oidc: Arc::default(),
            server_certificates: Arc::default(),
            session_keys: Arc::default(),
            settings: Arc::default(),
            principals: Arc::default(),
            standings: Standings::default(),
            turn: None,
            damaged: BTreeSet::new(),
        }
    }

    /// What there is once.
    pub(crate) fn settings(&self) -> SettingsRow {
        let kept = self.settings.get(SETTINGS);
        kept.map(|settings| SettingsRow::clone(settings))
            .unwrap_or_default()
    }

    pub(crate) fn put<T: Filed>(&mut self, row: T) {
        let key = row.key();
        let id = row.principal_id().map(str::to_owned);
        let family: &mut BTreeMap<_, _> = Arc::make_mut(T::of_mut(self));
        let before = family.insert(key.clone(), Arc::new(row));
        let Some(id) = id else {
            return;
        };
        let before = before.as_ref().and_then(|row| row.principal_id());
        if before == Some(&id) {
            return;
        }
        if let Some(before) = before {
            self.forget_principal::<T>(before, &key);
        }
        Arc::make_mut(&mut self.principals).insert(id, (T::FAMILY, key));
    }

    pub(crate) fn remove<T: Filed>(&mut self, key: &str) {
        let removed = Arc::make_mut(T::of_mut(self)).remove(key);
        if let Some(id) = removed.as_ref().and_then(|row| row.principal_id()) {
            self.forget_principal::<T>(id, key);
        }
    }

    /// Forgets whose an id was, unless it has another name by now.
    fn forget_principal<T: Filed>(&mut self, id: &str, key: &str) {
        let is_here = |(family, owner): &(&str, String)| *family == T::FAMILY && owner == key;
        if self.principals.get(id).is_some_and(is_here) {
            Arc::make_mut(&mut self.principals).remove(id);
        }
    }

    /// Takes over what became of a row; `segments` are those of its key after the account.
    pub(crate) fn apply(&mut self, segments: &[&str], revision: Revision, value: Option<&Bytes>) {
        let taken = match segments {
            [TURN] => {
                self.turn = value.is_some().then_some(revision);
                return;
            }
            [UserRow::FAMILY, key] => self.set::<UserRow>(key, value),
            [GroupRow::FAMILY, key] => self.set::<GroupRow>(key, value),
            [RoleRow::FAMILY, key] => self.set::<RoleRow>(key, value),
            [PolicyRow::FAMILY, key] => self.set::<PolicyRow>(key, value),
            [InstanceProfileRow::FAMILY, key] => self.set::<InstanceProfileRow>(key, value),
            [AccessKeyRow::FAMILY, key] => self.set::<AccessKeyRow>(key, value),
            [MfaRow::FAMILY, key] => self.set::<MfaRow>(key, value),
            [OidcRow::FAMILY, key] => self.set::<OidcRow>(key, value),
            [ServerCertificateRow::FAMILY, key] => self.set::<ServerCertificateRow>(key, value),
            [SessionKeyRow::FAMILY, key] => self.set::<SessionKeyRow>(key, value),
            [SettingsRow::FAMILY, key] => self.set::<SettingsRow>(key, value),
            _ => Err("no family of rows has such a key".to_owned()),
        };
        let name = segments.join("/");
        match taken {
            Ok(()) => {
                self.damaged.remove(&name);
            }
            Err(reason) => {
                tracing::error!(account = %self.id, row = name, reason, "iam: a row cannot be read: only the root is let in until it is repaired");
                self.damaged.insert(name);
            }
        }
    }

    fn set<T: Filed>(&mut self, key: &str, value: Option<&Bytes>) -> Result<(), String> {
        match value {
            None => self.remove::<T>(key),
            Some(bytes) => {
                let row: T = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
                if row.key() != key {
                    return Err("its key is another one's".to_owned());
                }
                self.put(row);
            }
        }
        Ok(())
    }
}

impl Filed for UserRow {
    fn of(account: &Account) -> &Family<Self> {
        &account.users
    }

    fn of_mut(account: &mut Account) -> &mut Family<Self> {
        &mut account.users
    }
}

impl Filed for GroupRow {
    fn of(account: &Account) -> &Family<Self> {
        &account.groups
    }

    fn of_mut(account: &mut Account) -> &mut Family<Self> {
        &mut account.groups
    }
}

impl Filed for RoleRow {
    fn of(account: &Account) -> &Family<Self> {
        &account.roles
    }

    fn of_mut(account: &mut Account) -> &mut Family<Self> {
        &mut account.roles
    }
}

impl Filed for PolicyRow {
    fn of(account: &Account) -> &Family<Self> {
        &account.policies
    }

    fn of_mut(account: &mut Account) -> &mut Family<Self> {
        &mut account.policies
    }
}

impl Filed for InstanceProfileRow {
    fn of(account: &Account) -> &Family<Self> {
        &account.instance_profiles
    }

    fn of_mut(account: &mut Account) -> &mut Family<Self> {
        &mut account.instance_profiles
    }
}

impl Filed for AccessKeyRow {
    fn of(account: &Account) -> &Family<Self> {
        &account.access_keys
    }

    fn of_mut(account: &mut Account) -> &mut Family<Self> {
        &mut account.access_keys
    }
}

impl Filed for MfaRow {
    fn of(account: &Account) -> &Family<Self> {
        &account.mfa
    }

    fn of_mut(account: &mut Account) -> &mut Family<Self> {
        &mut account.mfa
    }
}

impl Filed for OidcRow {
    fn of(account: &Account) -> &Family<Self> {
        &account.oidc
    }

    fn of_mut(account: &mut Account) -> &mut Family<Self> {
        &mut account.oidc
    }
}

impl Filed for ServerCertificateRow {
    fn of(account: &Account) -> &Family<Self> {
        &account.server_certificates
    }

    fn of_mut(account: &mut Account) -> &mut Family<Self> {
        &mut account.server_certificates
    }
}

impl Filed for SessionKeyRow {
    fn of(account: &Account) -> &Family<Self> {
        &account.session_keys
    }

    fn of_mut(account: &mut Account) -> &mut Family<Self> {
        &mut account.session_keys
    }
}

impl Filed for SettingsRow {
    fn of(account: &Account) -> &Family<Self> {
        &account.settings
    }

    fn of_mut(account: &mut Account) -> &mut Family<Self> {
        &mut account.settings
    }
}
