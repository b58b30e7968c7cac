//! Certificates by ACME (RFC 8555): what the configuration says of it, and what is kept of each
//! order between starts.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use types::Time;

use super::Name;
use crate::private_file;

/// The directory of the public certificate authority that `--acme` means.
pub(crate) const PUBLIC_DIRECTORY: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// The most domains.
const DOMAINS_MAX: usize = 100;

/// The file that tells that a certificate is an authority's to renew.
const FILE: &str = "acme.json";

/// The key that the certificate of an order will have.
const ORDER_KEY: &str = "order-key.pem";

/// How an authority is shown that a name leads here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum ChallengeKind {
    /// RFC 8555, 8.3: by a request to port 80.
    #[default]
    #[serde(rename = "http-01")]
    Http01,
    /// RFC 8737: by a handshake with port 443.
    #[serde(rename = "tls-alpn-01")]
    TlsAlpn01,
}

/// `[acme]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acme {
    /// The authority's directory.
    pub(crate) directory: String,
    /// Whether its terms of service are agreed to.
    #[serde(default)]
    pub(crate) terms_of_service_agreed: bool,
    /// Where it can reach its customer: `mailto:` addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) contact: Vec<String>,
    /// One certificate is had for each. Without: the configuration's `domains`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) domains: Vec<String>,
    /// How it is shown that they lead here.
    #[serde(default)]
    pub(crate) challenge: ChallengeKind,
    /// PEM file of the roots that the authority's own server is trusted by; without it the
    /// system's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ca: Option<PathBuf>,
}

impl Acme {
    /// What `--acme` means where the file has no `[acme]`.
    pub(crate) const fn public(directory: String) -> Self {
        Self {
            directory,
            terms_of_service_agreed: true,
            contact: Vec::new(),
            domains: Vec::new(),
            challenge: ChallengeKind::Http01,
            ca: None,
        }
    }

    /// Everything that is wrong with it.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        let host = self.directory.strip_prefix("https://");
        if host.is_none_or(|rest| rest.is_empty() || rest.starts_with('/')) {
            let directory = &self.directory;
            mistakes.push(format!(
                "acme.directory: `{directory}` is no https:// address"
            ));
        }
        if !self.terms_of_service_agreed {
            mistakes.push(
                "acme.terms_of_service_agreed: read the authority's terms of service, then set it \
                 to true"
                    .to_owned(),
            );
        }
        if self.domains.is_empty() {
            mistakes.push("acme.domains: name at least one domain".to_owned());
        }
        if self.domains.len() > DOMAINS_MAX {
            mistakes.push(format!("acme.domains: at most {DOMAINS_MAX} domains"));
        }
        for domain in &self.domains {
            if let Err(reason) = check_domain(domain) {
                mistakes.push(format!("acme.domains: `{domain}` {reason}"));
            }
        }
        for contact in &self.contact {
            if !contact.starts_with("mailto:") {
                mistakes.push(format!("acme.contact: `{contact}` is no mailto: address"));
            }
        }
        if let Some(ca) = &self.ca
            && let Err(error) = std::fs::File::open(ca)
        {
            mistakes.push(format!("acme.ca: cannot read {}: {error}", ca.display()));
        }
        mistakes
    }

    /// The certificates' names: those of the domains.
    pub(crate) fn names(&self) -> Vec<Name> {
        let domains = self
            .domains
            .iter()
            .map(|domain| domain.to_ascii_lowercase());
        domains.filter_map(|domain| domain.parse().ok()).collect()
    }
}

fn check_domain(domain: &str) -> Result<(), &'static str> {
    if domain.starts_with("*.") {
        return Err("is a wildcard, which no challenge that can be answered here proves");
    }
    if domain.parse::<std::net::IpAddr>().is_ok() {
        return Err("is an address: certificates are had for names");
    }
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if domain.len() > 253 || !domain.split('.').all(label) {
        return Err("is no host name");
    }
    Ok(())
}

/// What is kept of one certificate between starts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    /// The directory that the certificate, or the order, is of.
    pub(crate) directory: String,
    /// The order that is under way, by its URL.
    pub(crate) order: Option<String>,
    /// When the certificate is to be renewed, in milliseconds since 1970.
    pub(crate) renew_at_ms: Option<i64>,
    /// Before this nothing is attempted, in milliseconds since 1970.
    pub(crate) next_attempt_ms: Option<i64>,
    /// How often in a row it has failed.
    pub(crate) failures: u32,
    /// Why it failed the last time.
    pub(crate) last_error: Option<String>,
}

impl State {
    /// Whether a certificate's folder has one.
    pub(crate) fn is_in(place: &Path) -> bool {
        place.join(FILE).exists()
    }

    /// What a certificate's folder has of it.
    pub(crate) fn read(place: &Path) -> Result<Option<Self>> {
        let path = place.join(FILE);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        let state = serde_json::from_slice(&text)
            .with_context(|| format!("{} is damaged: delete it", path.display()))?;
        Ok(Some(state))
    }

    /// Keeps it in a certificate's folder.
    pub(crate) fn write(&self, place: &Path) -> Result<()> {
        private_file::write(&place.join(FILE), &serde_json::to_vec_pretty(self)?)
    }

    /// Takes it, and the order's key, out of a certificate's folder.
    pub(crate) fn forget(place: &Path) -> Result<()> {
        for path in [place.join(FILE), Self::order_key(place)] {
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("cannot remove {}", path.display()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Where the order's key is kept.
    pub(crate) fn order_key(place: &Path) -> PathBuf {
        place.join(ORDER_KEY)
    }

    /// When the certificate is to be renewed.
    pub(crate) fn renew_at(&self) -> Option<Time> {
        self.renew_at_ms.map(Time::from_millis)
    }

    /// Before this nothing is attempted.
    pub(crate) fn next_attempt(&self) -> Option<Time> {
        self.next_attempt_ms.map(Time::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_that_can_be_used_has_no_mistakes_and_others_name_theirs() {
        let right = Acme {
            contact: vec!["mailto:ops@shop.example".to_owned()],
            domains: vec!["shop.example".to_owned(), "WWW.shop.example".to_owned()],
            ..Acme::public(PUBLIC_DIRECTORY.to_owned())
        };
        assert_eq!(right.mistakes(), Vec::<String>::new());
        let names: Vec<_> = right.names().iter().map(ToString::to_string).collect();
        assert_eq!(names, ["shop.example", "www.shop.example"]);

        let wrong = Acme {
            directory: "http://ca.example/directory".to_owned(),
            terms_of_service_agreed: false,
            contact: vec!["ops@shop.example".to_owned()],
            domains: ["*.shop.example", "192.0.2.1", "a..b", "-a", "a b", ""]
                .map(str::to_owned)
                .to_vec(),
            challenge: ChallengeKind::Http01,
            ca: Some("/nowhere/ca.pem".into()),
        };
        let mistakes = wrong.mistakes();
        assert_eq!(mistakes.len(), 10, "{mistakes:#?}");
    }

    #[test]
    fn what_was_kept_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(State::read(folder.path()).unwrap(), None);
        let state = State {
            order: Some("https://ca.example/order/1".to_owned()),
            failures: 3,
            ..State::default()
        };
        state.write(folder.path()).unwrap();
        assert_eq!(State::read(folder.path()).unwrap(), Some(state));
        std::fs::write(folder.path().join(FILE), "{").unwrap();
        assert!(State::read(folder.path()).is_err());
        State::forget(folder.path()).unwrap();
        assert_eq!(State::read(folder.path()).unwrap(), None);
    }
}
