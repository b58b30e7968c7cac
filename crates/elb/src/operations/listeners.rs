//! `DescribeListeners`.

use types::{Call, ServiceError};

use super::load_balancers::require;
use crate::model::{DescribeListenersInput, DescribeListenersOutput};
use crate::page::page;
use crate::state::{Kept, ListenerRow};
use crate::{Elb, exception, id};

pub(crate) async fn describe_listeners(
    elb: &Elb,
    call: &Call,
    input: DescribeListenersInput,
) -> Result<DescribeListenersOutput, ServiceError> {
    let arns = input.listener_arns.unwrap_or_default();
    let mut found: Vec<ListenerRow> = elb.all(call)?;
    match (&input.load_balancer_arn, arns.is_empty()) {
        (None, true) | (Some(_), false) => {
            return Err(exception::validation(
                "You must specify either listener ARNs or a load balancer ARN",
            ));
        }
        (Some(load_balancer), true) => {
            require(elb, call, load_balancer)?;
            found.retain(|row| row.listener.load_balancer_arn.as_ref() == Some(load_balancer));
        }
        (None, false) => {
            if let Some(wrong) = arns.iter().find(|arn| !id::is("listener", arn)) {
                return Err(exception::invalid_arn("listener", wrong));
            }
            if arns
                .iter()
                .any(|arn| !found.iter().any(|row| row.arn() == arn))
            {
                return Err(exception::listeners_not_found());
            }
            found.retain(|row| arns.iter().any(|arn| arn == row.arn()));
        }
    }
    let (rows, next_marker) = page(found, input.marker.as_deref(), input.page_size)?;
    Ok(DescribeListenersOutput {
        listeners: Some(rows.into_iter().map(|row| row.listener).collect()),
        next_marker,
    })
}
