//! What the front door counts, on `/metrics`.

use telemetry::metrics::{Counter, Gauge, Registry};

/// Counters of the front door.
#[derive(Debug, Clone)]
pub(crate) struct Counters {
    pub(crate) connections: Gauge,
    pub(crate) connections_refused: Counter,
    pub(crate) connections_broken: Counter,
    pub(crate) accept_failures: Counter,
    pub(crate) bodies_bytes: Gauge,
    pub(crate) signing_keys: Gauge,
    pub(crate) unreadable: Counter,
    pub(crate) body_too_large: Counter,
    pub(crate) body_too_slow: Counter,
    pub(crate) bodies_full: Counter,
    pub(crate) unsigned: Counter,
    pub(crate) unsigned_throttled: Counter,
    pub(crate) unverified: Counter,
    pub(crate) unknown_operation: Counter,
    pub(crate) denied: Counter,
    pub(crate) not_implemented: Counter,
    pub(crate) unaudited: Counter,
    pub(crate) succeeded: Counter,
    pub(crate) sender_errors: Counter,
    pub(crate) receiver_errors: Counter,
}

impl Counters {
    pub(crate) fn new(registry: &Registry) -> Self {
        let counter = |name, help| registry.counter(name, help, &[]);
        let refused = |reason| {
            registry.counter(
                "btz_api_requests_refused_total",
                "Requests that were answered before they were calls, by reason.",
                &[("reason", reason)],
            )
        };
        let call = |outcome| {
            registry.counter(
                "btz_api_calls_total",
                "Verified calls of an operation, by outcome.",
                &[("outcome", outcome)],
            )
        };
        Self {
            connections: registry.gauge("btz_api_connections", "Open API connections.", &[]),
            connections_refused: counter(
                "btz_api_connections_refused_total",
                "API connections closed at once because too many were open.",
            ),
            connections_broken: counter(
                "btz_api_connections_broken_total",
                "API connections that ended in an error or a timeout.",
            ),
            accept_failures: counter(
                "btz_api_accept_failures_total",
                "API connections that the system could not hand over.",
            ),
            bodies_bytes: registry.gauge(
                "btz_api_bodies_bytes",
                "Bytes of API request bodies held now.",
                &[],
            ),
            signing_keys: registry.gauge(
                "btz_api_signing_keys",
                "Signing keys kept for their callers' next requests; looked at every minute.",
                &[],
            ),
            unreadable: refused("unreadable"),
            body_too_large: refused("body_too_large"),
            body_too_slow: refused("body_too_slow"),
            bodies_full: refused("bodies_full"),
            unsigned: refused("unsigned"),
            unsigned_throttled: refused("unsigned_throttled"),
            unverified: refused("unverified"),
            unknown_operation: refused("unknown_operation"),
            denied: call("denied"),
            not_implemented: call("not_implemented"),
            unaudited: call("unaudited"),
            succeeded: call("succeeded"),
            sender_errors: call("sender_error"),
            receiver_errors: call("receiver_error"),
        }
    }
}
