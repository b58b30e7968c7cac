//! The control socket: `control.sock` in the data folder, by which `btz upgrade` and `btz backup` talk to
//! the process that runs. Who may open the folder may ask. One line asks; one line answers, or a backup.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::backup::{Asker, Recorder, Source, Wanted};

/// The socket's name in the data folder.
const FILE_NAME: &str = "control.sock";

/// What is asked.
const UPGRADE: &str = "upgrade";

/// What is asked, before what the backup is to hold.
const BACKUP: &str = "backup ";

/// The longest line, either way.
const LINE_BYTES_MAX: u64 = 64 * 1024;

/// How long who connects may take to ask.
const ASK_TIMEOUT: Duration = Duration::from_secs(5);

/// How long an answer is waited for: longer than a handover may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(150);

/// How long a backup waits for who is to write it down: its snapshot of the store is held meanwhile.
const BACKUP_WRITE_TIMEOUT: Duration = Duration::from_secs(60);

/// How an upgrade ended.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// Another process is the service.
    Upgraded {
        /// Its number.
        pid: u32,
        /// Its version.
        version: String,
    },
    /// All is as it was.
    Failed {
        /// Why.
        reason: String,
    },
}

/// An upgrade that somebody asked for and waits for.
pub(crate) type Asked = oneshot::Sender<Answer>;

/// A socket's path has at most 108 bytes, a data folder's has not: the folder is named by its
/// descriptor.
fn path_in(folder: &File) -> PathBuf {
    let descriptor = folder.as_raw_fd();
    PathBuf::from(format!("/proc/self/fd/{descriptor}/{FILE_NAME}"))
}

fn bind(data: &Path) -> io::Result<UnixListener> {
    let folder = File::open(data)?;
    let path = path_in(&folder);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    UnixListener::bind(&path)
}

/// Listens in the data folder, in place of who did before; gives out what is asked. Where that
/// cannot be, traffic is served all the same, and signals are heard.
pub(crate) fn listen(
    source: Source,
    recorder: Recorder,
) -> (mpsc::Receiver<Asked>, JoinHandle<()>) {
    let (asked, asks) = mpsc::channel(1);
    let bound = bind(&source.data);
    // One backup at a time: each holds a snapshot of the store.
    let backups = Arc::new(Semaphore::new(1));
    let listening = tokio::spawn(async move {
        let socket = match bound {
            Ok(socket) => socket,
            Err(error) => {
                tracing::warn!(%error, "no control socket: btz upgrade will not find this process");
                return;
            }
        };
        loop {
            let Ok((stream, _)) = socket.accept().await else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            // One after the other: two upgrades at once make no sense.
            let stream = tokio::io::BufReader::new(stream);
            let answered = answer(stream, &asked, (&source, &recorder), &backups).await;
            if let Err(error) = answered {
                tracing::debug!("control socket: {error:#}");
            }
        }
    });
    (asks, listening)
}

async fn answer(
    mut stream: tokio::io::BufReader<tokio::net::UnixStream>,
    asked: &mpsc::Sender<Asked>,
    (source, recorder): (&Source, &Recorder),
    backups: &Arc<Semaphore>,
) -> Result<()> {
    let mut line = String::new();
    let read = async {
        (&mut stream)
            .take(LINE_BYTES_MAX)
            .read_line(&mut line)
            .await
    };
    tokio::time::timeout(ASK_TIMEOUT, read).await??;
    let answer = if let Some(wanted) = line.strip_prefix(BACKUP) {
        match (
            serde_json::from_str(wanted),
            backups.clone().try_acquire_owned(),
        ) {
            (Ok(wanted), Ok(place)) => {
                // Upgrades go on to be heard; one ends the backup.
                let (source, recorder) = (source.clone(), recorder.clone());
                let stream = stream.into_inner();
                tokio::spawn(async move {
                    if let Err(error) = back_up(source, recorder, wanted, stream).await {
                        tracing::warn!("a backup failed: {error:#}");
                    }
                    drop(place);
                });
                return Ok(());
            }
            (Ok(_), Err(_)) => failed("another backup is being made: try again later"),
            (Err(_), _) => failed("this version of btz knows no such backup"),
        }
    } else if line.trim_end() == UPGRADE {
        let (answered, answer) = oneshot::channel();
        asked.send(answered).await?;
        answer.await.unwrap_or_else(|_| Answer::Failed {
            reason: "btz was told to stop".to_owned(),
        })
    } else {
        failed("this version of btz knows only `upgrade` and `backup`")
    };
    let mut line = serde_json::to_vec(&answer)?;
    line.push(b'\n');
    stream.get_mut().write_all(&line).await?;
    Ok(())
}

fn failed(reason: &str) -> Answer {
    Answer::Failed {
        reason: reason.to_owned(),
    }
}

/// Writes a backup into the stream, or a line that says why there is none.
async fn back_up(
    source: Source,
    recorder: Recorder,
    wanted: Wanted,
    mut stream: tokio::net::UnixStream,
) -> Result<()> {
    let asker = Asker::of(&stream)?;
    let begun = match recorder.begun(asker, wanted).await {
        Ok(()) => source.begin(wanted).await,
        Err(error) => Err(error),
    };
    let begun = match begun {
        Ok(begun) => begun,
        Err(error) => {
            let mut line = serde_json::to_vec(&failed(&format!("{error:#}")))?;
            line.push(b'\n');
            recorder.ended(asker, &Err(error)).await;
            return Ok(stream.write_all(&line).await?);
        }
    };
    let stream = stream.into_std()?;
    stream.set_nonblocking(false)?;
    stream.set_write_timeout(Some(BACKUP_WRITE_TIMEOUT))?;
    let written = move || begun.write(io::BufWriter::new(stream));
    let written = tokio::task::spawn_blocking(written).await?;
    recorder.ended(asker, &written).await;
    written.map(drop)
}

fn connect(data: &Path) -> Result<UnixStream> {
    let none = || format!("no btz runs with the data folder {}", data.display());
    let folder = File::open(data).with_context(none)?;
    UnixStream::connect(path_in(&folder)).with_context(none)
}

/// Asks the process that runs with the data folder for a backup, which is what is read then; `None` when
/// none runs.
pub(crate) fn ask_for_backup(data: &Path, wanted: Wanted) -> Result<Option<impl Read + use<>>> {
    let Ok(mut stream) = connect(data) else {
        return Ok(None);
    };
    stream.set_read_timeout(Some(ANSWER_TIMEOUT))?;
    let wanted = serde_json::to_string(&wanted)?;
    stream.write_all(format!("{BACKUP}{wanted}\n").as_bytes())?;
    let mut stream = BufReader::with_capacity(256 * 1024, stream);
    match stream.fill_buf()?.first() {
        Some(b'{') => {}
        Some(_) => return Ok(Some(stream)),
        None => bail!("the process that runs ended without an answer"),
    }
    let mut line = String::new();
    (&mut stream).take(LINE_BYTES_MAX).read_line(&mut line)?;
    match serde_json::from_str(&line) {
        Ok(Answer::Failed { reason }) => bail!("{reason}"),
        _ => bail!("the process that runs said `{}`", line.escape_debug()),
    }
}

/// Asks the process that runs with the data folder `data` to upgrade, and waits for what becomes
/// of it.
pub(crate) fn ask_for_upgrade(data: &Path) -> Result<Answer> {
    let stream = connect(data)?;
    stream.set_read_timeout(Some(ANSWER_TIMEOUT))?;
    let mut stream = BufReader::new(stream);
    stream
        .get_mut()
        .write_all(format!("{UPGRADE}\n").as_bytes())?;
    let mut line = String::new();
    (&mut stream).take(LINE_BYTES_MAX).read_line(&mut line)?;
    if line.is_empty() {
        bail!("the process that runs ended without an answer");
    }
    serde_json::from_str(&line).with_context(|| format!("the process that runs said `{line}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_asked_is_answered_however_long_the_folders_path_is() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("d".repeat(120));
        std::fs::create_dir(&data).unwrap();
        let store: Arc<dyn store::Store> = Arc::new(store::Memory::new());
        let entropy = Arc::new(crate::system::SystemEntropy::default());
        let seal = Arc::new(keys::seal::Seal::sealed(Arc::clone(&entropy) as _));
        let registry = telemetry::metrics::Registry::default();
        let parts = telemetry::audit::Parts {
            store: Arc::clone(&store),
            wrap: Arc::clone(&seal) as _,
            clock: Arc::new(crate::system::SystemClock),
            entropy,
            metrics: &registry,
        };
        let config = telemetry::audit::Config::new(data.join("audit"));
        let log = telemetry::audit::Log::open(config, parts).await.unwrap();
        let recorder = || Recorder::new(log.clone(), &registry);
        let source = || {
            let (store, seal) = (Arc::clone(&store), Arc::clone(&seal));
            Source {
                data: data.clone(),
                configuration: None,
                store,
                is_own_store: true,
                seal,
            }
        };
        let (_first_asks, _first) = listen(source(), recorder());
        // The next one takes its place.
        let (mut asks, _second) = listen(source(), recorder());
        let refused = || {
            let data = data.clone();
            let asking = move || ask_for_backup(&data, Wanted::default()).map(|_| ());
            let asking = tokio::task::spawn_blocking(asking);
            async { format!("{:#}", asking.await.unwrap().unwrap_err()) }
        };
        let reason = refused().await;
        assert!(reason.contains("seal is closed"), "{reason}");
        // Whoever asked, and that there was none, is in the log.
        let all = telemetry::audit::Filter::default();
        let told = telemetry::audit::search(&data.join("audit"), &all, 10, |_, _| {}).unwrap();
        let names = ["BackupFailed", "BackupBegun", "AuditLogOpened"];
        assert_eq!(told.len(), names.len());
        for (record, name) in told.iter().zip(names) {
            assert!(record.text.contains(name), "{}", record.text);
        }
        let uid = format!("\"uid\":{}", rustix::process::geteuid().as_raw());
        assert!(told.iter().take(2).all(|one| one.text.contains(&uid)));
        // What cannot be recorded is not made.
        log.close().await;
        let reason = refused().await;
        assert!(reason.contains("without its audit record"), "{reason}");
        let failed = "btz_backups_total{result=\"failed\"} 2";
        assert!(registry.render().contains(failed));
        let asking = tokio::task::spawn_blocking({
            let data = data.clone();
            move || ask_for_upgrade(&data)
        });
        let upgraded = || Answer::Upgraded {
            pid: 7,
            version: "1".to_owned(),
        };
        asks.recv().await.unwrap().send(upgraded()).unwrap();
        assert_eq!(asking.await.unwrap().unwrap(), upgraded());
    }

    #[test]
    fn where_none_runs_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let error = format!("{:#}", ask_for_upgrade(folder.path()).unwrap_err());
        assert!(error.contains("no btz runs"), "{error}");
    }
}
