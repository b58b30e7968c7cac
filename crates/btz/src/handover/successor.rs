//! The old process's side: starts its successor and gives it everything, or takes everything back.

use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use command_fds::{CommandFdExt, FdMapping};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::time::timeout;

use super::{MESSAGE_BYTES_MAX, Message, digest};
use crate::config::Config;
use crate::sockets::{HANDOVER, INHERITED_MAX, Named};
use crate::suite::Suite;

/// How long the new process may take to read its configuration.
const START_TIMEOUT: Duration = Duration::from_secs(20);

/// How long it may then take to come into force.
const READY_TIMEOUT: Duration = Duration::from_secs(60);

/// How long it may take from there until it can be followed by another.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(5);

/// The first file descriptor that is handed over (sd_listen_fds(3)).
const FIRST_DESCRIPTOR: i32 = 3;

/// The program that this process is, as it was called: the path is looked at again when it is
/// started anew, and may hold another version then.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
}

impl Program {
    /// The one that runs. To be called at the start: later its path may name another file.
    pub(crate) fn current() -> Result<Self> {
        let mut arguments = std::env::args_os();
        let called = arguments.next().map(PathBuf::from).unwrap_or_default();
        // As it was called, if that says where: a link that is set to a new version is followed.
        let path = if called.components().count() > 1 {
            std::path::absolute(called)?
        } else {
            std::env::current_exe()?
        };
        Ok(Self {
            path,
            arguments: arguments.collect(),
        })
    }

    /// Starts it with `sockets`, and a socket to talk over.
    fn start(&self, sockets: Vec<Named>) -> Result<(Started, UnixStream)> {
        let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
        let mut names = vec![HANDOVER.to_owned()];
        let mut descriptors = vec![OwnedFd::from(theirs)];
        for Named { name, socket } in sockets {
            names.push(name);
            descriptors.push(socket.into());
        }
        if descriptors.len() > INHERITED_MAX {
            bail!(
                "{} sockets are more than {INHERITED_MAX}",
                descriptors.len()
            );
        }
        let mut command = Command::new(&self.path);
        command
            .args(&self.arguments)
            .env("LISTEN_FDS", descriptors.len().to_string())
            .env("LISTEN_FDNAMES", names.join(":"))
            // These name this process; its successor's number is not known before it runs.
            .env_remove("LISTEN_PID")
            .env_remove("LISTEN_FDS_FIRST_FD")
            .env_remove("WATCHDOG_PID");
        let mappings = descriptors.into_iter().zip(FIRST_DESCRIPTOR..);
        let mappings = mappings.map(|(parent_fd, child_fd)| FdMapping {
            parent_fd,
            child_fd,
        });
        command.fd_mappings(mappings.collect())?;
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {}", self.path.display()))?;
        ours.set_nonblocking(true)?;
        let started = Started { child: Some(child) };
        Ok((started, UnixStream::from_std(ours)?))
    }
}

/// A new process that is not the service yet: it is ended when this is dropped.
#[derive(Debug)]
struct Started {
    child: Option<Child>,
}

impl Started {
    /// Ends it; answers how it ended, if it had by itself.
    fn end(&mut self) -> Option<String> {
        let mut child = self.child.take()?;
        // The message that it ends, or the end of its socket, comes a moment before its end.
        for _ in 0..50 {
            if let Ok(Some(status)) = child.try_wait() {
                return Some(status.to_string());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        drop(child.kill());
        drop(child.wait());
        None
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// A new process that serves.
#[derive(Debug)]
pub(crate) struct Successor {
    /// Its number.
    pub(crate) pid: u32,
    /// Its version.
    pub(crate) version: String,
    talk: Talk,
}

impl Successor {
    /// Tells it that it is the service, and waits until it can be asked for the next handover.
    pub(crate) async fn over(mut self) {
        let told = self.talk.say(&Message::Over {}).await;
        if let Err(error) = told.and(self.talk.hear(SETTLE_TIMEOUT).await.map(drop)) {
            tracing::warn!("the new process {}: {error:#}", self.pid);
        }
    }
}

/// Starts `program` as the successor of `suite`. When it fails, `suite` serves as before; why is
/// the error.
pub(crate) async fn hand_over(
    suite: &mut Suite,
    config: &Config,
    program: &Program,
) -> Result<Successor> {
    if config.store == "memory" {
        bail!("the rows are kept in memory (store = \"memory\"): they would be lost");
    }
    if std::process::id() == 1 {
        bail!("this is process 1, with which its container ends: start another container instead");
    }
    let (mut started, stream) = program.start(suite.sockets()?)?;
    let mut talk = Talk(BufReader::new(stream));
    match advance(suite, config, &mut talk).await {
        Ok(version) => {
            let child = started.child.take().context("it was started")?;
            Ok(Successor {
                pid: child.id(),
                version,
                talk,
            })
        }
        Err(error) => {
            let status = tokio::task::spawn_blocking(move || started.end()).await?;
            suite.resume().await.context(
                "the upgrade failed, and so did taking calls again; traffic is served as before",
            )?;
            Err(match status {
                Some(status) => error.context(format!("the new process ended ({status})")),
                None => error.context("the new process was ended"),
            })
        }
    }
}

async fn advance(suite: &mut Suite, config: &Config, talk: &mut Talk) -> Result<String> {
    let version = match talk.hear(START_TIMEOUT).await? {
        Message::Started {
            version,
            data,
            store,
        } => {
            let ours = config.data.display().to_string();
            if data != ours {
                bail!("the data folder cannot change while btz runs: it is {ours}, not {data}");
            }
            if store != digest(&config.store) {
                bail!("the store cannot change while btz runs");
            }
            version
        }
        Message::Failed { reason } => bail!(reason),
        other => bail!("it said {other:?} first"),
    };
    suite.release().await?;
    talk.say(&Message::Released {}).await?;
    match talk.hear(READY_TIMEOUT).await? {
        Message::Ready {} => Ok(version),
        Message::Failed { reason } => bail!(reason),
        other => bail!("it said {other:?} instead of being ready"),
    }
}

/// The old process's end of the socket.
#[derive(Debug)]
struct Talk(BufReader<UnixStream>);

impl Talk {
    async fn say(&mut self, message: &Message) -> Result<()> {
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        let said = self.0.get_mut().write_all(&line).await;
        said.context("it cannot be told anything")
    }

    async fn hear(&mut self, within: Duration) -> Result<Message> {
        let mut line = String::new();
        let read = async {
            let mut bounded = (&mut self.0).take(MESSAGE_BYTES_MAX);
            bounded.read_line(&mut line).await
        };
        let seconds = within.as_secs();
        let read = timeout(within, read).await;
        let read = read.with_context(|| format!("it said nothing for {seconds} s"))?;
        read.context("it broke off")?;
        if line.is_empty() {
            bail!("it was not ready before it ended; its own words are in the log");
        }
        serde_json::from_str(&line).with_context(|| format!("it said `{}`", line.trim_end()))
    }
}
