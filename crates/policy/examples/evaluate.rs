//! What one evaluation costs: `cargo run --release -p policy --example evaluate`.
//!
//! Prints nanoseconds per evaluation (the least of 15 batches, one thread) for what a KMS data call
//! asks, from the plainest policies to a policy as long as IAM lets it be; and what compilation takes.

#![expect(clippy::print_stdout, reason = "it is a measurement that prints")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use policy::{
    ContextValue, Decision, Policies, Policy, PolicyKind, Principal, Request, RequestContext,
};
use types::Time;

const ACCOUNT: &str = "111122223333";
const USER: &str = "arn:aws:iam::111122223333:user/payments/Alice";
const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const BATCHES: usize = 15;
const PER_BATCH: u32 = 20_000;

const DEFAULT_KEY_POLICY: &str = r#"{"Version": "2012-10-17", "Id": "key-default-1", "Statement": [
    {"Sid": "Enable IAM User Permissions", "Effect": "Allow", "Principal": {"AWS":
     "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}]}"#;

/// What the console makes: administrators, users, grants for services.
const CONSOLE_KEY_POLICY: &str = r#"{"Version": "2012-10-17", "Id": "key-consolepolicy-3", "Statement": [
    {"Sid": "Enable IAM User Permissions", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"},
    {"Sid": "Allow access for Key Administrators", "Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::111122223333:user/Admin", "arn:aws:iam::111122223333:role/KeyAdmin"]},
     "Action": ["kms:Create*", "kms:Describe*", "kms:Enable*", "kms:List*", "kms:Put*", "kms:Update*", "kms:Revoke*", "kms:Disable*", "kms:Get*", "kms:Delete*", "kms:TagResource", "kms:UntagResource", "kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion"], "Resource": "*"},
    {"Sid": "Allow use of the key", "Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::111122223333:role/Payments"]},
     "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"], "Resource": "*"},
    {"Sid": "Allow attachment of persistent resources", "Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::111122223333:role/Payments"]},
     "Action": ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"], "Resource": "*", "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}}]}"#;

const READ_ONLY: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["s3:Get*", "s3:List*", "wafv2:Get*", "wafv2:List*", "elasticloadbalancing:Describe*", "iam:GetUser"], "Resource": "*"}]}"#;

const USE_KEY: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["kms:Encrypt",
    "kms:Decrypt", "kms:GenerateDataKey"], "Resource": "arn:aws:kms:*:111122223333:key/*"}]}"#;

const CONDITIONS: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:111122223333:key/*", "Condition": {
      "StringEquals": {"kms:EncryptionContext:app": "payments", "aws:RequestedRegion": ["us-east-1", "eu-central-1"]},
      "IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "203.0.113.0/24"]},
      "Bool": {"aws:SecureTransport": "true"}}},
    {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"DateLessThan": {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}}}]}"#;

const VARIABLES: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt",
    "Resource": "*", "Condition": {"StringEquals": {"kms:EncryptionContext:owner": "${aws:username}"}}}]}"#;

/// 50 statements about other keys, then the one that counts: close to the 6,144 characters of IAM.
fn long() -> String {
    let mut text = r#"{"Version": "2012-10-17", "Statement": ["#.to_owned();
    for number in 0..50 {
        text.push_str(&format!(
            r#"{{"Effect":"Allow","Action":"kms:*","Resource":"arn:aws:kms:us-east-1:111122223333:key/{number:08}-12ab-*"}},"#
        ));
    }
    text.push_str(r#"{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}]}"#);
    text
}

fn inline(id: &str, text: &str) -> Result<Arc<Policy>, policy::MalformedPolicy> {
    Policy::shared(PolicyKind::Inline, id, text)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let long = long();
    let default_key = Policy::parse(PolicyKind::Key, KEY, DEFAULT_KEY_POLICY)?;
    let console_key = Policy::parse(PolicyKind::Key, KEY, CONSOLE_KEY_POLICY)?;
    let boundary = Policy::parse(PolicyKind::Managed, "boundary", USE_KEY)?;
    let few = [inline("read-only", READ_ONLY)?, inline("use-key", USE_KEY)?];
    let many: Result<Vec<_>, _> = (0..10)
        .map(|_| inline("read-only", READ_ONLY))
        .chain([inline("use-key", USE_KEY)])
        .collect();
    let many = many?;
    let conditions = [
        inline("read-only", READ_ONLY)?,
        inline("conditions", CONDITIONS)?,
    ];
    let variables = [
        inline("read-only", READ_ONLY)?,
        inline("variables", VARIABLES)?,
    ];
    let longest = [inline("long", &long)?];
    let principal = Principal::User {
        account: ACCOUNT.parse()?,
        arn: USER,
        user_id: "AIDACKCEVSQ6C2EXAMPLE",
    };

    println!("one evaluation of kms:Decrypt                                  ns");
    for (name, resource, identity, boundary) in [
        (
            "default key policy, 2 policies",
            &default_key,
            &few[..],
            None,
        ),
        (
            "console's key policy, 2 policies",
            &console_key,
            &few[..],
            None,
        ),
        (
            "the same, with a boundary",
            &console_key,
            &few[..],
            Some(&boundary),
        ),
        ("the same, 11 policies", &console_key, &many[..], None),
        ("conditions on 5 keys", &default_key, &conditions[..], None),
        ("a policy variable", &default_key, &variables[..], None),
        (
            "a policy of 51 statements",
            &default_key,
            &longest[..],
            None,
        ),
    ] {
        let policies = Policies {
            resource: Some(resource),
            identity,
            boundary,
            ..Policies::default()
        };
        let mut least = f64::INFINITY;
        for _ in 0..BATCHES {
            let start = Instant::now();
            for _ in 0..PER_BATCH {
                // The context is made for each request, as the front door does.
                let mut context = RequestContext {
                    current_time: Some(Time::from_seconds(1_796_000_000)),
                    source_ip: Some([203, 0, 113, 7].into()),
                    secure_transport: Some(true),
                    user_agent: Some("Boto3/1.44.5 md/Botocore#1.44.5"),
                    requested_region: Some("us-east-1"),
                    ..RequestContext::default()
                };
                for (name, value) in [("app", "payments"), ("owner", "Alice")] {
                    context.insert_under("kms:EncryptionContext:", name, value);
                }
                context.insert("kms:KeySpec", "SYMMETRIC_DEFAULT");
                context.insert("kms:MultiRegion", ContextValue::from(false));
                let request = Request {
                    principal,
                    action: "kms:Decrypt",
                    resource: KEY,
                    resource_account: Some(ACCOUNT.parse()?),
                    canonical_user_id: None,
                    context: &context,
                };
                let evaluation = policy::evaluate(black_box(&request), black_box(&policies));
                assert_eq!(evaluation.decision(), Decision::Allow, "{name}");
            }
            let nanoseconds = start.elapsed().as_secs_f64() * 1e9 / f64::from(PER_BATCH);
            least = least.min(nanoseconds);
        }
        println!("{name:58} {least:7.0}");
    }

    println!("\ncompilation                                                    µs");
    for (name, text) in [("2 statements", CONDITIONS), ("51 statements", &long)] {
        let mut least = f64::INFINITY;
        for _ in 0..BATCHES {
            let start = Instant::now();
            black_box(inline(name, black_box(text))?);
            least = least.min(start.elapsed().as_secs_f64() * 1e6);
        }
        println!("{name:58} {least:7.0}");
    }
    Ok(())
}
