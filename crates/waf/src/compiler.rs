//! What compilation of one web ACL or rule group knows: what references resolve to, whose labels
//! are meant, which response bodies there are.

use std::sync::Arc;

use wire::Value;

use crate::ip_set::IpSet;
use crate::memo::Memo;
use crate::regex_pattern_set::RegexPatternSet;
use crate::rule_group::RuleGroup;

/// What references resolve to.
pub trait Library {
    /// The IP set of this ARN.
    fn ip_set(&self, arn: &str) -> Option<Arc<IpSet>>;
    /// The regex pattern set of this ARN.
    fn regex_pattern_set(&self, arn: &str) -> Option<Arc<RegexPatternSet>>;
    /// The rule group of this ARN, compiled.
    fn rule_group(&self, arn: &str) -> Option<Arc<RuleGroup>>;
    /// Whether the rules are for CloudFront distributions, which can ask for payment.
    fn serves_cloudfront(&self) -> bool {
        false
    }
    /// Parts that were compiled before, if the owner keeps them.
    fn memo(&self) -> Option<&Memo> {
        None
    }
}

/// A library without anything in it.
#[derive(Debug, Clone, Copy, Default)]
pub struct EmptyLibrary;

impl Library for EmptyLibrary {
    fn ip_set(&self, _: &str) -> Option<Arc<IpSet>> {
        None
    }

    fn regex_pattern_set(&self, _: &str) -> Option<Arc<RegexPatternSet>> {
        None
    }

    fn rule_group(&self, _: &str) -> Option<Arc<RuleGroup>> {
        None
    }
}

pub(crate) struct Compiler<'a> {
    pub(crate) library: &'a dyn Library,
    /// Prefix of the labels that the rules give, and of relative labels that they match.
    pub(crate) label_namespace: &'a str,
    pub(crate) custom_response_bodies: Option<&'a Value>,
    /// Whether only the capacity is asked for: CheckCapacity is given no response bodies, so a body
    /// that a rule names cannot be missed.
    pub(crate) capacity_only: bool,
    /// Whether the rules belong to a rule group, which cannot refer to another one.
    pub(crate) in_rule_group: bool,
    /// Whether the rules are a managed group's, which may name fields of our own.
    pub(crate) managed: bool,
    /// Statements so far.
    pub(crate) statements: usize,
}
