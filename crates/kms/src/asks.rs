//! Which key a call is about, and what conditions may ask about it.
//! Source: Service Authorization Reference, "AWS Key Management Service"; AWS KMS Developer Guide,
//! "AWS KMS condition keys".
//!
//! Two of them no call has: `kms:ViaService`, since no service calls for a user here, and
//! `kms:RecipientAttestation:...`, since a call with a `Recipient` is refused. A condition on either
//! sees an absent key: an Allow that asks for one allows nobody.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use policy::{Ask, KeyValue, NamedBy, Policy, PolicyKind};
use types::{Call, ServiceError, Time};
use wire::{FromValue, Value};

use crate::exception;
use crate::grant::{Grant, Use};
use crate::key::Key;
use crate::key_id::{self, Named};
use crate::model::CreateGrantRequest;
use crate::operations::{
    check_size, read_grant_token, read_key_of_ciphertext, unopened, version_of_ciphertext,
};
use crate::place::Place;
use crate::service::{ACTIONS, Kms};
use crate::state::Origin;

/// What a call asks leave for.
pub(crate) fn of(
    kms: &Kms,
    call: &Call,
    operation: &str,
    input: &Value,
) -> Result<Vec<Ask>, ServiceError> {
    let name = |operation: &str| action(operation);
    let asks = match operation {
        "CreateKey" => {
            let mut ask = Ask::new(name(operation)?, "*");
            of_new_key(&mut ask, input);
            let mut asks = vec![ask];
            asks.extend(of_tags(input)?);
            asks
        }
        "ListKeys"
        | "ListAliases"
        | "GenerateRandom"
        | "ListRetirableGrants"
        | "CreateCustomKeyStore"
        | "ConnectCustomKeyStore"
        | "DeleteCustomKeyStore"
        | "DescribeCustomKeyStores"
        | "DisconnectCustomKeyStore"
        | "UpdateCustomKeyStore" => {
            vec![Ask::new(name(operation)?, "*")]
        }
        "CreateAlias" | "UpdateAlias" | "DeleteAlias" => of_alias(kms, call, operation, input)?,
        "Decrypt" => vec![of_source(
            kms,
            call,
            "Decrypt",
            ("KeyId", "EncryptionContext"),
            input,
        )?],
        "ReEncrypt" => of_re_encrypt(kms, call, input)?,
        "RetireGrant" => vec![of_retirement(kms, call, input)?],
        "CreateGrant" => vec![of_new_grant(kms, call, input)?],
        "ReplicateKey" => of_replica(kms, call, input)?,
        "UpdatePrimaryRegion" => of_new_primary(kms, call, input)?,
        _ => vec![of_key(kms, call, operation, text(input, "KeyId"), input)?],
    };
    Ok(asks
        .into_iter()
        .map(|mut ask| {
            of_input(&mut ask, call, operation, input);
            ask
        })
        .collect())
}

/// The table's name of an action.
fn action(name: &str) -> Result<&'static str, ServiceError> {
    let action = ACTIONS.action(name);
    let action = action.ok_or_else(|| exception::internal(format!("no IAM action {name}")))?;
    Ok(&action.name)
}

/// An action on the key that a `KeyId` names.
fn of_key(
    kms: &Kms,
    call: &Call,
    operation: &str,
    key_id: Option<&str>,
    input: &Value,
) -> Result<Ask, ServiceError> {
    let context = context(input, "EncryptionContext")?;
    of_named(kms, call, operation, required(key_id)?, context.as_ref())
}

fn required(key_id: Option<&str>) -> Result<&str, ServiceError> {
    key_id.ok_or_else(|| exception::validation("KeyId is required."))
}

/// What a `KeyId` names, looked up once: all that a call asks is about the same key.
struct Found {
    named: Named,
    key: Option<Arc<Key>>,
    /// Whether it is named as another account's.
    is_foreign: bool,
}

impl Found {
    fn of(kms: &Kms, call: &Call, key_id: &str) -> Result<Self, ServiceError> {
        let named = key_id::read(call, key_id)?;
        let key = match &named {
            Named::Key(place, id) => kms.keyring.key(place, id)?,
            Named::Alias(place, name) => match kms.keyring.alias(place, name)? {
                Some(alias) => kms.keyring.key(place, &alias.target_key_id)?,
                None => None,
            },
        };
        let (Named::Key(place, _) | Named::Alias(place, _)) = &named;
        Ok(Self {
            is_foreign: place.account != call.account(),
            named,
            key,
        })
    }

    fn ask(
        &self,
        kms: &Kms,
        operation: &str,
        context: Option<&BTreeMap<String, String>>,
    ) -> Result<Ask, ServiceError> {
        let mut ask = match &self.key {
            Some(key) => of_found(kms, operation, key, context)?,
            None => of_missing(kms, operation, &self.named, self.is_foreign)?,
        };
        if let Named::Alias(place, name) = &self.named {
            ask.key("kms:RequestAlias", name.as_str());
            if self.is_foreign {
                ask.named_by = NamedBy::Name(place.arn(name).to_string());
            }
        }
        Ok(ask)
    }
}

fn of_named(
    kms: &Kms,
    call: &Call,
    operation: &str,
    key_id: &str,
    context: Option<&BTreeMap<String, String>>,
) -> Result<Ask, ServiceError> {
    Found::of(kms, call, key_id)?.ask(kms, operation, context)
}

/// A key policy that lets nobody in, judged as one that might.
static NOBODYS: LazyLock<Option<Arc<Policy>>> = LazyLock::new(|| {
    let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*",
        "Action": "kms:NoSuchAction", "Resource": "*"}}"#;
    Policy::shared(PolicyKind::Key, "nobody's", text).ok()
});

/// What is not there is asked for by the ARN that it would have. Another account's has a key policy all
/// the same: whose keys and aliases there are is told by no denial. How long it takes may tell: the policy
/// and the grants of a key that is there are gone through, and may be long.
fn of_missing(
    kms: &Kms,
    operation: &str,
    named: &Named,
    is_foreign: bool,
) -> Result<Ask, ServiceError> {
    let (place, arn) = match named {
        Named::Key(place, id) => (place, place.key_arn(id)),
        Named::Alias(place, name) => (place, place.arn(name)),
    };
    let mut ask = Ask::new(action(operation)?, arn.to_string());
    ask.resource_account = Some(place.account);
    if is_foreign {
        ask.resource_policy.clone_from(&NOBODYS);
        kms.keyring.aliases_of(place, "")?;
    }
    Ok(ask)
}

fn of_found(
    kms: &Kms,
    operation: &str,
    key: &Arc<Key>,
    context: Option<&BTreeMap<String, String>>,
) -> Result<Ask, ServiceError> {
    let mut ask = Ask::new(action(operation)?, key.arn.as_str());
    ask.resource_account = Some(key.place.account);
    ask.resource_policy = Some(Arc::clone(&key.policy));
    let usage = Use { context };
    let grants = kms.keyring.grants(key)?;
    ask.grants = grants
        .iter()
        .filter_map(|grant| grant.for_use(operation, usage))
        .collect();
    ask.resource_tags = key
        .row
        .tags
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    ask.key("kms:KeySpec", key.spec.as_str())
        .key("kms:KeyUsage", key.usage.as_str())
        .key("kms:KeyOrigin", key.row.origin.as_str())
        .key("kms:MultiRegion", key.row.multi_region.is_some());
    if key.row.multi_region.is_some() {
        let kind = if key.is_primary() {
            "PRIMARY"
        } else {
            "REPLICA"
        };
        ask.key("kms:MultiRegionKeyType", kind);
    }
    let aliases = kms.keyring.aliases_of(&key.place, &key.id)?;
    if !aliases.is_empty() {
        ask.key("kms:ResourceAliases", aliases.to_vec());
    }
    if let Some(context) = context {
        of_context(&mut ask, context);
    }
    Ok(ask)
}

fn of_context(ask: &mut Ask, context: &BTreeMap<String, String>) {
    for (key, value) in context {
        ask.key_under("kms:EncryptionContext:", key.as_str(), value.as_str());
    }
    if !context.is_empty() {
        let keys: Vec<String> = context.keys().cloned().collect();
        ask.key("kms:EncryptionContextKeys", keys);
    }
}

/// The key of a ciphertext: the caller's `KeyId`, else the one that the ciphertext names.
fn of_source(
    kms: &Kms,
    call: &Call,
    operation: &str,
    (key_id, context_name): (&str, &str),
    input: &Value,
) -> Result<Ask, ServiceError> {
    let context = context(input, context_name)?;
    if let Some(key_id) = text(input, key_id) {
        return of_named(kms, call, operation, key_id, context.as_ref());
    }
    let blob = match input.member("CiphertextBlob") {
        Some(Value::Blob(blob)) => blob.as_slice(),
        _ => &[],
    };
    let version = version_of_ciphertext(blob).ok_or_else(|| unopened(context.as_ref(), blob))?;
    let mut ask = match read_key_of_ciphertext(kms, call, &version)? {
        Some(key) => of_found(kms, operation, &key, context.as_ref())?,
        // As one that is there: who may not use it is not told whether it is.
        None => {
            let is_foreign = version.account != call.account();
            let place = Place {
                account: version.account,
                region: call.region.clone(),
            };
            let named = Named::Key(place, version.key_id);
            let mut ask = of_missing(kms, operation, &named, is_foreign)?;
            if let Some(context) = &context {
                of_context(&mut ask, context);
            }
            ask
        }
    };
    ask.named_by = NamedBy::Ciphertext;
    Ok(ask)
}

fn of_re_encrypt(kms: &Kms, call: &Call, input: &Value) -> Result<Vec<Ask>, ServiceError> {
    let members = ("SourceKeyId", "SourceEncryptionContext");
    let mut from = of_source(kms, call, "ReEncryptFrom", members, input)?;
    let destination = text(input, "DestinationKeyId")
        .ok_or_else(|| exception::validation("DestinationKeyId is required."))?;
    let context = context(input, "DestinationEncryptionContext")?;
    let mut to = of_named(kms, call, "ReEncryptTo", destination, context.as_ref())?;
    let is_same = from.resource == to.resource;
    for (ask, algorithm) in [
        (&mut from, "SourceEncryptionAlgorithm"),
        (&mut to, "DestinationEncryptionAlgorithm"),
    ] {
        let algorithm = text(input, algorithm).unwrap_or("SYMMETRIC_DEFAULT");
        ask.key("kms:EncryptionAlgorithm", algorithm);
    }
    to.key("kms:ReEncryptOnSameKey", is_same);
    // To whom another's alias is not told, it is told by no condition on the source either; and it is
    // judged whichever key it stands for, which the time that it takes does not tell then.
    let is_told = match &to.named_by {
        NamedBy::Name(_) => {
            let mut to = to.clone();
            of_input(&mut to, call, "ReEncrypt", input);
            kms.authorizer.authorize(call, &to).is_ok()
        }
        NamedBy::Arn | NamedBy::Ciphertext => true,
    };
    from.key("kms:ReEncryptOnSameKey", is_same && is_told);
    Ok(vec![from, to])
}

/// An alias is a resource of its own: leave is needed for it and for each key that it names or will
/// name.
fn of_alias(
    kms: &Kms,
    call: &Call,
    operation: &str,
    input: &Value,
) -> Result<Vec<Ask>, ServiceError> {
    let name = text(input, "AliasName").unwrap_or_default();
    let place = Place::of(call);
    let alias = Ask::new(action(operation)?, place.arn(name).to_string());
    let mut asks = vec![alias];
    if let Some(target) = text(input, "TargetKeyId") {
        asks.push(of_named(kms, call, operation, target, None)?);
    }
    if operation != "CreateAlias"
        && let Some(alias) = kms.keyring.alias(&place, name)?
        && let Some(key) = kms.keyring.key(&place, &alias.target_key_id)?
    {
        asks.push(of_found(kms, operation, &key, None)?);
    }
    Ok(asks)
}

/// Retiring is the right of whom the grant names for it, beside what policies say.
fn of_retirement(kms: &Kms, call: &Call, input: &Value) -> Result<Ask, ServiceError> {
    let (key_id, grant_id) = match text(input, "GrantToken") {
        Some(token) => read_grant_token(kms, token)?,
        None => (
            text(input, "KeyId").unwrap_or_default().to_owned(),
            text(input, "GrantId").unwrap_or_default().to_owned(),
        ),
    };
    let found = Found::of(kms, call, &key_id)?;
    let mut ask = found.ask(kms, "RetireGrant", None)?;
    ask.grants.retain(|granted| granted.grant_id == grant_id);
    if let Some(key) = &found.key {
        let grants = kms.keyring.grants(key)?;
        let retiring = grants.iter().filter(|grant| grant.id == grant_id);
        ask.grants
            .extend(retiring.filter_map(|grant| grant.for_retiring()));
    }
    Ok(ask)
}

/// Tags that a new key gets are leave of their own.
fn of_tags(input: &Value) -> Result<Option<Ask>, ServiceError> {
    let tags = tags(input);
    if tags.is_empty() {
        return Ok(None);
    }
    let mut ask = Ask::new(action("TagResource")?, "*");
    ask.request_tags = tags;
    Ok(Some(ask))
}

/// A replica is a new key as well, of its primary's spec.
fn of_replica(kms: &Kms, call: &Call, input: &Value) -> Result<Vec<Ask>, ServiceError> {
    let key_id = text(input, "KeyId");
    let region = text(input, "ReplicaRegion").and_then(|region| region.parse().ok());
    let found = Found::of(kms, call, required(key_id)?)?;
    let mut asks = vec![found.ask(kms, "ReplicateKey", None)?];
    let mut create = Ask::new(action("CreateKey")?, "*");
    create.request_tags = tags(input);
    if let Some(key) = &found.key {
        create
            .key("kms:KeySpec", key.spec.as_str())
            .key("kms:KeyUsage", key.usage.as_str())
            .key("kms:KeyOrigin", key.row.origin.as_str());
    }
    create
        .key("kms:MultiRegion", true)
        .key("kms:MultiRegionKeyType", "REPLICA");
    create.region.clone_from(&region);
    asks.push(create);
    asks.extend(of_tags(input)?.map(|tags| Ask { region, ..tags }));
    Ok(asks)
}

/// A new primary changes both keys: each one's policy has a say.
fn of_new_primary(kms: &Kms, call: &Call, input: &Value) -> Result<Vec<Ask>, ServiceError> {
    let operation = "UpdatePrimaryRegion";
    let key_id = text(input, "KeyId");
    let found = Found::of(kms, call, required(key_id)?)?;
    let mut asks = vec![found.ask(kms, operation, None)?];
    let region = text(input, "PrimaryRegion").and_then(|region| region.parse().ok());
    if let (Some(key), Some(region)) = (&found.key, region) {
        let place = key.place.in_region(region);
        if let Some(replica) = kms.keyring.key(&place, &key.id)? {
            let region = Some(place.region);
            asks.push(Ask {
                region,
                ..of_found(kms, operation, &replica, None)?
            });
        }
    }
    Ok(asks)
}

/// Who has leave to make grants by a grant gives no more than that one does.
fn of_new_grant(kms: &Kms, call: &Call, input: &Value) -> Result<Ask, ServiceError> {
    let found = Found::of(kms, call, required(text(input, "KeyId"))?)?;
    let mut ask = found.ask(kms, "CreateGrant", None)?;
    let request = CreateGrantRequest::from_value(input.clone())
        .map_err(|error| exception::internal(error.to_string()))?;
    let constraints = request.constraints.as_ref();
    let context = constraints.and_then(|given| {
        let equals = given.encryption_context_equals.as_ref();
        equals.or(given.encryption_context_subset.as_ref())
    });
    if let Some(context) = context {
        of_context(&mut ask, context);
    }
    if let Some(key) = &found.key {
        let grants = kms.keyring.grants(key)?;
        ask.grants = grants
            .iter()
            .filter(|grant| grant.covers(&request.operations, request.constraints.as_ref()))
            .filter_map(Grant::for_creating)
            .collect();
    }
    Ok(ask)
}

fn of_new_key(ask: &mut Ask, input: &Value) {
    let spec = text(input, "KeySpec").or_else(|| text(input, "CustomerMasterKeySpec"));
    let is_multi_region = input.member("MultiRegion").and_then(Value::as_bool);
    ask.request_tags = tags(input);
    ask.key("kms:KeySpec", spec.unwrap_or("SYMMETRIC_DEFAULT"))
        .key(
            "kms:KeyUsage",
            text(input, "KeyUsage").unwrap_or("ENCRYPT_DECRYPT"),
        )
        .key(
            "kms:KeyOrigin",
            text(input, "Origin").unwrap_or(Origin::AwsKms.as_str()),
        )
        .key("kms:MultiRegion", is_multi_region.unwrap_or(false));
    if is_multi_region == Some(true) {
        ask.key("kms:MultiRegionKeyType", "PRIMARY");
    }
}

/// The condition keys whose values are members of the input.
fn of_input(ask: &mut Ask, call: &Call, operation: &str, input: &Value) {
    ask.key("kms:CallerAccount", call.account().to_string());
    const MEMBERS: &[(&str, &str)] = &[
        ("EncryptionAlgorithm", "kms:EncryptionAlgorithm"),
        ("SigningAlgorithm", "kms:SigningAlgorithm"),
        ("MacAlgorithm", "kms:MacAlgorithm"),
        ("KeyAgreementAlgorithm", "kms:KeyAgreementAlgorithm"),
        ("KeyPairSpec", "kms:DataKeyPairSpec"),
        ("GranteePrincipal", "kms:GranteePrincipal"),
        ("RetiringPrincipal", "kms:RetiringPrincipal"),
        ("WrappingAlgorithm", "kms:WrappingAlgorithm"),
        ("WrappingKeySpec", "kms:WrappingKeySpec"),
        ("ReplicaRegion", "kms:ReplicaRegion"),
        ("PrimaryRegion", "kms:PrimaryRegion"),
    ];
    for (member, key) in MEMBERS {
        if let Some(value) = text(input, member) {
            ask.key(key, value);
        }
    }
    let number = |name: &str| input.member(name).and_then(Value::as_i64);
    #[expect(
        clippy::cast_precision_loss,
        reason = "days and lengths: far below 2^52"
    )]
    let numeric = |value: i64| KeyValue::Numeric(value as f64);
    match operation {
        "Encrypt" | "Decrypt" if text(input, "EncryptionAlgorithm").is_none() => {
            ask.key("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT");
        }
        "GenerateDataKey"
        | "GenerateDataKeyWithoutPlaintext"
        | "GenerateDataKeyPair"
        | "GenerateDataKeyPairWithoutPlaintext" => {
            ask.key("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT");
        }
        "Sign" | "Verify" => {
            let kind = text(input, "MessageType").unwrap_or("RAW");
            ask.key("kms:MessageType", kind);
        }
        "CreateGrant" => {
            ask.key("kms:GrantIsForAWSResource", false);
            let operations = input.member("Operations").and_then(Value::as_list);
            let operations = operations
                .into_iter()
                .flatten()
                .filter_map(|operation| operation.as_str().map(str::to_owned));
            ask.key("kms:GrantOperations", operations.collect::<Vec<_>>());
            for kind in ["EncryptionContextEquals", "EncryptionContextSubset"] {
                let constraints = input.member("Constraints");
                if constraints.and_then(|given| given.member(kind)).is_some() {
                    ask.key("kms:GrantConstraintType", kind);
                }
            }
        }
        "ImportKeyMaterial" => {
            let model = text(input, "ExpirationModel").unwrap_or("KEY_MATERIAL_EXPIRES");
            ask.key("kms:ExpirationModel", model);
            if let Some(Value::Timestamp(valid_to)) = input.member("ValidTo") {
                ask.key("kms:ValidTo", Time::from_millis(valid_to.as_millis()));
            }
        }
        "ScheduleKeyDeletion" => {
            let days = number("PendingWindowInDays").unwrap_or(crate::limit::DELETION_WINDOW_DAYS);
            ask.key("kms:ScheduleKeyDeletionPendingWindowInDays", numeric(days));
        }
        "EnableKeyRotation" => {
            let days = number("RotationPeriodInDays").unwrap_or(crate::limit::ROTATION_PERIOD_DAYS);
            ask.key("kms:RotationPeriodInDays", numeric(days));
        }
        "TagResource" => ask.request_tags = tags(input),
        "UntagResource" => {
            let keys = input.member("TagKeys").and_then(Value::as_list);
            ask.tag_keys = keys
                .into_iter()
                .flatten()
                .filter_map(|key| key.as_str().map(str::to_owned))
                .collect();
        }
        _ => {}
    }
    if let Some(bypass) = input
        .member("BypassPolicyLockoutSafetyCheck")
        .and_then(Value::as_bool)
    {
        ask.key("kms:BypassPolicyLockoutSafetyCheck", bypass);
    }
}

fn text<'v>(input: &'v Value, name: &str) -> Option<&'v str> {
    input.member(name)?.as_str()
}

fn context(input: &Value, name: &str) -> Result<Option<BTreeMap<String, String>>, ServiceError> {
    let pairs = input.member(name).and_then(Value::as_map);
    let context: Option<BTreeMap<_, _>> = pairs.and_then(|pairs| {
        let pairs = pairs.iter();
        pairs
            .map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .collect()
    });
    if let Some(context) = &context {
        check_size(context)?;
    }
    Ok(context)
}

fn tags(input: &Value) -> Vec<(String, String)> {
    let tags = input.member("Tags").and_then(Value::as_list);
    tags.into_iter()
        .flatten()
        .filter_map(|tag| {
            let part = |name| tag.member(name)?.as_str().map(str::to_owned);
            Some((part("TagKey")?, part("TagValue")?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without it, another account's key that is there would be told from one that is not.
    #[test]
    fn nobodys_policy_can_be_read() {
        assert!(NOBODYS.is_some());
    }
}
