//! Statements: the conditions of rules, in the intermediate form that WAFv2's JSON compiles into
//! (and SecLang will). A statement either looks at the bytes of a field or at the request's origin,
//! labels or rate, or joins other statements.
//! Source: AWS WAF developer guide, "Rule statements".

mod byte_match;
mod geo_match;
mod group_reference;
mod ip_set_reference;
mod label_match;
mod rate_based;
mod regex_match;
mod size_constraint;
mod sqli_match;
mod xss_match;

use std::ops::Range;
use std::sync::Arc;

use wire::Value;

pub use byte_match::{ByteMatch, PositionalConstraint};
pub use geo_match::{AsnMatch, GeoMatch};
pub(crate) use geo_match::{address as origin_address, labels as origin_labels};
pub use group_reference::{GroupKind, GroupReference, RuleOverride};
pub use ip_set_reference::{ForwardedIp, ForwardedPosition, IpSetReference};
pub use label_match::{LabelMatch, LabelScope};
pub use rate_based::{AggregateKey, CustomKey, RateBased};
pub use regex_match::RegexMatch;
pub use size_constraint::{Comparison, SizeConstraint};
pub use sqli_match::{Sensitivity, SqliMatch};
pub use xss_match::XssMatch;

use crate::compiler::Compiler;
use crate::error::{CompileError, EvaluateError, ExceptionField};
use crate::field::{Field, PreParse};
use crate::limits::{STATEMENT_DEPTH_MAX, STATEMENTS_MAX};
use crate::networks::ManagedList;
use crate::read;
use crate::regex_pattern_set::Pattern;
use crate::transform::{self, Transformation};

/// A condition.
#[derive(Debug, Clone)]
pub enum Statement {
    /// Looks at the bytes of a field.
    Field(FieldMatch),
    /// Looks at the request's address.
    IpSet(IpSetReference),
    /// Looks the request's address up in a list that the owner gives.
    List(ManagedList),
    /// Looks at the request's country.
    Geo(GeoMatch),
    /// Looks at the request's autonomous system.
    Asn(AsnMatch),
    /// Looks at labels that earlier rules gave.
    Label(LabelMatch),
    /// All of these.
    And(Vec<Self>),
    /// Any of these.
    Or(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
    /// Counts requests. Only as a rule's own statement.
    RateBased(Box<RateBased>),
    /// The rules of a group. Only as a rule's own statement.
    Group(Box<GroupReference>),
}

/// A predicate on the transformed values of a field: matches when one value does.
#[derive(Debug, Clone)]
pub struct FieldMatch {
    /// The part of the request.
    pub field: Field,
    /// Applied to the raw query string before it is split.
    pub pre_parse: Vec<PreParse>,
    /// Applied to each value, in this order.
    pub transformations: Vec<Transformation>,
    /// What the value must be.
    pub predicate: Predicate,
}

/// What a value must be.
#[derive(Debug, Clone)]
pub enum Predicate {
    /// Contains a string at some place.
    Byte(Arc<ByteMatch>),
    /// Matches one of these expressions.
    Regex(RegexMatch),
    /// Is so long.
    Size(SizeConstraint),
    /// Looks like SQL.
    Sqli(SqliMatch),
    /// Looks like script.
    Xss(XssMatch),
}

/// Where a predicate matched, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The matched bytes within the transformed value.
    pub range: Range<usize>,
    /// The search string, expression or fingerprint.
    pub pattern: String,
}

impl Predicate {
    /// Reads the statement of this name, if it is one on a field; with AWS's word for it.
    fn compile(
        name: &str,
        content: &Value,
        compiler: &Compiler<'_>,
    ) -> Result<Option<(ExceptionField, Self)>, CompileError> {
        Ok(Some(match name {
            "ByteMatchStatement" => (
                ExceptionField::ByteMatchStatement,
                Self::Byte(Arc::new(ByteMatch::compile(content)?)),
            ),
            "RegexMatchStatement" => (
                ExceptionField::RegexPatternReferenceStatement,
                Self::Regex(RegexMatch::compile(content, compiler)?),
            ),
            "RegexPatternSetReferenceStatement" => (
                ExceptionField::RegexPatternReferenceStatement,
                Self::Regex(RegexMatch::compile_reference(content, compiler)?),
            ),
            "SizeConstraintStatement" => (
                ExceptionField::SizeConstraintStatement,
                Self::Size(SizeConstraint::compile(content)?),
            ),
            "SqliMatchStatement" => (
                ExceptionField::SqliMatchStatement,
                Self::Sqli(SqliMatch::compile(content)?),
            ),
            "XssMatchStatement" => (ExceptionField::XssMatchStatement, Self::Xss(XssMatch)),
            _ => return Ok(None),
        }))
    }

    /// Where and with what it matches the value.
    ///
    /// # Errors
    /// When a detector breaks down.
    pub fn find(&self, value: &[u8]) -> Result<Option<Found>, EvaluateError> {
        match self {
            Self::Byte(byte_match) => Ok(byte_match.find(value)),
            Self::Regex(regex_match) => Ok(regex_match.find(value)),
            Self::Size(size) => Ok(size.find(value)),
            Self::Sqli(sqli) => sqli.find(value),
            Self::Xss(xss) => xss.find(value),
        }
    }

    /// What it looks for, in a few words.
    #[must_use]
    pub fn wanted(&self) -> String {
        match self {
            Self::Byte(byte_match) => String::from_utf8_lossy(byte_match.search()).into_owned(),
            Self::Regex(regex_match) => {
                let patterns = regex_match.patterns().iter().map(Pattern::as_str);
                patterns.collect::<Vec<_>>().join(" ")
            }
            Self::Size(size) => size.to_string(),
            Self::Sqli(_) => "SQL injection".to_owned(),
            Self::Xss(_) => "cross-site scripting".to_owned(),
        }
    }

    /// AWS's word in a log, or the closest to one.
    #[must_use]
    pub const fn condition(&self) -> &'static str {
        match self {
            Self::Byte(_) => "BYTE",
            Self::Regex(_) => "REGEX",
            Self::Size(_) => "SIZE",
            Self::Sqli(_) => "SQL_INJECTION",
            Self::Xss(_) => "XSS",
        }
    }

    /// How sensitive a detection is, in AWS's word, where there are several.
    pub(crate) const fn sensitivity_level(&self) -> Option<&'static str> {
        match self {
            Self::Sqli(sqli) => Some(sqli.sensitivity.as_str()),
            _ => None,
        }
    }

    /// Capacity units without field and transformations.
    fn capacity(&self) -> u64 {
        match self {
            Self::Byte(byte_match) => byte_match.position.capacity(),
            Self::Regex(regex_match) => regex_match.capacity(),
            Self::Size(_) => size_constraint::CAPACITY,
            Self::Sqli(sqli) => sqli.sensitivity.capacity(),
            Self::Xss(_) => xss_match::CAPACITY,
        }
    }
}

impl FieldMatch {
    fn compile(
        value: &Value,
        field: ExceptionField,
        predicate: Predicate,
        compiler: &Compiler<'_>,
    ) -> Result<Self, CompileError> {
        let target = read::required(value, "FieldToMatch", field)?;
        let target = Field::compile(target, compiler.managed)?;
        let pre_parse = PreParse::compile(value)?;
        if !pre_parse.is_empty()
            && !matches!(
                target,
                Field::SingleQueryArgument(_) | Field::AllQueryArguments
            )
        {
            let reason = "Only query arguments can be transformed before they are parsed.";
            let field = ExceptionField::PreParseTextTransformation;
            return Err(CompileError::invalid(
                field,
                "PreParseTextTransformations",
                reason,
            ));
        }
        Ok(Self {
            field: target,
            pre_parse,
            transformations: transform::compile(value, compiler.managed)?,
            predicate,
        })
    }

    /// Capacity units without transformations, which the whole policy pays once each.
    fn capacity(&self) -> u64 {
        let base = self.predicate.capacity();
        match self.field {
            Field::AllQueryArguments => base + 10,
            Field::JsonBody(_) => base * 2,
            _ => base,
        }
    }
}

impl Statement {
    /// Reads a `Statement`.
    pub(crate) fn compile(
        value: &Value,
        compiler: &mut Compiler<'_>,
        depth: usize,
    ) -> Result<Self, CompileError> {
        let kind = ExceptionField::Statement;
        compiler.statements += 1;
        if depth > STATEMENT_DEPTH_MAX {
            let reason = format!("Statements nest at most {STATEMENT_DEPTH_MAX} deep.");
            return Err(CompileError::limit(kind, "Statement", reason));
        }
        if compiler.statements > STATEMENTS_MAX {
            let reason = format!("At most {STATEMENTS_MAX} statements are allowed.");
            return Err(CompileError::limit(kind, "Statement", reason));
        }
        let (name, content) = read::only_member(value, kind, "Statement")?;
        if let Some((field, predicate)) = Predicate::compile(name, content, compiler)? {
            return FieldMatch::compile(content, field, predicate, compiler).map(Self::Field);
        }
        match name {
            "IPSetReferenceStatement" if compiler.managed => {
                let field = ExceptionField::IpSetReferenceStatement;
                let list = read::text(content, "ARN", field)?;
                let found = ManagedList::parse(list).map(Self::List);
                found.ok_or_else(|| CompileError::missing(field, list))
            }
            "IPSetReferenceStatement" => {
                IpSetReference::compile(content, compiler).map(Self::IpSet)
            }
            "GeoMatchStatement" => GeoMatch::compile(content).map(Self::Geo),
            "AsnMatchStatement" => AsnMatch::compile(content).map(Self::Asn),
            "LabelMatchStatement" => LabelMatch::compile(content, compiler).map(Self::Label),
            "AndStatement" => {
                join(content, ExceptionField::AndStatement, compiler, depth).map(Self::And)
            }
            "OrStatement" => {
                join(content, ExceptionField::OrStatement, compiler, depth).map(Self::Or)
            }
            "NotStatement" => {
                let inner = read::required(content, "Statement", ExceptionField::NotStatement)?;
                Self::compile(inner, compiler, depth + 1)
                    .map(Box::new)
                    .map(Self::Not)
            }
            "RateBasedStatement" if depth == 0 => RateBased::compile(content, compiler)
                .map(Box::new)
                .map(Self::RateBased),
            "RuleGroupReferenceStatement" if depth == 0 => {
                GroupReference::compile(content, compiler)
                    .map(Box::new)
                    .map(Self::Group)
            }
            "ManagedRuleGroupStatement" if depth == 0 => {
                GroupReference::compile_managed(content, compiler)
                    .map(Box::new)
                    .map(Self::Group)
            }
            "RateBasedStatement" | "RuleGroupReferenceStatement" | "ManagedRuleGroupStatement" => {
                let reason = "This statement can't be nested in another statement.";
                Err(CompileError::invalid(kind, name, reason))
            }
            _ => Err(read::malformed(kind, name)),
        }
    }

    /// Capacity units without transformations.
    pub(crate) fn capacity(&self) -> u64 {
        match self {
            Self::Field(field_match) => field_match.capacity(),
            Self::IpSet(reference) => reference.capacity(),
            Self::List(_) => 1,
            Self::Geo(_) | Self::Asn(_) => geo_match::CAPACITY,
            Self::Label(_) => label_match::CAPACITY,
            Self::And(inner) | Self::Or(inner) => inner.iter().map(Self::capacity).sum(),
            Self::Not(inner) => inner.capacity(),
            Self::RateBased(rate) => rate.capacity(),
            Self::Group(group) => group.capacity(),
        }
    }

    /// Calls `visit` with every predicate on a field, those of a group's own rules excepted: the
    /// group's capacity covers them.
    pub(crate) fn each_field_match<'s>(&'s self, visit: &mut dyn FnMut(&'s FieldMatch)) {
        match self {
            Self::Field(field_match) => visit(field_match),
            Self::IpSet(_) | Self::List(_) | Self::Geo(_) | Self::Asn(_) | Self::Label(_) => {}
            Self::And(inner) | Self::Or(inner) => {
                for statement in inner {
                    statement.each_field_match(visit);
                }
            }
            Self::Not(inner) => inner.each_field_match(visit),
            Self::RateBased(rate) => {
                if let Some(inner) = &rate.scope_down {
                    inner.each_field_match(visit);
                }
            }
            Self::Group(group) => {
                if let Some(inner) = &group.scope_down {
                    inner.each_field_match(visit);
                }
            }
        }
    }
}

/// The statements that And and Or join: at least two.
fn join(
    value: &Value,
    field: ExceptionField,
    compiler: &mut Compiler<'_>,
    depth: usize,
) -> Result<Vec<Statement>, CompileError> {
    let inner = read::list(value, "Statements", field)?;
    if inner.len() < 2 {
        let reason = "At least two statements are required.";
        return Err(CompileError::invalid(field, "Statements", reason));
    }
    inner
        .iter()
        .map(|statement| Statement::compile(statement, compiler, depth + 1))
        .collect()
}
