//! Documents that AWS refuses, with its texts, and documents that it takes. `=== kind` begins a kind
//! of policy; a document stands on one line, below it `-> ` and the text, or `-> accepted`.

use policy::{Policy, PolicyKind};

#[test]
fn documents_are_refused_in_aws_words_and_in_its_order() {
    let mut kind = None;
    let mut document = None;
    let mut wrong = Vec::new();
    let mut count = 0;
    for (number, line) in include_str!("malformed.txt").lines().enumerate() {
        if let Some(name) = line.strip_prefix("=== ") {
            kind = Some(match name {
                "managed" => PolicyKind::Managed,
                "inline" => PolicyKind::Inline,
                "session" => PolicyKind::Session,
                "resource" => PolicyKind::Resource,
                "key" => PolicyKind::Key,
                "trust" => PolicyKind::Trust,
                "organization" => PolicyKind::ServiceControl,
                other => panic!("no kind {other}"),
            });
        } else if let Some(expected) = line.strip_prefix("-> ") {
            let document = document.take().unwrap();
            let told = match Policy::parse(kind.unwrap(), "", document) {
                Ok(_) => "accepted".to_owned(),
                Err(refused) => {
                    assert!(!refused.detail().is_empty());
                    assert!(refused.position().column >= 1);
                    refused.to_string()
                }
            };
            count += 1;
            if told != expected {
                wrong.push(format!("{}: {document}\n  {told}", number + 1));
            }
        } else if !line.is_empty() && !line.starts_with('#') {
            document = Some(line);
        }
    }
    assert!(count > 100, "{count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_refusal_says_where_and_what_to_do() {
    let text = "{\"Version\": \"2012-10-17\",\n \"Statement\": {\"Effect\": \"Allow\",\n  \"Actions\": \"s3:*\"}}";
    let refused = Policy::parse(PolicyKind::Managed, "", text).unwrap_err();
    assert_eq!(refused.message(), "Syntax errors in policy.");
    assert_eq!(refused.detail(), "A statement has no element \"Actions\".");
    let position = refused.position();
    assert_eq!((position.line, position.column), (3, 3));
}

#[test]
fn a_document_is_as_long_as_the_model_lets_it_be_and_no_longer() {
    let document = |padding: usize| {
        format!(
            r#"{{"Version": "2012-10-17", "Id": "{}", "Statement": {{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}}}"#,
            "x".repeat(padding)
        )
    };
    let least = document(0).len();
    let parse = |text: &str| Policy::parse(PolicyKind::Managed, "", text);
    assert!(parse(&document(Policy::BYTES_MAX - least)).is_ok());
    let refused = parse(&document(Policy::BYTES_MAX - least + 1)).unwrap_err();
    assert_eq!(refused.to_string(), "Syntax errors in policy.");
    assert_eq!(refused.detail(), "A policy has at most 131072 bytes.");
}
