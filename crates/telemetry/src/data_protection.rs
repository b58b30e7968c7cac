//! Parts of requests that are not to be kept: data protection of a web ACL, and redaction in its
//! log. The part is replaced in the request and, unless it is excepted, in the details of rules that
//! matched it or something that holds it.
//! Source: AWS WAF API Reference, `DataProtection` and `RedactedFields`; Developer Guide, "Data
//! protection and logging for AWS WAF protection pack (web ACL) traffic".

use std::fmt;

use aws_lc_rs::hmac;

use crate::exchange::Exchange;
use crate::request::{Evidence, RequestEvent};

/// What stands where something was protected.
pub const REDACTED: &str = "REDACTED";

/// A part of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The path.
    UriPath,
    /// All that follows `?`.
    QueryString,
    /// The method.
    Method,
    /// A header, by its name in any case.
    Header(String),
    /// A cookie, by its exact name.
    Cookie(String),
    /// A query argument, by its name in any case.
    QueryArgument(String),
    /// The body, which shows in the details of matches only.
    Body,
}

/// How one part is protected (`DataProtection`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataProtection {
    /// Which part.
    pub part: Part,
    /// By its hash instead of [`REDACTED`]: equal values stay recognizable.
    pub hash: bool,
    /// Whether details of rule matches show it nevertheless.
    pub exclude_rule_match_details: bool,
    /// Whether details of rate-based rules show it nevertheless.
    pub exclude_rate_based_details: bool,
}

/// The key of hashes: without it, a value that can be guessed could be found by hashing guesses.
pub struct HashKey(hmac::Key);

impl HashKey {
    /// A key from random bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }
}

impl fmt::Debug for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashKey(..)")
    }
}

/// Replaces what is protected. Without a key what should be hashed is redacted.
pub fn protect(event: &mut RequestEvent, protections: &[DataProtection], key: Option<&HashKey>) {
    for protection in protections {
        let mask = Mask(key.filter(|_| protection.hash));
        replace(event, &protection.part, mask);
        if !protection.exclude_rule_match_details {
            replace_details(event, &protection.part, mask);
        }
        if !protection.exclude_rate_based_details {
            replace_rate_details(event, &protection.part, mask);
        }
    }
}

/// Replaces what a log does not show.
pub fn redact(event: &mut RequestEvent, parts: &[Part]) {
    for part in parts {
        replace(event, part, Mask(None));
        replace_details(event, part, Mask(None));
        replace_rate_details(event, part, Mask(None));
    }
}

/// What is written instead: a keyed hash, or [`REDACTED`].
#[derive(Debug, Clone, Copy)]
struct Mask<'k>(Option<&'k HashKey>);

impl Mask<'_> {
    fn of(self, value: &[u8]) -> String {
        let Some(HashKey(key)) = self.0 else {
            return REDACTED.to_owned();
        };
        types::hex(hmac::sign(key, value).as_ref())
    }

    fn over(self, text: &mut String) {
        *text = self.of(text.as_bytes());
    }
}

fn replace(event: &mut RequestEvent, part: &Part, mask: Mask<'_>) {
    replace_on_the_way(&mut event.exchange, part, mask);
    let request = &mut event.request;
    match part {
        Part::UriPath => mask.over(&mut request.path),
        Part::QueryString if request.query.is_empty() => {}
        Part::QueryString => mask.over(&mut request.query),
        Part::Method => mask.over(&mut request.method),
        Part::Header(name) => {
            let named = |other: &str| other.eq_ignore_ascii_case(name);
            let headers = request.headers.iter_mut();
            for (_, value) in headers.filter(|(other, _)| named(other)) {
                *value = mask.of(value).into_bytes();
            }
            if named("host") {
                mask.over(&mut request.host);
            }
        }
        Part::Cookie(name) => {
            let headers = request.headers.iter_mut();
            for (_, value) in headers.filter(|(name, _)| name.eq_ignore_ascii_case("cookie")) {
                *value = in_pairs(value, b';', |cookie| cookie == name.as_bytes(), mask);
            }
        }
        Part::QueryArgument(name) => {
            let is_named =
                |argument: &[u8]| decoded(argument).eq_ignore_ascii_case(name.as_bytes());
            let query = in_pairs(request.query.as_bytes(), b'&', is_named, mask);
            request.query = String::from_utf8_lossy(&query).into_owned();
        }
        Part::Body => {}
    }
}

/// Replaces what the load balancer has made of the part: where it redirected to, what it told the
/// target instead, what came with the request and went on.
fn replace_on_the_way(exchange: &mut Exchange, part: &Part, mask: Mask<'_>) {
    let addresses = [&mut exchange.redirect_url, &mut exchange.transformed_uri];
    for address in addresses.into_iter().flatten() {
        let (path, query) = match address.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (&**address, None),
        };
        *address = match (part, query) {
            (Part::UriPath, None) => mask.of(path.as_bytes()),
            (Part::UriPath, Some(query)) => format!("{}?{query}", mask.of(path.as_bytes())),
            (Part::QueryString, Some(query)) => format!("{path}?{}", mask.of(query.as_bytes())),
            (Part::QueryArgument(name), Some(query)) => {
                let is_named =
                    |argument: &[u8]| decoded(argument).eq_ignore_ascii_case(name.as_bytes());
                let query = in_pairs(query.as_bytes(), b'&', is_named, mask);
                format!("{path}?{}", String::from_utf8_lossy(&query))
            }
            (Part::Header(name), _)
                if name.eq_ignore_ascii_case("host") && address.contains("://") =>
            {
                mask.of(address.as_bytes())
            }
            _ => continue,
        };
    }
    if let Part::Header(name) = part {
        if name.eq_ignore_ascii_case("host") {
            let asked = exchange
                .tls
                .as_mut()
                .and_then(|tls| tls.server_name.as_mut());
            asked.into_iter().for_each(|host| mask.over(host));
            exchange
                .transformed_host
                .iter_mut()
                .for_each(|host| mask.over(host));
        }
        if name.eq_ignore_ascii_case("x-amzn-trace-id") {
            exchange.trace_id.iter_mut().for_each(|id| mask.over(id));
        }
    }
}

/// Replaces the values of some `name=value` pairs; everything else stays byte for byte.
fn in_pairs(
    pairs: &[u8],
    separator: u8,
    is_named: impl Fn(&[u8]) -> bool,
    mask: Mask<'_>,
) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(pairs.len());
    for (index, pair) in pairs.split(|byte| *byte == separator).enumerate() {
        if index > 0 {
            replaced.push(separator);
        }
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let (name, value) = (halves.next().unwrap_or_default(), halves.next());
        match value.filter(|_| is_named(name.trim_ascii())) {
            None => replaced.extend_from_slice(pair),
            Some(value) => {
                replaced.extend_from_slice(name);
                replaced.push(b'=');
                replaced.extend_from_slice(mask.of(value).as_bytes());
            }
        }
    }
    replaced
}

/// A name of a query argument as rules compare it: percent-decoded, `+` for a blank.
fn decoded(name: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((first, after)) = rest.split_first() {
        let digit = |at: usize| char::from(*after.get(at)?).to_digit(16);
        let byte = match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                rest = after.get(2..).unwrap_or_default();
                u8::try_from(high * 16 + low).unwrap_or_default()
            }
            (b'+', ..) => {
                rest = after;
                b' '
            }
            (other, ..) => {
                rest = after;
                *other
            }
        };
        decoded.push(byte);
    }
    decoded
}

fn replace_details(event: &mut RequestEvent, part: &Part, mask: Mask<'_>) {
    let Some(decision) = &mut event.decision else {
        return;
    };
    let matches = decision
        .non_terminating
        .iter_mut()
        .chain(&mut decision.terminating);
    for evidence in matches.flat_map(|matched| &mut matched.evidence) {
        if shows(evidence, part) {
            evidence.matched = mask.of(&evidence.matched).into_bytes();
            evidence.value.clone_from(&evidence.matched);
            evidence.offset = 0;
        }
    }
}

/// Replaces values that requests are counted by.
fn replace_rate_details(event: &mut RequestEvent, part: &Part, mask: Mask<'_>) {
    let Some(decision) = &mut event.decision else {
        return;
    };
    let matches = decision
        .non_terminating
        .iter_mut()
        .chain(&mut decision.terminating);
    let rates = matches.filter_map(|matched| matched.rate.as_mut());
    for custom in rates.flat_map(|rate| &mut rate.custom_values) {
        let name = custom.name.as_deref().unwrap_or_default();
        let shown = match (custom.key, part) {
            ("HEADER", Part::Header(header)) => header.eq_ignore_ascii_case(name),
            ("COOKIE", Part::Header(header)) => header.eq_ignore_ascii_case("cookie"),
            ("HEADER", Part::Cookie(_)) => name.eq_ignore_ascii_case("cookie"),
            ("COOKIE", Part::Cookie(cookie)) => cookie == name,
            ("QUERY_ARGUMENT", Part::QueryArgument(argument)) => {
                argument.eq_ignore_ascii_case(name)
            }
            ("QUERY_STRING", Part::QueryArgument(_) | Part::QueryString)
            | ("QUERY_ARGUMENT", Part::QueryString)
            | ("URI_PATH", Part::UriPath)
            | ("HTTP_METHOD", Part::Method) => true,
            _ => false,
        };
        if shown {
            custom.value = mask.of(&custom.value).into_bytes();
        }
    }
}

/// Whether bytes of the part can stand in the evidence: its field is the part, lies within it, or
/// holds it.
fn shows(evidence: &Evidence, part: &Part) -> bool {
    let (field, name) = match evidence.location.split_once(": ") {
        Some((field, name)) => (field, Some(name)),
        None => (&*evidence.location, None),
    };
    let named = |other: &str| name.is_none_or(|name| name.eq_ignore_ascii_case(other));
    let of_query = matches!(field, "QUERY_STRING" | "QUERY_ARGUMENTS");
    let of_cookies = matches!(field, "COOKIE" | "COOKIES" | "COOKIE_NAME");
    match part {
        Part::UriPath => field == "URI_PATH",
        Part::Method => field == "METHOD",
        Part::QueryString => of_query || field == "QUERY_ARGUMENT",
        Part::QueryArgument(argument) => of_query || field == "QUERY_ARGUMENT" && named(argument),
        Part::Header(header) => {
            matches!(field, "HEADER" | "HEADERS") && named(header)
                || of_cookies && header.eq_ignore_ascii_case("cookie")
        }
        Part::Cookie(cookie) => {
            field == "COOKIES"
                || field == "COOKIE" && name.is_none_or(|name| name == cookie)
                || matches!(field, "HEADER" | "HEADERS") && named("cookie")
        }
        Part::Body => field.starts_with("BODY") || field.starts_with("JSON_"),
    }
}
