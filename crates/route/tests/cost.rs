//! What routing a request costs: a listener with a few rules, a target group of ten. Run it with
//! `cargo test -p route --release --test cost -- --ignored --nocapture`.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use route::{
    Action, Condition, Draw, Forward, Headers, Listener, Patterns, Protocol, QueryPattern, Regex,
    Request, Rule, Target, TargetGroup, TargetLoad, Transforms, WeightedTargetGroup, Wildcard,
};
use types::Time;

const REQUESTS: u32 = 1_000_000;
const NANOSECONDS_MAX: u128 = 1_000;

fn forward(name: &str) -> Action {
    let mut group = TargetGroup::new(name);
    for port in 3_000..3_010 {
        let target = Target {
            host: "127.0.0.1".to_owned(),
            port,
            tls: false,
        };
        group.register(target, None);
    }
    Action::Forward(Forward {
        target_groups: vec![WeightedTargetGroup {
            target_group: Arc::new(group),
            weight: 1,
        }],
        stickiness_seconds: None,
    })
}

fn rule(priority: u32, condition: Option<Condition>) -> Rule {
    Rule {
        arn: format!("rule-{priority}"),
        priority: condition.is_some().then_some(priority),
        conditions: condition.into_iter().collect(),
        action: forward(&format!("group-{priority}")),
        transforms: Transforms::default(),
    }
}

fn wild(pattern: &str) -> Patterns {
    Patterns {
        wildcards: vec![Wildcard::ignore_case(pattern).unwrap()],
        regexes: Vec::new(),
    }
}

#[test]
#[ignore = "measures time: meaningful only optimized and on a quiet machine"]
fn a_request_through_a_few_rules_costs_less_than_a_microsecond() {
    let regex = Patterns {
        wildcards: Vec::new(),
        regexes: vec![Regex::condition("^/v[0-9]+/admin", false).unwrap()],
    };
    let query = QueryPattern {
        key: Some(Wildcard::ignore_case("beta").unwrap()),
        value: Wildcard::ignore_case("1").unwrap(),
    };
    let listener = Listener::new("listener", "balancer", 80, rule(0, None)).with_rules(vec![
        rule(1, Some(Condition::Host(wild("*.other.example")))),
        rule(2, Some(Condition::Path(wild("/static/*")))),
        rule(3, Some(Condition::Path(regex))),
        rule(
            4,
            Some(Condition::Header {
                name: "x-team".to_owned(),
                values: wild("red*"),
            }),
        ),
        rule(5, Some(Condition::Query(vec![query]))),
    ]);
    let headers: Vec<(String, Vec<u8>)> = ["host", "user-agent", "accept", "cookie"]
        .map(|name| (name.to_owned(), b"some value of a header field".to_vec()))
        .to_vec();
    let headers: &dyn Headers = &headers;
    let begin = Instant::now();
    for at in 0..REQUESTS {
        let request = black_box(Request {
            method: "GET",
            host: "shop.example.com",
            path: "/products/42/reviews",
            query: Some("page=2&sort=newest"),
            headers,
            source_ip: [192, 0, 2, 1].into(),
            protocol: Protocol::Http,
            port: 80,
        });
        let Action::Forward(forward) = &listener.route(&request).action else {
            continue;
        };
        let draw = Draw {
            turn: at.into(),
            random: u64::from(at) << 7,
            now: Time::from_seconds(1_795_000_000),
        };
        let group = forward.choose(draw.random).unwrap();
        black_box(group.choose(|_| TargetLoad::default(), &[], draw));
    }
    let each = begin.elapsed().as_nanos() / u128::from(REQUESTS);
    println!("{each} ns a request: 5 rules that miss, 1 default rule, 10 targets");
    assert!(each < NANOSECONDS_MAX, "{each} ns");
}
