//! `RuleGroupReferenceStatement` and `ManagedRuleGroupStatement`: the rules of a group, with the
//! actions that the web ACL overrides.

use std::sync::Arc;

use wire::Value;

use super::Statement;
use crate::action::RuleAction;
use crate::compiler::Compiler;
use crate::error::{CompileError, ExceptionField};
use crate::read;
use crate::rule_group::RuleGroup;

/// Whose group it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupKind {
    /// The account's own.
    Own,
    /// A managed one.
    Managed,
}

/// A reference to a rule group.
#[derive(Debug, Clone)]
pub struct GroupReference {
    /// Whose it is.
    pub kind: GroupKind,
    /// ARN, or `AWS#AWSManagedRulesCommonRuleSet`.
    pub id: Arc<str>,
    /// The group.
    pub group: Arc<RuleGroup>,
    /// Only requests that match this are shown to the group.
    pub scope_down: Option<Statement>,
    /// Actions that replace those of the group's rules, by rule name.
    pub overrides: Vec<RuleOverride>,
}

/// An action that replaces that of a group's rule.
#[derive(Debug, Clone)]
pub struct RuleOverride {
    /// The rule's name.
    pub rule: String,
    /// What it does instead.
    pub action: RuleAction,
    /// Whether it stands in `ExcludedRules`, the old form.
    pub excluded: bool,
}

impl GroupReference {
    pub(super) fn compile(
        value: &Value,
        compiler: &mut Compiler<'_>,
    ) -> Result<Self, CompileError> {
        let field = ExceptionField::RuleGroupReferenceStatement;
        refuse_in_group(field, compiler)?;
        let arn = read::text(value, "ARN", field)?;
        let group = compiler.library.rule_group(arn);
        let group = group.ok_or_else(|| CompileError::missing(field, arn))?;
        Ok(Self {
            kind: GroupKind::Own,
            id: arn.into(),
            overrides: overrides(value, &group, compiler)?,
            group,
            scope_down: None,
        })
    }

    pub(super) fn compile_managed(
        value: &Value,
        compiler: &mut Compiler<'_>,
    ) -> Result<Self, CompileError> {
        let field = ExceptionField::ManagedRuleSetStatement;
        refuse_in_group(field, compiler)?;
        let vendor = read::text(value, "VendorName", field)?;
        let name = read::text(value, "Name", field)?;
        let managed = crate::managed::find(vendor, name);
        let managed = managed.ok_or_else(|| CompileError::missing(field, name))?;
        if let Some(version) = read::optional(value, "Version") {
            let version = version.as_str().unwrap_or_default();
            if !managed
                .listing()?
                .versions
                .iter()
                .any(|known| known == version)
            {
                return Err(CompileError::missing(field, version));
            }
        }
        if !read::optional_list(value, "ManagedRuleGroupConfigs", field)?.is_empty() {
            let reason = "This managed rule group takes no configuration.";
            return Err(CompileError::invalid(
                field,
                "ManagedRuleGroupConfigs",
                reason,
            ));
        }
        let group = managed.compiled()?;
        let scope_down = match read::optional(value, "ScopeDownStatement") {
            None => None,
            Some(inner) => Some(Statement::compile(inner, compiler, 1)?),
        };
        Ok(Self {
            kind: GroupKind::Managed,
            id: format!("{vendor}#{name}").into(),
            overrides: overrides(value, &group, compiler)?,
            group,
            scope_down,
        })
    }

    pub(super) fn capacity(&self) -> u64 {
        self.group.capacity() + self.scope_down.as_ref().map_or(0, Statement::capacity)
    }

    /// What replaces a rule's own action.
    #[must_use]
    pub fn override_of(&self, rule: &str) -> Option<&RuleOverride> {
        self.overrides.iter().find(|over| over.rule == rule)
    }
}

fn refuse_in_group(field: ExceptionField, compiler: &Compiler<'_>) -> Result<(), CompileError> {
    if compiler.in_rule_group {
        let reason = "A rule group can't refer to another rule group.";
        return Err(CompileError::invalid(field, field.as_str(), reason));
    }
    Ok(())
}

/// `RuleActionOverrides`, and the old form, `ExcludedRules`, which means Count.
fn overrides(
    value: &Value,
    group: &RuleGroup,
    compiler: &Compiler<'_>,
) -> Result<Vec<RuleOverride>, CompileError> {
    let field = ExceptionField::ExcludedRule;
    let mut found: Vec<RuleOverride> = Vec::new();
    let mut add = |item: &Value, action: RuleAction, excluded: bool| {
        let name = read::text(item, "Name", field)?;
        if !group.rules().iter().any(|rule| rule.name == name) {
            let reason = "The rule group has no rule of this name.";
            return Err(CompileError::invalid(field, name, reason));
        }
        if found.iter().any(|other| other.rule == name) {
            let reason = "The action of a rule is overridden twice.";
            return Err(CompileError::invalid(field, name, reason));
        }
        found.push(RuleOverride {
            rule: name.to_owned(),
            action,
            excluded,
        });
        Ok(())
    };
    for item in read::optional_list(value, "RuleActionOverrides", field)? {
        let action = read::required(item, "ActionToUse", ExceptionField::RuleAction)?;
        add(item, RuleAction::compile(action, compiler)?, false)?;
    }
    for item in read::optional_list(value, "ExcludedRules", field)? {
        add(item, RuleAction::Count(Vec::new()), true)?;
    }
    Ok(found)
}
