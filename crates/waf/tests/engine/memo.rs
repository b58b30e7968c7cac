//! What was compiled before is shared by the next version of a policy, and forgotten with the last.

use waf::ActionKind;

use crate::fixture::{Shelf, judge, web_acl};

/// Rules on one path, the last of them with this expression.
fn rules(last: &str) -> String {
    let regex = |name: usize, text: &str| {
        format!(
            r#"{{"Name": "r{name}", "Priority": {name}, "Action": {{"Block": {{}}}}, "Statement":
                {{"RegexMatchStatement": {{"RegexString": "{text}", "FieldToMatch": {{"UriPath": {{}}}},
                "TextTransformations": [{{"Priority": 0, "Type": "NONE"}}]}}}}}}"#
        )
    };
    let all: Vec<String> = ["^/one[0-9]", "^/two[0-9]", last]
        .iter()
        .enumerate()
        .map(|(name, text)| regex(name, text))
        .collect();
    format!("[{}]", all.join(","))
}

#[test]
fn versions_of_a_policy_share_what_did_not_change() {
    let shelf = Shelf {
        memo: Some(waf::Memo::default()),
        ..Shelf::default()
    };
    let memo = shelf.memo.as_ref().unwrap();
    let blocks = |acl: &waf::WebAcl, path: &str| {
        judge(acl, &format!("GET {path} HTTP/1.1")).action.kind() == ActionKind::Block
    };
    let first = web_acl(&rules("^/three[0-9]"), &shelf).unwrap();
    assert_eq!(memo.parts(), 3 + 1, "three expressions and a prefilter");
    let same = web_acl(&rules("^/three[0-9]"), &shelf).unwrap();
    assert_eq!(memo.parts(), 4);
    let second = web_acl(&rules("^/four[0-9]"), &shelf).unwrap();
    assert_eq!(
        memo.parts(),
        6,
        "one more expression, and another prefilter"
    );
    for (acl, path, expected) in [
        (&first, "/three3", true),
        (&first, "/four4", false),
        (&same, "/three3", true),
        (&second, "/four4", true),
        (&second, "/three3", false),
        (&second, "/one1", true),
        (&second, "/two2", true),
    ] {
        assert_eq!(blocks(acl, path), expected, "{path}");
    }
    memo.sweep();
    assert_eq!(memo.parts(), 6, "all of it is in use");
    drop((first, same));
    memo.sweep();
    assert_eq!(memo.parts(), 4);
    drop(second);
    memo.sweep();
    assert_eq!(memo.parts(), 0);
    // What is no expression is refused each time.
    for _ in 0..2 {
        assert!(web_acl(&rules("("), &shelf).is_err());
    }
    memo.sweep();
    assert_eq!(memo.parts(), 0);
}
