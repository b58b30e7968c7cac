//! Actions, custom responses and inserted headers.
//! Source: AWS WAF developer guide, "Using rule actions", "Customized web requests and responses".

use std::sync::Arc;

use wire::Value;

use crate::compiler::Compiler;
use crate::error::{CompileError, ExceptionField};
use crate::limits::CUSTOM_HEADERS_MAX;
use crate::read;
use crate::verdict::{ActionKind, CustomResponse};

/// Prefix of the names of inserted headers: a client cannot know beforehand what a rule will say.
const INSERTED_PREFIX: &str = "x-amzn-waf-";

/// Header names and values.
pub type HeaderList = Vec<(String, String)>;

/// What a rule does with a request that it matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleAction {
    /// It goes on, with these headers.
    Allow(HeaderList),
    /// It is refused.
    Block(Arc<CustomResponse>),
    /// It is noted and goes to the next rule, with these headers.
    Count(HeaderList),
    /// The client must solve a CAPTCHA; with a valid token it goes on, with these headers.
    Captcha(HeaderList),
    /// The client must pass a challenge; with a valid token it goes on, with these headers.
    Challenge(HeaderList),
    /// The client must pay; a request without a payment is refused with this response.
    Monetize(Arc<CustomResponse>),
}

impl RuleAction {
    /// The action without its details.
    #[must_use]
    pub const fn kind(&self) -> ActionKind {
        match self {
            Self::Allow(_) => ActionKind::Allow,
            Self::Block(_) => ActionKind::Block,
            Self::Count(_) => ActionKind::Count,
            Self::Captcha(_) => ActionKind::Captcha,
            Self::Challenge(_) => ActionKind::Challenge,
            Self::Monetize(_) => ActionKind::Monetize,
        }
    }

    /// Reads `RuleAction`.
    pub(crate) fn compile(value: &Value, compiler: &Compiler<'_>) -> Result<Self, CompileError> {
        Self::compile_as(value, ExceptionField::RuleAction, compiler)
    }

    /// Reads `DefaultAction`: Allow or Block.
    pub(crate) fn compile_default(
        value: &Value,
        compiler: &Compiler<'_>,
    ) -> Result<Self, CompileError> {
        let field = ExceptionField::DefaultAction;
        match Self::compile_as(value, field, compiler)? {
            action @ (Self::Allow(_) | Self::Block(_)) => Ok(action),
            _ => Err(read::malformed(field, "DefaultAction")),
        }
    }

    fn compile_as(
        value: &Value,
        field: ExceptionField,
        compiler: &Compiler<'_>,
    ) -> Result<Self, CompileError> {
        let (name, content) = read::only_member(value, field, field.as_str())?;
        Ok(match name {
            "Allow" => Self::Allow(inserted(content)?),
            "Block" => Self::Block(Arc::new(custom_response(content, compiler)?)),
            "Count" => Self::Count(inserted(content)?),
            "Captcha" => Self::Captcha(inserted(content)?),
            "Challenge" => Self::Challenge(inserted(content)?),
            "Monetize" if compiler.library.serves_cloudfront() => {
                Self::Monetize(Arc::new(CustomResponse {
                    status: 402,
                    ..CustomResponse::DEFAULT
                }))
            }
            "Monetize" => {
                let reason = "Monetize is an action of CloudFront distributions only.";
                return Err(CompileError::invalid(field, name, reason));
            }
            _ => return Err(read::malformed(field, name)),
        })
    }
}

fn inserted(action: &Value) -> Result<HeaderList, CompileError> {
    let field = ExceptionField::CustomRequestHandling;
    match read::optional(action, "CustomRequestHandling") {
        None => Ok(Vec::new()),
        Some(handling) => {
            let headers = headers(read::list(handling, "InsertHeaders", field)?, field)?;
            let prefixed = |(name, value)| (format!("{INSERTED_PREFIX}{name}"), value);
            Ok(headers.into_iter().map(prefixed).collect())
        }
    }
}

fn custom_response(
    action: &Value,
    compiler: &Compiler<'_>,
) -> Result<CustomResponse, CompileError> {
    let field = ExceptionField::CustomResponse;
    let Some(response) = read::optional(action, "CustomResponse") else {
        return Ok(CustomResponse::DEFAULT);
    };
    let code = read::integer(response, "ResponseCode", field)?;
    let status = u16::try_from(code)
        .ok()
        .filter(|status| (200..=599).contains(status));
    let status = status.ok_or_else(|| read::malformed(field, "ResponseCode"))?;
    let headers = headers(
        read::optional_list(response, "ResponseHeaders", field)?,
        field,
    )?;
    let (body, content_type) = match read::optional(response, "CustomResponseBodyKey") {
        None => (None, None),
        Some(_) if compiler.capacity_only => (None, None),
        Some(key) => {
            let key = key
                .as_str()
                .ok_or_else(|| read::malformed(field, "CustomResponseBodyKey"))?;
            let body = compiler
                .custom_response_bodies
                .and_then(|bodies| bodies.member(key));
            let body_field = ExceptionField::CustomResponseBody;
            let body = body.ok_or_else(|| {
                let reason = "There is no custom response body of this key.";
                CompileError::invalid(body_field, key, reason)
            })?;
            let content_type = match read::text(body, "ContentType", body_field)? {
                "TEXT_PLAIN" => "text/plain",
                "TEXT_HTML" => "text/html",
                "APPLICATION_JSON" => "application/json",
                other => return Err(read::malformed(ExceptionField::ResponseContentType, other)),
            };
            let content = read::text(body, "Content", body_field)?;
            (Some(content.into()), Some(content_type))
        }
    };
    Ok(CustomResponse {
        status,
        headers,
        body,
        content_type,
    })
}

fn headers(items: &[Value], field: ExceptionField) -> Result<HeaderList, CompileError> {
    if items.len() > CUSTOM_HEADERS_MAX {
        let reason = format!("At most {CUSTOM_HEADERS_MAX} headers are allowed.");
        return Err(CompileError::limit(field, field.as_str(), reason));
    }
    let mut found: HeaderList = Vec::with_capacity(items.len());
    for item in items {
        let name = read::text(item, "Name", field)?;
        let value = read::text(item, "Value", field)?;
        let name_is_valid = !name.is_empty()
            && name.bytes().all(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'$' | b'-')
            });
        // A line break in a value would begin a header of its own.
        if !name_is_valid || value.bytes().any(|byte| byte < 0x20 || byte == 0x7f) {
            return Err(read::malformed(field, name));
        }
        if found
            .iter()
            .any(|(other, _)| other.eq_ignore_ascii_case(name))
        {
            let reason = "Two headers have the same name.";
            return Err(CompileError::invalid(field, name, reason));
        }
        found.push((name.to_owned(), value.to_owned()));
    }
    Ok(found)
}
