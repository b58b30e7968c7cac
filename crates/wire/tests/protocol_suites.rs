//! botocore's protocol compliance suites, judged from the server's side: input cases are read
//! backwards (the serialized request must give the parameters), output cases forwards (the result
//! must give the response). What only a client can be asked is listed with its reason.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::collections::BTreeMap;

use types::{RequestId, ServiceError, Time};
use wire::{Kind, Limits, Model, Request, ShapeId, Value, json};

const LIMITS: Limits = Limits {
    body_bytes_max: 1 << 20,
};

const GZIP: &str = "the client compresses; the suite has no body, and wire gets it inflated";
const EXTRA: &str = "a client must skip what it does not know; a server never writes it";
const FOREIGN: &str = "how other frameworks name an error; the suite: \"only by clients\"";
const NO_BODY: &str = "a client must read an empty body; a server writes an object";

/// Cases that a server cannot be asked, with the reason; with the folder where the suites of both
/// sides use one name.
const CLIENT_ONLY: &[(&str, &str)] = &[
    ("SDKAppliedContentEncoding_awsJson1_0", GZIP),
    (
        "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0",
        GZIP,
    ),
    ("SDKAppliedContentEncoding_awsJson1_1", GZIP),
    (
        "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1",
        GZIP,
    ),
    ("SDKAppliedContentEncoding_awsQuery", GZIP),
    (
        "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery",
        GZIP,
    ),
    (
        "QueryProtocolIdempotencyTokenAutoFill",
        "the client makes the token up",
    ),
    (
        "QueryEmptyQueryMaps",
        "an empty map is not on the wire, so it cannot be read back",
    ),
    ("AwsJson11DateTimeWithNegativeOffset", "a server writes UTC"),
    ("AwsJson11DateTimeWithPositiveOffset", "a server writes UTC"),
    ("AwsQueryDateTimeWithNegativeOffset", "a server writes UTC"),
    ("AwsQueryDateTimeWithPositiveOffset", "a server writes UTC"),
    ("handles_unexpected_json_output", EXTRA),
    ("AwsJson10HandlesUnexpectedJsonOutput", EXTRA),
    ("AwsJson11DeserializeIgnoreType", EXTRA),
    ("AwsJson10DeserializeIgnoreType", EXTRA),
    ("AwsJson10DeserializeAllowNulls", EXTRA),
    ("AwsJson11StructuresDontDeserializeNullValues", EXTRA),
    ("json_1_1_service_responds_with_no_payload", NO_BODY),
    ("AwsJson10ServiceRespondsWithNoPayload", NO_BODY),
    ("output/QueryEmptyInputAndEmptyOutput", NO_BODY),
    ("output/QueryNoInputAndNoOutput", NO_BODY),
    ("output/QueryNoInputAndOutput", NO_BODY),
    ("AwsJson10FooErrorUsingXAmznErrorType", FOREIGN),
    ("AwsJson10FooErrorUsingXAmznErrorTypeWithUri", FOREIGN),
    (
        "AwsJson10FooErrorUsingXAmznErrorTypeWithUriAndNamespace",
        FOREIGN,
    ),
    ("AwsJson10FooErrorUsingCode", FOREIGN),
    ("AwsJson10FooErrorUsingCodeAndNamespace", FOREIGN),
    ("AwsJson10FooErrorUsingCodeUriAndNamespace", FOREIGN),
    ("AwsJson11FooErrorUsingXAmznErrorType", FOREIGN),
    ("AwsJson11FooErrorUsingXAmznErrorTypeWithUri", FOREIGN),
    (
        "AwsJson11FooErrorUsingXAmznErrorTypeWithUriAndNamespace",
        FOREIGN,
    ),
    ("AwsJson11FooErrorUsingCode", FOREIGN),
    ("AwsJson11FooErrorUsingCodeAndNamespace", FOREIGN),
    ("AwsJson11FooErrorUsingCodeUriAndNamespace", FOREIGN),
];

/// One case with the model of its suite.
struct Case {
    id: String,
    model: Model,
    operation: String,
    case: Value,
}

fn cases(file: &str) -> Vec<Case> {
    let path = format!(
        "{}/../../../shared/data/protocol/{file}",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut cases = Vec::new();
    for suite in json::parse(&text).unwrap().as_list().unwrap() {
        for case in suite.member("cases").unwrap().as_list().unwrap() {
            let given = case.member("given").unwrap();
            let operation = given.member("name").unwrap().as_str().unwrap().to_owned();
            let model = Value::Map(vec![
                (
                    "metadata".to_owned(),
                    suite.member("metadata").unwrap().clone(),
                ),
                (
                    "operations".to_owned(),
                    Value::Map(vec![(operation.clone(), given.clone())]),
                ),
                ("shapes".to_owned(), suite.member("shapes").unwrap().clone()),
            ]);
            cases.push(Case {
                id: case.member("id").unwrap().as_str().unwrap().to_owned(),
                model: Model::from_json(&json::to_string(&model)).unwrap(),
                operation,
                case: case.clone(),
            });
        }
    }
    cases
}

/// The suite's parameters (blobs as raw text, timestamps as seconds) as a value of the shape.
fn value_of(model: &Model, shape: ShapeId, given: &Value) -> Value {
    match (model.shape(shape).kind(), given) {
        (_, Value::Null) => Value::Null,
        (Kind::Structure(members), Value::Map(fields)) => Value::Map(
            fields
                .iter()
                .map(|(name, value)| {
                    let member = members.iter().find(|member| member.name() == name);
                    let member = member.unwrap_or_else(|| panic!("no member {name}"));
                    (name.clone(), value_of(model, member.shape(), value))
                })
                .filter(|(_, value)| *value != Value::Null)
                .collect(),
        ),
        (Kind::List(item), Value::List(items)) => Value::List(
            items
                .iter()
                .map(|value| value_of(model, item.shape(), value))
                .collect(),
        ),
        (Kind::Map(_, held), Value::Map(entries)) => Value::Map(
            entries
                .iter()
                .map(|(name, value)| (name.clone(), value_of(model, held.shape(), value)))
                .collect(),
        ),
        (Kind::Blob, Value::String(text)) => Value::Blob(text.clone().into_bytes()),
        (Kind::Timestamp, Value::Integer(seconds)) => {
            Value::Timestamp(Time::from_seconds(*seconds))
        }
        (Kind::Timestamp, Value::Float(seconds)) => Value::Timestamp(Time::from_millis(
            format!("{:.0}", seconds * 1000.0).parse().unwrap(),
        )),
        (Kind::Float, Value::Integer(number)) => Value::Float(*number as f64),
        (Kind::Float, Value::String(text)) => Value::Float(match text.as_str() {
            "NaN" => f64::NAN,
            "Infinity" => f64::INFINITY,
            "-Infinity" => f64::NEG_INFINITY,
            other => panic!("{other}"),
        }),
        (_, given) => given.clone(),
    }
}

/// The same but for the order of members, and with NaN equal to itself.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Map(one), Value::Map(other)) => {
            let other: BTreeMap<&str, &Value> = other
                .iter()
                .map(|(name, value)| (name.as_str(), value))
                .collect();
            one.len() == other.len()
                && one.iter().all(|(name, value)| {
                    other
                        .get(name.as_str())
                        .is_some_and(|other| same(value, other))
                })
        }
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Float(one), Value::Float(other)) => one == other || one.is_nan() && other.is_nan(),
        (Value::Float(float), Value::Integer(integer))
        | (Value::Integer(integer), Value::Float(float)) => *float == *integer as f64,
        (one, other) => one == other,
    }
}

/// Runs the cases of a file; answers how many were judged.
fn judge(file: &str, run: impl Fn(&Case) -> Result<(), String>) -> usize {
    let mut failures = Vec::new();
    let mut judged = 0;
    for case in cases(file) {
        let folder = file.split('/').next().unwrap();
        let placed = format!("{folder}/{}", case.id);
        let reason = CLIENT_ONLY
            .iter()
            .find(|(id, _)| *id == case.id || *id == placed);
        match (run(&case), reason) {
            (Ok(()), None) => judged += 1,
            (Ok(()), Some(_)) => failures.push(format!("{}: passes, strike it off", case.id)),
            (Err(_), Some(_)) => {}
            (Err(failure), None) => failures.push(format!("{}: {failure}", case.id)),
        }
    }
    assert!(failures.is_empty(), "{file}:\n{}", failures.join("\n"));
    judged
}

fn input_case(case: &Case) -> Result<(), String> {
    let serialized = case.case.member("serialized").unwrap();
    let text = |name: &str| serialized.member(name).and_then(Value::as_str);
    let mut headers: Vec<(&str, &str)> = serialized
        .member("headers")
        .and_then(Value::as_map)
        .unwrap_or_default()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
        .collect();
    let target = format!(
        "{}.{}",
        case.model.target_prefix().unwrap_or_default(),
        case.operation
    );
    if !headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("x-amz-target"))
    {
        headers.push(("X-Amz-Target", &target));
    }
    let request = Request {
        method: "POST",
        path: text("uri").unwrap_or("/"),
        query: "",
        headers: &headers,
        body: text("body").unwrap_or_default().as_bytes(),
    };
    let operation = case
        .model
        .read_operation(&request, LIMITS)
        .map_err(|error| error.to_string())?;
    assert_eq!(operation.name(), case.operation);
    let read = case
        .model
        .read_input(operation, &request, LIMITS)
        .map_err(|error| error.to_string())?;
    let params = case.case.member("params").unwrap();
    let expected = match operation.input() {
        Some(shape) => value_of(&case.model, shape, params),
        None => Value::Map(Vec::new()),
    };
    case.model
        .validate(operation, &read)
        .map_err(|error| error.to_string())?;
    if same(&read, &expected) {
        return Ok(());
    }
    Err(format!("read {read:?}, expected {expected:?}"))
}

fn respond(case: &Case) -> (wire::Response, &Value) {
    let id = RequestId::from_random([7; 16]);
    let response = case.case.member("response").unwrap();
    if let Some(code) = case.case.member("errorCode").and_then(Value::as_str) {
        let given = case
            .case
            .member("error")
            .and_then(Value::as_map)
            .unwrap_or_default();
        let message = case
            .case
            .member("errorMessage")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let shape = case.model.error_shape(code);
        let mut error = if shape.is_some_and(|shape| shape.error().unwrap().fault) {
            ServiceError::receiver(code.to_owned(), "")
        } else {
            ServiceError::sender(code.to_owned(), "")
        };
        message.clone_into(&mut error.message);
        for (name, value) in given {
            if !name.eq_ignore_ascii_case("message") {
                let text = value
                    .as_str()
                    .map_or_else(|| json::to_string(value), str::to_owned);
                error = error.with_member(name.clone().leak(), text);
            }
        }
        return (case.model.write_error(&error, id), response);
    }
    let operation = case.model.operation(&case.operation).unwrap();
    let given = case.case.member("result").unwrap();
    let output = match operation.output() {
        Some(shape) => value_of(&case.model, shape, given),
        None => given.clone(),
    };
    (case.model.write_output(operation, &output, id), response)
}

fn head(written: &wire::Response, expected: &Value) -> Result<(), String> {
    let status = expected.member("status_code").unwrap().as_i64().unwrap();
    if i64::from(written.status) != status {
        return Err(format!("status {}, expected {status}", written.status));
    }
    for (name, value) in expected
        .member("headers")
        .and_then(Value::as_map)
        .unwrap_or_default()
    {
        let found = written
            .headers
            .iter()
            .find(|(header, _)| header.eq_ignore_ascii_case(name));
        match found {
            Some((_, found)) if *found == value.as_str().unwrap() => {}
            // The request id is ours to choose; a request's header in a response is the suite's slip.
            _ if name.eq_ignore_ascii_case("x-amzn-requestid") => {}
            _ if name.eq_ignore_ascii_case("x-amz-target") => {}
            found => return Err(format!("header {name} is {found:?}, expected {value:?}")),
        }
    }
    Ok(())
}

fn json_output_case(case: &Case) -> Result<(), String> {
    let (written, expected) = respond(case);
    head(&written, expected)?;
    let mut read = json::parse(&written.body).unwrap();
    let text = expected
        .member("body")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let mut wanted = json::parse(text.as_bytes()).map_err(|error| error.to_string())?;
    // A namespace or a URI around the error's name is skipped by every client.
    for body in [&mut read, &mut wanted] {
        if let Value::Map(members) = body {
            for (_, value) in members.iter_mut().filter(|(name, _)| name == "__type") {
                let name = value.as_str().unwrap();
                let name = name
                    .split('#')
                    .next_back()
                    .unwrap()
                    .split(':')
                    .next()
                    .unwrap();
                *value = Value::from(name);
            }
        }
    }
    if same(&read, &wanted) {
        return Ok(());
    }
    Err(format!(
        "wrote {}, expected {text}",
        String::from_utf8_lossy(&written.body)
    ))
}

/// An element as text: name, namespace if it is not the document's own, children or text.
fn canonical(node: roxmltree::Node<'_, '_>, own: Option<&str>) -> String {
    let name = node.tag_name();
    let namespace = name
        .namespace()
        .filter(|namespace| Some(*namespace) != own)
        .unwrap_or("");
    let children: Vec<String> = node
        .children()
        .filter(|child| {
            child.is_element()
                && !matches!(child.tag_name().name(), "ResponseMetadata" | "RequestId")
        })
        .map(|child| canonical(child, own))
        .collect();
    let inside = if children.is_empty() {
        node.text().unwrap_or("").trim().to_owned()
    } else {
        children.join("")
    };
    format!("<{} {namespace}>{inside}</>", name.name())
}

fn xml_output_case(case: &Case) -> Result<(), String> {
    let (written, expected) = respond(case);
    head(&written, expected)?;
    let written = String::from_utf8(written.body).unwrap();
    let wanted = expected
        .member("body")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let tree = |text: &str| {
        let document = roxmltree::Document::parse(text).map_err(|error| error.to_string())?;
        let root = document.root_element();
        Ok::<_, String>(canonical(root, root.tag_name().namespace()))
    };
    let (read, wanted) = (tree(&written)?, tree(wanted)?);
    if read == wanted {
        return Ok(());
    }
    Err(format!("wrote {read}, expected {wanted}"))
}

#[test]
fn requests_of_the_suites_are_read_as_their_parameters() {
    assert_eq!(judge("input/json_1_0.json", input_case), 19);
    assert_eq!(judge("input/json.json", input_case), 52);
    assert_eq!(judge("input/json_1_0-query-compatible.json", input_case), 1);
    assert_eq!(judge("input/query.json", input_case), 34);
}

#[test]
fn results_and_errors_of_the_suites_are_written_as_their_responses() {
    assert_eq!(judge("output/json_1_0.json", json_output_case), 22);
    assert_eq!(judge("output/json.json", json_output_case), 46);
    assert_eq!(
        judge("output/json_1_0-query-compatible.json", json_output_case),
        2
    );
    assert_eq!(judge("output/query.json", xml_output_case), 33);
}
