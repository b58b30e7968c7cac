//! A client of AWS's APIs, or of this Bartizan's: signs, sends, retries, pages. Source: AWS SDKs and
//! Tools Reference Guide, "Retry behavior"; each service's API Reference, "Common Errors".

use std::cell::RefCell;
use std::io::IsTerminal as _;
use std::net::ToSocketAddrs as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use api::client::{FormCall, JsonCall, query, sign, sign_form};
use policy::sigv4::Credentials;
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::{Value, json};
use types::{Clock as _, Entropy as _, Region};

use super::account::text;
use crate::config::TargetUrl;
use crate::http_client::{self, Answer};
use crate::system::{SystemClock, SystemEntropy};

/// How often a call is made before its error counts.
const ATTEMPTS_MAX: u32 = 8;

/// The same while nothing answers at all: a wrong address is told sooner.
const UNREACHABLE_ATTEMPTS_MAX: u32 = 4;

/// The wait before the second attempt is at most this; it doubles with every one.
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// The longest wait between two attempts.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// How long nothing is said of progress, and how often something.
const PROGRESS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_millis(200));

/// An API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Api {
    Wafv2,
    ElasticLoadBalancing,
    CertificateManager,
    SecurityTokenService,
}

impl Api {
    /// Its first part in host names, which is what calls are signed for, too.
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::Wafv2 => "wafv2",
            Self::ElasticLoadBalancing => "elasticloadbalancing",
            Self::CertificateManager => "acm",
            Self::SecurityTokenService => "sts",
        }
    }

    /// Its model, if it speaks awsQuery.
    fn query_model(self) -> Option<&'static wire::Model> {
        match self {
            Self::Wafv2 | Self::CertificateManager => None,
            Self::ElasticLoadBalancing => Some(elb::model()),
            Self::SecurityTokenService => Some(iam::sts::model()),
        }
    }

    const fn target_prefix(self) -> &'static str {
        match self {
            Self::CertificateManager => "CertificateManager",
            _ => "AWSWAF_20190729",
        }
    }

    /// What a page's marker is called when it is given back.
    const fn marker(self) -> &'static str {
        match self {
            Self::ElasticLoadBalancing => "Marker",
            _ => "NextMarker",
        }
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// The API refuses.
    #[error("{message} ({code})")]
    Refused {
        status: u16,
        code: String,
        message: String,
    },
    /// It cannot be reached, or answers what cannot be read.
    #[error("{0:#}")]
    Unreachable(anyhow::Error),
}

impl CallError {
    /// The error's code.
    pub(crate) fn code(&self) -> &str {
        match self {
            Self::Refused { code, .. } => code,
            Self::Unreachable(_) => "",
        }
    }

    /// Whether the credentials are not good, so that no other call will be answered either.
    pub(crate) fn is_of_credentials(&self) -> bool {
        [
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "SignatureDoesNotMatch",
            "InvalidSignatureException",
            "IncompleteSignature",
            "ExpiredToken",
            "ExpiredTokenException",
            "RequestExpired",
            "InvalidAccessKeyId",
            "OptInRequired",
        ]
        .contains(&self.code())
    }

    /// Whether another attempt may be answered. Everything that reads may be asked again.
    fn is_passing(&self) -> bool {
        match self {
            Self::Refused { status, code, .. } => {
                *status >= 500
                    || *status == 429
                    || [
                        "Throttl",
                        "TooManyRequests",
                        "RequestLimitExceeded",
                        "SlowDown",
                    ]
                    .iter()
                    .any(|word| code.contains(word))
            }
            Self::Unreachable(_) => true,
        }
    }
}

/// Where calls go.
#[derive(Debug, Clone)]
enum Endpoint {
    /// To AWS itself.
    Aws,
    /// To one server, for all APIs.
    One(TargetUrl),
}

/// The client.
#[derive(Debug)]
pub(crate) struct Client {
    endpoint: Endpoint,
    credentials: Credentials,
    tls: Option<Arc<ClientConfig>>,
    attempts_max: u32,
    progress: RefCell<Progress>,
}

impl Client {
    /// A client that asks AWS, or the server at `endpoint`; every call again while that may help.
    pub(crate) fn of_source(endpoint: Option<TargetUrl>, credentials: Credentials) -> Result<Self> {
        let tls = endpoint.as_ref().is_none_or(|url| url.tls);
        Ok(Self {
            endpoint: endpoint.map_or(Endpoint::Aws, Endpoint::One),
            credentials,
            tls: tls.then(client_config).transpose()?.map(Arc::new),
            attempts_max: ATTEMPTS_MAX,
            progress: RefCell::new(Progress::new("reading")),
        })
    }

    /// A client of the running `btz`. What changes something is asked once.
    pub(crate) fn of_destination(api: std::net::SocketAddr, credentials: Credentials) -> Self {
        let host = api.ip().to_string();
        Self {
            endpoint: Endpoint::One(TargetUrl {
                host,
                port: api.port(),
                tls: false,
            }),
            credentials,
            tls: None,
            attempts_max: 1,
            progress: RefCell::new(Progress::new("importing")),
        }
    }

    /// Calls an operation; answers its output.
    pub(crate) fn call(
        &self,
        api: Api,
        region: &Region,
        operation: &str,
        input: &Value,
    ) -> Result<Value, CallError> {
        let mut wait = FIRST_WAIT;
        for attempt in 1.. {
            self.progress.borrow_mut().step(region);
            let error = match self.attempt(api, region, operation, input) {
                Ok(output) => return Ok(output),
                Err(error) => error,
            };
            let attempts_max = match error {
                CallError::Unreachable(_) => self.attempts_max.min(UNREACHABLE_ATTEMPTS_MAX),
                CallError::Refused { .. } => self.attempts_max,
            };
            if attempt >= attempts_max || !error.is_passing() {
                return Err(error);
            }
            std::thread::sleep(jittered(wait));
            wait = wait.saturating_mul(2).min(WAIT_MAX);
        }
        Err(CallError::Unreachable(anyhow::anyhow!("it was not asked")))
    }

    fn attempt(
        &self,
        api: Api,
        region: &Region,
        operation: &str,
        input: &Value,
    ) -> Result<Value, CallError> {
        let answer = self.send(api, region, operation, input);
        let answer = answer.map_err(CallError::Unreachable)?;
        let body = String::from_utf8_lossy(&answer.body);
        let unreadable = |error: anyhow::Error| {
            let what = format!("{}:{operation} answered {}", api.prefix(), answer.status);
            CallError::Unreachable(error.context(what))
        };
        if answer.status != 200 {
            return Err(refusal(api, answer.status, &body));
        }
        match api.query_model() {
            None => serde_json::from_str(&body).map_err(|error| unreadable(error.into())),
            Some(model) => {
                let output = query::output(model, operation, &body);
                let output = output.map_err(|error| unreadable(error.into()))?;
                let json = wire::json::to_string(&output);
                serde_json::from_str(&json).map_err(|error| unreadable(error.into()))
            }
        }
    }

    fn send(&self, api: Api, region: &Region, operation: &str, input: &Value) -> Result<Answer> {
        let url = self.url(api, region);
        let host = match (&self.endpoint, url.host.contains(':')) {
            (Endpoint::Aws, _) => url.host.clone(),
            (_, true) => format!("[{}]:{}", url.host, url.port),
            (_, false) => format!("{}:{}", url.host, url.port),
        };
        let (credentials, now) = (&self.credentials, SystemClock.now());
        let service = api.prefix();
        let (body, request) = match api.query_model() {
            None => {
                let body = input.to_string();
                let call = JsonCall {
                    host: &host,
                    service,
                    target_prefix: api.target_prefix(),
                    operation,
                    body: &body,
                };
                let request = sign(&call, credentials, region, now)?;
                (body, request)
            }
            Some(model) => {
                let input = wire::json::parse(input.to_string().as_bytes())?;
                let body = query::form(model.api_version(), operation, &input);
                let call = FormCall {
                    host: &host,
                    service,
                    body: &body,
                };
                let request = sign_form(&call, credentials, region, now)?;
                (body, request)
            }
        };
        self.exchange(&url, &host, &request.head(), body.as_bytes())
    }

    fn exchange(&self, url: &TargetUrl, peer: &str, head: &str, body: &[u8]) -> Result<Answer> {
        let addresses = (url.host.as_str(), url.port).to_socket_addrs();
        let addresses = addresses.with_context(|| format!("{} cannot be resolved", url.host))?;
        let mut last = None;
        for address in addresses {
            let stream = match http_client::connect(address) {
                Ok(stream) => stream,
                Err(error) => {
                    last = Some(error);
                    continue;
                }
            };
            return match &self.tls {
                Some(config) if url.tls => {
                    let name = ServerName::try_from(url.host.clone())?;
                    let connection = ClientConnection::new(Arc::clone(config), name)?;
                    let stream = StreamOwned::new(connection, stream);
                    http_client::exchange_over(stream, peer, head, body)
                }
                _ => http_client::exchange_over(stream, peer, head, body),
            };
        }
        match last {
            Some(error) => Err(error).with_context(|| format!("nothing answers at {peer}")),
            None => bail!("{} has no address", url.host),
        }
    }

    /// Where an API is. Source: AWS General Reference, "Service endpoints".
    fn url(&self, api: Api, region: &Region) -> TargetUrl {
        match &self.endpoint {
            Endpoint::One(url) => url.clone(),
            Endpoint::Aws => {
                let suffix = match region.as_str() {
                    china if china.starts_with("cn-") => "amazonaws.com.cn",
                    _ => "amazonaws.com",
                };
                TargetUrl {
                    host: format!("{}.{region}.{suffix}", api.prefix()),
                    port: 443,
                    tls: true,
                }
            }
        }
    }

    /// All items of an operation that answers pages, at most `items_max` and one.
    pub(crate) fn pages(
        &self,
        (api, region): (Api, &Region),
        operation: &str,
        input: &Value,
        member: &str,
        items_max: usize,
    ) -> Result<Vec<Value>, CallError> {
        let mut items = Vec::new();
        let mut input = input.clone();
        loop {
            let mut output = self.call(api, region, operation, &input)?;
            let page = output.get_mut(member).map(Value::take);
            let page = match page {
                Some(Value::Array(page)) => page,
                _ => Vec::new(),
            };
            let marker = text(&output, "NextMarker").to_owned();
            // Some APIs give a marker with the last page; the one after it is empty.
            let end = page.is_empty() || marker.is_empty() || marker == text(&input, api.marker());
            items.extend(page);
            if end || items.len() > items_max {
                return Ok(items);
            }
            if let Value::Object(members) = &mut input {
                members.insert(api.marker().to_owned(), json!(marker));
            }
        }
    }

    /// Ends the line of progress, if there is one.
    pub(crate) fn done(&self) {
        self.progress.borrow_mut().done();
    }
}

/// An error as each protocol writes it.
fn refusal(api: Api, status: u16, body: &str) -> CallError {
    let read = if api.query_model().is_some() {
        query::error(body)
    } else {
        serde_json::from_str::<Value>(body).ok().map(|error| {
            let code = text(&error, "__type");
            let code = code.rsplit('#').next().unwrap_or_default();
            let message = ["message", "Message"]
                .map(|name| text(&error, name))
                .concat();
            (code.to_owned(), message)
        })
    };
    let (code, message) = read.unwrap_or_else(|| {
        let start: String = body.chars().take(200).collect();
        (format!("status {status}"), start)
    });
    CallError::Refused {
        status,
        code,
        message,
    }
}

/// Between nothing and the whole wait, so that many who were throttled together do not come
/// together again.
fn jittered(wait: Duration) -> Duration {
    let mut random = [0; 4];
    if SystemEntropy::default().fill(&mut random).is_err() {
        return wait;
    }
    let share = f64::from(u32::from_be_bytes(random)) / f64::from(u32::MAX);
    wait.mul_f64(share)
}

/// Trusts what the system trusts (`SSL_CERT_FILE` included), or the CLI's `AWS_CA_BUNDLE`.
fn client_config() -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    match std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty()) {
        Some(path) => {
            let unreadable = || format!("AWS_CA_BUNDLE: {}", path.display());
            let bundle = CertificateDer::pem_file_iter(&path).with_context(unreadable)?;
            for certificate in bundle {
                roots.add(certificate.with_context(unreadable)?)?;
            }
        }
        None => {
            let found = rustls_native_certs::load_native_certs().certs;
            roots.add_parsable_certificates(found);
        }
    }
    if roots.is_empty() {
        bail!("this machine has no root certificates (Debian: apt-get install ca-certificates)");
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider);
    let config = config.with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// A line on the terminal that tells that something goes on.
#[derive(Debug)]
struct Progress {
    doing: &'static str,
    begin: Instant,
    said: Option<Instant>,
    calls: u64,
    terminal: bool,
}

impl Progress {
    fn new(doing: &'static str) -> Self {
        Self {
            doing,
            begin: Instant::now(),
            said: None,
            calls: 0,
            terminal: std::io::stderr().is_terminal(),
        }
    }

    fn step(&mut self, region: &Region) {
        self.calls += 1;
        let (quiet, pause) = PROGRESS;
        let due = self.said.is_none_or(|said| said.elapsed() > pause);
        if self.terminal && due && self.begin.elapsed() > quiet {
            self.said = Some(Instant::now());
            let (doing, calls) = (self.doing, self.calls);
            eprint_raw(&format!("\r{doing} {region}: {calls} calls \u{1b}[K"));
        }
    }

    fn done(&mut self) {
        if self.said.take().is_some() {
            eprint_raw("\r\u{1b}[K");
        }
    }
}

fn eprint_raw(text: &str) {
    use std::io::Write as _;
    drop(std::io::stderr().lock().write_all(text.as_bytes()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_apart() {
        let error = |status, code: &str| CallError::Refused {
            status,
            code: code.to_owned(),
            message: String::new(),
        };
        assert!(error(400, "ThrottlingException").is_passing());
        assert!(error(503, "x").is_passing());
        assert!(!error(400, "WAFInvalidParameterException").is_passing());
        assert!(!error(403, "AccessDenied").is_passing());
        assert!(error(403, "InvalidClientTokenId").is_of_credentials());
        assert!(!error(403, "AccessDenied").is_of_credentials());
    }

    #[test]
    fn refusals_are_read_in_both_protocols() {
        let json = r#"{"__type":"com.amazonaws.waf#WAFNonexistentItemException","Message":"no"}"#;
        let xml = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error>\
                   </ErrorResponse>";
        for (api, body, code) in [
            (Api::Wafv2, json, "WAFNonexistentItemException"),
            (Api::ElasticLoadBalancing, xml, "AccessDenied"),
            (Api::Wafv2, "<html>", "status 400"),
            (Api::SecurityTokenService, "<html>", "status 400"),
        ] {
            let error = refusal(api, 400, body);
            assert_eq!(error.code(), code, "{body}");
        }
    }

    #[test]
    fn each_api_of_aws_has_its_host() {
        let credentials = Credentials {
            access_key_id: String::new(),
            secret_access_key: types::Secret::new(Vec::new()),
            session_token: None,
        };
        let client = Client {
            endpoint: Endpoint::Aws,
            credentials,
            tls: None,
            attempts_max: 1,
            progress: RefCell::new(Progress::new("")),
        };
        let host = |api, region: &str| client.url(api, &region.parse().unwrap()).host;
        assert_eq!(
            host(Api::Wafv2, "eu-west-1"),
            "wafv2.eu-west-1.amazonaws.com"
        );
        assert_eq!(
            host(Api::ElasticLoadBalancing, "cn-north-1"),
            "elasticloadbalancing.cn-north-1.amazonaws.com.cn"
        );
        assert_eq!(
            host(Api::CertificateManager, "us-gov-west-1"),
            "acm.us-gov-west-1.amazonaws.com"
        );
    }
}
