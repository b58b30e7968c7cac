//! CreateCustomKeyStore, ConnectCustomKeyStore, DisconnectCustomKeyStore, DescribeCustomKeyStores,
//! UpdateCustomKeyStore, DeleteCustomKeyStore. Source: AWS KMS API Reference.

use store::{Batch, CommitError, MAX_BATCH_ROWS, Revision};
use types::{Call, Secret, ServiceError, Time};

use super::{check_marker, page};
use crate::custom_key_store::{Failure, TokenCluster, Unconnected, label};
use crate::exception;
use crate::key::Key;
use crate::limit::{CUSTOM_KEY_STORES_MAX, PAGE_ITEMS};
use crate::model::{
    ConnectCustomKeyStoreRequest, ConnectCustomKeyStoreResponse, CreateCustomKeyStoreRequest,
    CreateCustomKeyStoreResponse, CustomKeyStoresListEntry, DeleteCustomKeyStoreRequest,
    DeleteCustomKeyStoreResponse, DescribeCustomKeyStoresRequest, DescribeCustomKeyStoresResponse,
    DisconnectCustomKeyStoreRequest, DisconnectCustomKeyStoreResponse, UpdateCustomKeyStoreRequest,
    UpdateCustomKeyStoreResponse, XksProxyConfigurationType,
};
use crate::place::Place;
use crate::service::Kms;
use crate::state::{self, Backing, Connection, KeyRow, StoreRow};

/// So many rows of what is left in a store's token go in one batch, beside the store's own.
const LEFT_AT_ONCE: usize = MAX_BATCH_ROWS / 2;

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
        _ => of_proxy(kms, &place, &store_id, &input)?,
    };
    check_proxy(kms, call, &place, &store_id, &backing).await?;
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
        check_backing_is_free(kms, &all, &place, (&store_id, &backing))?;
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
    let digits = types::hex(&random);
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

/// A cluster is of one store of an account; a proxy's address of one store of a Region.
fn check_backing_is_free(
    kms: &Kms,
    all: &[(String, StoreRow)],
    place: &Place,
    (own, backing): (&str, &Backing),
) -> Result<(), ServiceError> {
    match backing {
        Backing::AwsCloudhsm { cluster_id, .. } => {
            let has = |row: &StoreRow| matches!(&row.backing, Backing::AwsCloudhsm { cluster_id: other, .. } if other == cluster_id);
            match all.iter().find(|(id, row)| id != own && has(row)) {
                Some((id, _)) => Err(refused(
                    "CloudHsmClusterInUseException",
                    format!("{cluster_id} is associated with the custom key store {id} already."),
                )),
                None => Ok(()),
            }
        }
        Backing::ExternalKeyStore { endpoint, path, .. } => {
            let has = |row: &StoreRow| {
                matches!(&row.backing, Backing::ExternalKeyStore { endpoint: other, path: at, .. }
                    if other == endpoint && at == path)
            };
            let all = kms.stores.all_of_region(&place.region)?;
            // Whose the other is, is not told: it may be another account's.
            match all.iter().any(|(id, row)| id != own && has(row)) {
                true => Err(refused(
                    "XksProxyUriInUseException",
                    format!("{endpoint}{path} is another external key store's of this Region."),
                )),
                false => Ok(()),
            }
        }
    }
}

/// The members of a credential and an address that an external key store needs.
fn of_proxy(
    kms: &Kms,
    place: &Place,
    store_id: &str,
    input: &CreateCustomKeyStoreRequest,
) -> Result<Backing, ServiceError> {
    let is_of_token = input.cloud_hsm_cluster_id.is_some()
        || input.trust_anchor_certificate.is_some()
        || input.key_store_password.is_some();
    if is_of_token {
        return Err(exception::validation(
            "CloudHsmClusterId, TrustAnchorCertificate and KeyStorePassword are not valid with \
             CustomKeyStoreType EXTERNAL_KEY_STORE.",
        ));
    }
    check_connectivity(
        input.xks_proxy_connectivity.as_deref(),
        input.xks_proxy_vpc_endpoint_service_name.as_deref(),
    )?;
    let (Some(endpoint), Some(path), Some(credential), Some(_)) = (
        &input.xks_proxy_uri_endpoint,
        &input.xks_proxy_uri_path,
        &input.xks_proxy_authentication_credential,
        &input.xks_proxy_connectivity,
    ) else {
        return Err(exception::validation(
            "XksProxyUriEndpoint, XksProxyUriPath, XksProxyAuthenticationCredential and \
             XksProxyConnectivity are required with CustomKeyStoreType EXTERNAL_KEY_STORE.",
        ));
    };
    let secret = Secret::new(credential.raw_secret_access_key.clone().into_bytes());
    Ok(Backing::ExternalKeyStore {
        endpoint: endpoint.clone(),
        path: path.clone(),
        access_key_id: credential.access_key_id.clone(),
        secret: kms.stores.wrap(place, store_id, &secret)?,
    })
}

/// There are no VPC endpoint services here.
fn check_connectivity(
    connectivity: Option<&str>,
    service: Option<&str>,
) -> Result<(), ServiceError> {
    if connectivity == Some("VPC_ENDPOINT_SERVICE") || service.is_some() {
        return Err(refused(
            "XksProxyVpcEndpointServiceNotFoundException",
            "There are no VPC endpoint services here: XksProxyConnectivity is PUBLIC_ENDPOINT. An \
             endpoint that DNS does not know is named in btz's configuration (kms.xks.addresses).",
        ));
    }
    Ok(())
}

/// Of an external key store: that its proxy answers as one, and knows its credential.
async fn check_proxy(
    kms: &Kms,
    call: &Call,
    place: &Place,
    store_id: &str,
    backing: &Backing,
) -> Result<(), ServiceError> {
    if !matches!(backing, Backing::ExternalKeyStore { .. }) {
        return Ok(());
    }
    let healthy = kms.stores.health(call, place, store_id, backing).await?;
    healthy.map_err(|failure| {
        let code = match failure {
            Failure::Authentication | Failure::AccessDenied => {
                "XksProxyIncorrectAuthenticationCredentialException"
            }
            Failure::InvalidUriPath => "XksProxyInvalidConfigurationException",
            Failure::DependencyTimeout
            | Failure::Network
            | Failure::NotAllowed
            | Failure::Throttled
            | Failure::TimedOut
            | Failure::Tls
            | Failure::Unavailable => "XksProxyUriUnreachableException",
            _ => "XksProxyInvalidResponseException",
        };
        refused(code, failure.message())
    })
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
    let connection = match kms.stores.connect(call, &place, store_id, &row).await {
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
    let kind = row.backing.kind();
    let mut entry = CustomKeyStoresListEntry {
        custom_key_store_id: Some(id),
        custom_key_store_name: Some(row.name),
        cloud_hsm_cluster_id: None,
        trust_anchor_certificate: None,
        connection_state: Some(state.to_owned()),
        connection_error_code: code,
        creation_date: Some(Time::from_millis(row.created)),
        custom_key_store_type: Some(kind.to_owned()),
        xks_proxy_configuration: None,
    };
    match row.backing {
        Backing::AwsCloudhsm {
            cluster_id,
            trust_anchor,
            ..
        } => {
            entry.cloud_hsm_cluster_id = Some(cluster_id);
            entry.trust_anchor_certificate = Some(trust_anchor);
        }
        Backing::ExternalKeyStore {
            endpoint,
            path,
            access_key_id,
            ..
        } => {
            entry.xks_proxy_configuration = Some(XksProxyConfigurationType {
                connectivity: Some("PUBLIC_ENDPOINT".to_owned()),
                access_key_id: Some(access_key_id),
                uri_endpoint: Some(endpoint),
                uri_path: Some(path),
                vpc_endpoint_service_name: None,
                vpc_endpoint_service_owner: None,
            });
        }
    }
    entry
}

pub(crate) async fn update_custom_key_store(
    kms: &Kms,
    call: &Call,
    input: UpdateCustomKeyStoreRequest,
) -> Result<UpdateCustomKeyStoreResponse, ServiceError> {
    let place = Place::of(call);
    let store_id = &input.custom_key_store_id;
    let (revision, row) = kms.stores.named(&place, store_id)?;
    let is_of_token = matches!(row.backing, Backing::AwsCloudhsm { .. });
    let names_proxy = input.xks_proxy_uri_endpoint.is_some()
        || input.xks_proxy_uri_path.is_some()
        || input.xks_proxy_connectivity.is_some()
        || input.xks_proxy_authentication_credential.is_some()
        || input.xks_proxy_vpc_endpoint_service_name.is_some()
        || input.xks_proxy_vpc_endpoint_service_owner.is_some();
    let names_token = input.key_store_password.is_some() || input.cloud_hsm_cluster_id.is_some();
    if (is_of_token && names_proxy) || (!is_of_token && names_token) {
        return Err(exception::validation(format!(
            "These members are not valid for a custom key store of type {}.",
            row.backing.kind()
        )));
    }
    if names_token && row.connection != Connection::Disconnected {
        return Err(invalid_state(store_id, "not disconnected", "DISCONNECTED"));
    }
    let backing = updated(kms, &place, store_id, &row.backing, &input)?;
    if names_proxy {
        check_proxy(kms, call, &place, store_id, &backing).await?;
    }
    kms.change_stores(call, &place, |draft| {
        let (now, mut row) = kms.stores.named(&place, store_id)?;
        // What was checked is what is changed: somebody may have changed the store meanwhile.
        if now != revision {
            return Err(invalid_state(store_id, "being changed", "left alone"));
        }
        let all = kms.stores.all(&place)?;
        if let Some(name) = &input.new_custom_key_store_name {
            check_name(&all, name, Some(store_id))?;
            row.name.clone_from(name);
        }
        check_backing_is_free(kms, &all, &place, (store_id, &backing))?;
        row.backing = backing.clone();
        put(draft, &place, store_id, &row)
    })
    .await?;
    Ok(UpdateCustomKeyStoreResponse {})
}

/// What keeps a store's keys, as an update leaves it.
fn updated(
    kms: &Kms,
    place: &Place,
    store_id: &str,
    backing: &Backing,
    input: &UpdateCustomKeyStoreRequest,
) -> Result<Backing, ServiceError> {
    let wrap = |secret: &str| {
        let secret = Secret::new(secret.as_bytes().to_vec());
        kms.stores.wrap(place, store_id, &secret)
    };
    let mut backing = backing.clone();
    match &mut backing {
        Backing::AwsCloudhsm {
            cluster_id,
            trust_anchor,
            password,
        } => {
            if let Some(wanted) = &input.cloud_hsm_cluster_id
                && wanted != cluster_id
            {
                let related = cluster(kms, place, wanted)?.trust_anchor.as_deref();
                if related.map(str::trim) != Some(trust_anchor.trim()) {
                    return Err(refused(
                        "CloudHsmClusterNotRelatedException",
                        format!("{wanted} has not the trust anchor of {cluster_id}."),
                    ));
                }
                cluster_id.clone_from(wanted);
            }
            if let Some(wanted) = &input.key_store_password {
                *password = wrap(wanted)?;
            }
        }
        Backing::ExternalKeyStore {
            endpoint,
            path,
            access_key_id,
            secret,
        } => {
            check_connectivity(
                input.xks_proxy_connectivity.as_deref(),
                input.xks_proxy_vpc_endpoint_service_name.as_deref(),
            )?;
            if let Some(wanted) = &input.xks_proxy_uri_endpoint {
                endpoint.clone_from(wanted);
            }
            if let Some(wanted) = &input.xks_proxy_uri_path {
                path.clone_from(wanted);
            }
            if let Some(wanted) = &input.xks_proxy_authentication_credential {
                access_key_id.clone_from(&wanted.access_key_id);
                *secret = wrap(&wanted.raw_secret_access_key)?;
            }
        }
    }
    Ok(backing)
}

pub(crate) async fn delete_custom_key_store(
    kms: &Kms,
    call: &Call,
    input: DeleteCustomKeyStoreRequest,
) -> Result<DeleteCustomKeyStoreResponse, ServiceError> {
    let place = Place::of(call);
    let store_id = &input.custom_key_store_id;
    forget_most(kms, &place, store_id).await?;
    kms.change_stores(call, &place, |draft| {
        let (_, left) = deletable(kms, &place, store_id)?;
        for at in left {
            tracing::warn!(row = %at, "kms: material of a deleted key stays in a token");
            draft.batch.delete(at);
        }
        draft.batch.delete(state::store(&place, store_id));
        Ok(())
    })
    .await?;
    kms.stores.disconnect(&place, store_id);
    Ok(DeleteCustomKeyStoreResponse {})
}

/// Of more rows than a batch holds that say what is left in its token, most go before the store does.
async fn forget_most(kms: &Kms, place: &Place, store_id: &str) -> Result<(), ServiceError> {
    let _turn = kms.turn.lock().await;
    loop {
        let (revision, mut left) = deletable(kms, place, store_id)?;
        if left.len() <= LEFT_AT_ONCE {
            return Ok(());
        }
        left.truncate(LEFT_AT_ONCE);
        for at in &left {
            tracing::warn!(row = %at, "kms: material of a deleted key stays in a token");
        }
        let mut batch = Batch::new();
        batch.expect_at(state::store(place, store_id), revision);
        batch.delete = left;
        let done = kms.store.commit(batch).await;
        let revision = done.map_err(|error| match error {
            CommitError::Conflict { .. } => exception::internal(format!(
                "somebody changed the custom key store {store_id} at the same time"
            )),
            CommitError::Store(error) => exception::store(&error),
        })?;
        kms.catch_up(revision).await?;
    }
}

/// A store that may be deleted: as of which revision, and the rows that say what is left in its token.
fn deletable(
    kms: &Kms,
    place: &Place,
    store_id: &str,
) -> Result<(Revision, Vec<store::Key>), ServiceError> {
    let (revision, row) = kms.stores.named(place, store_id)?;
    if row.connection == Connection::Connected {
        return Err(invalid_state(store_id, "CONNECTED", "DISCONNECTED"));
    }
    for row in kms.keyring.view.under(&state::keys(place)) {
        let key: KeyRow = state::read(&row)?;
        if key.in_store.is_some_and(|at| at.store_id == *store_id) {
            let arn = Key::of(&row)?.arn;
            return Err(refused(
                "CustomKeyStoreHasCMKsException",
                format!(
                    "The custom key store {store_id} has keys, such as {arn}: schedule their deletion, \
                     and wait for it."
                ),
            ));
        }
    }
    let left = kms.keyring.view.under(&state::leftovers(place, store_id));
    // AWS calls it orphaned, and lets the store go; here the owner says so, by taking the token out of the
    // configuration.
    if let Backing::AwsCloudhsm { cluster_id, .. } = &row.backing
        && kms.stores.cluster(place.account, cluster_id).is_some()
        && let Some(first) = left.first()
    {
        let key_id = first.key.segments().next_back().unwrap_or_default();
        return Err(refused(
            "CustomKeyStoreHasCMKsException",
            format!(
                "The token of the custom key store {store_id} still holds the material of deleted keys: {} \
                 of them, such as {}. Connect the custom key store, wait a minute for their removal, \
                 disconnect it, and delete it then. What the token does not remove is named in btz's log: \
                 its operator deletes that by the token's own tool. If the token is lost for good, the \
                 operator takes {cluster_id} out of btz's configuration ([[kms.token]]), or this account \
                 out of its `accounts`, and starts btz again: the custom key store can be deleted then, \
                 and its material stays wherever the token is.",
                left.len(),
                label(&key_id),
            ),
        ));
    }
    Ok((revision, left.into_iter().map(|row| row.key).collect()))
}
