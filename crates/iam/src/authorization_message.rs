//! Encoded authorization messages: all that led to a denial, sealed, so that who was denied carries it
//! to somebody of the account who may know (`sts:DecodeAuthorizationMessage`). Nothing is kept of one
//! here, and none expires: AWS names no time.
//!
//! What is in it is what the denied caller's account may see. Of a resource of another account neither
//! its policy nor its condition keys are told, nor what else it is called than the caller called it, so
//! that the message is the same whether the resource is there or not. All messages have one length: the
//! caller, who cannot read it, would learn by it whether a resource is there and has tags, and by choosing
//! some of the text even what the rest is.
//!
//! Source: STS API Reference, DecodeAuthorizationMessage; AWS CLI Command Reference,
//! `decode-authorization-message`, whose example shows the members.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use policy::{ContextKeys, Effect, MatchedStatement, NamedBy, Policies, PolicyType, Request};
use serde::Serialize;
use serde_json::Value;
use types::{AccountId, Call, KeyWrapError, ServiceError};

use crate::{Iam, exception};

/// Bytes of every message before it is sealed. The header then stays below the 4 KB that proxies hold
/// of all headers of an answer by default.
const BYTES: usize = 2_304;
/// Condition keys that are looked at for one: more have no room.
const CONDITIONS_MAX: usize = 100;

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

impl<T> Items<T> {
    fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
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
    /// What AWS's messages have no member for: the elements that name whom and what a statement is
    /// *not* about.
    #[serde(skip_serializing_if = "Items::is_empty")]
    not_principals: Items<Text>,
    #[serde(skip_serializing_if = "Items::is_empty")]
    not_actions: Items<Text>,
    #[serde(skip_serializing_if = "Items::is_empty")]
    not_resources: Items<Text>,
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
        named_by: &NamedBy,
    ) -> Option<String> {
        let mut message = message(call, request, policies, named_by)?;
        let mut text = serde_json::to_string(&message).ok()?;
        while text.len() > BYTES {
            message.shorten(text.len() - BYTES)?;
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

fn message(
    call: &Call,
    request: &Request<'_>,
    policies: &Policies<'_>,
    named_by: &NamedBy,
) -> Option<Message> {
    if policy::evaluate(request, policies).is_allowed() {
        return None;
    }
    let owner = request.resource_account;
    let is_foreign = owner.is_some_and(|owner| owner != call.account());
    // What is not told is not asked either: which of one's own statements match would tell it.
    let mut context = request.context.clone();
    let (mut policies, mut resource) = (*policies, request.resource);
    if is_foreign {
        if let NamedBy::Name(name) = named_by {
            resource = name;
        }
        context.resource_tags = &[];
        context.keys = ContextKeys::default();
        policies.resource = None;
        policies.grants = &[];
    }
    let request = &Request {
        context: &context,
        resource,
        ..*request
    };
    let simulation = policy::simulate(request, &policies);
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
    let conditions = request.conditions(CONDITIONS_MAX);
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
                items: conditions.into_iter().map(condition).collect(),
            },
        },
        truncated: false,
    })
}

impl Message {
    /// Leaves out so many bytes at least, the longest first: a condition key, or what a statement says
    /// beside its id and effect; then statements. `None` when there is nothing more to leave out.
    fn shorten(&mut self, bytes: usize) -> Option<()> {
        self.truncated = true;
        let mut left_out = 0;
        while left_out < bytes {
            let conditions = &mut self.context.conditions.items;
            let statements = &mut self.matched_statements.items;
            let condition = longest(conditions, Condition::length);
            let statement = longest(statements, Matched::length);
            left_out += match (condition, statement) {
                (Some((at, length)), other) if other.is_none_or(|(_, more)| length >= more) => {
                    conditions.remove(at);
                    length
                }
                (_, Some((at, length))) if length > 0 => {
                    statements.get_mut(at)?.shorten();
                    length
                }
                _ => {
                    statements.pop()?;
                    // It was measured without what every statement has.
                    bytes
                }
            };
        }
        Some(())
    }
}

/// The longest, and how long that is.
fn longest<T>(items: &[T], length: impl Fn(&T) -> usize) -> Option<(usize, usize)> {
    let lengths = items.iter().map(length).enumerate();
    lengths.max_by_key(|(_, length)| *length)
}

impl Items<Text> {
    fn length(&self) -> usize {
        let around = r#"{"value":""},"#.len();
        self.items.iter().map(|one| around + one.value.len()).sum()
    }
}

impl Condition {
    fn length(&self) -> usize {
        let around = r#"{"key":"","values":{"items":[]}},"#.len();
        around + self.key.len() + self.values.length()
    }
}

impl Matched {
    fn lists(&mut self) -> [&mut Items<Text>; 6] {
        [
            &mut self.principals,
            &mut self.actions,
            &mut self.resources,
            &mut self.not_principals,
            &mut self.not_actions,
            &mut self.not_resources,
        ]
    }

    fn length(&self) -> usize {
        let lists = [
            &self.principals,
            &self.actions,
            &self.resources,
            &self.not_principals,
            &self.not_actions,
            &self.not_resources,
        ];
        let conditions = self.conditions.items.iter().map(Condition::length);
        lists.into_iter().map(Items::length).sum::<usize>() + conditions.sum::<usize>()
    }

    fn shorten(&mut self) {
        self.conditions.items.clear();
        for list in self.lists() {
            list.items.clear();
        }
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
    let element = |name: &str| texts(statement.get(name).map(strings).unwrap_or_default());
    let named = |kinds: &Value| match kinds {
        Value::Object(kinds) => kinds.values().flat_map(strings).collect(),
        everybody => strings(everybody),
    };
    let not_named = statement.get("NotPrincipal").map(named);
    let mut named = statement.get("Principal").map(named);
    if named.is_none() && not_named.is_none() {
        named = Some(vec![holder.to_owned()]);
    }
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
        principals: texts(named.unwrap_or_default()),
        principal_groups: Items { items: Vec::new() },
        actions: element("Action"),
        resources: element("Resource"),
        conditions: Items {
            items: conditions.collect(),
        },
        not_principals: texts(not_named.unwrap_or_default()),
        not_actions: element("NotAction"),
        not_resources: element("NotResource"),
    }
}

fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().flat_map(strings).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}
