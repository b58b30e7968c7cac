//! Web ACL capacity units (WCU): what rules cost, by AWS's reckoning, so that CheckCapacity and
//! Terraform plans agree. Each statement has a base cost; query arguments as a whole add 10; a JSON
//! body doubles it; and each distinct pair of a component and a transformation (other than NONE)
//! costs 10 once.
//! Source: AWS WAF developer guide, "Web ACL capacity units (WCUs)" and each statement's page.

use crate::field::Field;
use crate::rule::Rule;
use crate::transform::Transformation;

const TRANSFORMATION_CAPACITY: u64 = 10;

/// Capacity of rules that are in one web ACL or rule group.
pub(crate) fn of(rules: &[Rule]) -> u64 {
    let mut pairs: Vec<(&Field, Transformation)> = Vec::new();
    let mut total = 0u64;
    for rule in rules {
        total = total.saturating_add(rule.statement.capacity());
        rule.statement.each_field_match(&mut |field_match| {
            for transformation in &field_match.transformations {
                let pair = (&field_match.field, *transformation);
                if *transformation != Transformation::None && !pairs.contains(&pair) {
                    pairs.push(pair);
                }
            }
        });
    }
    let pairs = u64::try_from(pairs.len()).unwrap_or(u64::MAX);
    total.saturating_add(pairs.saturating_mul(TRANSFORMATION_CAPACITY))
}
