//! Fingerprints of TLS clients: JA3 and JA4 (the TLS client part alone), computed from the bytes
//! of the ClientHello. Source: RFC 8446, section 4.1.2 and 5.1; "JA3 - A method for profiling
//! SSL/TLS Clients" (Salesforce); "JA4: TLS Client Fingerprinting" (FoxIO, BSD-3-Clause).

mod client_hello;
mod ja3;
mod ja4;
mod records;

pub use client_hello::{ClientHello, NoClientHello};
pub use records::client_hello_in_records;

/// The fingerprints of one TLS client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprints {
    /// JA3: 32 hex digits.
    pub ja3: String,
    /// JA4: 36 characters.
    pub ja4: String,
}

impl Fingerprints {
    /// Of a client that sent `hello`, a whole ClientHello handshake message.
    ///
    /// # Errors
    /// When the bytes are no ClientHello.
    pub fn of(hello: &[u8]) -> Result<Self, NoClientHello> {
        let hello = ClientHello::parse(hello)?;
        Ok(Self {
            ja3: ja3::hash(&hello),
            ja4: ja4::fingerprint(&hello),
        })
    }
}

/// Values reserved to keep servers tolerant (RFC 8701); clients draw them at random.
const fn is_grease(value: u16) -> bool {
    value & 0x0f0f == 0x0a0a && value >> 8 == value & 0xff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grease_is_sixteen_values() {
        let values: Vec<u16> = (0..=u16::MAX).filter(|value| is_grease(*value)).collect();
        assert_eq!(values.len(), 16);
        assert!(values.contains(&0x0a0a) && values.contains(&0xfafa));
        assert!(!values.contains(&0x0a1a));
    }
}
