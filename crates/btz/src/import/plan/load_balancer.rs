//! Load balancers: each with its listeners and rules is one thing, which is here wholly, in part (an
//! earlier import was not finished), or as another one.
//!
//! A listener opens only when the web ACL that protects the load balancer there protects it here.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::listener::{Wanted, WantedRule, compared, compared_rule, pruned};
use super::target_group::{NAME_CHARACTERS_MAX, set};
use super::{
    Fate, PlannedCall, Planner, Step, TAKEN, TAKEN_ADVICE, fate, is_within, object, own_tags,
    pairs, told,
};
use crate::import::account::{Listener, LoadBalancer, Texts, WebAcl, list, text};
use crate::import::client::Api;
use crate::import::report::Outcome;

const MEMBERS: [&str; 2] = ["Scheme", "IpAddressType"];

/// What `btz protect` makes and maintains.
const DEFAULT: &str = "default";

impl Planner<'_> {
    pub(super) fn load_balancers(&mut self) {
        let there = self.there;
        for balancer in &there.load_balancers {
            self.load_balancer(balancer);
        }
    }

    fn load_balancer(&mut self, balancer: &LoadBalancer) {
        let kind = "load balancer";
        let (name, arn) = (
            text(&balancer.body, "LoadBalancerName"),
            text(&balancer.body, "LoadBalancerArn"),
        );
        let refuse = |planner: &mut Self, outcome, reason: String, advice: &str| {
            let entry = planner.entry(kind, name, outcome);
            planner.say(entry.because(reason).advised(advice));
        };
        let of_kind = text(&balancer.body, "Type");
        if of_kind != "application" {
            let reason = format!("it is a {of_kind} load balancer: here are application ones only");
            refuse(
                self,
                Outcome::NotSupported,
                reason,
                "nothing: it judges no HTTP requests",
            );
            return;
        }
        if self.there.lacks_all("associations") || self.there.lacks_all("web ACL") {
            let reason = "which web ACL protects it could not be read".to_owned();
            refuse(
                self,
                Outcome::Skipped,
                reason,
                "let the credentials do it, and run this again",
            );
            return;
        }
        if self
            .there
            .unread
            .iter()
            .any(|one| one.kind == "listener" && one.name == name)
        {
            let reason = "its listeners could not be read".to_owned();
            refuse(self, Outcome::Skipped, reason, "run this again");
            return;
        }
        let web_acl = self
            .there
            .web_acls
            .iter()
            .find(|one| one.resources.iter().any(|to| to == arn));
        if let Some(web_acl) = web_acl {
            let web_acl_arn = text(&web_acl.item.body, "ARN");
            if !self.named.contains_key(web_acl_arn) {
                let web_acl = text(&web_acl.item.body, "Name");
                let reason = format!("its web ACL {web_acl} is not imported: it would be open");
                refuse(self, Outcome::Skipped, reason, "see the web ACL");
                return;
            }
        }
        let mut entries = Vec::new();
        let mut listeners = Vec::new();
        for listener in &balancer.listeners {
            match self.wanted(name, listener, &mut entries) {
                Ok(Some(wanted)) => listeners.push(wanted),
                Ok(None) => {}
                Err(missing) => {
                    let reason = format!("it refers to {missing}, which is not imported");
                    refuse(self, Outcome::Skipped, reason, "see there");
                    return;
                }
            }
        }
        let attributes = self.attributes(0, (kind, name), &balancer.attributes);
        let tags = own_tags(&balancer.tags);
        let wanted = Tree {
            settings: &balancer.body,
            attributes: &attributes,
            tags: &tags,
            listeners: &listeners,
            web_acl,
        };
        let here = self.here;
        let find = |name: &str| {
            let mut all = here.load_balancers.iter();
            let found = all.find(|one| text(&one.body, "LoadBalancerName") == name)?;
            Some((found, self.is_part(found, &wanted)))
        };
        let found = match fate(self.terms.on_conflict, name, NAME_CHARACTERS_MAX, find) {
            Fate::New(local) => {
                self.create_load_balancer(balancer, &local, &tags);
                None
            }
            Fate::Same(found) => {
                let local = text(&found.body, "LoadBalancerName");
                let entry = self.entry(kind, name, Outcome::Unchanged).named_here(local);
                self.say(entry);
                Some(found)
            }
            Fate::Replace(found) => {
                let same_scheme = found.body.get("Scheme") == balancer.body.get("Scheme");
                if name == DEFAULT || !same_scheme {
                    let reason = if name == DEFAULT {
                        format!("{TAKEN}, and btz protect maintains it")
                    } else {
                        format!("{TAKEN}, and its scheme cannot be changed")
                    };
                    refuse(self, Outcome::Skipped, reason, "--on-conflict rename");
                    return;
                }
                self.replace_load_balancer(balancer, found, &listeners);
                Some(found)
            }
            Fate::Taken => {
                refuse(self, Outcome::Skipped, TAKEN.to_owned(), TAKEN_ADVICE);
                return;
            }
        };
        if let Some(found) = found {
            let local = text(&found.body, "LoadBalancerArn").to_owned();
            self.plan.known.insert(arn.to_owned(), local);
        }
        self.named.insert(arn.to_owned(), name.to_owned());
        self.network(balancer);
        self.plan.entries.append(&mut entries);
        let guard = self.associate(arn, name, web_acl, found);
        if let Some(found) = found {
            self.add_tags((kind, name), arn, &tags, &found.tags);
        }
        for listener in &listeners {
            let old = found.and_then(|found| listener_at(found, listener.port));
            self.listener(arn, listener, old, guard.as_deref());
        }
        // Last: what protects it from being deleted.
        let old = found
            .map(|found| found.attributes.clone())
            .unwrap_or_default();
        let operation = ("ModifyLoadBalancerAttributes", "LoadBalancerArn");
        self.set_attributes((kind, name), operation, arn, &attributes, &old);
    }

    /// What of the network does not come along.
    fn network(&mut self, balancer: &LoadBalancer) {
        let groups = list(&balancer.body, "SecurityGroups").iter();
        let groups: Vec<&str> = groups.filter_map(Value::as_str).collect();
        if groups.is_empty() {
            return;
        }
        let name = text(&balancer.body, "LoadBalancerName");
        let what = format!("{} of {name}", groups.join(" "));
        let entry = self.entry("security groups", &what, Outcome::NotSupported);
        let entry = entry
            .because("connections are not filtered by address here")
            .advised(
                "this machine's firewall (nftables) does that; or a rule of the web ACL with an IP \
                 set",
            );
        self.say(entry.weaker(true));
    }

    fn create_load_balancer(&mut self, balancer: &LoadBalancer, local: &str, tags: &Texts) {
        let (name, arn) = (
            text(&balancer.body, "LoadBalancerName"),
            text(&balancer.body, "LoadBalancerArn"),
        );
        let mut input = told(&balancer.body, &MEMBERS);
        input.insert("Name".to_owned(), json!(local));
        if !tags.is_empty() {
            input.insert("Tags".to_owned(), pairs(tags));
        }
        let call = PlannedCall {
            api: Api::ElasticLoadBalancing,
            operation: "CreateLoadBalancer",
            input: object(input),
            gives: Some(("/LoadBalancers/0/LoadBalancerArn", arn.to_owned())),
        };
        let entry = self
            .entry("load balancer", name, Outcome::Created)
            .named_here(local);
        self.step(entry, arn, vec![call]);
    }

    /// Removes what is not wanted; what is missing is made as for a part.
    fn replace_load_balancer(
        &mut self,
        balancer: &LoadBalancer,
        found: &LoadBalancer,
        wanted: &[Wanted<'_>],
    ) {
        let name = text(&balancer.body, "LoadBalancerName");
        let arn = text(&found.body, "LoadBalancerArn");
        let elb = Api::ElasticLoadBalancing;
        let mut calls = Vec::new();
        if found.body.get("IpAddressType") != balancer.body.get("IpAddressType") {
            let kind = text(&balancer.body, "IpAddressType");
            let input = json!({"LoadBalancerArn": arn, "IpAddressType": kind});
            calls.push(PlannedCall::of(elb, "SetIpAddressType", input));
        }
        for listener in &found.listeners {
            let port = listener.body.get("Port").and_then(Value::as_u64);
            let arn = text(&listener.body, "ListenerArn");
            let wanted = wanted.iter().find(|one| Some(u64::from(one.port)) == port);
            let Some(wanted) = wanted else {
                let input = json!({"ListenerArn": arn});
                calls.push(PlannedCall::of(elb, "DeleteListener", input));
                continue;
            };
            for rule in &listener.rules {
                if !wanted.rules.iter().any(|one| self.is_rule(rule, one)) {
                    let input = json!({"RuleArn": text(&rule.body, "RuleArn")});
                    calls.push(PlannedCall::of(elb, "DeleteRule", input));
                }
            }
        }
        let entry = self.entry("load balancer", name, Outcome::Replaced);
        self.step(entry, "", calls);
    }

    /// Makes the web ACL protect it; answers what a listener must wait for.
    fn associate(
        &mut self,
        arn: &str,
        name: &str,
        web_acl: Option<&WebAcl>,
        found: Option<&LoadBalancer>,
    ) -> Option<String> {
        let web_acl = web_acl?;
        let web_acl_arn = text(&web_acl.item.body, "ARN");
        let what = format!("{} to {name}", text(&web_acl.item.body, "Name"));
        let guard = format!("association of {arn}");
        let protecting = found.and_then(|found| self.protecting(found));
        let known = self.plan.known.get(web_acl_arn);
        if protecting.is_some() && protecting == known.map(String::as_str) {
            self.plan.known.insert(guard.clone(), String::new());
            let entry = self.entry("association", &what, Outcome::Unchanged);
            self.say(entry);
            return Some(guard);
        }
        let input = json!({"WebACLArn": web_acl_arn, "ResourceArn": arn});
        let call = PlannedCall::of(Api::Wafv2, "AssociateWebACL", input);
        let outcome = match protecting {
            None => Outcome::Created,
            Some(_) => Outcome::Replaced,
        };
        let needs = self.needs(&call.input);
        self.plan.steps.push(Step {
            entry: self.entry("association", &what, outcome),
            needs,
            calls: vec![call],
            provides: Some(guard.clone()),
            opens: None,
        });
        Some(guard)
    }

    /// The web ACL here that protects a load balancer here.
    fn protecting(&self, balancer: &LoadBalancer) -> Option<&str> {
        let arn = text(&balancer.body, "LoadBalancerArn");
        let mut web_acls = self.here.web_acls.iter();
        let found = web_acls.find(|one| one.resources.iter().any(|resource| resource == arn));
        found.map(|found| text(&found.item.body, "ARN"))
    }

    /// Makes a listener, or what it lacks.
    fn listener(
        &mut self,
        balancer: &str,
        wanted: &Wanted<'_>,
        old: Option<&Listener>,
        guard: Option<&str>,
    ) {
        let arn = text(&wanted.there.body, "ListenerArn");
        let kind = "listener";
        self.named.insert(arn.to_owned(), wanted.name.clone());
        let mut input = wanted.body.clone();
        match old {
            None => {
                if let Value::Object(members) = &mut input {
                    members.insert("LoadBalancerArn".to_owned(), json!(balancer));
                    if !wanted.tags.is_empty() {
                        members.insert("Tags".to_owned(), pairs(&wanted.tags));
                    }
                }
                let call = PlannedCall {
                    api: Api::ElasticLoadBalancing,
                    operation: "CreateListener",
                    input,
                    gives: Some(("/Listeners/0/ListenerArn", arn.to_owned())),
                };
                let mut needs = self.needs(&call.input);
                needs.extend(guard.map(str::to_owned));
                let mut entry = self.entry(kind, &wanted.name, Outcome::Created);
                if let Some((before, _)) = wanted.name.rsplit_once(':') {
                    entry = entry.named_here(&format!("{before}:{}", wanted.port));
                }
                self.plan.steps.push(Step {
                    entry,
                    needs,
                    calls: vec![call],
                    provides: None,
                    opens: Some((balancer.to_owned(), wanted.port)),
                });
            }
            Some(old) => {
                let local = text(&old.body, "ListenerArn").to_owned();
                self.plan.known.insert(arn.to_owned(), local);
                if self.is_listener(old, wanted) {
                    let entry = self.entry(kind, &wanted.name, Outcome::Unchanged);
                    self.say(entry);
                } else {
                    if let Value::Object(members) = &mut input {
                        members.insert("ListenerArn".to_owned(), json!(arn));
                        members.remove("Port");
                    }
                    let call = PlannedCall::of(Api::ElasticLoadBalancing, "ModifyListener", input);
                    let entry = self.entry(kind, &wanted.name, Outcome::Replaced);
                    self.step(entry, arn, vec![call]);
                }
                self.add_tags((kind, &wanted.name), arn, &wanted.tags, &old.tags);
            }
        }
        for rule in &wanted.rules {
            self.rule(arn, rule, old);
        }
        let none = Texts::new();
        let old_attributes = old.map_or(&none, |old| &old.attributes);
        let operation = ("ModifyListenerAttributes", "ListenerArn");
        let what = (kind, wanted.name.as_str());
        self.set_attributes(what, operation, arn, &wanted.attributes, old_attributes);
        let shown: BTreeSet<String> = old
            .map(|old| old.certificates.iter().cloned().collect())
            .unwrap_or_default();
        let missing: Vec<Value> = wanted
            .certificates
            .difference(&shown)
            .map(|arn| json!({"CertificateArn": arn}))
            .collect();
        if !missing.is_empty() {
            let input = json!({"ListenerArn": arn, "Certificates": missing});
            let entry = self.entry("certificates of listener", &wanted.name, Outcome::Created);
            let elb = Api::ElasticLoadBalancing;
            let call = PlannedCall::of(elb, "AddListenerCertificates", input);
            self.step(entry, "", vec![call]);
        }
    }

    fn rule(&mut self, listener: &str, wanted: &WantedRule, old: Option<&Listener>) {
        let mut rules = old.iter().flat_map(|old| &old.rules);
        if rules.any(|rule| self.is_rule(rule, wanted)) {
            let entry = self.entry("listener rule", &wanted.name, Outcome::Unchanged);
            self.say(entry);
            return;
        }
        let mut input = wanted.body.clone();
        if let Value::Object(members) = &mut input {
            members.insert("ListenerArn".to_owned(), json!(listener));
            members.insert("Priority".to_owned(), json!(wanted.priority));
            if !wanted.tags.is_empty() {
                members.insert("Tags".to_owned(), pairs(&wanted.tags));
            }
        }
        let call = PlannedCall::of(Api::ElasticLoadBalancing, "CreateRule", input);
        let entry = self.entry("listener rule", &wanted.name, Outcome::Created);
        self.step(entry, "", vec![call]);
    }

    fn is_listener(&self, old: &Listener, wanted: &Wanted<'_>) -> bool {
        compared(&old.body) == compared(&self.with_known(&wanted.body))
    }

    fn is_rule(&self, old: &crate::import::account::Rule, wanted: &WantedRule) -> bool {
        let priority = text(&old.body, "Priority").parse() == Ok(wanted.priority);
        let body = self.with_known(&wanted.body);
        priority
            && pruned(&compared_rule(&old.body)) == pruned(&compared_rule(&body))
            && is_within(&old.tags, &wanted.tags)
    }

    /// Whether what is here is the wanted one, or a part of it.
    fn is_part(&self, found: &LoadBalancer, wanted: &Tree<'_>) -> bool {
        let defaults = |table: usize| {
            self.terms
                .attributes
                .get(table)
                .cloned()
                .unwrap_or_default()
        };
        let protecting = self.protecting(found);
        let right_web_acl = protecting.is_none_or(|protecting| {
            let wanted = wanted.web_acl.map(|one| text(&one.item.body, "ARN"));
            let known = wanted.and_then(|arn| self.plan.known.get(arn));
            known.is_some_and(|known| known == protecting)
        });
        told(&found.body, &MEMBERS) == told(wanted.settings, &MEMBERS)
            && right_web_acl
            && is_within(&set(&found.attributes, &defaults(0)), wanted.attributes)
            && is_within(&found.tags, wanted.tags)
            && found.listeners.iter().all(|listener| {
                let port = listener.body.get("Port").and_then(Value::as_u64);
                let mut all = wanted.listeners.iter();
                let Some(wanted) = all.find(|one| Some(u64::from(one.port)) == port) else {
                    return false;
                };
                self.is_listener(listener, wanted)
                    && is_within(&set(&listener.attributes, &defaults(1)), &wanted.attributes)
                    && is_within(&listener.tags, &wanted.tags)
                    && listener
                        .certificates
                        .iter()
                        .all(|arn| wanted.certificates.contains(arn))
                    && listener
                        .rules
                        .iter()
                        .all(|rule| wanted.rules.iter().any(|one| self.is_rule(rule, one)))
            })
    }
}

/// A load balancer as it is to be, with all that it has.
struct Tree<'a> {
    settings: &'a Value,
    attributes: &'a Texts,
    tags: &'a Texts,
    listeners: &'a [Wanted<'a>],
    web_acl: Option<&'a WebAcl>,
}

fn listener_at(balancer: &LoadBalancer, port: u16) -> Option<&Listener> {
    let at = |one: &&Listener| one.body.get("Port").and_then(Value::as_u64) == Some(port.into());
    balancer.listeners.iter().find(at)
}
