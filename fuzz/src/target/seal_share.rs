//! Shares of a seal slot, as hands type them.

use keys::seal::{Share, ShareSet};

pub(super) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let shares: Vec<Share> = text.lines().filter_map(|line| line.parse().ok()).collect();
    for share in &shares {
        let again: Option<Share> = share.to_string().parse().ok();
        assert!(again.is_some_and(|again| again.to_string() == share.to_string()));
    }
    drop(ShareSet::combine(&shares));
}
