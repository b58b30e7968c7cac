//! The seal at a start: opened before anything that keeps a secret, and not with a header older than one
//! that this installation has had.

use std::sync::Arc;

use anyhow::{Context, Result};
use store::{Batch, Key, Store};
use types::Entropy;

use crate::certificate;
use crate::config::Config;
use crate::seal::{self, Opened};

/// Opens the seal; closed, the suite serves traffic and no key.
pub(super) async fn open(
    config: &Config,
    store: &Arc<dyn Store>,
    entropy: &Arc<dyn Entropy>,
) -> Result<Opened> {
    let (data, entropy) = (config.data.clone(), Arc::clone(entropy));
    // A passphrase's derivation takes its time.
    let opened = tokio::task::spawn_blocking(move || seal::open(&data, entropy)).await?;
    let mut opened = opened.context("cannot open the seal")?;
    let key = Key::new(["seal", "epoch", opened.installation.as_str()]);
    let row = store.get(&key).await?;
    let seen = row
        .as_ref()
        .and_then(|row| std::str::from_utf8(&row.value).ok()?.parse::<u64>().ok())
        .unwrap_or(0);
    if opened.epoch < seen {
        opened.seal.close();
        opened.sealed = Some(format!(
            "seal.json is an older one (epoch {}, this installation has had {seen}): restore the last, \
             or take this one on purpose with btz seal recover",
            opened.epoch
        ));
    } else if opened.epoch > seen && opened.sealed.is_none() {
        let mut batch = Batch::new();
        batch.put(key, opened.epoch.to_string());
        store.commit(batch).await?;
    }
    if let Some(sealed) = &opened.sealed {
        tracing::warn!("SEALED, no key is served: {sealed}");
    }
    Ok(opened)
}

/// Which certificates cannot be shown while the seal is closed, to be said beside why it is.
pub(super) fn certificates(config: &Config) -> Result<String> {
    let wrapped: Vec<String> = certificate::sources(config)?
        .iter()
        .filter(|source| source.is_wrapped())
        .map(|source| source.name.to_string())
        .collect();
    if wrapped.is_empty() {
        return Ok(String::new());
    }
    Ok(format!(
        "; the keys of certificates {} cannot be opened: their listeners show one that nobody trusts",
        wrapped.join(", ")
    ))
}
