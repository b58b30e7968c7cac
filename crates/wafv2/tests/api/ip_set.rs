//! IP sets from create to delete, and what is no CIDR block.

use serde_json::{Value, json};

use crate::client::*;

#[tokio::test]
async fn an_ip_set_lives_from_create_to_delete() {
    let client = Client::new().await;
    let created = client
        .ok(
            "CreateIPSet",
            json!({
                "Name": "bad-guys", "Scope": "REGIONAL", "Description": "seen in the log",
                "IPAddressVersion": "IPV4", "Addresses": ["192.0.2.44/32", "198.51.100.0/24"],
            }),
        )
        .await;
    let summary = &created["Summary"];
    let id = summary["Id"].as_str().unwrap();
    let arn = format!("arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/ipset/bad-guys/{id}");
    assert_eq!(summary["ARN"], arn);
    assert_eq!(summary["Name"], "bad-guys");
    assert_eq!(summary["Description"], "seen in the log");
    let first_token = summary["LockToken"].clone();

    let got = client.ok("GetIPSet", named(summary)).await;
    assert_eq!(
        got,
        json!({
            "IPSet": {
                "Name": "bad-guys", "Id": id, "ARN": arn, "Description": "seen in the log",
                "IPAddressVersion": "IPV4", "Addresses": ["192.0.2.44/32", "198.51.100.0/24"],
            },
            "LockToken": first_token,
        })
    );

    let update = with(
        named(summary),
        json!({"Addresses": [], "LockToken": first_token}),
    );
    let updated = client.ok("UpdateIPSet", update.clone()).await;
    let second_token = updated["NextLockToken"].clone();
    assert_ne!(second_token, first_token);
    assert_eq!(
        client.refused("UpdateIPSet", update).await,
        optimistic_lock()
    );
    let got = client.ok("GetIPSet", named(summary)).await;
    assert_eq!(got["IPSet"]["Addresses"], json!([]));
    assert_eq!(got["IPSet"]["IPAddressVersion"], "IPV4");
    assert_eq!(
        got["IPSet"].get("Description"),
        None,
        "an update replaces everything"
    );
    assert_eq!(got["LockToken"], second_token);

    let delete = |token: &Value| with(named(summary), json!({"LockToken": token}));
    assert_eq!(
        client.refused("DeleteIPSet", delete(&first_token)).await,
        optimistic_lock()
    );
    assert_eq!(
        client.ok("DeleteIPSet", delete(&second_token)).await,
        json!({})
    );
    assert_eq!(
        client.refused("GetIPSet", named(summary)).await,
        nonexistent()
    );
    assert_eq!(
        client.refused("DeleteIPSet", delete(&second_token)).await,
        nonexistent()
    );
    // The name is free again.
    client.create_ip_set("bad-guys", &[]).await;
}

#[tokio::test]
async fn every_change_leaves_one_audit_record_and_every_refusal_none() {
    let client = Client::new().await;
    let summary = client.create_ip_set("a", &[]).await;
    assert_eq!(client.audit_records().await, 1);
    client.create_ip_set("b", &[]).await;
    assert_eq!(client.audit_records().await, 2);
    let wrong = json!({
        "Name": "a", "Scope": "REGIONAL", "IPAddressVersion": "IPV4", "Addresses": [],
    });
    assert_eq!(client.refused("CreateIPSet", wrong).await, duplicate());
    client.ok("GetIPSet", named(&summary)).await;
    assert_eq!(client.audit_records().await, 2);
    let delete = with(named(&summary), json!({"LockToken": summary["LockToken"]}));
    client.ok("DeleteIPSet", delete).await;
    assert_eq!(client.audit_records().await, 3);
}

#[tokio::test]
async fn what_is_no_block_of_the_version_is_refused_and_nothing_changes() {
    let client = Client::new().await;
    let input = |version: &str, address: &str| {
        json!({
            "Name": "x", "Scope": "REGIONAL", "IPAddressVersion": version,
            "Addresses": ["192.0.2.0/24", address],
        })
    };
    for address in [
        "1.2.3.4",
        "0.0.0.0/0",
        "10.0.0.1/8",
        "2001:db8::/32",
        "nonsense",
        "1.2.3.4/33",
    ] {
        let expected = invalid("IP_ADDRESS", address, MALFORMED);
        assert_eq!(
            client.refused("CreateIPSet", input("IPV4", address)).await,
            expected
        );
    }
    let error = client
        .call("CreateIPSet", input("IPV4", "1.2.3.4"))
        .await
        .unwrap_err();
    assert_eq!(error["Field"], "IP_ADDRESS");
    assert_eq!(error["Parameter"], "1.2.3.4");
    assert_eq!(error["Reason"], MALFORMED);
    let listed = client.ok("ListIPSets", json!({"Scope": "REGIONAL"})).await;
    assert_eq!(listed["IPSets"], json!([]));

    let summary = client.create_ip_set("y", &["192.0.2.1/32"]).await;
    let update = with(
        named(&summary),
        json!({"Addresses": ["2001:db8::/32"], "LockToken": summary["LockToken"]}),
    );
    let expected = invalid("IP_ADDRESS", "2001:db8::/32", MALFORMED);
    assert_eq!(client.refused("UpdateIPSet", update).await, expected);
    let got = client.ok("GetIPSet", named(&summary)).await;
    assert_eq!(got["IPSet"]["Addresses"], json!(["192.0.2.1/32"]));
    assert_eq!(got["LockToken"], summary["LockToken"]);
}

#[tokio::test]
async fn ipv6_blocks_are_echoed_as_they_were_sent() {
    let client = Client::new().await;
    let addresses = json!([
        "2001:db8::/32",
        "1111:0000:0000:0000:0000:0000:0000:0111/128"
    ]);
    let input = json!({
        "Name": "six", "Scope": "REGIONAL", "IPAddressVersion": "IPV6", "Addresses": addresses,
    });
    let summary = client.ok("CreateIPSet", input).await["Summary"].clone();
    let got = client.ok("GetIPSet", named(&summary)).await;
    assert_eq!(got["IPSet"]["Addresses"], addresses);
}

#[tokio::test]
async fn lists_come_in_pages_by_name() {
    let client = Client::new().await;
    for name in ["delta", "alpha", "charlie", "bravo", "echo"] {
        client.create_ip_set(name, &[]).await;
    }
    let mut names = Vec::new();
    let mut marker = None;
    let mut pages = 0;
    loop {
        let mut input = json!({"Scope": "REGIONAL", "Limit": 2});
        if let Some(marker) = &marker {
            input["NextMarker"] = json!(marker);
        }
        let page = client.ok("ListIPSets", input).await;
        pages += 1;
        for summary in page["IPSets"].as_array().unwrap() {
            names.push(summary["Name"].as_str().unwrap().to_owned());
            assert!(summary["LockToken"].is_string() && summary["ARN"].is_string());
        }
        match page.get("NextMarker").and_then(Value::as_str) {
            Some(next) => marker = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(names, ["alpha", "bravo", "charlie", "delta", "echo"]);
    assert_eq!(pages, 3);
    // Another kind, another scope: not in this list.
    let all = client
        .ok("ListRegexPatternSets", json!({"Scope": "REGIONAL"}))
        .await;
    assert_eq!(all["RegexPatternSets"], json!([]));
}

#[tokio::test]
async fn an_item_is_found_only_by_its_own_name_and_id() {
    let client = Client::new().await;
    let summary = client.create_ip_set("one", &[]).await;
    let wrong_name = with(named(&summary), json!({"Name": "two"}));
    assert_eq!(
        client.refused("GetIPSet", wrong_name.clone()).await,
        nonexistent()
    );
    let delete = with(wrong_name, json!({"LockToken": summary["LockToken"]}));
    assert_eq!(client.refused("DeleteIPSet", delete).await, nonexistent());
    let other_kind = named(&summary);
    assert_eq!(
        client.refused("GetRegexPatternSet", other_kind).await,
        nonexistent()
    );
}

#[tokio::test]
async fn a_set_in_use_cannot_be_deleted_until_it_is_not() {
    let client = Client::new().await;
    let ip_set = client.create_ip_set("used", &["192.0.2.1/32"]).await;
    let web_acl = client
        .create_web_acl("user", json!([block_ip_set(&ip_set["ARN"])]))
        .await;
    let delete = with(named(&ip_set), json!({"LockToken": ip_set["LockToken"]}));
    assert_eq!(
        client.refused("DeleteIPSet", delete.clone()).await,
        associated()
    );
    let update = with(
        super::client::web_acl("user", json!([])),
        json!({"Id": web_acl["Id"], "LockToken": web_acl["LockToken"]}),
    );
    client.ok("UpdateWebACL", update).await;
    client.ok("DeleteIPSet", delete).await;
}
