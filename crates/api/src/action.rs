//! What a service's records name as their source. Source: CloudTrail User Guide, "CloudTrail record
//! contents".

/// CloudTrail's `eventSource` of a service by its endpoint prefix; the own service's is its name.
pub(crate) fn event_source(endpoint_prefix: &str) -> String {
    match endpoint_prefix {
        "btz" => "btz".to_owned(),
        aws => [aws, ".amazonaws.com"].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_named_as_cloudtrail_names_them() {
        assert_eq!(event_source("btz"), "btz");
        assert_eq!(event_source("kms"), "kms.amazonaws.com");
    }
}
