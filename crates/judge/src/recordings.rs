//! AWS's recorded answers as the judge: the recorded calls are made again, and the answers must have
//! the same codes, texts and members.
//!
//! A request is not recorded: who plays a test writes it, from the names of the test and the step.
//! What differs on purpose is listed with its reason; a listed difference that is none any more
//! fails the test, and so does a recorded test that nobody plays.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Map, Value};
use types::ServiceError;

use crate::likeness::{Bindings, bind_whole, compare, is_like};

/// Where an answer of ours differs from AWS's, and why.
#[derive(Debug)]
pub struct Difference {
    /// The test's name, or how it begins.
    pub test: &'static str,
    /// The step.
    pub step: &'static str,
    /// What of the recorded answer is otherwise in ours: JSON pointers into it, and the JSON that
    /// stands there. All else has to be as recorded.
    pub ours: &'static [(&'static str, &'static str)],
    /// Why.
    pub why: &'static str,
}

/// A file of recorded tests.
#[derive(Debug)]
pub struct Recordings {
    tests: Map<String, Value>,
    differences: &'static [Difference],
    played: RefCell<BTreeSet<String>>,
    met: RefCell<BTreeSet<usize>>,
    wrong: RefCell<Vec<String>>,
}

/// A file of the test data that others wrote (`../shared/data`).
#[must_use]
pub fn shared(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(file)
}

impl Recordings {
    /// Reads a file of `shared/data/aws-recordings`.
    #[must_use]
    pub fn read(file: &str, differences: &'static [Difference]) -> Self {
        let path = shared("aws-recordings").join(file);
        let bytes =
            std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self::of(serde_json::from_slice(&bytes).unwrap(), differences)
    }

    fn of(tests: Map<String, Value>, differences: &'static [Difference]) -> Self {
        for difference in differences {
            assert!(!difference.why.is_empty(), "{}", difference.test);
        }
        Self {
            tests,
            differences,
            played: RefCell::default(),
            met: RefCell::default(),
            wrong: RefCell::default(),
        }
    }

    /// The names of all recorded tests, without their file.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.tests.keys().map(|name| short(name)).collect()
    }

    /// What stands in brackets after a test's name, for each time that it was recorded.
    #[must_use]
    pub fn bracketed(&self, test: &str) -> Vec<String> {
        let start = format!("{test}[");
        let names = self.names();
        let found = names.iter().filter_map(|name| name.strip_prefix(&start));
        let found: Vec<String> = found
            .map(|rest| rest.trim_end_matches(']').to_owned())
            .collect();
        assert!(!found.is_empty(), "{test} is not recorded");
        found
    }

    /// Begins to play a test.
    pub fn play(&self, name: &str) -> Play<'_> {
        let (full, test) = self
            .tests
            .iter()
            .find(|(full, _)| short(full) == name)
            .unwrap_or_else(|| panic!("{name} is not recorded"));
        self.played.borrow_mut().insert(full.clone());
        let steps = test["recorded-content"].as_object().unwrap();
        Play {
            all: self,
            name: name.to_owned(),
            steps,
            left: steps.keys().cloned().collect(),
            bindings: Bindings::new(),
        }
    }

    /// That all was answered as recorded or as listed, every recorded test was played, but for
    /// those whose name begins as listed here, and every listed difference was met. How many were
    /// played.
    pub fn end(self, not_played: &[(&str, &str)]) -> usize {
        let wrong = self.wrong.into_inner();
        assert!(wrong.is_empty(), "not as recorded:\n{}", wrong.join("\n"));
        let played = self.played.into_inner();
        let is_left = |name: &str| not_played.iter().any(|(start, _)| name.starts_with(start));
        for name in self.tests.keys() {
            let is_played = played.contains(name);
            assert!(
                is_played != is_left(&short(name)),
                "{name} is played: {is_played}, and the list of those that are not says otherwise"
            );
        }
        let met = self.met.into_inner();
        for (index, difference) in self.differences.iter().enumerate() {
            assert!(
                met.contains(&index),
                "nothing met the listed difference {difference:?}"
            );
        }
        played.len()
    }
}

/// A test's name without its file.
fn short(full: &str) -> String {
    match full.split_once("::") {
        Some((_, name)) => name.to_owned(),
        None => full.to_owned(),
    }
}

/// One recorded test while it is played, until [`Play::end`].
#[derive(Debug)]
#[must_use]
pub struct Play<'r> {
    all: &'r Recordings,
    name: String,
    steps: &'r Map<String, Value>,
    left: BTreeSet<String>,
    bindings: Bindings,
}

impl Play<'_> {
    /// Judges an answer of ours; what it was, or nothing when it was to be refused.
    pub fn judge(&mut self, step: &str, answer: Result<Value, ServiceError>) -> Value {
        assert!(self.left.remove(step), "{}: no step {step}", self.name);
        let at = format!("{} / {step}", self.name);
        let recorded = &self.steps[step];
        let listed = self
            .all
            .differences
            .iter()
            .position(|known| self.name.starts_with(known.test) && known.step == step);
        let mut bindings = self.bindings.clone();
        let judged = verdict(&at, recorded, &answer, &mut bindings);
        let judged = match listed.map(|index| (index, &self.all.differences[index])) {
            None => judged,
            Some((_, known)) if judged.is_ok() => Err(format!(
                "{at}: answered as AWS does; take {known:?} off the list of differences"
            )),
            Some((index, known)) => {
                self.all.met.borrow_mut().insert(index);
                bindings.clone_from(&self.bindings);
                verdict(&at, &amended(recorded, known), &answer, &mut bindings)
            }
        };
        self.bindings = bindings;
        if let Err(difference) = judged {
            self.all.wrong.borrow_mut().push(difference);
        }
        answer.unwrap_or(Value::Null)
    }

    /// Judges what a test kept of an answer, or made of it.
    pub fn kept(&mut self, step: &str, value: Value) -> Value {
        self.judge(step, Ok(value))
    }

    /// That all steps were played.
    pub fn end(self) {
        assert!(
            self.left.is_empty(),
            "{}: not played: {:?}",
            self.name,
            self.left
        );
    }
}

/// A recorded answer with what is otherwise in ours.
fn amended(recorded: &Value, known: &Difference) -> Value {
    let mut amended = recorded.clone();
    for (pointer, value) in known.ours {
        let value: Value = serde_json::from_str(value).unwrap();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = amended.pointer_mut(parent).and_then(Value::as_object_mut);
        parent
            .unwrap_or_else(|| panic!("{known:?}: nothing at {pointer}"))
            .insert(name.to_owned(), value);
    }
    amended
}

fn verdict(
    at: &str,
    recorded: &Value,
    answer: &Result<Value, ServiceError>,
    bindings: &mut Bindings,
) -> Result<(), String> {
    match (answer, recorded.get("Error")) {
        (Ok(answer), None) => {
            let mut expected = recorded.clone();
            if let Some(expected) = expected.as_object_mut() {
                expected.remove("ResponseMetadata");
            }
            bind_whole(&expected, answer, bindings);
            compare(at, &expected, answer, bindings)
        }
        (Err(error), Some(expected)) => {
            let status = &recorded["ResponseMetadata"]["HTTPStatusCode"];
            if *status != error.status {
                return Err(format!("{at}: status {}, not {status}", error.status));
            }
            let wanted = |name: &str| expected[name].as_str().unwrap_or_default();
            if wanted("Code") != error.code {
                return Err(format!("{at}: {error}, not {}", wanted("Code")));
            }
            if !is_like(wanted("Message"), &error.message, bindings) {
                return Err(format!(
                    "{at}: {} is not {}",
                    error.message,
                    wanted("Message")
                ));
            }
            // The query protocol says whose fault it was.
            let fault = format!("{:?}", error.fault);
            match expected.get("Type") {
                Some(kind) if *kind != fault => Err(format!("{at}: {fault}, not {kind}")),
                _ => Ok(()),
            }
        }
        (Ok(answer), Some(expected)) => Err(format!("{at}: {expected} expected, not {answer}")),
        (Err(error), None) => Err(format!("{at}: {error:?}")),
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use serde_json::json;

    use super::*;

    /// Plays the one recorded test with an answer.
    fn play(differences: &'static [Difference], answer: Result<Value, ServiceError>) -> bool {
        let tests = json!({"f.py::T::t": {"recorded-content": {"s": {
            "Id": "<id:1>", "ResponseMetadata": {"HTTPStatusCode": 200},
        }}}});
        let tests = tests.as_object().unwrap().clone();
        catch_unwind(move || {
            let recordings = Recordings::of(tests, differences);
            let mut play = recordings.play("T::t");
            play.judge("s", answer);
            play.end();
            recordings.end(&[])
        })
        .is_ok()
    }

    #[test]
    fn what_differs_is_listed_and_what_is_listed_differs() {
        const LISTED: &[Difference] = &[Difference {
            test: "T::t",
            step: "s",
            ours: &[("/More", "1")],
            why: "for this test",
        }];
        let as_recorded = || Ok(json!({"Id": "a"}));
        let as_listed = || Ok(json!({"Id": "a", "More": 1}));
        let otherwise = || Ok(json!({"Id": "a", "More": 2}));
        let refused = || Err(ServiceError::sender("No", "no"));
        assert!(play(&[], as_recorded()));
        assert!(!play(&[], as_listed()));
        assert!(!play(&[], refused()));
        assert!(play(LISTED, as_listed()));
        assert!(!play(LISTED, as_recorded()), "it is no difference any more");
        assert!(!play(LISTED, otherwise()));
        assert!(!play(LISTED, refused()));
    }

    #[test]
    fn every_test_and_every_step_is_played() {
        let tests = json!({"f.py::T::t": {"recorded-content": {"s": {"Id": "<id:1>"}}}});
        let tests = tests.as_object().unwrap().clone();
        let nobody = Recordings::of(tests.clone(), &[]);
        assert!(catch_unwind(|| nobody.end(&[])).is_err());
        let listed = Recordings::of(tests.clone(), &[]);
        assert_eq!(listed.end(&[("T::t", "for this test")]), 0);
        let no_step = || Recordings::of(tests, &[]).play("T::t").end();
        assert!(catch_unwind(std::panic::AssertUnwindSafe(no_step)).is_err());
    }
}
