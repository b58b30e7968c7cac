//! `cargo xtask bench kms`: what KMS calls cost with everything on: Signature Version 4, policies of a
//! user, the key's policy, the audit log on this disk. A real btz on one CPU; wrk on another sends
//! calls that were signed before (the example `kms_calls` of crate api). Right after them, on the same
//! CPU and in the same measure (the mean of CPU time), what the bare primitive costs (the example `cost`
//! of crate keys).

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::bench_edge::{Folder, cpu_seconds, free_port, machine, median, requests, wait_for};
use crate::bench_rounds::Rounds;
use crate::bench_serving::{self as serving, Serving};
use crate::shell;

// Many short rounds: the speed of a shared machine changes from second to second.
const ROUNDS: usize = 15;
const SECONDS: u32 = 1;
const CONNECTIONS: &str = "64";
/// Calls a second and core, at least.
const RATES: [(&str, f64); 2] = [("encrypt-32", 30_000.0), ("encrypt-4096", 20_000.0)];
/// Share of the bare primitive's rate, at least.
const SHARES: [(&str, f64); 1] = [("sign-rsa-2048", 0.9)];
/// Whose primitive is which line of the example `cost`.
const PRIMITIVES: [(&str, &str); 4] = [
    ("encrypt-32", "Encrypt 32 B"),
    ("encrypt-4096", "Encrypt 4096 B"),
    ("decrypt-32", "Decrypt 32 B"),
    ("sign-rsa-2048", "aws-lc-rs RSA-2048 PSS-SHA256 sign"),
];

/// Runs the bench. `--rounds N`, `--seconds N`; `--check` makes a missed bar a failure.
pub(crate) fn run<S: AsRef<str>>(arguments: &[S]) -> Result<()> {
    let options = Rounds::read(arguments, ROUNDS, SECONDS)?;
    let cpus = std::thread::available_parallelism()?.get();
    if cpus < 2 {
        bail!("one CPU is for btz, another for the load: this machine has {cpus}");
    }
    let (server_cpu, load_cpu) = ((cpus - 1).to_string(), "0");
    let program = serving::program()?;
    let client = example("api", "kms_calls")?;
    let cost = example("keys", "cost")?;
    let folder = Folder::new()?;
    let api = free_port()?;
    let server = Serving::start(&program, folder.path(), api, Some(&server_cpu))?;
    wait_for(api)?;
    shell::say(&conditions(cpus, &options));
    let names = shell::output(
        Command::new(client)
            .arg(format!("127.0.0.1:{api}"))
            .arg(folder.path())
            .envs(serving::ACCESS_KEY),
    )?;
    let mut seen: BTreeMap<&str, Seen> = BTreeMap::new();
    for _ in 0..options.rounds {
        for name in names.lines() {
            let script = folder.path().join(format!("{name}.lua"));
            let before = cpu_seconds(server.id())?;
            let answered = load(api, &script, options.seconds, load_cpu)?;
            let seconds = (cpu_seconds(server.id())? - before) / answered;
            let of_call = seen.entry(name).or_default();
            of_call.seconds.push(seconds);
            let line = PRIMITIVES.iter().find(|(call, _)| *call == name);
            if let Some((_, line)) = line {
                // Right after the call: how fast a machine is changes from minute to minute.
                let mut primitive = Command::new("taskset");
                primitive.args(["-c", &server_cpu]).arg(&cost).arg(line);
                let bare = told_seconds(&shell::output(&mut primitive)?, line)?;
                of_call.shares.push(bare / seconds);
            }
        }
    }
    drop(server);
    let report = Report::new(&seen);
    shell::say(&report.text);
    if options.check && !report.missed.is_empty() {
        bail!("{}", report.missed.join("; "));
    }
    Ok(())
}

fn example(package: &str, name: &str) -> Result<std::path::PathBuf> {
    let build = [
        "build",
        "--release",
        "--package",
        package,
        "--example",
        name,
    ];
    shell::run(shell::cargo().args(build))?;
    Ok(shell::target()?.join("release/examples").join(name))
}

/// Sends calls for some seconds and answers how many were carried out. One that is refused fails the
/// bench.
fn load(api: u16, script: &Path, seconds: u32, cpu: &str) -> Result<f64> {
    let text = shell::output(
        Command::new("taskset")
            .args(["-c", cpu, "wrk", "-t1", "-c", CONNECTIONS])
            .arg(format!("-d{seconds}s"))
            .arg("-s")
            .arg(script)
            .arg(format!("http://127.0.0.1:{api}/")),
    )?;
    requests(&text).with_context(|| script.display().to_string())
}

fn conditions(cpus: usize, options: &Rounds) -> String {
    format!(
        "calls signed before, wrk -t1 -c{CONNECTIONS}, {} rounds of {} s; btz on CPU {}, load on CPU 0\n{}\n",
        options.rounds,
        options.seconds,
        cpus - 1,
        machine(cpus),
    )
}

/// What was seen of a call, round by round.
#[derive(Default)]
struct Seen {
    /// Of CPU.
    seconds: Vec<f64>,
    /// Of its bare primitive's rate; none where nothing is measured beside it.
    shares: Vec<f64>,
}

/// What was seen, and which bars were missed.
struct Report {
    text: String,
    missed: Vec<String>,
}

impl Report {
    fn new(seen: &BTreeMap<&str, Seen>) -> Self {
        let mut lines = vec![format!(
            "{:<20} {:>14} {:>10} {:>16} {:>22}",
            "call", "CPU µs a call", "at best", "calls a CPU s", "share of the primitive"
        )];
        let mut missed = Vec::new();
        for (name, seen) in seen {
            let cost = median(&seen.seconds);
            let best = seen.seconds.iter().copied().fold(f64::INFINITY, f64::min);
            let rate = cost.recip();
            let share = (!seen.shares.is_empty()).then(|| median(&seen.shares));
            let shown = share.map_or_else(String::new, |share| format!("{:.1} %", 100.0 * share));
            lines.push(format!(
                "{name:<20} {:>14.1} {:>10.1} {rate:>16.0} {shown:>22}",
                cost * 1e6,
                best * 1e6
            ));
            let bars = RATES.iter().map(|bar| (bar, Some(rate), "calls a second"));
            let shares = SHARES
                .iter()
                .map(|bar| (bar, share, "of the primitive's rate"));
            for ((_, bar), seen, unit) in bars.chain(shares).filter(|((call, _), ..)| call == name)
            {
                let is_met = seen.is_some_and(|seen| seen >= *bar);
                let line = format!("{name}: at least {bar} {unit} and core");
                lines.push(format!(
                    "  bar: {line}: {}",
                    if is_met { "met" } else { "missed" }
                ));
                if !is_met {
                    missed.push(line);
                }
            }
        }
        Self {
            text: lines.join("\n"),
            missed,
        }
    }
}

/// Seconds of a line of the example `cost`.
fn told_seconds(told: &str, name: &str) -> Result<f64> {
    let line = told.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|rest| rest.split_whitespace().next());
    let number = number.with_context(|| format!("no `{name}`"))?;
    Ok(number.parse::<f64>()? / 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(seen: &[(&'static str, f64, Option<f64>)]) -> Report {
        let each = |(name, seconds, share): &(&'static str, f64, Option<f64>)| {
            let seen = Seen {
                seconds: vec![*seconds],
                shares: share.iter().copied().collect(),
            };
            (*name, seen)
        };
        Report::new(&seen.iter().map(each).collect())
    }

    #[test]
    fn bars_are_met_or_missed_by_what_was_seen() {
        let good = report(&[
            ("encrypt-32", 30e-6, Some(0.03)),
            ("encrypt-4096", 45e-6, None),
            ("sign-rsa-2048", 550e-6, Some(0.91)),
        ]);
        assert_eq!(good.missed, Vec::<String>::new());
        let bad = report(&[
            ("encrypt-32", 40e-6, Some(0.025)),
            ("sign-rsa-2048", 550e-6, Some(0.89)),
        ]);
        assert_eq!(bad.missed.len(), 2);
        assert!(bad.text.contains("2.5 %"), "{}", bad.text);
    }

    #[test]
    fn a_primitive_is_read_in_seconds_or_missed() {
        let told = "Encrypt 32 B   1000 ns  1000000 a second\n";
        let seconds = told_seconds(told, "Encrypt 32 B").unwrap();
        assert!((seconds - 1e-6).abs() < 1e-12);
        assert!(told_seconds(told, "Decrypt 32 B").is_err());
    }
}
