//! The configuration: one TOML file, one struct, unknown fields refused. Flags of the command line
//! override the file; the environment holds secrets and the account only.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use telemetry::access_log::LogPlace;
use telemetry::audit::{self, Retention};
use telemetry::traces::Endpoint;

use crate::certificate;
use crate::certificate::acme::Acme;
use crate::suite::identity_providers;
use crate::suite::key_stores::KmsConfig;
use crate::suite::networks::NetworksConfig;

/// Everything that can be configured, with what is in force when it is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// The application that is protected: `http://HOST:PORT` or `https://HOST:PORT`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) target: Option<String>,
    /// HTTP listener of the load balancer.
    pub(crate) listen: SocketAddr,
    /// HTTPS listener of the load balancer; none unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) listen_tls: Option<SocketAddr>,
    /// PEM file with the certificate chain for `listen_tls`; without it a local CA issues one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cert: Option<PathBuf>,
    /// PEM file with the certificate's private key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<PathBuf>,
    /// Names that the local CA's certificate is for, beside `localhost` and the loopback addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) domains: Vec<String>,
    /// The AWS APIs.
    pub(crate) api: SocketAddr,
    /// Health, readiness and metrics.
    pub(crate) admin: SocketAddr,
    /// Where state, credentials and logs are kept.
    pub(crate) data: PathBuf,
    /// Where rows are kept: `redb` (a file in `data`), `memory`, or a `postgresql://` address.
    pub(crate) store: String,
    /// The Region that `default` is made in.
    pub(crate) region: String,
    /// The bucket (a folder of `data`'s `buckets`) that requests of all load balancers are logged to
    /// that have no `access_logs.s3.*` of their own; none unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) access_logs: Option<String>,
    /// How many bytes of access logs one bucket may hold: the oldest files are deleted beyond it.
    pub(crate) bucket_bytes_max: u64,
    /// How many days audit records are kept; 0 keeps them for ever.
    pub(crate) audit_days: u32,
    /// How many bytes of audit records are kept at most, whatever their age; 0 sets no limit.
    pub(crate) audit_bytes_max: u64,
    /// The collector that traces are sent to by OTLP/HTTP: `http://HOST:4318`, or `https://`; none
    /// unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) traces: Option<String>,
    /// How many of a hundred traces that begin here are sampled.
    pub(crate) traces_percent: u8,
    /// PEM file with the certificates that the collector is trusted by; without it the system's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) traces_ca: Option<PathBuf>,
    /// Threads that serve traffic; 0 takes one a core.
    pub(crate) threads: usize,
    /// Bytes of a body that rules look at, where their web ACL asks for fewer (AWS's most is 64 KB).
    /// Each request's share of it is held in memory until it was judged; 0 leaves it to web ACLs.
    pub(crate) body_inspection_limit_bytes: usize,
    /// Certificates that lie elsewhere than in `data`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) certificates: Vec<certificate::Configured>,
    /// Certificates that an authority issues by ACME.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) acme: Option<Acme>,
    /// OpenID Connect providers whose keys are not found by their discovery document.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) identity_providers: Vec<identity_providers::Configured>,
    /// What rules know of addresses: countries, autonomous systems, lists.
    pub(crate) networks: NetworksConfig,
    /// Where custom key stores may have their keys.
    #[serde(skip_serializing_if = "KmsConfig::is_empty")]
    pub(crate) kms: KmsConfig,
}

/// The largest `body_inspection_limit_bytes`: what many clients at once can make us hold.
const BODY_INSPECTION_BYTES_MAX: usize = 256 * 1024 * 1024;

impl Default for Config {
    fn default() -> Self {
        Self {
            target: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            listen_tls: None,
            cert: None,
            key: None,
            domains: Vec::new(),
            api: SocketAddr::from(([127, 0, 0, 1], 4600)),
            admin: SocketAddr::from(([127, 0, 0, 1], 4601)),
            data: default_data(),
            store: "redb".to_owned(),
            region: "us-east-1".to_owned(),
            access_logs: None,
            bucket_bytes_max: telemetry::access_log::BUCKET_BYTES_MAX,
            audit_days: 365,
            audit_bytes_max: 0,
            traces: None,
            traces_percent: 100,
            traces_ca: None,
            threads: 0,
            certificates: Vec::new(),
            acme: None,
            body_inspection_limit_bytes: 0,
            identity_providers: Vec::new(),
            networks: NetworksConfig::default(),
            kms: KmsConfig::default(),
        }
    }
}

/// `$XDG_DATA_HOME/bartizan`, else `$HOME/.local/share/bartizan`, else `./bartizan-data`.
fn default_data() -> PathBuf {
    let from = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    from("XDG_DATA_HOME")
        .or_else(|| from("HOME").map(|home| home.join(".local/share")))
        .map_or_else(
            || PathBuf::from("bartizan-data"),
            |base| base.join("bartizan"),
        )
}

/// What is wrong with a configuration, all of it.
#[derive(Debug, thiserror::Error)]
#[error("the configuration is not right:\n  {}", .0.join("\n  "))]
pub(crate) struct Mistakes(pub(crate) Vec<String>);

/// Where an application is: the one thing that `btz protect` is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TargetUrl {
    /// Host name or address, IPv6 without brackets.
    pub(crate) host: String,
    /// Its port.
    pub(crate) port: u16,
    /// Whether it is `https`.
    pub(crate) tls: bool,
}

impl TargetUrl {
    /// Reads `http://HOST[:PORT]`; a path, user or query is refused, since nothing would honour it.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let form = "an application's address reads http://HOST:PORT or https://HOST:PORT";
        let (tls, rest) = match text.split_once("://") {
            Some(("http", rest)) => (false, rest),
            Some(("https", rest)) => (true, rest),
            Some((scheme, _)) => bail!("{form}, but `{text}` has scheme `{scheme}`"),
            None => bail!("{form}, but `{text}` has no scheme: did you mean http://{text} ?"),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if let Some(found) = rest.find(['/', '?', '#', '@']) {
            let from = rest.get(found..).unwrap_or_default();
            bail!("{form}: leave out `{from}` of `{text}`");
        }
        let (host, port) = match rest.strip_prefix('[') {
            Some(bracketed) => {
                let (host, tail) = bracketed
                    .split_once(']')
                    .with_context(|| format!("`{text}` lacks the closing bracket"))?;
                (host, tail.strip_prefix(':'))
            }
            None => match rest.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (rest, None),
            },
        };
        if host.is_empty() {
            bail!("{form}, but `{text}` names no host");
        }
        let is_address = host.parse::<IpAddr>().is_ok();
        let named = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if !is_address && (rest.starts_with('[') || !host.bytes().all(named)) {
            bail!("{form}, but `{}` is no host name", host.escape_debug());
        }
        let port = match port {
            Some(port) => match port.parse() {
                Ok(0) | Err(_) => bail!("`{port}` in `{text}` is no port: ports are 1 to 65535"),
                Ok(port) => port,
            },
            None if tls => 443,
            None => 80,
        };
        Ok(Self {
            host: host.to_owned(),
            port,
            tls,
        })
    }
}

impl Config {
    /// Reads and checks a file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Mistakes(vec![format!("cannot read {shown}: {error}")]))?;
        toml::from_str(&text).map_err(|error| Mistakes(vec![format!("{shown}: {error}")]).into())
    }

    /// Checks what a type cannot: every mistake is found, not only the first.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        if let Some(target) = &self.target
            && let Err(error) = TargetUrl::parse(target)
        {
            mistakes.push(format!("target: {error:#}"));
        }
        if let Err(error) = self.region.parse::<types::Region>() {
            mistakes.push(format!("region: {error}"));
        }
        match (&self.cert, &self.key) {
            (Some(_), None) => mistakes.push("cert is given without key: give both".to_owned()),
            (None, Some(_)) => mistakes.push("key is given without cert: give both".to_owned()),
            _ => {}
        }
        if let Some(bucket) = &self.access_logs
            && self.access_log_place().is_none()
        {
            mistakes.push(format!("access_logs: `{bucket}` is no name of a bucket"));
        }
        if let Some(address) = &self.traces
            && let Err(error) = Endpoint::parse(address)
        {
            mistakes.push(format!("traces: {error}"));
        }
        if self.traces_percent > 100 {
            mistakes.push("traces_percent is more than 100".to_owned());
        }
        let files = [
            ("cert", &self.cert),
            ("key", &self.key),
            ("traces_ca", &self.traces_ca),
        ];
        for (name, path) in files {
            if let Some(path) = path
                && let Err(error) = std::fs::File::open(path)
            {
                mistakes.push(format!("{name}: cannot read {}: {error}", path.display()));
            }
        }
        if self.cert.is_some() && self.listen_tls.is_none() {
            mistakes.push("cert is given, but no listen_tls: give its address".to_owned());
        }
        mistakes.extend(self.certificate_mistakes());
        mistakes.extend(self.networks.mistakes());
        mistakes.extend(self.kms.mistakes());
        if self.body_inspection_limit_bytes > BODY_INSPECTION_BYTES_MAX {
            let most = BODY_INSPECTION_BYTES_MAX;
            mistakes.push(format!("body_inspection_limit_bytes: at most {most}"));
        }
        let known = ["redb", "memory"].contains(&self.store.as_str());
        let postgresql = ["postgresql://", "postgres://"];
        if !known
            && !postgresql
                .iter()
                .any(|scheme| self.store.starts_with(scheme))
        {
            let store = &self.store;
            mistakes.push(format!(
                "store: `{store}` is none of redb, memory, postgresql://..."
            ));
        }
        let mut addresses = vec![
            ("listen", self.listen),
            ("api", self.api),
            ("admin", self.admin),
        ];
        addresses.extend(self.listen_tls.map(|address| ("listen_tls", address)));
        for (index, (name, address)) in addresses.iter().enumerate() {
            for (other, same) in addresses.iter().skip(index + 1) {
                if address == same && address.port() != 0 {
                    mistakes.push(format!("{name} and {other} are both {address}: choose two"));
                }
            }
        }
        mistakes
    }

    fn certificate_mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        let mut names: Vec<&str> = self.cert.iter().map(|_| certificate::DEFAULT).collect();
        for configured in &self.certificates {
            let name = configured.name.as_str();
            if names.contains(&name) {
                mistakes.push(format!("certificates: there are two of the name {name}"));
            }
            names.push(name);
            for path in [&configured.cert, &configured.key] {
                if let Err(error) = std::fs::File::open(path) {
                    let path = path.display();
                    mistakes.push(format!("certificates: {name}: cannot read {path}: {error}"));
                }
            }
        }
        if let Some(acme) = &self.acme {
            mistakes.extend(acme.mistakes());
            for name in acme.names() {
                if names.contains(&name.as_str()) {
                    mistakes.push(format!(
                        "acme.domains: {name} is a certificate's name already"
                    ));
                }
            }
        }
        mistakes
    }

    /// Where calls are recorded, and for how long.
    pub(crate) fn audit(&self) -> audit::Config {
        let mut audit = audit::Config::new(self.data.join("audit"));
        let days = u64::from(self.audit_days);
        audit.retention = Retention {
            keep: (days > 0).then(|| Duration::from_secs(days * 24 * 60 * 60)),
            bytes_max: (self.audit_bytes_max > 0).then_some(self.audit_bytes_max),
        };
        // Of the embedded store this process is the only user.
        audit.store_is_shared = self.store != "redb" && self.store != "memory";
        if audit.store_is_shared {
            audit.machine = crate::system::machine(&self.data);
        }
        audit
    }

    /// Where requests of load balancers are logged that do not say so themselves.
    pub(crate) fn access_log_place(&self) -> Option<Arc<LogPlace>> {
        let bucket = self.access_logs.as_ref()?;
        LogPlace::new(bucket, "").map(Arc::new)
    }

    /// The configuration, or all its mistakes as one error.
    pub(crate) fn checked(self) -> Result<Self> {
        let mistakes = self.mistakes();
        if mistakes.is_empty() {
            Ok(self)
        } else {
            Err(Mistakes(mistakes).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_scheme_host_and_port() {
        let url = |text| {
            TargetUrl::parse(text)
                .map(|url| (url.host, url.port, url.tls))
                .ok()
        };
        assert_eq!(
            url("http://127.0.0.1:3000"),
            Some(("127.0.0.1".to_owned(), 3000, false))
        );
        assert_eq!(
            url("https://shop.example/"),
            Some(("shop.example".to_owned(), 443, true))
        );
        assert_eq!(
            url("http://[::1]:3000"),
            Some(("::1".to_owned(), 3000, false))
        );
        for text in [
            "",
            "127.0.0.1:3000",
            "ftp://x",
            "http://",
            "http://x:0",
            "http://x:99999",
            "http://x/path",
            "http://u@x",
            "http://[::1",
            "http://:80",
            "http://bad host",
            "http://x\r\n",
            "http://[x]:80",
        ] {
            assert_eq!(url(text), None, "{text}");
        }
    }

    #[test]
    fn an_unknown_field_is_refused_by_name() {
        let error = toml::from_str::<Config>("lisen = \"127.0.0.1:1\"")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("lisen") && error.contains("listen"),
            "{error}"
        );
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let config = Config {
            target: Some("127.0.0.1:3000".to_owned()),
            region: "EU".to_owned(),
            cert: Some("/nowhere/cert.pem".into()),
            store: "sqlite".to_owned(),
            body_inspection_limit_bytes: usize::MAX,
            access_logs: Some("../up".to_owned()),
            traces: Some("otel:4318".to_owned()),
            traces_percent: 101,
            api: SocketAddr::from(([127, 0, 0, 1], 8080)),
            ..Config::default()
        };
        let mistakes = config.mistakes().join("\n");
        for word in [
            "target:",
            "region:",
            "without key",
            "/nowhere/cert.pem",
            "listen_tls",
            "sqlite",
            "body_inspection_limit_bytes",
            "access_logs:",
            "traces:",
            "traces_percent",
            "listen and api",
        ] {
            assert!(mistakes.contains(word), "{word} is not in: {mistakes}");
        }
    }

    #[test]
    fn the_defaults_are_right_and_read_back_from_their_own_text() {
        let config = Config::default();
        assert!(config.mistakes().is_empty());
        let text = toml::to_string(&config).unwrap();
        assert_eq!(toml::from_str::<Config>(&text).unwrap(), config);
    }
}
