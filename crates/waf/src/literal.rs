//! Literals that every match of a regular expression must contain: what a prefilter looks for
//! before it lets the expression run. As in ripgrep's and RE2's literal prefilters.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::literal::{ExtractKind, Extractor, Seq};
use regex_syntax::hir::{Class, Hir, HirKind};

/// Shorter literals occur nearly everywhere and filter nothing.
const LITERAL_BYTES_MIN: usize = 2;
/// Parts of a concatenation that are looked at together: a literal of more parts is no better, and
/// long expressions would take long.
const CONCATENATED_MAX: usize = 8;
/// More alternatives than this cost more than they save.
const LITERALS_MAX: usize = 64;

/// Lower-case literals of which every match of `pattern` contains one, ASCII case aside. `None`
/// when no useful ones are known.
pub(crate) fn required(pattern: &str, unicode: bool) -> Option<Vec<Vec<u8>>> {
    best(&parsed(pattern, unicode)?).map(|set| set.literals)
}

fn parsed(pattern: &str, unicode: bool) -> Option<Hir> {
    let mut parser = ParserBuilder::new();
    parser.unicode(unicode).utf8(false).nest_limit(100);
    parser.build().parse(pattern).ok()
}

/// What a value must have for an expression to match anywhere in it: so many bytes, and a byte of
/// each of these classes. For what has no literals, and for what has frequent ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Gate {
    bytes_min: usize,
    classes: Vec<ByteSet>,
}

/// A set of bytes, a bit a byte.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct ByteSet([u64; 4]);

/// Classes of a gate: more tell no more.
const CLASSES_MAX: usize = 3;

impl ByteSet {
    /// The bytes that occur in a value.
    pub(crate) fn of(value: &[u8]) -> Self {
        let mut set = Self::default();
        for byte in value {
            set.add(*byte);
        }
        set
    }

    fn add(&mut self, byte: u8) {
        if let Some(word) = self.0.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
    }

    fn union(mut self, other: Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word |= other;
        }
        self
    }

    fn meets(&self, other: &Self) -> bool {
        self.0
            .iter()
            .zip(other.0)
            .any(|(word, other)| word & other != 0)
    }

    /// How likely a value is to hold one of them: letters, digits and spaces are everywhere.
    fn weight(&self) -> u32 {
        let everywhere =
            Self::of(b" abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
        let both = self
            .0
            .iter()
            .zip(everywhere.0)
            .map(|(word, all)| word & all);
        let all: u32 = self.0.iter().map(|word| word.count_ones()).sum();
        all + 16 * both.map(u64::count_ones).sum::<u32>()
    }
}

impl Gate {
    /// The gate of an expression; one that is always open if nothing is known of it.
    pub(crate) fn of(pattern: &str, unicode: bool) -> Self {
        let Some(hir) = parsed(pattern, unicode) else {
            return Self::default();
        };
        let mut classes = classes(&hir);
        classes.sort_by_cached_key(ByteSet::weight);
        classes.dedup();
        classes.truncate(CLASSES_MAX);
        Self {
            bytes_min: hir.properties().minimum_len().unwrap_or(0),
            classes,
        }
    }

    /// Whether a value of this length and of these bytes may match.
    pub(crate) fn admits(&self, length: usize, bytes: &ByteSet) -> bool {
        length >= self.bytes_min && self.classes.iter().all(|class| class.meets(bytes))
    }
}

/// Classes of each of which every match holds a byte.
fn classes(hir: &Hir) -> Vec<ByteSet> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Vec::new(),
        HirKind::Literal(literal) => literal.0.iter().map(|byte| ByteSet::of(&[*byte])).collect(),
        HirKind::Class(class) => vec![class_bytes(class)],
        HirKind::Capture(capture) => classes(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => classes(&repetition.sub),
        HirKind::Repetition(_) => Vec::new(),
        HirKind::Concat(parts) => parts.iter().flat_map(classes).collect(),
        HirKind::Alternation(branches) => {
            let best = |branch| classes(branch).into_iter().min_by_key(ByteSet::weight);
            let each = branches.iter().map(best).collect::<Option<Vec<_>>>();
            let union = each.map(|sets| sets.into_iter().fold(ByteSet::default(), ByteSet::union));
            union.into_iter().collect()
        }
    }
}

fn class_bytes(class: &Class) -> ByteSet {
    let mut set = ByteSet::default();
    match class {
        Class::Bytes(class) => {
            for range in class.ranges() {
                (range.start()..=range.end()).for_each(|byte| set.add(byte));
            }
        }
        Class::Unicode(class) => {
            for range in class.ranges() {
                let (start, end) = (u32::from(range.start()), u32::from(range.end()));
                (0..0x80u8)
                    .filter(|byte| (start..=end).contains(&u32::from(*byte)))
                    .for_each(|byte| set.add(byte));
                // Every byte of a character beyond ASCII is beyond ASCII.
                if end >= 0x80 {
                    (0x80..=0xff).for_each(|byte| set.add(byte));
                }
            }
        }
    }
    set
}

struct Set {
    literals: Vec<Vec<u8>>,
}

impl Set {
    fn new(mut literals: Vec<Vec<u8>>) -> Option<Self> {
        for literal in &mut literals {
            literal.make_ascii_lowercase();
        }
        literals.sort_unstable();
        literals.dedup();
        let useful = !literals.is_empty()
            && literals.len() <= LITERALS_MAX
            && literals
                .iter()
                .all(|literal| literal.len() >= LITERAL_BYTES_MIN);
        useful.then_some(Self { literals })
    }

    /// Long literals are rare, few literals are cheap.
    fn score(&self) -> (usize, std::cmp::Reverse<usize>) {
        let shortest = self.literals.iter().map(Vec::len).min().unwrap_or(0);
        (shortest.min(6), std::cmp::Reverse(self.literals.len()))
    }
}

fn better(one: Option<Set>, other: Option<Set>) -> Option<Set> {
    match (one, other) {
        (Some(one), Some(other)) => Some(if other.score() > one.score() {
            other
        } else {
            one
        }),
        (one, other) => one.or(other),
    }
}

/// The best set that `hir` requires.
fn best(hir: &Hir) -> Option<Set> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => None,
        HirKind::Literal(_) => edges(hir),
        HirKind::Capture(capture) => best(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            better(edges(hir), best(&repetition.sub))
        }
        HirKind::Repetition(_) => None,
        HirKind::Concat(parts) => {
            // A literal may begin at any part: look from each one on, and inside each one.
            let mut found = None;
            for (index, part) in parts.iter().enumerate() {
                let end = parts.len().min(index + CONCATENATED_MAX);
                let rest = Hir::concat(parts.get(index..end).unwrap_or_default().to_vec());
                found = better(found, prefixes(&rest));
                found = better(found, best(part));
            }
            let last = parts.len().saturating_sub(CONCATENATED_MAX);
            let last = Hir::concat(parts.get(last..).unwrap_or_default().to_vec());
            let suffixes = Extractor::new().kind(ExtractKind::Suffix).extract(&last);
            better(found, set(&suffixes))
        }
        HirKind::Alternation(branches) => {
            let each = branches.iter().map(best).collect::<Option<Vec<_>>>();
            let union = each
                .and_then(|sets| Set::new(sets.into_iter().flat_map(|set| set.literals).collect()));
            better(edges(hir), union)
        }
    }
}

fn edges(hir: &Hir) -> Option<Set> {
    let suffixes = Extractor::new().kind(ExtractKind::Suffix).extract(hir);
    better(prefixes(hir), set(&suffixes))
}

fn prefixes(hir: &Hir) -> Option<Set> {
    set(&Extractor::new().extract(hir))
}

fn set(sequence: &Seq) -> Option<Set> {
    let literals = sequence.literals()?;
    Set::new(
        literals
            .iter()
            .map(|literal| literal.as_bytes().to_vec())
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pattern: &str) -> Option<Vec<String>> {
        let literals = required(pattern, false)?;
        Some(
            literals
                .into_iter()
                .map(|one| String::from_utf8(one).unwrap())
                .collect(),
        )
    }

    #[test]
    fn literals_are_found_wherever_they_stand() {
        for (pattern, expected) in [
            ("union", Some("union")),
            (r"(?i)\bUNION\s+SELECT\b", Some("select")),
            (r"^.*\.(env|git)$", Some(".env .git")),
            (r"a+\d", Some("a0 a1 a2 a3 a4 a5 a6 a7 a8 a9")),
            (r"\d+", None),
            ("(foo|[a-z])", None),
            ("(abc)?", None),
            (r"x*(passwd|shadow)y*", Some("passwd shadow")),
            (r"(?:\.\./){2,}", Some("../../")),
        ] {
            let found = texts(pattern).map(|literals| literals.join(" "));
            assert_eq!(found.as_deref(), expected, "{pattern}");
        }
    }

    #[test]
    fn gates_keep_out_what_cannot_match() {
        for (pattern, value, open) in [
            (r"[;|]\s*\w+", "a word", false),
            (r"[;|]\s*\w+", "a;b", true),
            (r"^(?:<|%3c)", "plain", false),
            (r"(?i)\d{4}", "x1", false),
            (r"(?i)\d{4}", "2026", true),
            (r".*", "", true),
        ] {
            let gate = Gate::of(pattern, false);
            let admits = gate.admits(value.len(), &ByteSet::of(value.as_bytes()));
            assert_eq!(admits, open, "{pattern} {value}");
        }
        let class = Gate::of("[\u{e9}x]", true);
        assert!(class.admits(2, &ByteSet::of("\u{e9}".as_bytes())));
        assert!(!class.admits(2, &ByteSet::of(b"ab")));
    }

    /// The property that matters: no match without a literal.
    #[test]
    fn every_match_contains_a_literal() {
        use proptest::prelude::*;
        let patterns = [
            r"(?i)\bunion\s+select\b",
            r"(ab|ba){2,}c?",
            r"a(b|c)*ab",
            r"(?:aa|bb)+|cc",
            r"[ab]{3}c",
            r"(?s)ab.ab",
            r"(a|b)(b|c)(c|a)",
            r"(?:^|[^ab])c[bB]?$",
        ];
        let config = ProptestConfig::with_cases(2_000);
        proptest!(config, |(value in "[abcABC ]{0,12}", index in 0..patterns.len())| {
            let pattern = patterns[index];
            let regex = regex::bytes::RegexBuilder::new(pattern).unicode(false).build().unwrap();
            let open = Gate::of(pattern, false).admits(value.len(), &ByteSet::of(value.as_bytes()));
            prop_assert!(open || !regex.is_match(value.as_bytes()), "{} {}", pattern, value);
            if let (true, Some(literals)) = (regex.is_match(value.as_bytes()), texts(pattern)) {
                let lower = value.to_ascii_lowercase();
                prop_assert!(literals.iter().any(|one| lower.contains(one)), "{} {}", pattern, value);
            }
        });
    }
}
