//! Schema-less JSON, as rows and rules are read. What was read must be written so that it reads
//! back the same.

pub(super) fn run(bytes: &[u8]) {
    if let Ok(value) = wire::json::parse(bytes) {
        let text = wire::json::to_string(&value);
        assert_eq!(
            wire::json::parse(text.as_bytes()).as_ref(),
            Ok(&value),
            "{text}"
        );
    }
}
