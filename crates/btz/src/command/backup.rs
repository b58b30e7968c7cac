//! `btz backup`: create, verify, restore.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use backup::{BackupError, Nothing, Verified};
use keys::seal::{Header, Seal, SlotKind};
use serde::Serialize;
use store::{Redb, Store};
use telemetry::audit;
use telemetry::metrics::Registry;
use tokio::runtime::Runtime;
use types::Time;

use super::seal::given;
use crate::backup::{
    Asker, Partial, Recorder, Restore, Restored, STORE_FILE, Source, Wanted, header_of, left_out,
    record_restored,
};
use crate::cli::{BackupCommand, Options, Output, Unlock};
use crate::config::Config;
use crate::control::ask_for_backup;
use crate::progress::Passing;
use crate::system::{SystemClock, SystemEntropy};
use crate::{Exit, UsageError, complain, say, seal};

/// `btz backup …`
pub(crate) fn backup(command: &BackupCommand, output: Output) -> Result<Exit> {
    match command {
        BackupCommand::Create {
            file,
            with_key_file,
            with_logs,
            unlock,
            options,
        } => {
            let wanted = Wanted {
                with_key_file: *with_key_file,
                with_logs: *with_logs,
            };
            create(file, wanted, unlock, options, output)
        }
        BackupCommand::Verify { file, fingerprint } => verify(file, fingerprint.as_deref(), output),
        BackupCommand::Restore {
            file,
            replace,
            allow_rollback,
            fingerprint,
            unlock,
            options,
        } => {
            let restore = Restore {
                replace: *replace,
                allow_rollback: *allow_rollback,
                fingerprint: fingerprint.clone(),
            };
            self::restore(file, &restore, unlock, options, output)
        }
    }
}

/// The store in the data folder is the only one that is backed up and restored.
fn own_store(config: &Config) -> Result<()> {
    if config.store == "redb" {
        return Ok(());
    }
    let why = if config.store == "memory" {
        "store = \"memory\" keeps nothing"
    } else {
        "the rows are in PostgreSQL: back them up and restore them with pg_dump and pg_restore, and copy \
         the data folder beside"
    };
    Err(UsageError(why.to_owned()).into())
}

fn create(
    file: &Path,
    wanted: Wanted,
    unlock: &Unlock,
    options: &Options,
    output: Output,
) -> Result<Exit> {
    let config = options.config()?;
    own_store(&config)?;
    let (header, _) = header_of(&config.data)?;
    let folder = file.parent().filter(|path| !path.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new(".")).canonicalize();
    let data = config.data.canonicalize();
    if let (Ok(folder), Ok(data)) = (folder, data)
        && folder.starts_with(data)
    {
        let why = format!(
            "{} lies in the data folder, so the next backup would hold it: write it elsewhere",
            file.display()
        );
        return Err(UsageError(why).into());
    }
    let partial = Partial::create(file)?;
    match ask_for_backup(&config.data, wanted)? {
        Some(stream) => {
            let mut stream = Passing::of(stream, "writing", 0);
            std::io::copy(&mut stream, &mut partial.file())?;
        }
        None => {
            let here = Here::open(&config, unlock, options)?;
            let out = BufWriter::with_capacity(256 * 1024, partial.file());
            here.write(wanted, Passing::of(out, "writing", 0))?;
        }
    }
    partial.file().sync_all()?;
    let written = partial.again()?;
    let bytes = written.metadata()?.len();
    let verified = read(Passing::of(written, "verifying", bytes), &mut Nothing)
        .with_context(|| format!("{} was not written", file.display()))?;
    if verified.header.installation != header.installation() {
        bail!("the process that runs is of another installation than its data folder");
    }
    partial.put_in_place(file)?;
    let report = Report::of(file, Ok(&verified), None);
    report.show(output, "written")?;
    warn(&header, wanted, &config.data);
    for (path, what) in left_out(&config.data, &header, wanted.with_logs)? {
        complain(&format!(
            "{} is not in the backup: it is {what}, and opens the seal",
            path.display()
        ));
    }
    Ok(Exit::Fine)
}

/// An installation that no process has open but this one.
struct Here {
    source: Source,
    runtime: Runtime,
    /// `None` where it cannot be written: who may read the folder could copy it without us, too.
    log: Option<audit::Log>,
}

impl Here {
    fn open(config: &Config, unlock: &Unlock, options: &Options) -> Result<Self> {
        let (header, _) = header_of(&config.data)?;
        let path = config.data.join(STORE_FILE);
        if !path.exists() {
            bail!("{}: there is no store to back up", path.display());
        }
        let store: Arc<dyn Store> = Arc::new(Redb::open(&path)?);
        let (_, root) = seal::attended(&config.data, &header, &given(unlock)?)?;
        let seal = Arc::new(Seal::sealed(Arc::new(SystemEntropy::default())));
        seal.open(root);
        let source = Source {
            data: config.data.clone(),
            configuration: options.config.clone(),
            store,
            is_own_store: true,
            seal,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()?;
        let log = match runtime.block_on(open_log(config, &source)) {
            Ok(log) => Some(log),
            Err(error) => {
                complain(&format!(
                    "the audit log does not say that this backup was made: {error:#}"
                ));
                None
            }
        };
        Ok(Self {
            source,
            runtime,
            log,
        })
    }

    fn write(self, wanted: Wanted, out: impl std::io::Write) -> Result<()> {
        let Self {
            source,
            runtime,
            log,
        } = self;
        let asker = Asker::myself();
        let recorder = log
            .clone()
            .map(|log| Recorder::new(log, &Registry::default()));
        let begun = runtime.block_on(async {
            if let Some(recorder) = &recorder {
                recorder.begun(asker, wanted).await?;
            }
            source.begin(wanted).await
        });
        let written = begun.and_then(|begun| begun.write(out));
        runtime.block_on(async {
            if let Some(recorder) = &recorder {
                recorder.ended(asker, &written).await;
            }
            if let Some(log) = &log {
                log.close().await;
            }
        });
        written.map(drop)
    }
}

async fn open_log(config: &Config, source: &Source) -> Result<audit::Log> {
    let config = config.audit();
    // What another user writes there, the service cannot open any more.
    let owner = std::fs::metadata(&config.folder).map(|folder| folder.uid());
    let myself = rustix::process::geteuid().as_raw();
    match owner {
        Ok(owner) if owner != myself => bail!(
            "{} is of user {owner}, and this is user {myself}",
            config.folder.display()
        ),
        Ok(_) => {}
        Err(error) => return Err(error).with_context(|| config.folder.display().to_string()),
    }
    let parts = audit::Parts {
        store: Arc::clone(&source.store),
        wrap: Arc::clone(&source.seal) as _,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy::default()),
        metrics: &Registry::default(),
    };
    let log = audit::Log::open(config, parts).await?;
    record_restored(&log, &source.data).await?;
    Ok(log)
}

/// What it takes to use the backup, where that is not at hand.
fn warn(header: &Header, wanted: Wanted, data: &Path) {
    let only_files = header
        .slots()
        .iter()
        .all(|slot| matches!(slot.kind, SlotKind::File { .. }));
    if wanted.with_key_file {
        complain(
            "the backup has the seal's key file: who has it has every secret of this installation. Keep it \
             as you would keep those",
        );
    } else if only_files {
        complain(
            "WARNING: only a key file opens this seal, and it is not in the backup. Without that file the \
             backup is worth nothing: btz seal add shamir, or keep a copy of the file elsewhere",
        );
    }
    let kit = seal::RecoveryKit::place(data);
    if kit.exists() {
        complain(&format!(
            "{} is not in the backup: its shares open what is. Move it off this machine",
            kit.display()
        ));
    }
}

fn read(input: impl Read, sink: &mut dyn backup::Sink) -> Result<Verified, BackupError> {
    backup::read(BufReader::with_capacity(256 * 1024, input), sink)
}

fn open(file: &Path) -> Result<(File, u64)> {
    let opened = File::open(file).map_err(|error| {
        let shown = file.display();
        UsageError(format!("cannot read {shown}: {error}"))
    })?;
    let bytes = opened.metadata()?.len();
    Ok((opened, bytes))
}

fn verify(file: &Path, fingerprint: Option<&str>, output: Output) -> Result<Exit> {
    let (opened, bytes) = open(file)?;
    let found = match read(Passing::of(opened, "verifying", bytes), &mut Nothing) {
        Err(BackupError::Io(error)) => {
            return Err(error).with_context(|| format!("cannot read {}", file.display()));
        }
        found => found,
    };
    let report = Report::of(file, found.as_ref(), fingerprint);
    report.show(output, "whole")?;
    Ok(if report.problem.is_none() {
        Exit::Fine
    } else {
        Exit::Findings
    })
}

fn restore(
    file: &Path,
    restore: &Restore,
    unlock: &Unlock,
    options: &Options,
    output: Output,
) -> Result<Exit> {
    let config = options.config()?;
    own_store(&config)?;
    let (opened, bytes) = open(file)?;
    let input = BufReader::with_capacity(256 * 1024, Passing::of(opened, "restoring", bytes));
    let restored = restore.run(input, &config.data, &given(unlock)?, &mut |_| Ok(()))?;
    let Restored {
        verified,
        before,
        sealed,
    } = restored;
    let report = Report::of(file, Ok(&verified), restore.fingerprint.as_deref());
    report.show(output, "restored")?;
    let data = config.data.display();
    if output == Output::Table {
        say(&format!("{data} is the installation of the backup"));
        if let Some(before) = &before {
            say(&format!("what was there is in {}", before.display()));
        }
    }
    if let Some(sealed) = sealed {
        complain(&format!(
            "its seal does not open here by itself ({sealed}): btz seal recover --shares-file FILE --data \
             {data}"
        ));
        if restore.fingerprint.is_none() {
            complain(
                "who signed the backup is not known until then: compare the fingerprint, or give \
                 --fingerprint HEX",
            );
        }
    }
    Ok(Exit::Fine)
}

/// What is known of a backup.
#[derive(Debug, Serialize)]
struct Report {
    file: PathBuf,
    intact: bool,
    problem: Option<String>,
    created: Option<String>,
    version: Option<String>,
    installation: Option<String>,
    seal_epoch: Option<u64>,
    revision: Option<u64>,
    rows: Option<u64>,
    files: Option<u64>,
    bytes: Option<u64>,
    fingerprint: Option<String>,
    /// As the audit log has it.
    digest: Option<String>,
    proven: Vec<&'static str>,
    not_proven: Vec<&'static str>,
}

impl Report {
    fn of(file: &Path, found: Result<&Verified, &BackupError>, expected: Option<&str>) -> Self {
        let verified = found.ok();
        let header = verified.map(|verified| &verified.header);
        let manifest = verified.map(|verified| verified.manifest);
        let fingerprint = header.map(|header| header.public_key.fingerprint());
        let mut problem = found.err().map(ToString::to_string);
        let mut proven = Vec::new();
        let mut not_proven = Vec::new();
        if let Some(fingerprint) = &fingerprint {
            proven.push("it is whole: no byte is altered, missing or added since it was signed");
            match expected {
                Some(expected) if expected == fingerprint => {
                    proven.push("the installation with this fingerprint signed it");
                }
                Some(expected) => {
                    problem = Some(format!(
                        "it is signed by {fingerprint}, not by {expected}: it is not the expected \
                         installation's, or was altered and signed anew"
                    ));
                }
                None => not_proven.push(
                    "whose it is: compare the fingerprint with the one that btz backup create printed \
                     (--fingerprint)",
                ),
            }
            not_proven.push("that its seal can be opened: keep the recovery kit's shares");
            not_proven.push("that there is no later one");
        }
        Self {
            file: file.to_owned(),
            intact: problem.is_none(),
            problem,
            created: header.map(|header| Time::from_millis(header.created_ms).rfc3339_seconds()),
            version: header.map(|header| header.version.clone()),
            installation: header.map(|header| header.installation.clone()),
            seal_epoch: header.map(|header| header.seal_epoch),
            revision: header.map(|header| header.revision),
            rows: manifest.map(|manifest| manifest.rows),
            files: manifest.map(|manifest| manifest.files),
            bytes: verified.map(|verified| verified.bytes),
            fingerprint,
            digest: verified.map(|verified| verified.digest.clone()),
            proven,
            not_proven,
        }
    }

    fn show(&self, output: Output, done: &str) -> Result<()> {
        if output == Output::Json {
            say(&serde_json::to_string_pretty(self)?);
            return Ok(());
        }
        let shown = self.file.display();
        if let Some(problem) = &self.problem {
            say(&format!("{shown}: NOT WHOLE: {problem}"));
            return Ok(());
        }
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let count = |value: Option<u64>| value.unwrap_or_default();
        let mut lines = vec![
            format!("{shown}: {done}"),
            format!(
                "  made         {} by btz {}",
                text(&self.created),
                text(&self.version)
            ),
            format!("  installation {}", text(&self.installation)),
            format!(
                "  state        revision {}, seal epoch {}",
                count(self.revision),
                count(self.seal_epoch)
            ),
            format!(
                "  holds        {} rows, {} files, {} bytes",
                count(self.rows),
                count(self.files),
                count(self.bytes)
            ),
            format!("  fingerprint  {}", text(&self.fingerprint)),
            format!("  digest       {}", text(&self.digest)),
        ];
        let marked = |mark: &str, texts: &[&str]| -> Vec<String> {
            texts
                .iter()
                .map(|text| format!("  {mark:12} {text}"))
                .collect()
        };
        lines.extend(marked("proven", &self.proven));
        lines.extend(marked("not proven", &self.not_proven));
        say(&lines.join("\n"));
        Ok(())
    }
}
