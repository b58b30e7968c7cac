//! Compiled web ACLs against a naive reading of the same JSON: no caches, no prefilters, no
//! targets, one recursive function.

use proptest::prelude::*;
use regex::bytes::RegexBuilder;
use wire::Value;

use crate::fixture::{OwnedRequest, Shelf, json, web_acl};
use crate::verdicts::shelf;

/// Words from which patterns and requests are made, so that they meet.
const WORDS: [&str; 12] = [
    "admin", "ADMIN", "select", "Sel", "%73elect", "union", "..", "/etc", "x", "1", " ", "&lt;",
];

fn word() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS.to_vec()), 1..3)
        .prop_map(|words| words.concat())
}

fn field() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        r#"{"UriPath": {}}"#,
        r#"{"QueryString": {}}"#,
        r#"{"Method": {}}"#,
        r#"{"SingleHeader": {"Name": "x-a"}}"#,
        r#"{"SingleQueryArgument": {"Name": "q"}}"#,
        r#"{"AllQueryArguments": {}}"#,
        r#"{"Body": {}}"#,
        r#"{"Cookies": {"MatchPattern": {"All": {}}, "MatchScope": "VALUE", "OversizeHandling": "CONTINUE"}}"#,
    ])
    .prop_map(str::to_owned)
}

fn transformations() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "NONE",
        "LOWERCASE",
        "URL_DECODE",
        "TRIM",
        "HTML_ENTITY_DECODE",
        "NORMALIZE_PATH",
    ]);
    prop::collection::vec(names, 1..4).prop_map(|names| {
        let items = names
            .iter()
            .enumerate()
            .map(|(at, name)| format!(r#"{{"Priority": {at}, "Type": "{name}"}}"#));
        format!(
            r#""TextTransformations": [{}]"#,
            items.collect::<Vec<_>>().join(",")
        )
    })
}

fn leaf() -> impl Strategy<Value = String> {
    let position = prop::sample::select(vec![
        "EXACTLY",
        "STARTS_WITH",
        "ENDS_WITH",
        "CONTAINS",
        "CONTAINS_WORD",
    ]);
    let byte = (word(), position, field(), transformations()).prop_map(|(search, position, field, chain)| {
        format!(r#"{{"ByteMatchStatement": {{"SearchString": "{search}", "PositionalConstraint": "{position}", "FieldToMatch": {field}, {chain}}}}}"#)
    });
    let pattern = prop_oneof![
        word().prop_map(|word| word.replace('.', r"\\.")),
        (word(), word()).prop_map(|(one, two)| format!(
            "(?i)({}|{})",
            one.replace('.', r"\\."),
            two.replace('.', r"\\.")
        )),
        word().prop_map(|word| format!("(?i){}.*[a-z]+$", word.replace('.', r"\\."))),
        Just("^[a-z]+$".to_owned()),
    ];
    let regex = (pattern, field(), transformations()).prop_map(|(pattern, field, chain)| {
        format!(r#"{{"RegexMatchStatement": {{"RegexString": "{pattern}", "FieldToMatch": {field}, {chain}}}}}"#)
    });
    let size = (0u32..8, prop::sample::select(vec!["EQ", "NE", "LE", "LT", "GE", "GT"]), field(), transformations()).prop_map(
        |(size, operator, field, chain)| {
            format!(r#"{{"SizeConstraintStatement": {{"Size": {size}, "ComparisonOperator": "{operator}", "FieldToMatch": {field}, {chain}}}}}"#)
        },
    );
    let label = prop::sample::select(vec!["l0", "l1", "l2"]).prop_map(|label| {
        format!(r#"{{"LabelMatchStatement": {{"Scope": "LABEL", "Key": "{label}"}}}}"#)
    });
    prop_oneof![4 => byte, 4 => regex, 1 => size, 1 => label, 1 => Just(r#"{"IPSetReferenceStatement": {"ARN": "set"}}"#.to_owned())]
}

fn statement() -> impl Strategy<Value = String> {
    leaf().prop_recursive(3, 12, 3, |inner| {
        let many = prop::collection::vec(inner.clone(), 2..4).prop_map(|all| all.join(","));
        prop_oneof![
            many.clone()
                .prop_map(|all| format!(r#"{{"AndStatement": {{"Statements": [{all}]}}}}"#)),
            many.prop_map(|all| format!(r#"{{"OrStatement": {{"Statements": [{all}]}}}}"#)),
            inner.prop_map(|one| format!(r#"{{"NotStatement": {{"Statement": {one}}}}}"#)),
        ]
    })
}

fn request() -> impl Strategy<Value = OwnedRequest> {
    let query = prop::collection::vec(
        (prop::sample::select(vec!["q", "Q", "r", ""]), word()),
        0..4,
    );
    (word(), query, word(), word(), word(), any::<bool>()).prop_map(
        |(path, query, header, cookie, body, listed)| {
            let query: Vec<String> = query
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            OwnedRequest {
                method: "GET".to_owned(),
                path: format!("/{path}").into_bytes(),
                query: query.join("&").into_bytes(),
                headers: vec![
                    ("X-A".to_owned(), header.into_bytes()),
                    ("cookie".to_owned(), format!("c={cookie}; d=x").into_bytes()),
                ],
                body: (body.len() > 4).then(|| body.into_bytes()),
                client_ip: if listed {
                    [192, 0, 2, 1]
                } else {
                    [10, 0, 0, 1]
                }
                .into(),
                ja3: None,
                fragment: None,
            }
        },
    )
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.member(name).and_then(Value::as_str).unwrap()
}

fn values(content: &Value, request: &OwnedRequest) -> Vec<Vec<u8>> {
    let (field, inner) = &content.member("FieldToMatch").unwrap().as_map().unwrap()[0];
    let query = String::from_utf8(request.query.clone()).unwrap();
    let arguments: Vec<(String, String)> = query
        .split('&')
        .filter(|argument| !argument.is_empty())
        .map(|argument| argument.split_once('=').unwrap_or((argument, "")))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let found: Vec<Vec<u8>> = match field.as_str() {
        "UriPath" => vec![request.path.clone()],
        "QueryString" => vec![request.query.clone()],
        "Method" => vec![request.method.clone().into_bytes()],
        "SingleHeader" => vec![request.headers[0].1.clone()],
        "SingleQueryArgument" => {
            let named = arguments
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case(text(inner, "Name")));
            named.map(|(_, value)| value.clone().into_bytes()).collect()
        }
        "AllQueryArguments" => arguments
            .iter()
            .map(|(_, value)| value.clone().into_bytes())
            .collect(),
        "Body" => vec![request.body.clone().unwrap_or_default()],
        "Cookies" => {
            let cookies = String::from_utf8(request.headers[1].1.clone()).unwrap();
            let cookies = cookies
                .split(';')
                .map(str::trim)
                .filter(|cookie| !cookie.is_empty());
            let values = cookies.map(|cookie| cookie.split_once('=').unwrap_or(("", cookie)).1);
            values.map(|value| value.as_bytes().to_vec()).collect()
        }
        other => panic!("{other}"),
    };
    let chain = content
        .member("TextTransformations")
        .unwrap()
        .as_list()
        .unwrap();
    let transformed = found.into_iter().map(|mut value| {
        for step in chain {
            let step = waf::Transformation::parse(text(step, "Type")).unwrap();
            value = step.apply(&value).unwrap_or(value);
        }
        value
    });
    transformed.collect()
}

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

fn matches(statement: &Value, request: &OwnedRequest, labels: &[String]) -> bool {
    let (kind, content) = &statement.as_map().unwrap()[0];
    let inner = |name: &str| content.member(name).unwrap().as_list().unwrap();
    match kind.as_str() {
        "AndStatement" => inner("Statements")
            .iter()
            .all(|one| matches(one, request, labels)),
        "OrStatement" => inner("Statements")
            .iter()
            .any(|one| matches(one, request, labels)),
        "NotStatement" => !matches(content.member("Statement").unwrap(), request, labels),
        "IPSetReferenceStatement" => shelf().ip_sets["set"].contains(request.client_ip),
        "LabelMatchStatement" => labels.contains(&text(content, "Key").to_owned()),
        "SizeConstraintStatement" => values(content, request).iter().any(|value| {
            let (length, size) = (
                value.len(),
                usize::try_from(content.member("Size").unwrap().as_i64().unwrap()).unwrap(),
            );
            match text(content, "ComparisonOperator") {
                "EQ" => length == size,
                "NE" => length != size,
                "LE" => length <= size,
                "LT" => length < size,
                "GE" => length >= size,
                _ => length > size,
            }
        }),
        "RegexMatchStatement" => {
            let regex = RegexBuilder::new(text(content, "RegexString"))
                .unicode(false)
                .build()
                .unwrap();
            values(content, request)
                .iter()
                .any(|value| regex.is_match(value))
        }
        "ByteMatchStatement" => {
            let Some(Value::Blob(search)) = content.member("SearchString") else {
                panic!()
            };
            let at = |value: &[u8]| -> Vec<usize> {
                (0..value.len())
                    .filter(|start| value[*start..].starts_with(search))
                    .collect()
            };
            values(content, request).iter().any(|value| {
                match text(content, "PositionalConstraint") {
                    "EXACTLY" => value == search,
                    "STARTS_WITH" => value.starts_with(search),
                    "ENDS_WITH" => value.ends_with(search),
                    "CONTAINS" => !at(value).is_empty(),
                    _ => at(value).into_iter().any(|start| {
                        let before = start.checked_sub(1).and_then(|index| value.get(index));
                        !is_word(before) && !is_word(value.get(start + search.len()))
                    }),
                }
            })
        }
        other => panic!("{other}"),
    }
}

proptest! {
    #[test]
    fn agrees_with_a_naive_reading(
        statements in prop::collection::vec((statement(), any::<bool>()), 1..10),
        requests in prop::collection::vec(request(), 1..6),
    ) {
        let rules = statements.iter().enumerate().map(|(index, (statement, block))| {
            let action = if *block { "Block" } else { "Count" };
            let label = index % 3;
            format!(r#"{{"Name": "r{index}", "Priority": {index}, "Action": {{"{action}": {{}}}},
                "RuleLabels": [{{"Name": "l{label}"}}], "Statement": {statement}}}"#)
        });
        let rules = format!("[{}]", rules.collect::<Vec<_>>().join(","));
        let parsed = json(&rules);
        let web_acl = web_acl(&rules, &shelf()).unwrap();
        let rates = waf::RateCounters::new(0);
        for request in requests {
            let (mut labels, mut counted, mut blocked) = (Vec::new(), Vec::new(), None);
            for rule in parsed.as_list().unwrap() {
                if !matches(rule.member("Statement").unwrap(), &request, &labels) {
                    continue;
                }
                let given = text(&rule.member("RuleLabels").unwrap().as_list().unwrap()[0], "Name").to_owned();
                if !labels.contains(&given) {
                    labels.push(given);
                }
                if rule.member("Action").unwrap().member("Block").is_some() {
                    blocked = Some(text(rule, "Name").to_owned());
                    break;
                }
                counted.push(text(rule, "Name").to_owned());
            }
            let verdict = request.with(web_acl.body_limit(), |request| {
                web_acl.evaluate(request, &rates, types::Time::default()).unwrap()
            });
            let names: Vec<String> = verdict.non_terminating.iter().map(|found| found.rule.clone()).collect();
            prop_assert_eq!(names, counted);
            prop_assert_eq!(verdict.terminating.as_ref().map(|found| found.rule.clone()), blocked);
            let expected: Vec<String> = labels.iter().map(|label| format!("{}{label}", crate::fixture::NAMESPACE)).collect();
            prop_assert_eq!(verdict.labels, expected);
            for found in verdict.terminating.iter().chain(&verdict.non_terminating) {
                for piece in &found.evidence {
                    // What is shown as matched is what stands at its place.
                    prop_assert!(piece.value.windows(piece.matched.len().max(1)).any(|part| part == piece.matched) || piece.matched.is_empty());
                }
            }
        }
    }

    /// Neither compiling nor evaluating nonsense panics.
    #[test]
    fn nonsense_is_refused_not_fatal(text in "[\\[\\]{}:,\"a-zA-Z0-9 ]{0,200}") {
        let refused = wire::json::parse(text.as_bytes())
            .is_ok_and(|value| waf::check_capacity(&value, &Shelf::default()).is_err());
        let empty = matches!(text.split_whitespace().collect::<String>().as_str(), "[]" | "null");
        prop_assert!(!(refused && empty));
        // An error ends the walk.
        let errors = waf::JsonWalk::new(text.as_bytes()).filter(Result::is_err).count();
        prop_assert!(errors <= 1);
    }

    /// The walk yields what a tree would, in the same order.
    #[test]
    fn json_walk_agrees_with_a_tree(text in json_text()) {
        let tree = wire::json::parse(text.as_bytes()).unwrap();
        let mut expected = Vec::new();
        flatten(&tree, String::new(), &mut expected);
        let mut walk = waf::JsonWalk::new(text.as_bytes());
        let mut found = Vec::new();
        while let Some(item) = walk.next() {
            let item = item.unwrap();
            found.push((walk.pointer(), item.kind == waf::JsonItemKind::Key, String::from_utf8(item.text.into_owned()).unwrap()));
        }
        prop_assert_eq!(found, expected);
    }
}

fn json_text() -> impl Strategy<Value = String> {
    let string = "[a-z/~\u{e9}]{0,4}(\\\\n|\\\\u00e9|\\\\ud83d\\\\ude00|\\\\\\\\)?";
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        (-50i32..50).prop_map(|number| number.to_string()),
        string.prop_map(|text| format!("\"{text}\"")),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[ {} ]", items.join(" ,"))),
            prop::collection::vec(inner, 0..4).prop_map(|items| {
                let members = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| format!("\"k{index}/~\" : {item}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }),
        ]
    })
}

fn flatten(value: &Value, pointer: String, out: &mut Vec<(String, bool, String)>) {
    let scalar = match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                flatten(item, format!("{pointer}/{index}"), out);
            }
            return;
        }
        Value::Map(members) => {
            for (name, member) in members {
                let below = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                out.push((below.clone(), true, name.clone()));
                flatten(member, below, out);
            }
            return;
        }
        other => panic!("{other:?}"),
    };
    out.push((pointer, false, scalar));
}
