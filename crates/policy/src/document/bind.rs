//! Whom a policy names, bound to who that is now. A policy is kept with the unique ids of the users
//! and roles that it names, and shown with their ARNs: when one was deleted, the policy shows the id
//! and means nobody, also when another is given the same name; when one was renamed, it goes on to
//! mean the same and shows the new ARN. All else of the text stays as it was written.
//!
//! Source: IAM User Guide, "AWS JSON policy elements: Principal" ("When you save the policy, IAM
//! transforms the ARN to a unique principal ID").

use super::MalformedPolicy;
use super::read::{Refusal, SYNTAX, place};
use crate::json::{self, Json, Member, Node, Span};
use crate::principal::{Named, PrincipalDirectory};

/// A document as it is kept: each user, role and role's session that it names as a principal by its
/// unique id.
///
/// # Errors
/// When it names somebody who does not exist, in IAM's words.
pub fn bound(text: &str, principals: &dyn PrincipalDirectory) -> Result<String, MalformedPolicy> {
    rewritten(text, |named| {
        bound_principal(named, principals).ok_or_else(|| {
            let message = format!("Invalid principal in policy: \"AWS\":\"{named}\"");
            let detail = "There is no such user, role or account. A policy is kept with the unique \
                          id of whom it names: make the principal first.";
            (message, detail)
        })
    })
}

/// A principal as it is kept: the unique id of a user, a role or a role's session; all else as it is.
/// `None` when there is no such principal.
#[must_use]
pub fn bound_principal(text: &str, principals: &dyn PrincipalDirectory) -> Option<String> {
    let is_there = match Named::aws(text)? {
        Named::Arn(arn) if !arn.contains(":federated-user/") => {
            return principals.unique_id(&arn);
        }
        // Federated users are made of any name; only their account is there beforehand.
        Named::Arn(arn) => {
            let account = arn.split(':').nth(4)?.parse().ok()?;
            principals.has_account(account)
        }
        Named::Account(account) => principals.has_account(account),
        Named::UniqueId(id) => principals.arn(&id).is_some(),
        // Shown of a role that is gone; nobody is named so.
        Named::SessionId(_) => false,
        Named::Everybody | Named::Service(_) | Named::Federated(_) | Named::CanonicalUser(_) => {
            true
        }
    };
    is_there.then(|| text.to_owned())
}

/// A document as it is answered: by their ARNs those who are there, by their unique ids those who are
/// gone.
#[must_use]
pub fn shown(text: &str, principals: &dyn PrincipalDirectory) -> String {
    if !text.contains("AIDA") && !text.contains("AROA") {
        return text.to_owned();
    }
    let shown = rewritten(text, |named| Ok(shown_principal(named, principals)));
    // What is kept was read before; were it damaged, it is answered as it is.
    shown.unwrap_or_else(|_| text.to_owned())
}

/// A principal as it is answered.
#[must_use]
pub fn shown_principal(text: &str, principals: &dyn PrincipalDirectory) -> String {
    let arn = match Named::aws(text) {
        Some(Named::UniqueId(id) | Named::SessionId(id)) => principals.arn(&id),
        _ => None,
    };
    arn.unwrap_or_else(|| text.to_owned())
}

/// A refusal: AWS's text, and what is wrong.
type Refused = (String, &'static str);

/// The text with every principal under `AWS` replaced by what `with` makes of it.
fn rewritten(
    text: &str,
    mut with: impl FnMut(&str) -> Result<String, Refused>,
) -> Result<String, MalformedPolicy> {
    let root = json::parse(text).map_err(|error| {
        let detail = format!("This is no JSON that is accepted: {}.", error.what);
        place(text, Refusal::new(SYNTAX, detail, error.at))
    })?;
    let mut edits: Vec<(Span, String)> = Vec::new();
    for statement in statements(&root) {
        for named in principals(statement) {
            let refused =
                |message, detail| place(text, Refusal::new(message, detail, named.span.start));
            let Json::String(was) = &named.json else {
                let detail = "A principal is a string, or a list of strings.";
                return Err(refused(SYNTAX.to_owned(), detail));
            };
            let is = with(was).map_err(|(message, detail)| refused(message, detail))?;
            if is != **was {
                edits.push((named.span, is));
            }
        }
    }
    edits.sort_by_key(|(span, _)| span.start);
    let mut written = String::with_capacity(text.len());
    let mut at = 0;
    for (span, replaced) in edits {
        written.push_str(text.get(at..span.start).unwrap_or_default());
        written.push_str(&quoted(&replaced));
        at = span.end;
    }
    written.push_str(text.get(at..).unwrap_or_default());
    Ok(written)
}

fn members<'n, 't>(node: &'n Node<'t>) -> &'n [Member<'t>] {
    match &node.json {
        Json::Object(members) => members,
        _ => &[],
    }
}

fn named<'n, 't>(
    node: &'n Node<'t>,
    names: &'static [&'static str],
) -> impl Iterator<Item = &'n Node<'t>> {
    let is_wanted = move |member: &&Member<'t>| names.contains(&&*member.name);
    members(node)
        .iter()
        .filter(is_wanted)
        .map(|member| &member.value)
}

/// One, or several in a list.
fn each<'n, 't>(node: &'n Node<'t>) -> &'n [Node<'t>] {
    match &node.json {
        Json::List(nodes) => nodes,
        _ => std::slice::from_ref(node),
    }
}

fn statements<'n, 't>(root: &'n Node<'t>) -> impl Iterator<Item = &'n Node<'t>> {
    named(root, &["Statement"]).flat_map(each)
}

/// What stands under `AWS` in a statement's Principal and NotPrincipal.
fn principals<'n, 't>(statement: &'n Node<'t>) -> impl Iterator<Item = &'n Node<'t>> {
    named(statement, &["Principal", "NotPrincipal"])
        .flat_map(|node| named(node, &["AWS"]))
        .flat_map(each)
}

/// A JSON string. Paths of users and roles may have quotes and backslashes.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted.push('"');
    quoted
}
