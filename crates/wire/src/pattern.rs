//! The models' regular expressions. They are Java's; a value must match as a whole. They are
//! compiled with `regex`, which runs in linear time, after what differs was translated: `\w`, `\d`
//! and `\s` are ASCII in Java, and POSIX classes have other names.
//! Source: `java.util.regex.Pattern`'s documentation.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

/// How large a compiled pattern may be, in bytes: IAM's largest repeats a class 131,072 times.
const COMPILED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Patterns with what no linear engine has, by hand: the Java text, what must match as a whole, and
/// what must not be found.
const BY_HAND: &[(&str, &str, Option<&str>)] = &[
    // IAM account aliases: no two hyphens in a row.
    (
        "^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$",
        "[a-z0-9][a-z0-9-]{1,61}[a-z0-9]",
        Some("--"),
    ),
    // Tag keys of GuardDuty, Inspector and Security Hub: AWS's own prefix is reserved.
    (
        "(?!aws:)[a-zA-Z+-=._:/]+",
        "[a-zA-Z+-=._:/]+",
        Some("^aws:"),
    ),
    (
        "^(?!aws:)[a-zA-Z+-=._:/]+$",
        "[a-zA-Z+-=._:/]+",
        Some("^aws:"),
    ),
    // Shield's log bucket: no address, and no dot beside a dot or a hyphen.
    (
        r"^([a-z]|(\d(?!\d{0,2}\.\d{1,3}\.\d{1,3}\.\d{1,3})))([a-z\d]|(\.(?!(\.|-)))|(-(?!\.))){1,61}[a-z\d]$",
        "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
        Some(r"^[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\.[.-]|-\."),
    ),
    // EventBridge's path parameters: not blank.
    (r"^(?!\s*$).+", ".+", Some(r"^[\t\n\x0B\f\r\x20]*$")),
    // Lambda's aliases and qualifiers: a number alone is a version.
    (
        "(?!^[0-9]+$)([a-zA-Z0-9-_]+)",
        "[a-zA-Z0-9_-]+",
        Some("^[0-9]+$"),
    ),
    (
        r"((?!^\d+$)^[0-9a-zA-Z-_]+$)",
        "[a-zA-Z0-9_-]+",
        Some("^[0-9]+$"),
    ),
    (
        r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]{1,64})(:((?!\d+$)[0-9a-zA-Z-_]+))?",
        "(?:arn:(?:aws[a-zA-Z-]*)?:lambda:)?(?:(?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-[0-9]:)?\
         (?:[0-9]{12}:)?(?:function:)?[a-zA-Z0-9_-]{1,64}(?::[0-9]*[a-zA-Z_-][0-9a-zA-Z_-]*)?",
        None,
    ),
    // Lambda's database collections and buckets.
    (
        r"(^(?!(system\x2e)))(^[_a-zA-Z0-9])([^$]*)",
        "[_a-zA-Z0-9][^$]*",
        Some(r"^system\."),
    ),
    (r"[0-9A-Za-z\.\-_]*(?<!\.)", "[0-9A-Za-z._-]*", Some(r"\.$")),
    // CloudTrail's: all that XML can say, written in Java's pairs of surrogates.
    (
        r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*",
        r"[\x{20}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}\t]*",
        None,
    ),
];

/// A pattern of a model, compiled when it is first needed.
#[derive(Debug)]
pub struct Pattern {
    text: String,
    compiled: OnceLock<Result<Compiled, PatternError>>,
}

/// Why a pattern cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PatternError(String);

#[derive(Debug)]
struct Compiled {
    accepts: Regex,
    refuses: Option<Regex>,
}

impl Pattern {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            compiled: OnceLock::new(),
        }
    }

    /// The pattern as the model has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the pattern can be judged; `cargo xtask codegen` refuses a model with one that
    /// cannot.
    ///
    /// # Errors
    /// When it uses what a linear engine does not have, and no entry by hand stands for it.
    pub fn check(&self) -> Result<(), PatternError> {
        self.compiled().as_ref().map(|_| ()).map_err(Clone::clone)
    }

    /// Whether the whole text matches. A pattern that cannot be judged (see [`Self::check`])
    /// matches nothing: what cannot be checked is refused.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        match self.compiled() {
            Ok(compiled) => {
                compiled.accepts.is_match(text)
                    && !compiled
                        .refuses
                        .as_ref()
                        .is_some_and(|refuses| refuses.is_match(text))
            }
            Err(_) => false,
        }
    }

    fn compiled(&self) -> &Result<Compiled, PatternError> {
        self.compiled.get_or_init(|| {
            let by_hand = BY_HAND.iter().find(|(java, _, _)| *java == self.text);
            match by_hand {
                Some((_, accepts, refuses)) => Ok(Compiled {
                    accepts: compile(&format!("^(?:{accepts})$"))?,
                    refuses: refuses.map(compile).transpose()?,
                }),
                None => Ok(Compiled {
                    accepts: compile(&format!("^(?:{})$", translate(&self.text)))?,
                    refuses: None,
                }),
            }
        })
    }
}

fn compile(text: &str) -> Result<Regex, PatternError> {
    RegexBuilder::new(text)
        .size_limit(COMPILED_BYTES_MAX)
        .build()
        .map_err(|error| PatternError(error.to_string()))
}

/// Java's syntax to the `regex` crate's.
fn translate(java: &str) -> String {
    let mut out = String::with_capacity(java.len());
    let mut rest = java.chars().peekable();
    let mut depth_of_class = 0_usize;
    while let Some(character) = rest.next() {
        match character {
            '\\' => match rest.next() {
                Some(escaped) => {
                    let inside = depth_of_class > 0;
                    match escaped {
                        'w' if inside => out.push_str("0-9A-Za-z_"),
                        'd' if inside => out.push_str("0-9"),
                        's' if inside => out.push_str("\\t\\n\\x0B\\f\\r\\x20"),
                        'w' => out.push_str("[0-9A-Za-z_]"),
                        'd' => out.push_str("[0-9]"),
                        's' => out.push_str("[\\t\\n\\x0B\\f\\r\\x20]"),
                        'W' => out.push_str("[^0-9A-Za-z_]"),
                        'D' => out.push_str("[^0-9]"),
                        'S' => out.push_str("[^\\t\\n\\x0B\\f\\r\\x20]"),
                        'Z' => out.push_str("\\z"),
                        'p' | 'P' if rest.peek() == Some(&'{') => {
                            let name: String = rest
                                .by_ref()
                                .skip(1)
                                .take_while(|&letter| letter != '}')
                                .collect();
                            property(&mut out, escaped == 'P', &name);
                        }
                        other => {
                            out.push('\\');
                            out.push(other);
                        }
                    }
                }
                None => out.push('\\'),
            },
            '[' => {
                // In Java a `[` inside a class opens a nested class, as in the regex crate.
                depth_of_class += 1;
                out.push('[');
                if rest.peek() == Some(&'^') {
                    out.extend(rest.next());
                }
            }
            ']' if depth_of_class > 0 => {
                depth_of_class -= 1;
                out.push(']');
            }
            other => out.push(other),
        }
    }
    out
}

fn property(out: &mut String, negated: bool, name: &str) {
    let posix = match name {
        "ASCII" => Some("\\x00-\\x7F"),
        "Alnum" => Some("0-9A-Za-z"),
        "Alpha" => Some("A-Za-z"),
        "Digit" => Some("0-9"),
        "Lower" => Some("a-z"),
        "Upper" => Some("A-Z"),
        "XDigit" => Some("0-9A-Fa-f"),
        "Punct" => Some("!-/:-@\\[-`{-~"),
        "Graph" => Some("!-~"),
        "Print" => Some("\\x20-~"),
        "Blank" => Some("\\t\\x20"),
        "Cntrl" => Some("\\x00-\\x1F\\x7F"),
        "Space" => Some("\\t\\n\\x0B\\f\\r\\x20"),
        _ => None,
    };
    match posix {
        Some(ranges) => {
            out.push_str(if negated { "[^" } else { "[" });
            out.push_str(ranges);
            out.push(']');
        }
        None => {
            out.push_str(if negated { "\\P{" } else { "\\p{" });
            out.push_str(name.strip_prefix("Is").unwrap_or(name));
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_the_whole_value_with_java_s_ascii_classes() {
        let session = Pattern::new(r"[\w+=,.@-]*");
        assert!(session.is_match("Session1"));
        assert!(session.is_match(""));
        assert!(!session.is_match("Session1:2"));
        assert!(!session.is_match("Sitzungé"));
        let id = Pattern::new("^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$");
        assert!(id.is_match("7f0a3c52-1b6e-4d11-9a05-d6f1c2b3a4e5"));
        assert!(!id.is_match("7f0a3c52-1b6e-4d11-9a05-d6f1c2b3a4e5\n"));
        let not_blank = Pattern::new(r".*\S.*");
        assert!(not_blank.is_match(" x "));
        assert!(!not_blank.is_match("  "));
        assert!(!not_blank.is_match("a\nb"));
        let tag = Pattern::new(r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$");
        assert!(tag.is_match("Größe 1/2"));
        assert!(!tag.is_match("a#b"));
    }

    #[test]
    fn look_around_is_judged_by_hand_and_never_silently_passed() {
        let alias = Pattern::new("^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$");
        assert_eq!(alias.check(), Ok(()));
        assert!(alias.is_match("a-b-c"));
        assert!(!alias.is_match("a--c"));
        assert!(!alias.is_match("-ab"));
        for (java, accepted, refused) in [
            (
                "(?!aws:)[a-zA-Z+-=._:/]+",
                &["a", "team:aws:x", "AWS:x", "aws", "1=2"][..],
                &["", "aws:", "aws:x", "a b"][..],
            ),
            (
                BY_HAND[3].0,
                &["aws-waf-logs-1", "1.2.3.bucket", "a--b", "1234"],
                &[
                    "ab",
                    "192.168.1.1",
                    "1.2.3.4x",
                    "a..b",
                    "a.-b",
                    "a-.b",
                    "-ab",
                    "A-b",
                ],
            ),
            (BY_HAND[4].0, &["x", " x "], &["", "  ", "\t"]),
            (BY_HAND[5].0, &["a1", "1-", "_"], &["", "12", "a b"]),
            (
                BY_HAND[7].0,
                &[
                    "f",
                    "function:12",
                    "f:v1",
                    "f:1a",
                    "arn:aws:lambda:eu-central-1:123456789012:function:f",
                ],
                &[
                    "",
                    "f:12:",
                    "f:v:1",
                    "a b",
                    "arn:aws:lambda:eu-central-1:123456789012:function:f:7",
                ],
            ),
            (
                BY_HAND[8].0,
                &["system", "_x", "a\nb"],
                &["system.x", "$", "a$", "-"],
            ),
            (BY_HAND[9].0, &["", "a.b"], &["a.", "."]),
            (BY_HAND[10].0, &["", "é😹\t"], &["\n", "\u{ffff}"]),
        ] {
            let pattern = Pattern::new(java);
            assert_eq!(pattern.check(), Ok(()));
            for text in accepted {
                assert!(pattern.is_match(text), "{java} {text:?}");
            }
            for text in refused {
                assert!(!pattern.is_match(text), "{java} {text:?}");
            }
        }
        for (java, _, _) in BY_HAND {
            assert_eq!(Pattern::new(java).check(), Ok(()));
        }
        let unknown = Pattern::new("(?!aws)[a-z]+");
        assert!(unknown.check().is_err());
        assert!(!unknown.is_match("abc"));
    }
}
