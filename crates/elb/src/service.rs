//! The service itself: what it stands on, and its face to the front door and the edge.

use std::fmt;
use std::sync::Arc;

use route::Table;
use store::{Store, StoreError, View};
use tokio::sync::{Mutex, watch};
use types::{Arn, Call, Clock, Entropy, ServiceError};
use wire::{BoxFuture, Model, Service, Value};

use crate::directory::{BucketDirectory, CertificateDirectory, Directories, TargetHealthDirectory};
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
    /// One change at a time in this process: then only other processes conflict.
    pub(crate) turn: Mutex<()>,
    pub(crate) directories: Arc<Directories>,
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
        let directories = Arc::new(Directories::default());
        let publisher = Publisher::start(Arc::clone(&view), Arc::clone(&directories));
        Ok(Self {
            store,
            view,
            clock,
            entropy,
            turn: Mutex::default(),
            directories,
            publisher,
        })
    }

    /// Who knows the certificates. Until this is said there are none, and HTTPS listeners can not
    /// be made through the API. Only the first one counts.
    pub fn ask_for_certificates(&self, directory: Arc<dyn CertificateDirectory>) {
        if self.directories.certificates.set(directory).is_ok() {
            self.publisher.again();
        }
    }

    /// Tells that certificates came or went.
    pub fn certificates_changed(&self) {
        self.publisher.again();
    }

    /// Who knows how targets are. Until this is said their health is `unavailable`. Only the first
    /// one counts.
    pub fn ask_for_target_health(&self, directory: Arc<dyn TargetHealthDirectory>) {
        if self.directories.health.set(directory).is_err() {
            tracing::warn!("there is a directory of target health already; it stays");
        }
    }

    /// Who reads the objects of buckets. Until this is said there are none, and no trust store can
    /// be made. Only the first one counts.
    pub fn ask_for_objects(&self, directory: Arc<dyn BucketDirectory>) {
        if self.directories.buckets.set(directory).is_err() {
            tracing::warn!("there is a directory of buckets already; it stays");
        }
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
        let place = Place { account, region };
        let found = self.find_in::<LoadBalancerRow>(&place, arn.as_str());
        found.is_ok_and(|row| row.is_some())
    }

    /// The rows of a family in the caller's account and Region, in the order of their ARNs.
    pub(crate) fn all<T: Kept>(&self, call: &Call) -> Result<Vec<T>, ServiceError> {
        self.all_in(&Place::of(call))
    }

    pub(crate) fn all_in<T: Kept>(&self, place: &Place) -> Result<Vec<T>, ServiceError> {
        let rows = self.view.under(&state::in_place::<T>(place));
        let mut all = rows
            .iter()
            .map(state::read)
            .collect::<Result<Vec<T>, _>>()?;
        all.sort_by(|one, other| one.arn().cmp(other.arn()));
        Ok(all)
    }

    /// The row of an ARN in the caller's account and Region.
    pub(crate) fn find<T: Kept>(&self, call: &Call, arn: &str) -> Result<Option<T>, ServiceError> {
        self.find_in(&Place::of(call), arn)
    }

    pub(crate) fn find_in<T: Kept>(
        &self,
        place: &Place,
        arn: &str,
    ) -> Result<Option<T>, ServiceError> {
        let row = state::key_of::<T>(place, arn).and_then(|key| self.view.row(&key));
        let found: Option<T> = row.as_ref().map(state::read).transpose()?;
        Ok(found.filter(|found| found.arn() == arn))
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
