//! What every operation of IAM and STS asks leave for, as a snapshot: a change of it shows in a diff.

use std::sync::Arc;

use iam::Sts;
use policy::Guarded;
use serde_json::{Value, json};

use crate::client::{Caller, Client, TRUST};

/// What callers give for a member, by its name, wherever it is one of an operation's.
fn given(member: &str) -> Option<Value> {
    Some(match member {
        "UserName" => json!("Alice"),
        "RoleName" => json!("R"),
        "GroupName" => json!("G"),
        "PolicyName" => json!("P"),
        "PolicyArn" => json!("arn:aws:iam::111111111111:policy/P"),
        "InstanceProfileName" => json!("I"),
        "ServerCertificateName" => json!("C"),
        "SerialNumber" => json!("arn:aws:iam::111111111111:mfa/of-Alice"),
        "VirtualMFADeviceName" => json!("D"),
        "OpenIDConnectProviderArn" => {
            json!("arn:aws:iam::111111111111:oidc-provider/issuer.example")
        }
        "Url" => json!("https://Issuer.example/"),
        "AWSServiceName" => json!("batch.amazonaws.com"),
        "ServiceName" => json!("codecommit.amazonaws.com"),
        "AccessKeyId" => json!("AKIAOFNOBODYHERE0000"),
        "PermissionsBoundary" => json!("arn:aws:iam::aws:policy/ReadOnlyAccess"),
        "Path" => json!("/new/"),
        "NewPath" => json!("/renamed/"),
        "NewUserName" | "NewGroupName" | "NewServerCertificateName" => json!("New"),
        "PolicySourceArn" => json!("arn:aws:iam::111111111111:user/Alice"),
        "RoleArn" => json!("arn:aws:iam::111111111111:role/p/R"),
        "Name" => json!("fed"),
        "Tags" => json!([{"Key": "team", "Value": "red"}]),
        "TagKeys" => json!(["team"]),
        _ => return None,
    })
}

/// All operations of a service that are there, each with a call and what it asks.
fn asked(client: &Client, caller: &Caller, service: &dyn Guarded) -> String {
    let model = service.model();
    let mut text = String::new();
    for operation in model.operations() {
        let name = operation.name();
        if !service.implements(name) {
            continue;
        }
        let mut input = json!({});
        for member in operation
            .input()
            .iter()
            .flat_map(|id| model.shape(*id).members())
        {
            if let Some(value) = given(member.name()) {
                input[member.name()] = value;
            }
        }
        text.push_str(&format!("{name} {input}\n"));
        match client.asks(service, caller, name, &input) {
            Ok(asks) => text.push_str(&judge::asked(&asks)),
            Err(error) => text.push_str(&format!("    refused: {error}\n")),
        }
    }
    text
}

#[tokio::test]
async fn every_operation_asks_as_it_did() {
    let client = Client::new().await;
    let (id, _) = client.user_with_key("Alice").await;
    let tags = json!([{"Key": "team", "Value": "blue"}]);
    let input = json!({"UserName": "Alice", "Tags": tags});
    client.ok("TagUser", input).await;
    let input =
        json!({"RoleName": "R", "Path": "/p/", "AssumeRolePolicyDocument": TRUST, "Tags": tags});
    client.ok("CreateRole", input).await;
    crate::credentials::mfa_device(&client, "Alice").await;
    let caller = client.caller(&id, None).unwrap();
    insta::assert_snapshot!("asks_of_iam", asked(&client, &caller, client.iam.as_ref()));
    let sts = Sts::new(Arc::clone(&client.iam));
    insta::assert_snapshot!("asks_of_sts", asked(&client, &caller, &sts));
}
