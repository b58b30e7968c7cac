//! What the front door answers before an operation is reached: the same refusals have other codes
//! in JSON and in query APIs. Source: AWS's "Common Errors" pages and recorded answers.

use types::ServiceError;

use crate::Protocol;

/// Why the front door refuses a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The request names no operation.
    MissingOperation,
    /// The API has no such operation.
    UnknownOperation {
        /// The operation asked for.
        operation: String,
        /// The version asked for; awsQuery only.
        version: Option<String>,
    },
    /// AWS has the operation, this release does not.
    NotImplemented {
        /// The operation asked for.
        operation: String,
    },
    /// The body is larger than the caller of `wire` allows.
    TooLarge {
        /// The largest body that is read.
        bytes_max: usize,
    },
    /// The body cannot be read: no JSON, or a value of the wrong type.
    Malformed {
        /// What is wrong, and where.
        reason: String,
    },
    /// The body is of another type than the operation takes.
    UnsupportedMediaType {
        /// What it takes.
        wanted: &'static str,
        /// What came.
        found: String,
    },
    /// The query string or form cannot be read.
    MalformedQuery {
        /// What is wrong, and where.
        reason: String,
    },
    /// The input breaks the model's constraints.
    Invalid {
        /// All of AWS's text: `1 validation error detected: …`.
        message: String,
    },
    /// There is no signature.
    MissingAuthentication,
    /// The access key or the session token is unknown.
    UnknownCredentials,
    /// The signature is another one than ours.
    WrongSignature,
    /// The signature's time is too far from ours.
    StaleSignature {
        /// AWS's text with the times: `Signature expired: … is now earlier than …`.
        message: String,
    },
    /// The signature lacks a part.
    IncompleteSignature {
        /// Which one.
        message: String,
    },
    /// The session has ended.
    ExpiredToken,
    /// The policies do not allow it.
    AccessDenied {
        /// AWS's text: `User: … is not authorized to perform: …`.
        message: String,
    },
    /// Too many calls.
    Throttled,
    /// The service cannot answer now.
    Unavailable {
        /// Why; for the operator.
        internal: String,
    },
}

impl Refusal {
    /// The error as the caller reads it in `protocol`.
    #[must_use]
    pub fn to_error(&self, protocol: Protocol) -> ServiceError {
        let query = protocol == Protocol::AwsQuery;
        let pick = |json: &'static str, in_query: &'static str| if query { in_query } else { json };
        let rest = protocol == Protocol::RestJson1;
        // What is wrong with the caller's identity is 400 in awsJson, which has no other status
        // for what the caller did wrong, and 403 where statuses have a meaning.
        let identity_status = if query || rest { 403 } else { 400 };
        match self {
            Self::MissingOperation => sender(
                pick("UnknownOperationException", "MissingAction"),
                match protocol {
                    Protocol::AwsQuery => {
                        "The parameter Action is missing: it names the operation."
                    }
                    Protocol::RestJson1 => "The method and the path name no operation.",
                    Protocol::RpcV2Cbor => {
                        "The header Smithy-Protocol is missing: it has to be rpc-v2-cbor."
                    }
                    _ => "The header X-Amz-Target is missing: it names the operation.",
                },
            )
            .with_status(if rest { 404 } else { 400 }),
            Self::UnknownOperation { operation, version } => {
                let operation = clip(operation);
                if query {
                    let version = version.as_deref().unwrap_or("NO_VERSION_SPECIFIED");
                    let version = clip(version);
                    let text =
                        format!("Could not find operation {operation} for version {version}");
                    sender("InvalidAction", text)
                } else {
                    sender(
                        "UnknownOperationException",
                        format!("The operation {operation} is not one of this service's."),
                    )
                    .with_status(match protocol {
                        // Where the path names the operation it is the path that is not there.
                        Protocol::RestJson1 | Protocol::RpcV2Cbor => 404,
                        _ => 400,
                    })
                }
            }
            Self::NotImplemented { operation } => sender(
                pick("NotImplementedException", "NotImplemented"),
                format!(
                    "AWS has the operation {}, but this release of Bartizan does not have it yet. \
                     `btz coverage` lists the operations that are there.",
                    clip(operation)
                ),
            )
            .with_status(501),
            Self::TooLarge { bytes_max } => sender(
                pick("RequestEntityTooLargeException", "RequestEntityTooLarge"),
                format!("The request's body is larger than {bytes_max} bytes."),
            )
            .with_status(413),
            Self::UnsupportedMediaType { wanted, found } => sender(
                pick("UnsupportedMediaTypeException", "UnsupportedMediaType"),
                format!(
                    "This operation takes {wanted}, but this is '{}'.",
                    clip(found)
                ),
            )
            .with_status(415),
            Self::Malformed { reason } => {
                sender(pick("SerializationException", "MalformedInput"), reason)
            }
            Self::MalformedQuery { reason } => sender(
                pick("SerializationException", "MalformedQueryString"),
                reason,
            ),
            Self::Invalid { message } => {
                sender(pick("ValidationException", "ValidationError"), message)
            }
            Self::MissingAuthentication => sender(
                pick(
                    "MissingAuthenticationTokenException",
                    "MissingAuthenticationToken",
                ),
                pick(
                    "Missing Authentication Token",
                    "Request is missing Authentication Token",
                ),
            )
            .with_status(identity_status),
            Self::UnknownCredentials => sender(
                pick("UnrecognizedClientException", "InvalidClientTokenId"),
                "The security token included in the request is invalid.",
            )
            .with_status(identity_status),
            Self::WrongSignature => sender(
                pick("InvalidSignatureException", "SignatureDoesNotMatch"),
                "The request signature we calculated does not match the signature you provided. \
                 Check your AWS Secret Access Key and signing method. Consult the service \
                 documentation for details.",
            )
            .with_status(identity_status),
            Self::StaleSignature { message } => sender(
                pick("InvalidSignatureException", "SignatureDoesNotMatch"),
                message,
            )
            .with_status(identity_status),
            Self::IncompleteSignature { message } => sender(
                pick("IncompleteSignatureException", "IncompleteSignature"),
                message,
            )
            .with_status(identity_status),
            Self::ExpiredToken => sender(
                pick("ExpiredTokenException", "ExpiredToken"),
                "The security token included in the request is expired",
            )
            .with_status(identity_status),
            Self::AccessDenied { message } => {
                sender(pick("AccessDeniedException", "AccessDenied"), message)
                    .with_status(identity_status)
            }
            Self::Throttled => sender(pick("ThrottlingException", "Throttling"), "Rate exceeded")
                .with_status(if rest { 429 } else { 400 }),
            Self::Unavailable { internal } => ServiceError::receiver(
                pick("ServiceUnavailableException", "ServiceUnavailable"),
                internal,
            )
            .with_status(503),
        }
    }
}

fn sender(code: &'static str, message: impl Into<String>) -> ServiceError {
    ServiceError::sender(code, message)
}

/// What a caller sent, as long as a message may repeat it.
fn clip(text: &str) -> String {
    text.chars().take(128).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_refusal_has_the_code_and_status_of_its_protocol() {
        let told = |refusal: &Refusal, protocol| {
            let error = refusal.to_error(protocol);
            (error.code.into_owned(), error.status)
        };
        for (refusal, json, query) in [
            (
                Refusal::MissingAuthentication,
                ("MissingAuthenticationTokenException", 400),
                ("MissingAuthenticationToken", 403),
            ),
            (
                Refusal::UnknownOperation {
                    operation: "X".into(),
                    version: None,
                },
                ("UnknownOperationException", 400),
                ("InvalidAction", 400),
            ),
            (
                Refusal::NotImplemented {
                    operation: "X".into(),
                },
                ("NotImplementedException", 501),
                ("NotImplemented", 501),
            ),
            (
                Refusal::Invalid {
                    message: "m".into(),
                },
                ("ValidationException", 400),
                ("ValidationError", 400),
            ),
        ] {
            assert_eq!(
                told(&refusal, Protocol::AwsJson11),
                (json.0.to_owned(), json.1)
            );
            assert_eq!(
                told(&refusal, Protocol::AwsQuery),
                (query.0.to_owned(), query.1)
            );
        }
    }

    #[test]
    fn a_message_repeats_only_so_much_of_what_the_caller_sent() {
        let refusal = Refusal::UnknownOperation {
            operation: "x".repeat(10_000),
            version: Some("y".repeat(10_000)),
        };
        assert!(refusal.to_error(Protocol::AwsQuery).message.len() < 400);
        assert!(refusal.to_error(Protocol::AwsJson10).message.len() < 400);
    }
}
