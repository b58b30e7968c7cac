//! Lists of addresses as they are published: what is taken was in the text, and is found again.

use types::Time;
use waf::IpList;

pub(super) fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let list = IpList::read(&text, Time::from_seconds(1));
    assert!(list.set().blocks() + list.skipped() <= text.lines().count());
    for line in text.lines() {
        if let Ok(address) = line.parse() {
            assert!(list.set().contains(address), "{address}");
        }
    }
}
