//! The rows of this service and their keys. Values are JSON of AWS's own shapes.
//!
//! | key | value |
//! |---|---|
//! | `elb/load-balancer/ACCOUNT/REGION/NAME` | `{"LoadBalancer", "Address", "Attributes", "Tags"}` |
//! | `elb/listener/ACCOUNT/REGION/LOAD-BALANCER-NAME/ID` | `{"Listener", "Address", "Certificates", "Attributes", "Tags"}`: where it is bound, its additional certificates |
//! | `elb/rule/ACCOUNT/REGION/LOAD-BALANCER-NAME/LISTENER-ID/ID` | `{"Rule", "Tags"}`; default rules are in their listeners |
//! | `elb/target-group/ACCOUNT/REGION/NAME` | `{"TargetGroup", "Targets", "Attributes", "Tags"}` |
//! | `elb/trust-store/ACCOUNT/REGION/NAME` | `{"TrustStore", "Bundle", "LastRevocationId", "Tags"}`: the authorities' certificates as PEM |
//! | `elb/revocation/ACCOUNT/REGION/TRUST-STORE-NAME/ID` | `{"Revocation", "Content"}`: a revocation list as PEM; whoever changes one writes its trust store too |
//! | `elb/turn/ACCOUNT/REGION` | who changed something here last: all changes of a place expect it, so that each is made on what it has read |

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use store::{Key, Row};
use types::{Arn, ServiceError, Time};
use wire::{FromValue, IntoValue, Members, ShapeError, Structure, Value, json};

use crate::default::DefaultLoadBalancer;
use crate::exception;
use crate::id::Place;
use crate::model::{
    DescribeTrustStoreRevocation, Listener, LoadBalancer, Rule, TargetDescription, TargetGroup,
    TrustStore,
};

/// Attributes and tags: by key.
pub(crate) type Texts = BTreeMap<String, String>;

/// The prefix of all rows of this service.
pub(crate) fn prefix() -> Key {
    Key::new(["elb"])
}

/// The row that every change of a place writes.
pub(crate) fn turn_key(place: &Place) -> Key {
    prefix()
        .child("turn")
        .child(place.account.to_string())
        .child(place.region.as_str())
}

/// A family of rows.
pub(crate) trait Kept: Sized {
    /// Its segment in the keys.
    const FAMILY: &'static str;
    /// Its kind in ARNs.
    const KIND: &'static str;

    /// Its resource's ARN.
    fn arn(&self) -> &str;

    /// The segments of a row's key after the place, by the parts of its ARN.
    fn segments<'a>(parts: &[&'a str]) -> Option<Vec<&'a str>>;

    /// Reads a row's value.
    fn read(value: Value) -> Result<Self, ShapeError>;

    /// Makes it a row's value.
    fn write(&self) -> Value;
}

/// A family of rows whose resources have tags.
pub(crate) trait Tagged: Kept {
    /// Its tags.
    fn tags(&mut self) -> &mut Texts;
}

/// Prefix of a family, in all places.
pub(crate) fn family<T: Kept>() -> Key {
    prefix().child(T::FAMILY)
}

/// Prefix of a family in one place.
pub(crate) fn in_place<T: Kept>(place: &Place) -> Key {
    family::<T>()
        .child(place.account.to_string())
        .child(place.region.as_str())
}

/// The row of an ARN; `None` when it is none of the family in the place.
pub(crate) fn key_of<T: Kept>(place: &Place, arn: &str) -> Option<Key> {
    let arn: Arn = arn.parse().ok()?;
    let parts = place.parts(T::KIND, &arn)?;
    let segments = T::segments(&parts)?;
    Some(
        segments
            .into_iter()
            .fold(in_place::<T>(place), |key, segment| key.child(segment)),
    )
}

/// Reads a row.
pub(crate) fn read<T: Kept>(row: &Row) -> Result<T, ServiceError> {
    let damaged = |problem: String| {
        exception::internal(format!("the row {} cannot be read: {problem}", row.key))
    };
    let value = json::parse(&row.value).map_err(|error| damaged(error.to_string()))?;
    T::read(value).map_err(|error| damaged(error.to_string()))
}

/// Writes a row's value.
pub(crate) fn write<T: Kept>(kept: &T) -> String {
    json::to_string(&kept.write())
}

/// A load balancer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LoadBalancerRow {
    pub(crate) load_balancer: LoadBalancer,
    /// Where its listeners are bound.
    pub(crate) address: Option<IpAddr>,
    pub(crate) attributes: Texts,
    pub(crate) tags: Texts,
    /// Of `default`: what the command line wanted it to be last.
    pub(crate) wanted: Option<DefaultLoadBalancer>,
}

/// A listener, and the address that the edge has bound for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListenerRow {
    pub(crate) listener: Listener,
    pub(crate) address: SocketAddr,
    /// ARNs of its certificates beside the default one.
    pub(crate) certificates: Vec<String>,
    pub(crate) attributes: Texts,
    pub(crate) tags: Texts,
}

/// A rule that is no default rule.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RuleRow {
    pub(crate) rule: Rule,
    pub(crate) tags: Texts,
}

/// A target group with its targets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TargetGroupRow {
    pub(crate) target_group: TargetGroup,
    pub(crate) targets: Vec<TargetEntry>,
    pub(crate) attributes: Texts,
    pub(crate) tags: Texts,
}

/// A trust store: the authorities that it vouches by.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TrustStoreRow {
    pub(crate) trust_store: TrustStore,
    /// The authorities' certificates, as PEM.
    pub(crate) bundle: String,
    /// The greatest id that a revocation list of it has had.
    pub(crate) last_revocation_id: i64,
    pub(crate) tags: Texts,
}

/// A revocation list of a trust store.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RevocationRow {
    pub(crate) revocation: DescribeTrustStoreRevocation,
    /// The list, as PEM.
    pub(crate) content: String,
    /// It has no ARN in AWS; by this one it is kept: its trust store's, and its id.
    arn: String,
}

/// A target, and until when it drains once it was deregistered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TargetEntry {
    pub(crate) target: TargetDescription,
    pub(crate) draining_since: Option<Time>,
}

impl RuleRow {
    /// Its priority.
    pub(crate) fn priority(&self) -> Option<i64> {
        self.rule.priority.as_ref()?.parse().ok()
    }

    /// Its listener's ARN.
    pub(crate) fn listener_arn(&self) -> String {
        crate::id::listener_of_rule(self.arn())
    }
}

impl ListenerRow {
    /// The ARN of its default rule.
    pub(crate) fn default_rule_arn(&self) -> String {
        let arn = self.arn();
        let id = arn.rsplit('/').next().unwrap_or_default();
        format!("{}/{id}", arn.replacen(":listener/", ":listener-rule/", 1))
    }

    /// Its default rule.
    pub(crate) fn default_rule(&self) -> Rule {
        Rule {
            rule_arn: Some(self.default_rule_arn()),
            priority: Some("default".to_owned()),
            conditions: Some(Vec::new()),
            actions: self.listener.default_actions.clone(),
            is_default: Some(true),
            transforms: Some(Vec::new()),
        }
    }

    pub(crate) fn is_https(&self) -> bool {
        self.listener.protocol.as_deref() == Some("HTTPS")
    }
}

impl TrustStoreRow {
    pub(crate) fn name(&self) -> &str {
        self.trust_store.name.as_deref().unwrap_or_default()
    }
}

impl RevocationRow {
    pub(crate) fn new(revocation: DescribeTrustStoreRevocation, content: String) -> Self {
        let store = revocation.trust_store_arn.as_deref().unwrap_or_default();
        let arn = format!(
            "{store}/{:020}",
            revocation.revocation_id.unwrap_or_default()
        );
        Self {
            revocation,
            content,
            arn,
        }
    }

    pub(crate) fn id(&self) -> i64 {
        self.revocation.revocation_id.unwrap_or_default()
    }

    pub(crate) fn entries(&self) -> i64 {
        self.revocation
            .number_of_revoked_entries
            .unwrap_or_default()
    }
}

impl TargetGroupRow {
    /// Where a target gets its requests.
    pub(crate) fn port(&self, target: &TargetDescription) -> Option<u16> {
        let port = target.port.or(self.target_group.port)?;
        u16::try_from(port).ok()
    }
}

impl Tagged for LoadBalancerRow {
    fn tags(&mut self) -> &mut Texts {
        &mut self.tags
    }
}

impl Kept for LoadBalancerRow {
    const FAMILY: &'static str = "load-balancer";
    const KIND: &'static str = "loadbalancer";

    fn arn(&self) -> &str {
        let arn = &self.load_balancer.load_balancer_arn;
        arn.as_deref().unwrap_or_default()
    }

    fn segments<'a>(parts: &[&'a str]) -> Option<Vec<&'a str>> {
        match parts {
            ["app", name, _] => Some(vec![name]),
            _ => None,
        }
    }

    fn read(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        let address: Option<Parsed<IpAddr>> = members.take("Address")?;
        Ok(Self {
            load_balancer: members.take("LoadBalancer")?,
            address: address.map(|Parsed(address)| address),
            attributes: texts(&mut members, "Attributes")?,
            tags: texts(&mut members, "Tags")?,
            wanted: members.take("Default")?,
        })
    }

    fn write(&self) -> Value {
        Structure::with_capacity(5)
            .with("LoadBalancer", self.load_balancer.clone())
            .with("Address", self.address.map(|address| address.to_string()))
            .with("Attributes", self.attributes.clone())
            .with("Tags", self.tags.clone())
            .with("Default", self.wanted.clone())
            .end()
    }
}

impl Tagged for ListenerRow {
    fn tags(&mut self) -> &mut Texts {
        &mut self.tags
    }
}

impl Kept for ListenerRow {
    const FAMILY: &'static str = "listener";
    const KIND: &'static str = "listener";

    fn arn(&self) -> &str {
        self.listener.listener_arn.as_deref().unwrap_or_default()
    }

    fn segments<'a>(parts: &[&'a str]) -> Option<Vec<&'a str>> {
        match parts {
            ["app", name, _, id] => Some(vec![name, id]),
            _ => None,
        }
    }

    fn read(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        let Parsed(address) = members.take("Address")?;
        let certificates: Option<Vec<String>> = members.take("Certificates")?;
        Ok(Self {
            listener: members.take("Listener")?,
            address,
            certificates: certificates.unwrap_or_default(),
            attributes: texts(&mut members, "Attributes")?,
            tags: texts(&mut members, "Tags")?,
        })
    }

    fn write(&self) -> Value {
        Structure::with_capacity(5)
            .with("Listener", self.listener.clone())
            .with("Address", self.address.to_string())
            .with("Certificates", self.certificates.clone())
            .with("Attributes", self.attributes.clone())
            .with("Tags", self.tags.clone())
            .end()
    }
}

impl Tagged for RuleRow {
    fn tags(&mut self) -> &mut Texts {
        &mut self.tags
    }
}

impl Kept for RuleRow {
    const FAMILY: &'static str = "rule";
    const KIND: &'static str = "listener-rule";

    fn arn(&self) -> &str {
        self.rule.rule_arn.as_deref().unwrap_or_default()
    }

    fn segments<'a>(parts: &[&'a str]) -> Option<Vec<&'a str>> {
        match parts {
            ["app", name, _, listener, id] => Some(vec![name, listener, id]),
            _ => None,
        }
    }

    fn read(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            rule: members.take("Rule")?,
            tags: texts(&mut members, "Tags")?,
        })
    }

    fn write(&self) -> Value {
        Structure::with_capacity(2)
            .with("Rule", self.rule.clone())
            .with("Tags", self.tags.clone())
            .end()
    }
}

impl Tagged for TargetGroupRow {
    fn tags(&mut self) -> &mut Texts {
        &mut self.tags
    }
}

impl Kept for TargetGroupRow {
    const FAMILY: &'static str = "target-group";
    const KIND: &'static str = "targetgroup";

    fn arn(&self) -> &str {
        let arn = &self.target_group.target_group_arn;
        arn.as_deref().unwrap_or_default()
    }

    fn segments<'a>(parts: &[&'a str]) -> Option<Vec<&'a str>> {
        match parts {
            [name, _] => Some(vec![name]),
            _ => None,
        }
    }

    fn read(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            target_group: members.take("TargetGroup")?,
            targets: members.take("Targets")?,
            attributes: texts(&mut members, "Attributes")?,
            tags: texts(&mut members, "Tags")?,
        })
    }

    fn write(&self) -> Value {
        Structure::with_capacity(4)
            .with("TargetGroup", self.target_group.clone())
            .with("Targets", self.targets.clone())
            .with("Attributes", self.attributes.clone())
            .with("Tags", self.tags.clone())
            .end()
    }
}

impl Tagged for TrustStoreRow {
    fn tags(&mut self) -> &mut Texts {
        &mut self.tags
    }
}

impl Kept for TrustStoreRow {
    const FAMILY: &'static str = "trust-store";
    const KIND: &'static str = "truststore";

    fn arn(&self) -> &str {
        let arn = &self.trust_store.trust_store_arn;
        arn.as_deref().unwrap_or_default()
    }

    fn segments<'a>(parts: &[&'a str]) -> Option<Vec<&'a str>> {
        match parts {
            [name, _] => Some(vec![name]),
            _ => None,
        }
    }

    fn read(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            trust_store: members.take("TrustStore")?,
            bundle: members.take("Bundle")?,
            last_revocation_id: members.take("LastRevocationId")?,
            tags: texts(&mut members, "Tags")?,
        })
    }

    fn write(&self) -> Value {
        Structure::with_capacity(4)
            .with("TrustStore", self.trust_store.clone())
            .with("Bundle", self.bundle.clone())
            .with("LastRevocationId", self.last_revocation_id)
            .with("Tags", self.tags.clone())
            .end()
    }
}

impl Kept for RevocationRow {
    const FAMILY: &'static str = "revocation";
    const KIND: &'static str = "truststore";

    fn arn(&self) -> &str {
        &self.arn
    }

    fn segments<'a>(parts: &[&'a str]) -> Option<Vec<&'a str>> {
        match parts {
            [name, _, id] => Some(vec![name, id]),
            _ => None,
        }
    }

    fn read(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self::new(
            members.take("Revocation")?,
            members.take("Content")?,
        ))
    }

    fn write(&self) -> Value {
        Structure::with_capacity(2)
            .with("Revocation", self.revocation.clone())
            .with("Content", self.content.clone())
            .end()
    }
}

/// A target's own members, and `DrainingSince` beside them.
impl FromValue for TargetEntry {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let draining = value.member("DrainingSince").cloned();
        Ok(Self {
            target: TargetDescription::from_value(value)?,
            draining_since: draining.map(Time::from_value).transpose()?,
        })
    }
}

impl IntoValue for TargetEntry {
    fn into_value(self) -> Value {
        let mut value = self.target.into_value();
        if let (Value::Map(members), Some(since)) = (&mut value, self.draining_since) {
            members.push(("DrainingSince".to_owned(), Value::Timestamp(since)));
        }
        value
    }
}

fn texts(members: &mut Members, name: &str) -> Result<Texts, ShapeError> {
    let texts: Option<Texts> = members.take(name)?;
    Ok(texts.unwrap_or_default())
}

/// What is written as text.
struct Parsed<T>(T);

impl<T: std::str::FromStr> FromValue for Parsed<T> {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        match String::from_value(value)?.parse() {
            Ok(parsed) => Ok(Self(parsed)),
            Err(_) => Err(ShapeError::new("no address")),
        }
    }
}
