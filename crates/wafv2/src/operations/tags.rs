//! TagResource, UntagResource, ListTagsForResource.
//! Source: AWS WAF API Reference, "Tag"; AWS General Reference, "Tagging AWS resources".

use std::collections::BTreeMap;

use types::{Call, ServiceError};

use super::lifecycle::page;
use crate::Wafv2;
use crate::draft::{Attempts, Draft};
use crate::exception;
use crate::item::Identity;
use crate::limit::TAGS_MAX;
use crate::model::{
    ListTagsForResourceRequest, ListTagsForResourceResponse, Tag, TagInfoForResource,
    TagResourceRequest, TagResourceResponse, UntagResourceRequest, UntagResourceResponse,
};
use crate::state;

/// Tags as a caller gives them: each key once, none of AWS's own, not too many.
pub(super) fn judged(tags: Vec<Tag>) -> Result<BTreeMap<String, String>, ServiceError> {
    let mut judged = BTreeMap::new();
    for Tag { key, value } in tags {
        if key
            .get(..4)
            .is_some_and(|prefix| prefix.eq_ignore_ascii_case("aws:"))
        {
            let reason = "Tag keys that begin with aws: are reserved.";
            return Err(exception::invalid_parameter("TAG_KEYS", &key, reason));
        }
        if judged.insert(key.clone(), value).is_some() {
            let reason = "A tag key can be given only once.";
            return Err(exception::invalid_parameter("TAG_KEYS", &key, reason));
        }
    }
    if judged.len() > TAGS_MAX {
        return Err(exception::limits_exceeded());
    }
    Ok(judged)
}

/// Changes the tags of an item that is there.
async fn change(
    service: &Wafv2,
    call: &Call,
    arn: &str,
    change: impl Fn(&mut BTreeMap<String, String>),
) -> Result<(), ServiceError> {
    let identity = Identity::of_callers_arn(call, arn)?;
    let _turn = service.turn.lock().await;
    let mut attempts = Attempts::default();
    loop {
        let (_, row) = service.stored_item(&identity).await?;
        let rows = service.rows();
        let key = state::tags_key(arn);
        let old = rows.row(&key);
        let mut tags = state::read_tags(old)?;
        change(&mut tags);
        if tags.len() > TAGS_MAX {
            return Err(exception::limits_exceeded());
        }
        let mut draft = Draft::new(&rows);
        // Not past a deletion.
        draft.expect(&row.key, Some(&row));
        draft.expect(&key, old);
        if tags.is_empty() {
            draft.delete(key);
        } else {
            draft.put(key, state::write_tags(&tags));
        }
        if service
            .commit(call, draft.into_batch(), &mut attempts)
            .await?
        {
            return Ok(());
        }
    }
}

pub(crate) async fn tag_resource(
    service: &Wafv2,
    call: &Call,
    input: TagResourceRequest,
) -> Result<TagResourceResponse, ServiceError> {
    let new = judged(input.tags)?;
    let add = |tags: &mut BTreeMap<String, String>| tags.extend(new.clone());
    change(service, call, &input.resource_arn, add).await?;
    Ok(TagResourceResponse {})
}

pub(crate) async fn untag_resource(
    service: &Wafv2,
    call: &Call,
    input: UntagResourceRequest,
) -> Result<UntagResourceResponse, ServiceError> {
    let remove = |tags: &mut BTreeMap<String, String>| {
        tags.retain(|key, _| !input.tag_keys.contains(key));
    };
    change(service, call, &input.resource_arn, remove).await?;
    Ok(UntagResourceResponse {})
}

pub(crate) async fn list_tags_for_resource(
    service: &Wafv2,
    call: &Call,
    input: ListTagsForResourceRequest,
) -> Result<ListTagsForResourceResponse, ServiceError> {
    let identity = Identity::of_callers_arn(call, &input.resource_arn)?;
    service.viewed_item(&identity)?;
    let row = service.view.row(&state::tags_key(&input.resource_arn));
    let tags = state::read_tags(row.as_ref())?;
    let (tags, next_marker) = page(tags.into_iter(), input.next_marker.as_deref(), input.limit);
    Ok(ListTagsForResourceResponse {
        next_marker,
        tag_info_for_resource: Some(TagInfoForResource {
            resource_arn: Some(input.resource_arn),
            tag_list: Some(
                tags.into_iter()
                    .map(|(key, value)| Tag { key, value })
                    .collect(),
            ),
        }),
    })
}
