//! Signature Version 4: was this request, exactly as it will be executed, signed with the secret of
//! the access key it names?
//!
//! Two forms carry a signature. The *header form* puts it into `Authorization`. The *query form*
//! (a presigned URL) puts it into `X-Amz-*` query parameters and lets it live for `X-Amz-Expires`
//! seconds. In both, the verifier rebuilds the *canonical request* from the parts that the caller
//! of [`verify`] is going to execute, so what was not signed cannot run: the query comes in decoded
//! (see [`parse_query`]), the body's hash is computed here and never believed.
//!
//! Whatever could be read in two ways is refused before anything is computed: duplicated
//! parameters and headers, broken or needless percent escapes, `+` in a query, both forms at once.
//!
//! The signing keys of those who have signed rightly before are kept ([`SigningKeys`]).
//!
//! Source: IAM User Guide, "AWS Signature Version 4 for API requests"; RFC 3986, section 2.

mod canonical;
mod encoding;
mod error;
mod presented;
mod sign;
mod signing_keys;

use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use types::{Region, Secret, Time};

pub use encoding::{QueryError, parse_query, parse_query_with_lists};
pub use error::SignatureError;
pub use presented::{Form, Presented};
pub use sign::{Credentials, sign};
pub use signing_keys::{SIGNING_KEYS_MAX, SIGNING_KEYS_PER_ACCESS_KEY_MAX, SigningKeys};

/// How far the caller's clock may be off.
pub const SKEW_MAX: Duration = Duration::from_secs(5 * 60);
/// The longest life of a presigned URL: seven days.
pub const EXPIRES_SECONDS_MAX: u32 = 604_800;
/// The longest access key id, in bytes (IAM's own limit).
pub const ACCESS_KEY_ID_BYTES_MAX: usize = 128;
/// The longest session token, in bytes.
pub const SESSION_TOKEN_BYTES_MAX: usize = 4096;
/// The longest `Authorization` header, in bytes.
pub const AUTHORIZATION_BYTES_MAX: usize = 4096;
/// How many headers a request may have signed.
pub const SIGNED_HEADERS_MAX: usize = 100;
/// How many parameters a query may have.
pub const QUERY_PARAMETERS_MAX: usize = 1000;

/// The one algorithm of Signature Version 4.
pub const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// A request in the form in which it will be executed.
#[derive(Debug, Clone, Copy)]
pub struct SignedRequestParts<'a> {
    /// `POST`, `GET` ...
    pub method: &'a str,
    /// The path as it was sent, from the first `/` up to `?`.
    pub path: &'a str,
    /// The query's parameters, decoded by [`parse_query`], in the order they came.
    pub query: &'a [(String, String)],
    /// All headers in the order they came, names in lower case.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// The whole body.
    pub body: &'a [u8],
}

impl<'a> SignedRequestParts<'a> {
    /// The value of a header that may come once only.
    pub(crate) fn single_header(
        &self,
        name: &'static str,
    ) -> Result<Option<&'a [u8]>, SignatureError> {
        let mut found = self.headers.iter().filter(|(header, _)| *header == name);
        let first = found.next().map(|(_, value)| *value);
        match found.next() {
            None => Ok(first),
            Some(_) => Err(SignatureError::incomplete(format!(
                "The request has more than one '{name}' header."
            ))),
        }
    }

    /// The value of a query parameter; that there is at most one was checked before.
    pub(crate) fn parameter(&self, name: &str) -> Option<&'a str> {
        self.query
            .iter()
            .find(|(parameter, _)| parameter == name)
            .map(|(_, value)| value.as_str())
    }
}

/// How a service wants its canonical request made. AWS's services differ in three things; the
/// default is what all but S3 and IoT do.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Whether `.`, `..` and repeated slashes are taken out of the path (all but S3). Who executes
    /// the path must then execute the normalized one.
    pub normalize_path: bool,
    /// Whether the path is encoded once more than it was sent (all but S3).
    pub double_encode_path: bool,
    /// Whether the session token was added to a presigned URL after it was signed (IoT).
    pub session_token_unsigned: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            normalize_path: true,
            double_encode_path: true,
            session_token_unsigned: false,
        }
    }
}

/// Finds the secret of an access key id and, for temporary credentials, its session token. `None`
/// when there is no such key or the token is not the key's.
pub type Secrets<'a> = dyn Fn(&str, Option<&str>) -> Option<Secret> + 'a;

/// What a good signature proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Whose secret signed.
    pub access_key_id: String,
    /// When it was signed, by the caller's clock.
    pub time: Time,
    /// The scope's day, `YYYYMMDD`.
    pub date: String,
    /// The scope's Region.
    pub region: Region,
    /// The scope's service, such as `wafv2`.
    pub service: String,
    /// The headers that are signed, in lower case.
    pub signed_headers: Vec<String>,
}

impl Verified {
    /// Fails unless a header is signed that the request is executed by: whoever passed the request
    /// on may have added or changed any other.
    ///
    /// # Errors
    /// [`SignatureError::Invalid`] with AWS's words.
    pub fn check_signed(&self, header: &str) -> Result<(), SignatureError> {
        let name = header.to_ascii_lowercase();
        if self.signed_headers.contains(&name) {
            return Ok(());
        }
        Err(presented::must_be_signed(&name))
    }
}

/// Verifies a request's signature by the rules that all services but S3 and IoT follow.
///
/// # Errors
/// What AWS answers: see [`SignatureError`].
pub fn verify(
    request: &SignedRequestParts<'_>,
    now: Time,
    secrets: &Secrets<'_>,
) -> Result<Verified, SignatureError> {
    let keys = SigningKeys::default();
    Presented::read(request)?.verify(request, Rules::default(), now, secrets, &keys)
}

impl Presented<'_> {
    /// Verifies what [`Presented::read`] has read out of the same request. `keys` are those of all
    /// requests before.
    ///
    /// # Errors
    /// What AWS answers: see [`SignatureError`].
    pub fn verify(
        &self,
        request: &SignedRequestParts<'_>,
        rules: Rules,
        now: Time,
        secrets: &Secrets<'_>,
        keys: &SigningKeys,
    ) -> Result<Verified, SignatureError> {
        self.check_time(now)?;
        let signed = canonical::request(request, self, rules)?;
        let text = canonical::string_to_sign(self, &signed);
        // An unknown key goes the same way with a secret that nobody has, so that the time an
        // answer takes does not tell which keys exist.
        let known = secrets(self.access_key_id, self.session_token);
        let unknown = known.is_none();
        let secret = known.unwrap_or_else(|| Secret::new(NOBODYS_SECRET.to_vec()));
        let scope = signing_keys::Scope {
            access_key_id: self.access_key_id,
            date: self.date,
            region: &self.region,
            service: self.service,
        };
        let (text, signature) = (text.as_bytes(), self.signature.as_bytes());
        if !keys.verify(scope, &secret, now, (text, signature)) {
            let key = signing_key(&secret, self.date, self.region.as_str(), self.service);
            let expected = types::hex(hmac::sign(&key, text).as_ref());
            let matches = verify_slices_are_equal(expected.as_bytes(), signature);
            if unknown {
                return Err(SignatureError::UnknownCredentials);
            }
            matches.map_err(|_| SignatureError::Mismatch)?;
            keys.keep(scope, &secret, key, (self.time, now));
        }
        Ok(Verified {
            access_key_id: self.access_key_id.to_owned(),
            time: self.time,
            date: self.date.to_owned(),
            region: self.region.clone(),
            service: self.service.to_owned(),
            signed_headers: self
                .signed_headers
                .iter()
                .map(ToString::to_string)
                .collect(),
        })
    }

    fn check_time(&self, now: Time) -> Result<(), SignatureError> {
        let texts = || (self.time.basic(), now.basic());
        if self.time > now.plus(SKEW_MAX) {
            let ((time, basic), border) = (texts(), now.plus(SKEW_MAX).basic());
            return Err(SignatureError::invalid(format!(
                "Signature not yet current: {time} is still later than {border} ({basic} + 5 min.)"
            )));
        }
        let life = match self.form {
            Form::Header => SKEW_MAX,
            Form::Query { expires_seconds } => Duration::from_secs(expires_seconds.into()),
        };
        if self.time < now.minus(life) {
            let life_text = match self.form {
                Form::Header => "5 min.".to_owned(),
                Form::Query { expires_seconds } => format!("{expires_seconds} sec."),
            };
            let ((time, basic), border) = (texts(), now.minus(life).basic());
            return Err(SignatureError::invalid(format!(
                "Signature expired: {time} is now earlier than {border} ({basic} - {life_text})"
            )));
        }
        Ok(())
    }
}

const NOBODYS_SECRET: &[u8] = b"no access key has this as its secret key";

/// The key that a day's requests of a Region and service are signed with.
fn signing_key(secret: &Secret, date: &str, region: &str, service: &str) -> hmac::Key {
    let start = Secret::new([b"AWS4", secret.expose()].concat());
    let mut key = hmac::Key::new(hmac::HMAC_SHA256, start.expose());
    for part in [date, region, service, "aws4_request"] {
        let derived = Secret::new(hmac::sign(&key, part.as_bytes()).as_ref().to_vec());
        key = hmac::Key::new(hmac::HMAC_SHA256, derived.expose());
    }
    key
}
