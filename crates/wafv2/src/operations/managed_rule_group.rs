//! ListAvailableManagedRuleGroups, ListAvailableManagedRuleGroupVersions, DescribeManagedRuleGroup,
//! DescribeAllManagedProducts, DescribeManagedProductsByVendor: what the rule engine's registry of managed groups holds.
//! Source: AWS WAF API Reference.

use std::collections::BTreeSet;

use types::{Call, ServiceError};
use waf::ActionKind;
use waf::managed::{self, Listing};
use wire::Value;

use super::lifecycle::page;
use crate::Wafv2;
use crate::exception;
use crate::model::{
    DescribeAllManagedProductsRequest, DescribeAllManagedProductsResponse,
    DescribeManagedProductsByVendorRequest, DescribeManagedProductsByVendorResponse,
    DescribeManagedRuleGroupRequest, DescribeManagedRuleGroupResponse, LabelSummary,
    ListAvailableManagedRuleGroupVersionsRequest, ListAvailableManagedRuleGroupVersionsResponse,
    ListAvailableManagedRuleGroupsRequest, ListAvailableManagedRuleGroupsResponse,
    ManagedProductDescriptor, ManagedRuleGroupSummary, ManagedRuleGroupVersion, RuleSummary,
};
use crate::scope::Place;

fn listings() -> Result<Vec<&'static Listing>, ServiceError> {
    let mut listings = managed::listings().map_err(exception::internal)?;
    listings.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(listings)
}

fn listing(vendor: &str, name: &str) -> Result<&'static Listing, ServiceError> {
    let group = managed::find(vendor, name).ok_or_else(exception::nonexistent_item)?;
    group.listing().map_err(exception::internal)
}

pub(crate) async fn list_available_managed_rule_groups(
    _service: &Wafv2,
    call: &Call,
    input: ListAvailableManagedRuleGroupsRequest,
) -> Result<ListAvailableManagedRuleGroupsResponse, ServiceError> {
    Place::of(call, &input.scope)?;
    let named = listings()?
        .into_iter()
        .map(|listing| (listing.name.clone(), listing));
    let (groups, next_marker) = page(named, input.next_marker.as_deref(), input.limit);
    let groups = groups
        .into_iter()
        .map(|(name, listing)| ManagedRuleGroupSummary {
            vendor_name: Some(listing.vendor_name.clone()),
            name: Some(name),
            versioning_supported: Some(!listing.versions.is_empty()),
            description: Some(listing.description.clone()),
        });
    let managed_rule_groups = Some(groups.collect());
    Ok(ListAvailableManagedRuleGroupsResponse {
        next_marker,
        managed_rule_groups,
    })
}

pub(crate) async fn list_available_managed_rule_group_versions(
    _service: &Wafv2,
    call: &Call,
    input: ListAvailableManagedRuleGroupVersionsRequest,
) -> Result<ListAvailableManagedRuleGroupVersionsResponse, ServiceError> {
    Place::of(call, &input.scope)?;
    let listing = listing(&input.vendor_name, &input.name)?;
    let named: BTreeSet<&String> = listing.versions.iter().collect();
    let named = named.into_iter().map(|version| (version.clone(), ()));
    let (versions, next_marker) = page(named, input.next_marker.as_deref(), input.limit);
    let versions = versions
        .into_iter()
        .map(|(name, ())| ManagedRuleGroupVersion {
            name: Some(name),
            last_update_timestamp: None,
        });
    Ok(ListAvailableManagedRuleGroupVersionsResponse {
        next_marker,
        versions: Some(versions.collect()),
        current_default_version: listing.versions.first().cloned(),
    })
}

pub(crate) async fn describe_managed_rule_group(
    _service: &Wafv2,
    call: &Call,
    input: DescribeManagedRuleGroupRequest,
) -> Result<DescribeManagedRuleGroupResponse, ServiceError> {
    Place::of(call, &input.scope)?;
    let listing = listing(&input.vendor_name, &input.name)?;
    let known = |version: &String| listing.versions.contains(version);
    if input
        .version_name
        .as_ref()
        .is_some_and(|version| !known(version))
    {
        return Err(exception::nonexistent_item());
    }
    let rules = listing.rules.iter().map(|rule| RuleSummary {
        name: Some(rule.name.clone()),
        action: Some(action(rule.action)),
    });
    let labels: BTreeSet<&String> = listing.rules.iter().flat_map(|rule| &rule.labels).collect();
    let labels = labels.into_iter().map(|label| LabelSummary {
        name: Some(label.clone()),
    });
    Ok(DescribeManagedRuleGroupResponse {
        version_name: input
            .version_name
            .or_else(|| listing.versions.first().cloned()),
        sns_topic_arn: None,
        capacity: Some(i64::try_from(listing.capacity).unwrap_or(i64::MAX)),
        rules: Some(rules.collect()),
        label_namespace: Some(listing.label_namespace.clone()),
        available_labels: Some(labels.collect()),
        consumed_labels: None,
    })
}

pub(crate) async fn describe_all_managed_products(
    _service: &Wafv2,
    call: &Call,
    input: DescribeAllManagedProductsRequest,
) -> Result<DescribeAllManagedProductsResponse, ServiceError> {
    Place::of(call, &input.scope)?;
    let products = listings()?.into_iter().map(product);
    Ok(DescribeAllManagedProductsResponse {
        managed_products: Some(products.collect()),
    })
}

pub(crate) async fn describe_managed_products_by_vendor(
    _service: &Wafv2,
    call: &Call,
    input: DescribeManagedProductsByVendorRequest,
) -> Result<DescribeManagedProductsByVendorResponse, ServiceError> {
    Place::of(call, &input.scope)?;
    let listings = listings()?.into_iter();
    let of_vendor = listings.filter(|listing| listing.vendor_name == input.vendor_name);
    Ok(DescribeManagedProductsByVendorResponse {
        managed_products: Some(of_vendor.map(product).collect()),
    })
}

/// The managed groups that take a configuration of their own (`ManagedRuleGroupConfigs`).
const ADVANCED: [&str; 4] = [
    "AWSManagedRulesACFPRuleSet",
    "AWSManagedRulesATPRuleSet",
    "AWSManagedRulesAntiDDoSRuleSet",
    "AWSManagedRulesBotControlRuleSet",
];

fn product(listing: &'static Listing) -> ManagedProductDescriptor {
    ManagedProductDescriptor {
        vendor_name: Some(listing.vendor_name.clone()),
        managed_rule_set_name: Some(listing.name.clone()),
        product_id: Some(format!("{}#{}", listing.vendor_name, listing.name)),
        // Those of AWS Marketplace only.
        product_link: None,
        product_title: Some(title(&listing.name)),
        product_description: Some(listing.description.clone()),
        sns_topic_arn: None,
        is_versioning_supported: Some(!listing.versions.is_empty()),
        is_advanced_managed_rule_set: Some(ADVANCED.contains(&listing.name.as_str())),
    }
}

/// `Common Rule Set` of `AWSManagedRulesCommonRuleSet`.
fn title(name: &str) -> String {
    let name = name.strip_prefix("AWSManagedRules").unwrap_or(name);
    let mut title = String::with_capacity(name.len() + 4);
    let mut letters = name.chars().peekable();
    let mut before = None;
    while let Some(letter) = letters.next() {
        // Before a word, and before the last letter of a row of capitals that begins one.
        let lower = |other: Option<char>| other.is_some_and(char::is_lowercase);
        let begins = letter.is_uppercase() && (lower(before) || lower(letters.peek().copied()));
        if begins && before.is_some() {
            title.push(' ');
        }
        title.push(letter);
        before = Some(letter);
    }
    title
}

/// `RuleAction` with nothing customized.
fn action(kind: ActionKind) -> Value {
    let name = match kind {
        ActionKind::Allow => "Allow",
        ActionKind::Block => "Block",
        ActionKind::Count => "Count",
        ActionKind::Captcha => "Captcha",
        ActionKind::Challenge => "Challenge",
        ActionKind::Monetize => "Monetize",
    };
    Value::Map(vec![(name.to_owned(), Value::Map(Vec::new()))])
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn titles_are_the_words_of_names() {
        for (name, expected) in [
            ("AWSManagedRulesCommonRuleSet", "Common Rule Set"),
            (
                "AWSManagedRulesKnownBadInputsRuleSet",
                "Known Bad Inputs Rule Set",
            ),
            (
                "AWSManagedRulesAmazonIpReputationList",
                "Amazon Ip Reputation List",
            ),
            ("AWSManagedRulesPHPRuleSet", "PHP Rule Set"),
            ("Own", "Own"),
            ("", ""),
        ] {
            assert_eq!(title(name), expected);
        }
    }
}
