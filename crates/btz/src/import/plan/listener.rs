//! Listeners and their rules, as they can be here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Planner, mapped, own_tags, resolved};
use crate::import::account::{Certificate, Listener, Rule, Texts, list, text};
use crate::import::report::{Entry, Outcome};

/// The types of actions that a rule here may have.
const ACTIONS: [&str; 3] = ["forward", "redirect", "fixed-response"];

/// A listener as it is to be.
pub(super) struct Wanted<'a> {
    pub(super) there: &'a Listener,
    /// For messages.
    pub(super) name: String,
    pub(super) port: u16,
    /// `CreateListener`'s members but the load balancer and tags.
    pub(super) body: Value,
    /// ARNs here of its certificates beside the default one.
    pub(super) certificates: BTreeSet<String>,
    pub(super) attributes: Texts,
    pub(super) tags: Texts,
    pub(super) rules: Vec<WantedRule>,
}

/// A rule as it is to be.
pub(super) struct WantedRule {
    pub(super) name: String,
    pub(super) priority: u64,
    /// Conditions, actions and transforms.
    pub(super) body: Value,
    pub(super) tags: Texts,
}

/// Without members and lists that say nothing: awsQuery does not tell them from absent ones.
pub(super) fn pruned(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(pruned).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), pruned(member)))
            .filter(|(_, member)| match member {
                Value::Null => false,
                Value::String(text) => !text.is_empty(),
                Value::Array(items) => !items.is_empty(),
                Value::Object(members) => !members.is_empty(),
                _ => true,
            })
            .collect(),
        other => other.clone(),
    }
}

/// Actions without what depends on nothing: their order, of which there is one only.
pub(super) fn actions(actions: &[Value]) -> Value {
    let without_order = actions.iter().map(|action| {
        let mut action = pruned(action);
        if let Value::Object(members) = &mut action {
            members.remove("Order");
        }
        action
    });
    without_order.collect()
}

/// What a listener is compared by.
pub(super) fn compared(body: &Value) -> Value {
    let https = text(body, "Protocol") == "HTTPS";
    let mode = body
        .pointer("/MutualAuthentication/Mode")
        .and_then(Value::as_str);
    let mode = if https { mode.unwrap_or("off") } else { "" };
    let certificates = list(body, "Certificates").iter();
    let arns: Vec<&str> = certificates
        .map(|one| text(one, "CertificateArn"))
        .collect();
    json!({
        "Protocol": text(body, "Protocol"),
        "SslPolicy": text(body, "SslPolicy"),
        "Certificates": arns,
        "Mode": mode,
        "DefaultActions": actions(list(body, "DefaultActions")),
    })
}

/// What a rule is compared by.
pub(super) fn compared_rule(body: &Value) -> Value {
    let conditions: Vec<Value> = list(body, "Conditions").iter().map(pruned).collect();
    let transforms: Vec<Value> = list(body, "Transforms").iter().map(pruned).collect();
    json!({
        "Conditions": conditions,
        "Actions": actions(list(body, "Actions")),
        "Transforms": transforms,
    })
}

impl Planner<'_> {
    /// The listener as it can be here; what cannot is told in `entries`. `Err` holds what keeps the
    /// whole load balancer away.
    pub(super) fn wanted<'l>(
        &mut self,
        balancer: &str,
        listener: &'l Listener,
        entries: &mut Vec<Entry>,
    ) -> Result<Option<Wanted<'l>>, String> {
        let body = &listener.body;
        let port_there = body.get("Port").and_then(Value::as_u64).unwrap_or_default();
        let port_there = u16::try_from(port_there).unwrap_or_default();
        let port = self
            .terms
            .ports
            .get(&port_there)
            .copied()
            .unwrap_or(port_there);
        let name = format!("{balancer} {}:{port_there}", text(body, "Protocol"));
        let mode = body
            .pointer("/MutualAuthentication/Mode")
            .and_then(Value::as_str);
        let refuse = |reason: &str, advice: &str| {
            let entry = self.entry("listener", &name, Outcome::NotSupported);
            entry.because(reason).advised(advice)
        };
        if mode == Some("verify") {
            let reason =
                "trust stores are not imported, and this listener judges its clients by one";
            let advice =
                "make the trust store here (aws elbv2 create-trust-store), then the listener";
            entries.push(refuse(reason, advice));
            return Ok(None);
        }
        let unread = self
            .there
            .unread
            .iter()
            .find(|one| one.name == name || one.name == "*");
        if unread.is_some_and(|one| one.kind == "rules of listener") {
            entries.push(refuse("its rules could not be read", "run this again"));
            return Ok(None);
        }
        let mut members = BTreeMap::new();
        members.insert("Protocol".to_owned(), json!(text(body, "Protocol")));
        members.insert("Port".to_owned(), json!(port));
        let mut certificates = BTreeSet::new();
        if text(body, "Protocol") == "HTTPS" {
            let default = list(body, "Certificates").first();
            let default = default
                .map(|one| text(one, "CertificateArn"))
                .unwrap_or_default();
            match self.certificate(default) {
                Ok(arn) => {
                    let chosen = json!([{"CertificateArn": arn}]);
                    members.insert("Certificates".to_owned(), chosen);
                }
                Err((reason, advice)) => {
                    entries.push(refuse(&reason, &advice));
                    return Ok(None);
                }
            }
            members.insert("SslPolicy".to_owned(), json!(text(body, "SslPolicy")));
            if let Some(mode) = mode.filter(|mode| *mode != "off") {
                members.insert("MutualAuthentication".to_owned(), json!({"Mode": mode}));
            }
            for more in &listener.certificates {
                match self.certificate(more) {
                    Ok(arn) => {
                        certificates.insert(arn);
                    }
                    Err((reason, advice)) => {
                        let what = format!("{more} of listener {name}");
                        let entry = self.entry("certificate", &what, Outcome::NotSupported);
                        entries.push(entry.because(reason).advised(advice));
                    }
                }
            }
        }
        let default =
            self.actions_of_here(list(body, "DefaultActions"), (&name, "default"), entries)?;
        members.insert("DefaultActions".to_owned(), default);
        let mut rules = Vec::new();
        for rule in &listener.rules {
            rules.push(self.wanted_rule(&name, rule, entries)?);
        }
        let attributes = self.attributes(1, ("listener", &name), &listener.attributes);
        Ok(Some(Wanted {
            there: listener,
            port,
            body: super::object(members),
            certificates,
            attributes,
            tags: own_tags(&listener.tags),
            rules,
            name,
        }))
    }

    fn wanted_rule(
        &self,
        listener: &str,
        rule: &Rule,
        entries: &mut Vec<Entry>,
    ) -> Result<WantedRule, String> {
        let priority = text(&rule.body, "Priority");
        let actions =
            self.actions_of_here(list(&rule.body, "Actions"), (listener, priority), entries)?;
        let mut body = compared_rule(&rule.body);
        if let Some(old) = body.get_mut("Actions") {
            *old = actions;
        }
        Ok(WantedRule {
            name: format!("{listener} {priority}"),
            priority: priority.parse().unwrap_or_default(),
            body: pruned(&body),
            tags: own_tags(&rule.tags),
        })
    }

    /// The actions as they can be here. What a rule did that cannot be done here is answered with
    /// 503: requests must not fall through to a rule that asks for less.
    fn actions_of_here(
        &self,
        there: &[Value],
        (listener, rule): (&str, &str),
        entries: &mut Vec<Entry>,
    ) -> Result<Value, String> {
        let unknown = there.iter().map(|action| text(action, "Type"));
        let unknown = unknown
            .filter(|kind| !ACTIONS.contains(kind))
            .collect::<Vec<_>>();
        let all = Value::Array(there.to_vec());
        let lost = self
            .unsupported
            .iter()
            .find(|arn| super::web_acl::holds(&all, arn));
        let reason = match (unknown.first(), lost) {
            (Some(kind), _) => Some(format!("actions of type {kind} are not carried out here")),
            (None, Some(arn)) => Some(format!("its target group {arn} is not served here")),
            (None, None) => None,
        };
        let Some(reason) = reason else {
            if let Some(missing) = self.missing(&all) {
                return Err(missing);
            }
            let ports = &self.terms.ports;
            let moved = |action: &Value| {
                let mut action = action.clone();
                if let Some(port) = action.pointer_mut("/RedirectConfig/Port") {
                    let there = port.as_str().and_then(|port| port.parse::<u16>().ok());
                    if let Some(here) = there.and_then(|there| ports.get(&there)) {
                        *port = json!(here.to_string());
                    }
                }
                action
            };
            let moved: Vec<Value> = there.iter().map(moved).collect();
            return Ok(actions(&moved));
        };
        let what = format!("{listener} {rule}");
        let entry = self.entry("rule", &what, Outcome::NotSupported);
        let reason = format!("{reason}: what it matches is answered with 503");
        let advice = "change its actions: aws elbv2 modify-rule (or modify-listener)";
        entries.push(entry.because(reason).advised(advice));
        Ok(json!([{"Type": "fixed-response", "FixedResponseConfig": {
            "StatusCode": "503",
            "ContentType": "text/plain",
            "MessageBody": "This rule could not be imported.",
        }}]))
    }

    /// The certificate here that stands for one there: the one that the user names, one of the same
    /// name, or one that is for the same domains.
    fn certificate(&self, arn: &str) -> Result<String, (String, String)> {
        let here = &self.terms.certificates;
        let named = self.terms.certificate_names.get(arn).map(String::as_str);
        let id = named.unwrap_or_else(|| arn.rsplit('/').next().unwrap_or_default());
        if let Some(found) = here.iter().find(|one| one.name == id) {
            return Ok(found.arn.clone());
        }
        if let Some(named) = named {
            let reason = format!("there is no certificate {named} here");
            return Err((reason, "see btz certificate list".to_owned()));
        }
        let again = "--cert FILE --key FILE, and run this again";
        match self.there.certificates.get(arn) {
            Some(Certificate::Domains(domains)) if !domains.is_empty() => {
                let covers = |one: &&super::LocalCertificate| {
                    domains.iter().all(|domain| covered(domain, &one.domains))
                };
                if let Some(found) = here.iter().find(covers) {
                    return Ok(found.arn.clone());
                }
                let listed: Vec<&str> = domains.iter().map(String::as_str).collect();
                let first = listed.iter().find(|domain| !domain.starts_with('*'));
                let name = first
                    .or_else(|| listed.first())
                    .copied()
                    .unwrap_or_default();
                let name = name.trim_start_matches("*.");
                let reason = format!(
                    "no certificate here is for {}, and keys do not leave ACM",
                    listed.join(" ")
                );
                Err((reason, format!("btz certificate import {name} {again}")))
            }
            unread => {
                let why = match unread {
                    Some(Certificate::Unread(why)) => format!(": {why}"),
                    _ => String::new(),
                };
                let reason = format!("the domains of {arn} are not known{why}");
                let advice =
                    format!("btz certificate import NAME {again} with --certificate {arn}=NAME");
                Err((reason, advice))
            }
        }
    }

    /// A wanted listener's or rule's body with the ARNs of here, as far as they are known.
    pub(super) fn with_known(&self, body: &Value) -> Value {
        let known = &self.plan.known;
        mapped(&resolved(body, known), &|_| None)
    }
}

/// Whether one of the names of a certificate covers a domain. Source: RFC 6125, section 6.4.3.
fn covered(domain: &str, names: &[String]) -> bool {
    names.iter().any(|name| {
        let name = name.to_ascii_lowercase();
        let parent = name.strip_prefix("*.");
        let under = domain.split_once('.').map(|(_, rest)| rest);
        name == domain || (parent.is_some() && parent == under && !domain.starts_with('*'))
    })
}
