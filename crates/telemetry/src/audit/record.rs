//! The text of one audit record, in CloudTrail's members and order.

use std::io::Write as _;

use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};
use types::{Call, Principal, RequestId, ServiceError, Session, Time};

/// CloudTrail's `eventVersion`.
pub const EVENT_VERSION: &str = "1.11";
/// The longest `requestParameters` that is kept, in bytes of JSON (CloudTrail's own 100 KB).
pub const PARAMETERS_BYTES_MAX: usize = 100 * 1024;
/// The longest `errorMessage` that is kept (CloudTrail's own 1 KB).
pub const ERROR_MESSAGE_BYTES_MAX: usize = 1024;

/// What came of a call.
#[derive(Debug, Clone, Copy)]
pub enum Outcome<'a> {
    /// It was carried out.
    Success,
    /// It was denied, or failed.
    Failure(&'a ServiceError),
}

/// A call's record as one JSON object. It is on the way of every data call of KMS, so it is written
/// straight, without a tree in between.
#[must_use]
pub fn render(call: &Call, outcome: &Outcome<'_>) -> Vec<u8> {
    let account = call.account().digits();
    let account = account.as_str();
    let mut json = Json::with_capacity(900 + call.parameters.len());
    json.open();
    json.text("eventVersion", EVENT_VERSION);
    json.key("userIdentity");
    user_identity(&mut json, call, account);
    json.text("eventTime", &call.time.rfc3339_seconds());
    json.text("eventSource", &call.event_source);
    json.text("eventName", &call.operation);
    json.text("awsRegion", call.region.as_str());
    json.shown("sourceIPAddress", call.source_ip);
    json.text("userAgent", &call.user_agent);
    if let Outcome::Failure(error) = outcome {
        json.text("errorCode", &error.code);
        json.text("errorMessage", cut(&error.message));
    }
    json.key("requestParameters");
    parameters(&mut json, &call.parameters);
    json.literal("responseElements", "null");
    json.plain("requestID", &call.request_id.to_ascii());
    json.plain("eventID", &event_id(call.request_id).to_ascii());
    let read_only = is_read_only(&call.operation);
    json.literal("readOnly", if read_only { "true" } else { "false" });
    json.text("eventType", "AwsApiCall");
    json.literal("managementEvent", "true");
    json.text("recipientAccountId", account);
    json.text("eventCategory", "Management");
    json.close();
    json.bytes
}

/// CloudTrail's `userIdentity`. Somebody whom only a provider vouches for has no ARN, account or key
/// of AWS's, and no name until the token was verified.
fn user_identity(json: &mut Json, call: &Call, account: &str) {
    let principal = &call.principal;
    json.open();
    json.text("type", principal.kind());
    if let Principal::WebIdentity(web) = principal {
        if let Some(vouched) = web.vouched() {
            json.text("principalId", &principal.user_id());
            json.text("userName", &vouched.subject);
            json.text("identityProvider", &vouched.provider);
        }
        json.close();
        return;
    }
    json.text("principalId", &principal.user_id());
    json.text("arn", principal.arn().as_str());
    json.text("accountId", account);
    json.text("accessKeyId", &call.access_key_id);
    if let Principal::User(user) = principal {
        json.text("userName", &user.name);
    }
    if let Some(session) = &call.session {
        json.key("sessionContext");
        session_context(json, principal, session);
    }
    json.close();
}

/// CloudTrail's `userIdentity.sessionContext`: who gave the temporary credentials, and when.
fn session_context(json: &mut Json, principal: &Principal, session: &Session) {
    json.open();
    json.key("sessionIssuer");
    match principal {
        Principal::AssumedRole(role) => {
            json.open();
            json.text("type", "Role");
            json.text("principalId", &role.role_id);
            json.text("arn", role.role_arn().as_str());
            json.shown("accountId", role.account);
            json.text("userName", &role.role);
            json.close();
        }
        Principal::FederatedUser(federated) => issuer(json, &federated.issuer),
        direct => issuer(json, direct),
    }
    json.key("attributes");
    json.open();
    json.text("creationDate", &session.issued.rfc3339_seconds());
    let mfa = if session.mfa.is_some() {
        "true"
    } else {
        "false"
    };
    json.text("mfaAuthenticated", mfa);
    json.close();
    if let Some(provider) = &session.federated_provider {
        json.key("webIdFederationData");
        json.open();
        json.text("federatedProvider", provider);
        json.literal("attributes", "{}");
        json.close();
    }
    if let Some(identity) = &session.source_identity {
        json.text("sourceIdentity", identity);
    }
    json.close();
}

fn issuer(json: &mut Json, principal: &Principal) {
    json.open();
    json.text("type", principal.kind());
    json.text("principalId", &principal.user_id());
    json.text("arn", principal.arn().as_str());
    json.shown("accountId", principal.account());
    if let Principal::User(user) = principal {
        json.text("userName", &user.name);
    }
    json.close();
}

/// Something that the log says of itself, as CloudTrail records what a service does of its own
/// (`AwsServiceEvent`).
pub(super) fn event(name: &str, time: Time, details: &Value) -> Vec<u8> {
    let mut json = Json::with_capacity(512);
    json.open();
    json.text("eventVersion", EVENT_VERSION);
    json.literal("userIdentity", r#"{"type":"AWSService","invokedBy":"btz"}"#);
    json.text("eventTime", &time.rfc3339_seconds());
    json.text("eventSource", "btz");
    json.text("eventName", name);
    json.text("eventType", "AwsServiceEvent");
    json.literal("serviceEventDetails", &details.to_string());
    json.close();
    json.bytes
}

/// JSON as it is written. Names are ours and need no escapes.
struct Json {
    bytes: Vec<u8>,
}

impl Json {
    fn with_capacity(bytes: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes),
        }
    }

    fn open(&mut self) {
        self.bytes.push(b'{');
    }

    fn close(&mut self) {
        self.bytes.push(b'}');
    }

    fn key(&mut self, name: &str) {
        if !self.bytes.ends_with(b"{") {
            self.bytes.push(b',');
        }
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.extend_from_slice(b"\":");
    }

    fn text(&mut self, name: &str, value: &str) {
        self.key(name);
        self.string(value);
    }

    fn string(&mut self, value: &str) {
        // Neither a string nor a vector can fail.
        drop(serde_json::to_writer(&mut self.bytes, value));
    }

    /// What is shown in letters that need no escapes.
    fn shown(&mut self, name: &str, value: impl std::fmt::Display) {
        self.key(name);
        drop(write!(self.bytes, "\"{value}\""));
    }

    /// ASCII that needs no escapes.
    fn plain(&mut self, name: &str, letters: &[u8]) {
        self.key(name);
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(letters);
        self.bytes.push(b'"');
    }

    /// What is JSON already.
    fn literal(&mut self, name: &str, value: &str) {
        self.key(name);
        self.bytes.extend_from_slice(value.as_bytes());
    }
}

/// A record of a call that failed although its change was committed (`true`), or may have been
/// (`"unknown"`); `None` when the record tells of a failure already.
pub(super) fn with_failure(
    stored: &[u8],
    error: &ServiceError,
    committed: &Value,
) -> Option<Vec<u8>> {
    let Ok(Value::Object(old)) = serde_json::from_slice(stored) else {
        return None;
    };
    if old.contains_key("errorCode") {
        return None;
    }
    let mut record = Map::new();
    for (name, value) in old {
        let before_parameters = name == "requestParameters";
        let after_response = name == "responseElements";
        if before_parameters {
            record.insert("errorCode".to_owned(), json!(error.code));
            record.insert("errorMessage".to_owned(), json!(cut(&error.message)));
        }
        record.insert(name, value);
        if after_response {
            record.insert(
                "additionalEventData".to_owned(),
                json!({"changeCommitted": committed}),
            );
        }
    }
    serde_json::to_vec(&record).ok()
}

/// The parameters, which are JSON already; what is too long is left out and says so, as CloudTrail
/// does.
fn parameters(json: &mut Json, text: &str) {
    match text {
        // CloudTrail writes null for a call without parameters.
        "" | "{}" => json.bytes.extend_from_slice(b"null"),
        _ if text.len() > PARAMETERS_BYTES_MAX => {
            let size = text.len();
            drop(write!(
                json.bytes,
                r#"{{"omitted":true,"originalSize":{size}}}"#
            ));
        }
        _ if serde_json::from_str::<IgnoredAny>(text).is_ok() => {
            json.bytes.extend_from_slice(text.as_bytes());
        }
        _ => json.string(text),
    }
}

fn cut(message: &str) -> &str {
    let end = message.floor_char_boundary(ERROR_MESSAGE_BYTES_MAX);
    message.get(..end).unwrap_or_default()
}

/// A UUID of its own that follows from the request's, so that recording twice writes the same.
fn event_id(request_id: RequestId) -> RequestId {
    const MASK: u128 = 0x5bd1_e995_9e37_79b9_7f4a_7c15_85eb_ca6b;
    let bits = u128::from_be_bytes(request_id.to_bytes());
    RequestId::from_random((bits ^ MASK).to_be_bytes())
}

/// CloudTrail's `readOnly`: whether the operation, by its name, only reads. KMS's use of keys does
/// (AWS KMS Developer Guide, "Logging AWS KMS API calls": `Encrypt`, `Decrypt` and `GenerateDataKey`
/// are logged as Read events).
#[must_use]
pub fn is_read_only(operation: &str) -> bool {
    const PREFIXES: [&str; 13] = [
        "BatchGet", "Check", "Decrypt", "Describe", "Estimate", "Get", "List", "Lookup", "Query",
        "Search", "Select", "Simulate", "Verify",
    ];
    const KEY_USES: [&str; 10] = [
        "DeriveSharedSecret",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateMac",
        "GenerateRandom",
        "ReEncrypt",
        "Sign",
    ];
    // `Get...` that makes something, against its name.
    const WRITES: [&str; 2] = ["GetFederationToken", "GetSessionToken"];
    KEY_USES.contains(&operation)
        || !WRITES.contains(&operation)
            && PREFIXES.iter().any(|prefix| operation.starts_with(prefix))
}
