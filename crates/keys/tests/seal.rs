//! The seal from outside: any slot opens, nothing else does, and what was changed is found.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use keys::KeySpec;
use keys::seal::{
    Header, MaterialName, PassphraseParameters, Root, SHARES_MAX, SLOTS_MAX, Seal, SealError,
    Share, ShareSet, SlotKind, random_secret,
};
use proptest::prelude::*;
use types::{AccountId, Entropy, EntropyError, KeyWrap, KeyWrapError, Secret};

/// SHA-256 of a counter.
#[derive(Default)]
struct Repeatable(AtomicU64);

impl Entropy for Repeatable {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in bytes.chunks_mut(32) {
            let count = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &count);
            chunk.copy_from_slice(&digest.as_ref()[..chunk.len()]);
        }
        Ok(())
    }
}

fn file() -> SlotKind {
    SlotKind::File {
        path: "/etc/seal.key".to_owned(),
    }
}

/// A header with one file slot, its root and the slot's secret.
fn made(entropy: &Repeatable) -> (Header, Root, Secret) {
    let (header, root) = Header::new(entropy).unwrap();
    let secret = random_secret(entropy).unwrap();
    let (header, id) = header.with_slot(&root, file(), &secret, entropy).unwrap();
    assert_eq!(id, 1);
    (header, root, secret)
}

fn opened(root: Root) -> Seal {
    let seal = Seal::sealed(Arc::new(Repeatable::default()));
    seal.open(root);
    seal
}

fn again(header: &Header) -> Header {
    let read = Header::parse(&header.to_bytes().unwrap()).unwrap();
    assert_eq!(read, *header);
    read
}

#[test]
fn every_kind_of_slot_opens_the_same_root() {
    let entropy = Repeatable::default();
    let (header, root, file_secret) = made(&entropy);
    let wrapped = opened(root.clone()).wrap("a/b", b"secret").unwrap();

    let passphrase = Secret::new(b"correct horse battery staple".to_vec());
    let parameters = PassphraseParameters::new(&entropy).unwrap();
    let secret = parameters.secret(&passphrase).unwrap();
    let kind = SlotKind::Passphrase(parameters);
    let (header, by_passphrase) = header.with_slot(&root, kind, &secret, &entropy).unwrap();

    let secret = random_secret(&entropy).unwrap();
    let (set, shares) = ShareSet::split(&secret, 2, 3, &entropy).unwrap();
    let kind = SlotKind::Shamir(set.clone());
    let (header, by_shares) = header.with_slot(&root, kind, &secret, &entropy).unwrap();

    let header = again(&header);
    assert_eq!(header.epoch(), 4, "every change counts");
    let SlotKind::Passphrase(parameters) = &header.slot(by_passphrase).unwrap().kind else {
        panic!("it is another kind");
    };
    for pair in [[0, 1], [1, 2], [2, 0]] {
        let pair = pair.map(|at| shares[at].to_string().parse::<Share>().unwrap());
        let (of, secret) = ShareSet::combine(&pair).unwrap();
        assert_eq!(of, set);
        header.open(by_shares, &secret).unwrap();
    }
    let (_, from_shares) = ShareSet::combine(&shares).unwrap();
    for (id, secret) in [
        (1, file_secret),
        (by_passphrase, parameters.secret(&passphrase).unwrap()),
        (by_shares, from_shares),
    ] {
        let seal = opened(header.open(id, &secret).unwrap());
        assert_eq!(seal.unwrap("a/b", &wrapped).unwrap().expose(), b"secret");
        let other = header.open(id % 3 + 1, &secret);
        assert_eq!(other.err(), Some(SealError::WrongSecret(id % 3 + 1)));
    }
}

#[test]
fn slots_come_and_go_but_the_last_stays() {
    let entropy = Repeatable::default();
    let (header, root, secret) = made(&entropy);
    assert_eq!(
        header.without_slot(&root, 1).err(),
        Some(SealError::LastSlot(1))
    );
    let (two, second) = header.with_slot(&root, file(), &secret, &entropy).unwrap();
    let one = again(&two.without_slot(&root, 1).unwrap());
    assert_eq!(one.open(1, &secret).err(), Some(SealError::NoSuchSlot(1)));
    one.open(second, &secret).unwrap();
    assert!(one.epoch() > two.epoch());
    // A number is never given again: a note that says "slot 1" cannot come to mean another.
    let (_, third) = one.with_slot(&root, file(), &secret, &entropy).unwrap();
    assert_eq!(third, 3);
    let mut full = header;
    while full.slots().len() < SLOTS_MAX {
        full = full.with_slot(&root, file(), &secret, &entropy).unwrap().0;
    }
    let more = full.with_slot(&root, file(), &secret, &entropy);
    assert_eq!(more.err(), Some(SealError::TooManySlots));
    again(&full);
}

#[test]
fn after_a_rotation_the_old_secrets_open_nothing_and_old_wraps_still_open() {
    let entropy = Repeatable::default();
    let (header, root, secret) = made(&entropy);
    let old = opened(root.clone());
    let before = old.wrap("a", b"before").unwrap();
    let new_secret = random_secret(&entropy).unwrap();
    let slots = vec![(file(), new_secret.clone())];
    let (rotated, new_root) = header.rotated(&root, slots, &entropy).unwrap();
    let rotated = again(&rotated);
    assert_eq!(rotated.generations(), [1, 2]);
    let id = rotated.slots()[0].id;
    assert!(rotated.open(id, &secret).is_err());
    assert!(header.open(1, &new_secret).is_err());

    let new = opened(rotated.open(id, &new_secret).unwrap());
    assert_eq!(new.generation(), Some(2));
    assert_eq!(new.unwrap("a", &before).unwrap().expose(), b"before");
    assert_eq!(Seal::generation_of(&before), Some(1));
    let after = new.wrap("a", b"after").unwrap();
    assert_eq!(Seal::generation_of(&after), Some(2));
    assert!(old.unwrap("a", &after).is_err());
    old.open(new_root);
    assert_eq!(old.unwrap("a", &after).unwrap().expose(), b"after");
}

#[test]
fn what_is_wrapped_opens_as_itself_only() {
    let entropy = Repeatable::default();
    let (_, root, _) = made(&entropy);
    let seal = opened(root);
    let wrapped = seal.wrap("iam/access-key/1/AKIA", b"secret").unwrap();
    for context in ["iam/access-key/1/AKIB", "", "iam/access-key/1/AKIA "] {
        let damaged = KeyWrapError::Damaged {
            context: context.to_owned(),
        };
        assert_eq!(seal.unwrap(context, &wrapped).err(), Some(damaged));
    }
    for at in 0..wrapped.len() {
        let mut changed = wrapped.clone();
        changed[at] ^= 1;
        assert!(seal.unwrap("iam/access-key/1/AKIA", &changed).is_err());
        assert!(
            seal.unwrap("iam/access-key/1/AKIA", &wrapped[..at])
                .is_err()
        );
    }
    // Another installation's.
    let other = Repeatable(AtomicU64::new(1_000_000));
    let other = opened(made(&other).1);
    assert!(other.unwrap("iam/access-key/1/AKIA", &wrapped).is_err());
}

#[test]
fn an_exported_key_token_is_bound_to_all_that_names_it() {
    let entropy = Repeatable::default();
    let seal = opened(made(&entropy).1);
    let material = Secret::new(vec![7; 32]);
    let name = MaterialName {
        account: AccountId::from_number(111_122_223_333).unwrap(),
        key_id: "1234abcd-12ab-34cd-56ef-1234567890ab",
        version: 1,
        spec: KeySpec::SymmetricDefault,
    };
    let token = seal.wrap_material(&name, &material).unwrap();
    let unwrapped = seal.unwrap_material(&name, &token).unwrap();
    assert_eq!(unwrapped.expose(), material.expose());
    let others = [
        MaterialName {
            account: AccountId::from_number(1).unwrap(),
            ..name.clone()
        },
        MaterialName {
            key_id: "another",
            ..name.clone()
        },
        MaterialName {
            version: 2,
            ..name.clone()
        },
        MaterialName {
            spec: KeySpec::Hmac256,
            ..name.clone()
        },
    ];
    for other in others {
        let refused = seal.unwrap_material(&other, &token);
        assert!(matches!(refused, Err(KeyWrapError::Damaged { .. })));
    }
    assert!(
        seal.unwrap("", &token).is_err(),
        "a token is no other secret"
    );
}

#[test]
fn sealed_it_does_nothing() {
    let entropy = Repeatable::default();
    let root = made(&entropy).1;
    let seal = opened(root.clone());
    let wrapped = seal.wrap("a", b"b").unwrap();
    seal.close();
    assert!(!seal.is_open());
    assert_eq!(seal.wrap("a", b"b").err(), Some(KeyWrapError::Sealed));
    assert_eq!(seal.unwrap("a", &wrapped).err(), Some(KeyWrapError::Sealed));
    seal.open(root);
    seal.unwrap("a", &wrapped).unwrap();
}

/// Who can write the file but opens no slot changes nothing that is believed: the checksum can be made
/// right, the MAC cannot.
#[test]
fn a_header_that_was_changed_does_not_open() {
    let entropy = Repeatable::default();
    let (header, root, secret) = made(&entropy);
    let (header, _) = header.with_slot(&root, file(), &secret, &entropy).unwrap();
    let text = String::from_utf8(header.to_bytes().unwrap()).unwrap();
    for (from, to) in [
        ("\"epoch\": 3", "\"epoch\": 9"),
        ("/etc/seal.key", "/tmp/seal.key"),
        ("\"next_slot\": 3", "\"next_slot\": 4"),
    ] {
        let mut changed: serde_json::Value = serde_json::from_str(&text.replace(from, to)).unwrap();
        let damaged = Header::parse(changed.to_string().as_bytes());
        assert!(
            matches!(damaged, Err(SealError::DamagedHeader(_))),
            "{from}"
        );
        let body = serde_json::to_vec(&changed["seal"]).unwrap();
        let mac = hex(changed["mac"].as_str().unwrap());
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &[body, mac].concat());
        let checksum: String = digest.as_ref().iter().map(|b| format!("{b:02x}")).collect();
        changed["checksum"] = checksum.into();
        let parsed = Header::parse(changed.to_string().as_bytes()).unwrap();
        let refused = parsed.open(1, &secret);
        assert_eq!(refused.err(), Some(SealError::WrongSecret(1)), "{from}");
    }
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(text.get(2 * at..2 * at + 2).unwrap(), 16).unwrap())
        .collect()
}

#[test]
fn shares_are_forgiving_to_hands_and_strict_to_mistakes() {
    let entropy = Repeatable::default();
    let secret = random_secret(&entropy).unwrap();
    let (set, shares) = ShareSet::split(&secret, 3, 5, &entropy).unwrap();
    let text = shares[1].to_string();
    let spaced: String = text.to_uppercase().replace('-', " - \n");
    assert_eq!(spaced.parse::<Share>().unwrap().index(), 2);
    for at in 0..text.len() {
        let mut changed = text.clone().into_bytes();
        changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(changed.parse::<Share>().is_err(), "{changed}");
        assert!(text.get(..at).unwrap().parse::<Share>().is_err());
    }
    assert!(!format!("{:?}", shares[1]).contains(text.get(20..60).unwrap()));
    // Fewer than it takes, the same twice, another set's.
    let twice = [shares[0].clone(), shares[0].clone(), shares[1].clone()];
    assert!(matches!(
        ShareSet::combine(&twice),
        Err(SealError::Shares(_))
    ));
    assert!(ShareSet::combine(&shares[..2]).is_err());
    assert!(ShareSet::combine(&[]).is_err());
    let (_, others) = ShareSet::split(&secret, 3, 5, &entropy).unwrap();
    let mixed = [shares[0].clone(), shares[1].clone(), others[2].clone()];
    assert!(ShareSet::combine(&mixed).is_err());
    let (again, combined) = ShareSet::combine(&shares[2..]).unwrap();
    assert_eq!((again, combined.expose()), (set, secret.expose()));
    for (threshold, count) in [(1, 3), (4, 3), (2, SHARES_MAX + 1), (0, 0)] {
        assert!(ShareSet::split(&secret, threshold, count, &entropy).is_err());
    }
}

#[test]
fn short_passphrases_and_absurd_costs_are_refused() {
    let short = Secret::new(b"hunter2".to_vec());
    assert!(PassphraseParameters::check(&short).is_err());
    let absurd = r#"{"salt":"00112233445566778899aabbccddeeff","memory_kib":4294967295,"passes":3,"lanes":4}"#;
    let absurd: PassphraseParameters = serde_json::from_str(absurd).unwrap();
    assert!(absurd.secret(&short).is_err());
}

proptest! {
    #[test]
    fn any_text_is_judged_without_a_panic(text in "(btz1-)?[0-9a-f]{0,10}-[0-9]{1,3}of[0-9]{1,3}-[0-9]{0,3}-[0-9a-f]{0,70}-[0-9a-f]{0,9}") {
        prop_assert!(text.parse::<Share>().is_err());
        prop_assert!(Header::parse(text.as_bytes()).is_err());
    }
}
