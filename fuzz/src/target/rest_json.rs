//! restJson1 requests of a service that has members in every place: the first line is the method
//! and the URI, then headers up to an empty line, then the body.

use std::sync::LazyLock;

use wire::{Model, Request};

use super::aws_json::exchange;

pub(super) static MODEL: LazyLock<Option<Model>> =
    LazyLock::new(|| Model::from_json(include_str!("rest_json.model.json")).ok());

pub(super) fn run(bytes: &[u8]) {
    let (line, mut rest) = super::first_line(bytes);
    let line = String::from_utf8_lossy(line);
    let (method, uri) = line.split_once(' ').unwrap_or(("GET", &line));
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let mut lines = Vec::new();
    while let (line, after) = super::first_line(rest)
        && !line.is_empty()
    {
        lines.push(String::from_utf8_lossy(line));
        rest = after;
    }
    let headers: Vec<(&str, &str)> = lines
        .iter()
        .filter_map(|line| line.split_once(": "))
        .collect();
    exchange(
        MODEL.as_ref(),
        &Request {
            method,
            path,
            query,
            headers: &headers,
            body: super::first_line(rest).1,
        },
    );
}
