//! Logging of a web ACL: which of its requests are logged, without which parts, and where.
//! Source: AWS WAF API Reference, `LoggingConfiguration`; Developer Guide, "Logging AWS WAF
//! protection pack (web ACL) traffic".

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::data_protection::{DataProtection, HashKey, Part, protect, redact};
use crate::request::{Action, Decision, RequestEvent, RuleGroupRef, RuleMatch};

/// What is kept of the requests that one web ACL judged.
#[derive(Debug, Default)]
pub struct Collection {
    /// Parts that nothing that is kept shows: neither logs nor samples nor decisions.
    pub data_protections: Vec<DataProtection>,
    /// The key of hashes.
    pub hash_key: Option<HashKey>,
    /// Its logging configuration. Without one its requests are logged to `waf.log`, whole.
    pub logging: Option<LoggingConfiguration>,
}

/// What is kept of whose requests, by the web ACL's ARN.
pub type Collections = BTreeMap<String, Arc<Collection>>;

impl Collection {
    /// Takes what is protected out of an event, before anything is made from it.
    pub(crate) fn protect(&self, event: &mut RequestEvent) {
        protect(event, &self.data_protections, self.hash_key.as_ref());
    }
}

/// `LoggingConfiguration`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggingConfiguration {
    /// Where lines go.
    pub destination: Arc<LogDestination>,
    /// Parts that they do not show.
    pub redacted: Vec<Part>,
    /// Which requests are logged; all, when there is none.
    pub filter: Option<LoggingFilter>,
}

impl LoggingConfiguration {
    /// Whether a request with this decision is logged.
    #[must_use]
    pub fn keeps(&self, decision: &Decision) -> bool {
        let filter = self.filter.as_ref();
        filter.is_none_or(|filter| filter.behavior(decision) == Behavior::Keep)
    }

    /// Takes out what the log does not show.
    pub(crate) fn redact(&self, event: &mut RequestEvent) {
        redact(event, &self.redacted);
    }
}

/// A log stream of a log group: the file `LOG-GROUP/LOG-STREAM.log` in the folder for logs, set
/// aside and deleted like `waf.log`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogDestination {
    log_group: String,
    log_stream: String,
}

impl LogDestination {
    /// The longest name of a log group or stream, in bytes: file systems take 255 for a name, and
    /// files that are set aside have a longer one.
    pub const NAME_BYTES_MAX: usize = 230;

    /// Both are names of files: letters, digits, `-`, `_` and `.`, no dot first. `None` for others,
    /// so that no destination lies outside of the folder for logs.
    #[must_use]
    pub fn new(log_group: &str, log_stream: &str) -> Option<Self> {
        let is_name = |name: &str| {
            let mut bytes = name.bytes();
            !name.is_empty()
                && name.len() <= Self::NAME_BYTES_MAX
                && !name.starts_with('.')
                && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        };
        (is_name(log_group) && is_name(log_stream)).then(|| Self {
            log_group: log_group.to_owned(),
            log_stream: log_stream.to_owned(),
        })
    }

    /// The file, below the folder for logs.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}/{}.log", self.log_group, self.log_stream)
    }
}

/// `LoggingFilter`: the first filter that a request meets decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggingFilter {
    /// In their order.
    pub filters: Vec<Filter>,
    /// What becomes of a request that meets none of them.
    pub default_behavior: Behavior,
}

/// `Filter`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// What becomes of a request that meets it.
    pub behavior: Behavior,
    /// Whether all conditions must hold (`MEETS_ALL`), or one (`MEETS_ANY`).
    pub meets_all: bool,
    /// Its conditions.
    pub conditions: Vec<Condition>,
}

/// `FilterBehavior`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behavior {
    /// It is logged.
    Keep,
    /// It is not.
    Drop,
}

/// `Condition`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// The request met this action: the web ACL's last word, or that of a rule that counted.
    Action(Action),
    /// A rule of a group counted it because the web ACL overrides its action
    /// (`EXCLUDED_AS_COUNT`).
    ExcludedAsCount,
    /// Nothing here takes this action, so no request meets it.
    Never,
    /// The request carries this label, fully qualified.
    Label(String),
}

impl LoggingFilter {
    fn behavior(&self, decision: &Decision) -> Behavior {
        let met = self.filters.iter().find(|filter| {
            let mut conditions = filter.conditions.iter();
            if filter.meets_all {
                conditions.all(|condition| condition.holds(decision))
            } else {
                conditions.any(|condition| condition.holds(decision))
            }
        });
        met.map_or(self.default_behavior, |filter| filter.behavior)
    }
}

impl Condition {
    fn holds(&self, decision: &Decision) -> bool {
        let counted = |matched: &RuleMatch| matched.action == Action::Count;
        match self {
            Self::Action(Action::Count) => decision.matches().any(counted),
            Self::Action(action) => decision.action == *action,
            Self::ExcludedAsCount => decision.matches().any(|matched| {
                let group = matched.rule_group.as_ref();
                counted(matched) && group.is_some_and(RuleGroupRef::is_overridden)
            }),
            Self::Never => false,
            Self::Label(name) => decision.labels.contains(name),
        }
    }
}
