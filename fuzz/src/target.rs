//! The registry of targets: one file and one line each. A target takes any bytes and must return.

mod address_database;
mod audit_segment;
mod aws_json;
mod aws_query;
mod backup;
mod cbor;
mod client_hello;
mod explanation;
mod http1_framing;
mod http2_frames;
mod ip_list;
mod json;
mod json_walk;
mod key_import;
mod kms_ciphertext;
mod policy_document;
mod protected_data;
mod query_answer;
mod rest_json;
mod route_request;
mod rpc_v2_cbor;
mod seal_header;
mod seal_share;
mod session_token;
mod signed_request;
mod tpm_answers;
mod trust_material;
mod waf_request;
mod waf_rules;
mod waf_transformation;
mod web_identity_token;

/// A parser of untrusted bytes, called as the product calls it.
#[derive(Debug)]
pub(crate) struct Target {
    /// Its name, also its corpus's folder.
    pub(crate) name: &'static str,
    /// Takes one input.
    pub(crate) run: fn(&[u8]),
}

/// All targets.
pub(crate) const TARGETS: &[Target] = &[
    Target {
        name: "address_database",
        run: address_database::run,
    },
    Target {
        name: "audit_segment",
        run: audit_segment::run,
    },
    Target {
        name: "aws_json",
        run: aws_json::run,
    },
    Target {
        name: "aws_query",
        run: aws_query::run,
    },
    Target {
        name: "backup",
        run: backup::run,
    },
    Target {
        name: "cbor",
        run: cbor::run,
    },
    Target {
        name: "client_hello",
        run: client_hello::run,
    },
    Target {
        name: "explanation",
        run: explanation::run,
    },
    Target {
        name: "http1_framing",
        run: http1_framing::run,
    },
    Target {
        name: "http2_frames",
        run: http2_frames::run,
    },
    Target {
        name: "ip_list",
        run: ip_list::run,
    },
    Target {
        name: "json",
        run: json::run,
    },
    Target {
        name: "json_walk",
        run: json_walk::run,
    },
    Target {
        name: "key_import",
        run: key_import::run,
    },
    Target {
        name: "kms_ciphertext",
        run: kms_ciphertext::run,
    },
    Target {
        name: "policy_document",
        run: policy_document::run,
    },
    Target {
        name: "protected_data",
        run: protected_data::run,
    },
    Target {
        name: "query_answer",
        run: query_answer::run,
    },
    Target {
        name: "rest_json",
        run: rest_json::run,
    },
    Target {
        name: "route_request",
        run: route_request::run,
    },
    Target {
        name: "rpc_v2_cbor",
        run: rpc_v2_cbor::run,
    },
    Target {
        name: "seal_header",
        run: seal_header::run,
    },
    Target {
        name: "seal_share",
        run: seal_share::run,
    },
    Target {
        name: "session_token",
        run: session_token::run,
    },
    Target {
        name: "signed_request",
        run: signed_request::run,
    },
    Target {
        name: "tpm_answers",
        run: tpm_answers::run,
    },
    Target {
        name: "trust_material",
        run: trust_material::run,
    },
    Target {
        name: "waf_request",
        run: waf_request::run,
    },
    Target {
        name: "waf_rules",
        run: waf_rules::run,
    },
    Target {
        name: "waf_transformation",
        run: waf_transformation::run,
    },
    Target {
        name: "web_identity_token",
        run: web_identity_token::run,
    },
];

/// The first line, and what follows it.
fn first_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|byte| *byte == b'\n') {
        Some(at) => (
            bytes.get(..at).unwrap_or_default(),
            bytes.get(at + 1..).unwrap_or_default(),
        ),
        None => (bytes, &[]),
    }
}
