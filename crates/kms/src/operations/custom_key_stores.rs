//! CreateCustomKeyStore, ConnectCustomKeyStore, DisconnectCustomKeyStore, DescribeCustomKeyStores,
//! UpdateCustomKeyStore, DeleteCustomKeyStore. Source: AWS KMS API Reference.

use types::{Call, Secret, ServiceError, Time};

use super::{check_marker, page};
use crate::custom_key_store::{TokenCluster, Unconnected};
use crate::exception;
use crate::key::Key;
use crate::limit::{CUSTOM_KEY_STORES_MAX, PAGE_ITEMS};
use crate::model::{
    ConnectCustomKeyStoreRequest, ConnectCustomKeyStoreResponse, CreateCustomKeyStoreRequest,
    CreateCustomKeyStoreResponse, CustomKeyStoresListEntry, DeleteCustomKeyStoreRequest,
    DeleteCustomKeyStoreResponse, DescribeCustomKeyStoresRequest, DescribeCustomKeyStoresResponse,
    DisconnectCustomKeyStoreRequest, DisconnectCustomKeyStoreResponse, UpdateCustomKeyStoreRequest,
    UpdateCustomKeyStoreResponse,
};
use crate::place::Place;
use crate::service::Kms;
use crate::state::{self, Backing, Connection, KeyRow, StoreRow};

fn refused(code: &'static str, message: impl Into<String>) -> ServiceError {
    exception::custom_key_store(code, message)
}

fn invalid_state(store_id: &str, is: &str, must: &str) -> ServiceError {
    refused(
        "CustomKeyStoreInvalidStateException",
        format!("The custom key store {store_id} is {is}: it must be {must} for this."),
    )
}

pub(crate) async fn create_custom_key_store(
    kms: &Kms,
    call: &Call,
    input: CreateCustomKeyStoreRequest,
) -> Result<CreateCustomKeyStoreResponse, ServiceError> {
    let place = Place::of(call);
    let store_id = new_store_id(kms)?;
    let backing = match input.custom_key_store_type.as_deref() {
        None | Some("AWS_CLOUDHSM") => of_token(kms, &place, &store_id, &input)?,
        _ => {
            return Err(exception::unsupported(
                "CustomKeyStoreType EXTERNAL_KEY_STORE is not supported yet: it is AWS_CLOUDHSM.",
            ));
        }
    };
    let name = input.custom_key_store_name;
    kms.change_stores(call, &place, |draft| {
        let all = kms.stores.all(&place)?;
        if all.len() >= CUSTOM_KEY_STORES_MAX {
            return Err(exception::limit_exceeded(format!(
                "There are {CUSTOM_KEY_STORES_MAX} custom key stores in this account and Region \
                 already."
            )));
        }
        check_name(&all, &name, None)?;
        check_cluster_is_free(&all, &backing, None)?;
        let row = StoreRow {
            name: name.clone(),
            created: draft.now.as_millis(),
            connection: Connection::Disconnected,
            backing: backing.clone(),
        };
        put(draft, &place, &store_id, &row)
    })
    .await?;
    Ok(CreateCustomKeyStoreResponse {
        custom_key_store_id: Some(store_id),
    })
}

fn put(
    draft: &mut crate::draft::Draft,
    place: &Place,
    store_id: &str,
    row: &StoreRow,
) -> Result<(), ServiceError> {
    let at = state::store(place, store_id);
    draft.batch.put(at, state::write(row)?);
    Ok(())
}

/// AWS's form: `cks-` and 17 hexadecimal digits.
fn new_store_id(kms: &Kms) -> Result<String, ServiceError> {
    let mut random = [0; 9];
    kms.entropy
        .fill(&mut random)
        .map_err(|error| exception::internal(error.to_string()))?;
    let digits: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!(
        "cks-{}",
        digits.chars().take(17).collect::<String>()
    ))
}

fn check_name(
    all: &[(String, StoreRow)],
    name: &str,
    own: Option<&str>,
) -> Result<(), ServiceError> {
    let mut others = all.iter().filter(|(id, _)| own != Some(id));
    match others.find(|(_, row)| row.name == name) {
        Some(_) => Err(refused(
            "CustomKeyStoreNameInUseException",
            format!("Another custom key store of this account and Region has the name {name}."),
        )),
        None => Ok(()),
    }
}

fn check_cluster_is_free(
    all: &[(String, StoreRow)],
    backing: &Backing,
    own: Option<&str>,
) -> Result<(), ServiceError> {
    let Backing::AwsCloudhsm { cluster_id, .. } = backing;
    for (id, row) in all.iter().filter(|(id, _)| own != Some(id)) {
        let Backing::AwsCloudhsm {
            cluster_id: other, ..
        } = &row.backing;
        if other == cluster_id {
            return Err(refused(
                "CloudHsmClusterInUseException",
                format!("{cluster_id} is associated with the custom key store {id} already."),
            ));
        }
    }
    Ok(())
}

fn of_token(
    kms: &Kms,
    place: &Place,
    store_id: &str,
    input: &CreateCustomKeyStoreRequest,
) -> Result<Backing, ServiceError> {
    let is_of_proxy = input.xks_proxy_uri_endpoint.is_some()
        || input.xks_proxy_uri_path.is_some()
        || input.xks_proxy_connectivity.is_some()
        || input.xks_proxy_authentication_credential.is_some()
        || input.xks_proxy_vpc_endpoint_service_name.is_some()
        || input.xks_proxy_vpc_endpoint_service_owner.is_some();
    if is_of_proxy {
        return Err(exception::validation(
            "XksProxy members are not valid with CustomKeyStoreType AWS_CLOUDHSM.",
        ));
    }
    let (Some(cluster_id), Some(trust_anchor), Some(password)) = (
        &input.cloud_hsm_cluster_id,
        &input.trust_anchor_certificate,
        &input.key_store_password,
    ) else {
        return Err(exception::validation(
            "CloudHsmClusterId, TrustAnchorCertificate and KeyStorePassword are required with \
             CustomKeyStoreType AWS_CLOUDHSM.",
        ));
    };
    let cluster = cluster(kms, place, cluster_id)?;
    if let Some(expected) = &cluster.trust_anchor
        && expected.trim() != trust_anchor.trim()
    {
        return Err(refused(
            "IncorrectTrustAnchorException",
            format!("TrustAnchorCertificate is not the trust anchor of {cluster_id}."),
        ));
    }
    let password = Secret::new(password.clone().into_bytes());
    Ok(Backing::AwsCloudhsm {
        cluster_id: cluster_id.clone(),
        trust_anchor: trust_anchor.clone(),
        password: kms.stores.wrap(place, store_id, &password)?,
    })
}

fn cluster<'k>(
    kms: &'k Kms,
    place: &Place,
    cluster_id: &str,
) -> Result<&'k TokenCluster, ServiceError> {
    kms.stores
        .cluster(place.account, cluster_id)
        .ok_or_else(|| {
            refused(
                "CloudHsmClusterNotFoundException",
                format!(
                    "There is no {cluster_id} for this account: the operator names tokens in btz's \
                 configuration ([[kms.token]])."
                ),
            )
        })
}

pub(crate) async fn connect_custom_key_store(
    kms: &Kms,
    call: &Call,
    input: ConnectCustomKeyStoreRequest,
) -> Result<ConnectCustomKeyStoreResponse, ServiceError> {
    let place = Place::of(call);
    let store_id = &input.custom_key_store_id;
    let (revision, row) = kms.stores.named(&place, store_id)?;
    match row.connection {
        Connection::Connected => return Ok(ConnectCustomKeyStoreResponse {}),
        Connection::Failed(_) => {
            return Err(invalid_state(store_id, "FAILED", "disconnected first"));
        }
        Connection::Disconnected => {}
    }
    let connection = match kms.stores.connect(&place, store_id, &row).await {
        Ok(()) => Connection::Connected,
        Err(Unconnected::Failed(code)) => Connection::Failed(code.to_owned()),
        Err(Unconnected::Refused(error)) => return Err(error),
    };
    kms.change_stores(call, &place, |draft| {
        let (now, mut row) = kms.stores.named(&place, store_id)?;
        // What was tried is what is connected: somebody may have changed the store meanwhile.
        if now != revision {
            return Err(invalid_state(store_id, "being changed", "left alone"));
        }
        row.connection = connection.clone();
        put(draft, &place, store_id, &row)
    })
    .await?;
    Ok(ConnectCustomKeyStoreResponse {})
}

pub(crate) async fn disconnect_custom_key_store(
    kms: &Kms,
    call: &Call,
    input: DisconnectCustomKeyStoreRequest,
) -> Result<DisconnectCustomKeyStoreResponse, ServiceError> {
    let place = Place::of(call);
    let store_id = &input.custom_key_store_id;
    kms.change_stores(call, &place, |draft| {
        let (_, mut row) = kms.stores.named(&place, store_id)?;
        if row.connection == Connection::Disconnected {
            return Err(invalid_state(store_id, "DISCONNECTED", "connected"));
        }
        row.connection = Connection::Disconnected;
        put(draft, &place, store_id, &row)
    })
    .await?;
    kms.stores.disconnect(&place, store_id);
    Ok(DisconnectCustomKeyStoreResponse {})
}

pub(crate) async fn describe_custom_key_stores(
    kms: &Kms,
    call: &Call,
    input: DescribeCustomKeyStoresRequest,
) -> Result<DescribeCustomKeyStoresResponse, ServiceError> {
    check_marker(input.marker.as_deref())?;
    let place = Place::of(call);
    let (wanted_id, wanted_name) = (
        input.custom_key_store_id.as_deref(),
        input.custom_key_store_name.as_deref(),
    );
    if wanted_id.is_some() && wanted_name.is_some() {
        return Err(exception::validation(
            "Give CustomKeyStoreId or CustomKeyStoreName, not both.",
        ));
    }
    let mut all = kms.stores.all(&place)?;
    all.retain(|(id, row)| {
        wanted_id.is_none_or(|wanted| wanted == id)
            && wanted_name.is_none_or(|wanted| wanted == row.name)
    });
    if all.is_empty()
        && let Some(wanted) = wanted_id.or(wanted_name)
    {
        return Err(refused(
            "CustomKeyStoreNotFoundException",
            format!("There is no custom key store {wanted}."),
        ));
    }
    let (listed, next) = page(
        all,
        (input.limit, PAGE_ITEMS),
        input.marker.as_deref(),
        |(id, _)| id.as_str(),
    );
    Ok(DescribeCustomKeyStoresResponse {
        custom_key_stores: Some(listed.into_iter().map(entry).collect()),
        truncated: Some(next.is_some()),
        next_marker: next,
    })
}

fn entry((id, row): (String, StoreRow)) -> CustomKeyStoresListEntry {
    let (state, code) = match row.connection {
        Connection::Connected => ("CONNECTED", None),
        Connection::Disconnected => ("DISCONNECTED", None),
        Connection::Failed(code) => ("FAILED", Some(code)),
    };
    let Backing::AwsCloudhsm {
        cluster_id,
        trust_anchor,
        ..
    } = row.backing;
    CustomKeyStoresListEntry {
        custom_key_store_id: Some(id),
        custom_key_store_name: Some(row.name),
        cloud_hsm_cluster_id: Some(cluster_id),
        trust_anchor_certificate: Some(trust_anchor),
        connection_state: Some(state.to_owned()),
        connection_error_code: code,
        creation_date: Some(Time::from_millis(row.created)),
        custom_key_store_type: Some("AWS_CLOUDHSM".to_owned()),
        xks_proxy_configuration: None,
    }
}

pub(crate) async fn update_custom_key_store(
    kms: &Kms,
    call: &Call,
    input: UpdateCustomKeyStoreRequest,
) -> Result<UpdateCustomKeyStoreResponse, ServiceError> {
    let place = Place::of(call);
    let store_id = &input.custom_key_store_id;
    kms.stores.named(&place, store_id)?;
    let is_of_proxy = input.xks_proxy_uri_endpoint.is_some()
        || input.xks_proxy_uri_path.is_some()
        || input.xks_proxy_connectivity.is_some()
        || input.xks_proxy_authentication_credential.is_some()
        || input.xks_proxy_vpc_endpoint_service_name.is_some()
        || input.xks_proxy_vpc_endpoint_service_owner.is_some();
    if is_of_proxy {
        return Err(exception::validation(
            "XksProxy members are not valid for a custom key store of type AWS_CLOUDHSM.",
        ));
    }
    let password = match &input.key_store_password {
        Some(password) => {
            let password = Secret::new(password.clone().into_bytes());
            Some(kms.stores.wrap(&place, store_id, &password)?)
        }
        None => None,
    };
    kms.change_stores(call, &place, |draft| {
        let (_, mut row) = kms.stores.named(&place, store_id)?;
        let all = kms.stores.all(&place)?;
        let changes_backing = password.is_some() || input.cloud_hsm_cluster_id.is_some();
        if changes_backing && row.connection != Connection::Disconnected {
            return Err(invalid_state(store_id, "not disconnected", "DISCONNECTED"));
        }
        if let Some(name) = &input.new_custom_key_store_name {
            check_name(&all, name, Some(store_id))?;
            row.name.clone_from(name);
        }
        let Backing::AwsCloudhsm {
            cluster_id,
            trust_anchor,
            password: kept,
        } = &mut row.backing;
        if let Some(wanted) = &input.cloud_hsm_cluster_id
            && wanted != cluster_id
        {
            let related = cluster(kms, &place, wanted)?.trust_anchor.as_deref();
            if related.map(str::trim) != Some(trust_anchor.trim()) {
                return Err(refused(
                    "CloudHsmClusterNotRelatedException",
                    format!("{wanted} has not the trust anchor of {cluster_id}."),
                ));
            }
            cluster_id.clone_from(wanted);
        }
        if let Some(password) = &password {
            kept.clone_from(password);
        }
        check_cluster_is_free(&all, &row.backing, Some(store_id))?;
        put(draft, &place, store_id, &row)
    })
    .await?;
    Ok(UpdateCustomKeyStoreResponse {})
}

pub(crate) async fn delete_custom_key_store(
    kms: &Kms,
    call: &Call,
    input: DeleteCustomKeyStoreRequest,
) -> Result<DeleteCustomKeyStoreResponse, ServiceError> {
    let place = Place::of(call);
    let store_id = &input.custom_key_store_id;
    kms.change_stores(call, &place, |draft| {
        let (_, row) = kms.stores.named(&place, store_id)?;
        if row.connection == Connection::Connected {
            return Err(invalid_state(store_id, "CONNECTED", "DISCONNECTED"));
        }
        for row in kms.keyring.view.under(&state::keys(&place)) {
            let key: KeyRow = state::read(&row)?;
            if key.in_store.is_some_and(|at| at.store_id == *store_id) {
                let arn = Key::of(&row)?.arn;
                return Err(refused(
                    "CustomKeyStoreHasCMKsException",
                    format!(
                        "The custom key store {store_id} has keys, such as {arn}: schedule their \
                         deletion, and wait for it."
                    ),
                ));
            }
        }
        draft.batch.delete(state::store(&place, store_id));
        Ok(())
    })
    .await?;
    kms.stores.disconnect(&place, store_id);
    Ok(DeleteCustomKeyStoreResponse {})
}
