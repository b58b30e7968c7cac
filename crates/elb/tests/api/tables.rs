//! From rows to traffic: what the edge follows after a change.

use std::net::SocketAddr;

use route::{Action, Algorithm, Protocol, Request, Table};
use serde_json::{Value, json};

use super::client::{Client, fixed, forward, path, ports};

fn address(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

/// The action for a request.
fn action(table: &Table, port: u16, host: &str, path: &str) -> Action {
    let headers = Vec::new();
    let listener = table.listener(address(port), host).unwrap();
    let request = Request {
        method: "GET",
        host,
        path,
        query: None,
        headers: &headers,
        source_ip: "192.0.2.1".parse().unwrap(),
        protocol: Protocol::Http,
        port,
    };
    listener.route(&request).action.clone()
}

#[tokio::test]
async fn rules_and_targets_come_into_force() {
    let client = Client::new().await;
    let balancer = client.load_balancer("shop").await;
    let (web, api) = (
        client.target_group("web", &[3000]).await,
        client.target_group("api", &[4000, 4001]).await,
    );
    let listener = client.listener(&balancer, 8080, forward(&web)).await;
    client
        .rule(&listener, 10, path("/api/*"), forward(&api))
        .await;
    let rule = client
        .rule(&listener, 5, path("/api/old"), fixed("410"))
        .await;
    let table = client.table_where(|table| {
        table
            .addresses
            .get(&address(8080))
            .is_some_and(|shared| shared[0].rules().count() == 3)
    });
    let table = table.await;
    assert_eq!(ports(&action(&table, 8080, "x", "/")), [3000]);
    assert_eq!(ports(&action(&table, 8080, "x", "/api/new")), [4000, 4001]);
    let Action::FixedResponse(gone) = action(&table, 8080, "x", "/api/old") else {
        panic!("the lower priority decides");
    };
    assert_eq!(gone.status, 410);
    assert_eq!(table.target_groups.len(), 2);
    client.ok("DeleteRule", json!({ "RuleArn": rule })).await;
    let table = client
        .table_where(|table| table.addresses[&address(8080)][0].rules().count() == 2)
        .await;
    assert_eq!(ports(&action(&table, 8080, "x", "/api/old")), [4000, 4001]);
    client
        .ok("DeleteLoadBalancer", json!({ "LoadBalancerArn": balancer }))
        .await;
    client.table_where(|table| *table == Table::default()).await;
}

#[tokio::test]
async fn attributes_come_into_force() {
    let client = Client::new().await;
    let balancer = client.load_balancer("shop").await;
    let group = client.target_group("web", &[3000]).await;
    let listener = client.listener(&balancer, 80, forward(&group)).await;
    let set = |key: &str, value: &str| json!([{ "Key": key, "Value": value }]);
    for (operation, member, arn, attributes) in [
        (
            "ModifyLoadBalancerAttributes",
            "LoadBalancerArn",
            &balancer,
            set("routing.http.xff_header_processing.mode", "remove"),
        ),
        (
            "ModifyListenerAttributes",
            "ListenerArn",
            &listener,
            set("routing.http.response.x_frame_options.header_value", "DENY"),
        ),
        (
            "ModifyTargetGroupAttributes",
            "TargetGroupArn",
            &group,
            set(
                "load_balancing.algorithm.type",
                "least_outstanding_requests",
            ),
        ),
    ] {
        client
            .ok(operation, json!({ member: arn, "Attributes": attributes }))
            .await;
    }
    let least = |table: &Table| {
        let group = table.target_groups.values().next();
        group.is_some_and(|g| g.attributes.algorithm == Algorithm::LeastOutstandingRequests)
    };
    let table = client.table_where(least).await;
    let listener = table.listener(address(80), "x").unwrap();
    assert_eq!(
        listener.load_balancer_attributes.xff_mode,
        route::XffMode::Remove
    );
    assert_eq!(
        listener.attributes.response_headers,
        [("x-frame-options".to_owned(), "DENY".to_owned())]
    );
}

#[tokio::test]
async fn load_balancers_share_a_port_by_host() {
    let client = Client::new().await;
    let one = client.load_balancer("one").await;
    client.clock.forward(1);
    let two = client.load_balancer("two").await;
    client.listener(&one, 80, fixed("201")).await;
    let listener = client.listener(&two, 80, fixed("202")).await;
    let host = json!({ "Field": "host-header", "Values": ["*.two.example"] });
    client.rule(&listener, 1, host, fixed("203")).await;
    let full = |table: &Table| {
        let shared = table.addresses.get(&address(80));
        shared.is_some_and(|shared| shared.len() == 2 && shared[1].rules().count() == 2)
    };
    let table = client.table_where(full).await;
    let status = |host: &str| match action(&table, 80, host, "/") {
        Action::FixedResponse(response) => response.status,
        other => panic!("{other:?}"),
    };
    for (host, expected) in [
        ("one.localhost", 201),
        ("two.localhost", 202),
        ("shop.two.example", 203),
        ("anything", 201),
    ] {
        assert_eq!(status(host), expected, "{host}");
    }
}

#[tokio::test]
async fn draining_targets_are_told_with_their_time() {
    let client = Client::new().await;
    let balancer = client.load_balancer("shop").await;
    let group = client.target_group("web", &[3000, 3001]).await;
    client.listener(&balancer, 80, forward(&group)).await;
    let one: Value =
        json!({ "TargetGroupArn": group, "Targets": [{ "Id": "127.0.0.1", "Port": 3000 }] });
    client.ok("DeregisterTargets", one).await;
    let drains = |table: &Table| {
        let mut targets = table
            .target_groups
            .values()
            .flat_map(|group| group.targets());
        targets.any(|target| target.draining_since == Some(super::client::NOW))
    };
    let table = client.table_where(drains).await;
    let group = table.target_groups.values().next().unwrap();
    for turn in 0..4 {
        let draw = route::Draw {
            turn,
            random: turn,
            now: super::client::NOW,
        };
        let choice = group
            .choose(|_| route::TargetLoad::default(), &[], draw)
            .unwrap();
        assert_eq!(
            group.targets()[choice.index].target.port,
            3001,
            "the other gets nothing new"
        );
    }
}
