//! Who may do what, judged as pure functions: whether a request was signed by whom it names
//! ([`sigv4`]), and whether policies allow it ([`evaluate()`]).
//!
//! # Policies, by an example
//!
//! Account 111122223333 has a user **Alice**, a role **Deploy** and a KMS key. Alice asks for
//! `kms:Decrypt` with the key. A [`Request`] says so: her [`Principal`], the action, the key's ARN
//! and the [`RequestContext`] (her address, the time, the encryption context as
//! `kms:EncryptionContext:...`). [`Policies`] are all that have a say:
//!
//! 1. **An explicit deny anywhere** ends it. The other steps only look for who allows.
//! 2. **Organization.** If there are service control policies, they must allow: they grant nothing
//!    and limit everybody in the account, root too.
//! 3. **The resource's policy.** What an allow there is worth depends on whom it names:
//!    - Alice's own ARN (or a session's): she has access. No boundary and no session policy of hers
//!      that is silent takes it away.
//!    - the role Deploy, for its sessions, or `*`: the boundary and session policies must allow too.
//!    - the account (`arn:aws:iam::111122223333:root`): the account's identity policies decide.
//!
//!    For most resources this comes beside identity policies: in one account either is enough. A KMS
//!    key policy and a role's trust policy are gates: without an allow there, to her or to her
//!    account, identity policies count for nothing. From another account both sides must allow,
//!    always.
//! 4. **Grants** of a key are one more way to be allowed, for the principal that they name.
//! 5. **Identity policies**: Alice's own, her groups', managed or inline. Root has none and may all.
//! 6. **The permissions boundary**, then **session policies**: each must allow as well.
//!
//! The [`Evaluation`] is the decision, the [`Reason`] and the statement that decided, and
//! [`Evaluation::denial`] is AWS's sentence: `User: arn:aws:iam::111122223333:user/Alice is not
//! authorized to perform: kms:Decrypt on resource: arn:aws:kms:... because no identity-based policy
//! allows the kms:Decrypt action`. [`simulate`] is the same function, which also tells every
//! statement that matched and every condition key that was missing.
//!
//! ```
//! use policy::{Decision, Policies, Policy, PolicyKind, Principal, Request, RequestContext};
//!
//! let allow = Policy::shared(
//!     PolicyKind::Inline,
//!     "own-name",
//!     r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:GetUser",
//!         "Resource": "arn:aws:iam::111122223333:user/${aws:username}"}}"#,
//! )?;
//! let context = RequestContext::default();
//! let request = Request {
//!     principal: Principal::User {
//!         account: "111122223333".parse()?,
//!         arn: "arn:aws:iam::111122223333:user/Alice",
//!         user_id: "AIDACKCEVSQ6C2EXAMPLE",
//!     },
//!     action: "iam:GetUser",
//!     resource: "arn:aws:iam::111122223333:user/Alice",
//!     resource_account: None,
//!     canonical_user_id: None,
//!     context: &context,
//! };
//! let identity = [allow];
//! let policies = Policies { identity: &identity, ..Policies::default() };
//! assert_eq!(policy::evaluate(&request, &policies).decision(), Decision::Allow);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Where AWS's documentation is silent, what is unclear closes: a Deny applies, an Allow does not.
//!
//! Floor 1: no input or output, no clock, no randomness; the time and the secrets come in as
//! arguments.
//!
//! Source: IAM User Guide, "Policy evaluation logic"; KMS Developer Guide, "Key policies in AWS KMS",
//! "Troubleshooting key access".

pub mod authorization;
mod condition;
mod context;
pub mod document;
mod evaluate;
mod evaluation;
mod json;
mod pattern;
mod principal;
pub mod sigv4;
mod wildcard;

pub use authorization::{
    Action, Ask, Authorizer, ConditionKey, Granted, Guarded, KeyValue, NamedBy, Table,
};
pub use context::{ContextKeys, ContextValue, RequestContext, Scalar, Tags};
pub use document::{Effect, MalformedPolicy, Policy, PolicyKind, Position};
pub use evaluate::{Grant, Policies, Request, Simulation, evaluate, simulate};
pub use evaluation::{Decision, Evaluation, MatchedStatement, PolicyType, Reason};
pub use principal::{Principal, PrincipalDirectory};
