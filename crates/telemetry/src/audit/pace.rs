//! How many records the next group of the log waits for: what group commit gathers without knowing how
//! many callers there are (as many as came last time come again; more are tried for, ever more seldom
//! where none came).

/// After so many groups it is tried whether twice as many come.
const TRY_AFTER_MIN: u32 = 8;
/// See [`TRY_AFTER_MIN`]: every try that failed doubles it, up to this.
const TRY_AFTER_MAX: u32 = 1024;

/// For how many records the next group waits. As many as came last time come again; now and then it is
/// tried whether twice as many do, which is how many slow calls at once grow one group instead of one
/// flush each.
#[derive(Debug)]
pub(super) struct Pace {
    wanted: usize,
    is_try: bool,
    /// Groups until the next try.
    rest: u32,
    try_after: u32,
}

impl Pace {
    pub(super) const fn new() -> Self {
        Self {
            wanted: 1,
            is_try: false,
            rest: 0,
            try_after: TRY_AFTER_MIN,
        }
    }

    /// So many came; for how many the next group waits.
    pub(super) fn came(&mut self, records: usize) -> usize {
        if self.is_try && records < self.wanted {
            self.rest = self.try_after;
            self.try_after = (2 * self.try_after).min(TRY_AFTER_MAX);
        } else if self.is_try {
            self.try_after = TRY_AFTER_MIN;
        }
        // Who is alone waits for nobody.
        self.is_try = records > 1 && self.rest == 0;
        self.wanted = if self.is_try { 2 * records } else { records };
        self.rest = self.rest.saturating_sub(1);
        self.wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How large groups become when so many callers come in `GATHER` at most, each as soon as it is
    /// answered, and how often a group waited for nobody who came.
    fn groups_of(callers_max: usize, groups: u32) -> (usize, u32) {
        let (mut pace, mut waiting, mut waited) = (Pace::new(), 1, 0);
        for _ in 0..groups {
            let wanted = pace.came(waiting);
            waited += u32::from(wanted > callers_max);
            // While one group is flushed a few come by themselves.
            waiting = wanted.clamp(2, callers_max);
        }
        (waiting, waited)
    }

    #[test]
    fn groups_grow_to_all_who_come_and_seldom_wait_in_vain() {
        for callers in [2, 3, 7, 11, 64, 500] {
            let (records, waited) = groups_of(callers, 2000);
            assert_eq!(records, callers);
            assert!(waited <= 10, "{callers}: {waited}");
        }
    }

    #[test]
    fn who_is_alone_waits_for_nobody() {
        let mut pace = Pace::new();
        assert!((0..100).all(|_| pace.came(1) == 1));
        assert!(pace.came(8) > 1);
        assert_eq!(pace.came(1), 1);
    }
}
