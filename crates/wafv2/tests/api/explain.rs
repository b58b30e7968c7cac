//! `btz:ExplainRequest`: a refused request, explained.

use serde_json::json;
use telemetry::request::{Action, RequestSink as _};
use types::RequestId;

use crate::client::*;
use crate::sampled_requests::event;

#[tokio::test]
async fn a_refused_request_is_explained_with_the_rule_that_refused_it() {
    let client = Client::new().await;
    let web_acl = client
        .create_web_acl("w", json!([block_path("admin", 0, "/admin")]))
        .await;
    let arn = web_acl["ARN"].as_str().unwrap();
    client
        .telemetry
        .record(event(7, NOW, arn, Some(("admin", Action::Block))));
    client.telemetry.settle().await;
    let id = RequestId::from_random([7; 16]).to_string();
    let answer = client.explain(json!({"RequestId": id})).await.unwrap();
    let text = answer["Text"].as_str().unwrap();
    assert!(text.contains("admin") && text.contains("blocked"), "{text}");
    let explanation = &answer["Explanation"];
    assert_eq!(explanation["decision"]["id"], id);
    assert_eq!(explanation["decision"]["webAclArn"], arn);
    assert_eq!(explanation["matches"][0]["rule"], "admin");
    // The exception is a complete rule, made from the web ACL's own.
    let exception = &explanation["exceptions"][0];
    assert_eq!(exception["complete"], true);
    assert!(
        exception["json"].to_string().contains("admin"),
        "{exception}"
    );
}

#[tokio::test]
async fn an_unknown_request_is_said_to_be_unknown() {
    let client = Client::new().await;
    let id = RequestId::from_random([9; 16]).to_string();
    let error = client.explain(json!({"RequestId": id})).await.unwrap_err();
    let (code, message) = code_and_message(&error);
    assert_eq!(code, "ResourceNotFoundException");
    assert!(
        message.contains(&id) && message.contains("x-btz-request-id"),
        "{message}"
    );
    assert_eq!(error["status"], 404);
    let wrong = client
        .explain(json!({"RequestId": "nonsense"}))
        .await
        .unwrap_err();
    assert_eq!(code_and_message(&wrong).0, "ValidationException");
}
