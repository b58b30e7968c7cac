//! What tells of a whole account: authorization details, the credential report, its alias.

use serde_json::json;

use crate::client::{Client, NOW, TRUST, text};

#[tokio::test]
async fn authorization_details_hold_all_that_decides() {
    let client = Client::new().await;
    let allow =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    client.ok("CreateUser", json!({"UserName": "U"})).await;
    client.ok("CreateGroup", json!({"GroupName": "G"})).await;
    client
        .ok(
            "CreateRole",
            json!({"RoleName": "R", "AssumeRolePolicyDocument": TRUST}),
        )
        .await;
    client
        .ok(
            "CreatePolicy",
            json!({"PolicyName": "P", "PolicyDocument": allow}),
        )
        .await;
    client
        .ok("AddUserToGroup", json!({"UserName": "U", "GroupName": "G"}))
        .await;
    client
        .ok(
            "PutUserPolicy",
            json!({"UserName": "U", "PolicyName": "i", "PolicyDocument": allow}),
        )
        .await;
    client
        .ok(
            "AttachRolePolicy",
            json!({"RoleName": "R", "PolicyArn": "arn:aws:iam::aws:policy/SecurityAudit"}),
        )
        .await;
    let all = client.ok("GetAccountAuthorizationDetails", json!({})).await;
    assert_eq!(all["UserDetailList"][0]["GroupList"], json!(["G"]));
    assert_eq!(
        all["UserDetailList"][0]["UserPolicyList"][0]["PolicyName"],
        "i"
    );
    assert_eq!(all["GroupDetailList"][0]["GroupName"], "G");
    assert_eq!(
        all["RoleDetailList"][0]["AttachedManagedPolicies"][0]["PolicyName"],
        "SecurityAudit"
    );
    let names: Vec<String> = all["Policies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| text(&one["PolicyName"]))
        .collect();
    assert_eq!(names, ["SecurityAudit", "P"]);
    let mut pages = 0;
    let mut input = json!({"MaxItems": 2});
    loop {
        let page = client
            .ok("GetAccountAuthorizationDetails", input.clone())
            .await;
        pages += 1;
        match page.get("Marker") {
            Some(marker) => input["Marker"] = marker.clone(),
            None => break,
        }
    }
    assert_eq!(pages, 3);
    let users = client
        .ok(
            "GetAccountAuthorizationDetails",
            json!({"Filter": ["User"]}),
        )
        .await;
    assert_eq!(users["RoleDetailList"], json!([]));
}

#[tokio::test]
async fn the_credential_report_is_made_and_grows_old() {
    use base64::Engine as _;
    let client = Client::new().await;
    let none = client.refused("GetCredentialReport", json!({})).await;
    assert_eq!((none.0, none.1.as_str()), (410, "ReportNotPresent"));
    let (id, _) = client.user_with_key("with,comma").await;
    client.iam.note_use(
        &types::Principal::Root(crate::client::ACCOUNT.parse().unwrap()),
        &id,
        NOW,
        ("kms", "eu-west-1"),
    );
    let started = client.ok("GenerateCredentialReport", json!({})).await;
    assert_eq!(started["State"], "STARTED");
    assert_eq!(
        client.ok("GenerateCredentialReport", json!({})).await["State"],
        "COMPLETE"
    );
    let report = client.ok("GetCredentialReport", json!({})).await;
    let content = text(&report["Content"]);
    let csv = base64::engine::general_purpose::STANDARD
        .decode(content)
        .unwrap();
    let csv = String::from_utf8(csv).unwrap();
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0].split(',').count(), 22);
    assert!(
        lines[1].starts_with("<root_account>,arn:aws:iam::111111111111:root,"),
        "{}",
        lines[1]
    );
    assert!(
        lines[2].starts_with("\"with,comma\",\"arn:aws:iam::111111111111:user/with,comma\","),
        "{}",
        lines[2]
    );
    assert!(
        lines[2].contains(",eu-west-1,kms,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"),
        "{}",
        lines[2]
    );
    client.clock.forward(4 * 60 * 60);
    let old = client.refused("GetCredentialReport", json!({})).await;
    assert_eq!((old.0, old.1.as_str()), (410, "ReportExpired"));
}

#[tokio::test]
async fn an_account_has_one_alias() {
    let client = Client::new().await;
    client
        .ok("CreateAccountAlias", json!({"AccountAlias": "one"}))
        .await;
    client
        .ok("CreateAccountAlias", json!({"AccountAlias": "two"}))
        .await;
    let refusal = client
        .refusal("CreateAccountAlias", json!({"AccountAlias": "two"}))
        .await;
    assert_eq!(
        refusal,
        "EntityAlreadyExists: The account alias two already exists."
    );
    assert_eq!(
        client.ok("ListAccountAliases", json!({})).await["AccountAliases"],
        json!(["two"])
    );
    assert!(
        client
            .refusal("DeleteAccountAlias", json!({"AccountAlias": "one"}))
            .await
            .starts_with("NoSuchEntity")
    );
    client
        .ok("DeleteAccountAlias", json!({"AccountAlias": "two"}))
        .await;
    assert_eq!(
        client.ok("ListAccountAliases", json!({})).await["AccountAliases"],
        json!([])
    );
}
