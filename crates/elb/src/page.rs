//! Paging by `Marker` and `PageSize`. A marker is the ARN (or name) of the last item of the page
//! before.

use types::ServiceError;

use crate::exception;
use crate::state::Kept;

/// How many items a page holds when the caller does not say: the API's own maximum.
const PAGE_SIZE: usize = 400;

fn size(page_size: Option<i64>) -> usize {
    page_size
        .and_then(|size| usize::try_from(size).ok())
        .unwrap_or(PAGE_SIZE)
}

fn unknown_marker() -> ServiceError {
    exception::validation("The marker is not one that this operation answered")
}

/// The page of `all`, which is in the order of ARNs, and the marker of the next one. It stays right
/// whatever was made or deleted since the page before.
pub(crate) fn page<T: Kept>(
    all: Vec<T>,
    marker: Option<&str>,
    page_size: Option<i64>,
) -> Result<(Vec<T>, Option<String>), ServiceError> {
    let marker = marker.filter(|marker| !marker.is_empty());
    if marker.is_some_and(|marker| !marker.starts_with("arn:")) {
        return Err(unknown_marker());
    }
    let rest = all
        .into_iter()
        .filter(|item| marker.is_none_or(|marker| item.arn() > marker));
    Ok(taken(rest, page_size, |item| item.arn().to_owned()))
}

/// The page of what has an order of its own, such as rules by priority.
pub(crate) fn page_in_order<T>(
    all: Vec<T>,
    marker: Option<&str>,
    page_size: Option<i64>,
    id: impl Fn(&T) -> String,
) -> Result<(Vec<T>, Option<String>), ServiceError> {
    let mut rest = all.into_iter();
    if let Some(marker) = marker.filter(|marker| !marker.is_empty())
        && !rest.any(|item| id(&item) == marker)
    {
        return Err(unknown_marker());
    }
    Ok(taken(rest, page_size, id))
}

fn taken<T>(
    mut rest: impl Iterator<Item = T>,
    page_size: Option<i64>,
    id: impl Fn(&T) -> String,
) -> (Vec<T>, Option<String>) {
    let items: Vec<T> = rest.by_ref().take(size(page_size)).collect();
    let more = rest.next().is_some();
    let next = items.last().filter(|_| more).map(id);
    (items, next)
}
