//! Tags of identities. Source: IAM User Guide, "Tagging IAM resources": keys are unique without
//! their case and keep it, lists are sorted by key.

use serde::{Deserialize, Serialize};
use types::ServiceError;

use crate::limit::TAGS_MAX;
use crate::model::Tag;
use crate::{exception, id};

/// The tags of one resource, sorted by key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tags(Vec<(String, String)>);

impl Tags {
    /// The tags of a new resource.
    pub(crate) fn new(tags: Option<Vec<Tag>>) -> Result<Self, ServiceError> {
        let mut made = Self::default();
        made.add(tags.unwrap_or_default())?;
        Ok(made)
    }

    /// Sets tags; a key that is there in another case takes the new key and value.
    pub(crate) fn add(&mut self, tags: Vec<Tag>) -> Result<(), ServiceError> {
        let mut folded: Vec<String> = tags.iter().map(|tag| id::folded(&tag.key)).collect();
        if folded.iter().any(|key| key.starts_with("aws:")) {
            return Err(exception::invalid_input(
                "Tag keys beginning with 'aws:' are reserved for system use.",
            ));
        }
        folded.sort();
        folded.dedup();
        if folded.len() < tags.len() {
            return Err(exception::invalid_input(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ));
        }
        for tag in tags {
            let key = id::folded(&tag.key);
            self.0.retain(|(there, _)| id::folded(there) != key);
            self.0.push((tag.key, tag.value));
        }
        self.0.sort();
        if self.0.len() > TAGS_MAX {
            return Err(exception::limit_exceeded(format!(
                "The number of tags has reached the maximum limit: {TAGS_MAX}"
            )));
        }
        Ok(())
    }

    /// Takes tags away; a key that is not there is no error.
    pub(crate) fn remove(&mut self, keys: &[String]) {
        let keys: Vec<String> = keys.iter().map(|key| id::folded(key)).collect();
        self.0
            .retain(|(there, _)| !keys.contains(&id::folded(there)));
    }

    /// Keys and values, sorted by key.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// As answers list them.
    pub(crate) fn list(&self) -> Vec<Tag> {
        let tag = |(key, value): &(String, String)| Tag {
            key: key.clone(),
            value: value.clone(),
        };
        self.0.iter().map(tag).collect()
    }

    /// As answers show them: none are not shown.
    pub(crate) fn shown(&self) -> Option<Vec<Tag>> {
        (!self.0.is_empty()).then(|| self.list())
    }
}
