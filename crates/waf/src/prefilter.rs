//! One pass of an Aho–Corasick automaton over a value says which of a target's predicates may match
//! it at all: those of whose required literals one occurs. The others are not run.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// Predicates below which a pass of its own is not worth it: one search is as quick.
const PREDICATES_MIN: usize = 2;
/// Literals above which the automaton would be too large.
const LITERALS_MAX: usize = 20_000;

/// The prefilter of one target.
#[derive(Debug)]
pub(crate) struct Prefilter {
    automaton: AhoCorasick,
    /// Slot of each of the automaton's literals.
    slots: Vec<usize>,
    /// Slots that no literal speaks for: always candidates.
    always: Vec<u64>,
    /// The shortest literal: a shorter value holds none.
    shortest: usize,
}

impl Prefilter {
    /// A prefilter for predicates by slot: their required literals, or `None` if they have none.
    pub(crate) fn build(predicates: &[Option<Vec<Vec<u8>>>]) -> Option<Self> {
        let filtered = predicates.iter().flatten();
        let count: usize = filtered.clone().map(Vec::len).sum();
        if filtered.count() < PREDICATES_MIN || count > LITERALS_MAX {
            return None;
        }
        let mut always = vec![0u64; predicates.len().div_ceil(64)];
        let (mut literals, mut slots) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for (slot, required) in predicates.iter().enumerate() {
            match required {
                Some(required) => {
                    for literal in required {
                        literals.push(literal.as_slice());
                        slots.push(slot);
                    }
                }
                None => set(&mut always, slot),
            }
        }
        let kind = if count <= 500 {
            AhoCorasickKind::DFA
        } else {
            AhoCorasickKind::ContiguousNFA
        };
        let automaton = AhoCorasick::builder()
            .kind(Some(kind))
            .match_kind(MatchKind::Standard)
            .ascii_case_insensitive(true)
            .build(&literals)
            .ok()?;
        Some(Self {
            automaton,
            slots,
            always,
            shortest: literals
                .iter()
                .map(|literal| literal.len())
                .min()
                .unwrap_or(0),
        })
    }

    /// Words of a row of bits, one bit a slot.
    pub(crate) const fn words(&self) -> usize {
        self.always.len()
    }

    /// Sets the bits of the slots that may match the value.
    pub(crate) fn scan(&self, value: &[u8], row: &mut [u64]) {
        row.copy_from_slice(&self.always);
        if value.len() < self.shortest {
            return;
        }
        for found in self.automaton.find_overlapping_iter(value) {
            if let Some(slot) = self.slots.get(found.pattern().as_usize()) {
                set(row, *slot);
            }
        }
    }
}

fn set(row: &mut [u64], slot: usize) {
    if let Some(word) = row.get_mut(slot / 64) {
        *word |= 1 << (slot % 64);
    }
}
