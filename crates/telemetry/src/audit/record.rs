//! The text of one audit record, in CloudTrail's members and order.

use serde::Serialize;
use serde_json::{Map, Value, json};
use types::{Call, Principal, RequestId, ServiceError};

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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    event_version: &'a str,
    user_identity: UserIdentity<'a>,
    event_time: String,
    event_source: &'a str,
    event_name: &'a str,
    aws_region: &'a str,
    #[serde(rename = "sourceIPAddress")]
    source_ip_address: String,
    user_agent: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<&'a str>,
    request_parameters: Value,
    response_elements: Value,
    #[serde(rename = "requestID")]
    request_id: String,
    #[serde(rename = "eventID")]
    event_id: String,
    read_only: bool,
    event_type: &'a str,
    management_event: bool,
    recipient_account_id: String,
    event_category: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserIdentity<'a> {
    r#type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_key_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity_provider: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_context: Option<Value>,
}

/// A call's record as one JSON object.
pub(super) fn render(call: &Call, outcome: &Outcome<'_>) -> Vec<u8> {
    let error = match outcome {
        Outcome::Success => None,
        Outcome::Failure(error) => Some(error),
    };
    let account = call.account().to_string();
    let record = Record {
        event_version: EVENT_VERSION,
        user_identity: user_identity(call),
        event_time: call.time.rfc3339_seconds(),
        event_source: &call.event_source,
        event_name: &call.operation,
        aws_region: call.region.as_str(),
        source_ip_address: call.source_ip.to_string(),
        user_agent: &call.user_agent,
        error_code: error.map(|error| error.code.as_ref()),
        error_message: error.map(|error| cut(&error.message)),
        request_parameters: parameters(&call.parameters),
        response_elements: Value::Null,
        request_id: call.request_id.to_string(),
        event_id: event_id(call.request_id),
        read_only: is_read_only(&call.operation),
        event_type: "AwsApiCall",
        management_event: true,
        recipient_account_id: account,
        event_category: "Management",
    };
    // Strings, numbers and a tree with text keys: serde_json cannot fail on them.
    serde_json::to_vec(&record).unwrap_or_default()
}

/// CloudTrail's `userIdentity`. Somebody whom only a provider vouches for has no ARN, account or key
/// of AWS's, and no name until the token was verified.
fn user_identity(call: &Call) -> UserIdentity<'_> {
    let of_kind = UserIdentity {
        r#type: call.principal.kind(),
        principal_id: None,
        arn: None,
        account_id: None,
        access_key_id: None,
        user_name: None,
        identity_provider: None,
        session_context: None,
    };
    if let Principal::WebIdentity(web) = &call.principal {
        let vouched = web.vouched();
        return UserIdentity {
            principal_id: vouched.map(|_| call.principal.user_id()),
            user_name: vouched.map(|vouched| vouched.subject.as_str()),
            identity_provider: vouched.map(|vouched| vouched.provider.as_str()),
            ..of_kind
        };
    }
    UserIdentity {
        principal_id: Some(call.principal.user_id()),
        arn: Some(call.principal.arn().to_string()),
        account_id: Some(call.account().to_string()),
        access_key_id: Some(&call.access_key_id),
        user_name: match &call.principal {
            Principal::User(user) => Some(&user.name),
            _ => None,
        },
        session_context: session_context(call),
        ..of_kind
    }
}

/// CloudTrail's `userIdentity.sessionContext`: who gave the temporary credentials, and when.
fn session_context(call: &Call) -> Option<Value> {
    let session = call.session.as_ref()?;
    let issuer = match &call.principal {
        Principal::AssumedRole(role) => json!({
            "type": "Role",
            "principalId": role.role_id,
            "arn": role.role_arn().to_string(),
            "accountId": role.account.to_string(),
            "userName": role.role,
        }),
        Principal::FederatedUser(federated) => issuer(&federated.issuer),
        direct => issuer(direct),
    };
    let mut context = json!({
        "sessionIssuer": issuer,
        "attributes": {
            "creationDate": session.issued.rfc3339_seconds(),
            "mfaAuthenticated": if session.mfa.is_some() { "true" } else { "false" },
        },
    });
    if let Some(members) = context.as_object_mut() {
        if let Some(provider) = &session.federated_provider {
            let web = json!({"federatedProvider": provider, "attributes": {}});
            members.insert("webIdFederationData".to_owned(), web);
        }
        if let Some(identity) = &session.source_identity {
            members.insert("sourceIdentity".to_owned(), json!(identity));
        }
    }
    Some(context)
}

fn issuer(principal: &Principal) -> Value {
    let mut issuer = json!({
        "type": principal.kind(),
        "principalId": principal.user_id(),
        "arn": principal.arn().to_string(),
        "accountId": principal.account().to_string(),
    });
    if let (Principal::User(user), Some(members)) = (principal, issuer.as_object_mut()) {
        members.insert("userName".to_owned(), json!(user.name));
    }
    issuer
}

/// The record of a change that was committed, with the failure that came after it; `None` when the
/// record tells of a failure already.
pub(super) fn with_failure(stored: &[u8], error: &ServiceError) -> Option<Vec<u8>> {
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
                json!({"changeCommitted": true}),
            );
        }
    }
    serde_json::to_vec(&record).ok()
}

/// The parameters as JSON; what is too long is left out and says so, as CloudTrail does.
fn parameters(text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    if text.len() > PARAMETERS_BYTES_MAX {
        return json!({"omitted": true, "originalSize": text.len()});
    }
    match serde_json::from_str(text) {
        // CloudTrail writes null for a call without parameters.
        Ok(Value::Object(members)) if members.is_empty() => Value::Null,
        Ok(value) => value,
        Err(_) => Value::String(text.to_owned()),
    }
}

fn cut(message: &str) -> &str {
    let end = message.floor_char_boundary(ERROR_MESSAGE_BYTES_MAX);
    message.get(..end).unwrap_or_default()
}

/// A UUID of its own that follows from the request's, so that recording twice writes the same.
fn event_id(request_id: RequestId) -> String {
    const MASK: u128 = 0x5bd1_e995_9e37_79b9_7f4a_7c15_85eb_ca6b;
    let digits = request_id.to_string().replace('-', "");
    let bits = u128::from_str_radix(&digits, 16).unwrap_or_default();
    RequestId::from_random((bits ^ MASK).to_be_bytes()).to_string()
}

/// CloudTrail's `readOnly`: whether the operation, by its name, only reads.
#[must_use]
pub fn is_read_only(operation: &str) -> bool {
    const PREFIXES: [&str; 13] = [
        "BatchGet", "Check", "Decrypt", "Describe", "Estimate", "Get", "List", "Lookup", "Query",
        "Search", "Select", "Simulate", "Verify",
    ];
    // `Get...` that makes something, against its name.
    const WRITES: [&str; 2] = ["GetFederationToken", "GetSessionToken"];
    !WRITES.contains(&operation) && PREFIXES.iter().any(|prefix| operation.starts_with(prefix))
}
