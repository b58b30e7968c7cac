//! Sampled requests: what GetSampledRequests answers.
//! Source: AWS WAF API Reference, GetSampledRequests: "up to 500 requests from among the first
//! 5,000 requests that your AWS resource received during a time range that you choose", within the
//! previous three hours.
//!
//! How many requests matched a rule is counted exactly, second by second. Of the requests
//! themselves a bounded number is kept: those whose id hashes lowest (a bottom-k sample, Cohen and
//! Kaplan 2007), so the choice is uniform, needs no random numbers and comes out the same again.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::mem::size_of;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use types::{RequestId, Time};

use crate::request::{Action, Bytes, Decision, RequestEvent, RuleMatch};

/// How far back samples reach.
pub const WINDOW: Duration = Duration::from_secs(3 * 60 * 60);
/// A sample is drawn from the first this many requests of a window.
pub const POPULATION_MAX: u64 = 5000;
/// The most samples of one answer, and the most that are kept of one second.
pub const ITEMS_MAX: usize = 500;
/// The most samples that are kept of one rule of one web ACL.
pub const RULE_ITEMS_MAX: usize = 2000;
/// The most rules that are told apart; requests of further ones are counted as dropped.
pub const RULES_MAX: usize = 512;
/// The memory for all kept requests.
pub const BYTES_MAX: usize = 32 * 1024 * 1024;
/// The longest head that is kept of one request; headers behind it are left out.
pub const HEAD_BYTES_MAX: usize = 8 * 1024;
/// `RuleMetricName` of the requests that no rule ended: the web ACL's own metric name means it.
pub const DEFAULT_ACTION: &str = "Default_Action";
/// `RuleMetricName` of all requests of a web ACL.
pub const ALL: &str = "ALL";

/// One sampled request (`SampledHTTPRequest`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampledRequest {
    /// Its `x-btz-request-id`.
    pub id: RequestId,
    /// When it came in.
    pub time: Time,
    /// What the rule did with it.
    pub action: Action,
    /// `AWS#AWSManagedRulesCommonRuleSet#NoUserAgent_HEADER`, where the rule lies in a group.
    pub rule_name_within_rule_group: Option<String>,
    /// The rule's own action, where the web ACL overrides it.
    pub overridden_action: Option<Action>,
    /// The status, when the request was refused.
    pub response_code_sent: Option<u16>,
    /// The request itself, shared by the rules that it matched.
    pub request: Arc<SampledHead>,
}

/// The head of a sampled request (`HTTPRequest`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampledHead {
    /// `ClientIP`.
    pub client_ip: IpAddr,
    /// `Country`, `-` where it is not known.
    pub country: String,
    /// The path, undecoded.
    pub path: String,
    /// What follows `?`, undecoded.
    pub query: String,
    /// `Method`.
    pub method: String,
    /// `HTTPVersion`.
    pub version: &'static str,
    /// `Headers`, as many as fit [`HEAD_BYTES_MAX`].
    pub headers: Vec<(String, Bytes)>,
    /// `Labels`.
    pub labels: Vec<String>,
    /// `RequestHeadersInserted`.
    pub inserted_headers: Vec<(String, String)>,
}

/// A window's sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sampling {
    /// `TimeWindow`: as asked and cut to the last three hours, or shorter where the first
    /// [`POPULATION_MAX`] requests came sooner.
    pub start: Time,
    /// Where the window ends; not part of it.
    pub end: Time,
    /// From how many requests the sample was drawn.
    pub population: u64,
    /// The samples with their weights, in the order they came in.
    pub items: Vec<(Arc<SampledRequest>, u64)>,
}

/// The samples of all web ACLs.
#[derive(Debug, Default)]
pub struct Samples {
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    /// By web ACL ARN, then metric name.
    rules: HashMap<String, BTreeMap<String, Rule>>,
    rules_count: usize,
    bytes: usize,
    dropped: u64,
    forgotten_until: i64,
}

#[derive(Debug, Default)]
struct Rule {
    /// Requests by second, growing; seconds without any are left out.
    counts: VecDeque<(i64, u32)>,
    /// Samples by second, each with the hash that decides who stays.
    kept: BTreeMap<i64, Vec<Kept>>,
    kept_count: usize,
}

#[derive(Debug)]
struct Kept {
    rank: u64,
    bytes: usize,
    sample: Arc<SampledRequest>,
}

impl Samples {
    /// Takes note of one request.
    pub fn record(&self, event: &RequestEvent) {
        let Some(decision) = &event.decision else {
            return;
        };
        let mut hasher = DefaultHasher::new();
        event.id.hash(&mut hasher);
        let mut draft = Draft {
            event,
            rank: hasher.finish(),
            head: None,
        };
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.forget(event.time.minus(WINDOW));
        held.record(
            &decision.web_acl_arn,
            ALL,
            decision.action,
            None,
            &mut draft,
        );
        for matched in &decision.non_terminating {
            let name = &matched.metric_name;
            held.record(
                &decision.web_acl_arn,
                name,
                matched.action,
                Some(matched),
                &mut draft,
            );
            held.record_in_group(&decision.web_acl_arn, matched, &mut draft);
        }
        let terminating = decision.terminating.as_ref();
        let name = terminating.map_or(DEFAULT_ACTION, |matched| &matched.metric_name);
        held.record(
            &decision.web_acl_arn,
            name,
            decision.action,
            terminating,
            &mut draft,
        );
        if let Some(matched) = terminating {
            held.record_in_group(&decision.web_acl_arn, matched, &mut draft);
        }
    }

    /// Up to `items_max` of the requests from `start` to before `end` that matched the rule with
    /// this metric name. [`DEFAULT_ACTION`] and [`ALL`] are names too.
    #[must_use]
    pub fn sample(
        &self,
        web_acl_arn: &str,
        metric_name: &str,
        start: Time,
        end: Time,
        items_max: usize,
        now: Time,
    ) -> Sampling {
        let start = start.max(now.minus(WINDOW));
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let rule = held
            .rules
            .get(web_acl_arn)
            .and_then(|rules| rules.get(metric_name));
        rule.map_or(
            Sampling {
                start,
                end,
                population: 0,
                items: Vec::new(),
            },
            |rule| rule.sample(start, end, items_max.min(ITEMS_MAX)),
        )
    }

    /// Requests that were not counted because there were more than [`RULES_MAX`] rules.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .dropped
    }

    /// Roughly how many bytes the kept requests take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .bytes
    }
}

/// The name by which matches of a rule of a group are counted; no metric has such a name.
#[must_use]
pub fn name_in_group(rule_group_id: &str, rule: &str) -> String {
    format!("{rule_group_id}#{rule}")
}

impl Held {
    /// Counts a match of a rule of a group by that rule too.
    fn record_in_group(&mut self, web_acl_arn: &str, matched: &RuleMatch, draft: &mut Draft<'_>) {
        if let Some(group) = &matched.rule_group {
            let name = name_in_group(&group.id, &matched.rule);
            self.record(web_acl_arn, &name, matched.action, Some(matched), draft);
        }
    }

    fn record(
        &mut self,
        web_acl_arn: &str,
        metric_name: &str,
        action: Action,
        matched: Option<&RuleMatch>,
        draft: &mut Draft<'_>,
    ) {
        // Looked up before it is made: names are only copied for a new rule.
        let there = self
            .rules
            .get(web_acl_arn)
            .is_some_and(|rules| rules.contains_key(metric_name));
        if !there {
            if self.rules_count >= RULES_MAX {
                self.dropped += 1;
                return;
            }
            self.rules_count += 1;
            let rules = self.rules.entry(web_acl_arn.to_owned()).or_default();
            rules.insert(metric_name.to_owned(), Rule::default());
        }
        let rules = self.rules.get_mut(web_acl_arn);
        if let Some(rule) = rules.and_then(|rules| rules.get_mut(metric_name)) {
            let (grown, shrunk) = rule.record(action, matched, draft);
            self.bytes = (self.bytes + grown).saturating_sub(shrunk);
        }
        while self.bytes > BYTES_MAX {
            let fullest = self
                .rules
                .values_mut()
                .flat_map(BTreeMap::values_mut)
                .max_by_key(|rule| rule.kept_count);
            let freed = fullest.map_or(0, Rule::thin);
            if freed == 0 {
                break;
            }
            self.bytes = self.bytes.saturating_sub(freed);
        }
    }

    /// Forgets what is older, once a second.
    fn forget(&mut self, before: Time) {
        let before = before.as_seconds();
        // Late events are no reason to look again, but a clock that was set back is.
        let late = self.forgotten_until - WINDOW.as_secs().cast_signed();
        if (late..=self.forgotten_until).contains(&before) {
            return;
        }
        self.forgotten_until = before;
        let mut freed = 0;
        self.rules.retain(|_, rules| {
            rules.retain(|_, rule| {
                freed += rule.forget(before);
                !rule.counts.is_empty()
            });
            !rules.is_empty()
        });
        self.rules_count = self.rules.values().map(BTreeMap::len).sum();
        self.bytes = self.bytes.saturating_sub(freed);
    }
}

impl Rule {
    /// Answers how many bytes were added and removed.
    fn record(
        &mut self,
        action: Action,
        matched: Option<&RuleMatch>,
        draft: &mut Draft<'_>,
    ) -> (usize, usize) {
        let second = draft.event.time.as_seconds();
        // Events come when their answers end, so a second may come late.
        let at = self.counts.partition_point(|(other, _)| *other < second);
        match self.counts.get_mut(at) {
            Some((other, count)) if *other == second => *count = count.saturating_add(1),
            _ => self.counts.insert(at, (second, 1)),
        }
        let rank = draft.rank;
        let kept = self.kept.entry(second).or_default();
        let mut shrunk = 0;
        if kept.len() >= ITEMS_MAX {
            let highest = kept.iter().enumerate().max_by_key(|(_, kept)| kept.rank);
            match highest.map(|(at, kept)| (at, kept.rank)) {
                Some((at, highest)) if highest > rank => shrunk = kept.swap_remove(at).bytes,
                _ => return (0, 0),
            }
            self.kept_count -= 1;
        }
        let (sample, grown) = draft.sample(action, matched);
        kept.push(Kept {
            rank,
            bytes: grown,
            sample,
        });
        self.kept_count += 1;
        if self.kept_count > RULE_ITEMS_MAX {
            shrunk += self.thin();
        }
        (grown, shrunk)
    }

    /// Lets half of the samples of the fullest second go: quiet seconds keep all of theirs longest.
    /// Answers how many bytes that freed.
    fn thin(&mut self) -> usize {
        let fullest = self.kept.iter_mut().max_by_key(|(_, kept)| kept.len());
        let Some((second, kept)) = fullest else {
            return 0;
        };
        let second = *second;
        kept.sort_unstable_by_key(|kept| kept.rank);
        let gone = kept.split_off(kept.len() / 2);
        if kept.is_empty() {
            self.kept.remove(&second);
        }
        self.kept_count -= gone.len();
        gone.iter().map(|kept| kept.bytes).sum()
    }

    fn forget(&mut self, before: i64) -> usize {
        while self
            .counts
            .front()
            .is_some_and(|(second, _)| *second < before)
        {
            self.counts.pop_front();
        }
        let mut freed = 0;
        while let Some(entry) = self.kept.first_entry() {
            if *entry.key() >= before {
                break;
            }
            let gone = entry.remove();
            self.kept_count -= gone.len();
            freed += gone.iter().map(|kept| kept.bytes).sum::<usize>();
        }
        freed
    }

    fn sample(&self, start: Time, end: Time, items_max: usize) -> Sampling {
        // Seconds are counted whole: one that has begun belongs to the window.
        let first = start.as_seconds();
        let last = end.minus(Duration::from_millis(1)).as_seconds();
        let mut sampling = Sampling {
            start,
            end,
            population: 0,
            items: Vec::new(),
        };
        let mut chosen = Vec::new();
        let from = self.counts.partition_point(|(second, _)| *second < first);
        for (second, count) in self.counts.range(from..) {
            if *second > last {
                break;
            }
            if sampling.population >= POPULATION_MAX {
                sampling.end = Time::from_seconds(*second);
                break;
            }
            sampling.population += u64::from(*count);
            let kept = self.kept.get(second).into_iter().flatten();
            chosen.extend(kept.map(|kept| (kept.rank, *second, u64::from(*count), &kept.sample)));
        }
        sampling.population = sampling.population.min(POPULATION_MAX);
        chosen.sort_unstable_by_key(|(rank, ..)| *rank);
        chosen.truncate(items_max);
        chosen.sort_by_key(|(_, second, _, sample)| (*second, sample.time));
        // What one sample stands for: its second's requests, shared by its second's samples.
        for group in chosen.chunk_by(|one, other| one.1 == other.1) {
            for (_, _, count, sample) in group {
                let weight = count.div_ceil(group.len() as u64).max(1);
                sampling.items.push((Arc::clone(sample), weight));
            }
        }
        sampling
    }
}

/// A request on its way in: its head is copied once, and only if some rule keeps it.
struct Draft<'a> {
    event: &'a RequestEvent,
    rank: u64,
    head: Option<(Arc<SampledHead>, usize)>,
}

impl Draft<'_> {
    /// The sample and how many bytes it adds. Whoever keeps a shared head first pays for it, the
    /// others pay it too: the sum is an upper bound.
    fn sample(
        &mut self,
        action: Action,
        matched: Option<&RuleMatch>,
    ) -> (Arc<SampledRequest>, usize) {
        let event = self.event;
        let (head, head_bytes) = self.head.get_or_insert_with(|| {
            let (head, bytes) = head(event);
            (Arc::new(head), bytes)
        });
        let name = matched.and_then(RuleMatch::name_within_rule_group);
        let bytes = *head_bytes
            + size_of::<SampledRequest>()
            + size_of::<Kept>()
            + name.as_ref().map_or(0, String::len);
        let refused = !matches!(action, Action::Allow | Action::Count);
        let sample = SampledRequest {
            id: event.id,
            time: event.time,
            action,
            rule_name_within_rule_group: name,
            overridden_action: matched
                .and_then(|matched| matched.rule_group.as_ref()?.overridden_action),
            response_code_sent: (refused && event.status != 0).then_some(event.status),
            request: Arc::clone(head),
        };
        (Arc::new(sample), bytes)
    }
}

fn head(event: &RequestEvent) -> (SampledHead, usize) {
    let request = &event.request;
    let mut room = HEAD_BYTES_MAX;
    let mut take = |text: &str| {
        let end = text.floor_char_boundary(room);
        room -= end;
        text.get(..end).unwrap_or_default().to_owned()
    };
    let method = take(&request.method);
    let path = take(&request.path);
    let query = take(&request.query);
    let mut headers = Vec::new();
    for (name, value) in &request.headers {
        let bytes = name.len() + value.len() + size_of::<(String, Bytes)>();
        if bytes > room {
            break;
        }
        room -= bytes;
        headers.push((name.clone(), value.clone()));
    }
    let mut labels = Vec::new();
    for label in event.decision.iter().flat_map(|decision| &decision.labels) {
        let bytes = label.len() + size_of::<String>();
        if bytes > room {
            break;
        }
        room -= bytes;
        labels.push(label.clone());
    }
    let mut inserted_headers = Vec::new();
    let inserted = event.decision.iter();
    for (name, value) in inserted.flat_map(|decision| &decision.inserted_headers) {
        let bytes = name.len() + value.len() + size_of::<(String, String)>();
        if bytes > room {
            break;
        }
        room -= bytes;
        inserted_headers.push((name.clone(), value.clone()));
    }
    let head = SampledHead {
        client_ip: event.client.ip,
        country: event
            .decision
            .as_ref()
            .map_or("-", Decision::country)
            .to_owned(),
        path,
        query,
        method,
        version: request.version,
        headers,
        labels,
        inserted_headers,
    };
    (head, HEAD_BYTES_MAX - room + size_of::<SampledHead>())
}
