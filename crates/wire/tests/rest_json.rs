//! restJson1 from the server's side: which operation a request asks for, and what is refused of it.
//! The cases are those of Smithy's suite for servers (URI conflicts, malformed requests), which is
//! not among the shared data.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use types::{RequestId, ServiceError};
use wire::{Limits, Model, ModelError, Request, Response, Value, json};

const LIMITS: Limits = Limits {
    body_bytes_max: 1 << 16,
};

const SHAPES: &str = r#""shapes": {
    "In": {"type": "structure", "members": {
      "Id": {"shape": "Integer", "location": "uri", "locationName": "Id"},
      "Number": {"shape": "Integer", "location": "querystring", "locationName": "number"},
      "Flag": {"shape": "Flag", "location": "querystring", "locationName": "flag"},
      "When": {"shape": "When", "location": "querystring", "locationName": "when"},
      "All": {"shape": "Table", "location": "querystring"},
      "Ratio": {"shape": "Ratio", "location": "header", "locationName": "X-Ratio"},
      "Since": {"shape": "When", "location": "header", "locationName": "X-Since"},
      "Json": {"shape": "Text", "location": "header", "locationName": "X-Json", "jsonvalue": true},
      "Meta": {"shape": "Table", "location": "headers", "locationName": "X-Meta-"},
      "Text": {"shape": "Text", "locationName": "text"},
      "Time": {"shape": "When", "locationName": "time"},
      "HttpTime": {"shape": "HttpTime", "locationName": "httpTime"},
      "Choice": {"shape": "Choice", "locationName": "choice"}}},
    "Choice": {"type": "structure", "union": true, "members": {
      "One": {"shape": "Integer", "locationName": "one"},
      "Two": {"shape": "Text", "locationName": "two"}}},
    "Out": {"type": "structure", "payload": "Body", "members": {
      "Code": {"shape": "Integer", "location": "statusCode"},
      "Head": {"shape": "Text", "location": "header", "locationName": "X-Head"},
      "Meta": {"shape": "Table", "location": "headers", "locationName": "X-Meta-"},
      "Body": {"shape": "Text"}}},
    "TextIn": {"type": "structure", "payload": "Body", "members": {"Body": {"shape": "Text"}}},
    "BlobIn": {"type": "structure", "required": ["Body"], "payload": "Body",
      "members": {"Body": {"shape": "Blob"}}},
    "Label": {"type": "structure", "members": {
      "Xyz": {"shape": "Text", "location": "uri", "locationName": "xyz"}}},
    "ValidationException": {"type": "structure", "exception": true,
      "error": {"httpStatusCode": 400}, "members": {"message": {"shape": "Text"},
      "reason": {"shape": "Reason"}, "fields": {"shape": "Fields"}}},
    "Reason": {"type": "string", "enum": ["CANNOT_PARSE", "FIELD_VALIDATION_FAILED"]},
    "Fields": {"type": "list", "member": {"shape": "Field"}},
    "Field": {"type": "structure", "members": {"name": {"shape": "Text"}, "message": {"shape": "Text"}}},
    "Integer": {"type": "integer", "max": 100}, "Text": {"type": "string"}, "Flag": {"type": "boolean"},
    "Ratio": {"type": "double"}, "Blob": {"type": "blob"}, "When": {"type": "timestamp"},
    "HttpTime": {"type": "timestamp", "timestampFormat": "rfc822"},
    "Table": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}}
  }"#;

fn model_of(operations: &[(&str, &str, &str, &str)]) -> Result<Model, ModelError> {
    let operations: Vec<String> = operations
        .iter()
        .map(|(name, method, uri, shapes)| {
            format!(
                r#""{name}": {{"http": {{"method": "{method}", "requestUri": "{uri}"}} {shapes}}}"#
            )
        })
        .collect();
    let operations = operations.join(",");
    Model::from_json(&format!(
        r#"{{"metadata": {{"protocol": "rest-json"}}, "operations": {{{operations}}}, {SHAPES}}}"#
    ))
}

const LABEL: &str = r#", "input": {"shape": "Label"}"#;

fn model() -> Model {
    model_of(&[
        (
            "Do",
            "POST",
            "/do/{Id}",
            r#", "input": {"shape": "In"}, "output": {"shape": "Out"}"#,
        ),
        ("Text", "POST", "/text", r#", "input": {"shape": "TextIn"}"#),
        ("Blob", "POST", "/blob", r#", "input": {"shape": "BlobIn"}"#),
        ("Nothing", "POST", "/nothing", ""),
    ])
    .unwrap()
}

struct Sent<'a> {
    uri: &'a str,
    headers: &'a [(&'a str, &'a str)],
    body: &'a str,
}

fn exchange(sent: &Sent<'_>) -> Result<Value, ServiceError> {
    let (path, query) = sent.uri.split_once('?').unwrap_or((sent.uri, ""));
    let request = Request {
        method: "POST",
        path,
        query,
        headers: sent.headers,
        body: sent.body.as_bytes(),
    };
    let model = model();
    let operation = model.read_operation(&request, LIMITS)?;
    let input = model.read_input(operation, &request, LIMITS)?;
    model.validate(operation, &input)?;
    Ok(input)
}

fn by_uri(uri: &str) -> Result<Value, ServiceError> {
    exchange(&Sent {
        uri,
        headers: &[],
        body: "",
    })
}

fn by_header(name: &str, value: &str) -> Result<Value, ServiceError> {
    exchange(&Sent {
        uri: "/do/1",
        headers: &[(name, value)],
        body: "",
    })
}

fn by_body(uri: &str, media_type: &str, body: &str) -> Result<Value, ServiceError> {
    exchange(&Sent {
        uri,
        headers: &[("content-type", media_type)],
        body,
    })
}

fn refused(read: Result<Value, ServiceError>, code: &str, status: u16) -> String {
    let error = read.unwrap_err();
    assert_eq!((&*error.code, error.status), (code, status), "{error}");
    error.message
}

fn header<'r>(response: &'r Response, name: &str) -> Option<&'r str> {
    let mut headers = response.headers.iter();
    let found = headers.find(|(header, _)| header == name)?;
    Some(&found.1)
}

#[test]
fn the_most_specific_operation_is_asked() {
    let model = model_of(&[
        ("AbcGreedy", "GET", "/abc/{xyz+}", LABEL),
        ("LabelBcdCde", "GET", "/{xyz}/bcd/cde", LABEL),
        ("AbcLabel", "GET", "/abc/{xyz}", LABEL),
        ("LabelBcdCdeQuery", "GET", "/{xyz}/bcd/cde?def=efg", LABEL),
        ("AbcLabelCde", "GET", "/abc/{xyz}/cde", LABEL),
        ("AbcLiteral", "GET", "/abc/def", ""),
        ("AbcBcdLabel", "GET", "/abc/bcd/{xyz}", LABEL),
        ("PutAbcLabel", "PUT", "/abc/{xyz}", LABEL),
        ("ListAbc", "GET", "/abc/", ""),
    ])
    .unwrap();
    for (asked, operation) in [
        ("GET /abc/bcd/cde", "AbcBcdLabel cde"),
        ("GET /abc/bcd/cde?def=efg", "AbcBcdLabel cde"),
        ("GET /abc/foo/cde", "AbcLabelCde foo"),
        ("GET /abc/foo/cde?def=efg", "AbcLabelCde foo"),
        ("GET /foo/bcd/cde", "LabelBcdCde foo"),
        ("GET /foo/bcd/cde?def=efg", "LabelBcdCdeQuery foo"),
        ("GET /foo/bcd/cde?x&def=efg", "LabelBcdCdeQuery foo"),
        ("GET /foo/bcd/cde?def=efgh", "LabelBcdCde foo"),
        ("GET /abc/def", "AbcLiteral "),
        ("GET /abc/foo", "AbcLabel foo"),
        ("GET /abc/foo/bar", "AbcGreedy foo/bar"),
        ("GET /abc/foo%2Fbar", "AbcLabel foo/bar"),
        ("PUT /abc/foo", "PutAbcLabel foo"),
        ("GET /abc", "ListAbc "),
        ("GET /abc/", "ListAbc "),
        ("PUT /abc", ""),
        ("DELETE /abc/foo", ""),
        ("GET /abc//foo", ""),
        ("GET /abc/../abc/foo", ""),
        ("GET /", ""),
        ("get /abc", ""),
    ] {
        let (method, uri) = asked.split_once(' ').unwrap();
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let request = Request {
            method,
            path,
            query,
            headers: &[],
            body: b"",
        };
        match model.read_operation(&request, LIMITS) {
            Ok(found) => {
                let input = model.read_input(found, &request, LIMITS).unwrap();
                let label = input.member("Xyz").and_then(Value::as_str);
                let told = format!("{} {}", found.name(), label.unwrap_or_default());
                assert_eq!(told, operation, "{asked}");
            }
            Err(error) => {
                assert_eq!(operation, "", "{asked}: {error}");
                assert_eq!(
                    (&*error.code, error.status),
                    ("UnknownOperationException", 404)
                );
            }
        }
    }
}

#[test]
fn a_model_whose_operations_cannot_be_told_apart_is_refused() {
    let error = model_of(&[
        ("A", "GET", "/a/{xyz}", LABEL),
        ("B", "GET", "/a/{xyz}/", LABEL),
    ]);
    assert_eq!(
        error.unwrap_err().to_string(),
        "the model's operation B has the same method and URI as A"
    );
    let error = model_of(&[("A", "GET", "/a/{nope}", LABEL)]);
    assert!(error.unwrap_err().to_string().contains("label `nope`"));
    assert!(matches!(
        model_of(&[("A", "GET", "//", "")]),
        Err(ModelError::Route { .. })
    ));
}

#[test]
fn text_that_is_no_value_of_its_shape_is_a_serialization_exception() {
    for text in [
        "true",
        "1.001",
        "2ABC",
        "0x42",
        "Infinity",
        "NaN",
        "%2B1",
        "9223372000000000000",
    ] {
        let message = refused(
            by_uri(&format!("/do/{text}")),
            "SerializationException",
            400,
        );
        assert!(
            message.ends_with("can not be converted to an Integer, at 'id'."),
            "{message}"
        );
        refused(
            by_uri(&format!("/do/1?number={text}")),
            "SerializationException",
            400,
        );
    }
    for flag in ["", "True", "1", "yes"] {
        refused(
            by_uri(&format!("/do/1?flag={flag}")),
            "SerializationException",
            400,
        );
    }
    for when in ["1515531081", "Tue,%2029%20Apr%202014%2018:30:38%20GMT"] {
        refused(
            by_uri(&format!("/do/1?when={when}")),
            "SerializationException",
            400,
        );
    }
    for since in ["1515531081.1234", "1985-04-12T23:20:50Z", ""] {
        refused(by_header("x-since", since), "SerializationException", 400);
    }
    for ratio in ["", "x", "inf", "1,2", "+1"] {
        refused(by_header("x-ratio", ratio), "SerializationException", 400);
    }
    for value in ["{}", "/w==", "e30"] {
        refused(by_header("x-json", value), "SerializationException", 400);
    }
    for body in [
        r#"{"time":"2014-04-29T18:30:38Z"}"#,
        r#"{"httpTime":1398796238}"#,
        r#"{"httpTime":"2014-04-29T18:30:38Z"}"#,
        r#"{"text":1}"#,
        "[]",
        r#"{"text":"a""#,
        r#"{"choice":{"one":2,"two":"three"}}"#,
        r#"{"choice":{"one":2,"unknown":"three"}}"#,
        r#"{"choice":{"unknown":"three"}}"#,
        r#"{"choice":{"one":null}}"#,
        r#"{"choice":{}}"#,
        r#"{"choice":["one"]}"#,
    ] {
        refused(
            by_body("/do/1", "application/json", body),
            "SerializationException",
            400,
        );
    }
    // The twins.
    for read in [
        by_uri("/do/-1?number=2&flag=true&when=2014-04-29T18:30:38Z"),
        by_header("X-Since", "Tue, 29 Apr 2014 18:30:38 GMT"),
        by_header("x-ratio", " -Infinity "),
        by_header("x-json", "e30="),
        by_body(
            "/do/1",
            "application/json; charset=utf-8",
            r#"{"time":1398796238.5,"httpTime":"Tue, 29 Apr 2014 18:30:38 GMT",
                "choice":{"__type":"x","one":2,"two":null}}"#,
        ),
    ] {
        read.unwrap();
    }
}

#[test]
fn what_is_there_twice_is_refused() {
    let message = refused(
        by_uri("/do/1?number=1&number=1"),
        "SerializationException",
        400,
    );
    assert!(message.contains("number is there more than once"));
    refused(by_uri("/do/1?x=1&x=1"), "SerializationException", 400);
    let twice = |name| {
        exchange(&Sent {
            uri: "/do/1",
            headers: &[(name, "1"), ("content-length", "0"), (name, "1")],
            body: "",
        })
    };
    refused(twice("x-ratio"), "SerializationException", 400);
    refused(twice("x-meta-a"), "SerializationException", 400);
    assert!(twice("x-other").is_ok());
    let body = r#"{"text":"a","text":"b"}"#;
    refused(
        by_body("/do/1", "application/json", body),
        "SerializationException",
        400,
    );
    // What lies elsewhere is not read from the body.
    let body = r#"{"Id":7,"number":8,"X-Ratio":9,"text":"a"}"#;
    let input = by_body("/do/1", "application/json", body).unwrap();
    assert_eq!(json::to_string(&input), r#"{"Id":1,"Text":"a"}"#);
}

#[test]
fn a_query_string_that_can_be_read_in_two_ways_is_refused() {
    for query in ["number=1+", "a=%zz", "a=%ff"] {
        let uri = format!("/do/1?{query}");
        refused(by_uri(&uri), "SerializationException", 400);
    }
    let long = format!("/do/1?{}", "a=1&".repeat(1001));
    assert!(refused(by_uri(&long), "SerializationException", 400).contains("too many"));
    let input = by_uri("/do/1?a=b%2Bc&d&&e==").unwrap();
    assert_eq!(
        json::to_string(&input),
        r#"{"Id":1,"All":{"a":"b+c","d":"","e":"="}}"#
    );
}

#[test]
fn a_body_of_another_type_is_refused() {
    for (uri, media_type) in [
        ("/do/1", "application/hal+json"),
        ("/do/1", "application/x-amz-json-1.1"),
        ("/do/1", "text/plain"),
        ("/text", "application/json"),
    ] {
        refused(
            by_body(uri, media_type, "{}"),
            "UnsupportedMediaTypeException",
            415,
        );
    }
    let read = |uri, media_type| json::to_string(&by_body(uri, media_type, "{}").unwrap());
    assert_eq!(read("/do/1", ""), r#"{"Id":1}"#);
    assert_eq!(read("/text", "text/plain"), r#"{"Body":"{}"}"#);
    assert_eq!(read("/blob", "image/png"), r#"{"Body":"e30="}"#);
    // Nothing is read of a body that nobody asks for.
    assert_eq!(read("/nothing", "application/json"), "{}");
}

#[test]
fn a_body_is_a_member_as_it_is() {
    let model = model();
    let request = Request {
        method: "POST",
        path: "/text",
        query: "",
        headers: &[],
        body: b"\xff",
    };
    let operation = model.read_operation(&request, LIMITS).unwrap();
    let error = model.read_input(operation, &request, LIMITS).unwrap_err();
    assert_eq!(error.code, "SerializationException");
    // Without a body the member is absent, or empty where it must be there.
    assert_eq!(json::to_string(&by_uri("/text").unwrap()), "{}");
    assert_eq!(json::to_string(&by_uri("/blob").unwrap()), r#"{"Body":""}"#);
    let long = "x".repeat(LIMITS.body_bytes_max + 1);
    refused(
        by_body("/blob", "", &long),
        "RequestEntityTooLargeException",
        413,
    );
}

#[test]
fn an_output_s_members_cannot_break_its_head() {
    let model = model();
    let operation = model.operation("Do").unwrap();
    let output = |text: &str| {
        let value = json::parse(text.as_bytes()).unwrap();
        model.write_output(operation, &value, RequestId::from_random([1; 16]))
    };
    let response = output(
        r#"{"Code":202,"Head":"a\r\nSet-Cookie: b","Meta":{"k":"é\n","a b":"x","":"y"},"Body":"t"}"#,
    );
    assert_eq!(response.status, 202);
    assert_eq!(header(&response, "X-Head"), Some("a  Set-Cookie: b"));
    assert_eq!(header(&response, "X-Meta-k"), Some("é "));
    assert_eq!(header(&response, "X-Meta-a b"), None);
    assert_eq!(header(&response, "Content-Type"), Some("text/plain"));
    assert_eq!(response.body, b"t");
    for (code, status) in [("1", 200), ("199", 200), ("600", 200), ("-1", 200)] {
        assert_eq!(output(&format!(r#"{{"Code":{code}}}"#)).status, status);
    }
    let response = output(r#"{"Code":204,"Body":"t"}"#);
    assert_eq!((response.status, response.body.len()), (204, 0));
    assert_eq!(header(&response, "Content-Type"), None);
}

#[test]
fn a_broken_constraint_is_told_in_the_error_that_the_api_declares() {
    let error = by_uri("/do/1000?number=2000").unwrap_err();
    assert_eq!(
        error.message,
        "2 validation errors detected: Value '1000' at 'id' failed to satisfy constraint: Member \
         must have value less than or equal to 100; Value '2000' at 'number' failed to satisfy \
         constraint: Member must have value less than or equal to 100"
    );
    let response = model().write_error(&error, RequestId::from_random([1; 16]));
    assert_eq!(response.status, 400);
    let code = header(&response, "X-Amzn-Errortype");
    assert_eq!(code, Some("ValidationException"));
    let body = json::parse(&response.body).unwrap();
    assert_eq!(
        body.member("reason"),
        Some(&Value::from("FIELD_VALIDATION_FAILED"))
    );
    let fields = body.member("fields").unwrap();
    assert_eq!(
        json::to_string(&fields.as_list().unwrap()[..1].to_vec().into()),
        r#"[{"name":"id","message":"Value '1000' at 'id' failed to satisfy constraint: Member must have value less than or equal to 100"}]"#
    );

    let other = SHAPES.replace("ValidationException\"", "BadRequestException\"");
    let other = Model::from_json(&format!(
        r#"{{"metadata": {{"protocol": "rest-json"}}, "operations": {{"Do": {{
            "http": {{"method": "POST", "requestUri": "/do/{{Id}}"}},
            "input": {{"shape": "In"}}}}}}, {other}}}"#
    ))
    .unwrap();
    let input = Value::Map(vec![("Id".to_owned(), Value::Integer(1000))]);
    let error = other.validate(other.operation("Do").unwrap(), &input);
    assert_eq!(error.unwrap_err().code, "BadRequestException");
}
