//! Logging configurations: kept as sent, and obeyed by the log.

use serde_json::{Value, json};
use telemetry::request::{Action, RequestSink as _};

use crate::client::*;
use crate::sampled_requests::event;

fn log_group(name: &str) -> String {
    format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}")
}

fn put(web_acl: &Value, more: Value) -> Value {
    let least = json!({
        "ResourceArn": web_acl["ARN"],
        "LogDestinationConfigs": [log_group("aws-waf-logs-shop")],
    });
    json!({"LoggingConfiguration": with(least, more)})
}

fn of(web_acl: &Value) -> Value {
    json!({"ResourceArn": web_acl["ARN"]})
}

#[tokio::test]
async fn a_configuration_is_answered_as_it_was_put_and_goes_with_its_web_acl() {
    let folder = tempfile::tempdir().unwrap();
    let client = Client::logging_to(folder.path()).await;
    let web_acl = client.create_web_acl("w", json!([])).await;
    assert_eq!(
        client
            .refused("GetLoggingConfiguration", of(&web_acl))
            .await,
        nonexistent()
    );
    let more = json!({
        "RedactedFields": [{"SingleHeader": {"Name": "Authorization"}}, {"Method": {}}],
        "LoggingFilter": {"DefaultBehavior": "DROP", "Filters": [{
            "Behavior": "KEEP", "Requirement": "MEETS_ANY",
            "Conditions": [{"ActionCondition": {"Action": "BLOCK"}},
                           {"LabelNameCondition": {"LabelName": "awswaf:x:y"}}],
        }]},
    });
    let input = put(&web_acl, more);
    let answered = client.ok("PutLoggingConfiguration", input.clone()).await;
    let kept = &answered["LoggingConfiguration"];
    for (name, value) in input["LoggingConfiguration"].as_object().unwrap() {
        assert_eq!(kept[name], *value, "{name}");
    }
    assert_eq!(kept["ManagedByFirewallManager"], false);
    assert_eq!(
        client.ok("GetLoggingConfiguration", of(&web_acl)).await,
        answered
    );
    let put_back = json!({"LoggingConfiguration": kept});
    assert_eq!(
        client.ok("PutLoggingConfiguration", put_back).await,
        answered
    );

    let other = client.create_web_acl("x", json!([])).await;
    client
        .ok("PutLoggingConfiguration", put(&other, json!({})))
        .await;
    let scope = json!({"Scope": "REGIONAL"});
    let first = client
        .ok(
            "ListLoggingConfigurations",
            with(scope.clone(), json!({"Limit": 1})),
        )
        .await;
    assert_eq!(first["LoggingConfigurations"], json!([kept]));
    let marker = json!({"NextMarker": first["NextMarker"]});
    let second = client
        .ok("ListLoggingConfigurations", with(scope.clone(), marker))
        .await;
    assert_eq!(
        second["LoggingConfigurations"][0]["ResourceArn"],
        other["ARN"]
    );
    assert_eq!(second.get("NextMarker"), None);
    let lake = with(scope.clone(), json!({"LogScope": "SECURITY_LAKE"}));
    let none = client.ok("ListLoggingConfigurations", lake).await;
    assert_eq!(none["LoggingConfigurations"], json!([]));

    client.ok("DeleteLoggingConfiguration", of(&other)).await;
    assert_eq!(
        client
            .refused("DeleteLoggingConfiguration", of(&other))
            .await,
        nonexistent()
    );
    let delete = with(named(&web_acl), json!({"LockToken": web_acl["LockToken"]}));
    client.ok("DeleteWebACL", delete).await;
    let left = client.ok("ListLoggingConfigurations", scope).await;
    assert_eq!(left["LoggingConfigurations"], json!([]));
}

#[tokio::test]
async fn what_cannot_be_logged_to_or_redacted_or_filtered_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let client = Client::logging_to(folder.path()).await;
    let web_acl = client.create_web_acl("w", json!([])).await;
    let destinations = |arn: String| json!({"LogDestinationConfigs": [arn]});
    for wrong in [
        "arn:aws:s3:::aws-waf-logs-bucket".to_owned(),
        log_group("logs-of-mine"),
        log_group("aws-waf-logs-"),
        log_group("aws-waf-logs-../../../tmp/x"),
        log_group("aws-waf-logs-a/b"),
        log_group("aws-waf-logs-x").replace(REGION, "us-west-2"),
        log_group("aws-waf-logs-x").replace(ACCOUNT, "999999999999"),
    ] {
        let input = put(&web_acl, destinations(wrong.clone()));
        let (code, message) = client.refused("PutLoggingConfiguration", input).await;
        assert_eq!(code, "WAFInvalidParameterException", "{wrong}");
        assert!(message.contains("LOG_DESTINATION"), "{message}");
    }
    for (more, field) in [
        (
            json!({"LogDestinationConfigs": [log_group("aws-waf-logs-a"), log_group("aws-waf-logs-b")]}),
            "LOG_DESTINATION",
        ),
        (json!({"RedactedFields": [{"Body": {}}]}), "FIELD_TO_MATCH"),
        (
            json!({"RedactedFields": [{"Method": {}, "UriPath": {}}]}),
            "FIELD_TO_MATCH",
        ),
        (
            json!({"LoggingFilter": {"DefaultBehavior": "DROP", "Filters": [{
                "Behavior": "KEEP", "Requirement": "MEETS_ALL", "Conditions": [{}]}]}}),
            "FILTER_CONDITION",
        ),
    ] {
        let (code, message) = client
            .refused("PutLoggingConfiguration", put(&web_acl, more))
            .await;
        assert_eq!(code, "WAFInvalidParameterException");
        assert!(message.contains(field), "{message}");
    }
    let lake = put(&web_acl, json!({"LogScope": "SECURITY_LAKE"}));
    let (code, _) = client.refused("PutLoggingConfiguration", lake).await;
    assert_eq!(code, "WAFInvalidOperationException");
    let gone = web_acl["ARN"].as_str().unwrap().replace("/w/", "/x/");
    let gone = put(&json!({"ARN": gone}), json!({}));
    assert_eq!(
        client.refused("PutLoggingConfiguration", gone).await,
        nonexistent()
    );
    // Where a file should be there is a folder: nothing can be written.
    std::fs::create_dir_all(
        folder
            .path()
            .join(format!("aws-waf-logs-shop/{REGION}_w_0.log")),
    )
    .unwrap();
    let (code, _) = client
        .refused("PutLoggingConfiguration", put(&web_acl, json!({})))
        .await;
    assert_eq!(code, "WAFLogDestinationPermissionIssueException");
}

#[tokio::test]
async fn lines_go_where_they_should_without_what_they_should_not_show() {
    let folder = tempfile::tempdir().unwrap();
    let client = Client::logging_to(folder.path()).await;
    let protection = json!({"DataProtectionConfig": {"DataProtections": [
        {"Field": {"FieldType": "SINGLE_QUERY_ARGUMENT", "FieldKeys": ["a"]}, "Action": "HASH"},
        {"Field": {"FieldType": "SINGLE_HEADER", "FieldKeys": ["host"]}, "Action": "SUBSTITUTION"},
    ]}});
    let web_acl = client
        .ok(
            "CreateWebACL",
            with(web_acl("w", json!([])), protection.clone()),
        )
        .await["Summary"]
        .clone();
    let got = client.ok("GetWebACL", named(&web_acl)).await;
    assert_eq!(
        got["WebACL"]["DataProtectionConfig"],
        protection["DataProtectionConfig"]
    );
    let more = json!({
        "RedactedFields": [{"UriPath": {}}],
        "LoggingFilter": {"DefaultBehavior": "DROP", "Filters": [{
            "Behavior": "KEEP", "Requirement": "MEETS_ALL",
            "Conditions": [{"ActionCondition": {"Action": "BLOCK"}}],
        }]},
    });
    client
        .ok("PutLoggingConfiguration", put(&web_acl, more))
        .await;
    let arn = web_acl["ARN"].as_str().unwrap();
    let path = folder
        .path()
        .join(format!("aws-waf-logs-shop/{REGION}_w_0.log"));
    let mut line = String::new();
    for number in 1..200 {
        client
            .telemetry
            .record(event(number, NOW, arn, Some(("admin", Action::Block))));
        client.telemetry.record(event(number, NOW, arn, None));
        client.telemetry.flush().await;
        line = std::fs::read_to_string(&path).unwrap();
        if !line.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let lines: Vec<&str> = line.lines().collect();
    assert_eq!(lines.len(), 1, "what is allowed is filtered out");
    let line: Value = serde_json::from_str(lines[0]).unwrap();
    assert_eq!(line["action"], "BLOCK");
    let request = &line["httpRequest"];
    assert_eq!(request["uri"], "REDACTED");
    assert_eq!(
        request["headers"],
        json!([{"name": "Host", "value": "REDACTED"}])
    );
    assert_eq!(request["host"], "REDACTED");
    let args = request["args"].as_str().unwrap();
    let hash = args.strip_prefix("a=").unwrap();
    assert!(
        hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{args}"
    );

    // Samples show the path, which only the log does not, and nothing that is protected.
    let input = json!({
        "WebAclArn": arn, "RuleMetricName": "ALL", "Scope": "REGIONAL", "MaxItems": 100,
        "TimeWindow": {"StartTime": NOW.as_seconds() - 60, "EndTime": NOW.as_seconds() + 60},
    });
    let sampled = client.ok("GetSampledRequests", input).await;
    let samples = sampled["SampledRequests"].as_array().unwrap();
    let protected = |sample: &&Value| sample["Request"]["URI"] == format!("/admin?{args}");
    assert!(samples.iter().any(|sample| protected(&sample)), "{sampled}");

    // Without the configuration the request is logged with the others, still protected.
    client.ok("DeleteLoggingConfiguration", of(&web_acl)).await;
    let shared = folder.path().join("waf.log");
    for _ in 0..200 {
        client.telemetry.record(event(9, NOW, arn, None));
        client.telemetry.flush().await;
        if std::fs::metadata(&shared).unwrap().len() > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let shared = std::fs::read_to_string(&shared).unwrap();
    let last: Value = serde_json::from_str(shared.lines().last().unwrap()).unwrap();
    assert_eq!(last["httpRequest"]["args"], args);
    assert_eq!(last["httpRequest"]["uri"], "/admin");
}

#[tokio::test]
async fn data_protection_names_its_keys_where_it_has_keys() {
    let client = Client::new().await;
    for (field, right) in [
        (json!({"FieldType": "SINGLE_HEADER"}), false),
        (
            json!({"FieldType": "SINGLE_COOKIE", "FieldKeys": ["sid"]}),
            true,
        ),
        (json!({"FieldType": "BODY"}), true),
        (
            json!({"FieldType": "QUERY_STRING", "FieldKeys": ["a"]}),
            false,
        ),
    ] {
        let protection = json!({"DataProtectionConfig": {"DataProtections": [
            {"Field": field, "Action": "SUBSTITUTION"}]}});
        let name = field["FieldType"].as_str().unwrap().replace('_', "-");
        let input = with(web_acl(&name, json!([])), protection);
        if right {
            client.ok("CreateWebACL", input).await;
        } else {
            let (code, message) = client.refused("CreateWebACL", input).await;
            assert_eq!(code, "WAFInvalidParameterException");
            assert!(message.contains("DATA_PROTECTION_CONFIG"), "{message}");
        }
    }
}
