//! Traffic of bots by path: what GetTopPathStatisticsByTraffic answers. A request is a bot's when
//! it carries a label that names a bot, its category or its organization, as the bot control rule
//! group gives them (`…:bot:name:…`) and as rules of one's own may.
//! Source: AWS WAF API Reference, GetTopPathStatisticsByTraffic; Developer Guide, "AWS WAF Bot
//! Control rule group", "Labels added by this rule group".
//!
//! Counts are kept by minute, for [`WINDOW`], in bounded memory: when there is no more room the
//! oldest minute goes, and what does not fit even then is counted as dropped.

use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use types::Time;

use crate::request::RequestEvent;

/// How far back the statistics reach.
pub const WINDOW: Duration = Duration::from_secs(3 * 60 * 60);
/// How many different (web ACL, minute, path, bot) are counted at once.
pub const COUNTS_MAX: usize = 16_384;
/// The longest path that is told apart, in bytes (`Path`); longer ones are cut.
pub const PATH_BYTES_MAX: usize = 512;
/// The longest name of a bot, category or organization (`BotName`), in bytes.
const NAME_BYTES_MAX: usize = 256;
const MINUTE_SECONDS: i64 = 60;

/// Which bot sent a request, as far as labels say.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bot {
    /// `googlebot`.
    pub name: Option<String>,
    /// `search_engine`.
    pub category: Option<String>,
    /// `google`.
    pub organization: Option<String>,
}

impl Bot {
    /// The bot that labels tell of, if they tell of one.
    fn of(labels: &[String]) -> Option<Self> {
        let after = |mark: &str| {
            let mut named = labels.iter().filter_map(|label| {
                let (_, name) = label.split_once(mark)?;
                Some(name.to_owned()).filter(|name| {
                    !name.is_empty() && name.len() <= NAME_BYTES_MAX && !name.contains(':')
                })
            });
            named.next()
        };
        let bot = Self {
            name: after(":bot:name:"),
            category: after(":bot:category:"),
            organization: after(":bot:organization:"),
        };
        (bot != Self::default()).then_some(bot)
    }
}

/// How many requests a bot sent to a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotRequests {
    /// The path, undecoded.
    pub path: String,
    /// The bot.
    pub bot: Bot,
    /// Requests.
    pub count: u64,
}

/// The bots' requests of all web ACLs.
#[derive(Debug, Default)]
pub struct BotTraffic {
    held: Mutex<Held>,
}

/// One bot's requests to one path of one web ACL.
type Subject = (String, String, Bot);

#[derive(Debug, Default)]
struct Held {
    minutes: BTreeMap<i64, HashMap<Subject, u64>>,
    /// Counts of all minutes.
    counts: usize,
    dropped: u64,
}

impl BotTraffic {
    /// Takes note of one request.
    pub fn record(&self, event: &RequestEvent) {
        let Some(decision) = &event.decision else {
            return;
        };
        let Some(bot) = Bot::of(&decision.labels) else {
            return;
        };
        let minute = event.time.as_seconds().div_euclid(MINUTE_SECONDS);
        let path = cut(&event.request.path).to_owned();
        let subject = (decision.web_acl_arn.clone(), path, bot);
        let mut held = self.lock();
        held.forget(minute);
        let known = held.minutes.get_mut(&minute);
        if let Some(count) = known.and_then(|counts| counts.get_mut(&subject)) {
            *count += 1;
            return;
        }
        if !held.make_room(minute) {
            held.dropped += 1;
            return;
        }
        held.counts += 1;
        let counts = held.minutes.entry(minute).or_default();
        counts.insert(subject, 1);
    }

    /// The requests of a web ACL in the minutes that the window from `start` to before `end`
    /// touches, by path and bot.
    #[must_use]
    pub fn requests(&self, web_acl_arn: &str, start: Time, end: Time) -> Vec<BotRequests> {
        let first = start.as_seconds().div_euclid(MINUTE_SECONDS);
        let last = (end.as_millis() - 1).div_euclid(MINUTE_SECONDS * 1000);
        let mut sums: BTreeMap<(String, Bot), u64> = BTreeMap::new();
        if first > last {
            return Vec::new();
        }
        let held = self.lock();
        let counts = held
            .minutes
            .range(first..=last)
            .flat_map(|(_, counts)| counts);
        for ((arn, path, bot), count) in counts {
            if arn == web_acl_arn {
                *sums.entry((path.clone(), bot.clone())).or_default() += count;
            }
        }
        drop(held);
        sums.into_iter()
            .map(|((path, bot), count)| BotRequests { path, bot, count })
            .collect()
    }

    /// Requests that were not counted for lack of room.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.lock().dropped
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn forget(&mut self, minute: i64) {
        let oldest = minute - WINDOW.as_secs().cast_signed() / MINUTE_SECONDS;
        let kept = self.minutes.split_off(&oldest);
        let gone = mem::replace(&mut self.minutes, kept);
        self.counts -= gone.values().map(HashMap::len).sum::<usize>();
    }

    /// Whether there is room for another count in this minute.
    fn make_room(&mut self, minute: i64) -> bool {
        while self.counts >= COUNTS_MAX {
            match self.minutes.first_entry() {
                Some(oldest) if *oldest.key() < minute => {
                    self.counts -= oldest.remove().len();
                }
                _ => return false,
            }
        }
        true
    }
}

fn cut(path: &str) -> &str {
    if path.len() <= PATH_BYTES_MAX {
        return path;
    }
    let ends = (0..=PATH_BYTES_MAX).rev();
    let end = ends.into_iter().find(|end| path.is_char_boundary(*end));
    path.get(..end.unwrap_or_default()).unwrap_or_default()
}
