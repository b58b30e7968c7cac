//! The seal's header, as it is read before anything in it is authenticated.

use keys::seal::Header;
use types::Secret;

pub(super) fn run(bytes: &[u8]) {
    let Ok(header) = Header::parse(bytes) else {
        return;
    };
    for slot in header.slots() {
        assert!(header.open(slot.id, &Secret::new(vec![0; 32])).is_err());
    }
    let again = header.to_bytes().and_then(|bytes| Header::parse(&bytes));
    assert!(again.is_ok_and(|again| again == header));
}
