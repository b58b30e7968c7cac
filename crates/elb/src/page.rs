//! Paging by `Marker` and `PageSize`. A marker is the ARN of the last item of the page before, so a
//! page stays right whatever was made or deleted since.

use types::ServiceError;

use crate::exception;
use crate::state::Kept;

/// How many items a page holds when the caller does not say: the API's own maximum.
const PAGE_SIZE: usize = 400;

/// The page of `all`, which is in the order of ARNs, and the marker of the next one.
pub(crate) fn page<T: Kept>(
    all: Vec<T>,
    marker: Option<&str>,
    page_size: Option<i64>,
) -> Result<(Vec<T>, Option<String>), ServiceError> {
    let marker = marker.filter(|marker| !marker.is_empty());
    if marker.is_some_and(|marker| !marker.starts_with("arn:")) {
        return Err(exception::validation(
            "The marker is not one that this operation answered",
        ));
    }
    let size = page_size
        .and_then(|size| usize::try_from(size).ok())
        .unwrap_or(PAGE_SIZE);
    let mut rest = all
        .into_iter()
        .filter(|item| marker.is_none_or(|marker| item.arn() > marker));
    let items: Vec<T> = rest.by_ref().take(size).collect();
    let more = rest.next().is_some();
    let next = items
        .last()
        .filter(|_| more)
        .map(|item| item.arn().to_owned());
    Ok((items, next))
}
