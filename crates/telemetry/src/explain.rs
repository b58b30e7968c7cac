//! Why a request was refused, for a machine ([`Explanation`] as JSON) and for a person
//! ([`Explanation::to_text`]): verdict, rule, field, the matched bytes within their surroundings,
//! the transformations that led to them, and the smallest exception that would have let it pass.

mod exception;
mod text;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::decisions::{DecisionRecord, MatchRecord};

pub use exception::{Exception, PATH_BYTES_MAX, exceptions};
pub use text::escaped;

/// A decision explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// One sentence: what happened to the request, and by which rule.
    pub verdict: String,
    /// The rules that matter: of a refused request the one that refused it, of an allowed one those
    /// that counted it.
    pub matches: Vec<MatchRecord>,
    /// What to change, in WAFv2 JSON, for such a request to pass: the change that allows least comes
    /// first. Empty for a request that passed.
    pub exceptions: Vec<Exception>,
    /// Everything that is known.
    pub decision: DecisionRecord,
}

impl Explanation {
    /// Explains a decision. `rule` is the web ACL's own rule that it fell by, in WAFv2 JSON as
    /// GetWebACL answers it, where there still is one: then exceptions are complete rules for
    /// UpdateWebACL, else the part to add.
    #[must_use]
    pub fn of(decision: DecisionRecord, rule: Option<&Value>) -> Self {
        let verdict = verdict(&decision);
        let (matches, exceptions) = if is_refused(&decision) {
            let matches = decision.terminating.iter().cloned().collect();
            (matches, exceptions(&decision, rule))
        } else {
            let counted = decision
                .non_terminating
                .iter()
                .filter(|rule| rule.action == "COUNT");
            (counted.cloned().collect(), Vec::new())
        };
        Self {
            verdict,
            matches,
            exceptions,
            decision,
        }
    }

    /// For a terminal: lines without control characters, whatever the request held.
    #[must_use]
    pub fn to_text(&self) -> String {
        text::render(self)
    }

    /// As one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut line = Vec::new();
        crate::json_line::append(&mut line, self);
        String::from_utf8_lossy(&line).trim_end().to_owned()
    }
}

fn is_refused(decision: &DecisionRecord) -> bool {
    !matches!(&*decision.action, "ALLOW" | "COUNT")
}

fn verdict(decision: &DecisionRecord) -> String {
    let did = match &*decision.action {
        "BLOCK" => "was blocked",
        "CAPTCHA" => "was answered with a CAPTCHA",
        "CHALLENGE" => "was answered with a challenge",
        _ => "was allowed",
    };
    let by = match &decision.terminating {
        None => "by the web ACL's default action".to_owned(),
        Some(rule) => format!("by {}", full_name(rule)),
    };
    let counted = decision
        .non_terminating
        .iter()
        .filter(|rule| rule.action == "COUNT")
        .count();
    let also = match counted {
        0 => String::new(),
        1 => ", and 1 rule counted it".to_owned(),
        many => format!(", and {many} rules counted it"),
    };
    let status = match decision.status {
        0 => String::new(),
        status => format!(" with status {status}"),
    };
    format!("The request {did}{status} {by}{also}.")
}

/// `rule NoUserAgent_HEADER of AWS#AWSManagedRulesCommonRuleSet (web ACL rule common)`
fn full_name(rule: &MatchRecord) -> String {
    match &rule.rule_group {
        None => format!("rule {}", escaped(rule.rule.as_bytes())),
        Some(group) => format!(
            "rule {} of {} (web ACL rule {})",
            escaped(rule.rule.as_bytes()),
            escaped(group.id.as_bytes()),
            escaped(group.referring_rule.as_bytes()),
        ),
    }
}
