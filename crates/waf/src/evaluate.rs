//! Evaluation: rules in order, each first asked whether it matches, and only when it does, why.

use types::Time;

use crate::action::{HeaderList, RuleAction};
use crate::error::EvaluateError;
use crate::label::Labels;
use crate::program::{FieldNode, GroupNode, LinkedRule, Node, Program, RateNode, Slots, Test};
use crate::rate::RateCounters;
use crate::request::Request;
use crate::session::{Detector, Session, TargetValues};
use crate::statement::{GroupKind, Predicate, RegexMatch};
use crate::verdict::{ActionKind, Evidence, RuleGroupRef, RuleMatch, Verdict, VerdictAction};

const INCONSISTENT: EvaluateError = EvaluateError::Inconsistent("a statement has no target");

/// Evaluates a linked web ACL.
pub(crate) fn evaluate(
    program: &Program,
    default_action: &RuleAction,
    request: &Request<'_>,
    rates: &RateCounters,
    now: Time,
) -> Result<Verdict, EvaluateError> {
    let mut evaluation = Evaluation {
        session: Session::new(*request, &program.targets),
        labels: Labels::default(),
        inserted_headers: Vec::new(),
        non_terminating: Vec::new(),
        rates,
        now,
    };
    let mut decided = None;
    for rule in &program.rules {
        decided = evaluation.rule(rule)?;
        if decided.is_some() {
            break;
        }
    }
    let (terminating, action) = match decided {
        Some((rule_match, action)) => (Some(rule_match), action),
        None => (None, default_action),
    };
    let action = match action {
        RuleAction::Allow(headers) => {
            evaluation.inserted_headers.extend_from_slice(headers);
            VerdictAction::Allow
        }
        RuleAction::Block(response) => VerdictAction::Block(response.clone()),
        // Their headers go in when the client shows a valid token.
        RuleAction::Captcha(_) => VerdictAction::Captcha,
        RuleAction::Challenge(_) => VerdictAction::Challenge,
        RuleAction::Count(_) => return Err(EvaluateError::Inconsistent("Count decided")),
    };
    let mut limits = evaluation.session.parts.limits_hit();
    limits.labels = evaluation.labels.dropped;
    Ok(Verdict {
        action,
        inserted_headers: evaluation.inserted_headers,
        labels: evaluation.labels.to_vec(),
        terminating,
        non_terminating: evaluation.non_terminating,
        limits,
    })
}

struct Evaluation<'p, 'r, 'c> {
    session: Session<'p, 'r>,
    labels: Labels<'p>,
    inserted_headers: HeaderList,
    non_terminating: Vec<RuleMatch>,
    rates: &'c RateCounters,
    now: Time,
}

/// A terminating match and its action.
type Decision<'p> = Option<(RuleMatch, &'p RuleAction)>;

impl<'p> Evaluation<'p, '_, '_> {
    /// Evaluates a rule of the web ACL.
    fn rule(&mut self, rule: &'p LinkedRule) -> Result<Decision<'p>, EvaluateError> {
        match &rule.test {
            Test::Group(group) => self.group(rule, group),
            _ => {
                let Some((rule_match, action)) = self.plain(rule, None)? else {
                    return Ok(None);
                };
                Ok(self.settle(rule_match, action))
            }
        }
    }

    /// A match ends evaluation, or is noted.
    fn settle(&mut self, rule_match: RuleMatch, action: &'p RuleAction) -> Decision<'p> {
        if action.kind().is_terminating() {
            return Some((rule_match, action));
        }
        if let RuleAction::Count(headers) = action {
            self.inserted_headers.extend_from_slice(headers);
        }
        self.non_terminating.push(rule_match);
        None
    }

    fn group(
        &mut self,
        rule: &'p LinkedRule,
        group: &'p GroupNode,
    ) -> Result<Decision<'p>, EvaluateError> {
        if let Some(scope_down) = &group.scope_down
            && !self.matches(scope_down)?
        {
            return Ok(None);
        }
        for (inner, overridden) in &group.rules {
            let place = GroupPlace {
                referring: rule,
                group,
                overridden: *overridden,
            };
            let Some((mut rule_match, action)) = self.plain(inner, Some(place))? else {
                continue;
            };
            if !group.count_only {
                match self.settle(rule_match, action) {
                    None => continue,
                    decision => return Ok(decision),
                }
            }
            // The group would have decided here: its decision is counted instead.
            let ends = action.kind().is_terminating();
            if ends {
                rule_match.action = ActionKind::Count;
                if let Some(place) = &mut rule_match.rule_group {
                    place.overridden = true;
                }
                self.non_terminating.push(rule_match);
                return Ok(None);
            }
            self.settle(rule_match, action);
        }
        Ok(None)
    }

    /// Evaluates a rule that is no reference to a group; if it matches, gives its labels.
    fn plain(
        &mut self,
        rule: &'p LinkedRule,
        place: Option<GroupPlace<'p>>,
    ) -> Result<Decision<'p>, EvaluateError> {
        let mut evidence = Vec::new();
        let (kind, action) = match &rule.test {
            Test::Regular(node, action) => {
                if !self.matches(node)? {
                    return Ok(None);
                }
                self.explain(node, &mut evidence)?;
                ("REGULAR", action)
            }
            Test::Rate(rate, action) => {
                let Some(found) = self.rate(rate)? else {
                    return Ok(None);
                };
                evidence.push(found);
                ("RATE_BASED", action)
            }
            Test::Group(_) => return Err(EvaluateError::Inconsistent("a group within a group")),
        };
        for label in &rule.labels {
            self.labels.add(label);
        }
        let metric_name = place
            .as_ref()
            .map_or(&rule.metric_name, |place| &place.referring.metric_name);
        let rule_match = RuleMatch {
            rule: rule.name.clone(),
            metric_name: metric_name.clone(),
            action: action.kind(),
            kind: place.as_ref().map_or(kind, GroupPlace::kind),
            rule_group: place.map(|place| RuleGroupRef {
                referring_rule: place.referring.name.clone(),
                id: place.group.id.to_string(),
                overridden: place.overridden,
            }),
            evidence,
        };
        Ok(Some((rule_match, action)))
    }

    /// Counts the request if it is in scope; evidence if its key is over the limit.
    fn rate(&mut self, node: &RateNode) -> Result<Option<Evidence>, EvaluateError> {
        if let Some(scope_down) = &node.scope_down
            && !self.matches(scope_down)?
        {
            return Ok(None);
        }
        let evidence = |pattern: String| Evidence {
            condition: "RATE",
            location: "RATE".to_owned(),
            transformations: Vec::new(),
            matched: Vec::new(),
            offset: 0,
            value: Vec::new(),
            pattern,
        };
        let key = match node.rate.key_of(&self.session.parts, &self.labels) {
            Ok(key) => key,
            Err(fallback) => {
                let unreadable = || evidence("the aggregation key could not be read".to_owned());
                return Ok(fallback.is_match().then(unreadable));
            }
        };
        let seconds = node.rate.window_seconds;
        let count = self.rates.count(&node.id, key, seconds, self.now);
        let limit = node.rate.limit;
        Ok((count > limit)
            .then(|| evidence(format!("{count} requests in {seconds} s, limit {limit}"))))
    }

    fn matches(&self, node: &Node) -> Result<bool, EvaluateError> {
        match node {
            Node::Field(field) => self.field_matches(field),
            Node::IpSet(reference) => Ok(reference.find(self.session.parts.request()).is_some()),
            Node::Label(label) => Ok(self.labels.iter().any(|given| label.is_match(given))),
            Node::And(inner) => {
                for one in inner {
                    if !self.matches(one)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Node::Or(inner) => {
                for one in inner {
                    if self.matches(one)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Node::Not(inner) => Ok(!self.matches(inner)?),
        }
    }

    fn field_matches(&self, node: &FieldNode) -> Result<bool, EvaluateError> {
        match self.session.values(node.target).ok_or(INCONSISTENT)? {
            TargetValues::Decided(decision, _) => Ok(*decision),
            TargetValues::Values(values, candidates) => {
                for (index, value) in values.iter().enumerate() {
                    let admits = |slot| candidates.admits(index, Some(slot));
                    let bytes = value.bytes.as_bytes();
                    let matches = match &node.predicate {
                        Predicate::Sqli(sqli) => {
                            let detector = Detector::Sqli(sqli.sensitivity);
                            self.session.detects(detector, bytes)?
                        }
                        Predicate::Xss(_) => self.session.detects(Detector::Xss, bytes)?,
                        _ => predicate_matches(node, bytes, admits),
                    };
                    if matches {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }

    /// Collects what made a statement match; it does match.
    fn explain(&self, node: &Node, evidence: &mut Vec<Evidence>) -> Result<(), EvaluateError> {
        if evidence.len() >= Evidence::PIECES_MAX {
            return Ok(());
        }
        match node {
            Node::Field(field) => evidence.extend(self.explain_field(field)?),
            Node::IpSet(reference) => {
                if let Some((location, address, block)) =
                    reference.find(self.session.parts.request())
                {
                    evidence.push(Evidence {
                        condition: "IP",
                        location,
                        transformations: Vec::new(),
                        matched: address.clone().into_bytes(),
                        offset: 0,
                        value: address.into_bytes(),
                        pattern: block,
                    });
                }
            }
            Node::Label(label) => {
                if let Some(given) = self.labels.iter().find(|given| label.is_match(given)) {
                    evidence.push(Evidence {
                        condition: "LABEL",
                        location: "LABEL".to_owned(),
                        transformations: Vec::new(),
                        matched: given.as_bytes().to_vec(),
                        offset: 0,
                        value: given.as_bytes().to_vec(),
                        pattern: label.key.clone(),
                    });
                }
            }
            Node::And(inner) => {
                for one in inner {
                    self.explain(one, evidence)?;
                }
            }
            Node::Or(inner) => {
                for one in inner {
                    if self.matches(one)? {
                        return self.explain(one, evidence);
                    }
                }
            }
            // What is absent leaves no bytes behind.
            Node::Not(_) => {}
        }
        Ok(())
    }

    fn explain_field(&self, node: &FieldNode) -> Result<Option<Evidence>, EvaluateError> {
        let field = self.session.field(node.target).ok_or(INCONSISTENT)?;
        let transformations = node
            .transformations
            .iter()
            .map(|one| one.as_str().to_owned())
            .collect();
        let condition = node.predicate.condition();
        let request = self.session.parts.request();
        let values = match self.session.values(node.target).ok_or(INCONSISTENT)? {
            TargetValues::Decided(false, _) => return Ok(None),
            TargetValues::Decided(true, reason) => {
                return Ok(Some(Evidence {
                    condition,
                    location: field.location(&crate::field::Origin::Field, request),
                    transformations,
                    matched: Vec::new(),
                    offset: 0,
                    value: Vec::new(),
                    pattern: (*reason).to_owned(),
                }));
            }
            TargetValues::Values(values, _) => values,
        };
        for value in values {
            let bytes = value.bytes.as_bytes();
            let Some(found) = node.predicate.find(bytes)? else {
                continue;
            };
            let start = found.range.start;
            let end = found.range.end.min(start + Evidence::MATCHED_BYTES_MAX);
            return Ok(Some(Evidence {
                condition,
                location: field.location(&value.origin, request),
                transformations,
                matched: bytes.get(start..end).unwrap_or_default().to_vec(),
                offset: start,
                value: around(bytes, start, end).to_vec(),
                pattern: found.pattern,
            }));
        }
        Ok(None)
    }
}

/// At most [`Evidence::VALUE_BYTES_MAX`] bytes of a value, a match among them.
fn around(value: &[u8], start: usize, end: usize) -> &[u8] {
    let spare = Evidence::VALUE_BYTES_MAX.saturating_sub(end - start);
    let from = start
        .saturating_sub(spare / 2)
        .min(value.len().saturating_sub(Evidence::VALUE_BYTES_MAX));
    let to = value.len().min(from + Evidence::VALUE_BYTES_MAX);
    value.get(from..to).unwrap_or(value)
}

fn predicate_matches(node: &FieldNode, value: &[u8], admits: impl Fn(usize) -> bool) -> bool {
    match (&node.predicate, &node.slots) {
        (_, Slots::One(slot)) if !admits(*slot) => false,
        (Predicate::Regex(RegexMatch::Set(set)), Slots::Each(slots)) => {
            let mut each = set.patterns().iter().zip(slots);
            each.any(|(pattern, slot)| admits(*slot) && pattern.is_match(value))
        }
        (Predicate::Regex(regex_match), _) => regex_match
            .patterns()
            .iter()
            .any(|pattern| pattern.is_match(value)),
        (Predicate::Byte(byte_match), _) => byte_match.is_match(value),
        (Predicate::Size(size), _) => size.is_match(value),
        // Asked of the session, which remembers.
        (Predicate::Sqli(_) | Predicate::Xss(_), _) => false,
    }
}

/// Where in a web ACL a group's rule is evaluated.
struct GroupPlace<'p> {
    referring: &'p LinkedRule,
    group: &'p GroupNode,
    overridden: bool,
}

impl GroupPlace<'_> {
    const fn kind(&self) -> &'static str {
        match self.group.kind {
            GroupKind::Own => "GROUP",
            GroupKind::Managed => "MANAGED_RULE_GROUP",
        }
    }
}
