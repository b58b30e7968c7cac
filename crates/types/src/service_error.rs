//! The error a caller of an AWS API gets: AWS's code and message for the caller, and apart from
//! it what the operator needs to know. Source: each service's "Common Errors" page.

use std::borrow::Cow;

/// Whose fault an error is: `Sender` or `Receiver` in AWS's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The caller's mistake: a 4xx.
    Sender,
    /// The world's failure or our bug: a 5xx, and a line in the log.
    Receiver,
}

/// An error answer of an AWS API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ServiceError {
    /// AWS's code, such as `WAFNonexistentItemException`.
    pub code: Cow<'static, str>,
    /// Whose fault it is.
    pub fault: Fault,
    /// The HTTP status.
    pub status: u16,
    /// What the caller reads: what was wrong, where, and what to do.
    pub message: String,
    /// Further members of the error's shape, such as `Field` and `Reason` of
    /// `WAFInvalidParameterException`.
    pub members: Vec<(&'static str, String)>,
    /// A header of the answer.
    pub header: Option<Box<(&'static str, String)>>,
    /// What only the operator reads, in the log.
    pub internal: Option<String>,
}

impl ServiceError {
    /// The caller's mistake, status 400.
    #[must_use]
    pub fn sender(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            fault: Fault::Sender,
            status: 400,
            message: message.into(),
            members: Vec::new(),
            header: None,
            internal: None,
        }
    }

    /// The world's failure or our bug, status 500. The caller learns the request id; the operator
    /// reads `internal` in the log.
    #[must_use]
    pub fn receiver(code: impl Into<Cow<'static, str>>, internal: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            fault: Fault::Receiver,
            status: 500,
            message: "The request failed on our side and was not carried out. Try again; if it \
                      fails again, look for the request id in the log."
                .to_owned(),
            members: Vec::new(),
            header: None,
            internal: Some(internal.into()),
        }
    }

    /// With another HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// With a header of the answer.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.header = Some(Box::new((name, value.into())));
        self
    }

    /// With one more member of the error's shape.
    #[must_use]
    pub fn with_member(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.members.push((name, value.into()));
        self
    }
}
