//! Labels: what earlier rules have said about a request, for later rules to match.
//! Source: AWS WAF developer guide, "How labeling works", "Label match rule statement".

use std::borrow::Cow;

use crate::error::{CompileError, ExceptionField};
use crate::limits::LABELS_MAX;

/// Words that AWS keeps for its own labels.
const RESERVED: [&str; 8] = [
    "awswaf",
    "aws",
    "waf",
    "rulegroup",
    "webacl",
    "regexpatternset",
    "ipset",
    "managed",
];

/// Makes a rule's label fully qualified: `NAMESPACE` + the name it was given.
pub(crate) fn qualify(namespace: &str, name: &str) -> Result<String, CompileError> {
    if name
        .split(':')
        .any(|part| part.is_empty() || RESERVED.contains(&part))
    {
        let reason = "A label has no empty parts and none of AWS's reserved words.";
        return Err(CompileError::invalid(ExceptionField::Rule, name, reason));
    }
    Ok(format!("{namespace}{name}"))
}

/// The labels of one request, fully qualified, in the order they were given.
#[derive(Debug, Default)]
pub(crate) struct Labels<'p> {
    given: Vec<Cow<'p, str>>,
    pub(crate) dropped: u32,
}

impl<'p> Labels<'p> {
    pub(crate) fn add(&mut self, label: Cow<'p, str>) {
        if self.given.contains(&label) {
            return;
        }
        if self.given.len() < LABELS_MAX {
            self.given.push(label);
        } else {
            self.dropped = self.dropped.saturating_add(1);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.given.iter().map(AsRef::as_ref)
    }

    pub(crate) fn to_vec(&self) -> Vec<String> {
        self.iter().map(str::to_owned).collect()
    }
}
