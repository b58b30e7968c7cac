//! CreateRegexPatternSet, GetRegexPatternSet, ListRegexPatternSets, UpdateRegexPatternSet,
//! DeleteRegexPatternSet. Source: AWS WAF API Reference, "RegexPatternSet".

use types::{Call, ServiceError};
use wire::{FromValue as _, IntoValue as _, Value};

use super::lifecycle::{self, Meant, body};
use crate::Wafv2;
use crate::exception;
use crate::item::Kind;
use crate::limit::PATTERNS_MAX;
use crate::model::{
    CreateRegexPatternSetRequest, CreateRegexPatternSetResponse, DeleteRegexPatternSetRequest,
    DeleteRegexPatternSetResponse, GetRegexPatternSetRequest, GetRegexPatternSetResponse,
    ListRegexPatternSetsRequest, ListRegexPatternSetsResponse, Regex, RegexPatternSet,
    RegexPatternSetSummary, UpdateRegexPatternSetRequest, UpdateRegexPatternSetResponse,
};

pub(crate) async fn create_regex_pattern_set(
    service: &Wafv2,
    call: &Call,
    mut input: CreateRegexPatternSetRequest,
) -> Result<CreateRegexPatternSetResponse, ServiceError> {
    judge_patterns(&input.regular_expression_list)?;
    let (scope, name) = (input.scope.clone(), input.name.clone());
    let (description, tags) = (input.description.take(), input.tags.take());
    let what = (Kind::RegexPatternSet, scope.as_str(), name.as_str());
    let body = body(Kind::RegexPatternSet, input);
    let summary =
        lifecycle::create(service, call, what, description.as_deref(), tags, body).await?;
    Ok(CreateRegexPatternSetResponse {
        summary: Some(RegexPatternSetSummary::from_value(summary)?),
    })
}

pub(crate) async fn get_regex_pattern_set(
    service: &Wafv2,
    call: &Call,
    input: GetRegexPatternSetRequest,
) -> Result<GetRegexPatternSetResponse, ServiceError> {
    let (item, lock_token) =
        lifecycle::get(service, call, &meant(&input.scope, &input.name, &input.id))?;
    Ok(GetRegexPatternSetResponse {
        regex_pattern_set: Some(RegexPatternSet::from_value(item.answer())?),
        lock_token: Some(lock_token),
    })
}

pub(crate) async fn list_regex_pattern_sets(
    service: &Wafv2,
    call: &Call,
    input: ListRegexPatternSetsRequest,
) -> Result<ListRegexPatternSetsResponse, ServiceError> {
    let what = (Kind::RegexPatternSet, input.scope.as_str());
    let (summaries, next_marker) = lifecycle::list(
        service,
        call,
        what,
        input.next_marker.as_deref(),
        input.limit,
    )?;
    let regex_pattern_sets = Some(Vec::from_value(Value::List(summaries))?);
    Ok(ListRegexPatternSetsResponse {
        next_marker,
        regex_pattern_sets,
    })
}

pub(crate) async fn update_regex_pattern_set(
    service: &Wafv2,
    call: &Call,
    input: UpdateRegexPatternSetRequest,
) -> Result<UpdateRegexPatternSetResponse, ServiceError> {
    judge_patterns(&input.regular_expression_list)?;
    let meant = meant(&input.scope, &input.name, &input.id);
    let (token, description) = (&input.lock_token, input.description.as_deref());
    let made = body(Kind::RegexPatternSet, input.clone().into_value());
    let next = lifecycle::update(service, call, &meant, token, description, |_| {
        Ok(made.clone())
    })
    .await?;
    Ok(UpdateRegexPatternSetResponse {
        next_lock_token: Some(next),
    })
}

pub(crate) async fn delete_regex_pattern_set(
    service: &Wafv2,
    call: &Call,
    input: DeleteRegexPatternSetRequest,
) -> Result<DeleteRegexPatternSetResponse, ServiceError> {
    let meant = meant(&input.scope, &input.name, &input.id);
    lifecycle::delete(service, call, &meant, &input.lock_token).await?;
    Ok(DeleteRegexPatternSetResponse {})
}

fn meant<'a>(scope: &'a str, name: &'a str, id: &'a str) -> Meant<'a> {
    Meant {
        kind: Kind::RegexPatternSet,
        scope,
        name,
        id,
    }
}

fn judge_patterns(patterns: &[Regex]) -> Result<(), ServiceError> {
    if patterns.len() > PATTERNS_MAX {
        return Err(exception::limits_exceeded());
    }
    if patterns
        .iter()
        .any(|pattern| pattern.regex_string.is_none())
    {
        let reason = exception::NOT_EXACTLY_ONE;
        return Err(exception::invalid_parameter(
            "REGEX_PATTERN_SET",
            "RegexString",
            reason,
        ));
    }
    Ok(())
}
