//! The executable form of a web ACL: rules linked to shared targets. A target is a field with a
//! chain of transformations; every predicate on it shares its values and its prefilter.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::action::RuleAction;
use crate::field::{BodyValues, Field, PreParse, WhichValues};
use crate::memo::Memo;
use crate::networks::{ManagedList, Source};
use crate::prefilter::{Prefilter, Required};
use crate::rate;
use crate::rule::{Effect, Rule};
use crate::statement::{
    AggregateKey, AsnMatch, CustomKey, FieldMatch, GeoMatch, GroupKind, IpSetReference, LabelMatch,
    PositionalConstraint, Predicate, RateBased, RegexMatch, Statement,
};
use crate::transform::Transformation;
use crate::verdict::ActionKind;

/// A field with a chain of transformations.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) field: Field,
    pub(crate) pre_parse: Vec<PreParse>,
    /// The target that holds the values before the last transformation, and that transformation;
    /// `None` for the field itself.
    pub(crate) step: Option<(usize, Transformation)>,
    pub(crate) prefilter: Option<Arc<Prefilter>>,
    /// What the predicates require, by slot, until the prefilter is built of it.
    required: Vec<Required>,
}

/// A linked statement.
#[derive(Debug)]
pub(crate) enum Node {
    Field(FieldNode),
    IpSet(IpSetReference),
    List(ManagedList),
    Geo(GeoMatch),
    Asn(AsnMatch),
    Label(LabelMatch),
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
}

#[derive(Debug)]
pub(crate) struct FieldNode {
    pub(crate) target: usize,
    /// As the statement names them, NONE included.
    pub(crate) transformations: Vec<Transformation>,
    pub(crate) predicate: Predicate,
    /// Slots of the predicate in the target's prefilter: one, or one an expression of a set.
    pub(crate) slots: Slots,
}

#[derive(Debug)]
pub(crate) enum Slots {
    /// Cheaper to run than to filter.
    Unfiltered,
    One(usize),
    Each(Vec<usize>),
}

/// A linked rule.
#[derive(Debug)]
pub(crate) struct LinkedRule {
    pub(crate) name: String,
    pub(crate) metric_name: String,
    pub(crate) labels: Vec<String>,
    /// How long tokens hold for its own Captcha and Challenge.
    pub(crate) captcha_immunity_seconds: Option<u32>,
    pub(crate) challenge_immunity_seconds: Option<u32>,
    pub(crate) test: Test,
}

#[derive(Debug)]
pub(crate) enum Test {
    Regular(Node, RuleAction),
    Rate(Box<RateNode>, RuleAction),
    Group(Box<GroupNode>),
}

#[derive(Debug)]
pub(crate) struct RateNode {
    /// Under what name its counters are kept.
    pub(crate) id: Arc<str>,
    pub(crate) rate: RateBased,
    pub(crate) scope_down: Option<Node>,
}

#[derive(Debug)]
pub(crate) struct GroupNode {
    pub(crate) kind: GroupKind,
    pub(crate) id: Arc<str>,
    pub(crate) scope_down: Option<Node>,
    /// The rules, and how the web ACL overrides the action of each.
    pub(crate) rules: Vec<(LinkedRule, Option<Overridden>)>,
    /// Whether what the group decides only counts.
    pub(crate) count_only: bool,
}

/// The action that an overridden rule has of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Overridden {
    pub(crate) action: ActionKind,
    /// Whether by `ExcludedRules`.
    pub(crate) excluded: bool,
}

/// A linked web ACL.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) targets: Vec<Target>,
    /// What it asks of what is known about addresses.
    pub(crate) sources: BTreeSet<Source>,
    pub(crate) rules: Vec<LinkedRule>,
}

impl Program {
    /// Links rules. `web_acl_arn` names their rate counters.
    pub(crate) fn link(rules: &[Rule], web_acl_arn: &str, memo: Option<&Memo>) -> Self {
        let mut program = Self::default();
        let linked = rules
            .iter()
            .map(|rule| program.rule(rule, None, web_acl_arn, ""));
        program.rules = linked.collect();
        for target in &mut program.targets {
            let required = std::mem::take(&mut target.required);
            target.prefilter = match memo {
                Some(memo) => memo.prefilter(required),
                None => Prefilter::build(&required).map(Arc::new),
            };
        }
        program
    }

    fn rule(
        &mut self,
        rule: &Rule,
        over: Option<&RuleAction>,
        arn: &str,
        path: &str,
    ) -> LinkedRule {
        let own = match &rule.effect {
            Effect::Action(action) => action.clone(),
            Effect::Group | Effect::GroupCount => RuleAction::Count(Vec::new()),
        };
        let action = over.cloned().unwrap_or(own);
        let test = match &rule.statement {
            Statement::RateBased(rate) => {
                if let AggregateKey::Custom(keys) = &rate.key
                    && keys.iter().any(|key| matches!(key, CustomKey::Asn(_)))
                {
                    self.sources.insert(Source::Asns);
                }
                let id = rate::rule_id(arn, &format!("{path}{}", rule.name));
                let node = RateNode {
                    id,
                    rate: RateBased::clone(rate),
                    scope_down: rate.scope_down.as_ref().map(|inner| self.node(inner)),
                };
                Test::Rate(Box::new(node), action)
            }
            Statement::Group(reference) => {
                let path = format!("{}/", rule.name);
                let rules = reference.group.rules().iter().map(|inner| {
                    let over = reference.override_of(&inner.name);
                    let own = match &inner.effect {
                        Effect::Action(action) => action.kind(),
                        Effect::Group | Effect::GroupCount => ActionKind::Count,
                    };
                    let overridden = over.map(|over| Overridden {
                        action: own,
                        excluded: over.excluded,
                    });
                    let over = over.map(|over| &over.action);
                    (self.rule(inner, over, arn, &path), overridden)
                });
                let rules = rules.collect();
                Test::Group(Box::new(GroupNode {
                    kind: reference.kind,
                    id: Arc::clone(&reference.id),
                    scope_down: reference.scope_down.as_ref().map(|inner| self.node(inner)),
                    rules,
                    count_only: matches!(rule.effect, Effect::GroupCount),
                }))
            }
            statement => Test::Regular(self.node(statement), action),
        };
        LinkedRule {
            name: rule.name.clone(),
            metric_name: rule.metric_name.clone(),
            labels: rule.labels.clone(),
            captcha_immunity_seconds: rule.captcha_immunity_seconds,
            challenge_immunity_seconds: rule.challenge_immunity_seconds,
            test,
        }
    }

    fn node(&mut self, statement: &Statement) -> Node {
        match statement {
            Statement::Field(field_match) => self.field_match(field_match),
            Statement::IpSet(reference) => Node::IpSet(reference.clone()),
            Statement::List(list) => {
                self.sources.insert(Source::List(*list));
                Node::List(*list)
            }
            Statement::Geo(geo) => {
                self.sources.insert(Source::Countries);
                Node::Geo(geo.clone())
            }
            Statement::Asn(asn) => {
                self.sources.insert(Source::Asns);
                Node::Asn(asn.clone())
            }
            Statement::Label(label) => Node::Label(label.clone()),
            Statement::And(inner) => Node::And(inner.iter().map(|one| self.node(one)).collect()),
            Statement::Or(inner) => Node::Or(inner.iter().map(|one| self.node(one)).collect()),
            Statement::Not(inner) => Node::Not(Box::new(self.node(inner))),
            // Only as a rule's own statement, which compilation has made sure of.
            Statement::RateBased(_) | Statement::Group(_) => Node::Or(Vec::new()),
        }
    }

    /// Injections are looked for in each value that an application reads from a body, and in the
    /// names of query arguments, too.
    fn field_match(&mut self, field_match: &FieldMatch) -> Node {
        let whole = Node::Field(self.field_node(field_match));
        let injection = matches!(
            field_match.predicate,
            Predicate::Sqli(_) | Predicate::Xss(_)
        );
        let beside = match field_match.field {
            Field::Body(oversize) if injection => Field::BodyValues(BodyValues {
                oversize,
                which: WhichValues::Fields,
            }),
            Field::AllQueryArguments if injection => Field::QueryArgumentNames,
            _ => return whole,
        };
        let beside = FieldMatch {
            field: beside,
            ..field_match.clone()
        };
        // The values first: as evidence they say more.
        Node::Or(vec![Node::Field(self.field_node(&beside)), whole])
    }

    fn field_node(&mut self, field_match: &FieldMatch) -> FieldNode {
        let mut target = self.target(&field_match.field, &field_match.pre_parse, None);
        for transformation in &field_match.transformations {
            if *transformation != Transformation::None {
                let step = Some((target, *transformation));
                target = self.target(&field_match.field, &field_match.pre_parse, step);
            }
        }
        let slots = match &field_match.predicate {
            Predicate::Byte(byte_match) => match byte_match.position {
                PositionalConstraint::Contains | PositionalConstraint::ContainsWord => {
                    let literal = byte_match.search().to_ascii_lowercase();
                    self.slot(target, Required::literal(literal))
                }
                _ => Slots::Unfiltered,
            },
            Predicate::Regex(RegexMatch::Pattern(pattern)) => self.slot(target, pattern.required()),
            Predicate::Regex(RegexMatch::Set(set) | RegexMatch::Beginning(set, _)) => {
                let slots = set.patterns().iter().filter_map(|pattern| {
                    match self.slot(target, pattern.required()) {
                        Slots::One(slot) => Some(slot),
                        _ => None,
                    }
                });
                Slots::Each(slots.collect())
            }
            Predicate::Size(_) | Predicate::Sqli(_) | Predicate::Xss(_) => Slots::Unfiltered,
        };
        FieldNode {
            target,
            transformations: field_match.transformations.clone(),
            predicate: field_match.predicate.clone(),
            slots,
        }
    }

    fn slot(&mut self, target: usize, required: Required) -> Slots {
        match self.targets.get_mut(target) {
            Some(target) => {
                target.required.push(required);
                Slots::One(target.required.len() - 1)
            }
            None => Slots::Unfiltered,
        }
    }

    fn target(
        &mut self,
        field: &Field,
        pre_parse: &[PreParse],
        step: Option<(usize, Transformation)>,
    ) -> usize {
        let same = |other: &Target| {
            other.step == step && other.field == *field && other.pre_parse == pre_parse
        };
        if let Some(index) = self.targets.iter().position(same) {
            return index;
        }
        self.targets.push(Target {
            field: field.clone(),
            pre_parse: pre_parse.to_vec(),
            step,
            prefilter: None,
            required: Vec::new(),
        });
        self.targets.len() - 1
    }
}
