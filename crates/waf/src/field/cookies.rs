//! `Cookies`: names and values of the cookies that `cookie` headers hold (RFC 6265). AWS looks at
//! the first 200 cookies and 8 KB of them; `OversizeHandling` decides about requests with more.

use wire::Value;

use super::headers::{MapPattern, MapScope};
use super::{Bytes, Extraction, FieldValue, Origin, Oversize, Pair};
use crate::error::{CompileError, ExceptionField};
use crate::limits::{COOKIES_BYTES_MAX, COOKIES_MAX};
use crate::request::Request;
use crate::session::Components;

/// The field `Cookies`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cookies {
    /// Which cookies. Their names are compared as they are.
    pub pattern: MapPattern,
    /// Names, values or both.
    pub scope: MapScope,
    /// What to do when there are too many.
    pub oversize: Oversize,
}

impl Cookies {
    pub(super) fn compile(value: &Value) -> Result<Self, CompileError> {
        let field = ExceptionField::CookieMatchPattern;
        Ok(Self {
            pattern: MapPattern::compile(value, "IncludedCookies", "ExcludedCookies", field)?,
            scope: MapScope::compile(value, ExceptionField::MapMatchScope)?,
            oversize: Oversize::compile(value)?,
        })
    }

    pub(super) fn extract<'r>(&self, parts: &Components<'r>) -> Extraction<'r> {
        let (cookies, oversize) = parts.cookies();
        if oversize && let Some(decided) = self.oversize.decide("oversize cookies") {
            return decided;
        }
        let mut values = Vec::new();
        for &(name, value) in cookies {
            if !self.pattern.admits(|wanted| wanted.as_bytes() == name) {
                continue;
            }
            if self.scope.keys() {
                values.push(FieldValue {
                    bytes: Bytes::Borrowed(name),
                    origin: Origin::CookieName,
                });
            }
            if self.scope.values() {
                values.push(FieldValue {
                    bytes: Bytes::Borrowed(value),
                    origin: Origin::Cookie(name),
                });
            }
        }
        Extraction::Values(values)
    }
}

/// Name and value of each cookie, undecoded, and whether there are more than are inspected.
pub(crate) fn split<'r>(request: &Request<'r>) -> (Vec<Pair<'r>>, bool) {
    let mut cookies = Vec::new();
    let mut bytes = 0usize;
    for header in request.header_values("cookie") {
        let mut rest = header;
        while !rest.is_empty() {
            let end = memchr::memchr(b';', rest).unwrap_or(rest.len());
            let (cookie, tail) = rest.split_at_checked(end).unwrap_or((rest, b""));
            rest = tail.get(1..).unwrap_or_default();
            let cookie = cookie.trim_ascii();
            if cookie.is_empty() {
                continue;
            }
            let Some(left) = COOKIES_BYTES_MAX
                .checked_sub(bytes)
                .filter(|left| *left > 0)
            else {
                return (cookies, true);
            };
            if cookies.len() == COOKIES_MAX {
                return (cookies, true);
            }
            let inspected = cookie.get(..left).unwrap_or(cookie);
            bytes += inspected.len();
            // A cookie without `=` is a value without a name (RFC 6265bis, section 5.6).
            let (name, value) = match memchr::memchr(b'=', inspected) {
                Some(equals) => (
                    inspected.get(..equals).unwrap_or_default(),
                    inspected.get(equals + 1..).unwrap_or_default(),
                ),
                None => (b"".as_slice(), inspected),
            };
            cookies.push((name, value));
            if inspected.len() < cookie.len() {
                return (cookies, true);
            }
        }
    }
    (cookies, false)
}
