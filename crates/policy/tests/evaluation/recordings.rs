//! Answers of AWS as judges: recorded simulations and refusals (`../shared/data/aws-recordings`),
//! and the examples that the AWS CLI ships for `simulate-custom-policy`.

use std::fs;

use policy::{
    Decision, Policies, Policy, PolicyKind, Principal, Request, RequestContext, simulate,
};
use serde_json::Value;

use crate::cast;

const RECORDED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/data/aws-recordings/iam/test_iam.snapshot.json"
);

fn recorded(test: &str) -> Value {
    let all: Value = serde_json::from_str(&fs::read_to_string(RECORDED).unwrap()).unwrap();
    let all = all.as_object().unwrap();
    let mut found = all.iter().filter(|(name, _)| name.ends_with(test));
    let (_, content) = found
        .next()
        .unwrap_or_else(|| panic!("no recording {test}"));
    content.get("recorded-content").unwrap().clone()
}

/// An evaluation in the form of SimulatePrincipalPolicy's answer.
fn answer(document: &str, action: &str, resource: &str, time: Option<&str>) -> Value {
    let policy = Policy::shared(PolicyKind::Managed, "<source-policy-id:1>", document).unwrap();
    let identity = [policy];
    let mut context = RequestContext::default();
    if let Some(time) = time {
        context.insert("aws:CurrentTime", time);
    }
    let request = Request {
        principal: cast::principal("Alice"),
        action,
        resource,
        resource_account: None,
        canonical_user_id: None,
        context: &context,
    };
    let policies = Policies {
        identity: &identity,
        ..Policies::default()
    };
    let simulation = simulate(&request, &policies);
    let matched = simulation.matched.iter().map(|statement| {
        let (start, end) = (statement.start_position(), statement.end_position());
        serde_json::json!({
            "SourcePolicyId": statement.policy_id(),
            "StartPosition": {"Line": start.line, "Column": start.column},
            "EndPosition": {"Line": end.line, "Column": end.column},
        })
    });
    serde_json::json!({
        "EvalDecision": match simulation.evaluation.decision() {
            Decision::Allow => "allowed",
            Decision::ExplicitDeny => "explicitDeny",
            Decision::ImplicitDeny => "implicitDeny",
        },
        "MatchedStatements": matched.collect::<Vec<_>>(),
        "MissingContextValues": simulation.missing_context_values,
    })
}

/// The members of a recorded result that an evaluation has.
fn told(result: &Value) -> Value {
    let mut told = serde_json::json!({});
    for name in ["EvalDecision", "MatchedStatements", "MissingContextValues"] {
        told[name] = result[name].clone();
    }
    for statement in told["MatchedStatements"].as_array_mut().unwrap() {
        statement
            .as_object_mut()
            .unwrap()
            .remove("SourcePolicyType");
    }
    told
}

#[test]
fn simulate_principal_policy_is_answered_as_recorded() {
    // What the recorded test attaches, as its program writes it.
    let document = r#"{"Version": "2012-10-17", "Statement": {"Sid": "", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}"#;
    for kind in ["role", "group", "user"] {
        let recorded = recorded(&format!("test_simulate_principle_policy[{kind}]"));
        let results = recorded["response"]["EvaluationResults"]
            .as_array()
            .unwrap();
        assert_eq!(results.len(), 2);
        for result in results {
            let action = result["EvalActionName"].as_str().unwrap();
            let ours = answer(document, action, "arn:aws:s3:::bucket", None);
            assert_eq!(ours, told(result), "{kind} {action}");
        }
    }
}

#[test]
fn a_malformed_trust_policy_is_refused_as_recorded() {
    let recorded = recorded("test_create_role_with_malformed_assume_role_policy_document");
    let refused = Policy::parse(PolicyKind::Trust, "", "{broken").unwrap_err();
    let message = &recorded["invalid-json"]["Error"]["Message"];
    assert_eq!(message.as_str(), Some(refused.message()));
}

/// `aws iam simulate-custom-policy help`, examples 1 and 2.
#[test]
fn the_cli_s_examples_of_simulate_custom_policy() {
    let document = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}"#;
    let ours = answer(
        document,
        "dynamodb:CreateBackup",
        "*",
        Some("2019-04-25T11:00:00Z"),
    );
    assert_eq!(
        ours,
        serde_json::json!({"EvalDecision": "allowed", "MissingContextValues": [], "MatchedStatements": [{
            "SourcePolicyId": "<source-policy-id:1>",
            "StartPosition": {"Line": 1, "Column": 38},
            "EndPosition": {"Line": 1, "Column": 167}}]})
    );
    let early = answer(
        document,
        "dynamodb:CreateBackup",
        "*",
        Some("2014-04-25T11:00:00Z"),
    );
    assert_eq!(early["EvalDecision"], "implicitDeny");
    assert_eq!(early["MatchedStatements"], serde_json::json!([]));
}

/// `aws iam simulate-principal-policy help`, example 1: the answer's lines and columns belong to a
/// statement in a list, which begins after the bracket.
#[test]
fn a_statement_in_a_list_begins_where_what_is_before_it_ends() {
    let document = "{\n    \"Version\": \"2012-10-17\",\n    \"Statement\": [\n        {\n            \"Effect\": \"Allow\",\n            \
                    \"Action\": \"codecommit:ListRepositories\",\n            \"Resource\": \"*\"\n            \n        }, {\"Sid\": \"e\", \
                    \"Effect\": \"Allow\", \"Action\": \"x:Yé\", \"Resource\": \"*\"}\n    ]\n}";
    let position = |action| {
        let statements = answer(document, action, "*", None);
        let statement = &statements["MatchedStatements"][0];
        ["StartPosition", "EndPosition"]
            .map(|end| ["Line", "Column"].map(|name| statement[end][name].as_u64().unwrap()))
    };
    assert_eq!(position("codecommit:ListRepositories"), [[3, 19], [9, 10]]);
    assert_eq!(position("x:Yé"), [[9, 10], [9, 78]]);
}

#[test]
fn what_a_simulation_misses_is_told_once() {
    let document = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${aws:PrincipalTag/team}/${aws:userid}", "Condition": {"StringEquals": {"s3:prefix": "${s3:delimiter}", "aws:currenttime": "x"}}},
        {"Effect": "Deny", "Action": "s3:Get*", "Resource": "*", "Condition": {"Bool": {"S3:Prefix": "true"}, "StringLike": {"s3:other": "${s3:x, 'd'}"}}},
        {"Effect": "Deny", "Action": "ec2:*", "Resource": "*", "Condition": {"Bool": {"ec2:key": "true"}}}]}"#;
    let ours = answer(document, "s3:GetObject", "*", Some("2019-04-25T11:00:00Z"));
    assert_eq!(
        ours["MissingContextValues"],
        serde_json::json!([
            "aws:PrincipalTag/team",
            "s3:prefix",
            "s3:delimiter",
            "s3:other"
        ])
    );
    let policy = Policy::parse(PolicyKind::Managed, "", document).unwrap();
    assert_eq!(
        policy.context_keys(),
        [
            "aws:PrincipalTag/team",
            "aws:userid",
            "s3:prefix",
            "s3:delimiter",
            "aws:currenttime",
            "s3:other",
            "ec2:key"
        ]
    );
    assert_eq!(policy.statement_count(), 3);
}

/// What the context's fields say and what entries by name say is the same.
#[test]
fn fields_and_names_of_the_context_agree() {
    let tags = [("Team".to_owned(), "red".to_owned())];
    let mut typed = RequestContext {
        current_time: Some(types::Time::from_seconds(1_561_987_215)),
        source_ip: Some([203, 0, 113, 7].into()),
        vpc_source_ip: Some([10, 0, 0, 1].into()),
        source_vpc: Some("vpc-1"),
        source_vpce: Some("vpce-1"),
        secure_transport: Some(true),
        user_agent: Some("agent"),
        referer: Some("there"),
        requested_region: Some("us-east-1"),
        multi_factor_auth_present: Some(true),
        multi_factor_auth_age_seconds: Some(60),
        token_issue_time: Some(types::Time::from_seconds(1_561_987_000)),
        source_identity: Some("alice"),
        federated_provider: Some("id.example.com"),
        principal_tags: &tags,
        principal_org_id: Some("o-1"),
        principal_org_paths: &["o-1/r-1/"],
        request_tags: &tags,
        resource_tags: &tags,
        resource_org_id: Some("o-2"),
        via_aws_service: Some(false),
        called_via: &["athena.amazonaws.com", "kms.amazonaws.com"],
        source_arn: Some("arn:aws:s3:::photos"),
        source_account: Some("111122223333"),
        source_org_id: Some("o-3"),
        ..RequestContext::default()
    };
    typed.insert_under("kms:EncryptionContext:", "App", "pay");
    let principals = [cast::principal("Alice"), Principal::Anonymous];
    for (operator, key, value) in [
        ("DateEquals", "aws:CurrentTime", "2019-07-01T13:20:15Z"),
        ("DateEquals", "aws:EpochTime", "1561987215"),
        ("NumericEquals", "aws:MultiFactorAuthAge", "60"),
        ("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
        ("IpAddress", "aws:VpcSourceIp", "10.0.0.1"),
        ("StringEquals", "aws:SourceVpc", "vpc-1"),
        ("StringEquals", "aws:SourceVpce", "vpce-1"),
        ("Bool", "aws:SecureTransport", "true"),
        ("StringEquals", "aws:SecureTransport", "true"),
        ("StringEquals", "aws:UserAgent", "agent"),
        ("StringEquals", "aws:referer", "there"),
        ("StringEquals", "aws:RequestedRegion", "us-east-1"),
        ("Bool", "aws:MultiFactorAuthPresent", "true"),
        ("DateLessThan", "aws:TokenIssueTime", "1561987001"),
        ("StringEquals", "aws:SourceIdentity", "alice"),
        ("StringEquals", "aws:FederatedProvider", "id.example.com"),
        ("StringEquals", "aws:PrincipalTag/team", "red"),
        ("StringEquals", "aws:RequestTag/TEAM", "red"),
        ("StringEquals", "aws:ResourceTag/Team", "red"),
        ("ForAllValues:StringEquals", "aws:TagKeys", "Team"),
        ("StringEquals", "aws:PrincipalOrgID", "o-1"),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-1/*"),
        ("StringEquals", "aws:ResourceOrgID", "o-2"),
        ("Bool", "aws:ViaAWSService", "false"),
        (
            "ForAnyValue:StringEquals",
            "aws:CalledVia",
            "kms.amazonaws.com",
        ),
        ("StringEquals", "aws:CalledViaFirst", "athena.amazonaws.com"),
        ("StringEquals", "aws:CalledViaLast", "kms.amazonaws.com"),
        ("ArnEquals", "aws:SourceArn", "arn:aws:s3:::photos"),
        ("StringEquals", "aws:SourceAccount", "111122223333"),
        ("StringEquals", "aws:SourceOrgID", "o-3"),
        ("StringEquals", "kms:EncryptionContext:app", "pay"),
    ] {
        let document = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
                "Condition": {{"{operator}": {{"{key}": "{value}"}}, "Null": {{"{}": false}}}}}}}}"#,
            key.to_uppercase()
        );
        let policy = Policy::parse(PolicyKind::Resource, "", &document).unwrap();
        for principal in principals {
            let allowed = |context: &RequestContext<'_>| {
                let request = Request {
                    principal,
                    action: "s3:GetObject",
                    resource: "*",
                    resource_account: None,
                    canonical_user_id: None,
                    context,
                };
                let policies = Policies {
                    resource: Some(&policy),
                    ..Policies::default()
                };
                policy::evaluate(&request, &policies).is_allowed()
            };
            assert!(allowed(&typed), "{key}");
            assert!(!allowed(&RequestContext::default()), "{key}");
            // A name comes before the field; two of one name are two values.
            let mut named = typed.clone();
            named.insert(key, "zzz");
            assert!(!allowed(&named) || !key.starts_with("aws:"), "{key}");
        }
    }
}
