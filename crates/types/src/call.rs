//! One API call after its signature was verified: who, what, when, from where. It is what an
//! operation gets beside its input, and what its audit record is made from.

use std::net::IpAddr;
use std::sync::Arc;

use crate::{AccountId, Principal, Region, RequestId, Session, Time};

/// A verified call.
#[derive(Debug, Clone)]
pub struct Call {
    /// Answered as `x-amzn-RequestId`.
    pub request_id: RequestId,
    /// When it came in.
    pub time: Time,
    /// Who signed it.
    pub principal: Principal,
    /// The session, when it was signed with temporary credentials.
    pub session: Option<Session>,
    /// With which access key.
    pub access_key_id: String,
    /// The Region of the signature's scope.
    pub region: Region,
    /// CloudTrail's `eventSource`, such as `wafv2.amazonaws.com`.
    pub event_source: String,
    /// The operation's name, such as `CreateIPSet`.
    pub operation: String,
    /// The input as JSON text, with sensitive members left out: CloudTrail's `requestParameters`.
    pub parameters: String,
    /// The caller's address.
    pub source_ip: IpAddr,
    /// The caller's `User-Agent`, cut to 512 bytes.
    pub user_agent: String,
    /// The actions and resources that leave was given for. What a name stands for may change between the asking
    /// and the doing: an operation touches nothing else. `None` where nobody asks, since it is the
    /// service's own work.
    pub leave: Option<Arc<[(&'static str, String)]>>,
}

impl Call {
    /// The account that is called, which is the caller's own.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.principal.account()
    }

    /// Whether leave was given for something to be done with a resource, or with all.
    #[must_use]
    pub fn has_leave_for(&self, resource: &str) -> bool {
        self.has_leave(|_| true, resource)
    }

    /// Whether leave was given for an action on a resource, or on all.
    #[must_use]
    pub fn has_leave_to(&self, action: &str, resource: &str) -> bool {
        self.has_leave(|given| given == action, resource)
    }

    fn has_leave(&self, is_action: impl Fn(&str) -> bool, resource: &str) -> bool {
        let Some(leave) = &self.leave else {
            return true;
        };
        leave
            .iter()
            .any(|(action, given)| is_action(action) && (given == resource || given == "*"))
    }
}
