//! How each certificate is: what `btz certificate list` shows and `btz doctor` judges. Read from the
//! files, so it is the same whether btz runs or not.

use anyhow::Result;
use serde::Serialize;
use types::{AccountId, Region, Time};

use super::{Name, Origin, Source, acme, place, sources};
use crate::config::Config;
use crate::sealed_file::{self, SecretFiles};

/// How long before its expiry a certificate is worth a warning.
const WARN_SECONDS: i64 = 30 * 24 * 60 * 60;

/// What is to be thought of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Condition {
    /// Good.
    Valid,
    /// It has been ordered and is not there yet.
    Pending,
    /// It will expire soon.
    Expiring,
    /// It has expired.
    Expired,
    /// Its files cannot be used.
    Broken,
}

/// How one certificate is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Status {
    /// Its name.
    pub(crate) name: Name,
    /// Its ARN; `None` as long as there is no account.
    pub(crate) arn: Option<String>,
    /// The names that it is for.
    pub(crate) domains: Vec<String>,
    /// Who put it there.
    pub(crate) origin: Origin,
    /// What is to be thought of it.
    pub(crate) condition: Condition,
    /// Who issued it.
    pub(crate) issuer: Option<String>,
    /// Its serial number.
    pub(crate) serial: Option<String>,
    /// When it expires.
    pub(crate) expires: Option<String>,
    /// Seconds until then.
    pub(crate) expires_in_seconds: Option<i64>,
    /// When it is renewed, or when that is attempted next.
    pub(crate) next_attempt: Option<String>,
    /// How often in a row its renewal has failed.
    pub(crate) failures: u32,
    /// Why its files cannot be used, or its renewal failed.
    pub(crate) problem: Option<String>,
}

/// How every certificate is.
pub(crate) fn statuses(
    config: &Config,
    account: Option<AccountId>,
    now: Time,
) -> Result<Vec<Status>> {
    let region: Region = config.region.parse()?;
    let files = SecretFiles::of_command(&config.data);
    let mut all = Vec::new();
    for source in sources(config)? {
        let mut status = of_source(config, &source, &files, now);
        status.arn = account.map(|account| source.name.arn(&region, account));
        all.push(status);
    }
    for name in config.acme.iter().flat_map(acme::Acme::names) {
        if all.iter().all(|status: &Status| status.name != name) {
            let arn = account.map(|account| name.arn(&region, account));
            all.push(Status {
                arn,
                domains: vec![name.to_string()],
                origin: Origin::Acme,
                condition: Condition::Pending,
                ..nothing(name)
            });
        }
    }
    Ok(all)
}

const fn nothing(name: Name) -> Status {
    Status {
        name,
        arn: None,
        domains: Vec::new(),
        origin: Origin::Imported,
        condition: Condition::Broken,
        issuer: None,
        serial: None,
        expires: None,
        expires_in_seconds: None,
        next_attempt: None,
        failures: 0,
        problem: None,
    }
}

fn of_source(config: &Config, source: &Source, files: &SecretFiles, now: Time) -> Status {
    let mut status = Status {
        origin: source.origin,
        ..nothing(source.name.clone())
    };
    let mut state = None;
    if source.origin == Origin::Acme {
        match acme::State::read(&place(&config.data, &source.name)) {
            Ok(read) => state = read,
            Err(error) => status.problem = Some(format!("{error:#}")),
        }
    }
    if source.look().is_nothing() && source.origin == Origin::Acme {
        status.condition = Condition::Pending;
        status.domains.push(source.name.to_string());
    } else {
        let read = source.read(files).map(|certificate| certificate.facts);
        // Its chain lies open; that its key is not at hand here says nothing of it.
        let read = match read {
            Err(error) if sealed_file::is_closed(&error) => {
                status.problem = Some(format!("{error:#}"));
                source.facts()
            }
            read => read,
        };
        match read {
            Ok(facts) => {
                let left = facts.expires_in_seconds(now);
                status.condition = condition(left, &facts, source.origin);
                status.domains = facts.names().cloned().collect();
                status.expires = Some(facts.not_after.rfc3339_seconds());
                status.expires_in_seconds = Some(left);
                status.issuer = Some(facts.issuer);
                status.serial = Some(facts.serial);
            }
            Err(error) => status.problem = Some(format!("{error:#}")),
        }
    }
    if let Some(state) = state {
        let next = state.next_attempt().or_else(|| state.renew_at());
        status.next_attempt = next.map(Time::rfc3339_seconds);
        status.failures = state.failures;
        status.problem = status.problem.or(state.last_error);
    }
    status
}

fn condition(left: i64, facts: &super::Facts, origin: Origin) -> Condition {
    let lifetime = facts.expires_in_seconds(facts.not_before);
    // What renews itself is due with a third of its life left: it is late when a quarter is.
    let warn = if origin == Origin::Acme {
        WARN_SECONDS.min(lifetime / 4)
    } else {
        WARN_SECONDS
    };
    if left <= 0 {
        Condition::Expired
    } else if left <= warn {
        Condition::Expiring
    } else {
        Condition::Valid
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::{Facts, import, save};

    const DAY: i64 = 24 * 60 * 60;

    fn facts(days: i64) -> Facts {
        Facts {
            domains: Vec::new(),
            addresses: Vec::new(),
            issuer: String::new(),
            serial: String::new(),
            not_before: Time::from_seconds(0),
            not_after: Time::from_seconds(days * DAY),
        }
    }

    #[test]
    fn thirty_days_before_expiry_is_soon_and_later_where_renewal_is_due_then() {
        use Condition::{Expired, Expiring, Valid};
        let year = facts(397);
        for (left, imported, by_acme) in [
            (31, Valid, Valid),
            (30, Expiring, Expiring),
            (1, Expiring, Expiring),
            (0, Expired, Expired),
            (-5, Expired, Expired),
        ] {
            assert_eq!(
                condition(left * DAY, &year, Origin::Imported),
                imported,
                "{left}"
            );
            assert_eq!(
                condition(left * DAY, &year, Origin::Acme),
                by_acme,
                "{left}"
            );
        }
        let quarter = facts(90);
        assert_eq!(condition(29 * DAY, &quarter, Origin::Config), Expiring);
        assert_eq!(condition(29 * DAY, &quarter, Origin::Acme), Valid);
        assert_eq!(condition(22 * DAY, &quarter, Origin::Acme), Expiring);
    }

    #[test]
    fn every_certificate_is_told_with_what_is_wrong() {
        let data = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(["shop.example".to_owned()]).unwrap();
        let (chain, key) = (made.cert.pem(), made.signing_key.serialize_pem());
        let name = |text: &str| text.parse::<Name>().unwrap();
        let files = SecretFiles::of_command(data.path());
        import(
            data.path(),
            &name("a"),
            chain.as_bytes(),
            key.as_bytes(),
            &files,
        )
        .unwrap();
        save(
            data.path(),
            &name("b"),
            chain.as_bytes(),
            key.as_bytes(),
            &files,
        )
        .unwrap();
        let state = acme::State {
            failures: 2,
            last_error: Some("no".to_owned()),
            next_attempt_ms: Some(1_795_000_000_000),
            ..acme::State::default()
        };
        state.write(&place(data.path(), &name("b"))).unwrap();
        state.write(&place(data.path(), &name("c"))).unwrap();
        std::fs::write(place(data.path(), &name("a")).join("key.pem"), "x").unwrap();
        let config = Config {
            data: data.path().to_owned(),
            acme: Some(acme::Acme {
                domains: vec!["c".to_owned(), "d.example".to_owned()],
                ..acme::Acme::public(acme::PUBLIC_DIRECTORY.to_owned())
            }),
            ..Config::default()
        };
        let account = Some("123456789012".parse().unwrap());
        let all = statuses(&config, account, Time::from_seconds(1_795_000_000)).unwrap();
        let seen: Vec<_> = all
            .iter()
            .map(|one| (one.name.as_str(), one.condition, one.origin, one.failures))
            .collect();
        use Condition::{Broken, Pending, Valid};
        assert_eq!(
            seen,
            [
                ("a", Broken, Origin::Imported, 0),
                ("b", Valid, Origin::Acme, 2),
                ("c", Pending, Origin::Acme, 2),
                ("d.example", Pending, Origin::Acme, 0),
            ]
        );
        assert_eq!(
            all[0].arn.as_deref(),
            Some("arn:aws:acm:us-east-1:123456789012:certificate/a")
        );
        assert!(all[0].problem.is_some());
        assert_eq!(all[1].next_attempt.as_deref(), Some("2026-11-18T11:06:40Z"));
    }
}
