//! The names of condition operators, and what each makes of its values.
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators".

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ipnet::IpNet;
use types::Time;

use super::{Order, Quantifier, date, number, truth};
use crate::pattern::{Pattern, Reading};

/// An operator, such as `ForAnyValue:StringNotLikeIfExists`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operator {
    pub(crate) quantifier: Option<Quantifier>,
    pub(crate) if_exists: bool,
    pub(crate) is_negated: bool,
    compares: Compares,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compares {
    Texts(Reading),
    Arns,
    Numbers(Order),
    Dates(Order),
    Booleans,
    Binaries,
    Networks,
    Null,
}

/// What a policy compares with.
#[derive(Debug, Clone)]
pub(crate) enum Expected {
    Texts(Box<[Pattern]>),
    Arns(Box<[Pattern]>),
    Numbers(Order, Box<[f64]>),
    Dates(Order, Box<[Time]>),
    Booleans(Box<[bool]>),
    Binaries(Box<[Box<[u8]>]>),
    Networks(Box<[IpNet]>),
    Null(Box<[bool]>),
}

/// A name, whether it is negated, what it compares.
const OPERATORS: &[(&str, bool, Compares)] = &[
    ("StringEquals", false, Compares::Texts(Reading::Literal)),
    ("StringNotEquals", true, Compares::Texts(Reading::Literal)),
    (
        "StringEqualsIgnoreCase",
        false,
        Compares::Texts(Reading::LiteralIgnoringCase),
    ),
    (
        "StringNotEqualsIgnoreCase",
        true,
        Compares::Texts(Reading::LiteralIgnoringCase),
    ),
    ("StringLike", false, Compares::Texts(Reading::Wildcards)),
    ("StringNotLike", true, Compares::Texts(Reading::Wildcards)),
    ("NumericEquals", false, Compares::Numbers(Order::Equal)),
    ("NumericNotEquals", true, Compares::Numbers(Order::Equal)),
    ("NumericLessThan", false, Compares::Numbers(Order::Less)),
    (
        "NumericLessThanEquals",
        false,
        Compares::Numbers(Order::LessOrEqual),
    ),
    (
        "NumericGreaterThan",
        false,
        Compares::Numbers(Order::Greater),
    ),
    (
        "NumericGreaterThanEquals",
        false,
        Compares::Numbers(Order::GreaterOrEqual),
    ),
    ("DateEquals", false, Compares::Dates(Order::Equal)),
    ("DateNotEquals", true, Compares::Dates(Order::Equal)),
    ("DateLessThan", false, Compares::Dates(Order::Less)),
    (
        "DateLessThanEquals",
        false,
        Compares::Dates(Order::LessOrEqual),
    ),
    ("DateGreaterThan", false, Compares::Dates(Order::Greater)),
    (
        "DateGreaterThanEquals",
        false,
        Compares::Dates(Order::GreaterOrEqual),
    ),
    ("Bool", false, Compares::Booleans),
    ("BinaryEquals", false, Compares::Binaries),
    ("IpAddress", false, Compares::Networks),
    ("NotIpAddress", true, Compares::Networks),
    ("ArnEquals", false, Compares::Arns),
    ("ArnLike", false, Compares::Arns),
    ("ArnNotEquals", true, Compares::Arns),
    ("ArnNotLike", true, Compares::Arns),
    ("Null", false, Compares::Null),
];

/// A value that its operator cannot compare with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WrongValue {
    /// Which value.
    pub(crate) index: usize,
    /// What it should have been.
    pub(crate) wanted: &'static str,
}

impl Operator {
    /// Reads an operator's name.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (quantifier, text) = if let Some(rest) = text.strip_prefix("ForAllValues:") {
            (Some(Quantifier::ForAllValues), rest)
        } else if let Some(rest) = text.strip_prefix("ForAnyValue:") {
            (Some(Quantifier::ForAnyValue), rest)
        } else {
            (None, text)
        };
        let (if_exists, text) = match text.strip_suffix("IfExists") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (_, is_negated, compares) = OPERATORS.iter().find(|(name, ..)| *name == text)?;
        // An absent key is what Null is about.
        if if_exists && *compares == Compares::Null {
            return None;
        }
        Some(Self {
            quantifier,
            if_exists,
            is_negated: *is_negated,
            compares: *compares,
        })
    }
}

/// Reads the values of an operator.
pub(crate) fn read_expected(
    operator: Operator,
    values: &[&str],
    variables: bool,
) -> Result<Expected, WrongValue> {
    let patterns = |reading| {
        all(values, "a text whose variables are well-formed", |text| {
            Pattern::read(text, reading, variables).ok()
        })
    };
    Ok(match operator.compares {
        Compares::Texts(reading) => Expected::Texts(patterns(reading)?),
        Compares::Arns => Expected::Arns(patterns(Reading::Arn)?),
        Compares::Numbers(order) => Expected::Numbers(order, all(values, "a number", number)?),
        Compares::Dates(order) => Expected::Dates(
            order,
            all(
                values,
                "a date in ISO 8601, or seconds since 1970",
                date::parse,
            )?,
        ),
        Compares::Booleans => Expected::Booleans(all(values, "true or false", truth)?),
        Compares::Binaries => Expected::Binaries(all(values, "base64", |text| {
            BASE64.decode(text).ok().map(Vec::into_boxed_slice)
        })?),
        Compares::Networks => Expected::Networks(all(
            values,
            "an IP address or a network in CIDR notation",
            network,
        )?),
        Compares::Null => Expected::Null(all(values, "true or false", truth)?),
    })
}

fn all<T>(
    values: &[&str],
    wanted: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Box<[T]>, WrongValue> {
    let one = |(index, text): (usize, &&str)| read(text).ok_or(WrongValue { index, wanted });
    values.iter().enumerate().map(one).collect()
}

/// An address or a network. IPv4 within IPv6 is IPv4, as it is on the other side.
fn network(text: &str) -> Option<IpNet> {
    let network = match text.parse::<IpNet>() {
        Ok(network) => network,
        Err(_) => IpNet::from(text.parse::<std::net::IpAddr>().ok()?),
    };
    Some(match network {
        IpNet::V6(six) => match six.addr().to_ipv4_mapped() {
            Some(four) if six.prefix_len() >= 96 => {
                IpNet::new(four.into(), six.prefix_len() - 96).ok()?
            }
            _ => network,
        },
        IpNet::V4(_) => network,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_has_its_forms() {
        for (name, is_negated, _) in OPERATORS {
            for prefix in ["", "ForAllValues:", "ForAnyValue:"] {
                let operator = Operator::read(&format!("{prefix}{name}")).unwrap();
                assert_eq!(operator.is_negated, *is_negated);
                assert_eq!(operator.quantifier.is_some(), !prefix.is_empty());
                let if_exists = Operator::read(&format!("{prefix}{name}IfExists"));
                assert_eq!(if_exists.is_some(), *name != "Null", "{name}");
            }
        }
        for wrong in [
            "",
            "IfExists",
            "stringEquals",
            "ForAnyValue::Bool",
            "ForAnyValue:ForAnyValue:Bool",
            "BoolIfExistsIfExists",
            "forAnyValue:Bool",
        ] {
            assert_eq!(Operator::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn networks_are_read_in_every_form() {
        for (text, shown) in [
            ("203.0.113.0/24", Some("203.0.113.0/24")),
            ("203.0.113.7", Some("203.0.113.7/32")),
            ("2001:db8::/32", Some("2001:db8::/32")),
            ("::1", Some("::1/128")),
            ("::ffff:203.0.113.0/120", Some("203.0.113.0/24")),
            ("203.0.113.0/33", None),
            ("203.0.113", None),
            ("", None),
        ] {
            assert_eq!(
                network(text).map(|network| network.to_string()).as_deref(),
                shown,
                "{text}"
            );
        }
    }
}
