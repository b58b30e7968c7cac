//! Evaluation: rules in order, each first asked whether it matches, and only when it does, why.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use ipnet::IpNet;

use crate::action::{HeaderList, RuleAction};
use crate::error::EvaluateError;
use crate::field::Fallback;
use crate::label::Labels;
use crate::networks::ManagedList;
use crate::program::{
    FieldNode, GroupNode, LinkedRule, Node, Overridden, Program, RateNode, Slots, Test,
};
use crate::request::Request;
use crate::session::{Detector, Session, TargetValues};
use crate::statement::{GroupKind, Predicate, origin_address, origin_labels};
use crate::verdict::{
    ActionKind, Evidence, RateMatch, RuleGroupRef, RuleMatch, Verdict, VerdictAction,
};
use crate::web_acl::Surroundings;

pub(crate) const INCONSISTENT: EvaluateError =
    EvaluateError::Inconsistent("a statement has no target");

/// Evaluates a linked web ACL.
pub(crate) fn evaluate(
    program: &Program,
    default_action: &RuleAction,
    request: &Request<'_>,
    surroundings: &Surroundings<'_>,
) -> Result<Verdict, EvaluateError> {
    let mut evaluation = Evaluation {
        session: Session::new(*request, &program.targets),
        labels: Labels::default(),
        origin_labels: RefCell::default(),
        client_asn: Cell::new(None),
        inserted_headers: Vec::new(),
        non_terminating: Vec::new(),
        immunity_seconds: None,
        surroundings,
    };
    let mut decided = None;
    for rule in &program.rules {
        decided = evaluation.rule(rule)?;
        evaluation.give_origin_labels();
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
        // Nothing here takes payments, so no request comes with one.
        RuleAction::Block(response) | RuleAction::Monetize(response) => {
            VerdictAction::Block(response.clone())
        }
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
        token_immunity_seconds: evaluation.immunity_seconds,
        limits,
        oversize_fields: evaluation.session.oversize_fields(),
        client_asn: evaluation.client_asn.get(),
    })
}

pub(crate) struct Evaluation<'p, 'r, 'c> {
    pub(crate) session: Session<'p, 'r>,
    pub(crate) labels: Labels<'p>,
    /// Labels that statements about a request's origin give it, to be seen by later rules, whether
    /// they match or not.
    origin_labels: RefCell<Vec<String>>,
    /// The client's autonomous system, once it was asked for.
    client_asn: Cell<Option<u32>>,
    inserted_headers: HeaderList,
    non_terminating: Vec<RuleMatch>,
    /// What the rule that decides says about tokens.
    immunity_seconds: Option<u32>,
    pub(crate) surroundings: &'c Surroundings<'c>,
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
                if let Some(place) = &mut rule_match.rule_group {
                    place.counted_action = Some(rule_match.action);
                }
                rule_match.action = ActionKind::Count;
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
        let (mut evidence, mut over) = (Vec::new(), None);
        let (kind, action) = match &rule.test {
            Test::Regular(node, action) => {
                if !self.matches(node)? {
                    return Ok(None);
                }
                self.explain(node, &mut evidence)?;
                ("REGULAR", action)
            }
            Test::Rate(rate, action) => {
                let Some((found, exceeded)) = self.rate(rate)? else {
                    return Ok(None);
                };
                evidence.push(found);
                over = Some(exceeded);
                ("RATE_BASED", action)
            }
            Test::Group(_) => return Err(EvaluateError::Inconsistent("a group within a group")),
        };
        self.give_origin_labels();
        for label in &rule.labels {
            self.labels.add(Cow::Borrowed(label));
        }
        self.immunity_seconds = match action.kind() {
            ActionKind::Captcha => rule.captcha_immunity_seconds,
            ActionKind::Challenge => rule.challenge_immunity_seconds,
            _ => None,
        };
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
                rule_metric_name: rule.metric_name.clone(),
                overridden_action: place.overridden.map(|own| own.action),
                excluded: place.overridden.is_some_and(|own| own.excluded),
                counted_action: None,
            }),
            evidence,
            rate: over,
        };
        Ok(Some((rule_match, action)))
    }

    fn give_origin_labels(&mut self) {
        for label in self.origin_labels.take() {
            self.labels.add(Cow::Owned(label));
        }
    }

    /// The block of a list that the request comes from.
    pub(crate) fn listed(&self, list: ManagedList) -> Option<IpNet> {
        let set = self.surroundings.networks.set_of(list)?;
        set.block_of(self.session.parts.request().client_ip)
    }

    /// Counts the request if it is in scope; evidence if its key is over the limit.
    fn rate(&mut self, node: &RateNode) -> Result<Option<(Evidence, RateMatch)>, EvaluateError> {
        if let Some(scope_down) = &node.scope_down
            && !self.matches(scope_down)?
        {
            return Ok(None);
        }
        let evidence = |pattern: String| Evidence {
            condition: "RATE",
            sensitivity_level: None,
            location: "RATE".to_owned(),
            transformations: Vec::new(),
            matched: Vec::new(),
            offset: 0,
            value: Vec::new(),
            pattern,
        };
        let (parts, labels) = (&self.session.parts, &self.labels);
        let networks = self.surroundings.networks;
        let key = match node.rate.key_of(parts, labels, networks) {
            Ok(key) => key,
            Err(fallback) => {
                let unreadable = || evidence("the aggregation key could not be read".to_owned());
                return Ok(fallback
                    .is_match()
                    .then(|| (unreadable(), node.rate.exceeded(None, Vec::new()))));
            }
        };
        let (seconds, limit) = (node.rate.window_seconds, node.rate.limit);
        let address = key.address();
        let rates = self.surroundings.rates;
        let count = rates.count(&node.id, key, seconds, self.surroundings.now);
        Ok((count > limit).then(|| {
            let found = evidence(format!("{count} requests in {seconds} s, limit {limit}"));
            let values = node.rate.custom_values(parts, labels, networks);
            (found, node.rate.exceeded(address, values))
        }))
    }

    pub(crate) fn matches(&self, node: &Node) -> Result<bool, EvaluateError> {
        match node {
            Node::Field(field) => self.field_matches(field),
            Node::IpSet(reference) => Ok(reference.find(self.session.parts.request()).is_some()),
            Node::List(list) => Ok(self.listed(*list).is_some()),
            Node::Geo(geo) => {
                let address = origin_address(geo.forwarded.as_ref(), self.session.parts.request());
                let Ok(address) = address else {
                    return Ok(address.is_err_and(Fallback::is_match));
                };
                let location = self.surroundings.networks.location_of(address);
                let labels = origin_labels(geo.forwarded.is_some(), &location);
                self.origin_labels.borrow_mut().extend(labels);
                Ok(geo.is_match(&location))
            }
            Node::Asn(asn) => {
                let address = origin_address(asn.forwarded.as_ref(), self.session.parts.request());
                Ok(match address {
                    Ok(address) => {
                        let found = self.surroundings.networks.asn_of(address);
                        if asn.forwarded.is_none() {
                            self.client_asn.set(Some(found));
                        }
                        asn.asns.contains(&found)
                    }
                    Err(fallback) => fallback.is_match(),
                })
            }
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
}

fn predicate_matches(node: &FieldNode, value: &[u8], admits: impl Fn(usize) -> bool) -> bool {
    match (&node.predicate, &node.slots) {
        (_, Slots::One(slot)) if !admits(*slot) => false,
        (Predicate::Regex(regex_match), Slots::Each(slots)) => {
            let mut each = regex_match.patterns().iter().zip(slots);
            each.any(|(pattern, slot)| {
                admits(*slot) && regex_match.is_pattern_match(pattern, value)
            })
        }
        (Predicate::Regex(regex_match), _) => regex_match
            .patterns()
            .iter()
            .any(|pattern| regex_match.is_pattern_match(pattern, value)),
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
    overridden: Option<Overridden>,
}

impl GroupPlace<'_> {
    const fn kind(&self) -> &'static str {
        match self.group.kind {
            GroupKind::Own => "GROUP",
            GroupKind::Managed => "MANAGED_RULE_GROUP",
        }
    }
}
