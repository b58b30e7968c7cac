//! Who appears in the fixtures.

use policy::Principal;
use types::AccountId;

pub(crate) const HOME: &str = "111122223333";
pub(crate) const AWAY: &str = "444455556666";
pub(crate) const ALICE: &str = "arn:aws:iam::111122223333:user/team/Alice";
pub(crate) const ALICE_ID: &str = "AIDACKCEVSQ6C2EXAMPLE";
pub(crate) const ROLE_ID: &str = "AROADBQP57FF2AEXAMPLE";
pub(crate) const SESSION_ID: &str = "AROADBQP57FF2AEXAMPLE:ci";
pub(crate) const MALLORY: &str = "arn:aws:iam::444455556666:user/Mallory";
pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/ops/Deploy";
pub(crate) const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/Deploy/ci";
pub(crate) const FEDERATED: &str = "arn:aws:sts::111122223333:federated-user/bob";
pub(crate) const ROOT: &str = "arn:aws:iam::111122223333:root";
pub(crate) const AWAY_ROOT: &str = "arn:aws:iam::444455556666:root";
pub(crate) const KEY: &str =
    "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
pub(crate) const PROVIDER: &str = "arn:aws:iam::111122223333:oidc-provider/id.example.com";

/// The short forms that fixtures use.
pub(crate) const SHORT: &[(&str, &str)] = &[
    ("<ALICE>", ALICE),
    ("<MALLORY>", MALLORY),
    ("<ROLE>", ROLE),
    ("<SESSION>", SESSION),
    ("<FEDERATED>", FEDERATED),
    ("<ROOT>", ROOT),
    ("<AWAY-ROOT>", AWAY_ROOT),
    ("<KEY>", KEY),
    ("<PROVIDER>", PROVIDER),
];

fn account(text: &str) -> AccountId {
    text.parse().unwrap()
}

/// Somebody by name.
pub(crate) fn principal(name: &str) -> Principal<'_> {
    match name {
        "Alice" => Principal::User {
            account: account(HOME),
            arn: ALICE,
            user_id: ALICE_ID,
        },
        "Mallory" => Principal::User {
            account: account(AWAY),
            arn: MALLORY,
            user_id: "AIDAMALLORY00EXAMPLE0",
        },
        "Deploy" => Principal::AssumedRole {
            account: account(HOME),
            role_arn: ROLE,
            session_arn: SESSION,
            user_id: SESSION_ID,
        },
        "Federated" => Principal::FederatedUser {
            account: account(HOME),
            arn: FEDERATED,
            user_id: "111122223333:bob",
            user_arn: ALICE,
            issuer_id: ALICE_ID,
        },
        "Root" => Principal::Root {
            account: account(HOME),
            arn: ROOT,
        },
        "AwayRoot" => Principal::Root {
            account: account(AWAY),
            arn: AWAY_ROOT,
        },
        "Web" => Principal::Federated { provider: PROVIDER },
        "Anonymous" => Principal::Anonymous,
        service if service.ends_with(".amazonaws.com") => Principal::Service { name: service },
        other => panic!("nobody is called {other}"),
    }
}

/// The account in an ARN.
pub(crate) fn owner(resource: &str) -> Option<AccountId> {
    resource.split(':').nth(4)?.parse().ok()
}
