//! Tags of keys. Source: AWS KMS Developer Guide, "Tags in AWS KMS"; recorded answers.

use std::collections::BTreeMap;

use types::ServiceError;

use crate::exception;
use crate::limit::TAGS_PER_KEY_MAX;
use crate::model::Tag;

/// Tags as a caller gives them.
///
/// # Errors
/// `TagException` for AWS's own keys, a key that comes twice, and too many.
pub(crate) fn judged(tags: Vec<Tag>) -> Result<BTreeMap<String, String>, ServiceError> {
    if tags.len() > TAGS_PER_KEY_MAX {
        return Err(exception::tag("Too many tags"));
    }
    let mut judged = BTreeMap::new();
    for tag in tags {
        let prefix = tag.tag_key.get(..4).unwrap_or_default();
        if prefix.eq_ignore_ascii_case("aws:") {
            return Err(exception::tag("Tags beginning with aws: are reserved"));
        }
        if judged.insert(tag.tag_key, tag.tag_value).is_some() {
            return Err(exception::tag("Duplicate tag keys"));
        }
    }
    Ok(judged)
}

/// As an answer lists them.
pub(crate) fn listed(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    tags.iter()
        .map(|(key, value)| Tag {
            tag_key: key.clone(),
            tag_value: value.clone(),
        })
        .collect()
}
