//! Managed rule groups: AWS's group and rule names and labels, so that policies and overrides
//! written for AWS work unchanged, with rules of our own. Each group is one file under
//! `crates/waf/managed/`, rules in WAFv2's JSON, and one line in the registry here.
//! Source of names and labels: AWS WAF developer guide, "AWS Managed Rules rule groups list".

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use wire::Value;

use crate::compiler::Library;
use crate::error::{CompileError, ExceptionField};
use crate::ip_set::IpSet;
use crate::read;
use crate::regex_pattern_set::RegexPatternSet;
use crate::rule::Effect;
use crate::rule_group::{RuleGroup, RuleGroupSource, compile_managed};
use crate::verdict::ActionKind;

/// The registry: one line a group.
static GROUPS: [ManagedGroup; 11] = [
    ManagedGroup::new(include_str!(
        "../../managed/AWSManagedRulesCommonRuleSet.json"
    )),
    ManagedGroup::new(include_str!(
        "../../managed/AWSManagedRulesAdminProtectionRuleSet.json"
    )),
    ManagedGroup::new(include_str!(
        "../../managed/AWSManagedRulesKnownBadInputsRuleSet.json"
    )),
    ManagedGroup::new(include_str!(
        "../../managed/AWSManagedRulesSQLiRuleSet.json"
    )),
    ManagedGroup::new(include_str!(
        "../../managed/AWSManagedRulesLinuxRuleSet.json"
    )),
    ManagedGroup::new(include_str!(
        "../../managed/AWSManagedRulesUnixRuleSet.json"
    )),
    ManagedGroup::new(include_str!(
        "../../managed/AWSManagedRulesWindowsRuleSet.json"
    )),
    ManagedGroup::new(include_str!("../../managed/AWSManagedRulesPHPRuleSet.json")),
    ManagedGroup::new(include_str!(
        "../../managed/AWSManagedRulesWordPressRuleSet.json"
    )),
    ManagedGroup::new(include_str!(
        "../../managed/AWSManagedRulesAmazonIpReputationList.json"
    )),
    ManagedGroup::new(include_str!(
        "../../managed/AWSManagedRulesAnonymousIpList.json"
    )),
];

/// A managed rule group.
#[derive(Debug)]
pub struct ManagedGroup {
    source: &'static str,
    loaded: OnceLock<Result<Loaded, CompileError>>,
}

#[derive(Debug)]
struct Loaded {
    listing: Listing,
    group: Arc<RuleGroup>,
}

/// What the API tells about a managed group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// `AWS`.
    pub vendor_name: String,
    /// Its name, such as `AWSManagedRulesCommonRuleSet`.
    pub name: String,
    /// What it is for, in our words.
    pub description: String,
    /// Capacity units (WCU) that a reference to it costs.
    pub capacity: u64,
    /// Its versions, the default first.
    pub versions: Vec<String>,
    /// Prefix of its labels: `awswaf:managed:aws:core-rule-set:`.
    pub label_namespace: String,
    /// Its rules in their order.
    pub rules: Vec<ListedRule>,
}

/// What the API tells about a rule of a managed group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRule {
    /// Its name.
    pub name: String,
    /// What it looks for, in our words.
    pub description: String,
    /// What it does.
    pub action: ActionKind,
    /// Labels it gives, fully qualified.
    pub labels: Vec<String>,
}

/// What is known about every managed group, in the registry's order.
///
/// # Errors
/// When an embedded group is damaged, which the tests rule out.
pub fn listings() -> Result<Vec<&'static Listing>, CompileError> {
    GROUPS.iter().map(ManagedGroup::listing).collect()
}

/// The group of this vendor and name.
#[must_use]
pub fn find(vendor: &str, name: &str) -> Option<&'static ManagedGroup> {
    GROUPS.iter().find(|group| {
        group
            .listing()
            .is_ok_and(|listing| listing.vendor_name == vendor && listing.name == name)
    })
}

impl ManagedGroup {
    const fn new(source: &'static str) -> Self {
        Self {
            source,
            loaded: OnceLock::new(),
        }
    }

    /// What the API tells about it.
    ///
    /// # Errors
    /// When the embedded group is damaged.
    pub fn listing(&self) -> Result<&Listing, CompileError> {
        Ok(&self.loaded()?.listing)
    }

    /// Its rules, compiled once.
    ///
    /// # Errors
    /// When the embedded group is damaged.
    pub fn compiled(&self) -> Result<Arc<RuleGroup>, CompileError> {
        Ok(Arc::clone(&self.loaded()?.group))
    }

    fn loaded(&self) -> Result<&Loaded, CompileError> {
        self.loaded
            .get_or_init(|| load(self.source))
            .as_ref()
            .map_err(Clone::clone)
    }
}

fn load(source: &str) -> Result<Loaded, CompileError> {
    let field = ExceptionField::RuleGroup;
    let mut document = wire::json::parse(source.as_bytes())
        .map_err(|error| CompileError::invalid(field, "", error.to_string()))?;
    plain_search_strings(&mut document);
    let document = document;
    let text = |name| read::text(&document, name, field).map(str::to_owned);
    let capacity = read::integer(&document, "Capacity", field)?;
    let capacity = u64::try_from(capacity).map_err(|_| read::malformed(field, "Capacity"))?;
    let vendor_name = text("VendorName")?;
    let name = text("Name")?;
    let label_namespace = text("LabelNamespace")?;
    let rules = read::required(&document, "Rules", field)?;
    let own = Own::read(&document)?;
    let group = compile_managed(
        &RuleGroupSource {
            arn: &format!("{vendor_name}#{name}"),
            name: &name,
            rules,
            custom_response_bodies: None,
            label_namespace: &label_namespace,
            capacity: Some(capacity),
        },
        &own,
    )?;
    let described = |name: &str| {
        let items = rules.as_list().unwrap_or_default();
        let rule = items
            .iter()
            .find(|rule| rule.member("Name").and_then(Value::as_str) == Some(name));
        let rule = rule.ok_or_else(|| read::malformed(field, name))?;
        read::text(rule, "Description", field).map(str::to_owned)
    };
    let listed = group.rules().iter().map(|rule| {
        Ok(ListedRule {
            name: rule.name.clone(),
            description: described(&rule.name)?,
            action: match &rule.effect {
                Effect::Action(action) => action.kind(),
                Effect::Group | Effect::GroupCount => ActionKind::Count,
            },
            labels: rule.labels.clone(),
        })
    });
    let versions = read::texts(&document, "Versions", field)?;
    let listing = Listing {
        rules: listed.collect::<Result<_, CompileError>>()?,
        description: text("Description")?,
        versions: versions.into_iter().map(str::to_owned).collect(),
        vendor_name,
        name,
        capacity,
        label_namespace,
    };
    Ok(Loaded {
        listing,
        group: Arc::new(group),
    })
}

/// The regex pattern sets that a group's file holds; its rules name them instead of ARNs.
struct Own(BTreeMap<String, Arc<RegexPatternSet>>);

impl Own {
    fn read(document: &Value) -> Result<Self, CompileError> {
        let sets = read::optional(document, "RegexPatternSets").and_then(Value::as_map);
        let sets = sets.unwrap_or_default().iter().map(|(name, _)| {
            let holder = document.member("RegexPatternSets").unwrap_or(document);
            let patterns = read::texts(holder, name, ExceptionField::RegexPatternSet)?;
            let set = RegexPatternSet::managed(&patterns);
            Ok((name.clone(), Arc::new(set)))
        });
        Ok(Self(sets.collect::<Result<_, _>>()?))
    }
}

impl Library for Own {
    fn ip_set(&self, _: &str) -> Option<Arc<IpSet>> {
        None
    }

    fn regex_pattern_set(&self, arn: &str) -> Option<Arc<RegexPatternSet>> {
        self.0.get(arn).cloned()
    }

    fn rule_group(&self, _: &str) -> Option<Arc<RuleGroup>> {
        None
    }
}

/// On the wire a search string is base64; in a managed group's file it is text, to be read by
/// people.
fn plain_search_strings(value: &mut Value) {
    match value {
        Value::Map(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "SearchString" => {
                        *member = Value::Blob(std::mem::take(text).into_bytes());
                    }
                    member => plain_search_strings(member),
                }
            }
        }
        Value::List(items) => items.iter_mut().for_each(plain_search_strings),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_expression_compiles() {
        let mut count = 0;
        for group in &GROUPS {
            let document = wire::json::parse(group.source.as_bytes()).unwrap();
            for set in Own::read(&document).unwrap().0.values() {
                for pattern in set.patterns() {
                    assert!(pattern.regex().is_some(), "{}", pattern.as_str());
                    count += 1;
                }
            }
        }
        assert!(count > 80, "{count}");
    }
}
