//! What starts signed unseen. A start goes on from what it finds, and the head after its
//! `AuditLogOpened` is over that: records which no head had signed before are only as good as
//! whoever could write the files meanwhile. A crash leaves some, so they are told, and what a crash
//! does not leave is wrong.

use serde::Serialize;
use serde_json::Value;

use super::appender::HEAD_EVERY_RECORDS;
use super::chain::Kind;
use super::recovery::{CLOSED, OPENED};
use super::writer::GROUP_RECORDS_MAX;

/// The most calls that a crash leaves without a head over them: those since the last one, and a
/// group that was being written.
pub const CRASH_CALLS_MAX: u64 = HEAD_EVERY_RECORDS - 1 + GROUP_RECORDS_MAX as u64;

/// Records that a start found without a signed head over them, and signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Adopted {
    /// The first of them.
    pub from: u64,
    /// The last of them.
    pub to: u64,
    /// Records of calls among them.
    pub calls: u64,
    /// Events of the log itself among them.
    pub events: u64,
    /// Whether a run while the seal was closed is among them, by their own word: it signs nothing.
    pub sealed: bool,
    /// When the start was, as it says.
    pub started: String,
}

/// What was read since the last head whose signature holds.
#[derive(Debug, Default)]
pub(super) struct Unsigned {
    from: Option<u64>,
    to: u64,
    calls: u64,
    events: u64,
    sealed: bool,
    /// The record before was the last word of a clean stop.
    after_closed: bool,
    /// The last signed head is over such a word, so that only a start can follow.
    after_stop: bool,
    /// The last start among them is one that can sign, and its head has not come.
    unfinished: bool,
    /// What no process of ours leaves so.
    wrong: Option<(u64, &'static str)>,
    opening: Option<Opening>,
}

/// A start, and what was there before it.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) sequence: u64,
    /// Up to where its own key had signed, as it says; `None` of an earlier version's.
    pub(super) through: Option<Through>,
    /// What it found, where that is anything.
    pub(super) adopted: Option<Adopted>,
    pub(super) wrong: Option<(u64, &'static str)>,
}

/// The last signed head that a start found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Through {
    pub(super) sequence: u64,
    pub(super) hash: String,
}

impl Unsigned {
    /// What follows a head whose signature holds.
    pub(super) fn after_head(&mut self) -> Option<Opening> {
        let opening = self.opening.take();
        *self = Self {
            after_stop: self.after_closed,
            ..Self::default()
        };
        opening
    }

    /// Takes note of a record that is no head; `event` is its body where it is an event's.
    pub(super) fn record(&mut self, sequence: u64, kind: Kind, event: Option<&Value>) {
        let name = event.and_then(|event| event.get("eventName")?.as_str());
        if name == Some(OPENED) {
            self.open(sequence, event.unwrap_or(&Value::Null));
        } else if self.after_stop {
            self.tell(
                sequence,
                "it follows a clean stop, after which nothing is written before the next start",
            );
        } else if self.unfinished && kind == Kind::Call {
            self.tell(
                sequence,
                "it follows a start that signs what it found before it takes a call",
            );
        }
        self.after_stop = false;
        self.after_closed = name == Some(CLOSED);
        self.from.get_or_insert(sequence);
        self.to = sequence;
        match kind {
            Kind::Call => self.calls += 1,
            Kind::Event | Kind::Head => self.events += 1,
        }
    }

    /// Takes note of a head of any kind, after [`Unsigned::after_head`] where its signature holds.
    pub(super) const fn head(&mut self) {
        self.after_closed = false;
    }

    fn tell(&mut self, sequence: u64, what: &'static str) {
        self.wrong.get_or_insert((sequence, what));
    }

    fn open(&mut self, sequence: u64, event: &Value) {
        let details = |name: &str| event.get("serviceEventDetails")?.get(name);
        let through = details("signedThrough").map(|through| Through {
            sequence: through.get("sequence").and_then(Value::as_u64).unwrap_or(0),
            hash: through
                .get("hash")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
        });
        let time = event.get("eventTime").and_then(Value::as_str);
        self.opening = Some(Opening {
            sequence,
            through,
            adopted: self.adopted(time.unwrap_or_default()),
            wrong: self.wrong,
        });
        let signs = details("signedBy").is_some_and(|key| !key.is_null());
        self.unfinished = signs;
        self.sealed |= !signs;
    }

    fn adopted(&self, started: &str) -> Option<Adopted> {
        self.from.map(|from| Adopted {
            from,
            to: self.to,
            calls: self.calls,
            events: self.events,
            sealed: self.sealed,
            started: started.to_owned(),
        })
    }

    /// What no process of ours leaves at the end of a log that nobody has opened again.
    pub(super) fn wrong_at_end(&self) -> Option<(u64, String)> {
        let told = self.wrong.map(|(at, what)| (at, what.to_owned()));
        told.or_else(|| beyond_a_crash(&self.adopted("")?))
    }
}

/// More than a crash leaves.
pub(super) fn beyond_a_crash(adopted: &Adopted) -> Option<(u64, String)> {
    let beyond = adopted.calls > CRASH_CALLS_MAX && !adopted.sealed;
    beyond.then(|| {
        let what = format!(
            "{} calls to record {} have no signed head over them: a crash leaves {CRASH_CALLS_MAX} at most",
            adopted.calls, adopted.to
        );
        (adopted.from, what)
    })
}
