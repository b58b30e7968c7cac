//! Every quota, by its last good and its first bad.

use serde_json::{Value, json};

use crate::client::{Client, TRUST};

const ALLOW: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"wafv2:Get*","Resource":"*"}]}"#;

/// A document of so many characters; white space does not count.
fn document(characters: usize) -> String {
    let empty = r#"{"Version":"2012-10-17","Statement":[{"Sid":"","Effect":"Allow","Action":"a:*","Resource":"*"}]}"#;
    let padding = "x".repeat(characters - empty.len());
    format!(
        "{} \n",
        empty.replace("\"Sid\":\"\"", &format!("\"Sid\":\"{padding}\""))
    )
}

/// Calls with the inputs of 0 to `max - 1`, which go well, and with that of `max`, which does not.
async fn is_limited(
    client: &Client,
    max: usize,
    operation: &str,
    quota: &str,
    input: impl Fn(usize) -> Value,
) {
    for number in 0..max {
        client.ok(operation, input(number)).await;
    }
    let refusal = client.refusal(operation, input(max)).await;
    assert_eq!(
        refusal,
        format!("LimitExceeded: Cannot exceed quota for {quota}: {max}")
    );
}

#[tokio::test]
async fn what_one_identity_may_have() {
    let client = Client::new().await;
    client.ok("CreateUser", json!({"UserName": "U"})).await;
    is_limited(
        &client,
        2,
        "CreateAccessKey",
        "AccessKeysPerUser",
        |_| json!({"UserName": "U"}),
    )
    .await;
    for number in 0..=10 {
        client
            .ok("CreateGroup", json!({"GroupName": format!("g{number}")}))
            .await;
        client
            .ok(
                "CreatePolicy",
                json!({"PolicyName": format!("p{number}"), "PolicyDocument": ALLOW}),
            )
            .await;
    }
    is_limited(
        &client,
        10,
        "AddUserToGroup",
        "GroupsPerUser",
        |number| json!({"UserName": "U", "GroupName": format!("g{number}")}),
    )
    .await;
    let arn = |number: usize| format!("arn:aws:iam::111111111111:policy/p{number}");
    client
        .ok(
            "CreateRole",
            json!({"RoleName": "R", "AssumeRolePolicyDocument": TRUST}),
        )
        .await;
    is_limited(
        &client,
        10,
        "AttachUserPolicy",
        "PoliciesPerUser",
        |number| json!({"UserName": "U", "PolicyArn": arn(number)}),
    )
    .await;
    is_limited(
        &client,
        10,
        "AttachGroupPolicy",
        "PoliciesPerGroup",
        |number| json!({"GroupName": "g0", "PolicyArn": arn(number)}),
    )
    .await;
    is_limited(
        &client,
        10,
        "AttachRolePolicy",
        "PoliciesPerRole",
        |number| json!({"RoleName": "R", "PolicyArn": arn(number)}),
    )
    .await;
    let tags = |from: usize, to: usize| -> Vec<Value> {
        (from..to)
            .map(|number| json!({"Key": format!("k{number}"), "Value": ""}))
            .collect()
    };
    client
        .ok("TagUser", json!({"UserName": "U", "Tags": tags(0, 50)}))
        .await;
    let refusal = client
        .refusal("TagUser", json!({"UserName": "U", "Tags": tags(50, 51)}))
        .await;
    assert!(
        refusal.starts_with("LimitExceeded: The number of tags"),
        "{refusal}"
    );
    is_limited(
        &client,
        2,
        "CreateServiceSpecificCredential",
        "ServiceSpecificCredentialsPerUser",
        |_| json!({"UserName": "U", "ServiceName": "codecommit.amazonaws.com"}),
    )
    .await;
}

#[tokio::test]
async fn how_large_documents_may_be() {
    let client = Client::new().await;
    client.ok("CreateUser", json!({"UserName": "U"})).await;
    client.ok("CreateGroup", json!({"GroupName": "G"})).await;
    client
        .ok(
            "CreateRole",
            json!({"RoleName": "R", "AssumeRolePolicyDocument": TRUST}),
        )
        .await;
    for (kind, member, name, max) in [
        ("User", "user", "U", 2_048),
        ("Group", "group", "G", 5_120),
        ("Role", "role", "R", 10_240),
    ] {
        let put = format!("Put{kind}Policy");
        let input = |policy: &str, size: usize| json!({format!("{kind}Name"): name, "PolicyName": policy, "PolicyDocument": document(size)});
        // Together, not each: two of half the size fit, one character more does not.
        client.ok(&put, input("a", max / 2)).await;
        client.ok(&put, input("b", max / 2)).await;
        let refusal = client.refusal(&put, input("b", max / 2 + 1)).await;
        assert_eq!(
            refusal,
            format!(
                "LimitExceeded: Maximum policy size of {max} bytes exceeded for {member} {name}"
            )
        );
    }
    client
        .ok(
            "CreatePolicy",
            json!({"PolicyName": "p", "PolicyDocument": document(6_144)}),
        )
        .await;
    let refusal = client
        .refusal(
            "CreatePolicy",
            json!({"PolicyName": "q", "PolicyDocument": document(6_145)}),
        )
        .await;
    assert_eq!(
        refusal,
        "LimitExceeded: Cannot exceed quota for PolicySize: 6144"
    );
    let trust = |size: usize| {
        let padding = "x".repeat(size - TRUST.len() - "\"Sid\":\"\",".len());
        TRUST.replace(
            "{\"Effect\"",
            &format!("{{\"Sid\":\"{padding}\",\"Effect\""),
        )
    };
    client
        .ok(
            "UpdateAssumeRolePolicy",
            json!({"RoleName": "R", "PolicyDocument": trust(2_048)}),
        )
        .await;
    let refusal = client
        .refusal(
            "UpdateAssumeRolePolicy",
            json!({"RoleName": "R", "PolicyDocument": trust(2_049)}),
        )
        .await;
    assert_eq!(
        refusal,
        "LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048"
    );
}

#[tokio::test]
async fn what_one_account_may_have() {
    let client = Client::new().await;
    is_limited(
        &client,
        300,
        "CreateGroup",
        "GroupsPerAccount",
        |number| json!({"GroupName": format!("g{number}")}),
    )
    .await;
    is_limited(
        &client,
        100,
        "CreateOpenIDConnectProvider",
        "OpenIdConnectProvidersPerAccount",
        |number| json!({"Url": format!("https://issuer{number}.example")}),
    )
    .await;
    let summary = client.ok("GetAccountSummary", json!({})).await;
    assert_eq!(summary["SummaryMap"]["Groups"], 300);
    assert_eq!(summary["SummaryMap"]["GroupsQuota"], 300);
    assert_eq!(summary["SummaryMap"]["Providers"], 100);
}

/// The larger quotas take thousands of commits: their rows are written beforehand, all at once.
#[tokio::test]
async fn what_one_account_may_have_of_the_many() {
    let client = Client::new().await;
    client.ok("CreateUser", json!({"UserName": "u0"})).await;
    client
        .ok(
            "CreateRole",
            json!({"RoleName": "r0", "AssumeRolePolicyDocument": TRUST}),
        )
        .await;
    client
        .ok(
            "CreatePolicy",
            json!({"PolicyName": "p0", "PolicyDocument": ALLOW}),
        )
        .await;
    client
        .ok(
            "CreateInstanceProfile",
            json!({"InstanceProfileName": "i0"}),
        )
        .await;
    for (family, letter, max, operation, quota, input) in [
        (
            "user",
            "u",
            5_000,
            "CreateUser",
            "UsersPerAccount",
            json!({"UserName": "new"}),
        ),
        (
            "role",
            "r",
            1_000,
            "CreateRole",
            "RolesPerAccount",
            json!({"RoleName": "new", "AssumeRolePolicyDocument": TRUST}),
        ),
        (
            "policy",
            "p",
            1_500,
            "CreatePolicy",
            "PoliciesPerAccount",
            json!({"PolicyName": "new", "PolicyDocument": ALLOW}),
        ),
        (
            "instance-profile",
            "i",
            1_000,
            "CreateInstanceProfile",
            "InstanceProfilesPerAccount",
            json!({"InstanceProfileName": "new"}),
        ),
    ] {
        let prefix = store::Key::new(["iam", crate::client::ACCOUNT, family]);
        let row = client
            .store
            .get(&prefix.child(format!("{letter}0")))
            .await
            .unwrap()
            .unwrap();
        let template = String::from_utf8(row.value.to_vec()).unwrap();
        let mut batch = store::Batch::new();
        for number in 1..max {
            let name = format!("{letter}{number}");
            let text = template.replace(
                &format!("\"Name\":\"{letter}0\""),
                &format!("\"Name\":\"{name}\""),
            );
            batch.put(prefix.child(&name), text);
            if batch.put.len() == 2_000 || number == max - 1 {
                client
                    .store
                    .commit(std::mem::take(&mut batch))
                    .await
                    .unwrap();
            }
        }
        // A commit of the API's own is shown after all before it.
        client
            .ok("CreateGroup", json!({ "GroupName": family }))
            .await;
        let delete = operation.replace("Create", "Delete");
        let (member, _) = input.as_object().unwrap().iter().next().unwrap();
        if family != "policy" {
            client
                .ok(&delete, json!({member: format!("{letter}{}", max - 1)}))
                .await;
            let mut last = input.clone();
            last[member] = json!(format!("{letter}{}", max - 1));
            client.ok(operation, last).await;
        }
        let refusal = client.refusal(operation, input).await;
        assert_eq!(
            refusal,
            format!("LimitExceeded: Cannot exceed quota for {quota}: {max}")
        );
    }
}
