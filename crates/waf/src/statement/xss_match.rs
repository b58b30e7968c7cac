//! `XssMatchStatement`: the value looks like script in HTML. By libinjection's algorithm: the value
//! is read by an HTML5 tokenizer in five contexts, and tags, attributes and URLs that run script
//! are looked for.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Found;
use crate::error::EvaluateError;

pub(super) const CAPACITY: u64 = 40;

/// Detection of cross-site scripting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct XssMatch;

impl XssMatch {
    /// Whether a value looks like script.
    ///
    /// # Errors
    /// When the detector breaks down.
    pub fn is_match(self, value: &[u8]) -> Result<bool, EvaluateError> {
        Ok(self.find(value)?.is_some())
    }

    pub(super) fn find(self, value: &[u8]) -> Result<Option<Found>, EvaluateError> {
        // Every tag begins with `<`, every attribute has its `=`.
        if memchr::memchr2(b'<', b'=', value).is_none() {
            return Ok(None);
        }
        // The detector is a port that nobody has proved free of panics: fail closed, do not die.
        let detect = AssertUnwindSafe(|| libinjectionrs::detect_xss(value));
        let result =
            catch_unwind(detect).map_err(|_| EvaluateError::Detector("cross-site scripting"))?;
        Ok(result.is_injection().then(|| Found {
            range: 0..value.len(),
            pattern: "libinjection XSS".to_owned(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn attacks_and_their_benign_twins() {
        let found = |value: &str| XssMatch.find(value.as_bytes()).unwrap().is_some();
        for attack in [
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "x\" onmouseover=alert(1) y=\"",
            "<a href=javascript:alert(1)>",
        ] {
            assert!(found(attack), "{attack}");
        }
        for benign in [
            "",
            "a < b and c > d",
            "x=1",
            "1 <2",
            "tom & jerry",
            "<b>bold</b>",
        ] {
            assert!(!found(benign), "{benign}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        /// The shortcut must never hide an attack.
        #[test]
        fn values_that_are_skipped_are_no_attacks(
            value in prop::collection::vec("[^<=]|on|script|javascript:|[\"'`>/!-]|style|xmlns", 0..12)
        ) {
            let value = value.concat();
            prop_assert!(!libinjectionrs::detect_xss(value.as_bytes()).is_injection());
        }

        #[test]
        fn no_input_breaks_it(value in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(XssMatch.find(&value).is_ok());
        }
    }
}
