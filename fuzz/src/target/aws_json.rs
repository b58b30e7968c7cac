//! awsJson requests of WAFv2: the first line is the target, the rest the body. What is valid must
//! be written, and what is not must be answered.

use std::sync::LazyLock;

use types::RequestId;
use wire::{Limits, Model, Request};

static MODEL: LazyLock<Option<Model>> =
    LazyLock::new(|| Model::from_json(include_str!("../../../crates/wafv2/src/model.json")).ok());

pub(super) fn run(bytes: &[u8]) {
    let (target, body) = super::first_line(bytes);
    let target = String::from_utf8_lossy(target);
    exchange(
        MODEL.as_ref(),
        &Request {
            method: "POST",
            path: "/",
            query: "",
            headers: &[
                ("X-Amz-Target", &target),
                ("content-type", "application/x-amz-json-1.1"),
            ],
            body,
        },
    );
}

/// Reads, validates and answers a request.
pub(super) fn exchange(model: Option<&Model>, request: &Request<'_>) {
    let limits = Limits {
        body_bytes_max: 8 * 1024,
    };
    let id = RequestId::from_random([7; 16]);
    let Some(model) = model else {
        unreachable!("the checked-in model is read by its own tests")
    };
    let dialect = model.dialect(request);
    let answer = match dialect.read_operation(request, limits) {
        Ok(operation) => match dialect.read_input(operation, request, limits) {
            Ok(input) => match dialect.validate(operation, &input) {
                // Most inputs are echoed in an output of the same members.
                Ok(()) => dialect.write_output(operation, &input, id),
                Err(error) => dialect.write_error(&error, id),
            },
            Err(error) => dialect.write_error(&error, id),
        },
        Err(error) => dialect.write_error(&error, id),
    };
    for (name, value) in &answer.headers {
        let is_plain = |text: &str| !text.chars().any(|c| c != '\t' && c.is_control());
        assert!(is_plain(name) && is_plain(value), "{name}: {value:?}");
    }
    assert!((200..600).contains(&answer.status), "{}", answer.status);
}
