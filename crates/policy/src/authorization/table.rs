//! The generated table of one IAM prefix, and what can be found in a call's input by it alone.

use std::collections::{BTreeMap, BTreeSet};

use types::{Call, ServiceError};
use wire::{Model, Value, json};

use super::Ask;

/// The actions of one service.
#[derive(Debug)]
pub struct Table {
    actions: BTreeMap<String, Action>,
    /// Of operations that have other actions than the one of their name.
    operations: BTreeMap<String, Vec<String>>,
    prefix: String,
}

/// One action.
#[derive(Debug)]
pub struct Action {
    /// With the prefix, such as `kms:Encrypt`.
    pub name: String,
    /// `List`, `Read`, `Write`, `Permissions management` or `Tagging`.
    pub level: String,
    /// The forms of its resources' ARNs; none for actions that can only be given on `*`.
    pub resources: Vec<ResourceForm>,
    /// Its condition keys, and those of its resources.
    pub conditions: Vec<String>,
}

/// The form of a resource's ARN: `arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}`.
#[derive(Debug)]
pub struct ResourceForm {
    /// The resource type, such as `key`.
    pub kind: String,
    /// Whether the action always has one.
    pub is_required: bool,
    /// The ARN with variables.
    pub arn: String,
}

/// How many resources one call may name. Each is asked for, so that none is touched unasked.
pub const RESOURCES_MAX: usize = 1000;

impl Table {
    /// Reads what `cargo xtask codegen` wrote.
    ///
    /// # Panics
    /// When it is no table: a compiled-in file that cannot be read is a bug, which every test of
    /// its crate shows.
    #[must_use]
    pub fn embedded(text: &'static str) -> Self {
        match Self::read(text) {
            Some(table) => table,
            #[expect(
                clippy::panic,
                reason = "a compiled-in table that cannot be read is a bug"
            )]
            None => panic!("the compiled-in table of IAM actions cannot be read"),
        }
    }

    /// Of an own API, which has one action an operation and no resources.
    #[must_use]
    pub fn of_own_api(model: &Model) -> Self {
        let prefix = model.signing_name().to_owned();
        let action = |name: &str| Action {
            name: format!("{prefix}:{name}"),
            level: String::new(),
            resources: Vec::new(),
            conditions: Vec::new(),
        };
        let actions = model.operations().map(|operation| {
            let name = operation.name();
            (name.to_owned(), action(name))
        });
        Self {
            actions: actions.collect(),
            operations: BTreeMap::new(),
            prefix,
        }
    }

    fn read(text: &str) -> Option<Self> {
        let value = json::parse(text.as_bytes()).ok()?;
        let prefix = value.member("prefix")?.as_str()?.to_owned();
        let texts = |value: &Value| -> Option<Vec<String>> {
            let texts = value.as_list()?.iter();
            texts.map(|text| text.as_str().map(str::to_owned)).collect()
        };
        let mut operations = BTreeMap::new();
        for (operation, actions) in value.member("operations")?.as_map()? {
            operations.insert(operation.clone(), texts(actions)?);
        }
        let resources = value.member("resources")?;
        let mut actions = BTreeMap::new();
        for (name, facts) in value.member("actions")?.as_map()? {
            let mut forms = Vec::new();
            let mut conditions = texts(facts.member("conditions")?)?;
            for (kind, required) in facts.member("resources")?.as_map()? {
                let resource = resources.member(kind)?;
                forms.push(ResourceForm {
                    kind: kind.clone(),
                    is_required: required.as_bool()?,
                    arn: resource.member("arn")?.as_str()?.to_owned(),
                });
                conditions.extend(texts(resource.member("conditions")?)?);
            }
            conditions.sort();
            conditions.dedup();
            let action = Action {
                name: format!("{prefix}:{name}"),
                level: facts.member("level")?.as_str()?.to_owned(),
                resources: forms,
                conditions,
            };
            actions.insert(name.clone(), action);
        }
        Some(Self {
            actions,
            operations,
            prefix,
        })
    }

    /// IAM's prefix of the service.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// An action by its name without the prefix.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.get(name)
    }

    /// The actions of an operation; none for an operation that is not of this service.
    pub fn of_operation(&self, operation: &str) -> impl Iterator<Item = &Action> {
        let (several, own) = match self.operations.get(operation) {
            Some(names) => (names.as_slice(), None),
            None => (&[] as &[String], self.actions.get(operation)),
        };
        let several = several.iter().filter_map(|name| self.actions.get(name));
        several.chain(own)
    }

    /// What a call asks leave for as far as its input tells: ARNs in members that are named so and
    /// are of a form of the action's resources, else a form whose variables are members of the
    /// input, else `*`; tags that it sets, keys of tags that it takes away.
    ///
    /// # Errors
    /// When the call names more than [`RESOURCES_MAX`] resources.
    pub fn asks(
        &'static self,
        call: &Call,
        operation: &str,
        input: &Value,
    ) -> Result<Vec<Ask>, ServiceError> {
        let mut asks = Vec::new();
        for action in self.of_operation(operation) {
            for resource in action.resources_in(call, input)? {
                asks.push(Ask {
                    request_tags: request_tags(input),
                    tag_keys: request_tag_keys(input),
                    ..Ask::new(&action.name, resource)
                });
            }
        }
        Ok(asks)
    }
}

impl Action {
    /// The ARNs of the resources that an input names; never none.
    ///
    /// # Errors
    /// When it names more than [`RESOURCES_MAX`].
    pub fn resources_in(&self, call: &Call, input: &Value) -> Result<Vec<String>, ServiceError> {
        let (mut found, mut known) = (Vec::new(), BTreeSet::new());
        gather(input, false, &mut |text| {
            let is_one = self.resources.iter().any(|form| form.fits(text));
            if is_one && known.insert(text.to_owned()) {
                found.push(text.to_owned());
            }
            found.len() <= RESOURCES_MAX
        });
        if found.len() > RESOURCES_MAX {
            return Err(ServiceError::sender(
                "ValidationException",
                format!("The call names more than {RESOURCES_MAX} resources. Split it."),
            ));
        }
        if found.is_empty() {
            let forms = self.resources.iter();
            found.extend(forms.filter_map(|form| form.filled(call, input)).take(1));
        }
        if found.is_empty() {
            found.push("*".to_owned());
        }
        Ok(found)
    }
}

impl ResourceForm {
    /// Whether an ARN is of this form. A variable stands for at least one character.
    #[must_use]
    pub fn fits(&self, arn: &str) -> bool {
        let mut fixed = Vec::new();
        let mut rest = self.arn.as_str();
        while let Some((before, after)) = rest.split_once("${") {
            fixed.push(before);
            rest = after.split_once('}').map_or("", |(_, after)| after);
        }
        fixed.push(rest);
        fits(&fixed, arn)
    }

    /// The ARN with its variables taken from the call and from members of the input of the same
    /// name; `None` when one of a required kind is missing.
    #[must_use]
    pub fn filled(&self, call: &Call, input: &Value) -> Option<String> {
        if !self.is_required {
            return None;
        }
        let mut arn = String::with_capacity(self.arn.len());
        let mut rest = self.arn.as_str();
        while let Some((before, after)) = rest.split_once("${") {
            arn.push_str(before);
            let (variable, after) = after.split_once('}')?;
            match variable {
                "Partition" => arn.push_str("aws"),
                "Region" => arn.push_str(call.region.as_str()),
                "Account" => arn.push_str(&call.account().to_string()),
                name => arn.push_str(member(input, name)?),
            }
            rest = after;
        }
        arn.push_str(rest);
        Some(arn)
    }
}

/// Whether a text is made of fixed parts with something between each two.
fn fits(fixed: &[&str], text: &str) -> bool {
    let Some((first, others)) = fixed.split_first() else {
        return false;
    };
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some((last, middle)) = others.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        // The variable before it takes at least one character.
        let mut starts = rest.char_indices().skip(1);
        let Some(after) = starts.find_map(|(at, _)| rest.get(at..)?.strip_prefix(part)) else {
            return false;
        };
        rest = after;
    }
    rest.len() > last.len() && rest.ends_with(last)
}

/// A text of the input under a name, whatever its case.
fn member<'v>(input: &'v Value, name: &str) -> Option<&'v str> {
    let members = input.as_map()?;
    members
        .iter()
        .find(|(member, _)| member.eq_ignore_ascii_case(name))
        .and_then(|(_, value)| value.as_str())
        .filter(|text| !text.is_empty())
}

/// Gives the ARNs of an input, until the visitor has enough: those in members that are named for
/// them (`WebACLArn`, `ResourceArns`). What a caller writes into a tag or a text is no resource.
fn gather(value: &Value, is_named: bool, visit: &mut impl FnMut(&str) -> bool) -> bool {
    match value {
        Value::String(text) if is_named && text.starts_with("arn:") => visit(text),
        Value::List(items) => items.iter().all(|item| gather(item, is_named, visit)),
        Value::Map(members) => members.iter().all(|(name, member)| {
            let name = name.to_ascii_lowercase();
            let is_named = name.ends_with("arn") || name.ends_with("arns");
            gather(member, is_named, visit)
        }),
        _ => true,
    }
}

/// The tags that an input sets, whatever its service calls them.
#[must_use]
pub fn request_tags(input: &Value) -> Vec<(String, String)> {
    let list = ["Tags", "TagList"]
        .iter()
        .find_map(|name| input.member(name));
    let Some(list) = list else {
        return Vec::new();
    };
    if let Some(map) = list.as_map() {
        return map
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .collect();
    }
    let text = |tag: &Value, names: [&str; 2]| -> Option<String> {
        let value = names.iter().find_map(|name| tag.member(name))?;
        Some(value.as_str()?.to_owned())
    };
    list.as_list()
        .into_iter()
        .flatten()
        .filter_map(|tag| {
            let key = text(tag, ["Key", "TagKey"])?;
            Some((key, text(tag, ["Value", "TagValue"]).unwrap_or_default()))
        })
        .collect()
}

/// The keys of tags that an input takes away.
#[must_use]
pub fn request_tag_keys(input: &Value) -> Vec<String> {
    let list = input.member("TagKeys").and_then(Value::as_list);
    list.into_iter()
        .flatten()
        .filter_map(|key| key.as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(arn: &str) -> ResourceForm {
        ResourceForm {
            kind: "one".to_owned(),
            is_required: true,
            arn: arn.to_owned(),
        }
    }

    #[test]
    fn arns_are_told_by_their_form() {
        let key = form("arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}");
        let load_balancer = form(
            "arn:${Partition}:elasticloadbalancing:${Region}:${Account}:loadbalancer/app/${LoadBalancerName}/${LoadBalancerId}",
        );
        for (form, arn, fits) in [
            (&key, "arn:aws:kms:us-east-1:111122223333:key/1234", true),
            (&key, "arn:aws:kms:us-east-1:111122223333:key/", false),
            (&key, "arn:aws:kms:us-east-1:111122223333:alias/a", false),
            (&key, "arn:aws:kms::111122223333:key/1234", false),
            (
                &load_balancer,
                "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/a/1",
                true,
            ),
            (
                &load_balancer,
                "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/a",
                false,
            ),
            (&key, "", false),
        ] {
            assert_eq!(form.fits(arn), fits, "{arn}");
        }
    }

    fn call() -> Call {
        Call {
            request_id: types::RequestId::from_random([1; 16]),
            time: types::Time::from_seconds(0),
            principal: types::Principal::Root("111122223333".parse().unwrap()),
            session: None,
            access_key_id: String::new(),
            region: "us-east-1".parse().unwrap(),
            event_source: String::new(),
            operation: String::new(),
            parameters: String::new(),
            source_ip: "127.0.0.1".parse().unwrap(),
            user_agent: String::new(),
            leave: None,
        }
    }

    fn action() -> Action {
        Action {
            name: "kms:Encrypt".to_owned(),
            level: "Write".to_owned(),
            resources: vec![form(
                "arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}",
            )],
            conditions: Vec::new(),
        }
    }

    fn input(json: &str) -> Value {
        json::parse(json.as_bytes()).unwrap()
    }

    #[test]
    fn an_arn_in_a_tag_or_a_text_is_no_resource() {
        let key = |id: &str| format!("arn:aws:kms:us-east-1:111122223333:key/{id}");
        let text = format!(
            r#"{{"TagKeys": ["{0}"], "Tags": [{{"Key": "k", "Value": "{0}"}}], "Description": "{0}",
                "ResourceArns": ["{1}", "{2}"]}}"#,
            key("mine"),
            key("one"),
            key("two")
        );
        let found = action().resources_in(&call(), &input(&text)).unwrap();
        assert_eq!(found, [key("one"), key("two")]);
    }

    #[test]
    fn a_call_that_names_too_many_resources_is_refused_not_cut() {
        let arns = |count: usize| {
            let arns: Vec<String> = (0..count)
                .map(|n| format!("\"arn:aws:kms:us-east-1:111122223333:key/{n}\""))
                .collect();
            input(&format!(r#"{{"ResourceArns": [{}]}}"#, arns.join(",")))
        };
        let found = action().resources_in(&call(), &arns(RESOURCES_MAX));
        assert_eq!(found.unwrap().len(), RESOURCES_MAX);
        let refused = action().resources_in(&call(), &arns(RESOURCES_MAX + 1));
        assert_eq!(refused.unwrap_err().code, "ValidationException");
    }
}
