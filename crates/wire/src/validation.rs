//! The model's constraints, judged with AWS's wording. Source: recorded answers of KMS, IAM, STS
//! and EventBridge: `N validation error(s) detected: Value 'x' at 'path' failed to satisfy
//! constraint: …; …`. A string must match its pattern as a whole.

use std::fmt::Write as _;

use types::ServiceError;

use crate::field_path::{FieldPath, camel_case};
use crate::shape::{Kind, Shape};
use crate::{Dialect, Model, Operation, Protocol, Refusal, Value, timestamp};

/// After how many broken constraints the reading stops.
pub const VALIDATION_ERRORS_MAX: usize = 10;

/// How much of a value a message repeats, in characters.
const SHOWN_MAX: usize = 1024;

impl Dialect<'_> {
    /// Judges an operation's input by its shape: required members, length, range, pattern, enum.
    ///
    /// # Errors
    /// `ValidationException` (in query APIs `ValidationError`) with all that is wrong, up to
    /// [`VALIDATION_ERRORS_MAX`]. An API of restJson1 that declares an error of its own for it
    /// answers that one.
    pub fn validate(self, operation: &Operation, input: &Value) -> Result<(), ServiceError> {
        let Some(shape) = operation.input else {
            return Ok(());
        };
        let mut found = Findings {
            model: self.model,
            broken: Vec::new(),
        };
        found.value(self.model.shape(shape), input, false, &FieldPath::Root);
        if found.broken.is_empty() {
            return Ok(());
        }
        let count = found.broken.len();
        let errors = if count == 1 { "error" } else { "errors" };
        let messages: Vec<String> = found.broken.iter().map(Broken::message).collect();
        let message = format!(
            "{count} validation {errors} detected: {}",
            messages.join("; ")
        );
        let error = self.refusal(&Refusal::Invalid { message });
        Err(match self.protocol() {
            Protocol::RestJson1 => declared(self.model, error, &found.broken),
            _ => error,
        })
    }
}

/// The error as the API declares it. Inspector's `ValidationException` has a reason and the fields;
/// GuardDuty has none and calls it `BadRequestException`.
fn declared(model: &Model, mut error: ServiceError, broken: &[Broken]) -> ServiceError {
    let Some(shape) = model.error_shape(&error.code) else {
        if model.error_shape(BAD_REQUEST).is_some() {
            error.code = BAD_REQUEST.into();
        }
        return error;
    };
    for member in shape.members() {
        match member.name() {
            "reason" => {
                let values = model.shape(member.shape()).values().iter();
                let reason = values
                    .filter(|value| value.replace('_', "").eq_ignore_ascii_case(FIELD_REASON))
                    .map(|reason| ("reason", reason.clone()));
                error.members.extend(reason.take(1));
            }
            "fields" => {
                let fields = broken.iter().map(|broken| {
                    Value::Map(vec![
                        ("name".to_owned(), Value::from(broken.path.as_str())),
                        ("message".to_owned(), Value::from(broken.message())),
                    ])
                });
                let fields = Value::List(fields.collect());
                error
                    .members
                    .push(("fields", crate::json::to_string(&fields)));
            }
            _ => {}
        }
    }
    error
}

const BAD_REQUEST: &str = "BadRequestException";
/// What `ValidationExceptionReason` calls it, without its underscores.
const FIELD_REASON: &str = "fieldvalidationfailed";

/// A constraint that a value breaks.
struct Broken {
    /// `Value 'x'`.
    what: String,
    path: String,
    constraint: String,
}

impl Broken {
    fn message(&self) -> String {
        format!(
            "{} at '{}' failed to satisfy constraint: {}",
            self.what, self.path, self.constraint
        )
    }
}

struct Findings<'m> {
    model: &'m Model,
    broken: Vec<Broken>,
}

impl Findings<'_> {
    fn full(&self) -> bool {
        self.broken.len() >= VALIDATION_ERRORS_MAX
    }

    fn report(&mut self, what: &str, at: &FieldPath<'_>, constraint: &str) {
        if !self.full() {
            self.broken.push(Broken {
                what: what.to_owned(),
                path: at.to_string(),
                constraint: constraint.to_owned(),
            });
        }
    }

    fn value(&mut self, shape: &Shape, value: &Value, sensitive: bool, at: &FieldPath<'_>) {
        if self.full() {
            return;
        }
        let sensitive = sensitive || shape.sensitive;
        let broken = broken(shape, value);
        if !broken.is_empty() {
            let what = self.what(shape, value, sensitive);
            for constraint in broken {
                self.report(&what, at, &constraint);
            }
        }
        match (&shape.kind, value) {
            (Kind::Structure(members), Value::Map(_)) => {
                for member in members {
                    let at = FieldPath::Member(at, &member.name);
                    match value.member(&member.name) {
                        None | Some(Value::Null) if member.required => {
                            self.report("Value null", &at, "Member must not be null");
                        }
                        None => {}
                        Some(value) => {
                            self.value(self.model.shape(member.shape), value, sensitive, &at);
                        }
                    }
                }
            }
            (Kind::List(member), Value::List(items)) => {
                let inner = self.model.shape(member.shape);
                if inner.is_aggregate() {
                    for (index, item) in items.iter().enumerate() {
                        self.value(inner, item, sensitive, &FieldPath::Item(at, index + 1));
                    }
                } else if items
                    .iter()
                    .any(|item| !broken_scalar(inner, item).is_empty())
                {
                    let constraint = format!("Member must satisfy constraint: [{}]", all(inner));
                    let sensitive = sensitive || inner.sensitive;
                    let what = self.what(shape, value, sensitive);
                    self.report(&what, at, &constraint);
                }
            }
            (Kind::Map(key, value_member), Value::Map(entries)) => {
                let (keys, values) = (
                    self.model.shape(key.shape),
                    self.model.shape(value_member.shape),
                );
                let hidden = sensitive || keys.sensitive || values.sensitive;
                let bad_key = |key: &String| !broken_text(keys, key).is_empty();
                if entries.iter().any(|(key, _)| bad_key(key)) {
                    let constraint = format!("Map keys must satisfy constraint: [{}]", all(keys));
                    let what = self.what(shape, value, hidden);
                    self.report(&what, at, &constraint);
                }
                if values.is_aggregate() {
                    for (key, value) in entries {
                        self.value(values, value, sensitive, &FieldPath::Entry(at, key));
                    }
                } else if entries
                    .iter()
                    .any(|(_, item)| !broken_scalar(values, item).is_empty())
                {
                    let constraint =
                        format!("Map value must satisfy constraint: [{}]", all(values));
                    let what = self.what(shape, value, hidden);
                    self.report(&what, at, &constraint);
                }
            }
            _ => {}
        }
    }

    /// `Value 'x'`; `Value` alone where it must not be shown.
    fn what(&self, shape: &Shape, value: &Value, sensitive: bool) -> String {
        if sensitive || matches!(value, Value::Blob(_)) {
            return "Value".to_owned();
        }
        let mut shown = Shown {
            text: String::new(),
            left: SHOWN_MAX,
        };
        show(self.model, shape, value, &mut shown);
        format!("Value '{}'", shown.text)
    }
}

/// The constraints that a value breaks itself, without what it holds.
fn broken(shape: &Shape, value: &Value) -> Vec<String> {
    match value {
        Value::List(items) => length(shape, items.len()),
        Value::Map(entries) if matches!(shape.kind, Kind::Map(..)) => length(shape, entries.len()),
        Value::Map(_) => Vec::new(),
        value => broken_scalar(shape, value),
    }
}

fn broken_scalar(shape: &Shape, value: &Value) -> Vec<String> {
    match value {
        Value::Null => vec!["Member must not be null".to_owned()],
        Value::String(text) => broken_text(shape, text),
        Value::Blob(bytes) => length(shape, bytes.len()),
        Value::Integer(number) => range(shape, *number as f64),
        Value::Float(number) => range(shape, *number),
        _ => Vec::new(),
    }
}

fn broken_text(shape: &Shape, text: &str) -> Vec<String> {
    let mut broken = Vec::new();
    if let Some(pattern) = &shape.pattern
        && !pattern.is_match(text)
    {
        broken.push(must_match(pattern.as_str()));
    }
    broken.extend(length(shape, text.chars().count()));
    if !shape.values.is_empty() && !shape.values.iter().any(|value| value == text) {
        broken.push(must_be_one_of(&shape.values));
    }
    broken
}

fn length(shape: &Shape, length: usize) -> Vec<String> {
    let length = length as f64;
    let mut broken = Vec::new();
    if let Some(max) = shape.max.filter(|max| length > *max) {
        broken.push(longest(max));
    }
    if let Some(min) = shape.min.filter(|min| length < *min) {
        broken.push(shortest(min));
    }
    broken
}

fn range(shape: &Shape, number: f64) -> Vec<String> {
    let mut broken = Vec::new();
    if let Some(max) = shape.max.filter(|max| number > *max) {
        broken.push(format!(
            "Member must have value less than or equal to {max}"
        ));
    }
    if let Some(min) = shape.min.filter(|min| number < *min) {
        broken.push(format!(
            "Member must have value greater than or equal to {min}"
        ));
    }
    broken
}

fn longest(max: f64) -> String {
    format!("Member must have length less than or equal to {max}")
}

fn shortest(min: f64) -> String {
    format!("Member must have length greater than or equal to {min}")
}

fn must_match(pattern: &str) -> String {
    format!("Member must satisfy regular expression pattern: {pattern}")
}

fn must_be_one_of(values: &[String]) -> String {
    format!(
        "Member must satisfy enum value set: [{}]",
        values.join(", ")
    )
}

/// All constraints of a shape, as AWS lists them for the items of a list or map.
fn all(shape: &Shape) -> String {
    let mut constraints = Vec::new();
    match shape.kind {
        Kind::String | Kind::Blob => {
            constraints.extend(shape.max.map(longest));
            constraints.extend(shape.min.map(shortest));
        }
        _ => {
            let value = |word: &str, bound: f64| {
                format!("Member must have value {word} than or equal to {bound}")
            };
            constraints.extend(shape.max.map(|max| value("less", max)));
            constraints.extend(shape.min.map(|min| value("greater", min)));
        }
    }
    constraints.extend(
        shape
            .pattern
            .as_ref()
            .map(|pattern| must_match(pattern.as_str())),
    );
    if !shape.values.is_empty() {
        constraints.push(must_be_one_of(&shape.values));
    }
    if constraints.is_empty() {
        constraints.push("Member must not be null".to_owned());
    }
    constraints.join(", ")
}

/// A text that stops growing.
struct Shown {
    text: String,
    left: usize,
}

impl Shown {
    fn push(&mut self, text: &str) {
        for character in text.chars() {
            match self.left {
                0 => return,
                1 => self.text.push('…'),
                _ => self.text.push(character),
            }
            self.left -= 1;
        }
    }
}

/// A value as Java's `toString` shows it: `[a, b]`, `{key=value}`, `Tag(key=a, value=null)`.
fn show(model: &Model, shape: &Shape, value: &Value, out: &mut Shown) {
    if out.left == 0 {
        return;
    }
    if shape.sensitive {
        out.push("*** Sensitive Data Redacted ***");
        return;
    }
    match (&shape.kind, value) {
        (Kind::Structure(members), Value::Map(_)) => {
            out.push(&shape.name);
            out.push("(");
            for (index, member) in members.iter().enumerate() {
                if index > 0 {
                    out.push(", ");
                }
                out.push(&camel_case(&member.name));
                out.push("=");
                match value.member(&member.name) {
                    Some(value) => show(model, model.shape(member.shape), value, out),
                    None => out.push("null"),
                }
            }
            out.push(")");
        }
        (Kind::List(member), Value::List(items)) => {
            out.push("[");
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(", ");
                }
                show(model, model.shape(member.shape), item, out);
            }
            out.push("]");
        }
        (Kind::Map(_, value_member), Value::Map(entries)) => {
            out.push("{");
            for (index, (key, item)) in entries.iter().enumerate() {
                if index > 0 {
                    out.push(", ");
                }
                out.push(key);
                out.push("=");
                show(model, model.shape(value_member.shape), item, out);
            }
            out.push("}");
        }
        (_, Value::Null) => out.push("null"),
        (_, Value::String(text)) => out.push(text),
        (_, Value::Bool(truth)) => out.push(if *truth { "true" } else { "false" }),
        (_, Value::Blob(bytes)) => {
            let mut text = String::new();
            // Writing to a String cannot fail.
            let _infallible = write!(text, "java.nio.HeapByteBuffer[lim={}]", bytes.len());
            out.push(&text);
        }
        (_, Value::Timestamp(time)) => out.push(&timestamp::iso8601(*time)),
        (_, value) => out.push(&crate::json::to_string(value)),
    }
}
