//! CheckCapacity: the capacity units (WCU) that rules need.
//! Source: AWS WAF Developer Guide, "Web ACL capacity units (WCUs)".

use std::sync::Arc;

use types::{Call, ServiceError};

use crate::Wafv2;
use crate::exception;
use crate::model::{CheckCapacityRequest, CheckCapacityResponse};
use crate::reference::references;
use crate::scope::Place;

pub(crate) async fn check_capacity(
    service: &Wafv2,
    call: &Call,
    input: CheckCapacityRequest,
) -> Result<CheckCapacityResponse, ServiceError> {
    let place = Place::of(call, &input.scope)?;
    references(&input.rules, &place)?;
    let (shelf, rows) = (Arc::clone(&service.shelf), service.rows());
    let compiled =
        tokio::task::spawn_blocking(move || shelf.capacity(&rows, &place, &input.rules)).await;
    let capacity = compiled.map_err(exception::internal)??;
    Ok(CheckCapacityResponse {
        capacity: Some(i64::try_from(capacity).unwrap_or(i64::MAX)),
    })
}
