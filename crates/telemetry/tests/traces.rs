//! Traces, as a collector on loopback receives them: what spans say, what is sent again, what is
//! dropped and counted.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends where it fails"
)]

mod event;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use event::{NOON, WEB_ACL, allowed, blocked, id};
use serde_json::Value;
use telemetry::Telemetry;
use telemetry::exchange::{ErrorReason, TargetTry};
use telemetry::request::{RequestEvent, RequestSink as _};
use telemetry::traces::{Config, Endpoint, QUEUE_REQUESTS_MAX};

const GIVEN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// A collector that answers `answers` in turn, the last one ever after, and tells what it was sent.
fn collector(answers: &[&str]) -> (u16, Receiver<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                assert!(reader.read_line(&mut head).unwrap() > 0);
            }
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("Content-Length: "))
                .unwrap();
            let mut body = vec![0; length.parse().unwrap()];
            reader.read_exact(&mut body).unwrap();
            let answer = answers.get(number).or_else(|| answers.last()).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
            // The test may have ended.
            drop(sender.send((head, serde_json::from_slice(&body).unwrap())));
        }
    });
    (port, receiver)
}

const TAKEN: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
const BUSY: &str =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 0\r\n\r\n";

fn start(port: u16) -> Telemetry {
    let telemetry = Telemetry::start(&telemetry::Config::default(), Arc::default()).unwrap();
    let endpoint = Endpoint::parse(&format!("http://127.0.0.1:{port}")).unwrap();
    let config = Config {
        endpoint,
        ratio_millionths: 1_000_000,
    };
    telemetry.export_traces(config).unwrap();
    telemetry
}

fn traced(telemetry: &Telemetry, mut event: RequestEvent, given: &[&str]) -> RequestEvent {
    let mut values = given.iter().map(|value| value.as_bytes());
    event.exchange.trace = telemetry.trace(&mut values, event.id);
    event
}

fn forwarded(number: u64) -> RequestEvent {
    let mut event = allowed(number, NOON);
    event.duration = Duration::from_millis(10);
    let exchange = &mut event.exchange;
    exchange.listener_port = 8080;
    exchange.target_group_arn = Some("arn:group".to_owned());
    exchange.request_processing = Some(Duration::from_millis(1));
    exchange.target_processing = Some(Duration::from_millis(6));
    exchange.response_processing = Some(Duration::from_millis(3));
    exchange.tries = vec![TargetTry {
        address: "10.0.0.1:3000".parse().unwrap(),
        status: Some(200),
    }];
    event
}

/// Waits until the worker is done with all that was recorded.
fn settle(telemetry: &Telemetry) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(telemetry.settle());
}

fn spans(sent: &Value) -> Vec<Value> {
    sent["resourceSpans"][0]["scopeSpans"][0]["spans"]
        .as_array()
        .unwrap()
        .clone()
}

fn attribute(span: &Value, key: &str) -> Option<String> {
    let attributes = span["attributes"].as_array().unwrap();
    let found = attributes
        .iter()
        .find(|attribute| attribute["key"] == key)?;
    let value = &found["value"];
    let text = value.get("stringValue").or_else(|| value.get("intValue"));
    Some(text.unwrap().as_str().unwrap().to_owned())
}

fn counter(telemetry: &Telemetry, series: &str) -> u64 {
    let text = telemetry.registry().render();
    let line = text.lines().find_map(|line| line.strip_prefix(series));
    line.map_or(0, |value| value.trim().parse().unwrap())
}

#[test]
fn a_request_is_a_span_of_a_server_with_children_in_the_clients_trace() {
    let (port, received) = collector(&[TAKEN]);
    let telemetry = start(port);
    let mut event = traced(&telemetry, forwarded(1), &[GIVEN]);
    event.request.path = "/items".to_owned();
    event.request.query = "id=1".to_owned();
    let header = ("tracestate".to_owned(), b"vendor=1".to_vec());
    event.request.headers.push(header);
    let told = event.exchange.trace.unwrap().traceparent();
    telemetry.record(event);
    let (head, sent) = received.recv_timeout(Duration::from_secs(20)).unwrap();
    assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{head}");
    assert!(
        head.contains("\r\nContent-Type: application/json\r\n"),
        "{head}"
    );
    let resource = &sent["resourceSpans"][0]["resource"];
    assert_eq!(attribute(resource, "service.name").unwrap(), "btz");

    let spans = spans(&sent);
    let [server, waf, target] = &*spans else {
        panic!("{spans:?}");
    };
    for span in &spans {
        assert_eq!(span["traceId"], "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(span["spanId"].as_str().unwrap().len(), 16);
    }
    assert_eq!(
        (&server["kind"], &waf["kind"], &target["kind"]),
        (&2.into(), &1.into(), &3.into())
    );
    assert_eq!(server["parentSpanId"], "b7ad6b7169203331");
    assert_eq!(server["flags"], 0x301);
    assert_eq!(server["traceState"], "vendor=1");
    assert_eq!(waf["parentSpanId"], server["spanId"]);
    assert_eq!(target["parentSpanId"], server["spanId"]);
    // The target's own spans are children of the request to it.
    let told: Vec<_> = told.split('-').collect();
    assert_eq!(target["spanId"], told[2]);

    let time =
        |span: &Value, which: &str| -> u128 { span[which].as_str().unwrap().parse().unwrap() };
    let times = |span| {
        let begun = u128::from(NOON.as_millis().unsigned_abs()) * 1_000_000;
        let of = |which| (time(span, which) - begun) / 1_000;
        (of("startTimeUnixNano"), of("endTimeUnixNano"))
    };
    assert_eq!(times(server), (0, 10_000));
    assert_eq!(times(waf), (0, 12));
    assert_eq!(times(target), (1_000, 10_000));
    assert_eq!(server["name"], "GET");
    for (key, value) in [
        ("http.request.method", "GET"),
        ("url.scheme", "http"),
        ("url.path", "/items"),
        ("url.query", "id=1"),
        ("server.address", "shop.example"),
        ("server.port", "8080"),
        ("client.address", "192.0.2.7"),
        ("network.protocol.version", "1.1"),
        ("user_agent.original", "curl/8.5.0"),
        ("http.response.status_code", "200"),
    ] {
        assert_eq!(attribute(server, key).as_deref(), Some(value), "{key}");
    }
    assert_eq!(attribute(waf, "btz.waf.web_acl_arn").unwrap(), WEB_ACL);
    assert_eq!(
        attribute(target, "url.full").unwrap(),
        "http://10.0.0.1:3000/items?id=1"
    );
    assert_eq!(attribute(target, "server.port").unwrap(), "3000");
    assert!(
        spans
            .iter()
            .all(|span| span["status"] == serde_json::json!({}))
    );
}

#[test]
fn failures_are_errors_where_the_conventions_say_so() {
    let (port, received) = collector(&[TAKEN]);
    let telemetry = start(port);
    let mut broken = forwarded(1);
    broken.status = 502;
    broken.request.method = "BREW".to_owned();
    broken.exchange.tries[0].status = None;
    broken.exchange.target_processing = None;
    broken.exchange.error_reason = Some(ErrorReason::TargetConnectionFailed);
    telemetry.record(traced(&telemetry, broken, &[]));
    telemetry.record(traced(&telemetry, blocked(2, NOON), &[]));
    settle(&telemetry);
    let (_, sent) = received.recv_timeout(Duration::from_secs(20)).unwrap();
    let spans = spans(&sent);
    assert_eq!(spans.len(), 5, "{spans:?}");
    let (server, target) = (&spans[0], &spans[2]);
    assert_eq!(
        (&server["name"], &server["status"]["code"]),
        (&"HTTP".into(), &2.into())
    );
    assert_eq!(attribute(server, "http.request.method").unwrap(), "_OTHER");
    assert_eq!(
        attribute(server, "http.request.method_original").unwrap(),
        "BREW"
    );
    assert_eq!(
        attribute(server, "error.type").unwrap(),
        "TargetConnectionFailed"
    );
    assert_eq!(target["status"]["code"], 2);
    // A refusal is the client's fault: no error of the server's.
    let (server, waf) = (&spans[3], &spans[4]);
    assert_eq!(server["status"], serde_json::json!({}));
    assert!(server.get("parentSpanId").is_none());
    assert_eq!(
        server["traceId"].as_str().unwrap(),
        id(2).to_string().replace('-', "")
    );
    assert_eq!(attribute(waf, "btz.waf.action").unwrap(), "BLOCK");
    assert_eq!(attribute(waf, "btz.waf.rule").unwrap(), "sql-injection");
}

#[test]
fn what_nobody_wants_is_not_sent() {
    let (port, received) = collector(&[TAKEN]);
    let telemetry = start(port);
    let unsampled = GIVEN.replace("-01", "-00");
    telemetry.record(traced(&telemetry, forwarded(1), &[&unsampled]));
    telemetry.record(forwarded(2));
    telemetry.record(traced(&telemetry, forwarded(3), &[GIVEN]));
    let (_, sent) = received.recv_timeout(Duration::from_secs(20)).unwrap();
    let ids: Vec<_> = spans(&sent)
        .iter()
        .filter_map(|span| attribute(span, "btz.request_id"))
        .collect();
    assert_eq!(ids, [id(3).to_string()]);
}

#[test]
fn a_busy_collector_gets_a_batch_again_and_a_refusing_one_does_not() {
    let refused = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    let (port, received) = collector(&[BUSY, BUSY, TAKEN, refused]);
    let telemetry = start(port);
    telemetry.record(traced(&telemetry, forwarded(1), &[]));
    let bodies: Vec<_> = (0..3)
        .map(|_| received.recv_timeout(Duration::from_secs(20)).unwrap().1)
        .collect();
    assert_eq!((&bodies[0], &bodies[1]), (&bodies[1], &bodies[2]));
    telemetry.record(traced(&telemetry, forwarded(2), &[]));
    received.recv_timeout(Duration::from_secs(20)).unwrap();
    telemetry.shutdown();
    assert!(received.try_recv().is_err(), "it was sent again");
    assert_eq!(counter(&telemetry, "btz_traces_retries_total"), 2);
    assert_eq!(counter(&telemetry, "btz_traces_exported_requests_total"), 1);
    let undelivered = "btz_telemetry_dropped_total{queue=\"traces_export\"}";
    assert_eq!(counter(&telemetry, undelivered), 1);
}

#[test]
fn without_a_collector_traces_are_bounded_counted_and_hold_nobody_up() {
    // Nobody listens there.
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let telemetry = start(port);
    let many = u64::try_from(QUEUE_REQUESTS_MAX).unwrap() + 2_000;
    for number in 0..many {
        telemetry.record(traced(&telemetry, forwarded(number), &[]));
        if number % 1_000 == 0 {
            settle(&telemetry);
        }
    }
    settle(&telemetry);
    let began = Instant::now();
    telemetry.shutdown();
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
    let dropped = |queue: &str| {
        counter(
            &telemetry,
            &format!("btz_telemetry_dropped_total{{queue=\"{queue}\"}}"),
        )
    };
    assert!(dropped("traces") >= 1_000, "{}", dropped("traces"));
    assert_eq!(dropped("traces") + dropped("traces_export"), many);
}
