//! A process that ends, and another one over the same redb file.

use std::sync::Arc;

use serde_json::json;
use store::{Redb, Store};
use waf::ActionKind;

use crate::client::*;
use crate::policies::judge;

#[tokio::test]
async fn after_a_restart_everything_is_there_again_and_in_force_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("btz.redb");
    let store: Arc<dyn Store> = Arc::new(Redb::open(&path).unwrap());
    let client = Client::over(store, 1).await;
    let shop = client.load_balancers.add("shop");
    let ip_set = client.create_ip_set("bad", &["192.0.2.0/24"]).await;
    let rules = json!([
        block_ip_set(&ip_set["ARN"]),
        block_path("binary", 1, "/\u{ff}é")
    ]);
    let web_acl = client.create_web_acl("w", rules).await;
    let tags = json!({"ResourceARN": ip_set["ARN"], "Tags": [{"Key": "a", "Value": "b"}]});
    client.ok("TagResource", tags).await;
    let associate = json!({"WebACLArn": web_acl["ARN"], "ResourceArn": shop});
    client.ok("AssociateWebACL", associate).await;
    let before = client.ok("GetWebACL", named(&web_acl)).await;
    let tags = json!({"ResourceARN": ip_set["ARN"]});
    let tags_before = client.ok("ListTagsForResource", tags.clone()).await;
    let records = client.audit_records().await;
    drop(client);

    // The first process's last tasks let the file go in their own time.
    let mut opened = Redb::open(&path);
    for _ in 0..500 {
        if opened.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        opened = Redb::open(&path);
    }
    let client = Client::over(Arc::new(opened.unwrap()), 2).await;
    let policies = Arc::clone(&client.wafv2.policies().borrow());
    assert_eq!(judge(&policies[&shop], "192.0.2.7", "/"), ActionKind::Block);
    client.load_balancers.add("shop");
    assert_eq!(client.ok("GetWebACL", named(&web_acl)).await, before);
    assert_eq!(client.ok("ListTagsForResource", tags).await, tags_before);
    assert_eq!(client.audit_records().await, records);
    let delete = with(named(&ip_set), json!({"LockToken": ip_set["LockToken"]}));
    assert_eq!(client.refused("DeleteIPSet", delete).await, associated());
    let of = json!({"ResourceArn": shop});
    let got = client.ok("GetWebACLForResource", of).await;
    assert_eq!(got["WebACL"], before["WebACL"]);
}
