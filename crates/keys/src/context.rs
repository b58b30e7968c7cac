//! The encryption context: AWS's name for the pairs that a caller binds to a ciphertext as additional
//! authenticated data. Here it has one form, whatever order the pairs came in.

/// An encryption context in canonical form: pairs sorted by key, every length in front of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncryptionContext(Vec<u8>);

impl EncryptionContext {
    /// No pairs.
    #[must_use]
    pub fn empty() -> Self {
        Self::new([])
    }

    /// Of pairs in any order. A key that comes twice counts with its last value, as in a JSON object.
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut pairs: Vec<_> = pairs.into_iter().collect();
        // Stable: of equal keys the last given stays last.
        pairs.sort_by_key(|(key, _)| *key);
        let mut bytes = vec![0; 4];
        let mut count: u32 = 0;
        let mut rest = pairs.iter().peekable();
        while let Some((key, value)) = rest.next() {
            if rest.peek().is_some_and(|(next, _)| next == key) {
                continue;
            }
            for word in [key, value] {
                bytes.extend_from_slice(&length(word.len()));
                bytes.extend_from_slice(word.as_bytes());
            }
            count += 1;
        }
        if let Some(front) = bytes.first_chunk_mut() {
            *front = count.to_be_bytes();
        }
        Self(bytes)
    }

    /// The canonical bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A length as four bytes. What is longer cannot come in through the API (8 KB at most), and could
/// never be opened again: its length would be that of nothing else.
fn length(bytes: usize) -> [u8; 4] {
    u32::try_from(bytes).unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn of(pairs: &[(String, String)]) -> EncryptionContext {
        EncryptionContext::new(
            pairs
                .iter()
                .map(|(key, value)| (key.as_str(), value.as_str())),
        )
    }

    proptest! {
        #[test]
        fn contexts_are_equal_exactly_when_the_maps_are(
            one in prop::collection::vec(("[ab]{0,2}", "[ab]{0,2}"), 0..4),
            other in prop::collection::vec(("[ab]{0,2}", "[ab]{0,2}"), 0..4),
        ) {
            let maps = [&one, &other].map(|pairs| pairs.iter().cloned().collect::<BTreeMap<_, _>>());
            prop_assert_eq!(of(&one) == of(&other), maps[0] == maps[1]);
            let mut turned = maps[0].clone().into_iter().collect::<Vec<_>>();
            turned.reverse();
            prop_assert_eq!(of(&turned), of(&one));
        }
    }
}
