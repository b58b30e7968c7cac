//! Text transformations, applied to a field before it is matched. A transformation returns `None`
//! when it changes nothing, so that the bytes need not be copied.
//! Source: AWS WAF developer guide, "Text transformations"; most are ModSecurity's `t:` functions.

mod base64;
mod canonical;
mod case;
mod cmd_line;
mod comments;
mod digest;
mod escape;
mod hex;
mod html_entity;
mod nulls;
mod path;
mod unicode;
mod url;
mod whitespace;

use wire::Value;

use crate::error::{CompileError, ExceptionField};
use crate::limits::TEXT_TRANSFORMATIONS_MAX;
use crate::read;

macro_rules! transformations {
    (
        $($variant:ident $name:literal $function:path, $doc:literal;)*
        @own $($own:ident $own_name:literal $own_function:path, $own_doc:literal;)*
    ) => {
        /// A text transformation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Transformation {
            $(#[doc = $doc] $variant,)*
            $(#[doc = $own_doc] $own,)*
        }

        impl Transformation {
            /// All of AWS's.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// Our own, which managed rules may name.
            pub const OWN: &'static [Self] = &[$(Self::$own,)*];

            /// AWS's name, such as `URL_DECODE_UNI`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                    $(Self::$own => $own_name,)*
                }
            }

            /// The transformed value; `None` when it is the same.
            #[must_use]
            pub fn apply(self, value: &[u8]) -> Option<Vec<u8>> {
                match self {
                    $(Self::$variant => $function(value),)*
                    $(Self::$own => $own_function(value),)*
                }
            }
        }
    };
}

transformations! {
    None "NONE" unchanged, "The value as it is.";
    Lowercase "LOWERCASE" case::lowercase, "ASCII letters in lower case.";
    Uppercase "UPPERCASE" case::uppercase, "ASCII letters in upper case.";
    CompressWhiteSpace "COMPRESS_WHITE_SPACE" whitespace::compress, "White space becomes one space.";
    RemoveWhitespace "REMOVE_WHITESPACE" whitespace::remove, "White space is removed.";
    Trim "TRIM" whitespace::trim, "White space at both ends is removed.";
    TrimLeft "TRIM_LEFT" whitespace::trim_left, "White space at the beginning is removed.";
    TrimRight "TRIM_RIGHT" whitespace::trim_right, "White space at the end is removed.";
    UrlDecode "URL_DECODE" url::decode, "`%41` and `+` are decoded.";
    UrlDecodeUni "URL_DECODE_UNI" url::decode_uni, "As `URL_DECODE`, and `%u0041`.";
    HtmlEntityDecode "HTML_ENTITY_DECODE" html_entity::decode, "`&lt;`, `&#60;`, `&#x3c;` are decoded.";
    Base64Decode "BASE64_DECODE" base64::decode, "Base64, up to the first other byte.";
    Base64DecodeExt "BASE64_DECODE_EXT" base64::decode_ext, "Base64, other bytes skipped.";
    HexDecode "HEX_DECODE" hex::decode, "Pairs of hexadecimal digits.";
    SqlHexDecode "SQL_HEX_DECODE" hex::decode_sql, "SQL's `0x414243`.";
    Md5 "MD5" digest::md5, "The MD5 digest, raw.";
    Sha256 "SHA256" digest::sha256, "The SHA-256 digest, raw.";
    ReplaceComments "REPLACE_COMMENTS" comments::replace, "C comments become a space.";
    RemoveCommentsChar "REMOVE_COMMENTS_CHAR" comments::remove_chars, "Marks of comments are removed.";
    EscapeSeqDecode "ESCAPE_SEQ_DECODE" escape::c, "ANSI C escapes are decoded.";
    JsDecode "JS_DECODE" escape::js, "JavaScript escapes are decoded, to bytes.";
    JsDecodeExt "JS_DECODE_EXT" escape::js_ext, "JavaScript escapes are decoded, to UTF-8.";
    CssDecode "CSS_DECODE" escape::css, "CSS escapes are decoded.";
    CmdLine "CMD_LINE" cmd_line::any, "Disguises of a command line are removed.";
    CmdLineWin "CMD_LINE_WIN" cmd_line::windows, "The same for `cmd.exe`.";
    CmdLineUnix "CMD_LINE_UNIX" cmd_line::unix, "The same for Unix shells.";
    NormalizePath "NORMALIZE_PATH" path::normalize, "`//`, `.` and `..` are resolved.";
    NormalizePathWin "NORMALIZE_PATH_WIN" path::normalize_windows, "The same, backslashes too.";
    RemoveNulls "REMOVE_NULLS" nulls::remove, "NUL bytes are removed.";
    ReplaceNulls "REPLACE_NULLS" nulls::replace, "NUL bytes become spaces.";
    Utf8ToUnicode "UTF8_TO_UNICODE" unicode::utf8_to_unicode, "Characters beyond ASCII become `%uhhhh`.";
    @own
    Canonical "CANONICAL" canonical::fold, "URL escapes are decoded until none is left, full-width and overlong characters become ASCII, NUL bytes are removed.";
}

#[expect(clippy::missing_const_for_fn, reason = "one of a family of functions")]
fn unchanged(_: &[u8]) -> Option<Vec<u8>> {
    None
}

impl Transformation {
    /// The transformation of AWS's name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == name)
    }

    fn parse_own(name: &str) -> Option<Self> {
        let mut own = Self::OWN.iter().copied();
        Self::parse(name).or_else(|| own.find(|one| one.as_str() == name))
    }
}

/// Reads `TextTransformations`, in the order of their priorities.
pub(crate) fn compile(value: &Value, managed: bool) -> Result<Vec<Transformation>, CompileError> {
    let field = ExceptionField::TextTransformation;
    let items = read::list(value, "TextTransformations", field)?;
    let parse = if managed {
        Transformation::parse_own
    } else {
        Transformation::parse
    };
    prioritized(items, field, TEXT_TRANSFORMATIONS_MAX, parse)
}

/// Reads a list of `{Priority, Type}`.
pub(crate) fn prioritized<T: Copy>(
    items: &[Value],
    field: ExceptionField,
    max: usize,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, CompileError> {
    if items.len() > max {
        let reason = format!("At most {max} transformations are allowed.");
        return Err(CompileError::limit(field, field.as_str(), reason));
    }
    let mut found = Vec::with_capacity(items.len());
    for item in items {
        let priority = read::integer(item, "Priority", field)?;
        let name = read::text(item, "Type", field)?;
        let kind = parse(name).ok_or_else(|| read::malformed(field, name))?;
        if found.iter().any(|(other, _)| *other == priority) {
            let reason = "Transformations have the same priority.";
            return Err(CompileError::invalid(field, &priority.to_string(), reason));
        }
        found.push((priority, kind));
    }
    found.sort_by_key(|(priority, _)| *priority);
    Ok(found.into_iter().map(|(_, kind)| kind).collect())
}
