//! STS: who gets a session, what it may do, how long, and what ends it at once.

use iam::Sts;
use policy::{Request, evaluate};
use serde_json::{Value, json};
use types::{Principal, ServiceError};

use crate::client::{ACCOUNT, Caller, Client, NOW, TRUST, text};
use crate::credentials::{code, mfa_device, step};

const ALL: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
const ROLE: &str = "arn:aws:iam::111111111111:role/R";

/// A user that may all, and a role that everybody in the account may assume.
async fn house() -> (Client, Caller) {
    let client = Client::new().await;
    let (id, _) = client.user_with_key("Alice").await;
    client
        .ok(
            "PutUserPolicy",
            json!({"UserName": "Alice", "PolicyName": "all", "PolicyDocument": ALL}),
        )
        .await;
    client.ok("CreateRole", json!({"RoleName": "R", "AssumeRolePolicyDocument": TRUST, "Tags": [{"Key": "team", "Value": "role"}]})).await;
    client
        .ok(
            "PutRolePolicy",
            json!({"RoleName": "R", "PolicyName": "all", "PolicyDocument": ALL}),
        )
        .await;
    let alice = client.caller(&id, None).unwrap();
    (client, alice)
}

impl Client {
    pub(crate) async fn sts(
        &self,
        caller: &Caller,
        operation: &str,
        input: Value,
    ) -> Result<Value, ServiceError> {
        self.ask(&Sts::new(self.iam.clone()), caller, operation, input)
            .await
    }

    async fn denied(&self, caller: &Caller, operation: &str, input: Value) -> String {
        let error = self
            .sts(caller, operation, input)
            .await
            .expect_err("it must fail");
        format!("{} {}: {}", error.status, error.code, error.message)
    }

    /// Who calls with the credentials of an answer.
    pub(crate) fn session(&self, answer: &Value) -> Option<Caller> {
        let credentials = &answer["Credentials"];
        let (id, token) = (
            text(&credentials["AccessKeyId"]),
            text(&credentials["SessionToken"]),
        );
        let found = self.iam.authenticate(&id, Some(&token))?;
        assert_eq!(
            found.secret.expose(),
            text(&credentials["SecretAccessKey"]).as_bytes()
        );
        self.caller(&id, Some(&token))
    }

    /// Whether a caller may do something with a resource that has no policy.
    pub(crate) fn may(&self, caller: &Caller, action: &str, resource: &str) -> bool {
        let call = self.call_of(caller, "wafv2", action);
        let standing = self.iam.standing(&call);
        let context = standing.context(&call);
        let request = Request {
            principal: standing.principal(),
            action,
            resource,
            resource_account: None,
            canonical_user_id: None,
            context: &context,
        };
        evaluate(&request, &standing.policies()).is_allowed()
    }
}

fn assume(session: &str) -> Value {
    json!({"RoleArn": ROLE, "RoleSessionName": session})
}

#[tokio::test]
async fn a_session_acts_as_its_role_until_it_ends() {
    let (client, alice) = house().await;
    let given = client
        .sts(&alice, "AssumeRole", assume("one"))
        .await
        .unwrap();
    assert_eq!(
        given["AssumedRoleUser"]["Arn"],
        format!("arn:aws:sts::{ACCOUNT}:assumed-role/R/one")
    );
    assert!(given.get("PackedPolicySize").is_none());
    let session = client.session(&given).unwrap();
    let me = client
        .sts(&session, "GetCallerIdentity", json!({}))
        .await
        .unwrap();
    assert_eq!(
        me["Arn"],
        format!("arn:aws:sts::{ACCOUNT}:assumed-role/R/one")
    );
    assert!(client.may(&session, "wafv2:ListIPSets", "*"));
    let token = text(&given["Credentials"]["SessionToken"]);
    let id = text(&given["Credentials"]["AccessKeyId"]);
    assert!(id.starts_with("ASIA"));
    // The key without its token, with another's, with one changed letter.
    assert!(client.iam.authenticate(&id, None).is_none());
    let other = client
        .sts(&alice, "AssumeRole", assume("two"))
        .await
        .unwrap();
    assert!(
        client
            .iam
            .authenticate(&id, Some(&text(&other["Credentials"]["SessionToken"])))
            .is_none()
    );
    let changed = token.replacen(
        &token[60..61],
        if &token[60..61] == "A" { "B" } else { "A" },
        1,
    );
    assert!(client.iam.authenticate(&id, Some(&changed)).is_none());
    let found = client.iam.authenticate(&id, Some(&token)).unwrap();
    assert!(!found.is_expired(NOW));
    assert!(found.is_expired(NOW.plus(std::time::Duration::from_secs(3_600))));
}

#[tokio::test]
async fn sessions_that_are_over_are_in_memory_no_more_and_others_stay() {
    let (client, alice) = house().await;
    let give = async |session: &str, seconds: u64| {
        let mut input = assume(session);
        input["DurationSeconds"] = json!(seconds);
        client.sts(&alice, "AssumeRole", input).await.unwrap()
    };
    let mark = |given: &Value| {
        let credentials = &given["Credentials"];
        let id = text(&credentials["AccessKeyId"]);
        let token = text(&credentials["SessionToken"]);
        let found = client.iam.authenticate(&id, Some(&token));
        found.unwrap().secret.mark()
    };
    let long = give("long", 3_600).await;
    let of_long = mark(&long);
    let mut short = Vec::new();
    for number in 0..150 {
        short.push(give(&format!("short-{number}"), 900).await);
    }
    let of_short: Vec<_> = short.iter().map(mark).collect();
    let at = |seconds| NOW.plus(std::time::Duration::from_secs(seconds));
    // A call that was let in before the end is judged by its session's policies after it, too.
    client.iam.forget_ended_sessions(at(959));
    assert!(!of_short.iter().any(types::SecretMark::is_gone));
    client.iam.forget_ended_sessions(at(960));
    assert!(of_short.iter().all(types::SecretMark::is_gone));
    assert!(!of_long.is_gone());
    let long = client.session(&long).unwrap();
    assert!(client.may(&long, "wafv2:ListIPSets", "*"));
    // Presented again it is opened, to be told that it is over, and goes again.
    let again = mark(&short[0]);
    assert!(!again.is_gone() && of_short[0].is_gone());
    client.iam.forget_ended_sessions(at(960));
    assert!(again.is_gone());
}

#[tokio::test]
async fn a_session_is_over_when_its_role_or_user_is_gone() {
    let (client, alice) = house().await;
    let given = client
        .sts(&alice, "AssumeRole", assume("one"))
        .await
        .unwrap();
    assert!(client.session(&given).is_some());
    client
        .ok(
            "DeleteRolePolicy",
            json!({"RoleName": "R", "PolicyName": "all"}),
        )
        .await;
    let session = client.session(&given).unwrap();
    assert!(
        !client.may(&session, "wafv2:ListIPSets", "*"),
        "its role may nothing any more"
    );
    client.ok("DeleteRole", json!({"RoleName": "R"})).await;
    assert!(client.session(&given).is_none());
    // A role of the same name is another.
    client
        .ok(
            "CreateRole",
            json!({"RoleName": "R", "AssumeRolePolicyDocument": TRUST}),
        )
        .await;
    assert!(client.session(&given).is_none());
}

#[tokio::test]
async fn sessions_are_revoked_by_when_they_were_issued() {
    let (client, alice) = house().await;
    let before = client
        .session(
            &client
                .sts(&alice, "AssumeRole", assume("one"))
                .await
                .unwrap(),
        )
        .unwrap();
    client.clock.forward(60);
    // What the console's "Revoke active sessions" puts on the role.
    let deny = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": ["*"], "Resource": ["*"],
        "Condition": {"DateLessThan": {"aws:TokenIssueTime": NOW.plus(std::time::Duration::from_secs(30)).rfc3339_seconds()}}}]});
    client.ok("PutRolePolicy", json!({"RoleName": "R", "PolicyName": "AWSRevokeOlderSessions", "PolicyDocument": deny.to_string()})).await;
    let after = client
        .session(
            &client
                .sts(&alice, "AssumeRole", assume("one"))
                .await
                .unwrap(),
        )
        .unwrap();
    assert!(!client.may(&before, "wafv2:ListIPSets", "*"));
    assert!(client.may(&after, "wafv2:ListIPSets", "*"));
}

#[tokio::test]
async fn the_trust_policy_decides_and_identity_policies_as_well() {
    let (client, alice) = house().await;
    // The account is trusted: then the caller's own policies must allow.
    let (id, _) = client.user_with_key("Bob").await;
    let bob = client.caller(&id, None).unwrap();
    let denial = client.denied(&bob, "AssumeRole", assume("one")).await;
    assert!(
        denial.starts_with(&format!("403 AccessDenied: User: arn:aws:iam::{ACCOUNT}:user/Bob is not authorized to perform: sts:AssumeRole on resource: {ROLE}")),
        "{denial}"
    );
    // Named in the trust policy, Bob needs nothing of his own.
    let trust = |principal: &str, condition: Value| {
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": principal},
            "Action": "sts:AssumeRole", "Condition": condition}]})
        .to_string()
    };
    let arn = format!("arn:aws:iam::{ACCOUNT}:user/Bob");
    let condition = json!({"StringEquals": {"sts:ExternalId": "shared"}});
    client
        .ok(
            "UpdateAssumeRolePolicy",
            json!({"RoleName": "R", "PolicyDocument": trust(&arn, condition)}),
        )
        .await;
    assert!(
        client
            .denied(&bob, "AssumeRole", assume("one"))
            .await
            .starts_with("403 AccessDenied")
    );
    let mut input = assume("one");
    input["ExternalId"] = json!("shared");
    client.sts(&bob, "AssumeRole", input.clone()).await.unwrap();
    // And Alice, who may all, is not named.
    assert!(
        client
            .denied(&alice, "AssumeRole", input)
            .await
            .starts_with("403 AccessDenied")
    );
    let root = Client::root();
    assert_eq!(
        client.denied(&root, "AssumeRole", assume("one")).await,
        "403 AccessDenied: Roles may not be assumed by root accounts."
    );
    let missing = json!({"RoleArn": format!("{ROLE}x"), "RoleSessionName": "one"});
    let denial = client.denied(&alice, "AssumeRole", missing).await;
    assert!(
        denial.ends_with(&format!("sts:AssumeRole on resource: {ROLE}x")),
        "{denial}"
    );
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_counts_once() {
    let (client, alice) = house().await;
    let (serial, seed) = mfa_device(&client, "Alice").await;
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT},
        "Action": "sts:AssumeRole", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}]});
    client
        .ok(
            "UpdateAssumeRolePolicy",
            json!({"RoleName": "R", "PolicyDocument": trust.to_string()}),
        )
        .await;
    assert!(
        client
            .denied(&alice, "AssumeRole", assume("one"))
            .await
            .starts_with("403 AccessDenied")
    );
    let with_code = |code: &str| {
        let mut input = assume("one");
        input["SerialNumber"] = json!(serial);
        input["TokenCode"] = json!(code);
        input
    };
    client.clock.forward(90);
    let good = code(&seed, step(&client));
    client
        .sts(&alice, "AssumeRole", with_code(&good))
        .await
        .unwrap();
    let again = client.denied(&alice, "AssumeRole", with_code(&good)).await;
    assert!(again.contains("invalid MFA one time pass code"), "{again}");
    let half = json!({"RoleArn": ROLE, "RoleSessionName": "one", "SerialNumber": serial});
    assert!(
        client
            .denied(&alice, "AssumeRole", half)
            .await
            .contains("must provide both")
    );
    // A session with the factor shown carries it on.
    client.clock.forward(90);
    let input = json!({"SerialNumber": serial, "TokenCode": code(&seed, step(&client)), "DurationSeconds": 900});
    let given = client.sts(&alice, "GetSessionToken", input).await.unwrap();
    let session = client.session(&given).unwrap();
    assert!(session.session.as_ref().unwrap().mfa.is_some());
    client
        .sts(&session, "AssumeRole", assume("one"))
        .await
        .unwrap();
    let plain = client
        .sts(&alice, "GetSessionToken", json!({}))
        .await
        .unwrap();
    let plain = client.session(&plain).unwrap();
    assert!(
        client
            .denied(&plain, "AssumeRole", assume("one"))
            .await
            .starts_with("403 AccessDenied")
    );
    assert!(
        client
            .denied(&plain, "GetSessionToken", json!({}))
            .await
            .starts_with("403 AccessDenied")
    );
    // Another's device is none.
    let (id, _) = client.user_with_key("Bob").await;
    let bob = client.caller(&id, None).unwrap();
    client.clock.forward(90);
    let input = json!({"SerialNumber": serial, "TokenCode": code(&seed, step(&client))});
    assert!(
        client
            .denied(&bob, "GetSessionToken", input)
            .await
            .contains("unable to validate MFA code")
    );
}

#[tokio::test]
async fn a_session_policy_only_takes_away() {
    let (client, alice) = house().await;
    let mut input = assume("one");
    input["Policy"] = json!(json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "wafv2:List*", "Resource": "*"}]}).to_string());
    let given = client
        .sts(&alice, "AssumeRole", input.clone())
        .await
        .unwrap();
    assert!(given["PackedPolicySize"].as_i64().unwrap() > 0);
    let session = client.session(&given).unwrap();
    assert!(client.may(&session, "wafv2:ListIPSets", "*"));
    assert!(!client.may(&session, "wafv2:GetIPSet", "*"));
    input["Policy"] = json!("{");
    assert!(
        client
            .denied(&alice, "AssumeRole", input)
            .await
            .starts_with("400 MalformedPolicyDocument")
    );
    let mut input = assume("one");
    input["PolicyArns"] = json!([{"arn": "arn:aws:iam::aws:policy/AWSWAFReadOnlyAccess"}]);
    let session = client
        .session(&client.sts(&alice, "AssumeRole", input).await.unwrap())
        .unwrap();
    assert!(client.may(&session, "wafv2:GetIPSet", "*"));
    assert!(!client.may(&session, "wafv2:DeleteIPSet", "*"));
    let tags: Vec<Value> = (0..20)
        .map(|number| json!({"Key": format!("key{number}"), "Value": "v".repeat(200)}))
        .collect();
    let mut input = assume("one");
    input["Tags"] = json!(tags);
    assert!(
        client
            .denied(&alice, "AssumeRole", input)
            .await
            .starts_with("400 PackedPolicyTooLarge")
    );
}

#[tokio::test]
async fn tags_and_source_identity_go_along() {
    let (client, alice) = house().await;
    let mut input = assume("one");
    input["Tags"] = json!([{"Key": "Team", "Value": "session"}, {"Key": "cost", "Value": "1"}]);
    input["TransitiveTagKeys"] = json!(["team"]);
    input["SourceIdentity"] = json!("alice");
    let given = client.sts(&alice, "AssumeRole", input).await.unwrap();
    assert_eq!(given["SourceIdentity"], "alice");
    let session = client.session(&given).unwrap();
    let call = client.call_of(&session, "wafv2", "x");
    let tags = client.iam.standing(&call).tags().to_vec();
    assert_eq!(
        tags,
        [
            ("Team".into(), "session".into()),
            ("cost".into(), "1".into())
        ],
        "the session's stands before the role's"
    );
    // A chain: what is transitive stays, the source identity too; an hour at most.
    let chained = client
        .sts(&session, "AssumeRole", assume("two"))
        .await
        .unwrap();
    assert_eq!(chained["SourceIdentity"], "alice");
    let next = client.session(&chained).unwrap();
    let kept: Vec<String> = next
        .session
        .as_ref()
        .unwrap()
        .tags
        .iter()
        .map(|tag| tag.key.clone())
        .collect();
    assert_eq!(kept, ["Team"]);
    let mut input = assume("two");
    input["Tags"] = json!([{"Key": "TEAM", "Value": "other"}]);
    let conflict = client.denied(&session, "AssumeRole", input).await;
    assert!(
        conflict.starts_with("400 InvalidParameterValue: One of the specified transitive tag keys"),
        "{conflict}"
    );
    let mut input = assume("two");
    input["SourceIdentity"] = json!("bob");
    assert!(
        client
            .denied(&session, "AssumeRole", input)
            .await
            .starts_with("403 AccessDenied")
    );
    client
        .ok(
            "UpdateRole",
            json!({"RoleName": "R", "MaxSessionDuration": 7_200}),
        )
        .await;
    let mut input = assume("two");
    input["DurationSeconds"] = json!(7_200);
    client
        .sts(&alice, "AssumeRole", input.clone())
        .await
        .unwrap();
    assert!(
        client
            .denied(&session, "AssumeRole", input.clone())
            .await
            .contains("1 hour session limit")
    );
    input["DurationSeconds"] = json!(7_201);
    assert!(
        client
            .denied(&alice, "AssumeRole", input)
            .await
            .contains("exceeds the MaxSessionDuration")
    );
}

#[tokio::test]
async fn a_federated_user_has_what_both_allow() {
    let (client, alice) = house().await;
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "wafv2:List*", "Resource": "*"}]}).to_string();
    for issuer in [alice, Client::root()] {
        let given = client
            .sts(
                &issuer,
                "GetFederationToken",
                json!({"Name": "guest", "Policy": policy}),
            )
            .await
            .unwrap();
        assert_eq!(
            given["FederatedUser"]["FederatedUserId"],
            format!("{ACCOUNT}:guest")
        );
        let guest = client.session(&given).unwrap();
        assert!(matches!(guest.principal, Principal::FederatedUser(_)));
        assert!(client.may(&guest, "wafv2:ListIPSets", "*"));
        assert!(!client.may(&guest, "wafv2:GetIPSet", "*"));
        let bare = client
            .sts(&issuer, "GetFederationToken", json!({"Name": "guest"}))
            .await
            .unwrap();
        assert!(!client.may(&client.session(&bare).unwrap(), "wafv2:ListIPSets", "*"));
        assert!(
            client
                .denied(&guest, "GetFederationToken", json!({"Name": "other"}))
                .await
                .starts_with("403 AccessDenied")
        );
    }
}

#[tokio::test]
async fn a_key_that_seals_is_followed_by_another_and_old_tokens_stay_good() {
    let (client, alice) = house().await;
    client
        .ok(
            "UpdateRole",
            json!({"RoleName": "R", "MaxSessionDuration": 43_200}),
        )
        .await;
    client.clock.forward(30 * 24 * 3_600 - 60);
    let first = client
        .sts(
            &alice,
            "AssumeRole",
            json!({"RoleArn": ROLE, "RoleSessionName": "one", "DurationSeconds": 43_200}),
        )
        .await
        .unwrap();
    let keys = || async {
        let prefix = store::Key::new(["iam", ACCOUNT, "session-key"]);
        client.store.snapshot(&prefix).await.unwrap().rows.len()
    };
    assert_eq!(keys().await, 1);
    client.clock.forward(120);
    let later = client
        .sts(&alice, "AssumeRole", assume("one"))
        .await
        .unwrap();
    // The first key was made by the first token.
    assert_eq!(keys().await, 1);
    client.clock.forward(30 * 24 * 3_600);
    let rotated = client
        .sts(&alice, "AssumeRole", assume("one"))
        .await
        .unwrap();
    assert_eq!(keys().await, 2);
    for given in [&first, &later, &rotated] {
        assert!(client.session(given).is_some());
    }
    // An old token is opened by a process that has never seen it.
    let other = Client::over(client.store.clone(), 9).await;
    assert!(other.session(&first).is_some());
    client.clock.forward(31 * 24 * 3_600);
    client
        .sts(&alice, "AssumeRole", assume("one"))
        .await
        .unwrap();
    assert_eq!(keys().await, 2, "the oldest is gone");
    assert!(client.session(&first).is_none());
}

#[tokio::test]
async fn whose_key_it_is_can_be_asked() {
    let (client, alice) = house().await;
    for id in [
        alice.access_key_id.clone(),
        crate::client::ROOT_KEY.to_owned(),
    ] {
        let info = client
            .sts(
                &alice,
                "GetAccessKeyInfo",
                json!({"AccessKeyId": format!("{id:X<16}")}),
            )
            .await;
        if id.len() >= 16 {
            assert_eq!(info.unwrap()["Account"], ACCOUNT);
        }
    }
    let refused = client
        .denied(
            &alice,
            "GetAccessKeyInfo",
            json!({"AccessKeyId": "AKIA0000000000000000"}),
        )
        .await;
    assert!(refused.starts_with("400 ValidationError"), "{refused}");
}

/// Boundaries only shrink, in the same test client as enforcement.
#[tokio::test]
async fn groups_give_and_boundaries_take() {
    let (client, alice) = house().await;
    client
        .ok(
            "DeleteUserPolicy",
            json!({"UserName": "Alice", "PolicyName": "all"}),
        )
        .await;
    assert!(!client.may(&alice, "wafv2:GetIPSet", "*"));
    client.ok("CreateGroup", json!({"GroupName": "G"})).await;
    client
        .ok(
            "AddUserToGroup",
            json!({"GroupName": "G", "UserName": "Alice"}),
        )
        .await;
    client
        .ok(
            "AttachGroupPolicy",
            json!({"GroupName": "G", "PolicyArn": "arn:aws:iam::aws:policy/AWSWAFFullAccess"}),
        )
        .await;
    assert!(client.may(&alice, "wafv2:DeleteIPSet", "*"));
    client.ok("PutUserPermissionsBoundary", json!({"UserName": "Alice", "PermissionsBoundary": "arn:aws:iam::aws:policy/AWSWAFReadOnlyAccess"})).await;
    assert!(!client.may(&alice, "wafv2:DeleteIPSet", "*"));
    assert!(client.may(&alice, "wafv2:GetIPSet", "*"));
    client
        .ok(
            "RemoveUserFromGroup",
            json!({"GroupName": "G", "UserName": "Alice"}),
        )
        .await;
    assert!(!client.may(&alice, "wafv2:GetIPSet", "*"));
}

#[tokio::test]
async fn a_session_whose_token_was_forgotten_is_itself_again_with_its_next_call() {
    let (client, alice) = house().await;
    let given = client
        .sts(&alice, "AssumeRole", assume("one"))
        .await
        .unwrap();
    let session = client.session(&given).unwrap();
    // As many tokens come as are kept in memory: the first is forgotten.
    for number in 0..4_100 {
        let name = format!("s{number}");
        let given = client.sts(&alice, "AssumeRole", assume(&name)).await;
        client.session(&given.unwrap()).unwrap();
    }
    assert!(
        !client.may(&session, "wafv2:ListIPSets", "*"),
        "the token was not forgotten: the test tests nothing"
    );
    let session = client.session(&given).unwrap();
    assert!(client.may(&session, "wafv2:ListIPSets", "*"));
}
