//! Policy documents as users put them: the first line says of which kind, and who asks for what.
//! Whatever is read must compile, evaluate in both ways alike, and in bounded time.

use policy::{
    Evaluation, Policies, Policy, PolicyKind, Principal, Request, RequestContext, evaluate,
    simulate,
};
use types::Time;

use super::first_line;

const KINDS: [PolicyKind; 7] = [
    PolicyKind::Managed,
    PolicyKind::Inline,
    PolicyKind::Session,
    PolicyKind::Resource,
    PolicyKind::Key,
    PolicyKind::Trust,
    PolicyKind::ServiceControl,
];
const ALICE: &str = "arn:aws:iam::111122223333:user/Alice";

pub(super) fn run(bytes: &[u8]) {
    let (head, document) = first_line(bytes);
    let (Ok(head), Ok(document)) = (std::str::from_utf8(head), std::str::from_utf8(document))
    else {
        return;
    };
    // `KIND ACTION RESOURCE VALUE`: the value is that of every key that is set.
    let mut words = head.split(' ');
    let kind = words.next().and_then(|word| word.parse::<usize>().ok());
    let kind = KINDS.get(kind.unwrap_or(0) % KINDS.len());
    let kind = kind.copied().unwrap_or(PolicyKind::Managed);
    let action = words.next().unwrap_or("kms:Decrypt");
    let resource = words.next().unwrap_or("*");
    let value = words.next().unwrap_or("a");
    let policy = match Policy::shared(kind, "fuzzed", document) {
        Ok(policy) => policy,
        Err(refused) => {
            assert!(!refused.message().is_empty() && refused.position().line >= 1);
            return;
        }
    };
    let mut context = RequestContext {
        current_time: Some(Time::from_seconds(1_796_000_000)),
        source_ip: Some([203, 0, 113, 7].into()),
        secure_transport: Some(true),
        user_agent: Some(value),
        ..RequestContext::default()
    };
    for key in policy.context_keys() {
        if key.len() % 2 == 0 {
            context.insert(key, value);
        }
    }
    let Ok(account) = "111122223333".parse() else {
        return;
    };
    for principal in [
        Principal::User {
            account,
            arn: ALICE,
            user_id: "AIDACKCEVSQ6C2EXAMPLE",
        },
        Principal::AssumedRole {
            account,
            role_arn: "arn:aws:iam::111122223333:role/Deploy",
            session_arn: "arn:aws:sts::111122223333:assumed-role/Deploy/ci",
            user_id: "AROADBQP57FF2AEXAMPLE:ci",
        },
        Principal::Anonymous,
    ] {
        let request = Request {
            principal,
            action,
            resource,
            resource_account: Some(account),
            canonical_user_id: None,
            context: &context,
        };
        let list = [policy.clone()];
        let mut policies = Policies::default();
        match kind {
            PolicyKind::Resource | PolicyKind::Key | PolicyKind::Trust => {
                policies.resource = Some(&policy);
            }
            _ => {
                policies.identity = &list;
                policies.boundary = Some(&policy);
                policies.session = Some(&list);
            }
        }
        let evaluation: Evaluation<'_> = evaluate(&request, &policies);
        let simulation = simulate(&request, &policies);
        assert!(simulation.evaluation.reason() == evaluation.reason());
        assert!(
            evaluation.is_allowed() == evaluation.denial(&request, &policy::NamedBy::Arn).is_none()
        );
        for matched in simulation.matched {
            let span = matched.span();
            let statement = document.get(span.start..span.end);
            assert!(statement.is_some_and(|text| text.starts_with('{') && text.ends_with('}')));
        }
    }
}
