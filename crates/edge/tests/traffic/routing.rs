//! Listeners, rules, target groups: what Elastic Load Balancing calls so, judged by real requests.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use route::{
    Action, Condition, FixedResponse, Forward, Patterns, Redirect, Rule, Stickiness, TargetGroup,
    Template, Transforms, WeightedTargetGroup, Wildcard,
};
use telemetry::exchange::ActionExecuted;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::support::{
    Options, TestEdge, Upstream, certificate, default_rule, forwarding_to, read_until, run, start,
    target_group, target_of, tls,
};

fn fixed(status: u16, body: &str) -> Action {
    Action::FixedResponse(FixedResponse {
        status,
        content_type: Some("text/plain".to_owned()),
        body: body.to_owned(),
    })
}

fn path_rule(priority: u32, pattern: &str, action: Action) -> Rule {
    Rule {
        arn: format!("arn:rule:{priority}"),
        priority: Some(priority),
        conditions: vec![Condition::Path(Patterns {
            wildcards: vec![Wildcard::exact_case(pattern).unwrap()],
            regexes: Vec::new(),
        })],
        action,
        transforms: Transforms::default(),
    }
}

fn group_of(upstream: &Upstream, change: impl FnOnce(&mut TargetGroup)) -> Arc<TargetGroup> {
    target_group(&[target_of(upstream.address)], change)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_decide_by_priority() {
    let (one, two) = (Upstream::start().await, Upstream::start().await);
    let edge = start(Options::to(&[])).await;
    let forward = |upstream: &Upstream| {
        Action::Forward(Forward {
            target_groups: vec![WeightedTargetGroup {
                target_group: group_of(upstream, |_| {}),
                weight: 1,
            }],
            stickiness_seconds: None,
        })
    };
    let redirect = Action::Redirect(Redirect {
        protocol: Template::new("HTTPS"),
        host: Template::new("#{host}"),
        port: Template::new("443"),
        path: Template::new("/new/#{path}"),
        query: Template::new("#{query}"),
        permanent: true,
    });
    let listener = forwarding_to(&[(group_of(&one, |_| {}), 1)]).with_rules(vec![
        path_rule(30, "/two/*", forward(&two)),
        path_rule(10, "/two/closed", fixed(410, "gone for good\n")),
        path_rule(20, "/old", redirect),
    ]);
    edge.put_in_force_with(listener, None);

    let answer = edge.get("/two/closed").await;
    assert!(answer.starts_with("HTTP/1.1 410 Gone\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\ngone for good\n"), "{answer}");
    let answer = edge.get("/old?a=b").await;
    assert!(answer.starts_with("HTTP/1.1 301 "), "{answer}");
    let location = "\r\nLocation: https://test:443/new/old?a=b\r\n";
    assert!(answer.contains(location), "{answer}");
    edge.get("/two/open").await;
    edge.get("/else").await;
    assert_eq!((one.seen().len(), two.seen().len()), (1, 1));
    assert!(two.seen()[0].starts_with("GET /two/open "));

    let events = edge.events.wait(4).await;
    let priorities: Vec<_> = events
        .iter()
        .map(|event| event.exchange.rule.as_ref().unwrap().priority)
        .collect();
    assert_eq!(priorities, [Some(10), Some(20), Some(30), None]);
    let actions: Vec<_> = events
        .iter()
        .map(|event| &event.exchange.actions[..])
        .collect();
    assert_eq!(actions[0], [ActionExecuted::FixedResponse]);
    assert_eq!(actions[1], [ActionExecuted::Redirect]);
    assert_eq!(actions[2], [ActionExecuted::Forward]);
    let forwarded = &events[2].exchange;
    assert_eq!(forwarded.tries.len(), 1);
    assert_eq!(forwarded.tries[0].address, two.address);
    assert_eq!(forwarded.tries[0].status, Some(200));
    assert!(forwarded.target_processing.is_some() && forwarded.request_bytes > 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn weights_share_requests_out() {
    let (one, two) = (Upstream::start().await, Upstream::start().await);
    let edge = start(Options::to(&[])).await;
    let groups = [(group_of(&one, |_| {}), 3), (group_of(&two, |_| {}), 1)];
    edge.put_in_force_with(forwarding_to(&groups), None);
    let mut stream = TcpStream::connect(edge.address()).await.unwrap();
    for number in 0..400 {
        let request = format!("GET /{number} HTTP/1.1\r\nHost: a\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        read_until(&mut stream, &format!("/{number} ")).await;
    }
    let share = one.seen().len();
    assert!((240..360).contains(&share), "{share} of 400 at 3 to 1");
    assert_eq!(share + two.seen().len(), 400);
}

fn cookies_of(answer: &str) -> BTreeMap<String, String> {
    answer
        .lines()
        .filter_map(|line| line.strip_prefix("Set-Cookie: "))
        .filter_map(|cookie| cookie.split(';').next()?.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

async fn get_with(edge: &TestEdge, cookies: &BTreeMap<String, String>) -> String {
    let cookies: Vec<_> = cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let cookies = cookies.join("; ");
    edge.talk(
        format!("GET / HTTP/1.1\r\nHost: a\r\nCookie: {cookies}\r\nConnection: close\r\n\r\n")
            .as_bytes(),
    )
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sticky_client_stays_with_its_target() {
    let (one, two) = (Upstream::start().await, Upstream::start().await);
    let edge = start(Options::to(&[])).await;
    let targets = [target_of(one.address), target_of(two.address)];
    let group = target_group(&targets, |group| {
        group.attributes.stickiness = Some(Stickiness::LbCookie {
            duration_seconds: 60,
        });
    });
    edge.put_in_force_with(forwarding_to(&[(group, 1)]), None);
    let cookies = cookies_of(&edge.get("/").await);
    assert_eq!(cookies.keys().collect::<Vec<_>>(), ["AWSALB", "AWSALBCORS"]);
    let first = [one.seen().len(), two.seen().len()];
    for _ in 0..9 {
        let answer = get_with(&edge, &cookies).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    let last = [one.seen().len(), two.seen().len()];
    assert_eq!(last, first.map(|number| number * 10));

    // Whoever makes a cookie up is not sticky.
    let forged = BTreeMap::from([("AWSALB".to_owned(), "A".repeat(70))]);
    for _ in 0..10 {
        get_with(&edge, &forged).await;
    }
    assert!(one.seen().len().min(two.seen().len()) >= 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sticky_client_stays_with_its_target_group() {
    let (one, two) = (Upstream::start().await, Upstream::start().await);
    let edge = start(Options::to(&[])).await;
    let mut listener = forwarding_to(&[]);
    let weighted = |upstream: &Upstream| WeightedTargetGroup {
        target_group: group_of(upstream, |_| {}),
        weight: 1,
    };
    let forward = Action::Forward(Forward {
        target_groups: vec![weighted(&one), weighted(&two)],
        stickiness_seconds: Some(60),
    });
    listener = listener.with_rules(vec![path_rule(1, "/*", forward)]);
    edge.put_in_force_with(listener, None);
    let cookies = cookies_of(&edge.get("/").await);
    assert!(cookies.contains_key("AWSALBTG"), "{cookies:?}");
    for _ in 0..12 {
        get_with(&edge, &cookies).await;
    }
    let seen = [one.seen().len(), two.seen().len()];
    assert!(seen.contains(&13) && seen.contains(&0), "{seen:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_checks_take_targets_out_and_in_again() {
    let (good, bad) = (Upstream::start().await, Upstream::start().await);
    let edge = start(Options::to(&[])).await;
    let targets = [target_of(good.address), target_of(bad.address)];
    let group = |path: &str| {
        target_group(&targets, |group| {
            let check = &mut group.health_check;
            check.enabled = true;
            check.path = path.to_owned();
            check.interval_seconds = 1;
            check.healthy_threshold = 2;
            check.unhealthy_threshold = 2;
        })
    };
    let healthy = group("/health");
    edge.put_in_force_with(forwarding_to(&[(Arc::clone(&healthy), 1)]), None);
    let state = |address: SocketAddr| {
        let health = edge
            .edge
            .target_health(&healthy.arn, "127.0.0.1", address.port());
        health.map(|health| health.state().name())
    };
    until(|| state(good.address) == Some("healthy") && state(bad.address) == Some("healthy")).await;
    let seen = good.seen().concat();
    assert!(seen.contains("User-Agent: ELB-HealthChecker/2.0"), "{seen}");
    assert!(edge.events.all().is_empty(), "checks are no requests");

    // One fails: it gets no request any more, and nobody notices.
    bad.fail(true);
    until(|| state(bad.address) == Some("unhealthy")).await;
    let before = good.requests("/");
    for _ in 0..10 {
        assert!(edge.get("/").await.starts_with("HTTP/1.1 200"));
    }
    assert_eq!(good.requests("/") - before, 10);
    bad.fail(false);
    until(|| state(bad.address) == Some("healthy")).await;
    let before = bad.requests("/");
    for _ in 0..10 {
        edge.get("/").await;
    }
    assert_eq!(bad.requests("/") - before, 5);
}

async fn until(reached: impl Fn() -> bool) {
    for _ in 0..500 {
        if reached() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it was not reached in 10 s");
}

/// Targets die and come back under load: whoever may be asked again is asked again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn targets_that_die_cost_no_request() {
    let upstreams = [
        Upstream::start().await,
        Upstream::start().await,
        Upstream::start().await,
    ];
    let edge = start(Options::to(&[])).await;
    let targets: Vec<_> = upstreams.iter().map(|up| target_of(up.address)).collect();
    edge.put_in_force_with(forwarding_to(&[(target_group(&targets, |_| {}), 1)]), None);
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let address = edge.address();
    let users: Vec<_> = (0..8)
        .map(|_| {
            let stop = Arc::clone(&stop);
            tokio::spawn(async move {
                let mut stream = TcpStream::connect(address).await.unwrap();
                let mut served = 0;
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    stream
                        .write_all(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
                        .await
                        .unwrap();
                    let answer = read_until(&mut stream, "/x ").await;
                    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
                    served += 1;
                }
                served
            })
        })
        .collect();
    for round in 0..12 {
        let dying = &upstreams[round % upstreams.len()];
        dying.kill();
        tokio::time::sleep(Duration::from_millis(100)).await;
        dying.revive();
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    let mut served = 0;
    for user in users {
        served += user.await.unwrap();
    }
    assert!(served > 500, "{served}");
    assert_eq!(edge.edge.counters().upstream_errors, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_rewritten_for_the_target() {
    let upstream = Upstream::start().await;
    let edge = start(Options::to(&[])).await;
    let mut rule = default_rule(Action::Forward(Forward {
        target_groups: vec![WeightedTargetGroup {
            target_group: group_of(&upstream, |_| {}),
            weight: 1,
        }],
        stickiness_seconds: None,
    }));
    rule.transforms = Transforms {
        host: Some(route::Rewrite::host("^(.+)\\.example$", "$1.internal").unwrap()),
        url: Some(route::Rewrite::url("^/api/(.*)$", "/v2/$1").unwrap()),
    };
    edge.put_in_force_with(
        route::Listener::new("arn:l", crate::support::ARN, 80, rule),
        None,
    );
    let request = "GET /api/x?y=1 HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n";
    edge.talk(request.as_bytes()).await;
    let seen = &upstream.seen()[0];
    assert!(seen.starts_with("GET /v2/x?y=1 HTTP/1.1\r\n"), "{seen}");
    assert!(seen.contains("\r\nHost: shop.internal\r\n"), "{seen}");
    assert!(!seen.contains("shop.example"), "{seen}");
    let event = &edge.events.wait(1).await[0];
    assert_eq!(event.exchange.transformed_uri.as_deref(), Some("/v2/x?y=1"));
    assert_eq!(
        event.request.path, "/api/x",
        "what came is what is recorded"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_get_the_headers_of_the_listener() {
    let upstream = Upstream::start().await;
    let edge = start(Options::to(&[])).await;
    let mut listener = forwarding_to(&[(group_of(&upstream, |_| {}), 1)])
        .with_rules(vec![path_rule(1, "/fixed", fixed(200, "x"))]);
    listener.attributes.response_headers = vec![("X-Frame-Options".to_owned(), "DENY".to_owned())];
    edge.put_in_force_with(listener, None);
    for path in ["/", "/fixed"] {
        let answer = edge.get(path).await;
        assert!(answer.contains("\r\nX-Frame-Options: DENY\r\n"), "{answer}");
    }
}

/// Listeners come and go with the snapshot; connections that are open stay open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_are_listened_on_as_the_snapshot_says() {
    let edge = start(Options::to(&[])).await;
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let with = |addresses: &[SocketAddr]| {
        let mut snapshot = edge::Snapshot::clone(&edge.policy.load());
        let listener = route::Listener::new(
            "arn:l",
            crate::support::ARN,
            80,
            default_rule(fixed(200, "here\n")),
        );
        snapshot.table.addresses = addresses
            .iter()
            .map(|address| (*address, vec![Arc::new(listener.clone())]))
            .collect();
        edge.policy.store(Arc::new(snapshot));
    };
    with(&[address]);
    until(|| edge.edge.listening().contains(&address)).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let get = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    stream.write_all(get).await.unwrap();
    read_until(&mut stream, "here\n").await;
    with(&[]);
    until(|| !edge.edge.listening().contains(&address)).await;
    assert!(TcpStream::connect(address).await.is_err());
    stream.write_all(get).await.unwrap();
    read_until(&mut stream, "HTTP/1.1 503 ").await;
    assert!(
        edge.edge.listening().contains(&edge.address()),
        "its own stays"
    );
}

/// Several sites on one address, each with its own certificate.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_certificate_is_the_one_for_the_server_name() {
    let mut options = Options::to(&[]);
    options.tls = Some(certificate().key);
    let edge = start(options).await;
    let folder = std::env::temp_dir().join(format!("btz-sni-{}", edge.address().port()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut files = Vec::new();
    for domain in ["one.example", "*.two.example"] {
        let made = rcgen::generate_simple_self_signed([domain.to_owned()]).unwrap();
        let (pem, key) = (made.cert.pem(), made.signing_key.serialize_pem());
        let key = edge::certified_key(pem.as_bytes(), key.as_bytes()).unwrap();
        let arn = format!("arn:{domain}");
        edge.certificates.lock().unwrap().insert(arn, key);
        let file = folder.join(domain.replace('*', "wild"));
        std::fs::write(&file, pem).unwrap();
        files.push(file.to_str().unwrap().to_owned());
    }
    let mut listener = route::Listener::new(
        "arn:l",
        crate::support::ARN,
        443,
        default_rule(fixed(200, "here\n")),
    );
    listener.protocol = route::Protocol::Https;
    listener.tls = Some(tls(&[
        ("arn:one.example", "one.example"),
        ("arn:*.two.example", "*.two.example"),
    ]));
    edge.put_in_force_with(listener, None);
    let port = edge.address().port();
    for (host, trusted, expected) in [
        ("one.example", &files[0], "here"),
        ("x.two.example", &files[1], "here"),
        ("x.two.example", &files[0], "SSL"),
    ] {
        let resolve = format!("{host}:{port}:127.0.0.1");
        let url = format!("https://{host}:{port}/");
        let arguments = ["-sS", "--cacert", trusted, "--resolve", &resolve, &url];
        let text = run("curl", &arguments).await;
        assert!(text.contains(expected), "{host}: {text}");
    }
    let events = edge.events.wait(2).await;
    let arns: Vec<_> = events
        .iter()
        .map(|event| event.exchange.tls.clone().unwrap().certificate_arn.unwrap())
        .collect();
    assert_eq!(arns, ["arn:one.example", "arn:*.two.example"]);
    assert_eq!(
        events[0]
            .exchange
            .tls
            .as_ref()
            .unwrap()
            .server_name
            .as_deref(),
        Some("one.example")
    );
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Mutual TLS in passthrough mode: the target gets what the client has shown, and nothing forged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clients_certificate_is_passed_through() {
    let upstream = Upstream::start().await;
    let mut options = Options::to(&[upstream.address]);
    options.tls = Some(certificate().key);
    let edge = start(options).await;
    let mut listener = forwarding_to(&[(group_of(&upstream, |_| {}), 1)]);
    listener.protocol = route::Protocol::Https;
    let mut asks = tls(&[]);
    asks.mutual_authentication = route::MutualAuthentication::Passthrough;
    listener.tls = Some(asks);
    listener.load_balancer_attributes = Arc::new(route::LoadBalancerAttributes {
        tls_headers: true,
        ..route::LoadBalancerAttributes::default()
    });
    edge.put_in_force_with(listener, None);
    let folder = std::env::temp_dir().join(format!("btz-mtls-{}", edge.address().port()));
    std::fs::create_dir_all(&folder).unwrap();
    let made = rcgen::generate_simple_self_signed(["client".to_owned()]).unwrap();
    let (cert, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let url = format!("https://127.0.0.1:{}/", edge.address().port());
    let forged = "X-Amzn-Mtls-Clientcert: forged";
    let mut arguments = vec!["-sSk", "-H", forged, &url];
    run("curl", &arguments).await;
    arguments.extend([
        "--cert",
        cert.to_str().unwrap(),
        "--key",
        key.to_str().unwrap(),
    ]);
    run("curl", &arguments).await;
    let seen = upstream.seen();
    assert!(!seen.concat().contains("forged"), "{seen:?}");
    assert!(!seen[0].contains("X-Amzn-Mtls-Clientcert"), "{}", seen[0]);
    assert!(
        seen[0].contains("\r\nX-Amzn-Tls-Version: TLSv1.3\r\n"),
        "{}",
        seen[0]
    );
    let begin = "\r\nX-Amzn-Mtls-Clientcert: -----BEGIN%20CERTIFICATE-----%0AMII";
    assert!(seen[1].contains(begin), "{}", seen[1]);
    std::fs::remove_dir_all(&folder).unwrap();
}
