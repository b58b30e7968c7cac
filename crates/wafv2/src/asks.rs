//! Which resources a call is about, for its authorization. Source: Service Authorization Reference,
//! "AWS WAF V2": what an operation names by Name, Id and Scope is a resource as well as what its
//! rules refer to by ARN.

use std::sync::LazyLock;

use policy::{Action, Ask, Guarded, Table};
use types::{Call, ServiceError};
use wire::Value;

use crate::Wafv2;
use crate::item::{Identity, Kind};
use crate::scope::Place;
use crate::state;

static ACTIONS: LazyLock<Table> =
    LazyLock::new(|| Table::embedded(include_str!("authorization.json")));

impl Guarded for Wafv2 {
    fn actions(&self) -> &'static Table {
        &ACTIONS
    }

    fn asks(&self, call: &Call, operation: &str, input: &Value) -> Result<Vec<Ask>, ServiceError> {
        let mut asks = Vec::new();
        let rows = self.rows();
        for action in ACTIONS.of_operation(operation) {
            let mut resources = action.resources_in(call, input)?;
            if let Some(own) = own_arn(call, operation, input, action) {
                // What the table makes of the members has the Scope as the caller writes it.
                let forms = action.resources.iter();
                let guesses: Vec<_> = forms.filter_map(|form| form.filled(call, input)).collect();
                resources.retain(|arn| arn != "*" && *arn != own && !guesses.contains(arn));
                resources.insert(0, own);
            }
            for resource in resources {
                let tags = state::read_tags(rows.row(&state::tags_key(&resource)))?;
                let mut ask = Ask {
                    resource_tags: tags.into_iter().collect(),
                    request_tags: policy::authorization::request_tags(input),
                    tag_keys: policy::authorization::request_tag_keys(input),
                    ..Ask::new(&action.name, resource)
                };
                let configuration = input.member("LoggingConfiguration");
                let destinations = configuration
                    .and_then(|configuration| configuration.member("LogDestinationConfigs"))
                    .and_then(Value::as_list);
                if let Some(destinations) = destinations {
                    let names = destinations.iter().filter_map(Value::as_str);
                    let names: Vec<String> = names.map(str::to_owned).collect();
                    ask.key("wafv2:LogDestinationResource", names);
                }
                asks.push(ask);
            }
        }
        Ok(asks)
    }
}

/// The ARN of the item that an operation names by Name, Id and Scope. One that is to be made has no
/// id yet: `*` stands for it, as in AWS's own policies.
fn own_arn(call: &Call, operation: &str, input: &Value, action: &Action) -> Option<String> {
    let kinds = [
        ("WebACL", Kind::WebAcl),
        ("RuleGroup", Kind::RuleGroup),
        ("IPSet", Kind::IpSet),
        ("RegexPatternSet", Kind::RegexPatternSet),
    ];
    let text = |name: &str| input.member(name).and_then(Value::as_str);
    if operation == "GetRateBasedStatementManagedKeys" {
        let identity = Identity {
            place: Place::of(call, text("Scope")?).ok()?,
            kind: Kind::WebAcl,
            name: text("WebACLName")?.to_owned(),
            id: text("WebACLId")?.to_owned(),
        };
        return Some(identity.arn().to_string());
    }
    let (_, kind) = kinds
        .into_iter()
        .find(|(name, _)| operation.ends_with(name))?;
    let is_of_it = |form: &policy::authorization::ResourceForm| form.kind == kind.segment();
    if !action.resources.iter().any(is_of_it) {
        return None;
    }
    let identity = Identity {
        place: Place::of(call, text("Scope")?).ok()?,
        kind,
        name: text("Name")?.to_owned(),
        id: text("Id").unwrap_or("*").to_owned(),
    };
    Some(identity.arn().to_string())
}

impl Guarded for crate::Explain {
    fn actions(&self) -> &'static Table {
        static OWN: LazyLock<Table> = LazyLock::new(|| Table::of_own_api(&crate::extension::MODEL));
        &OWN
    }
}
