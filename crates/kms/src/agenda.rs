//! When which key has something due: an index in memory that follows the rows, so that looking costs
//! what is due and not what there is.

use std::collections::{BTreeSet, HashMap};

use store::{Key, Update};

use crate::state::KeyRow;

/// Keys by when something of theirs is due next.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    /// Deletions and rotations.
    waiting: Index,
    /// Imported material.
    expiring: Index,
}

#[derive(Debug, Default)]
struct Index {
    by_time: BTreeSet<(i64, Key)>,
    of_key: HashMap<Key, i64>,
}

impl Index {
    fn set(&mut self, at: &Key, due: Option<i64>) {
        let old = match due {
            Some(due) => self.of_key.insert(at.clone(), due),
            None => self.of_key.remove(at),
        };
        if let Some(old) = old {
            self.by_time.remove(&(old, at.clone()));
        }
        if let Some(due) = due {
            self.by_time.insert((due, at.clone()));
        }
    }

    fn due(&self, now_ms: i64) -> Vec<Key> {
        let due = self.by_time.iter().take_while(|(due, _)| *due <= now_ms);
        due.map(|(_, at)| at.clone()).collect()
    }
}

impl Agenda {
    /// Takes over what became of the rows of keys.
    pub(crate) fn apply(&mut self, update: Update) {
        match update {
            Update::Reset(snapshot) => {
                *self = Self::default();
                for row in snapshot.rows {
                    self.set(&row.key, Some(&row.value));
                }
            }
            Update::Committed { changes, .. } => {
                for change in changes {
                    self.set(&change.key, change.value.as_deref());
                }
            }
        }
    }

    fn set(&mut self, at: &Key, value: Option<&[u8]>) {
        let row: Option<KeyRow> = value.and_then(|value| match serde_json::from_slice(value) {
            Ok(row) => Some(row),
            Err(error) => {
                tracing::error!(%error, row = %at, "kms: a key is damaged");
                None
            }
        });
        self.waiting.set(at, row.as_ref().and_then(waits_until));
        self.expiring.set(at, row.as_ref().and_then(expires_at));
    }

    /// The rows of which a deletion or a rotation is due, the longest due first.
    pub(crate) fn due(&self, now_ms: i64) -> Vec<Key> {
        self.waiting.due(now_ms)
    }

    /// The rows with material that is to be gone by then.
    pub(crate) fn expired(&self, now_ms: i64) -> Vec<Key> {
        self.expiring.due(now_ms)
    }
}

/// When something of a key is due next by the wall clock.
fn waits_until(row: &KeyRow) -> Option<i64> {
    match &row.deletion {
        Some(deletion) => deletion.due,
        None => row
            .rotation
            .as_ref()
            .filter(|_| row.enabled)
            .map(|rotation| rotation.next),
    }
}

/// The date that the first of its materials is valid to.
fn expires_at(row: &KeyRow) -> Option<i64> {
    let there = row.materials.iter().filter(|one| one.token.is_some());
    there.filter_map(|one| one.import.as_ref()?.valid_to).min()
}

#[cfg(test)]
mod tests {
    use store::{Change, Revision, Row, Snapshot};

    use super::*;

    fn row(rotation: Option<i64>, enabled: bool, deletion: Option<Option<i64>>) -> Vec<u8> {
        let rotation = rotation.map(|next| serde_json::json!({"period_days": 90, "next": next}));
        let deletion = deletion.map(|due| serde_json::json!({"window_days": 7, "due": due}));
        serde_json::json!({
            "spec": "SYMMETRIC_DEFAULT", "usage": "ENCRYPT_DECRYPT", "origin": "AWS_KMS",
            "description": "", "created": 0, "enabled": enabled, "policy": "",
            "rotation": rotation, "deletion": deletion,
        })
        .to_string()
        .into_bytes()
    }

    fn names(agenda: &Agenda, now_ms: i64) -> Vec<String> {
        let due = agenda.due(now_ms);
        due.iter().map(|at| at.as_str().to_owned()).collect()
    }

    #[test]
    fn what_is_due_follows_the_rows() {
        let mut agenda = Agenda::default();
        let key = |name: &str| Key::new([name]);
        let at = |name: &str, value: Vec<u8>| Row {
            key: key(name),
            revision: Revision(1),
            value: value.into(),
        };
        agenda.apply(Update::Reset(Snapshot {
            revision: Revision(1),
            rows: vec![
                at("a", row(Some(30), true, None)),
                at("b", row(Some(10), true, None)),
                at("off", row(Some(10), false, None)),
                at("goes", row(Some(10), true, Some(Some(20)))),
                at("waits", row(None, true, Some(None))),
                at("none", row(None, true, None)),
                at("damaged", b"{".to_vec()),
            ],
        }));
        assert_eq!(names(&agenda, 9), [""; 0]);
        assert_eq!(names(&agenda, 10), ["b"]);
        assert_eq!(names(&agenda, 30), ["b", "goes", "a"]);
        let change = |name: &str, value: Option<Vec<u8>>| Change {
            key: key(name),
            revision: Revision(2),
            value: value.map(Into::into),
        };
        agenda.apply(Update::Committed {
            revision: Revision(2),
            changes: vec![
                change("b", Some(row(Some(40), true, None))),
                change("goes", None),
                change("none", Some(row(Some(5), true, None))),
            ],
        });
        assert_eq!(names(&agenda, 30), ["none", "a"]);
        assert_eq!(names(&agenda, 40), ["none", "a", "b"]);
        assert_eq!(agenda.waiting.by_time.len(), agenda.waiting.of_key.len());
        assert!(agenda.expired(i64::MAX).is_empty());
    }

    #[test]
    fn material_expires_as_long_as_it_is_there() {
        let material = |version: u32, token: Option<&str>, valid_to: Option<i64>| {
            serde_json::json!({
                "version": version, "id": version.to_string(), "token": token, "state": "CURRENT",
                "created": 0, "rotated": null, "import": {"description": null, "valid_to": valid_to},
            })
        };
        let row = |materials: serde_json::Value| {
            serde_json::json!({
                "spec": "SYMMETRIC_DEFAULT", "usage": "ENCRYPT_DECRYPT", "origin": "EXTERNAL",
                "description": "", "created": 0, "enabled": false, "policy": "",
                "deletion": {"window_days": 7, "due": 5}, "materials": materials,
            })
            .to_string()
            .into_bytes()
        };
        let expires = |materials| {
            let mut agenda = Agenda::default();
            agenda.apply(Update::Reset(Snapshot {
                revision: Revision(1),
                rows: vec![Row {
                    key: Key::new(["a"]),
                    revision: Revision(1),
                    value: row(materials).into(),
                }],
            }));
            assert_eq!(names(&agenda, 5), ["a"], "it is read");
            agenda.expiring.by_time.first().map(|(at, _)| *at)
        };
        let (there, gone) = (Some("AA=="), None);
        assert_eq!(expires(serde_json::json!([])), None);
        assert_eq!(expires(serde_json::json!([material(1, there, None)])), None);
        let several = serde_json::json!([
            material(1, gone, Some(10)),
            material(2, there, Some(30)),
            material(3, there, Some(20)),
        ]);
        assert_eq!(expires(several), Some(20));
    }
}
