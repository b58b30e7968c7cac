//! What another server answers in awsQuery, as `btz import aws` reads it.

use api::client::query;

pub(super) fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for operation in ["DescribeRules", "DescribeTargetHealth", "DescribeListeners"] {
        if let Ok(output) = query::output(elb::model(), operation, &text) {
            // What was read is JSON, and can be sent.
            let json = wire::json::to_string(&output);
            let read = wire::json::parse(json.as_bytes());
            let sent = read.map(|read| query::form("2015-12-01", operation, &read));
            assert!(sent.is_ok_and(|sent| sent.is_ascii()));
        }
    }
    std::hint::black_box(query::error(&text));
}
