//! What each primitive and each KMS-level call costs, in one thread, and RSA's share of the bare
//! primitive.
//!
//! `cargo run --release -p keys --example cost`; with names of lines of the first two groups behind `--`
//! only those, as `cargo xtask bench kms` asks for what it sets a call against.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement may panic and print"
)]

use std::fs;
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

/// How long a line is measured.
const TIME: Duration = Duration::from_millis(500);

/// Nanoseconds of this thread on its CPU, as Linux counts them (a tick of some milliseconds late).
fn cpu_nanoseconds() -> f64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    told.split_whitespace().next().unwrap().parse().unwrap()
}

/// The mean of all calls, in CPU time: what a service's calls are measured by too.
fn nanoseconds<T>(mut call: impl FnMut() -> T) -> f64 {
    let (start, cpu, mut calls) = (Instant::now(), cpu_nanoseconds(), 0_u32);
    while start.elapsed() < TIME {
        black_box(call());
        calls += 1;
    }
    (cpu_nanoseconds() - cpu) / f64::from(calls)
}

/// The lines that are asked for; all without names.
struct Lines(Vec<String>);

impl Lines {
    /// Whether a line with this word in it is asked for: keys take their time to be made.
    fn want(&self, word: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|asked| asked.contains(word))
    }

    /// Measures and tells, if this line is asked for.
    fn tell<T>(&self, name: &str, call: impl FnMut() -> T) -> Option<f64> {
        if !self.0.is_empty() && !self.0.iter().any(|asked| asked == name) {
            return None;
        }
        let ns = nanoseconds(call);
        println!("{name:<60} {ns:>12.0} ns {:>12.0} a second", 1e9 / ns);
        Some(ns)
    }
}

fn symmetric(lines: &Lines, entropy: &System) {
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
        lines.tell(&format!("Encrypt {bytes} B"), encrypt);
        let blob = encrypt().unwrap();
        let decrypt = || ciphertext::decrypt(Some(&backing), &context, &blob);
        lines.tell(&format!("Decrypt {bytes} B"), decrypt);
    }
    lines.tell("randomness, 28 B", || entropy.fill(&mut [0; 28]));
}

fn rsa(lines: &Lines, entropy: &System) {
    let key = PrivateKey::generate(KeySpec::Rsa2048, entropy).unwrap();
    let bare = KeyPair::from_pkcs8(key.material().unwrap().expose()).unwrap();
    let random = SystemRandom::new();
    let mut signature = vec![0; bare.public_modulus_len()];
    let primitive = || bare.sign(&RSA_PSS_SHA256, &random, &[7; 32], &mut signature);
    let primitive = lines.tell("aws-lc-rs RSA-2048 PSS-SHA256 sign", primitive);
    let algorithm = SigningAlgorithm::RsassaPssSha256;
    let ours = || key.sign(algorithm, MessageType::Raw, &[7; 32]);
    let ours = lines.tell("Sign RSA_2048 RSASSA_PSS_SHA_256", ours);
    if let (Some(primitive), Some(ours)) = (primitive, ours) {
        let share = 100.0 * primitive / ours;
        println!("  {share:.1} % of the bare primitive's rate");
    }
}

fn signing(lines: &Lines, entropy: &System) {
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
            lines.tell(&format!("{name} sign"), sign);
            let signature = sign();
            let verify = || public.verify(algorithm, kind, &given, &signature);
            lines.tell(&format!("{name} verify"), verify);
        }
    }
}

fn the_rest(lines: &Lines, entropy: &System) {
    let hmac = PrivateKey::generate(KeySpec::Hmac256, entropy).unwrap();
    let mac = || hmac.mac(MacAlgorithm::HmacSha256, &[7; 4096]);
    lines.tell("GenerateMac HMAC_256, 4096 B", mac);
    for spec in [KeySpec::MlKem512, KeySpec::MlKem768, KeySpec::MlKem1024] {
        let key = PrivateKey::generate(spec, entropy).unwrap();
        let public = key.public_key().unwrap();
        lines.tell(&format!("{spec} Encapsulate"), || public.encapsulate());
        let (ciphertext, _) = public.encapsulate().unwrap();
        let decapsulate = || key.decapsulate(&ciphertext);
        lines.tell(&format!("{spec} Decapsulate"), decapsulate);
    }
    for spec in [
        KeySpec::EccNistP256,
        KeySpec::EccNistP384,
        KeySpec::EccNistP521,
    ] {
        let key = PrivateKey::generate(spec, entropy).unwrap();
        let peer = PrivateKey::generate(spec, entropy).unwrap().spki().unwrap();
        lines.tell(&format!("{spec} DeriveSharedSecret"), || key.agree(&peer));
    }
}

fn main() {
    let entropy = System(SystemRandom::new());
    let lines = Lines(std::env::args().skip(1).collect());
    symmetric(&lines, &entropy);
    if lines.want("RSA") {
        rsa(&lines, &entropy);
    }
    if lines.0.is_empty() {
        signing(&lines, &entropy);
        the_rest(&lines, &entropy);
    }
}
