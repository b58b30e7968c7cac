//! The project's own commands. `cargo xtask run` and `cargo xtask test` are the README's two: on a
//! bare Debian 12 with the Rust toolchain each installs what it lacks, says what, and does its job.

mod bench_edge;
mod bench_isolation;
mod bench_kms;
mod bench_policy;
mod bench_rounds;
mod bench_serving;
mod bench_upgrades;
mod bench_verdicts;
mod codegen;
mod databases;
mod prerequisites;
mod run;
mod shell;
mod test;
mod tidy;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  run [ARGUMENTS]     builds btz (release) and runs `btz protect`; without arguments it protects a
                      sample application of its own
  test [--quick]      everything that CI checks: format, lints, tidy, unit and property tests, real
                      clients, fuzz corpora. --quick leaves out fuzzing and real clients
  tidy                arrows between floors, purity of the lower ones, sizes, documents, registries
  codegen [--check]   makes model.json and model.rs of the services from the PyPI package botocore
  fuzz [SECONDS]      replays and mutates every fuzz target's corpus for that long each (default 30)
  bench edge          CPU per request beside nginx and HAProxy, same run, same load
  bench isolation     what healthy routes take beside target groups that are refused, silent, cannot be
                      connected to, or trickle (--rounds N, --seconds N, --check)
  bench upgrades      20 upgrades of a running btz during 1,000,000 requests, none of which may fail
                      (--requests N, --upgrades N)
  bench kms           what KMS calls cost with signatures, policies and audit on, beside the bare
                      primitive (--rounds N, --seconds N, --check)
  bench policy        how long a change of a policy of 10,000 rules takes to be in force, and whether
                      1,000 changes leave memory flat (--changes N, --output json, --check)
  bench verdicts      what the default policy makes of the labelled corpus in tests/corpus, by class
                      (--verbose, --output json, --half tuned|held_out, --class CLASS, --check)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["run", rest @ ..] => run::run(rest),
        ["test", rest @ ..] => test::test(rest),
        ["tidy"] => tidy::tidy(),
        ["codegen", rest @ ..] => codegen::codegen(rest),
        ["fuzz", rest @ ..] => test::fuzz(rest),
        ["bench", "edge", ..] => prerequisites::for_bench()
            .and_then(|()| bench_edge::run(words.get(2..).unwrap_or_default())),
        ["bench", "isolation", ..] => bench_isolation::run(words.get(2..).unwrap_or_default()),
        ["bench", "kms", ..] => prerequisites::for_bench()
            .and_then(|()| bench_kms::run(words.get(2..).unwrap_or_default())),
        ["bench", "policy", ..] => bench_policy::run(words.get(2..).unwrap_or_default()),
        ["bench", "upgrades", ..] => bench_upgrades::run(words.get(2..).unwrap_or_default()),
        ["bench", "verdicts", ..] => bench_verdicts::run(words.get(2..).unwrap_or_default()),
        [] | ["help" | "--help" | "-h", ..] => {
            shell::say(HELP);
            return ExitCode::SUCCESS;
        }
        _ => Err(anyhow::anyhow!(
            "no command `{}`\n\n{HELP}",
            words.join(" ")
        )),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            shell::complain(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
