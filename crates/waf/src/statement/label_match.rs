//! `LabelMatchStatement`: an earlier rule gave the request a label, or one of a namespace.

use wire::Value;

use crate::compiler::Compiler;
use crate::error::{CompileError, ExceptionField};
use crate::read;

pub(super) const CAPACITY: u64 = 1;

/// What the key names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelScope {
    /// A label.
    Label,
    /// A namespace, that is the beginning of a label up to a colon.
    Namespace,
}

/// A label or namespace, fully qualified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelMatch {
    /// What the key names.
    pub scope: LabelScope,
    /// The label, or the namespace with its last colon.
    pub key: String,
}

impl LabelMatch {
    pub(super) fn compile(value: &Value, compiler: &Compiler<'_>) -> Result<Self, CompileError> {
        let field = ExceptionField::LabelMatchStatement;
        let key = read::text(value, "Key", field)?;
        let valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b':');
        if key.is_empty() || !key.bytes().all(valid) {
            return Err(read::malformed(field, key));
        }
        // A key that is not fully qualified is relative to the labels of its own web ACL or group.
        let mut full = match key.strip_prefix("awswaf:") {
            Some(_) => key.to_owned(),
            None => format!("{}{key}", compiler.label_namespace),
        };
        let scope = match read::text(value, "Scope", field)? {
            "LABEL" if key.ends_with(':') => {
                let reason = "A label does not end with a colon; use scope NAMESPACE.";
                return Err(CompileError::invalid(field, key, reason));
            }
            "LABEL" => LabelScope::Label,
            "NAMESPACE" => LabelScope::Namespace,
            other => return Err(read::malformed(field, other)),
        };
        if scope == LabelScope::Namespace && !full.ends_with(':') {
            full.push(':');
        }
        Ok(Self { scope, key: full })
    }

    /// Whether it matches this label.
    #[must_use]
    pub fn is_match(&self, label: &str) -> bool {
        match self.scope {
            LabelScope::Label => label == self.key,
            LabelScope::Namespace => label.starts_with(&self.key),
        }
    }
}
