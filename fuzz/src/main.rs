//! Replays every target's corpus, then mutates it for a while. Runs on the stable toolchain, so it
//! runs in CI. The seed is printed: `--seed` repeats a run.
//!
//! A target fails when it panics or when one input takes longer than a second. The input is kept in
//! `fuzz/artifacts/`; put it into the target's corpus once it is mended.

mod mutate;
mod runner;
mod target;

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};

const HELP: &str = "fuzz [--seconds N] [--seed N] [TARGET ...]";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut time = Duration::from_secs(30);
    let mut seed = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(1, |since| since.subsec_nanos().into());
    let mut names = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || -> Result<u64> {
            let value = arguments
                .next()
                .with_context(|| format!("{argument} takes a number"))?;
            value
                .parse()
                .with_context(|| format!("{argument} takes a number, not `{value}`"))
        };
        match argument.as_str() {
            "--seconds" => time = Duration::from_secs(number()?),
            "--seed" => seed = number()?,
            "--help" | "-h" => {
                say(HELP);
                return Ok(());
            }
            name => names.push(name.to_owned()),
        }
    }
    let targets: Vec<&target::Target> = target::TARGETS
        .iter()
        .filter(|target| names.is_empty() || names.iter().any(|name| name == target.name))
        .collect();
    if targets.is_empty() {
        let known: Vec<&str> = target::TARGETS.iter().map(|target| target.name).collect();
        bail!("no such target; there are {}", known.join(", "));
    }
    say(&format!(
        "seed {seed}, {} targets, {} s each",
        targets.len(),
        time.as_secs()
    ));
    runner::run(&targets, time, seed)
}

/// Writes a line to standard output; a reader that has gone is no error.
pub(crate) fn say(text: &str) {
    drop(writeln!(std::io::stdout().lock(), "{text}"));
}
