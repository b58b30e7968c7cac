//! Every transformation, alone and after another: the first two bytes choose which.

use waf::Transformation;

pub(super) fn run(bytes: &[u8]) {
    let Some((choice, value)) = bytes.split_first_chunk::<2>() else {
        return;
    };
    let chosen = |index: u8| {
        let all = Transformation::ALL;
        all.get(usize::from(index) % all.len().max(1)).copied()
    };
    let [first, second] = choice.map(chosen);
    let mut value = value.to_vec();
    for transformation in [first, second].into_iter().flatten() {
        let bytes = value.len();
        value = transformation.apply(&value).unwrap_or(value);
        // No transformation multiplies: hashes have a fixed length, escapes at most triple.
        assert!(
            value.len() <= bytes.saturating_mul(6).max(64),
            "{}",
            transformation.as_str()
        );
    }
}
