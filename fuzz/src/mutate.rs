//! Seeded mutation of inputs: flips, cuts, copies, splices with other inputs of the corpus, and
//! bytes that parsers trip over.

/// The longest input that is made.
pub(crate) const INPUT_BYTES_MAX: usize = 16 * 1024;

/// What parsers trip over.
const TOKENS: &[&[u8]] = &[
    b"\0",
    b"\r\n",
    b"\n",
    b"\r\n\r\n",
    b"%",
    b"%00",
    b"%u0041",
    b"%25",
    b"\"",
    b"'",
    b"\\",
    b"\\u0000",
    b"&",
    b"&#x0;",
    b"=",
    b";",
    b":",
    b",",
    b"[",
    b"]",
    b"{",
    b"}",
    b"{\"a\":",
    b"/",
    b"../",
    b"//",
    b"<",
    b">",
    b"-1",
    b"0",
    b"18446744073709551616",
    b"9223372036854775807",
    b"1e999",
    b"NaN",
    b"null",
    b"true",
    b" ",
    b"\t",
    b"\x0b",
    b"\x7f",
    b"\xff",
    b"\xc0\x80",
    b"\xf0\x9f\x92\xa9",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xae",
    b"chunked",
    b"Transfer-Encoding",
    b"Content-Length",
    b"X-Amz-",
    b"AWS4-HMAC-SHA256",
    b"Statement",
    b"\x16\x03\x01",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
];

/// SplitMix64: small, seeded, good enough to choose mutations. Source: Steele, Lea, Flood, "Fast
/// splittable pseudorandom number generators", OOPSLA 2014.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which must not be 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % limit).unwrap_or(0)
    }

    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let (one, two) = (self.below(length + 1), self.below(length + 1));
        one.min(two)..one.max(two)
    }
}

/// One to eight mutations of an input of the corpus.
pub(crate) fn mutate(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let chosen = |random: &mut Random| {
        corpus
            .get(random.below(corpus.len().max(1)))
            .cloned()
            .unwrap_or_default()
    };
    let mut input = chosen(random);
    for _ in 0..=random.below(8) {
        let length = input.len();
        match random.below(8) {
            0 if length > 0 => {
                if let Some(byte) = input.get_mut(random.below(length)) {
                    *byte ^= 1 << random.below(8);
                }
            }
            1 if length > 0 => {
                let new = u8::try_from(random.below(256)).unwrap_or(0);
                if let Some(byte) = input.get_mut(random.below(length)) {
                    *byte = new;
                }
            }
            2 => {
                input.drain(random.range(length));
            }
            3 => {
                let range = random.range(length);
                let piece = input.get(range).unwrap_or_default().to_vec();
                let at = random.below(length + 1);
                for _ in 0..=random.below(16) {
                    input.splice(at..at, piece.iter().copied());
                    if input.len() > INPUT_BYTES_MAX {
                        break;
                    }
                }
            }
            4 => {
                let other = chosen(random);
                let piece = other
                    .get(random.range(other.len()))
                    .unwrap_or_default()
                    .to_vec();
                let at = random.below(length + 1);
                input.splice(at..at, piece);
            }
            5 => input.truncate(random.below(length + 1)),
            _ => {
                let token = TOKENS
                    .get(random.below(TOKENS.len()))
                    .copied()
                    .unwrap_or_default();
                let at = random.below(length + 1);
                input.splice(at..at, token.iter().copied());
            }
        }
        input.truncate(INPUT_BYTES_MAX);
    }
    input
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_its_inputs_and_they_differ_among_themselves() {
        let corpus = [b"GET / HTTP/1.1\r\n\r\n".to_vec(), b"x".to_vec()];
        let inputs = |seed| {
            let mut random = Random::new(seed);
            (0..100)
                .map(|_| mutate(&corpus, &mut random))
                .collect::<Vec<_>>()
        };
        assert_eq!(inputs(7), inputs(7));
        assert_ne!(inputs(7), inputs(8));
        let different: std::collections::BTreeSet<_> = inputs(7).into_iter().collect();
        assert!(different.len() > 80, "{}", different.len());
        assert!(different.iter().all(|input| input.len() <= INPUT_BYTES_MAX));
    }
}
