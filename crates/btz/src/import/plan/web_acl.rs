//! Web ACLs: which of their rules can be here, their logging, and what they protect.

use serde_json::{Value, json};

use super::waf::WEB_ACL;
use super::{PlannedCall, Planner, each_text, object, told};
use crate::import::account::{Description, WebAcl, list, text};
use crate::import::client::Api;
use crate::import::report::Outcome;

/// What refers to other items, and by which member.
const REFERENCES: [&str; 3] = [
    "IPSetReferenceStatement",
    "RegexPatternSetReferenceStatement",
    "RuleGroupReferenceStatement",
];

/// What `PutLoggingConfiguration` takes and is compared.
const LOGGING_MEMBERS: [&str; 3] = ["LogDestinationConfigs", "RedactedFields", "LoggingFilter"];

impl Planner<'_> {
    pub(super) fn web_acls(&mut self) {
        let (there, here) = (self.there, self.here);
        let items: Vec<_> = here.web_acls.iter().map(|one| one.item.clone()).collect();
        for web_acl in &there.web_acls {
            let body = self.with_rules_of_here(WEB_ACL.word, &web_acl.item);
            self.firewall_manager(web_acl);
            if self.item(&WEB_ACL, &web_acl.item, body, &items) {
                self.logging(web_acl);
            }
            self.other_resources(web_acl);
        }
    }

    fn firewall_manager(&mut self, web_acl: &WebAcl) {
        let body = &web_acl.item.body;
        for member in [
            "PreProcessFirewallManagerRuleGroups",
            "PostProcessFirewallManagerRuleGroups",
        ] {
            for group in list(body, member) {
                let name = format!("{} of web ACL {}", text(group, "Name"), text(body, "Name"));
                let entry = self.entry("Firewall Manager rule group", &name, Outcome::NotSupported);
                let entry = entry
                    .because("there is no Firewall Manager here")
                    .advised("add its rules to the web ACL: aws wafv2 update-web-acl");
                self.say(entry.weaker(true));
            }
        }
    }

    fn other_resources(&mut self, web_acl: &WebAcl) {
        for arn in &web_acl.resources {
            if !arn.contains(":loadbalancer/") {
                let name = format!("{} to {arn}", text(&web_acl.item.body, "Name"));
                let entry = self.entry("association", &name, Outcome::NotSupported);
                let reason = "only application load balancers are protected here";
                let advice = "put a load balancer of Bartizan in front of it, and associate that";
                self.say(entry.because(reason).advised(advice));
            }
        }
    }

    /// The rule as it can be here; `None`, and it is told, when it cannot.
    pub(super) fn rule_of_here(&mut self, owner: &str, rule: &Value) -> Option<Value> {
        let none = Value::Null;
        let statement = rule.get("Statement").unwrap_or(&none);
        let refusal = self
            .managed_refusal(statement)
            .or_else(|| self.foreign_reference(statement));
        if let Some((reason, advice)) = refusal {
            let name = format!("{} of {owner}", text(rule, "Name"));
            let entry = self.entry("rule", &name, Outcome::NotSupported);
            let entry = entry.because(reason).advised(advice);
            self.say(entry.weaker(refuses(rule)));
            return None;
        }
        let mut rule = rule.clone();
        if let Some(managed) = rule.pointer_mut("/Statement/ManagedRuleGroupStatement") {
            let adapted = self.managed_of_here(owner, managed);
            *managed = adapted;
        }
        Some(rule)
    }

    fn managed_refusal(&self, statement: &Value) -> Option<(String, &'static str)> {
        let managed = statement.get("ManagedRuleGroupStatement")?;
        let (vendor, name) = (text(managed, "VendorName"), text(managed, "Name"));
        let key = (vendor.to_owned(), name.to_owned());
        if self.terms.managed_groups.contains_key(&key) {
            return None;
        }
        Some((
            format!(
                "there is no managed rule group {name} of {vendor} here; rules that match its \
                 labels will not match"
            ),
            "see `aws wafv2 list-available-managed-rule-groups` for those that are here, and add \
             rules of your own for what it refused",
        ))
    }

    /// Versions and rules of a group that are not here are left out, and told.
    fn managed_of_here(&mut self, owner: &str, managed: &Value) -> Value {
        let mut managed = managed.clone();
        let (vendor, name) = (
            text(&managed, "VendorName"),
            text(&managed, "Name").to_owned(),
        );
        let key = (vendor.to_owned(), name.clone());
        let Some(group) = self.terms.managed_groups.get(&key) else {
            return managed;
        };
        let version = text(&managed, "Version").to_owned();
        if !version.is_empty() && !group.versions.contains(&version) {
            let what = format!("{version} of {name} in {owner}");
            let entry = self.entry("version of managed group", &what, Outcome::NotSupported);
            let reason = "it is not here: the default version is used";
            self.say(
                entry
                    .because(reason)
                    .advised("nothing, or pin a version that is here"),
            );
            if let Value::Object(members) = &mut managed {
                members.remove("Version");
            }
        }
        for member in ["RuleActionOverrides", "ExcludedRules"] {
            let mut unknown = Vec::new();
            if let Some(Value::Array(overrides)) = managed.get_mut(member) {
                overrides.retain(|one| {
                    let known = group.rules.contains(text(one, "Name"));
                    if !known {
                        unknown.push(text(one, "Name").to_owned());
                    }
                    known
                });
            }
            for rule in unknown {
                let what = format!("{rule} of {name} in {owner}");
                let entry = self.entry("rule of managed group", &what, Outcome::NotSupported);
                let reason = "the group here has no such rule: its override is left out";
                self.say(entry.because(reason).weaker(true));
            }
        }
        managed
    }

    /// A reference to what is of another account is no rule here. One to what should have been read
    /// and was not keeps the whole item away.
    fn foreign_reference(&mut self, statement: &Value) -> Option<(String, &'static str)> {
        let mut arns = Vec::new();
        references(statement, &mut arns);
        for arn in arns {
            if self.named.contains_key(&arn) || self.gone.contains_key(&arn) {
                continue;
            }
            let own = format!(":{}:", self.there.account);
            if !arn.contains(&own) {
                return Some((
                    format!("it refers to {arn}, which is of another account"),
                    "make that here and add the rule: aws wafv2 update-web-acl",
                ));
            }
            self.gone
                .insert(arn.clone(), format!("{arn} (it could not be read)"));
        }
        None
    }

    fn logging(&mut self, web_acl: &WebAcl) {
        let Some(logging) = &web_acl.logging else {
            return;
        };
        let (name, arn) = (
            text(&web_acl.item.body, "Name"),
            text(&web_acl.item.body, "ARN"),
        );
        let destination = list(logging, "LogDestinationConfigs").first();
        let destination = destination.and_then(Value::as_str).unwrap_or_default();
        let Some((_, group)) = destination.split_once(":log-group:") else {
            let entry = self.entry("logging configuration", name, Outcome::NotSupported);
            let reason = format!("{destination} is no log group: there is no Firehose or S3 here");
            let advice = format!(
                "aws wafv2 put-logging-configuration, to \
                 arn:aws:logs:{}:{}:log-group:aws-waf-logs-NAME: a folder in the data folder's logs",
                self.there.region, self.here.account
            );
            self.say(entry.because(reason).advised(advice));
            return;
        };
        let group = group.trim_end_matches(":*");
        let (region, account) = (&self.there.region, &self.here.account);
        let local = format!("arn:aws:logs:{region}:{account}:log-group:{group}");
        let mut wanted = told(&self.with_labels_of_here(logging), &LOGGING_MEMBERS);
        wanted.insert("LogDestinationConfigs".to_owned(), json!([local]));
        let old = logging_here(self.here, self.plan.known.get(arn));
        if old.is_some_and(|old| told(old, &LOGGING_MEMBERS) == wanted) {
            let entry = self.entry("logging configuration", name, Outcome::Unchanged);
            self.say(entry);
            return;
        }
        let outcome = match old {
            None => Outcome::Created,
            Some(_) => Outcome::Replaced,
        };
        wanted.insert("ResourceArn".to_owned(), json!(arn));
        let input = json!({"LoggingConfiguration": object(wanted)});
        let entry = self.entry("logging configuration", name, outcome);
        let call = PlannedCall::of(Api::Wafv2, "PutLoggingConfiguration", input);
        self.step(entry, "", vec![call]);
    }
}

fn logging_here<'a>(here: &'a Description, arn: Option<&String>) -> Option<&'a Value> {
    let mut web_acls = here.web_acls.iter();
    let found = web_acls.find(|one| Some(text(&one.item.body, "ARN")) == arn.map(String::as_str));
    found?.logging.as_ref()
}

fn references(value: &Value, arns: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, arns)),
        Value::Object(members) => {
            for (name, member) in members {
                if REFERENCES.contains(&name.as_str()) {
                    arns.push(text(member, "ARN").to_owned());
                }
                references(member, arns);
            }
        }
        _ => {}
    }
}

/// Whether requests that match a rule may be refused by it.
fn refuses(rule: &Value) -> bool {
    let mut lets_pass = false;
    for action in ["Action", "OverrideAction"] {
        let action = rule.get(action).and_then(Value::as_object);
        let passing = |name: &String| name == "Count" || name == "Allow";
        lets_pass |= action.is_some_and(|action| action.keys().any(passing));
    }
    !lets_pass
}

/// Whether a value holds a text.
pub(super) fn holds(value: &Value, wanted: &str) -> bool {
    let mut found = false;
    each_text(value, &mut |text| found |= text == wanted);
    found
}
