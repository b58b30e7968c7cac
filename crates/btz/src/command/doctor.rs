//! `btz doctor`: is this machine ready, and if not, which command repairs it. Looks only; changes
//! nothing.

mod audit;

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use keys::seal::SlotKind;
use serde::Serialize;
use waf::Source;

use crate::certificate::{self, Condition, Origin};
use crate::cli::{Options, Output};
use crate::config::{Config, TargetUrl};
use crate::seal::{self, HeaderFile, RecoveryKit};
use crate::sealed_file::SecretFiles;
use crate::suite::networks;
use crate::{Exit, http_client, memory, say, table};

/// Open files that a busy edge needs: two a connection, and some.
const OPEN_FILES_MIN: u64 = 4096;

/// Memory that the suite and a busy edge need.
const MEMORY_BYTES_MIN: u64 = 256 * 1024 * 1024;

/// Disk that state and logs need before rotation bounds them.
const DISK_BYTES_MIN: u64 = 1024 * 1024 * 1024;

/// How long a probe waits for another program.
const PROBE: Duration = Duration::from_secs(2);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Health {
    /// In order.
    Ok,
    /// Works, but not as well as it could.
    Warning,
    /// Will not work.
    Failed,
}

/// What one check found.
#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    health: Health,
    found: String,
    /// The command or change that repairs it; empty when nothing is to be done.
    repair: String,
}

fn finding(
    check: &'static str,
    health: Health,
    found: impl Into<String>,
    repair: impl Into<String>,
) -> Finding {
    let repair = if health == Health::Ok {
        String::new()
    } else {
        repair.into()
    };
    Finding {
        check,
        health,
        found: found.into(),
        repair,
    }
}

/// Checks and shows; exit code 1 when something failed.
pub(crate) fn doctor(options: &Options, output: Output) -> Result<Exit> {
    let findings = match options.config() {
        Ok(config) => checks(&config),
        Err(error) => vec![finding(
            "configuration",
            Health::Failed,
            format!("{error:#}"),
            "mend the file",
        )],
    };
    match output {
        Output::Json => say(&serde_json::to_string_pretty(&findings)?),
        Output::Table => say(&shown(&findings)),
    }
    let failed = findings
        .iter()
        .any(|finding| finding.health == Health::Failed);
    Ok(if failed { Exit::Findings } else { Exit::Fine })
}

fn shown(findings: &[Finding]) -> String {
    let rows: Vec<Vec<String>> = findings
        .iter()
        .map(|finding| {
            let mark = match finding.health {
                Health::Ok => "ok",
                Health::Warning => "warning",
                Health::Failed => "FAILED",
            };
            vec![
                mark.to_owned(),
                finding.check.to_owned(),
                finding.found.clone(),
                finding.repair.clone(),
            ]
        })
        .collect();
    let count = |health| {
        findings
            .iter()
            .filter(|finding| finding.health == health)
            .count()
    };
    format!(
        "{}\n{} ok, {} warnings, {} failed",
        table::table(&["", "check", "found", "repair"], &rows),
        count(Health::Ok),
        count(Health::Warning),
        count(Health::Failed)
    )
}

fn checks(config: &Config) -> Vec<Finding> {
    let mistakes = config.mistakes();
    let mut findings = vec![match mistakes.as_slice() {
        [] => finding("configuration", Health::Ok, "no mistakes", ""),
        _ => finding(
            "configuration",
            Health::Failed,
            mistakes.join("; "),
            "mend it, then: btz config check",
        ),
    }];
    findings.push(data_folder(&config.data));
    findings.push(credentials(&config.data.join("credentials")));
    findings.extend(seal(&config.data));
    findings.extend(audit::checks(&config.audit().folder));
    findings.extend(audit::in_store(config));
    findings.push(swap());
    findings.push(disk("free disk", &config.data));
    findings.push(memory());
    findings.push(open_files());
    findings.push(clock());
    findings.extend(audit::clock(metrics(config.admin).as_deref()));
    findings.push(backlog());
    findings.push(user());
    findings.extend(certificates(config));
    findings.extend(listeners(config));
    findings.extend(ready(config.admin));
    findings.extend(config.target.as_deref().map(target));
    findings.extend(network_sources(config));
    findings
}

fn data_folder(folder: &Path) -> Finding {
    use std::os::unix::fs::PermissionsExt;
    let name = "data folder";
    let shown = folder.display();
    match std::fs::metadata(folder) {
        Ok(metadata) if !metadata.is_dir() => finding(
            name,
            Health::Failed,
            format!("{shown} is no folder"),
            "choose another with --data",
        ),
        Ok(metadata) if metadata.permissions().mode() & 0o077 != 0 => finding(
            name,
            Health::Warning,
            format!(
                "{shown} can be read by others (mode {:o})",
                metadata.permissions().mode() & 0o777
            ),
            format!("chmod 700 {shown}"),
        ),
        Ok(metadata) if metadata.permissions().readonly() => finding(
            name,
            Health::Failed,
            format!("{shown} is not writable"),
            format!("chmod 700 {shown}"),
        ),
        Ok(_) => finding(name, Health::Ok, format!("{shown}"), ""),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => finding(
            name,
            Health::Ok,
            format!("{shown} will be made at first start"),
            "",
        ),
        Err(error) => finding(
            name,
            Health::Failed,
            format!("{shown}: {error}"),
            "choose another with --data",
        ),
    }
}

fn credentials(file: &Path) -> Finding {
    use std::os::unix::fs::PermissionsExt;
    let name = "root credentials";
    let shown = file.display();
    match std::fs::metadata(file) {
        Ok(metadata) if metadata.permissions().mode() & 0o077 != 0 => finding(
            name,
            Health::Failed,
            format!("{shown} can be read by others"),
            format!("chmod 600 {shown}"),
        ),
        Ok(_) => finding(name, Health::Ok, format!("{shown}, for its owner only"), ""),
        Err(_) => finding(name, Health::Ok, "will be made at first start", ""),
    }
}

/// What opens the seal, where its key file lies, and whether the recovery kit was moved away.
fn seal(data: &Path) -> Vec<Finding> {
    let name = "seal";
    let header = match HeaderFile::of(data).read() {
        Ok(Some(header)) => header,
        Ok(None) => return vec![finding(name, Health::Ok, "will be made at first start", "")],
        Err(error) => {
            let repair = "restore it from a backup: without it no key opens";
            return vec![finding(name, Health::Failed, format!("{error:#}"), repair)];
        }
    };
    let mut findings = Vec::new();
    match seal::unattended(data, &header, token::Caution::Unattended) {
        Ok((id, _)) => {
            let kinds: Vec<String> = header
                .slots()
                .iter()
                .map(|slot| slot.kind.to_string())
                .collect();
            let in_data = header.slots().iter().find_map(|slot| match &slot.kind {
                SlotKind::File { path } if seal::is_in_data(data, Path::new(path)) => Some(path),
                _ => None,
            });
            findings.push(match in_data {
                Some(path) => finding(
                    name,
                    Health::Warning,
                    format!("{path} lies in the data folder: a copy of the folder opens the seal"),
                    "btz seal add file --path PATH elsewhere, then btz seal remove this slot",
                ),
                None => finding(
                    name,
                    Health::Ok,
                    format!("slot {id} opens by itself; slots: {}", kinds.join(", ")),
                    "",
                ),
            });
        }
        Err(error) => findings.push(finding(
            name,
            Health::Failed,
            format!("sealed, no key is served: {error:#}"),
            "btz seal recover",
        )),
    }
    let kit = RecoveryKit::place(data);
    if kit.exists() {
        findings.push(finding(
            "recovery kit",
            Health::Warning,
            format!("{} is still on this machine", kit.display()),
            "print it, give its shares to different hands, and delete the file",
        ));
    }
    findings
}

/// Keys in memory can reach the swap unless memory is locked.
fn swap() -> Finding {
    let name = "swap";
    match (memory::has_swap(), memory::can_lock()) {
        (false, _) => finding(name, Health::Ok, "there is none", ""),
        (true, true) => finding(name, Health::Ok, "memory is locked", ""),
        (true, false) => finding(
            name,
            Health::Warning,
            "memory cannot be locked: keys may reach the swap",
            "LimitMEMLOCK=infinity in the service's unit, or ulimit -l unlimited",
        ),
    }
}

/// Free bytes of the file system that the nearest existing folder lies on, as df tells.
fn disk(name: &'static str, folder: &Path) -> Finding {
    let existing = folder
        .ancestors()
        .find(|path| path.exists())
        .map_or_else(|| PathBuf::from("/"), Path::to_path_buf);
    let output = std::process::Command::new("df")
        .args(["--output=avail", "--block-size=1"])
        .arg(&existing)
        .output();
    let free = output
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .and_then(|text| text.lines().nth(1)?.trim().parse::<u64>().ok());
    match free {
        Some(bytes) => finding(
            name,
            if bytes >= DISK_BYTES_MIN {
                Health::Ok
            } else {
                Health::Warning
            },
            mebibytes(bytes),
            "free some disk, or choose another folder with --data",
        ),
        None => finding(
            name,
            Health::Warning,
            "df does not tell",
            "look yourself: df -h",
        ),
    }
}

fn memory() -> Finding {
    let name = "available memory";
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib = text.lines().find_map(|line| {
        line.strip_prefix("MemAvailable:")?
            .trim()
            .strip_suffix(" kB")?
            .trim()
            .parse::<u64>()
            .ok()
    });
    match kib {
        Some(kib) => finding(
            name,
            if kib * 1024 >= MEMORY_BYTES_MIN {
                Health::Ok
            } else {
                Health::Warning
            },
            mebibytes(kib * 1024),
            "stop something, or take a larger machine",
        ),
        None => finding(
            name,
            Health::Warning,
            "/proc/meminfo does not tell",
            "look yourself: free -h",
        ),
    }
}

fn open_files() -> Finding {
    let name = "open file limit";
    let text = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let soft = text.lines().find_map(|line| {
        line.strip_prefix("Max open files")?
            .split_whitespace()
            .next()?
            .parse::<u64>()
            .ok()
    });
    match soft {
        Some(limit) => finding(
            name,
            if limit >= OPEN_FILES_MIN {
                Health::Ok
            } else {
                Health::Warning
            },
            limit.to_string(),
            "ulimit -n 65536 (systemd: LimitNOFILE=65536)",
        ),
        None => finding(name, Health::Ok, "unlimited", ""),
    }
}

fn clock() -> Finding {
    use types::Clock;
    let now = crate::system::SystemClock.now();
    // Signatures carry the time: a clock that is more than 5 minutes off refuses every call.
    let built = types::Time::from_seconds(1_793_000_000);
    let right = now > built;
    finding(
        "clock",
        if right { Health::Ok } else { Health::Failed },
        now.rfc3339_seconds(),
        "timedatectl set-ntp true",
    )
}

fn backlog() -> Finding {
    let name = "listen backlog";
    let read = std::fs::read_to_string("/proc/sys/net/core/somaxconn");
    match read.ok().and_then(|text| text.trim().parse::<u32>().ok()) {
        Some(limit) => finding(
            name,
            if limit >= 1024 {
                Health::Ok
            } else {
                Health::Warning
            },
            limit.to_string(),
            "sysctl -w net.core.somaxconn=4096",
        ),
        None => finding(name, Health::Ok, "not told by this system", ""),
    }
}

fn user() -> Finding {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let root = text
        .lines()
        .find_map(|line| line.strip_prefix("Uid:")?.split_whitespace().nth(1))
        .is_some_and(|uid| uid == "0");
    finding(
        "user",
        if root { Health::Warning } else { Health::Ok },
        if root { "root" } else { "not root" },
        "run as a user of its own; for ports below 1024: setcap cap_net_bind_service=+ep btz",
    )
}

/// One finding for each certificate.
fn certificates(config: &Config) -> Vec<Finding> {
    use types::Clock;
    let name = "certificate";
    let now = crate::system::SystemClock.now();
    let all = match certificate::statuses(config, None, now) {
        Ok(all) => all,
        Err(error) => {
            let error = format!("{error:#}");
            return vec![finding(name, Health::Failed, error, "mend what it says")];
        }
    };
    let found = |status: certificate::Status| {
        let (mut health, mut said) = match (status.condition, &status.expires) {
            (Condition::Valid, Some(expires)) => (Health::Ok, format!("expires {expires}")),
            (Condition::Expiring, Some(expires)) => (Health::Warning, format!("expires {expires}")),
            (Condition::Expired, Some(expires)) => (Health::Failed, format!("expired {expires}")),
            (Condition::Pending, _) => (Health::Ok, "ordered".to_owned()),
            _ => (Health::Failed, "cannot be used".to_owned()),
        };
        if status.failures > 0 {
            health = health.max(Health::Warning);
            said.push_str(&format!(", renewal failed {} times", status.failures));
        }
        if let Some(problem) = &status.problem {
            said.push_str(&format!(": {problem}"));
        }
        let repair = match status.origin {
            Origin::Acme => "see btz certificate list".to_owned(),
            Origin::Config => "put a new certificate into its files".to_owned(),
            Origin::Imported => {
                let name = &status.name;
                format!("btz certificate import {name} --cert FILE --key FILE")
            }
        };
        finding(name, health, format!("{} {said}", status.name), repair)
    };
    let mut findings: Vec<Finding> = all.into_iter().map(found).collect();
    findings.extend(private_keys(config));
    findings
}

/// Which private keys lie open: those of the owner's own files stay as the owner made them.
fn private_keys(config: &Config) -> Vec<Finding> {
    use std::os::unix::fs::PermissionsExt;
    let name = "private key";
    let mut findings = Vec::new();
    let sources = certificate::sources(config).unwrap_or_default();
    for source in sources {
        let shown = source.key.display();
        let Ok(file) = std::fs::metadata(&source.key) else {
            continue;
        };
        if source.origin != Origin::Config {
            continue;
        }
        findings.push(if file.permissions().mode() & 0o077 == 0 {
            let said = format!("{shown} lies open, for its owner only: it is yours to keep");
            finding(name, Health::Ok, said, "")
        } else {
            let said = format!("{shown} lies open, and others can read it");
            finding(name, Health::Warning, said, format!("chmod 600 {shown}"))
        });
    }
    let files = SecretFiles::of_command(&config.data);
    for path in files.lying_open().unwrap_or_default() {
        findings.push(finding(
            name,
            Health::Warning,
            format!("{} is not wrapped by the seal yet", path.display()),
            "the next start wraps it: btz upgrade",
        ));
    }
    findings
}

fn listeners(config: &Config) -> Vec<Finding> {
    let mut addresses = vec![
        ("listener", "--listen", config.listen),
        ("API listener", "--api", config.api),
        ("admin listener", "--admin", config.admin),
    ];
    addresses.extend(
        config
            .listen_tls
            .map(|address| ("HTTPS listener", "--listen-tls", address)),
    );
    let running = is_ready(config.admin);
    addresses
        .into_iter()
        .map(|(name, flag, address)| match TcpListener::bind(address) {
            Ok(_) => finding(name, Health::Ok, format!("{address} is free"), ""),
            Err(_) if running => finding(name, Health::Ok, format!("{address} is held by btz"), ""),
            Err(error) => finding(
                name,
                Health::Failed,
                format!("{address}: {error}"),
                format!(
                    "choose another with {flag}, or see who holds it: ss -ltnp 'sport = :{}'",
                    address.port()
                ),
            ),
        })
        .collect()
}

fn ready(admin: SocketAddr) -> Option<Finding> {
    is_ready(admin).then(|| {
        finding(
            "running btz",
            Health::Ok,
            format!("ready, says http://{admin}/readyz"),
            "",
        )
    })
}

fn is_ready(admin: SocketAddr) -> bool {
    TcpStream::connect_timeout(&admin, PROBE).is_ok()
        && http_client::exchange(
            admin,
            &format!("GET /readyz HTTP/1.1\r\nHost: {admin}"),
            b"",
        )
        .is_ok_and(|answer| answer.status == 200)
}

/// What rules know of addresses; what a running btz is asked for and has not is a warning.
fn network_sources(config: &Config) -> Vec<Finding> {
    use types::Clock;
    // Its mistakes are told with the configuration's.
    let Ok(mut book) = networks::Book::open(&config.networks, &config.data) else {
        return Vec::new();
    };
    book.refresh();
    let (known, now) = (book.known(), crate::system::SystemClock.now());
    let asked =
        metrics(config.admin).map_or_else(BTreeSet::new, |text| networks::asked_by_metrics(&text));
    networks::sources()
        .map(|source| {
            let state = known.networks.state_of(source, now);
            let complaints = book.complaints(source);
            let name = match source {
                Source::Countries => "country database",
                Source::Asns => "ASN database",
                Source::List(list) => list.as_str(),
            };
            if !complaints.is_empty() {
                let repair = "mend or replace it; it is read anew by itself";
                return finding(name, Health::Warning, complaints.join("; "), repair);
            }
            let is_lacking = state.networks == 0 && asked.contains(&source);
            let (health, found) = if is_lacking {
                (Health::Warning, format!("{state}; a web ACL asks for it"))
            } else {
                (Health::Ok, state.to_string())
            };
            let path = networks::default_path(source, &config.data);
            let repair = match source {
                Source::Countries => "--country-database FILE".to_owned(),
                Source::Asns => "--asn-database FILE".to_owned(),
                Source::List(list) => format!("--ip-list {}=FILE", list.as_str()),
            };
            let repair = format!("{repair}, or put it at {}", path.display());
            finding(name, health, found, repair)
        })
        .collect()
}

fn metrics(admin: SocketAddr) -> Option<String> {
    TcpStream::connect_timeout(&admin, PROBE).ok()?;
    let request = format!("GET /metrics HTTP/1.1\r\nHost: {admin}");
    let answer = http_client::exchange(admin, &request, b"").ok()?;
    String::from_utf8(answer.body).ok()
}

fn target(text: &str) -> Finding {
    let name = "application";
    let Ok(url) = TargetUrl::parse(text) else {
        return finding(
            name,
            Health::Failed,
            format!("`{text}` is no address"),
            "http://HOST:PORT",
        );
    };
    let reached = (url.host.as_str(), url.port)
        .to_socket_addrs()
        .map(|addresses| {
            addresses
                .into_iter()
                .any(|a| TcpStream::connect_timeout(&a, PROBE).is_ok())
        });
    match reached {
        Ok(true) => finding(name, Health::Ok, format!("{text} accepts connections"), ""),
        Ok(false) => finding(
            name,
            Health::Failed,
            format!("{text} accepts no connection"),
            "start it",
        ),
        Err(error) => finding(
            name,
            Health::Failed,
            format!("{}: {error}", url.host),
            "mend the name",
        ),
    }
}

fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes / (1024 * 1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_names_its_repair() {
        let held = TcpListener::bind("127.0.0.1:0").unwrap();
        let config = Config {
            target: Some(format!("http://{}", free_address())),
            listen: held.local_addr().unwrap(),
            // Where no btz of the machine's own answers for who holds it.
            admin: free_address(),
            data: PathBuf::from("/proc/version"),
            region: "EU".to_owned(),
            ..Config::default()
        };
        let findings = checks(&config);
        for name in ["configuration", "data folder", "listener", "application"] {
            let found = findings
                .iter()
                .find(|finding| finding.check == name)
                .unwrap();
            assert_eq!(found.health, Health::Failed, "{found:?}");
            assert!(!found.repair.is_empty(), "{found:?}");
        }
        assert!(shown(&findings).contains("FAILED"));
    }

    #[test]
    fn what_is_in_order_asks_for_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            listen: free_address(),
            api: free_address(),
            admin: free_address(),
            data: folder.path().join("new"),
            ..Config::default()
        };
        let findings = checks(&config);
        assert!(
            findings
                .iter()
                .all(|finding| finding.health != Health::Failed),
            "{findings:?}"
        );
        let ok = findings
            .iter()
            .filter(|finding| finding.health == Health::Ok);
        assert!(ok.into_iter().all(|finding| finding.repair.is_empty()));
    }

    fn free_address() -> SocketAddr {
        TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
    }
}
