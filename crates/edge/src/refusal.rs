//! Answers that the edge gives itself: refusals with their request id, so that each can be
//! explained, and the failures of targets. Text that suits people and programs alike.

use std::borrow::Cow;

use bytes::Bytes;
use types::RequestId;

use crate::head::{Fields, REQUEST_ID, ResponseHead};

/// An answer of the edge's own.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) content_type: Option<Cow<'static, str>>,
    pub(crate) body: Bytes,
}

impl Refusal {
    /// A plain answer: status, sentence, id, and how to learn more.
    pub(crate) fn plain(status: u16, sentence: &str, id: RequestId) -> Self {
        let reason = reason(status);
        let body = format!(
            "{status} {reason}\n\n{sentence}\n\nRequest ID: {id}\nTo learn why: btz explain {id}\n"
        );
        Self {
            status,
            headers: Vec::new(),
            content_type: Some("text/plain; charset=utf-8".into()),
            body: body.into(),
        }
    }

    /// Its head, but for the length of its body.
    pub(crate) fn head(&self, id: RequestId) -> ResponseHead {
        let mut fields = Fields::default();
        for (name, value) in &self.headers {
            // Custom headers come from validated policy; one that HTTP cannot carry is left out.
            if is_sendable(name, value) {
                fields.push(name, value.as_bytes());
            } else {
                tracing::warn!(name, "a custom response header cannot be sent");
            }
        }
        if let Some(content_type) = &self.content_type {
            fields.push("Content-Type", content_type.as_bytes());
        }
        if self
            .headers
            .iter()
            .all(|(name, _)| !name.eq_ignore_ascii_case("cache-control"))
        {
            fields.push("Cache-Control", b"no-store");
        }
        fields.push(REQUEST_ID, id.to_string().as_bytes());
        ResponseHead {
            status: self.status,
            reason: reason(self.status).into(),
            fields,
            keeps_alive: true,
            is_version_1_0: false,
        }
    }
}

fn reason(status: u16) -> &'static str {
    http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Error")
}

fn is_sendable(name: &str, value: &str) -> bool {
    http::HeaderName::from_bytes(name.as_bytes()).is_ok()
        && http::HeaderValue::from_str(value).is_ok()
}
