//! What the edge has done and what it dropped, as counters that only rise. `/metrics` shows them
//! under the names that [`CountersSnapshot::values`] gives, with `btz_edge_` before and `_total`
//! behind them.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// The live counters. One per edge.
        #[derive(Debug, Default)]
        pub(crate) struct Counters {
            $(pub(crate) $name: Counter,)+
        }

        /// The counters at one moment.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct CountersSnapshot {
            $($(#[doc = $doc])+ pub $name: u64,)+
        }

        impl Counters {
            pub(crate) fn snapshot(&self) -> CountersSnapshot {
                CountersSnapshot { $($name: self.$name.value(),)+ }
            }
        }

        impl CountersSnapshot {
            /// Every counter: name, what it counts, value.
            #[must_use]
            pub fn values(&self) -> Vec<(&'static str, &'static str, u64)> {
                vec![$((stringify!($name), concat!($($doc,)+).trim_ascii(), self.$name),)+]
            }
        }
    };
}

/// One counter.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, number: u64) {
        self.0.fetch_add(number, Ordering::Relaxed);
    }

    pub(crate) fn increment(&self) {
        self.add(1);
    }

    fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Counters {
    /// Counts a request that is answered by the edge itself, by its status.
    pub(crate) fn refused(&self, status: u16) {
        match status {
            502..=504 => self.upstream_errors.increment(),
            421 => self.requests_misdirected.increment(),
            413 => self.requests_body_too_large.increment(),
            414 | 431 => self.requests_head_too_large.increment(),
            400 | 405 | 417 | 505 => self.requests_malformed.increment(),
            _ => {}
        }
    }
}

counters! {
    /// Connections accepted.
    connections_accepted,
    /// Connections that have ended.
    connections_closed,
    /// Connections closed at once because too many were open in all.
    connections_refused_full,
    /// Connections closed at once because too many were open from their source.
    connections_refused_source,
    /// Failures to accept, for example for lack of file descriptors.
    accept_errors,
    /// Listeners of load balancers whose address could not be bound.
    listen_errors,
    /// TLS handshakes completed.
    tls_handshakes,
    /// TLS handshakes that failed or were no TLS.
    tls_handshake_errors,
    /// TLS handshakes that failed because the client's certificate was refused, or was missing.
    tls_client_refusals,
    /// TLS handshakes that took too long.
    tls_handshake_timeouts,
    /// Challenges of certificate authorities that were answered.
    challenges,
    /// Bytes read from clients, after TLS.
    received_bytes,
    /// Bytes written to clients, before TLS.
    sent_bytes,
    /// Requests whose head was read.
    requests,
    /// Requests that the web ACL refused.
    requests_blocked,
    /// Requests refused because the rule engine failed on them.
    inspection_errors,
    /// Requests refused for their framing or their form.
    requests_malformed,
    /// Requests on a TLS connection that was made for another load balancer's name.
    requests_misdirected,
    /// Requests refused because their head was too large.
    requests_head_too_large,
    /// Requests refused because their body was too large.
    requests_body_too_large,
    /// Requests that ended before they were answered in full.
    requests_broken,
    /// Health checks that waited over a second for their turn.
    health_checks_late,
    /// Requests answered 502, 503 or 504 for their target.
    upstream_errors,
    /// Connections cut because a request head took too long.
    slow_heads,
    /// Connections cut because a request body came too slowly.
    slow_bodies,
    /// Connections cut because an answer was taken too slowly.
    slow_readers,
    /// Connections closed after they had been idle.
    idle_closed,
    /// HTTP/2 frames received.
    http2_frames,
    /// HTTP/2 connections cut for too many RST_STREAM frames.
    http2_reset_floods,
    /// HTTP/2 connections cut for too many PING frames.
    http2_ping_floods,
    /// HTTP/2 connections cut for too many SETTINGS frames.
    http2_settings_floods,
    /// HTTP/2 connections cut for too many PRIORITY frames.
    http2_priority_floods,
    /// HTTP/2 connections cut for too many WINDOW_UPDATE frames.
    http2_window_update_floods,
    /// HTTP/2 connections cut for too many CONTINUATION frames or header bytes.
    http2_continuation_floods,
    /// HTTP/2 connections cut for too many frames that carry nothing.
    http2_empty_floods,
    /// HTTP/2 connections cut for too many frames of unknown types.
    http2_unknown_floods,
    /// HTTP/2 connections ended by GOAWAY for a client's error.
    http2_protocol_errors,
    /// HTTP/2 streams reset for a client's error. Those whose head was malformed are in no event.
    http2_stream_errors,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_shows_every_counter_with_its_meaning() {
        let counters = Counters::default();
        counters.requests.add(3);
        counters.slow_heads.increment();
        let snapshot = counters.snapshot();
        assert_eq!((snapshot.requests, snapshot.slow_heads), (3, 1));
        let values = snapshot.values();
        assert!(values.contains(&("requests", "Requests whose head was read.", 3)));
        assert!(values.iter().all(|(_, meaning, _)| meaning.ends_with('.')));
        assert!(values.iter().all(|(name, ..)| !name.ends_with("_total")));
    }
}
