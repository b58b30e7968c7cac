//! C2SP Wycheproof's vectors, as `shared/data/kms/wycheproof` has them.

use std::io::Read;

use serde_json::Value;

use crate::shared;

/// A file of vectors.
#[must_use]
pub fn vectors(name: &str) -> Value {
    let path = shared("kms/wycheproof").join(name);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut text = String::new();
    if name.ends_with(".gz") {
        let mut reader = flate2::read::GzDecoder::new(bytes.as_slice());
        reader.read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    serde_json::from_str(&text).unwrap()
}

/// The bytes that a member has in hexadecimal digits.
#[must_use]
pub fn hex(value: &Value, name: &str) -> Vec<u8> {
    types::unhex(value[name].as_str().unwrap()).unwrap()
}
