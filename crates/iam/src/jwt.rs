//! JSON Web Tokens of OpenID Connect providers: read strictly, their signature verified against a JSON
//! Web Key Set. Source: RFC 7515 (compact serialization), RFC 7517, RFC 7518 (RS256, ES256), RFC 7519,
//! OpenID Connect Core 1.0 section 3.1.3.7.
//!
//! Pure: bytes and the time come in. Only RS256 and ES256 are taken, `none` and HMAC never: the
//! algorithm must be that of the key, whatever the token says.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde::Deserialize;
use types::Time;

/// The longest token that is read, in characters: the API's own limit.
pub(crate) const TOKEN_CHARACTERS_MAX: usize = 20_000;
/// The largest key set that is read, in bytes.
pub const KEY_SET_BYTES_MAX: usize = 256 * 1024;
/// Keys of a set; further ones are passed over.
const KEYS_MAX: usize = 100;
/// Audiences of a token.
const AUDIENCES_MAX: usize = 100;
/// How far the provider's clock may be off.
const SKEW_SECONDS: i64 = 5 * 60;

/// Why a token is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// It has not the form of a token.
    #[error("the token is no JWT: {0}")]
    Malformed(&'static str),
    /// No key of the provider's set has signed it.
    #[error("no key of the provider has the token's key id")]
    UnknownKey,
    /// The signature is another one.
    #[error("the token's signature is wrong")]
    WrongSignature,
    /// Its time is over: when it ended.
    #[error("the token expired")]
    Expired {
        /// Its `exp`.
        at: i64,
    },
    /// Its time has not come.
    #[error("the token is not valid yet")]
    NotYet,
}

/// A token as it was sent, before anything of it counts.
#[derive(Debug, Clone)]
pub struct Jwt<'t> {
    signed: &'t str,
    signature: Vec<u8>,
    header: Header,
    claims: Claims,
}

#[derive(Debug, Clone, Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    crit: Option<serde_json::Value>,
}

/// The claims that count.
#[derive(Debug, Clone, Deserialize)]
pub struct Claims {
    /// Who issued it, a URL.
    pub iss: String,
    /// About whom it is.
    pub sub: String,
    /// For whom it is.
    pub aud: Audience,
    /// When it ends, in seconds since the epoch.
    pub exp: i64,
    /// From when on it counts.
    #[serde(default)]
    pub nbf: Option<i64>,
    /// When it was issued.
    pub iat: i64,
    /// The party it was issued to, where there are several audiences.
    #[serde(default)]
    pub azp: Option<String>,
    /// How its subject was authenticated.
    #[serde(default)]
    pub amr: Vec<String>,
}

/// One audience or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl Claims {
    /// The client that the token is for: `azp`, where there is one, or else each audience.
    #[must_use]
    pub fn clients(&self) -> Vec<&str> {
        match (&self.azp, &self.aud) {
            (Some(azp), _) => vec![azp],
            (None, Audience::One(one)) => vec![one],
            (None, Audience::Several(several)) => several.iter().map(String::as_str).collect(),
        }
    }
}

impl<'t> Jwt<'t> {
    /// Reads a token. Nothing of it is true before [`Jwt::verify`].
    ///
    /// # Errors
    /// [`JwtError::Malformed`].
    pub fn read(text: &'t str) -> Result<Self, JwtError> {
        if text.len() > TOKEN_CHARACTERS_MAX {
            return Err(JwtError::Malformed("it is too long"));
        }
        let (signed, signature) = text
            .rsplit_once('.')
            .ok_or(JwtError::Malformed("it has no three parts"))?;
        let (header, claims) = signed
            .split_once('.')
            .ok_or(JwtError::Malformed("it has no three parts"))?;
        let decode = |part: &str| {
            BASE64
                .decode(part)
                .map_err(|_| JwtError::Malformed("a part is no base64url"))
        };
        let header: Header = serde_json::from_slice(&decode(header)?)
            .map_err(|_| JwtError::Malformed("its header is not as it should be"))?;
        if header.crit.is_some() {
            return Err(JwtError::Malformed("its header has critical extensions"));
        }
        let claims: Claims = serde_json::from_slice(&decode(claims)?)
            .map_err(|_| JwtError::Malformed("its claims lack iss, sub, aud, exp or iat"))?;
        if let Audience::Several(several) = &claims.aud
            && (several.is_empty() || several.len() > AUDIENCES_MAX)
        {
            return Err(JwtError::Malformed("it has no audience, or too many"));
        }
        Ok(Self {
            signed,
            signature: decode(signature)?,
            header,
            claims,
        })
    }

    /// Whose set of keys is to be asked: the issuer as the token claims it.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.claims.iss
    }

    /// The id of the key that signed, if the token says.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.header.kid.as_deref()
    }

    /// Verifies signature and times; the claims, which are true then.
    ///
    /// # Errors
    /// See [`JwtError`].
    pub fn verify(&self, keys: &KeySet, now: Time) -> Result<&Claims, JwtError> {
        let algorithm = match self.header.alg.as_str() {
            "RS256" => Algorithm::Rs256,
            "ES256" => Algorithm::Es256,
            _ => {
                return Err(JwtError::Malformed(
                    "its algorithm is neither RS256 nor ES256",
                ));
            }
        };
        let of_id = |key: &&Key| match self.key_id() {
            Some(id) => key.id.as_deref() == Some(id),
            None => true,
        };
        let candidates = keys
            .keys
            .iter()
            .filter(of_id)
            .filter(|key| key.algorithm() == algorithm);
        let mut tried = false;
        let mut verified = false;
        for key in candidates {
            tried = true;
            verified = verified || key.has_signed(self.signed.as_bytes(), &self.signature);
        }
        if !tried {
            return Err(JwtError::UnknownKey);
        }
        if !verified {
            return Err(JwtError::WrongSignature);
        }
        let (now, claims) = (now.as_seconds(), &self.claims);
        if claims.exp <= now {
            return Err(JwtError::Expired { at: claims.exp });
        }
        let latest = now.saturating_add(SKEW_SECONDS);
        if claims.iat > latest || claims.nbf.is_some_and(|nbf| nbf > latest) {
            return Err(JwtError::NotYet);
        }
        Ok(claims)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Rs256,
    Es256,
}

/// The keys of a provider that can have signed.
#[derive(Debug, Clone, Default)]
pub struct KeySet {
    keys: Vec<Key>,
}

#[derive(Debug, Clone)]
struct Key {
    id: Option<String>,
    material: Material,
}

#[derive(Debug, Clone)]
enum Material {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// The point, uncompressed.
    P256(Vec<u8>),
}

#[derive(Deserialize)]
struct KeySetText {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct KeyText {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default, rename = "use")]
    purpose: Option<String>,
    #[serde(default)]
    n: Option<String>,
    #[serde(default)]
    e: Option<String>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    y: Option<String>,
}

impl KeySet {
    /// Reads a key set; keys of other kinds and for other purposes are passed over.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(bytes: &[u8]) -> Result<Self, &'static str> {
        if bytes.len() > KEY_SET_BYTES_MAX {
            return Err("it is too large");
        }
        let text: KeySetText =
            serde_json::from_slice(bytes).map_err(|_| "it is no JSON Web Key Set")?;
        let keys = text.keys.into_iter().take(KEYS_MAX).filter_map(|key| {
            let key: KeyText = serde_json::from_value(key).ok()?;
            key.key()
        });
        Ok(Self {
            keys: keys.collect(),
        })
    }

    /// Whether it has a key of this id.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.keys.iter().any(|key| key.id.as_deref() == Some(id))
    }
}

impl KeyText {
    fn key(self) -> Option<Key> {
        if self
            .purpose
            .as_deref()
            .is_some_and(|purpose| purpose != "sig")
        {
            return None;
        }
        let decode = |text: Option<String>| BASE64.decode(text?).ok();
        let material = match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => Material::Rsa {
                n: decode(self.n)?,
                e: decode(self.e)?,
            },
            ("EC", Some("P-256")) => {
                let (x, y) = (decode(self.x)?, decode(self.y)?);
                if x.len() != 32 || y.len() != 32 {
                    return None;
                }
                // SEC 1, section 2.3.3: 4 and both coordinates.
                Material::P256([vec![4], x, y].concat())
            }
            _ => return None,
        };
        Some(Key {
            id: self.kid,
            material,
        })
    }
}

impl Key {
    fn algorithm(&self) -> Algorithm {
        match self.material {
            Material::Rsa { .. } => Algorithm::Rs256,
            Material::P256(_) => Algorithm::Es256,
        }
    }

    fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.material {
            Material::Rsa { n, e } => RsaPublicKeyComponents { n, e }
                .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
                .is_ok(),
            Material::P256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                .verify(message, signature)
                .is_ok(),
        }
    }
}
