//! The members of an object while it is read: each name once, and not too many.
//! Source: RFC 8259, section 4 ("names within an object SHOULD be unique"), RFC 8949, section 5.6:
//! of two members with one name, one reader takes the first and another the last, so what was
//! checked may not be what is done. Neither is taken here.

use std::collections::HashSet;

use crate::Value;

/// Members, each of another name.
#[derive(Debug)]
pub(crate) struct UniqueMembers {
    members: Vec<(String, Value)>,
    /// The names once there are many: a short object is searched, a long one indexed, for a
    /// hostile body must not cost n².
    names: HashSet<String>,
    items_max: usize,
}

/// A member that cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MemberError {
    /// Its name is taken.
    #[error("member '{0}' is there more than once")]
    Twice(String),
    /// There are enough.
    #[error("an object of more than {0} members")]
    TooMany(usize),
}

impl UniqueMembers {
    /// Up to how many members are searched.
    const SEARCHED_MAX: usize = 16;

    pub(crate) fn new(items_max: usize) -> Self {
        Self {
            members: Vec::new(),
            names: HashSet::new(),
            items_max,
        }
    }

    pub(crate) fn push(&mut self, name: String, value: Value) -> Result<(), MemberError> {
        let count = self.members.len();
        if count == Self::SEARCHED_MAX {
            let names = self.members.iter().map(|(name, _)| name.clone());
            self.names = names.collect();
        }
        let is_new = match count < Self::SEARCHED_MAX {
            true => self.members.iter().all(|(member, _)| *member != name),
            false => self.names.insert(name.clone()),
        };
        if !is_new {
            return Err(MemberError::Twice(name.chars().take(64).collect()));
        }
        if count == self.items_max {
            return Err(MemberError::TooMany(self.items_max));
        }
        self.members.push((name, value));
        Ok(())
    }

    pub(crate) fn end(self) -> Value {
        Value::Map(self.members)
    }
}
