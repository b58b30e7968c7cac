//! What web ACLs protect: load balancers. They are another service's, and services know each other
//! by traits only.

use types::Arn;

/// Who knows which resources there are.
pub trait ResourceDirectory: Send + Sync {
    /// Whether the load balancer is there.
    fn exists(&self, arn: &Arn) -> bool;
}
