//! What a call asks leave for: which action on which resource, what the resource's own policy and
//! grants say, and what conditions may ask about. The front door makes an evaluation of it.
//!
//! The actions, the forms of their resources' ARNs and their condition keys are a [`Table`] that is
//! generated from the Service Authorization Reference, never written by hand; a service says which
//! resource a call is about where its input alone does not.
//!
//! Source: Service Authorization Reference, "Actions, resources, and condition keys".

mod table;

use std::sync::Arc;

use types::{AccountId, Call, Region, ServiceError, Time};
use wire::{Service, Value};

use crate::Policy;
pub use table::{Action, RESOURCES_MAX, ResourceForm, Table, request_tag_keys, request_tags};

/// One leave that a call asks. A call may ask several; it runs when all are given.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The action, such as `kms:Encrypt`.
    pub action: &'static str,
    /// The resource's ARN, or `*`.
    pub resource: String,
    /// The resource's account; `None` for the caller's.
    pub resource_account: Option<AccountId>,
    /// How the caller named the resource.
    pub named_by: NamedBy,
    /// The Region where it is done, where that is not the call's: `aws:RequestedRegion`.
    pub region: Option<Region>,
    /// The resource's own policy.
    pub resource_policy: Option<Arc<Policy>>,
    /// The grants of the resource that fit this action and call.
    pub grants: Vec<Granted>,
    /// `aws:ResourceTag/KEY`.
    pub resource_tags: Vec<(String, String)>,
    /// `aws:RequestTag/KEY`.
    pub request_tags: Vec<(String, String)>,
    /// `aws:TagKeys`, where the call names keys without values.
    pub tag_keys: Vec<String>,
    /// The keys of the service.
    pub keys: Vec<ConditionKey>,
}

/// How a caller named a resource. Of another account's, a denial says no more than that: what else it is
/// called, the caller could not know.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum NamedBy {
    /// By its ARN, or by what stands for one in the caller's own account.
    #[default]
    Arn,
    /// By a name that may be given to another, such as an alias: the name's ARN.
    Name(String),
    /// By a ciphertext that it made.
    Ciphertext,
}

/// A grant: to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// Its id.
    pub grant_id: String,
    /// The ARN of the principal, or the service's name.
    pub grantee_principal: String,
}

/// A condition key of a service with its value, such as `kms:KeySpec`. A key whose name ends in a
/// part of the call comes in two: `kms:EncryptionContext:` and `AppName`.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionKey {
    /// The name, or its fixed part.
    pub name: &'static str,
    /// What follows the fixed part.
    pub suffix: String,
    /// The value.
    pub value: KeyValue,
}

/// The value of a condition key.
#[derive(Debug, Clone, PartialEq)]
pub enum KeyValue {
    /// A text or an ARN.
    String(String),
    /// Several.
    Strings(Vec<String>),
    /// A truth.
    Boolean(bool),
    /// A number.
    Numeric(f64),
    /// A moment.
    Date(Time),
}

impl Ask {
    /// For an action on a resource of the caller's account, nothing else being known.
    #[must_use]
    pub fn new(action: &'static str, resource: impl Into<String>) -> Self {
        Self {
            action,
            resource: resource.into(),
            resource_account: None,
            named_by: NamedBy::Arn,
            region: None,
            resource_policy: None,
            grants: Vec::new(),
            resource_tags: Vec::new(),
            request_tags: Vec::new(),
            tag_keys: Vec::new(),
            keys: Vec::new(),
        }
    }

    /// Adds a condition key.
    pub fn key(&mut self, name: &'static str, value: impl Into<KeyValue>) -> &mut Self {
        self.key_under(name, "", value)
    }

    /// Adds a condition key whose name ends in a part of the call.
    pub fn key_under(
        &mut self,
        name: &'static str,
        suffix: impl Into<String>,
        value: impl Into<KeyValue>,
    ) -> &mut Self {
        self.keys.push(ConditionKey {
            name,
            suffix: suffix.into(),
            value: value.into(),
        });
        self
    }
}

impl From<&str> for KeyValue {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for KeyValue {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<Vec<String>> for KeyValue {
    fn from(texts: Vec<String>) -> Self {
        Self::Strings(texts)
    }
}

impl From<bool> for KeyValue {
    fn from(truth: bool) -> Self {
        Self::Boolean(truth)
    }
}

impl From<Time> for KeyValue {
    fn from(time: Time) -> Self {
        Self::Date(time)
    }
}

/// A service whose calls are authorized.
pub trait Guarded: Service {
    /// Its actions.
    fn actions(&self) -> &'static Table;

    /// What a call asks leave for. By default what the table finds in the input; a service adds what
    /// only it knows: paths, tags, resource policies, its own condition keys. Something that is not
    /// there is asked for by the ARN that it would have: who may not know is told nothing else.
    ///
    /// # Errors
    /// When what the call is about cannot be told: the call is refused with this error.
    fn asks(&self, call: &Call, operation: &str, input: &Value) -> Result<Vec<Ask>, ServiceError> {
        self.actions().asks(call, operation, input)
    }
}

/// The header of a denial that holds what `sts:DecodeAuthorizationMessage` decodes. AWS puts it into
/// the message of EC2's denials; none of the services here says more there than its sentence.
pub const AUTHORIZATION_MESSAGE: &str = "x-btz-authorization-message";

/// Who decides, asked by services that must know beforehand (KMS refuses a key policy that would
/// lock its author out).
pub trait Authorizer: Send + Sync {
    /// Whether the caller of `call` would be given leave.
    ///
    /// # Errors
    /// AWS's sentence why not.
    fn authorize(&self, call: &Call, ask: &Ask) -> Result<(), String>;

    /// What an administrator may learn of a denial with `sts:DecodeAuthorizationMessage`, sealed.
    fn encoded_denial(&self, _call: &Call, _ask: &Ask) -> Option<String> {
        None
    }
}
