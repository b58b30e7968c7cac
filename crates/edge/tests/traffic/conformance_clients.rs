//! Clients that others wrote, in the less trodden parts of HTTP/2: trailers, CONTINUATION, small
//! windows, tables that change their size, 100 (Continue), TLS. Source: RFC 9113; nghttp2's tools.

use crate::conformance::subject;
use crate::support::{Options, TestEdge, Upstream, certificate, run, start};

/// A file to send, with contents that show when they are cut or mixed up.
struct Body(std::path::PathBuf, String);

impl Body {
    fn new(name: &str, lines: usize) -> Self {
        let text: String = (0..lines).map(|line| format!("line {line:08}\n")).collect();
        let name = format!("edge-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, &text).unwrap();
        Self(path, text)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nghttp_in_every_way() {
    let (edge, upstream) = subject().await;
    let url = format!("http://{}/echo", edge.address());
    let body = Body::new("nghttp", 20_000);
    let ways: &[&[&str]] = &[
        &["--trailer", "x-sum: 1"],
        &["--continuation"],
        &["--expect-continue"],
        &["--no-content-length"],
        &["--no-dep", "-b", "100"],
        // Small windows (much smaller ones need more WINDOW_UPDATE frames than are borne), and large.
        &["-w", "8", "-W", "16"],
        &["-w", "30", "-W", "30"],
        // The client's table: none.
        &["-c", "0"],
        &["--encoder-header-table-size", "0"],
        &["-H", "x-long: v", "-m", "4"],
    ];
    for way in ways {
        let mut arguments = vec!["-d", body.path()];
        arguments.extend(*way);
        arguments.push(&url);
        let output = run("nghttp", &arguments).await;
        if way.contains(&"-m") {
            // It writes the answers as they come, one between the other.
            assert!(output.len() > 4 * body.1.len(), "{way:?}: {:.300}", output);
        } else {
            assert!(output.contains(&body.1), "{way:?}: {:.300}", output);
        }
    }
    let expected = ways.len() + 3;
    let events = edge.events.wait(expected).await;
    assert!(events.iter().all(|event| event.status == 200));
    assert_eq!(upstream.seen().len(), expected);
    let continued = |head: &&String| head.to_ascii_lowercase().contains("continuation-test");
    let continued = upstream.seen().iter().filter(continued).count();
    assert_eq!(continued, 1, "its long headers came through CONTINUATION");
    let counters = edge.edge.counters();
    let errors = (counters.http2_protocol_errors, counters.http2_stream_errors);
    assert_eq!(errors, (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fast_client_with_the_initial_windows_is_no_flood() {
    let upstream = Upstream::start().await;
    let mut options = Options::to(&[upstream.address]);
    options.limits.http2.window_update = edge::Budget::new(64, 1);
    let edge = start(options).await;
    let url = format!("http://{}/large", edge.address());
    // Four times 8 MB need 2,000 WINDOW_UPDATE frames: what was sent pays for them.
    let output = run("nghttp", &["-n", "-v", "-m", "4", &url]).await;
    let answers = output.matches(":status: 200").count();
    assert_eq!(answers, 4, "{:?}", edge.edge.counters());
    assert_eq!(edge.edge.counters().http2_window_update_floods, 0);
    assert_eq!(edge.edge.counters().requests_broken, 0);
}

/// RFC 7541, 4.2: of several sizes the smallest is to be signalled too. h2 keeps one value of each
/// setting in a SETTINGS frame, and never hears of the smaller one: a client that sends both in one
/// frame, which only test tools do, cannot read the answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sizes_of_a_table_in_one_frame_are_not_understood() {
    let (edge, _upstream) = subject().await;
    let url = format!("http://{}/echo", edge.address());
    let output = run("nghttp", &["-c", "0", "-c", "4096", &url]).await;
    assert!(output.contains("total=1, processed=0"), "{output}");
}

async fn load(edge: &TestEdge, scheme: &str, more: &[&str]) {
    let url = format!("{scheme}://{}/", edge.address());
    let mut arguments = vec!["-n", "600", "-c", "3"];
    arguments.extend(more);
    arguments.push(&url);
    let output = run("h2load", &arguments).await;
    assert!(
        output.contains("600 succeeded, 0 failed, 0 errored"),
        "{more:?}: {output}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn h2load_in_every_way() {
    let body = Body::new("h2load", 1_000);
    let mut served = 0;
    for scheme in ["http", "https"] {
        let upstream = Upstream::start().await;
        let mut options = Options::to(&[upstream.address]);
        options.tls = (scheme == "https").then(|| certificate().key);
        let edge = start(options).await;
        let ways: &[&[&str]] = &[
            &["-m", "100"],
            &["-m", "20", "-d", body.path()],
            &["-m", "10", "-w", "14", "-W", "16", "-d", body.path()],
            &[
                "-m",
                "10",
                "--header-table-size",
                "0",
                "--encoder-header-table-size",
                "0",
            ],
            &["--h1"],
        ];
        for way in ways {
            load(&edge, scheme, way).await;
            served += 600;
        }
        let events = edge.events.wait(ways.len() * 600).await;
        assert!(events.iter().all(|event| event.status == 200));
        let counters = edge.edge.counters();
        assert_eq!(
            (
                counters.http2_protocol_errors,
                counters.http2_stream_errors,
                counters.requests_broken
            ),
            (0, 0, 0)
        );
    }
    assert_eq!(served, 6_000);
}
