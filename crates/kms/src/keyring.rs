//! The keys, compiled, as hot paths read them: following the store, never asking it.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use store::{Revision, View};
use tokio::sync::watch;
use types::{Call, ServiceError};

use crate::exception;
use crate::grant::Grant;
use crate::key::{Key, SeenStore};
use crate::key_id::{self, Named};
use crate::place::Place;
use crate::state::{self, AliasRow, Backing, Connection, GrantRow, StoreRow};

/// Grants, as they were at a revision.
type GrantsAt = (Revision, Arc<[Grant]>);

/// Names by key, as they were at a revision.
type AliasesAt = (Option<Revision>, HashMap<(Place, String), Arc<[String]>>);

/// That leave was given for the very key that a name stands for now.
///
/// # Errors
/// One that callers try again after, when an alias was given to another key meanwhile.
pub(crate) fn check_leave(call: &Call, key: &Key) -> Result<(), ServiceError> {
    if call.has_leave_for(key.arn.as_str()) {
        return Ok(());
    }
    Err(exception::changed_meanwhile(key.arn.as_str()))
}

/// Compiled keys, each as new as its row in the view.
pub(crate) struct Keyring {
    pub(crate) view: Arc<View>,
    /// By their ids: one key, or the replicas of one.
    keys: RwLock<HashMap<String, Vec<Arc<Key>>>>,
    grants: RwLock<HashMap<store::Key, GrantsAt>>,
    changes: watch::Receiver<Revision>,
    aliases: RwLock<AliasesAt>,
}

impl Keyring {
    pub(crate) fn new(view: Arc<View>) -> Self {
        Self {
            changes: view.changes(),
            view,
            keys: RwLock::default(),
            grants: RwLock::default(),
            aliases: RwLock::default(),
        }
    }

    /// A key by its id; `None` when there is none.
    pub(crate) fn key(
        &self,
        place: &Place,
        key_id: &str,
    ) -> Result<Option<Arc<Key>>, ServiceError> {
        let known = {
            let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
            let replicas = keys.get(key_id).map(Vec::as_slice).unwrap_or_default();
            replicas.iter().find(|key| key.place == *place).cloned()
        };
        if let Some(key) = &known
            && self.revision(&key.at) == Some(key.revision)
        {
            return self.seen_in_its_store(Arc::clone(key)).map(Some);
        }
        let Some(row) = self.view.row(&state::key(place, key_id)) else {
            if let Some(gone) = known {
                self.forget(&gone);
            }
            return Ok(None);
        };
        let key = Arc::new(Key::of(&row)?);
        self.remember(&key);
        self.seen_in_its_store(key).map(Some)
    }

    fn remember(&self, key: &Arc<Key>) {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let replicas = keys.entry(key.id.clone()).or_default();
        replicas.retain(|known| known.place != key.place);
        replicas.push(Arc::clone(key));
    }

    /// Forgets a key that is there no more, with its grants.
    fn forget(&self, key: &Key) {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(replicas) = keys.get_mut(&key.id) {
            replicas.retain(|known| known.place != key.place);
            if replicas.is_empty() {
                keys.remove(&key.id);
            }
        }
        drop(keys);
        let mut grants = self.grants.write().unwrap_or_else(PoisonError::into_inner);
        grants.remove(&key.grants_at);
    }

    /// The key, with what its custom key store says of it now.
    fn seen_in_its_store(&self, key: Arc<Key>) -> Result<Arc<Key>, ServiceError> {
        let Some(at) = &key.row.in_store else {
            return Ok(key);
        };
        let row = self.view.row(&state::store(&key.place, &at.store_id));
        let store: Option<StoreRow> = row.as_ref().map(state::read).transpose()?;
        let seen = SeenStore {
            is_connected: store
                .as_ref()
                .is_some_and(|store| store.connection == Connection::Connected),
            cluster_id: store.and_then(|store| match store.backing {
                Backing::AwsCloudhsm { cluster_id, .. } => Some(cluster_id),
                Backing::ExternalKeyStore { .. } => None,
            }),
        };
        if key.store.as_ref() == Some(&seen) {
            return Ok(key);
        }
        let mut key = Key::clone(&key);
        key.store = Some(seen);
        Ok(Arc::new(key))
    }

    /// What a caller's `KeyId` names, an alias followed to its key.
    ///
    /// # Errors
    /// `NotFoundException`.
    pub(crate) fn named(&self, call: &Call, key_id: &str) -> Result<Arc<Key>, ServiceError> {
        let key = match key_id::read(call, key_id)? {
            Named::Key(place, id) => self
                .key(&place, &id)?
                .ok_or_else(|| exception::no_such_key(place.key_arn(&id).as_str()))?,
            Named::Alias(place, name) => {
                let alias = self
                    .alias(&place, &name)?
                    .ok_or_else(|| exception::no_such_alias(&place, &name))?;
                self.key(&place, &alias.target_key_id)?
                    .ok_or_else(|| exception::no_such_alias(&place, &name))?
            }
        };
        check_leave(call, &key)?;
        Ok(key)
    }

    /// An alias, its name with `alias/`.
    pub(crate) fn alias(
        &self,
        place: &Place,
        name: &str,
    ) -> Result<Option<AliasRow>, ServiceError> {
        let row = self.view.row(&state::alias(place, name));
        row.as_ref().map(state::read).transpose()
    }

    /// The names of the aliases of a key, with `alias/`.
    pub(crate) fn aliases_of(
        &self,
        place: &Place,
        key_id: &str,
    ) -> Result<Arc<[String]>, ServiceError> {
        let of = (place.clone(), key_id.to_owned());
        let changed = *self.changes.borrow();
        {
            let index = self.aliases.read().unwrap_or_else(PoisonError::into_inner);
            if index.0 == Some(changed) {
                let names = index.1.get(&of);
                return Ok(names.cloned().unwrap_or_default());
            }
        }
        let mut names: HashMap<(Place, String), Vec<String>> = HashMap::new();
        for row in self.view.under(&state::all_aliases()) {
            let alias: AliasRow = state::read(&row)?;
            if let Some((place, rest)) = state::place_of(&row.key)
                && let Some(name) = rest.first()
            {
                let of = names.entry((place, alias.target_key_id)).or_default();
                of.push(format!("alias/{name}"));
            }
        }
        let names: HashMap<_, Arc<[String]>> = names
            .into_iter()
            .map(|(key, names)| (key, names.into()))
            .collect();
        let own = names.get(&of).cloned();
        let mut index = self.aliases.write().unwrap_or_else(PoisonError::into_inner);
        *index = (Some(changed), names);
        Ok(own.unwrap_or_default())
    }

    /// The grants of a key.
    pub(crate) fn grants(&self, key: &Key) -> Result<Arc<[Grant]>, ServiceError> {
        let Some(revision) = self.revision(&key.grants_at) else {
            return Ok(Arc::default());
        };
        {
            let grants = self.grants.read().unwrap_or_else(PoisonError::into_inner);
            if let Some((at, known)) = grants.get(&key.grants_at)
                && *at == revision
            {
                return Ok(Arc::clone(known));
            }
        }
        let mut compiled = Vec::new();
        for row in self.view.under(&state::grants(&key.place, &key.id)) {
            let id = state::place_of(&row.key).and_then(|(_, rest)| rest.into_iter().nth(1));
            let value: GrantRow = state::read(&row)?;
            compiled.push(Grant {
                id: id.unwrap_or_default(),
                key_id: key.id.clone(),
                row: value,
            });
        }
        let compiled: Arc<[Grant]> = compiled.into();
        let mut grants = self.grants.write().unwrap_or_else(PoisonError::into_inner);
        grants.insert(key.grants_at.clone(), (revision, Arc::clone(&compiled)));
        Ok(compiled)
    }

    fn revision(&self, at: &store::Key) -> Option<Revision> {
        self.view.read(|rows| rows.get(at).map(|row| row.revision))
    }
}
