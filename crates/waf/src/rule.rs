//! Rules in the intermediate form: a statement, what to do when it matches, and labels to give.

use std::collections::BTreeSet;

use wire::Value;

use crate::action::RuleAction;
use crate::compiler::Compiler;
use crate::error::{CompileError, ExceptionField};
use crate::label;
use crate::limits::RULE_LABELS_MAX;
use crate::read;
use crate::statement::Statement;
use crate::tokens;

/// A rule of a web ACL or rule group.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// Its metric name.
    pub metric_name: String,
    /// Rules are evaluated from the lowest on.
    pub priority: i64,
    /// The condition.
    pub statement: Statement,
    /// What to do.
    pub effect: Effect,
    /// Labels to give, fully qualified.
    pub labels: Vec<String>,
    /// How long a solved CAPTCHA holds for it, unless the web ACL's time does.
    pub captcha_immunity_seconds: Option<u32>,
    /// How long a passed challenge holds for it, unless the web ACL's time does.
    pub challenge_immunity_seconds: Option<u32>,
}

/// What a rule does when its statement matches.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Its own action.
    Action(RuleAction),
    /// That of the group's rule which matched.
    Group,
    /// That of the group's rule which matched, but it only counts.
    GroupCount,
}

impl Rule {
    fn compile(value: &Value, compiler: &mut Compiler<'_>) -> Result<Self, CompileError> {
        let field = ExceptionField::Rule;
        let name = read::text(value, "Name", field)?;
        let priority = read::integer(value, "Priority", field)?;
        let statement = read::required(value, "Statement", ExceptionField::Statement)?;
        let statement = Statement::compile(statement, compiler, 0)?;
        let action = read::optional(value, "Action");
        let over = read::optional(value, "OverrideAction");
        let effect = match (&statement, action, over) {
            (Statement::Group(_), None, Some(over)) => {
                let field = ExceptionField::OverrideAction;
                match read::only_member(over, field, "OverrideAction")?.0 {
                    "None" => Effect::Group,
                    "Count" => Effect::GroupCount,
                    other => return Err(read::malformed(field, other)),
                }
            }
            (Statement::Group(_), _, _) => {
                let reason = "A rule that refers to a rule group has an override action and no \
                              action.";
                return Err(CompileError::invalid(
                    ExceptionField::OverrideAction,
                    name,
                    reason,
                ));
            }
            (_, Some(action), None) => {
                let action = RuleAction::compile(action, compiler)?;
                if matches!(
                    (&statement, &action),
                    (Statement::RateBased(_), RuleAction::Monetize(_))
                ) {
                    let reason = "A rate-based rule can't have the action Monetize.";
                    let field = ExceptionField::RuleAction;
                    return Err(CompileError::invalid(field, "Monetize", reason));
                }
                Effect::Action(action)
            }
            _ => {
                let reason = "A rule that refers to no rule group has an action and no override \
                              action.";
                return Err(CompileError::invalid(
                    ExceptionField::RuleAction,
                    name,
                    reason,
                ));
            }
        };
        let labels = read::optional_list(value, "RuleLabels", field)?;
        if labels.len() > RULE_LABELS_MAX {
            let reason = format!("A rule has at most {RULE_LABELS_MAX} labels.");
            return Err(CompileError::limit(field, "RuleLabels", reason));
        }
        if !labels.is_empty() && matches!(statement, Statement::Group(_)) {
            let reason = "A rule that refers to a rule group has no labels of its own.";
            return Err(CompileError::invalid(field, "RuleLabels", reason));
        }
        let labels = labels
            .iter()
            .map(|item| label::qualify(compiler.label_namespace, read::text(item, "Name", field)?));
        let labels = labels.collect::<Result<_, _>>()?;
        let visibility = read::optional(value, "VisibilityConfig");
        let metric_name = match visibility {
            None => name,
            Some(config) => read::text(config, "MetricName", ExceptionField::MetricName)?,
        };
        let captcha = read::optional(value, "CaptchaConfig");
        let challenge = read::optional(value, "ChallengeConfig");
        Ok(Self {
            name: name.to_owned(),
            metric_name: metric_name.to_owned(),
            priority,
            statement,
            effect,
            labels,
            captcha_immunity_seconds: tokens::captcha_immunity_seconds(captcha)?,
            challenge_immunity_seconds: tokens::challenge_immunity_seconds(challenge)?,
        })
    }
}

/// Reads `Rules` and puts them in the order of their priorities.
pub(crate) fn compile_all(
    value: &Value,
    compiler: &mut Compiler<'_>,
) -> Result<Vec<Rule>, CompileError> {
    let field = ExceptionField::Rule;
    let items = match value {
        Value::Null => &[],
        value => value
            .as_list()
            .ok_or_else(|| read::malformed(field, "Rules"))?,
    };
    let mut rules: Vec<Rule> = Vec::with_capacity(items.len());
    let (mut names, mut priorities) = (BTreeSet::new(), BTreeSet::new());
    for item in items {
        let rule = Rule::compile(item, compiler)?;
        if !names.insert(rule.name.clone()) {
            let reason = "Two rules have the same name.";
            return Err(CompileError::invalid(field, &rule.name, reason));
        }
        if !priorities.insert(rule.priority) {
            let reason = "Two rules have the same priority.";
            return Err(CompileError::invalid(
                field,
                &rule.priority.to_string(),
                reason,
            ));
        }
        rules.push(rule);
    }
    rules.sort_by_key(|rule| rule.priority);
    Ok(rules)
}
