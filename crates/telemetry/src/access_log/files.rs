//! The files of access logs, under the keys that AWS gives its objects:
//! `BUCKET[/PREFIX]/AWSLogs/ACCOUNT/elasticloadbalancing/REGION/yyyy/mm/dd/
//! ACCOUNT_elasticloadbalancing_REGION_app.NAME.ID_END-TIME_ADDRESS_RANDOM.log`.
//! Source: Application Load Balancers, "Access log files".

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use types::Time;

use super::{AccessLogs, FILE_SECONDS, LogPlace};
use crate::rolling_file::RollingFile;

/// How many files are open at once; further ones are opened for each write.
const OPEN_MAX: usize = 64;
/// How deep a bucket's folders are looked through: prefix, account, service, Region, date.
const DEPTH_MAX: usize = 64;
/// How many files of a bucket are looked through.
const FILES_MAX: usize = 1_000_000;
/// Letters of the random part of a name.
const RANDOM_LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Writes lines to the file of their time.
#[derive(Debug)]
pub(crate) struct AccessFiles {
    /// What tells this process's files from those of others.
    random: String,
    open: BTreeMap<PathBuf, Open>,
}

#[derive(Debug)]
struct Open {
    file: RollingFile,
    end: Time,
}

/// Which log of a load balancer a file is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Of its requests.
    Access,
    /// Of its connections.
    Connection,
}

impl Kind {
    /// What the names of its files begin with.
    fn prefix(self) -> &'static str {
        match self {
            Self::Access => "",
            Self::Connection => "conn_log.",
        }
    }
}

/// The end of the five minutes that a moment lies in.
pub(crate) fn end_of(moment: Time) -> Time {
    let begun = moment.as_seconds().div_euclid(FILE_SECONDS);
    Time::from_seconds((begun + 1) * FILE_SECONDS)
}

impl AccessFiles {
    pub(crate) fn new() -> Self {
        let mut bytes = [0_u8; 8];
        if aws_lc_rs::rand::fill(&mut bytes).is_err() {
            bytes = u64::from(std::process::id()).to_be_bytes();
        }
        let letters = bytes.map(|byte| {
            let letter = RANDOM_LETTERS.get(usize::from(byte) % RANDOM_LETTERS.len());
            letter.copied().map_or('a', char::from)
        });
        Self {
            random: letters.iter().collect(),
            open: BTreeMap::new(),
        }
    }

    /// Appends whole lines of one load balancer. Answers how many old files were deleted for them.
    pub(crate) fn append(
        &mut self,
        logs: &AccessLogs,
        (place, kind): (&LogPlace, Kind),
        load_balancer_arn: &str,
        end: Time,
        lines: &[u8],
    ) -> io::Result<u64> {
        let key = key(kind, load_balancer_arn, end, logs.node, &self.random)
            .ok_or_else(|| io::Error::other("the load balancer's ARN has another form"))?;
        let bucket = logs.folder.join(&place.bucket);
        let path = bucket.join(&place.prefix).join("AWSLogs").join(key);
        if let Some(open) = self.open.get_mut(&path) {
            return open.file.append(lines).map(|_| 0);
        }
        // A file for each time: those of the times before are not written any more.
        self.open.retain(|_, open| open.end >= end);
        let is_new = !path.exists();
        let mut file = RollingFile::open(&path, u64::MAX, 1)?;
        let deleted = if is_new {
            make_room(&bucket, logs.bucket_bytes_max)
        } else {
            0
        };
        file.append(lines)?;
        if self.open.len() < OPEN_MAX {
            self.open.insert(path, Open { file, end });
        }
        Ok(deleted)
    }

    /// Closes the files that nobody logs to any more.
    pub(crate) fn close(&mut self) {
        self.open.clear();
    }
}

/// The key below `AWSLogs/`.
fn key(
    kind: Kind,
    load_balancer_arn: &str,
    end: Time,
    node: IpAddr,
    random: &str,
) -> Option<String> {
    // arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/NAME/ID
    let mut parts = load_balancer_arn.splitn(6, ':').skip(3);
    let (region, account) = (parts.next()?, parts.next()?);
    let name = parts.next()?.strip_prefix("loadbalancer/")?;
    let is_name = |text: &str, also: &[u8]| {
        let of_name = |byte: u8| byte.is_ascii_alphanumeric() || also.contains(&byte);
        !text.is_empty() && text.len() <= 128 && text.bytes().all(of_name)
    };
    if !is_name(region, b"-") || !is_name(account, b"") || !is_name(name, b"-/") {
        return None;
    }
    // 20180702T222500Z
    let basic = end.basic();
    let (date, time) = (basic.get(..8)?, basic.get(..13)?);
    let (year, month, day) = (date.get(..4)?, date.get(4..6)?, date.get(6..)?);
    let name = name.replace('/', ".");
    // Colons are for no file system to see.
    let node = node.to_string().replace(':', "-");
    let prefix = kind.prefix();
    Some(format!(
        "{account}/elasticloadbalancing/{region}/{year}/{month}/{day}/\
         {prefix}{account}_elasticloadbalancing_{region}_{name}_{time}Z_{node}_{random}.log"
    ))
}

/// Deletes the oldest log files of a bucket until it holds no more than it may. Files that are not
/// access logs are left alone, and links are not followed.
fn make_room(bucket: &Path, bytes_max: u64) -> u64 {
    let mut found = Vec::new();
    find(bucket, DEPTH_MAX, &mut found);
    let mut bytes: u64 = found.iter().map(|file| file.bytes).sum();
    if bytes <= bytes_max {
        return 0;
    }
    found.sort_by_key(|file| file.modified);
    // The newest is the one that is being written.
    found.pop();
    let mut deleted = 0;
    for file in found {
        if bytes <= bytes_max {
            break;
        }
        if std::fs::remove_file(&file.path).is_ok() {
            bytes = bytes.saturating_sub(file.bytes);
            deleted += 1;
        }
    }
    deleted
}

struct Found {
    path: PathBuf,
    bytes: u64,
    modified: SystemTime,
}

fn find(folder: &Path, depth: usize, found: &mut Vec<Found>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let Ok(metadata) = entry.metadata() else {
            continue;
        };
        if metadata.is_dir() && depth > 0 {
            find(&entry.path(), depth - 1, found);
        } else if metadata.is_file() && is_access_log(&entry.path()) && found.len() < FILES_MAX {
            found.push(Found {
                path: entry.path(),
                bytes: metadata.len(),
                modified: metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH),
            });
        }
    }
}

fn is_access_log(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let is_log = path.extension().is_some_and(|extension| extension == "log");
    is_log && name.is_some_and(|name| name.contains("_elasticloadbalancing_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:elasticloadbalancing:us-east-2:123456789012:loadbalancer/app/my-loadbalancer/1234567890abcdef";

    fn node() -> IpAddr {
        "172.160.1.192".parse().unwrap()
    }

    #[test]
    fn keys_are_those_of_the_user_guide() {
        let end = end_of(Time::parse_rfc3339("2022-05-01T23:37:11Z").unwrap());
        assert_eq!(
            key(Kind::Access, ARN, end, node(), "20sg8hgm").unwrap(),
            "123456789012/elasticloadbalancing/us-east-2/2022/05/01/\
             123456789012_elasticloadbalancing_us-east-2_app.my-loadbalancer.1234567890abcdef_\
             20220501T2340Z_172.160.1.192_20sg8hgm.log"
        );
        assert_eq!(
            key(Kind::Connection, ARN, end, node(), "20sg8hgm").unwrap(),
            "123456789012/elasticloadbalancing/us-east-2/2022/05/01/conn_log.\
             123456789012_elasticloadbalancing_us-east-2_app.my-loadbalancer.1234567890abcdef_\
             20220501T2340Z_172.160.1.192_20sg8hgm.log"
        );
        for arn in [
            "",
            "arn:aws:elasticloadbalancing:us-east-2:../..:loadbalancer/app/a/1",
        ] {
            assert_eq!(key(Kind::Access, arn, end, node(), "x"), None, "{arn}");
        }
    }

    #[test]
    fn the_end_of_a_file_is_after_all_its_moments() {
        for (moment, end) in [(0, 300), (299, 300), (300, 600), (-1, 0)] {
            assert_eq!(
                end_of(Time::from_seconds(moment)),
                Time::from_seconds(end),
                "{moment}"
            );
        }
    }

    #[test]
    fn a_bucket_that_is_full_loses_its_oldest_logs_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let logs = AccessLogs {
            folder: folder.path().to_owned(),
            node: node(),
            bucket_bytes_max: 2_500,
            by_load_balancer: BTreeMap::new(),
            others: None,
            connections: BTreeMap::new(),
        };
        let place = LogPlace::new("logs", "edge").unwrap();
        std::fs::create_dir_all(folder.path().join("logs/mine")).unwrap();
        let own = folder.path().join("logs/mine/own.log");
        std::fs::write(&own, [b'x'; 5_000]).unwrap();
        let mut files = AccessFiles::new();
        let mut line = vec![b'a'; 999];
        line.push(b'\n');
        let mut deleted = 0;
        for round in 0..6 {
            let end = Time::from_seconds(1_795_348_800 + round * FILE_SECONDS);
            let to = (&place, Kind::Access);
            deleted += files.append(&logs, to, ARN, end, &line).unwrap();
            assert_eq!(files.open.len(), 1, "files of the past are closed");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let mut kept = Vec::new();
        find(&folder.path().join("logs"), DEPTH_MAX, &mut kept);
        let mut kept: Vec<_> = kept
            .iter()
            .map(|file| file.path.display().to_string())
            .collect();
        kept.sort();
        assert_eq!((kept.len(), deleted), (3, 3), "{kept:?}");
        assert!(kept.last().unwrap().contains("T1225Z"), "{kept:?}");
        assert!(own.exists());
    }
}
