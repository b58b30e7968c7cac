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
    /// How our answer begins: `Code: message` of an error, the JSON text of what succeeds.
    pub ours: &'static str,
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
        for difference in differences {
            assert!(!difference.why.is_empty(), "{}", difference.test);
        }
        Self {
            tests: serde_json::from_slice(&bytes).unwrap(),
            differences,
            played: RefCell::default(),
            met: RefCell::default(),
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
        let steps = test["recorded-content"].as_object().unwrap().clone();
        Play {
            all: self,
            name: name.to_owned(),
            left: steps.keys().cloned().collect(),
            steps,
            bindings: Bindings::new(),
        }
    }

    /// That every recorded test was played, but for those whose name begins as listed here, and
    /// that every listed difference was met. How many were played.
    pub fn end(self, not_played: &[(&str, &str)]) -> usize {
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
    steps: Map<String, Value>,
    left: BTreeSet<String>,
    bindings: Bindings,
}

impl Play<'_> {
    /// Judges an answer of ours; what it was, or nothing when it was to be refused.
    pub fn judge(&mut self, step: &str, answer: Result<Value, ServiceError>) -> Value {
        assert!(self.left.remove(step), "{}: no step {step}", self.name);
        let at = format!("{} / {step}", self.name);
        let recorded = &self.steps[step];
        let judged = verdict(&at, recorded, &answer, &mut self.bindings);
        let listed = self
            .all
            .differences
            .iter()
            .position(|known| self.name.starts_with(known.test) && known.step == step);
        match (listed, judged) {
            (None, Ok(())) => {}
            (None, Err(difference)) => panic!("{difference}"),
            (Some(index), Ok(())) => panic!(
                "{at}: answered as AWS does; take {:?} off the list of differences",
                self.all.differences[index]
            ),
            (Some(index), Err(_)) => {
                let ours = match &answer {
                    Ok(answer) => answer.to_string(),
                    Err(error) => error.to_string(),
                };
                let listed = self.all.differences[index].ours;
                assert!(
                    is_like(&format!("{listed}<>"), &ours, &mut Bindings::new()),
                    "{at}: {ours} does not begin as listed: {listed}"
                );
                self.all.met.borrow_mut().insert(index);
            }
        }
        answer.unwrap_or(Value::Null)
    }

    /// Judges what a test kept of an answer, or made of it.
    pub fn kept(&mut self, step: &str, value: Value) -> Value {
        self.judge(step, Ok(value))
    }

    /// Puts something else in a recorded answer: what the recorded account had and ours has not.
    pub fn amend(&mut self, step: &str, pointer: &str, value: Value) {
        let recorded = self.steps.get_mut(step);
        *recorded
            .and_then(|recorded| recorded.pointer_mut(pointer))
            .unwrap_or_else(|| panic!("{}: {step} has no {pointer}", self.name)) = value;
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
