//! What routing takes from a request before anything has authenticated it: host, path, query,
//! header values and cookies, against the patterns of a rule; and patterns as a caller writes them.

use std::time::Duration;

use route::stickiness::{Binding, CookieKey, KEY_BYTES, cookie_value};
use route::{
    Condition, Headers, Patterns, Protocol, QueryPattern, Redirect, Regex, Request, Rewrite,
    Template, Transforms, Wildcard, host_of,
};
use types::Time;

/// The first line is a pattern, the second a host, the third a path and query, the fourth a header
/// field's value.
pub(super) fn run(bytes: &[u8]) {
    let mut lines = bytes.splitn(4, |byte| *byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let (pattern, authority) = (
        String::from_utf8_lossy(line()),
        String::from_utf8_lossy(line()),
    );
    let target = String::from_utf8_lossy(line());
    let headers = vec![("x".to_owned(), line().to_vec())];
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target.as_ref(), None),
    };
    let request = Request {
        method: "GET",
        host: host_of(&authority),
        path,
        query,
        headers: &headers,
        source_ip: [192, 0, 2, 1].into(),
        protocol: Protocol::Https,
        port: 443,
    };
    for condition in conditions(&pattern) {
        std::hint::black_box(condition.matches(&request));
    }
    let redirect = Redirect {
        protocol: Template::new("#{protocol}"),
        host: Template::new("#{host}"),
        port: Template::new("#{port}"),
        path: Template::new(&pattern),
        query: Template::new("#{query}"),
        permanent: true,
    };
    let location = redirect.location(&request);
    assert!(location.bytes().all(|byte| byte > b' ' && byte < 0x7f));
    let transforms = Transforms {
        host: Rewrite::host(&pattern, "$1.$0").ok(),
        url: Rewrite::url(&pattern, "/$1/$0?$2").ok(),
    };
    if let Ok(Some(url)) = transforms.path_and_query(path, query) {
        assert!(url.starts_with('/') && url.bytes().all(|byte| byte > b' ' && byte < 0x7f));
    }
    if let Ok(Some(host)) = transforms.host(request.host) {
        assert!(host.bytes().all(|byte| byte.is_ascii_graphic()));
    }
    let key = CookieKey::new(&[7; KEY_BYTES]).ok();
    headers.any("x", &mut |value| {
        let cookies = String::from_utf8_lossy(value);
        let value = cookie_value(&cookies, "AWSALB").unwrap_or(&cookies);
        let (day, now) = (
            Duration::from_secs(86_400),
            Time::from_seconds(1_795_000_000),
        );
        let opened = key
            .as_ref()
            .and_then(|key| key.open(Binding::Target, value, day, now));
        assert!(opened.is_none(), "a cookie that nobody sealed");
        false
    });
}

fn conditions(pattern: &str) -> Vec<Condition> {
    let patterns = || Patterns {
        wildcards: Wildcard::ignore_case(pattern).into_iter().collect(),
        regexes: Regex::condition(pattern, true).into_iter().collect(),
    };
    let pairs = Wildcard::ignore_case(pattern)
        .into_iter()
        .flat_map(|value| {
            let key = Some(value.clone());
            [
                QueryPattern {
                    key: None,
                    value: value.clone(),
                },
                QueryPattern { key, value },
            ]
        });
    vec![
        Condition::Host(patterns()),
        Condition::Path(patterns()),
        Condition::Header {
            name: "x".to_owned(),
            values: patterns(),
        },
        Condition::Query(pairs.collect()),
    ]
}
