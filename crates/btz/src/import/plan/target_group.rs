//! Target groups, their targets and attributes.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    Fate, PlannedCall, Planner, TAKEN, TAKEN_ADVICE, fate, is_within, object, own_tags, pairs, told,
};
use crate::import::account::{TargetGroup, Texts, text};
use crate::import::client::Api;
use crate::import::report::Outcome;

/// The longest name of a load balancer or target group.
pub(super) const NAME_CHARACTERS_MAX: usize = 32;

const MEMBERS: [&str; 14] = [
    "Protocol",
    "ProtocolVersion",
    "Port",
    "HealthCheckProtocol",
    "HealthCheckPort",
    "HealthCheckEnabled",
    "HealthCheckPath",
    "HealthCheckIntervalSeconds",
    "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount",
    "UnhealthyThresholdCount",
    "Matcher",
    "TargetType",
    "IpAddressType",
];

/// Those that `ModifyTargetGroup` does not take.
const FIXED: [&str; 5] = [
    "Protocol",
    "ProtocolVersion",
    "Port",
    "TargetType",
    "IpAddressType",
];

/// A target, as it is compared and registered.
type Target = (String, Option<u64>);

impl Planner<'_> {
    pub(super) fn target_groups(&mut self) {
        let there = self.there;
        for group in &there.target_groups {
            self.target_group(group);
        }
    }

    fn target_group(&mut self, group: &TargetGroup) {
        let (name, arn) = (
            text(&group.body, "TargetGroupName"),
            text(&group.body, "TargetGroupArn"),
        );
        if let Some((reason, advice)) = refusal(group) {
            let entry = self.entry("target group", name, Outcome::NotSupported);
            self.say(entry.because(reason).advised(advice));
            self.unsupported.insert(arn.to_owned());
            return;
        }
        let (targets, lost) = targets(group);
        let attributes = self.attributes(2, ("target group", name), &group.attributes);
        let tags = own_tags(&group.tags);
        let wanted = told(&group.body, &MEMBERS);
        let here = self.here;
        let defaults = self.terms.attributes.get(2).cloned().unwrap_or_default();
        let find = |name: &str| {
            let mut all = here.target_groups.iter();
            let found = all.find(|one| text(&one.body, "TargetGroupName") == name)?;
            let (their_targets, _) = self::targets(found);
            let same = told(&found.body, &MEMBERS) == wanted
                && is_within(&set(&found.attributes, &defaults), &attributes)
                && is_within(&found.tags, &tags)
                && their_targets.is_subset(&targets);
            Some((found, same))
        };
        let kind = "target group";
        let found = match fate(self.terms.on_conflict, name, NAME_CHARACTERS_MAX, find) {
            Fate::New(local) => {
                let mut input = wanted.clone();
                input.insert("Name".to_owned(), json!(local));
                if !tags.is_empty() {
                    input.insert("Tags".to_owned(), pairs(&tags));
                }
                let call = PlannedCall {
                    api: Api::ElasticLoadBalancing,
                    operation: "CreateTargetGroup",
                    input: object(input),
                    gives: Some(("/TargetGroups/0/TargetGroupArn", arn.to_owned())),
                };
                let entry = self.entry(kind, name, Outcome::Created).named_here(&local);
                self.named.insert(arn.to_owned(), local);
                self.step(entry, arn, vec![call]);
                None
            }
            Fate::Same(found) => {
                let local = text(&found.body, "TargetGroupName");
                let entry = self.entry(kind, name, Outcome::Unchanged).named_here(local);
                self.say(entry);
                self.is_here(arn, found);
                Some(found)
            }
            Fate::Replace(found) => {
                let fixed = FIXED
                    .iter()
                    .find(|one| found.body.get(**one) != group.body.get(**one));
                if let Some(fixed) = fixed {
                    let entry = self.entry(kind, name, Outcome::Skipped);
                    let reason = format!("{TAKEN}, and its {fixed} cannot be changed");
                    let advice = "delete it here, or --on-conflict rename";
                    self.say(entry.because(reason).advised(advice));
                    self.gone
                        .insert(arn.to_owned(), format!("target group {name}"));
                    return;
                }
                self.is_here(arn, found);
                self.replace_target_group(name, arn, &wanted, found, &targets);
                Some(found)
            }
            Fate::Taken => {
                let entry = self.entry(kind, name, Outcome::Skipped);
                self.say(entry.because(TAKEN).advised(TAKEN_ADVICE));
                self.gone
                    .insert(arn.to_owned(), format!("target group {name}"));
                return;
            }
        };
        for id in lost {
            let entry = self.entry("target", &format!("{id} of {name}"), Outcome::NotSupported);
            let advice = format!(
                "register its address: aws elbv2 create-target-group --target-type ip ..., or let \
                 this machine resolve the name {id} and aws elbv2 register-targets --targets Id={id}"
            );
            let reason = "an instance's id says no address";
            self.say(entry.because(reason).advised(advice));
        }
        let there_already = found
            .map(|found| self::targets(found).0)
            .unwrap_or_default();
        self.register(name, arn, &targets, &there_already);
        let old = found
            .map(|found| found.attributes.clone())
            .unwrap_or_default();
        let operation = ("ModifyTargetGroupAttributes", "TargetGroupArn");
        self.set_attributes((kind, name), operation, arn, &attributes, &old);
        if let Some(found) = found {
            self.add_tags((kind, name), arn, &tags, &found.tags);
        }
    }

    fn is_here(&mut self, arn: &str, found: &TargetGroup) {
        let local = text(&found.body, "TargetGroupArn").to_owned();
        self.plan.known.insert(arn.to_owned(), local);
        let local = text(&found.body, "TargetGroupName").to_owned();
        self.named.insert(arn.to_owned(), local);
    }

    fn replace_target_group(
        &mut self,
        name: &str,
        arn: &str,
        wanted: &std::collections::BTreeMap<String, Value>,
        found: &TargetGroup,
        targets: &BTreeSet<Target>,
    ) {
        let mut input = wanted.clone();
        input.retain(|member, _| !FIXED.contains(&member.as_str()));
        input.insert("TargetGroupArn".to_owned(), json!(arn));
        let elb = Api::ElasticLoadBalancing;
        let mut calls = vec![PlannedCall::of(elb, "ModifyTargetGroup", object(input))];
        let (old, _) = self::targets(found);
        let gone: BTreeSet<Target> = old.difference(targets).cloned().collect();
        if !gone.is_empty() {
            let input = json!({"TargetGroupArn": arn, "Targets": described(&gone)});
            calls.push(PlannedCall::of(elb, "DeregisterTargets", input));
        }
        let entry = self.entry("target group", name, Outcome::Replaced);
        self.step(entry, arn, calls);
    }

    fn register(
        &mut self,
        name: &str,
        arn: &str,
        targets: &BTreeSet<Target>,
        old: &BTreeSet<Target>,
    ) {
        let new: BTreeSet<Target> = targets.difference(old).cloned().collect();
        if new.is_empty() {
            return;
        }
        let input = json!({"TargetGroupArn": arn, "Targets": described(&new)});
        let names: Vec<&str> = new.iter().map(|(id, _)| id.as_str()).collect();
        let what = format!("{} of {name}", names.join(" "));
        let entry = self.entry("targets", &what, Outcome::Created);
        let call = PlannedCall::of(Api::ElasticLoadBalancing, "RegisterTargets", input);
        self.step(entry, "", vec![call]);
    }

    /// The attributes that are to be set: those that say something else than the default.
    pub(super) fn attributes(
        &mut self,
        table: usize,
        (kind, name): (&str, &str),
        there: &Texts,
    ) -> Texts {
        let known = self
            .terms
            .attributes
            .get(table)
            .cloned()
            .unwrap_or_default();
        let mut wanted = Texts::new();
        for (key, value) in there {
            match known.iter().find(|(known, _)| known == key) {
                Some((_, default)) if default == value => {}
                Some(_) => {
                    wanted.insert(key.clone(), value.clone());
                }
                None if ["", "false", "off", "0"].contains(&value.as_str()) => {}
                None => {
                    let what = format!("{key}={value} of {kind} {name}");
                    let entry = self.entry("attribute", &what, Outcome::NotSupported);
                    self.say(entry.because("there is no such attribute here"));
                }
            }
        }
        wanted
    }

    /// A step that sets what is not set yet.
    pub(super) fn set_attributes(
        &mut self,
        (kind, name): (&str, &str),
        (operation, member): (&'static str, &str),
        arn: &str,
        wanted: &Texts,
        old: &Texts,
    ) {
        let mut missing = wanted.clone();
        missing.retain(|key, value| old.get(key) != Some(value));
        if missing.is_empty() {
            return;
        }
        let input = json!({member: arn, "Attributes": pairs(&missing)});
        let what = format!("{kind} {name}");
        let entry = self.entry("attributes", &what, Outcome::Created);
        let call = PlannedCall::of(Api::ElasticLoadBalancing, operation, input);
        self.step(entry, "", vec![call]);
    }

    /// A step that adds tags that are not there yet.
    pub(super) fn add_tags(
        &mut self,
        (kind, name): (&str, &str),
        arn: &str,
        wanted: &Texts,
        old: &Texts,
    ) {
        let mut missing = wanted.clone();
        missing.retain(|key, value| old.get(key) != Some(value));
        if missing.is_empty() {
            return;
        }
        let input = json!({"ResourceArns": [arn], "Tags": pairs(&missing)});
        let entry = self.entry("tags", &format!("{kind} {name}"), Outcome::Created);
        let call = PlannedCall::of(Api::ElasticLoadBalancing, "AddTags", input);
        self.step(entry, "", vec![call]);
    }
}

/// Attributes that are set: not the default.
pub(super) fn set(attributes: &Texts, defaults: &[(&str, &str)]) -> Texts {
    let mut set = attributes.clone();
    set.retain(|key, value| !defaults.contains(&(key.as_str(), value.as_str())));
    set
}

fn refusal(group: &TargetGroup) -> Option<(String, &'static str)> {
    let kind = text(&group.body, "TargetType");
    if !["ip", "instance"].contains(&kind) {
        let reason = format!("targets of type {kind} are not served here");
        return Some((
            reason,
            "run the application where an address reaches it, and register that",
        ));
    }
    let protocol = text(&group.body, "Protocol");
    if !["HTTP", "HTTPS"].contains(&protocol) {
        let reason = format!("targets of protocol {protocol} are of network load balancers");
        return Some((reason, "nothing: Bartizan is an application load balancer"));
    }
    None
}

/// The targets that can be reached from here, and the ids of those that cannot be known.
fn targets(group: &TargetGroup) -> (BTreeSet<Target>, Vec<String>) {
    let (mut targets, mut lost) = (BTreeSet::new(), Vec::new());
    for target in &group.targets {
        let id = text(target, "Id").to_owned();
        let port = target.get("Port").and_then(Value::as_u64);
        if is_instance_id(&id) {
            lost.push(id);
        } else {
            targets.insert((id, port));
        }
    }
    (targets, lost)
}

/// Source: Amazon EC2 User Guide, "Resource IDs".
fn is_instance_id(id: &str) -> bool {
    let hexadecimal = |rest: &str| {
        [8, 17].contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    id.strip_prefix("i-").is_some_and(hexadecimal)
}

fn described(targets: &BTreeSet<Target>) -> Value {
    let described = targets.iter().map(|(id, port)| match port {
        Some(port) => json!({"Id": id, "Port": port}),
        None => json!({"Id": id}),
    });
    described.collect()
}
