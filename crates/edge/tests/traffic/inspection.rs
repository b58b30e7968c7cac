//! The web ACL in force: refusals with their id, bodies held back as far as rules look, policy
//! that changes under open connections.

use std::fmt::Write as _;

use telemetry::request::Action;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{Options, Upstream, read_answer, read_until, rule, start, web_acl};

const BLOCK: &str = r#"{"Block":{}}"#;
const BODY: &str = r#"{"Body":{"OversizeHandling":"CONTINUE"}}"#;
const PATH: &str = r#"{"UriPath":{}}"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_names_its_request_and_keeps_the_connection() {
    let upstream = Upstream::start().await;
    let mut options = Options::to(&[upstream.address]);
    options.web_acl = Some(web_acl(&format!(
        "[{}]",
        rule("no-admin", PATH, "^/admin", BLOCK)
    )));
    let edge = start(options).await;
    let mut stream = TcpStream::connect(edge.address()).await.unwrap();
    for _ in 0..3 {
        stream
            .write_all(b"GET /admin/x HTTP/1.1\r\nHost: a\r\n\r\n")
            .await
            .unwrap();
        let answer = read_answer(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{answer}");
        assert!(answer.contains("\r\nx-btz-request-id: "), "{answer}");
        assert!(answer.contains("\nTo learn why: btz explain "), "{answer}");
        stream
            .write_all(b"GET /fine HTTP/1.1\r\nHost: a\r\n\r\n")
            .await
            .unwrap();
        let answer = read_answer(&mut stream).await;
        assert!(answer.contains("HTTP/1.1 200 OK"), "{answer}");
    }
    assert_eq!(edge.edge.counters().connections_accepted, 1);
    assert_eq!(edge.edge.counters().requests_blocked, 3);
    assert_eq!(upstream.seen().len(), 3);
    let events = edge.events.wait(6).await;
    let refused = events.iter().find(|event| event.status == 403).unwrap();
    let decision = refused.decision.as_ref().unwrap();
    assert_eq!(decision.action, Action::Block);
    let terminating = decision.terminating.as_ref().unwrap();
    assert_eq!(
        (terminating.rule.as_str(), terminating.kind),
        ("no-admin", "REGULAR")
    );
    let evidence = &terminating.evidence[0];
    assert!(evidence.matched.starts_with(b"/admin"), "{evidence:?}");
    let allowed = events.iter().find(|event| event.status == 200).unwrap();
    assert_eq!(allowed.decision.as_ref().unwrap().action, Action::Allow);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn custom_responses_captcha_and_challenge() {
    let upstream = Upstream::start().await;
    let edge = start(Options::to(&[upstream.address])).await;
    let custom = r#"{"Block":{"CustomResponse":{"ResponseCode":418,"ResponseHeaders":[{"Name":"x-why","Value":"teapot"}]}}}"#;
    for (action, status, expected) in [
        (custom, "418", "x-why: teapot\r\n"),
        (r#"{"Captcha":{}}"#, "405", "CAPTCHA"),
        (r#"{"Challenge":{}}"#, "202", "challenge"),
    ] {
        let rules = format!("[{}]", rule("r", PATH, "^/x", action));
        edge.put_in_force(Some(web_acl(&rules)));
        let answer = edge.get("/x").await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
        assert!(answer.contains(expected), "{answer}");
        assert!(answer.contains("\r\nx-btz-request-id: "), "{answer}");
        let head = "HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let answer = edge.talk(head.as_bytes()).await;
        assert!(answer.ends_with("\r\n\r\n"), "{answer}");
    }
    assert_eq!(upstream.seen().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn inserted_headers_reach_the_target() {
    let upstream = Upstream::start().await;
    let count =
        r#"{"Count":{"CustomRequestHandling":{"InsertHeaders":[{"Name":"seen","Value":"yes"}]}}}"#;
    let mut options = Options::to(&[upstream.address]);
    options.web_acl = Some(web_acl(&format!("[{}]", rule("r", PATH, "^/", count))));
    let edge = start(options).await;
    edge.get("/").await;
    let seen = upstream.seen()[0].to_ascii_lowercase();
    assert!(seen.contains("\r\nx-amzn-waf-seen: yes\r\n"), "{seen}");
    assert_eq!(
        edge.events.wait(1).await[0]
            .decision
            .as_ref()
            .unwrap()
            .non_terminating
            .len(),
        1
    );
}

/// However long a body is and however it is framed: what lies within the limit is seen before the
/// target is, and what passes arrives whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_are_inspected_and_then_sent_whole() {
    let upstream = Upstream::start().await;
    let mut options = Options::to(&[upstream.address]);
    let acl = web_acl(&format!("[{}]", rule("r", BODY, "evil", BLOCK)));
    let limit = acl.body_limit().expect("a rule looks at the body");
    options.web_acl = Some(acl);
    let edge = start(options).await;
    let mut number = 0;
    let sizes = [
        0,
        1,
        limit - 5,
        limit - 4,
        limit - 3,
        limit,
        limit + 1,
        60_000,
        70_000,
        300_000,
    ];
    for size in sizes {
        for (chunked, continues) in [(false, false), (true, false), (false, true), (true, true)] {
            let clean: String = "abc".chars().cycle().take(size).collect();
            let mut evil = clean.clone();
            evil.truncate(size.saturating_sub(4).min(limit - 4));
            evil.push_str("evil");
            evil.extend(std::iter::repeat_n('z', size.saturating_sub(evil.len())));
            for (body, refused) in [(clean, false), (evil, true)] {
                number += 1;
                let before = upstream.seen().len();
                let framing = if chunked {
                    "Transfer-Encoding: chunked".to_owned()
                } else {
                    format!("Content-Length: {}", body.len())
                };
                let expect = if continues {
                    "Expect: 100-continue\r\n"
                } else {
                    ""
                };
                let mut request = format!(
                    "POST /b HTTP/1.1\r\nHost: a\r\n{expect}{framing}\r\nConnection: close\r\n\r\n"
                );
                if chunked {
                    for chunk in body.as_bytes().chunks(5_000) {
                        let text = std::str::from_utf8(chunk).unwrap();
                        write!(request, "{:x}\r\n{text}\r\n", chunk.len()).unwrap();
                    }
                    request.push_str("0\r\n\r\n");
                } else {
                    request.push_str(&body);
                }
                let answer = edge.talk(request.as_bytes()).await;
                let what = format!("{size} bytes, chunked {chunked}, refused {refused}");
                let answer = answer.replace("HTTP/1.1 100 Continue\r\n\r\n", "");
                if refused {
                    assert!(answer.starts_with("HTTP/1.1 403 "), "{what}: {answer:.300}");
                    assert_eq!(upstream.seen().len(), before, "{what}");
                } else {
                    assert!(answer.starts_with("HTTP/1.1 200 "), "{what}: {answer:.300}");
                    let echoed = answer.rsplit("\r\n\r\n").next().unwrap();
                    assert!(echoed == body, "{what}: {} of {}", echoed.len(), body.len());
                }
                let event = edge.events.wait(number).await.pop().unwrap();
                let summary = &event.request;
                let inspected = usize::try_from(summary.body_inspected_bytes).unwrap();
                assert_eq!(inspected, body.len().min(limit), "{what}");
                assert_eq!(summary.body_oversize, body.len() > limit, "{what}");
            }
        }
    }
}

/// The operator may have more of a body looked at than AWS's words can say.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_inspection_limit_can_be_raised() {
    for (raised, status) in [(0, 200), (1 << 20, 403)] {
        let upstream = Upstream::start().await;
        let mut options = Options::to(&[upstream.address]);
        options.limits.inspected_body_bytes = raised;
        options.web_acl = Some(web_acl(&format!("[{}]", rule("r", BODY, "evil", BLOCK))));
        let edge = start(options).await;
        let body = format!("{}evil", "x".repeat(700_000));
        let request = format!(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let answer = edge.talk(request.as_bytes()).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{answer:.200}"
        );
    }
}

/// Bodies are not held back when no rule looks at them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_no_rule_looks_at_is_not_held_back() {
    let upstream = Upstream::start().await;
    let mut options = Options::to(&[upstream.address]);
    options.web_acl = Some(web_acl(&format!("[{}]", rule("r", PATH, "^/admin", BLOCK))));
    let edge = start(options).await;
    let mut stream = TcpStream::connect(edge.address()).await.unwrap();
    let head = "POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc";
    stream.write_all(head.as_bytes()).await.unwrap();
    read_until(&mut stream, "eee").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn policy_changes_drop_no_connection() {
    const CONNECTIONS: usize = 50;
    const CHANGES: usize = 40;
    let upstream = Upstream::start().await;
    let edge = start(Options::to(&[upstream.address])).await;
    let deny = web_acl(&format!("[{}]", rule("r", PATH, "^/admin", BLOCK)));
    let address = edge.address();
    let mut streams = Vec::new();
    for _ in 0..CONNECTIONS {
        streams.push(TcpStream::connect(address).await.unwrap());
    }
    for change in 0..CHANGES {
        let denied = change % 2 == 0;
        edge.put_in_force(denied.then(|| std::sync::Arc::clone(&deny)));
        for stream in streams.iter_mut().skip(change % 5).step_by(5) {
            let request = format!("GET /admin?{change} HTTP/1.1\r\nHost: a\r\n\r\n");
            stream.write_all(request.as_bytes()).await.unwrap();
            let answer = read_answer(stream).await;
            let status = if denied { "403" } else { "200" };
            assert!(answer.contains(&format!("HTTP/1.1 {status}")), "{answer}");
        }
    }
    assert_eq!(edge.edge.open_connections(), CONNECTIONS);
    let counters = edge.edge.counters();
    assert_eq!(
        (counters.connections_accepted, counters.connections_closed),
        (50, 0)
    );
}
