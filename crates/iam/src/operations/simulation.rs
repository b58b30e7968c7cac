//! The policy simulator: the evaluation that enforces, asked beforehand. Source: IAM API Reference,
//! `SimulateCustomPolicy`, `SimulatePrincipalPolicy`, `GetContextKeysForCustomPolicy`,
//! `GetContextKeysForPrincipalPolicy`; recorded answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use policy::{
    ContextValue, Decision, MatchedStatement, Policies, Policy, PolicyKind, PolicyType, Request,
    RequestContext, Scalar,
};
use types::{AccountId, Arn, Call, ServiceError, Time};

use crate::account::Account;
use crate::model::{
    ContextEntry, EvaluationResult, GetContextKeysForCustomPolicyRequest,
    GetContextKeysForPolicyResponse, GetContextKeysForPrincipalPolicyRequest,
    OrganizationsDecisionDetail, PermissionsBoundaryDecisionDetail, Position,
    ResourceSpecificResult, SimulateCustomPolicyRequest, SimulatePolicyResponse,
    SimulatePrincipalPolicyRequest, Statement,
};
use crate::page::page;
use crate::shown::count;
use crate::standing::managed_policy;
use crate::state::Permissions;
use crate::{Iam, exception, id};

/// Combinations of actions and resources of one call.
const EVALUATIONS_MAX: usize = 10_000;

fn parse(kind: PolicyKind, name: &str, text: &str) -> Result<Arc<Policy>, ServiceError> {
    Policy::shared(kind, name, text)
        .map_err(|malformed| exception::invalid_input(malformed.message()))
}

/// Documents of a list, named as AWS names them.
fn parse_all(
    kind: PolicyKind,
    list: &str,
    texts: &[String],
) -> Result<Vec<Arc<Policy>>, ServiceError> {
    let numbered = texts.iter().zip(1..);
    numbered
        .map(|(text, number): (&String, usize)| parse(kind, &format!("{list}.{number}"), text))
        .collect()
}

/// Who is simulated, in the texts that an evaluation borrows.
struct Who {
    account: AccountId,
    arn: String,
    user_id: String,
    tags: Vec<(String, String)>,
}

impl Who {
    fn principal(&self) -> policy::Principal<'_> {
        let (account, arn) = (self.account, self.arn.as_str());
        match arn.split(':').nth(5).unwrap_or_default() {
            "root" => policy::Principal::Root { account, arn },
            resource if resource.starts_with("role/") => policy::Principal::AssumedRole {
                account,
                role_arn: arn,
                session_arn: arn,
                user_id: &self.user_id,
            },
            _ => policy::Principal::User {
                account,
                arn,
                user_id: &self.user_id,
            },
        }
    }
}

/// What is simulated.
struct Simulator {
    who: Who,
    identity: Vec<Arc<Policy>>,
    boundary: Option<Arc<Policy>>,
    organization: Vec<Vec<Arc<Policy>>>,
    resource: Option<Arc<Policy>>,
    resource_account: Option<AccountId>,
    entries: Vec<ContextEntry>,
    now: Time,
}

impl Simulator {
    #[expect(
        clippy::field_reassign_with_default,
        reason = "a part of it is private: it cannot be made otherwise"
    )]
    fn run(
        &self,
        actions: &[String],
        resources: Option<&Vec<String>>,
    ) -> Result<Vec<(String, EvaluationResult)>, ServiceError> {
        let everything = vec!["*".to_owned()];
        let resources = resources
            .filter(|list| !list.is_empty())
            .unwrap_or(&everything);
        if actions.len().saturating_mul(resources.len()) > EVALUATIONS_MAX {
            return Err(exception::invalid_input(format!(
                "At most {EVALUATIONS_MAX} combinations of actions and resources are simulated in one call."
            )));
        }
        let mut context = RequestContext::default();
        context.current_time = Some(self.now);
        context.principal_tags = &self.who.tags;
        for entry in &self.entries {
            if let Some(name) = &entry.context_key_name {
                context.insert(name, value(entry)?);
            }
        }
        let mut results = Vec::new();
        for action in actions {
            if !action.contains(':') {
                return Err(exception::invalid_input(format!(
                    "{action} is no action: it reads service:Action."
                )));
            }
            for resource in resources {
                let result = self.judge(action, resource, &context);
                results.push((format!("{:010}", results.len()), result));
            }
        }
        Ok(results)
    }

    fn judge(
        &self,
        action: &str,
        resource: &str,
        context: &RequestContext<'_>,
    ) -> EvaluationResult {
        let organization: Vec<&[Arc<Policy>]> =
            self.organization.iter().map(Vec::as_slice).collect();
        let policies = Policies {
            organization: &organization,
            resource: self.resource.as_deref(),
            identity: &self.identity,
            boundary: self.boundary.as_deref(),
            ..Policies::default()
        };
        let request = Request {
            principal: self.who.principal(),
            action,
            resource,
            resource_account: self.resource_account,
            canonical_user_id: None,
            context,
        };
        let simulation = policy::simulate(&request, &policies);
        let decision = match simulation.evaluation.decision() {
            Decision::Allow => "allowed",
            Decision::ExplicitDeny => "explicitDeny",
            Decision::ImplicitDeny => "implicitDeny",
        };
        // Statements that only limit are no reason to allow: AWS lists them in details of their own.
        let limits = |one: &MatchedStatement<'_>| {
            matches!(
                one.policy_type(),
                PolicyType::PermissionsBoundary | PolicyType::ServiceControl
            )
        };
        let listed = simulation.matched.iter().filter(|one| !limits(one));
        let matched: Vec<Statement> = listed.map(statement).collect();
        let missing: Vec<String> = simulation
            .missing_context_values
            .iter()
            .map(|key| (*key).to_owned())
            .collect();
        let allowed_by = |policy_type: PolicyType| {
            let mut of_type = simulation
                .matched
                .iter()
                .filter(|one| one.policy_type() == policy_type);
            let denied = of_type
                .clone()
                .any(|one| one.effect() == policy::Effect::Deny);
            !denied && of_type.any(|one| one.effect() == policy::Effect::Allow)
        };
        let boundary = self
            .boundary
            .as_ref()
            .map(|_| PermissionsBoundaryDecisionDetail {
                allowed_by_permissions_boundary: Some(allowed_by(PolicyType::PermissionsBoundary)),
            });
        let by_organization =
            self.organization.is_empty() || allowed_by(PolicyType::ServiceControl);
        EvaluationResult {
            eval_action_name: action.to_owned(),
            eval_resource_name: Some(resource.to_owned()),
            eval_decision: decision.to_owned(),
            matched_statements: Some(matched.clone()),
            missing_context_values: Some(missing.clone()),
            organizations_decision_detail: Some(OrganizationsDecisionDetail {
                allowed_by_organizations: Some(by_organization),
            }),
            permissions_boundary_decision_detail: boundary.clone(),
            eval_decision_details: Some(BTreeMap::new()),
            resource_specific_results: Some(vec![ResourceSpecificResult {
                eval_resource_name: resource.to_owned(),
                eval_resource_decision: decision.to_owned(),
                matched_statements: Some(matched),
                missing_context_values: Some(missing),
                eval_decision_details: None,
                permissions_boundary_decision_detail: boundary,
            }]),
        }
    }
}

fn statement(matched: &MatchedStatement<'_>) -> Statement {
    let position = |at: policy::Position| Position {
        line: Some(count(at.line)),
        column: Some(count(at.column)),
    };
    let id = matched.policy_id();
    let kind = match matched.policy_type() {
        PolicyType::ResourceBased => "Resource Policy",
        _ => "IAM Policy",
    };
    Statement {
        // Managed policies are named by their ARN here, and by their name there.
        source_policy_id: Some(id.rsplit('/').next().unwrap_or(id).to_owned()),
        source_policy_type: Some(kind.to_owned()),
        start_position: Some(position(matched.start_position())),
        end_position: Some(position(matched.end_position())),
    }
}

/// The value of a context entry, by its type.
fn value(entry: &ContextEntry) -> Result<ContextValue<'_>, ServiceError> {
    let texts = entry.context_key_values.as_deref().unwrap_or_default();
    let kind = entry.context_key_type.as_deref().unwrap_or("string");
    let (kind, is_list) = match kind.strip_suffix("List") {
        Some(kind) => (kind, true),
        None => (kind, false),
    };
    let wrong = |text: &str| {
        exception::invalid_input(format!(
            "The context key {} is of type {kind}, and {text} is none.",
            entry.context_key_name.as_deref().unwrap_or_default()
        ))
    };
    let mut values = Vec::with_capacity(texts.len());
    for text in texts {
        let value = match kind {
            "numeric" => text.parse().ok().map(Scalar::Numeric),
            "boolean" => match text.as_str() {
                "true" => Some(Scalar::Boolean(true)),
                "false" => Some(Scalar::Boolean(false)),
                _ => None,
            },
            "ip" => text.parse().ok().map(Scalar::Ip),
            "binary" => BASE64
                .decode(text)
                .ok()
                .map(|bytes| Scalar::Binary(bytes.into())),
            "date" => {
                let seconds = || text.parse().ok().map(Time::from_seconds);
                Time::parse_rfc3339(text)
                    .ok()
                    .or_else(seconds)
                    .map(Scalar::Date)
            }
            _ => Some(Scalar::from(text.as_str())),
        };
        values.push(value.ok_or_else(|| wrong(text))?);
    }
    let single = if is_list { None } else { values.pop() };
    Ok(match single {
        Some(value) => ContextValue::One(value),
        None => ContextValue::List(values),
    })
}

fn answer(
    results: Vec<(String, EvaluationResult)>,
    marker: Option<&str>,
    max_items: Option<i64>,
) -> Result<SimulatePolicyResponse, ServiceError> {
    let page = page(results, marker, max_items)?;
    Ok(SimulatePolicyResponse {
        evaluation_results: Some(page.items),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

/// The account that `ResourceOwner` names: an id, or the ARN of an account's root.
fn owner(text: Option<&String>) -> Result<Option<AccountId>, ServiceError> {
    let Some(text) = text else {
        return Ok(None);
    };
    let id = text
        .parse::<Arn>()
        .map_or_else(|_| text.clone(), |arn| arn.account().to_owned());
    match id.parse() {
        Ok(account) => Ok(Some(account)),
        Err(_) => Err(exception::invalid_input(format!(
            "{text} names no account."
        ))),
    }
}

pub(crate) async fn simulate_custom_policy(
    _: &Iam,
    call: &Call,
    input: SimulateCustomPolicyRequest,
) -> Result<SimulatePolicyResponse, ServiceError> {
    let boundaries = input
        .permissions_boundary_policy_input_list
        .unwrap_or_default();
    let boundary = boundaries.first();
    let boundary = boundary
        .map(|text| {
            parse(
                PolicyKind::Managed,
                "PermissionsBoundaryPolicyInputList.1",
                text,
            )
        })
        .transpose()?;
    let mut organization = Vec::new();
    for level in input
        .ordered_organization_policy_input_list
        .unwrap_or_default()
    {
        let texts = level.service_control_policy_input_list.unwrap_or_default();
        let list = "OrderedOrganizationPolicyInputList";
        organization.push(parse_all(PolicyKind::ServiceControl, list, &texts)?);
    }
    let nobody = format!("arn:aws:iam::{}:user/simulated", call.account());
    let who = Who {
        account: call.account(),
        arn: input.caller_arn.unwrap_or(nobody),
        user_id: "AIDASIMULATED".to_owned(),
        tags: Vec::new(),
    };
    let resource = input.resource_policy.as_ref();
    let simulator = Simulator {
        who,
        identity: parse_all(
            PolicyKind::Inline,
            "PolicyInputList",
            &input.policy_input_list,
        )?,
        boundary,
        organization,
        resource: resource
            .map(|text| parse(PolicyKind::Resource, "ResourcePolicy", text))
            .transpose()?,
        resource_account: owner(input.resource_owner.as_ref())?,
        entries: input.context_entries.unwrap_or_default(),
        now: call.time,
    };
    let results = simulator.run(&input.action_names, input.resource_arns.as_ref())?;
    answer(results, input.marker.as_deref(), input.max_items)
}

/// The policies that an ARN has: a user's with its groups', a group's, a role's.
struct Source {
    who: Who,
    permissions: Vec<Permissions>,
    boundary: Option<String>,
}

fn source(account: &Account, arn: &str) -> Result<Source, ServiceError> {
    if !id::is_arn(arn) {
        return Err(exception::malformed_arn());
    }
    let who = |user_id: &str, tags: &[(String, String)]| Who {
        account: account.id,
        arn: arn.to_owned(),
        user_id: user_id.to_owned(),
        tags: tags.to_vec(),
    };
    if let Some(name) = id::name_in(account.id, "user", arn) {
        let user = account.user(name)?;
        let groups = user.groups.iter().filter_map(|key| account.groups.get(key));
        let mut permissions = vec![user.permissions.clone()];
        permissions.extend(groups.map(|group| group.permissions.clone()));
        return Ok(Source {
            who: who(&user.id, user.tags.pairs()),
            permissions,
            boundary: user.permissions.boundary.clone(),
        });
    }
    if let Some(name) = id::name_in(account.id, "group", arn) {
        let group = account.group(name)?;
        return Ok(Source {
            who: who(&group.id, &[]),
            permissions: vec![group.permissions.clone()],
            boundary: None,
        });
    }
    if let Some(name) = id::name_in(account.id, "role", arn) {
        let role = account.role(name)?;
        return Ok(Source {
            who: who(&format!("{}:simulated", role.id), role.tags.pairs()),
            permissions: vec![role.permissions.clone()],
            boundary: role.permissions.boundary.clone(),
        });
    }
    Err(exception::invalid_input(format!(
        "{arn} is no user, group or role of this account."
    )))
}

impl Source {
    fn policies(&self, iam: &Iam, account: &Account) -> Result<Vec<Arc<Policy>>, ServiceError> {
        let mut policies = Vec::new();
        for permissions in &self.permissions {
            let compiled = iam.policies_of(account, permissions);
            policies
                .extend(compiled.ok_or_else(|| exception::internal("a policy cannot be read"))?);
        }
        Ok(policies)
    }
}

pub(crate) async fn simulate_principal_policy(
    iam: &Iam,
    call: &Call,
    input: SimulatePrincipalPolicyRequest,
) -> Result<SimulatePolicyResponse, ServiceError> {
    let account = iam.account_of(call);
    let source = source(&account, &input.policy_source_arn)?;
    let mut identity = source.policies(iam, &account)?;
    let further = input.policy_input_list.unwrap_or_default();
    identity.extend(parse_all(PolicyKind::Inline, "PolicyInputList", &further)?);
    let given = input
        .permissions_boundary_policy_input_list
        .unwrap_or_default();
    let boundary = match (given.first(), &source.boundary) {
        (Some(text), _) => Some(parse(
            PolicyKind::Managed,
            "PermissionsBoundaryPolicyInputList.1",
            text,
        )?),
        (None, Some(arn)) => {
            let boundary = managed_policy(&account, arn);
            Some(boundary.ok_or_else(|| exception::internal("a boundary cannot be read"))?)
        }
        (None, None) => None,
    };
    let mut who = source.who;
    if let Some(arn) = input.caller_arn {
        who.arn = arn;
    }
    let resource = input.resource_policy.as_ref();
    let simulator = Simulator {
        who,
        identity,
        boundary,
        organization: Vec::new(),
        resource: resource
            .map(|text| parse(PolicyKind::Resource, "ResourcePolicy", text))
            .transpose()?,
        resource_account: owner(input.resource_owner.as_ref())?,
        entries: input.context_entries.unwrap_or_default(),
        now: call.time,
    };
    let results = simulator.run(&input.action_names, input.resource_arns.as_ref())?;
    answer(results, input.marker.as_deref(), input.max_items)
}

fn context_keys(policies: &[Arc<Policy>]) -> GetContextKeysForPolicyResponse {
    let mut names: Vec<String> = Vec::new();
    for key in policies.iter().flat_map(|policy| policy.context_keys()) {
        if !names.iter().any(|name| name.eq_ignore_ascii_case(key)) {
            names.push(key.to_owned());
        }
    }
    GetContextKeysForPolicyResponse {
        context_key_names: Some(names),
    }
}

pub(crate) async fn get_context_keys_for_custom_policy(
    _: &Iam,
    _: &Call,
    input: GetContextKeysForCustomPolicyRequest,
) -> Result<GetContextKeysForPolicyResponse, ServiceError> {
    let policies = parse_all(
        PolicyKind::Inline,
        "PolicyInputList",
        &input.policy_input_list,
    )?;
    Ok(context_keys(&policies))
}

pub(crate) async fn get_context_keys_for_principal_policy(
    iam: &Iam,
    call: &Call,
    input: GetContextKeysForPrincipalPolicyRequest,
) -> Result<GetContextKeysForPolicyResponse, ServiceError> {
    let account = iam.account_of(call);
    let source = source(&account, &input.policy_source_arn)?;
    let mut policies = source.policies(iam, &account)?;
    let further = input.policy_input_list.unwrap_or_default();
    policies.extend(parse_all(PolicyKind::Inline, "PolicyInputList", &further)?);
    Ok(context_keys(&policies))
}
