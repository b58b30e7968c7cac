//! `btz config check`: what is in force, and whether the file, a flag or the default says so.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Map, Value};
use types::Clock;

use crate::cli::{Options, Output};
use crate::config::Config;
use crate::suite::networks;
use crate::system::SystemClock;
use crate::{Exit, complain, say, table};

/// Prints every setting with its origin; exit code 2 when there are mistakes.
pub(crate) fn check(options: &Options, output: Output) -> Result<Exit> {
    let config = options.config()?;
    let file = match &options.config {
        Some(path) => settings(&Config::read(path)?)?,
        None => settings(&Config::default())?,
    };
    let default = settings(&Config::default())?;
    let in_force = settings(&config)?;
    let origin = |name: &str| {
        if in_force.get(name) != file.get(name) {
            "flag"
        } else if file.get(name) != default.get(name) {
            "file"
        } else {
            "default"
        }
    };
    match output {
        Output::Json => {
            let settings: BTreeMap<&String, Value> = in_force
                .iter()
                .map(|(name, value)| {
                    (
                        name,
                        serde_json::json!({"value": value, "from": origin(name)}),
                    )
                })
                .collect();
            let mistakes = config.mistakes();
            let networks = network_sources(&config);
            say(&serde_json::to_string_pretty(&serde_json::json!({
                "settings": settings, "mistakes": mistakes, "networks": networks,
            }))?);
        }
        Output::Table => {
            let rows: Vec<Vec<String>> = in_force
                .iter()
                .map(|(name, value)| {
                    let text = value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned);
                    vec![name.clone(), text, origin(name).to_owned()]
                })
                .collect();
            say(&table::table(&["setting", "in force", "from"], &rows));
            say("");
            for line in network_sources(&config) {
                say(&line);
            }
        }
    }
    let mistakes = config.mistakes();
    for mistake in &mistakes {
        complain(&format!("error: {mistake}"));
    }
    Ok(if mistakes.is_empty() {
        Exit::Fine
    } else {
        Exit::Usage
    })
}

/// What is known of addresses, source by source, and what is wrong with it.
fn network_sources(config: &Config) -> Vec<String> {
    // Its mistakes are told with the others.
    let Ok(mut book) = networks::Book::open(&config.networks, &config.data) else {
        return Vec::new();
    };
    book.refresh();
    let (known, now) = (book.known(), SystemClock.now());
    let mut lines = Vec::new();
    for source in networks::sources() {
        lines.push(known.networks.state_of(source, now).to_string());
        lines.extend(book.complaints(source));
    }
    lines
}

fn settings(config: &Config) -> Result<Map<String, Value>> {
    let config = Config {
        networks: config.networks.clone().shown(),
        ..config.clone()
    };
    match serde_json::to_value(config)? {
        Value::Object(mut settings) => {
            // A password in a PostgreSQL address is nobody's to read from a screen.
            if let Some(Value::String(store)) = settings.get_mut("store") {
                *store = without_password(store);
            }
            Ok(settings)
        }
        other => anyhow::bail!("a configuration is a table, not {other}"),
    }
}

fn without_password(address: &str) -> String {
    let shown = without_login_password(address);
    let Some((place, query)) = shown.split_once('?') else {
        return shown;
    };
    let parameters: Vec<&str> = query
        .split('&')
        .map(|parameter| match parameter.split_once('=') {
            // Names can be percent-encoded: what is not known to be harmless is not shown.
            Some((name, _)) if name.contains("password") || name.contains('%') => "password=***",
            _ => parameter,
        })
        .collect();
    format!("{place}?{}", parameters.join("&"))
}

fn without_login_password(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return address.to_owned();
    };
    let Some((login, place)) = rest.rsplit_once('@') else {
        return address.to_owned();
    };
    let user = login.split(':').next().unwrap_or_default();
    let hidden = if login.contains(':') { ":***" } else { "" };
    format!("{scheme}://{user}{hidden}@{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(
            without_password("postgresql://btz:pa:ss@db/x"),
            "postgresql://btz:***@db/x"
        );
        assert_eq!(
            without_password("postgresql://btz@db/x"),
            "postgresql://btz@db/x"
        );
        assert_eq!(
            without_password("postgresql:///x?user=btz&password=pass&p%61ssword=pass"),
            "postgresql:///x?user=btz&password=***&password=***"
        );
        assert_eq!(
            without_password("postgresql://btz:pa?ss@db/x"),
            "postgresql://btz:***@db/x"
        );
        assert_eq!(without_password("redb"), "redb");
    }
}
