//! `AddTags`, `RemoveTags`, `DescribeTags`.
//! Source: Elastic Load Balancing API Reference, "Tag"; AWS General Reference, "Tagging AWS
//! resources".

use types::{Call, ServiceError};

use super::references::{listener, load_balancer, target_group, trust_store};
use crate::draft::Draft;
use crate::limit::{RESOURCES_MAX, TAGS_MAX};
use crate::model::{
    AddTagsInput, AddTagsOutput, DescribeTagsInput, DescribeTagsOutput, RemoveTagsInput,
    RemoveTagsOutput, Tag, TagDescription,
};
use crate::state::{
    ListenerRow, LoadBalancerRow, RuleRow, Tagged, TargetGroupRow, Texts, TrustStoreRow,
};
use crate::{Elb, exception, id};

/// Tags as they are kept, or why they cannot be.
pub(super) fn judged(tags: Option<Vec<Tag>>) -> Result<Texts, ServiceError> {
    let mut judged = Texts::new();
    for tag in tags.unwrap_or_default() {
        if tag.key.to_ascii_lowercase().starts_with("aws:") {
            return Err(exception::validation(format!(
                "Tag key '{}' begins with 'aws:', which is reserved",
                tag.key
            )));
        }
        if judged.contains_key(&tag.key) {
            return Err(ServiceError::sender(
                "DuplicateTagKeys",
                format!(
                    "Tag keys must be unique; '{}' was specified more than once",
                    tag.key
                ),
            ));
        }
        judged.insert(tag.key, tag.value.unwrap_or_default());
    }
    check_count(&judged)?;
    Ok(judged)
}

fn check_count(tags: &Texts) -> Result<(), ServiceError> {
    if tags.len() > TAGS_MAX {
        return Err(exception::too_many(
            "TooManyTags",
            "tags of a resource",
            TAGS_MAX,
        ));
    }
    Ok(())
}

fn check_resources(arns: &[String]) -> Result<(), ServiceError> {
    if arns.is_empty() || arns.len() > RESOURCES_MAX {
        return Err(exception::validation(format!(
            "Between 1 and {RESOURCES_MAX} resource ARNs can be specified"
        )));
    }
    let mut unique = arns.to_vec();
    unique.sort();
    unique.dedup();
    if unique.len() < arns.len() {
        return Err(exception::validation(
            "A resource ARN was specified more than once",
        ));
    }
    Ok(())
}

/// Changes the tags of a resource of any kind.
fn retag(
    draft: &mut Draft<'_>,
    arn: &str,
    change: impl Fn(&mut Texts) -> Result<(), ServiceError>,
) -> Result<(), ServiceError> {
    fn put<T: Tagged>(
        draft: &mut Draft<'_>,
        mut row: T,
        change: impl Fn(&mut Texts) -> Result<(), ServiceError>,
    ) -> Result<(), ServiceError> {
        change(row.tags())?;
        draft.put(&row)
    }
    if id::is("loadbalancer", arn) {
        let row = load_balancer(draft, arn)?;
        put(draft, row, change)
    } else if id::is("listener", arn) {
        let row = listener(draft, arn)?;
        put(draft, row, change)
    } else if id::is("listener-rule", arn) {
        let row: Option<RuleRow> = draft.find(arn)?;
        let row = row.ok_or_else(exception::rules_not_found)?;
        put(draft, row, change)
    } else if id::is("targetgroup", arn) {
        let row = target_group(draft, arn)?;
        put(draft, row, change)
    } else if id::is("truststore", arn) {
        let row = trust_store(draft, arn)?;
        put(draft, row, change)
    } else {
        Err(exception::invalid_arn("resource", arn))
    }
}

pub(crate) async fn add_tags(
    elb: &Elb,
    call: &Call,
    input: AddTagsInput,
) -> Result<AddTagsOutput, ServiceError> {
    check_resources(&input.resource_arns)?;
    let new = judged(Some(input.tags))?;
    elb.change(call, |draft| {
        for arn in &input.resource_arns {
            retag(draft, arn, |tags| {
                tags.extend(new.clone());
                check_count(tags)
            })?;
        }
        Ok(AddTagsOutput {})
    })
    .await
}

pub(crate) async fn remove_tags(
    elb: &Elb,
    call: &Call,
    input: RemoveTagsInput,
) -> Result<RemoveTagsOutput, ServiceError> {
    check_resources(&input.resource_arns)?;
    elb.change(call, |draft| {
        for arn in &input.resource_arns {
            retag(draft, arn, |tags| {
                tags.retain(|key, _| !input.tag_keys.contains(key));
                Ok(())
            })?;
        }
        Ok(RemoveTagsOutput {})
    })
    .await
}

pub(crate) async fn describe_tags(
    elb: &Elb,
    call: &Call,
    input: DescribeTagsInput,
) -> Result<DescribeTagsOutput, ServiceError> {
    check_resources(&input.resource_arns)?;
    let mut described = Vec::with_capacity(input.resource_arns.len());
    for arn in input.resource_arns {
        let tags = if id::is("loadbalancer", &arn) {
            of::<LoadBalancerRow>(elb, call, &arn)?.ok_or_else(exception::load_balancers_not_found)
        } else if id::is("listener", &arn) {
            of::<ListenerRow>(elb, call, &arn)?.ok_or_else(exception::listeners_not_found)
        } else if id::is("listener-rule", &arn) {
            match of::<RuleRow>(elb, call, &arn)? {
                Some(tags) => Ok(tags),
                None => of_default_rule(elb, call, &arn),
            }
        } else if id::is("targetgroup", &arn) {
            of::<TargetGroupRow>(elb, call, &arn)?.ok_or_else(exception::target_groups_not_found)
        } else if id::is("truststore", &arn) {
            of::<TrustStoreRow>(elb, call, &arn)?.ok_or_else(exception::trust_stores_not_found)
        } else {
            Err(exception::invalid_arn("resource", &arn))
        };
        let tags = tags?.into_iter().map(|(key, value)| Tag {
            key,
            value: Some(value),
        });
        described.push(TagDescription {
            resource_arn: Some(arn),
            tags: Some(tags.collect()),
        });
    }
    Ok(DescribeTagsOutput {
        tag_descriptions: Some(described),
    })
}

fn of<T: Tagged>(elb: &Elb, call: &Call, arn: &str) -> Result<Option<Texts>, ServiceError> {
    let row: Option<T> = elb.find(call, arn)?;
    Ok(row.map(|mut row| std::mem::take(row.tags())))
}

/// Default rules have no tags of their own.
fn of_default_rule(elb: &Elb, call: &Call, arn: &str) -> Result<Texts, ServiceError> {
    let listener: Option<ListenerRow> = elb.find(call, &id::listener_of_rule(arn))?;
    let there = listener.is_some_and(|listener| listener.default_rule_arn() == arn);
    if there {
        Ok(Texts::new())
    } else {
        Err(exception::rules_not_found())
    }
}
