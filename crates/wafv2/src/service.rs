//! The service itself: what it stands on, and its face to the front door.

use std::fmt;
use std::sync::Arc;

use policy::PrincipalDirectory;
use store::{Row, Store, StoreError, View};
use telemetry::Telemetry;
use tokio::sync::{Mutex, watch};
use types::{Call, Clock, Entropy, RequestId, ServiceError};
use waf::RateCounters;
use wire::{BoxFuture, Model, Service, Value};

use crate::collection::CollectionShelf;
use crate::declined;
use crate::exception;
use crate::item::{Identity, Item};
use crate::model::{IMPLEMENTED, MODEL, dispatch};
use crate::policies::{Enforcement, Policies, Publisher};
use crate::resource_directory::ResourceDirectory;
use crate::shelf::Shelf;
use crate::state::{self, Rows};

/// What the service stands on.
#[derive(Clone)]
pub struct Parts {
    /// Where its rows are.
    pub store: Arc<dyn Store>,
    /// Where requests are remembered: samples and decisions.
    pub telemetry: Arc<Telemetry>,
    /// The counters of rate-based rules: the edge's own.
    pub rates: Arc<RateCounters>,
    /// Which load balancers there are.
    pub resources: Arc<dyn ResourceDirectory>,
    /// Whom permission policies name.
    pub principals: Arc<dyn PrincipalDirectory>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Ids and lock tokens.
    pub entropy: Arc<dyn Entropy>,
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

/// The WAFv2 API.
pub struct Wafv2 {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) view: Arc<View>,
    pub(crate) telemetry: Arc<Telemetry>,
    pub(crate) rates: Arc<RateCounters>,
    pub(crate) resources: Arc<dyn ResourceDirectory>,
    pub(crate) principals: Arc<dyn PrincipalDirectory>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    /// One change at a time in this process: then only other processes conflict.
    pub(crate) turn: Mutex<()>,
    pub(crate) shelf: Arc<Shelf>,
    publisher: Publisher,
}

impl fmt::Debug for Wafv2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wafv2")
            .field("view", &self.view)
            .finish_non_exhaustive()
    }
}

impl Wafv2 {
    /// Reads the rows, compiles the policies and follows both from then on.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open(parts: Parts) -> Result<Self, StoreError> {
        let Parts {
            store,
            telemetry,
            rates,
            resources,
            principals,
            clock,
            entropy,
        } = parts;
        let view = Arc::new(View::open(Arc::clone(&store), state::prefix()).await?);
        let shelf = Arc::new(Shelf::default());
        let failures = telemetry.registry().counter(
            "btz_wafv2_compile_failures_total",
            "Web ACLs that could not be put in force; the old one stays.",
            &[],
        );
        let enforcement = Enforcement {
            shelf: Arc::clone(&shelf),
            collections: CollectionShelf::default(),
            telemetry: Arc::clone(&telemetry),
            failures,
        };
        let publisher = Publisher::start(Arc::clone(&view), enforcement).await;
        let turn = Mutex::default();
        Ok(Self {
            store,
            view,
            telemetry,
            rates,
            resources,
            principals,
            clock,
            entropy,
            turn,
            shelf,
            publisher,
        })
    }

    /// What the edge enforces: the compiled web ACL of each load balancer that has one. The
    /// receiver holds the map in force and tells when there is a new one; web ACLs that did not
    /// change stay the same `Arc`.
    #[must_use]
    pub fn policies(&self) -> watch::Receiver<Arc<Policies>> {
        self.publisher.subscribe()
    }

    /// All rows of one moment.
    pub(crate) fn rows(&self) -> Rows {
        Rows::of(&self.view)
    }

    /// An item as the store has it now, with its row; for changes, which must not judge a lock
    /// token by an old view.
    pub(crate) async fn stored_item(
        &self,
        identity: &Identity,
    ) -> Result<(Item, Row), ServiceError> {
        let row = self.store.get(&state::item_key(identity)).await;
        let row = row.map_err(|error| exception::store(&error))?;
        let row = row.ok_or_else(exception::nonexistent_item)?;
        let item = state::read_item(identity.kind, &identity.place, &row)?;
        if item.identity.name != identity.name {
            return Err(exception::nonexistent_item());
        }
        Ok((item, row))
    }

    /// An item as the view has it.
    pub(crate) fn viewed_item(&self, identity: &Identity) -> Result<Item, ServiceError> {
        let row = self.view.row(&state::item_key(identity));
        let row = row.ok_or_else(exception::nonexistent_item)?;
        let item = state::read_item(identity.kind, &identity.place, &row)?;
        if item.identity.name != identity.name {
            return Err(exception::nonexistent_item());
        }
        Ok(item)
    }

    /// A new id or lock token: a version 4 UUID.
    pub(crate) fn uuid(&self) -> Result<String, ServiceError> {
        let mut random = [0; 16];
        self.entropy
            .fill(&mut random)
            .map_err(exception::internal)?;
        Ok(RequestId::from_random(random).to_string())
    }

    /// Whether a draft can be put in force, and the capacity it needs. Compiled off the runtime's
    /// threads: thousands of rules take a while.
    pub(crate) async fn check(&self, rows: &Rows, item: &Item) -> Result<u64, ServiceError> {
        let (shelf, rows, item) = (Arc::clone(&self.shelf), rows.clone(), item.clone());
        let checked = tokio::task::spawn_blocking(move || shelf.check(&rows, &item)).await;
        checked.map_err(exception::internal)?
    }
}

impl Service for Wafv2 {
    fn model(&self) -> &'static Model {
        &MODEL
    }

    fn implements(&self, operation: &str) -> bool {
        IMPLEMENTED.binary_search(&operation).is_ok()
    }

    fn declines(&self, operation: &str) -> Option<&'static str> {
        declined::find(operation).map(|declined| declined.reason)
    }

    fn call<'a>(
        &'a self,
        call: &'a Call,
        input: Value,
    ) -> BoxFuture<'a, Result<Value, ServiceError>> {
        match declined::find(&call.operation) {
            Some(declined) => Box::pin(async { Err(declined.error()) }),
            None => Box::pin(dispatch(self, call, input)),
        }
    }
}
