//! The web ACL that a load balancer is given at first start, so that `btz protect` protects before
//! anybody has written a rule: the common managed rules, and SQL injection in query arguments, body,
//! cookies and path. Bodies are inspected up to 64 KB, the most that AWS's own words can ask for:
//! with a load balancer's 8 KB, padding would hide an attack. From then on it is the user's: what
//! they change stays, and if they delete it, it stays deleted.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use types::{Arn, Call, Principal, RequestId, ServiceError};
use wire::{Value, json};

use crate::Wafv2;
use crate::draft::{Attempts, Draft};
use crate::exception;
use crate::item::{Identity, Kind};
use crate::model::MODEL;
use crate::operations::{New, put_new};
use crate::scope::{Place, Scope};
use crate::state;

/// Its name.
const NAME: &str = "default";
const DESCRIPTION: &str = "Made at first start: common attacks and SQL injection.";
const RULES: &str = include_str!("default_web_acl.json");

fn default_body() -> Result<Value, ServiceError> {
    let body = json::parse(RULES.as_bytes()).map_err(exception::internal)?;
    let shape = MODEL.shape_by_name(Kind::WebAcl.shape());
    let shape = shape.ok_or_else(|| exception::internal("the model has no web ACL"))?;
    MODEL.typed(shape, body).map_err(exception::internal)
}

impl Wafv2 {
    /// Gives a load balancer its first web ACL, once: also over restarts it is not done again,
    /// whatever became of that web ACL. Where the user has one of that name, or has associated
    /// another, nothing is made. Answers the ARN of the load balancer's web ACL, if it has one.
    ///
    /// # Errors
    /// When the ARN names no account and Region, or the store fails.
    pub async fn ensure_default(
        &self,
        load_balancer: &Arn,
    ) -> Result<Option<String>, ServiceError> {
        let resource = load_balancer.as_str();
        let call = self.own_call(load_balancer)?;
        let place = Place {
            account: load_balancer.account().to_owned(),
            region: load_balancer.region().to_owned(),
            scope: Scope::Regional,
        };
        let body = default_body()?;
        let marker = state::default_key(resource);
        let _turn = self.turn.lock().await;
        let mut attempts = Attempts::default();
        loop {
            let rows = self.rows();
            let association = state::association_key(resource);
            let associated = rows.row(&association).map(state::read_text);
            if rows.row(&marker).is_some() {
                return Ok(associated);
            }
            let mut draft = Draft::new(&rows);
            draft.expect(&marker, None);
            draft.expect(&association, rows.row(&association));
            let new = New {
                kind: Kind::WebAcl,
                place: &place,
                name: NAME,
                description: Some(DESCRIPTION),
                tags: &BTreeMap::new(),
                body: &body,
            };
            let named = Identity {
                place: place.clone(),
                kind: Kind::WebAcl,
                name: NAME.to_owned(),
                id: String::new(),
            };
            let taken = rows.row(&state::name_key(&named)).is_some();
            let arn = if taken || associated.is_some() {
                draft.put(marker.clone(), "");
                associated
            } else {
                let item = put_new(self, &mut draft, &rows, &new).await?;
                let arn = item.identity.arn().to_string();
                draft.begin_use(&arn, resource)?;
                draft.put(association, arn.clone());
                draft.put(marker.clone(), arn.clone());
                Some(arn)
            };
            if self
                .commit(&call, draft.into_batch(), &mut attempts)
                .await?
            {
                return Ok(arn);
            }
        }
    }

    /// Whether a web ACL is one that [`Self::ensure_default`] made, its rules still as they were
    /// made: what they ask for, nobody has asked for yet.
    #[must_use]
    pub fn is_untouched_default(&self, web_acl_arn: &str) -> bool {
        let rows = self.rows();
        let made = rows
            .under(&state::defaults_key())
            .any(|row| state::read_text(row) == web_acl_arn);
        let untouched = || {
            let item = self.viewed_item(&Identity::of_arn(web_acl_arn)?).ok()?;
            let body = default_body().ok()?;
            Some(item.member("Rules")? == body.member("Rules")?)
        };
        made && untouched().unwrap_or(false)
    }

    /// What the program does on its own is audited like any call, as the account's root.
    fn own_call(&self, load_balancer: &Arn) -> Result<Call, ServiceError> {
        let wrong = || exception::invalid_arn(load_balancer.as_str());
        let request_id: RequestId = self.uuid()?.parse().map_err(exception::internal)?;
        Ok(Call {
            request_id,
            time: self.clock.now(),
            principal: Principal::Root(load_balancer.account().parse().map_err(|_| wrong())?),
            session: None,
            access_key_id: String::new(),
            region: load_balancer.region().parse().map_err(|_| wrong())?,
            event_source: "wafv2.amazonaws.com".to_owned(),
            operation: "CreateWebACL".to_owned(),
            parameters: format!(
                r#"{{"name":"{NAME}","scope":"REGIONAL","resourceArn":"{load_balancer}"}}"#
            ),
            source_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            user_agent: "btz".to_owned(),
            leave: None,
        })
    }
}
