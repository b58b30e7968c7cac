//! `btz coverage`: every operation of every service that Bartizan speaks, implemented or not. Read
//! from the same tables that the API answers from.

use anyhow::Result;
use serde_json::json;

use crate::cli::{Coverage, Output};
use crate::{Exit, UsageError, say, suite, table};

/// Prints the table; with a service's name, its operations one by one.
pub(crate) fn coverage(arguments: &Coverage, output: Output) -> Result<Exit> {
    let mut services = suite::coverage()?;
    if let Some(wanted) = &arguments.service {
        let known: Vec<String> = services
            .iter()
            .map(|service| service.service.clone())
            .collect();
        services.retain(|service| service.service.eq_ignore_ascii_case(wanted));
        if services.is_empty() {
            let known = known.join(", ");
            return Err(UsageError(format!("no service `{wanted}`; there are {known}")).into());
        }
    }
    if output == Output::Json {
        let services: Vec<_> = services
            .iter()
            .map(|service| {
                let operations: Vec<_> = service
                    .operations
                    .iter()
                    .map(|one| {
                        json!({"operation": one.operation, "implemented": one.implemented,
                               "declined": one.declined})
                    })
                    .collect();
                json!({"service": service.service, "apiVersion": service.api_version,
                       "implemented": service.implemented(), "declined": service.declined(),
                       "operations": operations})
            })
            .collect();
        say(&serde_json::to_string_pretty(&services)?);
        return Ok(Exit::Fine);
    }
    let rows: Vec<Vec<String>> = if arguments.service.is_some() {
        let operations = services.iter().flat_map(|service| &service.operations);
        operations
            .map(|one| {
                let state = match one.declined {
                    _ if one.implemented => "implemented".to_owned(),
                    Some(reason) => format!("declined: {reason}"),
                    None => "no".to_owned(),
                };
                vec![one.operation.clone(), state]
            })
            .collect()
    } else {
        services
            .iter()
            .map(|service| {
                let operations = service.operations.len();
                let implemented = format!("{} of {operations}", service.implemented());
                let declined = match service.declined() {
                    0 => String::new(),
                    declined => declined.to_string(),
                };
                let (name, version) = (service.service.clone(), service.api_version.clone());
                vec![name, version, implemented, declined]
            })
            .collect()
    };
    let headings: &[&str] = if arguments.service.is_some() {
        &["operation", "state"]
    } else {
        &["service", "API version", "implemented", "declined"]
    };
    say(&table::table(headings, &rows));
    Ok(Exit::Fine)
}
