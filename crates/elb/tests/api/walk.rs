//! A random walk over the API: after any sequence of calls the edge routes as the description of
//! the rules says, and nothing that is referred to is missing.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use route::{Action, Protocol, Request, Table};
use serde_json::{Value, json};

use super::client::{Client, fixed, forward, text};

const STEPS: usize = 250;
const PATHS: [&str; 6] = ["/", "/a", "/a/b", "/b", "/b/a", "/c"];
const PATTERNS: [&str; 7] = ["/", "/a", "/a/*", "/?", "*b", "/*/a", "/c"];

/// A small generator (Steele, Lea, Flood: SplitMix64), so that a seed is a walk.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }
}

fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.first(), text.first()) {
        (None, None) => true,
        (Some(b'*'), _) => {
            matches(&pattern[1..], text) || (!text.is_empty() && matches(pattern, &text[1..]))
        }
        (Some(b'?'), Some(_)) => matches(&pattern[1..], &text[1..]),
        (Some(wanted), Some(byte)) if wanted == byte => matches(&pattern[1..], &text[1..]),
        _ => false,
    }
}

/// What the first rule of the description does, in its own words.
fn described(rules: &[Value], path: &str) -> String {
    let rule = rules.iter().find(|rule| {
        let conditions = rule["Conditions"].as_array().unwrap();
        conditions.iter().all(|condition| {
            let values = condition["Values"].as_array().unwrap();
            values
                .iter()
                .any(|value| matches(text(value).as_bytes(), path.as_bytes()))
        })
    });
    let action = &rule.unwrap()["Actions"][0];
    let status = &action["FixedResponseConfig"]["StatusCode"];
    status
        .as_str()
        .map_or_else(|| text(&action["TargetGroupArn"]), str::to_owned)
}

/// What the edge would do.
fn routed(table: &Table, address: SocketAddr, path: &str) -> String {
    let headers = Vec::new();
    let request = Request {
        method: "GET",
        host: "any",
        path,
        query: None,
        headers: &headers,
        source_ip: "192.0.2.1".parse().unwrap(),
        protocol: Protocol::Http,
        port: address.port(),
    };
    match &table
        .listener(address, "any")
        .unwrap()
        .route(&request)
        .action
    {
        Action::FixedResponse(response) => response.status.to_string(),
        Action::Forward(forward) => forward.choose(0).unwrap().arn.clone(),
        Action::Redirect(_) => panic!("there is none"),
    }
}

struct Walk {
    client: Client,
    dice: Dice,
    groups: Vec<String>,
    refused: BTreeMap<String, usize>,
}

impl Walk {
    fn pick(&mut self, from: &[String]) -> Option<String> {
        (!from.is_empty()).then(|| from[self.dice.roll(from.len())].clone())
    }

    fn action(&mut self) -> Value {
        let groups = self.groups.clone();
        match self.pick(&groups) {
            Some(group) if self.dice.roll(2) == 0 => forward(&group),
            _ => fixed(["200", "403", "503"][self.dice.roll(3)]),
        }
    }

    async fn try_call(&mut self, operation: &str, input: Value) -> Option<Value> {
        match self.client.call(operation, input).await {
            Ok(answer) => Some(answer),
            Err((code, _)) => {
                *self.refused.entry(code).or_default() += 1;
                None
            }
        }
    }

    async fn rules(&self, listener: &str) -> Vec<Value> {
        let rules = self
            .client
            .ok("DescribeRules", json!({ "ListenerArn": listener }))
            .await;
        rules["Rules"].as_array().unwrap().clone()
    }

    async fn step(&mut self, listener: &str) {
        let rules: Vec<String> = self
            .rules(listener)
            .await
            .iter()
            .map(|rule| text(&rule["RuleArn"]))
            .collect();
        let priority = 1 + self.dice.roll(8);
        let pattern = PATTERNS[self.dice.roll(PATTERNS.len())];
        let conditions = json!([{ "Field": "path-pattern", "Values": [pattern] }]);
        let rule = self.pick(&rules).unwrap();
        match self.dice.roll(8) {
            0..=2 => {
                let action = self.action();
                let input = json!({
                    "ListenerArn": listener, "Priority": priority, "Conditions": conditions,
                    "Actions": [action],
                });
                self.try_call("CreateRule", input).await;
            }
            3 => {
                let action = self.action();
                let input =
                    json!({ "RuleArn": rule, "Conditions": conditions, "Actions": [action] });
                self.try_call("ModifyRule", input).await;
            }
            4 => drop(
                self.try_call("DeleteRule", json!({ "RuleArn": rule }))
                    .await,
            ),
            5 => {
                let pairs = json!([{ "RuleArn": rule, "Priority": priority }]);
                self.try_call("SetRulePriorities", json!({ "RulePriorities": pairs }))
                    .await;
            }
            6 => {
                let name = format!("group-{}", self.dice.roll(4));
                let group = self.client.target_group(&name, &[]).await;
                if !self.groups.contains(&group) {
                    self.groups.push(group);
                }
            }
            _ => {
                let groups = self.groups.clone();
                if let Some(group) = self.pick(&groups) {
                    let input = json!({ "TargetGroupArn": group });
                    if self.try_call("DeleteTargetGroup", input).await.is_some() {
                        self.groups.retain(|known| *known != group);
                    }
                }
            }
        }
    }
}

async fn walk(seed: u64) -> BTreeMap<String, usize> {
    let client = Client::new().await;
    let balancer = client.load_balancer("walk").await;
    let listener = client.listener(&balancer, 8080, fixed("404")).await;
    let address = SocketAddr::from(([127, 0, 0, 1], 8080));
    let mut walk = Walk {
        client,
        dice: Dice(seed),
        groups: Vec::new(),
        refused: BTreeMap::new(),
    };
    for step in 0..STEPS {
        walk.step(&listener).await;
        let rules = walk.rules(&listener).await;
        let mut priorities: Vec<&str> = rules
            .iter()
            .map(|rule| rule["Priority"].as_str().unwrap())
            .collect();
        assert_eq!(priorities.pop(), Some("default"));
        let numbers: Vec<u32> = priorities
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        assert!(
            numbers.windows(2).all(|two| two[0] < two[1]),
            "seed {seed}, step {step}: {numbers:?}"
        );
        let same = |table: &Table| {
            table.addresses.contains_key(&address)
                && PATHS
                    .iter()
                    .all(|path| routed(table, address, path) == described(&rules, path))
        };
        walk.client.table_where(same).await;
    }
    walk.refused
}

#[tokio::test]
async fn the_edge_routes_as_the_rules_are_described() {
    let mut refused = BTreeMap::new();
    for seed in 0..8 {
        for (code, count) in walk(seed).await {
            *refused.entry(code).or_insert(0) += count;
        }
    }
    // The walks went where something is refused.
    for code in ["PriorityInUse", "ResourceInUse", "OperationNotPermitted"] {
        assert!(refused.contains_key(code), "{refused:?}");
    }
}
