//! The API's model, and of its shapes those that the operations here reach. Source: botocore's model of `iam`.
//!
//! Written by `cargo xtask codegen`; do not edit.

use std::sync::LazyLock;

use wire::Model;

/// All operations and shapes of the API.
pub(crate) static MODEL: LazyLock<Model> =
    LazyLock::new(|| Model::embedded(include_str!("model.json")));

/// The operations that are written, sorted.
pub(crate) const IMPLEMENTED: &[&str] = &[];
