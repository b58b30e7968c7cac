//! IP sets, regex pattern sets and rule groups, and what web ACLs have in common with them.

use serde_json::{Value, json};

use super::{
    Fate, PlannedCall, Planner, Step, TAKEN, TAKEN_ADVICE, fate, mapped, object, own_tags, pairs,
    told,
};
use crate::import::account::{Item, Texts, list, text};
use crate::import::client::Api;
use crate::import::report::Outcome;

/// The longest name of an item.
const NAME_CHARACTERS_MAX: usize = 128;

/// A kind of items.
pub(super) struct Kind {
    pub(super) word: &'static str,
    pub(super) create: &'static str,
    pub(super) update: &'static str,
    /// What `Create...` takes beside name, scope and tags.
    pub(super) members: &'static [&'static str],
    /// What of these only `Create...` takes.
    pub(super) fixed: &'static [&'static str],
}

const IP_SET: Kind = Kind {
    word: "IP set",
    create: "CreateIPSet",
    update: "UpdateIPSet",
    members: &["Description", "IPAddressVersion", "Addresses"],
    fixed: &["IPAddressVersion"],
};

const REGEX_PATTERN_SET: Kind = Kind {
    word: "regex pattern set",
    create: "CreateRegexPatternSet",
    update: "UpdateRegexPatternSet",
    members: &["Description", "RegularExpressionList"],
    fixed: &[],
};

const RULE_GROUP: Kind = Kind {
    word: "rule group",
    create: "CreateRuleGroup",
    update: "UpdateRuleGroup",
    members: &[
        "Description",
        "Capacity",
        "Rules",
        "VisibilityConfig",
        "CustomResponseBodies",
    ],
    fixed: &["Capacity"],
};

pub(super) const WEB_ACL: Kind = Kind {
    word: "web ACL",
    create: "CreateWebACL",
    update: "UpdateWebACL",
    members: &[
        "Description",
        "DefaultAction",
        "Rules",
        "VisibilityConfig",
        "CustomResponseBodies",
        "CaptchaConfig",
        "ChallengeConfig",
        "TokenDomains",
        "AssociationConfig",
        "DataProtectionConfig",
        "OnSourceDDoSProtectionConfig",
        "ApplicationConfig",
    ],
    fixed: &[],
};

impl Planner<'_> {
    /// In the order in which one refers to another.
    pub(super) fn waf_items(&mut self) {
        let (there, here) = (self.there, self.here);
        for item in &there.ip_sets {
            self.item(&IP_SET, item, item.body.clone(), &here.ip_sets);
        }
        for item in &there.regex_pattern_sets {
            self.item(
                &REGEX_PATTERN_SET,
                item,
                item.body.clone(),
                &here.regex_pattern_sets,
            );
        }
        for item in &there.rule_groups {
            let body = self.with_rules_of_here(RULE_GROUP.word, item);
            self.item(&RULE_GROUP, item, body, &here.rule_groups);
        }
        self.web_acls();
    }

    /// Labels say whose they are: the account and the name of a rule group or web ACL.
    pub(super) fn with_labels_of_here(&self, value: &Value) -> Value {
        let namespace = format!("awswaf:{}:", self.there.account);
        mapped(value, &|text| {
            let rest = text.strip_prefix(&namespace)?;
            let mut parts: Vec<&str> = rest.split(':').collect();
            let renamed = match parts.as_slice() {
                ["rulegroup", name, ..] => self.name_here(&self.there.rule_groups, name),
                _ => None,
            };
            if let (Some(renamed), Some(name)) = (&renamed, parts.get_mut(1)) {
                *name = renamed;
            }
            Some(format!("awswaf:{}:{}", self.here.account, parts.join(":")))
        })
    }

    fn name_here(&self, items: &[Item], name: &str) -> Option<String> {
        let item = items.iter().find(|item| text(&item.body, "Name") == name)?;
        self.named.get(text(&item.body, "ARN")).cloned()
    }

    /// Plans one item; answers whether it will be here.
    pub(super) fn item(&mut self, kind: &Kind, item: &Item, body: Value, here: &[Item]) -> bool {
        let (name, arn) = (text(&item.body, "Name"), text(&item.body, "ARN"));
        if let Some(missing) = self.missing(&body) {
            let entry = self.entry(kind.word, name, Outcome::Skipped);
            let reason = format!("it refers to {missing}, which is not imported");
            self.say(entry.because(reason).advised("see there"));
            self.gone
                .insert(arn.to_owned(), format!("{} {name}", kind.word));
            return false;
        }
        let body = self.with_labels_of_here(&body);
        let tags = own_tags(&item.tags);
        let wanted = told(&self.known(&body), kind.members);
        let find = |name: &str| {
            let found = here.iter().find(|one| text(&one.body, "Name") == name)?;
            let same = told(&found.body, kind.members) == wanted && found.tags == tags;
            Some((found, same))
        };
        match fate(self.terms.on_conflict, name, NAME_CHARACTERS_MAX, find) {
            Fate::New(local) => {
                self.create(kind, item, &local, &body, &tags);
                true
            }
            Fate::Same(found) => {
                let local = text(&found.body, "Name");
                let entry = self.entry(kind.word, name, Outcome::Unchanged);
                self.say(entry.named_here(local));
                let local_arn = text(&found.body, "ARN").to_owned();
                self.plan.known.insert(arn.to_owned(), local_arn);
                self.named.insert(arn.to_owned(), local.to_owned());
                true
            }
            Fate::Replace(found) => self.replace(kind, item, found, &body, &tags),
            Fate::Taken => {
                let entry = self.entry(kind.word, name, Outcome::Skipped);
                self.say(entry.because(TAKEN).advised(TAKEN_ADVICE));
                self.gone
                    .insert(arn.to_owned(), format!("{} {name}", kind.word));
                false
            }
        }
    }

    fn create(&mut self, kind: &Kind, item: &Item, local: &str, body: &Value, tags: &Texts) {
        let (name, arn) = (text(&item.body, "Name"), text(&item.body, "ARN"));
        let mut input = told(body, kind.members);
        input.insert("Name".to_owned(), json!(local));
        input.insert("Scope".to_owned(), json!("REGIONAL"));
        if kind.word == IP_SET.word {
            input
                .entry("Addresses".to_owned())
                .or_insert_with(|| json!([]));
        }
        if kind.word == REGEX_PATTERN_SET.word {
            let patterns = input.entry("RegularExpressionList".to_owned());
            patterns.or_insert_with(|| json!([]));
        }
        if !tags.is_empty() {
            input.insert("Tags".to_owned(), pairs(tags));
        }
        let input = object(input);
        let entry = self
            .entry(kind.word, name, Outcome::Created)
            .named_here(local);
        let call = PlannedCall {
            api: Api::Wafv2,
            operation: kind.create,
            input,
            gives: Some(("/Summary/ARN", arn.to_owned())),
        };
        self.step(entry, arn, vec![call]);
        self.named.insert(arn.to_owned(), local.to_owned());
    }

    /// Makes what is here as it is there; answers whether that can be.
    fn replace(
        &mut self,
        kind: &Kind,
        item: &Item,
        old: &Item,
        body: &Value,
        tags: &Texts,
    ) -> bool {
        let (name, arn) = (text(&item.body, "Name"), text(&item.body, "ARN"));
        let fixed = kind
            .fixed
            .iter()
            .find(|one| body.get(**one) != old.body.get(**one));
        if let Some(fixed) = fixed {
            let entry = self.entry(kind.word, name, Outcome::Skipped);
            let reason = format!("{TAKEN}, and its {fixed} cannot be changed");
            self.say(
                entry
                    .because(reason)
                    .advised("delete it here, or --on-conflict rename"),
            );
            self.gone
                .insert(arn.to_owned(), format!("{} {name}", kind.word));
            return false;
        }
        let mut input = told(body, kind.members);
        input.retain(|member, _| !kind.fixed.contains(&member.as_str()));
        if kind.word == IP_SET.word {
            input
                .entry("Addresses".to_owned())
                .or_insert_with(|| json!([]));
        }
        input.insert("Name".to_owned(), json!(text(&old.body, "Name")));
        input.insert("Id".to_owned(), json!(text(&old.body, "Id")));
        input.insert("Scope".to_owned(), json!("REGIONAL"));
        let mut calls = vec![PlannedCall::of(Api::Wafv2, kind.update, object(input))];
        let old_arn = text(&old.body, "ARN");
        let gone: Vec<&String> = old
            .tags
            .keys()
            .filter(|key| !tags.contains_key(*key))
            .collect();
        if !gone.is_empty() {
            let input = json!({"ResourceARN": old_arn, "TagKeys": gone});
            calls.push(PlannedCall::of(Api::Wafv2, "UntagResource", input));
        }
        if !tags.is_empty() && *tags != old.tags {
            let input = json!({"ResourceARN": old_arn, "Tags": pairs(tags)});
            calls.push(PlannedCall::of(Api::Wafv2, "TagResource", input));
        }
        let entry = self.entry(kind.word, name, Outcome::Replaced);
        self.named.insert(arn.to_owned(), name.to_owned());
        self.step(entry, arn, calls);
        self.plan.known.insert(arn.to_owned(), old_arn.to_owned());
        true
    }

    /// A step that needs what its calls refer to.
    pub(super) fn step(
        &mut self,
        entry: crate::import::report::Entry,
        own: &str,
        calls: Vec<PlannedCall>,
    ) {
        let mut needs: std::collections::BTreeSet<String> = calls
            .iter()
            .flat_map(|call| self.needs(&call.input))
            .collect();
        needs.remove(own);
        self.plan.steps.push(Step {
            entry,
            needs,
            calls,
            provides: None,
            opens: None,
        });
    }

    /// The body without the rules that cannot be here, each of which is told.
    pub(super) fn with_rules_of_here(&mut self, word: &str, item: &Item) -> Value {
        let owner = format!("{word} {}", text(&item.body, "Name"));
        let mut kept = Vec::new();
        for rule in list(&item.body, "Rules") {
            if let Some(rule) = self.rule_of_here(&owner, rule) {
                kept.push(rule);
            }
        }
        let mut body = item.body.clone();
        if let Some(rules) = body.get_mut("Rules") {
            *rules = Value::Array(kept);
        }
        body
    }
}

impl PlannedCall {
    /// A call that makes nothing that others refer to.
    pub(super) const fn of(api: Api, operation: &'static str, input: Value) -> Self {
        Self {
            api,
            operation,
            input,
            gives: None,
        }
    }
}
