//! AWS's recorded answers of IAM and STS as the judge: the recorded calls are made again, and answers
//! must have the same codes, texts and fields.
//!
//! A request is not recorded: it is written here, from the test's and the step's name. `<...>` in a
//! recorded text stands for any text, a time for any time; documents are compared as JSON.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use types::ServiceError;

use crate::client::{Client, decoded, text};

/// Recorded tests that are not played, and why.
const NOT_PLAYED: &[(&str, &str)] = &[(
    "test_simulate_principle_policy",
    "the simulator is judged beside `policy`; its answer here is not compared yet",
)];

/// Where an answer differs, and why.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    (
        "test_user_match_id_mismatch[totally-wrong-credential-id-with-hyphens]",
        "1 validation error detected: Value 'totally-wrong-credential-id-with-hyphens' at",
        "IAM's model check hides the value here and shows it elsewhere; ours shows what is not sensitive",
    ),
    (
        "test_invalid_update_parameters",
        "1 validation error detected: Value 'Invalid' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [",
        "the same; and the recording has cut the enum's values off",
    ),
];

/// Services that had used their role in the recorded account when it was looked at: none does here.
const USED_BY_AWS: &[&str] = &[
    "kafka.amazonaws.com",
    "rds.amazonaws.com",
    "resource-explorer-2.amazonaws.com",
    "ssm.amazonaws.com",
    "sso.amazonaws.com",
];

type Recordings = Map<String, Value>;

fn recordings(file: &str) -> Recordings {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/aws-recordings")
        .join(file);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&bytes).unwrap()
}

/// One recorded test while it is played.
struct Play<'r> {
    name: String,
    steps: &'r Map<String, Value>,
    left: BTreeSet<String>,
    client: Client,
}

impl<'r> Play<'r> {
    async fn of(recordings: &'r Recordings, name: &str, played: &mut BTreeSet<String>) -> Self {
        let (full, test) = recordings
            .iter()
            .find(|(full, _)| full.ends_with(&format!("::{name}")))
            .unwrap_or_else(|| panic!("{name} is not recorded"));
        played.insert(full.clone());
        let steps = test["recorded-content"].as_object().unwrap();
        Self {
            name: name.to_owned(),
            steps,
            left: steps.keys().cloned().collect(),
            client: Client::new().await,
        }
    }

    /// Makes a call whose answer was recorded, and judges ours.
    async fn step(&mut self, step: &str, operation: &str, input: Value) -> Value {
        let answer = self.client.call(operation, input).await;
        self.judge(step, answer)
    }

    fn judge(&mut self, step: &str, answer: Result<Value, ServiceError>) -> Value {
        assert!(self.left.remove(step), "{}: no step {step}", self.name);
        let recorded = &self.steps[step];
        let at = format!("{} / {step}", self.name);
        match (answer, recorded.get("Error")) {
            (Ok(answer), None) => {
                let mut expected = recorded.clone();
                expected.as_object_mut().unwrap().remove("ResponseMetadata");
                if USED_BY_AWS
                    .iter()
                    .any(|service| self.name.contains(service))
                    && let Some(used) = expected.pointer_mut("/Role/RoleLastUsed")
                {
                    *used = json!({});
                }
                compare(&at, &expected, &answer);
                answer
            }
            (Err(error), Some(expected)) => {
                assert_eq!(error.code, text(&expected["Code"]), "{at}");
                let status = &recorded["ResponseMetadata"]["HTTPStatusCode"];
                assert_eq!(json!(error.status), *status, "{at}");
                let known = DIFFERENCES.iter().find(|(name, ..)| *name == self.name);
                match known {
                    Some((_, ours, _)) => {
                        assert!(error.message.starts_with(ours), "{at}: {}", error.message);
                    }
                    None => {
                        let wanted = text(&expected["Message"]);
                        assert!(
                            is_like(&wanted, &error.message),
                            "{at}: {} is not {wanted}",
                            error.message
                        );
                    }
                }
                Value::Null
            }
            (Ok(answer), Some(expected)) => panic!("{at}: {expected} expected, not {answer}"),
            (Err(error), None) => panic!("{at}: {error:?}"),
        }
    }

    fn end(self) {
        assert!(
            self.left.is_empty(),
            "{}: not played: {:?}",
            self.name,
            self.left
        );
    }
}

/// The same members, lists as long, texts alike.
fn compare(at: &str, expected: &Value, ours: &Value) {
    match (expected, ours) {
        (Value::Object(expected), Value::String(document)) => {
            let document: Value = serde_json::from_str(&decoded(document))
                .unwrap_or_else(|error| panic!("{at}: {error}"));
            compare(at, &Value::Object(expected.clone()), &document);
        }
        (Value::Object(expected), Value::Object(ours)) => {
            let members =
                |map: &Map<String, Value>| -> BTreeSet<String> { map.keys().cloned().collect() };
            assert_eq!(members(expected), members(ours), "{at}");
            for (name, value) in expected {
                compare(&format!("{at}.{name}"), value, &ours[name]);
            }
        }
        (Value::Array(expected), Value::Array(ours)) => {
            assert_eq!(expected.len(), ours.len(), "{at}: {ours:?}");
            for (index, (expected, ours)) in expected.iter().zip(ours).enumerate() {
                compare(&format!("{at}[{index}]"), expected, ours);
            }
        }
        (Value::String(expected), Value::Number(_)) => assert_eq!(expected, "<datetime>", "{at}"),
        (Value::String(expected), Value::String(ours)) => {
            assert!(is_like(expected, ours), "{at}: {ours} is not {expected}");
        }
        (expected, ours) => assert_eq!(expected, ours, "{at}"),
    }
}

/// Whether a text is as recorded, where `<...>` stands for any text.
fn is_like(pattern: &str, text: &str) -> bool {
    match pattern.split_once('<') {
        None => pattern == text,
        Some((start, rest)) => {
            let Some(text) = text.strip_prefix(start) else {
                return false;
            };
            let (_, end) = rest.split_once('>').unwrap_or((rest, ""));
            let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            ends.rev().any(|at| is_like(end, text.get(at..).unwrap()))
        }
    }
}

fn trust(service: &str) -> String {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]}).to_string()
}

#[tokio::test]
async fn iam_answers_as_it_was_recorded() {
    let recordings = recordings("iam/test_iam.snapshot.json");
    let mut played = BTreeSet::new();
    roles(&recordings, &mut played).await;
    attachments(&recordings, &mut played).await;
    encoding(&recordings, &mut played).await;
    service_credentials(&recordings, &mut played).await;
    service_roles(&recordings, &mut played).await;
    let all: BTreeSet<String> = recordings.keys().cloned().collect();
    let silent: Vec<&String> = all
        .difference(&played)
        .filter(|name| !NOT_PLAYED.iter().any(|(part, _)| name.contains(part)))
        .collect();
    println!(
        "{} of {} recorded tests of IAM are played",
        played.len(),
        all.len()
    );
    assert!(silent.is_empty(), "recorded and not played: {silent:?}");
}

async fn roles(recordings: &Recordings, played: &mut BTreeSet<String>) {
    let mut play = Play::of(
        recordings,
        "TestIAMIntegrations::test_update_assume_role_policy",
        played,
    )
    .await;
    let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": ["ec2.amazonaws.com"]}, "Action": ["sts:AssumeRole"]}]}).to_string();
    play.step(
        "created_role",
        "CreateRole",
        json!({"RoleName": "r", "AssumeRolePolicyDocument": document}),
    )
    .await;
    play.step(
        "updated_policy",
        "UpdateAssumeRolePolicy",
        json!({"RoleName": "r", "PolicyDocument": document}),
    )
    .await;
    play.end();

    let mut play = Play::of(
        recordings,
        "TestIAMExtensions::test_create_role_with_malformed_assume_role_policy_document",
        played,
    )
    .await;
    play.step(
        "invalid-json",
        "CreateRole",
        json!({"RoleName": "r", "AssumeRolePolicyDocument": "{\"Statement\": ["}),
    )
    .await;
    play.end();

    let ec2 = trust("ec2.amazonaws.com");
    let mut play = Play::of(
        recordings,
        "TestIAMIntegrations::test_list_roles_with_permission_boundary",
        played,
    )
    .await;
    let boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    play.step("created_role", "CreateRole", json!({"RoleName": "r", "Path": "/p/", "AssumeRolePolicyDocument": ec2, "PermissionsBoundary": boundary})).await;
    play.step(
        "list_roles_result",
        "ListRoles",
        json!({"PathPrefix": "/p/"}),
    )
    .await;
    play.end();

    let mut play = Play::of(
        recordings,
        "TestIAMIntegrations::test_create_describe_role",
        played,
    )
    .await;
    play.step(
        "create_role_result",
        "CreateRole",
        json!({"RoleName": "r", "Path": "/p/", "AssumeRolePolicyDocument": ec2}),
    )
    .await;
    play.step("get_role_result", "GetRole", json!({"RoleName": "r"}))
        .await;
    play.step(
        "list_roles_result",
        "ListRoles",
        json!({"PathPrefix": "/p/"}),
    )
    .await;
    play.end();

    let mut play = Play::of(
        recordings,
        "TestIAMExtensions::test_role_with_path_lifecycle",
        played,
    )
    .await;
    play.step("create-role-response", "CreateRole", json!({"RoleName": "r", "Path": "/p/", "AssumeRolePolicyDocument": trust("lambda.amazonaws.com")})).await;
    play.step("get-role-response", "GetRole", json!({"RoleName": "r"}))
        .await;
    play.step(
        "delete-role-response",
        "DeleteRole",
        json!({"RoleName": "r"}),
    )
    .await;
    play.end();

    let mut play = Play::of(recordings, "TestRoles::test_role_with_tags", played).await;
    play.step("create-role-response", "CreateRole", json!({"RoleName": "r", "Path": "/role-with-tags/", "AssumeRolePolicyDocument": ec2, "Tags": [{"Key": "test", "Value": "value"}]})).await;
    play.step("get-role-response", "GetRole", json!({"RoleName": "r"}))
        .await;
    play.step(
        "list-role-response",
        "ListRoles",
        json!({"PathPrefix": "/role-with-tags/"}),
    )
    .await;
    play.end();
}

async fn attachments(recordings: &Recordings, played: &mut BTreeSet<String>) {
    let allow = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]}).to_string();
    for (kind, test) in [
        ("Role", "test_role_attach_policy"),
        ("User", "test_user_attach_policy"),
    ] {
        let mut play = Play::of(recordings, &format!("TestIAMIntegrations::{test}"), played).await;
        match kind {
            "Role" => play.client.ok("CreateRole", json!({"RoleName": "n", "AssumeRolePolicyDocument": trust("ec2.amazonaws.com")})).await,
            _ => play.client.ok("CreateUser", json!({"UserName": "n"})).await,
        };
        let name = "a-policy-name-of-twenty-characters";
        let made = play
            .step(
                "create_policy_response",
                "CreatePolicy",
                json!({"PolicyName": name, "PolicyDocument": allow}),
            )
            .await;
        let arn = text(&made["Policy"]["Arn"]);
        let attach = format!("Attach{kind}Policy");
        let input = |arn: &str| json!({format!("{kind}Name"): "n", "PolicyArn": arn});
        play.step(
            "non_existent_malformed_policy_arn",
            &attach,
            input("longpolicynamebutnoarn"),
        )
        .await;
        play.step("existing_policy_name_provided", &attach, input(name))
            .await;
        play.step(
            "valid_arn_not_existent",
            &attach,
            input(&format!("{arn}123")),
        )
        .await;
        play.step("valid_policy_arn", &attach, input(&arn)).await;
        play.end();
    }
    let mut play = Play::of(
        recordings,
        "TestIAMIntegrations::test_delete_non_existent_policy_returns_no_such_entity",
        played,
    )
    .await;
    let arn = "arn:aws:iam::111111111111:policy/non-existent-policy";
    play.step(
        "delete-non-existent-policy-exc",
        "DeletePolicy",
        json!({"PolicyArn": arn}),
    )
    .await;
    play.end();
}

async fn encoding(recordings: &Recordings, played: &mut BTreeSet<String>) {
    let encoded = "arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Faaeeieije";
    let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["apigatway:PUT"], "Resource": [format!("arn:aws:apigateway:us-east-1::/tags/{encoded}")]}]}).to_string();
    for (kind, test) in [
        ("User", "test_put_user_policy_encoding"),
        ("Group", "test_put_group_policy_encoding"),
    ] {
        let mut play = Play::of(
            recordings,
            &format!("TestIAMPolicyEncoding::{test}"),
            played,
        )
        .await;
        let name = format!("{kind}Name");
        play.client
            .ok(&format!("Create{kind}"), json!({&name: "n"}))
            .await;
        play.client
            .ok(
                &format!("Put{kind}Policy"),
                json!({&name: "n", "PolicyName": "p", "PolicyDocument": document}),
            )
            .await;
        play.step(
            "get-policy-response",
            &format!("Get{kind}Policy"),
            json!({&name: "n", "PolicyName": "p"}),
        )
        .await;
        play.end();
    }
    let mut play = Play::of(
        recordings,
        "TestIAMPolicyEncoding::test_put_role_policy_encoding",
        played,
    )
    .await;
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"aws:SourceArn": encoded}}}]}).to_string();
    play.step(
        "create-role-response",
        "CreateRole",
        json!({"RoleName": "n", "Path": "/p/", "AssumeRolePolicyDocument": trust}),
    )
    .await;
    play.client
        .ok(
            "PutRolePolicy",
            json!({"RoleName": "n", "PolicyName": "p", "PolicyDocument": document}),
        )
        .await;
    play.step(
        "get-policy-response",
        "GetRolePolicy",
        json!({"RoleName": "n", "PolicyName": "p"}),
    )
    .await;
    play.step("get-role-response", "GetRole", json!({"RoleName": "n"}))
        .await;
    play.step(
        "list-roles-response",
        "ListRoles",
        json!({"PathPrefix": "/p/"}),
    )
    .await;
    play.end();
}

async fn service_credentials(recordings: &Recordings, played: &mut BTreeSet<String>) {
    let class = "TestIAMServiceSpecificCredentials";
    let create = |service: &str| json!({"UserName": "n", "ServiceName": service});
    let of = |id: &str| json!({"UserName": "n", "ServiceSpecificCredentialId": id});
    let with_status = |mut input: Value, status: &str| {
        input["Status"] = json!(status);
        input
    };
    let id_of =
        |made: &Value| text(&made["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]);
    for service in ["codecommit.amazonaws.com", "cassandra.amazonaws.com"] {
        let mut play = Play::of(
            recordings,
            &format!("{class}::test_service_specific_credential_lifecycle[{service}]"),
            played,
        )
        .await;
        play.step(
            "create-user-response",
            "CreateUser",
            json!({"UserName": "n"}),
        )
        .await;
        let made = play
            .step(
                "create-service-specific-credential-response",
                "CreateServiceSpecificCredential",
                create(service),
            )
            .await;
        let id = id_of(&made);
        let list = json!({"UserName": "n", "ServiceName": service});
        play.step(
            "list-service-specific-credentials-response-before-update",
            "ListServiceSpecificCredentials",
            list.clone(),
        )
        .await;
        play.step(
            "update-service-specific-credential-response",
            "UpdateServiceSpecificCredential",
            with_status(of(&id), "Inactive"),
        )
        .await;
        play.step(
            "list-service-specific-credentials-response-after-update",
            "ListServiceSpecificCredentials",
            list,
        )
        .await;
        play.step(
            "reset-service-specific-credential-response",
            "ResetServiceSpecificCredential",
            of(&id),
        )
        .await;
        play.step(
            "delete-service-specific-credentials-response",
            "DeleteServiceSpecificCredential",
            of(&id),
        )
        .await;
        play.end();
    }
    let mut play = Play::of(
        recordings,
        &format!("{class}::test_create_service_specific_credential_invalid_user"),
        played,
    )
    .await;
    let of_nobody =
        |service: &str| json!({"UserName": "non-existent-user", "ServiceName": service});
    play.step(
        "invalid-user-name-exception",
        "CreateServiceSpecificCredential",
        of_nobody("codecommit.amazonaws.com"),
    )
    .await;
    play.step(
        "invalid-user-and-service-exception",
        "CreateServiceSpecificCredential",
        of_nobody("nonexistentservice.amazonaws.com"),
    )
    .await;
    play.end();
    let mut play = Play::of(
        recordings,
        &format!("{class}::test_create_service_specific_credential_invalid_service"),
        played,
    )
    .await;
    play.step(
        "create-user-response",
        "CreateUser",
        json!({"UserName": "n"}),
    )
    .await;
    for (step, service) in [
        (
            "invalid-service-exception",
            "nonexistentservice.amazonaws.com",
        ),
        (
            "invalid-service-completely-malformed-exception",
            "o3on3n3onosneo",
        ),
        (
            "invalid-service-existing-but-unsupported-exception",
            "lambda.amazonaws.com",
        ),
    ] {
        play.step(step, "CreateServiceSpecificCredential", create(service))
            .await;
    }
    play.end();
    let mut play = Play::of(
        recordings,
        &format!("{class}::test_list_service_specific_credential_different_service"),
        played,
    )
    .await;
    play.step(
        "create-user-response",
        "CreateUser",
        json!({"UserName": "n"}),
    )
    .await;
    play.step(
        "list-service-specific-credentials-invalid-service",
        "ListServiceSpecificCredentials",
        create("nonexistentservice.amazonaws.com"),
    )
    .await;
    play.step(
        "create-service-specific-credential-response",
        "CreateServiceSpecificCredential",
        create("codecommit.amazonaws.com"),
    )
    .await;
    play.step(
        "list-service-specific-credentials-response-wrong-service",
        "ListServiceSpecificCredentials",
        create("cassandra.amazonaws.com"),
    )
    .await;
    play.end();
    let mut play = Play::of(
        recordings,
        &format!("{class}::test_delete_user_after_service_credential_created"),
        played,
    )
    .await;
    play.step(
        "create-user-response",
        "CreateUser",
        json!({"UserName": "n"}),
    )
    .await;
    play.step(
        "create-service-specific-credential-response",
        "CreateServiceSpecificCredential",
        create("codecommit.amazonaws.com"),
    )
    .await;
    play.step(
        "delete-user-existing-credential",
        "DeleteUser",
        json!({"UserName": "n"}),
    )
    .await;
    play.end();
    for id in [
        "totally-wrong-credential-id-with-hyphens",
        "satisfiesregexbutstillinvalid",
    ] {
        let mut play = Play::of(
            recordings,
            &format!("{class}::test_user_match_id_mismatch[{id}]"),
            played,
        )
        .await;
        play.name = format!("test_user_match_id_mismatch[{id}]");
        play.step(
            "create-user-response",
            "CreateUser",
            json!({"UserName": "n"}),
        )
        .await;
        play.step(
            "create-service-specific-credential-response",
            "CreateServiceSpecificCredential",
            create("codecommit.amazonaws.com"),
        )
        .await;
        play.step(
            "update-wrong-id",
            "UpdateServiceSpecificCredential",
            with_status(of(id), "Inactive"),
        )
        .await;
        play.step("reset-wrong-id", "ResetServiceSpecificCredential", of(id))
            .await;
        play.step("delete-wrong-id", "DeleteServiceSpecificCredential", of(id))
            .await;
        play.end();
    }
    let mut play = Play::of(
        recordings,
        &format!("{class}::test_id_match_user_mismatch"),
        played,
    )
    .await;
    play.step(
        "create-user-response",
        "CreateUser",
        json!({"UserName": "n"}),
    )
    .await;
    let made = play
        .step(
            "create-service-specific-credential-response",
            "CreateServiceSpecificCredential",
            create("codecommit.amazonaws.com"),
        )
        .await;
    let wrong = json!({"UserName": "wrong-user-name", "ServiceSpecificCredentialId": id_of(&made)});
    play.step(
        "update-wrong-user-name",
        "UpdateServiceSpecificCredential",
        with_status(wrong.clone(), "Inactive"),
    )
    .await;
    play.step(
        "reset-wrong-user-name",
        "ResetServiceSpecificCredential",
        wrong.clone(),
    )
    .await;
    play.step(
        "delete-wrong-user-name",
        "DeleteServiceSpecificCredential",
        wrong,
    )
    .await;
    play.end();
    let mut play = Play::of(
        recordings,
        &format!("{class}::test_invalid_update_parameters"),
        played,
    )
    .await;
    play.name = "test_invalid_update_parameters".to_owned();
    play.step(
        "create-user-response",
        "CreateUser",
        json!({"UserName": "n"}),
    )
    .await;
    let made = play
        .step(
            "create-service-specific-credential-response",
            "CreateServiceSpecificCredential",
            create("codecommit.amazonaws.com"),
        )
        .await;
    play.step(
        "update-invalid-status",
        "UpdateServiceSpecificCredential",
        with_status(of(&id_of(&made)), "Invalid"),
    )
    .await;
    play.end();
}

async fn service_roles(recordings: &Recordings, played: &mut BTreeSet<String>) {
    let class = "TestIAMServiceRoles";
    let bracketed = |test: &str| -> Vec<String> {
        let start = format!("{class}::{test}[");
        let names = recordings
            .keys()
            .filter_map(|name| Some(name.split_once(&start)?.1));
        names
            .map(|name| name.trim_end_matches(']').to_owned())
            .collect()
    };
    for (test, suffix) in [
        ("test_service_role_lifecycle", None),
        ("test_service_role_lifecycle_custom_suffix", Some("suffix")),
    ] {
        for service in bracketed(test) {
            let mut play =
                Play::of(recordings, &format!("{class}::{test}[{service}]"), played).await;
            let mut input = json!({"AWSServiceName": service});
            if let Some(suffix) = suffix {
                input["CustomSuffix"] = json!(suffix);
            }
            let made = play.client.ok("CreateServiceLinkedRole", input).await;
            let role = json!({"RoleName": made["Role"]["RoleName"]});
            play.step("describe-response", "GetRole", role.clone())
                .await;
            play.step("inline-role-policies", "ListRolePolicies", role.clone())
                .await;
            play.step("attached-role-policies", "ListAttachedRolePolicies", role)
                .await;
            play.end();
        }
    }
    for service in bracketed("test_service_role_lifecycle_custom_suffix_not_allowed") {
        let mut play = Play::of(
            recordings,
            &format!("{class}::test_service_role_lifecycle_custom_suffix_not_allowed[{service}]"),
            played,
        )
        .await;
        let input = json!({"AWSServiceName": service, "CustomSuffix": "suffix"});
        play.step(
            "custom-suffix-not-allowed",
            "CreateServiceLinkedRole",
            input,
        )
        .await;
        play.end();
    }
    let batch = json!({"AWSServiceName": "batch.amazonaws.com"});
    let mut play = Play::of(
        recordings,
        &format!("{class}::test_service_role_already_exists"),
        played,
    )
    .await;
    play.client
        .ok("CreateServiceLinkedRole", batch.clone())
        .await;
    play.step(
        "role-already-exists-error",
        "CreateServiceLinkedRole",
        batch.clone(),
    )
    .await;
    play.end();
    let mut play = Play::of(
        recordings,
        &format!("{class}::test_service_role_deletion"),
        played,
    )
    .await;
    let made = play.client.ok("CreateServiceLinkedRole", batch).await;
    let task = play
        .step(
            "service-linked-role-deletion-response",
            "DeleteServiceLinkedRole",
            json!({"RoleName": made["Role"]["RoleName"]}),
        )
        .await;
    play.step(
        "service-linked-role-deletion-status-response",
        "GetServiceLinkedRoleDeletionStatus",
        json!({"DeletionTaskId": task["DeletionTaskId"]}),
    )
    .await;
    play.end();
}
