//! `btz upgrade`: the process that runs starts its successor from the program's file as it is now,
//! hands its sockets over and ends.

use anyhow::Result;
use serde_json::json;

use crate::cli::{Options, Output};
use crate::control::{Answer, ask_for_upgrade};
use crate::{Exit, complain, say};

/// Asks the running process and waits; exit code 3 when it went on as it was.
pub(crate) fn upgrade(options: &Options, output: Output) -> Result<Exit> {
    let config = options.config()?;
    let answer = ask_for_upgrade(&config.data)?;
    if output == Output::Json {
        let shown = match &answer {
            Answer::Upgraded { pid, version } => json!({"pid": pid, "version": version}),
            Answer::Failed { reason } => json!({"error": reason}),
        };
        say(&serde_json::to_string_pretty(&shown)?);
    }
    Ok(match answer {
        Answer::Upgraded { pid, version } => {
            if output == Output::Table {
                say(&format!("process {pid} serves now, version {version}"));
            }
            Exit::Fine
        }
        Answer::Failed { reason } => {
            complain(&format!("error: {reason}\nall goes on as it was"));
            Exit::Failure
        }
    })
}
