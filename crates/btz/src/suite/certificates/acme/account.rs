//! The account with a certificate authority. Its key is kept in the data folder, wrapped by the seal:
//! `acme/DIRECTORY.json`, where DIRECTORY is the hash of the directory's address. Source: RFC 8555,
//! 7.3.

use std::path::PathBuf;

use anyhow::{Context, Result};
use instant_acme::{Account, AccountCredentials, NewAccount};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Customer;
/// The file.
#[derive(Serialize, Deserialize)]
struct Kept {
    contact: Vec<String>,
    credentials: AccountCredentials,
}

impl Customer {
    /// The account: in memory, on disk, or a new one.
    pub(super) async fn account(&mut self) -> Result<Account> {
        if let Some(account) = &self.account {
            return Ok(account.clone());
        }
        let path = self.account_file();
        let config = &self.authority.config;
        let contact: Vec<&str> = config.contact.iter().map(String::as_str).collect();
        let account = if path.exists() {
            let text = self.authority.files.read(&path)?;
            let kept: Kept = serde_json::from_slice(&text)
                .with_context(|| format!("{} is damaged: delete it", path.display()))?;
            let is_new_contact = kept.contact != config.contact;
            let builder = Account::builder_with_http(Box::new(self.https.clone()));
            let account = builder.from_credentials(kept.credentials).await?;
            if is_new_contact {
                account.update_contacts(&contact).await?;
                let Kept { credentials, .. } = serde_json::from_slice(&text)?;
                self.keep_account(credentials)?;
            }
            account
        } else {
            let new = NewAccount {
                contact: &contact,
                terms_of_service_agreed: config.terms_of_service_agreed,
                only_return_existing: false,
            };
            let builder = Account::builder_with_http(Box::new(self.https.clone()));
            let directory = config.directory.clone();
            let (account, credentials) = builder.create(&new, directory, None).await?;
            self.keep_account(credentials)?;
            account
        };
        self.account = Some(account.clone());
        Ok(account)
    }

    fn keep_account(&self, credentials: AccountCredentials) -> Result<()> {
        let kept = Kept {
            contact: self.authority.config.contact.clone(),
            credentials,
        };
        let text = Zeroizing::new(serde_json::to_vec(&kept)?);
        self.authority.files.write(&self.account_file(), &text)
    }

    /// The authority knows the account no longer: the next attempt makes another.
    pub(super) fn forget_account(&self) {
        let path = self.account_file();
        if let Err(error) = std::fs::remove_file(&path) {
            tracing::warn!(%error, path = %path.display(), "an account cannot be forgotten");
        }
    }

    fn account_file(&self) -> PathBuf {
        let directory = self.authority.config.directory.as_bytes();
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, directory);
        let hash = types::hex(hash.as_ref().get(..8).unwrap_or_default());
        self.authority
            .data
            .join("acme")
            .join(format!("{hash}.json"))
    }
}
