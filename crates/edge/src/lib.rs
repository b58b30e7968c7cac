//! The edge: the door that traffic comes in by. It listens, speaks TLS, HTTP/1.1 and HTTP/2,
//! fingerprints clients, meters every connection, asks the web ACL, proxies to the targets, and
//! gives one event out for every request.
//!
//! It knows no service, no store and no API: it follows an immutable [`Snapshot`] of policy, swapped
//! whole, and keeps enforcing the last one whatever else is down. A swap closes no connection.
//!
//! ```text
//! accept → ClientHello, fingerprints → TLS → metering stream → HTTP/1 or HTTP/2
//!        → request → web ACL → target → exchange → request event
//! ```

mod buffer;
mod challenge;
mod client;
mod connection;
mod counters;
mod date;
mod door;
mod event;
mod exchange;
pub mod fingerprint;
mod forward;
mod forwarded;
pub mod frames;
pub mod framing;
mod head;
mod hello;
mod http1;
mod http2;
mod identity;
mod inspect;
mod limits;
mod listener;
mod metering;
mod refusal;
mod request;
mod streams;
mod sweep;
mod target;
mod tls;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use arc_swap::ArcSwap;
use route::stickiness::CookieKey;
use rustls::ClientConfig;
use rustls::sign::CertifiedKey;

pub use counters::CountersSnapshot;
pub use limits::{BODY_PIECE_BYTES, Budget, CLIENT_HELLO_BYTES, Http2Limits, Limits};
pub use listener::{Edge, StartError};
pub use tls::{TlsError, certified_key};

/// What an edge is started with and keeps for its life.
#[derive(Debug)]
pub struct Config {
    /// Where it listens from its start to its end. Other addresses come and go with the snapshot.
    pub listeners: Vec<Listener>,
    /// Sockets that listen already, from whoever served here before: they are taken for addresses
    /// that are theirs. Those that neither `listeners` nor the snapshot wants at the start are
    /// closed.
    pub sockets: Vec<std::net::TcpListener>,
    /// Seals stickiness cookies. `None`: one that nobody else has, and sessions end with the edge.
    pub cookie_key: Option<CookieKey>,
    /// The certificate of HTTPS listeners that have none of their own.
    pub identity: Option<Arc<CertifiedKey>>,
    /// What clients and targets may use up.
    pub limits: Limits,
    /// How targets that are spoken to by TLS are verified. `None`: not at all, as Elastic Load
    /// Balancing does ("the load balancer does not validate these certificates").
    pub target_tls: Option<Arc<ClientConfig>>,
    /// The counters of rate-based rules; they outlive every snapshot, and `wafv2` reads them.
    pub rates: Arc<waf::RateCounters>,
}

impl Config {
    /// The given listeners, everything else by default.
    #[must_use]
    pub fn new(listeners: Vec<Listener>, rates: Arc<waf::RateCounters>) -> Self {
        Self {
            listeners,
            sockets: Vec::new(),
            cookie_key: None,
            identity: None,
            limits: Limits::default(),
            target_tls: None,
            rates,
        }
    }
}

/// One listening address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listener {
    /// Address and port; port 0 lets the system choose, see [`Edge::addresses`].
    pub address: SocketAddr,
    /// Whether it is HTTPS, as long as the snapshot has no listener there.
    pub https: bool,
}

/// The policy in force, as one immutable value: what [`route`] and [`waf`] compiled from the rows.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Listeners by the bound address, their rules, target groups and targets.
    pub table: route::Table,
    /// Which web ACL protects a load balancer, by the load balancer's ARN.
    pub web_acls: BTreeMap<String, Arc<waf::WebAcl>>,
    /// What is known of addresses: countries, autonomous systems, lists.
    pub networks: Arc<waf::Networks>,
    /// The certificates of HTTPS listeners, by ARN.
    pub certificates: BTreeMap<String, Arc<CertifiedKey>>,
    /// Which of them are shown, by server name, where a listener has none of its own.
    pub own_certificates: Vec<route::Certificate>,
    /// The ARN of the one for all other names there; `None`: [`Config::identity`].
    pub own_default: Option<String>,
    /// What a certificate authority's HTTP-01 challenges are answered with: key authorizations by
    /// token. A request for one of them is answered before anything else is asked.
    pub challenges: BTreeMap<String, String>,
    /// The certificates that answer TLS-ALPN-01 challenges, by server name, lower case.
    pub alpn_challenges: BTreeMap<String, Arc<CertifiedKey>>,
}

/// The snapshot in force; store a new one and the next request is judged by it.
pub type Policy = Arc<ArcSwap<Snapshot>>;
