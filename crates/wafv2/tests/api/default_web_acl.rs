//! The web ACL of the first start: what it refuses, and whose it is afterwards.

use std::net::IpAddr;
use std::sync::Arc;

use serde_json::json;
use types::Arn;
use waf::{ActionKind, Body, RateCounters, Request};

use crate::client::*;

fn judge(web_acl: &waf::WebAcl, path: &str, query: &str, cookie: &str, body: &str) -> ActionKind {
    let request = Request {
        method: "POST",
        uri_path: path.as_bytes(),
        query: query.as_bytes(),
        uri_fragment: None,
        http_version: "HTTP/1.1",
        scheme: "http",
        headers: &[
            ("host", b"example.com"),
            ("user-agent", b"Mozilla/5.0"),
            ("cookie", cookie.as_bytes()),
        ],
        body: Some(Body {
            bytes: body.as_bytes(),
            truncated: false,
        }),
        client_ip: IpAddr::from([192, 0, 2, 7]),
        ja3: None,
        ja4: None,
    };
    web_acl
        .evaluate(&request, &RateCounters::new(1), NOW)
        .unwrap()
        .action
        .kind()
}

#[tokio::test]
async fn the_first_web_acl_refuses_sql_injection_wherever_it_is_and_lets_ordinary_requests_pass() {
    let client = Client::new().await;
    let shop = client.load_balancers.add("shop");
    let arn: Arn = shop.parse().unwrap();
    let web_acl = client.wafv2.ensure_default(&arn).await.unwrap().unwrap();
    assert!(web_acl.contains(":regional/webacl/default/"), "{web_acl}");
    let policies = client
        .policies_where(|policies| policies.contains_key(&shop))
        .await;
    let web_acl = &policies[&shop];
    for (path, query, cookie, body) in [
        ("/", "id=1%27%20OR%20%271%27%3D%271", "", ""),
        ("/", "id=1+UNION+SELECT+password+FROM+users--", "", ""),
        ("/items/1'%20OR%201=1--", "", "", ""),
        ("/", "", "session=1' OR '1'='1", ""),
        ("/", "", "", "name=x&id=1%27+OR+1%3D1--"),
        ("/", "", "", r#"{"user":"admin' OR 1=1--"}"#),
    ] {
        let verdict = judge(web_acl, path, query, cookie, body);
        assert_eq!(verdict, ActionKind::Block, "{path} {query} {cookie} {body}");
    }
    let long = format!("comment={}", "ordinary text ".repeat(400));
    for (path, query, cookie, body) in [
        ("/", "", "", ""),
        (
            "/products/42",
            "sort=price&dir=desc",
            "session=0f3a9c; theme=dark",
            "",
        ),
        (
            "/search",
            "q=select+the+best+one+from+our+union+shop",
            "",
            "",
        ),
        ("/profile", "", "", "name=O%27Brien&city=Sant%27Agata"),
        (
            "/api",
            "",
            "",
            r#"{"title":"It's 1 or 2, isn't it?","n":[1,2,3]}"#,
        ),
        ("/comment", "", "", &long),
    ] {
        let verdict = judge(web_acl, path, query, cookie, body);
        assert_eq!(verdict, ActionKind::Allow, "{path} {query} {cookie} {body}");
    }
}

#[tokio::test]
async fn it_is_made_once_and_is_the_users_from_then_on() {
    let client = Client::new().await;
    let shop = client.load_balancers.add("shop");
    let arn: Arn = shop.parse().unwrap();
    let made = client.wafv2.ensure_default(&arn).await.unwrap();
    assert_eq!(client.audit_records().await, 1);
    assert_eq!(client.wafv2.ensure_default(&arn).await.unwrap(), made);
    assert_eq!(client.audit_records().await, 1);

    // What the user changes stays, over restarts too.
    let got = client.ok("GetWebACL", json!({"ARN": made})).await;
    let (id, token) = (&got["WebACL"]["Id"], &got["LockToken"]);
    let update = with(
        web_acl("default", json!([])),
        json!({"Id": id, "LockToken": token}),
    );
    let token = client.ok("UpdateWebACL", update).await["NextLockToken"].clone();
    let restarted = Client::over(Arc::clone(&client.store), 2).await;
    restarted.load_balancers.add("shop");
    assert_eq!(restarted.wafv2.ensure_default(&arn).await.unwrap(), made);
    let got = restarted.ok("GetWebACL", json!({"ARN": made})).await;
    assert_eq!(got["WebACL"]["Rules"], json!([]));

    // What the user deletes stays deleted.
    restarted
        .ok("DisassociateWebACL", json!({"ResourceArn": shop}))
        .await;
    let delete = json!({"Name": "default", "Scope": "REGIONAL", "Id": id, "LockToken": token});
    restarted.ok("DeleteWebACL", delete).await;
    assert_eq!(restarted.wafv2.ensure_default(&arn).await.unwrap(), None);
    let listed = restarted
        .ok("ListWebACLs", json!({"Scope": "REGIONAL"}))
        .await;
    assert_eq!(listed["WebACLs"], json!([]));
}

#[tokio::test]
async fn a_web_acl_of_the_users_is_left_alone() {
    let client = Client::new().await;
    let shop = client.load_balancers.add("shop");
    let own = client.create_web_acl("own", json!([])).await;
    let associate = json!({"WebACLArn": own["ARN"], "ResourceArn": shop});
    client.ok("AssociateWebACL", associate).await;
    let arn: Arn = shop.parse().unwrap();
    let found = client.wafv2.ensure_default(&arn).await.unwrap();
    assert_eq!(json!(found), own["ARN"]);
    let listed = client.ok("ListWebACLs", json!({"Scope": "REGIONAL"})).await;
    assert_eq!(listed["WebACLs"].as_array().unwrap().len(), 1);
    // Nor is it made later, once the user has taken the own one away.
    client
        .ok("DisassociateWebACL", json!({"ResourceArn": shop}))
        .await;
    assert_eq!(client.wafv2.ensure_default(&arn).await.unwrap(), None);
}

#[tokio::test]
async fn it_is_the_users_once_its_rules_are_changed() {
    let client = Client::new().await;
    let shop = client.load_balancers.add("shop");
    let load_balancer: Arn = shop.parse().unwrap();
    let made = client.wafv2.ensure_default(&load_balancer).await.unwrap();
    let made = made.unwrap();
    assert!(client.wafv2.is_untouched_default(&made));
    let own = client.create_web_acl("own", json!([])).await;
    assert!(
        !client
            .wafv2
            .is_untouched_default(own["ARN"].as_str().unwrap())
    );

    let of = json!({"ResourceArn": shop});
    let got = client.ok("GetWebACLForResource", of).await["WebACL"].clone();
    let mut update = json!({
        "Name": got["Name"], "Id": got["Id"], "Scope": "REGIONAL", "Rules": got["Rules"],
        "DefaultAction": got["DefaultAction"], "VisibilityConfig": got["VisibilityConfig"],
    });
    update["LockToken"] = client.ok("GetWebACL", named(&got)).await["LockToken"].clone();
    update["Description"] = json!("Described by its user.");
    client.ok("UpdateWebACL", update.clone()).await;
    assert!(
        client.wafv2.is_untouched_default(&made),
        "its rules are the same"
    );

    update["LockToken"] = client.ok("GetWebACL", named(&got)).await["LockToken"].clone();
    update["Rules"].as_array_mut().unwrap().pop();
    client.ok("UpdateWebACL", update).await;
    assert!(!client.wafv2.is_untouched_default(&made));
}
