//! The explanation for a person at a terminal.

use std::fmt::{self, Write as _};

use serde_json::Value;
use types::Time;

use super::{Exception, Explanation};
use crate::decisions::{EvidenceRecord, MatchRecord};
use crate::json_line::is_unsafe;

/// How much JSON stands on one line.
const JSON_LINE_BYTES: usize = 96;

/// How many bytes are shown before and behind the matched ones.
const AROUND_BYTES: usize = 48;
/// How many of the matched bytes are shown.
const MATCHED_BYTES: usize = 120;

/// Bytes as text that is safe to print: control characters, letters that reorder text and bytes
/// that are no UTF-8 are written as escapes, a backslash as two.
#[must_use]
pub fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                '\\' => text.push_str("\\\\"),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\t' => text.push_str("\\t"),
                letter if u32::from(letter) < 0x80 && letter.is_control() => {
                    push(&mut text, format_args!("\\x{:02x}", u32::from(letter)));
                }
                letter if is_unsafe(letter) => {
                    push(&mut text, format_args!("\\u{{{:x}}}", u32::from(letter)));
                }
                letter => text.push(letter),
            }
        }
        for byte in chunk.invalid() {
            push(&mut text, format_args!("\\x{byte:02x}"));
        }
    }
    text
}

pub(super) fn render(explanation: &Explanation) -> String {
    let decision = &explanation.decision;
    let mut out = String::new();
    line(&mut out, format_args!("{}", explanation.verdict));
    line(&mut out, format_args!(""));
    let query = if decision.query.is_empty() { "" } else { "?" };
    let target = format!("{}{query}{}", decision.path, decision.query);
    field(&mut out, "Request", &escaped(decision.id.as_bytes()));
    field(
        &mut out,
        "Time",
        &Time::from_millis(decision.timestamp).to_string(),
    );
    field(
        &mut out,
        "Client",
        &format!("{} port {}", decision.client_ip, decision.client_port),
    );
    field(
        &mut out,
        "Asked for",
        &format!(
            "{} {}://{}{} {}",
            escaped(decision.method.as_bytes()),
            decision.scheme,
            escaped(decision.host.as_bytes()),
            shortened(&escaped(target.as_bytes()), 200),
            decision.version
        ),
    );
    field(
        &mut out,
        "Web ACL",
        &escaped(decision.web_acl_arn.as_bytes()),
    );
    if !decision.labels.is_empty() {
        field(
            &mut out,
            "Labels",
            &escaped(decision.labels.join(" ").as_bytes()),
        );
    }
    for matched in &explanation.matches {
        render_match(&mut out, matched);
    }
    if let Some((smallest, others)) = explanation.exceptions.split_first() {
        line(&mut out, format_args!(""));
        line(
            &mut out,
            format_args!("The smallest exception that would have let it past this rule:"),
        );
        render_exception(&mut out, smallest);
        if !others.is_empty() {
            line(&mut out, format_args!(""));
            line(
                &mut out,
                format_args!("Wider exceptions (their JSON: btz explain ID --output json):"),
            );
            for other in others {
                line(&mut out, format_args!("  {}", other.summary));
            }
        }
        line(&mut out, format_args!(""));
        line(
            &mut out,
            format_args!("Rules behind it have not looked at this request."),
        );
    }
    // What was read from a damaged file must not reach a terminal either.
    let safe = |letter| {
        if letter != '\n' && is_unsafe(letter) {
            char::REPLACEMENT_CHARACTER
        } else {
            letter
        }
    };
    out.chars().map(safe).collect()
}

fn render_match(out: &mut String, matched: &MatchRecord) {
    line(out, format_args!(""));
    field(
        out,
        "Rule",
        &format!("{} ({})", escaped(matched.rule.as_bytes()), matched.action),
    );
    if let Some(group) = &matched.rule_group {
        let by = escaped(group.referring_rule.as_bytes());
        field(
            out,
            "In group",
            &format!("{}, web ACL rule {by}", escaped(group.id.as_bytes())),
        );
    }
    if matched.evidence.is_empty() {
        field(
            out,
            "Because",
            "of where the request comes from or how often, not of its bytes",
        );
    }
    for evidence in &matched.evidence {
        render_evidence(out, evidence);
    }
}

fn render_evidence(out: &mut String, evidence: &EvidenceRecord) {
    field(out, "Where", &escaped(evidence.location.as_bytes()));
    if !evidence.transformations.is_empty() {
        let names = evidence.transformations.iter().map(|name| told(name));
        let names = names.collect::<Vec<String>>().join(", then ");
        field(out, "After", &names);
    }
    // Somebody will copy the expression: its backslashes stay as they are.
    let pattern = escaped(evidence.pattern.as_bytes()).replace("\\\\", "\\");
    let pattern = shortened(&pattern, 200);
    field(
        out,
        "Matched",
        &format!("{} {pattern}", escaped(evidence.condition.as_bytes())),
    );
    let matched = &*evidence.matched.0;
    if matched.is_empty() {
        return;
    }
    let bytes = if matched.len() == 1 { "byte" } else { "bytes" };
    let count = format!("{} {bytes} at offset {}", matched.len(), evidence.offset);
    let (before, after) = surroundings(evidence);
    let shown = matched
        .get(..MATCHED_BYTES.min(matched.len()))
        .unwrap_or_default();
    let ascii = |bytes: &[u8]| -> String {
        // Every letter one column wide, so that the marks stand under the right ones.
        escaped(bytes)
            .chars()
            .flat_map(|letter| {
                let escape = (!letter.is_ascii()).then(|| letter.escape_unicode());
                let plain = letter.is_ascii().then_some(letter);
                escape.into_iter().flatten().chain(plain)
            })
            .collect()
    };
    let (before, shown, after) = (ascii(before), ascii(shown), ascii(after));
    field(out, "Bytes", &format!("{before}{shown}{after}"));
    let marks = format!("{}{}", " ".repeat(before.len()), "^".repeat(shown.len()));
    field(out, "", &format!("{marks} {count}"));
}

/// A transformation's name, and a word on the one that AWS's documentation does not know.
fn told(name: &str) -> String {
    match name {
        "CANONICAL" => "CANONICAL (a step of Bartizan's own: URL escapes decoded however often \
             they were put on, full-width and overlong letters folded, no NUL bytes)"
            .to_owned(),
        name => escaped(name.as_bytes()),
    }
}

/// What lies right before and behind the matched bytes in the field.
fn surroundings(evidence: &EvidenceRecord) -> (&[u8], &[u8]) {
    let (value, matched) = (&*evidence.value.0, &*evidence.matched.0);
    let is_at = |at: usize| {
        value
            .get(at..)
            .is_some_and(|rest| rest.starts_with(matched))
    };
    // The value is cut around the match where it is long, so the offset may be out of it.
    let at = if is_at(evidence.offset) {
        Some(evidence.offset)
    } else {
        value
            .windows(matched.len())
            .position(|window| window == matched)
    };
    let Some(at) = at else {
        return (&[], &[]);
    };
    let before = value
        .get(at.saturating_sub(AROUND_BYTES)..at)
        .unwrap_or_default();
    let behind = value.get(at + matched.len()..).unwrap_or_default();
    let behind = if matched.len() > MATCHED_BYTES {
        &[]
    } else {
        behind
    };
    (
        before,
        behind
            .get(..AROUND_BYTES.min(behind.len()))
            .unwrap_or_default(),
    )
}

fn render_exception(out: &mut String, exception: &Exception) {
    line(out, format_args!("  {}", exception.summary));
    if !exception.json.is_null() {
        render_json(out, &exception.json);
    }
    if let Some(rule) = &exception.adds_rule {
        line(out, format_args!("  The rule to add:"));
        render_json(out, rule);
    }
}

fn render_json(out: &mut String, json: &Value) {
    let mut pretty = String::new();
    pretty_json(&mut pretty, json, 0);
    for text in pretty.lines() {
        line(out, format_args!("    {text}"));
    }
}

/// As serde_json's pretty form, but what fits on a line stays on one.
fn pretty_json(out: &mut String, json: &Value, depth: usize) {
    let whole = json.to_string();
    if depth + whole.len() <= JSON_LINE_BYTES {
        out.push_str(&whole);
        return;
    }
    let inner = depth + 2;
    let indent = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', depth));
    };
    let (open, close) = if json.is_array() {
        ('[', ']')
    } else {
        ('{', '}')
    };
    let separate = |out: &mut String, first: bool| {
        out.push(if first { open } else { ',' });
        indent(out, inner);
    };
    match json {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                separate(out, index == 0);
                pretty_json(out, item, inner);
            }
        }
        Value::Object(members) => {
            for (index, (name, member)) in members.iter().enumerate() {
                separate(out, index == 0);
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push_str(": ");
                pretty_json(out, member, inner);
            }
        }
        _ => {
            out.push_str(&whole);
            return;
        }
    }
    indent(out, depth);
    out.push(close);
}

fn shortened(text: &str, bytes_max: usize) -> String {
    if text.len() <= bytes_max {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(bytes_max);
    format!("{}...", text.get(..end).unwrap_or_default())
}

fn field(out: &mut String, name: &str, value: &str) {
    line(out, format_args!("{name:<10} {value}"));
}

fn line(out: &mut String, arguments: fmt::Arguments<'_>) {
    push(out, arguments);
    out.push('\n');
}

fn push(out: &mut String, arguments: fmt::Arguments<'_>) {
    // A String takes whatever is written.
    let written = out.write_fmt(arguments);
    debug_assert!(written.is_ok(), "a value that cannot be shown");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_of_our_own_is_told_of() {
        assert!(told("CANONICAL").starts_with("CANONICAL (a step of Bartizan's own"));
        assert_eq!(told("URL_DECODE"), "URL_DECODE");
        assert_eq!(told("a\x1bb"), "a\\x1bb");
    }
}
