//! What one evaluation costs: `cargo run --release -p waf --example evaluate`.
//!
//! Prints nanoseconds per request (the least of 15 batches, one thread) for a small GET and a 2 KB
//! JSON of 102 values, with the common rule set, and with all groups of the default web ACL; and what
//! compilation takes. On a busy machine instructions say more than time: with a kind and a count of
//! rounds (`-- JSON 200`) it only evaluates that request so often by the default groups, for
//! `valgrind --tool=callgrind`; the difference between two counts is what the requests cost.

#![expect(clippy::print_stdout, reason = "it is a measurement that prints")]

use std::hint::black_box;
use std::net::IpAddr;
use std::time::Instant;

use types::Time;
use waf::{Body, EmptyLibrary, RateCounters, Request, WebAcl, WebAclSource};
use wire::Value;

/// The groups of the default web ACL.
const GROUPS: [&str; 8] = [
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesSQLiRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesLinuxRuleSet",
    "AWSManagedRulesUnixRuleSet",
    "AWSManagedRulesWindowsRuleSet",
    "AWSManagedRulesPHPRuleSet",
];
const RATE: &str = r#"{"Name": "rate", "Priority": 100, "Action": {"Block": {}}, "Statement":
    {"RateBasedStatement": {"Limit": 2000000000, "AggregateKeyType": "IP"}}}"#;

fn managed(groups: &[&str]) -> String {
    let reference = |(priority, name): (usize, &&str)| {
        format!(
            r#"{{"Name": "{name}", "Priority": {priority}, "OverrideAction": {{"None": {{}}}}, "Statement":
                {{"ManagedRuleGroupStatement": {{"VendorName": "AWS", "Name": "{name}"}}}}}}"#
        )
    };
    let references: Vec<String> = groups.iter().enumerate().map(reference).collect();
    references.join(",")
}

fn compile(rules: &str) -> Result<WebAcl, Box<dyn std::error::Error>> {
    let allow = Value::Map(vec![("Allow".to_owned(), Value::Map(Vec::new()))]);
    let source = WebAclSource {
        arn: "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/bench/1",
        name: "bench",
        default_action: &allow,
        rules: &wire::json::parse(rules.as_bytes())?,
        custom_response_bodies: None,
        association_config: None,
        label_namespace: "awswaf:111122223333:webacl:bench:",
    };
    Ok(waf::compile_web_acl(&source, &EmptyLibrary)?)
}

fn orders() -> String {
    let line = |number: usize| {
        format!(
            r#"{{"sku":"SKU-{number:05}","name":"Blue widget {number}","quantity":{number},"price":{}.50,"note":"deliver before noon"}}"#,
            number * 3
        )
    };
    let lines: Vec<String> = (0..20).map(line).collect();
    format!(
        r#"{{"customer":"c-81723","currency":"EUR","lines":[{}]}}"#,
        lines.join(",")
    )
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let headers: [(&str, &[u8]); 5] = [
        ("host", b"shop.example.com"),
        (
            "user-agent",
            b"Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
        ),
        (
            "accept",
            b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        ),
        ("accept-language", b"en-US,en;q=0.5"),
        (
            "cookie",
            b"session=8f14e45fceea167a5a36dedd4bea2543; theme=dark",
        ),
    ];
    let mut json_headers = headers.to_vec();
    json_headers.push(("content-type", b"application/json"));
    let body = orders();
    let get = Request {
        method: "GET",
        uri_path: b"/products/list",
        query: b"category=garden&page=2&sort=price_asc",
        uri_fragment: None,
        http_version: "HTTP/1.1",
        scheme: "https",
        headers: &headers,
        body: None,
        client_ip: IpAddr::from([198, 51, 100, 7]),
        ja3: None,
        ja4: None,
    };
    let post = Request {
        method: "POST",
        uri_path: b"/orders",
        query: b"",
        headers: &json_headers,
        body: Some(Body {
            bytes: body.as_bytes(),
            truncated: false,
        }),
        ..get
    };
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [kind, rounds] = arguments.as_slice() {
        let request = if kind == "GET" { &get } else { &post };
        let web_acl = compile(&format!("[{}]", managed(&GROUPS)))?;
        let (rates, now) = (RateCounters::new(0), Time::from_seconds(1_700_000_000));
        for _ in 0..rounds.parse::<u32>()? {
            black_box(web_acl.evaluate(black_box(request), &rates, now)?);
        }
        return Ok(());
    }
    println!("JSON body: {} bytes", body.len());
    for (name, rules) in [
        ("no rules", "[]".to_owned()),
        ("common rule set", format!("[{}]", managed(&GROUPS[1..2]))),
        ("default groups", format!("[{}]", managed(&GROUPS))),
        (
            "default groups again, rate",
            format!("[{},{RATE}]", managed(&GROUPS)),
        ),
    ] {
        let start = Instant::now();
        let web_acl = compile(&rules)?;
        println!("{name:28} compiled in {:?}", start.elapsed());
        let rates = RateCounters::new(0);
        for (kind, request) in [("GET", &get), ("JSON", &post)] {
            let mut least = u128::MAX;
            for batch in 0..15i64 {
                const ROUNDS: u32 = 2_000;
                let start = Instant::now();
                for _ in 0..ROUNDS {
                    let now = Time::from_seconds(1_700_000_000 + batch);
                    black_box(web_acl.evaluate(black_box(request), &rates, now)?);
                }
                least = least.min(start.elapsed().as_nanos() / u128::from(ROUNDS));
            }
            let verdict = web_acl.evaluate(request, &rates, Time::from_seconds(1_700_000_020))?;
            println!(
                "{name:28} {kind:5} {least:>8} ns  {}",
                verdict.action.kind().as_str()
            );
        }
    }
    Ok(())
}
