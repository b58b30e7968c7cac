//! rpcv2Cbor requests of a service that has a member of every type: the first line is the path,
//! the rest the body.

use wire::Request;

use super::aws_json::exchange;
use super::rest_json::MODEL;

pub(super) fn run(bytes: &[u8]) {
    let (path, body) = super::first_line(bytes);
    let path = String::from_utf8_lossy(path);
    exchange(
        MODEL.as_ref(),
        &Request {
            method: "POST",
            path: &path,
            query: "",
            headers: &[
                ("smithy-protocol", "rpc-v2-cbor"),
                ("content-type", "application/cbor"),
            ],
            body,
        },
    );
}
