//! `*` and `?`: does a pattern match a text? The cost grows with the length of the text alone, not
//! with what somebody wrote into a policy: literal patterns are compared, patterns of `*` are
//! searched, and what is left runs as an automaton whose states are bits.
//! Source: IAM User Guide, "Using wildcards in multiple ARNs", "IAM JSON policy elements: Resource".

use memchr::memmem::Finder;

/// One element of a pattern, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    /// This byte.
    Byte(u8),
    /// `?`: any character.
    One,
    /// `?` within a part of an ARN: any character but a colon.
    OneInSegment,
    /// `*`: any text.
    Many,
    /// `*` within a part of an ARN: any text without a colon.
    ManyInSegment,
}

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(crate) struct Wildcard(Shape);

#[derive(Debug, Clone)]
enum Shape {
    Everything,
    Exact(Box<[u8]>),
    Prefix(Box<[u8]>),
    /// `first*middle*middle*last`.
    Chunks(Box<Chunks>),
    Automaton(Box<Automaton>),
}

#[derive(Debug, Clone)]
struct Chunks {
    first: Box<[u8]>,
    middle: Box<[Finder<'static>]>,
    last: Box<[u8]>,
}

/// State `i` is "the first `i` pieces have matched". A set of states is a row of bits.
#[derive(Debug, Clone)]
struct Automaton {
    /// For each byte its row in `steps`.
    class: Box<[u8; 256]>,
    /// For each class the states that go on with such a byte.
    steps: Box<[Box<[u64]>]>,
    /// The states before a `*`: they go on with nothing.
    many: Box<[u64]>,
    /// The states that stay with any byte, and with any byte but a colon.
    stay: Box<[u64]>,
    stay_in_segment: Box<[u64]>,
    /// The states before a `?`, which takes no later byte of a character; and those after it: they
    /// stay while the character that it took goes on.
    before_one: Box<[u64]>,
    after_one: Box<[u64]>,
    /// The number of pieces: the state in which all have matched.
    end: usize,
}

impl Wildcard {
    /// Compiles a pattern.
    pub(crate) fn compile(pieces: &[Piece]) -> Self {
        let is_plain = |piece: &Piece| matches!(piece, Piece::Byte(_) | Piece::Many);
        if !pieces.iter().all(is_plain) {
            return Self(Shape::Automaton(Box::new(Automaton::compile(pieces))));
        }
        let mut chunks: Vec<Vec<u8>> = vec![Vec::new()];
        for piece in pieces {
            match piece {
                Piece::Byte(byte) => {
                    if let Some(chunk) = chunks.last_mut() {
                        chunk.push(*byte);
                    }
                }
                _ => chunks.push(Vec::new()),
            }
        }
        let last = chunks.pop().unwrap_or_default();
        let mut chunks = chunks.into_iter();
        let Some(first) = chunks.next() else {
            return Self(Shape::Exact(last.into()));
        };
        let middle: Box<[Finder<'static>]> = chunks
            .filter(|chunk| !chunk.is_empty())
            .map(|chunk| Finder::new(&chunk).into_owned())
            .collect();
        Self(match (middle.is_empty(), last.is_empty()) {
            (true, true) if first.is_empty() => Shape::Everything,
            (true, true) => Shape::Prefix(first.into()),
            _ => Shape::Chunks(Box::new(Chunks {
                first: first.into(),
                middle,
                last: last.into(),
            })),
        })
    }

    /// Whether the whole text matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let text = text.as_bytes();
        match &self.0 {
            Shape::Everything => true,
            Shape::Exact(exact) => text == &**exact,
            Shape::Prefix(prefix) => text.starts_with(prefix),
            Shape::Chunks(chunks) => chunks.matches(text),
            Shape::Automaton(automaton) => automaton.matches(text),
        }
    }
}

impl Chunks {
    /// The leftmost place of each chunk is as good as any other, because a `*` takes anything.
    fn matches(&self, text: &[u8]) -> bool {
        let Some(text) = text.strip_prefix(&*self.first) else {
            return false;
        };
        let Some(mut text) = text.strip_suffix(&*self.last) else {
            return false;
        };
        for chunk in &self.middle {
            let Some(at) = chunk.find(text) else {
                return false;
            };
            text = text.get(at + chunk.needle().len()..).unwrap_or_default();
        }
        true
    }
}

const BITS: usize = u64::BITS as usize;

fn set(row: &mut [u64], bit: usize) {
    if let Some(word) = row.get_mut(bit / BITS) {
        *word |= 1 << (bit % BITS);
    }
}

impl Automaton {
    fn compile(pieces: &[Piece]) -> Self {
        let mut pieces = pieces.to_vec();
        // Neighbouring stars are one, the freer of them: after this no star follows a star.
        pieces.dedup_by(|next, kept| {
            let both = matches!(next, Piece::Many | Piece::ManyInSegment)
                && matches!(kept, Piece::Many | Piece::ManyInSegment);
            if both && *next == Piece::Many {
                *kept = Piece::Many;
            }
            both
        });
        let end = pieces.len();
        let row = || vec![0_u64; end / BITS + 1].into_boxed_slice();
        let (mut many, mut stay, mut stay_in_segment) = (row(), row(), row());
        let (mut before_one, mut after_one) = (row(), row());
        // Class 0 is every byte that the pattern does not name, class 1 the colon.
        let mut class = Box::new([0_u8; 256]);
        let mut class_of = |byte: u8, steps: &mut Vec<Box<[u64]>>| {
            let Some(slot) = class.get_mut(usize::from(byte)) else {
                return 0;
            };
            if *slot == 0 && byte != b':' {
                *slot = u8::try_from(steps.len()).unwrap_or(0);
                steps.push(row());
            }
            usize::from(*slot)
        };
        // At most 254 more: a byte has 256 values, two of which never stand in UTF-8.
        let mut steps = vec![row(), row()];
        for piece in &pieces {
            if let Piece::Byte(byte) = piece {
                class_of(*byte, &mut steps);
            }
        }
        for (state, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Byte(b':') => {
                    if let Some(row) = steps.get_mut(1) {
                        set(row, state);
                    }
                }
                Piece::Byte(byte) => {
                    let class = class_of(*byte, &mut steps);
                    if let Some(row) = steps.get_mut(class) {
                        set(row, state);
                    }
                }
                Piece::One | Piece::OneInSegment => {
                    for (class, row) in steps.iter_mut().enumerate() {
                        if class != 1 || *piece == Piece::One {
                            set(row, state);
                        }
                    }
                    set(&mut before_one, state);
                    set(&mut after_one, state + 1);
                }
                Piece::Many => {
                    set(&mut many, state);
                    set(&mut stay, state);
                }
                Piece::ManyInSegment => {
                    set(&mut many, state);
                    set(&mut stay_in_segment, state);
                }
            }
        }
        if let Some(colon) = class.get_mut(usize::from(b':')) {
            *colon = 1;
        }
        Self {
            class,
            steps: steps.into(),
            many,
            stay,
            stay_in_segment,
            before_one,
            after_one,
            end,
        }
    }

    fn matches(&self, text: &[u8]) -> bool {
        // Most patterns fit two words; a longer row is allocated once for the whole text.
        let words = self.many.len();
        let mut short = [0_u64; 4];
        let mut long;
        let states = match short.get_mut(..words) {
            Some(states) => states,
            None => {
                long = vec![0_u64; words];
                &mut long[..]
            }
        };
        set(states, 0);
        self.go_on_with_nothing(states);
        for byte in text {
            if !self.step(states, *byte) {
                return false;
            }
        }
        states
            .get(self.end / BITS)
            .is_some_and(|word| word >> (self.end % BITS) & 1 == 1)
    }

    /// From before a `*` to after it.
    fn go_on_with_nothing(&self, states: &mut [u64]) {
        let mut carry = 0;
        for (word, many) in states.iter_mut().zip(&self.many) {
            let before = *word & many;
            *word |= before << 1 | carry;
            carry = before >> (BITS - 1);
        }
    }

    /// One byte further; `false` when no state is left.
    fn step(&self, states: &mut [u64], byte: u8) -> bool {
        let class = self.class.get(usize::from(byte)).copied().unwrap_or(0);
        let steps = self.steps.get(usize::from(class)).unwrap_or(&self.many);
        let in_segment = if byte == b':' { 0 } else { u64::MAX };
        // The later bytes of a character that `?` took.
        let continues = if byte & 0xc0 == 0x80 { u64::MAX } else { 0 };
        let (mut carry, mut alive) = (0, 0);
        let mut many_carry = 0;
        let rows = steps.iter().zip(&self.stay).zip(&self.stay_in_segment);
        let rows = rows.zip(self.before_one.iter().zip(&self.after_one));
        let rows = rows.zip(&self.many);
        for (word, ((((step, stay), in_part), (before_one, after_one)), many)) in
            states.iter_mut().zip(rows)
        {
            let forth = *word & step & !(before_one & continues);
            let stays = *word & (stay | in_part & in_segment | after_one & continues);
            let next = forth << 1 | carry | stays;
            carry = forth >> (BITS - 1);
            let before = next & many;
            *word = next | before << 1 | many_carry;
            many_carry = before >> (BITS - 1);
            alive |= *word;
        }
        alive != 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pieces(pattern: &str) -> Vec<Piece> {
        // `+` and `!` stand for a `*` and a `?` within a segment.
        let piece = |byte| match byte {
            b'*' => Piece::Many,
            b'?' => Piece::One,
            b'+' => Piece::ManyInSegment,
            b'!' => Piece::OneInSegment,
            byte => Piece::Byte(byte),
        };
        pattern.bytes().map(piece).collect()
    }

    fn matches(pattern: &str, text: &str) -> bool {
        Wildcard::compile(&pieces(pattern)).matches(text)
    }

    /// Backtracking by characters, as slow and as plain as it gets.
    fn naive(pattern: &[char], text: &[char]) -> bool {
        match (pattern, text) {
            ([], []) => true,
            (['*', rest @ ..], _) => {
                naive(rest, text) || !text.is_empty() && naive(pattern, &text[1..])
            }
            (['+', rest @ ..], _) => {
                naive(rest, text)
                    || text.first().is_some_and(|c| *c != ':') && naive(pattern, &text[1..])
            }
            (['?', rest @ ..], [_, text @ ..]) => naive(rest, text),
            (['!', rest @ ..], [first, text @ ..]) => *first != ':' && naive(rest, text),
            ([want, rest @ ..], [have, text @ ..]) => want == have && naive(rest, text),
            _ => false,
        }
    }

    #[test]
    fn stars_and_question_marks() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("*", "", true),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c", "ac", true),
            ("a*a", "a", false),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxcyyb", false),
            ("?", "é", true),
            ("??", "é", false),
            ("a?c", "a😀c", true),
            ("arn:*:x", "arn:a:b:x", true),
            ("arn:+a:x", "arn:a:ba:x", false),
            ("arn:+a:x", "arn:ba:x", true),
            ("!", ":", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn an_automaton_of_many_words_matches() {
        for length in [60, 63, 64, 65, 127, 128, 129, 255, 256, 257, 700] {
            let text = "ab".repeat(length / 2) + "x";
            let pattern = format!("{}?", "ab".repeat(length / 2));
            assert!(matches(&pattern, &text), "{length}");
            let shorter = text.trim_end_matches('x');
            assert!(!matches(&pattern, shorter), "{length}");
            let stars = format!("?{}", "*b".repeat(length / 2));
            assert!(matches(&stars, shorter), "{length}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]
        #[test]
        fn it_matches_as_backtracking_does(
            pattern in "[ab:é*?+!]{0,9}",
            text in "[ab:éx]{0,12}",
        ) {
            let told = matches(&pattern, &text);
            let pattern: Vec<char> = pattern.chars().collect();
            let text: Vec<char> = text.chars().collect();
            prop_assert_eq!(told, naive(&pattern, &text));
        }
    }
}
