//! What the audit log says of backups. A backup carries everything away that an installation knows, so
//! there is none of a process that runs without a record before its first byte; and what was restored
//! says from what, in the log that came with it.
//!
//! | event | details |
//! |---|---|
//! | `BackupBegun` | who asks, and what is wanted |
//! | `BackupWritten` | its digest (as `btz backup verify` shows it) and signer, and what it holds |
//! | `BackupFailed` | why |
//! | `BackupRestored` | who restored, when, from what, and whether over something newer |

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use backup::{Verified, Written};
use serde_json::{Value, json};
use telemetry::audit::{AuditError, Log};
use telemetry::metrics::{Counter, Gauge, Registry};
use types::Clock;

use super::Wanted;
use crate::system::SystemClock;

/// The note in a restored folder, until the log there has it.
pub(super) const FILE_NAME: &str = "restored-from.json";
/// A note has fewer bytes.
const FILE_BYTES_MAX: u64 = 4096;
/// As much of a reason is recorded.
const REASON_CHARS_MAX: usize = 500;

/// Who asks for a backup, as the kernel says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asker {
    uid: u32,
    pid: Option<i32>,
}

impl Asker {
    /// The other end of a control socket.
    pub(crate) fn of(stream: &tokio::net::UnixStream) -> std::io::Result<Self> {
        let peer = stream.peer_cred()?;
        Ok(Self {
            uid: peer.uid(),
            pid: peer.pid(),
        })
    }

    /// This process.
    pub(crate) fn myself() -> Self {
        Self {
            uid: rustix::process::geteuid().as_raw(),
            pid: i32::try_from(std::process::id()).ok(),
        }
    }

    fn json(self) -> Value {
        json!({"uid": self.uid, "pid": self.pid})
    }
}

/// Records backups and counts them.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    log: Log,
    written: Counter,
    failed: Counter,
    last_written: Gauge,
}

impl Recorder {
    pub(crate) fn new(log: Log, registry: &Registry) -> Self {
        let count = |result| {
            let help = "Backups that were asked for, by what became of them.";
            registry.counter("btz_backups_total", help, &[("result", result)])
        };
        Self {
            log,
            written: count("written"),
            failed: count("failed"),
            last_written: registry.gauge(
                "btz_backup_last_written_seconds",
                "When this process wrote its last backup, in seconds since 1970; 0 before the first.",
                &[],
            ),
        }
    }

    /// Records that a backup is to be made: without that there is none.
    pub(crate) async fn begun(&self, asker: Asker, wanted: Wanted) -> Result<()> {
        let details = json!({
            "by": asker.json(),
            "withKeyFile": wanted.with_key_file,
            "withLogs": wanted.with_logs,
        });
        let recorded = self.log.event("BackupBegun", &details).await;
        recorded.context("there is no backup without its audit record")
    }

    /// Records what became of it.
    pub(crate) async fn ended(&self, asker: Asker, result: &Result<Written>) {
        let recorded = match result {
            Ok(written) => {
                self.written.increment();
                self.last_written.set(SystemClock.now().as_seconds());
                let manifest = written.manifest;
                let details = json!({
                    "by": asker.json(),
                    "digest": written.digest,
                    "signer": written.header.public_key.fingerprint(),
                    "created": types::Time::from_millis(written.header.created_ms).rfc3339_seconds(),
                    "installation": written.header.installation,
                    "revision": written.header.revision,
                    "sealEpoch": written.header.seal_epoch,
                    "auditRecord": written.header.audit_head.as_ref().map(|head| head.sequence),
                    "rows": manifest.rows,
                    "files": manifest.files,
                });
                self.log.event("BackupWritten", &details).await
            }
            Err(error) => {
                self.failed.increment();
                let details = json!({"by": asker.json(), "reason": reason(error)});
                self.log.event("BackupFailed", &details).await
            }
        };
        if let Err(error) = recorded {
            tracing::warn!(%error, "what became of a backup is not recorded");
        }
    }
}

fn reason(error: &anyhow::Error) -> String {
    format!("{error:#}")
        .chars()
        .take(REASON_CHARS_MAX)
        .collect()
}

/// Notes in a restored folder what it is restored from. A backup that holds such a note is none of btz.
pub(super) fn note(folder: &Path, verified: &Verified, rollback: bool) -> Result<()> {
    let header = &verified.header;
    let note = json!({
        "by": Asker::myself().json(),
        "restored": SystemClock.now().rfc3339_seconds(),
        "digest": verified.digest,
        "signer": header.public_key.fingerprint(),
        "created": types::Time::from_millis(header.created_ms).rfc3339_seconds(),
        "installation": header.installation,
        "revision": header.revision,
        "sealEpoch": header.seal_epoch,
        "auditRecord": header.audit_head.as_ref().map(|head| head.sequence),
        "rollbackAllowed": rollback,
    });
    let path = folder.join(FILE_NAME);
    let write = || -> std::io::Result<()> {
        let mut new = OpenOptions::new();
        let mut file = new.write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(note.to_string().as_bytes())?;
        file.sync_all()
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Records what this folder was restored from, where that is not in its log yet.
pub(crate) async fn record_restored(log: &Log, data: &Path) -> Result<()> {
    let path = data.join(FILE_NAME);
    let shown = || path.display().to_string();
    let mut bytes = Vec::new();
    match std::fs::File::open(&path) {
        Ok(file) => file.take(FILE_BYTES_MAX).read_to_end(&mut bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => Err(error),
    }
    .with_context(shown)?;
    let note = serde_json::from_slice(&bytes);
    let note = note.unwrap_or_else(|_| json!({"note": "it is not what a restoration wrote"}));
    let recorded: Result<(), AuditError> = log.event("BackupRestored", &note).await;
    recorded.context("the audit log cannot say that this installation was restored")?;
    std::fs::remove_file(&path).with_context(shown)?;
    tracing::info!(%note, "this installation was restored from a backup");
    Ok(())
}
