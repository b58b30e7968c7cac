//! What a call of IAM, STS or the own API asks leave for. Source: Service Authorization Reference,
//! "Actions, resources, and condition keys for AWS Identity and Access Management" and "... AWS
//! Security Token Service".
//!
//! IAM's inputs name most things without their path: the ARN that is asked about is that of the row,
//! or, where there is none, the one that it would have.

use std::sync::LazyLock;

use policy::authorization::{Ask, Guarded, Table};
use types::{Call, Principal, ServiceError};
use wire::Value;

use crate::account::Account;
use crate::operations::oidc_providers;
use crate::state::{Permissions, RoleRow, UserRow};
use crate::{Accounts, Iam, Sts, id, service_linked};

static IAM: LazyLock<Table> = LazyLock::new(|| Table::embedded(include_str!("authorization.json")));
static STS: LazyLock<Table> =
    LazyLock::new(|| Table::embedded(include_str!("sts/authorization.json")));

/// What is known of the resource of a call.
#[derive(Default)]
struct Resource {
    arn: String,
    tags: Vec<(String, String)>,
    boundary: Option<String>,
}

impl Guarded for Iam {
    fn actions(&self) -> &'static Table {
        &IAM
    }

    fn asks(&self, call: &Call, operation: &str, input: &Value) -> Result<Vec<Ask>, ServiceError> {
        if is_short_of_identity(call) {
            let text = "The security token included in the request is invalid";
            return Err(ServiceError::sender("InvalidClientTokenId", text).with_status(403));
        }
        let account = self.account_of(call);
        let mut asks = IAM.asks(call, operation, input)?;
        // One resource is all that IAM's operations have.
        asks.truncate(1);
        let text = |name: &str| input.member(name).and_then(Value::as_str);
        for ask in &mut asks {
            let action = IAM.action(operation);
            let kinds = action.iter().flat_map(|action| &action.resources);
            let kinds: Vec<&str> = kinds.map(|form| form.kind.as_str()).collect();
            let found = named_by_id(&account, operation, input);
            let found = found.or_else(|| resource(&account, call, &kinds, input));
            if let Some(resource) = found {
                ask.resource = resource.arn;
                for (key, value) in &resource.tags {
                    ask.key_under("iam:ResourceTag/", key.as_str(), value.as_str());
                }
                ask.resource_tags = resource.tags;
                let boundary = text("PermissionsBoundary").map(str::to_owned);
                if let Some(boundary) = boundary.or(resource.boundary) {
                    ask.key("iam:PermissionsBoundary", boundary);
                }
            }
            if let Some(arn) = text("PolicyArn").filter(|_| operation.contains("tach")) {
                ask.key("iam:PolicyARN", arn);
            }
            if let Some(service) = text("AWSServiceName") {
                ask.key("iam:AWSServiceName", service);
            }
            if let Some(service) = text("ServiceName") {
                ask.key("iam:ServiceSpecificCredentialServiceName", service);
            }
        }
        // Who renames needs leave for the new name as well: policies elsewhere may name it.
        let renamed = match operation {
            "UpdateUser" => Some(("user", "UserName", "NewUserName")),
            "UpdateGroup" => Some(("group", "GroupName", "NewGroupName")),
            "UpdateServerCertificate" => Some((
                "server-certificate",
                "ServerCertificateName",
                "NewServerCertificateName",
            )),
            _ => None,
        };
        if let (Some((kind, old, new)), Some(first)) = (renamed, asks.first())
            && let Some(name) = text(new).or_else(|| text(old))
            && (text(new).is_some() || text("NewPath").is_some())
        {
            let action = first.action;
            let path = text("NewPath").or_else(|| path_of(&first.resource, kind));
            let arn = would_be(&account, kind, path, name);
            asks.push(Ask::new(action, arn));
        }
        if operation == "AddRoleToInstanceProfile"
            && let Some(role) = text("RoleName")
        {
            let resource = role_resource(&account, role, None);
            let mut pass = Ask::new("iam:PassRole", resource.arn);
            pass.key("iam:PassedToService", "ec2.amazonaws.com");
            pass.resource_tags = resource.tags;
            asks.push(pass);
        }
        Ok(asks)
    }
}

/// The user whom an access key or an MFA device is of, where that is what a call names: leave is
/// needed for its owner, whoever it is. What is nobody's is asked for as everybody's.
fn named_by_id(account: &Account, operation: &str, input: &Value) -> Option<Resource> {
    let text = |name: &str| input.member(name).and_then(Value::as_str);
    let owner = match operation {
        "GetAccessKeyLastUsed" => {
            let key = account.access_keys.get(text("AccessKeyId")?);
            key.and_then(|key| key.user.clone())
        }
        "GetMFADevice" => {
            let device = account.mfa_device(text("SerialNumber")?).ok();
            device.and_then(|device| device.assigned.as_ref()?.user.clone())
        }
        _ => return None,
    };
    let owner = owner.and_then(|key| account.users.get(&key));
    Some(match owner {
        Some(row) => with_permissions(row.arn(account.id), row.tags.pairs(), &row.permissions),
        None => Resource {
            arn: "*".to_owned(),
            ..Resource::default()
        },
    })
}

fn resource(account: &Account, call: &Call, kinds: &[&str], input: &Value) -> Option<Resource> {
    let text = |name: &str| input.member(name).and_then(Value::as_str);
    let path = text("Path");
    let plain = |arn: String| Resource {
        arn,
        ..Resource::default()
    };
    if let Some(arn) = text("PolicySourceArn").or_else(|| text("OpenIDConnectProviderArn")) {
        return Some(plain(arn.to_owned()));
    }
    let [kind, ..] = kinds else {
        return None;
    };
    Some(match *kind {
        "user" => match (text("UserName"), &call.principal) {
            (Some(name), _) => user_resource(account, name, path),
            (None, Principal::User(user)) => user_resource(account, &user.name, None),
            (None, _) => plain(call.principal.arn().to_string()),
        },
        "role" => match (text("RoleName"), text("AWSServiceName")) {
            (Some(name), _) => role_resource(account, name, path),
            (None, Some(service)) => {
                let name = service_linked::find(service).map_or("*", |linked| linked.role);
                let path = format!("/aws-service-role/{service}/");
                role_resource(account, name, Some(&path))
            }
            (None, None) => return None,
        },
        "group" => {
            let name = text("GroupName")?;
            let row = account.groups.get(&id::folded(name));
            let arn = row.map(|row| row.arn(account.id));
            plain(arn.unwrap_or_else(|| would_be(account, "group", path, name)))
        }
        "policy" => match (text("PolicyArn"), text("PolicyName")) {
            (Some(arn), _) => Resource {
                tags: account
                    .own_policy(arn)
                    .map(|row| row.tags.pairs().to_vec())
                    .unwrap_or_default(),
                ..plain(arn.to_owned())
            },
            (None, Some(name)) => plain(would_be(account, "policy", path, name)),
            (None, None) => return None,
        },
        "instance-profile" => {
            let name = text("InstanceProfileName")?;
            let row = account.instance_profiles.get(&id::folded(name));
            let arn = row.map(|row| row.arn(account.id));
            Resource {
                tags: row.map(|row| row.tags.pairs().to_vec()).unwrap_or_default(),
                ..plain(arn.unwrap_or_else(|| would_be(account, "instance-profile", path, name)))
            }
        }
        "mfa" => match (text("SerialNumber"), text("VirtualMFADeviceName")) {
            (Some(serial), _) => plain(serial.to_owned()),
            (None, Some(name)) => plain(would_be(account, "mfa", path, name)),
            (None, None) => return None,
        },
        "oidc-provider" => {
            let url = text("Url")?;
            // What is no URL of a provider is refused; it is asked for as it stands.
            let url = oidc_providers::url(url).unwrap_or_else(|_| url.to_owned());
            plain(would_be(account, "oidc-provider", None, &url))
        }
        "server-certificate" => {
            let name = text("ServerCertificateName")?;
            let row = account.server_certificates.get(&id::folded(name));
            let arn = row.map(|row| row.arn(account.id));
            plain(arn.unwrap_or_else(|| would_be(account, "server-certificate", path, name)))
        }
        _ => return None,
    })
}

/// Whether the credentials are of a session that may not manage identities: a federated user's, and
/// those of GetSessionToken that were had without a second factor. Source: IAM User Guide, "Compare
/// AWS STS credentials".
fn is_short_of_identity(call: &Call) -> bool {
    match (&call.principal, &call.session) {
        (Principal::FederatedUser(_), _) => true,
        (Principal::User(_) | Principal::Root(_), Some(session)) => session.mfa.is_none(),
        _ => false,
    }
}

/// The path in the ARN of a user, group or certificate.
fn path_of<'a>(arn: &'a str, kind: &str) -> Option<&'a str> {
    let (_, rest) = arn.split_once(&format!(":{kind}"))?;
    let end = rest.rfind('/')?;
    rest.get(..=end)
}

fn would_be(account: &Account, kind: &str, path: Option<&str>, name: &str) -> String {
    id::arn(account.id, kind, path.unwrap_or("/"), name)
}

fn with_permissions(arn: String, tags: &[(String, String)], permissions: &Permissions) -> Resource {
    Resource {
        arn,
        tags: tags.to_vec(),
        boundary: permissions.boundary.clone(),
    }
}

fn user_resource(account: &Account, name: &str, path: Option<&str>) -> Resource {
    match account
        .users
        .get(&id::folded(name))
        .map(AsRef::<UserRow>::as_ref)
    {
        Some(row) => with_permissions(row.arn(account.id), row.tags.pairs(), &row.permissions),
        None => Resource {
            arn: would_be(account, "user", path, name),
            ..Resource::default()
        },
    }
}

fn role_resource(account: &Account, name: &str, path: Option<&str>) -> Resource {
    match account
        .roles
        .get(&id::folded(name))
        .map(AsRef::<RoleRow>::as_ref)
    {
        Some(row) => with_permissions(row.arn(account.id), row.tags.pairs(), &row.permissions),
        None => Resource {
            arn: would_be(account, "role", path, name),
            ..Resource::default()
        },
    }
}

impl Guarded for Sts {
    fn actions(&self) -> &'static Table {
        &STS
    }

    /// AssumeRole and its kin judge for themselves: the role's trust policy, the second factor that
    /// comes with the call and the session's tags decide together. Who one is may be asked, and one's
    /// own session token had, without leave.
    fn asks(&self, call: &Call, operation: &str, input: &Value) -> Result<Vec<Ask>, ServiceError> {
        const WITHOUT_LEAVE: [&str; 4] = [
            "AssumeRole",
            "AssumeRoleWithWebIdentity",
            "GetCallerIdentity",
            "GetSessionToken",
        ];
        const OF_ALL_SESSIONS: [&str; 2] = ["AssumeRole", "GetCallerIdentity"];
        let is_federated = matches!(call.principal, Principal::FederatedUser(_));
        let is_refused = (is_federated && operation != "GetCallerIdentity")
            || (is_short_of_identity(call) && !OF_ALL_SESSIONS.contains(&operation));
        if is_refused {
            let text = format!("Cannot call {operation} with session credentials");
            return Err(ServiceError::sender("AccessDenied", text).with_status(403));
        }
        if WITHOUT_LEAVE.contains(&operation) {
            return Ok(Vec::new());
        }
        let mut asks = STS.asks(call, operation, input)?;
        if operation == "GetFederationToken"
            && let Some(name) = input.member("Name").and_then(Value::as_str)
        {
            asks.truncate(1);
            let account = call.account().to_string();
            for ask in &mut asks {
                ask.resource = format!("arn:aws:sts::{account}:federated-user/{name}");
            }
            // Its tags will be what conditions on aws:PrincipalTag see.
            let tags = policy::authorization::request_tags(input);
            if !tags.is_empty() {
                let resource = format!("arn:aws:sts::{account}:federated-user/{name}");
                asks.push(Ask {
                    request_tags: tags,
                    ..Ask::new("sts:TagSession", resource)
                });
            }
        }
        Ok(asks)
    }
}

impl Guarded for Accounts {
    fn actions(&self) -> &'static Table {
        static BTZ: LazyLock<Table> = LazyLock::new(|| Table::of_own_api(crate::accounts::model()));
        &BTZ
    }
}
