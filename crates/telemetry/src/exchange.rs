//! What a load balancer did with a request: which rule and target it went to, how long each part
//! took, what was negotiated. The access log is made of it. Source: Application Load Balancers,
//! "Access log entries".

use std::net::SocketAddr;
use std::time::Duration;

use types::RequestId;

use crate::traces::TraceContext;

/// A request's way through the load balancer. What did not happen is empty.
#[derive(Debug, Clone, Default)]
pub struct Exchange {
    /// The client's connection: the same for all its requests.
    pub connection_id: Option<RequestId>,
    /// Where the client connected to.
    pub listener_port: u16,
    /// What was negotiated with the client; `None` without TLS.
    pub tls: Option<Tls>,
    /// The rule that decided; `None` when none was asked.
    pub rule: Option<MatchedRule>,
    /// The target group that the request was forwarded to.
    pub target_group_arn: Option<String>,
    /// The targets that were asked, in order. The last one's answer is the client's.
    pub tries: Vec<TargetTry>,
    /// Bytes received from the client: head and body.
    pub request_bytes: u64,
    /// Bytes of the answer's head that the client was sent, as HTTP/1 writes it.
    pub response_head_bytes: u64,
    /// From the head read to the request sent to the target; `None` when it was not sent.
    pub request_processing: Option<Duration>,
    /// From the request sent to the first byte of the target's answer.
    pub target_processing: Option<Duration>,
    /// From the first byte of the target's answer to the answer sent to the client.
    pub response_processing: Option<Duration>,
    /// Where a redirect led.
    pub redirect_url: Option<String>,
    /// What was done, in order.
    pub actions: Vec<ActionExecuted>,
    /// Why the request failed, if it did.
    pub error_reason: Option<ErrorReason>,
    /// Host that the target was told instead of the client's.
    pub transformed_host: Option<String>,
    /// Path and query that the target was told instead of the client's.
    pub transformed_uri: Option<String>,
    /// The trace id that the target was sent (`X-Amzn-Trace-Id`).
    pub trace_id: Option<String>,
    /// The trace that it is a part of; `None` when it is not traced.
    pub trace: Option<TraceContext>,
    /// Headers that the web ACL inserted.
    pub inserted_headers: Vec<(String, String)>,
}

/// TLS as negotiated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tls {
    /// `TLSv1.3`
    pub protocol: &'static str,
    /// `TLS_AES_128_GCM_SHA256`
    pub cipher: String,
    /// The server name that the client asked for.
    pub server_name: Option<String>,
    /// The certificate that it was shown, if that has an ARN.
    pub certificate_arn: Option<String>,
}

/// The listener rule that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchedRule {
    /// Its ARN.
    pub arn: String,
    /// Its priority; `None` for the default rule.
    pub priority: Option<u32>,
}

/// One try of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetTry {
    /// Where it was.
    pub address: SocketAddr,
    /// What it answered; `None` when it did not.
    pub status: Option<u16>,
}

/// `actions_executed` of the access log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionExecuted {
    /// The web ACL was asked, and allowed.
    Waf,
    /// The web ACL refused, or could not be asked.
    WafFailed,
    /// A target was asked.
    Forward,
    /// An answer of the listener's own.
    FixedResponse,
    /// A redirect.
    Redirect,
}

impl ActionExecuted {
    /// As the access log has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waf => "waf",
            Self::WafFailed => "waf-failed",
            Self::Forward => "forward",
            Self::FixedResponse => "fixed-response",
            Self::Redirect => "redirect",
        }
    }
}

/// Why a request failed: words of the access log's `error_reason` where it has one that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorReason {
    /// The web ACL could not judge it.
    WafUnhandledException,
    /// The target could not be connected to.
    TargetConnectionFailed,
    /// The target did not answer in time.
    TargetTimeout,
    /// The target's answer was no HTTP.
    TargetMalformed,
    /// There is no target that may have it.
    NoTargets,
    /// The client's request was malformed or too large.
    ClientMalformed,
    /// The client left, or sent too slowly.
    ClientGone,
}

impl ErrorReason {
    /// As the access log has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WafUnhandledException => "WAFUnhandledException",
            Self::TargetConnectionFailed => "TargetConnectionFailed",
            Self::TargetTimeout => "TargetTimeout",
            Self::TargetMalformed => "TargetMalformedResponse",
            Self::NoTargets => "NoTargets",
            Self::ClientMalformed => "ClientMalformedRequest",
            Self::ClientGone => "ClientGone",
        }
    }
}
