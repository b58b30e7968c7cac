//! Several accounts in one installation: made from the first, apart from each other.

use iam::{Accounts, Sts};
use serde_json::{Value, json};

use crate::client::{ACCOUNT, Caller, Client, TRUST, text};

/// Another account and its root.
pub(crate) async fn second(client: &Client) -> (String, Caller) {
    let accounts = Accounts::new(client.iam.clone());
    let made = client
        .ask(
            &accounts,
            &Client::root(),
            "CreateAccount",
            json!({"Name": "second"}),
        )
        .await
        .unwrap();
    let key = text(&made["AccessKeyId"]);
    let found = client.iam.authenticate(&key, None).unwrap();
    assert_eq!(
        found.secret.expose(),
        text(&made["SecretAccessKey"]).as_bytes()
    );
    (text(&made["AccountId"]), client.caller(&key, None).unwrap())
}

async fn ask(
    client: &Client,
    caller: &Caller,
    operation: &str,
    input: Value,
) -> Result<Value, types::ServiceError> {
    client
        .ask(client.iam.as_ref(), caller, operation, input)
        .await
}

#[tokio::test]
async fn only_the_first_account_makes_and_lists_accounts() {
    let client = Client::new().await;
    let (account, root) = second(&client).await;
    let accounts = Accounts::new(client.iam.clone());
    let listed = client
        .ask(&accounts, &Client::root(), "ListAccounts", json!({}))
        .await
        .unwrap();
    let ids: Vec<String> = listed["Accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| text(&one["AccountId"]))
        .collect();
    assert_eq!(ids, [ACCOUNT.to_owned(), account.clone()]);
    assert!(!listed.to_string().contains("Secret"));
    for (operation, input) in [
        ("CreateAccount", json!({"Name": "third"})),
        ("ListAccounts", json!({})),
    ] {
        let denied = client
            .ask(&accounts, &root, operation, input)
            .await
            .unwrap_err();
        assert_eq!(denied.code, "AccessDeniedException");
    }
    let again = client
        .ask(
            &accounts,
            &Client::root(),
            "CreateAccount",
            json!({"Name": "x", "AccountId": account}),
        )
        .await
        .unwrap_err();
    assert_eq!(
        (again.status, again.code.as_ref()),
        (409, "ConflictException")
    );
}

#[tokio::test]
async fn nothing_of_one_account_shows_in_another() {
    let client = Client::new().await;
    let (account, root) = second(&client).await;
    client.ok("CreateUser", json!({"UserName": "Alice"})).await;
    client.ok("CreatePolicy", json!({"PolicyName": "P", "PolicyDocument": r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#})).await;
    assert_eq!(
        ask(&client, &root, "ListUsers", json!({})).await.unwrap()["Users"],
        json!([])
    );
    let foreign = "arn:aws:iam::111111111111:policy/P";
    let refused = ask(&client, &root, "GetPolicy", json!({"PolicyArn": foreign}))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "NoSuchEntity");
    // The same name is another's there.
    let made = ask(&client, &root, "CreateUser", json!({"UserName": "Alice"}))
        .await
        .unwrap();
    assert_eq!(
        made["User"]["Arn"],
        format!("arn:aws:iam::{account}:user/Alice")
    );
    let attach = ask(
        &client,
        &root,
        "AttachUserPolicy",
        json!({"UserName": "Alice", "PolicyArn": foreign}),
    )
    .await
    .unwrap_err();
    assert_eq!(attach.code, "NoSuchEntity");
    ask(&client, &root, "DeleteUser", json!({"UserName": "Alice"}))
        .await
        .unwrap();
    client.ok("GetUser", json!({"UserName": "Alice"})).await;
}

#[tokio::test]
async fn a_role_is_assumed_across_accounts_where_both_allow() {
    let client = Client::new().await;
    let (account, root) = second(&client).await;
    let (id, _) = client.user_with_key("Alice").await;
    let alice = client.caller(&id, None).unwrap();
    ask(
        &client,
        &root,
        "CreateRole",
        json!({"RoleName": "R", "AssumeRolePolicyDocument": TRUST}),
    )
    .await
    .unwrap();
    let arn = format!("arn:aws:iam::{account}:role/R");
    let input = json!({"RoleArn": arn, "RoleSessionName": "one"});
    let sts = Sts::new(client.iam.clone());
    let denied = client
        .ask(&sts, &alice, "AssumeRole", input.clone())
        .await
        .unwrap_err();
    assert_eq!(denied.code, "AccessDenied");
    let allow = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": arn}]});
    client
        .ok(
            "PutUserPolicy",
            json!({"UserName": "Alice", "PolicyName": "p", "PolicyDocument": allow.to_string()}),
        )
        .await;
    let given = client.ask(&sts, &alice, "AssumeRole", input).await.unwrap();
    let session = client.session(&given).unwrap();
    assert_eq!(session.principal.account().to_string(), account);
}
