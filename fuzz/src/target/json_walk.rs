//! JSON bodies as the rule engine walks them, without building a tree.

use waf::JsonWalk;

pub(super) fn run(bytes: &[u8]) {
    let mut walk = JsonWalk::new(bytes);
    let mut items = 0;
    while let Some(item) = walk.next() {
        items += 1;
        if item.is_err() {
            break;
        }
        let pointer = walk.pointer();
        assert!(pointer.is_empty() || pointer.starts_with('/'), "{pointer}");
    }
    assert!(
        items <= bytes.len() + 1,
        "{items} items in {} bytes",
        bytes.len()
    );
}
