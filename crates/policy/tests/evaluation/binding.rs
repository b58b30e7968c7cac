//! Policies are kept with unique ids and shown with ARNs: nothing else of the text changes, who is
//! gone stays an id, and whoever is not there is refused.

use std::collections::BTreeMap;

use policy::PrincipalDirectory;
use policy::document::{bound, shown};
use types::AccountId;

use crate::cast;

/// Users and roles by their ids.
struct People(BTreeMap<&'static str, &'static str>);

impl People {
    fn all() -> Self {
        Self(BTreeMap::from([
            (cast::ALICE_ID, cast::ALICE),
            (cast::ROLE_ID, cast::ROLE),
            (cast::SESSION_ID, cast::SESSION),
        ]))
    }
}

impl PrincipalDirectory for People {
    fn unique_id(&self, arn: &str) -> Option<String> {
        let found = self.0.iter().find(|(_, owner)| **owner == arn);
        found.map(|(id, _)| (*id).to_owned())
    }

    fn arn(&self, unique_id: &str) -> Option<String> {
        self.0.get(unique_id).map(|arn| (*arn).to_owned())
    }

    fn has_account(&self, account: AccountId) -> bool {
        account.to_string() == cast::HOME
    }
}

/// Every form that a Principal element has; odd white space, and an escaped slash elsewhere.
const TEXT: &str = r#" { "Version":"2012-10-17" , "Statement" : [
  {"Sid":"a","Effect":"Allow","Principal":{"AWS":"<ALICE>"},"Action":"kms:*","Resource":"arn:aws:s3:::a\/b"},
	{"Effect":"Deny","NotPrincipal" : {"AWS":[ "<ROLE>","<SESSION>" ,"<ROOT>"]},"Action":"kms:*","Resource":"*"},
  {"Effect":"Allow","Principal":{"AWS":["111122223333","<FEDERATED>","*"],"Service":"logs.amazonaws.com"},"Action":"*","Resource":"*",
   "Condition":{"ArnEquals":{"aws:PrincipalArn":"<ALICE>"}}}, {"Effect":"Allow","Principal":"*","Action":"*","Resource":"<ALICE>"}]}
"#;

fn text() -> String {
    cast::SHORT
        .iter()
        .fold(TEXT.to_owned(), |text, (short, long)| {
            text.replace(short, long)
        })
}

#[test]
fn principals_are_kept_by_id_and_nothing_else_changes() {
    let people = People::all();
    let kept = bound(&text(), &people).unwrap();
    let expected = text()
        .replacen(cast::ALICE, cast::ALICE_ID, 1)
        .replace(cast::ROLE, cast::ROLE_ID)
        .replace(cast::SESSION, cast::SESSION_ID);
    assert_eq!(kept, expected);
    assert_eq!(shown(&kept, &people), text());
    // Read and saved again it is the same.
    assert_eq!(bound(&shown(&kept, &people), &people).unwrap(), kept);
}

#[test]
fn who_is_gone_shows_as_an_id_also_when_the_name_is_given_anew() {
    let kept = bound(&text(), &People::all()).unwrap();
    let anew = People(BTreeMap::from([
        ("AIDANEW00000000EXAMPLE", cast::ALICE),
        ("AROANEW00000000EXAMPLE", cast::ROLE),
        ("AROANEW00000000EXAMPLE:ci", cast::SESSION),
    ]));
    assert_eq!(shown(&kept, &anew), kept);
    // What shows an id is not saved again.
    for id in [cast::ALICE_ID, cast::ROLE_ID, cast::SESSION_ID] {
        let policy = one(id);
        let refused = bound(&policy, &anew).unwrap_err();
        assert_eq!(refused.message(), invalid(id));
    }
}

#[test]
fn whoever_is_renamed_shows_by_the_new_name() {
    let kept = bound(&text(), &People::all()).unwrap();
    let quoted = r#"arn:aws:iam::111122223333:user/a"b\c/Alice"#;
    let mut people = People::all();
    people.0.insert(cast::ALICE_ID, quoted);
    let expected = text().replacen(
        cast::ALICE,
        r#"arn:aws:iam::111122223333:user/a\"b\\c/Alice"#,
        1,
    );
    assert_eq!(shown(&kept, &people), expected);
    assert_eq!(bound(&expected, &people).unwrap(), kept);
}

fn one(principal: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"sts:AssumeRole"}}}}"#
    )
}

fn invalid(principal: &str) -> String {
    format!("Invalid principal in policy: \"AWS\":\"{principal}\"")
}

#[test]
fn who_is_not_there_is_refused_in_iams_words() {
    let people = People::all();
    for nobody in [
        "arn:aws:iam::111122223333:user/Nobody",
        "arn:aws:iam::111122223333:user/Alice",
        "arn:aws:iam::111122223333:user/team/alice",
        "arn:aws:iam::111122223333:role/Deploy",
        "arn:aws:iam::444455556666:user/Mallory",
        "arn:aws:iam::444455556666:root",
        "444455556666",
        "arn:aws:sts::444455556666:federated-user/bob",
        "arn:aws:sts::111122223333:assumed-role/Nobody/ci",
        "AIDANOBODY0000EXAMPLE",
        // Only the ARN of a session names it.
        cast::SESSION_ID,
    ] {
        let refused = bound(&one(nobody), &people).unwrap_err();
        assert_eq!(refused.message(), invalid(nobody));
        assert!(refused.detail().contains("no such user"), "{refused:?}");
        assert_eq!(refused.position().line, 1);
        let listed = one(nobody)
            .replace("\"AWS\":\"", "\"AWS\":[\"111122223333\",\"")
            .replace("\"},\"Action", "\"]},\"Action");
        assert_eq!(
            bound(&listed, &people).unwrap_err().message(),
            invalid(nobody)
        );
    }
    for there in [
        cast::ALICE,
        cast::ALICE_ID,
        cast::ROOT,
        cast::HOME,
        cast::FEDERATED,
        "*",
    ] {
        assert!(bound(&one(there), &people).is_ok(), "{there}");
    }
}
