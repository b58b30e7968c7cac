//! OpenID Connect providers: whose tokens `sts:AssumeRoleWithWebIdentity` takes. Source: IAM API
//! Reference, `CreateOpenIDConnectProvider` and its kin.

use types::{Call, ServiceError};

use crate::limit::{CLIENT_IDS_PER_PROVIDER_MAX, OIDC_PROVIDERS_MAX, THUMBPRINTS_PER_PROVIDER_MAX};
use crate::model::{
    AddClientIDToOpenIDConnectProviderRequest, CreateOpenIDConnectProviderRequest,
    CreateOpenIDConnectProviderResponse, DeleteOpenIDConnectProviderRequest,
    GetOpenIDConnectProviderRequest, GetOpenIDConnectProviderResponse,
    ListOpenIDConnectProvidersRequest, ListOpenIDConnectProvidersResponse,
    OpenIDConnectProviderListEntry, RemoveClientIDFromOpenIDConnectProviderRequest,
    UpdateOpenIDConnectProviderThumbprintRequest,
};
use crate::state::{OidcRow, time};
use crate::tags::Tags;
use crate::{Iam, exception};

/// A provider's URL without its `https://`, or why it is none.
pub(crate) fn url(text: &str) -> Result<String, ServiceError> {
    let rest = text.strip_prefix("https://").ok_or_else(|| {
        exception::validation("Invalid Open ID Connect Provider URL: it must begin with https://")
    })?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host_is_one = !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':'));
    let path_is_one = path
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#'));
    if !host_is_one || !path_is_one {
        return Err(exception::validation(
            "Invalid Open ID Connect Provider URL: it is a host and a path, without query",
        ));
    }
    Ok(format!(
        "{}{}",
        host.to_ascii_lowercase(),
        rest.get(host.len()..).unwrap_or_default()
    ))
}

fn check_thumbprints(thumbprints: &[String]) -> Result<Vec<String>, ServiceError> {
    if thumbprints.len() > THUMBPRINTS_PER_PROVIDER_MAX {
        return Err(exception::quota(
            "ThumbprintListPerOpenIDConnectProvider",
            THUMBPRINTS_PER_PROVIDER_MAX,
        ));
    }
    let is_hex = |text: &String| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !thumbprints.iter().all(is_hex) {
        return Err(exception::validation(
            "A thumbprint is 40 hexadecimal digits.",
        ));
    }
    Ok(thumbprints
        .iter()
        .map(|text| text.to_ascii_lowercase())
        .collect())
}

fn check_client_ids(ids: &[String]) -> Result<(), ServiceError> {
    if ids.len() > CLIENT_IDS_PER_PROVIDER_MAX {
        return Err(exception::quota(
            "ClientIdsPerOpenIdConnectProvider",
            CLIENT_IDS_PER_PROVIDER_MAX,
        ));
    }
    Ok(())
}

pub(crate) async fn create_open_id_connect_provider(
    iam: &Iam,
    call: &Call,
    input: CreateOpenIDConnectProviderRequest,
) -> Result<CreateOpenIDConnectProviderResponse, ServiceError> {
    let url = url(&input.url)?;
    let mut client_ids = input.client_id_list.unwrap_or_default();
    client_ids.sort();
    client_ids.dedup();
    check_client_ids(&client_ids)?;
    let thumbprints = check_thumbprints(input.thumbprint_list.as_deref().unwrap_or_default())?;
    iam.change(call, |draft| {
        if draft.account.oidc.contains_key(&url) {
            return Err(exception::already_exists(format!(
                "Provider with url https://{url} already exists."
            )));
        }
        if draft.account.oidc.len() >= OIDC_PROVIDERS_MAX {
            return Err(exception::quota(
                "OpenIdConnectProvidersPerAccount",
                OIDC_PROVIDERS_MAX,
            ));
        }
        let row = OidcRow {
            url: url.clone(),
            client_ids: client_ids.clone(),
            thumbprints: thumbprints.clone(),
            created_ms: draft.now.as_millis(),
            tags: Tags::new(input.tags.clone())?,
        };
        let (arn, tags) = (row.arn(draft.id()), row.tags.shown());
        draft.put(row)?;
        Ok(CreateOpenIDConnectProviderResponse {
            open_id_connect_provider_arn: Some(arn),
            tags,
        })
    })
    .await
}

pub(crate) async fn get_open_id_connect_provider(
    iam: &Iam,
    call: &Call,
    input: GetOpenIDConnectProviderRequest,
) -> Result<GetOpenIDConnectProviderResponse, ServiceError> {
    let account = iam.account_of(call);
    let row = account.oidc_provider(&input.open_id_connect_provider_arn)?;
    Ok(GetOpenIDConnectProviderResponse {
        url: Some(row.url.clone()),
        client_id_list: Some(row.client_ids.clone()),
        thumbprint_list: Some(row.thumbprints.clone()),
        create_date: Some(time(row.created_ms)),
        tags: Some(row.tags.list()),
    })
}

pub(crate) async fn list_open_id_connect_providers(
    iam: &Iam,
    call: &Call,
    _: ListOpenIDConnectProvidersRequest,
) -> Result<ListOpenIDConnectProvidersResponse, ServiceError> {
    let account = iam.account_of(call);
    let entry = |row: &std::sync::Arc<OidcRow>| OpenIDConnectProviderListEntry {
        arn: Some(row.arn(account.id)),
    };
    Ok(ListOpenIDConnectProvidersResponse {
        open_id_connect_provider_list: Some(account.oidc.values().map(entry).collect()),
    })
}

pub(crate) async fn delete_open_id_connect_provider(
    iam: &Iam,
    call: &Call,
    input: DeleteOpenIDConnectProviderRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let row = draft
            .account
            .oidc_provider(&input.open_id_connect_provider_arn)?;
        draft.delete::<OidcRow>(&row.url);
        Ok(())
    })
    .await
}

pub(crate) async fn add_client_id_to_open_id_connect_provider(
    iam: &Iam,
    call: &Call,
    input: AddClientIDToOpenIDConnectProviderRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let row = draft
            .account
            .oidc_provider(&input.open_id_connect_provider_arn)?;
        let mut row = OidcRow::clone(&row);
        if row.client_ids.contains(&input.client_id) {
            return Ok(());
        }
        row.client_ids.push(input.client_id.clone());
        row.client_ids.sort();
        check_client_ids(&row.client_ids)?;
        draft.put(row)
    })
    .await
}

/// One that is not there is no error.
pub(crate) async fn remove_client_id_from_open_id_connect_provider(
    iam: &Iam,
    call: &Call,
    input: RemoveClientIDFromOpenIDConnectProviderRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let row = draft
            .account
            .oidc_provider(&input.open_id_connect_provider_arn)?;
        let mut row = OidcRow::clone(&row);
        row.client_ids.retain(|id| *id != input.client_id);
        draft.put(row)
    })
    .await
}

pub(crate) async fn update_open_id_connect_provider_thumbprint(
    iam: &Iam,
    call: &Call,
    input: UpdateOpenIDConnectProviderThumbprintRequest,
) -> Result<(), ServiceError> {
    let thumbprints = check_thumbprints(&input.thumbprint_list)?;
    iam.change(call, |draft| {
        let row = draft
            .account
            .oidc_provider(&input.open_id_connect_provider_arn)?;
        let mut row = OidcRow::clone(&row);
        row.thumbprints.clone_from(&thumbprints);
        draft.put(row)
    })
    .await
}
