//! The bytes of an HTTP/1.1 connection. However they are cut into pieces, the framing must come to
//! the same end.

use edge::Limits;
use edge::framing::{Framing, Step};

pub(super) fn run(bytes: &[u8]) {
    let whole = follow(bytes, usize::MAX);
    assert_eq!(follow(bytes, 1), whole, "byte by byte");
    assert_eq!(follow(bytes, 7), whole, "in sevens");
}

/// How many heads and whole requests were understood, and whether what follows was refused.
fn follow(bytes: &[u8], piece: usize) -> (usize, usize, bool) {
    let mut framing = Framing::new(&Limits::default());
    let (mut taken, mut shown) = (0, 0);
    let (mut heads, mut requests) = (0, 0);
    loop {
        let unread = bytes.get(taken..shown).unwrap_or_default();
        if !unread.is_empty() {
            match framing.step(unread) {
                Err(_) => return (heads, requests, true),
                Ok(Step::More) => {}
                Ok(step) => {
                    heads += usize::from(matches!(step, Step::Head(_) | Step::HeadAndEnd(_)));
                    requests += usize::from(matches!(
                        step,
                        Step::HeadAndEnd(_) | Step::BodyAndEnd(_) | Step::End(_)
                    ));
                    let (Step::Skip(count)
                    | Step::End(count)
                    | Step::Head(count)
                    | Step::HeadAndEnd(count)
                    | Step::Body(count)
                    | Step::BodyAndEnd(count)) = step
                    else {
                        unreachable!("More has its own arm")
                    };
                    assert!(
                        count > 0 && count <= unread.len(),
                        "{count} of {}",
                        unread.len()
                    );
                    taken += count;
                    continue;
                }
            }
        }
        if shown == bytes.len() {
            return (heads, requests, false);
        }
        shown = shown.saturating_add(piece).min(bytes.len());
    }
}
