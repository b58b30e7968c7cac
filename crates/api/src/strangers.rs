//! Callers without a signature, of whom nothing is known but their address: each source has a token
//! bucket, since what they ask for costs an audit record and the check of a token's signature.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use types::Time;

use crate::limits::{UNSIGNED_BURST, UNSIGNED_PER_SECOND, UNSIGNED_SOURCES_MAX};

/// The buckets of all sources.
#[derive(Debug, Default)]
pub(crate) struct Strangers(Mutex<Buckets>);

#[derive(Debug, Default)]
struct Buckets {
    sources: HashMap<IpAddr, Bucket>,
    /// Shared by those for whom there is no room.
    rest: Bucket,
}

/// How much was taken, in thousandths of a call; it runs off with time.
#[derive(Debug, Default, Clone, Copy)]
struct Bucket {
    taken_milli: u64,
    since: Option<Time>,
}

impl Bucket {
    fn run_off(&mut self, now: Time) {
        let passed = self.since.map_or(0, |since| now.since(since).as_millis());
        let passed = u64::try_from(passed).unwrap_or(u64::MAX);
        let run_off = passed.saturating_mul(UNSIGNED_PER_SECOND);
        self.taken_milli = self.taken_milli.saturating_sub(run_off);
        self.since = Some(now);
    }

    fn take(&mut self, now: Time) -> bool {
        self.run_off(now);
        let taken = self.taken_milli + 1_000;
        let fits = taken <= UNSIGNED_BURST * 1_000;
        if fits {
            self.taken_milli = taken;
        }
        fits
    }
}

impl Strangers {
    /// Whether one more call of a source is let in.
    pub(crate) fn admit(&self, source: IpAddr, now: Time) -> bool {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let source = network(source);
        if let Some(bucket) = buckets.sources.get_mut(&source) {
            return bucket.take(now);
        }
        if buckets.sources.len() >= UNSIGNED_SOURCES_MAX {
            // Whose bucket ran off is as if never seen.
            buckets.sources.retain(|_, bucket| {
                bucket.run_off(now);
                bucket.taken_milli > 0
            });
        }
        if buckets.sources.len() >= UNSIGNED_SOURCES_MAX {
            return buckets.rest.take(now);
        }
        buckets.sources.entry(source).or_default().take(now)
    }
}

/// Who has one IPv6 address has the 2^64 of its network.
fn network(source: IpAddr) -> IpAddr {
    match source.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() & (u128::MAX << 64);
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::time::Duration;

    use super::*;

    const NOW: Time = Time::from_seconds(1_800_000_000);

    fn admitted(strangers: &Strangers, source: &str, now: Time) -> u64 {
        let source = source.parse().unwrap();
        let tries = 0..10 * UNSIGNED_BURST;
        let admitted = tries.filter(|_| strangers.admit(source, now)).count();
        u64::try_from(admitted).unwrap()
    }

    #[test]
    fn a_source_gets_a_burst_and_then_its_rate() {
        let strangers = Strangers::default();
        assert_eq!(admitted(&strangers, "192.0.2.1", NOW), UNSIGNED_BURST);
        assert_eq!(admitted(&strangers, "192.0.2.1", NOW), 0);
        assert_eq!(
            admitted(&strangers, "192.0.2.2", NOW),
            UNSIGNED_BURST,
            "another's is untouched"
        );
        let later = NOW.plus(Duration::from_secs(3));
        assert_eq!(
            admitted(&strangers, "192.0.2.1", later),
            3 * UNSIGNED_PER_SECOND
        );
        // A clock that goes back gives nothing away, and takes nothing.
        assert_eq!(admitted(&strangers, "192.0.2.1", NOW), 0);
        let long_after = later.plus(Duration::from_secs(3_600));
        assert_eq!(
            admitted(&strangers, "192.0.2.1", long_after),
            UNSIGNED_BURST
        );
    }

    #[test]
    fn the_addresses_of_one_network_are_one_source() {
        let strangers = Strangers::default();
        assert_eq!(admitted(&strangers, "2001:db8::1", NOW), UNSIGNED_BURST);
        assert_eq!(admitted(&strangers, "2001:db8::2", NOW), 0);
        assert_eq!(admitted(&strangers, "2001:db8:0:1::1", NOW), UNSIGNED_BURST);
        assert_eq!(
            admitted(&strangers, "::ffff:192.0.2.1", NOW),
            UNSIGNED_BURST
        );
        assert_eq!(admitted(&strangers, "192.0.2.1", NOW), 0);
    }

    #[test]
    fn a_crowd_of_sources_takes_bounded_memory_and_shares_one_bucket() {
        let strangers = Strangers::default();
        let crowd = u32::try_from(UNSIGNED_SOURCES_MAX).unwrap() + 10_000;
        let admitted_of_crowd = (0..crowd)
            .filter(|number| {
                let source = Ipv4Addr::from_bits(0x0a00_0000 + number);
                strangers.admit(source.into(), NOW)
            })
            .count();
        let most = u64::try_from(UNSIGNED_SOURCES_MAX).unwrap() + UNSIGNED_BURST;
        assert_eq!(u64::try_from(admitted_of_crowd).unwrap(), most);
        let kept = strangers.0.lock().unwrap().sources.len();
        assert_eq!(kept, UNSIGNED_SOURCES_MAX);
        // Who comes when the crowd has gone gets a bucket of its own again.
        let later = NOW.plus(Duration::from_secs(60));
        assert_eq!(admitted(&strangers, "192.0.2.1", later), UNSIGNED_BURST);
        assert_eq!(strangers.0.lock().unwrap().sources.len(), 1);
    }
}
