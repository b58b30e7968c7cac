//! Looks through the tokens of connected stores for keys that no KMS key has.

use std::collections::BTreeSet;

use ::token::Look;
use store::Revision;
use tokio::time::Instant;

use super::removal::AGAIN_AFTER;
use super::{At, KeyStores};
use crate::custom_key_store::token::LABEL_PREFIX;
use crate::state::{self, Backing, Connection, StoreRow};

/// So many are named in the log.
const NAMED_MAX: usize = 5;

/// A store that is being looked through, as of a revision of its row.
pub(super) struct Survey {
    revision: Revision,
    look: Look,
    /// Labels that no key has.
    unknown: BTreeSet<String>,
}

impl KeyStores {
    /// The connected stores on tokens that were not looked through since they were connected.
    pub(super) fn unsurveyed(&self) -> Vec<(At, Revision)> {
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
    pub(super) async fn survey(&self, at: &At, revision: Revision) {
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
            self.leftovers.cut.increment();
            tracing::warn!(
                count = survey.look.count(),
                store_id,
                "kms: a token holds more keys, or tells of them more slowly, than are looked at for such that no \
                 KMS key here has"
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

    /// Those of which no key is there, being made or to go. Asked of each part of a survey, after its
    /// labels: what was made meanwhile is there, and what went later was.
    fn unknown(&self, labels: Vec<String>) -> Vec<String> {
        let view = &self.keyring.view;
        let stores = view.under(&state::all_stores());
        let stores = stores.iter().filter_map(|row| {
            let (place, rest) = state::place_of(&row.key)?;
            Some((place, rest.into_iter().next()?))
        });
        let stores: Vec<At> = stores.collect();
        // Held until all are judged: what is made no more by now has its row already.
        let all = self.leftovers.all();
        let is_unknown = |label: &String| {
            let key_id = label.strip_prefix(LABEL_PREFIX).unwrap_or_default();
            let has_row = |(place, store_id): &At| {
                let rows = [
                    state::key(place, key_id),
                    state::leftover(place, store_id, key_id),
                ];
                rows.iter().any(|at| view.row(at).is_some())
            };
            let mut to_remove = all.to_remove.values();
            !all.making.contains(key_id)
                && !to_remove.any(|keys| keys.contains_key(key_id))
                && !stores.iter().any(has_row)
        };
        labels.into_iter().filter(is_unknown).collect()
    }
}
