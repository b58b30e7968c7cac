//! Encoded authorization messages: what of a denial an administrator of the account learns, and
//! nobody else.

use iam::Sts;
use policy::authorization::AUTHORIZATION_MESSAGE;
use policy::{Ask, Authorizer, NamedBy, Policy, PolicyKind};
use serde_json::{Value, json};
use wire::Service as _;

use crate::accounts::second;
use crate::client::{ACCOUNT, Caller, Client, text};

const KEY: &str = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn bob() -> String {
    format!("arn:aws:iam::{ACCOUNT}:user/Bob")
}

async fn house() -> (Client, Caller) {
    let client = Client::new().await;
    let (id, _) = client.user_with_key("Bob").await;
    let bob = client.caller(&id, None).unwrap();
    (client, bob)
}

async fn put(client: &Client, statement: Value) {
    let document = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    let input = json!({"UserName": "Bob", "PolicyName": "p", "PolicyDocument": document});
    client.ok("PutUserPolicy", input).await;
}

fn encoded(client: &Client, caller: &Caller, ask: &Ask) -> Option<String> {
    let call = client.call_of(caller, "kms", "Decrypt");
    client.iam.encoded_denial(&call, ask)
}

async fn decoded(client: &Client, caller: &Caller, message: &str) -> Result<Value, String> {
    let input = json!({ "EncodedMessage": message });
    let answer = client
        .sts(caller, "DecodeAuthorizationMessage", input)
        .await;
    let answer = answer.map_err(|error| format!("{} {error}", error.status))?;
    Ok(serde_json::from_str(&text(&answer["DecodedMessage"])).unwrap())
}

fn items(value: &Value) -> Vec<(String, Vec<String>)> {
    let texts = |values: &Value| -> Vec<String> {
        let values = values["items"].as_array().unwrap().iter();
        values.map(|value| text(&value["value"])).collect()
    };
    let items = value["items"].as_array().unwrap().iter();
    items
        .map(|item| (text(&item["key"]), texts(&item["values"])))
        .collect()
}

fn condition(message: &Value, name: &str) -> Option<Vec<String>> {
    let found = items(&message["context"]["conditions"]);
    found
        .into_iter()
        .find(|(key, _)| key == name)
        .map(|(_, values)| values)
}

#[tokio::test]
async fn a_message_says_who_what_and_why() {
    let (client, caller) = house().await;
    let root = Client::root();
    let mut ask = Ask::new("kms:Decrypt", KEY);
    ask.key("kms:KeySpec", "SYMMETRIC_DEFAULT");
    ask.key_under("kms:EncryptionContext:", "order", "7");
    ask.resource_tags = vec![("team".to_owned(), "red".to_owned())];
    let message = encoded(&client, &caller, &ask).unwrap();
    assert!(
        message
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    );
    let message = decoded(&client, &root, &message).await.unwrap();
    assert_eq!(message["allowed"], json!(false));
    assert_eq!(message["explicitDeny"], json!(false));
    assert_eq!(message["matchedStatements"], json!({"items": []}));
    assert_eq!(message["failures"], json!({"items": []}));
    let context = &message["context"];
    let id = caller.principal.user_id();
    assert_eq!(
        context["principal"],
        json!({"id": id, "name": "Bob", "arn": bob()})
    );
    assert_eq!(context["action"], json!("kms:Decrypt"));
    assert_eq!(context["resource"], json!(KEY));
    for (name, value) in [
        ("kms:KeySpec", "SYMMETRIC_DEFAULT"),
        ("kms:EncryptionContext:order", "7"),
        ("aws:ResourceTag/team", "red"),
        ("aws:username", "Bob"),
        ("aws:PrincipalAccount", ACCOUNT),
        ("aws:SourceIp", "192.0.2.1"),
        ("aws:RequestedRegion", "us-east-1"),
    ] {
        assert_eq!(
            condition(&message, name),
            Some(vec![value.to_owned()]),
            "{name}"
        );
    }

    // With the statement that denies, as its document has it.
    put(
        &client,
        json!([{"Effect": "Allow", "Action": "*", "Resource": "*"},
            {"Sid": "no", "Effect": "Deny", "Action": ["kms:De*", "kms:Sign"], "Resource": KEY,
             "Condition": {"StringEquals": {"kms:EncryptionContext:order": ["7", "8"]}}}]),
    )
    .await;
    let message = encoded(&client, &caller, &ask).unwrap();
    let message = decoded(&client, &root, &message).await.unwrap();
    assert_eq!(message["explicitDeny"], json!(true));
    let statements = message["matchedStatements"]["items"].as_array().unwrap();
    let value = |value: &str| json!({ "value": value });
    let denying = statements
        .iter()
        .find(|one| one["effect"] == "DENY")
        .unwrap();
    assert_eq!(
        *denying,
        json!({
            "statementId": "no", "effect": "DENY",
            "principals": {"items": [value(&id)]}, "principalGroups": {"items": []},
            "actions": {"items": [value("kms:De*"), value("kms:Sign")]},
            "resources": {"items": [value(KEY)]},
            "conditions": {"items": [{"key": "kms:EncryptionContext:order",
                "values": {"items": [value("7"), value("8")]}}]},
        })
    );
    assert_eq!(statements.len(), 1, "what would have allowed is no reason");
    // What is allowed has no message.
    let other = Ask::new(
        "kms:Decrypt",
        "arn:aws:kms:us-east-1:111111111111:key/other",
    );
    assert_eq!(encoded(&client, &caller, &other), None);
}

#[tokio::test]
async fn a_message_opens_for_its_own_account_and_unchanged_only() {
    let (client, caller) = house().await;
    let (_, away) = second(&client).await;
    let message = encoded(&client, &caller, &Ask::new("kms:Decrypt", KEY)).unwrap();
    let invalid = "400 InvalidAuthorizationMessageException: Message is not valid".to_owned();
    decoded(&client, &Client::root(), &message).await.unwrap();
    client.clock.forward(10 * 365 * 24 * 60 * 60);
    decoded(&client, &Client::root(), &message).await.unwrap();
    assert_eq!(
        decoded(&client, &away, &message).await,
        Err(invalid.clone())
    );
    let mut changed = message.clone().into_bytes();
    let middle = changed.len() / 2;
    changed[middle] = if changed[middle] == b'A' { b'B' } else { b'A' };
    for wrong in [
        String::from_utf8(changed).unwrap(),
        message[..message.len() - 4].to_owned(),
        "no message".to_owned(),
        "A".to_owned(),
    ] {
        assert_eq!(
            decoded(&client, &Client::root(), &wrong).await,
            Err(invalid.clone()),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn nothing_is_told_of_a_resource_of_another_account() {
    let (client, caller) = house().await;
    let key = KEY.replace(ACCOUNT, "222222222222");
    let mut missing = Ask::new("kms:Decrypt", key.as_str());
    missing.resource_account = Some("222222222222".parse().unwrap());
    let mut found = missing.clone();
    let secret = json!({"Version": "2012-10-17", "Statement": {"Sid": "theirs", "Effect": "Deny",
        "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}});
    let policy = Policy::shared(PolicyKind::Key, &key, &secret.to_string()).unwrap();
    found.resource_policy = Some(policy);
    found.resource_tags = vec![("their".to_owned(), "tag".to_owned())];
    found.key("kms:KeySpec", "RSA_4096");
    // As one that an alias stands for, which nobody has.
    let alias = "arn:aws:kms:us-east-1:222222222222:alias/a";
    missing.named_by = NamedBy::Name(alias.to_owned());
    missing.resource = alias.to_owned();
    let nobodys = secret.to_string().replace("kms:*", "kms:None");
    missing.resource_policy = Some(Policy::shared(PolicyKind::Key, "nobody's", &nobodys).unwrap());
    found.named_by = missing.named_by.clone();
    let call = client.call_of(&caller, "kms", "Decrypt");
    let denial = client.iam.authorize(&call, &found).unwrap_err();
    assert_eq!(client.iam.authorize(&call, &missing), Err(denial.clone()));
    assert!(!denial.contains(&key), "{denial}");
    let [missing, found] = [missing, found].map(|ask| encoded(&client, &caller, &ask).unwrap());
    assert_eq!(missing.len(), found.len());
    let missing = decoded(&client, &Client::root(), &missing).await.unwrap();
    let found = decoded(&client, &Client::root(), &found).await.unwrap();
    assert_eq!(missing, found);
    assert_eq!(found["explicitDeny"], json!(false));
}

/// Which of one's own statements match would tell what the other account's key is like.
#[tokio::test]
async fn ones_own_conditions_find_nothing_out_about_a_resource_of_another_account() {
    let (client, caller) = house().await;
    let key = KEY.replace(ACCOUNT, "222222222222");
    let guesses = json!([
        {"Sid": "guess", "Effect": "Allow", "Action": "kms:*", "Resource": "*",
            "Condition": {"StringLike": {"aws:ResourceTag/their": "t*"}}},
        {"Sid": "not", "Effect": "Deny", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::x",
            "Condition": {"StringEquals": {"kms:KeySpec": "RSA_4096"}}}]);
    put(&client, guesses).await;
    let ask = |tagged: bool, account: &str| {
        let mut ask = Ask::new("kms:Decrypt", key.replace("222222222222", account));
        ask.resource_account = Some(account.parse().unwrap());
        if tagged {
            ask.resource_tags = vec![("their".to_owned(), "tag".to_owned())];
            ask.key("kms:KeySpec", "RSA_4096");
        }
        ask
    };
    let mut told = Vec::new();
    for ask in [
        ask(false, "222222222222"),
        ask(true, "222222222222"),
        ask(true, ACCOUNT),
    ] {
        let encoded = encoded(&client, &caller, &ask).unwrap();
        told.push(decoded(&client, &Client::root(), &encoded).await.unwrap());
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0]["matchedStatements"]["items"], json!([]));
    // Of one's own it is told, and what a statement leaves out is not what it names.
    let own = &told[2]["matchedStatements"]["items"][0];
    assert_eq!(own["statementId"], "not");
    assert_eq!(own["notActions"]["items"], json!([{"value": "iam:*"}]));
    assert_eq!(
        own["notResources"]["items"],
        json!([{"value": "arn:aws:s3:::x"}])
    );
    assert_eq!(own["actions"]["items"], json!([]));
}

/// As many pairs as a body holds: a search through all for each took minutes.
#[tokio::test]
async fn a_call_with_very_many_condition_keys_is_denied_like_any_other() {
    let (client, caller) = house().await;
    let mut ask = Ask::new("kms:Decrypt", KEY);
    for number in 0..100_000 {
        ask.key_under("kms:EncryptionContext:", format!("k{number}"), "v");
    }
    let encoded = encoded(&client, &caller, &ask).unwrap();
    let told = decoded(&client, &Client::root(), &encoded).await.unwrap();
    assert_eq!(told["truncated"], json!(true));
    assert!(
        !told["context"]["conditions"]["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn every_operation_of_sts_is_carried_out_or_declined_with_a_reason() {
    let (client, _) = house().await;
    let sts = Sts::new(client.iam.clone());
    let mut declined = 0;
    for operation in sts.model().operations() {
        let name = operation.name();
        let reason = sts.declines(name);
        assert!(sts.implements(name) != reason.is_some(), "{name}");
        let Some(reason) = reason else {
            continue;
        };
        assert!(reason.len() > 40, "{name}");
        let call = client.call_of(&Client::root(), "sts", name);
        let error = sts.call(&call, wire::Value::Map(Vec::new())).await;
        let error = error.unwrap_err();
        assert!((400..=403).contains(&error.status), "{name}: {error}");
        declined += 1;
    }
    assert_eq!(declined, 4);
}

#[tokio::test]
async fn a_message_has_a_length_that_proxies_let_pass() {
    let (client, caller) = house().await;
    let mut ask = Ask::new("kms:Decrypt", KEY);
    for number in 0..50 {
        ask.key_under(
            "kms:EncryptionContext:",
            format!("k{number}"),
            "v".repeat(200),
        );
    }
    let message = encoded(&client, &caller, &ask).unwrap();
    assert!(message.len() <= 3_328, "{}", message.len());
    let length = message.len();
    let message = decoded(&client, &Client::root(), &message).await.unwrap();
    assert_eq!(message["truncated"], json!(true));
    assert_eq!(message["context"]["action"], json!("kms:Decrypt"));
    assert_eq!(
        condition(&message, "aws:username"),
        Some(vec!["Bob".to_owned()])
    );
    // Its length tells nothing of what is in it.
    let missing = Ask::new("kms:Decrypt", KEY);
    let mut found = missing.clone();
    found.resource_tags = vec![("team".to_owned(), "x".repeat(100))];
    for ask in [missing, found] {
        assert_eq!(encoded(&client, &caller, &ask).unwrap().len(), length);
    }
}

#[tokio::test]
async fn a_role_that_is_not_assumed_says_why_in_its_own_account() {
    let (client, caller) = house().await;
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Sid": "mfa", "Effect": "Deny",
        "Principal": {"AWS": bob()}, "Action": "sts:AssumeRole"}]});
    let role = json!({"RoleName": "R", "AssumeRolePolicyDocument": trust.to_string()});
    client.ok("CreateRole", role.clone()).await;
    let assume = |arn: &str| json!({"RoleArn": arn, "RoleSessionName": "one"});
    let message = |error: types::ServiceError| {
        let header = error.header.map(|header| *header);
        header.filter(|(name, _)| *name == AUTHORIZATION_MESSAGE)
    };
    let ours = format!("arn:aws:iam::{ACCOUNT}:role/R");
    let denied = client.sts(&caller, "AssumeRole", assume(&ours)).await;
    let (_, encoded) = message(denied.unwrap_err()).unwrap();
    let decoded = decoded(&client, &Client::root(), &encoded).await.unwrap();
    let [statement] = decoded["matchedStatements"]["items"]
        .as_array()
        .unwrap()
        .as_slice()
    else {
        panic!("{decoded}");
    };
    assert_eq!(statement["statementId"], json!("mfa"));
    assert_eq!(
        statement["principals"]["items"],
        json!([{"value": caller.principal.user_id()}])
    );
    // Of another account's role nothing, not whether it is there.
    let (away, away_root) = second(&client).await;
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"AWS": away}, "Action": "sts:AssumeRole"}]});
    let theirs = json!({"RoleName": "R", "AssumeRolePolicyDocument": trust.to_string()});
    let made = client
        .ask(client.iam.as_ref(), &away_root, "CreateRole", theirs)
        .await;
    made.unwrap();
    for name in ["R", "Nobody"] {
        let arn = format!("arn:aws:iam::{away}:role/{name}");
        let denied = client.sts(&caller, "AssumeRole", assume(&arn)).await;
        assert_eq!(message(denied.unwrap_err()), None, "{name}");
    }
}
