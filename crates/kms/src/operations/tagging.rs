//! TagResource, UntagResource, ListResourceTags. Source: AWS KMS API Reference.

use types::{Call, ServiceError};

use super::{check_marker, page};
use crate::limit::{PAGE_ITEMS_SMALL, TAGS_PER_KEY_MAX};
use crate::model::{
    ListResourceTagsRequest, ListResourceTagsResponse, TagResourceRequest, UntagResourceRequest,
};
use crate::service::Kms;
use crate::{exception, tags};

pub(crate) async fn tag_resource(
    kms: &Kms,
    call: &Call,
    input: TagResourceRequest,
) -> Result<(), ServiceError> {
    let new = tags::judged(input.tags)?;
    let named = kms.own(call, &input.key_id)?;
    kms.change(call, (&named.place, &named.id), |key, draft| {
        key.check_not_pending_deletion(draft.now)?;
        let mut row = key.row.clone();
        row.tags.extend(new.clone());
        if row.tags.len() > TAGS_PER_KEY_MAX {
            return Err(exception::tag("Too many tags"));
        }
        draft.put_key(&key.place, &key.id, &row)
    })
    .await
}

pub(crate) async fn untag_resource(
    kms: &Kms,
    call: &Call,
    input: UntagResourceRequest,
) -> Result<(), ServiceError> {
    let named = kms.own(call, &input.key_id)?;
    kms.change(call, (&named.place, &named.id), |key, draft| {
        key.check_not_pending_deletion(draft.now)?;
        let mut row = key.row.clone();
        row.tags.retain(|tag, _| !input.tag_keys.contains(tag));
        draft.put_key(&key.place, &key.id, &row)
    })
    .await
}

pub(crate) async fn list_resource_tags(
    kms: &Kms,
    call: &Call,
    input: ListResourceTagsRequest,
) -> Result<ListResourceTagsResponse, ServiceError> {
    check_marker(input.marker.as_deref())?;
    let key = kms.own(call, &input.key_id)?;
    let (tags, next) = page(
        tags::listed(&key.row.tags),
        (input.limit, PAGE_ITEMS_SMALL),
        input.marker.as_deref(),
        |tag| tag.tag_key.as_str(),
    );
    Ok(ListResourceTagsResponse {
        tags: Some(tags),
        truncated: Some(next.is_some()),
        next_marker: next,
    })
}
