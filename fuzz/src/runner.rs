//! Runs targets, two at a time, and keeps what breaks them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::mutate::{Random, mutate};
use crate::say;
use crate::target::Target;

/// Longer than this no input may take, in a debug build as well.
const INPUT_TIME_MAX: Duration = Duration::from_secs(1);

/// Targets that run at once.
const WORKERS: usize = 2;

/// Runs each target for `time`; the first failure of each is kept and told.
pub(crate) fn run(targets: &[&Target], time: Duration, seed: u64) -> Result<()> {
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(target) = targets.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match run_one(target, time, seed) {
                        Ok(runs) => say(&format!("{}: {runs} inputs, passed", target.name)),
                        Err(error) => {
                            let failure = format!("{}: {error:#}", target.name);
                            failures
                                .lock()
                                .unwrap_or_else(PoisonError::into_inner)
                                .push(failure);
                        }
                    }
                }
            });
        }
    });
    let failures = failures
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    // In the plain form that test runners use.
    say(&format!(
        "{} passed, {} failed",
        targets.len() - failures.len(),
        failures.len()
    ));
    if failures.is_empty() {
        Ok(())
    } else {
        bail!("{}", failures.join("\n"))
    }
}

fn run_one(target: &Target, time: Duration, seed: u64) -> Result<u64> {
    let corpus = corpus(target.name)?;
    for input in &corpus {
        judge(target, input)?;
    }
    let mut runs = u64::try_from(corpus.len()).unwrap_or(u64::MAX);
    let mut random = Random::new(seed);
    let start = Instant::now();
    while start.elapsed() < time {
        judge(target, &mutate(&corpus, &mut random))?;
        runs += 1;
    }
    Ok(runs)
}

fn judge(target: &Target, input: &[u8]) -> Result<()> {
    let timed = || {
        let start = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
        (outcome, start.elapsed())
    };
    let (mut outcome, mut elapsed) = timed();
    if outcome.is_ok() && elapsed > INPUT_TIME_MAX {
        // What is made once, at first use, is not this input's time; nor is a busy moment.
        (outcome, elapsed) = timed();
    }
    if outcome.is_err() {
        let kept = keep(target.name, input)?;
        bail!("panicked; the input is in {}", kept.display());
    }
    if elapsed > INPUT_TIME_MAX {
        let kept = keep(target.name, input)?;
        bail!(
            "took {:.1} s; the input is in {}",
            elapsed.as_secs_f64(),
            kept.display()
        );
    }
    Ok(())
}

fn corpus(name: &str) -> Result<Vec<Vec<u8>>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(name);
    let entries = std::fs::read_dir(&folder).with_context(|| {
        format!(
            "every target has a corpus: cannot list {}",
            folder.display()
        )
    })?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry?.path());
    }
    paths.sort();
    let mut inputs = Vec::new();
    for path in paths {
        inputs
            .push(std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?);
    }
    if inputs.is_empty() {
        bail!("the corpus in {} is empty", folder.display());
    }
    Ok(inputs)
}

fn keep(name: &str, input: &[u8]) -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts");
    std::fs::create_dir_all(&folder)?;
    let path = folder.join(name);
    std::fs::write(&path, input)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_and_a_slow_input_fail_a_target() {
        let panics = Target {
            name: "test-panics",
            run: |_| panic!("as asked"),
        };
        assert!(
            judge(&panics, b"x")
                .unwrap_err()
                .to_string()
                .contains("panicked")
        );
        let slow = Target {
            name: "test-slow",
            run: |_| std::thread::sleep(INPUT_TIME_MAX + Duration::from_millis(50)),
        };
        assert!(judge(&slow, b"x").unwrap_err().to_string().contains("took"));
        let fine = Target {
            name: "test-fine",
            run: |_| (),
        };
        judge(&fine, b"x").unwrap();
        for name in ["test-panics", "test-slow"] {
            std::fs::remove_file(
                Path::new(env!("CARGO_MANIFEST_DIR"))
                    .join("artifacts")
                    .join(name),
            )
            .unwrap();
        }
    }
}
