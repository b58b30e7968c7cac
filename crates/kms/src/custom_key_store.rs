//! Custom key stores: keys whose material is not here. Of type AWS_CLOUDHSM it is in a hardware token,
//! which has the place of AWS's CloudHSM cluster: the owner's configuration says which token a cluster
//! id names.
//!
//! Each message is encrypted under a key of its own, which the token's key wraps: so a ciphertext is
//! bound to its encryption context and commits to its key as all do, and a token's slow line carries 32
//! bytes for each message, however long it is.
//! Source: AWS KMS Developer Guide, "Custom key stores".

mod token;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use keys::EncryptionContext;
use types::{AccountId, Call, Entropy, Secret, ServiceError};

pub use self::token::TokenCluster;
pub(crate) use self::token::Unconnected;

use self::token::Tokens;
use crate::exception;
use crate::key::Key;
use crate::keyring::Keyring;
use crate::material::Materials;
use crate::place::Place;
use crate::state::{self, Backing, Connection, InStore, StoreRow};

/// The custom key stores, as they are used.
pub(crate) struct KeyStores {
    keyring: Arc<Keyring>,
    materials: Arc<Materials>,
    tokens: Tokens,
    entropy: Arc<dyn Entropy>,
}

impl KeyStores {
    pub(crate) fn new(
        keyring: Arc<Keyring>,
        materials: Arc<Materials>,
        clusters: Vec<TokenCluster>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self {
            keyring,
            materials,
            tokens: Tokens::new(clusters, Arc::clone(&entropy)),
            entropy,
        }
    }

    /// A store and the revision of its row; `None` when there is none.
    pub(crate) fn find(
        &self,
        place: &Place,
        store_id: &str,
    ) -> Result<Option<(store::Revision, StoreRow)>, ServiceError> {
        let Some(row) = self.keyring.view.row(&state::store(place, store_id)) else {
            return Ok(None);
        };
        Ok(Some((row.revision, state::read(&row)?)))
    }

    /// A store.
    ///
    /// # Errors
    /// `CustomKeyStoreNotFoundException`.
    pub(crate) fn named(
        &self,
        place: &Place,
        store_id: &str,
    ) -> Result<(store::Revision, StoreRow), ServiceError> {
        self.find(place, store_id)?.ok_or_else(|| {
            let shown: String = store_id.chars().take(64).collect();
            exception::custom_key_store(
                "CustomKeyStoreNotFoundException",
                format!("There is no custom key store {shown}."),
            )
        })
    }

    /// A store to make keys in.
    ///
    /// # Errors
    /// `CustomKeyStoreNotFoundException`, `CustomKeyStoreInvalidStateException`.
    pub(crate) fn connected(
        &self,
        place: &Place,
        store_id: &str,
    ) -> Result<(store::Revision, StoreRow), ServiceError> {
        let (revision, row) = self.named(place, store_id)?;
        if row.connection == Connection::Connected {
            return Ok((revision, row));
        }
        Err(exception::custom_key_store(
            "CustomKeyStoreInvalidStateException",
            format!("The custom key store {store_id} is not connected. Connect it, and try again."),
        ))
    }

    /// All stores of a place, by their ids.
    pub(crate) fn all(&self, place: &Place) -> Result<Vec<(String, StoreRow)>, ServiceError> {
        let rows = self.keyring.view.under(&state::stores(place));
        rows.iter()
            .map(|row| {
                let id = state::place_of(&row.key).and_then(|(_, rest)| rest.into_iter().next());
                Ok((id.unwrap_or_default(), state::read(row)?))
            })
            .collect()
    }

    /// The owner's token of a cluster id, if the account may use it.
    pub(crate) fn cluster(&self, account: AccountId, cluster_id: &str) -> Option<&TokenCluster> {
        self.tokens.cluster(account, cluster_id)
    }

    /// A secret of a store, as its row keeps it.
    pub(crate) fn wrap(
        &self,
        place: &Place,
        store_id: &str,
        secret: &Secret,
    ) -> Result<String, ServiceError> {
        let wrapped = self
            .materials
            .seal(&secret_context(place, store_id), secret.expose())?;
        Ok(BASE64.encode(wrapped))
    }

    fn unwrap(&self, place: &Place, store_id: &str, wrapped: &str) -> Result<Secret, ServiceError> {
        let damaged =
            || exception::internal(format!("the secret of the store {store_id} is damaged"));
        let wrapped = BASE64.decode(wrapped).map_err(|_| damaged())?;
        self.materials
            .unseal(&secret_context(place, store_id), &wrapped)?
            .ok_or_else(damaged)
    }

    /// Tries a store's connection, for who asks for it and waits.
    pub(crate) async fn connect(
        &self,
        place: &Place,
        store_id: &str,
        row: &StoreRow,
    ) -> Result<(), Unconnected> {
        match &row.backing {
            Backing::AwsCloudhsm {
                cluster_id,
                password,
                ..
            } => {
                let pin = self.unwrap(place, store_id, password)?;
                self.tokens.connect(place.account, cluster_id, pin).await
            }
        }
    }

    /// Ends what is connected of a store.
    pub(crate) fn disconnect(&self, place: &Place, store_id: &str) {
        self.tokens.forget(place, store_id);
    }

    fn token(&self, place: &Place, store_id: &str) -> Result<::token::Token, ServiceError> {
        let (revision, row) = self.connected(place, store_id)?;
        let Backing::AwsCloudhsm {
            cluster_id,
            password,
            ..
        } = &row.backing;
        self.tokens.open(place, store_id, revision, cluster_id, || {
            self.unwrap(place, store_id, password)
        })
    }

    /// Makes a new key's material in its store.
    pub(crate) async fn make_material(
        &self,
        place: &Place,
        at: &InStore,
        key_id: &str,
    ) -> Result<(), ServiceError> {
        let token = self.token(place, &at.store_id)?;
        self.tokens.make(&token, key_id).await
    }

    /// Deletes the material of a key that is no more, as well as it can be done: a token that is away
    /// keeps it.
    pub(crate) fn forget_material(&self, key: &Key) {
        let Some(at) = &key.row.in_store else {
            return;
        };
        let left = |reason: &str| {
            tracing::warn!(
                reason,
                key = %key.arn,
                "kms: the material of a deleted key stays in its custom key store"
            );
        };
        match self.token(&key.place, &at.store_id) {
            Ok(token) => {
                let (label, arn) = (token::label(&key.id), key.arn.clone());
                tokio::spawn(async move {
                    if let Err(error) = token.call(move |c| c.destroy(&label)).await {
                        tracing::warn!(
                            %error,
                            key = %arn,
                            "kms: the material of a deleted key stays in its custom key store"
                        );
                    }
                });
            }
            Err(error) => left(&error.message),
        }
    }

    /// A plaintext under a key of a store.
    pub(crate) async fn seal(
        &self,
        _call: &Call,
        key: &Key,
        context: &EncryptionContext,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, ServiceError> {
        let token = self.token(&key.place, store_of(key)?)?;
        token::seal(&token, self.entropy.as_ref(), key, context, plaintext).await
    }

    /// What [`KeyStores::seal`] made.
    pub(crate) async fn open(
        &self,
        _call: &Call,
        key: &Key,
        context: &EncryptionContext,
        ciphertext: &[u8],
    ) -> Result<Secret, ServiceError> {
        let token = self.token(&key.place, store_of(key)?)?;
        token::open(&token, key, context, ciphertext).await
    }
}

fn store_of(key: &Key) -> Result<&str, ServiceError> {
    match &key.row.in_store {
        Some(at) => Ok(&at.store_id),
        None => Err(exception::internal(format!(
            "{} is in no custom key store",
            key.arn
        ))),
    }
}

/// What a store's secret is wrapped as.
fn secret_context(place: &Place, store_id: &str) -> String {
    format!("kms/store/{}/{}/{store_id}", place.account, place.region)
}
