//! What AWS refuses in a well-formed document, in its order and in its words. Identity policies and
//! policies that name principals are checked by two different programs at AWS, and each has its own
//! texts. Source: recorded answers (`../shared/data/aws-recordings`); the observations of moto's
//! authors, who ran theirs against AWS; error messages that users report.

use super::PolicyKind;
use super::read::{Document, RawElement, RawStatement, Refusal, SYNTAX, Text, strings};
use crate::json::{Json, Node};
use crate::principal::{Named, PrincipalElement};

const LEGACY: &str = "The policy failed legacy parsing";

/// The text for what is no JSON.
pub(super) fn no_json(kind: PolicyKind) -> &'static str {
    match kind.names_principals() {
        true => "This policy contains invalid Json",
        false => SYNTAX,
    }
}

/// The text for a wrong Version.
pub(super) fn no_version(kind: PolicyKind) -> &'static str {
    match kind.names_principals() {
        true => "The policy must contain a valid version string",
        false => SYNTAX,
    }
}

/// The text for a Statement that is none.
pub(super) fn no_statement(kind: PolicyKind) -> &'static str {
    match kind.names_principals() {
        true => "Could not parse the policy: Statement is empty!",
        false => SYNTAX,
    }
}

pub(super) fn check(kind: PolicyKind, document: &Document<'_>) -> Result<(), Refusal> {
    match kind.names_principals() {
        true => naming_principals(kind, document),
        false => identity_based(kind, document),
    }
}

fn identity_based(kind: PolicyKind, document: &Document<'_>) -> Result<(), Refusal> {
    let statements = &document.statements;
    for statement in statements {
        let Some(effect) = statement.effect else {
            let detail = "A statement has an Effect.";
            return Err(Refusal::new(SYNTAX, detail, statement.span.start));
        };
        if !["allow", "deny"].contains(&&*effect.text.to_ascii_lowercase()) {
            return Err(Refusal::new(SYNTAX, "Effect is Allow or Deny.", effect.at));
        }
        if let Some((_, node)) = statement.principal {
            let message = match kind {
                PolicyKind::Session => "Has prohibited field Principal",
                _ => "Policy document should not specify a principal.",
            };
            let detail = "This policy is about the one that it is attached to.";
            return Err(Refusal::new(message, detail, node.span.start));
        }
    }
    if kind == PolicyKind::Managed && !document.is_2012 {
        let message = "Policy document must be version 2012-10-17 or greater.";
        return Err(Refusal::new(message, "Set Version.", document.at));
    }
    for statement in statements {
        legacy(statement, document.is_2012)?;
    }
    let mut resource_error = None;
    for is_not in [false, true] {
        for resource in elements(statements, is_not, |statement| &statement.resource) {
            let refused = resource
                .values
                .iter()
                .find_map(|value| resource_format(*value));
            resource_error = resource_error.or(refused);
            if resource_error.is_none() {
                legacy_resource(resource)?;
            }
        }
    }
    sids(statements, true)?;
    for statement in statements {
        if statement
            .action
            .as_ref()
            .is_none_or(|action| action.values.is_empty())
        {
            let message = "Policy statement must contain actions.";
            return Err(Refusal::new(message, "Add Action.", statement.span.start));
        }
    }
    if let Some(refusal) = resource_error {
        return Err(refusal);
    }
    for is_not in [false, true] {
        for action in elements(statements, is_not, |statement| &statement.action) {
            for value in &action.values {
                action_name(*value)?;
            }
        }
    }
    for statement in statements {
        if statement
            .resource
            .as_ref()
            .is_none_or(|resource| resource.values.is_empty())
        {
            let message = "Policy statement must contain resources.";
            return Err(Refusal::new(message, "Add Resource.", statement.span.start));
        }
    }
    Ok(())
}

fn elements<'s, 't>(
    statements: &'s [RawStatement<'t>],
    is_not: bool,
    element: impl Fn(&'s RawStatement<'t>) -> &'s Option<RawElement<'t>>,
) -> impl Iterator<Item = &'s RawElement<'t>> {
    statements
        .iter()
        .filter_map(move |statement| element(statement).as_ref())
        .filter(move |element| element.is_not == is_not)
}

/// What AWS's older parser refuses: case, dates, and here all values that their operator cannot
/// compare with, for they would make a Deny that never denies.
fn legacy(statement: &RawStatement<'_>, variables: bool) -> Result<(), Refusal> {
    if let Some(effect) = statement.effect
        && !["Allow", "Deny"].contains(&effect.text)
    {
        return Err(Refusal::new(LEGACY, "Effect is Allow or Deny.", effect.at));
    }
    for condition in &statement.conditions {
        let compiled = condition.compile(variables);
        compiled.map_err(|(detail, at)| Refusal::new(LEGACY, detail, at))?;
    }
    Ok(())
}

fn legacy_resource(resource: &RawElement<'_>) -> Result<(), Refusal> {
    for Text { text, at } in &resource.values {
        let is_short = text.matches(':').count() < 5 && text.contains("::");
        let has_service = text
            .split(':')
            .nth(2)
            .is_some_and(|service| !service.is_empty());
        if *text != "*" && (is_short || !has_service) {
            let detail = "An ARN reads arn:partition:service:region:account:resource.";
            return Err(Refusal::new(LEGACY, detail, *at));
        }
    }
    Ok(())
}

/// Statement ids: of letters and digits where it `is_identity_based`, and each another.
fn sids(statements: &[RawStatement<'_>], is_identity_based: bool) -> Result<(), Refusal> {
    let mut seen: Vec<Text<'_>> = Vec::new();
    for sid in statements.iter().filter_map(|statement| statement.sid) {
        if is_identity_based && !sid.text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let message = "Statement IDs (SID) must be alpha-numeric. Check that your input \
                           satisfies the regular expression [0-9A-Za-z]*";
            return Err(Refusal::new(message, "Change Sid.", sid.at));
        }
        if !sid.text.is_empty() {
            seen.push(sid);
        }
    }
    seen.sort_unstable_by_key(|sid| (sid.text, sid.at));
    let twice = seen.windows(2).find_map(|pair| match pair {
        [first, second] if first.text == second.text => Some(second.at),
        _ => None,
    });
    let message = match is_identity_based {
        true => "Statement IDs (SID) in a single policy must be unique.",
        false => "The Statement Ids in the policy are not unique",
    };
    match twice {
        None => Ok(()),
        Some(at) => Err(Refusal::new(message, "Change Sid.", at)),
    }
}

fn action_name(action: Text<'_>) -> Result<(), Refusal> {
    let refuse = |message: String| {
        let detail = "An action reads service:Name, such as kms:Decrypt.";
        Err(Refusal::new(message, detail, action.at))
    };
    let mut parts = action.text.split(':');
    let vendor = parts.next().unwrap_or_default();
    let name = parts.next();
    if parts.next().is_some() {
        return refuse("Actions/Condition can contain only one colon.".to_owned());
    }
    if vendor == "*" {
        return Ok(());
    }
    if name.is_none() {
        let message = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
        return refuse(message.to_owned());
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    match vendor.bytes().all(is_plain) {
        true => Ok(()),
        false => refuse(format!("Vendor {vendor} is not valid")),
    }
}

/// What the ARNs of IAM's own resources begin with.
const IAM_PATHS: [&str; 13] = [
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];

fn resource_format(resource: Text<'_>) -> Option<Refusal> {
    let Text { text, at } = resource;
    if text == "*" {
        return None;
    }
    let refuse = |message: String| {
        let detail = "A resource is \"*\" or arn:partition:service:region:account:resource.";
        Some(Refusal::new(message, detail, at))
    };
    let no_arn = || refuse(format!("Resource {text} must be in ARN format or \"*\"."));
    let Some((scheme, rest)) = text.split_once(':') else {
        return no_arn();
    };
    let (partition, rest) = match rest.split_once(':') {
        Some((partition, rest)) => (partition, Some(rest)),
        None => (rest, None),
    };
    let is_partition = partition == "aws"
        || partition.strip_prefix("aws-").is_some_and(|rest| {
            !rest.is_empty()
                && rest
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        });
    if !is_partition {
        let mut parts = rest.into_iter().flat_map(|rest| rest.splitn(4, ':'));
        let filled: Vec<&str> = (0..4).map(|_| parts.next().unwrap_or("*")).collect();
        let filled = filled.join(":");
        return refuse(format!(
            "Partition \"{partition}\" is not valid for resource \"arn:{partition}:{filled}\"."
        ));
    }
    if scheme != "arn" {
        return no_arn();
    }
    let mut parts = rest.unwrap_or_default().splitn(4, ':');
    let service = parts.next().unwrap_or_default();
    if rest.is_none() || service.contains(['*', '?']) {
        let message = "Resource vendor must be fully qualified and cannot contain regexes.";
        return refuse(message.to_owned());
    }
    let region = parts.next().unwrap_or_default();
    match service {
        "iam" if !region.is_empty() => {
            return refuse(format!(
                "IAM resource {text} cannot contain region information."
            ));
        }
        "s3" if !region.is_empty() && !region.contains('*') && parts.clone().next().is_some() => {
            return refuse(format!(
                "Resource {text} can not contain region information."
            ));
        }
        _ => {}
    }
    let path = parts.nth(1);
    if service == "iam"
        && let Some(path) = path
        && !path.starts_with('*')
        && !IAM_PATHS.iter().any(|start| path.starts_with(start))
    {
        return refuse(format!(
            "IAM resource path must either be \"*\" or start with {}.",
            IAM_PATHS.join(", ")
        ));
    }
    None
}

fn naming_principals(kind: PolicyKind, document: &Document<'_>) -> Result<(), Refusal> {
    let statements = &document.statements;
    for statement in statements {
        let at = statement.span.start;
        match statement.effect {
            None => {
                let message = "Missing required field Effect";
                return Err(Refusal::new(message, "Effect is Allow or Deny.", at));
            }
            Some(Text {
                text: "Allow" | "Deny",
                ..
            }) => {}
            Some(Text { text, at }) => {
                let message = format!("Invalid effect: {text}");
                return Err(Refusal::new(message, "Effect is Allow or Deny.", at));
            }
        }
        principal(kind, statement)?;
        let Some(action) = &statement.action else {
            let message = "Missing required field Action";
            return Err(Refusal::new(message, "Add Action.", at));
        };
        if action.values.is_empty() {
            let message = "Missing required field Action cannot be empty!";
            return Err(Refusal::new(message, "Add an action.", action.at));
        }
        for value in &action.values {
            let is_sts = value.text.to_ascii_lowercase().starts_with("sts:");
            if kind == PolicyKind::Trust && !is_sts {
                let message = "AssumeRole policy may only specify STS AssumeRole actions.";
                let detail = "A trust policy is about sts:AssumeRole and its like.";
                return Err(Refusal::new(message, detail, value.at));
            }
            action_name(*value)?;
        }
        resource(kind, statement)?;
        for condition in &statement.conditions {
            let compiled = condition.compile(document.is_2012);
            compiled.map_err(|(detail, at)| Refusal::new(SYNTAX, detail, at))?;
        }
    }
    sids(statements, false)
}

fn principal(kind: PolicyKind, statement: &RawStatement<'_>) -> Result<(), Refusal> {
    let Some((is_not, node)) = statement.principal else {
        let message = "Missing required field Principal";
        let detail = "A policy on a resource says who: add Principal.";
        return Err(Refusal::new(message, detail, statement.span.start));
    };
    if is_not {
        let is_allow = statement
            .effect
            .is_some_and(|effect| effect.text == "Allow");
        if is_allow {
            let message = "Allow with NotPrincipal is not allowed.";
            let detail = "It would allow everybody else, without credentials too.";
            return Err(Refusal::new(message, detail, node.span.start));
        }
        if kind == PolicyKind::Trust {
            let message = "AssumeRole policy must not contain NotPrincipal field.";
            return Err(Refusal::new(message, "Use Principal.", node.span.start));
        }
    }
    let element = principals(is_not, node)?;
    let is_canonical = |named: &Named| matches!(named, Named::CanonicalUser(_));
    if kind == PolicyKind::Trust && element.named.iter().any(is_canonical) {
        let message = "Invalid principal in policy: \"CanonicalUser\"";
        let detail = "A trust policy knows AWS, Service and Federated.";
        return Err(Refusal::new(message, detail, node.span.start));
    }
    Ok(())
}

fn resource(kind: PolicyKind, statement: &RawStatement<'_>) -> Result<(), Refusal> {
    match (&statement.resource, kind) {
        (None, PolicyKind::Trust) => Ok(()),
        (Some(resource), PolicyKind::Trust) => {
            let message = match resource.is_not {
                true => "AssumeRole policy must not contain resources.",
                false => "Has prohibited field Resource",
            };
            let detail = "A trust policy is about its role.";
            Err(Refusal::new(message, detail, resource.at))
        }
        (None, _) => {
            let message = "Missing required field Resource";
            Err(Refusal::new(message, "Add Resource.", statement.span.start))
        }
        (Some(resource), _) if resource.values.is_empty() => {
            let message = "Missing required field Resource cannot be empty!";
            Err(Refusal::new(message, "Add a resource.", resource.at))
        }
        (Some(resource), _) => {
            let refused = resource
                .values
                .iter()
                .find_map(|value| resource_format(*value));
            match refused {
                Some(refusal) => Err(refusal),
                None => Ok(()),
            }
        }
    }
}

/// Reads a Principal or NotPrincipal element.
pub(super) fn principals(is_not: bool, node: &Node<'_>) -> Result<PrincipalElement, Refusal> {
    let at = node.span.start;
    let mut named = Vec::new();
    match &node.json {
        Json::String(text) if text == "*" => named.push(Named::Everybody),
        Json::String(text) => {
            let message = format!("Invalid principal in policy: \"{text}\"");
            let detail = "Principal is \"*\" or an object of AWS, Service, Federated.";
            return Err(Refusal::new(message, detail, at));
        }
        Json::Object(members) => {
            for member in members {
                for value in strings(&member.name, &member.value)? {
                    named.push(name(&member.name, value)?);
                }
            }
        }
        _ => return Err(Refusal::new(SYNTAX, "Principal is \"*\" or an object.", at)),
    }
    if named.is_empty() {
        let message = "Missing required field Principal cannot be empty!";
        return Err(Refusal::new(message, "Name a principal.", at));
    }
    Ok(PrincipalElement {
        is_not,
        named: named.into(),
    })
}

fn name(kind: &str, value: Text<'_>) -> Result<Named, Refusal> {
    let Text { text, at } = value;
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'*' && byte != b'?';
    let is_plain = !text.is_empty() && text.bytes().all(plain);
    let named = match kind {
        "AWS" => Named::aws(text),
        "Service" if is_plain => Some(Named::Service(text.into())),
        "Federated" if is_plain => Some(Named::Federated(text.into())),
        "CanonicalUser" if is_plain => Some(Named::CanonicalUser(text.into())),
        "Service" | "Federated" | "CanonicalUser" => None,
        _ => {
            let message = format!("Invalid principal in policy: \"{kind}\"");
            let detail = "A principal is one of AWS, Service, Federated, CanonicalUser.";
            return Err(Refusal::new(message, detail, at));
        }
    };
    named.ok_or_else(|| {
        let message = format!("Invalid principal in policy: \"{kind}\":\"{text}\"");
        let detail = "An AWS principal is \"*\", an account id, or the ARN of an account's root, of \
                      a user, a role or a session, without wildcards.";
        Refusal::new(message, detail, at)
    })
}
