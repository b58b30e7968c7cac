//! Tokens: proofs that a client solved a CAPTCHA or passed a challenge. A web ACL says for which
//! domains they hold and how long, a rule may say how long for itself.
//! Source: AWS WAF developer guide, "Setting timestamp expiration and token immunity times",
//! "Specifying token domains and domain lists".

use wire::Value;

use crate::error::{CompileError, ExceptionField};
use crate::read;

/// Seconds that a token holds unless a web ACL or rule says otherwise.
const IMMUNITY_SECONDS_DEFAULT: u32 = 300;
/// Seconds that a token may hold: three days.
const IMMUNITY_SECONDS_MAX: i64 = 259_200;

/// What a web ACL says about tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPolicy {
    /// How long a solved CAPTCHA holds.
    pub captcha_immunity_seconds: u32,
    /// How long a passed challenge holds.
    pub challenge_immunity_seconds: u32,
    /// Domains beside the protected one whose tokens are taken.
    pub domains: Vec<String>,
}

impl Default for TokenPolicy {
    fn default() -> Self {
        Self {
            captcha_immunity_seconds: IMMUNITY_SECONDS_DEFAULT,
            challenge_immunity_seconds: IMMUNITY_SECONDS_DEFAULT,
            domains: Vec::new(),
        }
    }
}

impl TokenPolicy {
    /// Reads `CaptchaConfig`, `ChallengeConfig` and `TokenDomains` of a web ACL.
    ///
    /// # Errors
    /// When an immunity time is out of range, or a domain is no domain name.
    pub fn compile(
        captcha: Option<&Value>,
        challenge: Option<&Value>,
        token_domains: Option<&Value>,
    ) -> Result<Self, CompileError> {
        let captcha = captcha_immunity_seconds(captcha)?;
        let challenge = challenge_immunity_seconds(challenge)?;
        let field = ExceptionField::TokenDomain;
        let domains = match token_domains {
            None | Some(Value::Null) => &[],
            Some(value) => value
                .as_list()
                .ok_or_else(|| read::malformed(field, "TokenDomains"))?,
        };
        let domains = domains.iter().map(|item| {
            let name = item.as_str().unwrap_or_default();
            let label = |label: &str| {
                !label.is_empty()
                    && label.len() <= 63
                    && label
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            };
            let valid = name.len() <= 253 && name.contains('.') && name.split('.').all(label);
            let name = name.to_ascii_lowercase();
            valid
                .then_some(name)
                .ok_or_else(|| read::malformed(field, item.as_str().unwrap_or("TokenDomains")))
        });
        Ok(Self {
            captcha_immunity_seconds: captcha.unwrap_or(IMMUNITY_SECONDS_DEFAULT),
            challenge_immunity_seconds: challenge.unwrap_or(IMMUNITY_SECONDS_DEFAULT),
            domains: domains.collect::<Result<_, _>>()?,
        })
    }

    /// Whether a token of `domain` (in lower case) is taken where `host` is protected.
    #[must_use]
    pub fn takes(&self, domain: &str, host: &str) -> bool {
        let within = |name: &str| {
            name == domain
                || name
                    .strip_suffix(domain)
                    .is_some_and(|rest| rest.ends_with('.'))
        };
        within(host) || self.domains.iter().any(|name| name == domain)
    }
}

/// Reads `CaptchaConfig`.
pub(crate) fn captcha_immunity_seconds(
    config: Option<&Value>,
) -> Result<Option<u32>, CompileError> {
    immunity_seconds(config, 60)
}

/// Reads `ChallengeConfig`.
pub(crate) fn challenge_immunity_seconds(
    config: Option<&Value>,
) -> Result<Option<u32>, CompileError> {
    immunity_seconds(config, 300)
}

fn immunity_seconds(config: Option<&Value>, least: i64) -> Result<Option<u32>, CompileError> {
    let field = ExceptionField::ChallengeConfig;
    let property = config.and_then(|config| read::optional(config, "ImmunityTimeProperty"));
    let Some(property) = property else {
        return Ok(None);
    };
    let seconds = read::integer(property, "ImmunityTime", field)?;
    let valid = (least..=IMMUNITY_SECONDS_MAX).contains(&seconds);
    let seconds = u32::try_from(seconds).ok().filter(|_| valid);
    seconds.map(Some).ok_or_else(|| {
        let reason = format!("An immunity time has {least} to {IMMUNITY_SECONDS_MAX} seconds.");
        CompileError::invalid(field, "ImmunityTime", reason)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Value {
        wire::json::parse(text.as_bytes()).unwrap()
    }

    fn compile(captcha: &str, challenge: &str, domains: &str) -> Result<TokenPolicy, CompileError> {
        TokenPolicy::compile(
            Some(&json(captcha)),
            Some(&json(challenge)),
            Some(&json(domains)),
        )
    }

    #[test]
    fn immunity_times_and_domains() {
        let policy = TokenPolicy::compile(None, None, None).unwrap();
        assert_eq!(policy, TokenPolicy::default());
        let time =
            |seconds: i64| format!(r#"{{"ImmunityTimeProperty": {{"ImmunityTime": {seconds}}}}}"#);
        let policy = compile(&time(60), &time(259_200), r#"["Example.com", "a.co.uk"]"#).unwrap();
        assert_eq!(policy.captcha_immunity_seconds, 60);
        assert_eq!(policy.challenge_immunity_seconds, 259_200);
        assert_eq!(policy.domains, ["example.com", "a.co.uk"]);
        for (captcha, challenge, domains) in [
            (time(59), time(300), "[]"),
            (time(60), time(299), "[]"),
            (time(259_201), time(300), "[]"),
            (time(60), time(300), r#"["localhost"]"#),
            (time(60), time(300), r#"["a..b"]"#),
            (time(60), time(300), r#"[1]"#),
        ] {
            assert!(
                compile(&captcha, &challenge, domains).is_err(),
                "{captcha} {challenge} {domains}"
            );
        }
    }

    #[test]
    fn tokens_hold_for_the_host_its_parents_and_listed_domains() {
        let policy = compile("{}", "{}", r#"["other.org"]"#).unwrap();
        for (domain, taken) in [
            ("shop.example.com", true),
            ("example.com", true),
            ("ample.com", false),
            ("www.shop.example.com", false),
            ("other.org", true),
            ("another.org", false),
        ] {
            assert_eq!(policy.takes(domain, "shop.example.com"), taken, "{domain}");
        }
    }
}
