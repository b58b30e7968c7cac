//! botocore's protocol compliance suites, judged from the server's side: input cases are read
//! backwards (the serialized request must give the parameters), output cases forwards (the result
//! must give the response). What only a client can be asked is listed with its reason.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use types::{RequestId, ServiceError, Time};
use wire::{Kind, Limits, Model, Protocol, Request, ShapeId, Value, cbor, json};

const LIMITS: Limits = Limits {
    body_bytes_max: 1 << 20,
};

const GZIP: &str = "the client compresses; the suite has no body, and wire gets it inflated";
const EXTRA: &str = "a client must skip what it does not know; a server never writes it";
const FOREIGN: &str = "how other frameworks name an error; the suite: \"only by clients\"";
const NO_BODY: &str = "a client must read an empty body; a server writes an object";

const EMPTY: &str = "what is empty is not on the wire, so it cannot be read back";
const ALL_PARAMETERS: &str =
    "a server puts all query parameters into the map: Smithy's suite has a twin for servers";
const EMPTY_PAYLOAD: &str = "the client sends {} for no payload; a server reads an empty structure";
const NO_OUTPUT: &str =
    "a client must skip a body and its type where there is no output; a server writes neither";
const DENSE: &str = "a client must skip null in a dense map; a server never writes it";

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
    (
        "RestJsonHostWithPath",
        "the client puts its endpoint's path before the operation's; ours has none",
    ),
    ("input/RestJsonHttpPrefixHeadersAreNotPresent", EMPTY),
    ("RestJsonOmitsEmptyListQueryValues", EMPTY),
    ("SDKAppliedContentEncoding_restJson1", GZIP),
    ("SDKAppendedGzipAfterProvidedEncoding_restJson1", GZIP),
    (
        "RestJsonQueryIdempotencyTokenAutoFill",
        "the client makes the token up",
    ),
    ("RestJsonQueryParamsStringListMap", ALL_PARAMETERS),
    ("RestJsonQueryPrecedence", ALL_PARAMETERS),
    ("RestJsonHttpWithEmptyStructurePayload", EMPTY_PAYLOAD),
    ("RestJsonHttpWithHeadersButNoPayload", EMPTY_PAYLOAD),
    ("RestJsonDateTimeWithNegativeOffset", "a server writes UTC"),
    ("RestJsonDateTimeWithPositiveOffset", "a server writes UTC"),
    ("RestJsonEmptyInputAndEmptyOutputJsonObjectOutput", NO_BODY),
    ("RestJsonGreetingWithErrorsNoPayload", NO_BODY),
    ("RestJsonHttpResponseCodeWithNoPayload", NO_BODY),
    ("RestJsonIgnoreQueryParamsInResponseNoPayload", NO_BODY),
    ("RestJsonNoInputAndOutputNoPayload", NO_BODY),
    ("RestJsonDeserializesDenseSetMapAndSkipsNull", DENSE),
    ("RestJsonDeserializeIgnoreType", EXTRA),
    ("RestJsonDoesntDeserializeNullStructureValues", EXTRA),
    ("RestJsonFooErrorUsingXAmznErrorTypeWithUri", FOREIGN),
    (
        "RestJsonFooErrorUsingXAmznErrorTypeWithUriAndNamespace",
        FOREIGN,
    ),
    ("RestJsonFooErrorUsingCode", FOREIGN),
    ("RestJsonFooErrorUsingCodeAndNamespace", FOREIGN),
    ("RestJsonFooErrorUsingCodeUriAndNamespace", FOREIGN),
    ("RestJsonFooErrorWithDunderType", FOREIGN),
    ("RestJsonFooErrorWithDunderTypeAndNamespace", FOREIGN),
    ("RestJsonFooErrorWithDunderTypeUriAndNamespace", FOREIGN),
    ("empty_output_no_body", NO_BODY),
    ("NoOutputClientAllowsEmptyCbor", NO_OUTPUT),
    ("NoOutputClientAllowsEmptyBody", NO_OUTPUT),
    ("RpcV2CborDeserializesDenseSetMapAndSkipsNull", DENSE),
    ("RpcV2CborClientDoesntDeserializeNullStructureValues", EXTRA),
    (
        "RpcV2CborExtraFieldsInTheBodyShouldBeSkippedByClients",
        EXTRA,
    ),
    (
        "RpcV2CborPayloadWithUnsetUnion",
        "the suite's slip: a Content-Length of 0 over another case's body",
    ),
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

/// The suites of the protocols that are served. The others are ec2 and rest-xml.
const FILES: &[&str] = &[
    "json",
    "json_1_0",
    "json_1_0-query-compatible",
    "query",
    "rest-json",
    "smithy-rpc-v2-cbor",
    "smithy-rpc-v2-cbor-query-compatible",
    "smithy-rpc-v2-cbor-non-query-compatible",
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
    let protocol = *case.model.protocols().first().unwrap();
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
    let has_target = |(name, _): &(&str, &str)| name.eq_ignore_ascii_case("x-amz-target");
    if protocol.is_aws_json() && !headers.iter().any(has_target) {
        headers.push(("X-Amz-Target", &target));
    }
    let uri = text("uri").unwrap_or("/");
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let body = text("body").unwrap_or_default();
    let body = match protocol {
        Protocol::RpcV2Cbor => BASE64.decode(body).unwrap(),
        _ => body.as_bytes().to_vec(),
    };
    let request = Request {
        method: text("method").unwrap_or("POST"),
        path,
        query,
        headers: &headers,
        body: &body,
    };
    assert_eq!(case.model.dialect(&request).protocol(), protocol);
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
            // The server's HTTP layer counts the body.
            _ if name.eq_ignore_ascii_case("content-length")
                && value.as_str().unwrap() == written.body.len().to_string() => {}
            found => return Err(format!("header {name} is {found:?}, expected {value:?}")),
        }
    }
    Ok(())
}

fn json_output_case(case: &Case) -> Result<(), String> {
    let (written, expected) = respond(case);
    head(&written, expected)?;
    let text = expected
        .member("body")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let read = json::parse(&written.body).unwrap();
    let wanted = json::parse(text.as_bytes()).map_err(|error| error.to_string())?;
    if same(&without_namespace(read), &without_namespace(wanted)) {
        return Ok(());
    }
    Err(format!(
        "wrote {}, expected {text}",
        String::from_utf8_lossy(&written.body)
    ))
}

/// A namespace or a URI around the error's name is skipped by every client.
fn without_namespace(mut body: Value) -> Value {
    if let Value::Map(members) = &mut body {
        for (_, value) in members.iter_mut().filter(|(name, _)| name == "__type") {
            let name = value.as_str().unwrap();
            let name = name.split('#').next_back().unwrap();
            *value = Value::from(name.split(':').next().unwrap());
        }
    }
    body
}

fn rest_json_output_case(case: &Case) -> Result<(), String> {
    let (written, expected) = respond(case);
    head(&written, expected)?;
    // Where the suite says nothing about the body, its content is in the head.
    let Some(wanted) = expected.member("body").and_then(Value::as_str) else {
        return Ok(());
    };
    let body = String::from_utf8(written.body.clone()).unwrap();
    let is_json = ("Content-Type".into(), "application/json".to_owned());
    let is_same = match written.headers.contains(&is_json) && !wanted.is_empty() {
        true => same(
            &json::parse(body.as_bytes()).unwrap(),
            &json::parse(wanted.as_bytes()).unwrap(),
        ),
        false => body == wanted,
    };
    if is_same {
        return Ok(());
    }
    Err(format!("wrote {body}, expected {wanted}"))
}

fn cbor_output_case(case: &Case) -> Result<(), String> {
    let (written, expected) = respond(case);
    head(&written, expected)?;
    let wanted = expected.member("body").and_then(Value::as_str).unwrap();
    let wanted = BASE64.decode(wanted).unwrap();
    if wanted.is_empty() || written.body.is_empty() {
        return match wanted == written.body {
            true => Ok(()),
            false => Err(format!("wrote {:?}, expected {wanted:?}", written.body)),
        };
    }
    let [read, wanted] =
        [&written.body, &wanted].map(|body| without_namespace(cbor::parse(body).unwrap()));
    if same(&read, &wanted) {
        return Ok(());
    }
    Err(format!("wrote {read:?}, expected {wanted:?}"))
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
fn every_exception_is_a_case_of_the_suites() {
    let mut known = Vec::new();
    for folder in ["input", "output"] {
        for file in FILES {
            let cases = cases(&format!("{folder}/{file}.json"));
            known.extend(cases.into_iter().flat_map(|case| {
                let placed = format!("{folder}/{}", case.id);
                [case.id, placed]
            }));
        }
    }
    for (id, _) in CLIENT_ONLY {
        assert!(known.iter().any(|known| known == id), "{id} is no case");
    }
}

#[test]
fn requests_of_the_suites_are_read_as_their_parameters() {
    assert_eq!(judge("input/json_1_0.json", input_case), 19);
    assert_eq!(judge("input/json.json", input_case), 52);
    assert_eq!(judge("input/json_1_0-query-compatible.json", input_case), 1);
    assert_eq!(judge("input/query.json", input_case), 34);
    assert_eq!(judge("input/rest-json.json", input_case), 103);
    for (file, judged) in [
        ("", 15),
        ("-query-compatible", 1),
        ("-non-query-compatible", 1),
    ] {
        let file = format!("input/smithy-rpc-v2-cbor{file}.json");
        assert_eq!(judge(&file, input_case), judged);
    }
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
    assert_eq!(judge("output/rest-json.json", rest_json_output_case), 73);
    for (file, judged) in [("", 28), ("-query-compatible", 2)] {
        let file = format!("output/smithy-rpc-v2-cbor{file}.json");
        assert_eq!(judge(&file, cbor_output_case), judged);
    }
}
