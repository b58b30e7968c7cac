//! Requests written as they travel, and policies written as JSON.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use types::Time;
use waf::{
    Body, CompileError, IpSet, Library, Networks, RateCounters, RegexPatternSet, Request,
    RuleGroup, Surroundings, Verdict, WebAcl, WebAclSource,
};
use wire::Value;

/// A request that owns its parts.
#[derive(Debug, Clone)]
pub(crate) struct OwnedRequest {
    pub(crate) method: String,
    pub(crate) path: Vec<u8>,
    pub(crate) query: Vec<u8>,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) client_ip: IpAddr,
    pub(crate) ja3: Option<String>,
    pub(crate) fragment: Option<Vec<u8>>,
}

impl OwnedRequest {
    /// Reads `GET /path?query HTTP/1.1`, header lines, an empty line, the body. `{x*9}` stands for
    /// nine x. The pseudo-header `:ip` is the client's address, `:ja3` its fingerprint,
    /// `:fragment` what follows `#`.
    pub(crate) fn parse(text: &str) -> Self {
        let (head, body) = match text.split_once("\n\n") {
            Some((head, body)) => (head, Some(body.strip_suffix('\n').unwrap_or(body))),
            None => (text.trim_end(), None),
        };
        let mut lines = head.lines();
        let line = expand(lines.next().unwrap());
        let mut words = line.split(' ');
        let method = words.next().unwrap().to_owned();
        let target = words.next().unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut request = Self {
            method,
            path: path.as_bytes().to_vec(),
            query: query.as_bytes().to_vec(),
            headers: Vec::new(),
            body: body
                .filter(|body| !body.is_empty())
                .map(|body| expand(body).into_bytes()),
            client_ip: IpAddr::from([198, 51, 100, 7]),
            ja3: None,
            fragment: None,
        };
        for line in lines {
            let separator = 1 + line[1..].find(':').unwrap();
            let (name, value) = (&line[..separator], expand(line[separator + 1..].trim()));
            match name {
                ":ip" => request.client_ip = value.parse().unwrap(),
                ":ja3" => request.ja3 = Some(value),
                ":fragment" => request.fragment = Some(value.into_bytes()),
                name => request.headers.push((name.to_owned(), value.into_bytes())),
            }
        }
        request
    }

    /// Shows the request, its body cut to `body_limit`.
    pub(crate) fn with<T>(
        &self,
        body_limit: Option<usize>,
        use_it: impl FnOnce(&Request<'_>) -> T,
    ) -> T {
        let headers: Vec<(&str, &[u8])> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .collect();
        let limit = body_limit.unwrap_or(0);
        use_it(&Request {
            method: &self.method,
            uri_path: &self.path,
            query: &self.query,
            uri_fragment: self.fragment.as_deref(),
            http_version: "HTTP/1.1",
            scheme: "http",
            headers: &headers,
            body: self.body.as_deref().map(|body| Body {
                bytes: &body[..limit.min(body.len())],
                truncated: body.len() > limit,
            }),
            client_ip: self.client_ip,
            ja3: self.ja3.as_deref(),
            ja4: None,
        })
    }
}

fn expand(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let tail = &rest[open..];
        let repeated = tail.find('}').and_then(|close| {
            let (what, times) = tail[1..close].rsplit_once('*')?;
            Some((what.repeat(times.parse().ok()?), &tail[close + 1..]))
        });
        out.push_str(&rest[..open]);
        match repeated {
            Some((repeated, after)) => {
                out.push_str(&repeated);
                rest = after;
            }
            None => {
                out.push('{');
                rest = &tail[1..];
            }
        }
    }
    out + rest
}

/// What references resolve to, by ARN.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    pub(crate) ip_sets: BTreeMap<String, Arc<IpSet>>,
    pub(crate) pattern_sets: BTreeMap<String, Arc<RegexPatternSet>>,
    pub(crate) groups: BTreeMap<String, Arc<RuleGroup>>,
    pub(crate) cloudfront: bool,
    pub(crate) memo: Option<waf::Memo>,
}

impl Library for Shelf {
    fn ip_set(&self, arn: &str) -> Option<Arc<IpSet>> {
        self.ip_sets.get(arn).cloned()
    }

    fn regex_pattern_set(&self, arn: &str) -> Option<Arc<RegexPatternSet>> {
        self.pattern_sets.get(arn).cloned()
    }

    fn rule_group(&self, arn: &str) -> Option<Arc<RuleGroup>> {
        self.groups.get(arn).cloned()
    }

    fn serves_cloudfront(&self) -> bool {
        self.cloudfront
    }

    fn memo(&self) -> Option<&waf::Memo> {
        self.memo.as_ref()
    }
}

/// JSON, in which search strings are plain text.
pub(crate) fn json(text: &str) -> Value {
    let mut value = wire::json::parse(text.as_bytes()).unwrap_or_else(|e| panic!("{e}: {text}"));
    plain(&mut value);
    value
}

fn plain(value: &mut Value) {
    match value {
        Value::Map(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "SearchString" => {
                        *member = Value::Blob(text.clone().into_bytes());
                    }
                    member => plain(member),
                }
            }
        }
        Value::List(items) => items.iter_mut().for_each(plain),
        _ => {}
    }
}

pub(crate) const NAMESPACE: &str = "awswaf:111122223333:webacl:test:";
pub(crate) const ARN: &str = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/test/1";

/// A web ACL that allows what its rules let pass.
pub(crate) fn web_acl(rules: &str, shelf: &Shelf) -> Result<WebAcl, CompileError> {
    web_acl_with(r#"{"Allow": {}}"#, rules, None, shelf)
}

pub(crate) fn web_acl_with(
    default_action: &str,
    rules: &str,
    bodies: Option<&str>,
    shelf: &Shelf,
) -> Result<WebAcl, CompileError> {
    let bodies = bodies.map(json);
    let source = WebAclSource {
        arn: ARN,
        name: "test",
        default_action: &json(default_action),
        rules: &json(rules),
        custom_response_bodies: bodies.as_ref(),
        association_config: None,
        label_namespace: NAMESPACE,
    };
    waf::compile_web_acl(&source, shelf)
}

/// The verdict about a request in text form, with fresh counters and this about addresses.
pub(crate) fn judge_in(web_acl: &WebAcl, request: &str, networks: &Networks) -> Verdict {
    let rates = RateCounters::new(0);
    let surroundings = Surroundings {
        rates: &rates,
        networks,
        now: Time::from_seconds(1_700_000_000),
    };
    let request = OwnedRequest::parse(request);
    request.with(web_acl.body_limit(), |request| {
        web_acl.evaluate_in(request, &surroundings).unwrap()
    })
}

/// The verdict about a request in text form, with fresh counters.
pub(crate) fn judge(web_acl: &WebAcl, request: &str) -> Verdict {
    let rates = RateCounters::new(0);
    let request = OwnedRequest::parse(request);
    request.with(web_acl.body_limit(), |request| {
        web_acl
            .evaluate(request, &rates, Time::from_seconds(1_700_000_000))
            .unwrap()
    })
}
