//! The managed rule groups, listed and described.

use serde_json::json;

use crate::client::*;

const GROUP: &str = "AWSManagedRulesCommonRuleSet";

#[tokio::test]
async fn the_managed_groups_are_listed_and_described() {
    let client = Client::new().await;
    let listed = client
        .ok(
            "ListAvailableManagedRuleGroups",
            json!({"Scope": "REGIONAL"}),
        )
        .await;
    let groups = listed["ManagedRuleGroups"].as_array().unwrap();
    let common = groups.iter().find(|group| group["Name"] == GROUP).unwrap();
    assert_eq!(common["VendorName"], "AWS");

    let input = json!({"Scope": "REGIONAL", "VendorName": "AWS", "Name": GROUP});
    let described = client.ok("DescribeManagedRuleGroup", input.clone()).await;
    assert_eq!(described["Capacity"], 700);
    assert_eq!(
        described["LabelNamespace"],
        "awswaf:managed:aws:core-rule-set:"
    );
    let rules = described["Rules"].as_array().unwrap();
    let rule = rules
        .iter()
        .find(|rule| rule["Name"] == "NoUserAgent_HEADER")
        .unwrap();
    assert_eq!(rule["Action"], json!({"Block": {}}));
    let labels = described["AvailableLabels"].as_array().unwrap();
    assert!(
        labels.contains(&json!({"Name": "awswaf:managed:aws:core-rule-set:NoUserAgent_Header"}))
    );

    let versions = client
        .ok("ListAvailableManagedRuleGroupVersions", input.clone())
        .await;
    let default = &versions["CurrentDefaultVersion"];
    let version = with(input.clone(), json!({"VersionName": default}));
    assert_eq!(
        client.ok("DescribeManagedRuleGroup", version).await,
        described
    );
    let version = with(input.clone(), json!({"VersionName": "Version_99.9"}));
    assert_eq!(
        client.refused("DescribeManagedRuleGroup", version).await,
        nonexistent()
    );
    let unknown = with(input, json!({"Name": "NoSuchRuleSet"}));
    assert_eq!(
        client.refused("DescribeManagedRuleGroup", unknown).await,
        nonexistent()
    );
}

#[tokio::test]
async fn the_managed_products_are_the_managed_groups() {
    let client = Client::new().await;
    let scope = json!({"Scope": "REGIONAL"});
    let listed = client
        .ok("ListAvailableManagedRuleGroups", scope.clone())
        .await;
    let all = client.ok("DescribeAllManagedProducts", scope.clone()).await;
    let names = |list: &serde_json::Value, member: &str| -> Vec<String> {
        let items = list.as_array().unwrap().iter();
        items
            .map(|item| item[member].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        names(&all["ManagedProducts"], "ManagedRuleSetName"),
        names(&listed["ManagedRuleGroups"], "Name")
    );
    let products = all["ManagedProducts"].as_array().unwrap();
    let common = products
        .iter()
        .find(|product| product["ManagedRuleSetName"] == GROUP)
        .unwrap();
    assert_eq!(common["ProductTitle"], "Common Rule Set");
    assert_eq!(common["IsAdvancedManagedRuleSet"], false);
    let of = |vendor: &str| with(scope.clone(), json!({"VendorName": vendor}));
    let aws = client
        .ok("DescribeManagedProductsByVendor", of("AWS"))
        .await;
    assert!(aws["ManagedProducts"].as_array().unwrap().contains(common));
    let nobody = client
        .ok("DescribeManagedProductsByVendor", of("Nobody"))
        .await;
    assert_eq!(nobody["ManagedProducts"], json!([]));
}
