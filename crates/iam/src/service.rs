//! The service itself: what it stands on, and its face to the front door.

use std::fmt;
use std::sync::{Arc, Mutex};

use store::{Store, StoreError};
use types::{AccountId, Call, Entropy, KeyWrap, ServiceError};
use wire::{BoxFuture, Model, Service, Value};

use crate::Root;
use crate::account::Account;
use crate::directory::Directory;
use crate::key_sets::{Cache, KeySets};
use crate::last_used::LastUsed;
use crate::model::{IMPLEMENTED, MODEL, dispatch};
use crate::operations::Reports;
use crate::session::Sessions;
use crate::totp::Codes;

/// What the service stands on.
#[derive(Clone)]
pub struct Parts {
    /// The installation's first account and its root access key.
    pub root: Root,
    /// Where its rows are.
    pub store: Arc<dyn Store>,
    /// Ids and secrets.
    pub entropy: Arc<dyn Entropy>,
    /// What wraps secrets at rest.
    pub wrap: Arc<dyn KeyWrap>,
    /// Where the keys of OpenID Connect providers come from.
    pub key_sets: Arc<dyn KeySets>,
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts")
            .field("root", &self.root)
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

/// The identities of all accounts, and the IAM API.
pub struct Iam {
    pub(crate) root: Root,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) wrap: Arc<dyn KeyWrap>,
    pub(crate) key_sets: Arc<dyn KeySets>,
    pub(crate) key_set_cache: Cache,
    pub(crate) sessions: Sessions,
    pub(crate) codes: Codes,
    pub(crate) directory: Directory,
    pub(crate) last_used: LastUsed,
    /// One change at a time in this process: then only other processes conflict.
    pub(crate) turn: tokio::sync::Mutex<()>,
    pub(crate) reports: Mutex<Reports>,
}

impl fmt::Debug for Iam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iam")
            .field("root", &self.root)
            .finish_non_exhaustive()
    }
}

impl Iam {
    /// Reads the rows and follows them from then on. Needs a running tokio runtime.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open(parts: Parts) -> Result<Self, StoreError> {
        let Parts {
            root,
            store,
            entropy,
            wrap,
            key_sets,
        } = parts;
        Ok(Self {
            directory: Directory::open(Arc::clone(&store)).await?,
            last_used: LastUsed::open(Arc::clone(&store)).await?,
            root,
            store,
            entropy,
            wrap,
            key_sets,
            key_set_cache: Cache::default(),
            sessions: Sessions::default(),
            codes: Codes::default(),
            turn: tokio::sync::Mutex::default(),
            reports: Mutex::default(),
        })
    }

    /// The installation's first account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.root.account
    }

    /// Whether it is the installation's first account, whose root key is given to the process.
    pub(crate) fn is_first(&self, account: AccountId) -> bool {
        account == self.root.account
    }

    /// The caller's account.
    pub(crate) fn account_of(&self, call: &Call) -> Arc<Account> {
        self.directory.account(call.account())
    }

    /// Writes what a process that ends should not forget: when credentials were used last.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn flush(&self) -> Result<(), StoreError> {
        self.last_used.write().await
    }
}

impl Service for Iam {
    fn model(&self) -> &'static Model {
        &MODEL
    }

    fn implements(&self, operation: &str) -> bool {
        IMPLEMENTED.binary_search(&operation).is_ok()
    }

    fn call<'a>(
        &'a self,
        call: &'a Call,
        input: Value,
    ) -> BoxFuture<'a, Result<Value, ServiceError>> {
        Box::pin(dispatch(self, call, input))
    }
}
