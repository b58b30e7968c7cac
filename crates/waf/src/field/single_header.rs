//! `SingleHeader`: one header by name. Each line of a repeated header is a value of its own.

use wire::Value;

use super::{Bytes, Extraction, FieldValue, Origin};
use crate::error::{CompileError, ExceptionField};
use crate::read;
use crate::request::Request;

/// The name, in lower case.
pub(super) fn compile(value: &Value) -> Result<String, CompileError> {
    let field = ExceptionField::SingleHeader;
    let name = read::text(value, "Name", field)?;
    if name.is_empty() || name.trim() != name {
        return Err(read::malformed(field, name));
    }
    Ok(name.to_ascii_lowercase())
}

pub(super) fn extract<'r>(name: &str, request: &Request<'r>) -> Extraction<'r> {
    let values = request.header_values(name).map(|value| FieldValue {
        bytes: Bytes::Borrowed(value),
        origin: Origin::Field,
    });
    Extraction::Values(values.collect())
}
