//! The service itself: what it stands on, and its face to the front door.

use std::fmt;
use std::sync::{Arc, LazyLock};

use policy::{Ask, Authorizer, Guarded, PrincipalDirectory, Table};
use store::{Store, StoreError, View};
use telemetry::metrics::Registry;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use types::{Call, Clock, Entropy, KeyWrap, ServiceError};
use wire::{BoxFuture, Model, Service, Value};

use crate::asks;
use crate::custom_key_store::{KeyStores, Outside, TokenCluster, XksTransport};
use crate::keyring::Keyring;
use crate::last_usage::LastUsage;
use crate::maintenance;
use crate::material::Materials;
use crate::model::{IMPLEMENTED, MODEL, dispatch};
use crate::pool::{self, Pool};
use crate::running_time::RunningTime;
use crate::state;

/// The actions of KMS.
pub(crate) static ACTIONS: LazyLock<Table> =
    LazyLock::new(|| Table::embedded(include_str!("authorization.json")));

/// What the service stands on.
pub struct Parts<'a> {
    /// Where its rows are.
    pub store: Arc<dyn Store>,
    /// What key material is wrapped under.
    pub wrap: Arc<dyn KeyWrap>,
    /// Who may do what: asked whether a new key policy locks its author out.
    pub authorizer: Arc<dyn Authorizer>,
    /// Whom key policies and grants name.
    pub principals: Arc<dyn PrincipalDirectory>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Key material, ids, nonces.
    pub entropy: Arc<dyn Entropy>,
    /// The tokens that custom key stores of type AWS_CLOUDHSM may be on.
    pub clusters: Vec<TokenCluster>,
    /// What carries requests to external key store proxies; without it there are none.
    pub xks: Option<Arc<dyn XksTransport>>,
    /// Where its counters are shown.
    pub metrics: &'a Registry,
}

impl fmt::Debug for Parts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

/// The KMS API. Cheap to clone.
#[derive(Clone)]
pub struct Kms {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) materials: Arc<Materials>,
    pub(crate) stores: Arc<KeyStores>,
    pub(crate) last_usage: Arc<LastUsage>,
    pub(crate) authorizer: Arc<dyn Authorizer>,
    pub(crate) principals: Arc<dyn PrincipalDirectory>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) running: Arc<RunningTime>,
    /// For private-key operations of the slow specs, and for the making of key pairs.
    pub(crate) private_keys: Arc<Pool>,
    pub(crate) key_pairs: Arc<Pool>,
    /// One change at a time in this process: then only other processes conflict.
    pub(crate) turn: Arc<Mutex<()>>,
    /// Ends with the last clone.
    _maintenance: Arc<Maintenance>,
}

/// The task that carries out what is due; it ends with the service.
struct Maintenance(JoinHandle<()>);

impl Drop for Maintenance {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl fmt::Debug for Kms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kms").finish_non_exhaustive()
    }
}

impl Kms {
    /// Reads the rows and follows them from then on. Needs a running tokio runtime.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open(parts: Parts<'_>) -> Result<Self, StoreError> {
        let view = Arc::new(View::open(Arc::clone(&parts.store), state::prefix()).await?);
        let keyring = Arc::new(Keyring::new(view));
        let materials = Arc::new(Materials::new(parts.wrap));
        let stores = Arc::new(KeyStores::new(
            Arc::clone(&keyring),
            Arc::clone(&materials),
            Outside {
                clusters: parts.clusters,
                xks: parts.xks,
                clock: Arc::clone(&parts.clock),
                entropy: Arc::clone(&parts.entropy),
            },
            parts.metrics,
        ));
        let last_usage = Arc::new(LastUsage::default());
        let turn = Arc::new(Mutex::default());
        let running = Arc::new(RunningTime::open(Arc::clone(&parts.store)).await?);
        let work = maintenance::Work {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&keyring),
            materials: Arc::clone(&materials),
            stores: Arc::clone(&stores),
            last_usage: Arc::clone(&last_usage),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            turn: Arc::clone(&turn),
            running: Arc::clone(&running),
            counters: maintenance::Counters::new(parts.metrics),
        };
        Ok(Self {
            store: parts.store,
            keyring,
            materials,
            stores,
            last_usage,
            authorizer: parts.authorizer,
            principals: parts.principals,
            clock: parts.clock,
            entropy: parts.entropy,
            running,
            private_keys: Arc::new(Pool::new(pool::Kind::PrivateKey, parts.metrics)),
            key_pairs: Arc::new(Pool::new(pool::Kind::KeyPair, parts.metrics)),
            turn,
            _maintenance: Arc::new(Maintenance(tokio::spawn(work.run()))),
        })
    }
}

impl Kms {
    /// Writes what a process that ends should not forget: when keys were used last, and how long it
    /// has run.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn flush(&self) -> Result<(), StoreError> {
        maintenance::write_usage(self.store.as_ref(), &self.keyring, &self.last_usage).await?;
        self.running.keep().await
    }
}

impl Service for Kms {
    fn model(&self) -> &'static Model {
        &MODEL
    }

    fn implements(&self, operation: &str) -> bool {
        IMPLEMENTED.binary_search(&operation).is_ok()
    }

    fn call<'a>(
        &'a self,
        call: &'a Call,
        input: Value,
    ) -> BoxFuture<'a, Result<Value, ServiceError>> {
        Box::pin(dispatch(self, call, input))
    }
}

impl Guarded for Kms {
    fn actions(&self) -> &'static Table {
        &ACTIONS
    }

    fn asks(&self, call: &Call, operation: &str, input: &Value) -> Result<Vec<Ask>, ServiceError> {
        asks::of(self, call, operation, input)
    }
}
