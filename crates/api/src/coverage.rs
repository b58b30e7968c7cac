//! Which operations of each service are written: `btz coverage`.

use std::sync::Arc;

use policy::Guarded;

/// A service's operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceCoverage {
    /// The service as it is signed for, such as `wafv2`.
    pub service: String,
    /// The API's version, such as `2019-07-29`.
    pub api_version: String,
    /// All its operations, by name.
    pub operations: Vec<OperationCoverage>,
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationCoverage {
    /// Its name.
    pub operation: String,
    /// Whether it is written; else it is answered with 501, or declined.
    pub implemented: bool,
    /// Why it has no meaning here, if it has none: it is answered with an error of AWS's own.
    pub declined: Option<&'static str>,
}

impl ServiceCoverage {
    /// How many operations have no meaning here.
    #[must_use]
    pub fn declined(&self) -> usize {
        let operations = self.operations.iter();
        operations
            .filter(|operation| operation.declined.is_some())
            .count()
    }

    /// How many operations are written.
    #[must_use]
    pub fn implemented(&self) -> usize {
        self.operations
            .iter()
            .filter(|operation| operation.implemented)
            .count()
    }
}

/// What of each service is written, by service. Services that share a name (the own one, `btz`) are
/// one entry.
#[must_use]
pub fn coverage(services: &[Arc<dyn Guarded>]) -> Vec<ServiceCoverage> {
    let mut covered: Vec<ServiceCoverage> = Vec::new();
    for service in services {
        let model = service.model();
        let operations = model.operations().map(|operation| OperationCoverage {
            operation: operation.name().to_owned(),
            implemented: service.implements(operation.name()),
            declined: service.declines(operation.name()),
        });
        match covered
            .iter_mut()
            .find(|entry| entry.service == model.signing_name())
        {
            Some(entry) => entry.operations.extend(operations),
            None => covered.push(ServiceCoverage {
                service: model.signing_name().to_owned(),
                api_version: model.api_version().to_owned(),
                operations: operations.collect(),
            }),
        }
    }
    for entry in &mut covered {
        entry
            .operations
            .sort_by(|one, other| one.operation.cmp(&other.operation));
    }
    covered.sort_by(|one, other| one.service.cmp(&other.service));
    covered
}
