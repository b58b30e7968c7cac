//! JA3: the MD5 of what a client offers, in its order. Source: "JA3 - A method for profiling
//! SSL/TLS Clients" (Salesforce).

use md5::{Digest as _, Md5};

use types::hex;

use super::{ClientHello, is_grease};

/// `version,ciphers,extensions,groups,point formats`, in decimal, without GREASE.
pub(super) fn text(hello: &ClientHello) -> String {
    let lists = [
        join(&hello.cipher_suites),
        join(&hello.extensions),
        join(&hello.groups),
        hello
            .point_formats
            .iter()
            .map(u8::to_string)
            .collect::<Vec<_>>()
            .join("-"),
    ];
    format!("{},{}", hello.version, lists.join(","))
}

/// MD5 of [`text`], 32 hex digits. MD5 is part of the format and protects nothing here.
pub(super) fn hash(hello: &ClientHello) -> String {
    hex(&Md5::digest(text(hello)))
}

fn join(numbers: &[u16]) -> String {
    numbers
        .iter()
        .filter(|number| !is_grease(**number))
        .map(u16::to_string)
        .collect::<Vec<_>>()
        .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hello(version: u16, ciphers: &[u16], extensions: &[u16], groups: &[u16]) -> ClientHello {
        ClientHello {
            version,
            cipher_suites: ciphers.to_vec(),
            extensions: extensions.to_vec(),
            groups: groups.to_vec(),
            ..ClientHello::default()
        }
    }

    /// The two examples of Salesforce's publication.
    #[test]
    fn published_examples() {
        let mut full = hello(
            769,
            &[47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4],
            &[0, 10, 11],
            &[23, 24, 25],
        );
        full.point_formats = vec![0];
        assert_eq!(
            text(&full),
            "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0"
        );
        assert_eq!(hash(&full), "ada70206e40642a3e4461f35503241d5");

        let bare = hello(769, &[4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99], &[], &[]);
        assert_eq!(text(&bare), "769,4-5-10-9-100-98-3-6-19-18-99,,,");
        assert_eq!(hash(&bare), "de350869b8c85de67a350c8d186f11e6");
    }

    #[test]
    fn grease_is_left_out() {
        let greased = hello(771, &[0x0a0a, 4865], &[0x1a1a, 0, 0xfafa], &[0x2a2a, 29]);
        assert_eq!(text(&greased), "771,4865,0,29,");
    }
}
