//! Answers that the edge gives itself: refusals with their request id, so that each can be
//! explained, and the failures of targets. Text that suits people and programs alike.

use std::fmt::Write as _;

use bytes::Bytes;
use http::header;
use pingora_http::ResponseHeader;
use types::RequestId;

/// The header that names a request, on refusals and towards targets.
pub(crate) const REQUEST_ID: &str = "x-btz-request-id";

/// An answer of the edge's own.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) content_type: Option<&'static str>,
    pub(crate) body: Bytes,
}

impl Refusal {
    /// A plain answer: status, sentence, id, and how to learn more.
    pub(crate) fn plain(status: u16, sentence: &str, id: RequestId) -> Self {
        let reason = http::StatusCode::from_u16(status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Error");
        let body = format!(
            "{status} {reason}\n\n{sentence}\n\nRequest ID: {id}\nTo learn why: btz explain {id}\n"
        );
        Self {
            status,
            headers: Vec::new(),
            content_type: Some("text/plain; charset=utf-8"),
            body: body.into(),
        }
    }

    /// As pingora's response head and body.
    pub(crate) fn response(&self, id: RequestId) -> pingora_core::Result<ResponseHeader> {
        let mut head = ResponseHeader::build(self.status, Some(self.headers.len() + 5))?;
        for (name, value) in &self.headers {
            // Custom headers come from validated policy; one that HTTP cannot carry is left out.
            if head.append_header(name.clone(), value.as_str()).is_err() {
                tracing::warn!(name, "a custom response header cannot be sent");
            }
        }
        if let Some(content_type) = self.content_type {
            head.insert_header(header::CONTENT_TYPE, content_type)?;
        }
        if self
            .headers
            .iter()
            .all(|(name, _)| !name.eq_ignore_ascii_case("cache-control"))
        {
            head.insert_header(header::CACHE_CONTROL, "no-store")?;
        }
        head.insert_header(header::CONTENT_LENGTH, self.body.len())?;
        head.insert_header(REQUEST_ID, id.to_string())?;
        Ok(head)
    }

    /// As bytes of HTTP/1.1, for a connection that ends with them.
    pub(crate) fn http1(&self, id: RequestId) -> Vec<u8> {
        let reason = http::StatusCode::from_u16(self.status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Error");
        let mut text = format!("HTTP/1.1 {} {reason}\r\n", self.status);
        let content_type = self.content_type.unwrap_or("text/plain");
        // Writing to a String cannot fail.
        write!(
            text,
            "content-type: {content_type}\r\ncache-control: no-store\r\ncontent-length: {}\r\n\
             {REQUEST_ID}: {id}\r\nconnection: close\r\n\r\n",
            self.body.len(),
        )
        .unwrap_or_default();
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}
