//! Which files of a data folder a backup holds.

use std::path::Path;

use anyhow::{Context, Result, bail};
use backup::{FileName, FilePlace};

/// Folders within folders that are looked into.
const DEPTH_MAX: usize = 16;

/// What is not copied: it belongs to a process, is in the backup in another form, or opens the seal.
const LEFT_OUT: &[&str] = &[
    super::STORE_FILE,
    "control.sock",
    "seal.lock",
    "seal.json.next",
    "audit/lock",
    // It says something of this folder, not of the installation.
    super::vouch::FILE_NAME,
    super::recorder::FILE_NAME,
    // Who has it opens the seal.
    "recovery-kit.txt",
];

/// Whether a file of the data folder goes into a backup.
fn is_wanted(path: &str, with_logs: bool) -> bool {
    let in_log =
        path.starts_with("logs/") || (path.starts_with("buckets/") && path.contains("/AWSLogs/"));
    // What is being written has these names for a moment.
    let is_unfinished = path.ends_with(".new");
    let is_key_file = path.starts_with("keys/seal.key");
    let is_left_out = LEFT_OUT.contains(&path) || path.starts_with("recovery-kit.txt");
    !is_left_out && !is_key_file && !is_unfinished && (with_logs || !in_log)
}

/// The files that go into a backup, in its order.
pub(super) fn files(data: &Path, with_logs: bool) -> Result<Vec<FileName>> {
    let mut found = Vec::new();
    let mut folders = vec![(String::new(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let path = data.join(&folder);
        let entries = match std::fs::read_dir(&path) {
            Ok(entries) => entries,
            // It went meanwhile, as a removed certificate does.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && depth > 0 => continue,
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let name = name
                .to_str()
                .with_context(|| format!("{}: its name is no text", entry.path().display()))?;
            let relative = match folder.as_str() {
                "" => name.to_owned(),
                folder => format!("{folder}/{name}"),
            };
            // Links are followed: what they lead to is part of the installation.
            let Ok(file) = std::fs::metadata(entry.path()) else {
                continue;
            };
            if file.is_dir() && (with_logs || relative != "logs") {
                if depth >= DEPTH_MAX {
                    bail!("{}: folders are too deep", entry.path().display());
                }
                folders.push((relative, depth + 1));
            } else if file.is_file() && is_wanted(&relative, with_logs) {
                found.push(FileName {
                    place: FilePlace::Data,
                    path: relative,
                });
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_the_seal_and_what_is_a_process_s_own_is_left_out() {
        for path in [
            "state.redb",
            "control.sock",
            "seal.lock",
            "seal.json.next",
            "audit/lock",
            "restored-signer.json",
            "recovery-kit.txt",
            "recovery-kit.txt.old",
            "keys/seal.key",
            "keys/seal.key.next",
            "certificates/shop/cert.pem.new",
        ] {
            assert!(!is_wanted(path, true), "{path}");
        }
        for path in [
            "seal.json",
            "credentials",
            "keys/cookie.key",
            "certificates/shop/key.pem",
            "acme/0123.json",
            "buckets/trust/ca.pem",
            "audit/segment-00000000000000000001.audit",
            "backup-key",
        ] {
            assert!(is_wanted(path, false), "{path}");
        }
        for path in ["logs/access.log", "buckets/logs/AWSLogs/1/x.gz"] {
            assert!(!is_wanted(path, false), "{path}");
            assert!(is_wanted(path, true), "{path}");
        }
    }
}
