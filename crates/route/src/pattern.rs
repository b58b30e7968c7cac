//! What rule conditions compare with: wildcard patterns and regular expressions, compiled once.
//! Source: Application Load Balancers, "Condition types for listener rules".

use regex::bytes::RegexBuilder;

/// The longest wildcard pattern or condition regex that is compiled, in bytes.
pub const PATTERN_BYTES_MAX: usize = 128;

/// The longest regex of a rewrite, in bytes.
pub const REWRITE_REGEX_BYTES_MAX: usize = 1_024;

/// The most memory a compiled regex may take.
const COMPILED_BYTES_MAX: usize = 1 << 20;

/// Why a pattern cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It is longer than allowed.
    #[error("it is longer than {max} characters")]
    TooLong {
        /// What is allowed.
        max: usize,
    },
    /// It is no regular expression, or none that matches in linear time within its memory.
    #[error("it is no regular expression that is supported: {0}")]
    Regex(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Byte(u8),
    /// `?`
    One,
    /// `*`
    Many,
}

/// A pattern in which `*` is any number of characters and `?` exactly one; `\` takes the meaning
/// from the character after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wildcard {
    tokens: Box<[Token]>,
    ignore_case: bool,
}

impl Wildcard {
    /// Compiles a pattern that tells cases apart.
    ///
    /// # Errors
    /// When it is too long.
    pub fn exact_case(pattern: &str) -> Result<Self, PatternError> {
        Self::new(pattern, false)
    }

    /// Compiles a pattern that does not tell ASCII cases apart.
    ///
    /// # Errors
    /// When it is too long.
    pub fn ignore_case(pattern: &str) -> Result<Self, PatternError> {
        Self::new(pattern, true)
    }

    fn new(pattern: &str, ignore_case: bool) -> Result<Self, PatternError> {
        if pattern.len() > PATTERN_BYTES_MAX {
            let max = PATTERN_BYTES_MAX;
            return Err(PatternError::TooLong { max });
        }
        let mut tokens = Vec::with_capacity(pattern.len());
        let mut bytes = pattern.bytes();
        while let Some(byte) = bytes.next() {
            tokens.push(match byte {
                b'*' if tokens.last() == Some(&Token::Many) => continue,
                b'*' => Token::Many,
                b'?' => Token::One,
                b'\\' => Token::Byte(bytes.next().unwrap_or(b'\\')),
                byte => Token::Byte(byte),
            });
        }
        if ignore_case {
            for token in &mut tokens {
                if let Token::Byte(byte) = token {
                    byte.make_ascii_lowercase();
                }
            }
        }
        Ok(Self {
            tokens: tokens.into(),
            ignore_case,
        })
    }

    /// Whether the whole of `text` matches. Takes at most the product of both lengths: only the
    /// last `*` is ever tried again.
    #[must_use]
    pub fn matches(&self, text: &[u8]) -> bool {
        let (mut at, mut token_at) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        loop {
            let byte = text.get(at).copied();
            match (self.tokens.get(token_at), byte) {
                (None, None) => return true,
                (Some(Token::Many), _) => {
                    token_at += 1;
                    retry = Some((token_at, at));
                    continue;
                }
                (Some(Token::One), Some(_)) => {
                    (at, token_at) = (at + 1, token_at + 1);
                    continue;
                }
                (Some(Token::Byte(wanted)), Some(byte)) if *wanted == self.folded(byte) => {
                    (at, token_at) = (at + 1, token_at + 1);
                    continue;
                }
                _ => {}
            }
            match retry {
                Some((after, from)) if from < text.len() => {
                    (at, token_at) = (from + 1, after);
                    retry = Some((after, from + 1));
                }
                _ => return false,
            }
        }
    }

    /// How many `*` and `?` it has.
    #[must_use]
    pub fn wildcards(&self) -> usize {
        let wild = |token: &&Token| !matches!(token, Token::Byte(_));
        self.tokens.iter().filter(wild).count()
    }

    /// How many characters it has that stand for themselves.
    #[must_use]
    pub fn literal_bytes(&self) -> usize {
        self.tokens.len() - self.wildcards()
    }

    fn folded(&self, byte: u8) -> u8 {
        if self.ignore_case {
            byte.to_ascii_lowercase()
        } else {
            byte
        }
    }
}

/// A regular expression that is found anywhere in a text, in linear time.
#[derive(Debug, Clone)]
pub struct Regex {
    source: String,
    ignore_case: bool,
    compiled: regex::bytes::Regex,
}

impl Regex {
    /// Compiles a condition's regex.
    ///
    /// # Errors
    /// When it is too long, none, or needs more than linear time or too much memory.
    pub fn condition(source: &str, ignore_case: bool) -> Result<Self, PatternError> {
        Self::new(source, ignore_case, PATTERN_BYTES_MAX)
    }

    /// Compiles a rewrite's regex.
    ///
    /// # Errors
    /// As [`Regex::condition`].
    pub fn rewrite(source: &str, ignore_case: bool) -> Result<Self, PatternError> {
        Self::new(source, ignore_case, REWRITE_REGEX_BYTES_MAX)
    }

    fn new(source: &str, ignore_case: bool, max: usize) -> Result<Self, PatternError> {
        if source.len() > max {
            return Err(PatternError::TooLong { max });
        }
        let compiled = RegexBuilder::new(source)
            .case_insensitive(ignore_case)
            .size_limit(COMPILED_BYTES_MAX)
            .dfa_size_limit(COMPILED_BYTES_MAX)
            .build()
            .map_err(|error| PatternError::Regex(one_line(&error.to_string())))?;
        Ok(Self {
            source: source.to_owned(),
            ignore_case,
            compiled,
        })
    }

    /// Whether it is found in `text`.
    #[must_use]
    pub fn matches(&self, text: &[u8]) -> bool {
        self.compiled.is_match(text)
    }

    /// The first match and its groups.
    pub(crate) fn captures<'t>(&self, text: &'t [u8]) -> Option<regex::bytes::Captures<'t>> {
        self.compiled.captures(text)
    }
}

/// What was written decides what is meant.
impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source && self.ignore_case == other.ignore_case
    }
}

impl Eq for Regex {}

/// The last line of the regex crate's messages says what is wrong; those before draw it.
fn one_line(message: &str) -> String {
    let line = message.lines().last().unwrap_or_default();
    line.trim_start_matches("error: ")
        .chars()
        .take(256)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition, as a recursion.
    fn naive(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.first(), text.first()) {
            (None, None) => true,
            (Some(b'*'), _) => {
                naive(&pattern[1..], text) || (!text.is_empty() && naive(pattern, &text[1..]))
            }
            (Some(b'?'), Some(_)) => naive(&pattern[1..], &text[1..]),
            (Some(wanted), Some(byte)) if wanted == byte => naive(&pattern[1..], &text[1..]),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn a_wildcard_matches_as_defined(pattern in "[ab*?]{0,9}", text in "[ab]{0,12}") {
            let compiled = Wildcard::exact_case(&pattern).unwrap();
            prop_assert_eq!(compiled.matches(text.as_bytes()), naive(pattern.as_bytes(), text.as_bytes()));
        }

        #[test]
        fn without_case_is_as_with_both_in_lower_case(pattern in "[aAbB*?]{0,8}", text in "[aAbB]{0,10}") {
            let folded = Wildcard::ignore_case(&pattern).unwrap().matches(text.as_bytes());
            let lower = Wildcard::exact_case(&pattern.to_lowercase()).unwrap();
            prop_assert_eq!(folded, lower.matches(text.to_lowercase().as_bytes()));
        }
    }

    #[test]
    fn a_backslash_takes_the_meaning_away() {
        let literal = Wildcard::exact_case(r"a\*b\?c\\").unwrap();
        assert!(literal.matches(br"a*b?c\"));
        assert!(!literal.matches(br"axbxc\"));
        assert_eq!(literal.wildcards(), 0);
        assert!(Wildcard::exact_case("\\").unwrap().matches(b"\\"));
    }

    #[test]
    fn long_patterns_and_greedy_regexes_are_refused() {
        assert!(Wildcard::exact_case(&"a".repeat(128)).is_ok());
        assert!(Wildcard::exact_case(&"a".repeat(129)).is_err());
        assert!(Regex::condition(r"^/(a|b)+$", false).is_ok());
        for wrong in ["(", r"(?=a)", r"(a)\1", r"(\w{900}){900}", &"a".repeat(129)] {
            assert!(Regex::condition(wrong, false).is_err(), "{wrong}");
        }
    }

    #[test]
    fn hostile_texts_take_no_long() {
        let pattern = Wildcard::exact_case(&"*a".repeat(64)).unwrap();
        assert!(!pattern.matches(&[b'b'; 65_536]));
        let regex = Regex::condition("^(a*)*$", false).unwrap();
        let text = [vec![b'a'; 65_536], vec![b'b']].concat();
        assert!(!regex.matches(&text));
    }
}
