//! Values outside the body: labels, query parameters and headers are text.
//! Source: Smithy 2.0, "HTTP binding traits"; RFC 9110, section 5.6.1 (lists in headers).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::Value;
use crate::shape::{Kind, Member, Shape};
use crate::timestamp::TimestampFormat;
use crate::typed::special_float;

/// A scalar of a shape, in the format that its place gives timestamps by default; else what it is
/// not.
pub(super) fn read(shape: &Shape, text: &str, format: TimestampFormat) -> Result<Value, String> {
    let wrong = |wanted: &str| {
        let text: String = text.chars().take(64).collect();
        format!("'{text}' can not be converted to {wanted}")
    };
    // `+1` is a number to Rust and to nobody's client.
    let number = || Some(text).filter(|text| !text.starts_with('+'));
    match shape.kind {
        Kind::Boolean => match text {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(wrong("a Boolean")),
        },
        Kind::Integer => number()
            .and_then(|text| text.parse::<i32>().ok())
            .map(|number| Value::Integer(number.into()))
            .ok_or_else(|| wrong("an Integer")),
        Kind::Long => number()
            .and_then(|text| text.parse().ok())
            .map(Value::Integer)
            .ok_or_else(|| wrong("a Long")),
        Kind::Float => special_float(text)
            .or_else(|| {
                number()?
                    .parse()
                    .ok()
                    .filter(|number: &f64| number.is_finite())
            })
            .map(Value::Float)
            .ok_or_else(|| wrong("a Double")),
        Kind::Blob => BASE64
            .decode(text)
            .map(Value::Blob)
            .map_err(|_| wrong("a Blob")),
        Kind::Timestamp => shape
            .timestamp_format
            .unwrap_or(format)
            .read(text)
            .map(Value::Timestamp)
            .ok_or_else(|| wrong("a Timestamp")),
        _ => Ok(Value::from(text)),
    }
}

/// A header's value as its member's shape has it; `values` are those of all lines of that name.
pub(super) fn read_header(
    member: &Member,
    shape: &Shape,
    item: Option<&Shape>,
    values: &[&str],
) -> Result<Value, String> {
    let format = TimestampFormat::Rfc822;
    if let Some(item) = item {
        let is_date = matches!(item.kind, Kind::Timestamp)
            && item.timestamp_format.unwrap_or(format) == TimestampFormat::Rfc822;
        let mut items = Vec::new();
        for value in values {
            for text in split_list(value, is_date)? {
                items.push(read(item, &text, format)?);
            }
        }
        return Ok(Value::List(items));
    }
    let [value] = values else {
        return Err(format!("The header {} is there twice", member.wire_name()));
    };
    let value = value.trim_matches([' ', '\t']);
    if member.json_value {
        let bytes = BASE64.decode(value).ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        return text
            .map(Value::String)
            .ok_or_else(|| format!("The header {} is no base64 text", member.wire_name()));
    }
    read(shape, value, format)
}

/// The items of a header that is a list; items may be quoted. Dates of RFC 9110 hold a comma of
/// their own.
fn split_list(value: &str, dates: bool) -> Result<Vec<String>, String> {
    let value = value.trim_matches([' ', '\t']);
    if value.is_empty() {
        return Ok(Vec::new());
    }
    let mut items = Vec::new();
    if dates {
        let mut parts = value.split(',');
        while let Some(day) = parts.next() {
            let date = parts.next().map(|rest| format!("{},{rest}", day.trim()));
            items.push(date.unwrap_or_else(|| day.to_owned()));
        }
        return Ok(items);
    }
    let mut rest = value;
    loop {
        let (item, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                let (item, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
                (item.trim_end_matches([' ', '\t']).to_owned(), after)
            }
        };
        items.push(item);
        let after = after.trim_start_matches([' ', '\t']);
        if after.is_empty() {
            return Ok(items);
        }
        let Some(next) = after.strip_prefix(',') else {
            return Err("A quoted item of a header ends before the next comma".to_owned());
        };
        rest = next.trim_start_matches([' ', '\t']);
    }
}

/// A quoted string after its first quote: its text, and what follows it.
fn unquote(text: &str) -> Result<(String, &str), String> {
    let mut item = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return Ok((item, characters.as_str())),
            '\\' => item.extend(characters.next()),
            other => item.push(other),
        }
    }
    Err("A quoted item of a header has no end".to_owned())
}

/// A header's value; none where the value has no text.
pub(super) fn write_header(
    member: &Member,
    shape: &Shape,
    item: Option<&Shape>,
    value: &Value,
) -> Option<String> {
    match (item, value) {
        (Some(item), Value::List(items)) => {
            let items: Vec<String> = items
                .iter()
                .filter_map(|value| {
                    let text = write(item, value)?;
                    // The comma of a date is no separator to those who read dates.
                    let is_text = matches!(value, Value::String(_));
                    Some(if is_text { quoted(&text) } else { text })
                })
                .collect();
            Some(sayable(&items.join(", ")))
        }
        (_, Value::String(text)) if member.json_value => Some(BASE64.encode(text)),
        _ => Some(sayable(&write(shape, value)?)),
    }
}

fn write(shape: &Shape, value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Integer(_) => Some(crate::json::to_string(value)),
        Value::Float(_) => Some(crate::json::to_string(value).trim_matches('"').to_owned()),
        Value::Blob(bytes) => Some(BASE64.encode(bytes)),
        Value::Timestamp(time) => {
            let format = shape.timestamp_format.unwrap_or(TimestampFormat::Rfc822);
            Some(format.write(*time))
        }
        Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"']) {
        let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{escaped}\"")
    } else {
        text.to_owned()
    }
}

/// A text as a header can say it: a line break would start another header.
fn sayable(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\t' => '\t',
            control if control.is_control() => ' ',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_in_headers_are_split_at_commas_outside_of_quotes() {
        for (value, dates, items) in [
            ("", false, &[][..]),
            ("a, b ,c", false, &["a", "b", "c"]),
            ("a,,b", false, &["a", "", "b"]),
            (r#""b,c" , "\"d\\", e"f"#, false, &["b,c", r#""d\"#, "e\"f"]),
            (
                "Mon, 16 Dec 2019 23:48:18 GMT,  Tue, 17 Dec 2019 23:48:18 GMT",
                true,
                &[
                    "Mon, 16 Dec 2019 23:48:18 GMT",
                    "Tue, 17 Dec 2019 23:48:18 GMT",
                ],
            ),
            ("Mon", true, &["Mon"]),
        ] {
            assert_eq!(split_list(value, dates).unwrap(), items, "{value}");
        }
        for value in [r#""a"#, r#""a" b"#, r#""a\"#] {
            assert!(split_list(value, false).is_err(), "{value}");
        }
    }

    #[test]
    fn no_value_can_end_its_header() {
        assert_eq!(
            sayable("a\r\nSet-Cookie: b\0\u{85}\u{7f}\té"),
            "a  Set-Cookie: b   \té"
        );
    }
}
