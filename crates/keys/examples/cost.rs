//! What each primitive and each KMS-level call costs, in one thread, and RSA's share of the bare
//! primitive.
//!
//! `cargo run --release -p keys --example cost`; with `-- bare` only what `cargo xtask bench kms` sets
//! its calls against.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement may panic and print"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PSS_SHA256;
use keys::ciphertext::{self, BackingKey, KeyVersion};
use keys::{EncryptionContext, KeySpec, MacAlgorithm, MessageType, PrivateKey, SigningAlgorithm};
use types::{Entropy, EntropyError, Secret};

/// The operating system's randomness, as btz gives it.
struct System(SystemRandom);

impl Entropy for System {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        self.0.fill(bytes).map_err(|_| EntropyError)
    }
}

/// The fastest of several rounds: what else runs on the machine only slows.
fn nanoseconds<T>(mut call: impl FnMut() -> T) -> f64 {
    let round = Duration::from_millis(60);
    let mut best = f64::INFINITY;
    for _ in 0..8 {
        let (start, mut calls) = (Instant::now(), 0_u32);
        while start.elapsed() < round {
            black_box(call());
            calls += 1;
        }
        best = best.min(start.elapsed().as_nanos() as f64 / f64::from(calls));
    }
    best
}

fn tell(name: &str, ns: f64) {
    println!("{name:<60} {ns:>12.0} ns {:>12.0} a second", 1e9 / ns);
}

fn symmetric(entropy: &System) {
    let backing = BackingKey::new(&Secret::new(vec![1; 32])).unwrap();
    let key = KeyVersion {
        account: "111122223333".parse().unwrap(),
        key_id: "1234abcd-12ab-34cd-56ef-1234567890ab".to_owned(),
        version: 1,
    };
    let context = EncryptionContext::new([("purpose", "measure")]);
    for bytes in [32, 4096] {
        let plaintext = vec![7; bytes];
        let encrypt = || ciphertext::encrypt(&backing, &key, &context, &plaintext, entropy);
        tell(&format!("Encrypt {bytes} B"), nanoseconds(encrypt));
        let blob = encrypt().unwrap();
        let decrypt = || ciphertext::decrypt(Some(&backing), &context, &blob);
        tell(&format!("Decrypt {bytes} B"), nanoseconds(decrypt));
    }
    tell(
        "randomness, 28 B",
        nanoseconds(|| entropy.fill(&mut [0; 28])),
    );
}

fn rsa(entropy: &System) {
    let key = PrivateKey::generate(KeySpec::Rsa2048, entropy).unwrap();
    let bare = KeyPair::from_pkcs8(key.material().unwrap().expose()).unwrap();
    let random = SystemRandom::new();
    let mut signature = vec![0; bare.public_modulus_len()];
    let primitive = nanoseconds(|| bare.sign(&RSA_PSS_SHA256, &random, &[7; 32], &mut signature));
    tell("aws-lc-rs RSA-2048 PSS-SHA256 sign", primitive);
    let algorithm = SigningAlgorithm::RsassaPssSha256;
    let ours = nanoseconds(|| key.sign(algorithm, MessageType::Raw, &[7; 32]));
    tell("Sign RSA_2048 RSASSA_PSS_SHA_256", ours);
    println!(
        "  {:.1} % of the bare primitive's rate",
        100.0 * primitive / ours
    );
}

fn signing(entropy: &System) {
    for &spec in KeySpec::ALL {
        let Some(&algorithm) = spec.signing_algorithms().last() else {
            continue;
        };
        let key = PrivateKey::generate(spec, entropy).unwrap();
        let public = key.public_key().unwrap();
        for &kind in algorithm.message_types() {
            // A digest of whatever length this algorithm takes.
            let lengths = [32, 48, 64];
            let fits = |length: &&usize| key.sign(algorithm, kind, &vec![7; **length]).is_ok();
            let given = vec![7; *lengths.iter().find(fits).unwrap()];
            let name = format!("{spec} {algorithm} {kind}");
            let sign = || key.sign(algorithm, kind, &given).unwrap();
            tell(&format!("{name} sign"), nanoseconds(sign));
            let signature = sign();
            let verify = || public.verify(algorithm, kind, &given, &signature);
            tell(&format!("{name} verify"), nanoseconds(verify));
        }
    }
}

fn the_rest(entropy: &System) {
    let hmac = PrivateKey::generate(KeySpec::Hmac256, entropy).unwrap();
    let mac = || hmac.mac(MacAlgorithm::HmacSha256, &[7; 4096]);
    tell("GenerateMac HMAC_256, 4096 B", nanoseconds(mac));
    for spec in [KeySpec::MlKem512, KeySpec::MlKem768, KeySpec::MlKem1024] {
        let key = PrivateKey::generate(spec, entropy).unwrap();
        let public = key.public_key().unwrap();
        tell(
            &format!("{spec} Encapsulate"),
            nanoseconds(|| public.encapsulate()),
        );
        let (ciphertext, _) = public.encapsulate().unwrap();
        let decapsulate = || key.decapsulate(&ciphertext);
        tell(&format!("{spec} Decapsulate"), nanoseconds(decapsulate));
    }
    for spec in [
        KeySpec::EccNistP256,
        KeySpec::EccNistP384,
        KeySpec::EccNistP521,
    ] {
        let key = PrivateKey::generate(spec, entropy).unwrap();
        let peer = PrivateKey::generate(spec, entropy).unwrap().spki().unwrap();
        tell(
            &format!("{spec} DeriveSharedSecret"),
            nanoseconds(|| key.agree(&peer)),
        );
    }
}

fn main() {
    let entropy = System(SystemRandom::new());
    symmetric(&entropy);
    rsa(&entropy);
    if std::env::args().nth(1).as_deref() != Some("bare") {
        signing(&entropy);
        the_rest(&entropy);
    }
}
