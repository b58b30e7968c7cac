//! Validation messages against recorded answers of AWS: for inputs that break a constraint, our
//! text must be one of the recorded ones (enum sets in any order).

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::collections::BTreeSet;

use wire::{Limits, Model, Request, Value, json};

const LIMITS: Limits = Limits {
    body_bytes_max: 1 << 20,
};

/// The constraints of the operations that the recordings break, as AWS's models have them.
const MODEL: &str = r#"{
  "metadata": {"protocol": "json", "jsonVersion": "1.1", "targetPrefix": "T"},
  "operations": {
    "GenerateMac": {"input": {"shape": "GenerateMacRequest"}},
    "GenerateRandom": {"input": {"shape": "GenerateRandomRequest"}},
    "Encrypt": {"input": {"shape": "EncryptRequest"}},
    "TagResource": {"input": {"shape": "TagResourceRequest"}},
    "PutTargets": {"input": {"shape": "PutTargetsRequest"}},
    "CreateConnection": {"input": {"shape": "CreateConnectionRequest"}},
    "CreateApiDestination": {"input": {"shape": "CreateApiDestinationRequest"}}
  },
  "shapes": {
    "GenerateMacRequest": {"type": "structure", "members": {"MacAlgorithm": {"shape": "MacAlgorithmSpec"}}},
    "MacAlgorithmSpec": {"type": "string", "enum": ["HMAC_SHA_224", "HMAC_SHA_256", "HMAC_SHA_384", "HMAC_SHA_512"]},
    "GenerateRandomRequest": {"type": "structure", "members": {"NumberOfBytes": {"shape": "NumberOfBytesType"}}},
    "NumberOfBytesType": {"type": "integer", "min": 1, "max": 1024},
    "EncryptRequest": {"type": "structure", "members": {"Plaintext": {"shape": "PlaintextType"}}},
    "PlaintextType": {"type": "blob", "min": 1, "max": 4096, "sensitive": true},
    "TagResourceRequest": {"type": "structure", "required": ["Tags"], "members": {"Tags": {"shape": "TagList"}}},
    "TagList": {"type": "list", "member": {"shape": "Tag"}},
    "Tag": {"type": "structure", "required": ["TagKey", "TagValue"], "members": {"TagKey": {"shape": "TagKeyType"}, "TagValue": {"shape": "TagValueType"}}},
    "TagKeyType": {"type": "string", "min": 1, "max": 128},
    "TagValueType": {"type": "string", "min": 0, "max": 256},
    "PutTargetsRequest": {"type": "structure", "members": {"Targets": {"shape": "TargetList"}}},
    "TargetList": {"type": "list", "min": 1, "max": 100, "member": {"shape": "Target"}},
    "Target": {"type": "structure", "members": {"Id": {"shape": "TargetId"}}},
    "TargetId": {"type": "string", "min": 1, "max": 64, "pattern": "[\\.\\-_A-Za-z0-9]+"},
    "CreateConnectionRequest": {"type": "structure", "members": {"Name": {"shape": "ConnectionName"}, "AuthorizationType": {"shape": "AuthorizationType"}}},
    "ConnectionName": {"type": "string", "min": 1, "max": 64, "pattern": "[\\.\\-_A-Za-z0-9]+"},
    "AuthorizationType": {"type": "string", "enum": ["BASIC", "OAUTH_CLIENT_CREDENTIALS", "API_KEY"]},
    "CreateApiDestinationRequest": {"type": "structure", "members": {"ConnectionArn": {"shape": "ConnectionArn"}, "HttpMethod": {"shape": "HttpMethod"}}},
    "ConnectionArn": {"type": "string", "min": 1, "max": 1600, "pattern": "^arn:aws([a-z]|\\-)*:events:([a-z]|\\d|\\-)*:([0-9]{12})?:connection\\/[\\.\\-_A-Za-z0-9]+\\/[\\-A-Za-z0-9]+$"},
    "HttpMethod": {"type": "string", "enum": ["POST", "GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"]}
  }
}"#;

fn shared(path: &str) -> String {
    format!("{}/../../../shared/data/{path}", env!("CARGO_MANIFEST_DIR"))
}

/// Every recorded validation message, with enum sets sorted.
fn recorded() -> BTreeSet<String> {
    let mut messages = BTreeSet::new();
    for file in [
        "kms/test_kms.snapshot.json",
        "sts/test_sts.snapshot.json",
        "events/test_events.snapshot.json",
        "events/test_api_destinations_and_connection.snapshot.json",
    ] {
        let path = shared(&format!("aws-recordings/{file}"));
        let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        collect(&json::parse(&text).unwrap(), &mut messages);
    }
    assert!(messages.len() > 12, "{}", messages.len());
    messages
}

fn collect(value: &Value, messages: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if text.contains("failed to satisfy constraint") => {
            messages.insert(sorted_sets(text));
        }
        Value::List(items) => items.iter().for_each(|item| collect(item, messages)),
        Value::Map(members) => members
            .iter()
            .for_each(|(_, value)| collect(value, messages)),
        _ => {}
    }
}

fn sorted_sets(text: &str) -> String {
    let marker = "enum value set: [";
    let mut parts = text.split(marker);
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (set, rest) = part.split_once(']').unwrap();
        let mut values: Vec<&str> = set.split(", ").collect();
        values.sort_unstable();
        out.push_str(&format!("{marker}{}]{rest}", values.join(", ")));
    }
    out
}

fn told(model: &Model, operation: &str, input: &str) -> String {
    let operation = model.operation(operation).unwrap();
    let request = Request {
        method: "POST",
        path: "/",
        query: "",
        headers: &[],
        body: input.as_bytes(),
    };
    let input = model.read_input(operation, &request, LIMITS).unwrap();
    let error = model.validate(operation, &input).unwrap_err();
    assert_eq!(error.status, 400);
    error.message
}

#[test]
fn broken_constraints_are_told_as_aws_was_recorded_telling_them() {
    let recorded = recorded();
    let model = Model::from_json(MODEL).unwrap();
    let long_blob = format!(r#"{{"Plaintext":"{}"}}"#, "AAAA".repeat(1366));
    let v = "v".repeat(257);
    let long_tag_value = format!(r#"{{"Tags":[{{"TagKey":"k","TagValue":"{v}"}}]}}"#);
    for (operation, input) in [
        ("GenerateMac", r#"{"MacAlgorithm":"INVALID"}"#),
        ("GenerateRandom", r#"{"NumberOfBytes":1025}"#),
        ("GenerateRandom", r#"{"NumberOfBytes":0}"#),
        ("Encrypt", &long_blob),
        ("PutTargets", r#"{"Targets":[{"Id":"!@#$@!#$"}]}"#),
        (
            "CreateConnection",
            r#"{"Name":"Invalid Name With Spaces!"}"#,
        ),
        (
            "CreateConnection",
            r#"{"Name":"ok","AuthorizationType":"INVALID_AUTH_TYPE"}"#,
        ),
        (
            "CreateConnection",
            r#"{"Name":"This should fail with two errors 123467890123412341234123412341234",
                "AuthorizationType":"INVALID"}"#,
        ),
        (
            "CreateApiDestination",
            r#"{"ConnectionArn":"invalid-connection-arn","HttpMethod":"INVALID_METHOD"}"#,
        ),
    ] {
        let message = sorted_sets(&told(&model, operation, input));
        assert!(recorded.contains(&message), "not recorded: {message}");
    }
    // The recorded value's length is the recorder's; the text around it is AWS's.
    let message = told(&model, "TagResource", &long_tag_value).replace(&v, "");
    let shape = |text: &String| text.replace(['v'], "");
    assert!(
        recorded.iter().any(|text| shape(text) == shape(&message)),
        "{message}"
    );
}

#[test]
fn a_model_of_aws_s_own_gives_the_recorded_text_in_a_query_api() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../iam/src/sts/model.json");
    let model = Model::from_json(&std::fs::read_to_string(path).unwrap()).unwrap();
    let body = "Action=AssumeRole&Version=2011-06-15&RoleSessionName=Session1%3A2\
                &RoleArn=arn%3Aaws%3Aiam%3A%3A111111111111%3Arole%2Fr";
    let request = Request {
        method: "POST",
        path: "/",
        query: "",
        headers: &[],
        body: body.as_bytes(),
    };
    let operation = model.read_operation(&request, LIMITS).unwrap();
    let input = model.read_input(operation, &request, LIMITS).unwrap();
    let error = model.validate(operation, &input).unwrap_err();
    assert_eq!(error.code, "ValidationError");
    assert!(recorded().contains(&error.message), "{}", error.message);
}

#[test]
fn absent_null_and_nested_members_are_told_with_their_place() {
    let model = Model::from_json(MODEL).unwrap();
    let null = "1 validation error detected: Value null at 'tags' failed to satisfy constraint: \
                Member must not be null";
    assert_eq!(told(&model, "TagResource", "{}"), null);
    assert_eq!(told(&model, "TagResource", r#"{"Tags":null}"#), null);
    assert_eq!(
        told(
            &model,
            "TagResource",
            r#"{"Tags":[{"TagKey":"a","TagValue":"b"},{"TagKey":""}]}"#
        ),
        "2 validation errors detected: Value '' at 'tags.2.member.tagKey' failed to satisfy \
         constraint: Member must have length greater than or equal to 1; Value null at \
         'tags.2.member.tagValue' failed to satisfy constraint: Member must not be null"
    );
    assert_eq!(
        told(&model, "PutTargets", r#"{"Targets":[]}"#),
        "1 validation error detected: Value '[]' at 'targets' failed to satisfy constraint: \
         Member must have length greater than or equal to 1"
    );
}

#[test]
fn items_and_map_keys_are_told_with_all_their_constraints() {
    let model = Model::from_json(
        r#"{"metadata":{"protocol":"json","jsonVersion":"1.1"},
            "operations":{"Op":{"input":{"shape":"In"}}},
            "shapes":{
              "In":{"type":"structure","members":{"Names":{"shape":"Names"},"Bodies":{"shape":"Bodies"}}},
              "Names":{"type":"list","member":{"shape":"Name"}},
              "Name":{"type":"string","min":1,"max":3,"pattern":"^[a-z]*$"},
              "Bodies":{"type":"map","key":{"shape":"Name"},"value":{"shape":"Word"}},
              "Word":{"type":"string","enum":["A","B"]}}}"#,
    )
    .unwrap();
    let all = "Member must have length less than or equal to 3, Member must have length greater \
               than or equal to 1, Member must satisfy regular expression pattern: ^[a-z]*$";
    assert_eq!(
        told(&model, "Op", r#"{"Names":["ok","BAD"]}"#),
        format!(
            "1 validation error detected: Value '[ok, BAD]' at 'names' failed to satisfy \
             constraint: Member must satisfy constraint: [{all}]"
        )
    );
    assert_eq!(
        told(&model, "Op", r#"{"Bodies":{"long":"A"}}"#),
        format!(
            "1 validation error detected: Value '{{long=A}}' at 'bodies' failed to satisfy \
             constraint: Map keys must satisfy constraint: [{all}]"
        )
    );
    assert_eq!(
        told(&model, "Op", r#"{"Bodies":{"a":"C"}}"#),
        "1 validation error detected: Value '{a=C}' at 'bodies' failed to satisfy constraint: Map \
         value must satisfy constraint: [Member must satisfy enum value set: [A, B]]"
    );
    assert!(told(&model, "Op", r#"{"Names":[null]}"#).contains("at 'names'"));
}

#[test]
fn the_message_and_the_number_of_errors_are_bounded() {
    let model = Model::from_json(MODEL).unwrap();
    let tags = vec![r#"{"TagKey":"","TagValue":""}"#; 1000].join(",");
    let message = told(&model, "TagResource", &format!(r#"{{"Tags":[{tags}]}}"#));
    let count = wire::VALIDATION_ERRORS_MAX;
    assert!(message.starts_with(&format!("{count} validation errors detected")));
    assert_eq!(message.matches("at 'tags").count(), count);
    let long = "x ".repeat(100_000);
    let message = told(
        &model,
        "CreateConnection",
        &format!(r#"{{"Name":"{long}"}}"#),
    );
    assert!(message.len() < 4000, "{}", message.len());
}
