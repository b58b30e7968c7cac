//! Where the keys of OpenID Connect providers come from: a file or an address that the configuration
//! gives, else the provider's own discovery document, at a public address.
//! Source: OpenID Connect Discovery 1.0, section 4.

use std::collections::BTreeMap;
use std::path::Path;

use iam::{KEY_SET_BYTES_MAX, KeySets};
use serde::{Deserialize, Serialize};
use wire::BoxFuture;

use super::networks;
use crate::config::Config;

/// A provider whose keys do not come from its discovery document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Configured {
    /// The issuer as tokens name it: `https://issuer.example/realm`.
    pub(crate) issuer: String,
    /// Its JSON Web Key Set: a file, or a URL.
    pub(crate) keys: String,
}

/// The providers.
#[derive(Debug, Default)]
pub(super) struct Providers {
    configured: BTreeMap<String, String>,
}

impl Providers {
    pub(super) fn of(config: &Config) -> Self {
        let configured = config.identity_providers.iter().map(|provider| {
            let issuer = provider.issuer.trim_end_matches('/').to_owned();
            (issuer, provider.keys.clone())
        });
        Self {
            configured: configured.collect(),
        }
    }

    async fn keys(&self, issuer: &str) -> Result<Vec<u8>, String> {
        match self.configured.get(issuer) {
            Some(place) if place.contains("://") => {
                networks::fetch_once(place, KEY_SET_BYTES_MAX).await
            }
            Some(path) => read(Path::new(path)).await,
            None => {
                let address = format!("{issuer}/.well-known/openid-configuration");
                // An account names the issuer, and the issuer its keys: neither may be inside.
                let name =
                    |error| format!("{error}; issuers inside are named in [[identity_providers]]");
                let text = networks::fetch_public(&address, KEY_SET_BYTES_MAX);
                let text = text.await.map_err(name)?;
                let keys = keys_of(issuer, &address, &text)?;
                networks::fetch_public(&keys, KEY_SET_BYTES_MAX)
                    .await
                    .map_err(name)
            }
        }
    }
}

/// What counts of a discovery document.
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

/// The address of the keys that a discovery document names. Whoever serves the document chooses it:
/// without TLS it could be this machine's own.
fn keys_of(issuer: &str, address: &str, text: &[u8]) -> Result<String, String> {
    let document: Discovery =
        serde_json::from_slice(text).map_err(|_| format!("{address} is no discovery document"))?;
    if document.issuer.trim_end_matches('/') != issuer {
        return Err(format!(
            "{address} is of another issuer: {}",
            document.issuer
        ));
    }
    if !document.jwks_uri.starts_with("https://") {
        return Err(format!("{address}: jwks_uri is no https:// address"));
    }
    Ok(document.jwks_uri)
}

async fn read(path: &Path) -> Result<Vec<u8>, String> {
    use tokio::io::AsyncReadExt as _;
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let file = tokio::fs::File::open(path).await.map_err(failed)?;
    let mut bytes = Vec::new();
    let limit = KEY_SET_BYTES_MAX as u64 + 1;
    file.take(limit)
        .read_to_end(&mut bytes)
        .await
        .map_err(failed)?;
    Ok(bytes)
}

impl KeySets for Providers {
    fn fetch<'a>(&'a self, issuer: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>> {
        Box::pin(self.keys(issuer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_discovery_document_names_its_own_issuer_and_keys_behind_tls() {
        let issuer = "https://issuer.example";
        let document = |issuer: &str, keys: &str| {
            serde_json::json!({"issuer": issuer, "jwks_uri": keys}).to_string()
        };
        let keys = |text: String| keys_of(issuer, "it", text.as_bytes());
        let good = "https://keys.example/jwks";
        assert_eq!(keys(document(issuer, good)).unwrap(), good);
        for wrong in [
            document("https://other.example", good),
            document(issuer, "http://127.0.0.1:9000/secrets"),
            document(issuer, "/etc/passwd"),
            "{}".to_owned(),
        ] {
            assert!(keys(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn keys_come_from_the_file_that_is_given() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        std::fs::write(&path, "{\"keys\": []}").unwrap();
        let config = Config {
            identity_providers: vec![Configured {
                issuer: "https://issuer.example/realm/".to_owned(),
                keys: path.display().to_string(),
            }],
            ..Config::default()
        };
        let providers = Providers::of(&config);
        let keys = providers.fetch("https://issuer.example/realm").await;
        assert_eq!(keys.unwrap(), b"{\"keys\": []}");
        std::fs::remove_file(&path).unwrap();
        assert!(
            providers
                .fetch("https://issuer.example/realm")
                .await
                .is_err()
        );
        // Without TLS anyone on the way could put in keys of his own.
        let plain = networks::fetch_once("http://192.0.2.1/keys", 10).await;
        assert!(plain.unwrap_err().contains("https://"));
    }
}
