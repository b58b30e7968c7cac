//! An evaluator that was written from the documentation's words, over the JSON as it is: it knows
//! nothing of how ours works, compiles nothing, and is slow. It decides over the small universe of
//! `properties`. The words are quoted where they decide.

use policy::Decision;
use serde_json::Value;

use crate::cast;

/// A request in its simplest form.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) who: &'static str,
    pub(crate) action: &'static str,
    pub(crate) resource: &'static str,
    /// Keys with their values; one value is a single-valued key.
    pub(crate) context: Vec<(&'static str, Vec<&'static str>)>,
}

/// The policies, as JSON.
#[derive(Debug, Clone, Default)]
pub(crate) struct Documents {
    pub(crate) organization: Vec<Value>,
    pub(crate) resource: Option<Value>,
    /// Whether the resource is a KMS key.
    pub(crate) is_key: bool,
    pub(crate) grantees: Vec<&'static str>,
    pub(crate) identity: Vec<Value>,
    pub(crate) boundary: Option<Value>,
    pub(crate) session: Option<Vec<Value>>,
}

fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    }
}

fn texts(value: &Value) -> Vec<&str> {
    list(value).into_iter().filter_map(Value::as_str).collect()
}

/// "(*) any combination of characters, (?) any single character".
fn like(pattern: &str, text: &str) -> bool {
    match (pattern.chars().next(), text.chars().next()) {
        (None, None) => true,
        (Some('*'), _) => {
            like(rest(pattern), text) || !text.is_empty() && like(pattern, rest(text))
        }
        (Some('?'), Some(_)) => like(rest(pattern), rest(text)),
        (Some(a), Some(b)) if a == b => like(rest(pattern), rest(text)),
        _ => false,
    }
}

fn rest(text: &str) -> &str {
    let mut characters = text.chars();
    characters.next();
    characters.as_str()
}

/// "You can use policy variables in the Resource element and in string comparisons."
fn resolved(text: &str, asked: &Asked) -> Option<String> {
    let Some((before, after)) = text.split_once("${") else {
        return Some(text.to_owned());
    };
    let (key, after) = after.split_once('}').unwrap();
    let value = match values(key, asked).as_slice() {
        [one] => plain(one),
        _ => return None,
    };
    Some(format!("{before}{value}{}", resolved(after, asked)?))
}

/// A star or question mark that is itself and stands for nothing else.
fn plain(text: &str) -> String {
    text.replace('*', "\u{e000}").replace('?', "\u{e001}")
}

fn values(key: &str, asked: &Asked) -> Vec<String> {
    let principal = cast::principal(asked.who);
    let derived = match key.to_lowercase().as_str() {
        "aws:username" if asked.who == "Alice" || asked.who == "Mallory" => Some(asked.who),
        "aws:principalarn" if asked.who == "Deploy" => Some(cast::ROLE),
        "aws:principalarn" if principal.account().is_some() => Some(principal.arn()),
        _ => None,
    };
    let found = asked
        .context
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(key));
    match (found, derived) {
        (Some((_, values)), _) => values.iter().map(|value| (*value).to_owned()).collect(),
        (None, Some(value)) => vec![value.to_owned()],
        (None, None) => Vec::new(),
    }
}

/// "All operators must be true, and all keys of an operator; of a key's values one is enough."
fn conditions_hold(statement: &Value, asked: &Asked) -> bool {
    let Some(blocks) = statement["Condition"].as_object() else {
        return true;
    };
    blocks.iter().all(|(operator, keys)| {
        let keys = keys.as_object().unwrap();
        keys.iter()
            .all(|(key, wanted)| condition_holds(operator, key, wanted, asked, statement))
    })
}

fn condition_holds(
    operator: &str,
    key: &str,
    wanted: &Value,
    asked: &Asked,
    statement: &Value,
) -> bool {
    let have = values(key, asked);
    let (set, operator) = match operator.split_once(':') {
        Some((set, operator)) => (Some(set), operator),
        None => (None, operator),
    };
    // "If the condition key is not present in the request, evaluate the condition element as true."
    if let Some(operator) = operator.strip_suffix("IfExists") {
        let name = match set {
            Some(set) => format!("{set}:{operator}"),
            None => operator.to_owned(),
        };
        return have.is_empty() || condition_holds(&name, key, wanted, asked, statement);
    }
    let wanted = texts(wanted);
    if operator == "Null" {
        // "true: the key doesn't exist; false: the key exists and its value is not null."
        let absent = if have.is_empty() { "true" } else { "false" };
        return wanted.contains(&absent);
    }
    let is_not = operator.contains("Not");
    let is_denied = statement["Effect"] == "Deny";
    // What cannot be told closes: see the crate's documentation.
    let mut is_unclear = false;
    let mut one = |have: &str| {
        let matched = wanted.iter().any(|wanted| match operator {
            "StringEquals" | "StringNotEquals" => match resolved(wanted, asked) {
                Some(wanted) => wanted == plain(have),
                None => {
                    is_unclear = true;
                    false
                }
            },
            "StringLike" | "StringNotLike" => like(wanted, have),
            "Bool" => wanted.eq_ignore_ascii_case(have),
            "NumericLessThan" => match (have.parse::<f64>(), wanted.parse::<f64>()) {
                (Ok(have), Ok(wanted)) => have < wanted,
                _ => false,
            },
            other => panic!("no operator {other}"),
        });
        match (matched, is_unclear) {
            (true, _) => !is_not,
            (false, true) => is_not && is_denied,
            (false, false) => is_not,
        }
    };
    match set {
        // "Every context value must match; true if there are none."
        Some("ForAllValues") => have.iter().all(|have| one(have)),
        // "At least one must match; false if there are none."
        Some("ForAnyValue") => have.iter().any(|have| one(have)),
        Some(other) => panic!("no set operator {other}"),
        // "If the key is not present, the values do not match; a negated operator is true."
        None if have.is_empty() => is_not,
        None if is_not => have.iter().all(|have| one(have)),
        None => have.iter().any(|have| one(have)),
    }
}

fn action_fits(statement: &Value, asked: &Asked) -> bool {
    let action = asked.action.to_lowercase();
    let has = |value: &Value| {
        texts(value)
            .iter()
            .any(|pattern| like(&pattern.to_lowercase(), &action))
    };
    match statement.get("NotAction") {
        Some(not) => !has(not),
        None => has(&statement["Action"]),
    }
}

fn resource_fits(statement: &Value, asked: &Asked) -> bool {
    let is_not = statement.get("NotResource").is_some();
    let patterns = texts(
        statement
            .get("NotResource")
            .unwrap_or_else(|| &statement["Resource"]),
    );
    let mut is_unclear = false;
    let has = patterns
        .iter()
        .any(|pattern| match resolved(pattern, asked) {
            Some(pattern) => like(&pattern, &plain(asked.resource)),
            None => {
                is_unclear = true;
                false
            }
        });
    match (has, is_unclear) {
        (true, _) => !is_not,
        (false, true) => is_not && statement["Effect"] == "Deny",
        (false, false) => is_not,
    }
}

/// All names under which a Principal element can mean somebody, and the account among them.
fn names(who: &str) -> Vec<&'static str> {
    match who {
        "Alice" => vec![cast::ALICE, cast::ROOT, "*"],
        "Deploy" => vec![cast::SESSION, cast::ROLE, cast::ROOT, "*"],
        "Root" => vec![cast::ROOT, "*"],
        "Mallory" => vec![cast::MALLORY, cast::AWAY_ROOT, "*"],
        "Anonymous" => vec!["*"],
        "logs.amazonaws.com" => vec!["logs.amazonaws.com", "*"],
        other => panic!("nobody is called {other}"),
    }
}

fn named(element: &Value) -> Vec<String> {
    let all = match element {
        Value::String(text) => vec![text.as_str()],
        Value::Object(kinds) => kinds.values().flat_map(texts).collect(),
        other => panic!("no principal {other}"),
    };
    let with_root = |text: &str| match text {
        account if account.len() == 12 => format!("arn:aws:iam::{account}:root"),
        // "When you save the policy, IAM transforms the ARN to a unique principal ID."
        cast::ALICE_ID => cast::ALICE.to_owned(),
        cast::ROLE_ID => cast::ROLE.to_owned(),
        cast::SESSION_ID => cast::SESSION.to_owned(),
        text => text.to_owned(),
    };
    all.into_iter().map(with_root).collect()
}

/// Whether a statement of a resource's policy means somebody under the given names.
fn means(statement: &Value, names: &[&str], who: &str) -> bool {
    if let Some(excepted) = statement.get("NotPrincipal") {
        // "You must also specify the account ARN of the not-denied principal."
        let excepted = named(excepted);
        let own: Vec<&str> = self::names(who)
            .into_iter()
            .filter(|name| *name != "*")
            .collect();
        // `*` excepts everybody.
        if excepted.contains(&"*".to_owned()) {
            return false;
        }
        return own.is_empty()
            || !own
                .iter()
                .all(|name| excepted.contains(&(*name).to_owned()));
    }
    let element = named(&statement["Principal"]);
    names
        .iter()
        .any(|name| element.contains(&(*name).to_owned()))
}

fn statements(document: &Value) -> Vec<&Value> {
    list(&document["Statement"])
}

fn fits(statement: &Value, asked: &Asked) -> bool {
    action_fits(statement, asked)
        && resource_fits(statement, asked)
        && conditions_hold(statement, asked)
}

fn allows(document: &Value, asked: &Asked) -> bool {
    statements(document)
        .iter()
        .any(|statement| statement["Effect"] == "Allow" && fits(statement, asked))
}

fn denies(document: &Value, asked: &Asked) -> bool {
    statements(document)
        .iter()
        .any(|statement| statement["Effect"] == "Deny" && fits(statement, asked))
}

pub(crate) fn decide(documents: &Documents, asked: &Asked) -> Decision {
    let all_names = names(asked.who);
    let has_account = !matches!(asked.who, "Anonymous" | "logs.amazonaws.com");
    let resource = documents.resource.as_ref();
    let resource_says = |effect: &str, names: &[&str]| {
        resource.is_some_and(|document| {
            statements(document).iter().any(|statement| {
                statement["Effect"] == effect
                    && means(statement, names, asked.who)
                    && fits(statement, asked)
            })
        })
    };

    // "An explicit deny in any of these policies overrides the allow."
    let of_the_principal = documents.identity.iter().chain(&documents.boundary);
    let mut of_the_principal = of_the_principal.chain(documents.session.iter().flatten());
    let denied = of_the_principal.any(|document| denies(document, asked))
        || has_account
            && documents
                .organization
                .iter()
                .any(|document| denies(document, asked))
        || resource_says("Deny", &all_names);
    if denied {
        return Decision::ExplicitDeny;
    }

    let mut allowed = false;
    let by_organization = !has_account
        || documents
            .organization
            .iter()
            .all(|document| allows(document, asked));
    let by_boundary = documents
        .boundary
        .as_ref()
        .is_none_or(|document| allows(document, asked));
    let by_session = documents
        .session
        .as_ref()
        .is_none_or(|all| all.iter().any(|document| allows(document, asked)));
    let is_limited = !by_boundary || !by_session;
    let by_identity = asked.who == "Root"
        || has_account
            && documents
                .identity
                .iter()
                .any(|document| allows(document, asked));

    // Who is meant how.
    let itself: Vec<&str> = match asked.who {
        "Alice" => vec![cast::ALICE],
        "Deploy" => vec![cast::SESSION],
        "Mallory" => vec![cast::MALLORY],
        _ => all_names.clone(),
    };
    let role: &[&str] = match asked.who {
        "Deploy" => &[cast::ROLE, "*"],
        "Alice" | "Mallory" => &["*"],
        _ => &[],
    };
    let account: &[&str] = match asked.who {
        "Alice" | "Deploy" => &[cast::ROOT],
        "Mallory" => &[cast::AWAY_ROOT],
        _ => &[],
    };
    let granted = |names: &[&str]| {
        let is_named = |name: &&str| *name != "*" && documents.grantees.contains(name);
        names.iter().any(is_named)
    };
    let to_itself = resource_says("Allow", &itself);
    let to_role = resource_says("Allow", role);
    let to_account = resource_says("Allow", account);

    if asked.who == "Mallory" && documents.resource.is_some() {
        // "For cross-account access, both must allow." A grant to somebody is enough.
        let theirs = to_itself || to_role || to_account || granted(&itself) || granted(account);
        allowed |= by_identity && !is_limited && theirs;
        allowed |= granted(&itself) && !is_limited;
    } else {
        // "Resource-based policies that grant permissions to an IAM user's or a role session's ARN
        // are not limited by an implicit deny in an identity-based policy, a permissions boundary,
        // or a session policy"; "to an IAM role's ARN are limited by ...".
        allowed |= to_itself || granted(&itself);
        allowed |= (to_role || granted(role)) && !is_limited;
        // "Unless the key policy explicitly allows it, you cannot use IAM policies to allow access."
        let opens = to_itself || to_role || to_account || granted(&itself) || granted(role);
        let opens = opens || granted(account);
        allowed |= by_identity && !is_limited && (!documents.is_key || opens);
    }
    match allowed && by_organization {
        true => Decision::Allow,
        false => Decision::ImplicitDeny,
    }
}
