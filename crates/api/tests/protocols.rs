//! The front door in restJson1 and rpcv2Cbor: requests signed by AWS's own signer, answers and
//! refusals in the protocol of the request.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod house;

use house::{Answer, House, Request, TARGET, signed, unsigned};
use serde_json::json;
use wire::{Value, cbor};

fn map(members: &[(&str, Value)]) -> Value {
    let members = members.iter();
    Value::Map(
        members
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
    )
}

fn add(amount: i64) -> Request {
    let body = cbor::to_bytes(&map(&[("Amount", Value::Integer(amount))]));
    Request::cbor("Add", &body)
}

/// The error's code in an answer of rpcv2Cbor.
fn code(answer: &Answer) -> String {
    assert_eq!(answer.header("smithy-protocol"), "rpc-v2-cbor");
    assert_eq!(answer.header("content-type"), "application/cbor");
    let body = cbor::parse(&answer.body).unwrap();
    let code = body.member("__type").unwrap();
    code.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn one_service_answers_each_request_in_its_protocol() {
    let house = House::open().await;
    let answer = house.send(signed("ledger", add(3))).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("smithy-protocol"), "rpc-v2-cbor");
    assert_eq!(answer.header("content-type"), "application/cbor");
    assert_eq!(answer.header("x-amzn-requestid").len(), 36);
    assert_eq!(
        cbor::parse(&answer.body).unwrap(),
        map(&[("Total", Value::Integer(3))])
    );
    let request = Request::json("Add", r#"{"Amount":4}"#);
    let answer = house.send(signed("ledger", request)).await;
    assert_eq!(answer.text(), r#"{"Total":7}"#);
    assert_eq!(answer.header("content-type"), "application/x-amz-json-1.1");
    let records = house.records().await;
    assert_eq!(records.len(), 2);
    for record in &records {
        assert_eq!(record["eventName"], "Add");
        assert_eq!(record["eventSource"], "ledger.amazonaws.com");
    }
    let amounts: Vec<_> = records
        .iter()
        .map(|record| record["requestParameters"]["amount"].as_i64().unwrap())
        .collect();
    assert_eq!(amounts.iter().sum::<i64>(), 7);
}

#[tokio::test]
async fn what_is_wrong_in_cbor_is_told_in_cbor() {
    let house = House::open().await;
    let path = |path: &str| signed("ledger", add(1).with_path(path));
    let mut forged = signed("ledger", add(1));
    forged.body = add(9).body;
    let mut late = add(1);
    late.headers.retain(|(name, _)| name != "smithy-protocol");
    let two_protocols = add(1).with_target(&format!("{TARGET}.AddSlowly"));
    for (what, request, status, wanted) in [
        (
            "unsigned",
            unsigned(add(1)),
            400,
            "MissingAuthenticationTokenException",
        ),
        ("forged", forged, 400, "InvalidSignatureException"),
        (
            "a protocol that was added later",
            signed("ledger", late).with("smithy-protocol", "rpc-v2-cbor"),
            400,
            "InvalidSignatureException",
        ),
        (
            "another service's signature",
            signed("sts", add(1)),
            400,
            "InvalidSignatureException",
        ),
        (
            "unknown operation",
            signed("ledger", Request::cbor("Nope", b"\xa0")),
            404,
            "UnknownOperationException",
        ),
        (
            "unknown service",
            path("/service/Other/operation/Add"),
            404,
            "UnknownOperationException",
        ),
        ("no operation", path("/"), 404, "UnknownOperationException"),
        (
            "a service that is not here",
            signed("shield", add(1).with_path("/service/Shield/operation/Add")),
            501,
            "NotImplementedException",
        ),
        (
            "not written",
            signed("ledger", Request::cbor("Audit", b"\xa0")),
            501,
            "NotImplementedException",
        ),
        (
            "two protocols",
            signed("ledger", two_protocols),
            400,
            "SerializationException",
        ),
        (
            "no CBOR",
            signed("ledger", Request::cbor("Add", b"{}")),
            400,
            "SerializationException",
        ),
        (
            "a member twice",
            signed(
                "ledger",
                Request::cbor("Add", b"\xa2\x66Amount\x01\x66Amount\x02"),
            ),
            400,
            "SerializationException",
        ),
        (
            "another media type",
            signed("ledger", add(1).with("content-type", "application/json")),
            415,
            "UnsupportedMediaTypeException",
        ),
        (
            "a broken constraint",
            signed("ledger", add(0)),
            400,
            "ValidationException",
        ),
    ] {
        let answer = house.send(request).await;
        assert_eq!(
            (answer.status, code(&answer).as_str()),
            (status, wanted),
            "{what}"
        );
    }
    assert_eq!(house.total(), 0);
}

#[tokio::test]
async fn a_rest_call_is_found_by_its_method_and_path() {
    let house = House::open().await;
    let request = Request::new("PUT", "/shelves/a%2Fb/items/x/y%20z", br#"{"note":"n"}"#)
        .with("content-type", "application/json")
        .with("x-owner", "me");
    let answer = house.send(signed("shelf", request)).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(answer.header("x-owner"), "me");
    assert_eq!(answer.header("content-type"), "application/json");
    let text: serde_json::Value = serde_json::from_str(&answer.text()).unwrap();
    assert_eq!(text, json!({"Shelf": "a/b", "Key": "x/y z", "note": "n"}));

    // A list in the query, and a path with and without a slash at its end.
    for path in [
        "/shelves/a/items?tag=z&tag=a",
        "/shelves/a/items/?tag=z&tag=a",
    ] {
        let answer = house.send(signed("shelf", Request::get(path))).await;
        assert_eq!(
            (answer.status, answer.text()),
            (200, r#"{"Shelf":"a","Tags":["z","a"]}"#.to_owned())
        );
        // So is a presigned one.
        let presigned = house::presigned("shelf", Request::get(path), 60);
        let answer = house.send(presigned).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    let records = house.records().await;
    assert_eq!(records.len(), 5);
    assert_eq!(records[4]["eventName"], "PutItem");
    assert_eq!(
        records[4]["requestParameters"],
        json!({"shelf": "a/b", "key": "x/y z", "owner": "me", "note": "n"})
    );
}

#[tokio::test]
async fn what_is_wrong_in_a_rest_call_has_its_code_in_the_head() {
    let house = House::open().await;
    let items = || Request::get("/shelves/a/items?tag=x");
    let shelf = |request| signed("shelf", request);
    let mut forged = shelf(items());
    forged.target = forged.target.replace("tag=x", "tag=x&tag=y");
    let put = |body: &str| {
        let request = Request::new("PUT", "/shelves/a/items/b", body);
        shelf(request.with("content-type", "application/json"))
    };
    let owned = shelf(
        Request::new("PUT", "/shelves/a/items/b", "{}").with("content-type", "application/json"),
    );
    for (what, request, status, wanted) in [
        (
            "a member in a header that was added later",
            owned.with("x-owner", "mallory"),
            403,
            "InvalidSignatureException",
        ),
        (
            "unsigned",
            unsigned(items()),
            403,
            "MissingAuthenticationTokenException",
        ),
        ("forged", forged, 403, "InvalidSignatureException"),
        (
            "another service's signature",
            signed("ledger", items()),
            404,
            "UnknownOperationException",
        ),
        (
            "unknown path",
            shelf(Request::get("/nope")),
            404,
            "UnknownOperationException",
        ),
        (
            "unknown method",
            shelf(items().with_method("PATCH")),
            404,
            "UnknownOperationException",
        ),
        (
            "a path with two readings",
            shelf(Request::get("/shelves/x/../a/items")),
            404,
            "UnknownOperationException",
        ),
        (
            "not written",
            shelf(Request::get("/shelves/a/items/b").with_method("DELETE")),
            501,
            "NotImplementedException",
        ),
        (
            "a parameter in other letters",
            shelf(Request::get("/shelves/a/items?tag=x&TAG=y")),
            400,
            "SerializationException",
        ),
        ("no JSON", put("{"), 400, "SerializationException"),
        (
            "a member twice",
            put(r#"{"note":"a","note":"b"}"#),
            400,
            "SerializationException",
        ),
        (
            "a broken constraint",
            put(r#"{"note":""}"#),
            400,
            "ValidationException",
        ),
        (
            "another media type",
            shelf(
                Request::new("PUT", "/shelves/a/items/b", "<a/>")
                    .with("content-type", "application/xml"),
            ),
            415,
            "UnsupportedMediaTypeException",
        ),
    ] {
        let answer = house.send(request).await;
        assert_eq!(
            (answer.status, answer.header("x-amzn-errortype")),
            (status, wanted),
            "{what}: {}",
            answer.text()
        );
        assert_eq!(answer.header("content-type"), "application/json");
        let text: serde_json::Value = serde_json::from_str(&answer.text()).unwrap();
        assert!(text["message"].is_string(), "{what}: {text}");
    }
}

#[tokio::test]
async fn two_services_of_rest_cannot_share_a_name() {
    let twice: Vec<std::sync::Arc<dyn policy::Guarded>> = vec![
        std::sync::Arc::new(house::Shelf),
        std::sync::Arc::new(house::Shelf),
    ];
    assert_eq!(
        house::routing_error(twice).await,
        "service shelf is there twice"
    );
}
