//! The access log: the lines of AWS's user guide, any bytes of a client in one line of 33 fields, and
//! the files with all that can happen to them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends where it fails"
)]

mod event;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use event::{NOON, WEB_ACL, allowed, blocked, id, request};
use proptest::prelude::*;
use telemetry::access_log::{AccessLogs, LogPlace, USER_AGENT_BYTES_MAX, append_line};
use telemetry::data_protection::{DataProtection, Part};
use telemetry::exchange::{ActionExecuted, ErrorReason, Exchange, MatchedRule, TargetTry, Tls};
use telemetry::logging::Collection;
use telemetry::request::{RequestEvent, RequestSink as _};
use telemetry::{Config, Telemetry};
use types::Time;

const GROUP: &str =
    "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067";

fn line(event: &RequestEvent) -> String {
    let mut lines = Vec::new();
    append_line(&mut lines, event);
    let line = String::from_utf8(lines).unwrap();
    assert_eq!(line.matches('\n').count(), 1);
    line.trim_end_matches('\n').to_owned()
}

/// Fields between blanks, but for blanks between quotes; as readers of such logs split them.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut is_quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            ' ' if !is_quoted => fields.push(String::new()),
            letter => fields.last_mut().unwrap().push(letter),
        }
    }
    assert!(!is_quoted, "{line}");
    fields
}

/// The request of the user guide's first examples.
fn forwarded() -> RequestEvent {
    let mut event = allowed(1, Time::from_millis(1_530_570_168_364));
    event.load_balancer_arn = "arn:aws:elasticloadbalancing:us-east-2:123456789012:loadbalancer/app/my-loadbalancer/50dc6c495c0c9188".to_owned();
    event.client.ip = "192.168.131.39".parse().unwrap();
    event.client.port = 2817;
    event.request = request("/", "");
    event.request.host = "www.example.com".to_owned();
    event.request.headers[1].1 = b"curl/7.46.0".to_vec();
    event.decision = None;
    event.response_bytes = 66;
    event.duration = Duration::from_micros(11_822_641);
    event.exchange = Exchange {
        connection_id: Some(id(7)),
        listener_port: 80,
        rule: Some(MatchedRule {
            arn: "arn:rule".to_owned(),
            priority: None,
        }),
        target_group_arn: Some(GROUP.to_owned()),
        tries: vec![TargetTry {
            address: "10.0.0.1:80".parse().unwrap(),
            status: Some(200),
        }],
        request_bytes: 34,
        response_head_bytes: 300,
        request_processing: Some(Duration::from_micros(400)),
        target_processing: Some(Duration::from_micros(1_200)),
        response_processing: Some(Duration::ZERO),
        actions: vec![ActionExecuted::Forward],
        trace_id: Some("Root=1-58337262-36d228ad5d99923122bbe354".to_owned()),
        ..Exchange::default()
    };
    event
}

fn connection() -> String {
    format!("TID_{}", id(7).to_string().replace('-', ""))
}

#[test]
fn a_request_over_http_reads_as_in_the_user_guide() {
    let expected = format!(
        "http 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 \
         10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 \"GET http://www.example.com:80/ HTTP/1.1\" \
         \"curl/7.46.0\" - - {GROUP} \"Root=1-58337262-36d228ad5d99923122bbe354\" \"-\" \"-\" 0 \
         2018-07-02T22:22:48.364000Z \"forward\" \"-\" \"-\" \"10.0.0.1:80\" \"200\" \"-\" \"-\" {} \
         \"-\" \"-\" \"-\"",
        connection()
    );
    assert_eq!(line(&forwarded()), expected);
}

#[test]
fn a_request_over_https_names_cipher_certificate_and_rule() {
    let mut event = forwarded();
    event.request.scheme = "https";
    event.exchange.listener_port = 443;
    event.exchange.tls = Some(Tls {
        protocol: "TLSv1.2",
        cipher: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256".to_owned(),
        server_name: Some("www.example.com".to_owned()),
        certificate_arn: Some("arn:aws:acm:us-east-2:123456789012:certificate/1234".to_owned()),
    });
    event.exchange.rule.as_mut().unwrap().priority = Some(1);
    event.exchange.actions.insert(0, ActionExecuted::Waf);
    let read = fields(&line(&event));
    assert_eq!(read[0], "https");
    assert_eq!(read[12], "GET https://www.example.com:443/ HTTP/1.1");
    assert_eq!(read[14..16], ["ECDHE-RSA-AES128-GCM-SHA256", "TLSv1.2"]);
    assert_eq!(read[18], "www.example.com");
    assert_eq!(
        read[19],
        "arn:aws:acm:us-east-2:123456789012:certificate/1234"
    );
    assert_eq!((&*read[20], &*read[22]), ("1", "waf,forward"));
}

#[test]
fn kinds_of_requests() {
    let kind = |version, scheme, status, grpc| {
        let mut event = forwarded();
        event.request.version = version;
        event.request.scheme = scheme;
        event.status = status;
        if grpc {
            let header = (
                "Content-Type".to_owned(),
                b"application/grpc+proto".to_vec(),
            );
            event.request.headers.push(header);
        }
        fields(&line(&event))[0].clone()
    };
    assert_eq!(kind("HTTP/1.1", "http", 200, false), "http");
    assert_eq!(kind("HTTP/1.1", "https", 200, false), "https");
    assert_eq!(kind("HTTP/2.0", "https", 200, false), "h2");
    assert_eq!(kind("HTTP/2.0", "https", 200, true), "grpcs");
    assert_eq!(kind("HTTP/1.1", "http", 101, false), "ws");
    assert_eq!(kind("HTTP/1.1", "https", 101, false), "wss");
}

#[test]
fn what_did_not_happen_is_absent() {
    let mut refused = blocked(2, NOON);
    refused.exchange.actions = vec![ActionExecuted::Waf];
    refused.exchange.listener_port = 8080;
    let read = fields(&line(&refused));
    assert_eq!(read.len(), 33);
    assert_eq!(read[4..8], ["-", "-1", "-1", "-1"]);
    assert_eq!(read[8..10], ["403", "-"]);
    assert_eq!(read[16], "-");
    assert_eq!((&*read[20], &*read[22]), ("-", "waf"));
    assert_eq!(read[23..29], ["-"; 6]);

    let mut malformed = blocked(3, NOON);
    malformed.decision = None;
    malformed.status = 400;
    malformed.request = request("", "");
    malformed.request.method = String::new();
    malformed.request.headers.clear();
    malformed.request.host = String::new();
    malformed.exchange.listener_port = 80;
    malformed.exchange.error_reason = Some(ErrorReason::ClientMalformed);
    let read = fields(&line(&malformed));
    assert_eq!((&*read[12], &*read[13]), ("- http://-:80- -", "-"));
    assert_eq!(read[24], "ClientMalformedRequest");

    let mut left = forwarded();
    left.status = 0;
    left.exchange.error_reason = Some(ErrorReason::ClientGone);
    assert_eq!(fields(&line(&left))[8], "460");
    left.exchange.error_reason = None;
    assert_eq!(fields(&line(&left))[8], "-");
}

#[test]
fn tries_redirects_and_transforms_are_told() {
    let mut event = forwarded();
    let failed = TargetTry {
        address: "[fd00::1]:81".parse().unwrap(),
        status: None,
    };
    event.exchange.tries.insert(0, failed);
    event.exchange.redirect_url = Some("https://a.example:443/?q=1".to_owned());
    event.exchange.transformed_uri = Some("/v2".to_owned());
    let read = fields(&line(&event));
    assert_eq!((&*read[4], &*read[9]), ("10.0.0.1:80", "200"));
    assert_eq!(read[25..27], ["[fd00::1]:81 10.0.0.1:80", "- 200"]);
    assert_eq!(read[23], "https://a.example:443/?q=1");
    assert_eq!(read[30..33], ["-", "/v2", "TransformSuccess"]);
}

#[test]
fn a_quote_is_escaped_and_a_long_user_agent_cut() {
    let mut event = forwarded();
    event.request.query = "bar=\"\\".to_owned();
    event.request.headers[1].1 = vec![b'a'; USER_AGENT_BYTES_MAX + 1];
    let read = fields(&line(&event));
    assert_eq!(
        read[12],
        r"GET http://www.example.com:80/?bar=\x22\x5C HTTP/1.1"
    );
    assert_eq!(read[13].len(), USER_AGENT_BYTES_MAX);
}

proptest! {
    #[test]
    fn any_bytes_of_a_client_stay_in_their_field(
        path in any::<String>(), query in any::<String>(), host in any::<String>(),
        method in any::<String>(), agent in any::<Vec<u8>>(), trace in any::<String>(),
        name in any::<String>(), to in any::<String>(), arn in any::<String>(),
    ) {
        let mut event = forwarded();
        event.request.path = path;
        event.request.query = query;
        event.request.host = host;
        event.request.method = method;
        event.request.headers[1].1 = agent;
        event.load_balancer_arn = arn;
        let exchange = &mut event.exchange;
        exchange.trace_id = Some(trace);
        exchange.redirect_url = Some(to.clone());
        exchange.transformed_uri = Some(to);
        exchange.tls = Some(Tls { server_name: Some(name), ..Tls::default() });
        let line = line(&event);
        prop_assert!(line.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{}", line);
        let read = fields(&line);
        prop_assert_eq!(read.len(), 33, "{}", line);
        prop_assert_eq!(&read[16], GROUP);
        prop_assert_eq!(&read[29], &connection());
    }
}

fn logs(folder: &Path, of: &[(&str, &str)], others: Option<&str>) -> Arc<AccessLogs> {
    let place = |bucket: &str| Arc::new(LogPlace::new(bucket, "edge").unwrap());
    Arc::new(AccessLogs {
        folder: folder.join("buckets"),
        node: "192.0.2.1".parse().unwrap(),
        bucket_bytes_max: u64::MAX,
        by_load_balancer: of
            .iter()
            .map(|(arn, bucket)| ((*arn).to_owned(), place(bucket)))
            .collect(),
        others: others.map(place),
        connections: BTreeMap::new(),
    })
}

fn start(folder: &Path) -> Telemetry {
    let config = Config {
        folder: Some(folder.join("logs")),
    };
    Telemetry::start(&config, Arc::default()).unwrap()
}

/// All files below a folder with what they hold, by their names.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                found.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

fn dropped(telemetry: &Telemetry, queue: &str) -> u64 {
    let series = format!("btz_telemetry_dropped_total{{queue=\"{queue}\"}} ");
    let text = telemetry.registry().render();
    let mut lines = text.lines();
    let value = lines.find_map(|line| line.strip_prefix(&series));
    value.map_or(0, |value| value.parse().unwrap())
}

#[tokio::test]
async fn requests_go_to_the_files_of_their_load_balancer_and_time() {
    let folder = tempfile::tempdir().unwrap();
    let telemetry = start(folder.path());
    let mut unlogged = allowed(1, NOON);
    unlogged.load_balancer_arn =
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/other/1".to_owned();
    telemetry.record(allowed(2, NOON));
    telemetry.flush().await;
    assert!(
        files(&folder.path().join("buckets")).is_empty(),
        "nobody wants a log"
    );

    let arn = allowed(0, NOON).load_balancer_arn;
    telemetry.log_access(logs(folder.path(), &[(&arn, "mine")], None));
    telemetry.record(allowed(3, NOON));
    telemetry.record(blocked(4, NOON));
    telemetry.record(allowed(5, NOON.plus(Duration::from_secs(300))));
    telemetry.record(unlogged.clone());
    telemetry.flush().await;
    let mine =
        files(&folder.path().join(
            "buckets/mine/edge/AWSLogs/123456789012/elasticloadbalancing/us-east-1/2026/11/22",
        ));
    let counts: Vec<_> = mine
        .iter()
        .map(|(name, text)| {
            let begin = "123456789012_elasticloadbalancing_us-east-1_app.default.50dc6c495c0c9188_";
            let rest = name.strip_prefix(begin).unwrap();
            (rest.split_at(24).0, text.lines().count())
        })
        .collect();
    assert_eq!(
        counts,
        [
            ("20261122T1205Z_192.0.2.1", 2),
            ("20261122T1210Z_192.0.2.1", 1)
        ]
    );
    assert!(
        mine.values()
            .all(|text| text.lines().all(|line| fields(line).len() == 33))
    );

    telemetry.log_access(logs(folder.path(), &[(&arn, "mine")], Some("others")));
    telemetry.record(unlogged);
    telemetry.flush().await;
    assert_eq!(files(&folder.path().join("buckets/others")).len(), 1);
    // A process that comes after writes files of its own.
    telemetry.shutdown();
    let next = start(folder.path());
    next.log_access(logs(folder.path(), &[(&arn, "mine")], None));
    next.record(allowed(6, NOON));
    next.flush().await;
    assert_eq!(files(&folder.path().join("buckets/mine")).len(), 3);
}

#[tokio::test]
async fn what_cannot_be_written_is_counted_and_later_lines_are_whole() {
    let folder = tempfile::tempdir().unwrap();
    // A file where the folder should be.
    std::fs::create_dir(folder.path().join("buckets")).unwrap();
    let bucket = folder.path().join("buckets/all");
    std::fs::write(&bucket, "").unwrap();
    let telemetry = start(folder.path());
    telemetry.log_access(logs(folder.path(), &[], Some("all")));
    for number in 0..3 {
        telemetry.record(allowed(number, NOON));
    }
    telemetry.flush().await;
    assert_eq!(dropped(&telemetry, "access_log_write"), 3);
    assert_eq!(dropped(&telemetry, "waf_log_write"), 0);
    std::fs::remove_file(&bucket).unwrap();
    telemetry.record(allowed(4, NOON));
    telemetry.flush().await;
    assert_eq!(dropped(&telemetry, "access_log_write"), 3);
    let text: String = files(&bucket).into_values().collect();
    assert_eq!(text.lines().count(), 1);
}

#[tokio::test]
async fn what_data_protection_takes_out_is_in_no_field() {
    let folder = tempfile::tempdir().unwrap();
    let telemetry = start(folder.path());
    telemetry.log_access(logs(folder.path(), &[], Some("all")));
    let parts = [
        Part::QueryArgument("token".to_owned()),
        Part::Header("user-agent".to_owned()),
        Part::Header("host".to_owned()),
    ];
    let collection = Collection {
        data_protections: parts
            .map(|part| DataProtection {
                part,
                hash: false,
                exclude_rule_match_details: false,
                exclude_rate_based_details: false,
            })
            .to_vec(),
        ..Collection::default()
    };
    let collections = BTreeMap::from([(WEB_ACL.to_owned(), Arc::new(collection))]);
    telemetry.collect(Arc::new(collections));
    let mut event = allowed(1, NOON);
    event.request = request("/pay", "a=1&token=hunter2");
    event.request.host = "hidden.example".to_owned();
    event.request.headers[1].1 = b"hunter2".to_vec();
    event.exchange.redirect_url =
        Some("https://hidden.example:443/pay?a=1&token=hunter2".to_owned());
    event.exchange.transformed_uri = Some("/v2/pay?a=1&token=hunter2".to_owned());
    event.exchange.transformed_host = Some("v2.hidden.example".to_owned());
    event.exchange.tls = Some(Tls {
        server_name: Some("hidden.example".to_owned()),
        ..Tls::default()
    });
    telemetry.record(event);
    telemetry.flush().await;
    let text: String = files(&folder.path().join("buckets"))
        .into_values()
        .collect();
    assert!(
        !text.contains("hunter2") && !text.contains("hidden"),
        "{text}"
    );
    assert!(text.contains("/pay?a=1&token=REDACTED HTTP/1.1"), "{text}");
    assert!(text.contains("\"/v2/pay?a=1&token=REDACTED\""), "{text}");
}
