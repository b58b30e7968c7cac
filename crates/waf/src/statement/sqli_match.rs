//! `SqliMatchStatement`: the value looks like SQL that breaks out of a statement. By libinjection's
//! algorithm (Nick Galbreath, "libinjection", Black Hat USA 2012): the value is read as SQL in
//! several quoting contexts, and its token types are looked up among the fingerprints of attacks.
//! Sensitivity HIGH also matches whole phrases of SQL that libinjection lets pass because they do
//! not break out of anything.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use regex::bytes::{Regex, RegexBuilder};
use wire::Value;

use super::Found;
use crate::error::{CompileError, EvaluateError, ExceptionField};
use crate::read;

/// How readily it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sensitivity {
    /// What libinjection knows, if there is also a sign that ordinary text does not have.
    Low,
    /// All that libinjection knows, and phrases of SQL; more false positives.
    High,
}

impl Sensitivity {
    /// AWS's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "LOW",
            Self::High => "HIGH",
        }
    }

    pub(super) const fn capacity(self) -> u64 {
        match self {
            Self::Low => 20,
            Self::High => 30,
        }
    }
}

/// Detection of SQL injection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqliMatch {
    /// How readily it matches.
    pub sensitivity: Sensitivity,
}

/// Phrases that ordinary text does not hold. Our own.
const PHRASES: &str = r"(?xi)
    \b union \b .{0,40}? \b select \b
  | \b select \b .{1,120}? \b from \b \s+ [\w`\x22\[.]
  | \b insert \s+ into \s+ \S .{0,200}? \b (?: values | select ) \b
  | \b update \s+ \S+ \s+ set \s+ \S+ \s* =
  | \b delete \s+ from \s+ \w
  | ; \s* (?: drop | alter | create | truncate | shutdown | exec | declare | grant ) \b
  | \b drop \s+ (?: table | database | schema | view | user ) \s+ \w
  | \b (?: sleep | benchmark | pg_sleep | load_file | extractvalue | updatexml ) \s* \( \s* [\w'\x22]
  | \b waitfor \s+ delay \b
  | \b into \s+ (?: outfile | dumpfile ) \b
  | \b information_schema \s* \. | \b (?: xp_cmdshell | sp_executesql ) \b
  | ['\x22] \s* (?: or | and | \|\| | && ) \s* ['\x22\d(]
";

static PHRASE: LazyLock<Option<Regex>> = LazyLock::new(|| signs_of(PHRASES));

impl SqliMatch {
    pub(super) fn compile(value: &Value) -> Result<Self, CompileError> {
        let sensitivity = match read::optional(value, "SensitivityLevel").map(Value::as_str) {
            None | Some(Some("LOW")) => Sensitivity::Low,
            Some(Some("HIGH")) => Sensitivity::High,
            Some(_) => {
                let field = ExceptionField::SqliMatchStatement;
                return Err(read::malformed(field, "SensitivityLevel"));
            }
        };
        Ok(Self { sensitivity })
    }

    /// Whether a value looks like SQL.
    ///
    /// # Errors
    /// When the detector breaks down.
    pub fn is_match(self, value: &[u8]) -> Result<bool, EvaluateError> {
        Ok(self.find(value)?.is_some())
    }

    pub(super) fn find(self, value: &[u8]) -> Result<Option<Found>, EvaluateError> {
        if !may_be_sql(value) || self.sensitivity == Sensitivity::Low && is_filter(value) {
            return Ok(None);
        }
        let signs = SIGN.as_ref().zip(QUOTE.as_ref()).zip(COMPARISON.as_ref());
        let ((signs, quotes), comparisons) = signs.ok_or(EvaluateError::Detector("SQL signs"))?;
        let signed = || has_sign(signs, value) || breaks_out(quotes, comparisons, value);
        // Both must hold: for a short value the sign is the cheaper one to ask for.
        let short = value.len() <= SIGNS_FIRST_BYTES_MAX;
        if self.sensitivity == Sensitivity::Low && short && !signed() {
            return Ok(None);
        }
        // The detector is a port that nobody has proved free of panics: fail closed, do not die.
        let detect = AssertUnwindSafe(|| libinjectionrs::detect_sqli(value));
        let result = catch_unwind(detect).map_err(|_| EvaluateError::Detector("SQL injection"))?;
        if result.is_injection() {
            let fingerprint = result.fingerprint.as_ref();
            let fingerprint = fingerprint.map(|found| {
                let used = found.as_bytes().iter().take_while(|byte| **byte != 0);
                used.map(|byte| char::from(*byte)).collect::<String>()
            });
            let fingerprint = fingerprint.unwrap_or_default();
            if self.sensitivity == Sensitivity::High || short || signed() {
                return Ok(Some(Found {
                    range: 0..value.len(),
                    pattern: fingerprint,
                }));
            }
        }
        if self.sensitivity == Sensitivity::Low {
            return Ok(None);
        }
        let phrase = PHRASE
            .as_ref()
            .ok_or(EvaluateError::Detector("SQL phrases"))?;
        Ok(phrase.find(value).map(|found| Found {
            range: found.range(),
            pattern: "SQL phrase".to_owned(),
        }))
    }
}

/// Values up to which signs are looked for before libinjection reads the value: it stops after a few
/// tokens, they read all of it.
const SIGNS_FIRST_BYTES_MAX: usize = 256;

/// What an injection has and a sentence, a filter expression or a snippet of code mostly has not:
/// a comparison of constants, a second statement, a function that only injections call. Our own.
const SIGNS: &str = r"(?xi)
    \b union \b .{0,60}? \b select \b
  | (?: \b(?: or | and | xor | not )\b | \|\| | && ) [\s(!~+-]* (?: \d[\d.]* | ['\x22] [^'\x22]{0,40} ['\x22] | ['\x22] \w{0,40} | 0x[\da-f]+ ) \s* \)* \s* (?: = | < | > | (?: like | in ) \s* ['\x22%(\d] | is \s+ (?: not \s+ )? (?: null | true | false | \d ) | rlike\b | -- | \# | ; \s* (?: $ | -- ) )
  | \b (?: if | exists ) \s* \( \s* (?: select\b | \d+ \s* [=<>,] )
  | \b (?: select | sleep | benchmark | pg_sleep | extractvalue | updatexml | char | concat\w* | load_file | ascii | substr\w* | case | hex | convert | cast | md5 ) \s* \( \s* (?: select\b | \d+ \s* (?: , [^)]{0,80} )? \) \s* (?: $ | [^\s\w.,:!?] | , \s* (?: [\d'\x22(@] | \w+ \s* \( )
      | (?: and | or | xor ) (?: \s* [\d'\x22(!~@] | \s+ (?: not\b | \w+ \s* [=<>(] ) ) | from \s+ (?: \( | [\w.]+ \s* (?: $ | [^\w\s.,:!?] | (?: where | limit | union | order | group )\b ) ) | where \s+ [\w.(]+ \s* [=<>]
      | like \s* ['\x22%(\d] | union \s+ (?: all \s+ | distinct \s+ )? select\b | is \s+ (?: not \s+ )? null\b | in \s* \( | between \s+ ['\x22\d] | then \s+ ['\x22\d(] | limit \s+ \d | (?: order | group ) \s+ by \s+ [\w.(]+ \s* (?: $ | [^\w\s.:!?] ) | div \s+ \d ) | \d+ \s* , \s* (?: ['\x22(] | \w+ \s* \( ) | 0x | ['\x22] )
  | (?: ^ [^\s;]{0,60} | ['\x22\d)] ) \s* ; \s* (?: drop | insert | update | delete | select | exec | declare | shutdown | waitfor | create | alter | truncate | begin ) \b
  | \b (?: waitfor \s+ delay | information_schema | xp_cmdshell | into \s+ (?: out | dump ) file | rlike \s* \( | procedure \s+ analyse ) \b
  | (?: ['\x22)] | \b\d+ ) \s* (?: -- | \# | /\* ) [^\w'\x22]* $
  | /\*! (?: \d{3} | \s* (?: union | select | and | or | from | where | order | group | insert | update | delete | drop | sleep | if | into )\b )
";

static SIGN: LazyLock<Option<Regex>> = LazyLock::new(|| signs_of(SIGNS));

/// A quote from which a condition, a comparison or a comment follows. It is a sign only where it ends
/// a string that began before the value: the first, third, fifth of its kind. Our own.
const QUOTES: &str = r"(?xi)
    ['\x22`] \s* \)* \s* (?: \b(?: or | and | xor )\b (?: \s+ \d | \s* ['\x22]? \w{0,10} \s* $ | [^\n]{0,60}? (?: = | [<>] =? \s* ['\x22\d(] | \w \( | \( \s* (?: select\b | ['\x22\d(] ) | \# \s* $ | -- | /\* | ;\s*$ | \b(?: like | is\s+(?:not\s+)?null | between | regexp | rlike | true | false | null )\b ) )
                           | \b(?: union | having | rlike | order\s+by | group\s+by | limit\s | div | procedure | into )\b
                           | \|\| | && | ;\s*\w+\s | ;\s*$ | -- (?: $ | [^'\x22`\s] ) | -- \s* (?: $ | [^\w\s'\x22`] | \w{1,6} \s* $ ) | \# \s* $ | /\* )
";

/// A quote from which a comparison with a string or a number follows: what ends a string and begins
/// the next, so that the quotes that the statement puts around the value are even. Our own.
const COMPARISONS: &str = r"(?xi)
    (?: ^ | [\w)%] ) ['\x22] \s* (?: = | < | > | \+ | \* | like\b ) \s* ['\x22\d(]
";

fn signs_of(pattern: &str) -> Option<Regex> {
    let mut builder = RegexBuilder::new(pattern);
    builder.unicode(false).dot_matches_new_line(true);
    builder.build().ok()
}

static QUOTE: LazyLock<Option<Regex>> = LazyLock::new(|| signs_of(QUOTES));

static COMPARISON: LazyLock<Option<Regex>> = LazyLock::new(|| signs_of(COMPARISONS));

/// Whether it is a filter of a search as trackers and stores of documents have them,
/// `"Story Points" > 5 AND "Epic Link" = WEB-118`: it begins with the name of a member in quotes, closes
/// each quote that it opens, and ends in no comment.
fn is_filter(value: &[u8]) -> bool {
    let Some((b'"', rest)) = value.split_first() else {
        return false;
    };
    let word: Vec<u8> = rest
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .map(u8::to_ascii_lowercase)
        .collect();
    const OPERATORS: [&[u8]; 12] = [
        b"", b"or", b"and", b"xor", b"not", b"union", b"having", b"like", b"order", b"group",
        b"limit", b"into",
    ];
    !OPERATORS.contains(&word.as_slice())
        && count(value, b'"').is_multiple_of(2)
        && !value.iter().any(|byte| b"'`#;\\".contains(byte))
        && memchr::memmem::find(value, b"--").is_none()
        && memchr::memmem::find(value, b"/*").is_none()
        && memchr::memmem::find(value, b"=\"").is_none()
}

/// Bytes from the value's begin, or from its first quotation mark, within which a sign stands:
/// libinjection, too, judges no more than a value's first tokens.
const SIGN_WITHIN_BYTES: usize = 160;

fn has_sign(signs: &Regex, value: &[u8]) -> bool {
    signs
        .find_iter(value)
        .any(|found| is_early(value, found.start()))
}

/// Whether a place is where an injection has its sign: near the value's begin or near the end of the
/// string that it breaks out of, on the first line (lines take the place of spaces where there are no
/// spaces). Further on, it is a document that also holds such a thing.
fn is_early(value: &[u8], at: usize) -> bool {
    let before = value.get(..at).unwrap_or_default();
    let near = |quote: Option<usize>| at - quote.unwrap_or_default() <= SIGN_WITHIN_BYTES;
    let is_near =
        near(None) || near(memchr::memchr(b'\'', before)) || near(memchr::memchr(b'"', before));
    let is_first_line = memchr::memchr(b'\n', before.trim_ascii_start()).is_none();
    is_near && (is_first_line || memchr::memchr(b' ', before).is_none())
}

/// Whether a quote ends a string that it did not begin. What it does not end is a quotation, whose
/// mark stands between a space and a letter, and a string that nothing closes or comments out again.
fn breaks_out(quotes: &Regex, comparisons: &Regex, value: &[u8]) -> bool {
    let ends = quotes.find_iter(value).any(|found| {
        quote_of(&found).is_some_and(|(at, quote)| {
            let before = value.get(..at).unwrap_or_default();
            let opens = before
                .last()
                .is_some_and(|byte| byte.is_ascii_whitespace() || b"([{".contains(byte))
                && value.get(at + 1).is_some_and(u8::is_ascii_alphabetic);
            !opens && count(before, quote).is_multiple_of(2) && is_early(value, at)
        })
    });
    ends || comparisons.find_iter(value).any(|found| {
        quote_of(&found).is_some_and(|(at, quote)| {
            let (before, after) = value.split_at_checked(at).unwrap_or_default();
            count(before, quote).is_multiple_of(2)
                && is_early(value, at)
                && (count(after, quote).is_multiple_of(2)
                    || [&b"--"[..], b"#", b"/*", b"\0"]
                        .iter()
                        .any(|comment| memchr::memmem::find(after, comment).is_some()))
        })
    })
}

/// The first quotation mark of a match, and where it is.
fn quote_of(found: &regex::bytes::Match<'_>) -> Option<(usize, u8)> {
    let is_quote = |byte: &&u8| matches!(**byte, b'\'' | b'"' | b'`');
    let mut bytes = found.as_bytes().iter();
    let quote = bytes.find(is_quote)?;
    Some((found.end() - bytes.len() - 1, *quote))
}

fn count(bytes: &[u8], wanted: u8) -> usize {
    bytes.iter().filter(|byte| **byte == wanted).count()
}

/// A value of one word or one whole number is one token: libinjection never calls it an attack.
fn may_be_sql(value: &[u8]) -> bool {
    !(value.iter().all(u8::is_ascii_digit) || value.iter().all(u8::is_ascii_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(sensitivity: Sensitivity, value: &str) -> Option<String> {
        SqliMatch { sensitivity }
            .find(value.as_bytes())
            .unwrap()
            .map(|found| found.pattern)
    }

    #[test]
    fn attacks_and_their_benign_twins() {
        use Sensitivity::{High, Low};
        for attack in [
            "1' OR '1'='1",
            "-1 UNION SELECT 1,2,3--",
            "1; DROP TABLE users",
            "x' AND SLEEP(5)#",
            "sleep(5)",
            "sleep(5) and 1=1",
            "'='",
            "x'='x",
            "x' = 'y'#",
            "\"union select 1,2--",
            "\"or 1=1 or\"\"=\"",
        ] {
            assert!(found(Low, attack).is_some(), "{attack}");
            assert!(found(High, attack).is_some(), "{attack}");
        }
        for benign in [
            "",
            "1",
            "O'Brien",
            "select a size from the list",
            "rock and roll",
            "a-b_c.d",
            "100%",
            "1 or 2 or 3",
            "while (foo) is bar.",
            "amount > 1000 && country != 'DE'",
            "div.card > a[href^='/item/']:nth-child(2n+1)",
            "Uncaught SyntaxError: Unexpected token '<'",
            "50% off -- today only!",
            "lib/unistring/* Author: someone",
            "SELECT Id, Name FROM Account WHERE Industry = 'Retail' LIMIT 10",
            "project = SHOP AND status in (Open, \"In Progress\") ORDER BY created DESC",
            "sleep(5) is not a fix",
            "sleep(5) from the main loop, really",
            "she explained \"union-find\" unprompted; notice = 3 months",
            "x' = \"y\" ; tomorrow",
            "if exists(\"b:did_indent\")",
            "\"Story Points\" > 5 AND \"Epic Link\" = WEB-118",
            "proc sql; create table top as select region, sum(sales) as s from shoes; quit;",
            "/*!\n * Renders a code",
            "int main(void) {\n    if (argc <= 1 || argv[0] == 0) {\n        usage(\"x\"); /*!50000*/\n",
        ] {
            assert_eq!(found(Low, benign), None, "{benign}");
        }
        for phrase in [
            "SELECT password FROM users",
            "delete from accounts",
            "INSERT INTO t (a) VALUES (1)",
        ] {
            assert!(found(High, phrase).is_some(), "{phrase}");
        }
        for benign in [
            "",
            "1",
            "O'Brien",
            "rock and roll",
            "please update me",
            "drop by the table",
        ] {
            assert_eq!(found(High, benign), None, "{benign}");
        }
        assert_eq!(found(Low, "1' OR '1'='1").as_deref(), Some("s&sos"));
    }

    proptest! {
        /// The shortcut must never hide an attack.
        #[test]
        fn values_that_are_skipped_are_no_attacks(value in "[a-zA-Z]{0,12}|[0-9]{0,12}") {
            prop_assert!(!may_be_sql(value.as_bytes()));
            prop_assert!(!libinjectionrs::detect_sqli(value.as_bytes()).is_injection());
        }

        /// The order in which its two conditions are asked for decides nothing.
        #[test]
        fn low_is_libinjection_and_a_sign(
            value in prop::collection::vec("' ?or|1|=|union|select|--|#|;|drop|a|\\(|\\)| |\"|sleep|.{30}", 0..24)
        ) {
            let value = value.concat().into_bytes();
            let sign = has_sign(SIGN.as_ref().unwrap(), &value)
                || breaks_out(QUOTE.as_ref().unwrap(), COMPARISON.as_ref().unwrap(), &value);
            let expected = libinjectionrs::detect_sqli(&value).is_injection() && sign && !is_filter(&value);
            let low = SqliMatch { sensitivity: Sensitivity::Low };
            prop_assert_eq!(low.is_match(&value).unwrap(), expected);
        }

        #[test]
        fn no_input_breaks_it(value in prop::collection::vec(any::<u8>(), 0..200)) {
            let high = SqliMatch { sensitivity: Sensitivity::High };
            prop_assert!(high.find(&value).is_ok());
        }
    }
}
