//! What comes in over the wire and cannot be an input: who is told what, and which limits hold.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use types::{RequestId, ServiceError};
use wire::{Limits, Model, Request, Value, json};

const LIMITS: Limits = Limits {
    body_bytes_max: 4 << 20,
};

fn wafv2() -> Model {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../wafv2/src/model.json");
    Model::from_json(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn elbv2() -> Model {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../elb/src/model.json");
    Model::from_json(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn post<'a>(headers: &'a [(&'a str, &'a str)], body: &'a str) -> Request<'a> {
    Request {
        method: "POST",
        path: "/",
        query: "",
        headers,
        body: body.as_bytes(),
    }
}

/// Reads operation and input of a request with `X-Amz-Target`.
fn read(model: &Model, target: &str, body: &str) -> Result<Value, ServiceError> {
    let headers = [("X-Amz-Target", target)];
    let request = post(&headers, body);
    let operation = model.read_operation(&request, LIMITS)?;
    model.read_input(operation, &request, LIMITS)
}

fn read_form(model: &Model, form: &str) -> Result<Value, ServiceError> {
    let request = post(&[], form);
    let operation = model.read_operation(&request, LIMITS)?;
    model.read_input(operation, &request, LIMITS)
}

#[test]
fn an_operation_that_is_not_there_is_told_in_the_protocol_s_words() {
    let (json_api, query_api) = (wafv2(), elbv2());
    for target in [
        "AWSWAF_20190729.Nope",
        "Other_20190729.CreateIPSet",
        "CreateIPSet",
        ".",
    ] {
        let error = read(&json_api, target, "{}").unwrap_err();
        assert_eq!(
            (&*error.code, error.status),
            ("UnknownOperationException", 400),
            "{target}"
        );
    }
    assert_eq!(
        json_api
            .read_operation(&post(&[], "{}"), LIMITS)
            .unwrap_err()
            .code,
        "UnknownOperationException"
    );
    let error = read_form(&query_api, "Action=Nope&Version=2015-12-01").unwrap_err();
    assert_eq!(error.code, "InvalidAction");
    assert_eq!(
        error.message,
        "Could not find operation Nope for version 2015-12-01"
    );
    let error = read_form(&query_api, "Action=DescribeTags").unwrap_err();
    assert!(
        error.message.ends_with("for version NO_VERSION_SPECIFIED"),
        "{error}"
    );
    assert_eq!(
        read_form(&query_api, "Version=2015-12-01")
            .unwrap_err()
            .code,
        "MissingAction"
    );
}

#[test]
fn wrong_types_are_serialization_exceptions_with_their_place() {
    let model = wafv2();
    for (body, message) in [
        (
            r#"{"Name":1}"#,
            "NUMBER_VALUE can not be converted to a String, at 'name'.",
        ),
        (
            r#"{"Name":true}"#,
            "TRUE_VALUE can not be converted to a String, at 'name'.",
        ),
        (
            r#"{"Name":["x"]}"#,
            "Start of list found where not expected, at 'name'.",
        ),
        (
            r#"{"Addresses":["10.0.0.0/8",{}]}"#,
            "Start of structure or map found where not expected, at 'addresses.2.member'.",
        ),
        (
            r#"{"Addresses":"x"}"#,
            "STRING_VALUE can not be converted to a list, at 'addresses'.",
        ),
        ("[]", "Start of list found where not expected."),
    ] {
        let error = read(&model, "AWSWAF_20190729.CreateIPSet", body).unwrap_err();
        assert_eq!(
            (&*error.code, error.status),
            ("SerializationException", 400)
        );
        assert_eq!(error.message, message, "{body}");
    }
    let error = read(
        &model,
        "AWSWAF_20190729.ListIPSets",
        r#"{"Limit":99999999999}"#,
    );
    assert!(error.unwrap_err().message.contains("out of range"));
    let error = read(&model, "AWSWAF_20190729.ListIPSets", r#"{"Limit":"1"}"#);
    assert!(error.unwrap_err().message.contains("to an Integer"));
    let error = read(&model, "AWSWAF_20190729.ListIPSets", "{").unwrap_err();
    assert_eq!(error.code, "SerializationException");
}

#[test]
fn forms_that_cannot_be_read_are_malformed() {
    let model = elbv2();
    let head = "Action=DescribeLoadBalancers&Version=2015-12-01";
    for (form, code) in [
        (format!("{head}&PageSize=x"), "MalformedInput"),
        (format!("{head}&PageSize="), "MalformedInput"),
        (format!("{head}&Marker=%zz"), "MalformedQueryString"),
        (format!("{head}&Marker=%f"), "MalformedQueryString"),
        (format!("{head}&Marker=%ff"), "MalformedQueryString"),
        (
            format!("{head}&{}=1", vec!["a"; 200].join(".")),
            "MalformedQueryString",
        ),
        (
            format!("{head}{}", "&a.b=".repeat(100_001)),
            "MalformedQueryString",
        ),
    ] {
        let error = read_form(&model, &form).unwrap_err();
        assert_eq!(
            (&*error.code, error.status),
            (code, 400),
            "{}",
            form.chars().take(80).collect::<String>()
        );
    }
    let bytes = Request {
        body: b"Action=\xff",
        ..post(&[], "")
    };
    assert_eq!(
        model.read_operation(&bytes, LIMITS).unwrap_err().code,
        "MalformedQueryString"
    );
}

#[test]
fn unknown_members_and_parameters_are_ignored_as_aws_does() {
    let input = read(
        &wafv2(),
        "AWSWAF_20190729.ListIPSets",
        r#"{"Scope":"REGIONAL","Nope":{"x":[1]},"NextMarker":null}"#,
    )
    .unwrap();
    assert_eq!(json::to_string(&input), r#"{"Scope":"REGIONAL"}"#);
    let input = read_form(
        &elbv2(),
        "Action=DescribeLoadBalancers&Version=2015-12-01&Nope.member.1=x&Names.member.10=b\
         &Names.member.9=a",
    )
    .unwrap();
    assert_eq!(json::to_string(&input), r#"{"Names":["a","b"]}"#);
}

#[test]
fn a_query_may_come_by_get_as_presigned_ones_do() {
    let model = elbv2();
    let request = Request {
        method: "GET",
        path: "/",
        query: "Action=DescribeLoadBalancers&Version=2015-12-01&Names.member.1=a+b%2Fc&X-Amz-Date=x",
        headers: &[],
        body: b"",
    };
    let operation = model.read_operation(&request, LIMITS).unwrap();
    let input = model.read_input(operation, &request, LIMITS).unwrap();
    assert_eq!(json::to_string(&input), r#"{"Names":["a b/c"]}"#);
}

#[test]
fn depth_items_and_body_are_limited() {
    let model = wafv2();
    let target = "AWSWAF_20190729.CreateIPSet";
    let deep = format!(r#"{{"X":{}1{}}}"#, "[".repeat(200), "]".repeat(200));
    let long = format!(r#"{{"Addresses":[{}"a"]}}"#, r#""a","#.repeat(100_001));
    for body in [deep, long] {
        assert_eq!(
            read(&model, target, &body).unwrap_err().code,
            "SerializationException"
        );
    }
    let headers = [("x-amz-target", target)];
    let request = post(&headers, "{}   ");
    let small = Limits { body_bytes_max: 4 };
    let operation = model.read_operation(&request, small).unwrap();
    let error = model.read_input(operation, &request, small).unwrap_err();
    assert_eq!(
        (&*error.code, error.status),
        ("RequestEntityTooLargeException", 413)
    );
    let form = post(&[], "Action=DescribeTags");
    let error = elbv2().read_operation(&form, small).unwrap_err();
    assert_eq!((&*error.code, error.status), ("RequestEntityTooLarge", 413));
}

#[test]
fn errors_have_the_shape_s_member_names_code_and_status() {
    let id = RequestId::from_random([1; 16]);
    let error = ServiceError::sender("WAFInvalidParameterException", "bad")
        .with_member("Field", "IP_ADDRESS")
        .with_member("Reason", "why");
    let response = wafv2().write_error(&error, id);
    assert_eq!(response.status, 400);
    assert_eq!(
        String::from_utf8(response.body).unwrap(),
        r#"{"__type":"WAFInvalidParameterException","message":"bad","Field":"IP_ADDRESS","Reason":"why"}"#
    );
    assert_eq!(
        response.headers[0],
        ("x-amzn-RequestId".into(), id.to_string())
    );
    let error = ServiceError::sender("LoadBalancerNotFoundException", "gone <x>");
    for code in ["LoadBalancerNotFoundException", "LoadBalancerNotFound"] {
        let error = ServiceError {
            code: code.into(),
            ..error.clone()
        };
        let response = elbv2().write_error(&error, id);
        assert_eq!(response.status, 400);
        assert_eq!(
            String::from_utf8(response.body).unwrap(),
            format!(
                "<ErrorResponse xmlns=\"http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/\">\
                 <Error><Type>Sender</Type><Code>LoadBalancerNotFound</Code>\
                 <Message>gone &lt;x&gt;</Message></Error><RequestId>{id}</RequestId></ErrorResponse>"
            )
        );
    }
}

#[test]
fn an_audit_record_shows_parameters_in_cloudtrail_s_way_and_no_secret() {
    let model = Model::from_json(
        r#"{"metadata":{"protocol":"json"},
            "operations":{"Op":{"input":{"shape":"In"}}},
            "shapes":{
              "In":{"type":"structure","members":{"KeyId":{"shape":"Id"},"Secrets":{"shape":"Secrets"},"Map":{"shape":"Map"}}},
              "Id":{"type":"string"},
              "Secret":{"type":"string","sensitive":true},
              "Secrets":{"type":"list","member":{"shape":"Secret"}},
              "Map":{"type":"map","key":{"shape":"Id"},"value":{"shape":"Secret"}}}}"#,
    )
    .unwrap();
    let operation = model.operation("Op").unwrap();
    let shown =
        |input: &str| model.audit_parameters(operation, &json::parse(input.as_bytes()).unwrap());
    let hidden = wire::HIDDEN;
    assert_eq!(
        shown(r#"{"KeyId":"a","Secrets":["s1"],"Map":{"K":"s2"},"Unknown":"s3"}"#),
        format!(r#"{{"keyId":"a","secrets":["{hidden}"],"map":{{"K":"{hidden}"}}}}"#)
    );
    let long = format!(
        r#"{{"KeyId":"{}"}}"#,
        "x".repeat(wire::PARAMETERS_BYTES_MAX)
    );
    assert_eq!(shown(&long), r#"{"omitted":"100012 bytes"}"#);
}

#[test]
fn what_is_there_twice_is_refused_in_every_protocol() {
    let (json_api, query_api) = (wafv2(), elbv2());
    for body in [
        r#"{"Scope":"REGIONAL","Scope":"CLOUDFRONT"}"#,
        r#"{"Scope":"REGIONAL","Unknown":{"a":1,"a":1}}"#,
        r#"{"Scope":"REGIONAL","\u0053cope":"REGIONAL"}"#,
    ] {
        let error = read(&json_api, "AWSWAF_20190729.ListIPSets", body).unwrap_err();
        assert_eq!(
            (&*error.code, error.status),
            ("SerializationException", 400)
        );
        assert!(error.message.contains("more than once"), "{error}");
    }
    // The twin: one name in two objects, and in other letters.
    let body = r#"{"Scope":"REGIONAL","scope":"x","Unknown":{"Scope":"REGIONAL"}}"#;
    let input = read(&json_api, "AWSWAF_20190729.ListIPSets", body).unwrap();
    assert_eq!(json::to_string(&input), r#"{"Scope":"REGIONAL"}"#);

    let head = "Action=DescribeLoadBalancers&Version=2015-12-01";
    for twice in [
        "Action=DescribeLoadBalancers",
        "Version=2015-12-01",
        "Names.member.1=a&Names.member.1=a",
        "Names.member.1=a&Names%2Emember.1=b",
        "Unknown=1&Unknown=2",
    ] {
        let error = read_form(&query_api, &format!("{head}&{twice}")).unwrap_err();
        assert_eq!((&*error.code, error.status), ("MalformedQueryString", 400));
        assert!(error.message.contains("more than once"), "{error}");
    }
    let request = Request {
        query: "Action=DescribeLoadBalancers",
        ..post(&[], head)
    };
    let error = query_api.read_operation(&request, LIMITS).unwrap_err();
    assert_eq!(error.code, "MalformedQueryString");
    let form = format!("{head}&Names.member.1=a&Names.member.2=a&Names.member.01=b");
    let input = read_form(&query_api, &form).unwrap();
    assert_eq!(json::to_string(&input), r#"{"Names":["a","a"]}"#);
}
