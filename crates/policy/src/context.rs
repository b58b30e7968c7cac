//! What is known about a request beside who asks for what: the global condition keys `aws:` as
//! fields, and the keys of services (`kms:`, `iam:`, `sts:`) by name. Everything is borrowed; a
//! look-up allocates nothing.
//!
//! The keys that follow from the principal (`aws:PrincipalArn`, `aws:userid` ...) are not here:
//! they are read off [`crate::Principal`], so that they can never disagree with it.
//!
//! Source: IAM User Guide, "AWS global condition context keys".

use std::borrow::Cow;
use std::net::IpAddr;

use types::{Call, Time};

mod key;
mod lookup;

pub(crate) use key::Key;

/// Tags, each with its key and its value.
pub type Tags<'a> = &'a [(String, String)];

/// The condition context of a request. Leave a field empty when the key is not in the request:
/// conditions tell apart what is absent and what is false.
#[derive(Debug, Clone, Default)]
pub struct RequestContext<'a> {
    /// `aws:CurrentTime` and `aws:EpochTime`.
    pub current_time: Option<Time>,
    /// `aws:SourceIp`: the caller's address, absent when a service calls.
    pub source_ip: Option<IpAddr>,
    /// `aws:VpcSourceIp`.
    pub vpc_source_ip: Option<IpAddr>,
    /// `aws:SourceVpc`.
    pub source_vpc: Option<&'a str>,
    /// `aws:SourceVpce`.
    pub source_vpce: Option<&'a str>,
    /// `aws:SecureTransport`: whether the request came over TLS.
    pub secure_transport: Option<bool>,
    /// `aws:UserAgent`.
    pub user_agent: Option<&'a str>,
    /// `aws:referer`.
    pub referer: Option<&'a str>,
    /// `aws:RequestedRegion`.
    pub requested_region: Option<&'a str>,
    /// `aws:MultiFactorAuthPresent`: only requests with temporary credentials have it.
    pub multi_factor_auth_present: Option<bool>,
    /// `aws:MultiFactorAuthAge`, in seconds.
    pub multi_factor_auth_age_seconds: Option<u64>,
    /// `aws:TokenIssueTime`: when the temporary credentials were issued.
    pub token_issue_time: Option<Time>,
    /// `aws:SourceIdentity`.
    pub source_identity: Option<&'a str>,
    /// `aws:FederatedProvider`.
    pub federated_provider: Option<&'a str>,
    /// `aws:PrincipalTag/KEY`: the user's or role's tags, and the session's.
    pub principal_tags: Tags<'a>,
    /// `aws:PrincipalOrgID`.
    pub principal_org_id: Option<&'a str>,
    /// `aws:PrincipalOrgPaths`.
    pub principal_org_paths: &'a [&'a str],
    /// `aws:RequestTag/KEY`: tags that the request sets.
    pub request_tags: Tags<'a>,
    /// `aws:TagKeys`, when the request names keys without values, as UntagResource does. Otherwise
    /// the keys of `request_tags`.
    pub tag_keys: &'a [&'a str],
    /// `aws:ResourceTag/KEY`: tags that the resource has.
    pub resource_tags: Tags<'a>,
    /// `aws:ResourceOrgID`.
    pub resource_org_id: Option<&'a str>,
    /// `aws:ViaAWSService`: whether a service calls with the principal's credentials.
    pub via_aws_service: Option<bool>,
    /// `aws:CalledVia`, `aws:CalledViaFirst`, `aws:CalledViaLast`: the services in the chain.
    pub called_via: &'a [&'a str],
    /// `aws:SourceArn`: for which resource a service principal calls.
    pub source_arn: Option<&'a str>,
    /// `aws:SourceAccount`: for which account a service principal calls.
    pub source_account: Option<&'a str>,
    /// `aws:SourceOrgID`.
    pub source_org_id: Option<&'a str>,
    /// The keys of services, by name: [`Self::insert`] adds one.
    pub keys: ContextKeys<'a>,
}

/// Condition keys by name.
#[derive(Debug, Clone, Default)]
pub struct ContextKeys<'a>(Vec<Entry<'a>>);

/// One key by name: the name may come in two parts, so that `kms:EncryptionContext:` and a
/// context's own key need not be joined.
#[derive(Debug, Clone)]
pub(crate) struct Entry<'a> {
    prefix: &'a str,
    name: &'a str,
    value: ContextValue<'a>,
}

/// One value of a condition key.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar<'a> {
    /// A text or an ARN.
    String(Cow<'a, str>),
    /// A number.
    Numeric(f64),
    /// A truth.
    Boolean(bool),
    /// A moment.
    Date(Time),
    /// An address.
    Ip(IpAddr),
    /// Bytes.
    Binary(Cow<'a, [u8]>),
}

/// The value of a condition key: one, or a list. A list may be empty, which is as good as absent.
#[derive(Debug, Clone, PartialEq)]
pub enum ContextValue<'a> {
    /// A single-valued key.
    One(Scalar<'a>),
    /// A multivalued key.
    List(Vec<Scalar<'a>>),
    /// A multivalued key of texts that lie somewhere else.
    Strings(&'a [String]),
}

impl<'a> From<&'a str> for Scalar<'a> {
    fn from(text: &'a str) -> Self {
        Self::String(Cow::Borrowed(text))
    }
}

impl From<String> for Scalar<'_> {
    fn from(text: String) -> Self {
        Self::String(Cow::Owned(text))
    }
}

impl From<bool> for Scalar<'_> {
    fn from(truth: bool) -> Self {
        Self::Boolean(truth)
    }
}

impl From<u32> for Scalar<'_> {
    fn from(number: u32) -> Self {
        Self::Numeric(f64::from(number))
    }
}

impl From<Time> for Scalar<'_> {
    fn from(time: Time) -> Self {
        Self::Date(time)
    }
}

impl From<IpAddr> for Scalar<'_> {
    fn from(address: IpAddr) -> Self {
        Self::Ip(address)
    }
}

impl<'a, T: Into<Scalar<'a>>> From<T> for ContextValue<'a> {
    fn from(value: T) -> Self {
        Self::One(value.into())
    }
}

impl<'a> From<Vec<Scalar<'a>>> for ContextValue<'a> {
    fn from(values: Vec<Scalar<'a>>) -> Self {
        Self::List(values)
    }
}

impl<'a> From<&'a [String]> for ContextValue<'a> {
    fn from(values: &'a [String]) -> Self {
        Self::Strings(values)
    }
}

impl<'a> RequestContext<'a> {
    /// What a call tells of itself and of its session: when, from where, by what, in which Region.
    /// Whoever knows more of the principal, the resource and the parameters adds it.
    #[must_use]
    pub fn of(call: &'a Call) -> Self {
        let session = call.session.as_ref();
        let mfa = session.and_then(|session| session.mfa);
        Self {
            current_time: Some(call.time),
            source_ip: Some(call.source_ip),
            user_agent: Some(&call.user_agent),
            requested_region: Some(call.region.as_str()),
            secure_transport: Some(false),
            via_aws_service: Some(false),
            multi_factor_auth_present: session.map(|session| session.mfa.is_some()),
            multi_factor_auth_age_seconds: mfa.map(|mfa| call.time.since(mfa).as_secs()),
            token_issue_time: session.map(|session| session.issued),
            source_identity: session.and_then(|session| session.source_identity.as_deref()),
            federated_provider: session.and_then(|session| session.federated_provider.as_deref()),
            ..Self::default()
        }
    }

    /// Adds a key of a service, such as `kms:KeySpec`. A global key that is added by name comes
    /// before the field: that is how the simulator takes its context entries.
    pub fn insert(&mut self, key: &'a str, value: impl Into<ContextValue<'a>>) {
        self.insert_under("", key, value);
    }

    /// Adds a key whose name ends in a part of the request: prefix `kms:EncryptionContext:` and
    /// name `AppName` make `kms:EncryptionContext:AppName`.
    pub fn insert_under(
        &mut self,
        prefix: &'a str,
        name: &'a str,
        value: impl Into<ContextValue<'a>>,
    ) {
        self.keys.0.push(Entry {
            prefix,
            name,
            value: value.into(),
        });
    }
}
