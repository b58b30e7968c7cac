//! Bartizan in one binary: parse the command line, wire the floors together, run, supervise.

mod admin;
mod backup;
mod caller;
mod certificate;
mod cli;
mod command;
mod config;
mod control;
mod demo;
mod handover;
mod http_client;
mod import;
mod memory;
mod private_file;
mod progress;
mod seal;
mod sealed_file;
mod service_manager;
mod sockets;
mod suite;
mod system;
mod table;

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory, Parser};

use crate::cli::{Cli, Command, ConfigCommand};

/// Frees and finds small blocks faster than the system's allocator: proxying is made of them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well.
    Fine,
    /// It ran, and found something.
    Findings,
    /// The command line or the configuration is wrong.
    Usage,
    /// It could not do its job.
    Failure,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Fine => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Failure => 3,
        })
    }
}

/// A mistake in how the program was called, as opposed to a failure of what it did.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct UsageError(pub(crate) String);

/// Writes a line of results to standard output. A reader that has gone is no error.
pub(crate) fn say(text: &str) {
    drop(writeln!(std::io::stdout().lock(), "{}", text.trim_end()));
}

/// Writes a line of talk to standard error.
pub(crate) fn complain(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{}", text.trim_end()));
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(exit) => exit.into(),
        Err(error) => {
            complain(&format!("error: {error:#}"));
            let usage = error.is::<config::Mistakes>() || error.is::<UsageError>();
            if usage { Exit::Usage } else { Exit::Failure }.into()
        }
    }
}

fn run(cli: Cli) -> Result<Exit> {
    let output = cli.output;
    match cli.command {
        Command::Protect(protect) => command::protect::protect(&protect),
        Command::Serve(serve) => command::protect::serve(&serve),
        Command::Upgrade(options) => command::upgrade::upgrade(&options, output),
        Command::Demo(demo) => command::demo::demo(&demo, output),
        Command::Explain(explain) => command::explain::explain(&explain, output),
        Command::Import { command } => command::import::import(&command, output),
        Command::Doctor(options) => command::doctor::doctor(&options, output),
        Command::Certificate { command } => command::certificate::certificate(&command, output),
        Command::Seal { command } => command::seal::seal(&command, output),
        Command::Backup { command } => command::backup::backup(&command, output),
        Command::Audit { command } => command::audit::audit(&command, output),
        Command::Config {
            command: ConfigCommand::Check(options),
        } => command::config_check::check(&options, output),
        Command::Coverage(coverage) => command::coverage::coverage(&coverage, output),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "btz", &mut script);
            say(&String::from_utf8_lossy(&script));
            Ok(Exit::Fine)
        }
    }
}
