//! The audit log: whether its end verifies, who may read it, whether it can go on, and what signs it.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use telemetry::audit::{
    Bound, Folder, KnownLog, LOGS_MAX, LogId, Range, STANDS_STILL, known_logs, last_signed_head,
    verify,
};
use types::{Clock as _, Time};

use super::{Finding, Health, disk, finding};
use crate::config::Config;
use crate::suite::storage;
use crate::system::SystemClock;
use crate::table;

/// So many of the last segments are verified: `btz audit verify` reads all of them.
const SEGMENTS: usize = 2;

/// So many of them are listed.
const LISTED_MAX: usize = 20;

/// How long a shared store is waited for.
const STORE_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) fn checks(folder: &Path) -> Vec<Finding> {
    let name = "audit log";
    if !folder.exists() {
        return vec![finding(name, Health::Ok, "not begun yet", "")];
    }
    let mut findings = vec![match end(folder) {
        Ok(found) => found,
        Err(error) => finding(
            name,
            Health::Failed,
            format!("{}: {error}", folder.display()),
            "give the folder to the user that runs btz: without it every call is refused",
        ),
    }];
    findings.extend(readable(folder));
    findings.extend(key(folder));
    findings.push(disk("audit log disk", folder));
    findings
}

fn end(folder: &Path) -> std::io::Result<Finding> {
    let name = "audit log";
    let segments = Folder::at(folder).segments()?;
    let from = segments.iter().nth_back(SEGMENTS - 1);
    let range = Range {
        // Of the whole log, its begin is looked at as well.
        from: from
            .filter(|_| segments.len() > SEGMENTS)
            .map(|segment| Bound::Sequence(segment.first)),
        ..Range::default()
    };
    let report = verify(folder, &range, |_, _| {})?;
    let repair = format!("btz audit verify --strict --folder {}", folder.display());
    Ok(if let Some(first) = report.findings.first() {
        let found = format!("not as it was written: {}", first.what);
        finding(name, Health::Failed, found, repair)
    } else if let Some(first) = report.warnings.first() {
        let found = format!("not proven: {}", first.what);
        finding(name, Health::Warning, found, repair)
    } else if let Some(head) = &report.last_signed_head {
        let found = format!(
            "records {} to {} verify, signed up to {} at {}",
            report.first, report.last, head.sequence, head.time
        );
        finding(name, Health::Ok, found, "")
    } else {
        finding(
            name,
            Health::Warning,
            format!("nothing in its last {SEGMENTS} segments is signed"),
            "open the seal and start again: btz seal status",
        )
    })
}

fn readable(folder: &Path) -> Option<Finding> {
    let mode = std::fs::metadata(folder).ok()?.permissions().mode();
    (mode & 0o077 != 0).then(|| {
        finding(
            "audit log",
            Health::Warning,
            format!("others may look into it (mode {:o})", mode & 0o777),
            format!("chmod 700 {}", folder.display()),
        )
    })
}

/// Without its key the log goes on by another, which those who kept the public key do not know.
fn key(folder: &Path) -> Option<Finding> {
    let has_signed = Folder::at(folder)
        .kept_head()
        .is_ok_and(|head| head.is_some());
    let is_there = folder.join("key.sealed").exists();
    (has_signed && !is_there).then(|| {
        finding(
            "audit log key",
            Health::Failed,
            "key.sealed is missing, though heads are signed by it",
            "restore it from a backup before the next start, which makes another",
        )
    })
}

/// Of the logs in a store of several machines, those whose heads stand still: a machine that lost its
/// whole folder, and cannot be told from a new one, leaves such a log behind.
pub(super) fn in_store(config: &Config) -> Option<Finding> {
    let audit = config.audit();
    if !audit.store_is_shared {
        return None;
    }
    let known = || -> anyhow::Result<_> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            let known = async {
                Ok(match storage::look(config).await? {
                    Some(store) => Some(known_logs(store.as_ref()).await?),
                    None => None,
                })
            };
            tokio::time::timeout(STORE_TIMEOUT, known).await?
        })
    };
    Some(match known() {
        Ok(Some((logs, are_more))) => {
            let own = last_signed_head(&audit.folder).ok().flatten();
            let own = own.map(|head| head.log);
            let now = SystemClock.now();
            standing_still(&logs, are_more, own, now, audit.retention.keep)
        }
        Ok(None) => finding(
            "audit logs in the store",
            Health::Ok,
            "not looked into: its tables are not made yet, or are an earlier version's",
            "",
        ),
        Err(error) => finding(
            "audit logs in the store",
            Health::Failed,
            format!("{error:#}"),
            "start PostgreSQL, or mend `store` in the configuration",
        ),
    })
}

fn standing_still(
    logs: &[KnownLog],
    are_more: bool,
    own: Option<LogId>,
    now: Time,
    keep: Option<Duration>,
) -> Finding {
    let name = "audit logs in the store";
    let still = logs.iter().filter(|known| Some(known.log) != own);
    let still: Vec<String> = still
        .filter_map(|known| {
            let machine = known.machine.as_ref();
            let machine = machine.map_or("a machine unknown", |machine| &machine.name);
            let (log, machine) = (known.log, table::printable(machine));
            let Some(head) = &known.head else {
                return Some(format!("{log} of {machine}: its row is no head"));
            };
            let still_for = now.since(head.time);
            // What is past its retention is missed by nobody.
            let is_listed = still_for >= STANDS_STILL && keep.is_none_or(|keep| still_for < keep);
            let (sequence, time) = (head.sequence, head.time);
            is_listed.then(|| format!("{log} of {machine}: last head over {sequence} at {time}"))
        })
        .collect();
    let repair = "if such a machine is still in use, its log was lost: compare with the heads that were kept \
                  elsewhere (btz audit verify --head)";
    let count = logs.len();
    if are_more {
        let found = format!("more than {LOGS_MAX}: the others are not looked at");
        return finding(name, Health::Warning, found, repair);
    }
    if still.is_empty() {
        let found = format!("{count}, of which no other's stands still");
        return finding(name, Health::Ok, found, "");
    }
    let listed = still.get(..LISTED_MAX).unwrap_or(&still).join("; ");
    let more = still.len().saturating_sub(LISTED_MAX);
    let more = if more > 0 {
        format!("; and {more} more")
    } else {
        String::new()
    };
    let found = format!("stand still for a week or more: {listed}{more}");
    finding(name, Health::Warning, found, repair)
}

/// What a running btz says in its metrics: a clock that leapt far ahead keeps old segments where they
/// are.
pub(super) fn clock(metrics: Option<&str>) -> Option<Finding> {
    let is_doubted = |line: &str| line.trim_end() == "btz_audit_clock_doubted 1";
    metrics?.lines().any(is_doubted).then(|| {
        finding(
            "audit log clock",
            Health::Warning,
            "the clock is days ahead of the audit log's last signed head: nothing is deleted by its age until \
             btz has run for a day",
            "if the machine was not off, set the clock right: timedatectl set-ntp true",
        )
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use keys::seal::Seal;
    use store::Memory;
    use telemetry::audit::{Config as LogConfig, Log, Machine, Parts};
    use telemetry::metrics::Registry;
    use types::{Clock, KeyWrap, KeyWrapError, Secret};

    use super::*;
    use crate::system::SystemEntropy;

    /// A seal that is open.
    struct Open;

    impl KeyWrap for Open {
        fn wrap(&self, _: &str, secret: &[u8]) -> Result<Vec<u8>, KeyWrapError> {
            Ok(secret.to_vec())
        }

        fn unwrap(&self, _: &str, wrapped: &[u8]) -> Result<Secret, KeyWrapError> {
            Ok(Secret::new(wrapped.to_vec()))
        }
    }

    async fn log(folder: &Path, wrap: Arc<dyn KeyWrap>) {
        let parts = Parts {
            store: Arc::new(Memory::new()),
            wrap,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy::default()),
            metrics: &Registry::default(),
        };
        let log = Log::open(LogConfig::new(folder.to_owned()), parts).await;
        log.unwrap().close().await;
    }

    fn worst(folder: &Path) -> (Health, String) {
        let findings = checks(folder).into_iter();
        let of_log = findings.filter(|one| one.check != "audit log disk");
        let worst = of_log.max_by_key(|one| one.health).unwrap();
        (worst.health, worst.found)
    }

    #[tokio::test]
    async fn a_log_is_in_order_until_it_is_not() {
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("audit");
        assert_eq!(worst(&folder), (Health::Ok, "not begun yet".to_owned()));
        log(&folder, Arc::new(Open)).await;
        assert_eq!(worst(&folder).0, Health::Ok, "{:?}", checks(&folder));

        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&folder, open).unwrap();
        let (health, found) = worst(&folder);
        assert_eq!(health, Health::Warning);
        assert!(found.contains("mode 755"), "{found}");

        let key = folder.join("key.sealed");
        std::fs::rename(&key, folder.join("elsewhere")).unwrap();
        let (health, found) = worst(&folder);
        assert_eq!(health, Health::Failed);
        assert!(found.contains("key.sealed"), "{found}");
        std::fs::rename(folder.join("elsewhere"), &key).unwrap();

        let segment = Folder::at(&folder).segments().unwrap().remove(0).path;
        let mut bytes = std::fs::read(&segment).unwrap();
        bytes[400] ^= 1;
        std::fs::write(&segment, bytes).unwrap();
        let (health, found) = worst(&folder);
        assert_eq!(health, Health::Failed);
        assert!(found.contains("not as it was written"), "{found}");
    }

    #[tokio::test]
    async fn a_log_that_was_left_behind_in_a_shared_store_is_listed() {
        let above = tempfile::tempdir().unwrap();
        let store: Arc<dyn store::Store> = Arc::new(Memory::new());
        // The second of a machine's logs is told nothing: its id was lost with all else.
        for (folder, name) in [("a", "web-1"), ("b", "web-1"), ("c", "web-2")] {
            let mut config = LogConfig::new(above.path().join(folder));
            config.store_is_shared = true;
            config.machine = Some(Machine {
                id: folder.to_owned(),
                name: name.to_owned(),
            });
            let parts = Parts {
                store: Arc::clone(&store),
                wrap: Arc::new(Open),
                clock: Arc::new(SystemClock),
                entropy: Arc::new(SystemEntropy::default()),
                metrics: &Registry::default(),
            };
            Log::open(config, parts).await.unwrap().close().await;
        }
        let log_of = |folder: &str| {
            let head = last_signed_head(&above.path().join(folder)).unwrap();
            head.unwrap().log
        };
        let (logs, are_more) = known_logs(store.as_ref()).await.unwrap();
        let day = Duration::from_secs(24 * 60 * 60);
        let own = Some(log_of("c"));
        let at = |days: u32, keep| {
            let now = SystemClock.now().plus(day * days);
            standing_still(&logs, are_more, own, now, keep)
        };
        let year = Some(day * 365);
        assert_eq!(at(1, year).health, Health::Ok, "{}", at(1, year).found);
        let listed = at(8, year);
        assert_eq!(listed.health, Health::Warning);
        for folder in ["a", "b"] {
            let of = format!("{} of web-1", log_of(folder));
            assert!(listed.found.contains(&of), "{}", listed.found);
        }
        assert!(!listed.found.contains(&log_of("c").to_string()));
        assert_eq!(at(400, year).health, Health::Ok);
        assert_eq!(at(400, None).health, Health::Warning);
        let more = standing_still(&logs, true, own, SystemClock.now(), year);
        assert_eq!(more.health, Health::Warning);
    }

    #[tokio::test]
    async fn a_clock_that_the_log_doubts_is_told() {
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("audit");
        let store: Arc<dyn store::Store> = Arc::new(Memory::new());
        let mut said = Vec::new();
        for days in [0, 1, 400] {
            let ahead = Ahead(Duration::from_secs(days * 24 * 60 * 60));
            let metrics = Registry::default();
            let parts = Parts {
                store: Arc::clone(&store),
                wrap: Arc::new(Open),
                clock: Arc::new(ahead),
                entropy: Arc::new(SystemEntropy::default()),
                metrics: &metrics,
            };
            let log = Log::open(LogConfig::new(folder.clone()), parts).await;
            said.push(clock(Some(&metrics.render())).is_some());
            log.unwrap().close().await;
        }
        assert_eq!(said, [false, false, true]);
        assert!(clock(None).is_none());
    }

    /// A clock that is so far ahead.
    struct Ahead(Duration);

    impl Clock for Ahead {
        fn now(&self) -> Time {
            SystemClock.now().plus(self.0)
        }
    }

    #[tokio::test]
    async fn a_log_that_nothing_signs_is_told() {
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("audit");
        let sealed = Seal::sealed(Arc::new(SystemEntropy::default()));
        log(&folder, Arc::new(sealed)).await;
        let (health, found) = worst(&folder);
        assert_eq!(health, Health::Warning);
        assert!(found.contains("is signed"), "{found}");
    }
}
