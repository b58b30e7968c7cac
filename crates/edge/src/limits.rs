//! What a client and an upstream may use up: bytes, time, connections, frames. Where Elastic Load
//! Balancing publishes a quota ("Quotas for your Application Load Balancers", "HTTP headers
//! limits"), it is the default here. Each limit has a counter in [`crate::CountersSnapshot`].

use std::time::Duration;

/// The largest piece in which a request body is read: HTTP/2's default frame size, and the size of
/// the metering stream's read buffer.
pub const BODY_PIECE_BYTES: usize = 16 * 1024;

/// The longest ClientHello that is read, over all its TLS records. Real ones have up to 2 KiB.
pub const CLIENT_HELLO_BYTES: usize = 16 * 1024;

/// Every limit of an edge, with defaults for a small host on the open internet.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections open at once.
    pub connections: usize,
    /// Connections open at once from one IPv4 address or one IPv6 /64.
    pub connections_per_source: usize,
    /// Bytes of a request head: request line and headers together.
    pub head_bytes: usize,
    /// Bytes of a request line, or of HTTP/2's `:path`.
    pub request_line_bytes: usize,
    /// Bytes of one header, name and value.
    pub header_bytes: usize,
    /// Headers in one request.
    pub headers: usize,
    /// Bytes of a request body.
    pub body_bytes: u64,
    /// Bytes of a body that rules look at, where their web ACL asks for fewer. AWS's own words end
    /// at 64 KB; all of it is held until it was judged.
    pub inspected_body_bytes: usize,
    /// From accept to the end of the TLS handshake.
    pub tls_handshake: Duration,
    /// From the first byte of a request head (on a new connection: from accept) to its end.
    pub head_read: Duration,
    /// Between two requests on one connection.
    pub idle: Duration,
    /// Without a byte in either direction on an upgraded connection (WebSocket).
    pub tunnel_idle: Duration,
    /// What a client must at least send of a request body, or take of an answer, in each second
    /// that it is waited for.
    pub bytes_per_second: u64,
    /// How long a client is waited for in all before `bytes_per_second` is demanded of it.
    pub slow_grace: Duration,
    /// To connect to a target.
    pub upstream_connect: Duration,
    /// How long an unused connection to a target is kept.
    pub upstream_idle: Duration,
    /// Unused connections to targets that are kept.
    pub upstream_pool: usize,
    /// HTTP/2's own limits.
    pub http2: Http2Limits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            connections_per_source: 1_000,
            head_bytes: 64 * 1024,
            request_line_bytes: 16 * 1024,
            header_bytes: 16 * 1024,
            headers: 128,
            body_bytes: 1 << 30,
            inspected_body_bytes: 0,
            tls_handshake: Duration::from_secs(10),
            head_read: Duration::from_secs(15),
            idle: Duration::from_secs(60),
            tunnel_idle: Duration::from_secs(350),
            bytes_per_second: 500,
            slow_grace: Duration::from_secs(10),
            upstream_connect: Duration::from_secs(10),
            upstream_idle: Duration::from_secs(30),
            upstream_pool: 256,
            http2: Http2Limits::default(),
        }
    }
}

/// What one HTTP/2 connection may use up. The floods are those of CVE-2019-9511 to 9518,
/// CVE-2023-44487 (rapid reset), CVE-2024-27316 (CONTINUATION) and CVE-2025-8671 (MadeYouReset).
#[derive(Debug, Clone)]
pub struct Http2Limits {
    /// Streams open at once, announced in SETTINGS.
    pub concurrent_streams: u32,
    /// Decoded bytes of a header list, announced in SETTINGS.
    pub header_list_bytes: u32,
    /// Streams that the edge resets because of the client's errors, over a connection's life.
    pub caused_resets: usize,
    /// CONTINUATION frames after one HEADERS frame. Four of full size carry the longest list.
    pub continuations_per_block: u32,
    /// RST_STREAM frames.
    pub reset: Budget,
    /// PING frames.
    pub ping: Budget,
    /// SETTINGS frames.
    pub settings: Budget,
    /// PRIORITY frames.
    pub priority: Budget,
    /// WINDOW_UPDATE frames, beside one for every 4 KiB that the client was sent.
    pub window_update: Budget,
    /// Frames that carry nothing: DATA, HEADERS or CONTINUATION of length 0 that end nothing.
    pub empty: Budget,
    /// Frames of a type that RFC 9113 does not define.
    pub unknown: Budget,
}

impl Default for Http2Limits {
    fn default() -> Self {
        Self {
            concurrent_streams: 128,
            header_list_bytes: 64 * 1024,
            caused_resets: 64,
            continuations_per_block: 4,
            reset: Budget::new(256, 64),
            ping: Budget::new(32, 4),
            settings: Budget::new(16, 1),
            priority: Budget::new(256, 64),
            window_update: Budget::new(8_192, 8_192),
            empty: Budget::new(32, 8),
            unknown: Budget::new(32, 8),
        }
    }
}

/// How many frames of a kind one connection may send: `burst` at once, and `per_second` on end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// At once.
    pub burst: u32,
    /// On end.
    pub per_second: u32,
}

impl Budget {
    /// A budget of `burst` frames that refills by `per_second`.
    #[must_use]
    pub const fn new(burst: u32, per_second: u32) -> Self {
        Self { burst, per_second }
    }
}
