//! Regular expressions: matched in linear time, on bytes, with a size limit. AWS WAF's own engine
//! knows no look-around and no back-references either.
//! Source: AWS WAF developer guide, "Supported regular expression syntax".

use std::sync::{Arc, OnceLock};

use regex::bytes::{Regex, RegexBuilder};

use crate::error::{CompileError, ExceptionField};
use crate::limits::{REGEX_BYTES_MAX, REGEX_CHARS_MAX, REGEX_PATTERN_SET_MAX};
use crate::literal::{self, Gate};
use crate::prefilter::Required;

/// A compiled expression.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: Arc<str>,
    /// Compiled when it is first needed: most of a managed group's never are.
    regex: Arc<OnceLock<Option<Regex>>>,
    /// Lower-case literals of which every match holds one (in any case); `None` if there are none.
    pub(crate) literals: Option<Arc<[Vec<u8>]>>,
    /// What else every value that matches has.
    gate: Arc<Gate>,
}

impl Pattern {
    /// Compiles an expression.
    ///
    /// # Errors
    /// When it is longer than AWS allows, not a regular expression, or too large once compiled.
    pub fn parse(text: &str, field: ExceptionField) -> Result<Self, CompileError> {
        if text.chars().count() > REGEX_CHARS_MAX {
            let reason = format!("A regex pattern has at most {REGEX_CHARS_MAX} characters.");
            return Err(CompileError::invalid(field, text, reason));
        }
        // Bytes first: with Unicode on, `.` would not match bytes that are no UTF-8, and an attack
        // could hide behind one. Only classes that hold characters beyond ASCII need Unicode.
        let mut problem = None;
        for unicode in [false, true] {
            match build(text, unicode) {
                Ok(regex) => {
                    return Ok(Self {
                        text: text.into(),
                        regex: Arc::new(OnceLock::from(Some(regex))),
                        literals: literal::required(text, unicode).map(Into::into),
                        gate: Arc::new(Gate::of(text, unicode)),
                    });
                }
                Err(error) => problem = Some(error),
            }
        }
        let reason = match problem {
            Some(regex::Error::CompiledTooBig(_)) => {
                "The regular expression is too large once it is compiled.".to_owned()
            }
            _ => "The regular expression is not valid; look-around and back-references are not \
                  supported."
                .to_owned(),
        };
        Err(CompileError::invalid(field, text, reason))
    }

    /// An expression of a managed group, all of which a test compiles.
    fn managed(text: &str) -> Self {
        Self {
            text: text.into(),
            regex: Arc::default(),
            literals: literal::required(text, false).map(Into::into),
            gate: Arc::new(Gate::of(text, false)),
        }
    }

    /// The expression, compiled; `None` if it is none, which a managed group's tests rule out.
    pub(crate) fn regex(&self) -> Option<&Regex> {
        let compiled = self.regex.get_or_init(|| build(&self.text, false).ok());
        compiled.as_ref()
    }

    /// What a value needs for it to match.
    pub(crate) fn required(&self) -> Required {
        Required {
            literals: self.literals.as_ref().map(|literals| literals.to_vec()),
            gate: Gate::clone(&self.gate),
        }
    }

    /// Whether somebody else has the same compiled expression.
    pub(crate) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.regex) > 1
    }

    /// The expression as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it matches anywhere in the value.
    #[must_use]
    pub fn is_match(&self, value: &[u8]) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(value))
    }

    /// Where it first matches.
    #[must_use]
    pub fn find(&self, value: &[u8]) -> Option<std::ops::Range<usize>> {
        self.regex()?.find(value).map(|found| found.range())
    }
}

fn build(text: &str, unicode: bool) -> Result<Regex, regex::Error> {
    RegexBuilder::new(text)
        .unicode(unicode)
        .size_limit(REGEX_BYTES_MAX)
        .dfa_size_limit(REGEX_BYTES_MAX)
        .nest_limit(100)
        .build()
}

/// A regex pattern set: matches what one of its expressions matches.
#[derive(Debug, Clone)]
pub struct RegexPatternSet {
    patterns: Vec<Pattern>,
}

impl RegexPatternSet {
    /// Compiles the expressions.
    ///
    /// # Errors
    /// With the first that is not valid, or when there are more than [`REGEX_PATTERN_SET_MAX`].
    pub fn parse(patterns: &[&str]) -> Result<Self, CompileError> {
        let field = ExceptionField::RegexPatternSet;
        if patterns.len() > REGEX_PATTERN_SET_MAX {
            let reason = format!("A pattern set holds at most {REGEX_PATTERN_SET_MAX} patterns.");
            return Err(CompileError::limit(field, "RegularExpressionList", reason));
        }
        let patterns = patterns.iter().map(|text| Pattern::parse(text, field));
        Ok(Self {
            patterns: patterns.collect::<Result<_, _>>()?,
        })
    }

    /// Compiles the expressions of a managed group, which may be more and longer.
    pub(crate) fn managed(patterns: &[&str]) -> Self {
        Self {
            patterns: patterns.iter().map(|text| Pattern::managed(text)).collect(),
        }
    }

    /// The expressions in their order.
    #[must_use]
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_linear_time_expression_is_refused() {
        let long = "a".repeat(REGEX_CHARS_MAX + 1);
        for text in [
            "(",
            "(?=a)",
            r"(a)\1",
            "(?<!a)b",
            "[z-a]",
            "((a{100}){100}){100}",
            &long,
        ] {
            let error = RegexPatternSet::parse(&[text]).unwrap_err();
            assert_eq!(error.field, ExceptionField::RegexPatternSet, "{text}");
        }
        assert!(RegexPatternSet::parse(&["a"; REGEX_PATTERN_SET_MAX]).is_ok());
        let error = RegexPatternSet::parse(&["a"; REGEX_PATTERN_SET_MAX + 1]).unwrap_err();
        assert_eq!(error.kind, crate::CompileErrorKind::LimitsExceeded);
    }

    #[test]
    fn bytes_that_are_no_text_hide_nothing() {
        let pattern = Pattern::parse("(?i)union.*select", ExceptionField::Statement).unwrap();
        assert_eq!(pattern.find(b"x UNION \xff\xfe select"), Some(2..17));
        let pattern = Pattern::parse("[é]t[ée]", ExceptionField::Statement).unwrap();
        assert!(pattern.is_match("été".as_bytes()));
    }
}
