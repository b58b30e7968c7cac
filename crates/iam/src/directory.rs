//! All accounts in memory, following the store: what authentication, authorization and every
//! operation read. Taking a commit over never waits for readers, nor they for it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use store::{Change, Follow, Key, Revision, Store, StoreError, Update};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use types::AccountId;

use crate::account::Account;
use crate::state;

/// The first pause before a store that is away is asked again; it doubles up to [`RETRY_AT_MOST`].
const RETRY_FIRST: Duration = Duration::from_millis(50);
const RETRY_AT_MOST: Duration = Duration::from_secs(2);

/// All accounts of one moment.
pub(crate) type Accounts = BTreeMap<AccountId, Arc<Account>>;

/// The accounts, following the store.
#[derive(Debug)]
pub(crate) struct Directory {
    shared: Arc<Shared>,
    follower: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    accounts: ArcSwap<Accounts>,
    revision: watch::Sender<Revision>,
    failing: Mutex<bool>,
}

impl Directory {
    /// Reads the rows and follows them from then on, by a task that ends with the directory.
    pub(crate) async fn open(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        let mut follow = Follow::new(store, state::prefix());
        let shared = Arc::new(Shared {
            accounts: ArcSwap::default(),
            revision: watch::Sender::new(Revision(0)),
            failing: Mutex::default(),
        });
        shared.apply(follow.next().await?);
        let follower = tokio::spawn(Arc::clone(&shared).follow(follow));
        Ok(Self { shared, follower })
    }

    /// All accounts that have rows.
    pub(crate) fn accounts(&self) -> Arc<Accounts> {
        self.shared.accounts.load_full()
    }

    /// An account; one without rows is empty.
    pub(crate) fn account(&self, id: AccountId) -> Arc<Account> {
        let found = self.shared.accounts.load().get(&id).cloned();
        found.unwrap_or_else(|| Arc::new(Account::empty(id)))
    }

    /// The account, if it has rows.
    pub(crate) fn find(&self, id: AccountId) -> Option<Arc<Account>> {
        self.shared.accounts.load().get(&id).cloned()
    }

    /// Tells of every commit that was taken over.
    pub(crate) fn revisions(&self) -> watch::Receiver<Revision> {
        self.shared.revision.subscribe()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

impl Shared {
    async fn follow(self: Arc<Self>, mut follow: Follow) {
        let mut pause = RETRY_FIRST;
        loop {
            match follow.next().await {
                Ok(update) => {
                    self.fails(false);
                    self.apply(update);
                    pause = RETRY_FIRST;
                }
                Err(error) => {
                    if self.fails(true) {
                        tracing::warn!(%error, "iam: identities stay as they were last read");
                    }
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(RETRY_AT_MOST);
                }
            }
        }
    }

    /// Notes a failure or its end; answers whether that is news.
    fn fails(&self, now: bool) -> bool {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *failing, now) != now
    }

    fn apply(&self, update: Update) {
        let (mut accounts, changes, revision) = match update {
            Update::Reset(snapshot) => {
                let changes = snapshot.rows.into_iter().map(|row| Change {
                    key: row.key,
                    revision: row.revision,
                    value: Some(row.value),
                });
                (Accounts::new(), changes.collect(), snapshot.revision)
            }
            Update::Committed { revision, changes } => {
                (Accounts::clone(&self.accounts.load()), changes, revision)
            }
        };
        let mut touched: BTreeMap<AccountId, Vec<Change>> = BTreeMap::new();
        for change in changes {
            match account_of(&change.key) {
                Some(account) => touched.entry(account).or_default().push(change),
                None => {
                    tracing::error!(key = %change.key, "iam: a row of no account is passed over")
                }
            }
        }
        if !touched.is_empty() {
            for (id, changes) in touched {
                let old = accounts.get(&id);
                let mut account = old.map_or_else(|| Account::empty(id), |old| Account::clone(old));
                for change in changes {
                    let segments: Vec<String> = change.key.segments().skip(2).collect();
                    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
                    account.apply(&segments, change.revision, change.value.as_ref());
                }
                accounts.insert(id, Arc::new(account));
            }
        }
        self.accounts.store(Arc::new(accounts));
        self.revision.send_replace(revision);
    }
}

fn account_of(key: &Key) -> Option<AccountId> {
    key.segments().nth(1)?.parse().ok()
}
