//! Which resources a call is about, for its authorization.
//! Source: Service Authorization Reference, "AWS Elastic Load Balancing V2".

use std::sync::LazyLock;

use policy::{Ask, Guarded, Table};
use types::{Call, ServiceError};
use wire::Value;

use crate::Elb;
use crate::id::{self, Place};
use crate::state::{
    ListenerRow, LoadBalancerRow, RuleRow, Tagged, TargetGroupRow, Texts, TrustStoreRow,
};

static ACTIONS: LazyLock<Table> =
    LazyLock::new(|| Table::embedded(include_str!("authorization.json")));

impl Guarded for Elb {
    fn actions(&self) -> &'static Table {
        &ACTIONS
    }

    fn asks(&self, call: &Call, operation: &str, input: &Value) -> Result<Vec<Ask>, ServiceError> {
        let mut asks = ACTIONS.asks(call, operation, input)?;
        if let Some(made) = to_be_made(call, operation, input) {
            // It alone is what the call is about, whatever else its input names.
            asks.truncate(1);
            for ask in &mut asks {
                ask.resource.clone_from(&made);
            }
        }
        for ask in &mut asks {
            for (key, value) in self.tags_of(call, &ask.resource)? {
                ask.key_under(
                    "elasticloadbalancing:ResourceTag/",
                    key.as_str(),
                    value.as_str(),
                );
                ask.resource_tags.push((key, value));
            }
            of_input(ask, operation, input);
        }
        Ok(asks)
    }
}

impl Elb {
    /// The tags of a resource that is there.
    fn tags_of(&self, call: &Call, arn: &str) -> Result<Texts, ServiceError> {
        fn of<T: Tagged>(elb: &Elb, call: &Call, arn: &str) -> Result<Texts, ServiceError> {
            let row: Option<T> = elb.find(call, arn)?;
            Ok(row
                .map(|mut row| std::mem::take(row.tags()))
                .unwrap_or_default())
        }
        if id::is("loadbalancer", arn) {
            of::<LoadBalancerRow>(self, call, arn)
        } else if id::is("listener", arn) {
            of::<ListenerRow>(self, call, arn)
        } else if id::is("listener-rule", arn) {
            of::<RuleRow>(self, call, arn)
        } else if id::is("targetgroup", arn) {
            of::<TargetGroupRow>(self, call, arn)
        } else if id::is("truststore", arn) {
            of::<TrustStoreRow>(self, call, arn)
        } else {
            Ok(Texts::new())
        }
    }
}

/// The ARN of what is to be made: it has its name, and no id yet.
fn to_be_made(call: &Call, operation: &str, input: &Value) -> Option<String> {
    let name = input.member("Name").and_then(Value::as_str)?;
    let place = Place::of(call);
    match operation {
        "CreateLoadBalancer" => Some(place.load_balancer(name, "*").to_string()),
        "CreateTargetGroup" => Some(place.target_group(name, "*").to_string()),
        "CreateTrustStore" => Some(place.trust_store(name, "*").to_string()),
        _ => None,
    }
}

/// The condition keys whose values are members of the input.
fn of_input(ask: &mut Ask, operation: &str, input: &Value) {
    let text = |name: &str| input.member(name).and_then(Value::as_str);
    let texts = |name: &str| -> Vec<String> {
        let list = input.member(name).and_then(Value::as_list);
        list.into_iter()
            .flatten()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect()
    };
    match operation {
        "CreateListener" | "ModifyListener" => {
            if let Some(protocol) = text("Protocol") {
                ask.key("elasticloadbalancing:ListenerProtocol", protocol);
            }
            if let Some(policy) = text("SslPolicy") {
                ask.key(
                    "elasticloadbalancing:SecurityPolicy",
                    vec![policy.to_owned()],
                );
            }
        }
        "CreateLoadBalancer" => {
            let scheme = text("Scheme").unwrap_or("internet-facing");
            ask.key("elasticloadbalancing:Scheme", scheme);
        }
        _ => {}
    }
    for (member, key) in [
        ("Subnets", "elasticloadbalancing:Subnet"),
        ("SecurityGroups", "elasticloadbalancing:SecurityGroup"),
    ] {
        let values = texts(member);
        if !values.is_empty() {
            ask.key(key, values);
        }
    }
}
