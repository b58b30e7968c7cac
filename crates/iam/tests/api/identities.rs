//! Users, groups, roles, instance profiles: made, renamed, listed, tagged, deleted.

use serde_json::{Value, json};

use crate::client::{ACCOUNT, Client, TRUST, text};

fn names(list: &Value, member: &str) -> Vec<String> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|item| text(&item[member]))
        .collect()
}

#[tokio::test]
async fn a_user_lives_and_dies() {
    let client = Client::new().await;
    let made = client
        .ok(
            "CreateUser",
            json!({"UserName": "Alice", "Path": "/a/", "Tags": [{"Key": "team", "Value": "x"}]}),
        )
        .await;
    let user = &made["User"];
    assert_eq!(user["Arn"], format!("arn:aws:iam::{ACCOUNT}:user/a/Alice"));
    assert!(text(&user["UserId"]).starts_with("AIDA"));
    assert_eq!(text(&user["UserId"]).len(), 21);
    // Names are unique without their case, and found so.
    assert_eq!(
        client
            .refused("CreateUser", json!({"UserName": "aLICE"}))
            .await,
        (
            409,
            "EntityAlreadyExists".into(),
            "User with name aLICE already exists.".into()
        )
    );
    let got = client.ok("GetUser", json!({"UserName": "ALICE"})).await;
    assert_eq!(got["User"], *user);
    client.ok("CreateGroup", json!({"GroupName": "G"})).await;
    client
        .ok(
            "AddUserToGroup",
            json!({"GroupName": "g", "UserName": "alice"}),
        )
        .await;
    client
        .ok(
            "UpdateUser",
            json!({"UserName": "Alice", "NewUserName": "Bob", "NewPath": "/b/"}),
        )
        .await;
    assert_eq!(
        client
            .refused("GetUser", json!({"UserName": "Alice"}))
            .await,
        (
            404,
            "NoSuchEntity".into(),
            "The user with name Alice cannot be found.".into()
        )
    );
    let group = client.ok("GetGroup", json!({"GroupName": "G"})).await;
    assert_eq!(names(&group["Users"], "UserName"), ["Bob"]);
    assert_eq!(group["Users"][0]["UserId"], user["UserId"]);
    for (first, undo, input) in [(
        "remove users from group",
        "RemoveUserFromGroup",
        json!({"GroupName": "G", "UserName": "Bob"}),
    )] {
        let conflict = client
            .refused("DeleteUser", json!({"UserName": "Bob"}))
            .await;
        let message = format!("Cannot delete entity, must {first} first.");
        assert_eq!(conflict, (409, "DeleteConflict".into(), message));
        client.ok(undo, input).await;
    }
    client.ok("DeleteUser", json!({"UserName": "bob"})).await;
    client.ok("DeleteGroup", json!({"GroupName": "G"})).await;
    assert_eq!(client.ok("ListUsers", json!({})).await["Users"], json!([]));
}

#[tokio::test]
async fn what_a_user_still_has_keeps_it() {
    let client = Client::new().await;
    let (key, _) = client.user_with_key("U").await;
    client
        .ok(
            "AttachUserPolicy",
            json!({"UserName": "U", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
        )
        .await;
    let document =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    client
        .ok(
            "PutUserPolicy",
            json!({"UserName": "U", "PolicyName": "p", "PolicyDocument": document}),
        )
        .await;
    client
        .ok(
            "CreateLoginProfile",
            json!({"UserName": "U", "Password": "Correct-Horse1"}),
        )
        .await;
    for (first, undo, input) in [
        (
            "delete access keys",
            "DeleteAccessKey",
            json!({"UserName": "U", "AccessKeyId": key}),
        ),
        (
            "delete policies",
            "DeleteUserPolicy",
            json!({"UserName": "U", "PolicyName": "p"}),
        ),
        (
            "detach all policies",
            "DetachUserPolicy",
            json!({"UserName": "U", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
        ),
        (
            "delete login profile",
            "DeleteLoginProfile",
            json!({"UserName": "U"}),
        ),
    ] {
        let refusal = client.refusal("DeleteUser", json!({"UserName": "U"})).await;
        assert_eq!(
            refusal,
            format!("DeleteConflict: Cannot delete entity, must {first} first.")
        );
        client.ok(undo, input).await;
    }
    client.ok("DeleteUser", json!({"UserName": "U"})).await;
}

#[tokio::test]
async fn lists_are_paged_and_kept_to_a_path() {
    let client = Client::new().await;
    for number in 0..25 {
        let path = if number % 2 == 0 { "/even/" } else { "/odd/" };
        client
            .ok(
                "CreateUser",
                json!({"UserName": format!("u{number:02}"), "Path": path}),
            )
            .await;
    }
    let mut all = Vec::new();
    let mut input = json!({"MaxItems": 10});
    loop {
        let page = client.ok("ListUsers", input.clone()).await;
        all.extend(names(&page["Users"], "UserName"));
        if page["IsTruncated"] == false {
            assert!(page.get("Marker").is_none());
            break;
        }
        input["Marker"] = page["Marker"].clone();
    }
    let expected: Vec<String> = (0..25).map(|number| format!("u{number:02}")).collect();
    assert_eq!(all, expected);
    let odd = client.ok("ListUsers", json!({"PathPrefix": "/odd/"})).await;
    assert_eq!(odd["Users"].as_array().unwrap().len(), 12);
    let refusal = client.refusal("ListUsers", json!({"Marker": "?"})).await;
    assert!(refusal.starts_with("ValidationError: "), "{refusal}");
}

#[tokio::test]
async fn tags_are_unique_without_their_case() {
    let client = Client::new().await;
    client
        .ok(
            "CreateRole",
            json!({"RoleName": "R", "AssumeRolePolicyDocument": TRUST}),
        )
        .await;
    client.ok("TagRole", json!({"RoleName": "R", "Tags": [{"Key": "b", "Value": "1"}, {"Key": "A", "Value": "2"}]})).await;
    client
        .ok(
            "TagRole",
            json!({"RoleName": "R", "Tags": [{"Key": "B", "Value": "3"}]}),
        )
        .await;
    let tags = client.ok("ListRoleTags", json!({"RoleName": "R"})).await;
    assert_eq!(
        tags["Tags"],
        json!([{"Key": "A", "Value": "2"}, {"Key": "B", "Value": "3"}])
    );
    let twice =
        json!({"RoleName": "R", "Tags": [{"Key": "x", "Value": "1"}, {"Key": "X", "Value": "2"}]});
    let refusal = client.refusal("TagRole", twice).await;
    assert!(
        refusal.starts_with("InvalidInput: Duplicate tag keys found."),
        "{refusal}"
    );
    let reserved = json!({"RoleName": "R", "Tags": [{"Key": "aws:x", "Value": "1"}]});
    assert!(
        client
            .refusal("TagRole", reserved)
            .await
            .starts_with("InvalidInput")
    );
    client
        .ok(
            "UntagRole",
            json!({"RoleName": "R", "TagKeys": ["a", "none"]}),
        )
        .await;
    let role = client.ok("GetRole", json!({"RoleName": "r"})).await;
    assert_eq!(role["Role"]["Tags"], json!([{"Key": "B", "Value": "3"}]));
}

#[tokio::test]
async fn an_instance_profile_holds_one_role() {
    let client = Client::new().await;
    for name in ["R", "S"] {
        client
            .ok(
                "CreateRole",
                json!({"RoleName": name, "AssumeRolePolicyDocument": TRUST}),
            )
            .await;
    }
    client
        .ok("CreateInstanceProfile", json!({"InstanceProfileName": "P"}))
        .await;
    client
        .ok(
            "AddRoleToInstanceProfile",
            json!({"InstanceProfileName": "p", "RoleName": "r"}),
        )
        .await;
    let refusal = client
        .refusal(
            "AddRoleToInstanceProfile",
            json!({"InstanceProfileName": "P", "RoleName": "S"}),
        )
        .await;
    assert_eq!(
        refusal,
        "LimitExceeded: Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"
    );
    let profile = client
        .ok("GetInstanceProfile", json!({"InstanceProfileName": "P"}))
        .await;
    assert_eq!(
        names(&profile["InstanceProfile"]["Roles"], "RoleName"),
        ["R"]
    );
    let refusal = client.refusal("DeleteRole", json!({"RoleName": "R"})).await;
    assert_eq!(
        refusal,
        "DeleteConflict: Cannot delete entity, must remove roles from instance profile first."
    );
    let of_role = client
        .ok("ListInstanceProfilesForRole", json!({"RoleName": "R"}))
        .await;
    assert_eq!(
        names(&of_role["InstanceProfiles"], "InstanceProfileName"),
        ["P"]
    );
    client
        .ok(
            "RemoveRoleFromInstanceProfile",
            json!({"InstanceProfileName": "P", "RoleName": "R"}),
        )
        .await;
    client
        .ok("DeleteInstanceProfile", json!({"InstanceProfileName": "P"}))
        .await;
    client.ok("DeleteRole", json!({"RoleName": "R"})).await;
}

#[tokio::test]
async fn a_service_linked_role_is_its_services() {
    let client = Client::new().await;
    client
        .ok(
            "CreateServiceLinkedRole",
            json!({"AWSServiceName": "wafv2.amazonaws.com"}),
        )
        .await;
    let name = "AWSServiceRoleForWAFV2Logging";
    let refusal = client
        .refusal("DeleteRole", json!({"RoleName": name}))
        .await;
    assert!(
        refusal
            .starts_with("UnmodifiableEntity: Cannot perform the operation on the protected role"),
        "{refusal}"
    );
    let attach =
        json!({"RoleName": name, "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"});
    assert!(
        client
            .refusal("AttachRolePolicy", attach)
            .await
            .starts_with("UnmodifiableEntity")
    );
    let task = client
        .ok("DeleteServiceLinkedRole", json!({"RoleName": name}))
        .await;
    let status = client
        .ok(
            "GetServiceLinkedRoleDeletionStatus",
            json!({"DeletionTaskId": task["DeletionTaskId"]}),
        )
        .await;
    assert_eq!(status["Status"], "SUCCEEDED");
    assert!(
        client
            .refusal("GetRole", json!({"RoleName": name}))
            .await
            .starts_with("NoSuchEntity")
    );
}

#[tokio::test]
async fn openid_connect_providers_are_kept_by_their_url() {
    let client = Client::new().await;
    let made = client
        .ok(
            "CreateOpenIDConnectProvider",
            json!({"Url": "https://Issuer.example/realm/", "ClientIDList": ["b", "a", "a"]}),
        )
        .await;
    let arn = text(&made["OpenIDConnectProviderArn"]);
    assert_eq!(
        arn,
        format!("arn:aws:iam::{ACCOUNT}:oidc-provider/issuer.example/realm")
    );
    let refusal = client
        .refusal(
            "CreateOpenIDConnectProvider",
            json!({"Url": "https://issuer.example/realm"}),
        )
        .await;
    assert_eq!(
        refusal,
        "EntityAlreadyExists: Provider with url https://issuer.example/realm already exists."
    );
    client
        .ok(
            "AddClientIDToOpenIDConnectProvider",
            json!({"OpenIDConnectProviderArn": arn, "ClientID": "c"}),
        )
        .await;
    client
        .ok(
            "RemoveClientIDFromOpenIDConnectProvider",
            json!({"OpenIDConnectProviderArn": arn, "ClientID": "b"}),
        )
        .await;
    let got = client
        .ok(
            "GetOpenIDConnectProvider",
            json!({"OpenIDConnectProviderArn": arn}),
        )
        .await;
    assert_eq!(got["ClientIDList"], json!(["a", "c"]));
    for url in [
        "http://issuer.example",
        "https://",
        "https://a b",
        "https://issuer.example/?x",
    ] {
        let refusal = client
            .refusal("CreateOpenIDConnectProvider", json!({"Url": url}))
            .await;
        assert!(refusal.starts_with("ValidationError"), "{url}: {refusal}");
    }
    client
        .ok(
            "DeleteOpenIDConnectProvider",
            json!({"OpenIDConnectProviderArn": arn}),
        )
        .await;
    let list = client.ok("ListOpenIDConnectProviders", json!({})).await;
    assert_eq!(list["OpenIDConnectProviderList"], json!([]));
}

#[tokio::test]
async fn leave_is_asked_for_whose_key_or_device_it_is() {
    let client = Client::new().await;
    let (id, _) = client.user_with_key("Owner").await;
    let (own, _) = client.user_with_key("Caller").await;
    let caller = client.caller(&own, None).unwrap();
    let made = client
        .ok(
            "CreateVirtualMFADevice",
            json!({"VirtualMFADeviceName": "d"}),
        )
        .await;
    let free = text(&made["VirtualMFADevice"]["SerialNumber"]);
    let (serial, _) = crate::credentials::mfa_device(&client, "Owner").await;
    let resource = |operation: &str, input: Value| {
        let asks = client
            .asks(client.iam.as_ref(), &caller, operation, &input)
            .unwrap();
        let [ask] = asks.as_slice() else {
            panic!("{operation}: {asks:?}");
        };
        ask.resource.clone()
    };
    let key = |id: &str| resource("GetAccessKeyLastUsed", json!({"AccessKeyId": id}));
    assert_eq!(key(&id), "arn:aws:iam::111111111111:user/Owner");
    assert_eq!(key(&own), "arn:aws:iam::111111111111:user/Caller");
    assert_eq!(key("AKIAOFNOBODYHERE0000"), "*");
    let device = |input: Value| resource("GetMFADevice", input);
    assert_eq!(device(json!({"SerialNumber": free})), "*", "nobody's yet");
    let wanted = "arn:aws:iam::111111111111:user/Owner";
    assert_eq!(device(json!({"SerialNumber": serial})), wanted);
    let input = json!({"SerialNumber": serial, "UserName": "Caller"});
    assert_eq!(device(input), wanted, "whoever is said to have it");
    let wanted = "arn:aws:iam::111111111111:oidc-provider/issuer.example/Realm";
    for url in [
        "https://issuer.example/Realm",
        "https://Issuer.EXAMPLE/Realm/",
    ] {
        let found = resource("CreateOpenIDConnectProvider", json!({"Url": url}));
        assert_eq!(found, wanted, "{url}");
    }
}
