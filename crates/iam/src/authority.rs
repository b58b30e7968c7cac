//! Whose key is this, what is its secret, and may its owner do that?
//! Source: IAM User Guide, "Policy evaluation logic": the root user of an account may do all in it.

use types::{
    AccountId, AuthorizationRequest, Authorizer, Call, Decision, Principal, Secret, ServiceError,
};
use wire::{BoxFuture, Model, Service, Value};

use crate::{AccessKey, Root, model};

/// The account's identities.
#[derive(Debug)]
pub struct Iam {
    account: AccountId,
    root_key: AccessKey,
}

impl Iam {
    /// An account with its root.
    #[must_use]
    pub fn new(root: Root) -> Self {
        Self {
            account: root.account,
            root_key: root.access_key,
        }
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// The secret of an access key. `None` when there is no such key, or when a session token comes
    /// with it that was not given out with it: no key has one yet.
    #[must_use]
    pub fn secret(&self, access_key_id: &str, session_token: Option<&str>) -> Option<Secret> {
        let known = access_key_id == self.root_key.id && session_token.is_none();
        known.then(|| self.root_key.secret.clone())
    }

    /// Whose access key it is.
    #[must_use]
    pub fn owner(&self, access_key_id: &str) -> Option<Principal> {
        (access_key_id == self.root_key.id).then_some(Principal::Root(self.account))
    }
}

impl Authorizer for Iam {
    fn authorize(&self, request: &AuthorizationRequest<'_>) -> Decision {
        match request.principal {
            Principal::Root(account) if *account == self.account => Decision::Allow,
            _ => Decision::Deny(format!(
                "because no resource-based policy allows the {} action",
                request.action
            )),
        }
    }
}

/// The IAM API. Its operations are known, so that each is answered by name; none is written yet.
impl Service for Iam {
    fn model(&self) -> &'static Model {
        &model::MODEL
    }

    fn implements(&self, operation: &str) -> bool {
        model::IMPLEMENTED.contains(&operation)
    }

    fn call<'a>(
        &'a self,
        call: &'a Call,
        _input: Value,
    ) -> BoxFuture<'a, Result<Value, ServiceError>> {
        let reason = format!("{} was called, but it is not written", call.operation);
        Box::pin(async { Err(ServiceError::receiver("InternalFailure", reason)) })
    }
}
