//! `DescribeTags`.

use types::{Call, ServiceError};

use crate::model::{DescribeTagsInput, DescribeTagsOutput, TagDescription};
use crate::state::{Kept, ListenerRow, LoadBalancerRow, TargetGroupRow};
use crate::{Elb, exception, id};

/// How many resources one call may name.
const RESOURCES_MAX: usize = 20;

pub(crate) async fn describe_tags(
    elb: &Elb,
    call: &Call,
    input: DescribeTagsInput,
) -> Result<DescribeTagsOutput, ServiceError> {
    if input.resource_arns.is_empty() || input.resource_arns.len() > RESOURCES_MAX {
        return Err(exception::validation(format!(
            "Between 1 and {RESOURCES_MAX} resource ARNs can be specified"
        )));
    }
    let mut described = Vec::with_capacity(input.resource_arns.len());
    for arn in input.resource_arns {
        if id::is("loadbalancer", &arn) {
            found::<LoadBalancerRow>(elb, call, &arn, exception::load_balancers_not_found)?;
        } else if id::is("listener", &arn) {
            found::<ListenerRow>(elb, call, &arn, exception::listeners_not_found)?;
        } else if id::is("targetgroup", &arn) {
            found::<TargetGroupRow>(elb, call, &arn, exception::target_groups_not_found)?;
        } else {
            return Err(exception::invalid_arn("resource", &arn));
        }
        // Nothing that sets tags is written yet, so there are none.
        described.push(TagDescription {
            resource_arn: Some(arn),
            tags: Some(Vec::new()),
        });
    }
    Ok(DescribeTagsOutput {
        tag_descriptions: Some(described),
    })
}

fn found<T: Kept>(
    elb: &Elb,
    call: &Call,
    arn: &str,
    error: fn() -> ServiceError,
) -> Result<(), ServiceError> {
    let known = elb.all::<T>(call)?.iter().any(|row| row.arn() == arn);
    if known { Ok(()) } else { Err(error()) }
}
