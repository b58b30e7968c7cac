//! The whole API is there: every operation of the model is carried out, or declined with a reason.

use serde_json::{Value, json};
use wafv2::declined::DECLINED;
use wire::Service as _;

use crate::client::*;

#[tokio::test]
async fn every_operation_of_the_model_is_implemented_or_declined_with_a_reason() {
    let client = Client::new().await;
    let operations: Vec<&str> = client
        .wafv2
        .model()
        .operations()
        .map(|operation| operation.name())
        .collect();
    assert_eq!(operations.len(), 59);
    for name in &operations {
        let implemented = client.wafv2.implements(name);
        let declined = client.wafv2.declines(name);
        assert!(implemented != declined.is_some(), "{name}: {declined:?}");
    }
    for declined in DECLINED {
        assert!(operations.contains(&declined.operation));
        assert!(declined.reason.len() > 40, "{}", declined.operation);
    }
}

/// What each of the declined operations takes, at least.
fn input(operation: &str) -> Value {
    let window = json!({"StartTime": NOW.as_seconds() - 60, "EndTime": NOW.as_seconds()});
    let revenue = json!({"Scope": "CLOUDFRONT", "TimeWindow": window, "Currency": "USDC"});
    let id = "7f0a3c52-1b6e-4d11-9a05-d6f1c2b3a4e5";
    let set = json!({"Name": "set", "Scope": "REGIONAL", "Id": id});
    let token = json!({"LockToken": id});
    match operation {
        "GenerateMobileSdkReleaseUrl" | "GetMobileSdkRelease" => {
            json!({"Platform": "IOS", "ReleaseVersion": "LATEST"})
        }
        "ListMobileSdkReleases" => json!({"Platform": "ANDROID"}),
        "GetManagedRuleSet" => set,
        "ListManagedRuleSets" => json!({"Scope": "REGIONAL"}),
        "PutManagedRuleSetVersions" => with(set, token),
        "UpdateManagedRuleSetVersionExpiryDate" => {
            let version = json!({"VersionToExpire": "v1", "ExpiryTimestamp": NOW.as_seconds()});
            with(with(set, token), version)
        }
        "GetRevenueStatistics" => with(
            revenue,
            json!({"StatisticType": "TOP_SOURCES_BY_REVENUE", "GroupBy": "NAME"}),
        ),
        "GetRevenueStatisticsTimeSeries" => with(
            revenue,
            json!({"StatisticType": "DATE_HISTOGRAM", "Interval": "HOURLY"}),
        ),
        _ => revenue,
    }
}

#[tokio::test]
async fn what_is_declined_is_answered_with_an_error_that_the_model_gives_the_operation() {
    let client = Client::new().await;
    for declined in DECLINED {
        let name = declined.operation;
        let (code, message) = client.refused(name, input(name)).await;
        assert!(message.contains(declined.reason), "{name}: {message}");
        let known = match code.as_str() {
            "WAFInvalidOperationException" => true,
            // The model gives it to the operations that name something.
            "WAFNonexistentItemException" => !name.starts_with("List"),
            _ => false,
        };
        assert!(known, "{name}: {code}");
    }
}
