//! PutLoggingConfiguration, GetLoggingConfiguration, ListLoggingConfigurations,
//! DeleteLoggingConfiguration. Source: AWS WAF API Reference. What a destination is here, see
//! [`crate::collection`].

use std::sync::Arc;

use types::{Call, ServiceError};
use wire::Value;

use super::lifecycle::page;
use crate::Wafv2;
use crate::collection;
use crate::draft::{Attempts, Draft};
use crate::exception;
use crate::item::{Identity, Kind};
use crate::model::{
    DeleteLoggingConfigurationRequest, DeleteLoggingConfigurationResponse,
    GetLoggingConfigurationRequest, GetLoggingConfigurationResponse,
    ListLoggingConfigurationsRequest, ListLoggingConfigurationsResponse,
    PutLoggingConfigurationRequest, PutLoggingConfigurationResponse,
};
use crate::scope::Place;
use crate::state;

/// The `LogScope` of configurations that an account manages itself. The others belong to services
/// that are not here.
const CUSTOMER: &str = "CUSTOMER";

fn web_acl(call: &Call, arn: &str) -> Result<Identity, ServiceError> {
    Identity::of_callers_arn(call, arn)?.of_kind(Kind::WebAcl)
}

/// What was sent, with what AWS adds.
fn completed(configuration: Value) -> Value {
    let defaults = [
        ("ManagedByFirewallManager", Value::from(false)),
        ("LogType", Value::from("WAF_LOGS")),
        ("LogScope", Value::from(CUSTOMER)),
    ];
    let mut members = match configuration {
        Value::Map(members) => members,
        _ => Vec::new(),
    };
    for (name, value) in defaults {
        if !members.iter().any(|(member, _)| member == name) {
            members.push((name.to_owned(), value));
        }
    }
    Value::Map(members)
}

pub(crate) async fn put_logging_configuration(
    service: &Wafv2,
    call: &Call,
    input: PutLoggingConfigurationRequest,
) -> Result<PutLoggingConfigurationResponse, ServiceError> {
    let configuration = completed(input.logging_configuration);
    let text = |name| configuration.member(name).and_then(Value::as_str);
    let identity = web_acl(call, text("ResourceArn").unwrap_or_default())?;
    if text("LogScope") != Some(CUSTOMER) {
        let reason = "Only logging configurations of the log scope CUSTOMER can be put.";
        return Err(exception::invalid_operation(reason));
    }
    let managed = configuration.member("ManagedByFirewallManager");
    if managed.and_then(Value::as_bool) == Some(true) {
        let reason = "Only Firewall Manager can put a configuration that it manages.";
        return Err(exception::invalid_operation(reason));
    }
    let logging = collection::logging(&identity, &configuration)?;
    let _turn = service.turn.lock().await;
    let mut attempts = Attempts::default();
    loop {
        let (_, row) = service.stored_item(&identity).await?;
        let (telemetry, destination) = (
            Arc::clone(&service.telemetry),
            Arc::clone(&logging.destination),
        );
        let made =
            tokio::task::spawn_blocking(move || telemetry.make_destination(&destination)).await;
        made.map_err(exception::internal)?
            .map_err(|error| exception::log_destination_permission_issue(&error))?;
        let rows = service.rows();
        let key = state::logging_key(identity.arn().as_str());
        let mut draft = Draft::new(&rows);
        // Not past a deletion.
        draft.expect(&row.key, Some(&row));
        draft.expect(&key, rows.row(&key));
        draft.put(key, state::write_value(&configuration));
        if service
            .commit(call, draft.into_batch(), &mut attempts)
            .await?
        {
            return Ok(PutLoggingConfigurationResponse {
                logging_configuration: Some(configuration),
            });
        }
    }
}

fn is_customers(log_scope: Option<&str>) -> bool {
    log_scope.is_none_or(|scope| scope == CUSTOMER)
}

pub(crate) async fn get_logging_configuration(
    service: &Wafv2,
    call: &Call,
    input: GetLoggingConfigurationRequest,
) -> Result<GetLoggingConfigurationResponse, ServiceError> {
    let identity = web_acl(call, &input.resource_arn)?;
    service.viewed_item(&identity)?;
    let row = service.view.row(&state::logging_key(&input.resource_arn));
    let row = row.filter(|_| is_customers(input.log_scope.as_deref()));
    let configuration = state::read_value(row.as_ref())?;
    let configuration = configuration.ok_or_else(exception::nonexistent_item)?;
    Ok(GetLoggingConfigurationResponse {
        logging_configuration: Some(configuration),
    })
}

pub(crate) async fn list_logging_configurations(
    service: &Wafv2,
    call: &Call,
    input: ListLoggingConfigurationsRequest,
) -> Result<ListLoggingConfigurationsResponse, ServiceError> {
    let place = Place::of(call, &input.scope)?;
    let rows = service.rows();
    let prefix = state::loggings_key();
    let in_place = rows.under(&prefix).filter_map(|row| {
        let arn = row.key.segments().next_back()?;
        let identity = Identity::of_arn(&arn)?;
        (identity.place == place && is_customers(input.log_scope.as_deref())).then_some((arn, row))
    });
    let (page, next_marker) = page(in_place, input.next_marker.as_deref(), input.limit);
    let configurations = page
        .into_iter()
        .filter_map(|(_, row)| state::read_value(Some(row)).transpose());
    Ok(ListLoggingConfigurationsResponse {
        logging_configurations: Some(configurations.collect::<Result<_, _>>()?),
        next_marker,
    })
}

pub(crate) async fn delete_logging_configuration(
    service: &Wafv2,
    call: &Call,
    input: DeleteLoggingConfigurationRequest,
) -> Result<DeleteLoggingConfigurationResponse, ServiceError> {
    let identity = web_acl(call, &input.resource_arn)?;
    let key = state::logging_key(identity.arn().as_str());
    let asked = is_customers(input.log_scope.as_deref());
    service.delete_row(call, &key, asked).await?;
    Ok(DeleteLoggingConfigurationResponse {})
}
