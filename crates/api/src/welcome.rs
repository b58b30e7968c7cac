//! What a person sees who opens the API's address in a browser: what this is and how to use it.
//! Nothing in it tells anything about this installation.

/// The answer to an unsigned `GET /`.
pub(crate) const WELCOME: &str = "\
This is the API of Bartizan. It speaks the AWS APIs, signed with Signature Version 4.

Point the aws CLI, boto3 or any AWS SDK at this address:

    aws --endpoint-url http://THIS-ADDRESS sts get-caller-identity
    aws --endpoint-url http://THIS-ADDRESS wafv2 list-web-acls --scope REGIONAL

or set AWS_ENDPOINT_URL. The credentials were printed at first start and lie in the data folder,
file `credentials`, profile `btz`.
";
