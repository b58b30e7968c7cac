//! Encoded authorization messages: all that led to a denial, sealed, so that who was denied carries it
//! to somebody of the account who may know (`sts:DecodeAuthorizationMessage`). Nothing is kept of one
//! here, and none expires: AWS names no time.
//!
//! What is in it is what the denied caller's account may see. Of a resource of another account neither
//! its policy nor its condition keys are told, so that the message is the same whether the resource is
//! there or not. All messages have one length: the caller, who cannot read it, would learn by it whether
//! a resource is there and has tags, and by choosing some of the text even what the rest is.
//!
//! Source: STS API Reference, DecodeAuthorizationMessage; AWS CLI Command Reference,
//! `decode-authorization-message`, whose example shows the members.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use policy::{ContextKeys, Effect, MatchedStatement, Policies, PolicyType, Request};
use serde::Serialize;
use serde_json::Value;
use types::{AccountId, Call, KeyWrapError, ServiceError};

use crate::{Iam, exception};

/// Bytes of every message before it is sealed. The header then stays below the 4 KB that proxies hold
/// of all headers of an answer by default.
const BYTES: usize = 2_304;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    allowed: bool,
    explicit_deny: bool,
    matched_statements: Items<Matched>,
    failures: Items<()>,
    context: Context,
    /// Whether statements or condition keys were left out for want of room.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    truncated: bool,
}

#[derive(Debug, Serialize)]
struct Items<T> {
    items: Vec<T>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Matched {
    statement_id: String,
    effect: &'static str,
    principals: Items<Text>,
    principal_groups: Items<()>,
    actions: Items<Text>,
    resources: Items<Text>,
    conditions: Items<Condition>,
}

#[derive(Debug, Serialize)]
struct Text {
    value: String,
}

#[derive(Debug, Serialize)]
struct Condition {
    key: String,
    values: Items<Text>,
}

#[derive(Debug, Serialize)]
struct Context {
    principal: Principal,
    action: String,
    resource: String,
    conditions: Items<Condition>,
}

#[derive(Debug, Serialize)]
struct Principal {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    arn: String,
}

/// What a message is sealed as: it opens for its own account only.
fn context(account: AccountId) -> String {
    format!("sts/authorization-message/{account}")
}

impl Iam {
    /// The encoded message of a denial. `None` when it is none (any more), or nothing can be sealed.
    pub(crate) fn authorization_message(
        &self,
        call: &Call,
        request: &Request<'_>,
        policies: &Policies<'_>,
    ) -> Option<String> {
        let mut message = message(call, request, policies)?;
        let mut text = serde_json::to_string(&message).ok()?;
        while text.len() > BYTES {
            message.shorten()?;
            text = serde_json::to_string(&message).ok()?;
        }
        text.extend(std::iter::repeat_n(' ', BYTES - text.len()));
        let sealed = self.wrap.wrap(&context(call.account()), text.as_bytes());
        Some(BASE64.encode(sealed.ok()?))
    }

    /// What an encoded message of the account says; `None` when it is none.
    pub(crate) fn decoded_authorization_message(
        &self,
        account: AccountId,
        encoded: &str,
    ) -> Result<Option<String>, ServiceError> {
        let Ok(sealed) = BASE64.decode(encoded.trim_end_matches('=')) else {
            return Ok(None);
        };
        match self.wrap.unwrap(&context(account), &sealed) {
            Ok(opened) => {
                let text = str::from_utf8(opened.expose()).ok();
                Ok(text.map(|text| text.trim_end().to_owned()))
            }
            Err(KeyWrapError::Damaged { .. }) => Ok(None),
            Err(error) => Err(exception::key_wrap(&error)),
        }
    }
}

fn message(call: &Call, request: &Request<'_>, policies: &Policies<'_>) -> Option<Message> {
    let simulation = policy::simulate(request, policies);
    if simulation.evaluation.is_allowed() {
        return None;
    }
    let owner = request.resource_account;
    let is_foreign = owner.is_some_and(|owner| owner != call.account());
    let is_told = |matched: &&MatchedStatement<'_>| {
        let is_of_resource = matches!(
            matched.policy_type(),
            PolicyType::ResourceBased | PolicyType::RoleTrust
        );
        !(is_foreign && is_of_resource)
    };
    let mut told: Vec<&MatchedStatement<'_>> = simulation.matched.iter().filter(is_told).collect();
    // What denies is the reason; what else would have allowed is told only where nothing does.
    let is_denied = told.iter().any(|one| one.effect() == Effect::Deny);
    told.retain(|one| !is_denied || one.effect() == Effect::Deny);
    let mut context = request.context.clone();
    if is_foreign {
        context.resource_tags = &[];
        context.keys = ContextKeys::default();
    }
    let shown = Request {
        context: &context,
        ..*request
    };
    let id = call.principal.user_id();
    let holder = id.split(':').next().unwrap_or_default().to_owned();
    Some(Message {
        allowed: false,
        explicit_deny: is_denied,
        matched_statements: Items {
            items: told.into_iter().map(|one| matched(one, &holder)).collect(),
        },
        failures: Items { items: Vec::new() },
        context: Context {
            principal: Principal {
                id,
                name: match &call.principal {
                    types::Principal::User(user) => Some(user.name.clone()),
                    _ => None,
                },
                arn: call.principal.arn().to_string(),
            },
            action: request.action.to_owned(),
            resource: request.resource.to_owned(),
            conditions: Items {
                items: shown.conditions().into_iter().map(condition).collect(),
            },
        },
        truncated: false,
    })
}

impl Message {
    /// Leaves the longest condition key out, then statements; `None` when there is nothing more to
    /// leave out.
    fn shorten(&mut self) -> Option<()> {
        self.truncated = true;
        let conditions = &mut self.context.conditions.items;
        let length = |one: &Condition| {
            let values = one.values.items.iter().map(|value| value.value.len() + 12);
            one.key.len() + values.sum::<usize>()
        };
        let longest = conditions.iter().enumerate();
        match longest.max_by_key(|(_, condition)| length(condition)) {
            Some((at, _)) => drop(conditions.remove(at)),
            None => drop(self.matched_statements.items.pop()?),
        }
        Some(())
    }
}

fn condition((key, values): (String, Vec<String>)) -> Condition {
    Condition {
        key,
        values: texts(values),
    }
}

fn texts(values: Vec<String>) -> Items<Text> {
    let items = values.into_iter().map(|value| Text { value });
    Items {
        items: items.collect(),
    }
}

/// A statement, read from what its document says. `holder`: whose identity policy it is of.
fn matched(one: &MatchedStatement<'_>, holder: &str) -> Matched {
    let statement: Value = serde_json::from_str(one.text()).unwrap_or_default();
    let element = |name: &str, other: &str| {
        let found = statement.get(name).or_else(|| statement.get(other));
        texts(found.map(strings).unwrap_or_default())
    };
    let named = |kinds: &Value| match kinds {
        Value::Object(kinds) => kinds.values().flat_map(strings).collect(),
        everybody => strings(everybody),
    };
    let named = statement
        .get("Principal")
        .or_else(|| statement.get("NotPrincipal"))
        .map(named);
    let operators = statement.get("Condition").and_then(Value::as_object);
    let conditions = operators
        .into_iter()
        .flat_map(|operators| operators.values())
        .filter_map(Value::as_object)
        .flatten()
        .map(|(key, values)| condition((key.clone(), strings(values))));
    Matched {
        statement_id: one.sid().unwrap_or_default().to_owned(),
        effect: match one.effect() {
            Effect::Allow => "ALLOW",
            Effect::Deny => "DENY",
        },
        principals: texts(named.unwrap_or_else(|| vec![holder.to_owned()])),
        principal_groups: Items { items: Vec::new() },
        actions: element("Action", "NotAction"),
        resources: element("Resource", "NotResource"),
        conditions: Items {
            items: conditions.collect(),
        },
    }
}

fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().flat_map(strings).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}
