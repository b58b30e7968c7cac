//! Reading members out of a validated value. The shapes were checked by the API already; these
//! checks keep compilation total when a value comes from elsewhere (a file, a row).

use wire::Value;

use crate::error::{CompileError, ExceptionField};

/// AWS's reason when a member is absent.
const ABSENT: &str = "You have used none or multiple values for a field that requires exactly one \
                      value.";
/// AWS's reason when a member has another form.
const MALFORMED: &str = "The parameter contains formatting that is not valid.";

pub(crate) fn malformed(field: ExceptionField, parameter: &str) -> CompileError {
    CompileError::invalid(field, parameter, MALFORMED)
}

pub(crate) fn not_exactly_one(field: ExceptionField, parameter: &str) -> CompileError {
    CompileError::invalid(field, parameter, ABSENT)
}

/// The member `name`, unless absent or null.
pub(crate) fn optional<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value
        .member(name)
        .filter(|member| !matches!(member, Value::Null))
}

pub(crate) fn required<'v>(
    value: &'v Value,
    name: &str,
    field: ExceptionField,
) -> Result<&'v Value, CompileError> {
    optional(value, name).ok_or_else(|| not_exactly_one(field, name))
}

pub(crate) fn text<'v>(
    value: &'v Value,
    name: &str,
    field: ExceptionField,
) -> Result<&'v str, CompileError> {
    let member = required(value, name, field)?;
    member.as_str().ok_or_else(|| malformed(field, name))
}

pub(crate) fn integer(
    value: &Value,
    name: &str,
    field: ExceptionField,
) -> Result<i64, CompileError> {
    let member = required(value, name, field)?;
    member.as_i64().ok_or_else(|| malformed(field, name))
}

pub(crate) fn list<'v>(
    value: &'v Value,
    name: &str,
    field: ExceptionField,
) -> Result<&'v [Value], CompileError> {
    let member = required(value, name, field)?;
    member.as_list().ok_or_else(|| malformed(field, name))
}

/// The items of an optional list; none when it is absent.
pub(crate) fn optional_list<'v>(
    value: &'v Value,
    name: &str,
    field: ExceptionField,
) -> Result<&'v [Value], CompileError> {
    match optional(value, name) {
        None => Ok(&[]),
        Some(member) => member.as_list().ok_or_else(|| malformed(field, name)),
    }
}

pub(crate) fn texts<'v>(
    value: &'v Value,
    name: &str,
    field: ExceptionField,
) -> Result<Vec<&'v str>, CompileError> {
    let items = list(value, name, field)?;
    items
        .iter()
        .map(|item| item.as_str().ok_or_else(|| malformed(field, name)))
        .collect()
}

/// The one member of a union-like structure (`Statement`, `FieldToMatch`, `RuleAction` ...).
pub(crate) fn only_member<'v>(
    value: &'v Value,
    field: ExceptionField,
    parameter: &str,
) -> Result<(&'v str, &'v Value), CompileError> {
    let members = value.as_map().ok_or_else(|| malformed(field, parameter))?;
    let mut present = members
        .iter()
        .filter(|(_, member)| !matches!(member, Value::Null));
    match (present.next(), present.next()) {
        (Some((name, member)), None) => Ok((name, member)),
        _ => Err(not_exactly_one(field, parameter)),
    }
}
