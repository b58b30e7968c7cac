//! What is written is read back; whatever is altered, missing or added is found, wherever it is.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Read;

use backup::{
    AuditHead, BackupError, FileName, FilePlace, Header, Nothing, Place, Row, Signer, Sink,
    Verified, Writer, read,
};
use proptest::prelude::*;
use types::Secret;

fn signer(byte: u8) -> Signer {
    Signer::of(&Secret::new(vec![byte; 32])).unwrap()
}

fn header() -> Header {
    Header {
        format: 0,
        created_ms: 1_795_000_000_000,
        version: "1.2.3".to_owned(),
        installation: "0123".to_owned(),
        seal_epoch: 3,
        revision: 77,
        audit_head: Some(AuditHead {
            sequence: 9,
            hash: "ab".repeat(32),
        }),
        public_key: signer(7).public_key().unwrap(),
    }
}

fn file(path: &str) -> FileName {
    FileName {
        place: FilePlace::Data,
        path: path.to_owned(),
    }
}

type Rows = Vec<(String, u64, Vec<u8>)>;
type Files = Vec<(FileName, Vec<u8>)>;

fn written(rows: &Rows, files: &Files) -> Vec<u8> {
    let mut writer = Writer::begin(Vec::new(), signer(7), header()).unwrap();
    for (key, revision, value) in rows {
        let (revision, value) = (*revision, value.as_slice());
        writer
            .row(Row {
                key,
                revision,
                value,
            })
            .unwrap();
    }
    for (name, bytes) in files {
        writer.file(name).unwrap();
        writer.bytes(bytes).unwrap();
    }
    writer.finish().unwrap().1
}

#[derive(Default)]
struct Kept(Rows, Files);

impl Sink for Kept {
    fn row(&mut self, row: Row<'_>) -> Result<(), BackupError> {
        self.0
            .push((row.key.to_owned(), row.revision, row.value.to_vec()));
        Ok(())
    }

    fn file(&mut self, name: &FileName) -> Result<(), BackupError> {
        self.1.push((name.clone(), Vec::new()));
        Ok(())
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        self.1.last_mut().unwrap().1.extend_from_slice(bytes);
        Ok(())
    }
}

fn verified(bytes: &[u8]) -> Result<Verified, BackupError> {
    read(bytes, &mut Nothing)
}

fn sample() -> (Rows, Files) {
    let rows = vec![
        ("a".to_owned(), 1, b"one".to_vec()),
        ("b/c".to_owned(), 77, vec![]),
    ];
    let files = vec![
        (file("certificates/shop/cert.pem"), b"chain".to_vec()),
        (file("seal.json"), b"{}".to_vec()),
    ];
    (rows, files)
}

#[test]
fn every_flipped_bit_and_every_cut_is_found() {
    let (rows, files) = sample();
    let good = written(&rows, &files);
    assert!(verified(&good).is_ok());
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut bad = good.clone();
            bad[at] ^= 1 << bit;
            assert!(verified(&bad).is_err(), "byte {at}, bit {bit}");
        }
        assert!(verified(&good[..at]).is_err(), "cut at {at}");
    }
    let mut longer = good;
    longer.push(0);
    assert!(verified(&longer).is_err());
}

#[test]
fn damage_is_told_by_its_place() {
    let (rows, files) = sample();
    let good = written(&rows, &files);
    let at = |text: &[u8]| {
        good.windows(text.len())
            .position(|window| window == text)
            .unwrap()
    };
    let place = |at: usize| {
        let mut bad = good.clone();
        bad[at] ^= 1;
        match verified(&bad) {
            Err(BackupError::Damaged { place, .. }) => place,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(place(at(b"one")), Place::Rows);
    let chain = Place::File(file("certificates/shop/cert.pem"));
    assert_eq!(place(at(b"chain")), chain);
    let cut = verified(&good[..at(b"chain") + 2]).unwrap_err().to_string();
    assert!(cut.contains("cut off") && cut.contains("cert.pem"), "{cut}");
}

/// Who alters a backup can sign it anew, but only as somebody else.
#[test]
fn another_signer_is_another_fingerprint() {
    let (rows, files) = sample();
    let ours = verified(&written(&rows, &files)).unwrap();
    let writer = Writer::begin(Vec::new(), signer(8), header()).unwrap();
    let theirs = verified(&writer.finish().unwrap().1).unwrap();
    let fingerprint = |of: &Verified| of.header.public_key.fingerprint();
    assert_ne!(fingerprint(&ours), fingerprint(&theirs));
    assert_eq!(fingerprint(&ours).len(), 64);
}

#[test]
fn what_could_not_be_written_whole_says_why() {
    let mut writer = Writer::begin(Vec::new(), signer(7), header()).unwrap();
    let row = Row {
        key: "a",
        revision: 1,
        value: b"",
    };
    writer.row(row).unwrap();
    let mut out = Vec::new();
    let given_up = Writer::begin(&mut out, signer(7), header()).unwrap();
    given_up.give_up("the disk\nis full").unwrap();
    let error = verified(&out).unwrap_err().to_string();
    assert!(error.contains("the disk\\nis full"), "{error}");
}

#[test]
fn what_is_out_of_order_or_leads_elsewhere_is_not_written() {
    let mut writer = Writer::begin(Vec::new(), signer(7), header()).unwrap();
    let row = |key| Row {
        key,
        revision: 1,
        value: b"",
    };
    writer.row(row("b")).unwrap();
    assert!(writer.row(row("a")).is_err());
    assert!(writer.row(row("b")).is_err());
    for path in [
        "",
        "/etc/passwd",
        "a/../b",
        "a//b",
        "./a",
        "a/",
        "a\0b",
        "a\\b",
    ] {
        assert!(!file(path).is_safe(), "{path:?}");
        assert!(writer.file(&file(path)).is_err(), "{path:?}");
    }
    writer.file(&file("b")).unwrap();
    assert!(writer.file(&file("a")).is_err());
    assert!(writer.row(row("c")).is_err(), "rows come before files");
}

/// A reader that says how much memory was asked of it at once.
struct Endless(usize);

impl Read for Endless {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        self.0 = self.0.max(bytes.len());
        bytes.fill(2);
        Ok(bytes.len())
    }
}

#[test]
fn a_length_that_is_said_costs_no_memory_before_it_comes() {
    let mut lying = backup::MAGIC.to_vec();
    lying.extend_from_slice(&[1, 0, 0, 255, 255]);
    assert!(matches!(verified(&lying), Err(BackupError::CutOff { .. })));
    let mut endless = backup::MAGIC.chain(Endless(0));
    let error = read(&mut endless, &mut Nothing).unwrap_err();
    assert!(matches!(error, BackupError::Damaged { .. }), "{error}");
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        rows in prop::collection::btree_map("[a-z/]{1,30}", (any::<u64>(), prop::collection::vec(any::<u8>(), 0..2000)), 0..40),
        files in prop::collection::btree_map("[a-z]{1,8}(/[a-z]{1,8}){0,3}", prop::collection::vec(any::<u8>(), 0..2000), 0..10),
        large in 0..600_000_usize,
    ) {
        let mut rows: Rows = rows.into_iter().map(|(key, (revision, value))| (key, revision, value)).collect();
        rows.push(("~".to_owned(), 5, vec![9; large]));
        let mut files: Files = files.into_iter().map(|(path, bytes)| (file(&path), bytes)).collect();
        files.push((file("~"), vec![3; large]));
        let bytes = written(&rows, &files);
        let mut kept = Kept::default();
        let verified = read(bytes.as_slice(), &mut kept).unwrap();
        prop_assert_eq!(verified.manifest.rows, rows.len() as u64);
        prop_assert_eq!(verified.manifest.files, files.len() as u64);
        prop_assert_eq!(verified.bytes, bytes.len() as u64);
        prop_assert_eq!(kept.0, rows);
        prop_assert_eq!(kept.1, files);
    }
}
