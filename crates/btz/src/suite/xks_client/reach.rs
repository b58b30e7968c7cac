//! To which hosts btz connects for whom: an account that may make custom key stores names a host, and
//! must not reach what the machine can and the account cannot.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use kms::XksUnreached;
use telemetry::metrics::{Counter, Registry};
use types::AccountId;

use super::XksConfig;
use crate::suite::public_address::is_public;

/// The port of proxies.
const PORT: u16 = 443;

/// Look-ups at once: each has a thread of the system's resolver, which nothing interrupts.
const LOOKUPS_MAX: usize = 16;

/// And of one account, so that names of one which never resolve leave room for the others.
const LOOKUPS_OF_ACCOUNT_MAX: usize = 4;

/// Resolves a name; the system's resolver, but in tests.
type Resolve = fn(&str) -> std::io::Result<Vec<IpAddr>>;

/// Who may reach what.
pub(super) struct Reach {
    accounts: Vec<AccountId>,
    /// `None`: every host that has a public address.
    hosts: Option<Vec<String>>,
    addresses: BTreeMap<String, SocketAddr>,
    lookups: Arc<Mutex<HashMap<AccountId, usize>>>,
    resolve: Resolve,
    not_allowed: Counter,
    busy: Counter,
}

impl Reach {
    /// `own`: the installation's first account, which alone may where nothing is configured.
    pub(super) fn new(config: &XksConfig, own: AccountId, metrics: &Registry) -> Result<Self> {
        let accounts: Result<Vec<AccountId>, _> = config
            .accounts
            .iter()
            .map(|account| account.parse())
            .collect();
        let mut accounts = accounts.context("kms.xks: accounts")?;
        if accounts.is_empty() {
            accounts.push(own);
        }
        let lower = |host: &String| host.to_ascii_lowercase();
        Ok(Self {
            accounts,
            hosts: config
                .hosts
                .as_ref()
                .map(|hosts| hosts.iter().map(lower).collect()),
            addresses: config
                .addresses
                .iter()
                .map(|(host, address)| (lower(host), *address))
                .collect(),
            lookups: Arc::default(),
            resolve: |host| {
                let found = (host, PORT).to_socket_addrs()?;
                Ok(found.map(|address| address.ip()).collect())
            },
            not_allowed: metrics.counter(
                "btz_kms_xks_not_allowed_total",
                "Requests to external key store proxies that the configuration does not allow.",
                &[],
            ),
            busy: metrics.counter(
                "btz_kms_xks_lookups_refused_total",
                "Names of external key store proxies that were not looked up: too many were.",
                &[],
            ),
        })
    }

    /// That an account may have a host asked, whatever its address.
    pub(super) fn check(&self, account: AccountId, host: &str) -> Result<(), XksUnreached> {
        if !self.accounts.contains(&account) {
            return Err(self.refused(format!("{account} is none of kms.xks.accounts")));
        }
        let host = host.to_ascii_lowercase();
        if self.hosts.is_some() && !self.is_named(&host) {
            return Err(self.refused(format!("{host} is none of kms.xks.hosts")));
        }
        Ok(())
    }

    /// Where a host is.
    pub(super) async fn find(
        &self,
        account: AccountId,
        host: &str,
    ) -> Result<Vec<SocketAddr>, XksUnreached> {
        let host = host.to_ascii_lowercase();
        if let Some(address) = self.addresses.get(&host) {
            return Ok(vec![*address]);
        }
        let lookup = self.lookup(account)?;
        let resolve = self.resolve;
        let name = host.clone();
        let found = tokio::task::spawn_blocking(move || {
            let _lookup = lookup;
            resolve(&name)
        });
        let found = found
            .await
            .map_err(|error| XksUnreached::Network(error.to_string()))?;
        if self.is_named(&host) {
            let found = found.map_err(|error| XksUnreached::Network(error.to_string()))?;
            return Ok(at_port(found));
        }
        // A name that is not there and one of the owner's network are told alike, or names in there
        // could be guessed.
        let found: Vec<IpAddr> = found.unwrap_or_default();
        let public: Vec<IpAddr> = found.into_iter().filter(|one| is_public(*one)).collect();
        if public.is_empty() {
            return Err(self.refused(format!(
                "{host} has no public address, and is none of kms.xks.hosts or kms.xks.addresses"
            )));
        }
        Ok(at_port(public))
    }

    fn is_named(&self, host: &str) -> bool {
        let fits = |pattern: &String| match pattern.strip_prefix("*.") {
            Some(domain) => host
                .strip_suffix(domain)
                .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
            None => pattern == host,
        };
        self.addresses.contains_key(host)
            || self
                .hosts
                .as_ref()
                .is_some_and(|hosts| hosts.iter().any(fits))
    }

    fn refused(&self, why: String) -> XksUnreached {
        self.not_allowed.increment();
        XksUnreached::NotAllowed(why)
    }

    /// Room for a look-up. It is given back when the resolver's thread is done, not when its caller
    /// has given up.
    fn lookup(&self, account: AccountId) -> Result<Lookup, XksUnreached> {
        let mut lookups = self.lookups.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = lookups.values().sum();
        let own = lookups.get(&account).copied().unwrap_or_default();
        if all >= LOOKUPS_MAX || own >= LOOKUPS_OF_ACCOUNT_MAX {
            self.busy.increment();
            let why = "too many names are being looked up";
            return Err(XksUnreached::Network(why.to_owned()));
        }
        lookups.insert(account, own + 1);
        Ok(Lookup {
            account,
            lookups: Arc::clone(&self.lookups),
        })
    }
}

fn at_port(addresses: Vec<IpAddr>) -> Vec<SocketAddr> {
    let at_port = |ip| SocketAddr::new(ip, PORT);
    addresses.into_iter().map(at_port).collect()
}

/// A look-up that goes on.
struct Lookup {
    account: AccountId,
    lookups: Arc<Mutex<HashMap<AccountId, usize>>>,
}

impl Drop for Lookup {
    fn drop(&mut self) {
        let mut lookups = self.lookups.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = lookups.get_mut(&self.account) {
            *own -= 1;
            if *own == 0 {
                lookups.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    const OWN: &str = "111122223333";
    const OTHER: &str = "444455556666";

    /// Ends what the resolver is slow with.
    static IS_OVER: AtomicBool = AtomicBool::new(false);

    /// A resolver that knows a few names, and one that it never answers for.
    fn resolve(host: &str) -> std::io::Result<Vec<IpAddr>> {
        let found: &[&str] = match host {
            "public.example" => &["1.1.1.1"],
            "both.example" => &["10.0.0.7", "1.0.0.1"],
            "inner.example" | "a.corp.example" => &["10.0.0.7"],
            "127.0.0.1" => &["127.0.0.1"],
            "slow.example" => {
                while !IS_OVER.load(Ordering::Relaxed) {
                    std::thread::sleep(Duration::from_millis(5));
                }
                &[]
            }
            _ => return Err(std::io::Error::other("no such name")),
        };
        Ok(found.iter().map(|ip| ip.parse().unwrap()).collect())
    }

    fn reach(config: &str) -> Reach {
        let config: XksConfig = toml::from_str(config).unwrap();
        assert_eq!(config.mistakes(), Vec::<String>::new());
        let reach = Reach::new(&config, OWN.parse().unwrap(), &Registry::default()).unwrap();
        Reach { resolve, ..reach }
    }

    async fn ask(reach: &Reach, account: &str, host: &str) -> Result<Vec<String>, XksUnreached> {
        let account = account.parse().unwrap();
        reach.check(account, host)?;
        let found = reach.find(account, host).await?;
        Ok(found.iter().map(ToString::to_string).collect())
    }

    fn is_refused(answer: Result<Vec<String>, XksUnreached>, setting: &str) -> bool {
        match answer {
            Err(XksUnreached::NotAllowed(why)) => why.contains(setting),
            _ => false,
        }
    }

    #[tokio::test]
    async fn public_addresses_only_unless_the_owner_names_a_host() {
        let reach = reach("");
        assert_eq!(
            ask(&reach, OWN, "public.example").await,
            Ok(vec!["1.1.1.1:443".to_owned()])
        );
        assert_eq!(
            ask(&reach, OWN, "both.example").await,
            Ok(vec!["1.0.0.1:443".to_owned()])
        );
        // What is not there is told as what is inside.
        for host in ["inner.example", "127.0.0.1", "nothing.example"] {
            let answer = ask(&reach, OWN, host).await;
            assert!(is_refused(answer, "kms.xks.hosts"), "{host}");
        }
        assert_eq!(reach.not_allowed.value(), 3);
    }

    #[tokio::test]
    async fn hosts_that_are_named_are_the_only_ones_and_may_be_inside() {
        let reach = reach(
            "hosts = [\"Inner.example\", \"*.corp.example\"]\n\
             addresses = { \"Put.example\" = \"10.0.0.9:8443\" }",
        );
        for (host, at) in [
            ("inner.example", "10.0.0.7:443"),
            ("INNER.example", "10.0.0.7:443"),
            ("a.corp.example", "10.0.0.7:443"),
            ("put.example", "10.0.0.9:8443"),
        ] {
            let answer = ask(&reach, OWN, host).await;
            assert_eq!(answer, Ok(vec![at.to_owned()]), "{host}");
        }
        for host in [
            "public.example",
            "corp.example",
            ".corp.example",
            "xcorp.example",
        ] {
            assert!(
                is_refused(ask(&reach, OWN, host).await, "kms.xks.hosts"),
                "{host}"
            );
        }
    }

    #[tokio::test]
    async fn other_accounts_reach_nothing_unless_they_are_named() {
        let first = reach("");
        let answer = ask(&first, OTHER, "public.example").await;
        assert!(is_refused(answer, "kms.xks.accounts"));
        let named = reach(&format!("accounts = [\"{OTHER}\"]"));
        assert!(ask(&named, OTHER, "public.example").await.is_ok());
        let answer = ask(&named, OWN, "public.example").await;
        assert!(is_refused(answer, "kms.xks.accounts"));
    }

    #[tokio::test]
    async fn names_that_do_not_resolve_take_no_more_than_their_accounts_threads() {
        let reach = Arc::new(reach(&format!("accounts = [\"{OWN}\", \"{OTHER}\"]")));
        let look = |account: &'static str, host: &'static str| {
            let reach = Arc::clone(&reach);
            async move {
                let lookup = reach.find(account.parse().unwrap(), host);
                tokio::time::timeout(Duration::from_millis(20), lookup).await
            }
        };
        // Their callers gave up; the resolver's threads did not.
        for _ in 0..LOOKUPS_OF_ACCOUNT_MAX {
            assert!(look(OWN, "slow.example").await.is_err());
        }
        assert_eq!(
            look(OWN, "public.example").await,
            Ok(Err(XksUnreached::Network(
                "too many names are being looked up".to_owned()
            )))
        );
        assert_eq!(reach.busy.value(), 1);
        let other = reach.find(OTHER.parse().unwrap(), "public.example").await;
        assert!(other.is_ok());
        IS_OVER.store(true, Ordering::Relaxed);
        while !reach.lookups.lock().unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(look(OWN, "public.example").await.unwrap().is_ok());
    }
}
