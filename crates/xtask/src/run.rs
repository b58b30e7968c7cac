//! `cargo xtask run`: from a checkout to a protected application in one command.

use anyhow::Result;

use crate::{databases, prerequisites, shell};

/// Builds `btz` and runs `btz protect` with the arguments; without any, `btz demo --stay`, which
/// brings its own application.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    prerequisites::for_build()?;
    shell::run(shell::cargo().args(["build", "--release", "--locked", "--package", "btz"]))?;
    let countries = databases::country();
    let mut btz = shell::program(shell::target()?.join("release/btz"));
    btz.stdin(std::process::Stdio::inherit());
    if arguments.is_empty() {
        btz.args(["demo", "--stay"]);
    } else {
        btz.arg("protect").args(arguments);
    }
    // A configuration file may name another.
    let is_given = |argument: &&str| {
        argument.starts_with("--country-database") || argument.starts_with("--config")
    };
    if let Some(path) = countries
        && !arguments.iter().any(is_given)
    {
        shell::say(&format!("country database: {}", path.display()));
        btz.arg("--country-database").arg(path);
    }
    shell::run(&mut btz)
}
