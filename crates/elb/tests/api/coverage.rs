//! Every operation of the API is written, or listed here with the reason why not.

use wire::Service;

use super::client::Client;

const NOT_HERE: &[(&str, &str)] = &[(
    "ModifyIpPools",
    "there are no address pools: a load balancer has addresses of this machine",
)];

#[tokio::test]
async fn every_operation_is_written_or_has_its_reason() {
    let client = Client::new().await;
    let operations = client.elb.model().operations();
    assert_eq!(operations.len(), 51);
    for operation in operations {
        let reason = NOT_HERE.iter().find(|(name, _)| *name == operation.name());
        assert_eq!(
            client.elb.implements(operation.name()),
            reason.is_none(),
            "{}: {reason:?}",
            operation.name()
        );
    }
    for (name, _) in NOT_HERE {
        assert!(client.elb.model().operation(name).is_some(), "{name}");
    }
}
