//! What a ciphertext is bound to, and that no failure can be told from another.

use proptest::prelude::*;
use types::EntropyError;

use super::*;
use crate::work;

/// Counts up: no two nonces are the same.
struct Counting(std::sync::atomic::AtomicU8);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        let next = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        bytes.fill(next);
        Ok(())
    }
}

fn entropy() -> Counting {
    Counting(1.into())
}

fn backing(byte: u8) -> BackingKey {
    BackingKey::new(&Secret::new(vec![byte; 32])).unwrap()
}

fn key() -> KeyVersion {
    KeyVersion {
        account: "012345678901".parse().unwrap(),
        key_id: "1234abcd-12ab-34cd-56ef-1234567890ab".to_owned(),
        version: 7,
    }
}

fn context() -> EncryptionContext {
    EncryptionContext::new([("purpose", "test"), ("a", "b")])
}

fn sealed(plaintext: &[u8]) -> Vec<u8> {
    encrypt(&backing(1), &key(), &context(), plaintext, &entropy()).unwrap()
}

#[test]
fn what_is_encrypted_decrypts_and_names_its_key() {
    for length in [0, 1, 32, PLAINTEXT_BYTES_MAX] {
        let plaintext = vec![9; length];
        let blob = sealed(&plaintext);
        assert_eq!(KeyVersion::of(&blob), Some(key()));
        let opened = decrypt(Some(&backing(1)), &context(), &blob).unwrap();
        assert_eq!(opened.expose(), plaintext);
    }
}

#[test]
fn the_longest_plaintext_fits_into_the_longest_ciphertext() {
    let long = vec![0; CIPHERTEXT_BYTES_MAX];
    let Err(KeyError::PlaintextTooLong { bytes_max }) =
        encrypt(&backing(1), &key(), &context(), &long, &entropy())
    else {
        panic!("it was encrypted");
    };
    let longest_id = KeyVersion {
        key_id: "k".repeat(KEY_ID_BYTES_MAX),
        ..key()
    };
    let plaintext = &long[..bytes_max];
    let blob = encrypt(&backing(1), &longest_id, &context(), plaintext, &entropy()).unwrap();
    assert!(blob.len() <= CIPHERTEXT_BYTES_MAX);
    assert!(decrypt(Some(&backing(1)), &context(), &blob).is_ok());
}

/// The bytes of a ciphertext of another release must open for ever.
#[test]
fn the_format_is_what_it_was() {
    let blob = sealed(b"hello");
    let hex: String = blob.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        hex,
        include_str!("format-v1.hex").trim(),
        "the format changed: give it a new version byte and read both"
    );
}

#[test]
fn every_failure_is_one_error_after_the_same_work() {
    let blob = sealed(b"hello");
    let mut attempts: Vec<(String, Option<BackingKey>, EncryptionContext, Vec<u8>)> = vec![
        ("no key".into(), None, context(), blob.clone()),
        (
            "another key".into(),
            Some(backing(2)),
            context(),
            blob.clone(),
        ),
        (
            "another context".into(),
            Some(backing(1)),
            EncryptionContext::empty(),
            blob.clone(),
        ),
        ("nothing".into(), Some(backing(1)), context(), Vec::new()),
        (
            "too long".into(),
            Some(backing(1)),
            context(),
            vec![1; CIPHERTEXT_BYTES_MAX + 200],
        ),
    ];
    for at in 0..blob.len() {
        let short = blob[..at].to_vec();
        attempts.push((format!("cut to {at}"), Some(backing(1)), context(), short));
        for bit in 0..8 {
            let mut changed = blob.clone();
            changed[at] ^= 1 << bit;
            let what = format!("bit {bit} of byte {at}");
            attempts.push((what, Some(backing(1)), context(), changed));
        }
    }
    for (what, backing, context, blob) in attempts {
        let before = work::of_this_thread();
        let opened = decrypt(backing.as_ref(), &context, &blob);
        assert_eq!(opened.err(), Some(KeyError::InvalidCiphertext), "{what}");
        let after = work::of_this_thread();
        let done = (
            after.derivations - before.derivations,
            after.openings - before.openings,
        );
        assert_eq!(done, (1, 1), "{what}: not as much was computed");
        // All but the head and the prefix, however short those are taken to be.
        let around = 14 + KEY_ID_BYTES_MAX + PREFIX_BYTES;
        let least = blob.len().min(CIPHERTEXT_BYTES_MAX).saturating_sub(around);
        let opened = after.opened_bytes - before.opened_bytes;
        assert!(
            usize::try_from(opened).unwrap() >= least,
            "{what}: {opened} of {least} bytes"
        );
    }
}

/// Two keys, one nonce: without the commitment a ciphertext can be made that opens under both. The tag
/// of the other key alone must not be enough.
#[test]
fn a_ciphertext_whose_tag_fits_another_key_does_not_open_under_it() {
    let mine = sealed(b"hello");
    // Made under another key, but with the first key's commitment.
    let mut other = encrypt(&backing(2), &key(), &context(), b"hello", &entropy()).unwrap();
    let start = other.len() - 5 - TAG_BYTES - derive::COMMITMENT_BYTES;
    let commitment = start..start + derive::COMMITMENT_BYTES;
    other[commitment.clone()].copy_from_slice(&mine[commitment]);
    for byte in [1, 2] {
        assert!(decrypt(Some(&backing(byte)), &context(), &other).is_err());
    }
}

proptest! {
    #[test]
    fn any_bytes_are_judged_without_a_panic(blob in prop::collection::vec(any::<u8>(), 0..300)) {
        drop(KeyVersion::of(&blob));
        prop_assert!(decrypt(Some(&backing(1)), &context(), &blob).is_err());
    }
}

#[test]
fn what_a_device_has_a_part_in_is_read_as_it_was_made_and_as_nothing_else() {
    let head = Enclosed::head(&key()).unwrap();
    let inner = sealed(b"plaintext");
    let whole = Enclosed::join(head.clone(), b"wrapped", &inner).unwrap();
    let enclosed = Enclosed::of(&whole).unwrap();
    assert_eq!(enclosed.key, key());
    assert_eq!(enclosed.head, head);
    assert_eq!(enclosed.wrapped, b"wrapped");
    assert_eq!(enclosed.inner, inner);
    assert_eq!(KeyVersion::of(&whole), Some(key()));
    // Neither form is read as the other.
    assert_eq!(Enclosed::of(&inner), None);
    assert!(decrypt(Some(&backing(1)), &context(), &whole).is_err());
    for at in 0..head.len() + 2 {
        assert_eq!(Enclosed::of(&whole[..at]), None, "{at}");
    }
    let most = vec![0; CIPHERTEXT_BYTES_MAX];
    assert!(Enclosed::join(head, &most, b"").is_err());
}
