//! Regex pattern sets from create to delete, and what is no expression.

use serde_json::json;

use crate::client::*;

#[tokio::test]
async fn a_regex_pattern_set_lives_from_create_to_delete() {
    let client = Client::new().await;
    let patterns = json!([{"RegexString": "^/admin(/|$)"}, {"RegexString": "(?i)select.+from"}]);
    let input = json!({
        "Name": "paths", "Scope": "REGIONAL", "RegularExpressionList": patterns,
        "Tags": [{"Key": "team", "Value": "web"}],
    });
    let summary = client.ok("CreateRegexPatternSet", input).await["Summary"].clone();
    let got = client.ok("GetRegexPatternSet", named(&summary)).await;
    let id = summary["Id"].as_str().unwrap();
    assert_eq!(
        got["RegexPatternSet"],
        json!({
            "Name": "paths", "Id": id, "RegularExpressionList": patterns,
            "ARN": format!("arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/regexpatternset/paths/{id}"),
        })
    );
    let update = with(
        named(&summary),
        json!({"LockToken": got["LockToken"], "RegularExpressionList": [{"RegexString": "a+"}]}),
    );
    let token = client.ok("UpdateRegexPatternSet", update).await["NextLockToken"].clone();
    let got = client.ok("GetRegexPatternSet", named(&summary)).await;
    assert_eq!(
        got["RegexPatternSet"]["RegularExpressionList"],
        json!([{"RegexString": "a+"}])
    );
    let delete = with(named(&summary), json!({"LockToken": token}));
    client.ok("DeleteRegexPatternSet", delete).await;
    assert_eq!(
        client.refused("GetRegexPatternSet", named(&summary)).await,
        nonexistent()
    );
}

#[tokio::test]
async fn what_is_no_expression_is_refused() {
    let client = Client::new().await;
    for pattern in ["(", "(?=look)ahead", r"(a)\1", "[z-a]"] {
        let input = json!({
            "Name": "bad", "Scope": "REGIONAL",
            "RegularExpressionList": [{"RegexString": "fine"}, {"RegexString": pattern}],
        });
        let (code, message) = client.refused("CreateRegexPatternSet", input).await;
        assert_eq!(code, "WAFInvalidParameterException", "{pattern}");
        assert!(message.contains(pattern), "{message}");
    }
    let without = json!({"Name": "bad", "Scope": "REGIONAL", "RegularExpressionList": [{}]});
    let (code, _) = client.refused("CreateRegexPatternSet", without).await;
    assert_eq!(code, "WAFInvalidParameterException");
}
