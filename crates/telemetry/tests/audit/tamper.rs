//! Whatever is done to a log's files is found: random attacks on random logs, against a naive model
//! of the format that shares no code with the product.

use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::Ordering;

use aws_lc_rs::digest::{SHA256, digest};
use proptest::prelude::*;
use proptest::sample::Index;
use telemetry::audit::{Folder, Outcome, Range, Report, verify};
use tempfile::TempDir;

use crate::support::{World, call, copy, everything, record};

pub(crate) const HEADER: usize = 72;
pub(crate) const FRAME: usize = 45;

/// A segment as the model reads it: its name, its header, its records.
pub(crate) type Segment = (String, Vec<u8>, Vec<Vec<u8>>);

/// A clean log of several segments; its heads are signed and its end too.
static LOG: LazyLock<(TempDir, Vec<serde_json::Value>)> = LazyLock::new(|| {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut world = World::new();
        world.config.segment_bytes_max = 6000;
        let log = world.open().await;
        record(&log, 0..40).await;
        log.close().await;
        let folder = copy(&world.audit());
        let all = everything(folder.path());
        (folder, all)
    })
});

/// The segments of a folder as the model reads them: header and records.
pub(crate) fn read(folder: &Path) -> Vec<Segment> {
    let mut segments = Vec::new();
    for segment in Folder::at(folder).segments().unwrap() {
        let bytes = std::fs::read(&segment.path).unwrap();
        let (header, mut rest) = bytes.split_at(HEADER);
        let mut records = Vec::new();
        while !rest.is_empty() {
            let length = u32::from_be_bytes(rest[..4].try_into().unwrap());
            let (record, after) = rest.split_at(FRAME + usize::try_from(length).unwrap());
            records.push(record.to_vec());
            rest = after;
        }
        segments.push((segment.name(), header.to_vec(), records));
    }
    segments
}

pub(crate) fn write(folder: &Path, segments: &[Segment]) {
    for (name, header, records) in segments {
        let bytes = [header.clone(), records.concat()].concat();
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

/// Makes the chain right again from a record of a segment on, over all that follow: what somebody
/// can do who has no key.
pub(crate) fn chain_again(segments: &mut [Segment], from: usize) {
    let header = &segments[from].1;
    let mut next = u64::from_be_bytes(header[32..40].try_into().unwrap());
    let mut chain = header[40..72].to_vec();
    for (_, header, records) in segments.iter_mut().skip(from) {
        header[32..40].copy_from_slice(&next.to_be_bytes());
        header[40..72].copy_from_slice(&chain);
        for record in records {
            record[5..13].copy_from_slice(&next.to_be_bytes());
            let message = [
                b"btz audit record v1\0".as_slice(),
                &chain,
                &next.to_be_bytes(),
                &record[4..5],
                &record[FRAME..],
            ]
            .concat();
            chain = digest(&SHA256, &message).as_ref().to_vec();
            record[13..45].copy_from_slice(&chain);
            next += 1;
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Attack {
    Flip {
        segment: Index,
        byte: Index,
        bit: u8,
    },
    Truncate {
        segment: Index,
        at: Index,
    },
    Insert {
        segment: Index,
        at: Index,
        bytes: Vec<u8>,
    },
    Remove {
        record: Index,
    },
    Duplicate {
        record: Index,
        to: Index,
    },
    Swap {
        one: Index,
        other: Index,
    },
    RemoveSegment {
        segment: Index,
    },
    SwapSegments {
        one: Index,
        other: Index,
    },
    CopySegment {
        from: Index,
        to: Index,
    },
    /// Changes a record's text and makes the chain right again.
    Rewrite {
        record: Index,
        dropped: bool,
    },
    HeadFile {
        byte: Index,
        bit: u8,
    },
}

pub(crate) fn attack() -> impl Strategy<Value = Attack> {
    let index = any::<Index>;
    prop_oneof![
        4 => (index(), index(), 0..8u8)
            .prop_map(|(segment, byte, bit)| Attack::Flip { segment, byte, bit }),
        2 => (index(), index()).prop_map(|(segment, at)| Attack::Truncate { segment, at }),
        1 => (index(), index(), prop::collection::vec(any::<u8>(), 1..80))
            .prop_map(|(segment, at, bytes)| Attack::Insert { segment, at, bytes }),
        2 => index().prop_map(|record| Attack::Remove { record }),
        2 => (index(), index()).prop_map(|(record, to)| Attack::Duplicate { record, to }),
        2 => (index(), index()).prop_map(|(one, other)| Attack::Swap { one, other }),
        1 => index().prop_map(|segment| Attack::RemoveSegment { segment }),
        1 => (index(), index()).prop_map(|(one, other)| Attack::SwapSegments { one, other }),
        1 => (index(), index()).prop_map(|(from, to)| Attack::CopySegment { from, to }),
        3 => (index(), any::<bool>())
            .prop_map(|(record, dropped)| Attack::Rewrite { record, dropped }),
        1 => (index(), 0..8u8).prop_map(|(byte, bit)| Attack::HeadFile { byte, bit }),
    ]
}

/// Where a record is: its segment, and its place there.
fn place(segments: &[Segment], record: &Index) -> (usize, usize) {
    let counts: Vec<_> = segments.iter().map(|segment| segment.2.len()).collect();
    let mut at = record.index(counts.iter().sum());
    for (segment, count) in counts.iter().enumerate() {
        if at < *count {
            return (segment, at);
        }
        at -= count;
    }
    unreachable!()
}

pub(crate) fn commit(folder: &Path, attack: &Attack) {
    let mut segments = read(folder);
    let count = segments.len();
    let path = |index: usize| folder.join(&segments[index].0);
    let edit = |index: usize, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = std::fs::read(path(index)).unwrap();
        change(&mut bytes);
        std::fs::write(path(index), bytes).unwrap();
    };
    match attack {
        Attack::Flip { segment, byte, bit } => edit(segment.index(count), &|bytes| {
            let at = byte.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }),
        Attack::Truncate { segment, at } => edit(segment.index(count), &|bytes| {
            bytes.truncate(at.index(bytes.len()));
        }),
        Attack::Insert { segment, at, bytes } => edit(segment.index(count), &|file| {
            let at = at.index(file.len() + 1);
            file.splice(at..at, bytes.iter().copied());
        }),
        Attack::Remove { record } => {
            let (segment, at) = place(&segments, record);
            segments[segment].2.remove(at);
            write(folder, &segments);
        }
        Attack::Duplicate { record, to } => {
            let (segment, at) = place(&segments, record);
            let copied = segments[segment].2[at].clone();
            let (segment, at) = place(&segments, to);
            segments[segment].2.insert(at, copied);
            write(folder, &segments);
        }
        Attack::Swap { one, other } => {
            let (one, other) = (place(&segments, one), place(&segments, other));
            let of_one = segments[one.0].2[one.1].clone();
            let of_other = std::mem::replace(&mut segments[other.0].2[other.1], of_one);
            segments[one.0].2[one.1] = of_other;
            write(folder, &segments);
        }
        Attack::RemoveSegment { segment } => {
            std::fs::remove_file(path(segment.index(count))).unwrap();
        }
        Attack::SwapSegments { one, other } => {
            let (one, other) = (path(one.index(count)), path(other.index(count)));
            let bytes = (std::fs::read(&one).unwrap(), std::fs::read(&other).unwrap());
            std::fs::write(one, bytes.1).unwrap();
            std::fs::write(other, bytes.0).unwrap();
        }
        Attack::CopySegment { from, to } => {
            let bytes = std::fs::read(path(from.index(count))).unwrap();
            std::fs::write(path(to.index(count)), bytes).unwrap();
        }
        Attack::Rewrite { record, dropped } => {
            let (segment, at) = place(&segments, record);
            let text = segments[segment].2[at].iter_mut();
            for byte in text.skip(FRAME) {
                if *byte == b'G' {
                    *byte = b'X';
                }
            }
            if *dropped {
                // With all heads from there on, so that no signature tells.
                for (index, (_, _, records)) in segments.iter_mut().enumerate() {
                    let from = if index == segment { at } else { 0 };
                    let mut position = 0;
                    records.retain(|record| {
                        position += 1;
                        index < segment || position <= from || record[4] != 2
                    });
                }
            }
            chain_again(&mut segments, segment);
            for (name, header, _) in &mut segments {
                let first = u64::from_be_bytes(header[32..40].try_into().unwrap());
                std::fs::remove_file(folder.join(&*name)).unwrap();
                *name = format!("segment-{first:020}.audit");
            }
            write(folder, &segments);
        }
        Attack::HeadFile { byte, bit } => {
            let path = folder.join("head.json");
            let mut bytes = std::fs::read(&path).unwrap();
            let at = byte.index(bytes.len());
            bytes[at] ^= 1 << bit;
            std::fs::write(path, bytes).unwrap();
        }
    }
}

pub(crate) fn judge(folder: &Path) -> Report {
    verify(folder, &Range::default(), |_, _| {}).unwrap()
}

#[test]
fn the_model_reads_what_the_log_wrote() {
    let folder = copy(LOG.0.path());
    let mut segments = read(folder.path());
    assert!(segments.len() > 4);
    let before = segments.clone();
    chain_again(&mut segments, 0);
    assert_eq!(segments, before);
    assert!(judge(folder.path()).is_intact());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn what_verifies_holds_what_was_recorded(attacks in prop::collection::vec(attack(), 1..3)) {
        let folder = copy(LOG.0.path());
        for attack in &attacks {
            // The second finds what the first has left.
            if std::panic::catch_unwind(|| commit(folder.path(), attack)).is_err() {
                break;
            }
        }
        let report = judge(folder.path());
        let same = everything(folder.path()) == LOG.1;
        // What is no call may go: the last head itself, which lies beside the log as well.
        prop_assert!(!report.is_intact() || same, "{:?} is not found", attacks);
        let first = report.findings.first();
        prop_assert!(first.is_none_or(|finding| !finding.what.is_empty()));
    }
}

#[test]
fn the_first_bad_place_is_told() {
    let folder = copy(LOG.0.path());
    let mut segments = read(folder.path());
    segments[1].2.remove(2);
    write(folder.path(), &segments);
    let report = judge(folder.path());
    let finding = &report.findings[0];
    assert_eq!(finding.file, segments[1].0);
    let offset: usize = segments[1].2[..2].iter().map(Vec::len).sum();
    assert_eq!(finding.offset, (HEADER + offset) as u64);
    assert!(finding.what.contains("missing"), "{}", finding.what);

    let folder = copy(LOG.0.path());
    let path = folder.path().join(&segments[2].0);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[1000] ^= 1;
    std::fs::write(path, bytes).unwrap();
    let report = judge(folder.path());
    assert_eq!(report.findings.len(), 1, "{report:?}");
    assert!(report.findings[0].offset <= 1000);
    assert!(report.findings[0].what.contains("changed"));
}

#[test]
fn a_retirement_that_nobody_signed_excuses_nothing() {
    let folder = copy(LOG.0.path());
    let mut segments = read(folder.path());
    let body =
        br#"{"eventName":"AuditSegmentsRetired","serviceEventDetails":{"throughSequence":99}}"#;
    let mut record = u32::try_from(body.len()).unwrap().to_be_bytes().to_vec();
    record.push(3);
    record.extend([0; 40]);
    record.extend(body);
    segments.last_mut().unwrap().2.push(record);
    let last = segments.len() - 1;
    chain_again(&mut segments, last);
    write(folder.path(), &segments);
    std::fs::remove_file(folder.path().join(&segments[0].0)).unwrap();
    let report = judge(folder.path());
    assert!(!report.is_intact(), "{report:?}");
}

#[test]
fn nothing_is_no_log_and_who_brings_a_key_learns_when_nothing_is_signed_by_it() {
    let empty = tempfile::tempdir().unwrap();
    assert!(!judge(empty.path()).is_intact());
    let keys = Folder::at(LOG.0.path()).public_keys().unwrap();
    let by = |keys: &[_]| Range {
        keys: keys.to_vec(),
        ..Range::default()
    };
    let report = verify(LOG.0.path(), &by(&keys), |_, _| {}).unwrap();
    assert!(report.is_intact(), "{report:?}");

    let unsigned = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let world = World::new();
        world.seal.0.store(false, Ordering::SeqCst);
        let log = world.open().await;
        let call = call(1, "GetIPSet");
        log.record(&call, Outcome::Success).await.unwrap();
        log.close().await;
        copy(&world.audit())
    });
    assert!(judge(unsigned.path()).is_intact());
    let report = verify(unsigned.path(), &by(&keys), |_, _| {}).unwrap();
    assert!(!report.is_intact(), "{report:?}");
}
