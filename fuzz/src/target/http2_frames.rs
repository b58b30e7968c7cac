//! The bytes of an HTTP/2 connection, as the frame meter follows them. The first byte says into
//! what pieces they are cut: the meter must come to the same end.

use edge::Http2Limits;
use edge::frames::FrameMeter;

pub(super) fn run(bytes: &[u8]) {
    let (piece, bytes) = bytes
        .split_first()
        .map_or((1, bytes), |(first, rest)| (*first, rest));
    let follow = |piece: usize| {
        let mut meter = FrameMeter::new(&Http2Limits::default());
        for part in bytes.chunks(piece) {
            if meter.advance(part, 1).is_err() {
                return None;
            }
        }
        Some(meter.frames())
    };
    assert_eq!(
        follow(usize::from(piece).max(1)),
        follow(bytes.len().max(1))
    );
}
