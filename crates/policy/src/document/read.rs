//! From text to statements: the grammar. What makes a well-formed document a refused one is in
//! `check`. Source: IAM User Guide, "Grammar of the IAM JSON policy language".

use super::check;
use super::position::Positions;
use super::{Effect, Element, MalformedPolicy, Policy, PolicyKind, Statement};
use crate::condition::{Condition, Operator, WrongValue, read_expected};
use crate::context::Key;
use crate::json::{self, Json, Member, Node, Span};
use crate::pattern::{Pattern, Reading};

pub(super) const SYNTAX: &str = "Syntax errors in policy.";

/// A refusal before its place is known as line and column.
#[derive(Debug)]
pub(super) struct Refusal {
    message: String,
    detail: String,
    at: usize,
}

impl Refusal {
    pub(super) fn new(message: impl Into<String>, detail: impl Into<String>, at: usize) -> Self {
        Self {
            message: message.into(),
            detail: detail.into(),
            at,
        }
    }
}

/// A document whose grammar is right.
#[derive(Debug)]
pub(super) struct Document<'t> {
    pub(super) at: usize,
    /// Whether it is of version 2012-10-17.
    pub(super) is_2012: bool,
    pub(super) statements: Vec<RawStatement<'t>>,
}

#[derive(Debug)]
pub(super) struct RawStatement<'t> {
    pub(super) span: Span,
    /// Where the simulator says that it begins: after what comes before it in its list, or after
    /// its own brace.
    starts: usize,
    pub(super) sid: Option<Text<'t>>,
    pub(super) effect: Option<Text<'t>>,
    pub(super) action: Option<RawElement<'t>>,
    pub(super) resource: Option<RawElement<'t>>,
    /// Whether it is NotPrincipal, and what stands there.
    pub(super) principal: Option<(bool, &'t Node<'t>)>,
    pub(super) conditions: Vec<RawCondition<'t>>,
}

/// A text and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
}

#[derive(Debug)]
pub(super) struct RawElement<'t> {
    pub(super) is_not: bool,
    pub(super) at: usize,
    pub(super) values: Vec<Text<'t>>,
}

#[derive(Debug)]
pub(super) struct RawCondition<'t> {
    pub(super) operator: Operator,
    key: &'t str,
    values: Vec<Text<'t>>,
}

/// Reads, checks and compiles.
pub(super) fn statements(
    kind: PolicyKind,
    text: &str,
) -> Result<Box<[Statement]>, MalformedPolicy> {
    let place = |refusal| place(text, refusal);
    if text.len() > Policy::BYTES_MAX {
        let detail = format!("A policy has at most {} bytes.", Policy::BYTES_MAX);
        return Err(place(Refusal::new(check::no_json(kind), detail, 0)));
    }
    let root = json::parse(text).map_err(|error| {
        let detail = format!("This is no JSON that is accepted: {}.", error.what);
        place(Refusal::new(check::no_json(kind), detail, error.at))
    })?;
    let document = document(kind, &root).map_err(place)?;
    let mut positions = Positions::new(text);
    let compiled: Result<Box<[Statement]>, Refusal> = match check::check(kind, &document) {
        Ok(()) => document
            .statements
            .iter()
            .map(|raw| compile(raw, document.is_2012, &mut positions))
            .collect(),
        Err(refusal) => Err(refusal),
    };
    compiled.map_err(place)
}

/// A refusal with the line and column of its place.
pub(super) fn place(text: &str, refusal: Refusal) -> MalformedPolicy {
    let position = Positions::new(text).of(refusal.at);
    MalformedPolicy::new(refusal.message, refusal.detail, position)
}

fn syntax(detail: impl Into<String>, at: usize) -> Refusal {
    Refusal::new(SYNTAX, detail, at)
}

fn document<'t>(kind: PolicyKind, root: &'t Node<'t>) -> Result<Document<'t>, Refusal> {
    let at = root.span.start;
    let Json::Object(members) = &root.json else {
        return Err(syntax("A policy is a JSON object.", at));
    };
    let mut is_2012 = false;
    let mut statements = None;
    for member in members {
        match &*member.name {
            "Version" => match string(&member.value) {
                Some("2012-10-17") => is_2012 = true,
                Some("2008-10-17") => {}
                _ => {
                    let detail = "Version is \"2012-10-17\", or \"2008-10-17\".";
                    let message = check::no_version(kind);
                    return Err(Refusal::new(message, detail, member.value.span.start));
                }
            },
            "Id" if string(&member.value).is_some() => {}
            "Id" => return Err(syntax("Id is a string.", member.value.span.start)),
            "Statement" => statements = Some(&member.value),
            other => {
                let detail = format!("A policy has no element {other:?}.");
                return Err(syntax(detail, member.at));
            }
        }
    }
    let Some(statements) = statements else {
        return Err(syntax("A policy has an element Statement.", at));
    };
    let statements = match &statements.json {
        Json::List(items) if !items.is_empty() => {
            // Each begins where what comes before it ends: the bracket, or the statement before.
            let mut starts = statements.span.start + 1;
            let mut read = Vec::with_capacity(items.len());
            for item in items {
                read.push(statement(item, starts)?);
                starts = item.span.end;
            }
            read
        }
        Json::Object(_) => vec![statement(statements, statements.span.start + 1)?],
        _ => {
            let detail = "Statement is a statement or a list of some.";
            let message = check::no_statement(kind);
            return Err(Refusal::new(message, detail, statements.span.start));
        }
    };
    Ok(Document {
        at,
        is_2012,
        statements,
    })
}

fn string<'t>(node: &'t Node<'t>) -> Option<&'t str> {
    match &node.json {
        Json::String(text) => Some(text),
        _ => None,
    }
}

fn text<'t>(name: &str, node: &'t Node<'t>) -> Result<Text<'t>, Refusal> {
    let at = node.span.start;
    match string(node) {
        Some(text) => Ok(Text { text, at }),
        None => Err(syntax(format!("{name} is a string."), at)),
    }
}

fn statement<'t>(node: &'t Node<'t>, starts: usize) -> Result<RawStatement<'t>, Refusal> {
    let Json::Object(members) = &node.json else {
        return Err(syntax("A statement is a JSON object.", node.span.start));
    };
    let mut raw = RawStatement {
        span: node.span,
        starts,
        sid: None,
        effect: None,
        action: None,
        resource: None,
        principal: None,
        conditions: Vec::new(),
    };
    for member in members {
        let name = &*member.name;
        let value = &member.value;
        match name {
            "Sid" => raw.sid = Some(text(name, value)?),
            "Effect" => raw.effect = Some(text(name, value)?),
            "Action" | "NotAction" => put(&mut raw.action, member, element(member)?)?,
            "Resource" | "NotResource" => put(&mut raw.resource, member, element(member)?)?,
            "Principal" | "NotPrincipal" => {
                put(&mut raw.principal, member, (name == "NotPrincipal", value))?;
            }
            "Condition" => raw.conditions = conditions(value)?,
            other => {
                let detail = format!("A statement has no element {other:?}.");
                return Err(syntax(detail, member.at));
            }
        }
    }
    Ok(raw)
}

/// An element and its `Not` exclude each other.
fn put<T>(slot: &mut Option<T>, member: &Member<'_>, value: T) -> Result<(), Refusal> {
    if slot.is_some() {
        let name = member.name.trim_start_matches("Not");
        let detail = format!("A statement has {name} or Not{name}, not both.");
        return Err(syntax(detail, member.at));
    }
    *slot = Some(value);
    Ok(())
}

fn element<'t>(member: &'t Member<'t>) -> Result<RawElement<'t>, Refusal> {
    Ok(RawElement {
        is_not: member.name.starts_with("Not"),
        at: member.value.span.start,
        values: strings(&member.name, &member.value)?,
    })
}

/// A string or a list of strings.
pub(super) fn strings<'t>(name: &str, node: &'t Node<'t>) -> Result<Vec<Text<'t>>, Refusal> {
    let one = |node: &'t Node<'t>| match string(node) {
        Some(text) => Ok(Text {
            text,
            at: node.span.start,
        }),
        None => {
            let detail = format!("{name} is a string or a list of strings.");
            Err(syntax(detail, node.span.start))
        }
    };
    match &node.json {
        Json::List(items) => items.iter().map(one).collect(),
        _ => Ok(vec![one(node)?]),
    }
}

fn members<'t>(name: &str, node: &'t Node<'t>) -> Result<&'t [Member<'t>], Refusal> {
    match &node.json {
        Json::Object(members) => Ok(members),
        _ => {
            let detail = format!("{name} is a JSON object.");
            Err(syntax(detail, node.span.start))
        }
    }
}

fn conditions<'t>(node: &'t Node<'t>) -> Result<Vec<RawCondition<'t>>, Refusal> {
    let mut conditions = Vec::new();
    for block in members("Condition", node)? {
        let operator = Operator::read(&block.name);
        for entry in members("What a condition operator has", &block.value)? {
            let Some(operator) = operator else {
                let detail = format!("There is no condition operator {:?}.", block.name);
                return Err(syntax(detail, block.at));
            };
            let values = match &entry.value.json {
                Json::List(items) => items
                    .iter()
                    .map(condition_value)
                    .collect::<Result<_, _>>()?,
                _ => vec![condition_value(&entry.value)?],
            };
            conditions.push(RawCondition {
                operator,
                key: &entry.name,
                values,
            });
        }
    }
    Ok(conditions)
}

/// Strings, and as AWS takes them: numbers and truths without quotes.
fn condition_value<'t>(node: &'t Node<'t>) -> Result<Text<'t>, Refusal> {
    let at = node.span.start;
    let text: &'t str = match &node.json {
        Json::String(text) => text,
        Json::Number(number) => number,
        Json::Bool(true) => "true",
        Json::Bool(false) => "false",
        _ => {
            let detail = "A condition's value is a string, a number, true or false, or a list.";
            return Err(syntax(detail, at));
        }
    };
    Ok(Text { text, at })
}

impl RawCondition<'_> {
    /// Compiles it; the refusal's message is the caller's.
    pub(super) fn compile(&self, variables: bool) -> Result<Condition, (String, usize)> {
        let values: Vec<&str> = self.values.iter().map(|value| value.text).collect();
        let expected = read_expected(self.operator, &values, variables);
        let expected = expected.map_err(|WrongValue { index, wanted }| {
            let (text, at) = match self.values.get(index) {
                Some(value) => (value.text, value.at),
                None => ("", 0),
            };
            let shown: String = text.chars().take(64).collect();
            (format!("{shown:?} should be {wanted}."), at)
        })?;
        Ok(Condition {
            operator: self.operator,
            key: Key::new(self.key),
            expected,
        })
    }
}

impl RawElement<'_> {
    fn compile(&self, reading: Reading, variables: bool) -> Result<Element, Refusal> {
        let read = |value: &Text<'_>| {
            Pattern::read(value.text, reading, variables)
                .map_err(|_| syntax("A policy variable reads ${key}.", value.at))
        };
        Ok(Element {
            is_not: self.is_not,
            patterns: self.values.iter().map(read).collect::<Result<_, _>>()?,
        })
    }
}

fn compile(
    raw: &RawStatement<'_>,
    variables: bool,
    positions: &mut Positions<'_>,
) -> Result<Statement, Refusal> {
    let effect = match raw.effect {
        Some(Text { text: "Allow", .. }) => Effect::Allow,
        _ => Effect::Deny,
    };
    let missing = || syntax("A statement has Action or NotAction.", raw.span.start);
    let actions = raw.action.as_ref().ok_or_else(missing)?;
    let resources = raw.resource.as_ref();
    let conditions = raw.conditions.iter().map(|condition| {
        let compiled = condition.compile(variables);
        compiled.map_err(|(detail, at)| syntax(detail, at))
    });
    Ok(Statement {
        sid: raw.sid.map(|sid| sid.text.into()),
        effect,
        actions: actions.compile(Reading::WildcardsIgnoringCase, false)?,
        resources: resources
            .map(|element| element.compile(Reading::Resource, variables))
            .transpose()?,
        principals: raw
            .principal
            .map(|(is_not, node)| check::principals(is_not, node))
            .transpose()?,
        conditions: conditions.collect::<Result<_, _>>()?,
        span: raw.span,
        start: positions.of(raw.starts),
        end: positions.of(raw.span.end),
    })
}
