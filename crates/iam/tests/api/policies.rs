//! Managed and inline policies, versions, attachments, boundaries.

use serde_json::json;

use crate::client::{ACCOUNT, Client, TRUST, decoded, text};

const ALLOW: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"wafv2:Get*","Resource":"*"}]}"#;

async fn policy(client: &Client, name: &str) -> String {
    let made = client
        .ok(
            "CreatePolicy",
            json!({"PolicyName": name, "PolicyDocument": ALLOW}),
        )
        .await;
    text(&made["Policy"]["Arn"])
}

#[tokio::test]
async fn versions_are_numbered_once_and_one_is_in_force() {
    let client = Client::new().await;
    let arn = policy(&client, "P").await;
    assert_eq!(arn, format!("arn:aws:iam::{ACCOUNT}:policy/P"));
    for number in 2..=5 {
        let made = client
            .ok(
                "CreatePolicyVersion",
                json!({"PolicyArn": arn, "PolicyDocument": ALLOW, "SetAsDefault": number == 3}),
            )
            .await;
        assert_eq!(made["PolicyVersion"]["VersionId"], format!("v{number}"));
    }
    let refusal = client
        .refusal(
            "CreatePolicyVersion",
            json!({"PolicyArn": arn, "PolicyDocument": ALLOW}),
        )
        .await;
    assert_eq!(
        refusal,
        "LimitExceeded: A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version."
    );
    let got = client.ok("GetPolicy", json!({"PolicyArn": arn})).await;
    assert_eq!(got["Policy"]["DefaultVersionId"], "v3");
    let refusal = client
        .refusal(
            "DeletePolicyVersion",
            json!({"PolicyArn": arn, "VersionId": "v3"}),
        )
        .await;
    assert_eq!(
        refusal,
        "DeleteConflict: Cannot delete the default version of a policy."
    );
    client
        .ok(
            "DeletePolicyVersion",
            json!({"PolicyArn": arn, "VersionId": "v5"}),
        )
        .await;
    let made = client
        .ok(
            "CreatePolicyVersion",
            json!({"PolicyArn": arn, "PolicyDocument": ALLOW}),
        )
        .await;
    assert_eq!(
        made["PolicyVersion"]["VersionId"], "v6",
        "v5 is not used again"
    );
    let version = client
        .ok(
            "GetPolicyVersion",
            json!({"PolicyArn": arn, "VersionId": "v1"}),
        )
        .await;
    assert_eq!(decoded(&text(&version["PolicyVersion"]["Document"])), ALLOW);
    client
        .ok(
            "SetDefaultPolicyVersion",
            json!({"PolicyArn": arn, "VersionId": "v1"}),
        )
        .await;
    let refusal = client
        .refusal("DeletePolicy", json!({"PolicyArn": arn}))
        .await;
    assert!(
        refusal.starts_with("DeleteConflict: This policy has more than one version."),
        "{refusal}"
    );
    for version in ["v2", "v3", "v4", "v6"] {
        client
            .ok(
                "DeletePolicyVersion",
                json!({"PolicyArn": arn, "VersionId": version}),
            )
            .await;
    }
    client.ok("DeletePolicy", json!({"PolicyArn": arn})).await;
}

#[tokio::test]
async fn what_is_attached_is_counted_and_kept() {
    let client = Client::new().await;
    let arn = policy(&client, "P").await;
    client.ok("CreateUser", json!({"UserName": "U"})).await;
    client.ok("CreateGroup", json!({"GroupName": "G"})).await;
    client
        .ok(
            "CreateRole",
            json!({"RoleName": "R", "AssumeRolePolicyDocument": TRUST, "PermissionsBoundary": arn}),
        )
        .await;
    client
        .ok(
            "AttachUserPolicy",
            json!({"UserName": "U", "PolicyArn": arn}),
        )
        .await;
    client
        .ok(
            "AttachUserPolicy",
            json!({"UserName": "U", "PolicyArn": arn}),
        )
        .await;
    client
        .ok(
            "AttachGroupPolicy",
            json!({"GroupName": "G", "PolicyArn": arn}),
        )
        .await;
    let got = client.ok("GetPolicy", json!({"PolicyArn": arn})).await;
    assert_eq!(got["Policy"]["AttachmentCount"], 2);
    assert_eq!(got["Policy"]["PermissionsBoundaryUsageCount"], 1);
    let entities = client
        .ok("ListEntitiesForPolicy", json!({"PolicyArn": arn}))
        .await;
    assert_eq!(entities["PolicyUsers"][0]["UserName"], "U");
    assert_eq!(entities["PolicyGroups"][0]["GroupName"], "G");
    assert_eq!(entities["PolicyRoles"][0]["RoleName"], "R");
    let refusal = client
        .refusal("DeletePolicy", json!({"PolicyArn": arn}))
        .await;
    assert_eq!(
        refusal,
        "DeleteConflict: Cannot delete a policy attached to entities."
    );
    client
        .ok(
            "DetachUserPolicy",
            json!({"UserName": "U", "PolicyArn": arn}),
        )
        .await;
    let refusal = client
        .refusal(
            "DetachUserPolicy",
            json!({"UserName": "U", "PolicyArn": arn}),
        )
        .await;
    assert_eq!(
        refusal,
        format!("NoSuchEntity: Policy {arn} was not found.")
    );
    client
        .ok(
            "DetachGroupPolicy",
            json!({"GroupName": "G", "PolicyArn": arn}),
        )
        .await;
    client
        .ok("DeleteRolePermissionsBoundary", json!({"RoleName": "R"}))
        .await;
    client.ok("DeletePolicy", json!({"PolicyArn": arn})).await;
}

#[tokio::test]
async fn aws_policies_are_there_and_cannot_be_changed() {
    let client = Client::new().await;
    let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let got = client.ok("GetPolicy", json!({"PolicyArn": arn})).await;
    assert_eq!(got["Policy"]["PolicyName"], "ReadOnlyAccess");
    let version = client
        .ok(
            "GetPolicyVersion",
            json!({"PolicyArn": arn, "VersionId": "v1"}),
        )
        .await;
    let document = decoded(&text(&version["PolicyVersion"]["Document"]));
    assert!(document.contains("wafv2:Get*"));
    for (operation, input) in [
        ("DeletePolicy", json!({"PolicyArn": arn})),
        (
            "CreatePolicyVersion",
            json!({"PolicyArn": arn, "PolicyDocument": ALLOW}),
        ),
    ] {
        let (status, code, _) = client.refused(operation, input).await;
        assert_eq!(
            (status, code.as_str()),
            (403, "AccessDenied"),
            "{operation}"
        );
    }
    let mut listed = Vec::new();
    let mut input = json!({"Scope": "AWS"});
    loop {
        let page = client.ok("ListPolicies", input.clone()).await;
        listed.extend(
            page["Policies"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| text(&one["Arn"])),
        );
        if page["IsTruncated"] == false {
            break;
        }
        input["Marker"] = page["Marker"].clone();
    }
    for name in [
        "AdministratorAccess",
        "PowerUserAccess",
        "AWSKeyManagementServicePowerUser",
        "SecurityAudit",
        "IAMReadOnlyAccess",
    ] {
        assert!(
            listed.contains(&format!("arn:aws:iam::aws:policy/{name}")),
            "{name}"
        );
    }
    let local = client.ok("ListPolicies", json!({"Scope": "Local"})).await;
    assert_eq!(local["Policies"], json!([]));
}

#[tokio::test]
async fn inline_policies_are_given_back_as_they_came() {
    let client = Client::new().await;
    let document = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"wafv2:*\", \"Resource\": \"arn:aws:wafv2:*:*:regional/webacl/a%2Fb\"}]\n}";
    client.ok("CreateGroup", json!({"GroupName": "G"})).await;
    client
        .ok(
            "PutGroupPolicy",
            json!({"GroupName": "G", "PolicyName": "b", "PolicyDocument": document}),
        )
        .await;
    client
        .ok(
            "PutGroupPolicy",
            json!({"GroupName": "G", "PolicyName": "a", "PolicyDocument": ALLOW}),
        )
        .await;
    let got = client
        .ok(
            "GetGroupPolicy",
            json!({"GroupName": "g", "PolicyName": "b"}),
        )
        .await;
    assert_eq!(decoded(&text(&got["PolicyDocument"])), document);
    let list = client
        .ok("ListGroupPolicies", json!({"GroupName": "G"}))
        .await;
    assert_eq!(list["PolicyNames"], json!(["a", "b"]));
    client
        .ok(
            "DeleteGroupPolicy",
            json!({"GroupName": "G", "PolicyName": "b"}),
        )
        .await;
    let refusal = client
        .refusal(
            "GetGroupPolicy",
            json!({"GroupName": "G", "PolicyName": "b"}),
        )
        .await;
    assert_eq!(
        refusal,
        "NoSuchEntity: The group policy with name b cannot be found."
    );
    for broken in ["", "{", "[]", "\"x\""] {
        let input =
            json!({"GroupName": "G", "PolicyName": "x", "PolicyDocument": format!("{broken} ")});
        let refusal = client.refusal("PutGroupPolicy", input).await;
        assert!(
            refusal.starts_with("MalformedPolicyDocument: "),
            "{broken}: {refusal}"
        );
    }
}
