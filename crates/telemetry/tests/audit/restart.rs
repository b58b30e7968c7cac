//! What is done to a log while nobody writes it, and the start that goes on from there: it signs what
//! it finds, so it must say what that was.

use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::Ordering;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::Index;
use store::{Batch, Key, Store};
use telemetry::audit::{
    Begin, CRASH_CALLS_MAX, Folder, LOGS_MAX, Log, Machine, Range, Report, STANDS_STILL,
    known_logs, last_signed_head, verify,
};
use tempfile::TempDir;

use crate::support::{Frozen, World, copy, everything, record};
use crate::tamper::{self, Attack, FRAME, chain_again, judge};

/// A log that has ended with records which no head is over.
async fn crashed(world: &World, calls: std::ops::Range<u64>) -> Frozen {
    let log = world.open().await;
    record(&log, calls).await;
    let frozen = world.freeze().await;
    log.close().await;
    world.thaw(&frozen).await;
    frozen
}

/// One start, one call, one clean stop.
async fn restart(world: &World, number: u64) -> Report {
    let log = world.open().await;
    record(&log, number..number + 1).await;
    log.close().await;
    judge(&world.audit())
}

/// Appends records to the last segment, chained as they should be: what anybody can do.
fn forge(folder: &Path, records: &[(u8, Vec<u8>)]) {
    let mut segments = tamper::read(folder);
    let last = segments.len() - 1;
    for (kind, body) in records {
        let mut record = u32::try_from(body.len()).unwrap().to_be_bytes().to_vec();
        record.push(*kind);
        record.extend([0; 40]);
        record.extend(body);
        segments[last].2.push(record);
    }
    chain_again(&mut segments, last);
    tamper::write(folder, &segments);
}

const CALL: u8 = 1;
const EVENT: u8 = 3;

fn forged_call() -> (u8, Vec<u8>) {
    let text =
        r#"{"eventTime":"2026-11-22T00:00:00Z","eventName":"Nothing","eventType":"AwsApiCall"}"#;
    (CALL, text.as_bytes().to_vec())
}

fn told(report: &Report, what: &str) -> bool {
    report.findings.iter().any(|one| one.what.contains(what))
}

#[tokio::test]
async fn what_a_start_signs_for_the_first_time_is_told() {
    let world = World::new();
    assert!(restart(&world, 0).await.is_proven());
    crashed(&world, 1..6).await;
    let head = last_signed_head(&world.audit()).unwrap().unwrap();
    // Somebody rewrites what no head is over.
    let mut segments = tamper::read(&world.audit());
    for byte in segments[0].2.last_mut().unwrap().iter_mut().skip(FRAME) {
        if *byte == b'G' {
            *byte = b'X';
        }
    }
    chain_again(&mut segments, 0);
    tamper::write(&world.audit(), &segments);
    assert!(judge(&world.audit()).is_proven(), "a crash leaves it so");
    let report = restart(&world, 6).await;
    assert!(report.is_intact() && !report.is_proven(), "{report:?}");
    let [adopted] = report.adopted.as_slice() else {
        panic!("{report:?}");
    };
    // Behind the head's own record.
    assert_eq!(adopted.from, head.sequence + 2);
    assert_eq!((adopted.to, adopted.calls), (adopted.from + 4, 5));
    assert!(!adopted.sealed);
    let metric = "btz_audit_adopted_records 5";
    assert!(world.metrics.render().contains(metric));
    let opened = world.events().into_iter();
    let opened: Vec<_> = opened
        .filter(|event| event["eventName"] == "AuditLogOpened")
        .collect();
    let through = &opened.last().unwrap()["serviceEventDetails"]["signedThrough"];
    assert_eq!(through["sequence"], head.sequence);
    assert_eq!(through["hash"], head.chain.to_string());
    // The next start finds all of it signed, and the one before goes on telling.
    let report = restart(&world, 7).await;
    assert_eq!((report.adopted.len(), report.warnings.len()), (1, 1));
}

#[tokio::test]
async fn a_start_that_fails_half_way_signs_nothing_unseen() {
    let mut world = World::new();
    world.config.segment_bytes_max = 4096;
    crashed(&world, 0..4).await;
    // What the start has to say does not fit into the segment.
    let bytes = Folder::at(&world.audit()).segments().unwrap()[0].bytes;
    assert!((1200..4096).contains(&bytes), "{bytes}");
    world.config.segment_bytes_max = bytes;
    // The new segment gets its head; then the disk is full, before the start is told.
    world.disk.full_after.store(2, Ordering::SeqCst);
    let opened = Log::open(world.config.clone(), world.parts()).await;
    assert!(opened.is_err());
    world.disk.full.store(false, Ordering::SeqCst);
    let report = restart(&world, 4).await;
    assert!(report.is_intact(), "{report:?}");
    assert!(report.segments > 1);
    assert_eq!(report.adopted.len(), 1, "{report:?}");
    assert!(report.adopted[0].calls >= 1);
}

#[tokio::test]
async fn nothing_follows_a_clean_stop_but_a_start() {
    let world = World::new();
    assert!(restart(&world, 0).await.is_proven());
    forge(&world.audit(), &[forged_call()]);
    assert!(!judge(&world.audit()).is_intact());
    let report = restart(&world, 1).await;
    assert!(told(&report, "follows a clean stop"), "{report:?}");
}

#[tokio::test]
async fn a_crash_explains_so_many_calls_and_no_more() {
    for more in [0, 1] {
        let world = World::new();
        crashed(&world, 0..1).await;
        let calls = usize::try_from(CRASH_CALLS_MAX).unwrap() - 1 + more;
        forge(&world.audit(), &vec![forged_call(); calls]);
        assert_eq!(judge(&world.audit()).is_intact(), more == 0);
        let report = restart(&world, 1).await;
        assert!(!report.is_proven());
        assert_eq!(told(&report, "a crash leaves"), more == 1, "{report:?}");
    }
}

#[tokio::test]
async fn a_start_that_signs_is_followed_by_no_unsigned_call() {
    let world = World::new();
    crashed(&world, 0..1).await;
    let start = br#"{"eventName":"AuditLogOpened","serviceEventDetails":{"signedBy":"00"}}"#;
    forge(&world.audit(), &[(EVENT, start.to_vec()), forged_call()]);
    let report = restart(&world, 1).await;
    assert!(told(&report, "follows a start"), "{report:?}");
}

#[tokio::test]
async fn a_run_while_sealed_is_told_whatever_it_recorded() {
    let world = World::new();
    assert!(restart(&world, 0).await.is_proven());
    world.seal.0.store(false, Ordering::SeqCst);
    let report = restart(&world, 1).await;
    assert!(report.is_intact(), "{report:?}");
    world.seal.0.store(true, Ordering::SeqCst);
    let report = restart(&world, 2).await;
    assert!(report.is_intact(), "{report:?}");
    assert_eq!(report.adopted.len(), 1);
    assert!(report.adopted[0].sealed && report.adopted[0].calls == 1);
}

#[tokio::test]
async fn a_retirement_from_the_unsigned_end_excuses_nothing_after_a_start() {
    let mut world = World::new();
    world.config.segment_bytes_max = 4096;
    crashed(&world, 0..20).await;
    let segments = Folder::at(&world.audit()).segments().unwrap();
    let through = segments[1].first - 1;
    let retired = format!(
        r#"{{"eventName":"AuditSegmentsRetired","serviceEventDetails":{{"throughSequence":{through}}}}}"#
    );
    forge(&world.audit(), &[(EVENT, retired.into_bytes())]);
    std::fs::remove_file(&segments[0].path).unwrap();
    let report = restart(&world, 20).await;
    assert_eq!(report.begin, Begin::Missing);
    assert!(
        told(&report, "does not say that they are past"),
        "{report:?}"
    );
}

fn remove(folder: &Path, names: &[&str]) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if names.iter().any(|wanted| name.starts_with(wanted)) {
            std::fs::remove_file(&path).unwrap();
        }
    }
}

async fn forget_rows(world: &World) {
    let rows = world.store.rows().snapshot(&Key::root()).await.unwrap();
    let mut batch = Batch::new();
    for row in rows.rows {
        batch.delete(row.key);
    }
    world.store.rows().commit(batch).await.unwrap();
}

#[tokio::test]
async fn a_log_that_is_gone_is_told_by_the_one_after_it() {
    type Deed = (&'static str, &'static [&'static str], bool);
    let deeds: [Deed; 5] = [
        (
            "all but the store",
            &["segment", "head", "key", "public"],
            false,
        ),
        ("all but the key", &["segment", "head"], true),
        ("the records", &["segment"], true),
        (
            "the records, with the head in the store",
            &["segment", "head"],
            false,
        ),
        ("the end, as head.json has it", &["head"], false),
    ];
    for (what, gone, with_rows) in deeds {
        let world = World::new();
        restart(&world, 0).await;
        let early = copy(&world.audit());
        restart(&world, 1).await;
        if gone.contains(&"segment") {
            remove(&world.audit(), gone);
        } else {
            world.fill(early.path());
            remove(&world.audit(), gone);
        }
        if with_rows {
            forget_rows(&world).await;
        }
        let report = restart(&world, 2).await;
        assert!(!report.is_intact(), "{what}: {report:?}");
        // It is told once, and for ever.
        let findings = report.findings.len();
        let report = restart(&world, 3).await;
        assert_eq!(report.findings.len(), findings, "{what}: {report:?}");
        let text = world.metrics.render();
        assert!(text.contains("btz_audit_damages 0"), "{what}");
    }
}

#[tokio::test]
async fn an_older_copy_of_the_folder_is_told_by_the_store() {
    let world = World::new();
    restart(&world, 0).await;
    let early = copy(&world.audit());
    restart(&world, 1).await;
    world.fill(early.path());
    assert!(judge(&world.audit()).is_proven(), "by itself it is whole");
    let report = restart(&world, 2).await;
    assert!(told(&report, "are missing"), "{report:?}");
    let row = world.store.rows().snapshot(&Key::new(["audit-log"])).await;
    assert_eq!(row.unwrap().rows.len(), 1);
}

#[tokio::test]
async fn of_a_shared_store_the_other_machines_logs_are_not_missed() {
    let mut world = World::new();
    world.config.store_is_shared = true;
    let mut other = World::new();
    other.config.store_is_shared = true;
    other.store = std::sync::Arc::clone(&world.store);
    other.entropy = std::sync::Arc::clone(&world.entropy);
    for round in 0..2 {
        for one in [&world, &other] {
            let report = restart(one, round).await;
            assert!(report.is_proven(), "{report:?}");
        }
    }
    // But one's own is.
    remove(&world.audit(), &["segment", "head"]);
    assert!(!restart(&world, 2).await.is_intact());
    assert!(restart(&other, 2).await.is_proven());
}

fn machine(name: &str) -> Option<Machine> {
    let (id, name) = (format!("id of {name}"), name.to_owned());
    Some(Machine { id, name })
}

#[tokio::test]
async fn in_a_shared_store_a_machine_that_lost_its_whole_folder_is_told() {
    let mut world = World::new();
    world.config.store_is_shared = true;
    world.config.machine = machine("one");
    let mut other = World::new();
    other.config.store_is_shared = true;
    other.config.machine = machine("other");
    other.store = std::sync::Arc::clone(&world.store);
    other.entropy = std::sync::Arc::clone(&world.entropy);
    for one in [&world, &other] {
        assert!(restart(one, 0).await.is_proven());
    }
    let (known, are_more) = known_logs(&*world.store).await.unwrap();
    let mut names: Vec<_> = known.into_iter().filter_map(|one| one.machine).collect();
    names.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    assert_eq!(
        [names.first(), names.last()],
        [machine("one").as_ref(), machine("other").as_ref()]
    );
    assert!(!are_more);
    // Its key too: nothing in the folder tells it from a new machine. Nobody has written it for a week.
    std::fs::remove_dir_all(world.audit()).unwrap();
    let week = i64::try_from(STANDS_STILL.as_millis()).unwrap();
    world.clock.0.fetch_add(week, Ordering::SeqCst);
    let report = restart(&world, 1).await;
    assert!(!report.is_intact(), "{report:?}");
    assert!(told(&report, "as this machine's"), "{report:?}");
    // Once, and for ever; of the other nothing is missed.
    let findings = report.findings.len();
    assert_eq!(restart(&world, 2).await.findings.len(), findings);
    assert!(restart(&other, 1).await.is_proven());
    // A machine that is new is told nothing; whose log stands still is listed.
    let mut new = World::new();
    new.config.store_is_shared = true;
    new.config.machine = machine("new");
    new.store = std::sync::Arc::clone(&world.store);
    new.entropy = std::sync::Arc::clone(&world.entropy);
    assert!(restart(&new, 0).await.is_proven());
    let (known, _) = known_logs(&*world.store).await.unwrap();
    assert_eq!(known.len(), 3);
    assert!(
        known
            .iter()
            .all(|one| one.head.is_some() && one.machine.is_some())
    );
}

/// Such as two containers that see their host's machine id, and one store.
#[tokio::test]
async fn two_installations_of_one_machine_id_do_not_delete_each_other_s_rows() {
    let mut world = World::new();
    world.config.store_is_shared = true;
    world.config.machine = machine("one");
    let mut other = World::new();
    other.config.store_is_shared = true;
    other.config.machine = machine("one");
    other.store = std::sync::Arc::clone(&world.store);
    other.entropy = std::sync::Arc::clone(&world.entropy);
    let logs = async |under: &str| {
        let rows = world.store.rows().snapshot(&Key::new([under])).await;
        let rows = rows.unwrap().rows.into_iter();
        let mut logs: Vec<_> = rows.map(|row| row.key.as_str().to_owned()).collect();
        logs.sort_unstable();
        logs
    };
    restart(&world, 0).await;
    restart(&other, 0).await;
    let rows = ["audit-log", "audit-machine", "audit-clock"];
    for under in rows {
        assert_eq!(logs(under).await.len(), 2, "{under}");
    }
    for round in 1..3 {
        for one in [&world, &other] {
            let report = restart(one, round).await;
            assert!(told(&report, "its rows stay"), "{report:?}");
            for under in rows {
                assert_eq!(logs(under).await.len(), 2, "{under}");
            }
        }
    }
}

/// Rows of so many logs of other machines, before and behind every other.
async fn crowd(world: &World, rows: usize) {
    for from in (0..rows).step_by(500) {
        let mut batch = Batch::new();
        for number in from..(from + 500).min(rows) {
            batch.put(
                Key::new(["audit-log".to_owned(), format!("{number:032x}")]),
                "{}",
            );
        }
        world.store.rows().commit(batch).await.unwrap();
    }
}

#[tokio::test]
async fn a_log_is_found_behind_those_of_thousands_of_machines() {
    let mut world = World::new();
    world.config.store_is_shared = true;
    restart(&world, 0).await;
    let early = copy(&world.audit());
    restart(&world, 1).await;
    crowd(&world, 3000).await;
    world.fill(early.path());
    let report = restart(&world, 2).await;
    assert!(told(&report, "are missing"), "{report:?}");
    let text = world.metrics.render();
    assert!(!text.contains("btz_audit_damages 0"));
}

#[tokio::test]
async fn more_logs_than_are_looked_at_are_told() {
    let mut world = World::new();
    world.config.store_is_shared = true;
    crowd(&world, LOGS_MAX + 1).await;
    let report = restart(&world, 0).await;
    let warned = report.warnings.iter();
    let warned = warned.filter(|one| one.what.contains("rows of more than"));
    assert_eq!(warned.count(), 1, "{report:?}");
    let (known, are_more) = known_logs(&*world.store).await.unwrap();
    assert_eq!((known.len(), are_more), (LOGS_MAX, true));
}

#[tokio::test]
async fn a_first_start_that_fails_leaves_nothing_to_miss() {
    for appends in 1..3 {
        let world = World::new();
        world.disk.full_after.store(appends, Ordering::SeqCst);
        let opened = Log::open(world.config.clone(), world.parts()).await;
        assert!(opened.is_err());
        assert!(world.audit().join("key.sealed").exists());
        world.disk.full.store(false, Ordering::SeqCst);
        let report = restart(&world, 0).await;
        assert!(report.is_intact(), "{report:?}");
        assert!(report.adopted.iter().all(|adopted| adopted.calls == 0));
    }
}

#[tokio::test]
async fn a_row_that_nobody_signed_is_told() {
    for value in ["{}", ""] {
        let world = World::new();
        restart(&world, 0).await;
        let rows = world.store.rows().snapshot(&Key::new(["audit-log"])).await;
        let key = rows.unwrap().rows[0].key.clone();
        let mut batch = Batch::new();
        batch.put(key, value);
        world.store.rows().commit(batch).await.unwrap();
        let report = restart(&world, 1).await;
        let warned = report.warnings.iter();
        let warned = warned.filter(|one| one.what.contains("its row of the log"));
        assert_eq!(warned.count(), 1, "{report:?}");
        assert!(restart(&world, 2).await.warnings.len() == 1);
    }
}

#[tokio::test]
async fn a_head_that_is_older_than_what_is_kept_is_said_to_be() {
    let mut world = World::new();
    world.config.segment_bytes_max = 4096;
    restart(&world, 0).await;
    let head = last_signed_head(&world.audit()).unwrap().unwrap();
    let log = world.open().await;
    record(&log, 1..40).await;
    log.close().await;
    let with = |from| Range {
        heads: vec![head.clone()],
        from,
        ..Range::default()
    };
    let judged = |range: &Range| verify(&world.audit(), range, |_, _| {}).unwrap();
    assert!(judged(&with(None)).is_proven());
    // Before the range that is read.
    let report = judged(&with(Some(telemetry::audit::Bound::Sequence(30))));
    assert!(report.is_intact(), "{report:?}");
    assert!(report.warnings[0].what.contains("before the range"));
    // Gone, and nobody says why.
    let segments = Folder::at(&world.audit()).segments().unwrap();
    for segment in &segments[..2] {
        std::fs::rename(&segment.path, segment.path.with_extension("gone")).unwrap();
    }
    assert!(told(&judged(&with(None)), "which is missing"));
    // Gone because they are past their retention.
    for segment in &segments[..2] {
        std::fs::rename(segment.path.with_extension("gone"), &segment.path).unwrap();
    }
    world.config.retention.bytes_max = Some(4096);
    let log = world.open().await;
    let mut rounds = 0;
    while Folder::at(&world.audit()).segments().unwrap()[0].first <= segments[1].first {
        tokio::time::sleep(Duration::from_millis(20)).await;
        rounds += 1;
        assert!(rounds < 1000, "nothing is retired");
    }
    log.close().await;
    let judged = verify(&world.audit(), &with(None), |_, _| {}).unwrap();
    assert!(judged.is_intact(), "{judged:?}");
    assert!(judged.warnings[0].what.contains("past its retention"));
}

/// A log of two runs and several segments, what lay there after the first, and the store's rows.
struct Base {
    early: TempDir,
    last: Frozen,
    all: Vec<serde_json::Value>,
}

static BASE: LazyLock<Base> = LazyLock::new(|| {
    // On a thread of its own: whoever asks first may be in a runtime.
    let made = std::thread::spawn(make_base).join();
    made.unwrap()
});

fn make_base() -> Base {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut world = World::new();
        world.config.segment_bytes_max = 6000;
        let log = world.open().await;
        record(&log, 0..12).await;
        log.close().await;
        let early = copy(&world.audit());
        log.reopen().await.unwrap();
        record(&log, 12..30).await;
        log.close().await;
        let last = world.freeze().await;
        let all = everything(last.folder.path());
        Base { early, last, all }
    })
}

/// What somebody does who may write to the folder while no btz runs.
#[derive(Debug, Clone)]
enum Deed {
    Files(Attack),
    /// The signed head beside the segments is taken away.
    NoHeadFile,
    /// Or is an older one, out of the log itself.
    OldHeadFile(Index),
    /// The whole folder is an older copy.
    OldFolder,
    /// The folder is emptied, of these.
    Empty {
        key: bool,
        head: bool,
    },
    /// The key is taken away.
    NoKey,
    /// Records are put behind the last.
    Forge(usize),
    /// As if the seal had been closed.
    ForgeSealed(usize),
    /// A retirement of the first segments.
    ForgeRetirement,
    /// A start, so that what follows is the next one's to sign.
    Restart,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        8 => tamper::attack().prop_map(Deed::Files),
        2 => Just(Deed::NoHeadFile),
        2 => any::<Index>().prop_map(Deed::OldHeadFile),
        1 => Just(Deed::OldFolder),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(key, head)| Deed::Empty { key, head }),
        1 => Just(Deed::NoKey),
        1 => (1..5usize).prop_map(Deed::Forge),
        1 => (1..5usize).prop_map(Deed::ForgeSealed),
        1 => Just(Deed::ForgeRetirement),
        2 => Just(Deed::Restart),
    ]
}

fn heads(folder: &Path) -> Vec<Vec<u8>> {
    let records = tamper::read(folder).into_iter().flat_map(|one| one.2);
    let heads = records.filter(|record| record[4] == 2);
    heads.map(|head| head[FRAME..].to_vec()).collect()
}

async fn do_it(world: &World, deed: &Deed, number: u64) {
    let folder = world.audit();
    match deed {
        Deed::Files(attack) => tamper::commit(&folder, attack),
        Deed::NoHeadFile => remove(&folder, &["head"]),
        Deed::OldHeadFile(which) => {
            let heads = heads(&folder);
            std::fs::write(folder.join("head.json"), which.get(&heads)).unwrap();
        }
        Deed::OldFolder => world.fill(BASE.early.path()),
        Deed::Empty { key, head } => {
            remove(&folder, &["segment"]);
            if *head {
                remove(&folder, &["head"]);
            }
            if *key {
                remove(&folder, &["key", "public"]);
            }
        }
        Deed::NoKey => remove(&folder, &["key"]),
        Deed::Forge(count) => forge(&folder, &vec![forged_call(); *count]),
        Deed::ForgeSealed(count) => {
            let start =
                br#"{"eventName":"AuditLogOpened","serviceEventDetails":{"signedBy":null}}"#;
            let mut records = vec![forged_call(); *count];
            records.insert(0, (EVENT, start.to_vec()));
            forge(&folder, &records);
        }
        Deed::ForgeRetirement => {
            let segments = Folder::at(&folder).segments().unwrap();
            let body = format!(
                r#"{{"eventName":"AuditSegmentsRetired","serviceEventDetails":{{"throughSequence":{}}}}}"#,
                segments[1].first - 1
            );
            forge(&folder, &[(EVENT, body.into_bytes())]);
            std::fs::remove_file(&segments[0].path).unwrap();
        }
        Deed::Restart => drop(restart(world, number).await),
    }
}

/// Whether all that was recorded is there, and nothing else that nobody of ours wrote.
fn is_as_recorded(folder: &Path) -> bool {
    let all = everything(folder);
    let forged = all.iter().any(|record| record["eventName"] == "Nothing");
    all.starts_with(&BASE.all) && !forged
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn a_start_hides_nothing_of_what_was_done_before(deeds in prop::collection::vec(deed(), 1..4)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (report, same) = runtime.block_on(async {
            let mut world = World::new();
            world.config.segment_bytes_max = 6000;
            // Other randomness than made the log.
            for _ in 0..40 {
                types::Entropy::fill(&*world.entropy, &mut [0]).unwrap();
            }
            world.thaw(&BASE.last).await;
            for (deed, number) in deeds.iter().zip(100..) {
                // What the one before has left may be nothing that this can be done to.
                let world = std::panic::AssertUnwindSafe(&world);
                let done = std::panic::AssertUnwindSafe(do_it(&world, deed, number));
                if futures_catch(done).await.is_err() {
                    break;
                }
            }
            (restart(&world, 200).await, is_as_recorded(&world.audit()))
        });
        prop_assert!(!report.is_proven() || same, "{:?} is not found: {:?}", deeds, report);
    }
}

/// Whether it ran to its end.
async fn futures_catch(
    done: std::panic::AssertUnwindSafe<impl Future<Output = ()>>,
) -> Result<(), ()> {
    let mut done = Box::pin(done.0);
    std::future::poll_fn(move |context| {
        let polled =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| done.as_mut().poll(context)));
        match polled {
            Ok(polled) => polled.map(Ok),
            Err(_) => std::task::Poll::Ready(Err(())),
        }
    })
    .await
}

#[tokio::test]
async fn nothing_done_is_nothing_told() {
    let mut world = World::new();
    world.config.segment_bytes_max = 6000;
    world.thaw(&BASE.last).await;
    for number in 0..3 {
        let report = restart(&world, 100 + number).await;
        assert!(report.is_proven(), "{report:?}");
    }
    assert!(is_as_recorded(&world.audit()));
    assert!(world.metrics.render().contains("btz_audit_damages 0"));
}
