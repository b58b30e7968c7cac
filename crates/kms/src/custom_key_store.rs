//! Custom key stores: keys whose material is not here. Of type AWS_CLOUDHSM it is in a hardware token,
//! which has the place of AWS's CloudHSM cluster: the owner's configuration says which token a cluster
//! id names.
//!
//! Each message is encrypted under a key of its own, which the token's key wraps: so a ciphertext is
//! bound to its encryption context and commits to its key as all do, and a token's slow line carries 32
//! bytes for each message, however long it is.
//!
//! Of type EXTERNAL_KEY_STORE, a key has material of ours as any has; what it encrypted goes out to the
//! external key manager's proxy, and is encrypted there once more (`xks`).
//! Source: AWS KMS Developer Guide, "Custom key stores".

mod leftovers;
mod token;
mod xks;

use std::sync::Arc;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use keys::EncryptionContext;
use keys::ciphertext::{self, Enclosed, KeyVersion};
use policy::sigv4::Credentials;
use telemetry::metrics::{Counter, Registry};
use types::{AccountId, Call, Clock, Entropy, Region, Secret, ServiceError};

pub(crate) use self::leftovers::Making;
pub use self::token::TokenCluster;
pub(crate) use self::token::{Unconnected, label};
pub(crate) use self::xks::Failure;
pub use self::xks::{XKS_ANSWER_BYTES_MAX, XksAnswer, XksRequest, XksTransport, XksUnreached};

use self::leftovers::Leftovers;
use self::token::Tokens;
use self::xks::Proxy;
use crate::exception;
use crate::key::Key;
use crate::keyring::Keyring;
use crate::material::{Materials, Opened};
use crate::place::Place;
use crate::state::{self, Backing, Connection, InStore, Origin, StoreRow};

/// The custom key stores, as they are used.
pub(crate) struct KeyStores {
    keyring: Arc<Keyring>,
    materials: Arc<Materials>,
    tokens: Tokens,
    xks: Option<Arc<dyn XksTransport>>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    failures: Failures,
    leftovers: Arc<Leftovers>,
}

/// Uses of keys that failed because of what keeps them.
struct Failures {
    token: Counter,
    xks: Counter,
}

impl Failures {
    fn new(registry: &Registry) -> Self {
        let of = |kind| {
            registry.counter(
                "btz_kms_custom_key_store_failures_total",
                "Uses of keys in custom key stores that failed because of the token or the proxy.",
                &[("type", kind)],
            )
        };
        Self {
            token: of("AWS_CLOUDHSM"),
            xks: of("EXTERNAL_KEY_STORE"),
        }
    }

    /// Counts what is no mistake of the caller's ciphertext.
    fn count<T>(&self, origin: Origin, done: Result<T, ServiceError>) -> Result<T, ServiceError> {
        if let Err(error) = &done
            && error.code != "InvalidCiphertextException"
        {
            match origin {
                Origin::ExternalKeyStore => self.xks.increment(),
                _ => self.token.increment(),
            }
        }
        done
    }
}

/// What key stores stand on that is not of this crate.
pub(crate) struct Outside {
    pub(crate) clusters: Vec<TokenCluster>,
    pub(crate) xks: Option<Arc<dyn XksTransport>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

impl KeyStores {
    pub(crate) fn new(
        keyring: Arc<Keyring>,
        materials: Arc<Materials>,
        outside: Outside,
        metrics: &Registry,
    ) -> Self {
        let entropy = outside.entropy;
        Self {
            keyring,
            materials,
            tokens: Tokens::new(outside.clusters, Arc::clone(&entropy)),
            xks: outside.xks,
            clock: outside.clock,
            entropy,
            failures: Failures::new(metrics),
            leftovers: Arc::new(Leftovers::new(metrics)),
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

    /// All stores of a Region, whoever's.
    pub(crate) fn all_of_region(
        &self,
        region: &Region,
    ) -> Result<Vec<(String, StoreRow)>, ServiceError> {
        let mut all = Vec::new();
        for row in self.keyring.view.under(&state::all_stores()) {
            if let Some((place, rest)) = state::place_of(&row.key)
                && place.region == *region
                && let Some(id) = rest.into_iter().next()
            {
                all.push((id, state::read(&row)?));
            }
        }
        Ok(all)
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
        call: &Call,
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
            Backing::ExternalKeyStore { .. } => {
                let healthy = self.health(call, place, store_id, &row.backing).await?;
                healthy.map_err(|failure| Unconnected::Failed(failure.connection_error()))
            }
        }
    }

    /// GetHealthStatus of an external key store's proxy.
    pub(crate) async fn health(
        &self,
        call: &Call,
        place: &Place,
        store_id: &str,
        backing: &Backing,
    ) -> Result<Result<(), Failure>, ServiceError> {
        match self.proxy(place, store_id, backing)? {
            Some(proxy) => Ok(proxy.health(call).await),
            None => Ok(Err(Failure::Network)),
        }
    }

    /// Whether an external key is one that a KMS key can be made with.
    pub(crate) async fn is_fit(
        &self,
        call: &Call,
        place: &Place,
        (store_id, key): (&str, &str),
    ) -> Result<Result<bool, Failure>, ServiceError> {
        let (_, row) = self.connected(place, store_id)?;
        match self.proxy(place, store_id, &row.backing)? {
            Some(proxy) => Ok(proxy.is_fit(call, key).await),
            None => Ok(Err(Failure::Network)),
        }
    }

    /// The proxy of an external key store, if there is a way out to it.
    fn proxy<'k>(
        &'k self,
        place: &Place,
        store_id: &str,
        backing: &'k Backing,
    ) -> Result<Option<Proxy<'k>>, ServiceError> {
        let (
            Some(transport),
            Backing::ExternalKeyStore {
                endpoint,
                path,
                access_key_id,
                secret,
            },
        ) = (self.xks.as_deref(), backing)
        else {
            return Ok(None);
        };
        Ok(Some(Proxy {
            account: place.account,
            transport,
            endpoint,
            path,
            credentials: Credentials {
                access_key_id: access_key_id.clone(),
                secret_access_key: self.unwrap(place, store_id, secret)?,
                session_token: None,
            },
            region: place.region.clone(),
            now: self.clock.now(),
        }))
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
        } = &row.backing
        else {
            return Err(exception::internal(format!("{store_id} has no token")));
        };
        self.tokens.open(place, store_id, revision, cluster_id, || {
            self.unwrap(place, store_id, password)
        })
    }

    /// Makes a new key's material in its store. It goes again unless what is answered is kept.
    pub(crate) async fn make_material(
        &self,
        place: &Place,
        at: &InStore,
        key_id: &str,
    ) -> Result<Making, ServiceError> {
        let token = self.token(place, &at.store_id)?;
        let making = Making::begin(
            &self.leftovers,
            (place.clone(), at.store_id.clone()),
            key_id,
        );
        self.tokens.make(&token, key_id).await?;
        Ok(making)
    }

    /// A plaintext under a key of a store.
    pub(crate) async fn seal(
        &self,
        call: &Call,
        key: &Key,
        context: &EncryptionContext,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, ServiceError> {
        let sealed = match key.row.origin {
            Origin::ExternalKeyStore => self.seal_outside(call, key, context, plaintext).await,
            _ => self.seal_by_token(key, context, plaintext).await,
        };
        self.failures.count(key.row.origin, sealed)
    }

    async fn seal_by_token(
        &self,
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
        call: &Call,
        key: &Key,
        context: &EncryptionContext,
        ciphertext: &[u8],
    ) -> Result<Secret, ServiceError> {
        let opened = match key.row.origin {
            Origin::ExternalKeyStore => self.open_outside(call, key, context, ciphertext).await,
            _ => self.open_by_token(key, context, ciphertext).await,
        };
        self.failures.count(key.row.origin, opened)
    }

    async fn open_by_token(
        &self,
        key: &Key,
        context: &EncryptionContext,
        ciphertext: &[u8],
    ) -> Result<Secret, ServiceError> {
        let token = self.token(&key.place, store_of(key)?)?;
        token::open(&token, key, context, ciphertext).await
    }

    /// Twice: under our material, then by the proxy.
    async fn seal_outside(
        &self,
        call: &Call,
        key: &Key,
        context: &EncryptionContext,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, ServiceError> {
        let failed = |error: keys::KeyError| exception::key(&error);
        let (material, version) = self.material(key)?;
        let backing = material.private.backing_key().map_err(failed)?;
        let entropy = self.entropy.as_ref();
        let inner = ciphertext::encrypt(backing, &version, context, plaintext, entropy);
        let inner = inner.map_err(failed)?;
        let head = Enclosed::head(&version).map_err(failed)?;
        let (row, external) = self.external(key)?;
        let proxy = self.proxy(&key.place, store_of(key)?, &row.backing)?;
        let proxy = proxy.ok_or_else(|| of_use(Failure::Network))?;
        let (names, bound) = ((external, key.arn.as_str()), bound(&head, context));
        let sealed = proxy.encrypt(call, names, bound.as_ref(), &inner).await;
        Enclosed::join(head, &sealed.map_err(of_use)?, &[]).map_err(failed)
    }

    async fn open_outside(
        &self,
        call: &Call,
        key: &Key,
        context: &EncryptionContext,
        ciphertext: &[u8],
    ) -> Result<Secret, ServiceError> {
        let (material, version) = self.material(key)?;
        let enclosed = Enclosed::of(ciphertext)
            .filter(|enclosed| enclosed.key == version && enclosed.inner.is_empty())
            .ok_or_else(exception::invalid_ciphertext)?;
        let (row, external) = self.external(key)?;
        let proxy = self.proxy(&key.place, store_of(key)?, &row.backing)?;
        let proxy = proxy.ok_or_else(|| of_use(Failure::Network))?;
        let names = (external, key.arn.as_str());
        let bound = bound(enclosed.head, context);
        let inner = proxy
            .decrypt(call, names, bound.as_ref(), enclosed.wrapped)
            .await;
        let inner = inner
            .map_err(of_use)?
            .ok_or_else(exception::invalid_ciphertext)?;
        let backing = material.private.backing_key().ok();
        ciphertext::decrypt(backing, context, inner.expose())
            .map_err(|error| exception::key(&error))
    }

    /// Our part of a key's material.
    fn material(&self, key: &Key) -> Result<(Arc<Opened>, KeyVersion), ServiceError> {
        let material = key
            .current()
            .ok_or_else(|| exception::internal(format!("{} has no material", key.arn)))?;
        let version = key.key_version(material.version);
        let opened = self.materials.open(key, material, &version)?;
        Ok((opened, version))
    }

    /// A key's store, connected, and its external key's id.
    fn external<'k>(&self, key: &'k Key) -> Result<(StoreRow, &'k str), ServiceError> {
        let at = key.row.in_store.as_ref();
        let external = at.and_then(|at| at.xks_key_id.as_deref());
        let external = external
            .ok_or_else(|| exception::internal(format!("{} has no external key", key.arn)))?;
        let (_, row) = self.connected(&key.place, store_of(key)?)?;
        Ok((row, external))
    }
}

/// What a proxy is to authenticate: the ciphertext's clear part and the encryption context, which is of
/// any length and none of the proxy's business.
fn bound(head: &[u8], context: &EncryptionContext) -> digest::Digest {
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(&u64::try_from(head.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(head);
    hash.update(context.as_bytes());
    hash.finish()
}

/// AWS's exception when a proxy does not do its part of a key's use.
fn of_use(failure: Failure) -> ServiceError {
    exception::invalid_state(failure.message())
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
