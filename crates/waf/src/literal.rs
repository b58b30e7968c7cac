//! Literals that every match of a regular expression must contain: what a prefilter looks for
//! before it lets the expression run. As in ripgrep's and RE2's literal prefilters.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::literal::{ExtractKind, Extractor, Seq};
use regex_syntax::hir::{Hir, HirKind};

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
    let hir = ParserBuilder::new()
        .unicode(unicode)
        .utf8(false)
        .nest_limit(100)
        .build()
        .parse(pattern)
        .ok()?;
    best(&hir).map(|set| set.literals)
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
        ];
        let config = ProptestConfig::with_cases(2_000);
        proptest!(config, |(value in "[abcABC ]{0,12}", index in 0..patterns.len())| {
            let pattern = patterns[index];
            let regex = regex::bytes::RegexBuilder::new(pattern).unicode(false).build().unwrap();
            if let (true, Some(literals)) = (regex.is_match(value.as_bytes()), texts(pattern)) {
                let lower = value.to_ascii_lowercase();
                prop_assert!(literals.iter().any(|one| lower.contains(one)), "{} {}", pattern, value);
            }
        });
    }
}
