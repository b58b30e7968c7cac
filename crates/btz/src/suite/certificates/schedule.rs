//! When a certificate is renewed, and when that is tried again after it failed. An authority's rate
//! limits are for the whole of its customers: nobody may hammer it, least of all by mistake.

use std::time::Duration;

use types::Time;

use crate::certificate::Facts;

/// The first wait after an authority has refused: it allows five failures an hour for each name.
const REFUSED: Duration = Duration::from_secs(15 * 60);
const REFUSED_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// The first wait after an authority was not reached.
const UNREACHED: Duration = Duration::from_secs(60);
const UNREACHED_MAX: Duration = Duration::from_secs(60 * 60);

/// The first wait after a nonce was refused time and again: that says nothing of the order, and the
/// next one may be taken. With what chance adds it is a minute at most.
const BAD_NONCE: Duration = Duration::from_secs(10);
const BAD_NONCE_MAX: Duration = Duration::from_secs(48);
/// So often; after that the authority is taken for one that is not reached.
const BAD_NONCES: u32 = 5;

/// What an authority may ask for is believed up to this.
const ASKED_MAX: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failed {
    /// The authority said no.
    Refused,
    /// It took none of several nonces (RFC 8555, 6.5).
    BadNonce,
    /// It was not reached, or this machine's own doing failed.
    Unreached,
}

/// A certificate is renewed at two thirds of its lifetime, or up to a thirtieth of it later:
/// `chance` spreads the machines that began together.
pub(super) fn renew_at(facts: &Facts, chance: u16) -> Time {
    let lifetime = facts.not_after.since(facts.not_before);
    facts
        .not_before
        .plus(lifetime * 2 / 3 + part(lifetime / 30, chance))
}

/// When to try again after `failures` in a row, at least `asked` from now: waits double, and are up
/// to a quarter longer by `chance`.
pub(super) fn next_attempt(
    now: Time,
    failures: u32,
    failed: Failed,
    asked: Option<Duration>,
    chance: u16,
) -> Time {
    let (first, most) = match failed {
        Failed::Refused => (REFUSED, REFUSED_MAX),
        Failed::BadNonce if failures <= BAD_NONCES => (BAD_NONCE, BAD_NONCE_MAX),
        Failed::BadNonce | Failed::Unreached => (UNREACHED, UNREACHED_MAX),
    };
    let doubled = first.saturating_mul(1 << failures.saturating_sub(1).min(16));
    let wait = doubled.min(most);
    let wait = wait + part(wait / 4, chance);
    now.plus(wait.max(asked.unwrap_or_default().min(ASKED_MAX)))
}

/// `chance` 65,536ths of a duration.
fn part(whole: Duration, chance: u16) -> Duration {
    whole * u32::from(chance) / (1 << 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::from_seconds(1_795_000_000);

    fn facts(seconds: i64) -> Facts {
        Facts {
            domains: Vec::new(),
            addresses: Vec::new(),
            issuer: String::new(),
            serial: String::new(),
            not_before: NOW,
            not_after: Time::from_seconds(NOW.as_seconds() + seconds),
        }
    }

    #[test]
    fn a_certificate_is_renewed_at_two_thirds_of_its_lifetime_and_a_little_later() {
        for (lifetime, earliest, latest) in [
            (90 * 86_400, 60 * 86_400, 63 * 86_400),
            (6 * 86_400, 4 * 86_400, 4 * 86_400 + 17_280),
            (30, 20, 21),
            (0, 0, 0),
        ] {
            for chance in [0, 1, 30_000, u16::MAX] {
                let after = renew_at(&facts(lifetime), chance).as_seconds() - NOW.as_seconds();
                assert!(
                    (earliest..=latest).contains(&after),
                    "{lifetime} {chance}: {after}"
                );
            }
        }
    }

    /// Let's Encrypt allows 5 failed validations of a name in an hour.
    #[test]
    fn an_authority_that_refuses_is_asked_less_and_less_often() {
        let mut at = NOW;
        let mut attempts = Vec::new();
        for failures in 1..=40 {
            let next = next_attempt(at, failures, Failed::Refused, None, 0);
            attempts.push(next.since(at).as_secs());
            at = next;
        }
        assert_eq!(attempts[..4], [900, 1800, 3600, 7200]);
        assert!(attempts.is_sorted());
        assert_eq!(attempts.last(), Some(&86_400));
        let late = next_attempt(NOW, u32::MAX, Failed::Refused, None, u16::MAX);
        assert!(late.since(NOW).as_secs() <= 86_400 * 5 / 4);
    }

    #[test]
    fn an_authority_that_was_not_reached_is_asked_sooner_but_not_at_once() {
        let wait = |failures, chance| {
            let next = next_attempt(NOW, failures, Failed::Unreached, None, chance);
            next.since(NOW).as_secs()
        };
        assert_eq!(wait(1, 0), 60);
        assert!((61..=75).contains(&wait(1, u16::MAX)));
        assert_eq!(wait(30, 0), 3600);
    }

    #[test]
    fn a_refused_nonce_costs_a_minute_at_most_but_not_for_ever() {
        let wait = |failures, chance| {
            let next = next_attempt(NOW, failures, Failed::BadNonce, None, chance);
            next.since(NOW).as_secs()
        };
        let first: Vec<_> = (1..=5).map(|failures| wait(failures, 0)).collect();
        assert_eq!(first, [10, 20, 40, 48, 48]);
        assert!((1..=5).all(|failures| wait(failures, u16::MAX) <= 60));
        assert!(wait(6, 0) >= 60 && wait(30, 0) == 3600);
    }

    #[test]
    fn what_the_authority_asks_for_is_obeyed_within_reason() {
        let wait = |asked| {
            let asked = Some(Duration::from_secs(asked));
            let next = next_attempt(NOW, 1, Failed::Refused, asked, 0);
            next.since(NOW).as_secs()
        };
        assert_eq!(wait(10), 900);
        assert_eq!(wait(5000), 5000);
        assert_eq!(wait(u64::MAX), ASKED_MAX.as_secs());
    }
}
