//! One pass of an Aho–Corasick automaton over a value says which of a target's predicates may match
//! it at all: those of whose required literals one occurs, and whose gate the value's length and
//! bytes pass. The others are not run.

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Anchored, MatchKind, StartKind, dfa::DFA};

use crate::literal::{ByteSet, Gate};

/// Predicates below which a pass of its own is not worth it: one search is as quick.
const PREDICATES_MIN: usize = 2;
/// Literals above which the automaton would be too large.
const LITERALS_MAX: usize = 20_000;

/// Literals up to which a table of all transitions is not too large; it is several times as quick.
const DFA_LITERALS_MAX: usize = 500;

/// What a predicate requires of a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Required {
    /// One of these, in lower case; `None` if there are no such literals.
    pub(crate) literals: Option<Vec<Vec<u8>>>,
    pub(crate) gate: Gate,
}

impl Required {
    /// A literal and nothing else.
    pub(crate) fn literal(literal: Vec<u8>) -> Self {
        Self {
            literals: Some(vec![literal]),
            gate: Gate::default(),
        }
    }
}

/// An automaton. As a type of its own and not behind a pointer to a trait: a request has a hundred
/// short values, of which each is scanned for several targets, and what a search costs before its
/// first byte would be most of it.
#[derive(Debug)]
enum Kind {
    Dfa(DFA),
    Nfa(NFA),
}

/// The prefilter of one target.
#[derive(Debug)]
pub(crate) struct Prefilter {
    automaton: Kind,
    /// Slot of each of the automaton's literals.
    slots: Vec<usize>,
    /// Slots that no literal speaks for: always candidates.
    always: Vec<u64>,
    /// By slot.
    gates: Vec<Gate>,
    /// The shortest literal: a shorter value holds none.
    shortest: usize,
}

impl Prefilter {
    /// A prefilter for predicates by slot.
    pub(crate) fn build(predicates: &[Required]) -> Option<Self> {
        let filtered = predicates.iter().filter_map(|one| one.literals.as_ref());
        let count: usize = filtered.clone().map(Vec::len).sum();
        if predicates.len() < PREDICATES_MIN || count > LITERALS_MAX {
            return None;
        }
        let mut always = vec![0u64; predicates.len().div_ceil(64)];
        let (mut literals, mut slots) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for (slot, required) in predicates.iter().enumerate() {
            match &required.literals {
                Some(required) => {
                    for literal in required {
                        literals.push(literal.as_slice());
                        slots.push(slot);
                    }
                }
                None => set(&mut always, slot),
            }
        }
        let automaton = if count <= DFA_LITERALS_MAX {
            let mut builder = DFA::builder();
            builder
                .match_kind(MatchKind::Standard)
                .start_kind(StartKind::Unanchored)
                .ascii_case_insensitive(true);
            Kind::Dfa(builder.build(&literals).ok()?)
        } else {
            let mut builder = NFA::builder();
            builder
                .match_kind(MatchKind::Standard)
                .ascii_case_insensitive(true);
            Kind::Nfa(builder.build(&literals).ok()?)
        };
        Some(Self {
            automaton,
            slots,
            always,
            gates: predicates.iter().map(|one| one.gate.clone()).collect(),
            shortest: literals
                .iter()
                .map(|literal| literal.len())
                .min()
                .unwrap_or(usize::MAX),
        })
    }

    /// Words of a row of bits, one bit a slot.
    pub(crate) const fn words(&self) -> usize {
        self.always.len()
    }

    /// Sets the bits of the slots that may match the value.
    pub(crate) fn scan(&self, value: &[u8], row: &mut [u64]) {
        row.copy_from_slice(&self.always);
        if value.len() >= self.shortest {
            match &self.automaton {
                Kind::Dfa(automaton) => self.walk(automaton, value, row),
                Kind::Nfa(automaton) => self.walk(automaton, value, row),
            }
        }
        if row.iter().any(|word| *word != 0) {
            self.close(value, row);
        }
    }

    /// Clears the bits whose gates the value does not pass.
    fn close(&self, value: &[u8], row: &mut [u64]) {
        let bytes = ByteSet::of(value);
        for (word, gates) in row.iter_mut().zip(self.gates.chunks(64)) {
            let mut rest = *word;
            while rest != 0 {
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                let gate = gates.get(usize::try_from(bit).unwrap_or_default());
                if gate.is_some_and(|gate| !gate.admits(value.len(), &bytes)) {
                    *word &= !(1 << bit);
                }
            }
        }
    }

    /// Every literal of the value, overlapping ones too.
    fn walk(&self, automaton: &impl Automaton, value: &[u8], row: &mut [u64]) {
        let Ok(mut state) = automaton.start_state(Anchored::No) else {
            // Both kinds are built for searches that begin anywhere.
            row.fill(u64::MAX);
            return;
        };
        for byte in value {
            state = automaton.next_state(Anchored::No, state, *byte);
            if automaton.is_special(state) && automaton.is_match(state) {
                self.note(automaton, state, row);
            }
        }
    }

    fn note(&self, automaton: &impl Automaton, state: StateID, row: &mut [u64]) {
        for index in 0..automaton.match_len(state) {
            let literal = automaton.match_pattern(state, index);
            if let Some(slot) = self.slots.get(literal.as_usize()) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A predicate is a candidate if one of its literals occurs, case aside, or if it has none.
    fn agrees_with_search(predicates: &[Required], value: &[u8]) {
        let prefilter = Prefilter::build(predicates).unwrap();
        let mut row = vec![0; prefilter.words()];
        prefilter.scan(value, &mut row);
        let lower = value.to_ascii_lowercase();
        for (slot, required) in predicates.iter().enumerate() {
            let holds = |literal: &Vec<u8>| memchr::memmem::find(&lower, literal).is_some();
            let expected = required
                .literals
                .as_ref()
                .is_none_or(|all| all.iter().any(holds));
            let found = row[slot / 64] >> (slot % 64) & 1 == 1;
            assert_eq!(
                found,
                expected,
                "{required:?} in {:?}",
                value.escape_ascii()
            );
        }
    }

    proptest! {
        #[test]
        fn both_automata_agree_with_a_search_for_each(
            mut predicates in prop::collection::vec(
                prop::option::of(prop::collection::vec("[abc]{2,4}", 1..4)), 0..80),
            value in "[abcABCx]{0,40}",
        ) {
            let some = |text: &str| Some(vec![text.to_owned()]);
            predicates.extend([some("ab"), some("cc")]);
            let literals = |one: Option<Vec<String>>| {
                let literals = one.map(|all| all.into_iter().map(String::into_bytes).collect());
                Required { literals, gate: Gate::default() }
            };
            let mut predicates: Vec<_> = predicates.into_iter().map(literals).collect();
            agrees_with_search(&predicates, value.as_bytes());
            let many = |index| format!("q{index:04}").into_bytes();
            predicates.push(Required {
                literals: Some((0..=DFA_LITERALS_MAX).map(many).collect()),
                gate: Gate::default(),
            });
            agrees_with_search(&predicates, value.as_bytes());
        }
    }
}
