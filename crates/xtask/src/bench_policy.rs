//! `cargo xtask bench policy`: how long a change of a policy of 10,000 rules takes from the API's
//! answer until the edge enforces it, as a client sees it, and whether 1,000 changes leave memory
//! flat. A real btz, alone on its ports; the example `policy_changes` of crate api is the client.

use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::bench_edge::{Folder, free_port, wait_for};
use crate::bench_serving::{self as serving, Serving};
use crate::shell;

const CHANGES: u32 = 1_000;
/// A change is in force within this time (99 of 100).
const IN_FORCE_MS: f64 = 200.0;
/// Memory grows at most by this share between the first and the last sample (medians of 100 changes).
const GROWTH: f64 = 0.05;

/// Runs the bench. `--changes N`; `--output json` prints every sample; `--check` makes a missed bar a
/// failure.
pub(crate) fn run<S: AsRef<str>>(arguments: &[S]) -> Result<()> {
    let options = Options::read(arguments)?;
    let program = serving::program()?;
    let example = [
        "build",
        "--release",
        "--package",
        "api",
        "--example",
        "policy_changes",
    ];
    shell::run(shell::cargo().args(example))?;
    let client = shell::target()?.join("release/examples/policy_changes");
    let folder = Folder::new()?;
    let api = free_port()?;
    let serving = Serving::start(&program, folder.path(), api, None)?;
    wait_for(api)?;
    let text = shell::output(
        Command::new(client)
            .arg(format!("127.0.0.1:{api}"))
            .arg(serving.id().to_string())
            .arg(options.changes.to_string())
            .envs(serving::ACCESS_KEY),
    )?;
    let document: Value = serde_json::from_str(&text).context("what `policy_changes` printed")?;
    if options.json {
        shell::say(&serde_json::to_string_pretty(&document)?);
        return Ok(());
    }
    let report = Report::read(&document).context("`policy_changes` left something out")?;
    shell::say(&report.shown());
    let missed = report.missed();
    if options.check && !missed.is_empty() {
        bail!("{}", missed.join("; "));
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
struct Options {
    changes: u32,
    json: bool,
    check: bool,
}

impl Options {
    fn read<S: AsRef<str>>(arguments: &[S]) -> Result<Self> {
        let mut options = Self {
            changes: CHANGES,
            json: false,
            check: false,
        };
        let mut arguments = arguments.iter().map(AsRef::as_ref);
        while let Some(argument) = arguments.next() {
            match argument {
                "--changes" => {
                    let number = arguments.next().context("a number is missing")?;
                    options.changes = number.parse::<u32>()?.max(1);
                }
                "--output" if arguments.next() == Some("json") => options.json = true,
                "--check" => options.check = true,
                other => bail!("no option `{other}`: --changes N, --output json, --check"),
            }
        }
        Ok(options)
    }
}

/// What was measured, times in milliseconds.
struct Report {
    rules: u64,
    web_acls: u64,
    warm_up: u64,
    in_force: BTreeMap<String, Vec<f64>>,
    calls: BTreeMap<String, Vec<f64>>,
    memory: Vec<(u64, f64)>,
}

impl Report {
    fn read(document: &Value) -> Option<Self> {
        let number = |name: &str| document.get(name)?.as_u64();
        let mut report = Self {
            rules: number("rules")?,
            web_acls: number("web_acls")?,
            warm_up: number("warm_up")?,
            in_force: BTreeMap::new(),
            calls: BTreeMap::new(),
            memory: Vec::new(),
        };
        for change in document.get("changes")?.as_array()? {
            let kind = change.get("kind")?.as_str()?;
            let millis = |name: &str| Some(change.get(name)?.as_f64()? / 1_000.0);
            for (times, name) in [
                (&mut report.in_force, "in_force_micros"),
                (&mut report.calls, "call_micros"),
            ] {
                times
                    .entry(kind.to_owned())
                    .or_default()
                    .push(millis(name)?);
            }
        }
        for sample in document.get("memory")?.as_array()? {
            let mib = sample.get("resident_kib")?.as_f64()? / 1_024.0;
            report.memory.push((sample.get("change")?.as_u64()?, mib));
        }
        Some(report)
    }

    fn all(&self) -> Vec<f64> {
        self.in_force.values().flatten().copied().collect()
    }

    /// Between the end of the warm-up and the last change.
    fn growth(&self) -> f64 {
        let of = |sample: Option<&(u64, f64)>| sample.map_or(0.0, |(_, mib)| *mib);
        let first = self.memory.iter().find(|(at, _)| *at >= self.warm_up);
        of(self.memory.last()) / of(first).max(f64::MIN_POSITIVE) - 1.0
    }

    fn missed(&self) -> Vec<String> {
        let mut missed = Vec::new();
        let p99 = quantile(&self.all(), 0.99);
        if p99 > IN_FORCE_MS {
            missed.push(format!("p99 is {p99:.0} ms, the bar {IN_FORCE_MS} ms"));
        }
        if self.growth() > GROWTH {
            missed.push(format!("memory grew by {:.1} %", self.growth() * 100.0));
        }
        missed
    }

    fn shown(&self) -> String {
        let mut lines = vec![
            format!(
                "{} rules in {} web ACLs; {} changes after {} for warming up",
                self.rules,
                self.web_acls,
                self.all().len(),
                self.warm_up
            ),
            String::new(),
            format!(
                "{:<36} {:>27}  {:>27}",
                "", "in force after the answer", "the call itself"
            ),
            format!(
                "{:<36} {:>27}  {:>27}",
                "change", "p50, p99, max", "p50, p99, max"
            ),
        ];
        let times = |times: &[f64]| {
            let at = |share| quantile(times, share);
            format!("{:7.1}, {:7.1}, {:7.1} ms", at(0.5), at(0.99), at(1.0))
        };
        for (kind, in_force) in &self.in_force {
            let calls = self.calls.get(kind).map(Vec::as_slice).unwrap_or_default();
            lines.push(format!(
                "{kind:<36} {:>27}  {:>27}",
                times(in_force),
                times(calls)
            ));
        }
        let calls: Vec<f64> = self.calls.values().flatten().copied().collect();
        let all = self.all();
        lines.push(format!(
            "{:<36} {:>27}  {:>27}",
            "all",
            times(&all),
            times(&calls)
        ));
        lines.push(String::new());
        let samples = self.memory.iter();
        let samples: Vec<String> = samples.map(|(at, mib)| format!("{at}: {mib:.0}")).collect();
        lines.push(format!("resident MiB by change: {}", samples.join(", ")));
        lines.push(format!(
            "memory changed by {:+.1} % since the warm-up's {} changes",
            self.growth() * 100.0,
            self.warm_up
        ));
        let missed = self.missed();
        lines.push(format!(
            "bars: in force within {IN_FORCE_MS} ms (p99), memory within {:.0} %: {}",
            GROWTH * 100.0,
            if missed.is_empty() {
                "met".to_owned()
            } else {
                missed.join("; ")
            }
        ));
        lines.join("\n")
    }
}

/// The value that this share of the values does not exceed.
fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let below = sorted
        .iter()
        .enumerate()
        .take_while(|(at, _)| (*at as f64) < share * sorted.len() as f64);
    below.last().map_or(0.0, |(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn options_are_read_or_refused() {
        let options = Options::read(&["--changes", "20", "--check"]).unwrap();
        assert_eq!(
            (options.changes, options.json, options.check),
            (20, false, true)
        );
        assert!(Options::read(&["--output", "json"]).unwrap().json);
        assert!(Options::read(&["--output", "xml"]).is_err());
        assert!(Options::read(&["--changes"]).is_err());
    }

    #[test]
    fn quantiles_are_values_that_were_seen() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        let same = |share: f64, value: f64| (quantile(&values, share) - value).abs() < f64::EPSILON;
        assert!(same(0.5, 50.0) && same(0.99, 99.0) && same(1.0, 100.0));
        assert!(quantile(&[], 0.5).abs() < f64::EPSILON);
    }

    #[test]
    fn slow_changes_and_growth_miss_the_bars() {
        let document = |micros: u64, last: u64| {
            json!({
                "rules": 10_000, "web_acls": 20, "warm_up": 1,
                "changes": [{"kind": "a rule", "call_micros": 9_000, "in_force_micros": micros}],
                "memory": [{"change": 0, "resident_kib": 10}, {"change": 1, "resident_kib": 1_000},
                           {"change": 9, "resident_kib": last}],
            })
        };
        let report = Report::read(&document(1_500, 1_040)).unwrap();
        assert!(report.missed().is_empty());
        assert!(report.shown().contains("met"), "{}", report.shown());
        assert_eq!(
            Report::read(&document(250_000, 1_060))
                .unwrap()
                .missed()
                .len(),
            2
        );
        assert!(Report::read(&json!({})).is_none());
    }
}
