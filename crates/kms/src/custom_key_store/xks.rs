//! Keys in an external key manager, behind a proxy that speaks AWS's XKS API: what is sent, how it is
//! signed, and what its answers must be before they are believed.
//!
//! What goes out is encrypted already, under key material of KMS's own (*double encryption*): neither
//! the key manager nor this installation opens a ciphertext alone.
//! Source: AWS KMS External Key Store (XKS) Proxy API Specification, version 2 of November 2022.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use policy::sigv4::{self, Credentials, SignedRequestParts};
use serde_json::{Value, json};
use types::{AccountId, Call, Region, Secret, Time};
use wire::BoxFuture;

/// What a request is signed for.
const SERVICE: &str = "kms-xks-proxy";

/// The longest answer: a ciphertext in Base64 and a little more.
pub const XKS_ANSWER_BYTES_MAX: usize = 64 * 1024;

/// The most that a proxy must encrypt at once, and the most that it may keep with a ciphertext.
const PLAINTEXT_BYTES_MAX: usize = 4300;
const METADATA_BYTES_MAX: usize = 20;
const TAG_BYTES: usize = 16;

/// Carries requests to proxies: HTTPS, verified.
pub trait XksTransport: Send + Sync {
    /// Sends a POST request and reads its answer, in the time that the owner allows.
    fn post<'a>(&'a self, request: XksRequest) -> BoxFuture<'a, Result<XksAnswer, XksUnreached>>;
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XksRequest {
    /// Whose custom key store the proxy is of.
    pub account: AccountId,
    /// The proxy's host name.
    pub host: String,
    /// The path.
    pub path: String,
    /// Headers, in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: Vec<u8>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XksAnswer {
    /// Its status code.
    pub status: u16,
    /// Its body, of at most [`XKS_ANSWER_BYTES_MAX`].
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum XksUnreached {
    /// The owner of the installation does not allow it.
    NotAllowed(String),
    /// No connection.
    Network(String),
    /// No TLS connection.
    Tls(String),
    /// None in time.
    TimedOut,
    /// What came is no answer of HTTP, or too long.
    Malformed(String),
}

/// Why a proxy did not do what it was asked: AWS's scenarios, whose texts callers see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    AccessDenied,
    Authentication,
    DependencyTimeout,
    Internal,
    InvalidCiphertext,
    InvalidKeyUsage,
    InvalidResponse,
    InvalidState,
    InvalidUriPath,
    KeyNotFound,
    Network,
    /// The owner of the installation does not let it be asked.
    NotAllowed,
    Throttled,
    TimedOut,
    Tls,
    Unsupported,
    /// All key managers behind it are unavailable.
    Unavailable,
}

impl Failure {
    fn named(name: &str) -> Self {
        match name {
            "AccessDeniedException" => Self::AccessDenied,
            "AuthenticationFailedException" => Self::Authentication,
            "DependencyTimeoutException" => Self::DependencyTimeout,
            "InternalException" => Self::Internal,
            "InvalidCiphertextException" => Self::InvalidCiphertext,
            "InvalidKeyUsageException" => Self::InvalidKeyUsage,
            "InvalidStateException" => Self::InvalidState,
            "InvalidUriPathException" => Self::InvalidUriPath,
            "KeyNotFoundException" => Self::KeyNotFound,
            "ThrottlingException" => Self::Throttled,
            "UnsupportedOperationException" => Self::Unsupported,
            _ => Self::InvalidResponse,
        }
    }

    /// AWS's text.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::AccessDenied => {
                "The external key store proxy denied access to the operation. Verify that the user and \
                 the external key are both authorized for this operation, and try the request again."
            }
            Self::Authentication => {
                "The external key store proxy rejected the request because it could not authenticate \
                 AWS KMS. Verify the XKS proxy authentication credentials for your external key store \
                 and update if necessary."
            }
            Self::DependencyTimeout => {
                "The external key store proxy did not respond to the request in the time allotted. \
                 Retry the request. If you see this error repeatedly, report it to your external key \
                 store proxy administrator."
            }
            Self::Internal | Self::Unavailable => {
                "The external key store proxy rejected the request because it cannot communicate with \
                 the external key manager. Verify that the external key store proxy configuration is \
                 correct and that the external key manager is available."
            }
            Self::InvalidCiphertext => {
                "The external key store proxy rejected the request because the specified ciphertext or \
                 encryption context is corrupted, missing, or otherwise invalid."
            }
            Self::InvalidKeyUsage => {
                "The external key associated with this KMS key in an external key store does not \
                 support the requested operation. Enable the operation on the key in your external \
                 key manager, and try the request again."
            }
            Self::InvalidResponse => {
                "AWS KMS cannot interpret the response from the external key store proxy. If you see \
                 this error repeatedly, report it to your external key store proxy administrator."
            }
            Self::InvalidState => {
                "The external key associated with this KMS key in an external key store is not enabled \
                 in the external key manager. Enable the external key in the external key manager and \
                 retry the request."
            }
            Self::InvalidUriPath => {
                "The external key store proxy rejected the request because of an invalid URI path. \
                 Verify the URI path for your external key store and update if necessary."
            }
            Self::KeyNotFound => {
                "The external key associated with this KMS key in an external key store was not found \
                 in its external key manager. If the external key ID associated with this KMS key is \
                 incorrect, create a new KMS key with the correct external key ID."
            }
            Self::Network => {
                "AWS KMS cannot communicate with the external key store proxy. This might be a \
                 transient network issue. If you see this error repeatedly, verify that your external \
                 key store proxy is active and is connected to the network, and that its endpoint URI \
                 is correct in your external keystore."
            }
            Self::NotAllowed => {
                "This installation does not connect to the external key store proxy: its host has no \
                 public address, or its owner does not allow the host or this account. The owner names \
                 them in btz's configuration: kms.xks.hosts, kms.xks.addresses, kms.xks.accounts."
            }
            Self::Throttled => {
                "The external key store proxy rejected the request due to a very high request rate. \
                 Reduce the frequency of your calls using KMS keys in this external key store."
            }
            Self::TimedOut => {
                "AWS KMS rejected the request because the external key store proxy did not respond in \
                 time. Retry the request. If you see this error repeatedly, report it to your external \
                 key store proxy administrator."
            }
            Self::Tls => {
                "AWS KMS cannot establish a TLS connection to the external key store proxy. Verify the \
                 TLS configuration, including its certificate."
            }
            Self::Unsupported => {
                "The external key store proxy rejected the request because it does not support the \
                 requested operation. If you see this error repeatedly, report it to your external key \
                 store proxy administrator."
            }
        }
    }

    /// AWS's `ConnectionErrorCode`.
    pub(crate) fn connection_error(self) -> &'static str {
        match self {
            Self::AccessDenied | Self::Authentication => "XKS_PROXY_ACCESS_DENIED",
            Self::DependencyTimeout | Self::TimedOut => "XKS_PROXY_TIMED_OUT",
            Self::InvalidUriPath => "XKS_PROXY_INVALID_CONFIGURATION",
            Self::Tls => "XKS_PROXY_INVALID_TLS_CONFIGURATION",
            Self::Network | Self::NotAllowed | Self::Throttled | Self::Unavailable => {
                "XKS_PROXY_NOT_REACHABLE"
            }
            _ => "XKS_PROXY_INVALID_RESPONSE",
        }
    }
}

/// A proxy, as a store's row says.
pub(crate) struct Proxy<'t> {
    pub(crate) account: AccountId,
    pub(crate) transport: &'t dyn XksTransport,
    /// `https://` and a host name.
    pub(crate) endpoint: &'t str,
    pub(crate) path: &'t str,
    pub(crate) credentials: Credentials,
    pub(crate) region: Region,
    pub(crate) now: Time,
}

impl fmt::Debug for Proxy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({}{})", self.endpoint, self.path)
    }
}

impl Proxy<'_> {
    /// GetHealthStatus.
    pub(crate) async fn health(&self, call: &Call) -> Result<(), Failure> {
        let body = json!({"requestMetadata": {
            "kmsRequestId": call.request_id.to_string(),
            "kmsOperation": call.operation,
        }});
        let answer = self.ask("/health", &body).await?;
        let texts = ["xksProxyVendor", "xksProxyModel", "ekmVendor"];
        let is_told = texts.iter().all(|name| text(&answer, name).is_some());
        let size = answer.get("xksProxyFleetSize").and_then(Value::as_u64);
        let fleet = answer.get("ekmFleetDetails").and_then(Value::as_array);
        let fleet = fleet.filter(|fleet| (1..=10).contains(&fleet.len()));
        let (true, Some(1..), Some(fleet)) = (is_told, size, fleet) else {
            return Err(Failure::InvalidResponse);
        };
        let mut serves = false;
        for manager in fleet {
            match text(manager, "healthStatus") {
                Some("ACTIVE" | "DEGRADED") => serves = true,
                Some("UNAVAILABLE") => {}
                _ => return Err(Failure::InvalidResponse),
            }
        }
        if serves {
            Ok(())
        } else {
            Err(Failure::Unavailable)
        }
    }

    /// GetKeyMetadata; whether the key is one that a KMS key can be associated with.
    pub(crate) async fn is_fit(&self, call: &Call, key: &str) -> Result<bool, Failure> {
        let body = json!({"requestMetadata": metadata(call, None)});
        let answer = self.ask(&format!("/keys/{key}/metadata"), &body).await?;
        let usage = answer.get("keyUsage").and_then(Value::as_array);
        let (Some(spec), Some(status), Some(usage)) =
            (text(&answer, "keySpec"), text(&answer, "keyStatus"), usage)
        else {
            return Err(Failure::InvalidResponse);
        };
        let can = |word: &str| usage.iter().any(|one| one.as_str() == Some(word));
        Ok(spec == "AES_256" && status == "ENABLED" && can("ENCRYPT") && can("DECRYPT"))
    }

    /// Encrypt. What is answered opens by [`Proxy::decrypt`], with the same `bound`.
    pub(crate) async fn encrypt(
        &self,
        call: &Call,
        (key, arn): (&str, &str),
        bound: &[u8],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        if plaintext.len() > PLAINTEXT_BYTES_MAX {
            return Err(Failure::Unsupported);
        }
        let body = json!({
            "requestMetadata": metadata(call, Some(arn)),
            "additionalAuthenticatedData": BASE64.encode(bound),
            "plaintext": BASE64.encode(plaintext),
            "encryptionAlgorithm": "AES_GCM",
            "ciphertextDataIntegrityValueAlgorithm": "SHA_256",
        });
        let answer = self.ask(&format!("/keys/{key}/encrypt"), &body).await?;
        let bytes = |name| BASE64.decode(text(&answer, name)?).ok();
        let kept = match answer.get("ciphertextMetadata") {
            None | Some(Value::Null) => Some(Vec::new()),
            Some(_) => bytes("ciphertextMetadata"),
        };
        let (Some(ciphertext), Some(iv), Some(tag), Some(told), Some(kept)) = (
            bytes("ciphertext"),
            bytes("initializationVector"),
            bytes("authenticationTag"),
            bytes("ciphertextDataIntegrityValue"),
            kept,
        ) else {
            return Err(Failure::InvalidResponse);
        };
        let sealed = Sealed {
            iv: &iv,
            tag: &tag,
            metadata: &kept,
            ciphertext: &ciphertext,
        };
        let is_whole = sealed.is_whole() && ciphertext.len() == plaintext.len();
        let computed = sealed.integrity(bound);
        if !is_whole || verify_slices_are_equal(computed.as_ref(), &told).is_err() {
            return Err(Failure::InvalidResponse);
        }
        sealed.write().ok_or(Failure::InvalidResponse)
    }

    /// Decrypt. `None` when what was sealed has not even its form.
    pub(crate) async fn decrypt(
        &self,
        call: &Call,
        (key, arn): (&str, &str),
        bound: &[u8],
        sealed: &[u8],
    ) -> Result<Option<Secret>, Failure> {
        let Some(sealed) = Sealed::read(sealed).filter(Sealed::is_whole) else {
            return Ok(None);
        };
        let mut body = json!({
            "requestMetadata": metadata(call, Some(arn)),
            "additionalAuthenticatedData": BASE64.encode(bound),
            "encryptionAlgorithm": "AES_GCM",
            "ciphertext": BASE64.encode(sealed.ciphertext),
            "initializationVector": BASE64.encode(sealed.iv),
            "authenticationTag": BASE64.encode(sealed.tag),
        });
        if let Some(body) = body.as_object_mut()
            && !sealed.metadata.is_empty()
        {
            let kept = BASE64.encode(sealed.metadata);
            body.insert("ciphertextMetadata".to_owned(), kept.into());
        }
        let answer = self.ask(&format!("/keys/{key}/decrypt"), &body).await?;
        let plaintext = text(&answer, "plaintext").and_then(|text| BASE64.decode(text).ok());
        let plaintext = plaintext.map(Secret::new);
        match plaintext {
            Some(plaintext) if plaintext.expose().len() == sealed.ciphertext.len() => {
                Ok(Some(plaintext))
            }
            _ => Err(Failure::InvalidResponse),
        }
    }

    async fn ask(&self, operation: &str, body: &Value) -> Result<Value, Failure> {
        let path = format!("{}{operation}", self.path);
        let body = body.to_string().into_bytes();
        let host = self.endpoint.strip_prefix("https://");
        let host = host.unwrap_or(self.endpoint).to_owned();
        let mut headers = vec![
            ("host", host.clone()),
            ("content-type", "application/json".to_owned()),
            ("x-amz-date", self.now.basic()),
        ];
        let to_sign: Vec<(&str, &[u8])> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_bytes()))
            .collect();
        let parts = SignedRequestParts {
            method: "POST",
            path: &path,
            query: &[],
            headers: &to_sign,
            body: &body,
        };
        let authorization = sigv4::sign(&parts, &self.credentials, &self.region, SERVICE, self.now);
        let authorization = authorization.map_err(|_| Failure::InvalidUriPath)?;
        headers.push(("authorization", authorization));
        let request = XksRequest {
            account: self.account,
            host,
            path,
            headers,
            body,
        };
        let answer = self.transport.post(request).await.map_err(|why| {
            tracing::warn!(?why, proxy = ?self, "kms: an external key store proxy was not reached");
            match why {
                XksUnreached::NotAllowed(_) => Failure::NotAllowed,
                XksUnreached::Network(_) => Failure::Network,
                XksUnreached::Tls(_) => Failure::Tls,
                XksUnreached::TimedOut => Failure::TimedOut,
                XksUnreached::Malformed(_) => Failure::InvalidResponse,
            }
        })?;
        let value: Option<Value> = serde_json::from_slice(&answer.body).ok();
        if answer.status == 200 {
            return value.ok_or(Failure::InvalidResponse);
        }
        let name = value.as_ref().and_then(|value| text(value, "errorName"));
        let said = value.as_ref().and_then(|value| text(value, "errorMessage"));
        tracing::warn!(
            status = answer.status,
            name,
            said,
            proxy = ?self,
            "kms: an external key store proxy refused"
        );
        Err(name.map_or(Failure::InvalidResponse, Failure::named))
    }
}

fn metadata(call: &Call, arn: Option<&str>) -> Value {
    let mut metadata = json!({
        "awsPrincipalArn": call.principal.arn().to_string(),
        "kmsOperation": call.operation,
        "kmsRequestId": call.request_id.to_string(),
    });
    if let (Some(members), Some(arn)) = (metadata.as_object_mut(), arn) {
        members.insert("kmsKeyArn".to_owned(), arn.into());
    }
    metadata
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

/// What a proxy answers to Encrypt, as a ciphertext keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sealed<'a> {
    iv: &'a [u8],
    tag: &'a [u8],
    metadata: &'a [u8],
    ciphertext: &'a [u8],
}

impl<'a> Sealed<'a> {
    fn is_whole(&self) -> bool {
        [12, 16].contains(&self.iv.len())
            && self.tag.len() == TAG_BYTES
            && self.metadata.len() <= METADATA_BYTES_MAX
    }

    /// AWS's ciphertextDataIntegrityValue.
    fn integrity(&self, bound: &[u8]) -> digest::Digest {
        let mut hash = digest::Context::new(&digest::SHA256);
        for part in [bound, self.metadata, self.iv, self.ciphertext, self.tag] {
            hash.update(part);
        }
        hash.finish()
    }

    fn write(&self) -> Option<Vec<u8>> {
        let length = |part: &[u8]| u8::try_from(part.len()).ok();
        let heads = [&[length(self.iv)?][..], &[length(self.metadata)?]];
        let [iv, metadata] = heads;
        Some(
            [
                iv,
                self.iv,
                self.tag,
                metadata,
                self.metadata,
                self.ciphertext,
            ]
            .concat(),
        )
    }

    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first()?;
        let (iv, rest) = rest.split_at_checked(usize::from(*length))?;
        let (tag, rest) = rest.split_at_checked(TAG_BYTES)?;
        let (length, rest) = rest.split_first()?;
        let (metadata, ciphertext) = rest.split_at_checked(usize::from(*length))?;
        Some(Self {
            iv,
            tag,
            metadata,
            ciphertext,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The specification's example, Appendix C.
    #[test]
    fn the_integrity_value_is_the_specifications() {
        let bytes = |text: &str| BASE64.decode(text).unwrap();
        let (iv, tag) = (bytes("HMrlRw85cAJUd5Ax"), bytes("vBxN2ncH1oEkR8WVXpmyYQ=="));
        let (metadata, ciphertext) = (bytes("a2V5X3ZlcnNpb249MQ=="), bytes("ghxkK1txeDNn3q8Y"));
        let sealed = Sealed {
            iv: &iv,
            tag: &tag,
            metadata: &metadata,
            ciphertext: &ciphertext,
        };
        let value = sealed.integrity(b"project=nile,department=marketing");
        assert_eq!(
            BASE64.encode(value),
            "qHA/ImC9h5HsLRXqCyPmWgYx7tzyoTplzILbP0fPXsc="
        );
        let written = sealed.write().unwrap();
        assert_eq!(Sealed::read(&written), Some(sealed));
        for at in 0..written.len() - ciphertext.len() {
            assert_eq!(Sealed::read(&written[..at]), None, "{at}");
        }
    }
}
