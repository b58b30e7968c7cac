//! Names of resources: `app/NAME/50dc6c495c0c9188` within ARNs.
//! Source: Service Authorization Reference, "Elastic Load Balancing V2", resource types.

use types::{AccountId, Arn, Call, Entropy, EntropyError, Region};

/// The service's namespace in ARNs.
const SERVICE: &str = "elasticloadbalancing";

/// Where resources are: account and Region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) account: AccountId,
    pub(crate) region: Region,
}

impl Place {
    /// Where a call looks.
    pub(crate) fn of(call: &Call) -> Self {
        Self {
            account: call.account(),
            region: call.region.clone(),
        }
    }

    fn arn(&self, resource: &str) -> Arn {
        Arn::new(
            SERVICE,
            self.region.as_str(),
            &self.account.to_string(),
            resource,
        )
    }

    pub(crate) fn load_balancer(&self, name: &str, id: &str) -> Arn {
        self.arn(&format!("loadbalancer/app/{name}/{id}"))
    }

    pub(crate) fn target_group(&self, name: &str, id: &str) -> Arn {
        self.arn(&format!("targetgroup/{name}/{id}"))
    }

    pub(crate) fn trust_store(&self, name: &str, id: &str) -> Arn {
        self.arn(&format!("truststore/{name}/{id}"))
    }

    /// A listener's ARN holds its load balancer's name and id.
    pub(crate) fn listener(&self, load_balancer: &Arn, id: &str) -> Arn {
        let parent = load_balancer.resource().trim_start_matches("loadbalancer/");
        self.arn(&format!("listener/{parent}/{id}"))
    }

    /// A rule's ARN holds its listener's.
    pub(crate) fn rule(&self, listener: &Arn, id: &str) -> Arn {
        let parent = listener.resource().trim_start_matches("listener/");
        self.arn(&format!("listener-rule/{parent}/{id}"))
    }

    /// The parts of a resource's name after its kind, if the ARN is one of this kind in this place.
    pub(crate) fn parts<'a>(&self, kind: &str, arn: &'a Arn) -> Option<Vec<&'a str>> {
        let here = arn.service() == SERVICE
            && arn.account() == self.account.to_string()
            && arn.region() == self.region.as_str();
        let (found, rest) = arn.resource().split_once('/')?;
        let parts: Vec<&str> = rest.split('/').collect();
        let whole = parts.iter().all(|part| !part.is_empty());
        (here && found == kind && whole).then_some(parts)
    }
}

/// Whether an ARN names a resource of this API of the kind (`loadbalancer`, `listener` ...).
pub(crate) fn is(kind: &str, arn: &str) -> bool {
    arn.parse::<Arn>().is_ok_and(|arn| {
        arn.service() == SERVICE
            && arn
                .resource()
                .split_once('/')
                .is_some_and(|(found, rest)| found == kind && !rest.is_empty())
    })
}

/// The listener that a rule's ARN holds.
pub(crate) fn listener_of_rule(rule: &str) -> String {
    let listener = rule.replacen(":listener-rule/", ":listener/", 1);
    let end = listener.rfind('/').unwrap_or(listener.len());
    listener.get(..end).unwrap_or_default().to_owned()
}

/// Sixteen hexadecimal digits.
pub(crate) fn new_id(entropy: &dyn Entropy) -> Result<String, EntropyError> {
    let mut random = [0; 8];
    entropy.fill(&mut random)?;
    Ok(format!("{:016x}", u64::from_be_bytes(random)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_read_as_aws_makes_them() {
        let place = Place {
            account: "123456789012".parse().unwrap(),
            region: "eu-west-1".parse().unwrap(),
        };
        let load_balancer = place.load_balancer("default", "50dc6c495c0c9188");
        assert_eq!(
            load_balancer.as_str(),
            "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/default/50dc6c495c0c9188"
        );
        let listener = place.listener(&load_balancer, "f2f7dc8efc522ab2");
        assert_eq!(
            listener.resource(),
            "listener/app/default/50dc6c495c0c9188/f2f7dc8efc522ab2"
        );
        let rule = place.rule(&listener, "9683b2d02a6cabee");
        assert_eq!(
            rule.resource(),
            "listener-rule/app/default/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee"
        );
        assert_eq!(listener_of_rule(rule.as_str()), listener.as_str());
        assert!(is("loadbalancer", load_balancer.as_str()));
        assert!(is("listener", listener.as_str()));
        for wrong in [
            "",
            "x",
            "arn:aws:wafv2:r:1:loadbalancer/app/x/1",
            "arn:aws:elasticloadbalancing:r:1:loadbalancer/",
        ] {
            assert!(!is("loadbalancer", wrong), "{wrong}");
        }
        assert!(!is("loadbalancer", listener.as_str()));
        let parts = place.parts("listener", &listener).unwrap();
        assert_eq!(
            parts,
            ["app", "default", "50dc6c495c0c9188", "f2f7dc8efc522ab2"]
        );
        assert_eq!(place.parts("loadbalancer", &listener), None);
    }
}
