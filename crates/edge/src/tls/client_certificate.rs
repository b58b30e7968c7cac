//! What a client's certificate says, as targets and the connection log are told it.
//! Source: Application Load Balancers, "HTTP headers and mutual TLS"; RFC 2253 (names),
//! RFC 5280, RFC 7468 (PEM).

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use types::Time;
use x509_parser::asn1_rs::Any;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

/// The longest name that is told, in bytes: what is longer is cut.
const NAME_BYTES_MAX: usize = 4 * 1024;

/// The names of attribute types that are not written as numbers: those of RFC 2253, 2.3, and those
/// that OpenSSL writes as well.
const TYPES: &[(&str, &str)] = &[
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "street"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "title"),
    ("2.5.4.42", "GN"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
];

/// A client's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClientCertificate {
    /// Hexadecimal digits.
    pub(crate) serial_number: String,
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) not_before: Time,
    pub(crate) not_after: Time,
}

impl ClientCertificate {
    /// Reads a certificate; `None` when it is none.
    pub(crate) fn read(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let validity = certificate.validity();
        Some(Self {
            serial_number: hexadecimal(certificate.raw_serial()),
            issuer: name(certificate.issuer()),
            subject: name(certificate.subject()),
            not_before: Time::from_seconds(validity.not_before.timestamp()),
            not_after: Time::from_seconds(validity.not_after.timestamp()),
        })
    }

    /// `NotBefore=2023-09-21T01:50:17Z;NotAfter=2024-09-20T01:50:17Z`
    pub(crate) fn validity(&self) -> String {
        let (from, to) = (
            self.not_before.rfc3339_seconds(),
            self.not_after.rfc3339_seconds(),
        );
        format!("NotBefore={from};NotAfter={to}")
    }
}

/// A certificate as PEM text.
pub(crate) fn pem(der: &[u8]) -> Vec<u8> {
    let encoded = BASE64.encode(der);
    let mut text = b"-----BEGIN CERTIFICATE-----\n".to_vec();
    for line in encoded.as_bytes().chunks(64) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text.extend_from_slice(b"-----END CERTIFICATE-----\n");
    text
}

/// A serial number without the octet that only says that it is positive.
fn hexadecimal(bytes: &[u8]) -> String {
    let digits = match bytes {
        [0, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    digits.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        write!(text, "{byte:02X}").unwrap_or_default();
        text
    })
}

/// A name, its last part first. It is printable ASCII, whatever it holds.
fn name(name: &X509Name<'_>) -> String {
    let parts: Vec<_> = name.iter_rdn().collect();
    let mut text = String::new();
    for (index, part) in parts.iter().rev().enumerate() {
        if index > 0 {
            text.push(',');
        }
        for (index, attribute) in part.iter().enumerate() {
            if index > 0 {
                text.push('+');
            }
            write_attribute(&mut text, attribute);
        }
    }
    // All of it is ASCII.
    text.truncate(NAME_BYTES_MAX);
    text
}

fn write_attribute(text: &mut String, attribute: &AttributeTypeAndValue<'_>) {
    let oid = attribute.attr_type().to_id_string();
    let known = TYPES.iter().find(|(number, _)| *number == oid);
    text.push_str(known.map_or(oid.as_str(), |(_, name)| name));
    text.push('=');
    match attribute.as_str() {
        Ok(value) if known.is_some() => write_value(text, value),
        _ => {
            text.push('#');
            for byte in der(attribute.attr_value()) {
                write!(text, "{byte:02X}").unwrap_or_default();
            }
        }
    }
}

/// A value as DER: tag, length, contents.
fn der(value: &Any<'_>) -> Vec<u8> {
    let length = value.data.len().to_be_bytes();
    let short = length.iter().skip_while(|byte| **byte == 0);
    let short: Vec<u8> = short.copied().collect();
    // Tags above 30, which no name has, are cut.
    let mut der = vec![u8::try_from(value.tag().0 & 0x1f).unwrap_or_default()];
    match short.as_slice() {
        [] => der.push(0),
        [length @ ..=0x7f] => der.push(*length),
        _ => {
            der.push(0x80 | u8::try_from(short.len()).unwrap_or_default());
            der.extend(short);
        }
    }
    der.extend_from_slice(value.data);
    der
}

/// RFC 2253, 2.4: what has a meaning in a name is escaped, and so is what is no printable ASCII.
fn write_value(text: &mut String, value: &str) {
    let last = value.len().saturating_sub(1);
    for (index, byte) in value.bytes().enumerate() {
        let is_edge = index == 0 || index == last;
        match byte {
            b',' | b'+' | b'"' | b'\\' | b'<' | b'>' | b';' => {
                text.push('\\');
                text.push(char::from(byte));
            }
            b'#' if index == 0 => text.push_str("\\#"),
            b' ' if is_edge => text.push_str("\\ "),
            b' '..=b'~' => text.push(char::from(byte)),
            _ => write!(text, "\\{byte:02X}").unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, CustomExtension, DnType, KeyPair, SerialNumber};

    use super::*;

    fn made(parts: &[(DnType, &str)], serial: &[u8]) -> Vec<u8> {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        for (kind, value) in parts {
            params.distinguished_name.push(kind.clone(), *value);
        }
        params.serial_number = Some(SerialNumber::from_slice(serial));
        params.not_before = rcgen::date_time_ymd(2023, 9, 21);
        params.not_after = rcgen::date_time_ymd(2026, 6, 17);
        params.custom_extensions = Vec::<CustomExtension>::new();
        let key = KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn a_certificate_is_told_as_aws_tells_it() {
        let der = made(
            &[
                (DnType::CountryName, "US"),
                (DnType::StateOrProvinceName, "Washington"),
                (DnType::LocalityName, "Seattle"),
                (DnType::OrganizationName, "endEntity"),
                (DnType::CommonName, "amazondomains.com"),
            ],
            &[0xfe, 0xf2, 0x57, 0x37, 0x2d, 0x5c, 0x14, 0xd4],
        );
        let read = ClientCertificate::read(&der).unwrap();
        assert_eq!(
            read.subject,
            "CN=amazondomains.com,O=endEntity,L=Seattle,ST=Washington,C=US"
        );
        assert_eq!(read.issuer, read.subject);
        assert_eq!(read.serial_number, "FEF257372D5C14D4");
        assert_eq!(
            read.validity(),
            "NotBefore=2023-09-21T00:00:00Z;NotAfter=2026-06-17T00:00:00Z"
        );
    }

    #[test]
    fn nothing_in_a_name_breaks_out_of_it() {
        let der = made(
            &[
                (DnType::OrganizationName, " #a, b=c + \"d\" "),
                (DnType::CommonName, "#x\r\nX-Forged: 1\u{e9}"),
                (DnType::CustomDnType(vec![1, 2, 3]), "AB"),
            ],
            &[1],
        );
        let read = ClientCertificate::read(&der).unwrap();
        assert_eq!(
            read.subject,
            "1.2.3=#0C024142,CN=\\#x\\0D\\0AX-Forged: 1\\C3\\A9,O=\\ #a\\, b=c \\+ \\\"d\\\"\\ "
        );
        assert!(
            read.subject
                .bytes()
                .all(|byte| (b' '..=b'~').contains(&byte))
        );
    }

    #[test]
    fn long_names_are_cut_and_what_is_none_is_none() {
        let long = "é".repeat(NAME_BYTES_MAX);
        let der = made(&[(DnType::CommonName, &long)], &[1]);
        let read = ClientCertificate::read(&der).unwrap();
        assert_eq!(read.subject.len(), NAME_BYTES_MAX);
        assert_eq!(ClientCertificate::read(b"x"), None);
        assert_eq!(ClientCertificate::read(&der[..der.len() / 2]), None);
    }
}
