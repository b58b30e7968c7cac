//! Text fixtures. `=== ` begins a set of policies, `--- kind [id]` a policy of it; kinds: identity,
//! managed, boundary, session, resource, key, trust, organization; `--- grant ID GRANTEE` a grant;
//! `--- no session policies` an empty session. `>>> WHO ACTION RESOURCE KEY=VALUE ...` is a request;
//! the next line is the answer: `allow: REASON`, or how AWS's sentence ends. `<ALICE>` and the like
//! stand for ARNs; a value is a text, or a list `[a,b]`; `_` in it stands for a space.

use std::sync::Arc;

use policy::{
    ContextValue, Grant, NamedBy, Policies, Policy, PolicyKind, Reason, Request, RequestContext,
    Scalar,
};

use crate::cast;

#[derive(Default)]
struct Set {
    title: String,
    identity: Vec<Arc<Policy>>,
    boundary: Option<Arc<Policy>>,
    session: Option<Vec<Arc<Policy>>>,
    resource: Option<Arc<Policy>>,
    organization: Vec<Vec<Arc<Policy>>>,
    grants: Vec<(String, String)>,
}

impl Set {
    fn add(&mut self, header: &str, text: &str) {
        let mut words = header.split_whitespace();
        let kind = words.next().unwrap();
        let id = words.next().unwrap_or(kind);
        let parse = |kind| {
            let parsed = Policy::shared(kind, id, text);
            parsed
                .unwrap_or_else(|error| panic!("{}: {error} {} {text}", self.title, error.detail()))
        };
        match kind {
            "identity" => {
                let policy = parse(PolicyKind::Inline);
                self.identity.push(policy);
            }
            "managed" => {
                let policy = parse(PolicyKind::Managed);
                self.identity.push(policy);
            }
            "boundary" => self.boundary = Some(parse(PolicyKind::Managed)),
            "session" => {
                let policy = parse(PolicyKind::Session);
                self.session.get_or_insert_default().push(policy);
            }
            "no" => self.session = Some(Vec::new()),
            "resource" => self.resource = Some(parse(PolicyKind::Resource)),
            "key" => self.resource = Some(parse(PolicyKind::Key)),
            "trust" => self.resource = Some(parse(PolicyKind::Trust)),
            "organization" => {
                let policy = parse(PolicyKind::ServiceControl);
                self.organization.push(vec![policy]);
            }
            "grant" => self
                .grants
                .push((id.to_owned(), words.next().unwrap().to_owned())),
            other => panic!("{}: no kind {other}", self.title),
        }
    }

    fn answer(&self, line: &str) -> String {
        let mut words = line.split_whitespace();
        let principal = cast::principal(words.next().unwrap());
        let action = words.next().unwrap();
        let resource = words.next().unwrap();
        let mut context = RequestContext::default();
        let texts: Vec<(&str, String)> = words
            .map(|word| word.split_once('=').unwrap())
            .map(|(key, value)| (key, value.replace('_', " ")))
            .collect();
        for (key, value) in &texts {
            let list = value.strip_prefix('[').and_then(|v| v.strip_suffix(']'));
            match list {
                None => context.insert(key, value.as_str()),
                Some(list) => {
                    let items = list.split(',').filter(|item| !item.is_empty());
                    let items: Vec<Scalar<'_>> = items.map(Scalar::from).collect();
                    context.insert(key, ContextValue::from(items));
                }
            }
        }
        let request = Request {
            principal,
            action,
            resource,
            resource_account: cast::owner(resource),
            canonical_user_id: Some("79a59df900b949e55d96a1e698fbacedEXAMPLE"),
            context: &context,
        };
        let organization: Vec<&[Arc<Policy>]> =
            self.organization.iter().map(Vec::as_slice).collect();
        let grants: Vec<Grant<'_>> = self
            .grants
            .iter()
            .map(|(grant_id, grantee_principal)| Grant {
                grant_id,
                grantee_principal,
            })
            .collect();
        let policies = Policies {
            organization: &organization,
            resource: self.resource.as_deref(),
            grants: &grants,
            identity: &self.identity,
            boundary: self.boundary.as_deref(),
            session: self.session.as_deref(),
        };
        let evaluation = policy::evaluate(&request, &policies);
        // The simulator is the same function.
        assert_eq!(
            policy::simulate(&request, &policies).evaluation.reason(),
            evaluation.reason()
        );
        let by = evaluation.statement().map(|statement| {
            let sid = statement.sid().map(|sid| format!(" {sid}"));
            format!(
                " ({} {}{})",
                statement.policy_id(),
                statement.index(),
                sid.unwrap_or_default()
            )
        });
        let by = by.unwrap_or_default();
        match evaluation.reason() {
            Reason::AllowedBy(policy_type) => format!("allow: {}{by}", policy_type.name()),
            Reason::AllowedAsRoot => "allow: root".to_owned(),
            Reason::AllowedByGrant(id) => format!("allow: grant {id}"),
            Reason::DeniedBy(_) | Reason::NotAllowedBy(_) => {
                assert!(!evaluation.is_allowed());
                let reason = evaluation.denial_reason(action).unwrap();
                let sentence = evaluation.denial(&request, &NamedBy::Arn).unwrap();
                // What the caller could not know is not named.
                let named = match reason.starts_with("because the resource does not exist") {
                    true => "this resource".to_owned(),
                    false => format!("resource: {resource}"),
                };
                let expected = match principal {
                    policy::Principal::Federated { .. } => {
                        format!("Not authorized to perform {action}")
                    }
                    _ => format!(
                        "User: {} is not authorized to perform: {action} on {named} {reason}",
                        principal.arn()
                    ),
                };
                assert_eq!(sentence, expected);
                reason + &by
            }
        }
    }
}

/// Runs a file; all that differs is told at once.
fn run(name: &str, text: &str) {
    let mut text = text.to_owned();
    for (short, long) in cast::SHORT {
        text = text.replace(short, long);
    }
    let mut set = Set::default();
    let mut open: Option<(String, String)> = None;
    let mut lines = text.lines().enumerate().peekable();
    let mut wrong = Vec::new();
    let mut count = 0;
    while let Some((number, line)) = lines.next() {
        let is_marker = ["=== ", "--- ", ">>> "]
            .iter()
            .any(|start| line.starts_with(start));
        if is_marker && let Some((header, body)) = open.take() {
            set.add(&header, &body);
        }
        if let Some(title) = line.strip_prefix("=== ") {
            set = Set {
                title: title.to_owned(),
                ..Set::default()
            };
        } else if let Some(header) = line.strip_prefix("--- ") {
            open = Some((header.to_owned(), String::new()));
        } else if let Some(request) = line.strip_prefix(">>> ") {
            let expected = lines.next().map(|(_, line)| line).unwrap_or_default();
            let answer = set.answer(request);
            count += 1;
            if answer != expected.trim() {
                wrong.push(format!(
                    "{name}:{}: {}\n  {request}\n  expected {}\n  but      {answer}",
                    number + 1,
                    set.title,
                    expected.trim()
                ));
            }
        } else if let Some((_, body)) = &mut open {
            body.push_str(line);
            body.push('\n');
        } else {
            let is_nothing = line.is_empty() || line.starts_with('#');
            assert!(is_nothing, "{name}:{}: {line}", number + 1);
        }
    }
    assert!(count > 0, "{name} has no request");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn elements() {
    run("elements.txt", include_str!("elements.txt"));
}

#[test]
fn principals() {
    run("principals.txt", include_str!("principals.txt"));
}

#[test]
fn conditions() {
    run("conditions.txt", include_str!("conditions.txt"));
}

#[test]
fn variables() {
    run("variables.txt", include_str!("variables.txt"));
}

#[test]
fn layers() {
    run("layers.txt", include_str!("layers.txt"));
}

#[test]
fn keys() {
    run("keys.txt", include_str!("keys.txt"));
}

#[test]
fn trust() {
    run("trust.txt", include_str!("trust.txt"));
}
