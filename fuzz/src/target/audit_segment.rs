//! A segment of the audit log, as it is read before anything in it is verified.

use telemetry::audit::segment::{FRAME_BYTES, HEADER_BYTES, RECORD_BYTES_MAX, Reader};
use telemetry::audit::{Head, PublicKey};

pub(super) fn run(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(key) = text.parse::<PublicKey>()
    {
        assert!(key.to_string().parse() == Ok(key));
    }
    let Ok((header, mut reader)) = Reader::open(bytes) else {
        return;
    };
    let mut chain = header.before;
    let mut end = HEADER_BYTES;
    while let Ok(Some(record)) = reader.next_record() {
        assert!(record.offset == end as u64);
        assert!((2..=RECORD_BYTES_MAX).contains(&record.body.len()));
        end += FRAME_BYTES + record.body.len();
        // Nobody finds these by chance.
        let follows = record.follows(&chain);
        assert!(!follows || record.chain != chain);
        if let Ok(head) = serde_json::from_slice::<Head>(record.body) {
            let text = serde_json::to_vec(&head).unwrap_or_default();
            assert!(serde_json::from_slice::<Head>(&text).is_ok_and(|again| again == head));
        }
        chain = record.chain;
    }
    assert!(reader.offset() == end as u64 && end <= bytes.len());
}
