//! From two descriptions, what is there and what is here, to the calls that make the one of the
//! other: pure, so that it can be read and tested without either.
//!
//! Inputs of calls hold the ARNs that things have there. What is made here gets another ARN, which
//! is known when it has been made: `apply` puts it in place. What is here already is compared with
//! its ARNs known ([`Plan::known`]).

mod listener;
mod load_balancer;
mod target_group;
mod waf;
mod web_acl;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::account::{Description, Texts};
use super::client::Api;
use super::report::{Entry, Outcome};

/// What to do when something else is here under a name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum OnConflict {
    /// Leave it, and do not import.
    #[default]
    Skip,
    /// Import under another name: NAME-imported.
    Rename,
    /// Make it as it is in AWS.
    Replace,
}

/// A certificate that listeners here can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LocalCertificate {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) domains: Vec<String>,
}

/// A managed rule group that is here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ManagedGroup {
    pub(crate) versions: BTreeSet<String>,
    pub(crate) rules: BTreeSet<String>,
}

/// What there is here that a plan depends on, and what the user wants.
#[derive(Debug, Clone, Default)]
pub(crate) struct Terms {
    pub(crate) on_conflict: OnConflict,
    /// Ports of listeners there, and those that they get here.
    pub(crate) ports: BTreeMap<u16, u16>,
    /// Which certificate here stands for one there, by ARN and name.
    pub(crate) certificate_names: BTreeMap<String, String>,
    pub(crate) certificates: Vec<LocalCertificate>,
    /// By vendor and name.
    pub(crate) managed_groups: BTreeMap<(String, String), ManagedGroup>,
    /// The attributes of load balancers, listeners and target groups, with their defaults.
    pub(crate) attributes: [Vec<(&'static str, &'static str)>; 3],
}

/// A call to make.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PlannedCall {
    pub(crate) api: Api,
    pub(crate) operation: &'static str,
    pub(crate) input: Value,
    /// Where in the output the ARN is that stands for one there.
    pub(crate) gives: Option<(&'static str, String)>,
}

/// Calls that make one item, in their order; when one fails, the item has failed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    /// What is said when all goes well.
    pub(crate) entry: Entry,
    /// ARNs there (or other keys of [`Plan::known`]) that must be known before.
    pub(crate) needs: BTreeSet<String>,
    pub(crate) calls: Vec<PlannedCall>,
    /// What is known when it is done.
    pub(crate) provides: Option<String>,
    /// Of a listener that is made: the load balancer's ARN there, and the port that must open.
    pub(crate) opens: Option<(String, u16)>,
}

/// What is to be done.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    /// What needs no call: unchanged, skipped, not supported.
    pub(crate) entries: Vec<Entry>,
    /// What stands here for an ARN there.
    pub(crate) known: BTreeMap<String, String>,
}

/// Makes the plan of one Region.
pub(crate) fn plan(there: &Description, here: &Description, terms: &Terms) -> Plan {
    let mut planner = Planner {
        there,
        here,
        terms,
        plan: Plan::default(),
        gone: BTreeMap::new(),
        unsupported: BTreeSet::new(),
        named: BTreeMap::new(),
    };
    planner.unread();
    planner.waf_items();
    planner.target_groups();
    planner.load_balancers();
    planner.plan
}

/// A plan being made.
struct Planner<'a> {
    there: &'a Description,
    here: &'a Description,
    terms: &'a Terms,
    plan: Plan,
    /// ARNs there of what will not be here, and what that is.
    gone: BTreeMap<String, String>,
    /// ARNs there of target groups that cannot be here.
    unsupported: BTreeSet<String>,
    /// ARNs there of what is planned, and its name here.
    named: BTreeMap<String, String>,
}

impl Planner<'_> {
    fn entry(&self, kind: &str, name: &str, outcome: Outcome) -> Entry {
        Entry::new(&self.there.region, kind, name, outcome)
    }

    fn say(&mut self, entry: Entry) {
        self.plan.entries.push(entry);
    }

    fn unread(&mut self) {
        for unread in &self.there.unread {
            let entry = self.entry(&unread.kind, &unread.name, Outcome::Failed);
            let reason = format!("it cannot be read: {}", unread.reason);
            let mut advice = "let the credentials do it (btz import aws --help shows the policy), \
                              and run this again";
            if !unread.reason.contains("not authorized") && !unread.reason.contains("AccessDenied")
            {
                advice = "run this again";
            }
            self.say(entry.because(reason).advised(advice));
        }
        for unread in &self.here.unread {
            let entry = self.entry(&unread.kind, &unread.name, Outcome::Failed);
            self.say(entry.because(format!("what is here cannot be read: {}", unread.reason)));
        }
    }

    /// Which of the ARNs that a value holds stand for something that will not be here.
    fn missing(&self, value: &Value) -> Option<String> {
        let mut found = None;
        each_text(value, &mut |text| {
            if let Some(what) = self.gone.get(text) {
                found.get_or_insert_with(|| what.clone());
            }
        });
        found
    }

    /// What of a value must be known before a call: the ARNs of what is made by other steps.
    fn needs(&self, value: &Value) -> BTreeSet<String> {
        let mut needs = BTreeSet::new();
        each_text(value, &mut |text| {
            if self.named.contains_key(text) && !self.plan.known.contains_key(text) {
                needs.insert(text.to_owned());
            }
        });
        needs
    }

    /// The value with the ARNs of here, as far as they are known.
    fn known(&self, value: &Value) -> Value {
        resolved(value, &self.plan.known)
    }
}

/// Calls `each` with every text in a value.
pub(crate) fn each_text(value: &Value, each: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => each(text),
        Value::Array(items) => items.iter().for_each(|item| each_text(item, each)),
        Value::Object(members) => members.values().for_each(|member| each_text(member, each)),
        _ => {}
    }
}

/// Puts other texts in place of those that `known` holds.
pub(crate) fn resolved(value: &Value, known: &BTreeMap<String, String>) -> Value {
    mapped(value, &|text| known.get(text).cloned())
}

/// Puts other texts in place of some.
fn mapped(value: &Value, map: &impl Fn(&str) -> Option<String>) -> Value {
    match value {
        Value::String(text) => Value::String(map(text).unwrap_or_else(|| text.clone())),
        Value::Array(items) => items.iter().map(|item| mapped(item, map)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), mapped(member, map)))
            .collect(),
        other => other.clone(),
    }
}

/// The members that say something: what is absent, empty or null means the same to both APIs.
fn told(value: &Value, members: &[&str]) -> BTreeMap<String, Value> {
    let members = members.iter().filter_map(|name| {
        let member = value.get(*name)?;
        let empty = match member {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(members) => members.is_empty(),
            _ => false,
        };
        (!empty).then(|| ((*name).to_owned(), member.clone()))
    });
    members.collect()
}

fn object(members: BTreeMap<String, Value>) -> Value {
    Value::Object(members.into_iter().collect())
}

/// Tags that can be set: those of AWS's own cannot.
fn own_tags(tags: &Texts) -> Texts {
    let own = |key: &String| !key.to_ascii_lowercase().starts_with("aws:");
    let tags = tags.iter().filter(|(key, _)| own(key));
    tags.map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// Tags and attributes as a list of `Key` and `Value`.
fn pairs(texts: &Texts) -> Value {
    let pairs = texts.iter();
    pairs
        .map(|(key, value)| serde_json::json!({"Key": key, "Value": value}))
        .collect()
}

/// Whether all of one is in the other.
fn is_within(some: &Texts, all: &Texts) -> bool {
    some.iter().all(|(key, value)| all.get(key) == Some(value))
}

/// Names to be tried for something that is here already, but different.
fn other_names(name: &str, characters_max: usize) -> impl Iterator<Item = String> {
    (1..=9).map(move |number| {
        let ending = match number {
            1 => "-imported".to_owned(),
            number => format!("-imported-{number}"),
        };
        let kept = characters_max.saturating_sub(ending.len());
        let kept: String = name.chars().take(kept).collect();
        format!("{}{ending}", kept.trim_end_matches('-'))
    })
}

/// What is done with an item whose name may be taken.
#[derive(Debug, PartialEq)]
enum Fate<T> {
    /// Nobody has this name.
    New(String),
    /// This one is the same already.
    Same(T),
    /// This one is to become the same.
    Replace(T),
    /// This one stays.
    Taken,
}

/// Finds a name for an item: `find` answers what has a name here, and whether it is the same.
fn fate<T>(
    on_conflict: OnConflict,
    name: &str,
    characters_max: usize,
    find: impl Fn(&str) -> Option<(T, bool)>,
) -> Fate<T> {
    match (find(name), on_conflict) {
        (None, _) => return Fate::New(name.to_owned()),
        (Some((found, true)), _) => return Fate::Same(found),
        (Some((found, false)), OnConflict::Replace) => return Fate::Replace(found),
        (Some(_), OnConflict::Skip) => return Fate::Taken,
        (Some(_), OnConflict::Rename) => {}
    }
    for other in other_names(name, characters_max) {
        match find(&other) {
            None => return Fate::New(other),
            Some((found, true)) => return Fate::Same(found),
            Some(_) => {}
        }
    }
    Fate::Taken
}

const TAKEN: &str = "another one of this name is here, which differs";
const TAKEN_ADVICE: &str = "compare them; --on-conflict rename imports it beside, replace over it";

#[cfg(test)]
mod tests;
