//! Randomness that can be had again: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). The seed comes
//! from `STORE_SEED` or the clock, and is printed.

/// A generator.
#[derive(Debug, Clone)]
pub(crate) struct Seeded(u64);

impl Seeded {
    /// A generator for a test.
    pub(crate) fn announced(test: &str) -> Self {
        let seed = match std::env::var("STORE_SEED") {
            Ok(seed) => seed.parse().expect("STORE_SEED is a number"),
            Err(_) => std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .unwrap()
                .subsec_nanos()
                .into(),
        };
        println!("{test}: STORE_SEED={seed}");
        Self(seed)
    }

    /// The next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    /// Whether something of this chance happens.
    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of these.
    pub(crate) fn one_of<'a, T>(&mut self, these: &'a [T]) -> &'a T {
        &these[self.below(these.len())]
    }
}

impl From<u64> for Seeded {
    fn from(seed: u64) -> Self {
        Self(seed)
    }
}
