//! A whole btz under a bench: alone on its ports, with credentials that only the bench knows.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use crate::shell;

/// Only this btz, on loopback, for the time of the bench.
pub(crate) const ACCESS_KEY: [(&str, &str); 3] = [
    ("BTZ_ACCOUNT_ID", "123456789012"),
    ("BTZ_ROOT_ACCESS_KEY_ID", "AKIABENCHOFBARTIZAN0"),
    ("BTZ_ROOT_SECRET_ACCESS_KEY", "bench/secret+of=Bartizan"),
];

/// The program to measure: `BTZ_BINARY`, or a release build.
pub(crate) fn program() -> Result<PathBuf> {
    if let Some(program) = std::env::var_os("BTZ_BINARY") {
        return Ok(program.into());
    }
    shell::run(shell::cargo().args(["build", "--release", "--package", "btz"]))?;
    Ok(shell::target()?.join("release/btz"))
}

/// A btz that is ended when it is not needed any more.
pub(crate) struct Serving(Child);

impl Serving {
    /// Starts it with its data in that folder, on one CPU if one is named.
    pub(crate) fn start(
        program: &Path,
        folder: &Path,
        api: u16,
        cpu: Option<&str>,
    ) -> Result<Self> {
        let mut command = match cpu {
            None => Command::new(program),
            Some(cpu) => {
                let mut command = Command::new("taskset");
                command.args(["-c", cpu]).arg(program);
                command
            }
        };
        let child = command
            // Nobody asks the application.
            .args(["protect", "http://127.0.0.1:9"])
            .args(["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"])
            .args(["--api", &format!("127.0.0.1:{api}"), "--data"])
            .arg(folder.join("data"))
            .envs(ACCESS_KEY)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        Ok(Self(child))
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if self.0.kill().and_then(|()| self.0.wait()).is_err() {
            shell::complain(&format!("process {} could not be ended", self.0.id()));
        }
    }
}
