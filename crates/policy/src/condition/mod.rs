//! The Condition element: operators, their sets and what an absent key means.
//!
//! - A condition holds if any of its values fits the request's (of a negated operator: if none
//!   does). Keys within an operator, and operators, must all hold.
//! - An absent key fits nothing, so a negated operator holds. `...IfExists` holds on an absent key.
//! - `ForAllValues:` asks each value of the request, and holds if there are none. `ForAnyValue:`
//!   asks for one, and does not.
//! - Without a set operator a multivalued key counts as `ForAnyValue:`; of a negated operator no
//!   value may fit.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Set operators for
//! multivalued context keys".

use std::borrow::Cow;
use std::cmp::Ordering;

use ipnet::IpNet;
use types::Time;

use crate::Request;
use crate::context::{Key, Scalar};
use crate::document::Effect;
use crate::pattern::Pattern;

pub(crate) mod date;
mod operator;

pub(crate) use operator::{Expected, Operator, WrongValue, read_expected};

/// One key under one operator.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    pub(crate) operator: Operator,
    pub(crate) key: Key,
    pub(crate) expected: Expected,
}

/// `ForAllValues:`, `ForAnyValue:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantifier {
    ForAllValues,
    ForAnyValue,
}

/// Whether a value fits: `None` when only a variable without a value could have told.
type Fit = Option<bool>;

impl Condition {
    /// Whether the condition holds. A variable that has no value must not open anything: where it
    /// would have decided, an Allow does not hold and a Deny does.
    pub(crate) fn holds(&self, request: &Request<'_>, effect: Effect) -> bool {
        let values = request.values(&self.key);
        if let Expected::Null(wanted) = &self.expected {
            let is_null = values.is_null();
            return wanted.contains(&is_null);
        }
        let is_negated = self.operator.is_negated;
        let fits = |value: &Scalar<'_>| match self.expected.fits(value, request) {
            Some(fits) => fits != is_negated,
            None => is_negated && effect == Effect::Deny,
        };
        match self.operator.quantifier {
            Some(Quantifier::ForAllValues) => values.all(fits),
            Some(Quantifier::ForAnyValue) if values.is_null() => self.operator.if_exists,
            Some(Quantifier::ForAnyValue) => values.any(fits),
            None if values.is_null() => self.operator.if_exists || is_negated,
            None if is_negated => values.all(fits),
            None => values.any(fits),
        }
    }

    /// The keys it reads: its own, and those of variables.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        let patterns: &[Pattern] = match &self.expected {
            Expected::Texts(patterns) | Expected::Arns(patterns) => patterns,
            _ => &[],
        };
        std::iter::once(&self.key).chain(patterns.iter().flat_map(Pattern::keys))
    }
}

impl Expected {
    fn fits(&self, value: &Scalar<'_>, request: &Request<'_>) -> Fit {
        match self {
            Self::Texts(patterns) => any_pattern(patterns, &value.text(), request),
            Self::Arns(patterns) => {
                let text = value.text();
                match is_arn(&text) {
                    true => any_pattern(patterns, &text, request),
                    false => Some(false),
                }
            }
            Self::Numbers(order, numbers) => {
                let value = value.number();
                Some(value.is_some_and(|value| {
                    let is = |number: &f64| order.holds(value.partial_cmp(number));
                    numbers.iter().any(is)
                }))
            }
            Self::Dates(order, dates) => {
                let value = value.date();
                Some(value.is_some_and(|value| {
                    let is = |date: &Time| order.holds(Some(value.cmp(date)));
                    dates.iter().any(is)
                }))
            }
            Self::Booleans(truths) => {
                let value = value.truth();
                Some(value.is_some_and(|value| truths.contains(&value)))
            }
            Self::Binaries(binaries) => {
                let value = value.bytes();
                Some(value.is_some_and(|value: Cow<'_, [u8]>| {
                    binaries.iter().any(|binary| **binary == *value)
                }))
            }
            Self::Networks(networks) => {
                let value = value.address();
                Some(value.is_some_and(|value| {
                    let has = |network: &IpNet| network.contains(&value);
                    networks.iter().any(has)
                }))
            }
            Self::Null(_) => Some(false),
        }
    }
}

/// Whether any pattern matches; `None` if none does and one of them could not be told.
fn any_pattern(patterns: &[Pattern], text: &str, request: &Request<'_>) -> Fit {
    let mut fit = Some(false);
    for pattern in patterns {
        match pattern.matches(text, request) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => fit = None,
        }
    }
    fit
}

fn is_arn(text: &str) -> bool {
    text.starts_with("arn:") && text.bytes().filter(|byte| *byte == b':').count() >= 5
}

/// How a number or a date must compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    fn holds(self, ordering: Option<Ordering>) -> bool {
        ordering.is_some_and(|ordering| match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        })
    }
}

/// A number, in decimal.
pub(crate) fn number(text: &str) -> Option<f64> {
    let is_decimal = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    let number: f64 = text.parse().ok().filter(|_| text.bytes().all(is_decimal))?;
    number.is_finite().then_some(number)
}

/// `true` or `false`, in any case.
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}
