//! Every key spec does what AWS's table says, and nothing else.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::sync::atomic::{AtomicU64, Ordering};

use keys::import::{self, WrappingAlgorithm};
use keys::{
    EncryptionAlgorithm, KeyError, KeySpec, KeyUsage, MacAlgorithm, MessageType, PrivateKey,
    PublicKey, SigningAlgorithm,
};
use types::{Entropy, EntropyError, Secret};

/// SHA-256 of a counter: the same keys in every run, but for those that the library makes itself.
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

struct Broken;

impl Entropy for Broken {
    fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
        Err(EntropyError)
    }
}

fn key(spec: KeySpec) -> PrivateKey {
    PrivateKey::generate(spec, &Repeatable::default()).unwrap()
}

fn digest_of(algorithm: SigningAlgorithm, message: &[u8]) -> Vec<u8> {
    use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};
    let hash = match algorithm.as_str() {
        name if name.ends_with("SHA_256") => &SHA256,
        name if name.ends_with("SHA_384") => &SHA384,
        _ => &SHA512,
    };
    digest(hash, message).as_ref().to_vec()
}

#[test]
fn a_key_survives_its_canonical_form() {
    for &spec in KeySpec::ALL {
        let key = key(spec);
        let material = key.material().unwrap();
        let again = PrivateKey::from_material(spec, &material).unwrap();
        assert_eq!(again.material().unwrap().expose(), material.expose());
        assert_eq!(key.spki(), again.spki(), "{spec}");
        assert_eq!(key.spki().is_ok(), spec.is_asymmetric(), "{spec}");
        // One byte more or less is no key.
        let short = material.expose()[1..].to_vec();
        assert!(PrivateKey::from_material(spec, &Secret::new(short)).is_err());
        let long = [material.expose(), &[0]].concat();
        assert!(PrivateKey::from_material(spec, &Secret::new(long)).is_err());
    }
}

#[test]
fn signatures_are_of_their_message_algorithm_and_key() {
    let message = b"what is signed";
    for &spec in KeySpec::ALL {
        let (key, other) = (key(spec), key(spec));
        for &algorithm in SigningAlgorithm::ALL {
            for &kind in MessageType::ALL {
                let given = match kind {
                    MessageType::Raw => message.to_vec(),
                    MessageType::Digest => digest_of(algorithm, message),
                    MessageType::ExternalMu => vec![7; 64],
                };
                let signed = key.sign(algorithm, kind, &given);
                let supported = spec.signing_algorithms().contains(&algorithm)
                    && algorithm.message_types().contains(&kind);
                assert_eq!(signed.is_ok(), supported, "{spec} {algorithm} {kind}");
                let Ok(signature) = signed else {
                    assert!(matches!(signed, Err(KeyError::Unsupported { .. })));
                    continue;
                };
                let public = key.public_key().unwrap();
                public.verify(algorithm, kind, &given, &signature).unwrap();
                if kind == MessageType::Digest && algorithm != SigningAlgorithm::Ed25519PhSha512 {
                    let raw = MessageType::Raw;
                    public.verify(algorithm, raw, message, &signature).unwrap();
                }
                if kind != MessageType::Raw {
                    let short = &given[1..];
                    let refused = key.sign(algorithm, kind, short);
                    assert!(matches!(refused, Err(KeyError::DigestLength { .. })));
                }
                let mut changed = given.clone();
                changed[0] ^= 1;
                let verified = public.verify(algorithm, kind, &changed, &signature);
                assert_eq!(verified, Err(KeyError::InvalidSignature));
                let mut changed = signature.clone();
                *changed.last_mut().unwrap() ^= 1;
                let verified = public.verify(algorithm, kind, &given, &changed);
                assert_eq!(verified, Err(KeyError::InvalidSignature));
                let verified = public.verify(algorithm, kind, &given, &[]);
                assert_eq!(verified, Err(KeyError::InvalidSignature));
                // The two are equal where the seed is ours, and are not where the library draws it.
                if key.spki() != other.spki() {
                    let public = other.public_key().unwrap();
                    let verified = public.verify(algorithm, kind, &given, &signature);
                    assert_eq!(verified, Err(KeyError::InvalidSignature));
                }
            }
        }
    }
}

/// RFC 8032, section 7.3: the one vector of Ed25519ph.
#[test]
fn ed25519ph_is_the_rfcs() {
    let seed = "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42";
    let signature = "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41\
                     31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406";
    let key = PrivateKey::from_material(KeySpec::EccNistEdwards25519, &Secret::new(unhex(seed)));
    let key = key.unwrap();
    let algorithm = SigningAlgorithm::Ed25519PhSha512;
    let digest = digest_of(algorithm, b"abc");
    let signed = key.sign(algorithm, MessageType::Digest, &digest).unwrap();
    assert_eq!(signed, unhex(signature));
    let public = key.public_key().unwrap();
    public
        .verify(algorithm, MessageType::Digest, &digest, &signed)
        .unwrap();
}

fn unhex(text: &str) -> Vec<u8> {
    types::unhex(text).unwrap()
}

#[test]
fn rsa_encrypts_what_fits() {
    for spec in [KeySpec::Rsa2048, KeySpec::Rsa3072] {
        let key = key(spec);
        let public = key.public_key().unwrap();
        for &algorithm in EncryptionAlgorithm::ALL {
            if !spec.encryption_algorithms().contains(&algorithm) {
                let refused = public.encrypt(algorithm, b"x");
                assert!(matches!(refused, Err(KeyError::Unsupported { .. })));
                continue;
            }
            let Err(KeyError::PlaintextTooLong { bytes_max }) =
                public.encrypt(algorithm, &[0; 1000])
            else {
                panic!("it was encrypted");
            };
            for length in [0, 1, bytes_max] {
                let plaintext = vec![5; length];
                let ciphertext = public.encrypt(algorithm, &plaintext).unwrap();
                let opened = key.decrypt(algorithm, &ciphertext).unwrap();
                assert_eq!(opened.expose(), plaintext);
                for cut in [0, 1, ciphertext.len() - 1] {
                    let opened = key.decrypt(algorithm, &ciphertext[..cut]);
                    assert_eq!(opened.err(), Some(KeyError::InvalidCiphertext));
                }
            }
        }
    }
}

#[test]
fn two_keys_agree_and_encapsulate() {
    for &spec in KeySpec::ALL {
        let (one, other) = (key(spec), key(spec));
        if spec.usages().contains(&KeyUsage::KeyAgreement) {
            let ours = one.agree(&other.spki().unwrap()).unwrap();
            let theirs = other.agree(&one.spki().unwrap()).unwrap();
            assert_eq!(ours.expose(), theirs.expose());
            let wrong = key(KeySpec::EccSecgP256k1).spki().unwrap();
            let refused = one.agree(&wrong);
            assert_eq!(refused.err(), Some(KeyError::InvalidPublicKey { spec }));
        } else {
            assert!(matches!(one.agree(&[]), Err(KeyError::Unsupported { .. })));
        }
        if spec.usages().contains(&KeyUsage::EncapsulateDecapsulate) {
            let (ciphertext, shared) = one.public_key().unwrap().encapsulate().unwrap();
            let opened = one.decapsulate(&ciphertext).unwrap();
            assert_eq!(opened.expose(), shared.expose());
            let short = one.decapsulate(&ciphertext[1..]);
            assert_eq!(short.err(), Some(KeyError::InvalidCiphertext));
            // A coefficient that is no residue (FIPS 203, 7.2).
            let mut spki = one.spki().unwrap();
            let end = spki.len() - 32;
            spki[end - 3..end].fill(0xff);
            assert!(PublicKey::from_spki(spec, &spki).is_err());
        } else {
            assert!(matches!(
                one.decapsulate(&[]),
                Err(KeyError::Unsupported { .. })
            ));
        }
    }
}

#[test]
fn macs_are_of_their_key_alone() {
    for &spec in KeySpec::ALL {
        let key = key(spec);
        for &algorithm in MacAlgorithm::ALL {
            let Ok(mac) = key.mac(algorithm, b"message") else {
                assert!(!spec.mac_algorithms().contains(&algorithm));
                continue;
            };
            assert_eq!(mac.len(), algorithm.output_bytes());
            key.verify_mac(algorithm, b"message", &mac).unwrap();
            for (message, mac) in [("other", &mac[..]), ("message", &mac[1..])] {
                let verified = key.verify_mac(algorithm, message.as_bytes(), mac);
                assert_eq!(verified, Err(KeyError::InvalidMac));
            }
        }
    }
}

#[test]
fn what_is_exported_is_imported() {
    for &spec in KeySpec::ALL {
        let key = key(spec);
        let Ok(pkcs8) = key.to_pkcs8() else {
            assert!(!spec.is_asymmetric());
            continue;
        };
        match PrivateKey::import(spec, &pkcs8) {
            Ok(again) => assert_eq!(again.spki(), key.spki(), "{spec}"),
            Err(error) => assert!(
                matches!(error, KeyError::Unsupported { .. }),
                "{spec} {error}"
            ),
        }
        let followed = Secret::new([pkcs8.expose(), &[0]].concat());
        assert!(PrivateKey::import(spec, &followed).is_err(), "{spec}");
        for &other in KeySpec::ALL {
            // Any bytes of the right length are a raw key.
            if other != spec && other.raw_bytes() != Some(pkcs8.expose().len()) {
                assert!(
                    PrivateKey::import(other, &pkcs8).is_err(),
                    "{spec} as {other}"
                );
                let spki = key.spki().unwrap();
                assert!(
                    PublicKey::from_spki(other, &spki).is_err(),
                    "{spec} as {other}"
                );
            }
        }
    }
}

#[test]
fn wrapped_material_opens_by_its_algorithm() {
    let wrapping = key(KeySpec::Rsa2048);
    let public = wrapping.public_key().unwrap();
    let material = key(KeySpec::Rsa2048).to_pkcs8().unwrap();
    let kek = [9; 32];
    let mut wrapped = vec![0; material.expose().len() + 16];
    let wrapped = {
        use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded};
        let kek = AesKek::new(&AES_256, &kek).unwrap();
        kek.wrap_with_padding(material.expose(), &mut wrapped)
            .unwrap()
            .to_vec()
    };
    for (algorithm, oaep) in [
        (
            WrappingAlgorithm::RsaAesKeyWrapSha1,
            EncryptionAlgorithm::RsaesOaepSha1,
        ),
        (
            WrappingAlgorithm::RsaAesKeyWrapSha256,
            EncryptionAlgorithm::RsaesOaepSha256,
        ),
    ] {
        let two_steps = [public.encrypt(oaep, &kek).unwrap(), wrapped.clone()].concat();
        let opened = import::unwrap(&wrapping, algorithm, &two_steps).unwrap();
        assert_eq!(opened.expose(), material.expose());
        for cut in [0, 255, 256, 264, two_steps.len() - 1] {
            let opened = import::unwrap(&wrapping, algorithm, &two_steps[..cut]);
            assert_eq!(opened.err(), Some(KeyError::InvalidCiphertext), "{cut}");
        }
    }
    let wrapped = public.encrypt(EncryptionAlgorithm::RsaesOaepSha256, &[1; 32]);
    let opened = import::unwrap(
        &wrapping,
        WrappingAlgorithm::RsaesOaepSha256,
        &wrapped.unwrap(),
    );
    assert_eq!(opened.unwrap().expose(), [1; 32]);
}

#[test]
fn without_randomness_there_is_no_key() {
    for &spec in KeySpec::ALL {
        let drawn_by_the_library =
            spec.as_str().starts_with("RSA") || spec.as_str().starts_with("ECC_NIST_P");
        if !drawn_by_the_library {
            let made = PrivateKey::generate(spec, &Broken);
            assert!(matches!(made, Err(KeyError::Entropy(_))), "{spec}");
        }
    }
}

#[test]
fn nothing_secret_is_shown() {
    for &spec in KeySpec::ALL {
        assert_eq!(
            format!("{:?}", key(spec)),
            format!("PrivateKey({spec}, ..)")
        );
    }
}
