//! The rows of this service and their keys. Values are JSON of AWS's own shapes.
//!
//! | key | value |
//! |---|---|
//! | `elb/load-balancer/ACCOUNT/REGION/NAME` | `{"LoadBalancer"}` |
//! | `elb/listener/ACCOUNT/REGION/LOAD-BALANCER-NAME/ID` | `{"Listener", "Address"}`: where it is bound |
//! | `elb/target-group/ACCOUNT/REGION/NAME` | `{"TargetGroup", "Targets"}` |

use std::net::SocketAddr;

use store::{Key, Row};
use types::ServiceError;
use wire::{FromValue, Members, ShapeError, Structure, Value, json};

use crate::exception;
use crate::id::Place;
use crate::model::{Listener, LoadBalancer, TargetDescription, TargetGroup};

/// The prefix of all rows of this service.
pub(crate) fn prefix() -> Key {
    Key::new(["elb"])
}

/// A family of rows.
pub(crate) trait Kept: Sized {
    /// Its segment in the keys.
    const FAMILY: &'static str;

    /// Its resource's ARN.
    fn arn(&self) -> &str;

    /// Reads a row's value.
    fn read(value: Value) -> Result<Self, ShapeError>;

    /// Makes it a row's value.
    fn write(&self) -> Value;
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
}

/// A listener, and the address that the edge has bound for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListenerRow {
    pub(crate) listener: Listener,
    pub(crate) address: SocketAddr,
}

/// A target group with its targets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TargetGroupRow {
    pub(crate) target_group: TargetGroup,
    pub(crate) targets: Vec<TargetDescription>,
}

impl Kept for LoadBalancerRow {
    const FAMILY: &'static str = "load-balancer";

    fn arn(&self) -> &str {
        self.load_balancer
            .load_balancer_arn
            .as_deref()
            .unwrap_or_default()
    }

    fn read(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            load_balancer: members.take("LoadBalancer")?,
        })
    }

    fn write(&self) -> Value {
        Structure::with_capacity(1)
            .with("LoadBalancer", self.load_balancer.clone())
            .end()
    }
}

impl Kept for ListenerRow {
    const FAMILY: &'static str = "listener";

    fn arn(&self) -> &str {
        self.listener.listener_arn.as_deref().unwrap_or_default()
    }

    fn read(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        let Address(address) = members.take("Address")?;
        Ok(Self {
            listener: members.take("Listener")?,
            address,
        })
    }

    fn write(&self) -> Value {
        Structure::with_capacity(2)
            .with("Listener", self.listener.clone())
            .with("Address", self.address.to_string())
            .end()
    }
}

impl Kept for TargetGroupRow {
    const FAMILY: &'static str = "target-group";

    fn arn(&self) -> &str {
        self.target_group
            .target_group_arn
            .as_deref()
            .unwrap_or_default()
    }

    fn read(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            target_group: members.take("TargetGroup")?,
            targets: members.take("Targets")?,
        })
    }

    fn write(&self) -> Value {
        Structure::with_capacity(2)
            .with("TargetGroup", self.target_group.clone())
            .with("Targets", self.targets.clone())
            .end()
    }
}

struct Address(SocketAddr);

impl FromValue for Address {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        match String::from_value(value)?.parse() {
            Ok(address) => Ok(Self(address)),
            Err(_) => Err(ShapeError::new("no address and port")),
        }
    }
}
