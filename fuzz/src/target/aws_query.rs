//! awsQuery requests of Elastic Load Balancing v2: the input is the form.

use std::sync::LazyLock;

use wire::{Model, Request};

use super::aws_json::exchange;

static MODEL: LazyLock<Option<Model>> =
    LazyLock::new(|| Model::from_json(include_str!("../../../crates/elb/src/model.json")).ok());

pub(super) fn run(bytes: &[u8]) {
    exchange(
        MODEL.as_ref(),
        &Request {
            method: "POST",
            path: "/",
            query: "",
            headers: &[("content-type", "application/x-www-form-urlencoded")],
            body: bytes,
        },
    );
}
