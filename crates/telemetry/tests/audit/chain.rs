//! Opening again, sealed and unsealed; what is proven, by which key, and what a crash left.

use std::sync::atomic::Ordering;

use telemetry::audit::{
    Begin, Bound, Folder, PublicKey, Range, Report, chain_at, last_signed_head, verify,
};

use types::Entropy;

use crate::support::{World, copy, record};

fn judged(world: &World, range: &Range) -> Report {
    verify(&world.audit(), range, |_, _| {}).unwrap()
}

fn events(world: &World) -> Vec<String> {
    let events = world.events().into_iter();
    let names = events.map(|event| event["eventName"].as_str().unwrap().to_owned());
    names
        .filter(|name| name != "AuditLogOpened" && name != "AuditLogClosed")
        .collect()
}

#[tokio::test]
async fn a_log_goes_on_where_it_ended_and_its_last_head_is_found() {
    let mut world = World::new();
    world.config.segment_bytes_max = 8192;
    assert!(last_signed_head(&world.audit()).is_err(), "no folder");
    let log = world.open().await;
    for round in 0..5 {
        record(&log, round * 10..round * 10 + 10).await;
        log.close().await;
        log.reopen().await.unwrap();
    }
    log.close().await;
    let report = judged(&world, &Range::default());
    assert!(report.is_intact(), "{report:?}");
    assert_eq!((report.calls, report.unsigned), (50, 0));
    assert_eq!((report.begin, report.first), (Begin::Made, 1));
    assert!(report.segments > 3);
    let head = last_signed_head(&world.audit()).unwrap().unwrap();
    assert_eq!(Some(&head), report.last_signed_head.as_ref());
    assert_eq!(
        chain_at(&world.audit(), head.sequence).unwrap(),
        Some(head.chain)
    );
    assert_eq!(chain_at(&world.audit(), report.last + 1).unwrap(), None);
    assert!(chain_at(&world.audit(), 0).unwrap().is_some());
    let key = Folder::at(&world.audit()).public_keys().unwrap()[0];
    assert!(head.is_signed_by(&key));
    assert!(events(&world).is_empty());
}

#[tokio::test]
async fn sealed_calls_are_recorded_and_signed_after_the_seal_is_open() {
    let world = World::new();
    world.seal.0.store(false, Ordering::SeqCst);
    let log = world.open().await;
    record(&log, 0..10).await;
    log.close().await;
    let report = judged(&world, &Range::default());
    assert!(report.is_intact(), "{report:?}");
    assert_eq!((report.calls, report.last_signed_head), (10, None));
    assert!(report.unsigned >= 10);
    world.seal.0.store(true, Ordering::SeqCst);
    log.reopen().await.unwrap();
    let report = judged(&world, &Range::default());
    assert!(report.is_intact(), "{report:?}");
    assert_eq!((report.calls, report.unsigned), (10, 0));
    // And sealed again: the same log, unsigned from there on.
    log.close().await;
    world.seal.0.store(false, Ordering::SeqCst);
    log.reopen().await.unwrap();
    record(&log, 10..13).await;
    log.close().await;
    let report = judged(&world, &Range::default());
    assert!(report.is_intact(), "{report:?}");
    assert_eq!(report.calls, 13);
    assert!(report.unsigned >= 3);
}

#[tokio::test]
async fn a_key_or_head_that_was_kept_elsewhere_proves_more() {
    let world = World::new();
    let log = world.open().await;
    record(&log, 0..5).await;
    log.close().await;
    let early = copy(&world.audit());
    let key = Folder::at(&world.audit()).public_keys().unwrap()[0];
    log.reopen().await.unwrap();
    record(&log, 5..10).await;
    log.close().await;
    let head = last_signed_head(&world.audit()).unwrap().unwrap();
    let kept = Range {
        keys: vec![key],
        heads: vec![head],
        ..Range::default()
    };
    assert!(judged(&world, &kept).is_intact());
    // The whole folder as it was earlier is intact in itself, and not what was there last.
    assert!(
        verify(early.path(), &Range::default(), |_, _| {})
            .unwrap()
            .is_intact()
    );
    let report = verify(early.path(), &kept, |_, _| {}).unwrap();
    assert!(
        report.findings[0].what.contains("its end is missing"),
        "{report:?}"
    );
    // Another installation's key did not sign this.
    let other = World::new();
    Entropy::fill(&*other.entropy, &mut [0]).unwrap();
    other.open().await.close().await;
    let others: PublicKey = Folder::at(&other.audit()).public_keys().unwrap()[0];
    assert_ne!(others, key);
    let range = Range {
        keys: vec![others],
        ..Range::default()
    };
    let report = judged(&world, &range);
    assert!(
        report.findings[0].what.contains("is not given"),
        "{report:?}"
    );
}

#[tokio::test]
async fn a_range_is_verified_between_signed_heads() {
    let mut world = World::new();
    world.config.segment_bytes_max = 4096;
    let log = world.open().await;
    record(&log, 0..60).await;
    log.close().await;
    let whole = judged(&world, &Range::default());
    let range = Range {
        from: Some(Bound::Sequence(30)),
        to: Some(Bound::Sequence(40)),
        ..Range::default()
    };
    let report = judged(&world, &range);
    assert!(report.is_intact(), "{report:?}");
    assert_eq!(report.begin, Begin::Asked);
    assert!(report.first <= 30 && report.last >= 40, "{report:?}");
    assert!(report.segments < whole.segments);
    assert!(report.last_signed_head.unwrap().sequence >= 40);
    let beyond = Range {
        from: Some(Bound::Sequence(1000)),
        ..Range::default()
    };
    assert!(!judged(&world, &beyond).is_intact());
}

#[tokio::test]
async fn a_record_that_was_not_written_to_its_end_is_cut_off_and_told() {
    let world = World::new();
    let log = world.open().await;
    record(&log, 0..5).await;
    log.close().await;
    let segment = Folder::at(&world.audit()).segments().unwrap().remove(0);
    let whole = std::fs::read(&segment.path).unwrap();
    let length = u32::from_be_bytes(whole[72..76].try_into().unwrap());
    let record_end = 72 + 45 + usize::try_from(length).unwrap();
    let whole = whole[72..record_end].to_vec();
    let halves = [whole[..20].to_vec(), vec![0; 5000], whole[..200].to_vec()];
    for torn in halves.into_iter().chain([whole]) {
        let is_whole = torn.len() > 200 && torn[..4] != [0; 4];
        let mut bytes = std::fs::read(&segment.path).unwrap();
        bytes.extend(&torn);
        std::fs::write(&segment.path, &bytes).unwrap();
        // A crash leaves it so, and that is no tampering.
        assert_eq!(judged(&world, &Range::default()).is_intact(), !is_whole);
        log.reopen().await.unwrap();
        record(&log, 5..6).await;
        log.close().await;
        assert_eq!(judged(&world, &Range::default()).is_intact(), !is_whole);
    }
    // The last was a whole record that belongs elsewhere: told, and left as it is.
    let mut told = events(&world);
    told.truncate(4);
    assert_eq!(
        told,
        [
            "AuditTailCut",
            "AuditTailCut",
            "AuditTailCut",
            "AuditLogDamaged"
        ]
    );
    assert_eq!(judged(&world, &Range::default()).calls, 5 + 4);
}

#[tokio::test]
async fn a_segment_that_was_never_begun_is_no_damage() {
    let mut world = World::new();
    world.config.segment_bytes_max = 4096;
    let log = world.open().await;
    record(&log, 0..5).await;
    log.close().await;
    let last = judged(&world, &Range::default()).last;
    for bytes in [0, 20, 72, 100] {
        let segment = Folder::at(&world.audit()).segments().unwrap().remove(0);
        let mut begun = std::fs::read(&segment.path).unwrap();
        begun[32..40].copy_from_slice(&(last + 100).to_be_bytes());
        begun.truncate(bytes);
        let name = format!("segment-{:020}.audit", last + 100);
        std::fs::write(world.audit().join(name), &begun).unwrap();
        let reopened = log.reopen().await;
        reopened.unwrap();
        log.close().await;
        let told = events(&world);
        assert_eq!(told.last().map(String::as_str), Some("AuditTailCut"));
    }
    assert!(judged(&world, &Range::default()).is_intact());
}

#[tokio::test]
async fn what_does_not_verify_is_told_at_the_start_and_for_ever_and_calls_go_on() {
    type Damage = fn(&World);
    fn edit(world: &World, change: impl Fn(&mut Vec<u8>)) {
        let segment = Folder::at(&world.audit())
            .segments()
            .unwrap()
            .pop()
            .unwrap();
        let mut bytes = std::fs::read(&segment.path).unwrap();
        change(&mut bytes);
        std::fs::write(&segment.path, &bytes).unwrap();
    }
    let damages: [(&str, Damage); 7] = [
        ("a byte", |world| edit(world, |bytes| bytes[1500] ^= 1)),
        ("the header", |world| edit(world, |bytes| bytes[3] ^= 1)),
        ("the log's id", |world| edit(world, |bytes| bytes[20] ^= 1)),
        ("the first length", |world| {
            edit(world, |bytes| bytes[72] = 0xff)
        }),
        ("the end", |world| edit(world, |bytes| bytes.truncate(1500))),
        ("everything", |world| {
            for segment in Folder::at(&world.audit()).segments().unwrap() {
                std::fs::remove_file(segment.path).unwrap();
            }
        }),
        ("the kept head", |world| {
            std::fs::write(world.audit().join("head.json"), "{}").unwrap();
        }),
    ];
    for (what, damage) in damages {
        let world = World::new();
        let log = world.open().await;
        record(&log, 0..10).await;
        log.close().await;
        damage(&world);
        let before = judged(&world, &Range::default());
        assert!(
            !before.is_intact() || what == "everything",
            "{what}: {before:?}"
        );
        log.reopen().await.unwrap();
        record(&log, 10..12).await;
        log.close().await;
        assert!(
            events(&world).contains(&"AuditLogDamaged".to_owned()),
            "{what}"
        );
        let text = world.metrics.render();
        assert!(!text.contains("btz_audit_damages 0"), "{what}");
        let after = judged(&world, &Range::default());
        // A kept head that was written over is replaced: there the log's own word remains.
        assert_eq!(
            after.is_intact(),
            what == "the kept head",
            "{what}: {after:?}"
        );
        // The next start has nothing new to tell.
        let told = events(&world).len();
        log.reopen().await.unwrap();
        log.close().await;
        assert_eq!(events(&world).len(), told, "{what}");
    }
}

#[tokio::test]
async fn a_key_that_does_not_open_is_told_and_not_replaced() {
    let world = World::new();
    let log = world.open().await;
    record(&log, 0..3).await;
    log.close().await;
    std::fs::write(world.audit().join("key.sealed"), "another's").unwrap();
    log.reopen().await.unwrap();
    record(&log, 3..6).await;
    log.close().await;
    assert_eq!(events(&world), ["AuditLogDamaged"]);
    let key = std::fs::read(world.audit().join("key.sealed")).unwrap();
    assert_eq!(key, b"another's");
    let report = judged(&world, &Range::default());
    assert!(report.is_intact(), "{report:?}");
    assert!(report.unsigned >= 3);
}
