//! Signs a request, for the command line's own calls. Source: IAM User Guide, "Create a signed AWS
//! API request".

use aws_lc_rs::hmac;
use types::{Region, Secret, Time};

use super::{ALGORITHM, Form, Presented, Rules, SignatureError, SignedRequestParts};
use super::{canonical, signing_key};

/// What a caller signs with.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The access key id.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: Secret,
    /// Of temporary credentials, the token that came with them.
    pub session_token: Option<String>,
}

/// The `Authorization` header for a request whose headers already hold `host`, `x-amz-date` (the
/// same `time`), for temporary credentials `x-amz-security-token`, and all else that is to be sent:
/// every one of them is signed.
///
/// # Errors
/// When the request could not be verified either: a header twice, a broken path.
pub fn sign(
    request: &SignedRequestParts<'_>,
    credentials: &Credentials,
    region: &Region,
    service: &str,
    time: Time,
) -> Result<String, SignatureError> {
    let time_text = time.basic();
    let date = time_text.get(..8).unwrap_or_default();
    let mut signed_headers: Vec<&str> = request.headers.iter().map(|(name, _)| *name).collect();
    signed_headers.sort_unstable();
    signed_headers.dedup();
    let presented = Presented {
        form: Form::Header,
        access_key_id: &credentials.access_key_id,
        date,
        region: region.clone(),
        service,
        time,
        session_token: None,
        time_text: &time_text,
        signed_headers,
        signature: "",
    };
    let canonical = canonical::request(request, &presented, Rules::default())?;
    let text = canonical::string_to_sign(&presented, &canonical);
    let secret = &credentials.secret_access_key;
    let key = signing_key(secret, date, region.as_str(), service);
    let signature = types::hex(hmac::sign(&key, text.as_bytes()).as_ref());
    Ok(format!(
        "{ALGORITHM} Credential={}/{date}/{region}/{service}/aws4_request, SignedHeaders={}, \
         Signature={signature}",
        credentials.access_key_id,
        presented.signed_headers.join(";"),
    ))
}
