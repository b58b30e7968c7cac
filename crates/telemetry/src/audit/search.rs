//! Reading the log for people: newest first, by what happened, by whom, to what and when.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use types::Time;

use super::chain::Kind;
use super::folder::{Folder, read_all};

/// How far clocks may have been set back between records, where segments are left out by time.
const CLOCK_SLACK: Duration = Duration::from_secs(60 * 60);

/// Which records are asked for; all that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// `eventName`, such as `Decrypt`; letters of either case.
    pub event: Option<String>,
    /// Part of the caller's ARN, user name, principal id or access key id.
    pub user: Option<String>,
    /// `errorCode`; `*` is any failure.
    pub error: Option<String>,
    /// Part of the request's parameters, such as a key's id.
    pub resource: Option<String>,
    /// Not before.
    pub from: Option<Time>,
    /// Not after.
    pub until: Option<Time>,
}

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its number.
    pub sequence: u64,
    /// One JSON object.
    pub text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    #[serde(borrow)]
    event_time: Cow<'a, str>,
    #[serde(borrow)]
    event_name: Cow<'a, str>,
    #[serde(borrow, default)]
    error_code: Option<Cow<'a, str>>,
    #[serde(default)]
    user_identity: Option<Value>,
    #[serde(default)]
    request_parameters: Option<Value>,
}

impl Filter {
    fn takes(&self, body: &str) -> bool {
        // Most records are told apart without being parsed. Text with escapes is not looked for.
        let parts = [&self.user, &self.resource];
        if parts.into_iter().flatten().any(|part| !body.contains(part)) {
            return false;
        }
        let Ok(shown) = serde_json::from_str::<Shown<'_>>(body) else {
            return false;
        };
        let event = self.event.as_ref();
        let event = event.is_none_or(|name| name.eq_ignore_ascii_case(&shown.event_name));
        let error = match (&self.error, &shown.error_code) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(wanted), Some(code)) => wanted == "*" || wanted == code,
        };
        let holds = |part: &Option<String>, value: &Option<Value>| match (part, value) {
            (None, _) => true,
            (Some(part), Some(value)) => value.to_string().contains(part),
            (Some(_), None) => false,
        };
        let time = Time::parse_rfc3339(&shown.event_time).ok();
        // Records have whole seconds.
        let from = self.from.map(Time::as_seconds);
        let until = self.until.map(Time::as_seconds);
        let seconds = time.map(Time::as_seconds);
        event
            && error
            && holds(&self.user, &shown.user_identity)
            && holds(&self.resource, &shown.request_parameters)
            && (from.is_none() || from <= seconds)
            && (until.is_none() || seconds.is_some_and(|at| until.is_some_and(|until| at <= until)))
    }
}

/// Up to `limit` records that the filter takes, newest first. Nothing is verified. `progress` hears
/// how many bytes of how many were read.
///
/// # Errors
/// When the folder cannot be read.
pub fn search(
    folder: &Path,
    filter: &Filter,
    limit: usize,
    mut progress: impl FnMut(u64, u64),
) -> io::Result<Vec<Found>> {
    let segments = Folder::at(folder).segments()?;
    let total = segments.iter().map(|segment| segment.bytes).sum();
    let mut found = Vec::new();
    let mut done = 0;
    for segment in segments.iter().rev() {
        let wanted = limit.saturating_sub(found.len());
        if wanted == 0 {
            break;
        }
        let mut newest = VecDeque::new();
        let begun = segment.begun();
        let is_later = |until: Time| begun.is_some_and(|begun| begun > until.plus(CLOCK_SLACK));
        if !filter.until.is_some_and(is_later) {
            read_all(segment, |record| {
                progress(done + record.offset, total);
                if record.kind != Kind::Head
                    && let Ok(body) = std::str::from_utf8(record.body)
                    && filter.takes(body)
                {
                    if newest.len() >= wanted {
                        newest.pop_front();
                    }
                    newest.push_back(Found {
                        sequence: record.sequence,
                        text: body.to_owned(),
                    });
                }
                true
            })?;
        }
        found.extend(newest.into_iter().rev());
        done += segment.bytes;
        // What is in the segments before it is older still.
        let is_earlier = |from: Time| begun.is_some_and(|begun| begun < from.minus(CLOCK_SLACK));
        if filter.from.is_some_and(is_earlier) {
            break;
        }
    }
    Ok(found)
}
