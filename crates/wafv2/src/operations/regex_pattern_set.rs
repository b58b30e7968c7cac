//! CreateRegexPatternSet, GetRegexPatternSet, ListRegexPatternSets, UpdateRegexPatternSet,
//! DeleteRegexPatternSet. Source: AWS WAF API Reference, "RegexPatternSet".

use types::{Call, ServiceError};
use wire::Value;

use super::lifecycle;
use crate::Wafv2;
use crate::exception;
use crate::item::Kind;
use crate::limit::PATTERNS_MAX;
use crate::model::{
    CreateRegexPatternSetRequest, CreateRegexPatternSetResponse, DeleteRegexPatternSetRequest,
    DeleteRegexPatternSetResponse, GetRegexPatternSetRequest, GetRegexPatternSetResponse,
    ListRegexPatternSetsRequest, ListRegexPatternSetsResponse, UpdateRegexPatternSetRequest,
    UpdateRegexPatternSetResponse,
};

pub(crate) async fn create_regex_pattern_set(
    service: &Wafv2,
    call: &Call,
    input: CreateRegexPatternSetRequest,
) -> Result<CreateRegexPatternSetResponse, ServiceError> {
    lifecycle::create(service, call, Kind::RegexPatternSet, input).await
}

pub(crate) async fn get_regex_pattern_set(
    service: &Wafv2,
    call: &Call,
    input: GetRegexPatternSetRequest,
) -> Result<GetRegexPatternSetResponse, ServiceError> {
    lifecycle::get(service, call, Kind::RegexPatternSet, input)
}

pub(crate) async fn list_regex_pattern_sets(
    service: &Wafv2,
    call: &Call,
    input: ListRegexPatternSetsRequest,
) -> Result<ListRegexPatternSetsResponse, ServiceError> {
    lifecycle::list(service, call, Kind::RegexPatternSet, input)
}

pub(crate) async fn update_regex_pattern_set(
    service: &Wafv2,
    call: &Call,
    input: UpdateRegexPatternSetRequest,
) -> Result<UpdateRegexPatternSetResponse, ServiceError> {
    lifecycle::update(service, call, Kind::RegexPatternSet, input).await
}

pub(crate) async fn delete_regex_pattern_set(
    service: &Wafv2,
    call: &Call,
    input: DeleteRegexPatternSetRequest,
) -> Result<DeleteRegexPatternSetResponse, ServiceError> {
    lifecycle::delete(service, call, Kind::RegexPatternSet, input).await
}

/// Not too many patterns, each of them given.
pub(super) fn judge(body: &Value) -> Result<(), ServiceError> {
    let patterns = body
        .member("RegularExpressionList")
        .and_then(Value::as_list)
        .unwrap_or_default();
    if patterns.len() > PATTERNS_MAX {
        return Err(exception::limits_exceeded());
    }
    let given = |pattern: &Value| {
        let text = pattern.member("RegexString").and_then(Value::as_str);
        text.is_some()
    };
    if !patterns.iter().all(given) {
        let reason = exception::NOT_EXACTLY_ONE;
        return Err(exception::invalid_parameter(
            "REGEX_PATTERN_SET",
            "RegexString",
            reason,
        ));
    }
    Ok(())
}
