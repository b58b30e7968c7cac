//! What the WAFv2 API keeps under a name: web ACLs, rule groups, IP sets and regex pattern sets.
//! They are created, read, locked, referred to and deleted alike; only their bodies differ.

use types::{Arn, Call, ServiceError};
use wire::Value;

use crate::exception;
use crate::limit;
use crate::scope::{Place, Scope};

/// The kinds of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    WebAcl,
    RuleGroup,
    IpSet,
    RegexPatternSet,
}

impl Kind {
    /// Its word in ARNs and keys.
    pub(crate) const fn segment(self) -> &'static str {
        match self {
            Self::WebAcl => "webacl",
            Self::RuleGroup => "rulegroup",
            Self::IpSet => "ipset",
            Self::RegexPatternSet => "regexpatternset",
        }
    }

    fn of_segment(segment: &str) -> Option<Self> {
        let kinds = [
            Self::WebAcl,
            Self::RuleGroup,
            Self::IpSet,
            Self::RegexPatternSet,
        ];
        kinds.into_iter().find(|kind| kind.segment() == segment)
    }

    /// The shape that Get answers.
    pub(crate) const fn shape(self) -> &'static str {
        match self {
            Self::WebAcl => "WebACL",
            Self::RuleGroup => "RuleGroup",
            Self::IpSet => "IPSet",
            Self::RegexPatternSet => "RegexPatternSet",
        }
    }

    /// The member of what List answers.
    pub(crate) const fn listed_as(self) -> &'static str {
        match self {
            Self::WebAcl => "WebACLs",
            Self::RuleGroup => "RuleGroups",
            Self::IpSet => "IPSets",
            Self::RegexPatternSet => "RegexPatternSets",
        }
    }

    /// How many an account may have in a Region.
    pub(crate) const fn quota(self) -> usize {
        match self {
            Self::WebAcl => limit::WEB_ACLS_MAX,
            Self::RuleGroup => limit::RULE_GROUPS_MAX,
            Self::IpSet => limit::IP_SETS_MAX,
            Self::RegexPatternSet => limit::REGEX_PATTERN_SETS_MAX,
        }
    }
}

/// Which item: what its ARN says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Identity {
    pub(crate) place: Place,
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) id: String,
}

impl Identity {
    /// `arn:aws:wafv2:REGION:ACCOUNT:regional/ipset/NAME/ID`
    pub(crate) fn arn(&self) -> Arn {
        let Place {
            account,
            region,
            scope,
        } = &self.place;
        let (scope, kind) = (scope.segment(), self.kind.segment());
        let resource = format!("{scope}/{kind}/{}/{}", self.name, self.id);
        Arn::new("wafv2", region, account, &resource)
    }

    /// Reads an ARN of this service; `None` for what is none.
    pub(crate) fn of_arn(text: &str) -> Option<Self> {
        let arn: Arn = text.parse().ok()?;
        let mut parts = arn.resource().split('/');
        let scope = Scope::of_segment(parts.next()?)?;
        let kind = Kind::of_segment(parts.next()?)?;
        let (name, id) = (parts.next()?, parts.next()?);
        let whole = parts.next().is_none() && !name.is_empty() && !id.is_empty();
        let ours = arn.partition() == "aws" && arn.service() == "wafv2";
        (whole && ours).then(|| Self {
            place: Place {
                account: arn.account().to_owned(),
                region: arn.region().to_owned(),
                scope,
            },
            kind,
            name: name.to_owned(),
            id: id.to_owned(),
        })
    }

    /// Reads the ARN of an item of the caller's account and Region.
    pub(crate) fn of_callers_arn(call: &Call, text: &str) -> Result<Self, ServiceError> {
        let found = Self::of_arn(text).ok_or_else(|| exception::invalid_arn(text))?;
        let Place {
            account, region, ..
        } = &found.place;
        if *region != call.region.as_str() {
            return Err(exception::invalid_arn(text));
        }
        if *account != call.account().to_string() {
            return Err(exception::nonexistent_item());
        }
        Ok(found)
    }

    /// The same, if it is of this kind.
    pub(crate) fn of_kind(self, kind: Kind) -> Result<Self, ServiceError> {
        if self.kind != kind {
            return Err(exception::invalid_arn(self.arn().as_str()));
        }
        Ok(self)
    }

    /// Prefix of the labels that its rules give: `awswaf:ACCOUNT:webacl:NAME:`.
    pub(crate) fn label_namespace(&self) -> String {
        let (account, kind) = (&self.place.account, self.kind.segment());
        format!("awswaf:{account}:{kind}:{}:", self.name)
    }
}

/// An item as its row holds it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    pub(crate) identity: Identity,
    pub(crate) description: Option<String>,
    pub(crate) lock_token: String,
    /// ARNs of the items that its rules refer to, sorted.
    pub(crate) references: Vec<String>,
    /// The other members of what Get answers, as they were sent.
    pub(crate) body: Value,
}

impl Item {
    /// A member of its body.
    pub(crate) fn member(&self, name: &str) -> Option<&Value> {
        self.body
            .member(name)
            .filter(|value| !matches!(value, Value::Null))
    }

    /// What Get answers: `WebACL`, `IPSet` ...
    pub(crate) fn answer(&self) -> Value {
        let identity = &self.identity;
        let mut members = vec![
            ("Name".to_owned(), Value::from(identity.name.as_str())),
            ("Id".to_owned(), Value::from(identity.id.as_str())),
            ("ARN".to_owned(), Value::from(identity.arn().as_str())),
        ];
        if let Some(description) = &self.description {
            members.push(("Description".to_owned(), Value::from(description.as_str())));
        }
        members.extend(self.body.as_map().unwrap_or_default().iter().cloned());
        Value::Map(members)
    }

    /// What Create and List answer: `WebACLSummary`, `IPSetSummary` ...
    pub(crate) fn summary(&self) -> Value {
        let identity = &self.identity;
        Value::Map(vec![
            ("Name".to_owned(), Value::from(identity.name.as_str())),
            ("Id".to_owned(), Value::from(identity.id.as_str())),
            // AWS answers an empty text where there is none.
            (
                "Description".to_owned(),
                Value::from(self.description.as_deref().unwrap_or_default()),
            ),
            (
                "LockToken".to_owned(),
                Value::from(self.lock_token.as_str()),
            ),
            ("ARN".to_owned(), Value::from(identity.arn().as_str())),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_reads_back_from_its_arn_and_what_is_none_is_refused() {
        for text in [
            "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/7f0a3c52-1b6e-4d11-9a05-d6f1c2b3a4e5",
            "arn:aws:wafv2:us-east-1:123456789012:global/regexpatternset/a_b-c/7f0a3c52-1b6e-4d11-9a05-d6f1c2b3a4e5",
        ] {
            assert_eq!(Identity::of_arn(text).unwrap().arn().as_str(), text);
        }
        for text in [
            "",
            "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop",
            "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/1/2",
            "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl//1",
            "arn:aws:wafv2:eu-west-1:123456789012:local/webacl/shop/1",
            "arn:aws:wafv2:eu-west-1:123456789012:regional/distribution/shop/1",
            "arn:aws:waf:eu-west-1:123456789012:regional/webacl/shop/1",
            "arn:aws-cn:wafv2:eu-west-1:123456789012:regional/webacl/shop/1",
        ] {
            assert_eq!(Identity::of_arn(text), None, "{text}");
        }
    }
}
