//! What the front door holds at most, and how long it waits. What is over a limit is refused and
//! counted (see the counters `btz_api_*` on `/metrics`).

use std::time::Duration;

/// Connections open at once; the next is closed at once.
pub const CONNECTIONS_MAX: usize = 1024;
/// Bytes of a request's line and headers.
pub const HEAD_BYTES_MAX: usize = 64 * 1024;
/// Headers of a request.
pub const HEADERS_MAX: usize = 100;
/// Bytes of a request's body. The largest that AWS's services take as JSON or as a form is about
/// a megabyte.
pub const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Bytes of all bodies that are being read or answered at once: strangers can send bodies, so their
/// sum must have a bound of its own.
pub const BODIES_BYTES_MAX: usize = 64 * 1024 * 1024;
/// How long a connection may be idle before a request, and take to send its head.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a body may take to come in.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a client may take none of its answer's bytes.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// Calls without a signature (AssumeRoleWithWebIdentity) that one source may make at once.
pub const UNSIGNED_BURST: u64 = 100;
/// And how many a second go on.
pub const UNSIGNED_PER_SECOND: u64 = 10;
/// Sources of such calls that are told apart; the others share one bucket.
pub const UNSIGNED_SOURCES_MAX: usize = 10_000;

/// The limits in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// See [`CONNECTIONS_MAX`].
    pub connections_max: usize,
    /// See [`HEAD_BYTES_MAX`]; at least 8,192.
    pub head_bytes_max: usize,
    /// See [`HEADERS_MAX`].
    pub headers_max: usize,
    /// See [`BODY_BYTES_MAX`].
    pub body_bytes_max: usize,
    /// See [`BODIES_BYTES_MAX`].
    pub bodies_bytes_max: usize,
    /// See [`HEAD_TIMEOUT`].
    pub head_timeout: Duration,
    /// See [`BODY_TIMEOUT`].
    pub body_timeout: Duration,
    /// See [`WRITE_TIMEOUT`].
    pub write_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: CONNECTIONS_MAX,
            head_bytes_max: HEAD_BYTES_MAX,
            headers_max: HEADERS_MAX,
            body_bytes_max: BODY_BYTES_MAX,
            bodies_bytes_max: BODIES_BYTES_MAX,
            head_timeout: HEAD_TIMEOUT,
            body_timeout: BODY_TIMEOUT,
            write_timeout: WRITE_TIMEOUT,
        }
    }
}
