//! JA4: what a client offers, sorted, so that it stays the same when a client shuffles. Source:
//! "JA4: TLS Client Fingerprinting" (FoxIO, technical details; this part alone is BSD-3-Clause).

use aws_lc_rs::digest;

use types::hex;

use super::{ClientHello, is_grease};

/// Extensions that say where a client goes rather than what it is: server_name and ALPN.
const DESTINATION: [u16; 2] = [0x0000, 0x0010];
const NOTHING: &str = "000000000000";

pub(super) fn fingerprint(hello: &ClientHello) -> String {
    let mut ciphers = without_grease(&hello.cipher_suites);
    let mut extensions = without_grease(&hello.extensions);
    let head = format!(
        "t{}{}{:02}{:02}{}",
        version(hello),
        if hello.has_server_name() { 'd' } else { 'i' },
        ciphers.len().min(99),
        extensions.len().min(99),
        protocol(hello.first_protocol.as_deref()),
    );

    ciphers.sort_unstable();
    extensions.retain(|kind| !DESTINATION.contains(kind));
    extensions.sort_unstable();
    let mut offered = join(&extensions);
    let algorithms = without_grease(&hello.signature_algorithms);
    if !algorithms.is_empty() {
        offered.push('_');
        offered.push_str(&join(&algorithms));
    }
    let offered = if extensions.is_empty() {
        String::new()
    } else {
        offered
    };
    format!(
        "{head}_{}_{}",
        cut_hash(&join(&ciphers)),
        cut_hash(&offered)
    )
}

/// The newest version offered.
fn version(hello: &ClientHello) -> &'static str {
    let newest = without_grease(&hello.versions).into_iter().max();
    match newest.unwrap_or(hello.version) {
        0x0304 => "13",
        0x0303 => "12",
        0x0302 => "11",
        0x0301 => "10",
        0x0300 => "s3",
        0x0002 => "s2",
        _ => "00",
    }
}

/// First and last character of the first protocol; of its hex form when they are no letters or
/// digits.
fn protocol(first: Option<&[u8]>) -> String {
    let Some((Some(start), Some(end))) = first.map(|bytes| (bytes.first(), bytes.last())) else {
        return "00".to_owned();
    };
    if start.is_ascii_alphanumeric() && end.is_ascii_alphanumeric() {
        return [char::from(*start), char::from(*end)].iter().collect();
    }
    let nibble = |number: u8| char::from_digit(u32::from(number), 16).unwrap_or('0');
    [nibble(start >> 4), nibble(end & 0xf)].iter().collect()
}

fn without_grease(numbers: &[u16]) -> Vec<u16> {
    let numbers = numbers.iter().copied();
    numbers.filter(|number| !is_grease(*number)).collect()
}

fn join(numbers: &[u16]) -> String {
    let texts: Vec<String> = numbers
        .iter()
        .map(|number| format!("{number:04x}"))
        .collect();
    texts.join(",")
}

fn cut_hash(text: &str) -> String {
    if text.is_empty() {
        return NOTHING.to_owned();
    }
    let hash = digest::digest(&digest::SHA256, text.as_bytes());
    let mut hex = hex(hash.as_ref());
    hex.truncate(NOTHING.len());
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of FoxIO's technical details.
    fn chrome() -> ClientHello {
        ClientHello {
            version: 0x0303,
            cipher_suites: vec![
                0xdada, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8,
                0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035,
            ],
            extensions: vec![
                0x0a0a, 0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005,
                0x0023, 0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015, 0xbaba,
            ],
            groups: vec![0x9a9a, 29, 23, 24],
            point_formats: vec![0],
            signature_algorithms: vec![
                0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601,
            ],
            versions: vec![0x6a6a, 0x0304, 0x0303],
            first_protocol: Some(b"h2".to_vec()),
        }
    }

    #[test]
    fn published_example() {
        assert_eq!(
            fingerprint(&chrome()),
            "t13d1516h2_8daaf6152771_e5627efa2ab1"
        );
    }

    #[test]
    fn shuffling_does_not_change_it() {
        let mut shuffled = chrome();
        shuffled.extensions.reverse();
        shuffled.cipher_suites.rotate_left(5);
        assert_eq!(fingerprint(&shuffled), fingerprint(&chrome()));
    }

    #[test]
    fn what_is_missing_shows() {
        let bare = ClientHello {
            version: 0x0301,
            ..ClientHello::default()
        };
        assert_eq!(fingerprint(&bare), "t10i000000_000000000000_000000000000");
        let mut without = chrome();
        without.signature_algorithms.clear();
        // sha256 of the sorted extensions alone, from the publication's text.
        assert_eq!(
            fingerprint(&without),
            "t13d1516h2_8daaf6152771_6d807ffa2a79"
        );
    }

    #[test]
    fn protocols() {
        for (first, expected) in [
            (None, "00"),
            (Some(b"".as_slice()), "00"),
            (Some(b"h2"), "h2"),
            (Some(b"http/1.1"), "h1"),
            (Some(b"x"), "xx"),
            (Some(&[0xab]), "ab"),
            (Some(&[0xab, 0xcd]), "ad"),
            (Some(&[0x30, 0xab]), "3b"),
        ] {
            assert_eq!(protocol(first), expected, "{first:?}");
        }
    }
}
