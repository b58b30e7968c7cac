//! The command line as a caller of its own API: root credentials from where `btz` keeps them, the
//! call signed like any client's.

use std::path::Path;

use anyhow::{Context, Result, bail};
use api::client::{JsonCall, sign};
use iam::{Given, Root};
use policy::sigv4::Credentials;
use serde_json::Value;
use types::{AccountId, Clock, Secret};

use crate::config::Config;
use crate::system::{SystemClock, SystemEntropy};
use crate::{UsageError, http_client, sealed_file};

/// What the environment gives of account and root credentials.
pub(crate) fn given() -> Result<Given> {
    let text = |name: &str| match std::env::var(name) {
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => Ok(Some(text)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => bail!("{name} is no UTF-8 text"),
    };
    let account = text("BTZ_ACCOUNT_ID")?
        .map(|text| text.parse::<AccountId>())
        .transpose();
    let account = account.map_err(|error| UsageError(format!("BTZ_ACCOUNT_ID: {error}")))?;
    Ok(Given {
        account,
        access_key_id: text("BTZ_ROOT_ACCESS_KEY_ID")?,
        secret_access_key: text("BTZ_ROOT_SECRET_ACCESS_KEY")?
            .map(|text| Secret::new(text.into_bytes())),
    })
}

/// The account, if there is one yet.
pub(crate) fn account(folder: &Path) -> Result<Option<AccountId>> {
    let given = given()?;
    if given.account.is_some() || !has_credentials(folder) {
        return Ok(given.account);
    }
    readable(folder)?;
    let root = Root::load(given, folder, &SystemEntropy::default())?;
    Ok(Some(root.account))
}

/// The root credentials of the running `btz`.
pub(crate) fn credentials(config: &Config) -> Result<Credentials> {
    let given = given()?;
    if given.access_key_id.is_none() && !has_credentials(&config.data) {
        bail!(
            "no credentials in {}: give the running btz's folder with --data, or set \
             BTZ_ROOT_ACCESS_KEY_ID and BTZ_ROOT_SECRET_ACCESS_KEY",
            config.data.display()
        );
    }
    if !given.is_whole() {
        readable(&config.data)?;
    }
    let root = Root::load(given, &config.data, &SystemEntropy::default())?;
    Ok(Credentials {
        access_key_id: root.access_key.id.clone(),
        secret_access_key: root.access_key.secret.clone(),
        session_token: None,
    })
}

/// Calls an operation of the own API of the running `btz`; answers its output.
pub(crate) fn call(config: &Config, operation: &str, input: &Value) -> Result<Value> {
    let credentials = credentials(config)?;
    let body = input.to_string();
    let host = config.api.to_string();
    let call = JsonCall {
        host: &host,
        service: "btz",
        target_prefix: "Bartizan",
        operation,
        body: &body,
    };
    let request = sign(
        &call,
        &credentials,
        &config.region.parse()?,
        SystemClock.now(),
    )?;
    let answer = http_client::exchange(config.api, &request.head(), body.as_bytes())
        .context("is btz running? (btz protect http://HOST:PORT)")?;
    let output: Value = serde_json::from_slice(&answer.body)
        .with_context(|| format!("the API answered {} and no JSON", answer.status))?;
    if answer.status == 200 {
        return Ok(output);
    }
    let text = |name: &str| output.get(name).and_then(Value::as_str);
    let code = text("__type").unwrap_or("an error");
    bail!(
        "{} ({code})",
        text("message")
            .or_else(|| text("Message"))
            .unwrap_or_default()
    )
}

/// Out of a backup they come wrapped by the seal.
fn readable(folder: &Path) -> Result<()> {
    let path = folder.join(iam::FILE_NAME);
    if std::fs::read(&path).is_ok_and(|bytes| sealed_file::is_sealed(&bytes)) {
        bail!(
            "{} came from a backup and is wrapped by the seal: btz seal recover, or start btz",
            path.display()
        );
    }
    Ok(())
}

fn has_credentials(folder: &Path) -> bool {
    folder.join(iam::FILE_NAME).is_file()
}
