//! Amazon Resource Names: `arn:partition:service:region:account:resource`.
//! Source: AWS General Reference, "Amazon Resource Names (ARNs)".

use std::fmt;
use std::str::FromStr;

/// An Amazon Resource Name, taken apart. Region and account may be empty, as in
/// `arn:aws:iam::123456789012:root`; the resource may hold further colons.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arn {
    text: String,
    /// Byte offsets of the five colons in `text`.
    colons: [usize; 5],
}

/// A text that is no ARN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an ARN reads arn:partition:service:region:account:resource, but this is `{0}`")]
pub struct ArnError(String);

impl Arn {
    /// The longest ARN that is accepted, in bytes (IAM's own limit).
    pub const BYTES_MAX: usize = 2048;

    /// The ARN of a resource in partition `aws`. Pass `""` where a part does not apply.
    #[must_use]
    pub fn new(service: &str, region: &str, account: &str, resource: &str) -> Self {
        let parts = ["arn:aws", service, region, account, resource];
        let text = parts.join(":");
        let mut colons = [3, 7, 0, 0, 0];
        let mut at = 7;
        for (slot, part) in colons.iter_mut().skip(2).zip([service, region, account]) {
            at += part.len() + 1;
            *slot = at;
        }
        Self { text, colons }
    }

    /// The whole ARN as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `aws`, `aws-cn`, `aws-us-gov` ...
    #[must_use]
    pub fn partition(&self) -> &str {
        self.part(0)
    }

    /// The service's namespace, such as `wafv2` or `elasticloadbalancing`.
    #[must_use]
    pub fn service(&self) -> &str {
        self.part(1)
    }

    /// The Region; empty for global resources.
    #[must_use]
    pub fn region(&self) -> &str {
        self.part(2)
    }

    /// The account id; empty for resources that AWS owns.
    #[must_use]
    pub fn account(&self) -> &str {
        self.part(3)
    }

    /// All after the fifth colon, such as `loadbalancer/app/default/50dc6c495c0c9188`.
    #[must_use]
    pub fn resource(&self) -> &str {
        let [.., last] = self.colons;
        self.text.get(last + 1..).unwrap_or_default()
    }

    fn part(&self, index: usize) -> &str {
        match (self.colons.get(index), self.colons.get(index + 1)) {
            (Some(start), Some(end)) => self.text.get(start + 1..*end).unwrap_or_default(),
            _ => "",
        }
    }
}

impl FromStr for Arn {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ArnError(text.chars().take(200).collect());
        let printable = text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        if text.len() > Self::BYTES_MAX || !printable || !text.starts_with("arn:") {
            return Err(wrong());
        }
        let mut colons = [0; 5];
        let mut slots = colons.iter_mut();
        for (at, byte) in text.bytes().enumerate() {
            if byte == b':' {
                match slots.next() {
                    Some(slot) => *slot = at,
                    None => break,
                }
            }
        }
        if slots.next().is_some() {
            return Err(wrong());
        }
        let arn = Self {
            text: text.to_owned(),
            colons,
        };
        if arn.partition().is_empty() || arn.service().is_empty() || arn.resource().is_empty() {
            return Err(wrong());
        }
        Ok(arn)
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_in_parsed_and_in_built_arns() {
        let text = "arn:aws:wafv2:us-east-1:123456789012:regional/ipset/bad:guys/1-2";
        let built = Arn::new(
            "wafv2",
            "us-east-1",
            "123456789012",
            "regional/ipset/bad:guys/1-2",
        );
        let parsed: Arn = text.parse().unwrap();
        assert_eq!(parsed, built);
        assert_eq!(parsed.partition(), "aws");
        assert_eq!(parsed.service(), "wafv2");
        assert_eq!(parsed.region(), "us-east-1");
        assert_eq!(parsed.account(), "123456789012");
        assert_eq!(parsed.resource(), "regional/ipset/bad:guys/1-2");
    }

    #[test]
    fn global_resources_have_empty_parts() {
        let arn: Arn = "arn:aws:iam::123456789012:root".parse().unwrap();
        assert_eq!((arn.region(), arn.resource()), ("", "root"));
    }

    #[test]
    fn what_is_no_arn_is_refused() {
        let long = format!("arn:aws:iam::1:{}", "x".repeat(Arn::BYTES_MAX));
        for text in [
            "",
            "arn",
            "arn:aws:iam::1",
            "arn:aws:iam::1:",
            "arn::iam::1:x",
            "nra:aws:iam::1:x",
            "arn:aws:iam::1:x\n",
            "arn:aws:iam::1:é",
            &long,
        ] {
            assert!(text.parse::<Arn>().is_err(), "{text}");
        }
    }
}
