//! The service itself: what it stands on, and its face to the front door and the edge.

use std::fmt;
use std::sync::Arc;

use route::Table;
use store::{Store, StoreError, View};
use tokio::sync::watch;
use types::{Arn, Call, Clock, Entropy, ServiceError};
use wire::{BoxFuture, Model, Service, Value};

use crate::id::Place;
use crate::model::{IMPLEMENTED, MODEL, dispatch};
use crate::state::{self, Kept, LoadBalancerRow};
use crate::tables::Publisher;

/// The Elastic Load Balancing v2 API.
pub struct Elb {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) view: Arc<View>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    publisher: Publisher,
}

impl fmt::Debug for Elb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Elb")
            .field("view", &self.view)
            .finish_non_exhaustive()
    }
}

impl Elb {
    /// Reads the rows and follows them from then on. Needs a running tokio runtime.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, StoreError> {
        let view = Arc::new(View::open(Arc::clone(&store), state::prefix()).await?);
        let publisher = Publisher::start(Arc::clone(&view));
        Ok(Self {
            store,
            view,
            clock,
            entropy,
            publisher,
        })
    }

    /// What the edge routes by: the receiver holds the table in force and tells when there is a
    /// new one.
    #[must_use]
    pub fn tables(&self) -> watch::Receiver<Arc<Table>> {
        self.publisher.subscribe()
    }

    /// Whether the load balancer is there.
    #[must_use]
    pub fn has_load_balancer(&self, arn: &Arn) -> bool {
        let (Ok(account), Ok(region)) = (arn.account().parse(), arn.region().parse()) else {
            return false;
        };
        let Some(name) = arn.resource().split('/').nth(2) else {
            return false;
        };
        let key = state::in_place::<LoadBalancerRow>(&Place { account, region }).child(name);
        let row = self.view.row(&key);
        row.and_then(|row| state::read::<LoadBalancerRow>(&row).ok())
            .is_some_and(|row| row.arn() == arn.as_str())
    }

    /// The rows of a family in the caller's account and Region, in the order of their ARNs.
    pub(crate) fn all<T: Kept>(&self, call: &Call) -> Result<Vec<T>, ServiceError> {
        let place = Place {
            account: call.account(),
            region: call.region.clone(),
        };
        let rows = self.view.under(&state::in_place::<T>(&place));
        let mut all = rows
            .iter()
            .map(state::read)
            .collect::<Result<Vec<T>, _>>()?;
        all.sort_by(|one, other| one.arn().cmp(other.arn()));
        Ok(all)
    }
}

impl Service for Elb {
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
