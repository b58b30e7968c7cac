//! Letter case, ASCII only.

pub(super) fn lowercase(value: &[u8]) -> Option<Vec<u8>> {
    value
        .iter()
        .any(u8::is_ascii_uppercase)
        .then(|| value.to_ascii_lowercase())
}

pub(super) fn uppercase(value: &[u8]) -> Option<Vec<u8>> {
    value
        .iter()
        .any(u8::is_ascii_lowercase)
        .then(|| value.to_ascii_uppercase())
}
