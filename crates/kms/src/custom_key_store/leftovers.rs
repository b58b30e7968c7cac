//! Keys of tokens that no KMS key has. A token is no part of a commit: a key is made there first, and
//! goes there last.
//!
//! Whose key was deleted is a row of the same commit, and stays one until the token has said that it is
//! gone, however often btz stops meanwhile. What a call that failed or was cut off left there is removed
//! as soon as the token lets it be; what a CreateKey left whose process was killed is found when the store
//! is connected, and told. It is not removed then: several installations may share a token.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ::token::{Look, TokenError};
use store::{Batch, Revision, Store};
use telemetry::metrics::{Counter, Gauge, Registry};
use tokio::time::Instant;
use types::ServiceError;

use super::KeyStores;
use super::token::{LABEL_PREFIX, label};
use crate::key::Key;
use crate::place::Place;
use crate::state::{self, Backing, Connection, InStore, LeftoverRow, Origin, StoreRow};

/// After a failure it is tried again so much later.
const AGAIN_AFTER: Duration = Duration::from_secs(60);

/// What a call left is looked for after so long first: a token may still be making what its caller has
/// given up.
const FIRST_AFTER: Duration = Duration::from_secs(2);

/// So many are worked at. Of more, those that have rows wait; of what calls left it is only told that it
/// stays.
const LEFTOVERS_MAX: usize = 10_000;

/// So many are named in the log.
const NAMED_MAX: usize = 5;

/// A store of a place.
type At = (Place, String);

/// What is known of them.
pub(super) struct Leftovers {
    all: Mutex<All>,
    is_busy: AtomicBool,
    unknown: Gauge,
    left: Gauge,
    looked_at: Counter,
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

/// A store that is being looked through, as of a revision of its row.
struct Survey {
    revision: Revision,
    look: Look,
    /// Labels that no key has.
    unknown: BTreeSet<String>,
}

/// Material that is to go.
struct Removal {
    /// Whether a row says so.
    has_row: bool,
    /// Not before.
    from: Instant,
    /// How often it has to be found gone: what a call has given up a device may still carry out.
    times: u8,
}

/// Why material is still there.
enum Stays {
    /// The token refuses to remove it; it may remove others.
    One(String),
    /// What keeps it keeps all of its store.
    All(String),
}

impl Stays {
    fn all(why: &impl ToString) -> Self {
        Self::All(why.to_string())
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
            looked_at: metrics.counter(
                "btz_kms_custom_key_store_keys_looked_at_total",
                "Keys of tokens that were looked at to find those that no KMS key has.",
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
        let has_row = false;
        let count: usize = all.to_remove.values().map(BTreeMap::len).sum();
        if count >= LEFTOVERS_MAX {
            tracing::warn!(key_id, "kms: material stays in a custom key store");
            return;
        }
        let of_store = all.to_remove.entry(at).or_default();
        let from = Instant::now() + FIRST_AFTER;
        of_store.insert(
            key_id.to_owned(),
            Removal {
                has_row,
                from,
                times,
            },
        );
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
        let count: usize = all.to_remove.values().map(BTreeMap::len).sum();
        let mut room = LEFTOVERS_MAX.saturating_sub(count);
        let from = Instant::now();
        for (at, key_id) in said {
            let is_known = all
                .to_remove
                .get(&at)
                .is_some_and(|keys| keys.contains_key(&key_id));
            if is_known || room == 0 {
                continue;
            }
            room -= 1;
            let removal = Removal {
                has_row: true,
                from,
                times: 1,
            };
            all.to_remove.entry(at).or_default().insert(key_id, removal);
        }
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
                for (at, keys) in stores.due() {
                    stores.remove_left(store.as_ref(), &at, keys).await;
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

    /// What is to go now, from stores that are connected.
    fn due(&self) -> Vec<(At, Vec<String>)> {
        let now = Instant::now();
        let all = self.leftovers.all();
        let connected = all
            .to_remove
            .iter()
            .filter(|((place, store_id), _)| self.connected(place, store_id).is_ok());
        let due = connected.filter_map(|(at, keys)| {
            let due = keys.iter().filter(|(_, removal)| removal.from <= now);
            let due: Vec<String> = due.map(|(key_id, _)| key_id.clone()).collect();
            (!due.is_empty()).then(|| (at.clone(), due))
        });
        due.collect()
    }

    async fn remove_left(&self, store: &dyn Store, at: &At, keys: Vec<String>) {
        let (place, store_id) = at;
        // The first that stays by itself, and how many do.
        let mut stay: Option<(String, String, usize)> = None;
        for key_id in keys {
            let done = self.remove_one(store, at, &key_id).await;
            let again = Instant::now() + AGAIN_AFTER;
            let mut all = self.leftovers.all();
            let of_store = all.to_remove.get_mut(at);
            match done {
                Ok(()) => {
                    if let Some(of_store) = of_store
                        && let Some(removal) = of_store.get_mut(&key_id)
                    {
                        removal.from = again;
                        removal.times = removal.times.saturating_sub(1);
                        of_store.retain(|_, removal| removal.times > 0);
                    }
                    all.to_remove.retain(|_, keys| !keys.is_empty());
                }
                Err(Stays::One(why)) => {
                    let removal = of_store.and_then(|of_store| of_store.get_mut(&key_id));
                    if let Some(removal) = removal {
                        removal.from = again;
                    }
                    let (_, _, count) = stay.get_or_insert((key_id, why, 0));
                    *count += 1;
                }
                Err(Stays::All(why)) => {
                    for removal in of_store.into_iter().flat_map(BTreeMap::values_mut) {
                        removal.from = again;
                    }
                    let (_, _, count) = stay.get_or_insert((key_id, why, 0));
                    *count += 1;
                    break;
                }
            }
        }
        if let Some((first, why, count)) = stay {
            tracing::warn!(
                why,
                count,
                first = %place.key_arn(&first),
                store_id,
                "kms: material that no key has stays in its custom key store; its removal is tried again"
            );
        }
    }

    /// Removes a key's material unless its row is there: a commit may have happened whose answer was lost.
    async fn remove_one(&self, store: &dyn Store, at: &At, key_id: &str) -> Result<(), Stays> {
        let (place, store_id) = at;
        let row = store.get(&state::key(place, key_id)).await;
        if row.map_err(|error| Stays::all(&error))?.is_none() {
            let token = self.token(place, store_id);
            let token = token.map_err(|error| Stays::All(error.message))?;
            let label = label(key_id);
            let gone = token.call(move |connection| connection.destroy(&label));
            gone.await.map_err(|error| match error {
                TokenError::Refused(_) => Stays::One(error.to_string()),
                other => Stays::all(&other),
            })?;
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

    /// The connected stores on tokens that were not looked through since they were connected.
    fn unsurveyed(&self) -> Vec<(At, Revision)> {
        let now = Instant::now();
        let mut all = self.leftovers.all();
        let mut connected = BTreeSet::new();
        let mut found = Vec::new();
        for row in self.keyring.view.under(&state::all_stores()) {
            let Some((place, rest)) = state::place_of(&row.key) else {
                continue;
            };
            let (Some(store_id), Ok::<StoreRow, _>(store)) =
                (rest.into_iter().next(), state::read(&row))
            else {
                continue;
            };
            let is_token = matches!(store.backing, Backing::AwsCloudhsm { .. });
            if !is_token || store.connection != Connection::Connected {
                continue;
            }
            let at = (place, store_id);
            connected.insert(at.clone());
            let is_done = all
                .surveyed
                .get(&at)
                .is_some_and(|(revision, _)| *revision == row.revision);
            let waits = all.survey_again.get(&at).is_some_and(|from| *from > now);
            if !is_done && !waits {
                found.push((at, row.revision));
            }
        }
        all.surveyed.retain(|at, _| connected.contains(at));
        all.survey_again.retain(|at, _| connected.contains(at));
        all.surveying.retain(|at, _| connected.contains(at));
        self.leftovers.show(&all);
        found
    }

    /// Looks on through a store's token, and tells in the end what lies there and no key has.
    async fn survey(&self, at: &At, revision: Revision) {
        let (place, store_id) = at;
        let begun = self.leftovers.all().surveying.remove(at);
        let mut survey = begun
            .filter(|survey| survey.revision == revision)
            .unwrap_or_else(|| Survey {
                revision,
                look: Look::default(),
                unknown: BTreeSet::new(),
            });
        let looked = match self.token(place, store_id) {
            Ok(token) => {
                let look = survey.look.clone();
                let looked = token.call(move |connection| connection.look_on(&look, LABEL_PREFIX));
                looked.await.map_err(|error| error.to_string())
            }
            Err(error) => Err(error.message),
        };
        let (look, labels) = match looked {
            Ok(looked) => looked,
            Err(why) => {
                tracing::debug!(why, store_id, "kms: a token is not looked through");
                let again = Instant::now() + AGAIN_AFTER;
                let mut all = self.leftovers.all();
                all.survey_again.insert(at.clone(), again);
                all.surveying.insert(at.clone(), survey);
                return;
            }
        };
        let come = look.count().saturating_sub(survey.look.count());
        let come = u64::try_from(come).unwrap_or(u64::MAX);
        self.leftovers.looked_at.add(come);
        let begins_anew = look.count() < survey.look.count();
        survey.look = look;
        survey.unknown.extend(self.unknown(labels));
        let mut all = self.leftovers.all();
        if begins_anew {
            // Its module was started again: a look that is the cause of that is not to be so all the time.
            let again = Instant::now() + AGAIN_AFTER;
            all.survey_again.insert(at.clone(), again);
        }
        if !survey.look.is_done() {
            all.surveying.insert(at.clone(), survey);
            return;
        }
        if survey.look.is_cut() {
            tracing::warn!(
                count = survey.look.count(),
                store_id,
                "kms: a token holds more keys than are looked at for such that no KMS key here has"
            );
        }
        if survey.look.unasked() > 0 {
            tracing::warn!(
                count = survey.look.unasked(),
                store_id,
                "kms: keys of a token could not be asked for their labels: whether KMS keys here have them \
                 is not known"
            );
        }
        let unknown = &survey.unknown;
        if !unknown.is_empty() {
            let named: Vec<&str> = unknown.iter().take(NAMED_MAX).map(String::as_str).collect();
            tracing::warn!(
                count = unknown.len(),
                first = named.join(", "),
                store_id,
                "kms: a token holds keys that no KMS key here has: another installation's, or left by a \
                 CreateKey during which btz was killed. Those can be deleted by the token's own tool"
            );
        }
        all.surveyed.insert(at.clone(), (revision, unknown.len()));
        self.leftovers.show(&all);
    }

    /// Those of which no key is there, being made or to go. Asked after the labels: what was made
    /// meanwhile is among them.
    fn unknown(&self, labels: Vec<String>) -> Vec<String> {
        if labels.is_empty() {
            return labels;
        }
        let rows = self.keyring.view.under(&state::all_keys());
        let leftovers = self.keyring.view.under(&state::all_leftovers());
        let mut known: BTreeSet<String> = rows
            .iter()
            .chain(&leftovers)
            .filter_map(|row| state::place_of(&row.key)?.1.into_iter().next_back())
            .collect();
        let all = self.leftovers.all();
        known.extend(all.making.iter().cloned());
        known.extend(all.to_remove.values().flat_map(|keys| keys.keys().cloned()));
        let is_unknown = |label: &String| {
            let key_id = label.strip_prefix(LABEL_PREFIX).unwrap_or_default();
            !known.contains(key_id)
        };
        labels.into_iter().filter(is_unknown).collect()
    }
}
