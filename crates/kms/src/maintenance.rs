//! What becomes due by itself: deletions whose waiting period is over, rotations, expired material,
//! open material that was idle, and uses that are to be written down.
//!
//! **A deletion is never early.** The wall clock may be wrong, so a waiting period is over when the
//! clock says so *and* as much time has passed while btz ran ([`RunningTime`]), across restarts too.
//! A key that is gone is gone for good; one that stays a day longer is not.
//!
//! **Material is never late.** Imported material goes when the clock reaches the date that it is valid
//! to, or would have reached it had it not been set back; it can be imported again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use keys::{KeySpec, PrivateKey};
use store::{Batch, CommitError, Follow, MAX_BATCH_ROWS, Revision, Store, StoreError};
use telemetry::metrics::{Counter, Gauge, Registry};
use tokio::sync::Mutex;
use tokio::time::Instant;
use types::{Call, Clock, Entropy, Principal, RequestId, ServiceError, Time};

use crate::agenda::Agenda;
use crate::custom_key_store::KeyStores;
use crate::exception;
use crate::key::Key;
use crate::keyring::Keyring;
use crate::last_usage::{FLUSH_EVERY, LastUsage};
use crate::material::Materials;
use crate::running_time::RunningTime;
use crate::state::{self, Deletion, GrantsRow, MaterialRow, MaterialState, Origin, Rotated};

/// AWS's event of material that has expired.
const EXPIRED: &str = "DeleteExpiredKeyMaterial";

/// How often it is looked what is due.
const EVERY: Duration = Duration::from_secs(5);

/// So many grants of a key that goes are deleted in one batch, beside its other rows.
const GRANTS_AT_ONCE: usize = MAX_BATCH_ROWS / 2;

/// What it counts.
pub(crate) struct Counters {
    deleted: Counter,
    rotated: Counter,
    expired: Counter,
    failed: Counter,
    open: Gauge,
}

impl Counters {
    pub(crate) fn new(registry: &Registry) -> Self {
        let counter = |name, help| registry.counter(name, help, &[]);
        Self {
            deleted: counter(
                "btz_kms_keys_deleted_total",
                "Keys that were deleted when their waiting period was over.",
            ),
            rotated: counter(
                "btz_kms_automatic_rotations_total",
                "Keys that were rotated because their period was over.",
            ),
            expired: counter(
                "btz_kms_materials_expired_total",
                "Imported key materials that were deleted because the date that they were valid to was over.",
            ),
            failed: counter(
                "btz_kms_maintenance_failures_total",
                "Deletions, rotations and expirations that were due and failed; they are tried again.",
            ),
            open: registry.gauge(
                "btz_kms_materials_open",
                "Key materials that are open in memory.",
                &[],
            ),
        }
    }
}

/// What the task works on.
pub(crate) struct Work {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) materials: Arc<Materials>,
    pub(crate) stores: Arc<KeyStores>,
    pub(crate) last_usage: Arc<LastUsage>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) turn: Arc<Mutex<()>>,
    pub(crate) running: Arc<RunningTime>,
    pub(crate) counters: Counters,
}

impl Work {
    /// Goes on until it is aborted.
    pub(crate) async fn run(self) {
        let mut agenda = Agenda::default();
        let mut rows = Follow::new(Arc::clone(&self.store), state::all_keys());
        // When the rows are asked for again after the store was away.
        let mut ask_rows = Instant::now();
        let mut every = tokio::time::interval(EVERY);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut flushed = Instant::now();
        loop {
            tokio::select! {
                update = rows.next(), if ask_rows <= Instant::now() => match update {
                    Ok(update) => agenda.apply(update),
                    Err(error) => {
                        tracing::warn!(%error, "kms: what is due is as it was");
                        ask_rows = Instant::now() + EVERY;
                    }
                },
                _ = every.tick() => {
                    self.materials.forget_idle();
                    self.stores.tidy(&self.store);
                    let open = i64::try_from(self.materials.count()).unwrap_or(i64::MAX);
                    self.counters.open.set(open);
                    let now = self.clock.now();
                    self.carry_out(&agenda.due(now.as_millis()), now).await;
                    let latest = self.running.latest(now);
                    self.expire(&agenda.expired(latest.as_millis()), now, latest).await;
                    if flushed.elapsed() >= FLUSH_EVERY {
                        flushed = Instant::now();
                        self.flush().await;
                    }
                }
            }
        }
    }

    async fn flush(&self) {
        let written = write_usage(self.store.as_ref(), &self.keyring, &self.last_usage).await;
        if let Err(error) = written {
            tracing::warn!(%error, "kms: the last uses of keys could not be written");
        }
        if let Err(error) = self.running.keep().await {
            tracing::warn!(%error, "kms: the time that btz has run could not be written");
        }
    }

    async fn carry_out(&self, due: &[store::Key], now: Time) {
        for at in due {
            let Some(key) = self.key_of(at) else {
                continue;
            };
            // The row may have changed since it was found due.
            let is_over = |at: i64| at <= now.as_millis();
            let (name, done) = match (&key.row.deletion, &key.row.rotation) {
                (Some(deletion), _) => {
                    let has_run = deletion.not_before_running_ms <= self.running.now_ms();
                    if !(has_run && deletion.due.is_some_and(is_over)) {
                        continue;
                    }
                    ("DeleteKey", self.delete(&key, now).await)
                }
                (None, Some(rotation)) if key.row.enabled && is_over(rotation.next) => {
                    ("RotateKey", self.rotate(&key, now).await)
                }
                _ => continue,
            };
            match done {
                Ok(()) if name == "DeleteKey" => self.counters.deleted.increment(),
                Ok(()) => self.counters.rotated.increment(),
                Err(error) => self.failed(&key, name, error),
            }
        }
    }

    /// Deletes imported material whose date is over.
    async fn expire(&self, due: &[store::Key], now: Time, latest: Time) {
        for at in due {
            let Some(key) = self.key_of(at) else {
                continue;
            };
            if let Err(error) = self.delete_expired(&key, now, latest).await {
                self.failed(&key, EXPIRED, error);
            }
        }
    }

    /// One commit for each material, as each has a record of its own.
    async fn delete_expired(&self, key: &Key, now: Time, latest: Time) -> Result<(), ServiceError> {
        let _turn = self.turn.lock().await;
        let expired = key.row.materials.iter();
        let expired = expired.filter(|material| material.has_expired(now, latest));
        let at = state::key(&key.place, &key.id);
        let (mut row, mut revision) = (key.row.clone(), key.revision);
        for material in expired {
            row.forget_material(&material.id);
            let mut batch = Batch::new();
            batch.expect_at(at.clone(), revision);
            batch.put(at.clone(), state::write(&row)?);
            let mut call = self.own_call(key, EXPIRED)?;
            call.parameters = serde_json::json!({
                "keyId": key.arn.as_str(), "keyMaterialId": material.id,
            })
            .to_string();
            revision = self.commit(&call, batch).await?;
            self.counters.expired.increment();
            self.materials.forget(key.place.account, &key.id);
        }
        Ok(())
    }

    fn failed(&self, key: &Key, event: &str, error: ServiceError) {
        self.counters.failed.increment();
        let reason = error.internal.unwrap_or(error.message);
        tracing::warn!(reason, key = %key.arn, "kms: {event} failed; it is tried again");
    }

    /// The key of a row, as it is now.
    fn key_of(&self, at: &store::Key) -> Option<Arc<Key>> {
        let (place, rest) = state::place_of(at)?;
        match self.keyring.key(&place, rest.first()?) {
            Ok(key) => key,
            Err(error) => {
                tracing::error!(%error, row = %at, "kms: a key is damaged");
                None
            }
        }
    }

    /// Deletes a key with all that belongs to it. More grants than a batch holds go first: the key itself
    /// and its record come last, so that a deletion that was cut off goes on the next time.
    async fn delete(&self, key: &Key, now: Time) -> Result<(), ServiceError> {
        let _turn = self.turn.lock().await;
        let grants = self.keyring.view.under(&state::grants(&key.place, &key.id));
        let mut grants: Vec<store::Key> = grants.into_iter().map(|row| row.key).collect();
        while grants.len() > GRANTS_AT_ONCE {
            let mut batch = Batch::new();
            // Unless its deletion was cancelled meanwhile.
            batch.expect_at(state::key(&key.place, &key.id), key.revision);
            batch.delete = grants.split_off(grants.len() - GRANTS_AT_ONCE);
            let row = GrantsRow {
                count: grants.len(),
                changed_by: "DeleteKey".to_owned(),
            };
            batch.put(state::grants_of(&key.place, &key.id), state::write(&row)?);
            let done = self.store.commit(batch).await;
            done.map_err(|error| in_the_way(&error))?;
        }
        let mut batch = Batch::new();
        batch.expect_at(state::key(&key.place, &key.id), key.revision);
        batch.delete(state::key(&key.place, &key.id));
        batch.delete(state::grants_of(&key.place, &key.id));
        batch.delete(state::usage(&key.place, &key.id));
        batch.delete.append(&mut grants);
        for name in self.keyring.aliases_of(&key.place, &key.id)?.iter() {
            batch.delete(state::alias(&key.place, name));
        }
        self.leave_the_others(key, now, &mut batch)?;
        self.stores.leave_material(key, &mut batch)?;
        self.commit(&self.own_call(key, "DeleteKey")?, batch)
            .await?;
        self.materials.forget(key.place.account, &key.id);
        Ok(())
    }

    /// Of a replica that goes: its fellows know it no longer, and a primary that waited for its last
    /// replica begins its own waiting period.
    fn leave_the_others(
        &self,
        key: &Key,
        now: Time,
        batch: &mut Batch,
    ) -> Result<(), ServiceError> {
        let Some(multi_region) = &key.row.multi_region else {
            return Ok(());
        };
        let regions = multi_region.replicas.iter().chain([&multi_region.primary]);
        for region in regions.filter(|region| region.as_str() != key.place.region.as_str()) {
            let region = region.parse().map_err(|_| {
                exception::internal(format!("{} is in no Region {region}", key.arn))
            })?;
            let place = key.place.in_region(region);
            let Some(other) = self.keyring.key(&place, &key.id)? else {
                continue;
            };
            let mut row = other.row.clone();
            let Some(others) = &mut row.multi_region else {
                continue;
            };
            others
                .replicas
                .retain(|region| region != key.place.region.as_str());
            let is_last = others.replicas.is_empty();
            if let Some(deletion) = &mut row.deletion
                && deletion.due.is_none()
                && is_last
            {
                *deletion = waiting(deletion.window_days, now, &self.running);
            }
            let at = state::key(&place, &other.id);
            batch.expect_at(at.clone(), other.revision);
            batch.put(at, state::write(&row)?);
        }
        Ok(())
    }

    /// New material becomes the current one; the old stays for what it encrypted.
    async fn rotate(&self, key: &Key, now: Time) -> Result<(), ServiceError> {
        let _turn = self.turn.lock().await;
        let Some(batch) = rotation(
            &self.keyring,
            &self.materials,
            self.entropy.as_ref(),
            key,
            (now, false),
        )?
        else {
            return Ok(());
        };
        self.commit(&self.own_call(key, "RotateKey")?, batch)
            .await?;
        Ok(())
    }

    async fn commit(&self, call: &Call, batch: Batch) -> Result<Revision, ServiceError> {
        let done = telemetry::audit::commit(self.store.as_ref(), call, batch).await;
        done.map_err(|error| in_the_way(&error))
    }

    /// What happens by itself is recorded as the service's own event.
    fn own_call(&self, key: &Key, event: &str) -> Result<Call, ServiceError> {
        let mut random = [0; 16];
        self.entropy
            .fill(&mut random)
            .map_err(|error| exception::internal(error.to_string()))?;
        Ok(Call {
            request_id: RequestId::from_random(random),
            time: self.clock.now(),
            principal: Principal::Root(key.place.account),
            session: None,
            access_key_id: String::new(),
            region: key.place.region.clone(),
            event_source: "kms.amazonaws.com".to_owned(),
            operation: event.to_owned(),
            parameters: serde_json::json!({"keyId": key.arn.as_str()}).to_string(),
            source_ip: std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
            user_agent: "AWS Internal".to_owned(),
            leave: None,
        })
    }
}

/// Why a commit did not happen.
fn in_the_way(error: &CommitError) -> ServiceError {
    match error {
        CommitError::Conflict { .. } => {
            exception::internal("somebody changed the key at the same time")
        }
        CommitError::Store(error) => exception::store(error),
    }
}

/// Writes the uses that are not written yet, as many at once as a batch holds. What cannot be written
/// waits for the next time.
pub(crate) async fn write_usage(
    store: &dyn Store,
    keyring: &Keyring,
    last_usage: &LastUsage,
) -> Result<(), StoreError> {
    let mut uses = last_usage.take();
    while !uses.is_empty() {
        let after = uses.keys().nth(MAX_BATCH_ROWS).cloned();
        let later = after.map_or_else(BTreeMap::new, |first| uses.split_off(&first));
        let mut batch = Batch::new();
        for ((place, key_id), usage) in &uses {
            // A key that was deleted meanwhile leaves nothing behind.
            let is_there = matches!(keyring.key(place, key_id), Ok(Some(_)));
            if let (true, Ok(value)) = (is_there, state::write(usage)) {
                batch.put(state::usage(place, key_id), value);
            }
        }
        if !batch.put.is_empty()
            // Nothing was expected: nobody can be in the way.
            && let Err(CommitError::Store(error)) = store.commit(batch).await
        {
            last_usage.put_back(uses.into_iter().chain(later));
            return Err(error);
        }
        uses = later;
    }
    Ok(())
}

/// A deletion whose waiting period begins now.
pub(crate) fn waiting(window_days: i64, now: Time, running: &RunningTime) -> Deletion {
    let wait = days(window_days);
    let wait_ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
    Deletion {
        window_days,
        due: Some(now.plus(wait).as_millis()),
        not_before_running_ms: running.now_ms().saturating_add(wait_ms),
    }
}

/// The batch that gives a key, and its replicas, new material; `None` for keys that do not rotate.
pub(crate) fn rotation(
    keyring: &Keyring,
    materials: &Materials,
    entropy: &dyn Entropy,
    key: &Key,
    (now, on_demand): (Time, bool),
) -> Result<Option<Batch>, ServiceError> {
    if key.spec != KeySpec::SymmetricDefault || key.row.origin != Origin::AwsKms {
        return Ok(None);
    }
    let secret = PrivateKey::generate(key.spec, entropy)
        .and_then(|made| made.material())
        .map_err(|error| exception::key(&error))?;
    let last = key.row.materials.iter().map(|one| one.version).max();
    let version = last.unwrap_or_default() + 1;
    let token = materials.export(key.place.account, &key.id, version, key.spec, &secret)?;
    let material = MaterialRow {
        version,
        id: materials.material_id(key.place.account, &key.id, &key.row, &secret)?,
        token: Some(BASE64.encode(token)),
        state: MaterialState::Current,
        created: now.as_millis(),
        rotated: Some(Rotated {
            at: now.as_millis(),
            on_demand,
        }),
        import: None,
    };
    let mut batch = Batch::new();
    for place in places(key)? {
        let Some(one) = keyring.key(&place, &key.id)? else {
            continue;
        };
        let mut row = one.row.clone();
        for old in &mut row.materials {
            old.state = MaterialState::NonCurrent;
        }
        row.materials.push(material.clone());
        if let Some(rotation) = &mut row.rotation
            && !on_demand
        {
            rotation.next = now.plus(days(rotation.period_days)).as_millis();
        }
        let at = state::key(&place, &key.id);
        batch.expect_at(at.clone(), one.revision);
        batch.put(at, state::write(&row)?);
    }
    Ok(Some(batch))
}

/// All places of a key: its own, and of a multi-Region key those of the others.
pub(crate) fn places(key: &Key) -> Result<Vec<crate::place::Place>, ServiceError> {
    let mut places = vec![key.place.clone()];
    if let Some(multi_region) = &key.row.multi_region {
        for region in multi_region.replicas.iter().chain([&multi_region.primary]) {
            let region = region.parse().map_err(|_| {
                exception::internal(format!("{} is in no Region {region}", key.arn))
            })?;
            let place = key.place.in_region(region);
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
    Ok(places)
}

/// Days as a duration.
pub(crate) fn days(days: i64) -> Duration {
    Duration::from_secs(u64::try_from(days).unwrap_or_default() * 24 * 60 * 60)
}
