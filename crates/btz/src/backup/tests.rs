//! A backup is the installation; killed at any step, a restoration leaves the old one or the new one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use backup::{BackupError, FileName, Nothing, Row, Signer, Sink, Writer, read};
use store::{Batch, Key, Redb, Store};
use types::KeyWrap;

use super::restore::Step;
use super::*;
use crate::seal::{self, Given, RecoveryKit, default_key_file, shares_of};
use crate::system::SystemEntropy;

/// An installation whose process has its store and seal open.
struct Running {
    data: PathBuf,
    source: Source,
}

impl Running {
    fn start(data: &Path) -> Self {
        crate::private_file::folder(data).unwrap();
        let store: Arc<dyn Store> = Arc::new(Redb::open(&data.join(STORE_FILE)).unwrap());
        let opened = seal::open(data, Arc::new(SystemEntropy::default())).unwrap();
        assert_eq!(opened.sealed, None);
        Self {
            data: data.to_owned(),
            source: Source {
                data: data.to_owned(),
                configuration: None,
                store,
                is_own_store: true,
                seal: opened.seal,
            },
        }
    }

    async fn put(&self, name: &str, value: &str) {
        let mut batch = Batch::new();
        batch.put(Key::new([name]), value.to_owned());
        self.source.store.commit(batch).await.unwrap();
    }

    async fn backup(&self, wanted: Wanted) -> Vec<u8> {
        let begun = self.source.clone().begin(wanted).await.unwrap();
        let written = tokio::task::spawn_blocking(move || {
            let mut bytes = Vec::new();
            begun.write(&mut bytes).map(|_| bytes)
        });
        written.await.unwrap().unwrap()
    }
}

async fn restore(
    how: Restore,
    bytes: &[u8],
    data: &Path,
    given: Given,
    stop: Option<Step>,
) -> Result<Restored> {
    let (bytes, data) = (bytes.to_vec(), data.to_owned());
    let restoring = tokio::task::spawn_blocking(move || {
        how.run(bytes.as_slice(), &data, &given, &mut |step| {
            anyhow::ensure!(Some(step) != stop, "killed");
            Ok(())
        })
    });
    restoring.await.unwrap()
}

fn shares(data: &Path) -> Given {
    Given {
        shares: shares_of(&RecoveryKit::place(data)).unwrap(),
        ..Given::default()
    }
}

async fn value(data: &Path, name: &str) -> Option<Vec<u8>> {
    let store = Redb::open(&data.join(STORE_FILE)).unwrap();
    let row = store.get(&Key::new([name])).await.unwrap();
    row.map(|row| row.value.to_vec())
}

#[tokio::test]
async fn what_is_restored_opens_by_the_recovery_kit_and_holds_everything() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(&folder.path().join("data"));
    let credentials = "[btz]\naws_secret_access_key = hunter2-hunter2\n";
    std::fs::write(running.data.join("credentials"), credentials).unwrap();
    std::fs::create_dir_all(running.data.join("buckets/trust")).unwrap();
    std::fs::write(running.data.join("buckets/trust/ca.pem"), "authority").unwrap();
    running.put("a", "1").await;
    let wrapped = running.source.seal.wrap("x", b"secret").unwrap();
    let bytes = running.backup(Wanted::default()).await;
    running.put("late", "1").await;

    // Nothing that opens the seal, and no secret in the open.
    let holds = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    assert!(holds(b"authority"));
    assert!(!holds(b"hunter2"));
    assert!(!holds(b"btz1-"), "no share");
    let key = std::fs::read(default_key_file(&running.data)).unwrap();
    assert!(!holds(&key));

    // A bare machine: another place, no key file.
    let bare = folder.path().join("elsewhere/data");
    let sealed = restore(Restore::default(), &bytes, &bare, Given::default(), None).await;
    let sealed = sealed.unwrap();
    assert!(
        sealed.sealed.is_none(),
        "the key file is still where it was"
    );
    std::fs::remove_dir_all(&bare).unwrap();
    std::fs::remove_file(default_key_file(&running.data)).unwrap();
    let sealed = restore(Restore::default(), &bytes, &bare, Given::default(), None).await;
    assert!(sealed.unwrap().sealed.is_some());
    let text = std::fs::read(bare.join("credentials")).unwrap();
    assert!(crate::sealed_file::is_sealed(&text));
    std::fs::remove_dir_all(&bare).unwrap();

    let given = shares(&running.data);
    let opened = restore(Restore::default(), &bytes, &bare, given, None).await;
    assert!(opened.unwrap().sealed.is_none());
    let text = std::fs::read_to_string(bare.join("credentials")).unwrap();
    assert_eq!(text, credentials);
    let authority = std::fs::read(bare.join("buckets/trust/ca.pem")).unwrap();
    assert_eq!(authority, b"authority");
    assert_eq!(value(&bare, "a").await.unwrap(), b"1");
    assert_eq!(value(&bare, "late").await, None);
    let (header, _) = header_of(&bare).unwrap();
    let (_, root) = seal::attended(&bare, &header, &shares(&running.data)).unwrap();
    let seal = keys::seal::Seal::sealed(Arc::new(SystemEntropy::default()));
    seal.open(root);
    assert_eq!(seal.unwrap("x", &wrapped).unwrap().expose(), b"secret");
}

#[tokio::test]
async fn with_its_key_file_a_backup_opens_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(&folder.path().join("data"));
    let wanted = Wanted {
        with_key_file: true,
        ..Wanted::default()
    };
    let bytes = running.backup(wanted).await;
    let key = default_key_file(&running.data);
    let secret = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let bare = folder.path().join("bare");
    let restored = restore(Restore::default(), &bytes, &bare, Given::default(), None).await;
    assert!(restored.unwrap().sealed.is_none());
    assert_eq!(std::fs::read(bare.join("keys/seal.key")).unwrap(), secret);
    let opened = seal::open(&bare, Arc::new(SystemEntropy::default())).unwrap();
    assert_eq!(opened.sealed, None);
}

#[tokio::test]
async fn a_newer_installation_is_not_rolled_back_unless_told() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(&folder.path().join("data"));
    running.put("a", "old").await;
    let old = running.backup(Wanted::default()).await;
    running.put("a", "new").await;
    let new = running.backup(Wanted::default()).await;
    let data = running.data.clone();
    let replace = || Restore {
        replace: true,
        ..Restore::default()
    };
    let refused = |result: Result<Restored>| format!("{:#}", result.unwrap_err());

    let in_use = restore(replace(), &new, &data, Given::default(), None).await;
    assert!(refused(in_use).contains("in use"));
    drop(running);
    let not_empty = restore(Restore::default(), &new, &data, Given::default(), None).await;
    assert!(refused(not_empty).contains("--replace"));
    let older = restore(replace(), &old, &data, Given::default(), None).await;
    let older = refused(older);
    assert!(
        older.contains("rollback") && older.contains("revision"),
        "{older}"
    );
    assert_eq!(value(&data, "a").await.unwrap(), b"new");
    assert!(!folder.path().join("data.restoring").exists());

    // The same state is none.
    let same = restore(replace(), &new, &data, Given::default(), None).await;
    assert!(same.unwrap().before.unwrap().join(STORE_FILE).exists());
    assert_eq!(value(&data, "a").await.unwrap(), b"new");

    let told = Restore {
        allow_rollback: true,
        ..replace()
    };
    let rolled = restore(told, &old, &data, Given::default(), None).await;
    let before = rolled.unwrap().before.unwrap();
    assert_eq!(value(&data, "a").await.unwrap(), b"old");
    assert_eq!(value(&before, "a").await.unwrap(), b"new");

    // A newer seal alone is told, too.
    let file = seal::HeaderFile::of(&data);
    let header = file.read().unwrap().unwrap();
    let (_, root) = seal::unattended(&data, &header, token::Caution::Attended).unwrap();
    let raised = header.raised(&root).unwrap();
    file.replace(&raised, &[], &mut |_| Ok(())).unwrap();
    let epoch = restore(replace(), &old, &data, Given::default(), None).await;
    assert!(refused(epoch).contains("epoch"));

    let other = Running::start(&folder.path().join("other"));
    let theirs = other.backup(Wanted::default()).await;
    let told = Restore {
        allow_rollback: true,
        ..replace()
    };
    let another = restore(told, &theirs, &data, Given::default(), None).await;
    assert!(refused(another).contains("choose another folder"));
}

#[tokio::test]
async fn stopped_at_any_step_the_old_or_the_new_installation_is_there() {
    for stop in [Step::Written, Step::InPlace] {
        let folder = tempfile::tempdir().unwrap();
        let running = Running::start(&folder.path().join("data"));
        running.put("a", "backed up").await;
        let bytes = running.backup(Wanted::default()).await;
        let data = running.data.clone();
        drop(running);
        std::fs::write(data.join("mine"), "old").unwrap();
        let replace = Restore {
            replace: true,
            ..Restore::default()
        };
        let killed = restore(replace, &bytes, &data, Given::default(), Some(stop)).await;
        assert!(killed.is_err());
        assert_eq!(data.join("mine").exists(), stop == Step::Written);
        assert_eq!(value(&data, "a").await.unwrap(), b"backed up");
        let again = Running::start(&data);
        drop(again);
    }
}

/// What an interrupted restoration left is removed by the next; what may be an installation is not.
#[tokio::test]
async fn only_what_is_unfinished_is_cleared_away() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(&folder.path().join("data"));
    let bytes = running.backup(Wanted::default()).await;
    let bare = folder.path().join("bare");
    let beside = folder.path().join("bare.restoring");
    std::fs::create_dir_all(beside.join("logs")).unwrap();
    std::fs::write(beside.join("logs/x"), "x").unwrap();
    let kept = restore(Restore::default(), &bytes, &bare, Given::default(), None).await;
    assert!(format!("{:#}", kept.unwrap_err()).contains("move it away"));
    assert!(beside.join("logs/x").exists());
    std::fs::write(beside.join(".restoring"), "").unwrap();
    let restored = restore(Restore::default(), &bytes, &bare, Given::default(), None).await;
    restored.unwrap();
    assert!(!beside.exists());
}

#[tokio::test]
async fn damage_cutting_and_another_signer_restore_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(&folder.path().join("data"));
    for at in 0..50 {
        running.put(&format!("row{at}"), "value").await;
    }
    let good = running.backup(Wanted::default()).await;
    let verified = read(good.as_slice(), &mut Nothing).unwrap();
    let bare = folder.path().join("bare");
    // One byte of every part: every seventh, and the very last.
    for at in (0..good.len())
        .step_by(good.len() / 97)
        .chain([good.len() - 1])
    {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        let damaged = restore(Restore::default(), &bad, &bare, Given::default(), None).await;
        assert!(damaged.is_err(), "byte {at}");
        let cut = restore(
            Restore::default(),
            &good[..at],
            &bare,
            Given::default(),
            None,
        );
        assert!(cut.await.is_err(), "cut at {at}");
        assert!(!bare.exists() && !folder.path().join("bare.restoring").exists());
    }
    let by = |fingerprint: String| Restore {
        fingerprint: Some(fingerprint),
        ..Restore::default()
    };
    let other = restore(by("0".repeat(64)), &good, &bare, Given::default(), None).await;
    assert!(format!("{:#}", other.unwrap_err()).contains("signed by"));
    let ours = by(verified.header.public_key.fingerprint());
    restore(ours, &good, &bare, Given::default(), None)
        .await
        .unwrap();
}

#[tokio::test]
async fn without_its_seal_or_its_rows_there_is_no_backup() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(&folder.path().join("data"));
    let mut elsewhere = running.source.clone();
    elsewhere.is_own_store = false;
    let refused = elsewhere.begin(Wanted::default()).await.unwrap_err();
    assert!(format!("{refused:#}").contains("pg_dump"));
    running.source.seal.close();
    let refused = running.source.clone().begin(Wanted::default()).await;
    assert!(format!("{:#}", refused.unwrap_err()).contains("seal is closed"));
}

/// A backup read and written anew by another signer, as who alters one has to.
struct Resigned {
    writer: Option<Writer<Vec<u8>>>,
    leave_out: &'static str,
    is_left_out: bool,
}

impl Resigned {
    fn of(bytes: &[u8], leave_out: &'static str) -> Vec<u8> {
        let mut resigned = Self {
            writer: None,
            leave_out,
            is_left_out: false,
        };
        read(bytes, &mut resigned).unwrap();
        resigned.writer.unwrap().finish().unwrap().1
    }

    fn writer(&mut self) -> &mut Writer<Vec<u8>> {
        self.writer.as_mut().unwrap()
    }
}

impl Sink for Resigned {
    fn header(&mut self, header: &backup::Header) -> Result<(), BackupError> {
        let signer = Signer::of(&types::Secret::new(vec![7; 32])).unwrap();
        self.writer = Some(Writer::begin(Vec::new(), signer, header.clone())?);
        Ok(())
    }

    fn row(&mut self, row: Row<'_>) -> Result<(), BackupError> {
        self.writer().row(row)
    }

    fn file(&mut self, name: &FileName) -> Result<(), BackupError> {
        self.is_left_out = name.path == self.leave_out;
        if self.is_left_out {
            return Ok(());
        }
        self.writer().file(name)
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        if self.is_left_out {
            return Ok(());
        }
        self.writer().bytes(bytes)
    }

    fn file_end(&mut self) -> Result<(), BackupError> {
        Ok(())
    }
}

/// Nothing opens the seal where it is restored: whoever opens it first finds out who signed.
#[tokio::test]
async fn what_was_altered_and_signed_anew_is_found_out_when_its_seal_opens() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(&folder.path().join("data"));
    let good = running.backup(Wanted::default()).await;
    let given = shares(&running.data);
    let key_file = default_key_file(&running.data);
    let key = std::fs::read(&key_file).unwrap();
    std::fs::remove_file(&key_file).unwrap();
    let bare = folder.path().join("bare");
    let note = bare.join(vouch::FILE_NAME);
    let open = |given: &Given| {
        let (header, _) = header_of(&bare).unwrap();
        seal::attended(&bare, &header, given).map(drop)
    };

    for bad in [Resigned::of(&good, ""), Resigned::of(&good, "backup-key")] {
        let restored = restore(Restore::default(), &bad, &bare, Given::default(), None).await;
        assert!(restored.unwrap().sealed.is_some());
        let refused = format!("{:#}", open(&given).unwrap_err());
        assert!(refused.contains("it was altered"), "{refused}");
        // Nor by a start at which a slot opens by itself.
        crate::private_file::write(&key_file, &key).unwrap();
        let start = seal::open(&bare, Arc::new(SystemEntropy::default()));
        let refused = format!("{:#}", start.unwrap_err());
        assert!(refused.contains("it was altered"), "{refused}");
        assert!(note.exists());
        std::fs::remove_file(&key_file).unwrap();
        std::fs::remove_dir_all(&bare).unwrap();
    }

    let restored = restore(Restore::default(), &good, &bare, Given::default(), None).await;
    assert!(restored.unwrap().sealed.is_some());
    open(&given).unwrap();
    crate::private_file::write(&key_file, &key).unwrap();
    let opened = seal::open(&bare, Arc::new(SystemEntropy::default())).unwrap();
    assert_eq!(opened.sealed, None);
    assert!(!note.exists(), "it is seen once");
}

/// Until then a header that may be anybody's names no module to load, at a start either.
#[tokio::test]
async fn what_nobody_vouched_for_uses_no_device_at_a_start() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(&folder.path().join("data"));
    let module = folder.path().join("module.so");
    let parameters = [
        ("module", module.to_str().unwrap()),
        ("token", "hsm"),
        ("key", "btz-seal"),
        ("pin_file", "/nowhere/pin"),
        ("wrapped", "00"),
    ];
    add_device(&running.data, &parameters);
    let bytes = running.backup(Wanted::default()).await;
    std::fs::remove_file(default_key_file(&running.data)).unwrap();
    let bare = folder.path().join("bare");
    let start = || {
        let opened = seal::open(&bare, Arc::new(SystemEntropy::default())).unwrap();
        opened.sealed.unwrap()
    };
    let restored = restore(Restore::default(), &bytes, &bare, Given::default(), None).await;
    assert!(restored.unwrap().sealed.is_some());
    let sealed = start();
    assert!(sealed.contains("a device is not used"), "{sealed}");

    // By its fingerprint it is known whose it is: its devices are tried.
    std::fs::remove_dir_all(&bare).unwrap();
    let verified = read(bytes.as_slice(), &mut Nothing).unwrap();
    let known = Restore {
        fingerprint: Some(verified.header.public_key.fingerprint()),
        ..Restore::default()
    };
    let restored = restore(known, &bytes, &bare, Given::default(), None).await;
    assert!(restored.unwrap().sealed.is_some());
    let sealed = start();
    assert!(sealed.contains("module.so"), "{sealed}");
}

/// The header with a slot of a PKCS#11 token, as it says of itself.
fn add_device(data: &Path, parameters: &[(&str, &str)]) {
    let (header, _) = header_of(data).unwrap();
    let (_, root) = seal::unattended(data, &header, token::Caution::Attended).unwrap();
    let entropy = SystemEntropy::default();
    let secret = keys::seal::random_secret(&entropy).unwrap();
    let kind = keys::seal::SlotKind::Device {
        device: "pkcs11".to_owned(),
        parameters: parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    };
    let (header, _) = header.with_slot(&root, kind, &secret, &entropy).unwrap();
    let file = seal::HeaderFile::of(data);
    file.replace(&header, &[], &mut |_| Ok(())).unwrap();
}

/// What opens the seal stays out under whatever name it lies in the data folder.
#[tokio::test]
async fn what_opens_the_seal_under_another_name_stays_out() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(&folder.path().join("data"));
    let data = &running.data;
    let pin = data.join("pin");
    std::fs::write(&pin, "4711-4711-4711").unwrap();
    let parameters = [
        ("module", "/usr/lib/module.so"),
        ("token", "hsm"),
        ("key", "btz-seal"),
        ("pin_file", pin.to_str().unwrap()),
        ("wrapped", "00"),
    ];
    add_device(data, &parameters);
    let there = data.join("buckets/trust");
    std::fs::create_dir_all(&there).unwrap();
    let key_file = default_key_file(data);
    std::fs::hard_link(&key_file, there.join("key.bin")).unwrap();
    std::fs::copy(&key_file, there.join("copy.bin")).unwrap();
    std::os::unix::fs::symlink(&key_file, there.join("linked.bin")).unwrap();
    std::fs::hard_link(&pin, there.join("notes.txt")).unwrap();
    std::fs::hard_link(RecoveryKit::place(data), there.join("kit.txt")).unwrap();
    // Copies: of all of it, of one share in other words, as some editors save it, of the PIN.
    let kit = std::fs::read_to_string(RecoveryKit::place(data)).unwrap();
    std::fs::write(there.join("kit.copy"), &kit).unwrap();
    let share = kit.lines().find(|line| line.starts_with("btz1-")).unwrap();
    let noted = format!("{}share: \"{}\".", "x".repeat(60_000), share.to_uppercase());
    std::fs::write(there.join("noted"), noted).unwrap();
    let wide: Vec<u8> = share.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(there.join("wide"), wide).unwrap();
    std::fs::write(there.join("pin.copy"), "4711-4711-4711\r\n").unwrap();
    // As long as a key, and none.
    std::fs::write(there.join("benign.bin"), [9; 32]).unwrap();
    // What anybody can have written into a log: a share, but of no slot here; the PIN's digits, but not
    // alone; what only looks like a share.
    let entropy = SystemEntropy::default();
    let secret = keys::seal::random_secret(&entropy).unwrap();
    let (_, foreign) = keys::seal::ShareSet::split(&secret, 2, 3, &entropy).unwrap();
    let told = format!("GET /?{} 4711 btz1-btz1-\n", foreign[0]);
    std::fs::write(there.join("benign.log"), &told).unwrap();

    // Nor is a folder of evidence a place to hide it in.
    let audit = data.join("audit");
    std::fs::create_dir_all(&audit).unwrap();
    std::fs::copy(&key_file, audit.join("audit.bin")).unwrap();
    std::fs::copy(&key_file, audit.join("segment-00000000000000000009.audit")).unwrap();
    std::fs::write(audit.join("audit.kit"), &kit).unwrap();
    std::fs::write(audit.join("audit.pin"), "4711-4711-4711\n").unwrap();

    let (header, _) = header_of(data).unwrap();
    let left_out = left_out(data, &header, false).unwrap();
    let mut names: Vec<&str> = left_out
        .iter()
        .map(|(path, _)| path.file_name().unwrap().to_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "audit.bin",
            "audit.kit",
            "audit.pin",
            "copy.bin",
            "key.bin",
            "kit.copy",
            "kit.txt",
            "linked.bin",
            "noted",
            "notes.txt",
            "pin",
            "pin.copy",
            "segment-00000000000000000009.audit",
            "wide"
        ]
    );

    let bytes = running.backup(Wanted::default()).await;
    let holds = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    assert!(!holds(&std::fs::read(&key_file).unwrap()));
    assert!(!holds(b"4711-4711-4711"));
    assert!(!holds(share.as_bytes()) && !holds(share.to_uppercase().as_bytes()));
    let bare = folder.path().join("bare");
    let given = shares(data);
    restore(Restore::default(), &bytes, &bare, given, None)
        .await
        .unwrap();
    let kept = std::fs::read_dir(bare.join("buckets/trust")).unwrap();
    let mut kept: Vec<_> = kept.map(|entry| entry.unwrap().file_name()).collect();
    kept.sort_unstable();
    assert_eq!(kept, ["benign.bin", "benign.log"]);
}

/// Who has an old backup knows the sets of the shares, and can make ones of their own that say so.
#[tokio::test]
async fn a_caller_who_sends_shares_has_no_log_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(&folder.path().join("data"));
    let data = &running.data;
    let kit = std::fs::read_to_string(RecoveryKit::place(data)).unwrap();
    let share = kit.lines().find(|line| line.starts_with("btz1-")).unwrap();
    let written = [
        "audit/segment-00000000000000000001.audit",
        "logs/decisions.ndjson",
        "logs/decisions.ndjson.12",
        "logs/group/stream.log.1",
        "logs/waf.log",
        "buckets/edge/web/AWSLogs/1/elasticloadbalancing/r/2026/11/30/x.log",
    ];
    let elsewhere = [
        "audit/head.json.old",
        "audit/old/segment-00000000000000000001.audit",
        "audit/segment-1.audit",
        "buckets/edge/x.log",
        "logs/kit.txt",
        "x.log",
    ];
    for path in written.into_iter().chain(elsewhere) {
        let path = data.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, format!("GET /?{share}\n")).unwrap();
    }
    let (header, _) = header_of(data).unwrap();
    let mut found: Vec<_> = left_out(data, &header, true)
        .unwrap()
        .into_iter()
        .map(|(path, _)| path.strip_prefix(data).unwrap().to_owned())
        .collect();
    found.sort_unstable();
    assert_eq!(found, elsewhere.map(PathBuf::from));
}

#[tokio::test]
async fn what_was_restored_says_so_in_its_own_log_once() {
    use telemetry::audit::{Config, Filter, Log, Parts, search};
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(&folder.path().join("data"));
    let bytes = running.backup(Wanted::default()).await;
    let verified = read(bytes.as_slice(), &mut Nothing).unwrap();
    let elsewhere = folder.path().join("elsewhere");
    let given = shares(&running.data);
    let restored = restore(Restore::default(), &bytes, &elsewhere, given, None).await;
    assert_eq!(restored.unwrap().verified.digest, verified.digest);

    let registry = telemetry::metrics::Registry::default();
    let parts = Parts {
        store: Arc::new(store::Memory::new()),
        wrap: Arc::clone(&running.source.seal) as _,
        clock: Arc::new(crate::system::SystemClock),
        entropy: Arc::new(SystemEntropy::default()),
        metrics: &registry,
    };
    let audit = elsewhere.join("audit");
    let log = Log::open(Config::new(audit.clone()), parts).await.unwrap();
    let told = || {
        let filter = Filter {
            event: Some("BackupRestored".to_owned()),
            ..Filter::default()
        };
        search(&audit, &filter, 10, |_, _| {}).unwrap()
    };
    for _ in 0..2 {
        record_restored(&log, &elsewhere).await.unwrap();
        let told = told();
        assert_eq!(told.len(), 1);
        assert!(told[0].text.contains(&verified.digest));
        assert!(told[0].text.contains("\"rollbackAllowed\":false"));
    }
    // It is no part of a backup, and nobody can take it out of one.
    let again = running.backup(Wanted::default()).await;
    let note = b"restored-from.json";
    assert!(!again.windows(note.len()).any(|window| window == note));
    // A note that was written over is told as well.
    std::fs::write(elsewhere.join("restored-from.json"), "no JSON").unwrap();
    record_restored(&log, &elsewhere).await.unwrap();
    assert!(told()[0].text.contains("not what a restoration wrote"));
    // Without a record it stays, and the start fails.
    std::fs::write(elsewhere.join("restored-from.json"), "{}").unwrap();
    log.close().await;
    record_restored(&log, &elsewhere).await.unwrap_err();
    assert!(elsewhere.join("restored-from.json").exists());
}
