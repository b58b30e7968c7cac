//! A decision as it is read from disk (its bytes were an attacker's), and what a terminal is shown of
//! it: no control character may reach it.

use telemetry::decisions::DecisionRecord;
use telemetry::explain::{Explanation, escaped};

pub(super) fn run(bytes: &[u8]) {
    let harmless = |text: &str| !text.chars().any(|one| one.is_control() && one != '\n');
    assert!(harmless(&escaped(bytes)));
    if let Ok(record) = serde_json::from_slice::<DecisionRecord>(bytes) {
        let text = Explanation::of(record, None).to_text();
        assert!(harmless(&text), "{text:?}");
    }
}
