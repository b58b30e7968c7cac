//! Schema-less CBOR, as rpcv2Cbor reads it. What was read must be written so that it reads back
//! the same; bytes are compared, for a NaN is not equal to itself.

use wire::cbor::{parse, to_bytes};

pub(super) fn run(bytes: &[u8]) {
    if let Ok(value) = parse(bytes) {
        let written = to_bytes(&value);
        let read = parse(&written).map(|value| to_bytes(&value));
        assert_eq!(read.as_ref(), Ok(&written), "{value:?}");
    }
}
