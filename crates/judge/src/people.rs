//! Users for services that ask who is who.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use policy::PrincipalDirectory;
use types::AccountId;

/// Users by their names, each with the unique id of its last making. Who is asked for is there, but
/// for `nobody` and whom a test deletes.
#[derive(Debug)]
pub struct People {
    account: &'static str,
    deleted: Mutex<BTreeMap<String, u32>>,
    gone: Mutex<BTreeSet<String>>,
}

impl People {
    /// Of an account.
    #[must_use]
    pub fn of(account: &'static str) -> Self {
        Self {
            account,
            deleted: Mutex::default(),
            gone: Mutex::default(),
        }
    }

    /// Deletes a user.
    pub fn delete(&self, name: &str) {
        *self
            .deleted
            .lock()
            .unwrap()
            .entry(name.to_owned())
            .or_default() += 1;
        self.gone.lock().unwrap().insert(name.to_owned());
    }

    /// Makes a user anew under an old name.
    pub fn make(&self, name: &str) {
        self.gone.lock().unwrap().remove(name);
    }

    /// The unique id that a user has, or had last.
    #[must_use]
    pub fn id(&self, name: &str) -> String {
        let deleted = self.deleted.lock().unwrap().get(name).copied();
        let times = deleted.unwrap_or_default() - u32::from(self.is_gone(name));
        format!("AIDA{:0>17}", format!("{}{times}", name.to_uppercase()))
    }

    fn is_gone(&self, name: &str) -> bool {
        name == "nobody" || self.gone.lock().unwrap().contains(name)
    }
}

impl PrincipalDirectory for People {
    fn unique_id(&self, arn: &str) -> Option<String> {
        let (_, name) = arn.rsplit_once('/')?;
        (!self.is_gone(name)).then(|| self.id(name))
    }

    fn arn(&self, unique_id: &str) -> Option<String> {
        let name = unique_id.strip_prefix("AIDA")?.trim_start_matches('0');
        let name = name.get(..name.len() - 1)?.to_lowercase();
        let is_there = !self.is_gone(&name) && self.id(&name) == unique_id;
        is_there.then(|| format!("arn:aws:iam::{}:user/{name}", self.account))
    }

    fn has_account(&self, _account: AccountId) -> bool {
        true
    }
}
