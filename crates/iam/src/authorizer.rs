//! May they do that? What decides about the caller ([`crate::Standing`]), evaluated together with
//! what the call asks leave for. The simulator asks the same function.
//! Source: IAM User Guide, "Policy evaluation logic".

use policy::{
    Ask, Authorizer, ContextValue, Decision, Grant, KeyValue, Policies, Request, RequestContext,
    Scalar,
};
use types::Call;

use crate::{Iam, Standing};

impl Authorizer for Iam {
    fn authorize(&self, call: &Call, ask: &Ask) -> Result<(), String> {
        let refusal = |reason: &str| {
            format!(
                "User: {} is not authorized to perform: {} on resource: {} because {reason}",
                call.principal.arn(),
                ask.action,
                ask.resource
            )
        };
        if !self.is_account(call.account()) {
            return Err(refusal("its account is not one of this installation"));
        }
        self.judge(call, ask, |request, policies| {
            let evaluation = policy::evaluate(request, policies);
            match evaluation.decision() {
                Decision::Allow => Ok(()),
                Decision::ExplicitDeny | Decision::ImplicitDeny => Err(evaluation
                    .denial(request, &ask.named_by)
                    .unwrap_or_else(|| refusal("no policy allows it"))),
            }
        })
    }

    fn encoded_denial(&self, call: &Call, ask: &Ask) -> Option<String> {
        self.judge(call, ask, |request, policies| {
            self.authorization_message(call, request, policies, &ask.named_by)
        })
    }
}

impl Iam {
    /// What is to be evaluated of an ask, given to who evaluates.
    fn judge<T>(
        &self,
        call: &Call,
        ask: &Ask,
        evaluate: impl FnOnce(&Request<'_>, &Policies<'_>) -> T,
    ) -> T {
        let standing = self.standing(call);
        let context = context(&standing, call, ask);
        let request = Request {
            principal: standing.principal(),
            action: ask.action,
            resource: &ask.resource,
            resource_account: ask.resource_account,
            canonical_user_id: None,
            context: &context,
        };
        let grants: Vec<Grant<'_>> = ask
            .grants
            .iter()
            .map(|granted| Grant {
                grant_id: &granted.grant_id,
                grantee_principal: &granted.grantee_principal,
            })
            .collect();
        let policies = Policies {
            resource: ask.resource_policy.as_deref(),
            grants: &grants,
            ..standing.policies()
        };
        evaluate(&request, &policies)
    }
}

/// What conditions may ask about a call.
fn context<'a>(standing: &'a Standing, call: &'a Call, ask: &'a Ask) -> RequestContext<'a> {
    let mut context = standing.context(call);
    if let Some(region) = &ask.region {
        context.requested_region = Some(region.as_str());
    }
    context.request_tags = &ask.request_tags;
    context.resource_tags = &ask.resource_tags;
    if !ask.tag_keys.is_empty() {
        context.insert("aws:TagKeys", ask.tag_keys.as_slice());
    }
    for key in &ask.keys {
        context.insert_under(key.name, &key.suffix, value(&key.value));
    }
    context
}

fn value(value: &KeyValue) -> ContextValue<'_> {
    match value {
        KeyValue::String(text) => text.as_str().into(),
        KeyValue::Strings(texts) => texts.as_slice().into(),
        KeyValue::Boolean(truth) => (*truth).into(),
        KeyValue::Numeric(number) => ContextValue::One(Scalar::Numeric(*number)),
        KeyValue::Date(time) => (*time).into(),
    }
}
