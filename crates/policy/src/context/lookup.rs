//! From a key's name to its values in a request, without allocating. Key names ignore case, those
//! of tags and of encryption contexts too.

use std::borrow::Cow;
use std::collections::HashSet;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use types::Time;

use super::key::{GLOBAL, KeyKind, TAGS};
use super::{ContextValue, Entry, Key, Scalar, Tags};
use crate::Request;
use crate::condition::date;

/// The values that a request has for a key.
#[derive(Debug, Clone)]
pub(crate) enum Values<'r> {
    Absent,
    One(Scalar<'r>),
    Texts(&'r [&'r str]),
    /// The keys of tags.
    TagKeys(Tags<'r>),
    /// The values of the tags with this key.
    Tags(Tags<'r>, &'r str),
    /// The values of all entries with this name.
    Entries(&'r [Entry<'r>], &'r str),
}

impl Values<'_> {
    /// Whether any value passes. Of no values none does.
    pub(crate) fn any(&self, mut passes: impl FnMut(&Scalar<'_>) -> bool) -> bool {
        let mut text = |text: &str| passes(&Scalar::from(text));
        match self {
            Self::Absent => false,
            Self::Texts(texts) => texts.iter().any(|value| text(value)),
            Self::TagKeys(tags) => tags.iter().any(|(key, _)| text(key)),
            Self::Tags(tags, wanted) => tags
                .iter()
                .any(|(key, value)| key.eq_ignore_ascii_case(wanted) && text(value)),
            Self::One(value) => passes(value),
            Self::Entries(entries, name) => {
                entries
                    .iter()
                    .filter(|entry| entry.is(name))
                    .any(|entry| match &entry.value {
                        ContextValue::One(value) => passes(value),
                        ContextValue::List(values) => values.iter().any(&mut passes),
                        ContextValue::Strings(values) => values
                            .iter()
                            .any(|value| passes(&Scalar::from(value.as_str()))),
                    })
            }
        }
    }

    /// Whether every value passes: so it is for no values.
    pub(crate) fn all(&self, mut passes: impl FnMut(&Scalar<'_>) -> bool) -> bool {
        !self.any(|value| !passes(value))
    }

    /// Whether there is no value.
    pub(crate) fn is_null(&self) -> bool {
        !self.any(|_| true)
    }

    /// The text of the only value: a policy variable takes no others.
    pub(crate) fn single_text(&self) -> Option<String> {
        let mut found = None;
        let more_than_one = self.any(|value| match found {
            None => {
                found = Some(value.text().into_owned());
                false
            }
            Some(_) => true,
        });
        found.filter(|_| !more_than_one)
    }
}

impl Entry<'_> {
    fn is(&self, name: &str) -> bool {
        let at = self.prefix.len();
        name.len() == at + self.name.len()
            && name
                .get(..at)
                .is_some_and(|start| start.eq_ignore_ascii_case(self.prefix))
            && name
                .get(at..)
                .is_some_and(|rest| rest.eq_ignore_ascii_case(self.name))
    }
}

impl Scalar<'_> {
    /// As text, as string operators and policy variables see it.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::String(text) => Cow::Borrowed(text),
            Self::Numeric(number) => Cow::Owned(number.to_string()),
            Self::Boolean(truth) => Cow::Borrowed(if *truth { "true" } else { "false" }),
            Self::Date(time) => Cow::Owned(time.rfc3339_seconds()),
            Self::Ip(address) => Cow::Owned(address.to_string()),
            Self::Binary(bytes) => Cow::Owned(BASE64.encode(bytes)),
        }
    }

    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Numeric(number) => Some(*number),
            Self::String(text) => crate::condition::number(text),
            _ => None,
        }
    }

    pub(crate) fn truth(&self) -> Option<bool> {
        match self {
            Self::Boolean(truth) => Some(*truth),
            Self::String(text) => crate::condition::truth(text),
            _ => None,
        }
    }

    pub(crate) fn date(&self) -> Option<Time> {
        match self {
            Self::Date(time) => Some(*time),
            Self::String(text) => date::parse(text),
            _ => None,
        }
    }

    pub(crate) fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Ip(address) => Some(address.to_canonical()),
            Self::String(text) => text.parse().ok().map(|ip: IpAddr| ip.to_canonical()),
            _ => None,
        }
    }

    pub(crate) fn bytes(&self) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::Binary(bytes) => Some(Cow::Borrowed(bytes)),
            Self::String(text) => BASE64.decode(&**text).ok().map(Cow::Owned),
            _ => None,
        }
    }
}

fn one<'r>(value: Option<impl Into<Scalar<'r>>>) -> Values<'r> {
    value.map_or(Values::Absent, |value| Values::One(value.into()))
}

impl<'a> Request<'a> {
    /// The condition keys that the request has, by the name that the documentation gives each, with
    /// its values as string operators see them: `keys_max` of them, since a caller may give as many as
    /// a request holds.
    #[must_use]
    pub fn conditions(&self, keys_max: usize) -> Vec<(String, Vec<String>)> {
        let context = self.context;
        let global = GLOBAL.iter().map(|(name, _)| (*name).to_owned());
        let tags = TAGS.iter().flat_map(|(prefix, kind)| {
            let tags = match kind {
                KeyKind::PrincipalTag => context.principal_tags,
                KeyKind::RequestTag => context.request_tags,
                _ => context.resource_tags,
            };
            tags.iter().map(move |(key, _)| format!("{prefix}{key}"))
        });
        let entries = &context.keys.0;
        let named = entries
            .iter()
            .map(|entry| format!("{}{}", entry.prefix, entry.name));
        let mut found: Vec<(String, Vec<String>)> = Vec::new();
        let mut known = HashSet::new();
        for name in global.chain(tags).chain(named) {
            if found.len() >= keys_max {
                break;
            }
            if !known.insert(name.to_ascii_lowercase()) {
                continue;
            }
            let mut values = Vec::new();
            let key = Key::new(&name);
            self.values(&key).all(|value| {
                values.push(value.text().into_owned());
                true
            });
            if !values.is_empty() {
                found.push((name, values));
            }
        }
        found
    }

    /// The values of a key in this request.
    pub(crate) fn values<'r>(&'r self, key: &'r Key) -> Values<'r> {
        let context = self.context;
        if context.keys.0.iter().any(|entry| entry.is(key.name())) {
            return Values::Entries(&context.keys.0, key.name());
        }
        let owned = |text: Option<String>| one(text);
        match key.kind {
            KeyKind::Named => Values::Absent,
            KeyKind::PrincipalArn => one(self.principal.condition_arn()),
            KeyKind::PrincipalAccount => owned(self.principal.account().map(|a| a.to_string())),
            KeyKind::PrincipalType => one(self.principal.condition_type()),
            KeyKind::PrincipalIsAwsService => one(Some(self.principal.service().is_some())),
            KeyKind::PrincipalServiceName => one(self.principal.service()),
            KeyKind::UserId => one(self.principal.user_id()),
            KeyKind::UserName => one(self.principal.user_name()),
            KeyKind::ResourceAccount => {
                owned(self.resource_owner().map(|account| account.to_string()))
            }
            KeyKind::CurrentTime | KeyKind::EpochTime => one(context.current_time),
            KeyKind::SourceIp => one(context.source_ip),
            KeyKind::VpcSourceIp => one(context.vpc_source_ip),
            KeyKind::SourceVpc => one(context.source_vpc),
            KeyKind::SourceVpce => one(context.source_vpce),
            KeyKind::SecureTransport => one(context.secure_transport),
            KeyKind::UserAgent => one(context.user_agent),
            KeyKind::Referer => one(context.referer),
            KeyKind::RequestedRegion => one(context.requested_region),
            KeyKind::MultiFactorAuthPresent => one(context.multi_factor_auth_present),
            KeyKind::MultiFactorAuthAge => one(context
                .multi_factor_auth_age_seconds
                .map(|seconds| Scalar::Numeric(seconds as f64))),
            KeyKind::TokenIssueTime => one(context.token_issue_time),
            KeyKind::SourceIdentity => one(context.source_identity),
            KeyKind::FederatedProvider => one(context
                .federated_provider
                .or_else(|| self.principal.provider())),
            KeyKind::PrincipalOrgId => one(context.principal_org_id),
            KeyKind::PrincipalOrgPaths => Values::Texts(context.principal_org_paths),
            KeyKind::TagKeys if context.tag_keys.is_empty() => {
                Values::TagKeys(context.request_tags)
            }
            KeyKind::TagKeys => Values::Texts(context.tag_keys),
            KeyKind::ResourceOrgId => one(context.resource_org_id),
            KeyKind::ViaAwsService => one(context.via_aws_service),
            KeyKind::CalledVia => Values::Texts(context.called_via),
            KeyKind::CalledViaFirst => one(context.called_via.first().copied()),
            KeyKind::CalledViaLast => one(context.called_via.last().copied()),
            KeyKind::SourceArn => one(context.source_arn),
            KeyKind::SourceAccount => one(context.source_account),
            KeyKind::SourceOrgId => one(context.source_org_id),
            KeyKind::PrincipalTag => Values::Tags(context.principal_tags, key.tag()),
            KeyKind::RequestTag => Values::Tags(context.request_tags, key.tag()),
            KeyKind::ResourceTag => Values::Tags(context.resource_tags, key.tag()),
        }
    }
}
