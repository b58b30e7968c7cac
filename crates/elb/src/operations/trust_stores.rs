//! `CreateTrustStore`, `ModifyTrustStore`, `DeleteTrustStore`, `DescribeTrustStores`, their
//! revocation lists and their associations, and what is said where trust stores are shared.
//!
//! Buckets are folders of this machine: what a call names is read once, judged, and kept. There are
//! no versions of objects. Whatever changes of a trust store, its row is written, so that whoever
//! follows it by its revision sees the change.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use types::{Call, ServiceError};

use super::references::{load_balancer_of, trust_store};
use super::tags::judged;
use crate::directory::{Directories, ObjectError};
use crate::draft::Draft;
use crate::id::{self, Place};
use crate::limit::{
    BUNDLE_BYTES_MAX, REVOCATION_CONTENTS_BYTES_MAX, REVOCATION_LIST_BYTES_MAX,
    REVOCATION_LISTS_MAX, REVOKED_ENTRIES_MAX, TRUST_STORES_MAX,
};
use crate::model::{
    AddTrustStoreRevocationsInput, AddTrustStoreRevocationsOutput, CreateTrustStoreInput,
    CreateTrustStoreOutput, DeleteSharedTrustStoreAssociationInput,
    DeleteSharedTrustStoreAssociationOutput, DeleteTrustStoreInput, DeleteTrustStoreOutput,
    DescribeTrustStoreAssociationsInput, DescribeTrustStoreAssociationsOutput,
    DescribeTrustStoreRevocation, DescribeTrustStoreRevocationsInput,
    DescribeTrustStoreRevocationsOutput, DescribeTrustStoresInput, DescribeTrustStoresOutput,
    GetResourcePolicyInput, GetResourcePolicyOutput, GetTrustStoreCaCertificatesBundleInput,
    GetTrustStoreCaCertificatesBundleOutput, GetTrustStoreRevocationContentInput,
    GetTrustStoreRevocationContentOutput, ModifyTrustStoreInput, ModifyTrustStoreOutput,
    RemoveTrustStoreRevocationsInput, RemoveTrustStoreRevocationsOutput, RevocationContent,
    TrustStore, TrustStoreAssociation, TrustStoreRevocation,
};
use crate::page::{page, page_in_order};
use crate::state::{self, Kept, ListenerRow, RevocationRow, TrustStoreRow};
use crate::trust_store::{InvalidMaterial, read_bundle, read_revocation_list};
use crate::{Elb, exception};

/// The only kind of revocation that there is.
const CRL: &str = "CRL";

/// S3's name of the version of an object that has none.
const NO_VERSION: &str = "null";

/// Where an object lies.
#[derive(Debug, Clone)]
struct Location {
    bucket: String,
    key: String,
    version: Option<String>,
}

/// Reads an object; `None` when there is none. The disk may be waited for.
fn object(
    directories: &Directories,
    location: &Location,
    bytes_max: usize,
) -> Result<Option<Vec<u8>>, InvalidMaterial> {
    if location
        .version
        .as_deref()
        .is_some_and(|version| version != NO_VERSION)
    {
        return Ok(None);
    }
    let Some(buckets) = directories.buckets.get() else {
        return Ok(None);
    };
    match buckets.object(&location.bucket, &location.key, bytes_max) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(ObjectError::NotFound) => Ok(None),
        Err(ObjectError::TooLarge) => Err(InvalidMaterial(format!(
            "it is longer than {bytes_max} bytes"
        ))),
        Err(ObjectError::Unreadable(reason)) => {
            Err(InvalidMaterial(format!("it cannot be read: {reason}")))
        }
    }
}

/// Runs what may wait for a disk, or think for long, where that keeps nobody waiting.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ServiceError> + Send + 'static,
) -> Result<T, ServiceError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(exception::internal(error)),
    }
}

fn text(bytes: Vec<u8>) -> Result<String, InvalidMaterial> {
    String::from_utf8(bytes).map_err(|_| InvalidMaterial("it is no text".to_owned()))
}

/// A bundle as it is kept, and how many certificates it has.
async fn bundle(elb: &Elb, location: Location) -> Result<(String, i64), ServiceError> {
    let directories = Arc::clone(&elb.directories);
    let read = move || {
        let Location { bucket, key, .. } = &location;
        let invalid = |InvalidMaterial(reason): InvalidMaterial| {
            exception::invalid_bundle(format!(
                "The CA certificates bundle 's3://{bucket}/{key}' is invalid: {reason}"
            ))
        };
        let bytes = object(&directories, &location, BUNDLE_BYTES_MAX).map_err(invalid)?;
        let bytes = bytes.ok_or_else(|| {
            exception::bundle_not_found(format!(
                "The CA certificates bundle 's3://{bucket}/{key}' was not found"
            ))
        })?;
        let certificates = read_bundle(&bytes).map_err(invalid)?;
        let count = i64::try_from(certificates.len()).unwrap_or(i64::MAX);
        Ok((text(bytes).map_err(invalid)?, count))
    };
    aside(read).await
}

/// A revocation list as it is kept, and how many entries it has.
type List = (String, usize);

async fn lists(elb: &Elb, contents: Vec<RevocationContent>) -> Result<Vec<List>, ServiceError> {
    let directories = Arc::clone(&elb.directories);
    let read = move || {
        let mut lists = Vec::with_capacity(contents.len());
        let mut bytes_left = REVOCATION_CONTENTS_BYTES_MAX;
        for content in contents {
            let list = list(&directories, content)?;
            bytes_left = bytes_left.checked_sub(list.0.len()).ok_or_else(|| {
                exception::invalid_revocation_content(format!(
                    "The contents of one call can have {REVOCATION_CONTENTS_BYTES_MAX} bytes at most"
                ))
            })?;
            lists.push(list);
        }
        Ok(lists)
    };
    aside(read).await
}

fn list(directories: &Directories, content: RevocationContent) -> Result<List, ServiceError> {
    let kind = content.revocation_type.as_deref().unwrap_or(CRL);
    if kind != CRL {
        return Err(exception::validation(format!(
            "Revocation type '{kind}' must be one of [{CRL}]"
        )));
    }
    let (Some(bucket), Some(key)) = (content.s3_bucket, content.s3_key) else {
        return Err(exception::validation(
            "An S3 bucket and an S3 key must be specified for each revocation content",
        ));
    };
    let location = Location {
        bucket,
        key,
        version: content.s3_object_version,
    };
    let Location { bucket, key, .. } = &location;
    let invalid = |InvalidMaterial(reason): InvalidMaterial| {
        exception::invalid_revocation_content(format!(
            "The revocation content 's3://{bucket}/{key}' is invalid: {reason}"
        ))
    };
    let bytes = object(directories, &location, REVOCATION_LIST_BYTES_MAX).map_err(invalid)?;
    let bytes = bytes.ok_or_else(|| {
        exception::revocation_content_not_found(format!(
            "The revocation content 's3://{bucket}/{key}' was not found"
        ))
    })?;
    let (_, entries) = read_revocation_list(&bytes).map_err(invalid)?;
    Ok((text(bytes).map_err(invalid)?, entries))
}

/// The revocation lists of a trust store, in the order in which they were added.
fn revocations(
    elb: &Elb,
    place: &Place,
    row: &TrustStoreRow,
) -> Result<Vec<RevocationRow>, ServiceError> {
    let prefix = state::in_place::<RevocationRow>(place).child(row.name());
    let rows = elb.view.under(&prefix);
    let mut all = rows
        .iter()
        .map(state::read)
        .collect::<Result<Vec<RevocationRow>, _>>()?;
    all.sort_by_key(RevocationRow::id);
    Ok(all)
}

/// The trust store of an ARN where nothing is changed, or AWS's error.
fn found(elb: &Elb, call: &Call, arn: &str) -> Result<TrustStoreRow, ServiceError> {
    if !id::is("truststore", arn) {
        return Err(exception::invalid_arn("trust store", arn));
    }
    elb.find(call, arn)?
        .ok_or_else(exception::trust_stores_not_found)
}

/// The load balancers whose listeners' clients a trust store judges.
fn associations(elb: &Elb, place: &Place, arn: &str) -> Result<Vec<String>, ServiceError> {
    let listeners: Vec<ListenerRow> = elb.all_in(place)?;
    let uses = listeners.iter().filter(|row| {
        let mutual = row.listener.mutual_authentication.as_ref();
        mutual.and_then(|mutual| mutual.trust_store_arn.as_deref()) == Some(arn)
    });
    let mut balancers: Vec<String> = uses.map(|row| load_balancer_of(row.arn())).collect();
    balancers.sort();
    balancers.dedup();
    Ok(balancers)
}

pub(crate) async fn create_trust_store(
    elb: &Elb,
    call: &Call,
    input: CreateTrustStoreInput,
) -> Result<CreateTrustStoreOutput, ServiceError> {
    let tags = judged(input.tags.clone())?;
    let location = Location {
        bucket: input.ca_certificates_bundle_s3_bucket,
        key: input.ca_certificates_bundle_s3_key,
        version: input.ca_certificates_bundle_s3_object_version,
    };
    let (bundle, count) = bundle(elb, location).await?;
    let name = input.name;
    elb.change(call, |draft| {
        let all: Vec<TrustStoreRow> = draft.all()?;
        if all.iter().any(|other| other.name() == name) {
            return Err(exception::duplicate_trust_store(&name));
        }
        if all.len() >= TRUST_STORES_MAX {
            return Err(exception::too_many(
                "TooManyTrustStores",
                "trust stores",
                TRUST_STORES_MAX,
            ));
        }
        let arn = draft.place.trust_store(&name, &draft.id()?);
        let row = TrustStoreRow {
            trust_store: TrustStore {
                name: Some(name.clone()),
                trust_store_arn: Some(arn.to_string()),
                status: Some("ACTIVE".to_owned()),
                number_of_ca_certificates: Some(count),
                total_revoked_entries: Some(0),
            },
            bundle: bundle.clone(),
            last_revocation_id: 0,
            tags: tags.clone(),
        };
        draft.put(&row)?;
        Ok(CreateTrustStoreOutput {
            trust_stores: Some(vec![row.trust_store]),
        })
    })
    .await
}

pub(crate) async fn modify_trust_store(
    elb: &Elb,
    call: &Call,
    input: ModifyTrustStoreInput,
) -> Result<ModifyTrustStoreOutput, ServiceError> {
    found(elb, call, &input.trust_store_arn)?;
    let location = Location {
        bucket: input.ca_certificates_bundle_s3_bucket,
        key: input.ca_certificates_bundle_s3_key,
        version: input.ca_certificates_bundle_s3_object_version,
    };
    let (bundle, count) = bundle(elb, location).await?;
    elb.change(call, |draft| {
        let mut row = trust_store(draft, &input.trust_store_arn)?;
        row.bundle.clone_from(&bundle);
        row.trust_store.number_of_ca_certificates = Some(count);
        draft.put(&row)?;
        Ok(ModifyTrustStoreOutput {
            trust_stores: Some(vec![row.trust_store]),
        })
    })
    .await
}

pub(crate) async fn delete_trust_store(
    elb: &Elb,
    call: &Call,
    input: DeleteTrustStoreInput,
) -> Result<DeleteTrustStoreOutput, ServiceError> {
    elb.change(call, |draft| {
        let row = trust_store(draft, &input.trust_store_arn)?;
        if !associations(draft.elb, &draft.place, row.arn())?.is_empty() {
            return Err(exception::trust_store_in_use(row.arn()));
        }
        for revocation in revocations(draft.elb, &draft.place, &row)? {
            draft.delete(&revocation)?;
        }
        draft.delete(&row)?;
        Ok(DeleteTrustStoreOutput {})
    })
    .await
}

pub(crate) async fn describe_trust_stores(
    elb: &Elb,
    call: &Call,
    input: DescribeTrustStoresInput,
) -> Result<DescribeTrustStoresOutput, ServiceError> {
    let arns = input.trust_store_arns.unwrap_or_default();
    let names = input.names.unwrap_or_default();
    if !arns.is_empty() && !names.is_empty() {
        return Err(exception::validation(
            "Trust store names and trust store ARNs cannot be specified at the same time",
        ));
    }
    if let Some(wrong) = arns.iter().find(|arn| !id::is("truststore", arn)) {
        return Err(exception::invalid_arn("trust store", wrong));
    }
    let mut all: Vec<TrustStoreRow> = elb.all(call)?;
    let is_missing = |wanted: &[String], of: fn(&TrustStoreRow) -> &str| {
        wanted
            .iter()
            .any(|wanted| all.iter().all(|row| of(row) != wanted))
    };
    if is_missing(&arns, TrustStoreRow::arn) || is_missing(&names, TrustStoreRow::name) {
        return Err(exception::trust_stores_not_found());
    }
    if !arns.is_empty() {
        all.retain(|row| arns.iter().any(|arn| arn == row.arn()));
    }
    if !names.is_empty() {
        all.retain(|row| names.iter().any(|name| name == row.name()));
    }
    let (rows, next_marker) = page(all, input.marker.as_deref(), input.page_size)?;
    Ok(DescribeTrustStoresOutput {
        trust_stores: Some(rows.into_iter().map(|row| row.trust_store).collect()),
        next_marker,
    })
}

pub(crate) async fn add_trust_store_revocations(
    elb: &Elb,
    call: &Call,
    input: AddTrustStoreRevocationsInput,
) -> Result<AddTrustStoreRevocationsOutput, ServiceError> {
    found(elb, call, &input.trust_store_arn)?;
    let contents = input.revocation_contents.unwrap_or_default();
    if contents.is_empty() || contents.len() > REVOCATION_LISTS_MAX {
        return Err(exception::validation(format!(
            "Between 1 and {REVOCATION_LISTS_MAX} revocation contents must be specified"
        )));
    }
    let lists = lists(elb, contents).await?;
    elb.change(call, |draft| {
        let mut row = trust_store(draft, &input.trust_store_arn)?;
        let old = revocations(draft.elb, &draft.place, &row)?;
        let mut added = Vec::with_capacity(lists.len());
        for (content, entries) in &lists {
            row.last_revocation_id += 1;
            let revocation = DescribeTrustStoreRevocation {
                trust_store_arn: Some(row.arn().to_owned()),
                revocation_id: Some(row.last_revocation_id),
                revocation_type: Some(CRL.to_owned()),
                number_of_revoked_entries: Some(i64::try_from(*entries).unwrap_or(i64::MAX)),
            };
            added.push(RevocationRow::new(revocation, content.clone()));
        }
        if old.len() + added.len() > REVOCATION_LISTS_MAX {
            return Err(exception::too_many(
                "TooManyTrustStoreRevocationEntries",
                "revocation lists of a trust store",
                REVOCATION_LISTS_MAX,
            ));
        }
        count_entries(&mut row, old.iter().chain(&added))?;
        for revocation in &added {
            draft.put(revocation)?;
        }
        draft.put(&row)?;
        let answered = added.into_iter().map(|row| TrustStoreRevocation {
            trust_store_arn: row.revocation.trust_store_arn,
            revocation_id: row.revocation.revocation_id,
            revocation_type: row.revocation.revocation_type,
            number_of_revoked_entries: row.revocation.number_of_revoked_entries,
        });
        Ok(AddTrustStoreRevocationsOutput {
            trust_store_revocations: Some(answered.collect()),
        })
    })
    .await
}

fn count_entries<'a>(
    row: &mut TrustStoreRow,
    revocations: impl Iterator<Item = &'a RevocationRow>,
) -> Result<(), ServiceError> {
    let total = revocations.fold(0_i64, |sum, one| sum.saturating_add(one.entries()));
    if usize::try_from(total).is_ok_and(|total| total > REVOKED_ENTRIES_MAX) {
        return Err(exception::too_many(
            "TooManyTrustStoreRevocationEntries",
            "revoked entries of a trust store",
            REVOKED_ENTRIES_MAX,
        ));
    }
    row.trust_store.total_revoked_entries = Some(total);
    Ok(())
}

pub(crate) async fn remove_trust_store_revocations(
    elb: &Elb,
    call: &Call,
    input: RemoveTrustStoreRevocationsInput,
) -> Result<RemoveTrustStoreRevocationsOutput, ServiceError> {
    elb.change(call, |draft| {
        let mut row = trust_store(draft, &input.trust_store_arn)?;
        let all = revocations(draft.elb, &draft.place, &row)?;
        require_ids(&all, &input.revocation_ids)?;
        let (removed, kept): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|one| input.revocation_ids.contains(&one.id()));
        count_entries(&mut row, kept.iter())?;
        remove(draft, &removed)?;
        draft.put(&row)?;
        Ok(RemoveTrustStoreRevocationsOutput {})
    })
    .await
}

fn remove(draft: &mut Draft<'_>, revocations: &[RevocationRow]) -> Result<(), ServiceError> {
    for revocation in revocations {
        draft.delete(revocation)?;
    }
    Ok(())
}

fn require_ids(all: &[RevocationRow], ids: &[i64]) -> Result<(), ServiceError> {
    let missing = ids.iter().find(|id| all.iter().all(|one| one.id() != **id));
    missing.map_or(Ok(()), |id| Err(exception::revocation_id_not_found(*id)))
}

pub(crate) async fn describe_trust_store_revocations(
    elb: &Elb,
    call: &Call,
    input: DescribeTrustStoreRevocationsInput,
) -> Result<DescribeTrustStoreRevocationsOutput, ServiceError> {
    let row = found(elb, call, &input.trust_store_arn)?;
    let mut all = revocations(elb, &Place::of(call), &row)?;
    let ids = input.revocation_ids.unwrap_or_default();
    require_ids(&all, &ids)?;
    if !ids.is_empty() {
        all.retain(|one| ids.contains(&one.id()));
    }
    let (rows, next_marker) =
        page_in_order(all, input.marker.as_deref(), input.page_size, |row| {
            row.id().to_string()
        })?;
    Ok(DescribeTrustStoreRevocationsOutput {
        trust_store_revocations: Some(rows.into_iter().map(|row| row.revocation).collect()),
        next_marker,
    })
}

pub(crate) async fn describe_trust_store_associations(
    elb: &Elb,
    call: &Call,
    input: DescribeTrustStoreAssociationsInput,
) -> Result<DescribeTrustStoreAssociationsOutput, ServiceError> {
    let row = found(elb, call, &input.trust_store_arn)?;
    let all = associations(elb, &Place::of(call), row.arn())?;
    let (balancers, next_marker) =
        page_in_order(all, input.marker.as_deref(), input.page_size, String::clone)?;
    let associations = balancers.into_iter().map(|arn| TrustStoreAssociation {
        resource_arn: Some(arn),
    });
    Ok(DescribeTrustStoreAssociationsOutput {
        trust_store_associations: Some(associations.collect()),
        next_marker,
    })
}

/// The URL of what is kept (RFC 2397): it needs no server, and nobody else can read it.
fn location(content: &str) -> String {
    let encoded = BASE64.encode(content);
    format!("data:application/x-pem-file;base64,{encoded}")
}

pub(crate) async fn get_trust_store_ca_certificates_bundle(
    elb: &Elb,
    call: &Call,
    input: GetTrustStoreCaCertificatesBundleInput,
) -> Result<GetTrustStoreCaCertificatesBundleOutput, ServiceError> {
    let row = found(elb, call, &input.trust_store_arn)?;
    Ok(GetTrustStoreCaCertificatesBundleOutput {
        location: Some(location(&row.bundle)),
    })
}

pub(crate) async fn get_trust_store_revocation_content(
    elb: &Elb,
    call: &Call,
    input: GetTrustStoreRevocationContentInput,
) -> Result<GetTrustStoreRevocationContentOutput, ServiceError> {
    let row = found(elb, call, &input.trust_store_arn)?;
    let all = revocations(elb, &Place::of(call), &row)?;
    let one = all.iter().find(|one| one.id() == input.revocation_id);
    let one = one.ok_or_else(|| exception::revocation_id_not_found(input.revocation_id))?;
    Ok(GetTrustStoreRevocationContentOutput {
        location: Some(location(&one.content)),
    })
}

/// Nothing is shared between accounts, so what there is to delete is never a shared association.
pub(crate) async fn delete_shared_trust_store_association(
    elb: &Elb,
    call: &Call,
    input: DeleteSharedTrustStoreAssociationInput,
) -> Result<DeleteSharedTrustStoreAssociationOutput, ServiceError> {
    let row = found(elb, call, &input.trust_store_arn)?;
    let all = associations(elb, &Place::of(call), row.arn())?;
    Err(if all.contains(&input.resource_arn) {
        exception::same_account_association()
    } else {
        exception::association_not_found(&input.resource_arn)
    })
}

/// Nothing is shared between accounts, so no resource has a policy.
pub(crate) async fn get_resource_policy(
    _: &Elb,
    _: &Call,
    input: GetResourcePolicyInput,
) -> Result<GetResourcePolicyOutput, ServiceError> {
    Err(exception::no_resource_policy(&input.resource_arn))
}
