//! The user's own credentials, from where the aws CLI takes them. Source: AWS CLI User Guide,
//! "Configuration and credential precedence"; AWS SDKs and Tools Reference Guide, "Process
//! credential provider".

use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use policy::sigv4::Credentials;
use serde::Deserialize;
use types::Secret;

use super::profile::Sections;
use crate::UsageError;

/// The longest of the CLI's files, and of a process's answer.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// The longest that a credential process may take.
const PROCESS_TIMEOUT: Duration = Duration::from_secs(60);

/// What the CLI's settings say.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) credentials: Credentials,
    /// The Region, if one is set.
    pub(crate) region: Option<String>,
    /// `AWS_ENDPOINT_URL`, or the profile's.
    pub(crate) endpoint_url: Option<String>,
    /// Where the credentials are from, for messages.
    pub(crate) origin: String,
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Reads environment and files. A `profile` that is named goes before keys in the environment, as in
/// the CLI.
pub(crate) fn given(profile: Option<&str>) -> Result<Given> {
    let named = profile
        .map(str::to_owned)
        .or_else(|| variable("AWS_PROFILE"));
    let settings = settings(named.as_deref())?;
    let setting = |name: &str| settings.get(name).cloned();
    let region = variable("AWS_REGION")
        .or_else(|| variable("AWS_DEFAULT_REGION"))
        .or_else(|| setting("region"));
    let endpoint_url = variable("AWS_ENDPOINT_URL").or_else(|| setting("endpoint_url"));
    let (credentials, origin) = credentials(profile.is_some(), named.as_deref(), &settings)?;
    Ok(Given {
        credentials,
        region,
        endpoint_url,
        origin,
    })
}

fn credentials(
    profile_first: bool,
    named: Option<&str>,
    settings: &BTreeMap<String, String>,
) -> Result<(Credentials, String)> {
    if !profile_first && let Some(id) = variable("AWS_ACCESS_KEY_ID") {
        let Some(secret) = variable("AWS_SECRET_ACCESS_KEY") else {
            let why = "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not";
            return Err(UsageError(why.to_owned()).into());
        };
        let credentials = keys(id, secret, variable("AWS_SESSION_TOKEN"));
        return Ok((credentials, "the environment".to_owned()));
    }
    let name = named.unwrap_or("default");
    let origin = format!("profile {name}");
    let setting = |name: &str| {
        settings
            .get(name)
            .filter(|value| !value.is_empty())
            .cloned()
    };
    let static_keys = (
        setting("aws_access_key_id"),
        setting("aws_secret_access_key"),
    );
    if let (Some(id), Some(secret)) = static_keys {
        return Ok((keys(id, secret, setting("aws_session_token")), origin));
    }
    if let Some(command) = setting("credential_process") {
        let credentials = of_process(&command)
            .with_context(|| format!("the credential_process of profile {name}"))?;
        return Ok((credentials, format!("{origin} (credential_process)")));
    }
    let elsewhere = [
        ("sso_session", "single sign-on"),
        ("sso_start_url", "single sign-on"),
        ("role_arn", "a role to assume"),
        ("web_identity_token_file", "a web identity"),
        ("login_session", "a login session"),
    ];
    let found = elsewhere
        .iter()
        .find(|(name, _)| settings.contains_key(*name));
    if let Some((_, way)) = found {
        return Err(UsageError(format!(
            "profile {name} gets its credentials by {way}, which btz does not do itself. Let the aws \
             CLI do it and give them on:\n  eval \"$(aws configure export-credentials --profile \
             {name} --format env)\""
        ))
        .into());
    }
    Err(UsageError(format!(
        "no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN), \
         or name a profile of ~/.aws/credentials with --profile (profile {name} has no keys)"
    ))
    .into())
}

fn keys(id: String, secret: String, session_token: Option<String>) -> Credentials {
    Credentials {
        access_key_id: id,
        secret_access_key: Secret::new(secret.into_bytes()),
        session_token,
    }
}

/// The settings of the profile in both files: those of the file of credentials go first. A profile
/// that is named and not there is a mistake.
fn settings(named: Option<&str>) -> Result<BTreeMap<String, String>> {
    let home = variable("HOME").map(PathBuf::from);
    let place = |name: &str, file: &str| {
        let at_home = || home.as_ref().map(|home| home.join(".aws").join(file));
        variable(name).map(PathBuf::from).or_else(at_home)
    };
    let mut merged = BTreeMap::new();
    let mut found = false;
    for path in [
        place("AWS_CONFIG_FILE", "config"),
        place("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
    ] {
        let Some(path) = path.filter(|path| path.is_file()) else {
            continue;
        };
        let file = std::fs::File::open(&path);
        let mut text = String::new();
        file.and_then(|file| file.take(FILE_BYTES_MAX).read_to_string(&mut text))
            .with_context(|| format!("{} cannot be read", path.display()))?;
        if let Some(profile) = Sections::parse(&text).profile(named.unwrap_or("default")) {
            found = true;
            merged.extend(profile.clone());
        }
    }
    match named {
        Some(name) if !found => Err(UsageError(format!(
            "there is no profile {name} in ~/.aws/credentials or ~/.aws/config (or the files that \
             AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE name)"
        ))
        .into()),
        _ => Ok(merged),
    }
}

/// What a credential process answers.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    version: u32,
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

/// Runs the process that the user's own settings name, by the shell as the CLI's users write it.
fn of_process(command: &str) -> Result<Credentials> {
    let mut child = Command::new("/bin/sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot be started")?;
    let output = child.stdout.take().context("has no output")?;
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        let read = output.take(FILE_BYTES_MAX).read_to_string(&mut text);
        read.map(|_| text)
    });
    let begin = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if begin.elapsed() > PROCESS_TIMEOUT {
            child.kill()?;
            child.wait()?;
            bail!("has not ended after {} s", PROCESS_TIMEOUT.as_secs());
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    if !status.success() {
        bail!("ended with {status}");
    }
    let text = reader.join().ok().context("could not be read")??;
    // What it says must not be shown: it may be a secret.
    let answer: Answer = serde_json::from_str(&text)
        .ok()
        .context("does not answer Version, AccessKeyId and SecretAccessKey in JSON")?;
    if answer.version != 1 {
        bail!("answers version {}, which is not known", answer.version);
    }
    Ok(keys(
        answer.access_key_id,
        answer.secret_access_key,
        answer.session_token,
    ))
}
