//! Whom policies mean: one who is there, by a unique id, and not the next who is given the name.

use iam::Iam;
use policy::PrincipalDirectory;
use serde_json::{Value, json};

use crate::accounts::second;
use crate::client::{ACCOUNT, Caller, Client, decoded, text};

fn user(path_and_name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:user/{path_and_name}")
}

fn role(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}

fn session(role: &str, session: &str) -> String {
    format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}")
}

/// White space as nobody would write it: it must come back.
fn trust(named: &[&str]) -> String {
    let named = json!(named).to_string();
    format!(
        "{{\"Version\":\"2012-10-17\" ,\n\t\"Statement\": {{\"Effect\":\"Allow\",\"Principal\":{{\"AWS\" :{named}}}, \"Action\":\"sts:AssumeRole\"}} }}"
    )
}

async fn make_role(client: &Client, name: &str, named: &[&str]) -> Value {
    let input = json!({"RoleName": name, "AssumeRolePolicyDocument": trust(named)});
    client.ok("CreateRole", input).await
}

/// The trust policy that a role shows, by every operation that shows it.
async fn shown(client: &Client, name: &str) -> String {
    let one = client.ok("GetRole", json!({"RoleName": name})).await;
    let one = decoded(&text(&one["Role"]["AssumeRolePolicyDocument"]));
    let of_list = |list: &Value| {
        let roles = list.as_array().unwrap().iter();
        let mut found = roles.filter(|role| role["RoleName"] == name);
        decoded(&text(&found.next().unwrap()["AssumeRolePolicyDocument"]))
    };
    let listed = client.ok("ListRoles", json!({})).await;
    assert_eq!(of_list(&listed["Roles"]), one);
    let details = client.ok("GetAccountAuthorizationDetails", json!({})).await;
    assert_eq!(of_list(&details["RoleDetailList"]), one);
    one
}

async fn assumes(client: &Client, caller: &Caller, name: &str) -> bool {
    let input = json!({"RoleArn": role(name), "RoleSessionName": "one"});
    match client.sts(caller, "AssumeRole", input).await {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.code, "AccessDenied");
            false
        }
    }
}

async fn delete_user(client: &Client, name: &str, key: &str) {
    let input = json!({"UserName": name, "AccessKeyId": key});
    client.ok("DeleteAccessKey", input).await;
    client.ok("DeleteUser", json!({"UserName": name})).await;
}

#[tokio::test]
async fn a_user_made_anew_under_an_old_name_has_nothing_of_the_old_one() {
    let client = Client::new().await;
    let (key, _) = client.user_with_key("Bob").await;
    let made = client.ok("GetUser", json!({"UserName": "Bob"})).await;
    let id = text(&made["User"]["UserId"]);
    let made = make_role(&client, "R", &[&user("Bob"), ACCOUNT]).await;
    let answered = decoded(&text(&made["Role"]["AssumeRolePolicyDocument"]));
    assert_eq!(answered, trust(&[&user("Bob"), ACCOUNT]), "byte for byte");
    let narrow = json!({"RoleName": "R", "PolicyDocument": trust(&[&user("Bob")])});
    client.ok("UpdateAssumeRolePolicy", narrow).await;
    assert_eq!(shown(&client, "R").await, trust(&[&user("Bob")]));
    assert!(assumes(&client, &client.caller(&key, None).unwrap(), "R").await);

    delete_user(&client, "Bob", &key).await;
    assert_eq!(shown(&client, "R").await, trust(&[&id]));
    let (key, _) = client.user_with_key("Bob").await;
    assert_eq!(shown(&client, "R").await, trust(&[&id]));
    let attacker = client.caller(&key, None).unwrap();
    assert!(!assumes(&client, &attacker, "R").await);
    // What it shows cannot be saved: AWS does not take the id of one who is gone.
    let again = json!({"RoleName": "R", "PolicyDocument": trust(&[&id])});
    assert_eq!(
        client.refusal("UpdateAssumeRolePolicy", again).await,
        format!("MalformedPolicyDocument: Invalid principal in policy: \"AWS\":\"{id}\"")
    );
    // The new one is let in when somebody says so.
    let again = json!({"RoleName": "R", "PolicyDocument": trust(&[&user("Bob")])});
    client.ok("UpdateAssumeRolePolicy", again).await;
    assert!(assumes(&client, &attacker, "R").await);
}

#[tokio::test]
async fn a_user_who_was_renamed_keeps_what_was_given_and_shows_by_the_new_name() {
    let client = Client::new().await;
    let (key, _) = client.user_with_key("Bob").await;
    make_role(&client, "R", &[&user("Bob")]).await;
    let rename = json!({"UserName": "Bob", "NewUserName": "Robert", "NewPath": "/team/"});
    client.ok("UpdateUser", rename).await;
    assert_eq!(shown(&client, "R").await, trust(&[&user("team/Robert")]));
    assert!(assumes(&client, &client.caller(&key, None).unwrap(), "R").await);
    // And who takes the name that is free now is another.
    let (other, _) = client.user_with_key("Bob").await;
    assert!(!assumes(&client, &client.caller(&other, None).unwrap(), "R").await);
    let swap = json!({"UserName": "Bob", "NewUserName": "Eve"});
    client.ok("UpdateUser", swap).await;
    let back = json!({"UserName": "Robert", "NewUserName": "Bob", "NewPath": "/"});
    client.ok("UpdateUser", back).await;
    assert_eq!(shown(&client, "R").await, trust(&[&user("Bob")]));
}

#[tokio::test]
async fn a_role_made_anew_has_nothing_of_the_old_one_nor_have_its_sessions() {
    let client = Client::new().await;
    let (key, _) = client.user_with_key("Bob").await;
    let bob = client.caller(&key, None).unwrap();
    make_role(&client, "First", &[&user("Bob")]).await;
    let id = client.iam.unique_id(&role("First")).unwrap();
    make_role(&client, "ByRole", &[&role("First")]).await;
    make_role(&client, "BySession", &[&session("First", "one")]).await;
    let enter = async || {
        let input = json!({"RoleArn": role("First"), "RoleSessionName": "one"});
        let given = client.sts(&bob, "AssumeRole", input).await.unwrap();
        client.session(&given).unwrap()
    };
    let before = enter().await;
    assert!(assumes(&client, &before, "ByRole").await);
    assert!(assumes(&client, &before, "BySession").await);
    assert_eq!(
        shown(&client, "BySession").await,
        trust(&[&session("First", "one")])
    );

    client.ok("DeleteRole", json!({"RoleName": "First"})).await;
    make_role(&client, "First", &[&user("Bob")]).await;
    let after = enter().await;
    assert!(!assumes(&client, &after, "ByRole").await);
    assert!(!assumes(&client, &after, "BySession").await);
    assert_eq!(shown(&client, "ByRole").await, trust(&[&id]));
    assert_eq!(
        shown(&client, "BySession").await,
        trust(&[&format!("{id}:one")])
    );
}

#[tokio::test]
async fn who_is_not_there_is_refused() {
    let client = Client::new().await;
    client.ok("CreateUser", json!({"UserName": "Bob"})).await;
    let linked = json!({"AWSServiceName": "elasticloadbalancing.amazonaws.com"});
    let linked = client.ok("CreateServiceLinkedRole", linked).await;
    let linked = text(&linked["Role"]["Arn"]);
    let (away, away_root) = second(&client).await;
    let made = client.ask(
        client.iam.as_ref(),
        &away_root,
        "CreateUser",
        json!({"UserName": "Eve"}),
    );
    let eve = text(&made.await.unwrap()["User"]["Arn"]);
    let bob = user("Bob");
    let there = [
        &bob,
        &linked,
        &eve,
        &away,
        &format!("arn:aws:iam::{away}:root"),
        &format!("arn:aws:sts::{ACCOUNT}:federated-user/anybody"),
        "*",
    ];
    make_role(&client, "R", &there).await;
    assert_eq!(shown(&client, "R").await, trust(&there));
    let itself = role("New");
    let gone_away = format!("arn:aws:iam::{away}:user/Bob");
    for nobody in [
        user("Eve"),
        user("bob"),
        user("x/Bob"),
        role("Bob"),
        itself,
        session("Nobody", "one"),
        linked.replace("/aws-service-role/", "/"),
        gone_away,
        "arn:aws:iam::999999999999:root".to_owned(),
        "999999999999".to_owned(),
    ] {
        let input = json!({"RoleName": "New", "AssumeRolePolicyDocument": trust(&[&bob, &nobody])});
        assert_eq!(
            client.refusal("CreateRole", input).await,
            format!("MalformedPolicyDocument: Invalid principal in policy: \"AWS\":\"{nobody}\"")
        );
    }
}

#[tokio::test]
async fn every_id_is_found_and_none_that_is_gone() {
    fn is_known(iam: &Iam, arn: &str) -> bool {
        let id = iam.unique_id(arn).unwrap();
        iam.arn(&id).as_deref() == Some(arn)
    }
    let client = Client::new().await;
    for name in ["a", "b"] {
        client.ok("CreateUser", json!({ "UserName": name })).await;
        make_role(&client, name, &["*"]).await;
        assert!(is_known(&client.iam, &user(name)));
        assert!(is_known(&client.iam, &role(name)));
        assert!(is_known(&client.iam, &session(name, "one")));
    }
    let id = client.iam.unique_id(&role("a")).unwrap();
    client.ok("DeleteRole", json!({"RoleName": "a"})).await;
    assert_eq!(client.iam.arn(&id), None);
    assert_eq!(client.iam.arn(&format!("{id}:one")), None);
    assert_eq!(client.iam.unique_id(&role("a")), None);
    // Another process on the same rows knows the same.
    let other = Client::over(client.store.clone(), 2).await;
    assert!(is_known(&other.iam, &role("b")));
    assert!(is_known(&other.iam, &user("a")));
    assert_eq!(other.iam.arn(&id), None);
}
