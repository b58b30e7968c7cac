//! Paging by `Marker` and `MaxItems`. A marker is the key of the last item of the page before, so it
//! stays right whatever was made or deleted since.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use types::ServiceError;

use crate::exception;

/// How many items a page holds when the caller does not say.
const ITEMS: usize = 100;
/// And at most.
const ITEMS_MAX: usize = 1_000;

/// A page of a list.
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) is_truncated: Option<bool>,
    pub(crate) marker: Option<String>,
}

/// The page of `all` after the marker. Each item comes with its key; keys ascend.
pub(crate) fn page<T>(
    all: impl IntoIterator<Item = (String, T)>,
    marker: Option<&str>,
    max_items: Option<i64>,
) -> Result<Page<T>, ServiceError> {
    let after = marker.map(read).transpose()?;
    let max = max_items.and_then(|max| usize::try_from(max).ok());
    let max = max.unwrap_or(ITEMS).clamp(1, ITEMS_MAX);
    let mut rest = all
        .into_iter()
        .skip_while(|(key, _)| after.as_ref().is_some_and(|after| key <= after));
    let (mut items, mut last) = (Vec::new(), String::new());
    for (key, item) in rest.by_ref().take(max) {
        last = key;
        items.push(item);
    }
    let more = rest.next().is_some();
    Ok(Page {
        items,
        is_truncated: Some(more),
        marker: more.then(|| BASE64.encode(last)),
    })
}

fn read(marker: &str) -> Result<String, ServiceError> {
    let text = BASE64
        .decode(marker)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| exception::validation("The marker is not one that this operation answered."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_join_to_the_whole_whatever_goes_meanwhile() {
        let mut all: Vec<(String, u32)> = (0..25)
            .map(|number| (format!("{number:03}"), number))
            .collect();
        let first = page(all.clone(), None, Some(10)).unwrap();
        assert_eq!((first.items.len(), first.is_truncated), (10, Some(true)));
        all.remove(9);
        let second = page(all.clone(), first.marker.as_deref(), Some(10)).unwrap();
        assert_eq!(second.items, (10..20).collect::<Vec<_>>());
        let last = page(all, second.marker.as_deref(), Some(10)).unwrap();
        assert_eq!(
            (last.items.len(), last.is_truncated, last.marker),
            (5, Some(false), None)
        );
        assert!(page(Vec::<(String, u32)>::new(), Some("?"), None).is_err());
    }
}
