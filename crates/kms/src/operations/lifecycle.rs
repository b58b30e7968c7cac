//! What becomes of a key: DescribeKey, ListKeys, EnableKey, DisableKey, UpdateKeyDescription,
//! ScheduleKeyDeletion, CancelKeyDeletion, GetKeyLastUsage.
//! Source: AWS KMS API Reference; AWS KMS Developer Guide, "Deleting AWS KMS keys".

use types::{Call, ServiceError, Time};

use super::{check_marker, page};
use crate::exception;
use crate::key::{Key, KeyState};
use crate::limit::{DELETION_WINDOW_DAYS, PAGE_ITEMS};
use crate::maintenance::waiting;
use crate::model::{
    CancelKeyDeletionRequest, CancelKeyDeletionResponse, DescribeKeyRequest, DescribeKeyResponse,
    DisableKeyRequest, EnableKeyRequest, GetKeyLastUsageRequest, GetKeyLastUsageResponse,
    KeyLastUsageData, KeyListEntry, ListKeysRequest, ListKeysResponse, ScheduleKeyDeletionRequest,
    ScheduleKeyDeletionResponse, UpdateKeyDescriptionRequest,
};
use crate::place::Place;
use crate::service::Kms;
use crate::state::{self, Deletion, UsageRow};

pub(crate) async fn describe_key(
    kms: &Kms,
    call: &Call,
    input: DescribeKeyRequest,
) -> Result<DescribeKeyResponse, ServiceError> {
    let key = kms.keyring.named(call, &input.key_id)?;
    Ok(DescribeKeyResponse {
        key_metadata: Some(key.metadata(kms.clock.now())),
    })
}

pub(crate) async fn list_keys(
    kms: &Kms,
    call: &Call,
    input: ListKeysRequest,
) -> Result<ListKeysResponse, ServiceError> {
    check_marker(input.marker.as_deref())?;
    let place = Place::of(call);
    let rows = kms.keyring.view.under(&state::keys(&place));
    let ids = rows
        .iter()
        .filter_map(|row| state::place_of(&row.key)?.1.into_iter().next());
    let (ids, next) = page(
        ids,
        (input.limit, PAGE_ITEMS),
        input.marker.as_deref(),
        |id: &String| id.as_str(),
    );
    let entries = ids.into_iter().map(|id| KeyListEntry {
        key_arn: Some(place.key_arn(&id).to_string()),
        key_id: Some(id),
    });
    Ok(ListKeysResponse {
        keys: Some(entries.collect()),
        truncated: Some(next.is_some()),
        next_marker: next,
    })
}

pub(crate) async fn enable_key(
    kms: &Kms,
    call: &Call,
    input: EnableKeyRequest,
) -> Result<(), ServiceError> {
    set_enabled(kms, call, &input.key_id, true).await
}

pub(crate) async fn disable_key(
    kms: &Kms,
    call: &Call,
    input: DisableKeyRequest,
) -> Result<(), ServiceError> {
    set_enabled(kms, call, &input.key_id, false).await
}

async fn set_enabled(
    kms: &Kms,
    call: &Call,
    key_id: &str,
    enabled: bool,
) -> Result<(), ServiceError> {
    let named = kms.own(call, key_id)?;
    kms.change(call, (&named.place, &named.id), |key, draft| {
        match key.state(draft.now) {
            KeyState::Enabled | KeyState::Disabled | KeyState::Unavailable => {}
            state => return Err(key.not_in(state)),
        }
        let mut row = key.row.clone();
        row.enabled = enabled;
        if row != key.row {
            draft.put_key(&key.place, &key.id, &row)?;
        }
        Ok(())
    })
    .await?;
    if !enabled {
        kms.materials.forget(named.place.account, &named.id);
    }
    Ok(())
}

pub(crate) async fn update_key_description(
    kms: &Kms,
    call: &Call,
    input: UpdateKeyDescriptionRequest,
) -> Result<(), ServiceError> {
    let named = kms.own(call, &input.key_id)?;
    kms.change(call, (&named.place, &named.id), |key, draft| {
        key.check_not_pending_deletion(draft.now)?;
        let mut row = key.row.clone();
        row.description.clone_from(&input.description);
        draft.put_key(&key.place, &key.id, &row)
    })
    .await
}

pub(crate) async fn schedule_key_deletion(
    kms: &Kms,
    call: &Call,
    input: ScheduleKeyDeletionRequest,
) -> Result<ScheduleKeyDeletionResponse, ServiceError> {
    let window_days = input.pending_window_in_days.unwrap_or(DELETION_WINDOW_DAYS);
    if !(7..=30).contains(&window_days) {
        return Err(exception::validation(
            "PendingWindowInDays must be between 7 and 30 days.",
        ));
    }
    let named = kms.own(call, &input.key_id)?;
    let answer = kms
        .change(call, (&named.place, &named.id), |key, draft| {
            key.check_not_pending_deletion(draft.now)?;
            let mut row = key.row.clone();
            // A primary key waits for its replicas first.
            let waits = key.is_primary() && has_replicas(key);
            let deletion = waiting(window_days, draft.now, &kms.running);
            let due = deletion.due;
            row.deletion = Some(Deletion {
                due: deletion.due.filter(|_| !waits),
                ..deletion
            });
            draft.put_key(&key.place, &key.id, &row)?;
            let state = if waits {
                KeyState::PendingReplicaDeletion
            } else {
                KeyState::PendingDeletion
            };
            Ok(ScheduleKeyDeletionResponse {
                key_id: Some(key.arn.to_string()),
                deletion_date: due.filter(|_| !waits).map(Time::from_millis),
                key_state: Some(state.as_str().to_owned()),
                pending_window_in_days: Some(window_days),
            })
        })
        .await?;
    kms.materials.forget(named.place.account, &named.id);
    Ok(answer)
}

fn has_replicas(key: &Key) -> bool {
    let multi_region = key.row.multi_region.as_ref();
    multi_region.is_some_and(|multi_region| !multi_region.replicas.is_empty())
}

pub(crate) async fn cancel_key_deletion(
    kms: &Kms,
    call: &Call,
    input: CancelKeyDeletionRequest,
) -> Result<CancelKeyDeletionResponse, ServiceError> {
    let named = kms.own(call, &input.key_id)?;
    kms.change(call, (&named.place, &named.id), |key, draft| {
        if key.row.deletion.is_none() {
            return Err(exception::invalid_state(format!(
                "{} is not pending deletion.",
                key.arn
            )));
        }
        let mut row = key.row.clone();
        row.deletion = None;
        // "If this operation succeeds, the key state of the KMS key is Disabled."
        row.enabled = false;
        draft.put_key(&key.place, &key.id, &row)?;
        Ok(CancelKeyDeletionResponse {
            key_id: Some(key.arn.to_string()),
        })
    })
    .await
}

pub(crate) async fn get_key_last_usage(
    kms: &Kms,
    call: &Call,
    input: GetKeyLastUsageRequest,
) -> Result<GetKeyLastUsageResponse, ServiceError> {
    let key = kms.own(call, &input.key_id)?;
    let usage = match kms.last_usage.pending(&key.place, &key.id) {
        Some(usage) => Some(usage),
        None => {
            let row = kms.keyring.view.row(&state::usage(&key.place, &key.id));
            row.as_ref().map(state::read::<UsageRow>).transpose()?
        }
    };
    let created = Time::from_millis(key.row.created);
    Ok(GetKeyLastUsageResponse {
        key_id: Some(key.arn.to_string()),
        key_last_usage: usage.map(|usage| KeyLastUsageData {
            operation: Some(usage.operation),
            timestamp: Some(Time::from_millis(usage.at)),
            cloud_trail_event_id: None,
            kms_request_id: Some(usage.request_id),
        }),
        tracking_start_date: Some(created),
        key_creation_date: Some(created),
    })
}
