//! What is kept of the requests that a web ACL judges: its data protection and its logging
//! configuration, as `telemetry` takes them.
//! Source: AWS WAF API Reference, `DataProtectionConfig`, `LoggingConfiguration`.
//!
//! A log destination is a log group of CloudWatch Logs, as its ARN names it:
//! `arn:aws:logs:REGION:ACCOUNT:log-group:aws-waf-logs-NAME`. Here it is a folder of that name in the
//! folder for logs, with a file for each log stream; streams are named as AWS WAF names them,
//! `REGION_WEB-ACL-NAME_0`. Buckets and Firehose streams are services that are not here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use store::Revision;
use telemetry::data_protection::{DataProtection, HashKey, Part};
use telemetry::logging::{
    Behavior, Collection, Collections, Condition, Filter, LogDestination, LoggingConfiguration,
    LoggingFilter,
};
use telemetry::request::Action;
use types::{Arn, ServiceError};
use wire::Value;

use crate::exception;
use crate::item::{Identity, Kind};
use crate::master_secret::{self, Purpose};
use crate::state::{self, Rows};

/// How the name of every log destination begins.
const DESTINATION_PREFIX: &str = "aws-waf-logs-";

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value
        .member(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    let items = value.member(name).and_then(Value::as_list);
    items.unwrap_or_default()
}

/// The data protection of a web ACL's body, one entry for each key of a field.
pub(crate) fn data_protections(body: &Value) -> Result<Vec<DataProtection>, ServiceError> {
    let Some(config) = body.member("DataProtectionConfig") else {
        return Ok(Vec::new());
    };
    let mut protections = Vec::new();
    for protection in list(config, "DataProtections") {
        let field = protection.member("Field").unwrap_or(&Value::Null);
        let excluded = |name| protection.member(name).and_then(Value::as_bool) == Some(true);
        let of = |part| DataProtection {
            part,
            hash: text(protection, "Action") == "HASH",
            exclude_rule_match_details: excluded("ExcludeRuleMatchDetails"),
            exclude_rate_based_details: excluded("ExcludeRateBasedDetails"),
        };
        protections.extend(protected_parts(field)?.into_iter().map(of));
    }
    Ok(protections)
}

/// `FieldToProtect`.
fn protected_parts(field: &Value) -> Result<Vec<Part>, ServiceError> {
    let kind = text(field, "FieldType");
    let refused = |reason| {
        Err(exception::invalid_parameter(
            "DATA_PROTECTION_CONFIG",
            kind,
            reason,
        ))
    };
    let of_key: fn(String) -> Part = match kind {
        "SINGLE_HEADER" => Part::Header,
        "SINGLE_COOKIE" => Part::Cookie,
        "SINGLE_QUERY_ARGUMENT" => Part::QueryArgument,
        _ => {
            if field.member("FieldKeys").is_some() {
                return refused("This field type takes no keys: it is protected as a whole.");
            }
            let whole = if kind == "BODY" {
                Part::Body
            } else {
                Part::QueryString
            };
            return Ok(vec![whole]);
        }
    };
    let keys = list(field, "FieldKeys").iter().filter_map(Value::as_str);
    let parts: Vec<Part> = keys.map(|key| of_key(key.to_owned())).collect();
    if parts.is_empty() {
        return refused("This field type needs the keys that are to be protected.");
    }
    Ok(parts)
}

/// Reads a logging configuration of a web ACL.
pub(crate) fn logging(
    web_acl: &Identity,
    configuration: &Value,
) -> Result<LoggingConfiguration, ServiceError> {
    let [destination] = list(configuration, "LogDestinationConfigs") else {
        let reason = exception::NOT_EXACTLY_ONE;
        return Err(exception::invalid_parameter(
            "LOG_DESTINATION",
            "LogDestinationConfigs",
            reason,
        ));
    };
    let destination = log_destination(web_acl, destination.as_str().unwrap_or_default())?;
    let redacted = list(configuration, "RedactedFields").iter();
    let filter = configuration.member("LoggingFilter");
    let filter = filter.filter(|filter| **filter != Value::Null);
    Ok(LoggingConfiguration {
        destination: Arc::new(destination),
        redacted: redacted.map(redacted_part).collect::<Result<_, _>>()?,
        filter: filter.map(logging_filter).transpose()?,
    })
}

/// The folder and file of a log group's ARN.
fn log_destination(web_acl: &Identity, text: &str) -> Result<LogDestination, ServiceError> {
    let place = &web_acl.place;
    let found = || {
        let arn: Arn = text.parse().ok()?;
        let ours = arn.service() == "logs"
            && arn.region() == place.region
            && arn.account() == place.account;
        let group = arn.resource().strip_prefix("log-group:")?;
        let group = group.strip_suffix(":*").unwrap_or(group);
        let stream = format!("{}_{}_0", place.region, web_acl.name);
        let named = ours && group.len() > DESTINATION_PREFIX.len();
        (named && group.starts_with(DESTINATION_PREFIX))
            .then(|| LogDestination::new(group, &stream))?
    };
    found().ok_or_else(|| {
        let reason = "A log destination here is a log group of the web ACL's account and Region \
                      whose name begins with aws-waf-logs- and has letters, digits, hyphens, dots \
                      and underscores only: \
                      arn:aws:logs:REGION:ACCOUNT:log-group:aws-waf-logs-NAME.";
        exception::invalid_parameter("LOG_DESTINATION", text, reason)
    })
}

/// AWS WAF redacts four fields.
fn redacted_part(field: &Value) -> Result<Part, ServiceError> {
    let members = field.as_map().unwrap_or_default().iter();
    let mut members = members.filter(|(_, content)| *content != Value::Null);
    let refused = |name: &str, reason| exception::invalid_parameter("FIELD_TO_MATCH", name, reason);
    let (Some((name, content)), None) = (members.next(), members.next()) else {
        return Err(refused("RedactedFields", exception::NOT_EXACTLY_ONE));
    };
    match name.as_str() {
        "UriPath" => Ok(Part::UriPath),
        "QueryString" => Ok(Part::QueryString),
        "Method" => Ok(Part::Method),
        "SingleHeader" => Ok(Part::Header(text(content, "Name").to_owned())),
        other => Err(refused(
            other,
            "Only UriPath, QueryString, SingleHeader and Method can be redacted.",
        )),
    }
}

fn behavior(value: &Value, name: &str) -> Behavior {
    match text(value, name) {
        "KEEP" => Behavior::Keep,
        _ => Behavior::Drop,
    }
}

fn logging_filter(value: &Value) -> Result<LoggingFilter, ServiceError> {
    let filters = list(value, "Filters").iter().map(|filter| {
        let conditions = list(filter, "Conditions").iter().map(condition);
        Ok(Filter {
            behavior: behavior(filter, "Behavior"),
            meets_all: text(filter, "Requirement") == "MEETS_ALL",
            conditions: conditions.collect::<Result<_, ServiceError>>()?,
        })
    });
    Ok(LoggingFilter {
        filters: filters.collect::<Result<_, ServiceError>>()?,
        default_behavior: behavior(value, "DefaultBehavior"),
    })
}

fn condition(value: &Value) -> Result<Condition, ServiceError> {
    let given = |name| value.member(name).filter(|value| **value != Value::Null);
    match (given("ActionCondition"), given("LabelNameCondition")) {
        (Some(action), None) => Ok(match text(action, "Action") {
            "ALLOW" => Condition::Action(Action::Allow),
            "BLOCK" => Condition::Action(Action::Block),
            "COUNT" => Condition::Action(Action::Count),
            "CAPTCHA" => Condition::Action(Action::Captcha),
            "CHALLENGE" => Condition::Action(Action::Challenge),
            "EXCLUDED_AS_COUNT" => Condition::ExcludedAsCount,
            _ => Condition::Never,
        }),
        (None, Some(label)) => Ok(Condition::Label(text(label, "LabelName").to_owned())),
        _ => Err(exception::invalid_parameter(
            "FILTER_CONDITION",
            "Condition",
            exception::NOT_EXACTLY_ONE,
        )),
    }
}

/// Collections as they were read, kept as long as their rows are the same.
#[derive(Debug, Default)]
pub(crate) struct CollectionShelf(Mutex<HashMap<String, Kept>>);

/// The revisions of the rows of the web ACL, its logging configuration and the master secret.
type Versions = (Revision, Option<Revision>, Option<Revision>);

#[derive(Debug)]
struct Kept {
    versions: Versions,
    /// `None`: everything is kept of this web ACL's requests.
    collection: Option<Arc<Collection>>,
}

impl CollectionShelf {
    /// What is kept of whose requests, as the rows say.
    pub(crate) fn collections(&self, rows: &Rows) -> Collections {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let secret = rows
            .row(&state::master_secret_key())
            .map(|row| row.revision);
        let mut now = HashMap::new();
        let mut collections = Collections::new();
        for (identity, row) in state::web_acls(rows) {
            let arn = identity.arn().to_string();
            let logging = rows.row(&state::logging_key(&arn));
            let versions = (row.revision, logging.map(|row| row.revision), secret);
            let known = shelf.remove(&arn).filter(|kept| kept.versions == versions);
            let kept = known.unwrap_or_else(|| Kept {
                versions,
                collection: collection(rows, &identity, row),
            });
            if let Some(collection) = &kept.collection {
                collections.insert(arn.clone(), Arc::clone(collection));
            }
            now.insert(arn, kept);
        }
        *shelf = now;
        collections
    }
}

fn collection(rows: &Rows, web_acl: &Identity, row: &store::Row) -> Option<Arc<Collection>> {
    let arn = web_acl.arn();
    let failed = |error: ServiceError| {
        // It was checked when it was made, so this is damage.
        let internal = error.internal.as_deref().unwrap_or(&error.message);
        tracing::error!(%arn, error = internal, "what is kept of a web ACL's requests is unknown");
    };
    let item = state::read_item(Kind::WebAcl, &web_acl.place, row);
    let protections = item.and_then(|item| data_protections(&item.body));
    let data_protections = protections.map_err(failed).unwrap_or_default();
    let logged = state::read_value(rows.row(&state::logging_key(arn.as_str())));
    let logged = logged.and_then(|logged| logged.map(|value| logging(web_acl, &value)).transpose());
    let logging = logged.map_err(failed).unwrap_or_default();
    if data_protections.is_empty() && logging.is_none() {
        return None;
    }
    let hashes = data_protections.iter().any(|protection| protection.hash);
    let secret = master_secret::of(rows).filter(|_| hashes);
    let hash_key = secret.map(|secret| {
        let key = master_secret::derive(&secret, Purpose::DataProtection);
        HashKey::new(key.expose())
    });
    Some(Arc::new(Collection {
        data_protections,
        hash_key,
        logging,
    }))
}
