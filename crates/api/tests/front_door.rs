//! The front door over real HTTP on loopback, called as the aws CLI and the SDKs call it: requests
//! signed by AWS's own signer, and every way to get one wrong.

mod house;

use std::time::Duration;

use house::{
    Deny, FailingDisk, House, ID, Request, SECRET, TARGET, limits, signed, signed_by_session,
    unsigned,
};
use serde_json::json;

#[tokio::test]
async fn a_signed_call_is_answered_and_leaves_one_record() {
    let house = House::open().await;
    let answer = house
        .send(signed(
            "sts",
            Request::form("Action=GetCallerIdentity&Version=2011-06-15"),
        ))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let text = answer.text();
    assert!(
        text.contains("<Arn>arn:aws:iam::123456789012:root</Arn>"),
        "{text}"
    );
    assert!(text.contains("<Account>123456789012</Account>"), "{text}");
    let id = answer.header("x-amzn-requestid").to_owned();
    assert_eq!(id.len(), 36);
    assert!(
        text.contains(&format!("<RequestId>{id}</RequestId>")),
        "{text}"
    );

    let answer = house
        .send(signed(
            "ledger",
            Request::json("Add", r#"{"Amount":3,"Token":"abc"}"#),
        ))
        .await;
    assert_eq!(
        (answer.status, answer.text()),
        (200, r#"{"Total":3}"#.to_owned())
    );
    assert_eq!(answer.header("content-type"), "application/x-amz-json-1.1");

    let records = house.records().await;
    assert_eq!(records.len(), 2);
    let add = &records[0];
    assert_eq!(add["eventName"], "Add");
    assert_eq!(add["eventSource"], "ledger.amazonaws.com");
    assert_eq!(add["awsRegion"], "eu-central-1");
    assert_eq!(add["requestID"], answer.header("x-amzn-requestid"));
    assert_eq!(add["sourceIPAddress"], "127.0.0.1");
    assert_eq!(add["userAgent"], "aws-cli/2.9 test");
    assert_eq!(add["userIdentity"]["arn"], "arn:aws:iam::123456789012:root");
    assert_eq!(add["userIdentity"]["accessKeyId"], ID);
    assert_eq!(
        add["requestParameters"],
        json!({"amount": 3, "token": "HIDDEN_DUE_TO_SECURITY_REASONS"})
    );
    assert!(add.get("errorCode").is_none());
    assert_eq!(records[1]["eventName"], "GetCallerIdentity");
    assert_eq!(
        house.metric("btz_api_calls_total{outcome=\"succeeded\"}"),
        2
    );
}

#[tokio::test]
async fn a_presigned_url_is_a_call_as_any() {
    let house = House::open().await;
    let request = Request::get("/?Action=GetCallerIdentity&Version=2011-06-15");
    let presigned = house::presigned("sts", request, 604_800);
    let answer = house.send(presigned.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    // boto3 makes such a URL to be posted, without a body.
    let request = Request::get("/?Action=GetCallerIdentity&Version=2011-06-15").with_method("POST");
    let answer = house.send(house::presigned("sts", request, 60)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    // Whoever holds the URL may not ask for anything else with it.
    let mut other = presigned.clone();
    other.target = other.target.replace("GetCallerIdentity", "AssumeRoot");
    let answer = house.send(other).await;
    assert_eq!(answer.status, 403);
    assert!(
        answer.text().contains("<Code>SignatureDoesNotMatch</Code>"),
        "{}",
        answer.text()
    );
    // Nor twice in one.
    let mut twice = presigned;
    twice.target.push_str("&Action=AssumeRoot");
    let answer = house.send(twice).await;
    assert_eq!(answer.status, 400);
    assert!(
        answer.text().contains("<Code>MalformedQueryString</Code>"),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn each_malformed_request_gets_the_error_that_aws_has_for_it() {
    let house = House::open().await;
    let add = || Request::json("Add", r#"{"Amount":3}"#);
    let who = || Request::form("Action=GetCallerIdentity&Version=2011-06-15");
    let ledger = |request| signed("ledger", request);
    let sts = |request| signed("sts", request);
    let large = format!(r#"{{"Amount":3,"Note":"{}"}}"#, "x".repeat(70_000));
    let mut no_host_signed = ledger(add());
    no_host_signed.edit("authorization", |text| text.replace(";host;", ";"));
    let mut wrong_secret = ledger(add());
    wrong_secret.edit("authorization", |text| {
        let at = text.len() - 64;
        format!("{}{}", text.get(..at).unwrap(), "0".repeat(64))
    });
    let mut unknown_key = ledger(add());
    unknown_key.edit("authorization", |text| text.replace(ID, "AKIDNOBODY"));
    let mut unknown_key_query = sts(who());
    unknown_key_query.edit("authorization", |text| text.replace(ID, "AKIDNOBODY"));
    let mut bad_date = ledger(add());
    bad_date.edit("x-amz-date", |_| "yesterday".to_owned());
    let mut cut = ledger(add());
    cut.edit("authorization", |text| {
        text.split(", Signature").next().unwrap().to_owned()
    });
    let mut cut_query = sts(who());
    cut_query.edit("authorization", |text| {
        text.split(", Signature").next().unwrap().to_owned()
    });
    let mut changed_body = sts(who());
    changed_body.body = b"Action=AssumeRoot&Version=2011-06-15".to_vec();
    let mut basic = add();
    basic
        .headers
        .push(("authorization".into(), "Basic dXNlcjpwYXNz".into()));
    let mut both_hosts = add();
    both_hosts.target = "http://evil.example/".to_owned();
    let mut form_and_query = who();
    form_and_query.target = "/?Action=AssumeRoot".to_owned();

    let mut wrong = Vec::new();
    for (what, request, status, code, words) in [
        (
            "bad JSON",
            ledger(Request::json("Add", "{")),
            400,
            "SerializationException",
            "No JSON",
        ),
        (
            "wrong type",
            ledger(Request::json("Add", r#"{"Amount":"x"}"#)),
            400,
            "SerializationException",
            "STRING_VALUE can not be converted to an Integer",
        ),
        (
            "a list for an object",
            ledger(Request::json("Add", "[]")),
            400,
            "SerializationException",
            "Start of list found where not expected",
        ),
        (
            "required member",
            ledger(Request::json("Add", "{}")),
            400,
            "ValidationException",
            "1 validation error detected: Value null at 'amount' failed to satisfy constraint: Member must not be null",
        ),
        (
            "range",
            ledger(Request::json("Add", r#"{"Amount":0}"#)),
            400,
            "ValidationException",
            "Value '0' at 'amount' failed to satisfy constraint: Member must have value greater than or equal to 1",
        ),
        (
            "unknown operation",
            ledger(Request::json("Burn", "{}")),
            400,
            "UnknownOperationException",
            "Burn",
        ),
        (
            "unknown target of a service that is here",
            ledger(add().with_target("Nothing.Add")),
            400,
            "UnknownOperationException",
            "Nothing.Add",
        ),
        (
            "unknown target",
            signed("kms", add().with_target("TrentService.Encrypt")),
            501,
            "NotImplementedException",
            "kms:Encrypt",
        ),
        (
            "a target without a dot",
            ledger(add().with_target("Add")),
            400,
            "UnknownOperationException",
            "",
        ),
        (
            "not written",
            ledger(Request::json("Audit", "{}")),
            501,
            "NotImplementedException",
            "btz coverage",
        ),
        (
            "wrong scope service",
            signed("wafv2", add()),
            400,
            "InvalidSignatureException",
            "Credential should be scoped to correct service: 'ledger'.",
        ),
        (
            "content type",
            ledger(add().with("content-type", "text/plain")),
            400,
            "SerializationException",
            "but this is 'text/plain'",
        ),
        (
            "GET with a target",
            ledger(add().with_method("GET")),
            400,
            "UnknownOperationException",
            "GET Ledger_20260101.Add",
        ),
        (
            "too large",
            ledger(Request::json("Add", &large)),
            413,
            "RequestEntityTooLargeException",
            "65536 bytes",
        ),
        (
            "no signature",
            add(),
            400,
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        ),
        (
            "Basic",
            basic,
            400,
            "IncompleteSignatureException",
            "Unsupported AWS 'algorithm': 'Basic'.",
        ),
        (
            "half a signature",
            cut,
            400,
            "IncompleteSignatureException",
            "requires 'Signature' parameter",
        ),
        (
            "wrong signature",
            wrong_secret,
            400,
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
        ),
        (
            "host not signed",
            no_host_signed,
            400,
            "InvalidSignatureException",
            "'Host' or ':authority' must be a 'SignedHeader'",
        ),
        (
            "unknown key",
            unknown_key,
            400,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
        (
            "bad date",
            bad_date,
            400,
            "IncompleteSignatureException",
            "Date must be in ISO-8601 'basic format'. Got 'yesterday'.",
        ),
        (
            "old",
            house::signed_at("ledger", add(), -3600),
            400,
            "InvalidSignatureException",
            "Signature expired: ",
        ),
        (
            "early",
            house::signed_at("ledger", add(), 3600),
            400,
            "InvalidSignatureException",
            "Signature not yet current: ",
        ),
        (
            "a whole URL",
            both_hosts,
            400,
            "SerializationException",
            "the request line names a host",
        ),
        (
            "unknown path",
            ledger(add().with_path("/2015-03-31/functions")),
            404,
            "UnknownOperationException",
            "/2015-03-31/functions",
        ),
        (
            "unknown path, unsigned",
            unsigned(Request::get("/2015-03-31/functions")),
            403,
            "MissingAuthenticationTokenException",
            "",
        ),
        (
            "unknown service by path",
            signed("lambda", Request::get("/2015-03-31/functions")),
            501,
            "NotImplementedException",
            "lambda: GET /2015-03-31/functions",
        ),
        (
            "JSON service, no target",
            ledger(Request::get("/")),
            400,
            "UnknownOperationException",
            "X-Amz-Target",
        ),
        // The Query protocol.
        (
            "query: no signature",
            who(),
            403,
            "MissingAuthenticationToken",
            "Request is missing Authentication Token",
        ),
        (
            "query: half a signature",
            cut_query,
            403,
            "IncompleteSignature",
            "requires 'Signature' parameter",
        ),
        (
            "query: unknown key",
            unknown_key_query,
            403,
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
        ),
        (
            "query: changed body",
            changed_body,
            403,
            "SignatureDoesNotMatch",
            "does not match",
        ),
        (
            "query: old",
            house::signed_at("sts", who(), -3600),
            403,
            "SignatureDoesNotMatch",
            "Signature expired: ",
        ),
        (
            "query: unknown action",
            sts(Request::form("Action=Nothing&Version=2011-06-15")),
            400,
            "InvalidAction",
            "Could not find operation Nothing for version 2011-06-15",
        ),
        (
            "query: other version",
            sts(Request::form("Action=GetCallerIdentity&Version=2099-01-01")),
            400,
            "InvalidAction",
            "for version 2099-01-01",
        ),
        (
            "query: no action",
            sts(Request::form("Version=2011-06-15")),
            400,
            "MissingAction",
            "Action",
        ),
        (
            "query: broken form",
            sts(Request::form("Action=%zz")),
            400,
            "MalformedQueryString",
            "",
        ),
        (
            "query: not written",
            signed(
                "iam",
                Request::form("Action=CreateSAMLProvider&Version=2010-05-08"),
            ),
            501,
            "NotImplemented",
            "CreateSAMLProvider",
        ),
        (
            "query: unknown service",
            signed(
                "ec2",
                Request::form("Action=DescribeInstances&Version=2016-11-15"),
            ),
            501,
            "NotImplemented",
            "ec2:DescribeInstances",
        ),
        (
            "query: form and query string",
            sts(form_and_query),
            400,
            "MalformedQueryString",
            "but this POST has some in both",
        ),
        (
            "query: DELETE",
            sts(who().with_method("DELETE")),
            400,
            "MalformedQueryString",
            "DELETE",
        ),
    ] {
        let answer = house.send(request).await;
        let (found, message) = answer.error();
        let id_is_there = answer.header("x-amzn-requestid").len() == 36;
        if (answer.status, found.as_str(), id_is_there) != (status, code, true)
            || !message.contains(words)
        {
            wrong.push(format!("{what}: {} {}", answer.status, answer.text()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn strangers_are_bounded_by_their_source() {
    let house = House::open().await;
    let ask = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=ab\
               &RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fnone&WebIdentityToken=abcd";
    let throttled = "btz_api_requests_refused_total{reason=\"unsigned_throttled\"}";
    for number in 0..api::UNSIGNED_BURST {
        let answer = house.send(unsigned(Request::form(ask))).await;
        let text = answer.text();
        assert!(text.contains("InvalidIdentityToken"), "{number}: {text}");
    }
    assert_eq!(house.metric(throttled), 0);
    let records = house.records().await.len();
    for _ in 0..20 {
        // The clock stands still: nothing runs off.
        let answer = house.send(unsigned(Request::form(ask))).await;
        assert_eq!(answer.status, 400);
        assert!(answer.text().contains("Throttling"), "{}", answer.text());
    }
    assert_eq!(house.metric(throttled), 20);
    assert_eq!(house.records().await.len(), records, "none is recorded");
    // Who signs is none of them.
    let signed = signed("ledger", Request::json("Add", r#"{"Amount":3}"#));
    assert_eq!(house.send(signed).await.status, 200);
}

#[tokio::test]
async fn what_nobody_signed_is_counted_and_not_recorded() {
    let house = House::open().await;
    for _ in 0..20 {
        assert_eq!(
            house
                .send(Request::json("Add", r#"{"Amount":3}"#))
                .await
                .status,
            400
        );
        let mut unknown = signed("ledger", Request::json("Add", r#"{"Amount":3}"#));
        unknown.edit("authorization", |text| text.replace(ID, "AKIDNOBODY"));
        assert_eq!(house.send(unknown).await.status, 400);
    }
    assert_eq!(
        house.metric("btz_api_requests_refused_total{reason=\"unsigned\"}"),
        20
    );
    assert_eq!(
        house.metric("btz_api_requests_refused_total{reason=\"unverified\"}"),
        20
    );
    assert!(house.records().await.is_empty());
    // What was signed and failed is.
    house
        .send(signed("ledger", Request::json("Add", "{}")))
        .await;
    house
        .send(signed("ledger", Request::json("Audit", "{}")))
        .await;
    let records = house.records().await;
    let codes: Vec<_> = records
        .iter()
        .map(|record| record["errorCode"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["ValidationException", "NotImplementedException"]);
}

#[tokio::test]
async fn a_call_that_is_not_allowed_is_refused_and_recorded() {
    let house = House::with(limits(), Some(Box::new(Deny)), None).await;
    let answer = house
        .send(signed("ledger", Request::json("Add", r#"{"Amount":3}"#)))
        .await;
    assert_eq!(answer.status, 400);
    let (code, message) = answer.error();
    assert_eq!(code, "AccessDeniedException");
    assert_eq!(
        message,
        "User: arn:aws:iam::123456789012:root is not authorized to perform: ledger:Add because no \
         identity-based policy allows the ledger:Add action"
    );
    assert_eq!(house.total(), 0);
    assert_eq!(
        house.records().await[0]["errorCode"],
        "AccessDeniedException"
    );
    // GetCallerIdentity needs no permission.
    let who = signed(
        "sts",
        Request::form("Action=GetCallerIdentity&Version=2011-06-15"),
    );
    assert_eq!(house.send(who).await.status, 200);
    assert_eq!(house.metric("btz_api_calls_total{outcome=\"denied\"}"), 1);
}

#[tokio::test]
async fn no_call_is_answered_whose_record_cannot_be_written() {
    let disk = FailingDisk::default();
    let house = House::with(limits(), None, Some(disk.clone())).await;
    let who = || {
        signed(
            "sts",
            Request::form("Action=GetCallerIdentity&Version=2011-06-15"),
        )
    };
    assert_eq!(house.send(who()).await.status, 200);
    disk.fail(true);
    let answer = house.send(who()).await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.error().0, "InternalFailure");
    assert!(!answer.text().contains("arn:aws:iam"), "{}", answer.text());
    assert!(
        !answer.text().contains("the disk is full"),
        "{}",
        answer.text()
    );
    let answer = house
        .send(signed("ledger", Request::json("Add", r#"{"Amount":3}"#)))
        .await;
    assert_eq!(answer.status, 500);
    assert_eq!(
        house.metric("btz_api_calls_total{outcome=\"unaudited\"}"),
        2
    );
    disk.fail(false);
    assert_eq!(house.send(who()).await.status, 200);
    assert_eq!(house.records().await.len(), 2);
}

#[tokio::test]
async fn a_call_is_carried_out_and_recorded_though_its_client_went_away() {
    let house = House::open().await;
    let request = signed("ledger", Request::json("AddSlowly", r#"{"Amount":5}"#));
    let stream = house.write(&request).await;
    house.until(|| house.started() == 1).await;
    drop(stream);
    house.until(|| house.total() == 5).await;
    house
        .until(|| house.metric("btz_api_calls_total{outcome=\"succeeded\"}") == 1)
        .await;
    assert_eq!(house.records().await[0]["eventName"], "AddSlowly");
}

#[tokio::test]
async fn shutdown_lets_calls_end_and_takes_no_more() {
    let house = House::open().await;
    let request = signed("ledger", Request::json("AddSlowly", r#"{"Amount":5}"#));
    let stream = house.write(&request).await;
    house.until(|| house.started() == 1).await;
    let address = house.address;
    let total = house.service.clone();
    let (records, clean) = house.shutdown(Duration::from_secs(10)).await;
    assert!(clean);
    assert_eq!(total.total(), 5);
    assert_eq!(records, 1);
    let answer = house::read_answer(stream).await;
    assert_eq!(
        (answer.status, answer.text()),
        (200, r#"{"Total":5}"#.to_owned())
    );
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_browser_is_told_what_this_is_and_nothing_else() {
    let house = House::open().await;
    let answer = house.send(unsigned(Request::get("/"))).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    let text = answer.text();
    assert!(text.contains("aws --endpoint-url"), "{text}");
    assert!(!text.contains("123456789012") && !text.contains(ID) && !text.contains(SECRET));
}

#[tokio::test]
async fn the_own_api_is_one_target_of_several_services() {
    let house = House::open().await;
    for (operation, answer) in [("One", r#"{"By":"one"}"#), ("Two", r#"{"By":"two"}"#)] {
        let request = Request::json(operation, "{}").with_target(&format!("Bartizan.{operation}"));
        let found = house.send(signed("btz", request)).await;
        assert_eq!((found.status, found.text()), (200, answer.to_owned()));
    }
    let request = Request::json("Three", "{}").with_target("Bartizan.Three");
    assert_eq!(
        house.send(signed("btz", request)).await.error().0,
        "UnknownOperationException"
    );
    assert_eq!(house.records().await[0]["eventSource"], "btz");
    let coverage = api::coverage(&house.services);
    let names: Vec<_> = coverage
        .iter()
        .map(|entry| entry.service.as_str())
        .collect();
    assert_eq!(names, ["btz", "iam", "ledger", "shelf", "sts"]);
    let counts: Vec<_> = coverage
        .iter()
        .map(|entry| (entry.implemented(), entry.operations.len()))
        .collect();
    assert_eq!(counts, [(2, 2), (135, 180), (2, 3), (2, 3), (7, 11)]);
    // The same operation twice is a mistake of who puts services together.
    let twice = vec![house.services[0].clone(), house.services[0].clone()];
    assert!(
        house::routing_error(twice)
            .await
            .contains("is in two services")
    );
}

#[tokio::test]
async fn the_command_lines_own_calls_verify() {
    let house = House::open().await;
    let host = house.address.to_string();
    let call = api::client::JsonCall {
        host: &host,
        service: "ledger",
        target_prefix: TARGET,
        operation: "Add",
        body: r#"{"Amount":7}"#,
    };
    let credentials = house::credentials();
    let region = "us-east-1".parse().unwrap();
    let signed = api::client::sign(&call, &credentials, &region, house::now()).unwrap();
    let raw = format!(
        "{}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{}",
        signed.head(),
        call.body.len(),
        call.body
    );
    let answer = house.raw(raw.as_bytes()).await;
    assert_eq!(
        (answer.status, answer.text()),
        (200, r#"{"Total":7}"#.to_owned())
    );
    assert_eq!(
        house.records().await[0]["userAgent"],
        concat!("btz/", env!("CARGO_PKG_VERSION"))
    );
}

/// What a call of the root with temporary credentials leaves in memory, and for how long.
#[tokio::test]
async fn a_session_that_is_over_leaves_neither_secret_nor_signing_key() {
    let house = House::open().await;
    let ask = "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900";
    let given = house.send(signed("sts", Request::form(ask))).await;
    let [id, secret, token] =
        ["AccessKeyId", "SecretAccessKey", "SessionToken"].map(|tag| given.element(tag));
    let who = |offset_seconds| {
        let request = Request::form("Action=GetCallerIdentity&Version=2011-06-15");
        signed_by_session([&id, &secret, &token], "sts", request, offset_seconds)
    };
    assert_eq!(house.send(who(0)).await.status, 200);
    let mark = || {
        let found = house.iam.authenticate(&id, Some(&token));
        found.unwrap().secret.mark()
    };
    let in_use = mark();
    tokio::time::pause();
    let minute = Duration::from_secs(61);
    tokio::time::advance(minute).await;
    house
        .until(|| house.metric("btz_api_signing_keys") == 2)
        .await;
    assert!(!in_use.is_gone());
    // It is over, and the minute for calls that were let in before.
    house.clock.forward(900 + 60);
    tokio::time::advance(minute).await;
    house
        .until(|| house.metric("btz_api_signing_keys") == 1)
        .await;
    assert!(in_use.is_gone());
    tokio::time::resume();
    // Presented once more it is told to be over, and forgotten once more.
    let late = house.send(who(900 + 60)).await;
    assert_eq!(late.element("Code"), "ExpiredToken", "{}", late.text());
    let again = mark();
    assert!(!again.is_gone());
    tokio::time::pause();
    tokio::time::advance(minute).await;
    house.until(|| again.is_gone()).await;
    assert_eq!(house.metric("btz_api_signing_keys"), 1);
}
