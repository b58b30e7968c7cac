//! What the Create, Get, List, Update and Delete of all kinds of items have in common: names,
//! quotas, lock tokens, references, "in use", pages. A kind says of itself what its body must be
//! (`Kind::judge`) and what is fixed at creation; the operations only name it.

use std::collections::BTreeMap;

use store::{Batch, Row};
use types::{Arn, Call, ServiceError};
use wire::{FromValue, IntoValue, Kind as ShapeKind, Value};

use crate::Wafv2;
use crate::draft::{Attempts, Draft};
use crate::exception;
use crate::item::{Identity, Item, Kind};
use crate::limit::{BODY_BYTES_MAX, LIST_ITEMS_MAX};
use crate::master_secret;
use crate::model::{MODEL, Tag};
use crate::reference::references;
use crate::scope::Place;
use crate::state::{self, Rows};

use super::{ip_set, monetize, regex_pattern_set, rule_group, tags, web_acl};

impl Kind {
    /// Whether a body can be one of this kind, beyond what the model and the rule engine check.
    fn judge(self, body: &Value) -> Result<(), ServiceError> {
        match self {
            Self::WebAcl => web_acl::judge(body),
            Self::RuleGroup => rule_group::judge(body),
            Self::IpSet => ip_set::judge(body),
            Self::RegexPatternSet => regex_pattern_set::judge(body),
        }
    }

    /// What creation fixes: Update does not send it.
    const fn fixed_members(self) -> &'static [&'static str] {
        match self {
            Self::WebAcl | Self::RegexPatternSet => &[],
            Self::RuleGroup => &["Capacity"],
            Self::IpSet => &["IPAddressVersion"],
        }
    }
}

/// An item to be made.
pub(crate) struct New<'a> {
    pub(crate) kind: Kind,
    pub(crate) place: &'a Place,
    pub(crate) name: &'a str,
    pub(crate) description: Option<&'a str>,
    pub(crate) tags: &'a BTreeMap<String, String>,
    pub(crate) body: &'a Value,
}

/// A text of a request; the model has checked that what must be there is.
fn text<'r>(request: &'r Value, name: &str) -> Option<&'r str> {
    request.member(name).and_then(Value::as_str)
}

fn description(request: &Value) -> Option<String> {
    text(request, "Description").map(str::to_owned)
}

/// Which item a request means: by name, id and scope, or by ARN where the operation takes one.
fn meant(call: &Call, kind: Kind, request: &Value) -> Result<Identity, ServiceError> {
    let named = (
        text(request, "Scope"),
        text(request, "Name"),
        text(request, "Id"),
    );
    if let (Some(scope), Some(name), Some(id)) = named {
        return Ok(Identity {
            place: Place::of(call, scope)?,
            kind,
            name: name.to_owned(),
            id: id.to_owned(),
        });
    }
    let Some(arn) = text(request, "ARN") else {
        let reason = exception::NOT_EXACTLY_ONE;
        return Err(exception::invalid_parameter("RESOURCE_ARN", "ARN", reason));
    };
    Identity::of_callers_arn(call, arn)?.of_kind(kind)
}

/// The part of a request that is an item's body: the members that Get answers, but for those that
/// every item has.
fn body(kind: Kind, request: &Value) -> Value {
    const HEAD: [&str; 4] = ["Name", "Id", "ARN", "Description"];
    let shape = MODEL
        .shape_by_name(kind.shape())
        .map(|shape| MODEL.shape(shape).kind());
    let members = request.as_map().unwrap_or_default().iter();
    let members = members.filter(|(name, _)| {
        let answered = match shape {
            Some(ShapeKind::Structure(answered)) => answered.iter().any(|m| m.name() == name),
            _ => false,
        };
        answered && !HEAD.contains(&name.as_str())
    });
    Value::Map(members.cloned().collect())
}

/// Gives a body a member that the caller does not choose.
fn with_member(body: Value, name: &str, value: Value) -> Value {
    let Value::Map(mut members) = body else {
        return body;
    };
    members.retain(|(member, _)| member != name);
    members.push((name.to_owned(), value));
    Value::Map(members)
}

/// Adds what the service says of an item itself.
fn completed(mut item: Item, capacity: u64) -> Item {
    let identity = &item.identity;
    let mut body = std::mem::replace(&mut item.body, Value::Null);
    if matches!(identity.kind, Kind::WebAcl | Kind::RuleGroup) {
        if body.member("Rules").is_none() {
            body = with_member(body, "Rules", Value::List(Vec::new()));
        }
        body = with_member(
            body,
            "LabelNamespace",
            Value::from(identity.label_namespace()),
        );
    }
    if identity.kind == Kind::WebAcl {
        let capacity = i64::try_from(capacity).unwrap_or(i64::MAX);
        body = with_member(body, "Capacity", Value::from(capacity));
        body = with_member(body, "ManagedByFirewallManager", Value::from(false));
        body = with_member(body, "RetrofittedByFirewallManager", Value::from(false));
    }
    item.body = body;
    item
}

fn check_size(item: &Item) -> Result<(), ServiceError> {
    if state::write_item(item).len() > BODY_BYTES_MAX {
        return Err(exception::limits_exceeded());
    }
    Ok(())
}

fn rules(body: &Value) -> &Value {
    body.member("Rules").unwrap_or(&Value::Null)
}

/// Validates a new item and drafts its rows.
pub(crate) async fn put_new(
    service: &Wafv2,
    draft: &mut Draft<'_>,
    rows: &Rows,
    new: &New<'_>,
) -> Result<Item, ServiceError> {
    new.kind.judge(new.body)?;
    let item = Item {
        identity: Identity {
            place: new.place.clone(),
            kind: new.kind,
            name: new.name.to_owned(),
            id: service.uuid()?,
        },
        description: new.description.map(str::to_owned),
        lock_token: service.uuid()?,
        references: references(rules(new.body), new.place)?,
        body: new.body.clone(),
    };
    let name = service.store.get(&state::name_key(&item.identity)).await;
    if name.map_err(|error| exception::store(&error))?.is_some() {
        return Err(exception::duplicate_item());
    }
    let names = state::names_key(new.kind, new.place);
    if rows.under(&names).count() >= new.kind.quota() {
        return Err(exception::limits_exceeded());
    }
    check_size(&item)?;
    let capacity = service.check(rows, &item).await?;
    monetize::judge(&item.body)?;
    let item = completed(item, capacity);
    draft.put_item(&item, None)?;
    if !new.tags.is_empty() {
        let key = state::tags_key(item.identity.arn().as_str());
        draft.put(key, state::write_tags(new.tags));
    }
    if web_acl::hashes(&item.body) {
        master_secret::ensure(service, draft, rows)?;
    }
    Ok(item)
}

/// `Create...`: answers the summary.
pub(super) async fn create<I: IntoValue, O: FromValue>(
    service: &Wafv2,
    call: &Call,
    kind: Kind,
    input: I,
) -> Result<O, ServiceError> {
    let request = input.into_value();
    let place = Place::of(call, text(&request, "Scope").unwrap_or_default())?;
    let tags = request.member("Tags").cloned();
    let tags: Vec<Tag> = tags.map_or_else(|| Ok(Vec::new()), Vec::from_value)?;
    let tags = tags::judged(tags)?;
    let (description, body) = (description(&request), body(kind, &request));
    let new = New {
        kind,
        place: &place,
        name: text(&request, "Name").unwrap_or_default(),
        description: description.as_deref(),
        tags: &tags,
        body: &body,
    };
    let _turn = service.turn.lock().await;
    let mut attempts = Attempts::default();
    loop {
        let rows = service.rows();
        let mut draft = Draft::new(&rows);
        let item = put_new(service, &mut draft, &rows, &new).await?;
        if service
            .commit(call, draft.into_batch(), &mut attempts)
            .await?
        {
            return answer([("Summary", item.summary())]);
        }
    }
}

/// An answer of these members.
fn answer<O: FromValue, const N: usize>(members: [(&str, Value); N]) -> Result<O, ServiceError> {
    let members = members
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    Ok(O::from_value(Value::Map(members.collect()))?)
}

/// The item that a `Get...` means.
pub(super) fn find<I: IntoValue>(
    service: &Wafv2,
    call: &Call,
    kind: Kind,
    input: I,
) -> Result<Item, ServiceError> {
    service.viewed_item(&meant(call, kind, &input.into_value())?)
}

/// `Get...`: the item and its lock token.
pub(super) fn get<I: IntoValue, O: FromValue>(
    service: &Wafv2,
    call: &Call,
    kind: Kind,
    input: I,
) -> Result<O, ServiceError> {
    let item = find(service, call, kind, input)?;
    let lock_token = Value::from(item.lock_token.as_str());
    answer([(kind.shape(), item.answer()), ("LockToken", lock_token)])
}

/// `List...`: summaries in the order of their names, and the marker of the next page.
pub(super) fn list<I: IntoValue, O: FromValue>(
    service: &Wafv2,
    call: &Call,
    kind: Kind,
    input: I,
) -> Result<O, ServiceError> {
    let request = input.into_value();
    let place = Place::of(call, text(&request, "Scope").unwrap_or_default())?;
    let rows = service.rows();
    let names = state::names_key(kind, &place);
    let named = rows.under(&names).map(|row| {
        let name = row.key.segments().next_back().unwrap_or_default();
        (name, state::read_text(row))
    });
    let limit = request.member("Limit").and_then(Value::as_i64);
    let (page, next) = page(named, text(&request, "NextMarker"), limit);
    let summaries = page.into_iter().filter_map(|(name, id)| {
        let identity = Identity {
            place: place.clone(),
            kind,
            name,
            id,
        };
        let row = rows.item_row(&identity)?;
        Some(state::read_head(kind, &place, row).map(|item| item.summary()))
    });
    let summaries = Value::List(summaries.collect::<Result<_, _>>()?);
    let next = next.map_or(Value::Null, Value::from);
    answer([(kind.listed_as(), summaries), ("NextMarker", next)])
}

/// The items after the marker, at most `limit`, and the marker of the next page if there is one.
/// Items come in the order of their keys, which are the markers.
pub(super) fn page<T>(
    items: impl Iterator<Item = (String, T)>,
    after: Option<&str>,
    limit: Option<i64>,
) -> (Vec<(String, T)>, Option<String>) {
    let limit = limit
        .and_then(|limit| usize::try_from(limit).ok())
        .unwrap_or(LIST_ITEMS_MAX);
    let limit = limit.clamp(1, LIST_ITEMS_MAX);
    let mut left = items.skip_while(|(key, _)| after.is_some_and(|after| key.as_str() <= after));
    let page: Vec<_> = left.by_ref().take(limit).collect();
    let more = left.next().is_some();
    let next = page.last().filter(|_| more).map(|(key, _)| key.clone());
    (page, next)
}

/// `Update...`: answers the next lock token.
pub(super) async fn update<I: IntoValue, O: FromValue>(
    service: &Wafv2,
    call: &Call,
    kind: Kind,
    input: I,
) -> Result<O, ServiceError> {
    let request = input.into_value();
    let identity = meant(call, kind, &request)?;
    let lock_token = text(&request, "LockToken").unwrap_or_default();
    let (description, body) = (description(&request), body(kind, &request));
    let next = change(service, call, &identity, lock_token, |old| {
        let fixed = kind.fixed_members().iter();
        let body = fixed.fold(body.clone(), |body, name| {
            with_member(body, name, old.member(name).cloned().unwrap_or(Value::Null))
        });
        (description.clone(), body)
    });
    answer([("NextLockToken", Value::from(next.await?))])
}

/// Gives an item another description and body, if its lock token is still good; answers the next
/// one.
pub(super) async fn change(
    service: &Wafv2,
    call: &Call,
    identity: &Identity,
    lock_token: &str,
    made: impl Fn(&Item) -> (Option<String>, Value),
) -> Result<String, ServiceError> {
    let _turn = service.turn.lock().await;
    let mut attempts = Attempts::default();
    loop {
        let (old, row) = service.stored_item(identity).await?;
        if old.lock_token != lock_token {
            return Err(exception::optimistic_lock());
        }
        let rows = service.rows();
        let (description, body) = made(&old);
        identity.kind.judge(&body)?;
        let item = Item {
            description,
            lock_token: service.uuid()?,
            references: references(rules(&body), &identity.place)?,
            body,
            identity: identity.clone(),
        };
        check_size(&item)?;
        let capacity = service.check(&rows, &item).await?;
        monetize::judge(&item.body)?;
        let item = completed(item, capacity);
        let mut draft = Draft::new(&rows);
        draft.put_item(&item, Some((&old, &row)))?;
        if web_acl::hashes(&item.body) {
            master_secret::ensure(service, &mut draft, &rows)?;
        }
        if matches!(identity.kind, Kind::RuleGroup | Kind::RegexPatternSet) {
            check_users(service, &rows, &item, &mut draft).await?;
        }
        if service
            .commit(call, draft.into_batch(), &mut attempts)
            .await?
        {
            return Ok(item.lock_token);
        }
    }
}

/// What uses an item must still compile with the item as it is drafted. (Addresses of an IP set can
/// break nothing.)
async fn check_users(
    service: &Wafv2,
    rows: &Rows,
    item: &Item,
    draft: &mut Draft<'_>,
) -> Result<(), ServiceError> {
    let drafted = rows.with_draft(item);
    let users_of = |arn: &str| state::read_arns(rows.row(&state::use_key(arn)));
    let mut users = users_of(item.identity.arn().as_str())?;
    // A rule group that uses the item is used by web ACLs in turn; it goes no deeper.
    for user in users.clone() {
        if Identity::of_arn(&user).is_some_and(|user| user.kind == Kind::RuleGroup) {
            users.extend(users_of(&user)?);
        }
    }
    users.sort();
    users.dedup();
    for user in &users {
        let identity = Identity::of_arn(user).ok_or_else(|| exception::invalid_arn(user))?;
        let Some(row) = rows.item_row(&identity) else {
            continue;
        };
        let user_item = state::read_item(identity.kind, &identity.place, row)?;
        service.check(&drafted, &user_item).await?;
        draft.pin(user)?;
    }
    Ok(())
}

/// `Delete...`
pub(super) async fn delete<I: IntoValue, O: FromValue>(
    service: &Wafv2,
    call: &Call,
    kind: Kind,
    input: I,
) -> Result<O, ServiceError> {
    let request = input.into_value();
    let identity = meant(call, kind, &request)?;
    let lock_token = text(&request, "LockToken").unwrap_or_default();
    let _turn = service.turn.lock().await;
    let mut attempts = Attempts::default();
    loop {
        let (item, row) = service.stored_item(&identity).await?;
        if item.lock_token != lock_token {
            return Err(exception::optimistic_lock());
        }
        let rows = service.rows();
        let batch = draft_deletion(service, &rows, &item, &row)?;
        if service.commit(call, batch, &mut attempts).await? {
            return answer([]);
        }
    }
}

fn draft_deletion(
    service: &Wafv2,
    rows: &Rows,
    item: &Item,
    row: &Row,
) -> Result<Batch, ServiceError> {
    let mut draft = Draft::new(rows);
    let use_key = state::use_key(item.identity.arn().as_str());
    let use_row = rows.row(&use_key);
    let users = state::read_arns(use_row)?;
    for user in &users {
        // A load balancer that was deleted since uses nothing any more.
        let gone = item.identity.kind == Kind::WebAcl
            && user
                .parse::<Arn>()
                .is_ok_and(|user| !service.resources.exists(&user));
        if !gone {
            return Err(exception::associated_item());
        }
        let association = state::association_key(user);
        draft.expect(&association, rows.row(&association));
        draft.delete(association);
    }
    draft.expect(&use_key, use_row);
    draft.delete(use_key);
    draft.delete_item(item, row)?;
    Ok(draft.into_batch())
}
