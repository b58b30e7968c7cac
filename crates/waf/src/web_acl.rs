//! Web ACLs: rules in the order of their priorities, and a default action.

use types::Time;
use wire::Value;

use crate::action::RuleAction;
use crate::capacity;
use crate::compiler::{Compiler, Library};
use crate::error::{CompileError, EvaluateError, ExceptionField};
use crate::evaluate;
use crate::limits::{BODY_BYTES_DEFAULT, WEB_ACL_CAPACITY_MAX};
use crate::networks::{Networks, Source};
use crate::program::Program;
use crate::rate::RateCounters;
use crate::read;
use crate::request::Request;
use crate::rule;
use crate::tokens::TokenPolicy;
use crate::verdict::{ActionKind, Verdict};

/// What a web ACL is compiled from.
#[derive(Debug, Clone, Copy)]
pub struct WebAclSource<'a> {
    /// Its ARN: with a rule's name, it names the rule's rate counters.
    pub arn: &'a str,
    /// Its name.
    pub name: &'a str,
    /// `DefaultAction` as the API takes it.
    pub default_action: &'a Value,
    /// `Rules` as the API takes them.
    pub rules: &'a Value,
    /// `CustomResponseBodies` as the API takes them.
    pub custom_response_bodies: Option<&'a Value>,
    /// `AssociationConfig` as the API takes it.
    pub association_config: Option<&'a Value>,
    /// Prefix of its labels: `awswaf:ACCOUNT:webacl:NAME:`.
    pub label_namespace: &'a str,
}

/// What a request is judged with beside the policy. The owner passes the same counters every time,
/// and whatever is known about addresses now.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// Counters of rate-based rules.
    pub rates: &'a RateCounters,
    /// Countries, autonomous systems and lists of addresses.
    pub networks: &'a Networks,
    /// The time.
    pub now: Time,
}

/// A compiled web ACL: immutable, shared by all threads.
#[derive(Debug)]
pub struct WebAcl {
    arn: String,
    name: String,
    default_action: RuleAction,
    program: Program,
    capacity: u64,
    body_limit: Option<usize>,
    tokens: TokenPolicy,
}

/// Compiles a web ACL.
///
/// # Errors
/// With the first part that is wrong; the caller keeps the old one in force.
pub fn compile_web_acl(
    source: &WebAclSource<'_>,
    library: &dyn Library,
) -> Result<WebAcl, CompileError> {
    let mut compiler = Compiler {
        library,
        label_namespace: source.label_namespace,
        custom_response_bodies: source.custom_response_bodies,
        capacity_only: false,
        in_rule_group: false,
        managed: false,
        statements: 0,
    };
    let default_action = RuleAction::compile_default(source.default_action, &compiler)?;
    let rules = rule::compile_all(source.rules, &mut compiler)?;
    let capacity = capacity::of(&rules);
    if capacity > WEB_ACL_CAPACITY_MAX {
        let reason =
            format!("The rules need {capacity} WCUs; a web ACL has {WEB_ACL_CAPACITY_MAX}.");
        return Err(CompileError::limit(
            ExceptionField::WebAcl,
            source.name,
            reason,
        ));
    }
    let program = Program::link(&rules, source.arn, library.memo());
    let body_bytes = inspection_limit(source.association_config)?;
    let reads_body = program
        .targets
        .iter()
        .any(|target| target.field.reads_body());
    Ok(WebAcl {
        arn: source.arn.to_owned(),
        name: source.name.to_owned(),
        default_action,
        program,
        capacity,
        body_limit: reads_body.then_some(body_bytes),
        tokens: TokenPolicy::default(),
    })
}

impl WebAcl {
    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Capacity units (WCU) that its rules use.
    #[must_use]
    pub const fn capacity(&self) -> u64 {
        self.capacity
    }

    /// How many body bytes its rules look at; `None` when no rule looks at the body, which then
    /// need not be held back.
    #[must_use]
    pub const fn body_limit(&self) -> Option<usize> {
        self.body_limit
    }

    /// With what it says about tokens.
    #[must_use]
    pub fn with_tokens(mut self, tokens: TokenPolicy) -> Self {
        self.tokens = tokens;
        self
    }

    /// What it says about tokens.
    #[must_use]
    pub const fn tokens(&self) -> &TokenPolicy {
        &self.tokens
    }

    /// What its rules ask of [`Networks`]: without it they match nothing.
    pub fn sources(&self) -> impl Iterator<Item = Source> {
        self.program.sources.iter().copied()
    }

    /// Judges a request with nothing known about addresses. The owner passes the same `rates` every
    /// time, whatever the web ACL.
    ///
    /// # Errors
    /// When the engine itself fails: the caller refuses the request, unless told otherwise.
    pub fn evaluate(
        &self,
        request: &Request<'_>,
        rates: &RateCounters,
        now: Time,
    ) -> Result<Verdict, EvaluateError> {
        static NOTHING: Networks = Networks::none();
        let surroundings = Surroundings {
            rates,
            networks: &NOTHING,
            now,
        };
        self.evaluate_in(request, &surroundings)
    }

    /// Judges a request.
    ///
    /// # Errors
    /// When the engine itself fails: the caller refuses the request, unless told otherwise.
    pub fn evaluate_in(
        &self,
        request: &Request<'_>,
        surroundings: &Surroundings<'_>,
    ) -> Result<Verdict, EvaluateError> {
        let mut verdict =
            evaluate::evaluate(&self.program, &self.default_action, request, surroundings)?;
        verdict.token_immunity_seconds = match verdict.action.kind() {
            ActionKind::Captcha => verdict
                .token_immunity_seconds
                .or(Some(self.tokens.captcha_immunity_seconds)),
            ActionKind::Challenge => verdict
                .token_immunity_seconds
                .or(Some(self.tokens.challenge_immunity_seconds)),
            _ => None,
        };
        Ok(verdict)
    }
}

/// The largest inspection limit that `AssociationConfig` gives a resource type. Load balancers are
/// the only resources here, and AWS has no entry for them: any entry is taken to mean them.
fn inspection_limit(config: Option<&Value>) -> Result<usize, CompileError> {
    let field = ExceptionField::AssociatedResourceType;
    let types = config.and_then(|config| read::optional(config, "RequestBody"));
    let mut limit = BODY_BYTES_DEFAULT;
    for (_, entry) in types.and_then(Value::as_map).unwrap_or_default() {
        let bytes = match read::text(entry, "DefaultSizeInspectionLimit", field)? {
            "KB_16" => 16 * 1024,
            "KB_32" => 32 * 1024,
            "KB_48" => 48 * 1024,
            "KB_64" => 64 * 1024,
            other => return Err(read::malformed(field, other)),
        };
        limit = limit.max(bytes);
    }
    Ok(limit)
}
