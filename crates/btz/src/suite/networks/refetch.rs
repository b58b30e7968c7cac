//! Keeps the copy of what a URL gives: fetched at an interval, checked, then put in place of the
//! one before. A copy's time of modification is when it was last fetched or confirmed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use anyhow::{Result, anyhow};
use aws_lc_rs::digest;
use waf::Source;

use super::fetch::{self, Validators};
use super::place::Url;
use super::{bytes_max, check, name};
use crate::private_file;

/// The longest wait after a fetch that failed.
const RETRY: Duration = Duration::from_secs(5 * 60);

/// A URL and the file that is its copy.
#[derive(Debug)]
pub(super) struct Refetch {
    pub(super) source: Source,
    pub(super) url: Url,
    pub(super) path: PathBuf,
    pub(super) every: Duration,
    pub(super) allow_plain_http: bool,
    pub(super) failures: Arc<AtomicU64>,
}

/// Where the copy of a URL is kept: by a digest, since a URL may hold a key.
pub(super) fn copy_path(source: Source, url: &Url, data: &Path) -> PathBuf {
    let digest = digest::digest(&digest::SHA256, url.whole().as_bytes());
    let hex = types::hex(digest.as_ref().get(..8).unwrap_or_default());
    let copies = data.join("networks").join("fetched");
    copies.join(format!("{}-{hex}", name(source)))
}

impl Refetch {
    /// Runs until it is aborted. A copy that is young enough is not fetched anew at start.
    pub(super) async fn run(self) {
        let copy = std::fs::metadata(&self.path).and_then(|copy| copy.modified());
        let age = copy.ok().and_then(|at| at.elapsed().ok());
        let mut wait = age.map_or(Duration::ZERO, |age| self.every.saturating_sub(age));
        let mut said = None;
        loop {
            tokio::time::sleep(wait).await;
            wait = self.every;
            let Err(error) = self.fetch().await else {
                said = None;
                continue;
            };
            wait = wait.min(RETRY);
            self.failures.fetch_add(1, Ordering::Relaxed);
            let why = format!("{error:#}");
            if said.as_ref() != Some(&why) {
                let (source, url) = (self.source, &self.url);
                tracing::warn!("{source}: {url}: {why}; the copy before it, if any, is used");
                said = Some(why);
            }
        }
    }

    async fn fetch(&self) -> Result<()> {
        let beside = self.path.with_extension("validators.json");
        // Without the copy itself, what the server said of it is of no use.
        let known: Validators = std::fs::read(&beside)
            .ok()
            .filter(|_| self.path.exists())
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default();
        let most = bytes_max(self.source);
        let fetched = fetch::fetch(&self.url, &known, most, self.allow_plain_http).await?;
        let (source, path) = (self.source, self.path.clone());
        let keep = move || -> Result<()> {
            let Some(fetched) = fetched else {
                let copy = std::fs::File::options().append(true).open(&path)?;
                return Ok(copy.set_modified(SystemTime::now())?);
            };
            let bytes = Arc::from(fetched.bytes.as_ref());
            check(source, &bytes).map_err(|why| anyhow!("what it answered is wrong: {why}"))?;
            private_file::write(&path, &bytes)?;
            private_file::write(&beside, &serde_json::to_vec(&fetched.validators)?)
        };
        tokio::task::spawn_blocking(keep).await?
    }
}
