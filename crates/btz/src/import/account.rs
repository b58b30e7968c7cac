//! What one Region of an account has, in the shapes that AWS's APIs answer.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Tags, or attributes, by key.
pub(crate) type Texts = BTreeMap<String, String>;

/// One Region (and scope) of an account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Description {
    pub(crate) account: String,
    pub(crate) region: String,
    /// `REGIONAL` or `CLOUDFRONT`.
    pub(crate) scope: String,
    pub(crate) ip_sets: Vec<Item>,
    pub(crate) regex_pattern_sets: Vec<Item>,
    pub(crate) rule_groups: Vec<Item>,
    pub(crate) web_acls: Vec<WebAcl>,
    pub(crate) target_groups: Vec<TargetGroup>,
    pub(crate) load_balancers: Vec<LoadBalancer>,
    /// The certificates that listeners show, by ARN.
    pub(crate) certificates: BTreeMap<String, Certificate>,
    /// What could not be read.
    pub(crate) unread: Vec<Unread>,
}

/// An item of the WAFv2 API: as its `Get...` answers it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Item {
    pub(crate) body: Value,
    pub(crate) tags: Texts,
}

/// A web ACL, with what it is used by.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct WebAcl {
    #[serde(flatten)]
    pub(crate) item: Item,
    pub(crate) logging: Option<Value>,
    /// ARNs of what it protects.
    pub(crate) resources: Vec<String>,
}

/// A load balancer with its listeners.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct LoadBalancer {
    pub(crate) body: Value,
    pub(crate) attributes: Texts,
    pub(crate) tags: Texts,
    pub(crate) listeners: Vec<Listener>,
}

/// A listener with its rules.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Listener {
    pub(crate) body: Value,
    pub(crate) attributes: Texts,
    pub(crate) tags: Texts,
    /// ARNs of its certificates beside the default one.
    pub(crate) certificates: Vec<String>,
    /// Its rules but the default one.
    pub(crate) rules: Vec<Rule>,
}

/// A rule of a listener.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) body: Value,
    pub(crate) tags: Texts,
}

/// A target group with its targets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct TargetGroup {
    pub(crate) body: Value,
    pub(crate) attributes: Texts,
    pub(crate) tags: Texts,
    /// `TargetDescription`s.
    pub(crate) targets: Vec<Value>,
}

/// A certificate: its names, or why they are not known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) enum Certificate {
    Domains(BTreeSet<String>),
    Unread(String),
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Unread {
    /// What it is, such as `web ACL`.
    pub(crate) kind: String,
    /// Its name, or `*` for all of them.
    pub(crate) name: String,
    /// The error.
    pub(crate) reason: String,
}

/// A text member; empty when it is not there.
pub(crate) fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value
        .get(member)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// A list member; empty when it is not there.
pub(crate) fn list<'v>(value: &'v Value, member: &str) -> &'v [Value] {
    let items = value.get(member).and_then(Value::as_array);
    items.map_or(&[], Vec::as_slice)
}

impl Description {
    /// How many items it has.
    pub(crate) fn len(&self) -> usize {
        let listeners = self.load_balancers.iter().flat_map(|one| &one.listeners);
        self.ip_sets.len()
            + self.regex_pattern_sets.len()
            + self.rule_groups.len()
            + self.web_acls.len()
            + self.target_groups.len()
            + self.load_balancers.len()
            + listeners.map(|one| 1 + one.rules.len()).sum::<usize>()
    }

    /// Whether something of this kind could not be read, beyond one item.
    pub(crate) fn lacks_all(&self, kind: &str) -> bool {
        let mut unread = self.unread.iter();
        unread.any(|unread| unread.kind == kind && unread.name == "*")
    }
}
