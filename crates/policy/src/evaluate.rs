//! The evaluation: a pure function of a request and policies. The order and the part of each kind
//! of policy are told in the crate's documentation.
//! Source: IAM User Guide, "Policy evaluation logic" and "Permissions boundaries for IAM entities";
//! KMS Developer Guide, "Troubleshooting key access".

use std::borrow::Cow;
use std::sync::Arc;

use types::AccountId;

use crate::context::RequestContext;
use crate::document::{Effect, Element, Policy, PolicyKind, Statement};
use crate::evaluation::{Evaluation, MatchedStatement, PolicyType, Reason};
use crate::pattern::fold;
use crate::principal::{Named, Principal, Reach};

/// Who wants to do what with what.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Who.
    pub principal: Principal<'a>,
    /// The action, such as `kms:Decrypt`. Case does not matter.
    pub action: &'a str,
    /// The resource's ARN, or `*` for an action that has none.
    pub resource: &'a str,
    /// The account that the resource belongs to; `None` for the principal's own.
    pub resource_account: Option<AccountId>,
    /// The canonical user id of the principal's account, where there is such a thing.
    pub canonical_user_id: Option<&'a str>,
    /// What else is known.
    pub context: &'a RequestContext<'a>,
}

impl Request<'_> {
    pub(crate) fn resource_owner(&self) -> Option<AccountId> {
        self.resource_account.or_else(|| self.principal.account())
    }
}

/// All policies that have a say. The default has none: nobody but root may do anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct Policies<'p> {
    /// Service control policies of the organization: one list for the root of the organization and
    /// for each unit down to the account. In every list one must allow.
    pub organization: &'p [&'p [Arc<Policy>]],
    /// The resource's policy. For a key policy and a trust policy `Some`, always.
    pub resource: Option<&'p Policy>,
    /// The grants of the key that are for this operation and whose constraints fit.
    pub grants: &'p [Grant<'p>],
    /// The user's or role's policies and those of the user's groups, in any order.
    pub identity: &'p [Arc<Policy>],
    /// The user's or role's permissions boundary.
    pub boundary: Option<&'p Policy>,
    /// The session's policies: `None` where the session was made without, or is none. A session of
    /// GetFederationToken has `Some`, even of nothing.
    pub session: Option<&'p [Arc<Policy>]>,
}

/// A grant of a KMS key: to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant<'p> {
    /// The grant's id, for the reason.
    pub grant_id: &'p str,
    /// The grantee: the ARN of an account's root, a user, a role or a session, or a service's name.
    pub grantee_principal: &'p str,
}

/// An evaluation and all that led to it.
#[derive(Debug, Clone)]
pub struct Simulation<'p> {
    /// The decision and its reason: what [`evaluate`] answers.
    pub evaluation: Evaluation<'p>,
    /// Every statement that matched, in the order in which policies are asked. Where the decision is
    /// an explicit deny, AWS lists allowing statements as well.
    pub matched: Vec<MatchedStatement<'p>>,
    /// The condition keys that statements asked for and the request has not, each once.
    pub missing_context_values: Vec<&'p str>,
}

/// Decides. Costs a few microseconds and, unless a policy has variables, no allocation.
#[must_use]
pub fn evaluate<'p>(request: &Request<'_>, policies: &Policies<'p>) -> Evaluation<'p> {
    judge(request, policies, &mut Unrecorded)
}

/// Decides, and tells all that led to it.
#[must_use]
pub fn simulate<'p>(request: &Request<'_>, policies: &Policies<'p>) -> Simulation<'p> {
    let mut record = Record {
        matched: Vec::new(),
        missing: Vec::new(),
    };
    let evaluation = judge(request, policies, &mut record);
    Simulation {
        evaluation,
        matched: record.matched,
        missing_context_values: record.missing,
    }
}

/// Who listens while policies are asked.
trait Recorder<'p> {
    /// Whether all statements are asked, although it is decided.
    const ASKS_ALL: bool;

    fn matched(&mut self, statement: MatchedStatement<'p>);
    fn asked(&mut self, statement: &'p Statement, request: &Request<'_>);
}

struct Unrecorded;

impl<'p> Recorder<'p> for Unrecorded {
    const ASKS_ALL: bool = false;

    fn matched(&mut self, _statement: MatchedStatement<'p>) {}
    fn asked(&mut self, _statement: &'p Statement, _request: &Request<'_>) {}
}

struct Record<'p> {
    matched: Vec<MatchedStatement<'p>>,
    missing: Vec<&'p str>,
}

impl<'p> Recorder<'p> for Record<'p> {
    const ASKS_ALL: bool = true;

    fn matched(&mut self, statement: MatchedStatement<'p>) {
        self.matched.push(statement);
    }

    fn asked(&mut self, statement: &'p Statement, request: &Request<'_>) {
        for key in statement.keys() {
            let is_known = |name: &&str| name.eq_ignore_ascii_case(key.name());
            if request.values(key).is_null() && !self.missing.iter().any(is_known) {
                self.missing.push(key.name());
            }
        }
    }
}

/// What the policies of one part say.
#[derive(Debug, Clone, Copy)]
struct Said<'p> {
    deny: Option<MatchedStatement<'p>>,
    allow: Option<MatchedStatement<'p>>,
    /// How directly the allow reaches the principal.
    reach: Reach,
}

struct Judge<'r, 'a, R> {
    request: &'r Request<'a>,
    /// The action in lower case.
    action: Cow<'a, str>,
    recorder: &'r mut R,
}

fn judge<'p, R: Recorder<'p>>(
    request: &Request<'_>,
    policies: &Policies<'p>,
    recorder: &mut R,
) -> Evaluation<'p> {
    let mut judge = Judge {
        request,
        action: fold(request.action),
        recorder,
    };
    let mut evaluation = judge.decide(policies);
    evaluation.is_untold = !evaluation.is_allowed() && is_untold(request, policies);
    evaluation
}

/// Whether the resource is another account's key, and neither its policy nor a grant lets the principal
/// in.
fn is_untold(request: &Request<'_>, policies: &Policies<'_>) -> bool {
    let account = request.principal.account();
    let is_foreign = account.is_some() && account != request.resource_owner();
    let key_policy = policies
        .resource
        .filter(|policy| is_foreign && policy.kind() == PolicyKind::Key);
    let Some(key_policy) = key_policy else {
        return false;
    };
    let mut judge = Judge {
        request,
        action: fold(request.action),
        recorder: &mut Unrecorded,
    };
    let said = judge.ask([key_policy], PolicyType::ResourceBased);
    let (_, grant_reach) = judge.grant(policies.grants);
    said.deny.is_some() || said.reach.max(grant_reach) == Reach::None
}

impl<'p, R: Recorder<'p>> Judge<'_, '_, R> {
    fn decide(&mut self, policies: &Policies<'p>) -> Evaluation<'p> {
        let request = self.request;
        let principal = request.principal;
        let gate = match policies.resource.map(Policy::kind) {
            Some(PolicyKind::Trust) => PolicyType::RoleTrust,
            _ => PolicyType::ResourceBased,
        };
        let is_gated = matches!(
            policies.resource.map(Policy::kind),
            Some(PolicyKind::Key | PolicyKind::Trust)
        );
        let is_foreign =
            principal.account().is_some() && principal.account() != request.resource_owner();
        let answer = |reason, statement| Evaluation {
            reason,
            statement,
            is_untold: false,
        };

        // Who says what. An explicit deny anywhere is the end of it.
        let mut denied = None;
        let mut note = |said: &Said<'p>| {
            denied = denied.or(said.deny);
            denied.is_some() && !R::ASKS_ALL
        };
        let mut organization_allows = true;
        // Services and strangers are not of the account, so its organization does not limit them.
        if principal.account().is_some() {
            for level in policies.organization {
                let said = self.ask(
                    level.iter().map(|policy| &**policy),
                    PolicyType::ServiceControl,
                );
                organization_allows &= said.allow.is_some();
                if note(&said) {
                    return answer(Reason::DeniedBy(PolicyType::ServiceControl), said.deny);
                }
            }
        }
        let resource = self.ask(policies.resource, gate);
        if note(&resource) {
            return answer(Reason::DeniedBy(gate), resource.deny);
        }
        let identity = self.ask(
            policies.identity.iter().map(|policy| &**policy),
            PolicyType::IdentityBased,
        );
        if note(&identity) {
            return answer(Reason::DeniedBy(PolicyType::IdentityBased), identity.deny);
        }
        let boundary = self.ask(policies.boundary, PolicyType::PermissionsBoundary);
        if note(&boundary) {
            return answer(
                Reason::DeniedBy(PolicyType::PermissionsBoundary),
                boundary.deny,
            );
        }
        let session_policies = policies.session.unwrap_or_default();
        let session = self.ask(
            session_policies.iter().map(|policy| &**policy),
            PolicyType::Session,
        );
        if note(&session) {
            return answer(Reason::DeniedBy(PolicyType::Session), session.deny);
        }
        if let Some(deny) = denied {
            return answer(Reason::DeniedBy(deny.policy_type), Some(deny));
        }

        // Nobody denies. Who allows?
        if !organization_allows {
            return answer(Reason::NotAllowedBy(PolicyType::ServiceControl), None);
        }
        let (grant, grant_reach) = self.grant(policies.grants);
        let boundary_allows = policies.boundary.is_none() || boundary.allow.is_some();
        let session_allows = policies.session.is_none() || session.allow.is_some();
        let is_limited = !(boundary_allows && session_allows);
        let by_resource = Reason::AllowedBy(gate);
        let by_grant = grant.map(|grant| Reason::AllowedByGrant(grant.grant_id));

        // From another account a policy that names the principal is half of it; a grant is enough.
        if resource.reach == Reach::Principal && !is_foreign {
            return answer(by_resource, resource.allow);
        }
        if let Some(by_grant) = by_grant
            && grant_reach == Reach::Principal
            && (!is_foreign || !is_limited)
        {
            return answer(by_grant, None);
        }
        if !is_limited {
            if resource.reach == Reach::Role && !is_foreign {
                return answer(by_resource, resource.allow);
            }
            if let (Some(by_grant), Reach::Role) = (by_grant, grant_reach) {
                return answer(by_grant, None);
            }
        }
        let is_root = matches!(principal, Principal::Root { .. });
        // Who is of no account has no identity policies, whatever was passed.
        let is_stranger = principal.account().is_none();
        let identity_allows = is_root || identity.allow.is_some() && !is_stranger;
        let is_let_in = match is_gated || is_foreign {
            true => resource.reach.max(grant_reach) > Reach::None,
            false => true,
        };
        if identity_allows && is_let_in && !is_limited {
            return match is_root {
                true => answer(Reason::AllowedAsRoot, None),
                false => answer(Reason::AllowedBy(PolicyType::IdentityBased), identity.allow),
            };
        }

        // Nobody. The first who should have is named: at home the gate, then identity policies.
        let reach = resource.reach.max(grant_reach);
        let missing = if is_stranger || !is_let_in && (identity_allows || !is_foreign) {
            gate
        } else if !identity_allows && (is_foreign || reach < Reach::Role) {
            PolicyType::IdentityBased
        } else if !boundary_allows {
            PolicyType::PermissionsBoundary
        } else {
            PolicyType::Session
        };
        answer(Reason::NotAllowedBy(missing), None)
    }

    /// Asks policies in one part.
    fn ask(
        &mut self,
        policies: impl IntoIterator<Item = &'p Policy>,
        policy_type: PolicyType,
    ) -> Said<'p> {
        let mut said = Said {
            deny: None,
            allow: None,
            reach: Reach::None,
        };
        for policy in policies {
            for (index, statement) in policy.statements.iter().enumerate() {
                let reach = self.reach(statement);
                if reach == Reach::None {
                    continue;
                }
                let matched = MatchedStatement {
                    policy,
                    index,
                    policy_type,
                };
                self.recorder.matched(matched);
                match statement.effect {
                    Effect::Deny => {
                        said.deny = said.deny.or(Some(matched));
                        if !R::ASKS_ALL {
                            return said;
                        }
                    }
                    Effect::Allow if reach > said.reach => {
                        said.allow = Some(matched);
                        said.reach = reach;
                    }
                    Effect::Allow => {}
                }
            }
        }
        said
    }

    /// How a statement reaches the request; [`Reach::None`] when it does not apply.
    fn reach(&mut self, statement: &'p Statement) -> Reach {
        let request = self.request;
        if !statement
            .actions
            .has(&self.action, request, statement.effect)
        {
            return Reach::None;
        }
        let canonical = request.canonical_user_id;
        let reach = match (&statement.principals, statement.effect) {
            (None, _) => Reach::Principal,
            (Some(principals), Effect::Allow) => principals.allows(&request.principal, canonical),
            (Some(principals), Effect::Deny) => {
                match principals.denies(&request.principal, canonical) {
                    true => Reach::Principal,
                    false => Reach::None,
                }
            }
        };
        if reach == Reach::None {
            return Reach::None;
        }
        let has_resource = statement
            .resources
            .as_ref()
            .is_none_or(|resources| resources.has(request.resource, request, statement.effect));
        if R::ASKS_ALL {
            self.recorder.asked(statement, request);
        }
        let holds = has_resource
            && statement
                .conditions
                .iter()
                .all(|condition| condition.holds(request, statement.effect));
        if holds { reach } else { Reach::None }
    }

    /// The grant that reaches the principal most directly.
    fn grant(&self, grants: &'p [Grant<'p>]) -> (Option<&'p Grant<'p>>, Reach) {
        let principal = &self.request.principal;
        let reach = |grant: &Grant<'_>| {
            let grantee = grant.grantee_principal;
            match principal.service() {
                Some(service) if service == grantee => Reach::Principal,
                Some(_) => Reach::None,
                None => Named::aws(grantee).map_or(Reach::None, |named| match named {
                    // A grant is to somebody.
                    Named::Everybody => Reach::None,
                    named => named.reach(principal, None),
                }),
            }
        };
        let reached = grants.iter().map(|grant| (Some(grant), reach(grant)));
        reached
            .filter(|(_, reach)| *reach > Reach::None)
            .max_by_key(|(_, reach)| *reach)
            .unwrap_or((None, Reach::None))
    }
}

impl Element {
    /// Whether the element has the text. A variable without a value matches nothing; where it would
    /// have excepted the text from a `Not`, an Allow does not apply and a Deny does.
    fn has(&self, text: &str, request: &Request<'_>, effect: Effect) -> bool {
        let mut is_unclear = false;
        for pattern in &self.patterns {
            match pattern.matches_folded(text, request) {
                Some(true) => return !self.is_not,
                Some(false) => {}
                None => is_unclear = true,
            }
        }
        self.is_not && (!is_unclear || effect == Effect::Deny)
    }
}
