//! What the owner says of custom key stores: which PKCS#11 token a CloudHSM cluster id names.
//!
//! ```toml
//! [[kms.token]]
//! cluster = "cluster-1a23b4cdefg"                    # what callers name it: made up
//! module = "/usr/lib/softhsm/libsofthsm2.so"
//! label = "hsm"
//! trust_anchor = "/etc/bartizan/customerCA.crt"      # what callers must know; unless set, anything
//! accounts = ["111122223333"]                        # unless set, the installation's own
//! ```
//!
//! The PIN is a caller's `KeyStorePassword`, kept wrapped under the seal.

use std::path::PathBuf;

use anyhow::{Context, Result};
use kms::TokenCluster;
use serde::{Deserialize, Serialize};
use token::TokenPlace;
use types::AccountId;

use super::xks_client::XksConfig;

/// A trust anchor is read up to this: what AWS takes.
const TRUST_ANCHOR_BYTES_MAX: u64 = 5000;

/// What can be configured of KMS.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct KmsConfig {
    /// Tokens for custom key stores of type `AWS_CLOUDHSM`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) token: Vec<Configured>,
    /// How external key store proxies are reached.
    pub(crate) xks: XksConfig,
}

/// A token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Configured {
    /// `cluster-` and 11 to 16 letters, or digits from 2 to 7.
    pub(crate) cluster: String,
    /// The PKCS#11 module's file.
    pub(crate) module: PathBuf,
    /// The token's label.
    pub(crate) label: String,
    /// PEM file with the certificate that callers give as `TrustAnchorCertificate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trust_anchor: Option<PathBuf>,
    /// The accounts that may have a key store on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) accounts: Vec<String>,
}

impl KmsConfig {
    /// Whether nothing is configured.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Checks what a type cannot.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        let mut mistakes = self.xks.mistakes();
        for (index, token) in self.token.iter().enumerate() {
            let cluster = &token.cluster;
            if !is_cluster_id(cluster) {
                mistakes.push(format!(
                    "kms.token: cluster `{cluster}` is not cluster- and 11 to 16 letters, or digits \
                     from 2 to 7"
                ));
            }
            if self
                .token
                .iter()
                .skip(index + 1)
                .any(|other| other.cluster == *cluster)
            {
                mistakes.push(format!("kms.token: there are two of cluster {cluster}"));
            }
            let files = [Some(&token.module), token.trust_anchor.as_ref()];
            for path in files.into_iter().flatten() {
                if let Err(error) = std::fs::File::open(path) {
                    let path = path.display();
                    mistakes.push(format!("kms.token: {cluster}: cannot read {path}: {error}"));
                }
            }
            for account in &token.accounts {
                if let Err(error) = account.parse::<AccountId>() {
                    mistakes.push(format!("kms.token: {cluster}: account {account}: {error}"));
                }
            }
        }
        mistakes
    }

    /// The tokens, for the service.
    pub(super) fn clusters(&self, own: AccountId) -> Result<Vec<TokenCluster>> {
        self.token
            .iter()
            .map(|token| {
                let trust_anchor = token.trust_anchor.as_ref().map(|path| -> Result<String> {
                    use std::io::Read as _;
                    let mut text = String::new();
                    let file = std::fs::File::open(path)
                        .with_context(|| format!("cannot read {}", path.display()))?;
                    file.take(TRUST_ANCHOR_BYTES_MAX + 1)
                        .read_to_string(&mut text)?;
                    Ok(text)
                });
                let accounts: Result<Vec<AccountId>, _> = token
                    .accounts
                    .iter()
                    .map(|account| account.parse())
                    .collect();
                let mut accounts = accounts?;
                if accounts.is_empty() {
                    accounts.push(own);
                }
                Ok(TokenCluster {
                    cluster_id: token.cluster.clone(),
                    place: TokenPlace {
                        module: std::path::absolute(&token.module)?,
                        label: token.label.clone(),
                    },
                    trust_anchor: trust_anchor.transpose()?,
                    accounts,
                })
            })
            .collect()
    }
}

fn is_cluster_id(text: &str) -> bool {
    text.strip_prefix("cluster-").is_some_and(|rest| {
        (11..=16).contains(&rest.len())
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || (b'2'..=b'7').contains(&byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_callers_cannot_name_is_a_mistake() {
        let text = "[[token]]\ncluster = \"cluster-hsm\"\nmodule = \"/nowhere.so\"\nlabel = \"a\"\n\
                    accounts = [\"1\"]\n";
        let config: KmsConfig = toml::from_str(text).unwrap();
        let mistakes = config.mistakes().join("\n");
        for part in ["is not cluster-", "cannot read /nowhere.so", "account 1"] {
            assert!(mistakes.contains(part), "{part}: {mistakes}");
        }
        assert!(is_cluster_id("cluster-bartizanhsm"));
        assert!(!is_cluster_id("cluster-bartizanhs1"));
        let unknown: Result<KmsConfig, _> = toml::from_str("[[tokens]]\n");
        assert!(unknown.is_err());
    }
}
