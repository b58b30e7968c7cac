//! Rules as a user sends them. What compiles must evaluate, and have a capacity.

use std::net::{IpAddr, Ipv4Addr};

use types::Time;
use waf::{Body, EmptyLibrary, RateCounters, Request, WebAclSource, compile_web_acl};
use wire::Value;

pub(super) fn run(bytes: &[u8]) {
    let Ok(rules) = wire::json::parse(bytes) else {
        return;
    };
    let allow = Value::Map(vec![("Allow".to_owned(), Value::Map(Vec::new()))]);
    let source = WebAclSource {
        arn: "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/fuzz/1",
        name: "fuzz",
        default_action: &allow,
        rules: &rules,
        custom_response_bodies: None,
        association_config: None,
        label_namespace: "awswaf:123456789012:webacl:fuzz:",
    };
    let Ok(web_acl) = compile_web_acl(&source, &EmptyLibrary) else {
        return;
    };
    let request = Request {
        method: "POST",
        uri_path: b"/a/%2e%2e/b",
        query: b"q=%3Cscript%3E&x=1'%20or%20'1'='1&q",
        uri_fragment: None,
        http_version: "HTTP/1.1",
        scheme: "https",
        headers: &[
            ("host", b"h"),
            ("cookie", b"a=b; c"),
            ("x-forwarded-for", b"1.2.3.4, x"),
        ],
        body: Some(Body {
            bytes: b"{\"a\":[1,\"x' or 1=1--\"]}",
            truncated: false,
        }),
        client_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
        ja3: None,
        ja4: None,
    };
    drop(web_acl.evaluate(&request, &RateCounters::new(1), Time::from_seconds(1)));
}
