//! `btz certificate`: the certificates in the data folder and those that the configuration names. It
//! works on files: a running `btz` follows them, and one that does not run finds them at its start.

use anyhow::{Context, Result};
use types::Clock;

use crate::certificate::{self, Condition, Name, Origin, Status};
use crate::cli::{CertificateCommand, Options, Output};
use crate::config::Config;
use crate::sealed_file::SecretFiles;
use crate::system::SystemClock;
use crate::{Exit, UsageError, caller, private_file, say, table};

/// `btz certificate …`
pub(crate) fn certificate(command: &CertificateCommand, output: Output) -> Result<Exit> {
    match command {
        CertificateCommand::List(options) => list(&options.config()?.checked()?, output),
        CertificateCommand::Import { name, options } => import(name, options, output),
        CertificateCommand::Remove { name, options } => remove(name, options),
    }
}

fn statuses(config: &Config) -> Result<Vec<Status>> {
    certificate::statuses(config, caller::account(&config.data)?, SystemClock.now())
}

/// Exit code 1 when one of them cannot be used any longer.
fn list(config: &Config, output: Output) -> Result<Exit> {
    let all = statuses(config)?;
    show(&all, output)?;
    let bad = |status: &Status| matches!(status.condition, Condition::Expired | Condition::Broken);
    Ok(if all.iter().any(bad) {
        Exit::Findings
    } else {
        Exit::Fine
    })
}

fn show(all: &[Status], output: Output) -> Result<()> {
    if output == Output::Json {
        say(&serde_json::to_string_pretty(all)?);
        return Ok(());
    }
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    let headings = [
        "name",
        "condition",
        "expires",
        "for",
        "from",
        "renewal",
        "ARN",
    ];
    say(&table::table(&headings, &rows));
    for status in all {
        if let Some(problem) = &status.problem {
            let (name, problem) = (&status.name, table::printable(problem));
            say(&format!("{name}: {problem}"));
        }
    }
    Ok(())
}

fn row(status: &Status) -> Vec<String> {
    let condition = match status.condition {
        Condition::Valid => "valid",
        Condition::Pending => "pending",
        Condition::Expiring => "EXPIRING",
        Condition::Expired => "EXPIRED",
        Condition::Broken => "BROKEN",
    };
    let expires = match (&status.expires, status.expires_in_seconds) {
        (Some(expires), Some(left)) => format!("{expires} ({})", span(left)),
        _ => "-".to_owned(),
    };
    let from = match status.origin {
        Origin::Config => "configuration",
        Origin::Imported => "import",
        Origin::Acme => "ACME",
    };
    let renewal = match (&status.next_attempt, status.failures) {
        (Some(next), 0) => next.clone(),
        (Some(next), failures) => format!("{next}, failed {failures} times"),
        (None, _) => "-".to_owned(),
    };
    vec![
        status.name.to_string(),
        condition.to_owned(),
        expires,
        status.domains.join(" "),
        from.to_owned(),
        renewal,
        status.arn.clone().unwrap_or_else(|| "-".to_owned()),
    ]
}

fn span(seconds: i64) -> String {
    match seconds {
        ..=0 => "it has".to_owned(),
        1..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

fn import(name: &Name, options: &Options, output: Output) -> Result<Exit> {
    let (Some(cert), Some(key)) = (&options.cert, &options.key) else {
        let both = "give the certificate's two files: --cert FILE --key FILE";
        return Err(UsageError(both.to_owned()).into());
    };
    let config = in_data(options)?;
    refuse_configured(&config, name)?;
    private_file::folder(&config.data)?;
    let (chain_pem, key_pem) = (certificate::bytes(cert)?, certificate::bytes(key)?);
    let files = SecretFiles::of_command(&config.data);
    certificate::import(&config.data, name, &chain_pem, &key_pem, &files)
        .with_context(|| format!("{} and {} were not taken", cert.display(), key.display()))?;
    let mut all = statuses(&config)?;
    all.retain(|status| status.name == *name);
    show(&all, output)?;
    Ok(Exit::Fine)
}

fn remove(name: &Name, options: &Options) -> Result<Exit> {
    let config = in_data(options)?;
    refuse_configured(&config, name)?;
    if !certificate::remove(&config.data, name)? {
        let data = config.data.display();
        return Err(UsageError(format!("there is no certificate {name} in {data}")).into());
    }
    Ok(Exit::Fine)
}

/// The configuration, without the listener's own certificate: `--cert` and `--key` mean another.
fn in_data(options: &Options) -> Result<Config> {
    let mut options = options.clone();
    options.cert = None;
    options.key = None;
    options.config()
}

fn refuse_configured(config: &Config, name: &Name) -> Result<()> {
    let configured = certificate::sources(config)?;
    let is_configured =
        |source: &certificate::Source| source.name == *name && source.origin == Origin::Config;
    if configured.iter().any(is_configured) {
        let why = format!("the configuration names the files of certificate {name}: change those");
        return Err(UsageError(why).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_left_are_told_in_units_that_suit_them() {
        for (seconds, text) in [
            (-1, "it has"),
            (600, "10 min"),
            (7_200, "2 h"),
            (30 * 86_400, "30 days"),
        ] {
            assert_eq!(span(seconds), text);
        }
    }
}
