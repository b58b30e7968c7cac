//! Percent-encoding as Signature Version 4 does it: all but `A-Z a-z 0-9 - . _ ~` is encoded, in
//! upper-case hex. Decoding refuses what could be read in two ways.
//! Source: RFC 3986, sections 2.1 to 2.4; IAM User Guide, "Create a canonical request".

use super::QUERY_PARAMETERS_MAX;

/// A query that cannot be read in exactly one way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// `%` without two hex digits after it.
    #[error("Illegal hex characters in escape (%) pattern in the query string")]
    Escape,
    /// A `+`, which is a space to some and a plus to others.
    #[error("'+' in a query string is ambiguous: write %2B for a plus and %20 for a space")]
    Plus,
    /// A byte that has to be escaped, such as a space or a control character.
    #[error("the query string holds a character that has to be percent-encoded")]
    Unescaped,
    /// Bytes that are no UTF-8 after decoding.
    #[error("the query string is not UTF-8")]
    NotUtf8,
    /// `&&`, a trailing `&`, or `=value`.
    #[error("the query string holds a parameter without a name")]
    Nameless,
    /// A parameter that is there twice.
    #[error("the query string holds parameter '{0}' more than once")]
    Duplicate(String),
    /// More parameters than [`QUERY_PARAMETERS_MAX`].
    #[error("the query string holds more than {QUERY_PARAMETERS_MAX} parameters")]
    TooMany,
}

/// Reads a query as it stands after `?` into decoded names and values, in their order. Refuses all
/// that two readers could read differently; `name` and `name=` are the same.
///
/// # Errors
/// Says what is ambiguous or broken.
pub fn parse_query(raw: &str) -> Result<Vec<(String, String)>, QueryError> {
    parse(raw, |_| false)
}

/// As [`parse_query`], but a name may be there again in the same letters: in the REST protocols
/// that is a list, such as `tagKeys=a&tagKeys=b`. The signature's own parameters may not.
///
/// # Errors
/// Says what is ambiguous or broken.
pub fn parse_query_with_lists(raw: &str) -> Result<Vec<(String, String)>, QueryError> {
    parse(raw, |name| {
        let is_own = name
            .get(..6)
            .is_some_and(|head| head.eq_ignore_ascii_case("x-amz-"));
        !is_own
    })
}

fn parse(
    raw: &str,
    may_repeat: impl Fn(&str) -> bool,
) -> Result<Vec<(String, String)>, QueryError> {
    if raw.is_empty() {
        return Ok(Vec::new());
    }
    let mut parameters: Vec<(String, String)> = Vec::new();
    for parameter in raw.split('&') {
        if parameters.len() == QUERY_PARAMETERS_MAX {
            return Err(QueryError::TooMany);
        }
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let (name, value) = (decode_parameter(name)?, decode_parameter(value)?);
        if name.is_empty() {
            return Err(QueryError::Nameless);
        }
        parameters.push((name, value));
    }
    // Names that differ only in case are one name to some readers, X-Amz-Signature among them.
    let mut names: Vec<(String, &str)> = parameters
        .iter()
        .map(|(name, _)| (name.to_ascii_lowercase(), name.as_str()))
        .collect();
    names.sort_unstable();
    let twice = names
        .array_windows()
        .find(|[(one, as_sent), (other, again)]| {
            one == other && !(as_sent == again && may_repeat(as_sent))
        });
    if let Some([(twice, _), _]) = twice {
        return Err(QueryError::Duplicate(twice.chars().take(100).collect()));
    }
    Ok(parameters)
}

fn decode_parameter(raw: &str) -> Result<String, QueryError> {
    for byte in raw.bytes() {
        match byte {
            b'+' => return Err(QueryError::Plus),
            0..=b' ' | 0x7f | b'#' => return Err(QueryError::Unescaped),
            _ => {}
        }
    }
    let bytes = decode(raw).ok_or(QueryError::Escape)?;
    String::from_utf8(bytes).map_err(|_| QueryError::NotUtf8)
}

/// Replaces each `%XX` by its byte; `None` when a `%` is followed by anything else.
pub(super) fn decode(raw: &str) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(raw.len());
    let mut bytes = raw.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let (high, low) = (hex_digit(bytes.next()?)?, hex_digit(bytes.next()?)?);
            decoded.push(high << 4 | low);
        } else {
            decoded.push(byte);
        }
    }
    Some(decoded)
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Appends `bytes` encoded; `keep_slash` is for paths.
pub(super) fn encode_into(encoded: &mut String, bytes: &[u8], keep_slash: bool) {
    for byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(*byte));
            }
            b'/' if keep_slash => encoded.push('/'),
            _ => {
                encoded.push('%');
                encoded.push(hex_upper(byte >> 4));
                encoded.push(hex_upper(byte & 0xf));
            }
        }
    }
}

fn hex_upper(nibble: u8) -> char {
    char::from_digit(nibble.into(), 16)
        .unwrap_or('0')
        .to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    fn query(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_query_is_read_in_one_way() {
        assert_eq!(parse_query(""), Ok(vec![]));
        assert_eq!(
            parse_query("a=1&b&c="),
            Ok(query(&[("a", "1"), ("b", ""), ("c", "")]))
        );
        assert_eq!(parse_query("a=b=c%26"), Ok(query(&[("a", "b=c&")])));
        assert_eq!(parse_query("%e1%88%B4=%2b%20"), Ok(query(&[("ሴ", "+ ")])));
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused() {
        let many = vec!["a"; QUERY_PARAMETERS_MAX + 1].join("&");
        for (raw, error) in [
            ("a=1+2", QueryError::Plus),
            ("a%=1", QueryError::Escape),
            ("a=%4", QueryError::Escape),
            ("a=%zz", QueryError::Escape),
            ("a=%+1", QueryError::Plus),
            ("a=%-1", QueryError::Escape),
            ("a= 1", QueryError::Unescaped),
            ("a=1\n", QueryError::Unescaped),
            ("a=1#b", QueryError::Unescaped),
            ("a=%ff", QueryError::NotUtf8),
            ("&a", QueryError::Nameless),
            ("a&", QueryError::Nameless),
            ("=1", QueryError::Nameless),
            ("a=1&a=1", QueryError::Duplicate("a".into())),
            ("a=1&%61=2", QueryError::Duplicate("a".into())),
            (
                "X-Amz-Date=1&x-amz-date=2",
                QueryError::Duplicate("x-amz-date".into()),
            ),
            (&many, QueryError::TooMany),
        ] {
            assert_eq!(parse_query(raw), Err(error), "{raw}");
        }
    }

    #[test]
    fn only_lists_may_repeat_a_name_and_only_in_the_same_letters() {
        assert_eq!(
            parse_query_with_lists("b=2&a=1&b=1"),
            Ok(query(&[("b", "2"), ("a", "1"), ("b", "1")]))
        );
        for (raw, twice) in [
            ("a=1&A=2", "a"),
            ("a=1&a=2&A=3", "a"),
            ("X-Amz-Date=1&X-Amz-Date=1", "x-amz-date"),
            ("x-amz-x=1&x-amz-x=1", "x-amz-x"),
        ] {
            let refused = Err(QueryError::Duplicate(twice.into()));
            assert_eq!(parse_query_with_lists(raw), refused, "{raw}");
        }
        assert_eq!(parse_query_with_lists("a=+"), Err(QueryError::Plus));
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(20_261_122),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn encoding_is_undone_by_decoding(bytes: Vec<u8>) {
            let mut encoded = String::new();
            encode_into(&mut encoded, &bytes, false);
            prop_assert!(encoded.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%".contains(&b)));
            prop_assert_eq!(decode(&encoded), Some(bytes));
        }

        #[test]
        fn any_text_is_read_or_refused(raw: String) {
            if let Ok(parameters) = parse_query(&raw) {
                prop_assert!(parameters.len() <= QUERY_PARAMETERS_MAX);
            }
        }
    }
}
