//! Time-based one-time passwords of virtual MFA devices. Source: RFC 6238 with its defaults (SHA-1,
//! 30 seconds, 6 digits), which is what IAM's virtual devices are.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use types::Time;

/// Seconds of a step.
const STEP_SECONDS: i64 = 30;
/// How many steps a device's clock may be off when it is enabled or resynchronized.
pub(crate) const DRIFT_STEPS_MAX: i64 = 20;
/// And from where it was then, at each use.
const WINDOW_STEPS: i64 = 1;
/// Bytes of a seed: 64 characters of base32, as AWS's are.
pub(crate) const SEED_BYTES: usize = 40;

/// Wrong codes of a device in [`FAILURES_WITHIN`]; then none is taken until that has passed. A code
/// has a million values.
pub(crate) const FAILURES_MAX: u32 = 10;
pub(crate) const FAILURES_WITHIN: Duration = Duration::from_secs(5 * 60);
/// Devices that are remembered.
const DEVICES_MAX: usize = 20_000;

/// The code of a step.
pub(crate) fn code(seed: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    // RFC 4226, section 5.3: four bytes from where the last one's low half says.
    let bytes = tag.as_ref();
    let at = bytes.last().map_or(0, |last| usize::from(last & 15));
    let picked = bytes.iter().skip(at).take(4);
    let number = picked.fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

/// The step of a time.
pub(crate) fn step(time: Time) -> i64 {
    time.as_seconds().div_euclid(STEP_SECONDS)
}

fn is_code(seed: &[u8], step: i64, given: &str) -> bool {
    verify_slices_are_equal(code(seed, step).as_bytes(), given.as_bytes()).is_ok()
}

/// By how many steps a device is ahead that shows these two codes one after the other.
pub(crate) fn drift(seed: &[u8], now: Time, first: &str, second: &str) -> Option<i64> {
    let now = step(now);
    (-DRIFT_STEPS_MAX..=DRIFT_STEPS_MAX)
        .find(|drift| is_code(seed, now + drift, first) && is_code(seed, now + drift + 1, second))
}

/// What was made of codes: each is taken once, and guessing stops.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    devices: Mutex<HashMap<String, Seen>>,
}

#[derive(Debug, Default)]
struct Seen {
    /// The last step whose code was taken.
    last: Option<i64>,
    failures: u32,
    since: Time,
}

/// Why a code is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeError {
    Wrong,
    TooMany,
}

impl Codes {
    /// Takes a code of the device `serial` whose clock is `drift` steps ahead.
    pub(crate) fn take(
        &self,
        serial: &str,
        seed: &[u8],
        drift: i64,
        now: Time,
        given: &str,
    ) -> Result<(), CodeError> {
        let mut devices = self.devices.lock().unwrap_or_else(PoisonError::into_inner);
        if devices.len() >= DEVICES_MAX && !devices.contains_key(serial) {
            // What is old enough not to count any more.
            devices.retain(|_, seen| now.since(seen.since) <= FAILURES_WITHIN);
            if devices.len() >= DEVICES_MAX {
                return Err(CodeError::TooMany);
            }
        }
        let seen = devices.entry(serial.to_owned()).or_default();
        if now.since(seen.since) > FAILURES_WITHIN {
            seen.failures = 0;
        }
        if seen.failures >= FAILURES_MAX {
            return Err(CodeError::TooMany);
        }
        let expected = step(now) + drift;
        let matched = (expected - WINDOW_STEPS..=expected + WINDOW_STEPS)
            .filter(|step| seen.last.is_none_or(|last| *step > last))
            .find(|step| is_code(seed, *step, given));
        seen.since = now;
        match matched {
            Some(step) => {
                seen.last = Some(step);
                seen.failures = 0;
                Ok(())
            }
            None => {
                seen.failures += 1;
                Err(CodeError::Wrong)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the last six of its eight digits.
    #[test]
    fn the_vectors_of_the_rfc() {
        let seed = b"12345678901234567890";
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let time = Time::from_seconds(seconds);
            assert_eq!(code(seed, step(time)), expected, "{seconds}");
        }
    }

    #[test]
    fn a_code_is_taken_once_and_guessing_stops() {
        let (seed, codes, now) = (
            [7; SEED_BYTES],
            Codes::default(),
            Time::from_seconds(1_000_000),
        );
        let good = code(&seed, step(now));
        assert_eq!(codes.take("d", &seed, 0, now, &good), Ok(()));
        assert_eq!(codes.take("d", &seed, 0, now, &good), Err(CodeError::Wrong));
        let next = code(&seed, step(now) + 1);
        assert_eq!(codes.take("d", &seed, 0, now, &next), Ok(()));
        for _ in 0..FAILURES_MAX {
            assert_eq!(codes.take("d", &seed, 0, now, "x"), Err(CodeError::Wrong));
        }
        let later = now.plus(Duration::from_secs(120));
        let good = code(&seed, step(later));
        assert_eq!(
            codes.take("d", &seed, 0, later, &good),
            Err(CodeError::TooMany)
        );
        assert_eq!(codes.take("other", &seed, 0, later, &good), Ok(()));
        let after = now.plus(FAILURES_WITHIN + Duration::from_secs(60));
        let good = code(&seed, step(after));
        assert_eq!(codes.take("d", &seed, 0, after, &good), Ok(()));
    }

    #[test]
    fn a_clock_that_is_off_is_found_by_two_codes() {
        let (seed, now) = ([9; SEED_BYTES], Time::from_seconds(1_000_000));
        for off in [-20, -3, 0, 20] {
            let (first, second) = (
                code(&seed, step(now) + off),
                code(&seed, step(now) + off + 1),
            );
            assert_eq!(drift(&seed, now, &first, &second), Some(off));
            assert_eq!(drift(&seed, now, &second, &first), None);
        }
        let far = code(&seed, step(now) + 30);
        assert_eq!(drift(&seed, now, &far, &code(&seed, step(now) + 31)), None);
    }
}
