//! Permission policies of rule groups.

use serde_json::json;

use crate::client::*;

const POLICY: &str = r#"{"Version":"2012-10-17", "Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":["wafv2:CreateWebACL","wafv2:UpdateWebACL","wafv2:PutFirewallManagerRuleGroups","wafv2:GetRuleGroup"]}]}"#;

#[tokio::test]
async fn a_policy_is_kept_letter_for_letter_and_goes_with_its_rule_group() {
    let client = Client::new().await;
    let group = json!({
        "Name": "g", "Scope": "REGIONAL", "Capacity": 10, "VisibilityConfig": visibility("g"),
    });
    let summary = client.ok("CreateRuleGroup", group.clone()).await["Summary"].clone();
    let of = json!({"ResourceArn": summary["ARN"]});
    let refused = client.refused("GetPermissionPolicy", of.clone()).await;
    assert_eq!(refused, nonexistent());
    let put = with(of.clone(), json!({"Policy": POLICY}));
    client.ok("PutPermissionPolicy", put.clone()).await;
    let got = client.ok("GetPermissionPolicy", of.clone()).await;
    assert_eq!(got["Policy"], POLICY);
    let wrong = with(
        of.clone(),
        json!({"Policy": POLICY.replace("Allow", "Deny")}),
    );
    let (code, _) = client.refused("PutPermissionPolicy", wrong).await;
    assert_eq!(code, "WAFInvalidPermissionPolicyException");
    client.ok("DeletePermissionPolicy", of.clone()).await;
    let refused = client.refused("DeletePermissionPolicy", of.clone()).await;
    assert_eq!(refused, nonexistent());

    client.ok("PutPermissionPolicy", put.clone()).await;
    let delete = with(named(&summary), json!({"LockToken": summary["LockToken"]}));
    client.ok("DeleteRuleGroup", delete).await;
    assert_eq!(
        client.refused("PutPermissionPolicy", put).await,
        nonexistent()
    );
    assert_eq!(
        client.refused("GetPermissionPolicy", of).await,
        nonexistent()
    );
    let set = client.create_ip_set("s", &[]).await;
    let of_set = json!({"ResourceArn": set["ARN"], "Policy": POLICY});
    let expected = invalid("RESOURCE_ARN", set["ARN"].as_str().unwrap(), INVALID_ARN);
    assert_eq!(
        client.refused("PutPermissionPolicy", of_set).await,
        expected
    );
}

#[tokio::test]
async fn a_policy_shows_whom_it_means() {
    let client = Client::new().await;
    let group = json!({
        "Name": "g", "Scope": "REGIONAL", "Capacity": 10, "VisibilityConfig": visibility("g"),
    });
    let summary = client.ok("CreateRuleGroup", group).await["Summary"].clone();
    let of = json!({"ResourceArn": summary["ARN"]});
    let naming = |who: &str| POLICY.replace("arn:aws:iam::111122223333:root", who);
    let put = |who: &str| with(of.clone(), json!({"Policy": naming(who)}));
    let user = |name: &str| format!("arn:aws:iam::{ACCOUNT}:user/{name}");
    let (code, _) = client
        .refused("PutPermissionPolicy", put(&user("nobody")))
        .await;
    assert_eq!(code, "WAFInvalidPermissionPolicyException");
    client.ok("PutPermissionPolicy", put(&user("a"))).await;
    let got = client.ok("GetPermissionPolicy", of.clone()).await;
    assert_eq!(got["Policy"], naming(&user("a")));
    let id = client.people.id("a");
    client.people.delete("a");
    client.people.make("a");
    let got = client.ok("GetPermissionPolicy", of.clone()).await;
    assert_eq!(got["Policy"], naming(&id));
}
