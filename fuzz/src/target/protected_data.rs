//! Query string and cookies of a request from which a web ACL's data protection takes a value out:
//! nothing of it is left, nothing else is lost, and taking it out again changes nothing.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use telemetry::data_protection::{Part, redact};
use telemetry::exchange::Exchange;
use telemetry::request::{Client, RequestEvent, RequestSummary};
use types::{RequestId, Time};

pub(super) fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut event = RequestEvent {
        id: RequestId::from_random([0; 16]),
        time: Time::from_seconds(0),
        load_balancer_arn: String::new(),
        client: Client {
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            ja3: None,
            ja4: None,
        },
        request: RequestSummary {
            method: "GET".to_owned(),
            version: "HTTP/1.1",
            scheme: "http",
            host: String::new(),
            path: "/".to_owned(),
            query: text.clone(),
            headers: vec![("cookie".to_owned(), bytes.to_vec())],
            body_inspected_bytes: 0,
            body_oversize: false,
        },
        decision: None,
        status: 200,
        response_bytes: 0,
        duration: Duration::ZERO,
        exchange: Exchange::default(),
    };
    let parts = [
        Part::QueryArgument("a".to_owned()),
        Part::Cookie("a".to_owned()),
    ];
    redact(&mut event, &parts);
    let arguments = event.request.query.split('&');
    assert_eq!(arguments.clone().count(), text.split('&').count());
    for argument in arguments {
        let value = argument
            .strip_prefix("a=")
            .or_else(|| argument.strip_prefix("%61="));
        assert!(value.is_none_or(|value| value == "REDACTED"), "{argument}");
    }
    let once = (event.request.query.clone(), event.request.headers.clone());
    redact(&mut event, &parts);
    assert_eq!(once, (event.request.query, event.request.headers));
}
