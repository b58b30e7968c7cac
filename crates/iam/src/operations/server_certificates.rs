//! Server certificates: kept, their private keys wrapped. Load balancers here serve certificates from
//! files, not these. Source: IAM API Reference, `UploadServerCertificate` and its kin.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use types::{Call, ServiceError, Time};
use x509_parser::pem::Pem;

use super::users::{is_under, path};
use crate::limit::SERVER_CERTIFICATES_MAX;
use crate::model::{
    DeleteServerCertificateRequest, GetServerCertificateRequest, GetServerCertificateResponse,
    ListServerCertificatesRequest, ListServerCertificatesResponse, ServerCertificate,
    UpdateServerCertificateRequest, UploadServerCertificateRequest,
    UploadServerCertificateResponse,
};
use crate::page::page;
use crate::state::ServerCertificateRow;
use crate::tags::Tags;
use crate::{Iam, exception, id, shown};

/// When a certificate in PEM ends.
fn expires(body: &str) -> Result<Time, ServiceError> {
    let malformed = || {
        ServiceError::sender(
            "MalformedCertificate",
            "Unable to parse certificate. Please ensure the certificate is in PEM format.",
        )
    };
    let mut pems = Pem::iter_from_buffer(body.as_bytes());
    let (Some(Ok(pem)), None) = (pems.next(), pems.next()) else {
        return Err(malformed());
    };
    let certificate = pem.parse_x509().map_err(|_| malformed())?;
    Ok(Time::from_seconds(
        certificate.validity().not_after.timestamp(),
    ))
}

fn exists(name: &str) -> ServiceError {
    exception::already_exists(format!(
        "The Server Certificate with name {name} already exists."
    ))
}

pub(crate) async fn upload_server_certificate(
    iam: &Iam,
    call: &Call,
    input: UploadServerCertificateRequest,
) -> Result<UploadServerCertificateResponse, ServiceError> {
    let expires = expires(&input.certificate_body)?;
    let is_key = Pem::iter_from_buffer(input.private_key.as_bytes())
        .next()
        .is_some_and(|pem| pem.is_ok_and(|pem| pem.label.ends_with("PRIVATE KEY")));
    if !is_key {
        return Err(ServiceError::sender(
            "MalformedCertificate",
            "Unable to parse the private key. It must be unencrypted and in PEM format.",
        ));
    }
    iam.change(call, |draft| {
        let name = &input.server_certificate_name;
        if draft
            .account
            .server_certificates
            .contains_key(&id::folded(name))
        {
            return Err(exists(name));
        }
        if draft.account.server_certificates.len() >= SERVER_CERTIFICATES_MAX {
            return Err(exception::quota(
                "ServerCertificatesPerAccount",
                SERVER_CERTIFICATES_MAX,
            ));
        }
        let unique = draft.unique(id::SERVER_CERTIFICATE)?;
        let context = format!("iam/server-certificate/{}/{unique}", draft.id());
        let wrapped = iam.wrap.wrap(&context, input.private_key.as_bytes());
        let row = ServerCertificateRow {
            name: name.clone(),
            path: path(input.path.as_ref()),
            id: unique,
            uploaded_ms: draft.now.as_millis(),
            expires_ms: expires.as_millis(),
            body: input.certificate_body.trim().to_owned(),
            chain: input.certificate_chain.clone(),
            wrapped: BASE64.encode(wrapped.map_err(|error| exception::key_wrap(&error))?),
            tags: Tags::new(input.tags.clone())?,
        };
        let (metadata, tags) = (
            shown::server_certificate(draft.id(), &row),
            row.tags.shown(),
        );
        draft.put(row)?;
        Ok(UploadServerCertificateResponse {
            server_certificate_metadata: Some(metadata),
            tags,
        })
    })
    .await
}

pub(crate) async fn get_server_certificate(
    iam: &Iam,
    call: &Call,
    input: GetServerCertificateRequest,
) -> Result<GetServerCertificateResponse, ServiceError> {
    let account = iam.account_of(call);
    let row = account.server_certificate(&input.server_certificate_name)?;
    Ok(GetServerCertificateResponse {
        server_certificate: ServerCertificate {
            server_certificate_metadata: shown::server_certificate(account.id, &row),
            certificate_body: row.body.clone(),
            certificate_chain: row.chain.clone(),
            tags: Some(row.tags.list()),
        },
    })
}

pub(crate) async fn list_server_certificates(
    iam: &Iam,
    call: &Call,
    input: ListServerCertificatesRequest,
) -> Result<ListServerCertificatesResponse, ServiceError> {
    let account = iam.account_of(call);
    let rows = account.server_certificates.iter();
    let wanted = rows.filter(|(_, row)| is_under(&row.path, input.path_prefix.as_ref()));
    let page = page(
        wanted.map(|(key, row)| (key.clone(), shown::server_certificate(account.id, row))),
        input.marker.as_deref(),
        input.max_items,
    )?;
    Ok(ListServerCertificatesResponse {
        server_certificate_metadata_list: page.items,
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

pub(crate) async fn update_server_certificate(
    iam: &Iam,
    call: &Call,
    input: UpdateServerCertificateRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let old = draft
            .account
            .server_certificate(&input.server_certificate_name)?;
        let mut row = ServerCertificateRow::clone(&old);
        if let Some(path) = &input.new_path {
            row.path.clone_from(path);
        }
        if let Some(name) = &input.new_server_certificate_name {
            row.name.clone_from(name);
        }
        let (old_key, new_key) = (id::folded(&old.name), id::folded(&row.name));
        if new_key != old_key {
            if draft.account.server_certificates.contains_key(&new_key) {
                return Err(exists(&row.name));
            }
            draft.delete::<ServerCertificateRow>(&old_key);
        }
        draft.put(row)
    })
    .await
}

pub(crate) async fn delete_server_certificate(
    iam: &Iam,
    call: &Call,
    input: DeleteServerCertificateRequest,
) -> Result<(), ServiceError> {
    iam.change(call, |draft| {
        let row = draft
            .account
            .server_certificate(&input.server_certificate_name)?;
        draft.delete::<ServerCertificateRow>(&id::folded(&row.name));
        Ok(())
    })
    .await
}
