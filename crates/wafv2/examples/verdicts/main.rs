//! Judges the labelled corpus by the default policy: `verdicts CORPUS_FOLDER [ROUNDS]` prints one
//! JSON document, a line a request. `cargo xtask bench verdicts` builds it, runs it and says what it
//! means.

#![expect(clippy::print_stdout, reason = "it is a measurement that prints")]

mod corpus;
mod encoder;
mod judge;
mod place;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::json;
use waf::RateCounters;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let root = arguments
        .next()
        .context("verdicts CORPUS_FOLDER [ROUNDS]")?;
    let rounds = arguments.next().map_or(Ok(5), |text| text.parse::<u32>())?;
    let cases = corpus::read(&PathBuf::from(root))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let web_acl = runtime.block_on(judge::default_policy())?;
    let rates = RateCounters::new(1);
    println!(
        "{{\"capacity\": {}, \"rounds\": {rounds}, \"requests\": [",
        web_acl.capacity()
    );
    let count = cases.len();
    // Caches and lazily built automata are warm before anything is timed.
    for (number, case) in cases.iter().enumerate() {
        let parsed = judge::parse(&case.wire).with_context(|| case.id.clone())?;
        judge::judge(&web_acl, &rates, &parsed, number, 1)?;
    }
    for (number, case) in cases.iter().enumerate() {
        let parsed = judge::parse(&case.wire)?;
        let judgement = judge::judge(&web_acl, &rates, &parsed, number, rounds)?;
        let line = json!({
            "id": case.id,
            "half": case.half,
            "kind": case.kind.as_str(),
            "class": case.class,
            "refused": judgement.refused,
            "action": judgement.action,
            "rule": judgement.rule,
            "evidence": judgement.evidence,
            "payload": case.payload,
            "bytes": case.wire.head.len() + case.wire.body.len(),
            "micros": judgement.micros,
        });
        println!("{line}{}", if number + 1 < count { "," } else { "" });
    }
    println!("]}}");
    Ok(())
}
