//! The name of a condition key, looked at once when a policy is compiled.
//! Source: IAM User Guide, "AWS global condition context keys".

/// A condition key as a policy names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    name: Box<str>,
    pub(super) kind: KeyKind,
}

/// Where the value of a key is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyKind {
    /// By name only: a key of a service.
    Named,
    PrincipalArn,
    PrincipalAccount,
    PrincipalType,
    PrincipalIsAwsService,
    PrincipalServiceName,
    UserId,
    UserName,
    ResourceAccount,
    CurrentTime,
    EpochTime,
    SourceIp,
    VpcSourceIp,
    SourceVpc,
    SourceVpce,
    SecureTransport,
    UserAgent,
    Referer,
    RequestedRegion,
    MultiFactorAuthPresent,
    MultiFactorAuthAge,
    TokenIssueTime,
    SourceIdentity,
    FederatedProvider,
    PrincipalOrgId,
    PrincipalOrgPaths,
    TagKeys,
    ResourceOrgId,
    ViaAwsService,
    CalledVia,
    CalledViaFirst,
    CalledViaLast,
    SourceArn,
    SourceAccount,
    SourceOrgId,
    /// `aws:PrincipalTag/KEY`, and so on: the tag's key is what follows.
    PrincipalTag,
    RequestTag,
    ResourceTag,
}

pub(super) const GLOBAL: &[(&str, KeyKind)] = &[
    ("aws:PrincipalArn", KeyKind::PrincipalArn),
    ("aws:PrincipalAccount", KeyKind::PrincipalAccount),
    ("aws:PrincipalType", KeyKind::PrincipalType),
    ("aws:PrincipalIsAWSService", KeyKind::PrincipalIsAwsService),
    ("aws:PrincipalServiceName", KeyKind::PrincipalServiceName),
    ("aws:userid", KeyKind::UserId),
    ("aws:username", KeyKind::UserName),
    ("aws:ResourceAccount", KeyKind::ResourceAccount),
    ("aws:CurrentTime", KeyKind::CurrentTime),
    ("aws:EpochTime", KeyKind::EpochTime),
    ("aws:SourceIp", KeyKind::SourceIp),
    ("aws:VpcSourceIp", KeyKind::VpcSourceIp),
    ("aws:SourceVpc", KeyKind::SourceVpc),
    ("aws:SourceVpce", KeyKind::SourceVpce),
    ("aws:SecureTransport", KeyKind::SecureTransport),
    ("aws:UserAgent", KeyKind::UserAgent),
    ("aws:referer", KeyKind::Referer),
    ("aws:RequestedRegion", KeyKind::RequestedRegion),
    (
        "aws:MultiFactorAuthPresent",
        KeyKind::MultiFactorAuthPresent,
    ),
    ("aws:MultiFactorAuthAge", KeyKind::MultiFactorAuthAge),
    ("aws:TokenIssueTime", KeyKind::TokenIssueTime),
    ("aws:SourceIdentity", KeyKind::SourceIdentity),
    ("aws:FederatedProvider", KeyKind::FederatedProvider),
    ("aws:PrincipalOrgID", KeyKind::PrincipalOrgId),
    ("aws:PrincipalOrgPaths", KeyKind::PrincipalOrgPaths),
    ("aws:TagKeys", KeyKind::TagKeys),
    ("aws:ResourceOrgID", KeyKind::ResourceOrgId),
    ("aws:ViaAWSService", KeyKind::ViaAwsService),
    ("aws:CalledVia", KeyKind::CalledVia),
    ("aws:CalledViaFirst", KeyKind::CalledViaFirst),
    ("aws:CalledViaLast", KeyKind::CalledViaLast),
    ("aws:SourceArn", KeyKind::SourceArn),
    ("aws:SourceAccount", KeyKind::SourceAccount),
    ("aws:SourceOrgID", KeyKind::SourceOrgId),
];

pub(super) const TAGS: &[(&str, KeyKind)] = &[
    ("aws:PrincipalTag/", KeyKind::PrincipalTag),
    ("aws:RequestTag/", KeyKind::RequestTag),
    ("aws:ResourceTag/", KeyKind::ResourceTag),
];

impl Key {
    pub(crate) fn new(name: &str) -> Self {
        let global = GLOBAL
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        let kind = global
            .or_else(|| TAGS.iter().find(|(known, _)| has_prefix(name, known)))
            .map_or(KeyKind::Named, |(_, kind)| *kind);
        Self {
            name: name.into(),
            kind,
        }
    }

    /// As the policy wrote it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The tag's key of `aws:PrincipalTag/KEY`.
    pub(super) fn tag(&self) -> &str {
        self.name.split_once('/').map_or("", |(_, tag)| tag)
    }
}

fn has_prefix(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}
