//! The command line of `btz audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use telemetry::audit::Bound;
use types::Time;

use super::Options;

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Say whether the log is as it was written; exit code 1 and the first bad place when not
    #[command(after_help = "\
It needs no secret and no running btz: a copy of the folder will do (of a btz that runs, in the order of
the files' names, as tar --sort=name takes them). Removed, changed, moved and
doubled records are found, exchanged and missing segments too. What comes after the last signed head
is chained but not signed: who can write the files could have written that as well. Who could also
exchange the public key could have written everything: keep it elsewhere (btz audit key), and now and
then a head (btz audit head).

A start goes on from what it finds and signs it. What no head was over before, such as a crash leaves, is
told as a warning, with how much it is; more than a crash leaves, and what follows a clean stop, is wrong.
--strict takes every warning for a finding.

Examples:
  btz audit verify
  btz audit verify --folder /mnt/copy/audit --public-key auditor.pem --head last-month.json
  btz audit verify --strict
  btz audit verify --from 2026-11-01T00:00:00Z --to 2026-11-30T23:59:59Z --output json")]
    Verify(Verify),
    /// List records of calls, newest first
    #[command(
        visible_alias = "search",
        after_help = "\
Examples:
  btz audit list --event Decrypt --resource 1234abcd-12ab-34cd-56ef-1234567890ab
  btz audit list --user Alice --error '*' --from 2026-11-29T00:00:00Z --output json"
    )]
    List(List),
    /// Print the public key that heads are signed with; keep it where this machine cannot change it
    #[command(after_help = "Example:\n  btz audit key > auditor.pem")]
    Key(Place),
    /// Print the last signed head; kept elsewhere, it proves later that nothing before it is gone
    #[command(after_help = "Example:\n  btz audit head > 2026-11.json")]
    Head(Place),
}

/// Which log.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// The folder of the log, or a copy of it [default: audit in the data folder].
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// From this record or time on [default: all].
    #[arg(long, value_name = "N|TIME", value_parser = bound)]
    pub(crate) from: Option<Bound>,
    /// Up to this record or time [default: all].
    #[arg(long, value_name = "N|TIME", value_parser = bound)]
    pub(crate) to: Option<Bound>,
    /// A public key that was kept elsewhere; may be given several times [default: those in the
    /// folder].
    #[arg(long = "public-key", value_name = "FILE")]
    pub(crate) public_keys: Vec<PathBuf>,
    /// A head that was kept elsewhere; may be given several times.
    #[arg(long = "head", value_name = "FILE")]
    pub(crate) heads: Vec<PathBuf>,
    /// Exit code 1 for warnings too: what may be as it was written, and is not proven to be.
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// The operation, such as Decrypt.
    #[arg(long, value_name = "NAME")]
    pub(crate) event: Option<String>,
    /// Part of the caller's ARN, name, id or access key.
    #[arg(long, value_name = "TEXT")]
    pub(crate) user: Option<String>,
    /// The error code; '*' is any failure.
    #[arg(long, value_name = "CODE")]
    pub(crate) error: Option<String>,
    /// Part of the request's parameters, such as the id of a KMS key.
    #[arg(long, value_name = "TEXT")]
    pub(crate) resource: Option<String>,
    /// Not before.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) from: Option<Time>,
    /// Not after.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) to: Option<Time>,
    /// The most records.
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) place: Place,
}

fn bound(text: &str) -> Result<Bound, String> {
    match text.parse() {
        Ok(sequence) => Ok(Bound::Sequence(sequence)),
        Err(_) => time(text).map(Bound::Time),
    }
}

fn time(text: &str) -> Result<Time, String> {
    Time::parse_rfc3339(text).map_err(|_| "reads a time such as 2026-11-30T14:00:00Z".to_owned())
}
