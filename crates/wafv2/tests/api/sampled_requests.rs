//! GetSampledRequests over requests that telemetry has seen.

use std::net::IpAddr;
use std::time::Duration;

use serde_json::{Value, json};
use telemetry::request::{
    Action, Client as Peer, Decision, RequestEvent, RequestSink as _, RequestSummary, RuleGroupRef,
    RuleMatch,
};
use types::{RequestId, Time};

use crate::client::*;

pub(crate) fn event(
    number: u8,
    time: Time,
    web_acl_arn: &str,
    matched: Option<(&str, Action)>,
) -> RequestEvent {
    let terminating = matched.map(|(metric_name, action)| RuleMatch {
        rule: metric_name.to_owned(),
        metric_name: metric_name.to_owned(),
        rule_group: None,
        action,
        kind: "REGULAR",
        evidence: Vec::new(),
        rate: None,
    });
    RequestEvent {
        id: RequestId::from_random([number; 16]),
        time,
        load_balancer_arn: load_balancer_arn("shop"),
        client: Peer {
            ip: IpAddr::from([192, 0, 2, number]),
            port: 4711,
            ja3: None,
            ja4: None,
        },
        request: RequestSummary {
            method: "GET".to_owned(),
            version: "HTTP/1.1",
            scheme: "http",
            host: "example.com".to_owned(),
            path: "/admin".to_owned(),
            query: "a=1".to_owned(),
            headers: vec![("Host".to_owned(), b"example.com".to_vec())],
            body_inspected_bytes: 0,
            body_oversize: false,
        },
        decision: Some(Decision {
            web_acl_arn: web_acl_arn.to_owned(),
            action: matched.map_or(Action::Allow, |(_, action)| action),
            terminating,
            non_terminating: Vec::new(),
            labels: vec!["awswaf:label".to_owned()],
            inserted_headers: vec![("x-amzn-waf-seen".to_owned(), "yes".to_owned())],
            oversize_fields: Vec::new(),
            client_asn: None,
            evaluation: Duration::from_micros(10),
        }),
        status: if matched.is_some() { 403 } else { 200 },
        response_bytes: 10,
        duration: Duration::from_millis(1),
        exchange: telemetry::exchange::Exchange::default(),
    }
}

fn ask(web_acl: &Value, metric_name: &str, from: i64, to: i64) -> Value {
    json!({
        "WebAclArn": web_acl["ARN"], "RuleMetricName": metric_name, "Scope": "REGIONAL",
        "TimeWindow": {
            "StartTime": NOW.as_seconds() + from, "EndTime": NOW.as_seconds() + to,
        },
        "MaxItems": 100,
    })
}

fn start(answer: &Value) -> Time {
    let seconds = answer["TimeWindow"]["StartTime"].to_string();
    let whole = seconds.split('.').next().unwrap();
    Time::from_seconds(whole.parse().unwrap())
}

#[tokio::test]
async fn real_requests_are_sampled_by_the_rule_that_they_matched() {
    let client = Client::new().await;
    let web_acl = client
        .create_web_acl("w", json!([block_path("admin", 0, "/admin")]))
        .await;
    let arn = web_acl["ARN"].as_str().unwrap();
    let then = NOW.minus(Duration::from_secs(60));
    for number in 1..=3 {
        client
            .telemetry
            .record(event(number, then, arn, Some(("admin", Action::Block))));
    }
    client.telemetry.record(event(4, then, arn, None));
    client.telemetry.settle().await;

    let answer = client
        .ok("GetSampledRequests", ask(&web_acl, "admin", -600, 0))
        .await;
    assert_eq!(answer["PopulationSize"], 3);
    assert_eq!(start(&answer), NOW.minus(Duration::from_secs(600)));
    let samples = answer["SampledRequests"].as_array().unwrap();
    assert_eq!(samples.len(), 3);
    for sample in samples {
        assert_eq!(sample["Action"], "BLOCK");
        assert_eq!(sample["ResponseCodeSent"], 403);
        assert_eq!(sample["Weight"], 1);
        assert_eq!(sample["Labels"], json!([{"Name": "awswaf:label"}]));
        let inserted = json!([{"Name": "x-amzn-waf-seen", "Value": "yes"}]);
        assert_eq!(sample["RequestHeadersInserted"], inserted);
        let request = &sample["Request"];
        assert_eq!(request["URI"], "/admin?a=1");
        assert_eq!(request["Method"], "GET");
        assert_eq!(request["HTTPVersion"], "HTTP/1.1");
        assert_eq!(
            request["Headers"],
            json!([{"Name": "Host", "Value": "example.com"}])
        );
        assert!(
            request["ClientIP"]
                .as_str()
                .unwrap()
                .starts_with("192.0.2.")
        );
    }
    // The web ACL's own metric: what no rule ended.
    let answer = client
        .ok("GetSampledRequests", ask(&web_acl, "w", -600, 0))
        .await;
    assert_eq!(answer["PopulationSize"], 1);
    assert_eq!(answer["SampledRequests"][0]["Action"], "ALLOW");
    let one = with(ask(&web_acl, "ALL", -600, 0), json!({"MaxItems": 2}));
    let answer = client.ok("GetSampledRequests", one).await;
    assert_eq!(answer["PopulationSize"], 4);
    assert_eq!(answer["SampledRequests"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_cannot_be_sampled_is_refused_and_windows_are_cut_to_three_hours() {
    let client = Client::new().await;
    let web_acl = client.create_web_acl("w", json!([])).await;
    let refused = client
        .refused("GetSampledRequests", ask(&web_acl, "none", -60, 0))
        .await;
    assert_eq!(refused, nonexistent());
    let (code, _) = client
        .refused("GetSampledRequests", ask(&web_acl, "w", 0, -60))
        .await;
    assert_eq!(code, "WAFInvalidParameterException");
    let items = with(ask(&web_acl, "w", -60, 0), json!({"MaxItems": 501}));
    assert_eq!(
        client.refused("GetSampledRequests", items).await.0,
        "ValidationException"
    );
    let answer = client
        .ok("GetSampledRequests", ask(&web_acl, "w", -86_400, 0))
        .await;
    assert_eq!(start(&answer), NOW.minus(Duration::from_secs(3 * 60 * 60)));
    assert_eq!(answer["SampledRequests"], json!([]));
    let gone = web_acl["ARN"].as_str().unwrap().replace("/w/", "/x/");
    let gone = with(ask(&web_acl, "w", -60, 0), json!({"WebAclArn": gone}));
    assert_eq!(
        client.refused("GetSampledRequests", gone).await,
        nonexistent()
    );
}

#[tokio::test]
async fn samples_that_are_switched_off_are_not_shown() {
    let client = Client::new().await;
    let mut rule = block_path("admin", 0, "/admin");
    rule["VisibilityConfig"]["SampledRequestsEnabled"] = json!(false);
    let web_acl = client.create_web_acl("w", json!([rule])).await;
    let arn = web_acl["ARN"].as_str().unwrap();
    client
        .telemetry
        .record(event(1, NOW, arn, Some(("admin", Action::Block))));
    client.telemetry.settle().await;
    let answer = client
        .ok("GetSampledRequests", ask(&web_acl, "admin", -60, 60))
        .await;
    assert_eq!(answer["SampledRequests"], json!([]));
    assert_eq!(answer["PopulationSize"], 0);
}

#[tokio::test]
async fn rules_inside_of_groups_have_metrics_too() {
    let client = Client::new().await;
    let mut inner = [block_path("one", 0, "/one"), block_path("two", 1, "/two")];
    inner[0]["VisibilityConfig"] = visibility("metric-of-one");
    inner[1]["VisibilityConfig"]["SampledRequestsEnabled"] = json!(false);
    let group = json!({
        "Name": "g", "Scope": "REGIONAL", "Capacity": 50, "Rules": inner,
        "VisibilityConfig": visibility("metric-of-group"),
    });
    let group = client.ok("CreateRuleGroup", group).await["Summary"].clone();
    let reference = |name: &str, priority: u8, statement: Value| {
        json!({
            "Name": name, "Priority": priority, "OverrideAction": {"None": {}},
            "Statement": statement, "VisibilityConfig": visibility(name),
        })
    };
    let own = json!({"RuleGroupReferenceStatement": {"ARN": group["ARN"]}});
    let managed = json!({"ManagedRuleGroupStatement": {
        "VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}});
    let rules = json!([reference("own", 0, own), reference("managed", 1, managed)]);
    let web_acl = client.create_web_acl("w", rules).await;
    let arn = web_acl["ARN"].as_str().unwrap();
    let managed = "AWS#AWSManagedRulesCommonRuleSet";
    for (number, referring, id, rule) in [
        (1, "own", group["ARN"].as_str().unwrap(), "one"),
        (2, "own", group["ARN"].as_str().unwrap(), "two"),
        (3, "managed", managed, "NoUserAgent_HEADER"),
    ] {
        let mut event = event(number, NOW, arn, Some((rule, Action::Block)));
        let matched = event
            .decision
            .as_mut()
            .unwrap()
            .terminating
            .as_mut()
            .unwrap();
        referring.clone_into(&mut matched.metric_name);
        matched.rule_group = Some(RuleGroupRef {
            referring_rule: referring.to_owned(),
            id: id.to_owned(),
            overridden_action: None,
            excluded: false,
            counted_action: None,
        });
        client.telemetry.record(event);
    }
    client.telemetry.settle().await;
    for (metric, population, name) in [
        ("own", 2, None),
        ("metric-of-group", 2, None),
        ("metric-of-one", 1, Some("g#one")),
        // Switched off.
        ("two", 0, None),
        ("managed", 1, None),
        (
            "NoUserAgent_HEADER",
            1,
            Some("AWS#AWSManagedRulesCommonRuleSet#NoUserAgent_HEADER"),
        ),
        ("SizeRestrictions_BODY", 0, None),
    ] {
        let answer = client
            .ok("GetSampledRequests", ask(&web_acl, metric, -60, 60))
            .await;
        assert_eq!(answer["PopulationSize"], population, "{metric}");
        if let Some(name) = name {
            assert_eq!(
                answer["SampledRequests"][0]["RuleNameWithinRuleGroup"],
                name
            );
        }
    }
    let refused = client
        .refused("GetSampledRequests", ask(&web_acl, "one", -60, 60))
        .await;
    assert_eq!(refused, nonexistent(), "its metric has another name");
}

#[tokio::test]
async fn samples_tell_overridden_actions_and_missing_tokens() {
    let client = Client::new().await;
    let web_acl = client
        .create_web_acl("w", json!([block_path("r", 0, "/admin")]))
        .await;
    let arn = web_acl["ARN"].as_str().unwrap();
    for (number, action) in [
        (1, Action::Captcha),
        (2, Action::Challenge),
        (3, Action::Block),
    ] {
        let mut event = event(number, NOW, arn, Some(("r", action)));
        event.status = match action {
            Action::Captcha => 405,
            Action::Challenge => 202,
            _ => 403,
        };
        let decision = event.decision.as_mut().unwrap();
        let matched = decision.terminating.as_mut().unwrap();
        matched.rule_group = Some(RuleGroupRef {
            referring_rule: "r".to_owned(),
            id: "AWS#AWSManagedRulesCommonRuleSet".to_owned(),
            overridden_action: (action == Action::Captcha).then_some(Action::Block),
            excluded: false,
            counted_action: None,
        });
        client.telemetry.record(event);
    }
    client.telemetry.settle().await;
    let answer = client
        .ok("GetSampledRequests", ask(&web_acl, "ALL", -60, 60))
        .await;
    let samples = answer["SampledRequests"].as_array().unwrap();
    let missing = |code: u16| json!({"ResponseCode": code, "FailureReason": "TOKEN_MISSING"});
    for sample in samples {
        let (captcha, challenge) = match sample["Action"].as_str().unwrap() {
            "CAPTCHA" => (missing(405), Value::Null),
            "CHALLENGE" => (Value::Null, missing(202)),
            _ => (Value::Null, Value::Null),
        };
        assert_eq!(sample["CaptchaResponse"], captcha);
        assert_eq!(sample["ChallengeResponse"], challenge);
    }
    assert_eq!(samples.len(), 3);
    let answer = client
        .ok("GetSampledRequests", ask(&web_acl, "r", -60, 60))
        .await;
    let samples = answer["SampledRequests"].as_array().unwrap();
    let overridden: Vec<&Value> = samples
        .iter()
        .map(|sample| &sample["OverriddenAction"])
        .collect();
    assert_eq!(
        overridden
            .iter()
            .filter(|action| ***action == "BLOCK")
            .count(),
        1
    );
    assert_eq!(
        overridden.iter().filter(|action| action.is_null()).count(),
        2
    );
}
