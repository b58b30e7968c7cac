//! The bytes of an HTTP/1.1 connection. However they are cut into pieces, the framing must come to
//! the same end.

use edge::Limits;
use edge::framing::{Framing, Step};

pub(super) fn run(bytes: &[u8]) {
    let whole = follow(bytes, usize::MAX);
    assert_eq!(follow(bytes, 1), whole, "byte by byte");
    assert_eq!(follow(bytes, 7), whole, "in sevens");
}

/// How many bytes were understood, and whether the rest was refused.
fn follow(bytes: &[u8], piece: usize) -> (usize, bool) {
    let mut framing = Framing::new(&Limits::default());
    let (mut taken, mut shown) = (0, 0);
    loop {
        let unread = bytes.get(taken..shown).unwrap_or_default();
        if !unread.is_empty() {
            match framing.step(unread) {
                Err(_) => return (taken, true),
                Ok(Step::More) => {}
                Ok(
                    Step::Skip(count)
                    | Step::Head(count)
                    | Step::HeadAndEnd(count)
                    | Step::Body(count)
                    | Step::BodyAndEnd(count),
                ) => {
                    assert!(count > 0 && count <= unread.len(), "{count} of {}", unread.len());
                    taken += count;
                    continue;
                }
            }
        }
        if shown == bytes.len() {
            return (taken, false);
        }
        shown = shown.saturating_add(piece).min(bytes.len());
    }
}
