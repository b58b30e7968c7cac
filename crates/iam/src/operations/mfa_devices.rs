//! Virtual MFA devices. Source: IAM API Reference, `CreateVirtualMFADevice` to `ResyncMFADevice`;
//! IAM User Guide, "Assign a virtual MFA device".

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use types::{AccountId, Call, Principal, Secret, ServiceError};
use zeroize::Zeroizing;

use super::users::{named_or_caller, path};
use crate::account::Account;
use crate::limit::{MFA_DEVICES_MAX, MFA_DEVICES_PER_USER_MAX};
use crate::model::{
    CreateVirtualMFADeviceRequest, CreateVirtualMFADeviceResponse, DeactivateMFADeviceRequest,
    DeleteVirtualMFADeviceRequest, EnableMFADeviceRequest, GetMFADeviceRequest,
    GetMFADeviceResponse, ListMFADevicesRequest, ListMFADevicesResponse,
    ListVirtualMFADevicesRequest, ListVirtualMFADevicesResponse, MFADevice, ResyncMFADeviceRequest,
    User, VirtualMFADevice,
};
use crate::page::page;
use crate::state::{Assigned, MfaRow, time};
use crate::tags::Tags;
use crate::totp::{self, SEED_BYTES};
use crate::{Iam, exception, id, shown};

fn context(account: AccountId, name: &str) -> String {
    format!("iam/mfa/{account}/{}", id::folded(name))
}

impl Iam {
    /// The seed of a device.
    pub(crate) fn mfa_seed(
        &self,
        account: AccountId,
        row: &MfaRow,
    ) -> Result<Secret, ServiceError> {
        let wrapped = BASE64.decode(&row.wrapped).map_err(exception::internal)?;
        let seed = self.wrap.unwrap(&context(account, &row.name), &wrapped);
        seed.map_err(|error| exception::key_wrap(&error))
    }
}

pub(crate) async fn create_virtual_mfa_device(
    iam: &Iam,
    call: &Call,
    input: CreateVirtualMFADeviceRequest,
) -> Result<CreateVirtualMFADeviceResponse, ServiceError> {
    iam.change(call, |draft| {
        let name = &input.virtual_mfa_device_name;
        if draft.account.mfa.contains_key(&id::folded(name)) {
            return Err(exception::already_exists(
                "MFADevice entity at the same path and name already exists.",
            ));
        }
        if draft.account.mfa.len() >= MFA_DEVICES_MAX {
            return Err(exception::quota(
                "VirtualMFADevicesPerAccount",
                MFA_DEVICES_MAX,
            ));
        }
        let mut seed = Zeroizing::new([0; SEED_BYTES]);
        iam.entropy
            .fill(seed.as_mut())
            .map_err(exception::entropy)?;
        let wrapped = iam.wrap.wrap(&context(draft.id(), name), seed.as_ref());
        let shown = base32(seed.as_ref());
        let row = MfaRow {
            name: name.clone(),
            path: path(input.path.as_ref()),
            wrapped: BASE64.encode(wrapped.map_err(|error| exception::key_wrap(&error))?),
            tags: Tags::new(input.tags.clone())?,
            assigned: None,
        };
        let device = VirtualMFADevice {
            serial_number: row.serial(draft.id()),
            base32_string_seed: Some(shown.into_bytes()),
            qr_code_png: None,
            user: None,
            enable_date: None,
            tags: row.tags.shown(),
        };
        draft.put(row)?;
        Ok(CreateVirtualMFADeviceResponse {
            virtual_mfa_device: device,
        })
    })
    .await
}

/// Of whole groups of five bytes, as seeds are.
fn base32(bytes: &[u8]) -> String {
    let group = |group: &[u8]| {
        let bits = group
            .iter()
            .fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        id::base32(bits, 8)
    };
    bytes.chunks_exact(5).map(group).collect()
}

pub(crate) async fn delete_virtual_mfa_device(
    iam: &Iam,
    call: &Call,
    input: DeleteVirtualMFADeviceRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let device = draft.account.mfa_device(&input.serial_number)?;
        if device.assigned.is_some() {
            return Err(exception::delete_conflict_because(
                "MFA VirtualDevice in use. Must deactivate first.",
            ));
        }
        draft.delete::<MfaRow>(&id::folded(&device.name));
        Ok(())
    })
    .await
}

fn wrong_codes() -> ServiceError {
    ServiceError::sender(
        "InvalidAuthenticationCode",
        "Authentication code for device is not valid.",
    )
    .with_status(403)
}

/// The folded name of a user; the root is named by itself only.
fn assignee(account: &Account, call: &Call, name: &str) -> Result<Option<String>, ServiceError> {
    let is_root = name == "root" && matches!(call.principal, Principal::Root(_));
    if is_root && !account.users.contains_key("root") {
        return Ok(None);
    }
    Ok(Some(id::folded(&account.user(name)?.name)))
}

pub(crate) async fn enable_mfa_device(
    iam: &Iam,
    call: &Call,
    input: EnableMFADeviceRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let user = assignee(&draft.account, call, &input.user_name)?;
        let mut device = MfaRow::clone(draft.account.mfa_device(&input.serial_number)?.as_ref());
        if device.assigned.is_some() {
            return Err(exception::already_exists("MFA device is already in use."));
        }
        let mine = devices_of(&draft.account, user.as_ref()).count();
        if mine >= MFA_DEVICES_PER_USER_MAX {
            return Err(exception::quota(
                "MfaDevicesPerUser",
                MFA_DEVICES_PER_USER_MAX,
            ));
        }
        let seed = iam.mfa_seed(draft.id(), &device)?;
        let (first, second) = (&input.authentication_code1, &input.authentication_code2);
        let drift_steps =
            totp::drift(seed.expose(), draft.now, first, second).ok_or_else(wrong_codes)?;
        device.assigned = Some(Assigned {
            user,
            enabled_ms: draft.now.as_millis(),
            drift_steps,
        });
        draft.put(device)
    })
    .await
}

fn devices_of<'a>(
    account: &'a Account,
    user: Option<&'a String>,
) -> impl Iterator<Item = (&'a MfaRow, &'a Assigned)> {
    account.mfa.values().filter_map(move |device| {
        let assigned = device.assigned.as_ref()?;
        (assigned.user.as_ref() == user).then_some((device.as_ref(), assigned))
    })
}

/// A device that is the user's.
fn device_of(
    account: &Account,
    user: Option<&String>,
    serial: &str,
) -> Result<MfaRow, ServiceError> {
    let device = account.mfa_device(serial)?;
    match &device.assigned {
        Some(assigned) if assigned.user.as_ref() == user => Ok(MfaRow::clone(&device)),
        _ => Err(exception::no_such_entity("MFA Device invalid for user.")),
    }
}

pub(crate) async fn deactivate_mfa_device(
    iam: &Iam,
    call: &Call,
    input: DeactivateMFADeviceRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let name = named_or_caller(call, input.user_name.as_ref())?;
        let user = match name {
            Some(name) => assignee(&draft.account, call, &name)?,
            None => None,
        };
        let mut device = device_of(&draft.account, user.as_ref(), &input.serial_number)?;
        device.assigned = None;
        draft.put(device)
    })
    .await
}

pub(crate) async fn resync_mfa_device(
    iam: &Iam,
    call: &Call,
    input: ResyncMFADeviceRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let user = assignee(&draft.account, call, &input.user_name)?;
        let mut device = device_of(&draft.account, user.as_ref(), &input.serial_number)?;
        let seed = iam.mfa_seed(draft.id(), &device)?;
        let (first, second) = (&input.authentication_code1, &input.authentication_code2);
        let drift = totp::drift(seed.expose(), draft.now, first, second).ok_or_else(wrong_codes)?;
        if let Some(assigned) = &mut device.assigned {
            assigned.drift_steps = drift;
        }
        draft.put(device)
    })
    .await
}

pub(crate) async fn list_mfa_devices(
    iam: &Iam,
    call: &Call,
    input: ListMFADevicesRequest,
) -> Result<ListMFADevicesResponse, ServiceError> {
    let account = iam.account_of(call);
    let name = named_or_caller(call, input.user_name.as_ref())?;
    let user = match &name {
        Some(name) => assignee(&account, call, name)?,
        None => None,
    };
    let user_name = match &user {
        Some(key) => account.users.get(key).map(|user| user.name.clone()),
        None => Some("root".to_owned()),
    };
    let user_name = user_name.unwrap_or_default();
    let devices = devices_of(&account, user.as_ref()).map(|(device, assigned)| {
        let shown = MFADevice {
            user_name: user_name.clone(),
            serial_number: device.serial(account.id),
            enable_date: time(assigned.enabled_ms),
        };
        (id::folded(&device.name), shown)
    });
    let page = page(devices, input.marker.as_deref(), input.max_items)?;
    Ok(ListMFADevicesResponse {
        mfa_devices: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn list_virtual_mfa_devices(
    iam: &Iam,
    call: &Call,
    input: ListVirtualMFADevicesRequest,
) -> Result<ListVirtualMFADevicesResponse, ServiceError> {
    let account = iam.account_of(call);
    let status = input.assignment_status.as_deref().unwrap_or("Any");
    let devices = account.mfa.iter().filter(|(_, device)| match status {
        "Assigned" => device.assigned.is_some(),
        "Unassigned" => device.assigned.is_none(),
        _ => true,
    });
    let devices = devices.map(|(key, device)| {
        let shown = VirtualMFADevice {
            serial_number: device.serial(account.id),
            base32_string_seed: None,
            qr_code_png: None,
            user: device.assigned.as_ref().map(|to| user_of(&account, to)),
            enable_date: device.assigned.as_ref().map(|to| time(to.enabled_ms)),
            tags: None,
        };
        (key.clone(), shown)
    });
    let page = page(devices, input.marker.as_deref(), input.max_items)?;
    Ok(ListVirtualMFADevicesResponse {
        virtual_mfa_devices: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

/// Whose a device is, as it is listed.
fn user_of(account: &Account, assigned: &Assigned) -> User {
    let user = assigned
        .user
        .as_ref()
        .and_then(|key| account.users.get(key));
    match user {
        Some(user) => shown::user(account.id, user),
        None => User {
            path: "/".to_owned(),
            user_name: "root".to_owned(),
            user_id: account.id.to_string(),
            arn: Principal::Root(account.id).arn().to_string(),
            create_date: time(account.settings().created_ms),
            password_last_used: None,
            permissions_boundary: None,
            tags: None,
        },
    }
}

pub(crate) async fn get_mfa_device(
    iam: &Iam,
    call: &Call,
    input: GetMFADeviceRequest,
) -> Result<GetMFADeviceResponse, ServiceError> {
    let account = iam.account_of(call);
    let device = account.mfa_device(&input.serial_number)?;
    let user_name = match (&device.assigned, &input.user_name) {
        (Some(assigned), wanted) => {
            let owner = assigned
                .user
                .as_ref()
                .and_then(|key| account.users.get(key));
            let is_wanted = wanted.as_ref().is_none_or(|wanted| {
                owner.is_some_and(|owner| id::folded(&owner.name) == id::folded(wanted))
            });
            if !is_wanted {
                return Err(exception::no_such_entity("MFA Device invalid for user."));
            }
            owner.map(|owner| owner.name.clone())
        }
        (None, None) => None,
        (None, Some(_)) => return Err(exception::no_such_entity("MFA Device invalid for user.")),
    };
    Ok(GetMFADeviceResponse {
        user_name,
        serial_number: device.serial(account.id),
        enable_date: device.assigned.as_ref().map(|to| time(to.enabled_ms)),
        certifications: None,
    })
}
