//! What a request says about its own signature: who signed, when, in which scope, over which
//! headers. Nothing of it is believed yet. Source: IAM User Guide, "Elements of an AWS API request
//! signature" and "Authentication methods".

use types::{Region, Time};

use super::{
    ACCESS_KEY_ID_BYTES_MAX, ALGORITHM, AUTHORIZATION_BYTES_MAX, EXPIRES_SECONDS_MAX,
    SESSION_TOKEN_BYTES_MAX, SIGNED_HEADERS_MAX, SignatureError, SignedRequestParts,
};

pub(super) const CONTENT_SHA256: &str = "x-amz-content-sha256";
pub(super) const SIGNATURE_PARAMETER: &str = "X-Amz-Signature";
pub(super) const SECURITY_TOKEN_PARAMETER: &str = "X-Amz-Security-Token";
const ALGORITHM_PARAMETER: &str = "X-Amz-Algorithm";
const CREDENTIAL_PARAMETER: &str = "X-Amz-Credential";
const DATE_PARAMETER: &str = "X-Amz-Date";
const EXPIRES_PARAMETER: &str = "X-Amz-Expires";
const SIGNED_HEADERS_PARAMETER: &str = "X-Amz-SignedHeaders";

/// The query parameters that make a request a presigned one.
const QUERY_FORM: [&str; 5] = [
    ALGORITHM_PARAMETER,
    CREDENTIAL_PARAMETER,
    DATE_PARAMETER,
    SIGNED_HEADERS_PARAMETER,
    SIGNATURE_PARAMETER,
];

/// Headers that say one thing only: a second one would be read by some and not by others.
const SINGLE_HEADERS: [&str; 11] = [
    "authorization",
    "content-length",
    "content-type",
    "date",
    "host",
    "smithy-protocol",
    "transfer-encoding",
    CONTENT_SHA256,
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-target",
];

/// How a request carries its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In the `Authorization` header.
    Header,
    /// In the query: a presigned URL.
    Query {
        /// How long it lives from its time on.
        expires_seconds: u32,
    },
}

/// A signature as the request presents it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented<'a> {
    /// Header or query.
    pub form: Form,
    /// Who claims to have signed.
    pub access_key_id: &'a str,
    /// The scope's day, `YYYYMMDD`, equal to `time`'s.
    pub date: &'a str,
    /// The scope's Region.
    pub region: Region,
    /// The scope's service.
    pub service: &'a str,
    /// When it says it was signed.
    pub time: Time,
    /// The session token of temporary credentials.
    pub session_token: Option<&'a str>,
    pub(super) time_text: &'a str,
    pub(super) signed_headers: Vec<&'a str>,
    pub(super) signature: &'a str,
}

impl<'a> Presented<'a> {
    /// Reads what a request says about its signature.
    ///
    /// # Errors
    /// [`SignatureError::Missing`] when it says nothing, and AWS's words for each way in which it
    /// can be incomplete or contradict itself.
    pub fn read(request: &SignedRequestParts<'a>) -> Result<Self, SignatureError> {
        for name in SINGLE_HEADERS {
            request.single_header(name)?;
        }
        let authorization = request.single_header("authorization")?;
        let in_query = QUERY_FORM.iter().any(|name| has_parameter(request, name));
        let presented = match (authorization, in_query) {
            (None, false) => return Err(SignatureError::Missing),
            (Some(_), true) => {
                return Err(SignatureError::incomplete(
                    "The request is signed both by an Authorization header and by query \
                     parameters. Use one of them.",
                ));
            }
            (Some(authorization), false) => Self::read_header_form(request, authorization)?,
            (None, true) => Self::read_query_form(request)?,
        };
        presented.check_signed_headers(request)?;
        Ok(presented)
    }

    fn read_header_form(
        request: &SignedRequestParts<'a>,
        authorization: &'a [u8],
    ) -> Result<Self, SignatureError> {
        if authorization.len() > AUTHORIZATION_BYTES_MAX {
            return Err(SignatureError::incomplete(format!(
                "The Authorization header is longer than {AUTHORIZATION_BYTES_MAX} bytes."
            )));
        }
        let text = ascii(authorization, "Authorization")?;
        let (algorithm, parameters) = text.split_once(' ').unwrap_or((text, ""));
        check_algorithm(algorithm)?;
        let (mut credential, mut signed_headers, mut signature) = (None, None, None);
        for parameter in parameters
            .split(',')
            .map(str::trim)
            .filter(|text| !text.is_empty())
        {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let slot = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => {
                    return Err(SignatureError::incomplete(format!(
                        "'{}' is no parameter of the Authorization header.",
                        shown(name)
                    )));
                }
            };
            if slot.replace(value).is_some() {
                return Err(SignatureError::incomplete(format!(
                    "Authorization header has more than one '{name}' parameter."
                )));
            }
        }
        let (time_header, time) = match request.single_header("x-amz-date")? {
            Some(value) => ("x-amz-date", Some(value)),
            None => ("date", request.single_header("date")?),
        };
        let mut lacks = String::new();
        for (name, value) in [
            ("Credential", credential),
            ("Signature", signature),
            ("SignedHeaders", signed_headers),
        ] {
            if value.is_none_or(str::is_empty) {
                lacks.push_str(&format!(
                    "Authorization header requires '{name}' parameter. "
                ));
            }
        }
        if time.is_none() {
            lacks.push_str(
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' \
                 header. ",
            );
        }
        let (Some(credential), Some(signature), Some(signed_headers), Some(time), true) = (
            credential,
            signature,
            signed_headers,
            time,
            lacks.is_empty(),
        ) else {
            return Err(SignatureError::incomplete(format!(
                "{lacks}Authorization={algorithm}"
            )));
        };
        let session_token = match request.single_header("x-amz-security-token")? {
            Some(token) => Some(ascii(token, "X-Amz-Security-Token")?),
            None => None,
        };
        let presented = Self::assemble(
            Form::Header,
            credential,
            ascii(time, time_header)?,
            session_token,
            signed_headers,
            signature,
        )?;
        if !presented.signed_headers.contains(&time_header) {
            return Err(must_be_signed(time_header));
        }
        Ok(presented)
    }

    fn read_query_form(request: &SignedRequestParts<'a>) -> Result<Self, SignatureError> {
        let lacking: Vec<String> = QUERY_FORM
            .iter()
            .filter(|name| request.parameter(name).is_none_or(str::is_empty))
            .map(|name| format!("'{name}'"))
            .collect();
        let (
            Some(algorithm),
            Some(credential),
            Some(time),
            Some(signed_headers),
            Some(signature),
            true,
        ) = (
            request.parameter(ALGORITHM_PARAMETER),
            request.parameter(CREDENTIAL_PARAMETER),
            request.parameter(DATE_PARAMETER),
            request.parameter(SIGNED_HEADERS_PARAMETER),
            request.parameter(SIGNATURE_PARAMETER),
            lacking.is_empty(),
        )
        else {
            return Err(SignatureError::incomplete(format!(
                "AWS query-string parameters must include {}. Re-examine the query-string \
                 parameters.",
                lacking.join(", ")
            )));
        };
        check_algorithm(algorithm)?;
        for header in ["x-amz-date", "x-amz-security-token"] {
            if request.single_header(header)?.is_some() {
                return Err(SignatureError::incomplete(format!(
                    "A request that is signed by query parameters must not have header '{header}'."
                )));
            }
        }
        let expires_seconds = match request.parameter(EXPIRES_PARAMETER) {
            // AWS lets the services' own presigned calls live for 15 minutes if they do not say;
            // here they must say, or they live as long as the clock may be off.
            None => 300,
            Some(text) => read_expires(text)?,
        };
        Self::assemble(
            Form::Query { expires_seconds },
            credential,
            time,
            request.parameter(SECURITY_TOKEN_PARAMETER),
            signed_headers,
            signature,
        )
    }

    fn assemble(
        form: Form,
        credential: &'a str,
        time_text: &'a str,
        session_token: Option<&'a str>,
        signed_headers: &'a str,
        signature: &'a str,
    ) -> Result<Self, SignatureError> {
        // From the right: the root access key id is the operator's own text and may hold slashes.
        let mut parts = credential.rsplitn(5, '/');
        let mut next = || parts.next().filter(|part| !part.is_empty());
        let (Some(term), Some(service), Some(region), Some(date), Some(access_key_id)) =
            (next(), next(), next(), next(), next())
        else {
            return Err(SignatureError::incomplete(format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. \
                 keyid/date/region/service/term, got '{}'",
                shown(credential)
            )));
        };
        if access_key_id.len() > ACCESS_KEY_ID_BYTES_MAX {
            return Err(SignatureError::UnknownCredentials);
        }
        let time = Time::parse_basic(time_text).map_err(|_| {
            SignatureError::incomplete(format!(
                "Date must be in ISO-8601 'basic format'. Got '{}'. See \
                 http://en.wikipedia.org/wiki/ISO_8601",
                shown(time_text)
            ))
        })?;
        if !time_text.starts_with(date) || date.len() != 8 {
            return Err(SignatureError::invalid(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date \
                 from HTTP: '{}' != '{}', from '{time_text}'.",
                shown(date),
                time_text.get(..8).unwrap_or_default(),
            )));
        }
        if term != "aws4_request" {
            return Err(SignatureError::invalid(format!(
                "Credential should be scoped with a valid terminator: 'aws4_request', not '{}'.",
                shown(term)
            )));
        }
        let region = region.parse::<Region>().map_err(|_| {
            SignatureError::invalid(format!(
                "Credential should be scoped to a valid region, not '{}'.",
                shown(region)
            ))
        })?;
        if session_token.is_some_and(|token| token.len() > SESSION_TOKEN_BYTES_MAX) {
            return Err(SignatureError::UnknownCredentials);
        }
        Ok(Self {
            form,
            access_key_id,
            date,
            region,
            service,
            time,
            session_token,
            time_text,
            signed_headers: read_signed_headers(signed_headers)?,
            signature,
        })
    }

    fn check_signed_headers(&self, request: &SignedRequestParts<'_>) -> Result<(), SignatureError> {
        if !self.signed_headers.contains(&"host") {
            return Err(SignatureError::invalid(
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
            ));
        }
        if request.single_header("host")?.is_none() {
            return Err(SignatureError::incomplete(
                "The request has no 'Host' header.",
            ));
        }
        for (name, _) in request.headers {
            // The token needs no signature of its own: it is checked against the access key, and
            // some clients add it after signing.
            let must = matches!(*name, "content-type" | "smithy-protocol")
                || name.starts_with("x-amz-") && *name != "x-amz-security-token";
            if must && !self.signed_headers.contains(name) {
                return Err(must_be_signed(name));
            }
        }
        Ok(())
    }
}

pub(super) fn must_be_signed(name: &str) -> SignatureError {
    SignatureError::invalid(format!(
        "'{}' must be a 'SignedHeader' in the AWS Authorization.",
        shown(name)
    ))
}

fn has_parameter(request: &SignedRequestParts<'_>, name: &str) -> bool {
    request
        .query
        .iter()
        .any(|(parameter, _)| parameter.eq_ignore_ascii_case(name))
}

fn check_algorithm(algorithm: &str) -> Result<(), SignatureError> {
    if algorithm == ALGORITHM {
        return Ok(());
    }
    Err(SignatureError::incomplete(format!(
        "Unsupported AWS 'algorithm': '{}'.",
        shown(algorithm)
    )))
}

fn read_expires(text: &str) -> Result<u32, SignatureError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u32>() {
        Ok(seconds) if digits && (1..=EXPIRES_SECONDS_MAX).contains(&seconds) => Ok(seconds),
        _ => Err(SignatureError::incomplete(format!(
            "X-Amz-Expires must be a number of seconds from 1 to {EXPIRES_SECONDS_MAX}, got '{}'.",
            shown(text)
        ))),
    }
}

fn read_signed_headers(text: &str) -> Result<Vec<&str>, SignatureError> {
    let names: Vec<&str> = text.split(';').take(SIGNED_HEADERS_MAX + 1).collect();
    let well_formed = |name: &&str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_graphic() && !b.is_ascii_uppercase())
    };
    let sorted = names.array_windows().all(|[one, next]| one < next);
    if names.len() > SIGNED_HEADERS_MAX || !sorted || !names.iter().all(well_formed) {
        return Err(SignatureError::incomplete(format!(
            "'SignedHeaders' must be at most {SIGNED_HEADERS_MAX} header names in lower case, each \
             once, sorted and separated by ';', got '{}'",
            shown(text)
        )));
    }
    Ok(names)
}

fn ascii<'a>(value: &'a [u8], name: &str) -> Result<&'a str, SignatureError> {
    match std::str::from_utf8(value) {
        Ok(text) if text.is_ascii() => Ok(text.trim()),
        _ => Err(SignatureError::incomplete(format!(
            "Header '{name}' is not ASCII text."
        ))),
    }
}

/// What a caller sent, cut for an error message.
fn shown(text: &str) -> String {
    text.chars()
        .filter(|char| !char.is_control())
        .take(200)
        .collect()
}
