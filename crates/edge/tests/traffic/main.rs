//! The edge judged from outside: real sockets, real clients, a target that writes down what it saw.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails panics"
)]

mod challenges;
mod conformance;
mod conformance_clients;
mod conformance_frames;
mod conformance_http1;
mod conformance_messages;
mod conformance_streams;
mod endings;
mod framing;
mod grpc;
mod handover;
mod http2;
mod inspection;
mod limits;
mod misdirected;
mod proxying;
mod routing;
mod support;
mod targets;
