//! What came, or would come, of each item: a table for eyes, JSON for machines.

use serde::Serialize;

use crate::table;

/// What came of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    /// It is here now.
    Created,
    /// What was here under its name is as it is there now.
    Replaced,
    /// It was here already, the same.
    Unchanged,
    /// Something else is here under its name.
    Skipped,
    /// It has no meaning here, or what it needs is not here.
    NotSupported,
    /// An API refused.
    Failed,
}

impl Outcome {
    const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Replaced => "replaced",
            Self::Unchanged => "unchanged",
            Self::Skipped => "SKIPPED",
            Self::NotSupported => "NOT SUPPORTED",
            Self::Failed => "FAILED",
        }
    }

    /// Whether it was not, or not wholly, imported.
    pub(crate) const fn is_finding(self) -> bool {
        matches!(self, Self::Skipped | Self::NotSupported | Self::Failed)
    }

    /// Whether it changed something here.
    pub(crate) const fn is_change(self) -> bool {
        matches!(self, Self::Created | Self::Replaced)
    }
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    pub(crate) region: String,
    /// What it is, in AWS's word.
    pub(crate) kind: String,
    /// Its name there.
    pub(crate) name: String,
    pub(crate) outcome: Outcome,
    /// Its name here, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) local_name: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) advice: Option<String>,
    /// Whether something that AWS refuses may pass here because of it.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) weaker: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_false(truth: &bool) -> bool {
    !*truth
}

impl Entry {
    /// An entry without more to say.
    pub(crate) fn new(region: &str, kind: &str, name: &str, outcome: Outcome) -> Self {
        Self {
            region: region.to_owned(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            outcome,
            local_name: None,
            reason: None,
            advice: None,
            weaker: false,
        }
    }

    pub(crate) fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    pub(crate) fn advised(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    pub(crate) const fn weaker(mut self, weaker: bool) -> Self {
        self.weaker = weaker;
        self
    }

    pub(crate) fn named_here(mut self, name: &str) -> Self {
        self.local_name = (name != self.name).then(|| name.to_owned());
        self
    }
}

/// The whole of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// Whether nothing was changed because only the plan was asked for.
    pub(crate) dry_run: bool,
    /// The account that was read.
    pub(crate) account: String,
    pub(crate) changed: usize,
    pub(crate) unchanged: usize,
    pub(crate) not_imported: usize,
    pub(crate) items: Vec<Entry>,
}

impl Report {
    pub(crate) fn new(dry_run: bool, account: &str, items: Vec<Entry>) -> Self {
        let count = |is: fn(Outcome) -> bool| items.iter().filter(|one| is(one.outcome)).count();
        Self {
            dry_run,
            account: account.to_owned(),
            changed: count(Outcome::is_change),
            unchanged: count(|outcome| outcome == Outcome::Unchanged),
            not_imported: count(Outcome::is_finding),
            items,
        }
    }

    /// For eyes: all items, then the reasons of what is not here, what may pass because of it first.
    pub(crate) fn text(&self) -> String {
        let rows: Vec<Vec<String>> = self.items.iter().map(row).collect();
        let headings = ["Region", "what", "name", "here"];
        let mut text = table::table(&headings, &rows);
        let findings = self.items.iter().filter(|one| one.outcome.is_finding());
        let (weaker, others): (Vec<&Entry>, Vec<&Entry>) = findings.partition(|one| one.weaker);
        if !weaker.is_empty() {
            text.push_str("\nWEAKER than in AWS: what these refuse there may pass here\n");
            weaker.iter().for_each(|one| text.push_str(&explained(one)));
        }
        if !others.is_empty() {
            text.push_str("\nNot imported\n");
            others.iter().for_each(|one| text.push_str(&explained(one)));
        }
        text.push_str(&self.summary());
        text
    }

    fn summary(&self) -> String {
        let (changed, unchanged, not) = (self.changed, self.unchanged, self.not_imported);
        let account = &self.account;
        match (self.dry_run, changed) {
            (true, _) => format!(
                "\nA dry run, nothing was changed. From account {account}: {changed} to create or \
                 replace, {unchanged} unchanged, {not} not to be imported."
            ),
            (false, 0) => format!(
                "\nNothing was changed. From account {account}: {unchanged} unchanged, {not} not \
                 imported."
            ),
            (false, _) => format!(
                "\nFrom account {account}: {changed} created or replaced, {unchanged} unchanged, \
                 {not} not imported."
            ),
        }
    }
}

fn row(entry: &Entry) -> Vec<String> {
    let here = match (&entry.local_name, entry.weaker) {
        (Some(name), _) => format!("{} as {name}", entry.outcome.word()),
        (None, true) => format!("{}, weaker", entry.outcome.word()),
        (None, false) => entry.outcome.word().to_owned(),
    };
    vec![
        entry.region.clone(),
        entry.kind.clone(),
        entry.name.clone(),
        here,
    ]
}

fn explained(entry: &Entry) -> String {
    let shown = |text: &str| table::printable(text);
    let mut text = format!("  {} {}", entry.kind, shown(&entry.name));
    if let Some(reason) = &entry.reason {
        text.push_str(&format!(": {}", shown(reason)));
    }
    text.push('\n');
    if let Some(advice) = &entry.advice {
        text.push_str(&format!("    → {}\n", shown(advice)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_weaker_is_said_first_and_loudly() {
        let items = vec![
            Entry::new("r", "IP set", "bad", Outcome::Created),
            Entry::new("r", "target", "i-1", Outcome::NotSupported)
                .because("no")
                .advised("do"),
            Entry::new("r", "rule", "bots", Outcome::NotSupported)
                .because("not\x1bhere")
                .weaker(true),
        ];
        let report = Report::new(false, "1", items);
        assert_eq!(
            report.text(),
            "Region  what    name  here\n\
             ──────  ──────  ────  ─────────────────────\n\
             r       IP set  bad   created\n\
             r       target  i-1   NOT SUPPORTED\n\
             r       rule    bots  NOT SUPPORTED, weaker\n\
             \nWEAKER than in AWS: what these refuse there may pass here\n  \
             rule bots: not\\u{1b}here\n\
             \nNot imported\n  target i-1: no\n    → do\n\
             \nFrom account 1: 1 created or replaced, 0 unchanged, 2 not imported."
        );
        assert_eq!((report.changed, report.not_imported), (1, 2));
    }
}
