//! The ClientHello, as far as fingerprints need it. Source: RFC 8446, section 4.1.2; RFC 6066
//! (server_name), RFC 7301 (ALPN), RFC 8422 (supported_groups, ec_point_formats).

/// Why bytes are no ClientHello.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoClientHello {
    /// They are no TLS handshake record.
    #[error("no TLS handshake record")]
    Record,
    /// The handshake message is another one.
    #[error("no ClientHello message")]
    Message,
    /// It is longer than the edge reads.
    #[error("the ClientHello is too long")]
    TooLong,
    /// A length in it leads out of it, or it ends too early.
    #[error("the ClientHello is cut off")]
    Cut,
    /// It has more extensions than any client sends.
    #[error("the ClientHello has too many extensions")]
    TooManyExtensions,
}

/// Most extensions of one hello. Chromium sends 18.
const EXTENSIONS: usize = 128;

const SERVER_NAME: u16 = 0;
const SUPPORTED_GROUPS: u16 = 10;
const EC_POINT_FORMATS: u16 = 11;
const SIGNATURE_ALGORITHMS: u16 = 13;
const ALPN: u16 = 16;
const SUPPORTED_VERSIONS: u16 = 43;

/// What a client offers, in the order in which it offers it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientHello {
    /// `legacy_version`.
    pub version: u16,
    /// Cipher suites, GREASE included.
    pub cipher_suites: Vec<u16>,
    /// Types of extensions, GREASE included.
    pub extensions: Vec<u16>,
    /// supported_groups.
    pub groups: Vec<u16>,
    /// ec_point_formats.
    pub point_formats: Vec<u8>,
    /// signature_algorithms.
    pub signature_algorithms: Vec<u16>,
    /// supported_versions.
    pub versions: Vec<u16>,
    /// The first protocol of ALPN.
    pub first_protocol: Option<Vec<u8>>,
}

impl ClientHello {
    /// Whether it names the server it wants.
    #[must_use]
    pub fn has_server_name(&self) -> bool {
        self.extensions.contains(&SERVER_NAME)
    }

    /// Reads a whole ClientHello handshake message, its four header bytes included.
    ///
    /// # Errors
    /// When it is none, or a length in it is wrong.
    pub fn parse(message: &[u8]) -> Result<Self, NoClientHello> {
        let mut message = Reader(message);
        if message.number8()? != 1 {
            return Err(NoClientHello::Message);
        }
        let high = message.number8()?;
        let low = message.number16()?;
        let length = usize::from(high) << 16 | usize::from(low);
        let mut body = Reader(message.bytes(length)?);

        let mut hello = Self {
            version: body.number16()?,
            ..Self::default()
        };
        body.bytes(32)?;
        body.vector8()?;
        hello.cipher_suites = numbers16(body.vector16()?);
        body.vector8()?;
        if body.0.is_empty() {
            return Ok(hello);
        }
        let mut extensions = Reader(body.vector16()?);
        while !extensions.0.is_empty() {
            if hello.extensions.len() == EXTENSIONS {
                return Err(NoClientHello::TooManyExtensions);
            }
            let kind = extensions.number16()?;
            let content = extensions.vector16()?;
            hello.extensions.push(kind);
            hello.extension(kind, Reader(content));
        }
        Ok(hello)
    }

    /// Takes over what an extension holds. One that is malformed counts as empty: the handshake
    /// will fail on it, the fingerprint need not.
    fn extension(&mut self, kind: u16, mut content: Reader<'_>) {
        match kind {
            SUPPORTED_GROUPS => self.groups = numbers16(content.vector16().unwrap_or_default()),
            EC_POINT_FORMATS => {
                self.point_formats = content.vector8().unwrap_or_default().to_vec();
            }
            SIGNATURE_ALGORITHMS => {
                self.signature_algorithms = numbers16(content.vector16().unwrap_or_default());
            }
            SUPPORTED_VERSIONS => self.versions = numbers16(content.vector8().unwrap_or_default()),
            ALPN => {
                let mut protocols = Reader(content.vector16().unwrap_or_default());
                self.first_protocol = protocols.vector8().ok().map(<[u8]>::to_vec);
            }
            _ => {}
        }
    }
}

fn numbers16(bytes: &[u8]) -> Vec<u16> {
    let (pairs, _) = bytes.as_chunks::<2>();
    pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect()
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, length: usize) -> Result<&'a [u8], NoClientHello> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(NoClientHello::Cut)?;
        self.0 = rest;
        Ok(taken)
    }

    fn number8(&mut self) -> Result<u8, NoClientHello> {
        self.bytes(1)?.first().copied().ok_or(NoClientHello::Cut)
    }

    fn number16(&mut self) -> Result<u16, NoClientHello> {
        Ok(u16::from(self.number8()?) << 8 | u16::from(self.number8()?))
    }

    fn vector8(&mut self) -> Result<&'a [u8], NoClientHello> {
        let length = self.number8()?;
        self.bytes(usize::from(length))
    }

    fn vector16(&mut self) -> Result<&'a [u8], NoClientHello> {
        let length = self.number16()?;
        self.bytes(usize::from(length))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn with_length16(bytes: &[u8]) -> Vec<u8> {
        let mut vector = u16::try_from(bytes.len()).unwrap().to_be_bytes().to_vec();
        vector.extend(bytes);
        vector
    }

    fn hello(extensions: &[u8]) -> Vec<u8> {
        let mut body = vec![3, 3];
        body.extend([9; 32]);
        body.push(0);
        body.extend(with_length16(&[0x13, 0x01, 0x13, 0x02]));
        body.extend([1, 0]);
        body.extend(with_length16(extensions));
        let mut message = vec![1, 0];
        message.extend(with_length16(&body));
        message
    }

    #[test]
    fn a_cut_hello_is_refused_wherever_it_is_cut() {
        let message = hello(&[0, 16, 0, 5, 0, 3, 2, b'h', b'2', 0, 43, 0, 3, 2, 3, 4]);
        let parsed = ClientHello::parse(&message).unwrap();
        assert_eq!(parsed.cipher_suites, [0x1301, 0x1302]);
        assert_eq!(parsed.extensions, [16, 43]);
        assert_eq!(parsed.first_protocol.as_deref(), Some(b"h2".as_slice()));
        assert_eq!(parsed.versions, [0x0304]);
        assert!(!parsed.has_server_name());
        for end in 0..message.len() {
            assert_eq!(
                ClientHello::parse(&message[..end]),
                Err(NoClientHello::Cut),
                "{end}"
            );
        }
    }

    #[test]
    fn lengths_that_lead_out_are_refused() {
        let message = hello(&[0, 16, 0, 50, 0, 3]);
        assert_eq!(ClientHello::parse(&message), Err(NoClientHello::Cut));
        let many = [0, 99, 0, 0].repeat(EXTENSIONS + 1);
        let error = ClientHello::parse(&hello(&many));
        assert_eq!(error, Err(NoClientHello::TooManyExtensions));
        assert_eq!(
            ClientHello::parse(&[2, 0, 0, 0]),
            Err(NoClientHello::Message)
        );
    }

    proptest! {
        #[test]
        fn no_bytes_panic(extensions in proptest::collection::vec(any::<u8>(), 0..300)) {
            let parsed = ClientHello::parse(&hello(&extensions));
            prop_assert!(parsed.is_ok() || parsed.is_err());
            let parsed = ClientHello::parse(&extensions);
            prop_assert!(parsed.is_ok() || parsed.is_err());
        }
    }
}
