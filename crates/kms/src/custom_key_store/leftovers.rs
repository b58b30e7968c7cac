//! Keys of tokens that no KMS key has. A token is no part of a commit: a key is made there first, and
//! goes there last.
//!
//! Whose key was deleted is a row of the same commit, and stays one until the token has said that it is
//! gone, however often btz stops meanwhile. What a call that failed or was cut off left there is removed
//! as soon as the token lets it be; what a CreateKey left whose process was killed is found when the store
//! is connected, and told. It is not removed then: several installations may share a token.
//!
//! What a token does not remove is passed over, told, and tried more and more seldom: it is in nobody's way.

mod removal;
mod survey;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ::token::TokenError;
use store::{Batch, Revision, Store};
use telemetry::metrics::{Counter, Gauge, Registry};
use tokio::time::Instant;
use types::ServiceError;

use self::removal::Removal;
use self::survey::Survey;
use super::KeyStores;
use super::token::label;
use crate::key::Key;
use crate::place::Place;
use crate::state::{self, InStore, LeftoverRow, Origin};

/// So many removals that were given up may still go on in a store's token. Its other sessions are for who
/// uses its keys.
const STUCK_MAX: usize = 2;

/// What a call left is looked for after so long first: a token may still be making what its caller has
/// given up.
const FIRST_AFTER: Duration = Duration::from_secs(2);

/// So many of a store are worked at. Of more, those that have rows wait; of what calls left it is only
/// told that it stays.
const LEFTOVERS_MAX: usize = 10_000;

/// A store of a place.
type At = (Place, String);

/// What is known of them.
pub(super) struct Leftovers {
    all: Mutex<All>,
    is_busy: AtomicBool,
    unknown: Gauge,
    left: Gauge,
    kept: Gauge,
    failed: Counter,
    looked_at: Counter,
    cut: Counter,
}

#[derive(Default)]
struct All {
    /// Ids of keys that are being made.
    making: BTreeSet<String>,
    /// Whose material is to go.
    to_remove: HashMap<At, BTreeMap<String, Removal>>,
    /// Which stores were looked through, as of which revision of their rows, and what was unknown.
    surveyed: HashMap<At, (Revision, usize)>,
    /// Stores that are being looked through.
    surveying: HashMap<At, Survey>,
    /// When a store that failed is looked through again.
    survey_again: HashMap<At, Instant>,
}

/// Why material is still there.
struct Stays {
    why: String,
    by: Cause,
}

/// What keeps material in its token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// Something about it: the token may remove others.
    Own,
    /// The token failed when it was asked for it. The others wait a little, and it waits longer than they.
    Unclear,
    /// Something that keeps all of its store.
    Store,
}

impl Stays {
    fn all(why: &impl ToString) -> Self {
        Self {
            why: why.to_string(),
            by: Cause::Store,
        }
    }
}

impl From<TokenError> for Stays {
    fn from(error: TokenError) -> Self {
        let by = match error {
            TokenError::Refused(_) | TokenError::Timeout(_) => Cause::Own,
            TokenError::Gone(_) => Cause::Unclear,
            _ => Cause::Store,
        };
        let why = error.to_string();
        Self { why, by }
    }
}

impl Leftovers {
    pub(super) fn new(metrics: &Registry) -> Self {
        Self {
            all: Mutex::default(),
            is_busy: AtomicBool::new(false),
            unknown: metrics.gauge(
                "btz_kms_custom_key_store_unknown_keys",
                "Keys in the tokens of connected custom key stores that no KMS key here has.",
                &[],
            ),
            left: metrics.gauge(
                "btz_kms_custom_key_store_material_left",
                "Key materials whose KMS keys were deleted and which are not removed from their tokens \
                 yet: their custom key stores are not connected, or their tokens fail.",
                &[],
            ),
            kept: metrics.gauge(
                "btz_kms_custom_key_store_material_kept",
                "Key materials among those left whose tokens did not remove them when they were asked last, \
                 and go on for others: each is tried again, more and more seldom.",
                &[],
            ),
            failed: metrics.counter(
                "btz_kms_custom_key_store_removals_failed_total",
                "Removals of key materials from tokens that failed; they are tried again.",
                &[],
            ),
            looked_at: metrics.counter(
                "btz_kms_custom_key_store_keys_looked_at_total",
                "Keys of tokens that were looked at to find those that no KMS key has.",
                &[],
            ),
            cut: metrics.counter(
                "btz_kms_custom_key_store_looks_cut_total",
                "Looks through a token that ended before all of its keys were looked at: it holds more than \
                 that, or tells of them too slowly.",
                &[],
            ),
        }
    }

    fn all(&self) -> MutexGuard<'_, All> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn show(&self, all: &All) {
        let unknown: usize = all.surveyed.values().map(|(_, unknown)| unknown).sum();
        self.unknown.set(i64::try_from(unknown).unwrap_or(i64::MAX));
    }

    /// That a key's material is to go, unless the key is there after all.
    fn add(&self, at: At, key_id: &str, times: u8) {
        let mut all = self.all();
        let of_store = all.to_remove.entry(at).or_default();
        if of_store.len() >= LEFTOVERS_MAX {
            tracing::warn!(key_id, "kms: material stays in a custom key store");
            return;
        }
        let from = Instant::now() + FIRST_AFTER;
        of_store.insert(key_id.to_owned(), Removal::new(false, from, times));
    }
}

/// A key whose material is being made in a token, until its row is there.
pub(crate) struct Making {
    leftovers: Arc<Leftovers>,
    at: At,
    key_id: String,
    is_kept: bool,
}

impl Making {
    pub(super) fn begin(leftovers: &Arc<Leftovers>, at: At, key_id: &str) -> Self {
        leftovers.all().making.insert(key_id.to_owned());
        Self {
            leftovers: Arc::clone(leftovers),
            at,
            key_id: key_id.to_owned(),
            is_kept: false,
        }
    }

    /// Its row is there.
    pub(crate) fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        if !self.is_kept {
            self.leftovers.add(self.at.clone(), &self.key_id, 2);
        }
        self.leftovers.all().making.remove(&self.key_id);
    }
}

impl KeyStores {
    /// Has the commit that deletes a key say that its material is to go, which happens as soon as its
    /// token lets it be.
    pub(crate) fn leave_material(&self, key: &Key, batch: &mut Batch) -> Result<(), ServiceError> {
        // Of an external key store, the external key is its owner's.
        if let Some(InStore { store_id, .. }) = &key.row.in_store
            && key.row.origin == Origin::AwsCloudhsm
        {
            let at = state::leftover(&key.place, store_id, &key.id);
            batch.put(at, state::write(&LeftoverRow {})?);
        }
        Ok(())
    }

    /// Takes over what rows of connected stores say that is to go, and forgets what they say no more:
    /// another process has done it. Those of other stores wait in their rows, and take no room.
    fn take_over(&self) {
        let rows = self.keyring.view.under(&state::all_leftovers());
        let mut said: BTreeSet<(At, String)> = BTreeSet::new();
        let mut connected: BTreeMap<At, bool> = BTreeMap::new();
        for row in &rows {
            let Some((place, rest)) = state::place_of(&row.key) else {
                continue;
            };
            let [store_id, key_id] = rest.as_slice() else {
                continue;
            };
            let at = (place, store_id.clone());
            let is_connected = connected
                .entry(at.clone())
                .or_insert_with(|| self.connected(&at.0, &at.1).is_ok());
            if *is_connected {
                said.insert((at, key_id.clone()));
            }
        }
        let mut guard = self.leftovers.all();
        let all = &mut *guard;
        all.to_remove.retain(|at, keys| {
            keys.retain(|key_id, removal| {
                !removal.has_row || said.contains(&(at.clone(), key_id.clone()))
            });
            !keys.is_empty()
        });
        let from = Instant::now();
        for (at, key_id) in said {
            let of_store = all.to_remove.entry(at).or_default();
            if of_store.len() < LEFTOVERS_MAX {
                let new = || Removal::new(true, from, 1);
                of_store.entry(key_id).or_insert_with(new);
            }
        }
        let removals = all.to_remove.values().flat_map(BTreeMap::values);
        let kept = removals.filter(|removal| removal.failures > 0).count();
        self.leftovers
            .kept
            .set(i64::try_from(kept).unwrap_or(i64::MAX));
        self.leftovers
            .left
            .set(i64::try_from(rows.len()).unwrap_or(i64::MAX));
    }

    /// Removes what was left in tokens, and looks through those that were connected. It is called now and
    /// then, and goes on beside its caller: a token may take its time.
    pub(crate) fn tidy(self: &Arc<Self>, store: &Arc<dyn Store>) {
        self.take_over();
        let is_idle = self.due().is_empty() && self.unsurveyed().is_empty();
        if is_idle || self.leftovers.is_busy.swap(true, Ordering::AcqRel) {
            return;
        }
        let (stores, store) = (Arc::clone(self), Arc::clone(store));
        tokio::spawn(async move {
            loop {
                for (at, revision, keys) in stores.due() {
                    stores
                        .remove_left(store.as_ref(), (&at, revision), keys)
                        .await;
                }
                // A part of each; what fails waits, so it comes to an end.
                let unsurveyed = stores.unsurveyed();
                for (at, revision) in &unsurveyed {
                    stores.survey(at, *revision).await;
                }
                if unsurveyed.is_empty() {
                    break;
                }
            }
            stores.leftovers.is_busy.store(false, Ordering::Release);
        });
    }

    /// What is to go now, from stores that are connected, and as of which revision they are: first what
    /// never failed.
    fn due(&self) -> Vec<(At, Revision, Vec<String>)> {
        let now = Instant::now();
        let all = self.leftovers.all();
        let due = all.to_remove.iter().filter_map(|(at, keys)| {
            let (revision, _) = self.connected(&at.0, &at.1).ok()?;
            let due = keys.iter();
            let due = due.filter(|(_, removal)| removal.is_due(now, revision));
            let mut due: Vec<(&String, &Removal)> = due.collect();
            due.sort_by_key(|(_, removal)| removal.failures);
            let due: Vec<String> = due.into_iter().map(|(key_id, _)| key_id.clone()).collect();
            (!due.is_empty()).then(|| (at.clone(), revision, due))
        });
        due.collect()
    }

    async fn remove_left(
        &self,
        store: &dyn Store,
        (at, revision): (&At, Revision),
        keys: Vec<String>,
    ) {
        let (place, store_id) = at;
        // The first that stays by itself, and how many do.
        let mut kept: Option<(String, String, usize)> = None;
        for key_id in keys {
            let done = self.remove_one(store, at, &key_id).await;
            let now = Instant::now();
            let mut all = self.leftovers.all();
            let Some(of_store) = all.to_remove.get_mut(at) else {
                break;
            };
            let removal = of_store.get_mut(&key_id);
            let Err(Stays { why, by }) = done else {
                removal.into_iter().for_each(|removal| removal.succeed(now));
                of_store.retain(|_, removal| removal.times > 0);
                continue;
            };
            self.leftovers.failed.increment();
            if by != Cause::Store {
                let fail = |removal: &mut Removal| removal.fail(now, revision);
                removal.into_iter().for_each(fail);
            }
            if by != Cause::Own {
                let others = of_store.values_mut();
                others.for_each(|removal| removal.wait(now, revision));
                tracing::warn!(
                    why,
                    store_id,
                    "kms: material that no key has stays in its custom key store; its token is asked again in a minute"
                );
                break;
            }
            kept.get_or_insert((key_id, why, 0)).2 += 1;
        }
        if let Some((first, why, count)) = kept {
            tracing::warn!(
                why,
                count,
                first = %place.key_arn(&first),
                label = label(&first),
                store_id,
                "kms: a token does not remove material that no key has. It is tried again, more and more \
                 seldom, and at once when the custom key store is disconnected and connected again; the \
                 token's own tool may delete what has this label"
            );
        }
    }

    /// Removes a key's material unless its row is there: a commit may have happened whose answer was lost.
    async fn remove_one(&self, store: &dyn Store, at: &At, key_id: &str) -> Result<(), Stays> {
        let (place, store_id) = at;
        let row = store.get(&state::key(place, key_id)).await;
        if row.map_err(|error| Stays::all(&error))?.is_none() {
            let token = self.token(place, store_id);
            let token = token.map_err(|error| Stays::all(&error.message))?;
            self.check_stuck(at)?;
            let (label, call) = (label(key_id), Arc::new(()));
            let still = Arc::downgrade(&call);
            let gone = token.call(move |connection| {
                let _until_it_ends = &call;
                connection.destroy(&label)
            });
            let gone = gone.await;
            if matches!(gone, Err(TokenError::Timeout(_)))
                && let Some(of_store) = self.leftovers.all().to_remove.get_mut(at)
                && let Some(removal) = of_store.get_mut(key_id)
            {
                removal.given_up = still;
            }
            gone?;
        }
        let has_row = {
            let all = self.leftovers.all();
            let removal = all.to_remove.get(at).and_then(|keys| keys.get(key_id));
            removal.is_some_and(|removal| removal.has_row)
        };
        if has_row {
            let mut batch = Batch::new();
            batch.delete(state::leftover(place, store_id, key_id));
            let done = store.commit(batch).await;
            done.map_err(|error| Stays::all(&error))?;
        }
        Ok(())
    }

    /// That a store's token has sessions left for removals.
    fn check_stuck(&self, at: &At) -> Result<(), Stays> {
        let all = self.leftovers.all();
        let of_store = all.to_remove.get(at).into_iter().flat_map(BTreeMap::values);
        let stuck = of_store.filter(|removal| removal.goes_on()).count();
        if stuck < STUCK_MAX {
            return Ok(());
        }
        let why = format!("{stuck} removals that were given up still go on in its token");
        Err(Stays::all(&why))
    }
}
