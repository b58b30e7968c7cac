//! CreateAPIKey, GetDecryptedAPIKey, ListAPIKeys, DeleteAPIKey.
//! Source: AWS WAF API Reference: "You can use a single key for up to 5 domains."

use types::{Call, ServiceError};

use super::lifecycle::page;
use crate::Wafv2;
use crate::api_key::ApiKey;
use crate::draft::{Attempts, Draft};
use crate::exception;
use crate::limit::{API_KEY_DOMAINS_MAX, API_KEYS_MAX};
use crate::master_secret;
use crate::model::{
    APIKeySummary, CreateAPIKeyRequest, CreateAPIKeyResponse, DeleteAPIKeyRequest,
    DeleteAPIKeyResponse, GetDecryptedAPIKeyRequest, GetDecryptedAPIKeyResponse,
    ListAPIKeysRequest, ListAPIKeysResponse,
};
use crate::scope::Place;
use crate::state::{self, Rows};

pub(crate) async fn create_api_key(
    service: &Wafv2,
    call: &Call,
    input: CreateAPIKeyRequest,
) -> Result<CreateAPIKeyResponse, ServiceError> {
    let place = Place::of(call, &input.scope)?;
    if input.token_domains.len() > API_KEY_DOMAINS_MAX {
        return Err(exception::limits_exceeded());
    }
    let mut domains = input.token_domains.iter();
    let whole = |domain: &&String| domain.split('.').any(str::is_empty) || domain.contains('/');
    if let Some(wrong) = domains.find(whole) {
        let reason = exception::MALFORMED;
        return Err(exception::invalid_parameter("TOKEN_DOMAIN", wrong, reason));
    }
    let key = ApiKey {
        id: service.uuid()?,
        token_domains: input.token_domains,
        created: call.time,
    };
    let mut nonce = [0; 12];
    let filled = service.entropy.fill(&mut nonce);
    filled.map_err(exception::internal)?;
    let row = state::api_key_key(&place, &key);
    let _turn = service.turn.lock().await;
    let mut attempts = Attempts::default();
    loop {
        let rows = service.rows();
        if rows.under(&state::api_keys_key(&place)).count() >= API_KEYS_MAX {
            return Err(exception::limits_exceeded());
        }
        let mut draft = Draft::new(&rows);
        let secret = master_secret::ensure(service, &mut draft, &rows)?;
        let token = key.seal(&place, &secret, nonce);
        let token = token.ok_or_else(|| exception::internal("an API key could not be sealed"))?;
        draft.expect(&row, None);
        draft.put(row.clone(), token.clone());
        if service
            .commit(call, draft.into_batch(), &mut attempts)
            .await?
        {
            return Ok(CreateAPIKeyResponse {
                api_key: Some(token),
            });
        }
    }
}

/// What a token says, if it was sealed here and for this place.
fn opened(rows: &Rows, place: &Place, token: &str) -> Option<ApiKey> {
    ApiKey::open(token, place, &master_secret::of(rows)?)
}

pub(crate) async fn get_decrypted_api_key(
    service: &Wafv2,
    call: &Call,
    input: GetDecryptedAPIKeyRequest,
) -> Result<GetDecryptedAPIKeyResponse, ServiceError> {
    let place = Place::of(call, &input.scope)?;
    let rows = service.rows();
    let key = opened(&rows, &place, &input.api_key).ok_or_else(exception::invalid_resource)?;
    if rows.row(&state::api_key_key(&place, &key)).is_none() {
        return Err(exception::nonexistent_item());
    }
    Ok(GetDecryptedAPIKeyResponse {
        token_domains: Some(key.token_domains),
        creation_timestamp: Some(key.created),
    })
}

pub(crate) async fn list_api_keys(
    service: &Wafv2,
    call: &Call,
    input: ListAPIKeysRequest,
) -> Result<ListAPIKeysResponse, ServiceError> {
    let place = Place::of(call, &input.scope)?;
    let rows = service.rows();
    let prefix = state::api_keys_key(&place);
    let tokens = rows.under(&prefix).map(|row| {
        let name = row.key.segments().next_back().unwrap_or_default();
        (name, state::read_text(row))
    });
    let (tokens, next_marker) = page(tokens, input.next_marker.as_deref(), input.limit);
    let summaries = tokens.into_iter().map(|(name, token)| {
        let key = opened(&rows, &place, &token);
        let key = key.ok_or_else(|| exception::internal(format!("API key {name} is damaged")))?;
        Ok(APIKeySummary {
            token_domains: Some(key.token_domains),
            api_key: Some(token),
            creation_timestamp: Some(key.created),
            version: Some(ApiKey::VERSION),
        })
    });
    Ok(ListAPIKeysResponse {
        next_marker,
        api_key_summaries: Some(summaries.collect::<Result<_, ServiceError>>()?),
        application_integration_url: None,
    })
}

pub(crate) async fn delete_api_key(
    service: &Wafv2,
    call: &Call,
    input: DeleteAPIKeyRequest,
) -> Result<DeleteAPIKeyResponse, ServiceError> {
    let place = Place::of(call, &input.scope)?;
    let _turn = service.turn.lock().await;
    let mut attempts = Attempts::default();
    loop {
        let rows = service.rows();
        let key = opened(&rows, &place, &input.api_key);
        let key = key.map(|key| state::api_key_key(&place, &key));
        let row = key.as_ref().and_then(|key| rows.row(key));
        let row = row.ok_or_else(exception::nonexistent_item)?;
        let mut draft = Draft::new(&rows);
        draft.expect(&row.key, Some(row));
        draft.delete(row.key.clone());
        if service
            .commit(call, draft.into_batch(), &mut attempts)
            .await?
        {
            return Ok(DeleteAPIKeyResponse {});
        }
    }
}
