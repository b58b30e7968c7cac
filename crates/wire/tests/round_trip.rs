//! Random values of a shape with everything in it: what is written is read back as it was. The
//! form of a query is made by a naive client here.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use proptest::prelude::*;
use types::{RequestId, Time};
use wire::{Kind, Limits, Model, Protocol, Request, ShapeId, Value, json};

const LIMITS: Limits = Limits {
    body_bytes_max: 16 << 20,
};

const SHAPES: &str = r#"
  "operations": {"Echo": {"http": {"method": "PUT", "requestUri": "/echo"},
    "input": {"shape": "All"}, "output": {"shape": "All"}}},
  "shapes": {
    "All": {"type": "structure", "members": {
      "Text": {"shape": "Text"}, "Small": {"shape": "Small"}, "Large": {"shape": "Large"},
      "Ratio": {"shape": "Ratio"}, "Flag": {"shape": "Flag"}, "Bytes": {"shape": "Bytes"},
      "When": {"shape": "When"}, "WhenText": {"shape": "WhenText"}, "Texts": {"shape": "Texts"},
      "Flat": {"shape": "Texts", "flattened": true}, "Table": {"shape": "Table"}, "Deep": {"shape": "All"},
      "Many": {"shape": "Many"}}},
    "Text": {"type": "string"}, "Small": {"type": "integer"}, "Large": {"type": "long"},
    "Ratio": {"type": "double"}, "Flag": {"type": "boolean"}, "Bytes": {"type": "blob"},
    "When": {"type": "timestamp"}, "WhenText": {"type": "timestamp", "timestampFormat": "iso8601"},
    "Texts": {"type": "list", "member": {"shape": "Text"}},
    "Table": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Texts"}},
    "Many": {"type": "list", "member": {"shape": "All"}}
  }}"#;

/// Members in every place of a request.
const PLACES: &str = r#"{
  "metadata": {"protocol": "rest-json"},
  "operations": {"Put": {"input": {"shape": "In"},
    "http": {"method": "PUT", "requestUri": "/a/{Label}/b/{Greedy+}/c"}}},
  "shapes": {
    "In": {"type": "structure", "members": {
      "Label": {"shape": "Text", "location": "uri", "locationName": "Label"},
      "Greedy": {"shape": "Text", "location": "uri", "locationName": "Greedy"},
      "One": {"shape": "Text", "location": "querystring", "locationName": "one"},
      "Many": {"shape": "Longs", "location": "querystring", "locationName": "many"},
      "Listed": {"shape": "Texts", "location": "header", "locationName": "x-listed"},
      "When": {"shape": "Seconds", "location": "header", "locationName": "x-when"},
      "Text": {"shape": "Text", "locationName": "text"}}},
    "Text": {"type": "string"}, "Long": {"type": "long"},
    "Texts": {"type": "list", "member": {"shape": "Text"}},
    "Longs": {"type": "list", "member": {"shape": "Long"}},
    "Seconds": {"type": "timestamp", "timestampFormat": "unixTimestamp"}}}"#;

/// A text that stands for itself between slashes of a greedy label.
fn plain_segment() -> impl Strategy<Value = String> {
    "[^/]{1,9}".prop_filter("two readings", |text| !matches!(text.as_str(), "." | ".."))
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn model(protocol: &str) -> Model {
    Model::from_json(&format!("{{\"metadata\":{{{protocol}}},{SHAPES}")).unwrap()
}

fn member(
    name: &str,
    value: impl Strategy<Value = Value> + 'static,
) -> BoxedStrategy<Option<(String, Value)>> {
    let name = name.to_owned();
    prop::option::of(value.prop_map(move |value| (name.clone(), value))).boxed()
}

/// Lists and maps have at least one item: an empty one is not on a form.
fn structure(depth: u32) -> BoxedStrategy<Value> {
    let texts =
        || prop::collection::vec(any::<String>().prop_map(Value::from), 1..4).prop_map(Value::List);
    let time = || {
        (-60_000_000_000_000i64..250_000_000_000_000)
            .prop_map(|millis| Value::Timestamp(Time::from_millis(millis)))
    };
    let table = prop::collection::btree_map(any::<String>(), texts(), 1..4)
        .prop_map(|entries| Value::Map(entries.into_iter().collect()));
    let mut members = vec![
        member("Text", any::<String>().prop_map(Value::from)),
        member(
            "Small",
            any::<i32>().prop_map(|number| Value::Integer(number.into())),
        ),
        member("Large", any::<i64>().prop_map(Value::Integer)),
        member("Ratio", prop::num::f64::NORMAL.prop_map(Value::Float)),
        member("Flag", any::<bool>().prop_map(Value::Bool)),
        member(
            "Bytes",
            prop::collection::vec(any::<u8>(), 0..40).prop_map(Value::Blob),
        ),
        member("When", time()),
        member("WhenText", time()),
        member("Texts", texts()),
        member("Flat", texts()),
        member("Table", table),
    ];
    if depth > 0 {
        members.push(member("Deep", structure(depth - 1)));
        members.push(member(
            "Many",
            prop::collection::vec(structure(depth - 1), 1..3).prop_map(Value::List),
        ));
    }
    members
        .prop_map(|members| Value::Map(members.into_iter().flatten().collect()))
        // A structure without members is not on a form either.
        .prop_filter("empty", |value| !value.as_map().unwrap().is_empty())
        .boxed()
}

fn form(model: &Model, shape: ShapeId, flat: bool, value: &Value, name: &str, out: &mut String) {
    let below = |step: &str| {
        if name.is_empty() {
            step.to_owned()
        } else {
            format!("{name}.{step}")
        }
    };
    match (model.shape(shape).kind(), value) {
        (Kind::Structure(members), Value::Map(fields)) => {
            for (field, value) in fields {
                let member = members
                    .iter()
                    .find(|member| member.name() == field)
                    .unwrap();
                form(
                    model,
                    member.shape(),
                    field == "Flat",
                    value,
                    &below(field),
                    out,
                );
            }
        }
        (Kind::List(item), Value::List(items)) => {
            for (index, value) in items.iter().enumerate() {
                let step = if flat {
                    (index + 1).to_string()
                } else {
                    format!("member.{}", index + 1)
                };
                form(model, item.shape(), false, value, &below(&step), out);
            }
        }
        (Kind::Map(_, held), Value::Map(entries)) => {
            for (index, (key, value)) in entries.iter().enumerate() {
                let entry = below(&format!("entry.{}", index + 1));
                pair(&format!("{entry}.key"), key, out);
                form(
                    model,
                    held.shape(),
                    false,
                    value,
                    &format!("{entry}.value"),
                    out,
                );
            }
        }
        (Kind::Timestamp, value) => {
            // Milliseconds as seconds: exact below 2^53.
            pair(name, json::to_string(value).trim_matches('"'), out);
        }
        (_, value) => {
            let text = value
                .as_str()
                .map_or_else(|| json::to_string(value), str::to_owned);
            let text = if matches!(value, Value::Blob(_)) {
                text.trim_matches('"')
            } else {
                &text
            };
            pair(name, text, out);
        }
    }
}

fn pair(name: &str, value: &str, out: &mut String) {
    if !out.is_empty() {
        out.push('&');
    }
    out.push_str(name);
    out.push('=');
    for byte in value.bytes() {
        out.push_str(&format!("%{byte:02X}"));
    }
}

/// A form has no order of members: the shape's is taken.
fn in_order(model: &Model, shape: ShapeId, value: Value) -> Value {
    match (model.shape(shape).kind(), value) {
        (Kind::Structure(members), Value::Map(mut fields)) => {
            let at = |name: &str| members.iter().position(|member| member.name() == name);
            fields.sort_by_key(|(name, _)| at(name));
            let fields = fields.into_iter().map(|(name, value)| {
                let member = members.get(at(&name).unwrap()).unwrap();
                (name, in_order(model, member.shape(), value))
            });
            Value::Map(fields.collect())
        }
        (Kind::List(item), Value::List(items)) => Value::List(
            items
                .into_iter()
                .map(|value| in_order(model, item.shape(), value))
                .collect(),
        ),
        (_, value) => value,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256,
        failure_persistence: None,
        ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_as_json_is_read_back(value in structure(3)) {
        let model = model(r#""protocol":"json","jsonVersion":"1.1","targetPrefix":"T""#);
        let operation = model.operation("Echo").unwrap();
        let response = model.write_output(operation, &value, RequestId::from_random([0; 16]));
        let request = Request { method: "POST", path: "/", query: "", headers: &[], body: &response.body };
        prop_assert_eq!(model.read_input(operation, &request, LIMITS).unwrap(), value);
    }

    #[test]
    fn what_is_written_in_one_protocol_is_read_back_in_the_same(value in structure(3)) {
        let metadata = r#""protocols":["smithy-rpc-v2-cbor","rest-json"],"targetPrefix":"T""#;
        let model = model(metadata);
        let operation = model.operation("Echo").unwrap();
        for protocol in model.protocols() {
            let dialect = model.in_protocol(*protocol);
            let response = dialect.write_output(operation, &value, RequestId::from_random([0; 16]));
            let headers: Vec<(&str, &str)> = response
                .headers
                .iter()
                .map(|(name, text)| (&**name, text.as_str()))
                .collect();
            let (method, path) = match protocol {
                Protocol::RestJson1 => ("PUT", "/echo"),
                _ => ("POST", "/service/T/operation/Echo"),
            };
            let request = Request { method, path, query: "", headers: &headers, body: &response.body };
            let read = model.dialect(&request);
            prop_assert_eq!(read.protocol(), *protocol);
            prop_assert_eq!(read.read_operation(&request, LIMITS).unwrap().name(), "Echo");
            prop_assert_eq!(&read.read_input(operation, &request, LIMITS).unwrap(), &value);
        }
    }

    #[test]
    fn what_a_client_puts_into_path_query_and_headers_is_read(
        label in ".+", greedy in prop::collection::vec(plain_segment(), 1..4),
        one in prop::option::of(any::<String>()), many in prop::collection::vec(any::<i64>(), 0..4),
        listed in prop::collection::vec("[ -~]{1,9}", 0..4), when in 0..250_000_000_000i64,
        body in prop::option::of(any::<String>()),
    ) {
        let model = Model::from_json(PLACES).unwrap();
        let path = format!("/a/{}/b/{}/c", escaped(&label), greedy.iter().map(|text| escaped(text))
            .collect::<Vec<_>>().join("/"));
        let mut query: Vec<String> = one.iter().map(|text| format!("one={}", escaped(text))).collect();
        query.extend(many.iter().map(|number| format!("many={number}")));
        let quoted: Vec<String> = listed.iter()
            .map(|text| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
            .collect();
        let (listed_text, when_text) = (quoted.join(" ,\t"), when.to_string());
        let mut headers = vec![("x-when", when_text.as_str())];
        if !listed.is_empty() {
            headers.push(("X-LISTED", listed_text.as_str()));
        }
        let sent = body.as_ref().map(|text| {
            json::to_string(&Value::Map(vec![("text".to_owned(), Value::from(text.as_str()))]))
        }).unwrap_or_default();
        let query = query.join("&");
        let request = Request { method: "PUT", path: &path, query: &query, headers: &headers,
            body: sent.as_bytes() };
        let operation = model.read_operation(&request, LIMITS).unwrap();
        let read = model.read_input(operation, &request, LIMITS).unwrap();
        let mut wanted = vec![
            ("Label", Some(Value::from(label))),
            ("Greedy", Some(Value::from(greedy.join("/")))),
            ("One", one.map(Value::from)),
            ("Many", Some(Value::from(many))),
            ("Listed", Some(Value::List(listed.into_iter().map(Value::from).collect()))),
            ("When", Some(Value::Timestamp(Time::from_seconds(when)))),
            ("Text", body.map(Value::from)),
        ];
        wanted.retain(|(_, value)| !matches!(value, None | Some(Value::List(_)))
            || matches!(value, Some(Value::List(items)) if !items.is_empty()));
        let wanted = wanted.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        prop_assert_eq!(read, Value::Map(wanted.collect()));
    }

    #[test]
    fn what_a_client_puts_into_a_form_is_read(value in structure(2)) {
        let model = model(r#""protocol":"query","apiVersion":"1""#);
        let operation = model.operation("Echo").unwrap();
        let mut body = String::new();
        form(&model, operation.input().unwrap(), false, &value, "", &mut body);
        let request = Request { method: "POST", path: "/", query: "", headers: &[], body: body.as_bytes() };
        let read = model.read_input(operation, &request, LIMITS).unwrap();
        prop_assert_eq!(read, in_order(&model, operation.input().unwrap(), value));
    }

    #[test]
    fn what_is_written_as_xml_is_well_formed_and_keeps_text(text in any::<String>()) {
        let model = model(r#""protocol":"query","apiVersion":"1""#);
        let operation = model.operation("Echo").unwrap();
        let value = Value::Map(vec![("Text".to_owned(), Value::from(text.as_str()))]);
        let response = model.write_output(operation, &value, RequestId::from_random([0; 16]));
        let body = String::from_utf8(response.body).unwrap();
        let document = roxmltree::Document::parse(&body).unwrap();
        let read = document.descendants().find(|node| node.has_tag_name("Text")).unwrap();
        let sayable: String = text
            .chars()
            .map(|letter| match letter {
                '\t' | '\n' | '\r' => letter,
                '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
                letter => letter,
            })
            .collect();
        prop_assert_eq!(read.text().unwrap_or(""), sayable);
    }

    #[test]
    fn any_bytes_are_read_or_refused_but_never_more(body in prop::collection::vec(any::<u8>(), 0..200)) {
        for protocol in [
            r#""protocol":"json""#,
            r#""protocol":"query","apiVersion":"1""#,
            r#""protocol":"rest-json""#,
            r#""protocol":"smithy-rpc-v2-cbor""#,
        ] {
            let model = model(protocol);
            let operation = model.operation("Echo").unwrap();
            let media_type = match protocol.contains("cbor") {
                true => "application/cbor",
                false => "",
            };
            let headers = [("content-type", media_type)];
            let request = Request { method: "POST", path: "/", query: "", headers: &headers, body: &body };
            match model.read_input(operation, &request, LIMITS) {
                Ok(input) => {
                    if let Err(error) = model.validate(operation, &input) {
                        prop_assert_eq!(error.status, 400);
                    }
                    let shown = model.audit_parameters(operation, &input);
                    prop_assert!(json::parse(shown.as_bytes()).is_ok());
                }
                Err(error) => prop_assert_eq!(error.status, 400),
            }
        }
    }
}
