//! The web ACL rule engine: rules are compiled, a request is evaluated, and the verdict carries its
//! evidence.
//!
//! The way through it: [`compile_web_acl`] reads WAFv2's JSON into the intermediate form
//! ([`Rule`], [`Statement`], [`Field`], [`Transformation`]); linking groups what looks at the same
//! field through the same transformations into a *target* with one prefilter (one Aho–Corasick
//! pass says which expressions can match at all); [`WebAcl::evaluate`] walks the rules, computing
//! each target at most once a request.
//!
//! Floor 1: no input or output, no clock, no randomness; time comes in as an argument. Expressions
//! run in linear time only.

mod action;
mod capacity;
mod compiler;
mod error;
mod evaluate;
mod explain;
mod field;
mod ip_set;
mod label;
pub mod limits;
mod literal;
pub mod managed;
mod memo;
mod networks;
mod prefilter;
mod program;
mod rate;
mod read;
mod regex_pattern_set;
mod request;
mod rule;
mod rule_group;
mod session;
mod statement;
mod tokens;
mod transform;
mod verdict;
mod web_acl;

pub use action::{HeaderList, RuleAction};
pub use compiler::{EmptyLibrary, Library};
pub use error::{CompileError, CompileErrorKind, EvaluateError, ExceptionField};
pub use field::{
    BodyValues, Cookies, Fallback, Field, Headers, InvalidJson, JsonBody, JsonError, JsonItem,
    JsonItemKind, JsonPattern, JsonWalk, MapPattern, MapScope, Oversize, PreParse, WhichValues,
};
pub use ip_set::IpSet;
pub use memo::Memo;
pub use networks::{
    AddressDatabase, DamagedDatabase, IpList, Location, ManagedList, Networks, Source, SourceState,
};
pub use rate::{RateCounters, RateKey};
pub use regex_pattern_set::{Pattern, RegexPatternSet};
pub use request::{Body, Request};
pub use rule::{Effect, Rule};
pub use rule_group::{RuleGroup, RuleGroupSource, check_capacity, compile_rule_group};
pub use statement::{
    AggregateKey, AsnMatch, ByteMatch, Comparison, CustomKey, FieldMatch, ForwardedIp,
    ForwardedPosition, Found, GeoMatch, GroupKind, GroupReference, IpSetReference, LabelMatch,
    LabelScope, PositionalConstraint, Predicate, RateBased, RegexMatch, RuleOverride, Sensitivity,
    SizeConstraint, SqliMatch, Statement, XssMatch,
};
pub use tokens::TokenPolicy;
pub use transform::Transformation;
pub use verdict::{
    ActionKind, CustomResponse, Evidence, LimitsHit, RateKeyValue, RateMatch, RuleGroupRef,
    RuleMatch, Verdict, VerdictAction,
};
pub use web_acl::{Surroundings, WebAcl, WebAclSource, compile_web_acl};
