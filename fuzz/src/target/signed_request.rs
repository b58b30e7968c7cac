//! What the front door verifies: the first line is `METHOD PATH?QUERY`, then headers until an empty
//! line, then the body. Nothing that is made up here can be signed rightly.

use policy::sigv4::{self, SignedRequestParts};
use types::{Secret, Time};

pub(super) fn run(bytes: &[u8]) {
    let (line, mut rest) = super::first_line(bytes);
    let line = String::from_utf8_lossy(line);
    let (method, target) = line.split_once(' ').unwrap_or(("GET", &line));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let Ok(query) = sigv4::parse_query(query) else {
        return;
    };
    let mut names = Vec::new();
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
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        names.push((name, value.get(1..).unwrap_or_default()));
    }
    let headers: Vec<(&str, &[u8])> = names
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    let request = SignedRequestParts {
        method,
        path,
        query: &query,
        headers: &headers,
        body: rest,
    };
    // 2015-08-30T12:36:00Z, the time of AWS's own examples.
    let now = Time::from_seconds(1_440_938_160);
    let secrets = |_: &str, _: Option<&str>| Some(Secret::new(b"nobody signs with this".to_vec()));
    assert!(
        sigv4::verify(&request, now, &secrets).is_err(),
        "a made-up signature was accepted"
    );
}
