//! Who is who now: which unique id goes with which ARN, in every account. Policies on resources and
//! grants are kept with ids ([`policy::document::bound`]), so that whoever is given the name of one
//! who was deleted inherits nothing.
//! Source: IAM User Guide, "IAM identifiers" (unique identifiers), "AWS JSON policy elements:
//! Principal".

use policy::PrincipalDirectory;
use types::{AccountId, Arn};

use crate::account::Account;
use crate::state::{Kept as _, RoleRow, UserRow};
use crate::{Iam, id};

impl PrincipalDirectory for Iam {
    fn unique_id(&self, arn: &str) -> Option<String> {
        let parsed: Arn = arn.parse().ok()?;
        let account = parsed.account().parse().ok()?;
        if !self.is_account(account) {
            return None;
        }
        unique_id(&self.directory.account(account), &parsed)
    }

    fn arn(&self, unique_id: &str) -> Option<String> {
        let accounts = self.directory.accounts();
        let mut found = accounts.values().map(|account| arn(account, unique_id));
        found.find_map(|found| found)
    }

    fn has_account(&self, account: AccountId) -> bool {
        self.is_account(account)
    }
}

fn unique_id(account: &Account, arn: &Arn) -> Option<String> {
    let (kind, rest) = arn.resource().split_once('/')?;
    match (arn.service(), kind) {
        ("iam", "user") => {
            let name = id::name_in(account.id, kind, arn.as_str())?;
            let row = account.users.get(&id::folded(name))?;
            (row.arn(account.id) == arn.as_str()).then(|| row.id.clone())
        }
        ("iam", "role") => {
            let name = id::name_in(account.id, kind, arn.as_str())?;
            let row = account.roles.get(&id::folded(name))?;
            (row.arn(account.id) == arn.as_str()).then(|| row.id.clone())
        }
        // A session's ARN has the role's name without its path.
        ("sts", "assumed-role") => {
            let (name, session) = rest.split_once('/')?;
            let row = account.roles.get(&id::folded(name))?;
            let is_one = row.name == name && is_session_name(session);
            is_one.then(|| format!("{}:{session}", row.id))
        }
        _ => None,
    }
}

fn arn(account: &Account, unique_id: &str) -> Option<String> {
    let (unique_id, session) = match unique_id.split_once(':') {
        Some((role, session)) => (role, Some(session)),
        None => (unique_id, None),
    };
    let (family, key) = account.principals.get(unique_id)?;
    match (*family, session) {
        (UserRow::FAMILY, None) => Some(account.users.get(key)?.arn(account.id)),
        (RoleRow::FAMILY, None) => Some(account.roles.get(key)?.arn(account.id)),
        (RoleRow::FAMILY, Some(session)) => {
            let resource = format!("assumed-role/{}/{session}", account.roles.get(key)?.name);
            Some(Arn::new("sts", "", &account.id.to_string(), &resource).to_string())
        }
        _ => None,
    }
}

/// STS API Reference, AssumeRole: `RoleSessionName`.
fn is_session_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    (2..=64).contains(&name.len()) && name.bytes().all(fits)
}
