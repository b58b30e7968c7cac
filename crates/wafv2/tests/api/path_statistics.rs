//! GetTopPathStatisticsByTraffic over requests that telemetry has seen.

use std::time::Duration;

use serde_json::{Value, json};
use telemetry::request::RequestSink as _;

use crate::client::*;
use crate::sampled_requests::event;

fn ask(web_acl: &Value, more: Value) -> Value {
    let least = json!({
        "WebAclArn": web_acl["ARN"], "Scope": "REGIONAL", "Limit": 10,
        "NumberOfTopTrafficBotsPerPath": 1,
        "TimeWindow": {"StartTime": NOW.as_seconds() - 600, "EndTime": NOW.as_seconds() + 60},
    });
    with(least, more)
}

#[tokio::test]
async fn paths_are_ranked_by_what_bots_ask_for() {
    let client = Client::new().await;
    let web_acl = client.create_web_acl("w", json!([])).await;
    let arn = web_acl["ARN"].as_str().unwrap();
    let bot = "awswaf:managed:aws:bot-control:bot";
    for (count, path, name, category) in [
        (3, "/api/v1/users", Some("googlebot"), "search_engine"),
        (2, "/api/v1/orders", Some("gptbot"), "ai"),
        (1, "/index.html", Some("gptbot"), "ai"),
        // A person.
        (5, "/index.html", None, ""),
    ] {
        for _ in 0..count {
            let mut event = event(1, NOW.minus(Duration::from_secs(120)), arn, None);
            path.clone_into(&mut event.request.path);
            let labels = name.map(|name| {
                vec![
                    format!("{bot}:name:{name}"),
                    format!("{bot}:category:{category}"),
                ]
            });
            event.decision.as_mut().unwrap().labels = labels.unwrap_or_default();
            client.telemetry.record(event);
        }
    }
    client.telemetry.settle().await;
    let operation = "GetTopPathStatisticsByTraffic";
    let all = client.ok(operation, ask(&web_acl, json!({}))).await;
    assert_eq!(all["TotalRequestCount"], 6);
    let paths = all["PathStatistics"].as_array().unwrap();
    assert_eq!((paths[0]["Path"].as_str(), paths.len()), (Some("/api/"), 2));
    assert_eq!(paths[0]["RequestCount"], 5);
    assert_eq!(
        paths[0]["TopBots"],
        json!([
        {"BotName": "googlebot", "RequestCount": 3, "Percentage": 60.0}])
    );
    assert!(paths[0].get("Source").is_none());
    let categories = all["TopCategories"].as_array().unwrap();
    assert_eq!(
        categories[0]["Source"],
        json!({"BotCategory": "search_engine"})
    );
    assert_eq!(categories.len(), 3);

    let prefixed = ask(
        &web_acl,
        json!({"UriPathPrefix": "/api", "BotCategory": "ai"}),
    );
    let prefixed = client.ok(operation, prefixed).await;
    assert_eq!(prefixed["TotalRequestCount"], 2);
    assert_eq!(prefixed["PathStatistics"][0]["Path"], "/api/v1/orders");
    assert_eq!(
        prefixed["PathStatistics"][0]["Source"],
        json!({"BotCategory": "ai"})
    );
    assert!(prefixed.get("TopCategories").is_none());

    let first = client
        .ok(operation, ask(&web_acl, json!({"Limit": 1})))
        .await;
    assert_eq!(first["PathStatistics"], json!([paths[0]]));
    let next = json!({"Limit": 1, "NextMarker": first["NextMarker"]});
    let second = client.ok(operation, ask(&web_acl, next)).await;
    assert_eq!(second["PathStatistics"], json!([paths[1]]));
    assert_eq!(second.get("NextMarker"), None);

    let before = json!({"TimeWindow": {
        "StartTime": NOW.as_seconds() - 7200, "EndTime": NOW.as_seconds() - 3600}});
    let before = client.ok(operation, ask(&web_acl, before)).await;
    assert_eq!(
        (&before["TotalRequestCount"], &before["PathStatistics"]),
        (&json!(0), &json!([]))
    );
    let turned =
        json!({"TimeWindow": {"StartTime": NOW.as_seconds(), "EndTime": NOW.as_seconds()}});
    let (code, _) = client.refused(operation, ask(&web_acl, turned)).await;
    assert_eq!(code, "WAFInvalidParameterException");
}
