//! Properties: what the naive evaluator decides is decided; a deny is monotone, boundaries and
//! session policies only shrink, order never matters, an allow more never denies.

use std::sync::Arc;

use policy::{
    ContextValue, Decision, Grant, Policies, Policy, PolicyKind, Request, RequestContext, Scalar,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use crate::cast;
use crate::naive::{self, Asked, Documents};

const KEY_2: &str = "arn:aws:kms:eu-west-1:111122223333:key/Alice";
const ACTIONS: &[&str] = &["kms:Decrypt", "kms:Encrypt", "s3:GetObject"];
const ACTION_PATTERNS: &[&str] = &[
    "kms:Decrypt",
    "KMS:encrypt",
    "kms:*",
    "*",
    "kms:?ncrypt",
    "*:Get*",
    "kms:De*t",
    "s3:Get?bject",
];
const RESOURCE_PATTERNS: &[&str] = &[
    "*",
    cast::KEY,
    KEY_2,
    "arn:aws:kms:*:111122223333:key/*",
    "arn:aws:kms:eu-west-1:*:key/*",
    "arn:aws:kms:us-east-1:111122223333:key/????abcd-*",
    "arn:aws:kms:*:111122223333:key/${aws:username}",
    "arn:aws:kms:eu-west-1:111122223333:key/${aws:PrincipalTag/t}",
];
const WHO: &[&str] = &[
    "Alice",
    "Deploy",
    "Root",
    "Mallory",
    "Anonymous",
    "logs.amazonaws.com",
];

fn conditions() -> impl Strategy<Value = Option<Value>> {
    let set = select(vec!["", "ForAllValues:", "ForAnyValue:"]);
    let operator = select(vec![
        ("StringEquals", "x:k", json!(["a", "ab"])),
        ("StringEquals", "x:k", json!("${aws:PrincipalTag/t}")),
        ("StringNotEquals", "X:K", json!(["a", "${x:v}"])),
        ("StringLike", "x:k", json!(["a*", "?"])),
        ("StringNotLike", "x:k", json!("*b")),
        ("Bool", "x:b", json!("true")),
        ("NumericLessThan", "x:n", json!(["5", "2.5"])),
        (
            "StringEquals",
            "aws:PrincipalArn",
            json!([cast::ROLE, cast::ALICE]),
        ),
    ]);
    let one = (set, operator, any::<bool>()).prop_map(|(set, (operator, key, wanted), exists)| {
        let exists = if exists { "IfExists" } else { "" };
        json!({format!("{set}{operator}{exists}"): {key: wanted}})
    });
    let null = any::<bool>().prop_map(|is| json!({"Null": {"x:k": is.to_string()}}));
    proptest::option::weighted(0.4, prop_oneof![4 => one, 1 => null])
}

fn principals() -> impl Strategy<Value = Value> {
    let aws = subsequence(
        vec![
            cast::ALICE,
            cast::ROLE,
            cast::SESSION,
            cast::ALICE_ID,
            cast::ROLE_ID,
            cast::SESSION_ID,
            "AIDAGONE000000000EXAMPLE",
            cast::ROOT,
            cast::MALLORY,
            cast::AWAY,
            cast::HOME,
        ],
        1..4,
    );
    prop_oneof![
        1 => Just(json!("*")),
        1 => Just(json!({"AWS": "*"})),
        4 => aws.clone().prop_map(|aws| json!({"AWS": aws})),
        1 => aws.prop_map(|aws| json!({"AWS": aws, "Service": "logs.amazonaws.com"})),
    ]
}

fn statement(names_principals: bool) -> impl Strategy<Value = Value> {
    let some = |of: &'static [&'static str]| subsequence(of, 1..3);
    (
        prop::bool::weighted(0.8),
        (prop::bool::weighted(0.85), some(ACTION_PATTERNS)),
        (prop::bool::weighted(0.85), some(RESOURCE_PATTERNS)),
        (prop::bool::weighted(0.8), principals()),
        conditions(),
    )
        .prop_map(move |(allow, action, resource, principal, condition)| {
            let mut statement = json!({"Effect": if allow { "Allow" } else { "Deny" }});
            let name = |is: bool, name: &str| {
                if is {
                    name.to_owned()
                } else {
                    format!("Not{name}")
                }
            };
            statement[name(action.0, "Action")] = json!(action.1);
            statement[name(resource.0, "Resource")] = json!(resource.1);
            if names_principals {
                statement[name(principal.0 || allow, "Principal")] = principal.1;
            }
            if let Some(condition) = condition {
                statement["Condition"] = condition;
            }
            statement
        })
}

fn document(names_principals: bool) -> impl Strategy<Value = Value> {
    vec(statement(names_principals), 1..4)
        .prop_map(|statements| json!({"Version": "2012-10-17", "Statement": statements}))
}

fn documents() -> impl Strategy<Value = Documents> {
    (
        vec(document(false), 0..2),
        proptest::option::weighted(0.8, document(true)),
        any::<bool>(),
        prop_oneof![
            2 => Just(Vec::new()),
            1 => subsequence(vec![cast::ALICE, cast::ROLE, cast::SESSION, cast::MALLORY, cast::AWAY_ROOT, "logs.amazonaws.com"], 1..3),
        ],
        vec(document(false), 0..4),
        proptest::option::weighted(0.3, document(false)),
        proptest::option::weighted(0.3, vec(document(false), 0..3)),
    )
        .prop_map(|(organization, resource, is_key, grantees, identity, boundary, session)| {
            let is_key = is_key && resource.is_some();
            Documents {
                organization,
                resource,
                is_key,
                grantees: if is_key { grantees } else { Vec::new() },
                identity,
                boundary,
                session,
            }
        })
}

fn asked() -> impl Strategy<Value = Asked> {
    let key = |name: &'static str, values: Vec<Vec<&'static str>>| {
        proptest::option::weighted(0.6, select(values)).prop_map(move |v| v.map(|v| (name, v)))
    };
    (
        select(WHO),
        select(ACTIONS),
        select(vec![cast::KEY, KEY_2, "*"]),
        key(
            "x:k",
            vec![
                vec!["a"],
                vec!["ab"],
                vec!["b"],
                vec![],
                vec!["a", "b"],
                vec!["b", "c"],
            ],
        ),
        key("x:v", vec![vec!["b"], vec!["a", "b"]]),
        key("x:b", vec![vec!["true"], vec!["False"]]),
        key("x:n", vec![vec!["3"], vec!["5"], vec!["x"]]),
        key(
            "aws:PrincipalTag/T",
            vec![vec!["Alice"], vec!["a"], vec!["*"]],
        ),
    )
        .prop_map(|(who, action, resource, k, v, b, n, tag)| Asked {
            who,
            action,
            resource,
            context: [k, v, b, n, tag].into_iter().flatten().collect(),
        })
}

fn compile(kind: PolicyKind, document: &Value) -> Arc<Policy> {
    let compiled = Policy::shared(kind, "", &document.to_string());
    compiled.unwrap_or_else(|error| panic!("{error}: {} {document}", error.detail()))
}

/// What ours decides, asked both ways.
fn decide(documents: &Documents, asked: &Asked) -> Decision {
    let all = |kind, documents: &[Value]| -> Vec<Arc<Policy>> {
        let compiled = documents.iter().map(|document| compile(kind, document));
        compiled.collect()
    };
    let organization = all(PolicyKind::ServiceControl, &documents.organization);
    let levels: Vec<&[Arc<Policy>]> = organization.iter().map(std::slice::from_ref).collect();
    let identity = all(PolicyKind::Managed, &documents.identity);
    let boundary = documents.boundary.as_ref();
    let boundary = boundary.map(|document| compile(PolicyKind::Managed, document));
    let session = documents.session.as_ref();
    let session = session.map(|documents| all(PolicyKind::Session, documents));
    let kind = match documents.is_key {
        true => PolicyKind::Key,
        false => PolicyKind::Resource,
    };
    let resource = documents.resource.as_ref();
    let resource = resource.map(|document| compile(kind, document));
    let grants: Vec<Grant<'_>> = documents
        .grantees
        .iter()
        .map(|grantee_principal| Grant {
            grant_id: "",
            grantee_principal,
        })
        .collect();
    let mut context = RequestContext::default();
    for (key, values) in &asked.context {
        match values.as_slice() {
            [one] => context.insert(key, *one),
            values => {
                let values: Vec<Scalar<'_>> = values.iter().map(|v| Scalar::from(*v)).collect();
                context.insert(key, ContextValue::from(values));
            }
        }
    }
    let request = Request {
        principal: cast::principal(asked.who),
        action: asked.action,
        resource: asked.resource,
        resource_account: documents
            .resource
            .is_some()
            .then(|| cast::HOME.parse().unwrap()),
        canonical_user_id: None,
        context: &context,
    };
    let policies = Policies {
        organization: &levels,
        resource: resource.as_deref(),
        grants: &grants,
        identity: &identity,
        boundary: boundary.as_deref(),
        session: session.as_deref(),
    };
    let evaluation = policy::evaluate(&request, &policies);
    let simulated = policy::simulate(&request, &policies);
    assert_eq!(simulated.evaluation.reason(), evaluation.reason());
    assert_eq!(
        evaluation.denial(&request, &policy::NamedBy::Arn).is_some(),
        evaluation.decision() != Decision::Allow
    );
    evaluation.decision()
}

fn rank(decision: Decision) -> u8 {
    match decision {
        Decision::ExplicitDeny => 0,
        Decision::ImplicitDeny => 1,
        Decision::Allow => 2,
    }
}

fn with_statement(document: &Value, statement: Value) -> Value {
    let mut document = document.clone();
    document["Statement"]
        .as_array_mut()
        .unwrap()
        .push(statement);
    document
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn it_decides_what_the_documentation_says(documents in documents(), asked in asked()) {
        prop_assert_eq!(decide(&documents, &asked), naive::decide(&documents, &asked));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_deny_more_never_allows(
        documents in documents(),
        asked in asked(),
        identity in statement(false),
        named in statement(true),
        place in 0..4,
    ) {
        let before = decide(&documents, &asked);
        let mut after = documents.clone();
        let mut deny = if place == 0 { named } else { identity };
        deny["Effect"] = json!("Deny");
        let place = match place {
            0 => after.resource.as_mut(),
            1 => after.identity.first_mut(),
            2 => after.boundary.as_mut(),
            _ => after.session.as_mut().and_then(|all| all.first_mut()),
        };
        prop_assume!(place.is_some());
        let place = place.unwrap();
        *place = with_statement(place, deny);
        prop_assert!(rank(decide(&after, &asked)) <= rank(before));
    }

    #[test]
    fn an_allow_more_never_denies(
        documents in documents(),
        asked in asked(),
        identity in statement(false),
        named in statement(true),
        place in 0..4,
    ) {
        let before = decide(&documents, &asked);
        let mut after = documents.clone();
        let mut allow = if place == 0 { named } else { identity };
        allow["Effect"] = json!("Allow");
        let except = allow.as_object_mut().unwrap().remove("NotPrincipal");
        if let Some(except) = except {
            allow["Principal"] = except;
        }
        let place = match place {
            0 => after.resource.as_mut(),
            1 => after.identity.first_mut(),
            2 => after.boundary.as_mut(),
            _ => after.session.as_mut().and_then(|all| all.first_mut()),
        };
        prop_assume!(place.is_some());
        let place = place.unwrap();
        *place = with_statement(place, allow);
        prop_assert!(rank(decide(&after, &asked)) >= rank(before));
    }

    #[test]
    fn a_boundary_and_session_policies_only_shrink(
        documents in documents(),
        asked in asked(),
        boundary in document(false),
        session in vec(document(false), 0..3),
        service_control in document(false),
    ) {
        let bare = Documents { boundary: None, session: None, ..documents };
        let before = rank(decide(&bare, &asked));
        let limits = [
            Documents { boundary: Some(boundary.clone()), ..bare.clone() },
            Documents { session: Some(session.clone()), ..bare.clone() },
            Documents { boundary: Some(boundary), session: Some(session), ..bare.clone() },
            {
                let mut organization = bare.organization.clone();
                organization.push(service_control);
                Documents { organization, ..bare.clone() }
            },
        ];
        for limited in limits {
            prop_assert!(rank(decide(&limited, &asked)) <= before);
        }
    }

    #[test]
    fn order_never_matters(documents in documents(), asked in asked()) {
        let before = decide(&documents, &asked);
        let mut after = documents;
        after.identity.reverse();
        after.organization.reverse();
        after.grantees.reverse();
        let session = after.session.iter_mut().flatten();
        let all = after.identity.iter_mut().chain(&mut after.organization);
        for document in all.chain(&mut after.resource).chain(&mut after.boundary).chain(session) {
            let statements = document["Statement"].as_array_mut().unwrap();
            statements.reverse();
            for statement in statements {
                for element in ["Action", "NotAction", "Resource", "NotResource"] {
                    if let Some(values) = statement.get_mut(element).and_then(Value::as_array_mut) {
                        values.reverse();
                    }
                }
            }
        }
        prop_assert_eq!(decide(&after, &asked), before);
    }

    #[test]
    fn root_is_stopped_by_an_explicit_deny_or_an_organization_only(
        documents in documents(),
        asked in asked(),
    ) {
        let asked = Asked { who: "Root", ..asked };
        let free = Documents { organization: Vec::new(), boundary: None, session: None, is_key: false, ..documents };
        prop_assert_ne!(decide(&free, &asked), Decision::ImplicitDeny);
    }
}
