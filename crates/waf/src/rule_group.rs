//! Rule groups: rules that several web ACLs share.

use wire::Value;

use crate::capacity;
use crate::compiler::{Compiler, Library};
use crate::error::{CompileError, ExceptionField};
use crate::limits::RULE_GROUP_CAPACITY_MAX;
use crate::rule::{self, Rule};

/// What a rule group is compiled from.
#[derive(Debug, Clone, Copy)]
pub struct RuleGroupSource<'a> {
    /// Its ARN, or `AWS#NAME` for a managed one.
    pub arn: &'a str,
    /// Its name.
    pub name: &'a str,
    /// `Rules` as the API takes them.
    pub rules: &'a Value,
    /// `CustomResponseBodies` as the API takes them.
    pub custom_response_bodies: Option<&'a Value>,
    /// Prefix of its labels: `awswaf:ACCOUNT:rulegroup:NAME:`.
    pub label_namespace: &'a str,
    /// The capacity it was created with; its rules must not need more. `None` takes what they need.
    pub capacity: Option<u64>,
}

/// A compiled rule group.
#[derive(Debug, Clone)]
pub struct RuleGroup {
    arn: String,
    name: String,
    label_namespace: String,
    rules: Vec<Rule>,
    capacity: u64,
}

impl RuleGroup {
    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Prefix of its labels.
    #[must_use]
    pub fn label_namespace(&self) -> &str {
        &self.label_namespace
    }

    /// Its rules, in the order of their priorities.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The capacity (WCU) that a reference to it costs: the one it was created with.
    #[must_use]
    pub const fn capacity(&self) -> u64 {
        self.capacity
    }
}

/// Compiles a rule group.
///
/// # Errors
/// With the first part that is wrong.
pub fn compile_rule_group(
    source: &RuleGroupSource<'_>,
    library: &dyn Library,
) -> Result<RuleGroup, CompileError> {
    compile(source, library, false)
}

/// Compiles a managed rule group: its capacity is the one that AWS charges for the group of its
/// name, whatever our own rules would cost.
pub(crate) fn compile_managed(
    source: &RuleGroupSource<'_>,
    library: &dyn Library,
) -> Result<RuleGroup, CompileError> {
    compile(source, library, true)
}

fn compile(
    source: &RuleGroupSource<'_>,
    library: &dyn Library,
    managed: bool,
) -> Result<RuleGroup, CompileError> {
    let mut compiler = Compiler {
        library,
        label_namespace: source.label_namespace,
        custom_response_bodies: source.custom_response_bodies,
        capacity_only: false,
        in_rule_group: true,
        managed,
        statements: 0,
    };
    let rules = rule::compile_all(source.rules, &mut compiler)?;
    let needed = capacity::of(&rules);
    let most = source
        .capacity
        .unwrap_or(RULE_GROUP_CAPACITY_MAX)
        .min(RULE_GROUP_CAPACITY_MAX);
    if needed > most && !managed {
        let reason = format!("The rules need {needed} WCUs; the rule group has {most}.");
        return Err(CompileError::limit(
            ExceptionField::RuleGroup,
            source.name,
            reason,
        ));
    }
    Ok(RuleGroup {
        arn: source.arn.to_owned(),
        name: source.name.to_owned(),
        label_namespace: source.label_namespace.to_owned(),
        rules,
        capacity: source.capacity.unwrap_or(needed),
    })
}

/// The capacity (WCU) that rules need, as CheckCapacity answers.
///
/// # Errors
/// With the first part of the rules that is wrong.
pub fn check_capacity(rules: &Value, library: &dyn Library) -> Result<u64, CompileError> {
    let mut compiler = Compiler {
        library,
        label_namespace: "awswaf:000000000000:webacl:check:",
        custom_response_bodies: None,
        capacity_only: true,
        in_rule_group: false,
        managed: false,
        statements: 0,
    };
    Ok(capacity::of(&rule::compile_all(rules, &mut compiler)?))
}
