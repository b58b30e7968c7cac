//! Listeners and their rules. Source: Application Load Balancers, "Listeners for your Application
//! Load Balancers", "Listener rules", "SSL certificates".

use std::sync::Arc;

use crate::action::Action;
use crate::condition::Condition;
use crate::load_balancer::{ListenerAttributes, LoadBalancerAttributes};
use crate::pattern::Wildcard;
use crate::request::{Protocol, Request};
use crate::transform::Transforms;
use crate::trust_store::TrustStore;

/// A rule: the first by priority whose conditions are all true decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its ARN.
    pub arn: String,
    /// From 1 to 50,000; `None` is the default rule's, which comes last.
    pub priority: Option<u32>,
    /// All of them must be true; the default rule has none.
    pub conditions: Vec<Condition>,
    /// What is done.
    pub action: Action,
    /// What is rewritten before a target gets the request.
    pub transforms: Transforms,
}

impl Rule {
    fn matches(&self, request: &Request<'_>) -> bool {
        self.conditions
            .iter()
            .all(|condition| condition.matches(request))
    }
}

/// A certificate of a listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its ARN, by which the edge has it.
    pub arn: String,
    /// The names that it is for, lower case; `*.` stands for one label.
    pub domains: Vec<String>,
}

/// `MutualAuthentication.Mode`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum MutualAuthentication {
    /// Clients are not asked for a certificate.
    #[default]
    Off,
    /// What a client shows goes to the target in header fields.
    Passthrough,
    /// A client needs a certificate that the trust store vouches for.
    Verify {
        /// Who vouches.
        trust_store: Arc<TrustStore>,
        /// Whether an expired certificate does.
        ignore_expiry: bool,
        /// Whether clients are told which authorities there are.
        advertise_ca_names: bool,
    },
}

/// A version of TLS that is spoken here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// TLS 1.2
    V1_2,
    /// TLS 1.3
    V1_3,
}

/// The TLS of an HTTPS listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// The security policy's name.
    pub policy: String,
    /// The versions that it allows, of those that are spoken here.
    pub versions: Vec<TlsVersion>,
    /// The cipher suites that it allows, by their IANA names, of those that are spoken here.
    pub cipher_suites: Vec<&'static str>,
    /// Whether X25519MLKEM768 is preferred.
    pub post_quantum: bool,
    /// The default certificate first. Empty: the edge's own identity.
    pub certificates: Vec<Certificate>,
    /// Certificates of clients.
    pub mutual_authentication: MutualAuthentication,
}

impl Tls {
    /// The certificate for the server name that a client asks for: one for exactly this name, else
    /// one with a wildcard, else the default.
    #[must_use]
    pub fn certificate(&self, server_name: Option<&str>) -> Option<&Certificate> {
        let best = server_name.and_then(|name| Certificate::named(&self.certificates, name));
        best.or_else(|| self.certificates.first())
    }
}

/// How well a host fits one of several patterns: exactly before by a wildcard, and by the wildcard
/// that says most of it before others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claim {
    is_exact: bool,
    literal_bytes: usize,
}

impl Certificate {
    /// The certificate for a server name: one for exactly this name, else one with a wildcard.
    #[must_use]
    pub fn named<'a>(certificates: &'a [Self], server_name: &str) -> Option<&'a Self> {
        let claiming = certificates
            .iter()
            .filter_map(|certificate| Some((certificate.claim(server_name)?, certificate)));
        // Of several the first.
        let best = claiming.reduce(|best, next| if next.0 > best.0 { next } else { best });
        best.map(|(_, certificate)| certificate)
    }

    fn claim(&self, name: &str) -> Option<Claim> {
        let claim = |domain: &String| {
            let (is_exact, literal) = match domain.strip_prefix('*') {
                Some(parent) => {
                    let label = name.split('.').next()?;
                    let rest = name.get(label.len()..)?;
                    let is_it = !label.is_empty()
                        && parent.starts_with('.')
                        && rest.eq_ignore_ascii_case(parent);
                    is_it.then_some((false, parent))?
                }
                None => domain
                    .eq_ignore_ascii_case(name)
                    .then_some((true, domain.as_str()))?,
            };
            Some(Claim {
                is_exact,
                literal_bytes: literal.len(),
            })
        };
        self.domains.iter().filter_map(claim).max()
    }
}

/// A listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Its ARN.
    pub arn: String,
    /// Its load balancer's ARN: whose web ACL it has.
    pub load_balancer_arn: String,
    /// HTTP or HTTPS.
    pub protocol: Protocol,
    /// Its port.
    pub port: u16,
    /// `None` for HTTP.
    pub tls: Option<Tls>,
    /// Its attributes.
    pub attributes: ListenerAttributes,
    /// Its load balancer's attributes.
    pub load_balancer_attributes: Arc<LoadBalancerAttributes>,
    /// The hosts that belong to its load balancer where several share an address: its name, those
    /// of its certificates and those of its rules.
    pub hosts: Vec<Wildcard>,
    /// By priority.
    rules: Vec<Rule>,
    default_rule: Rule,
}

/// What a listener does with a request: the rule is the evidence.
pub type Routed<'a> = &'a Rule;

impl Listener {
    /// An HTTP listener without rules but the default one.
    #[must_use]
    pub fn new(arn: &str, load_balancer_arn: &str, port: u16, default_rule: Rule) -> Self {
        Self {
            arn: arn.to_owned(),
            load_balancer_arn: load_balancer_arn.to_owned(),
            protocol: Protocol::Http,
            port,
            tls: None,
            attributes: ListenerAttributes::default(),
            load_balancer_attributes: Arc::default(),
            hosts: Vec::new(),
            rules: Vec::new(),
            default_rule,
        }
    }

    /// With these rules.
    #[must_use]
    pub fn with_rules(mut self, mut rules: Vec<Rule>) -> Self {
        rules.sort_by_key(|rule| rule.priority.unwrap_or(u32::MAX));
        self.rules = rules;
        self
    }

    /// The rule for a request. Allocates nothing unless a query is percent-encoded.
    #[must_use]
    pub fn route(&self, request: &Request<'_>) -> Routed<'_> {
        self.rules
            .iter()
            .find(|rule| rule.matches(request))
            .unwrap_or(&self.default_rule)
    }

    /// Its rules by priority, the default rule last.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().chain([&self.default_rule])
    }

    /// Whether its clients need a certificate that a trust store vouches for.
    #[must_use]
    pub fn judges_clients(&self) -> bool {
        let tls = self.tls.as_ref();
        tls.is_some_and(|tls| {
            matches!(
                tls.mutual_authentication,
                MutualAuthentication::Verify { .. }
            )
        })
    }

    /// How well a host belongs to this listener's load balancer: by one of its hosts, or by a
    /// certificate that is for it. `None` when it does not.
    #[must_use]
    pub fn claim(&self, host: &str) -> Option<Claim> {
        let named = self
            .hosts
            .iter()
            .filter(|pattern| pattern.matches(host.as_bytes()))
            .map(|pattern| Claim {
                is_exact: pattern.wildcards() == 0,
                literal_bytes: pattern.literal_bytes(),
            });
        let certificates = self.tls.iter().flat_map(|tls| &tls.certificates);
        let certified = certificates.filter_map(|certificate| certificate.claim(host));
        named.chain(certified).max()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::action::FixedResponse;
    use crate::condition::Patterns;

    fn rule(priority: Option<u32>, pattern: Option<&str>) -> Rule {
        let condition = pattern.map(|pattern| {
            Condition::Path(Patterns {
                wildcards: vec![Wildcard::exact_case(pattern).unwrap()],
                regexes: Vec::new(),
            })
        });
        Rule {
            arn: format!("rule/{priority:?}"),
            priority,
            conditions: condition.into_iter().collect(),
            action: Action::FixedResponse(FixedResponse {
                status: 200,
                content_type: None,
                body: String::new(),
            }),
            transforms: Transforms::default(),
        }
    }

    proptest! {
        #[test]
        fn the_lowest_priority_that_matches_decides(
            patterns in proptest::collection::btree_map(1_u32..50, "/[ab*]{0,2}", 0..12), path in "/[ab]{0,2}",
        ) {
            let mut rules: Vec<Rule> =
                patterns.iter().map(|(priority, pattern)| rule(Some(*priority), Some(pattern))).collect();
            rules.reverse();
            let listener = Listener::new("l", "lb", 80, rule(None, None)).with_rules(rules);
            let headers = Vec::new();
            let routed = listener.route(&Request {
                method: "GET", host: "h", path: &path, query: None, headers: &headers,
                source_ip: "192.0.2.1".parse().unwrap(), protocol: Protocol::Http, port: 80,
            });
            let expected = patterns
                .iter()
                .find(|(_, pattern)| Wildcard::exact_case(pattern).unwrap().matches(path.as_bytes()))
                .map(|(priority, _)| *priority);
            prop_assert_eq!(routed.priority, expected);
        }
    }

    #[test]
    fn the_most_exact_certificate_is_shown() {
        let certificate = |arn: &str, domains: &[&str]| Certificate {
            arn: arn.to_owned(),
            domains: domains.iter().map(|domain| (*domain).to_owned()).collect(),
        };
        let tls = Tls {
            policy: "p".to_owned(),
            versions: vec![TlsVersion::V1_3],
            cipher_suites: Vec::new(),
            post_quantum: false,
            certificates: vec![
                certificate("default", &["a.example"]),
                certificate("wild", &["*.b.example"]),
                certificate("exact", &["x.b.example", "b.example"]),
            ],
            mutual_authentication: MutualAuthentication::Off,
        };
        for (name, arn) in [
            (None, "default"),
            (Some("A.example"), "default"),
            (Some("y.b.example"), "wild"),
            (Some("X.b.example"), "exact"),
            (Some("b.example"), "exact"),
            (Some("x.y.b.example"), "default"),
            (Some(".b.example"), "default"),
            (Some("other"), "default"),
        ] {
            assert_eq!(tls.certificate(name).unwrap().arn, arn, "{name:?}");
        }
    }
}
