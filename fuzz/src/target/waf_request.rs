//! Requests as attackers send them, judged by a web ACL that looks at every field through many
//! transformations: the first line is `METHOD PATH?QUERY`, then headers until an empty line, then
//! the body.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::LazyLock;

use types::Time;
use waf::{Body, EmptyLibrary, RateCounters, Request, WebAcl, WebAclSource, compile_web_acl};
use wire::Value;

static WEB_ACL: LazyLock<Option<WebAcl>> = LazyLock::new(|| {
    let rules = wire::json::parse(include_bytes!("waf_request.rules.json")).ok()?;
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
    compile_web_acl(&source, &EmptyLibrary).ok()
});

static RATES: LazyLock<RateCounters> = LazyLock::new(|| RateCounters::with_keys_max(1, 1000));

pub(super) fn run(bytes: &[u8]) {
    let Some(web_acl) = WEB_ACL.as_ref() else {
        unreachable!("waf_request.rules.json does not compile")
    };
    let (line, mut rest) = super::first_line(bytes);
    let space = line.iter().position(|byte| *byte == b' ').unwrap_or(0);
    let (method, target) = line.split_at(space);
    let method = String::from_utf8_lossy(method);
    let mark = target
        .iter()
        .position(|byte| *byte == b'?')
        .unwrap_or(target.len());
    let (path, query) = target.split_at(mark);
    let mut headers = Vec::new();
    loop {
        let (header, after) = super::first_line(rest);
        rest = after;
        if header.is_empty() {
            break;
        }
        let at = header
            .iter()
            .position(|byte| *byte == b':')
            .unwrap_or(header.len());
        let (name, value) = header.split_at(at);
        headers.push((
            String::from_utf8_lossy(name),
            value.get(1..).unwrap_or_default(),
        ));
    }
    let headers: Vec<(&str, &[u8])> = headers
        .iter()
        .map(|(name, value)| (name.as_ref(), *value))
        .collect();
    let request = Request {
        method: &method,
        uri_path: path,
        query: query.get(1..).unwrap_or_default(),
        uri_fragment: None,
        http_version: "HTTP/1.1",
        scheme: "http",
        headers: &headers,
        body: Some(Body {
            bytes: rest,
            truncated: rest.len() % 2 == 1,
        }),
        client_ip: IpAddr::V6(Ipv6Addr::LOCALHOST),
        ja3: None,
        ja4: Some("t13d1516h2_8daaf6152771_e5627efa2ab1"),
    };
    drop(web_acl.evaluate(&request, &RATES, Time::from_seconds(1)));
}
