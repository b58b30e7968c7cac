//! A signed call, as the command line makes it of the own API and of AWS's: the request to send,
//! whoever sends it. Source: Smithy 2.0, "AWS JSON 1.1 protocol", "AWS query protocol"; Signature
//! Version 4.

pub mod query;

use policy::sigv4::{self, Credentials, SignatureError, SignedRequestParts};
use types::{Region, Time};

/// A call to make.
#[derive(Debug, Clone, Copy)]
pub struct JsonCall<'a> {
    /// The API's host and port, as in `127.0.0.1:4600`.
    pub host: &'a str,
    /// The service to sign for, such as `btz`.
    pub service: &'a str,
    /// The target prefix, such as `Bartizan`.
    pub target_prefix: &'a str,
    /// The operation.
    pub operation: &'a str,
    /// The input, JSON.
    pub body: &'a str,
}

/// A call to make of an API that speaks awsQuery; its body is made by [`query::form`].
#[derive(Debug, Clone, Copy)]
pub struct FormCall<'a> {
    /// The API's host and port.
    pub host: &'a str,
    /// The service to sign for, such as `elasticloadbalancing`.
    pub service: &'a str,
    /// The form.
    pub body: &'a str,
}

/// A request to send as `POST /` with the call's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRequest {
    /// All headers but `content-length` and those of the connection.
    pub headers: Vec<(&'static str, String)>,
}

impl SignedRequest {
    /// The request line and headers, each but the last ended by CR LF.
    #[must_use]
    pub fn head(&self) -> String {
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| format!("\r\n{name}: {value}"));
        "POST / HTTP/1.1".to_owned() + &headers.collect::<String>()
    }
}

/// Signs a call.
///
/// # Errors
/// When a part of it cannot be signed.
pub fn sign(
    call: &JsonCall<'_>,
    credentials: &Credentials,
    region: &Region,
    time: Time,
) -> Result<SignedRequest, SignatureError> {
    let target = format!("{}.{}", call.target_prefix, call.operation);
    let headers = vec![
        ("host", call.host.to_owned()),
        ("content-type", "application/x-amz-json-1.1".to_owned()),
        ("x-amz-target", target),
    ];
    signed(
        headers,
        (call.service, call.body),
        credentials,
        region,
        time,
    )
}

/// Signs a call of an API that speaks awsQuery.
///
/// # Errors
/// When a part of it cannot be signed.
pub fn sign_form(
    call: &FormCall<'_>,
    credentials: &Credentials,
    region: &Region,
    time: Time,
) -> Result<SignedRequest, SignatureError> {
    let content_type = "application/x-www-form-urlencoded; charset=utf-8";
    let headers = vec![
        ("host", call.host.to_owned()),
        ("content-type", content_type.to_owned()),
    ];
    signed(
        headers,
        (call.service, call.body),
        credentials,
        region,
        time,
    )
}

fn signed(
    mut headers: Vec<(&'static str, String)>,
    (service, body): (&str, &str),
    credentials: &Credentials,
    region: &Region,
    time: Time,
) -> Result<SignedRequest, SignatureError> {
    headers.push(("x-amz-date", time.basic()));
    if let Some(token) = &credentials.session_token {
        headers.push(("x-amz-security-token", token.clone()));
    }
    let to_sign: Vec<(&str, &[u8])> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_bytes()))
        .collect();
    let parts = SignedRequestParts {
        method: "POST",
        path: "/",
        query: &[],
        headers: &to_sign,
        body: body.as_bytes(),
    };
    let authorization = sigv4::sign(&parts, credentials, region, service, time)?;
    headers.push(("authorization", authorization));
    headers.push((
        "user-agent",
        concat!("btz/", env!("CARGO_PKG_VERSION")).to_owned(),
    ));
    Ok(SignedRequest { headers })
}
