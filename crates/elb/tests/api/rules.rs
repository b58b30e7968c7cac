//! Rules: conditions, priorities, transforms.

use serde_json::{Value, json};

use super::client::{Client, fixed, path, text};

async fn listener(client: &Client) -> String {
    let balancer = client.load_balancer("shop").await;
    client.listener(&balancer, 80, fixed("404")).await
}

#[tokio::test]
async fn a_rule_with_every_condition_is_echoed() {
    let client = Client::new().await;
    let listener = listener(&client).await;
    let conditions = json!([
        { "Field": "host-header", "HostHeaderConfig": { "Values": ["*.example.com"] } },
        { "Field": "path-pattern", "PathPatternConfig": { "RegexValues": ["^/v[0-9]+/"] } },
        { "Field": "http-header", "HttpHeaderConfig": { "HttpHeaderName": "X-Team", "Values": ["red*"] } },
        { "Field": "query-string", "QueryStringConfig": { "Values": [{ "Key": "v", "Value": "1" }] } },
        { "Field": "source-ip", "SourceIpConfig": { "Values": ["192.0.2.0/24"] } },
    ]);
    let transforms = json!([
        { "Type": "url-rewrite", "UrlRewriteConfig": { "Rewrites": [{ "Regex": "^/v1/(.*)$", "Replace": "/$1" }] } },
        { "Type": "host-header-rewrite", "HostHeaderRewriteConfig": { "Rewrites": [{ "Regex": "^.*$", "Replace": "in.example" }] } },
    ]);
    let made = client
        .ok(
            "CreateRule",
            json!({
                "ListenerArn": listener, "Priority": 7, "Conditions": conditions,
                "Actions": [{ "Type": "redirect", "RedirectConfig": { "StatusCode": "HTTP_302", "Host": "b.example" } }],
                "Transforms": transforms,
            }),
        )
        .await;
    let rule = &made["Rules"][0];
    assert_eq!(rule["Priority"], "7");
    assert_eq!(rule["IsDefault"], false);
    assert_eq!(rule["Transforms"], transforms);
    // Hosts and paths are answered in both places, as AWS does.
    assert_eq!(rule["Conditions"][0]["Values"], json!(["*.example.com"]));
    assert_eq!(rule["Conditions"][1]["RegexValues"], json!(["^/v[0-9]+/"]));
    for (at, condition) in conditions.as_array().unwrap().iter().enumerate() {
        for (member, value) in condition.as_object().unwrap() {
            assert_eq!(rule["Conditions"][at][member], *value, "{member}");
        }
    }
    assert_eq!(
        rule["Actions"],
        json!([{
            "Type": "redirect",
            "RedirectConfig": {
                "Protocol": "#{protocol}", "Port": "#{port}", "Host": "b.example",
                "Path": "/#{path}", "Query": "#{query}", "StatusCode": "HTTP_302",
            },
        }])
    );
    let described = client
        .ok("DescribeRules", json!({ "ListenerArn": listener }))
        .await;
    assert_eq!(described["Rules"][0], *rule);
    let default = &described["Rules"][1];
    assert_eq!(
        (&default["Priority"], &default["IsDefault"]),
        (&json!("default"), &json!(true))
    );
    assert_eq!(
        default["Actions"][0]["FixedResponseConfig"]["StatusCode"],
        "404"
    );
}

#[tokio::test]
async fn conditions_that_cannot_match_are_refused() {
    let client = Client::new().await;
    let listener = listener(&client).await;
    let many: Vec<String> = (0..6).map(|at| format!("/{at}")).collect();
    for (conditions, word) in [
        (json!([]), "A condition must be specified"),
        (
            json!([{ "Field": "x", "Values": ["a"] }]),
            "Condition field 'x' must be one of",
        ),
        (
            json!([{ "Field": "path-pattern" }]),
            "Either values or regex values",
        ),
        (
            json!([{ "Field": "path-pattern", "Values": ["a".repeat(129)] }]),
            "too long; the limit is '128'",
        ),
        (
            json!([{ "Field": "path-pattern", "RegexValues": ["("] }]),
            "not valid",
        ),
        (
            json!([{ "Field": "path-pattern", "RegexValues": ["(?=a)"] }]),
            "not valid",
        ),
        (
            json!([{ "Field": "host-header", "Values": ["a b"] }]),
            "characters that no host name has",
        ),
        (
            json!([{ "Field": "path-pattern", "Values": many }]),
            "only have '5' condition values",
        ),
        (
            json!([{ "Field": "path-pattern", "Values": ["*a*b*c*d*e*f*"] }]),
            "condition wildcards",
        ),
        (
            json!([path("/a"), path("/b")]),
            "only have one 'path-pattern' condition",
        ),
        (
            json!([{ "Field": "http-request-method", "Values": ["GET"] }]),
            "not compatible",
        ),
        (
            json!([{ "Field": "http-request-method" }]),
            "'HttpRequestMethodConfig' must be specified",
        ),
        (
            json!([{ "Field": "http-request-method", "HttpRequestMethodConfig": { "Values": ["get"] } }]),
            "the allowed characters are A-Z",
        ),
        (
            json!([{ "Field": "http-header", "HttpHeaderConfig": { "HttpHeaderName": "Host", "Values": ["a"] } }]),
            "there is the 'host-header' condition",
        ),
        (
            json!([{ "Field": "http-header", "HttpHeaderConfig": { "HttpHeaderName": "a".repeat(41), "Values": ["a"] } }]),
            "the limit is '40'",
        ),
        (
            json!([{ "Field": "query-string", "QueryStringConfig": { "Values": [{ "Key": "a" }] } }]),
            "'Value' must be specified",
        ),
        (
            json!([{ "Field": "source-ip", "SourceIpConfig": { "Values": ["192.0.2.1"] } }]),
            "is not a CIDR block",
        ),
    ] {
        let input = json!({
            "ListenerArn": listener, "Priority": 1, "Conditions": conditions, "Actions": [fixed("200")],
        });
        let (code, message) = client.refused("CreateRule", input).await;
        assert_eq!(code, "ValidationError", "{conditions}");
        assert!(message.contains(word), "{conditions}: {message}");
    }
}

#[tokio::test]
async fn priorities_are_given_once_and_can_be_swapped() {
    let client = Client::new().await;
    let listener = listener(&client).await;
    let one = client.rule(&listener, 1, path("/1"), fixed("200")).await;
    let two = client.rule(&listener, 2, path("/2"), fixed("200")).await;
    let again = json!({
        "ListenerArn": listener, "Priority": 2, "Conditions": [path("/3")], "Actions": [fixed("200")],
    });
    let (code, message) = client.refused("CreateRule", again).await;
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("PriorityInUse", "Priority '2' is currently in use")
    );
    let set = |pairs: &[(&str, i64)]| {
        let pairs: Vec<Value> = pairs
            .iter()
            .map(|(arn, priority)| json!({ "RuleArn": arn, "Priority": priority }))
            .collect();
        json!({ "RulePriorities": pairs })
    };
    client
        .ok("SetRulePriorities", set(&[(&one, 2), (&two, 1)]))
        .await;
    let rules = client
        .ok("DescribeRules", json!({ "ListenerArn": listener }))
        .await;
    let order: Vec<String> = rules["Rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| text(&rule["RuleArn"]))
        .collect();
    assert_eq!(order[..2], [two.clone(), one.clone()]);
    assert_eq!(
        client.code("SetRulePriorities", set(&[(&one, 1)])).await,
        "PriorityInUse"
    );
    let twice = set(&[(&one, 5), (&two, 5)]);
    assert_eq!(
        client.code("SetRulePriorities", twice).await,
        "ValidationError"
    );
    let default = order[2].clone();
    assert_eq!(
        client
            .code("SetRulePriorities", set(&[(&default, 9)]))
            .await,
        "OperationNotPermitted"
    );
    let delete = json!({ "RuleArn": default });
    assert_eq!(
        client.code("DeleteRule", delete).await,
        "OperationNotPermitted"
    );
    client.ok("DeleteRule", json!({ "RuleArn": one })).await;
    assert_eq!(
        client.code("DeleteRule", json!({ "RuleArn": one })).await,
        "RuleNotFound"
    );
}

#[tokio::test]
async fn a_rule_is_changed_part_by_part() {
    let client = Client::new().await;
    let listener = listener(&client).await;
    let rule = client.rule(&listener, 1, path("/1"), fixed("200")).await;
    let nothing = json!({ "RuleArn": rule });
    assert_eq!(client.code("ModifyRule", nothing).await, "ValidationError");
    let changed = client
        .ok(
            "ModifyRule",
            json!({ "RuleArn": rule, "Conditions": [path("/2")] }),
        )
        .await;
    let changed = &changed["Rules"][0];
    assert_eq!(changed["Conditions"][0]["Values"], json!(["/2"]));
    assert_eq!(
        changed["Actions"][0]["FixedResponseConfig"]["StatusCode"],
        "200"
    );
    let transforms = json!([{
        "Type": "url-rewrite", "UrlRewriteConfig": { "Rewrites": [{ "Regex": "a", "Replace": "b" }] },
    }]);
    client
        .ok(
            "ModifyRule",
            json!({ "RuleArn": rule, "Transforms": transforms }),
        )
        .await;
    let reset = client
        .ok(
            "ModifyRule",
            json!({ "RuleArn": rule, "ResetTransforms": true }),
        )
        .await;
    assert_eq!(reset["Rules"][0]["Transforms"], json!([]));
    let both = json!([transforms[0], transforms[0]]);
    let code = client
        .code("ModifyRule", json!({ "RuleArn": rule, "Transforms": both }))
        .await;
    assert_eq!(code, "ValidationError");
}

#[tokio::test]
async fn rules_come_in_pages_by_priority() {
    let client = Client::new().await;
    let listener = listener(&client).await;
    for priority in [30, 10, 20, 5] {
        client
            .rule(&listener, priority, path("/x"), fixed("200"))
            .await;
    }
    let first = client
        .ok(
            "DescribeRules",
            json!({ "ListenerArn": listener, "PageSize": 3 }),
        )
        .await;
    let second = json!({ "ListenerArn": listener, "PageSize": 3, "Marker": first["NextMarker"] });
    let second = client.ok("DescribeRules", second).await;
    let priorities: Vec<String> = [&first, &second]
        .iter()
        .flat_map(|page| page["Rules"].as_array().unwrap())
        .map(|rule| text(&rule["Priority"]))
        .collect();
    assert_eq!(priorities, ["5", "10", "20", "30", "default"]);
    assert!(second["NextMarker"].is_null());
}
