//! The rows of this service and their keys. One row an item; names, uses, tags and associations
//! are rows of their own, so that one commit can expect each of them.
//!
//! | key | value |
//! |---|---|
//! | `wafv2/item/KIND/ACCOUNT/REGION/SCOPE/ID` | the item |
//! | `wafv2/name/KIND/ACCOUNT/REGION/SCOPE/NAME` | its id: a name is taken once |
//! | `wafv2/use/ARN` | ARNs of what uses the item; no row, no use: it may be deleted |
//! | `wafv2/tags/ARN` | its tags |
//! | `wafv2/association/LOAD-BALANCER-ARN` | ARN of its web ACL |
//! | `wafv2/logging/WEB-ACL-ARN` | its logging configuration |
//! | `wafv2/permission-policy/RULE-GROUP-ARN` | whom it is shared with |
//! | `wafv2/api-key/ACCOUNT/REGION/SCOPE/CREATED-ID` | an API key's token |
//! | `wafv2/master-secret` | random bytes: what API keys are sealed with, and protected values hashed |
//! | `wafv2/default/LOAD-BALANCER-ARN` | ARN of the web ACL `default` that was made for it once |
//!
//! The use row is what makes "in use" exact under concurrency: who begins to refer to an item
//! writes the item's use row and expects the item's row unchanged; who deletes the item expects
//! that there is no use row. Whichever commits second is a conflict.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use bytes::Bytes;
use store::{Key, Revision, Row, View};
use types::ServiceError;
use wire::{Value, json};

use crate::api_key::ApiKey;
use crate::exception;
use crate::item::{Identity, Item, Kind};
use crate::model::MODEL;
use crate::scope::{Place, Scope};

/// The prefix of all rows of this service.
pub(crate) fn prefix() -> Key {
    Key::new(["wafv2"])
}

fn placed(family: &str, kind: Kind, place: &Place) -> Key {
    let Place {
        account,
        region,
        scope,
    } = place;
    Key::new([
        "wafv2",
        family,
        kind.segment(),
        account,
        region,
        scope.segment(),
    ])
}

/// The row of an item.
pub(crate) fn item_key(identity: &Identity) -> Key {
    placed("item", identity.kind, &identity.place).child(&identity.id)
}

/// Prefix of the names of a kind in a place.
pub(crate) fn names_key(kind: Kind, place: &Place) -> Key {
    placed("name", kind, place)
}

/// The row that holds a name.
pub(crate) fn name_key(identity: &Identity) -> Key {
    names_key(identity.kind, &identity.place).child(&identity.name)
}

/// The row that says what uses an item.
pub(crate) fn use_key(arn: &str) -> Key {
    Key::new(["wafv2", "use", arn])
}

/// The row of an item's tags.
pub(crate) fn tags_key(arn: &str) -> Key {
    Key::new(["wafv2", "tags", arn])
}

/// Prefix of all associations.
pub(crate) fn associations_key() -> Key {
    Key::new(["wafv2", "association"])
}

/// The row of a load balancer's web ACL.
pub(crate) fn association_key(resource_arn: &str) -> Key {
    associations_key().child(resource_arn)
}

/// Prefix of all logging configurations.
pub(crate) fn loggings_key() -> Key {
    Key::new(["wafv2", "logging"])
}

/// The row of a web ACL's logging configuration.
pub(crate) fn logging_key(web_acl_arn: &str) -> Key {
    loggings_key().child(web_acl_arn)
}

/// The row of a rule group's permission policy.
pub(crate) fn permission_policy_key(rule_group_arn: &str) -> Key {
    Key::new(["wafv2", "permission-policy", rule_group_arn])
}

/// Prefix of the API keys of a place.
pub(crate) fn api_keys_key(place: &Place) -> Key {
    let Place {
        account,
        region,
        scope,
    } = place;
    Key::new(["wafv2", "api-key", account, region, scope.segment()])
}

/// The row of an API key; they come in the order of their creation.
pub(crate) fn api_key_key(place: &Place, key: &ApiKey) -> Key {
    let name = format!("{:015}-{}", key.created.as_millis(), key.id);
    api_keys_key(place).child(&name)
}

/// The row of the installation's secret.
pub(crate) fn master_secret_key() -> Key {
    Key::new(["wafv2", "master-secret"])
}

/// All web ACLs, with their rows.
pub(crate) fn web_acls(rows: &Rows) -> Vec<(Identity, &Row)> {
    let prefix = Key::new(["wafv2", "item", Kind::WebAcl.segment()]);
    let found = rows.under(&prefix).filter_map(|row| {
        let segments: Vec<String> = row.key.segments().collect();
        let [_, _, _, account, region, scope, _] = segments.as_slice() else {
            return None;
        };
        let place = Place {
            account: account.clone(),
            region: region.clone(),
            scope: Scope::of_segment(scope)?,
        };
        let item = read_head(Kind::WebAcl, &place, row).ok()?;
        Some((item.identity, row))
    });
    found.collect()
}

/// Prefix of what remembers first web ACLs.
pub(crate) fn defaults_key() -> Key {
    Key::new(["wafv2", "default"])
}

/// The row that remembers that a load balancer was given its first web ACL.
pub(crate) fn default_key(resource_arn: &str) -> Key {
    defaults_key().child(resource_arn)
}

/// A row that cannot be read: damage, or a bug.
fn damaged(key: &Key, problem: impl ToString) -> ServiceError {
    exception::internal(format!(
        "the row {key} cannot be read: {}",
        problem.to_string()
    ))
}

/// Writes an item: what every item has in the first line, its body in the second, since a list
/// of a hundred IP sets needs no addresses.
pub(crate) fn write_item(item: &Item) -> Bytes {
    let description = item.description.as_deref().map_or(Value::Null, Value::from);
    let head = Value::Map(vec![
        ("Name".to_owned(), Value::from(item.identity.name.as_str())),
        ("Description".to_owned(), description),
        (
            "LockToken".to_owned(),
            Value::from(item.lock_token.as_str()),
        ),
        (
            "References".to_owned(),
            Value::from(item.references.clone()),
        ),
    ]);
    // JSON as it is written here has no line breaks.
    Bytes::from(format!(
        "{}\n{}",
        json::to_string(&head),
        json::to_string(&item.body)
    ))
}

/// Reads an item without its body.
pub(crate) fn read_head(kind: Kind, place: &Place, row: &Row) -> Result<Item, ServiceError> {
    let id = row.key.segments().next_back().unwrap_or_default();
    let head = row
        .value
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let head = json::parse(head).map_err(|error| damaged(&row.key, error))?;
    let text = |name: &str| head.member(name).and_then(Value::as_str).map(str::to_owned);
    let missing = |name: &str| damaged(&row.key, format!("it has no {name}"));
    let references = head
        .member("References")
        .and_then(Value::as_list)
        .unwrap_or_default();
    Ok(Item {
        identity: Identity {
            place: place.clone(),
            kind,
            name: text("Name").ok_or_else(|| missing("Name"))?,
            id,
        },
        description: text("Description"),
        lock_token: text("LockToken").ok_or_else(|| missing("LockToken"))?,
        references: references
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        body: Value::Null,
    })
}

/// Reads an item.
pub(crate) fn read_item(kind: Kind, place: &Place, row: &Row) -> Result<Item, ServiceError> {
    let item = read_head(kind, place, row)?;
    let body = row
        .value
        .splitn(2, |byte| *byte == b'\n')
        .nth(1)
        .unwrap_or_default();
    let body = json::parse(body).map_err(|error| damaged(&row.key, error))?;
    let shape = MODEL.shape_by_name(kind.shape());
    let shape = shape.ok_or_else(|| damaged(&row.key, "its kind has no shape"))?;
    // Blobs are base64 in JSON; the shape says which texts are.
    let body = MODEL
        .typed(shape, body)
        .map_err(|error| damaged(&row.key, error))?;
    Ok(Item { body, ..item })
}

/// Writes a list of ARNs.
pub(crate) fn write_arns(arns: &[String]) -> Bytes {
    Bytes::from(json::to_string(&Value::from(arns.to_vec())))
}

/// Reads a list of ARNs; no row, no ARNs.
pub(crate) fn read_arns(row: Option<&Row>) -> Result<Vec<String>, ServiceError> {
    let Some(row) = row else {
        return Ok(Vec::new());
    };
    let value = json::parse(&row.value).map_err(|error| damaged(&row.key, error))?;
    let arns = value.as_list().unwrap_or_default().iter();
    Ok(arns.filter_map(Value::as_str).map(str::to_owned).collect())
}

/// Writes tags.
pub(crate) fn write_tags(tags: &BTreeMap<String, String>) -> Bytes {
    let tags = tags
        .iter()
        .map(|(key, value)| (key.clone(), Value::from(value.as_str())));
    Bytes::from(json::to_string(&Value::Map(tags.collect())))
}

/// Reads tags; no row, no tags.
pub(crate) fn read_tags(row: Option<&Row>) -> Result<BTreeMap<String, String>, ServiceError> {
    let Some(row) = row else {
        return Ok(BTreeMap::new());
    };
    let value = json::parse(&row.value).map_err(|error| damaged(&row.key, error))?;
    let tags = value.as_map().unwrap_or_default().iter();
    Ok(tags
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect())
}

/// Writes a value that is kept as it was sent.
pub(crate) fn write_value(value: &Value) -> Bytes {
    Bytes::from(json::to_string(value))
}

/// Reads a value that is kept as it was sent; no row, no value.
pub(crate) fn read_value(row: Option<&Row>) -> Result<Option<Value>, ServiceError> {
    row.map(|row| json::parse(&row.value).map_err(|error| damaged(&row.key, error)))
        .transpose()
}

/// The text of a row that holds nothing else: an id or an ARN.
pub(crate) fn read_text(row: &Row) -> String {
    String::from_utf8_lossy(&row.value).into_owned()
}

/// All rows of this service of one moment. A draft can lay a row over them that is not committed.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    rows: Arc<BTreeMap<Key, Row>>,
    draft: Option<Row>,
}

/// The revision of a row that is drafted and not committed.
pub(crate) const DRAFT: Revision = Revision(u64::MAX);

impl Rows {
    /// The rows as the view has them now.
    pub(crate) fn of(view: &View) -> Self {
        Self {
            rows: Arc::new(view.read(Clone::clone)),
            draft: None,
        }
    }

    /// The same with one item as it is drafted.
    pub(crate) fn with_draft(&self, item: &Item) -> Self {
        let row = Row {
            key: item_key(&item.identity),
            revision: DRAFT,
            value: write_item(item),
        };
        Self {
            rows: Arc::clone(&self.rows),
            draft: Some(row),
        }
    }

    /// One row.
    pub(crate) fn row(&self, key: &Key) -> Option<&Row> {
        let draft = self.draft.as_ref().filter(|row| row.key == *key);
        draft.or_else(|| self.rows.get(key))
    }

    /// The committed rows under a prefix, in key order.
    pub(crate) fn under<'r>(&'r self, prefix: &Key) -> impl Iterator<Item = &'r Row> {
        self.rows
            .range((Bound::Included(prefix), Bound::Unbounded))
            .take_while(|(key, _)| key.as_str().starts_with(prefix.as_str()))
            .filter(|(key, _)| key.starts_with(prefix))
            .map(|(_, row)| row)
    }

    /// The row of the item that an ARN names, with the name that it says.
    pub(crate) fn item_row(&self, identity: &Identity) -> Option<&Row> {
        self.row(&item_key(identity))
    }
}
