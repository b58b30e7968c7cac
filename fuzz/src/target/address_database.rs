//! Databases of addresses as a user downloads them.

use std::net::IpAddr;
use std::sync::Arc;

use waf::AddressDatabase;

pub(super) fn run(bytes: &[u8]) {
    let Ok(database) = AddressDatabase::read(Arc::from(bytes)) else {
        return;
    };
    // Addresses of both families, and some that the input chooses.
    let mut address = [0; 16];
    for (byte, chosen) in address.iter_mut().zip(bytes) {
        *byte = *chosen;
    }
    for address in [
        IpAddr::from([10, 0, 0, 1]),
        IpAddr::from([192, 0, 2, 1]),
        IpAddr::from(address),
    ] {
        let location = database.location_of(address);
        let country = location.country.as_deref();
        assert!(country.is_none_or(|code| code.len() == 2));
        std::hint::black_box(database.asn_of(address));
    }
    assert!(database.made_at().as_millis() >= 0);
}
