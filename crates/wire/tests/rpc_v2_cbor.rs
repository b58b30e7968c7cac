//! rpcv2Cbor from the server's side, and a service that speaks it beside awsJson: each request is
//! answered in its own protocol.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use types::{RequestId, ServiceError, Time};
use wire::{Limits, Model, Protocol, Request, Response, Value, cbor};

const LIMITS: Limits = Limits {
    body_bytes_max: 1 << 16,
};

fn model() -> Model {
    Model::from_json(
        r#"{"metadata": {"protocols": ["smithy-rpc-v2-cbor", "json"], "protocol": "json",
              "jsonVersion": "1.1", "targetPrefix": "Ledger_20260101"},
            "operations": {
              "Add": {"input": {"shape": "Add"}, "output": {"shape": "Add"}},
              "Clear": {}},
            "shapes": {
              "Add": {"type": "structure", "required": ["Amount"], "members": {
                "Amount": {"shape": "Amount"}, "Ratio": {"shape": "Ratio"}, "Note": {"shape": "Note"},
                "When": {"shape": "When"}, "Bytes": {"shape": "Bytes"}, "Notes": {"shape": "Notes"}}},
              "Gone": {"type": "structure", "exception": true, "error": {"httpStatusCode": 410},
                "members": {"Message": {"shape": "Note"}, "Left": {"shape": "Amount"}}},
              "Amount": {"type": "integer", "min": 1}, "Ratio": {"type": "double"},
              "Note": {"type": "string"}, "When": {"type": "timestamp", "timestampFormat": "iso8601"},
              "Bytes": {"type": "blob"}, "Notes": {"type": "list", "member": {"shape": "Note"}}}}"#,
    )
    .unwrap()
}

const CBOR: (&str, &str) = ("content-type", "application/cbor");
const SPOKEN: (&str, &str) = ("smithy-protocol", "rpc-v2-cbor");
const ADD: &str = "/service/Ledger_20260101/operation/Add";

/// The error, and how it is answered.
type Refused = Box<(ServiceError, Response)>;

fn exchange(path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Value, Refused> {
    let request = Request {
        method: "POST",
        path,
        query: "",
        headers,
        body,
    };
    let model = model();
    let dialect = model.dialect(&request);
    let read = || -> Result<Value, ServiceError> {
        let operation = dialect.read_operation(&request, LIMITS)?;
        let input = dialect.read_input(operation, &request, LIMITS)?;
        dialect.validate(operation, &input)?;
        Ok(input)
    };
    read().map_err(|error| {
        let response = dialect.write_error(&error, RequestId::from_random([1; 16]));
        Box::new((error, response))
    })
}

fn map(members: &[(&str, Value)]) -> Value {
    let members = members.iter();
    Value::Map(
        members
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
    )
}

fn refused(path: &str, headers: &[(&str, &str)], body: &[u8], code: &str, status: u16) -> String {
    let (error, response) = *exchange(path, headers, body).unwrap_err();
    assert_eq!((&*error.code, error.status), (code, status), "{error}");
    assert_eq!(response.status, status);
    error.message
}

fn header<'r>(response: &'r Response, name: &str) -> Option<&'r str> {
    let mut headers = response.headers.iter();
    let found = headers.find(|(header, _)| header.eq_ignore_ascii_case(name))?;
    Some(&found.1)
}

#[test]
fn the_request_chooses_the_protocol() {
    let model = model();
    let protocol_of = |headers: &[(&str, &str)]| {
        let request = Request {
            method: "POST",
            path: "/",
            query: "",
            headers,
            body: b"",
        };
        model.dialect(&request).protocol()
    };
    assert_eq!(protocol_of(&[SPOKEN]), Protocol::RpcV2Cbor);
    let target = ("x-amz-target", "Ledger_20260101.Add");
    assert_eq!(protocol_of(&[target]), Protocol::AwsJson11);
    let old = ("content-type", "application/x-amz-json-1.0");
    assert_eq!(protocol_of(&[target, old]), Protocol::AwsJson11);

    let input = exchange(
        "/",
        &[target, ("content-type", "application/x-amz-json-1.1")],
        br#"{"Amount":1}"#,
    );
    let wanted = map(&[("Amount", Value::Integer(1))]);
    assert_eq!(input.unwrap(), wanted);
    let body = cbor::to_bytes(&wanted);
    assert_eq!(exchange(ADD, &[SPOKEN, CBOR], &body).unwrap(), wanted);
    for path in [
        "/v1/service/Ledger_20260101/operation/Add",
        "/service/com.example.Ledger_20260101/operation/Add",
    ] {
        assert_eq!(exchange(path, &[SPOKEN, CBOR], &body).unwrap(), wanted);
    }
}

#[test]
fn what_is_wrong_is_answered_in_cbor() {
    let (error, response) = *exchange(ADD, &[SPOKEN, CBOR], b"\xa0").unwrap_err();
    assert_eq!(error.code, "ValidationException");
    assert_eq!(response.status, 400);
    assert_eq!(header(&response, "Content-Type"), Some("application/cbor"));
    assert_eq!(header(&response, "smithy-protocol"), Some("rpc-v2-cbor"));
    assert_eq!(
        cbor::parse(&response.body).unwrap(),
        map(&[
            ("__type", Value::from("ValidationException")),
            (
                "message",
                Value::from(
                    "1 validation error detected: Value null at 'amount' failed to satisfy \
                     constraint: Member must not be null"
                )
            ),
        ])
    );

    let error = ServiceError::sender("Gone", "no more").with_member("Left", "3");
    let response = model()
        .in_protocol(Protocol::RpcV2Cbor)
        .write_error(&error, RequestId::from_random([1; 16]));
    assert_eq!(response.status, 410);
    assert_eq!(
        cbor::parse(&response.body).unwrap(),
        map(&[
            ("__type", Value::from("Gone")),
            ("Message", Value::from("no more")),
            ("Left", Value::Integer(3)),
        ])
    );
}

#[test]
fn an_operation_that_is_not_there_is_not_found() {
    for path in [
        "/",
        "/service/Ledger_20260101/operation/Nope",
        "/service/Ledger_20260101/operation/com.example.Add",
        "/service/Other/operation/Add",
        "/service/Ledger_20260101/operation/Add/",
        "/service/Ledger_20260101%20/operation/Add",
    ] {
        refused(path, &[SPOKEN], b"", "UnknownOperationException", 404);
    }
    let request = Request {
        method: "GET",
        path: ADD,
        query: "",
        headers: &[SPOKEN],
        body: b"",
    };
    let error = model().read_operation(&request, LIMITS).unwrap_err();
    assert_eq!(error.status, 404);
}

#[test]
fn a_request_of_two_protocols_is_refused() {
    for header in ["X-Amz-Target", "x-amzn-target"] {
        let target = (header, "Ledger_20260101.Clear");
        let message = refused(ADD, &[SPOKEN, target], b"", "SerializationException", 400);
        assert!(message.contains("must not have the header"), "{message}");
    }
    let version = ("smithy-protocol", "rpc-v3");
    refused(ADD, &[version], b"", "UnknownOperationException", 400);
}

#[test]
fn a_body_that_cannot_be_read_is_a_serialization_exception() {
    let amount = Value::Integer(1);
    for (value, message) in [
        (
            map(&[("Amount", Value::from("1"))]),
            "STRING_VALUE can not be converted to an Integer, at 'amount'.",
        ),
        (
            map(&[("Amount", Value::Float(1.0))]),
            "DECIMAL_VALUE can not be converted to an Integer, at 'amount'.",
        ),
        (
            map(&[("Amount", Value::Integer(1 << 40))]),
            "Number out of range of an Integer, at 'amount'.",
        ),
        (
            map(&[("Ratio", Value::from("NaN"))]),
            "STRING_VALUE can not be converted to a Double, at 'ratio'.",
        ),
        (
            map(&[("Bytes", Value::from("e30="))]),
            "STRING_VALUE can not be converted to a Blob, at 'bytes'.",
        ),
        (
            map(&[("Note", Value::Blob(vec![1]))]),
            "STRING_VALUE can not be converted to a String, at 'note'.",
        ),
        (
            map(&[("When", Value::Integer(1))]),
            "NUMBER_VALUE can not be converted to a Timestamp, at 'when'.",
        ),
        (
            map(&[("Notes", amount.clone())]),
            "NUMBER_VALUE can not be converted to a list, at 'notes'.",
        ),
        (
            Value::List(vec![]),
            "Start of list found where not expected.",
        ),
    ] {
        let body = cbor::to_bytes(&value);
        let told = refused(ADD, &[SPOKEN, CBOR], &body, "SerializationException", 400);
        assert_eq!(told, message);
    }
    for body in [
        &b"\xa2\x61a\x01\x61a\x02"[..],
        b"{}",
        b"\xa1\x66Amount",
        b"\xbf\xff\xff",
    ] {
        let told = refused(ADD, &[SPOKEN, CBOR], body, "SerializationException", 400);
        assert!(told.starts_with("No CBOR: "), "{told}");
    }
    for media_type in ["", "application/json", "application/cbor2"] {
        let headers = [SPOKEN, ("content-type", media_type)];
        refused(ADD, &headers, b"\xa0", "UnsupportedMediaTypeException", 415);
    }
    let long = vec![0; LIMITS.body_bytes_max + 1];
    refused(
        ADD,
        &[SPOKEN, CBOR],
        &long,
        "RequestEntityTooLargeException",
        413,
    );
    // The twin, with all that a number may be written as; no body is no member.
    let whole = map(&[
        ("Amount", amount),
        ("Ratio", Value::Integer(2)),
        ("When", Value::Timestamp(Time::from_millis(1500))),
        ("Bytes", Value::Blob(vec![0, 255])),
        ("Notes", Value::from(vec!["a", "b"])),
        ("Unknown", Value::Null),
    ]);
    let read = exchange(ADD, &[SPOKEN, CBOR], &cbor::to_bytes(&whole)).unwrap();
    assert_eq!(read.member("Ratio"), Some(&Value::Float(2.0)));
    assert_eq!(read.as_map().unwrap().len(), 5);
    assert!(exchange("/service/Ledger_20260101/operation/Clear", &[SPOKEN], b"").is_ok());
}

#[test]
fn where_there_is_no_output_there_is_no_body() {
    let model = model();
    let clear = model.operation("Clear").unwrap();
    let dialect = model.in_protocol(Protocol::RpcV2Cbor);
    let response = dialect.write_output(clear, &map(&[]), RequestId::from_random([1; 16]));
    assert_eq!((response.status, response.body.len()), (200, 0));
    assert_eq!(header(&response, "Content-Type"), None);
    assert_eq!(header(&response, "Smithy-Protocol"), Some("rpc-v2-cbor"));
}
