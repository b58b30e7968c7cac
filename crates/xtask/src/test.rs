//! `cargo xtask test`: everything that CI checks, in the order of what fails fastest.

use anyhow::{Context, Result, bail};

use crate::{codegen, databases, prerequisites, shell, tidy};

/// How long each fuzz target's corpus is replayed and mutated in a test run.
const FUZZ_SECONDS: u64 = 30;

/// Runs all checks; `--quick` leaves out real clients and fuzzing.
pub(crate) fn test(arguments: &[&str]) -> Result<()> {
    let quick = match arguments {
        [] => false,
        ["--quick"] => true,
        _ => bail!(
            "cargo xtask test takes --quick or nothing, not `{}`",
            arguments.join(" ")
        ),
    };
    shell::step("prerequisites", prerequisites::for_test)?;
    shell::step("format", || {
        shell::run(shell::cargo().args(["fmt", "--all", "--check"]))
    })?;
    shell::step("tidy", tidy::tidy)?;
    shell::step("codegen is up to date", || codegen::codegen(&["--check"]))?;
    shell::step("clippy", || {
        shell::run(shell::cargo().args([
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ]))
    })?;
    shell::step("unit, property and conformance tests", rust_tests)?;
    shell::step("documentation", || {
        shell::run(
            shell::cargo()
                .args([
                    "doc",
                    "--locked",
                    "--workspace",
                    "--no-deps",
                    "--document-private-items",
                ])
                .env("RUSTDOCFLAGS", "--deny warnings"),
        )
    })?;
    if quick {
        return Ok(());
    }
    shell::step("fuzz corpora", || fuzz_for(FUZZ_SECONDS))?;
    shell::step("real clients", real_clients)
}

/// `cargo xtask fuzz [SECONDS]`.
pub(crate) fn fuzz(arguments: &[&str]) -> Result<()> {
    let seconds = match arguments {
        [] => FUZZ_SECONDS,
        [seconds] => seconds
            .parse()
            .context("cargo xtask fuzz takes a number of seconds")?,
        _ => bail!("cargo xtask fuzz takes a number of seconds, or nothing"),
    };
    fuzz_for(seconds)
}

fn rust_tests() -> Result<()> {
    if shell::is_installed("cargo-nextest") {
        shell::run(shell::cargo().args([
            "nextest",
            "run",
            "--locked",
            "--workspace",
            "--no-fail-fast",
        ]))
    } else {
        shell::run(shell::cargo().args([
            "test",
            "--locked",
            "--workspace",
            "--all-targets",
            "--no-fail-fast",
        ]))
    }
}

fn fuzz_for(seconds: u64) -> Result<()> {
    shell::run(
        shell::cargo()
            .args([
                "run",
                "--quiet",
                "--locked",
                "--package",
                "fuzz",
                "--",
                "--seconds",
            ])
            .arg(seconds.to_string()),
    )
}

fn real_clients() -> Result<()> {
    let python = prerequisites::python()?;
    let node_modules = prerequisites::node()?;
    let countries = databases::install()?;
    shell::run(shell::cargo().args([
        "build",
        "--locked",
        "--package",
        "btz",
        "--package",
        "edge",
    ]))?;
    shell::run(
        shell::program(python.join("bin/python"))
            .args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"])
            .env("BTZ_BINARY", shell::target()?.join("debug/btz"))
            .env("BTZ_COUNTRY_DATABASE", countries)
            .env("BTZ_NODE_MODULES", node_modules)
            .env("PYTHONDONTWRITEBYTECODE", "1"),
    )
}
