//! `AddListenerCertificates`, `RemoveListenerCertificates`, `DescribeListenerCertificates`.

use types::{Call, ServiceError};

use super::listeners::certificate_arn;
use super::references::listener;
use crate::limit::CERTIFICATES_MAX;
use crate::model::{
    AddListenerCertificatesInput, AddListenerCertificatesOutput, Certificate,
    DescribeListenerCertificatesInput, DescribeListenerCertificatesOutput,
    RemoveListenerCertificatesInput, RemoveListenerCertificatesOutput,
};
use crate::page::page_in_order;
use crate::state::ListenerRow;
use crate::{Elb, exception, id};

fn default_arn(row: &ListenerRow) -> Option<&String> {
    let certificate = row.listener.certificates.as_ref()?.first()?;
    certificate.certificate_arn.as_ref()
}

fn described(arn: &str, is_default: bool) -> Certificate {
    Certificate {
        certificate_arn: Some(arn.to_owned()),
        is_default: Some(is_default),
    }
}

pub(crate) async fn add_listener_certificates(
    elb: &Elb,
    call: &Call,
    input: AddListenerCertificatesInput,
) -> Result<AddListenerCertificatesOutput, ServiceError> {
    elb.change(call, |draft| {
        let mut row = listener(draft, &input.listener_arn)?;
        if !row.is_https() {
            return Err(exception::validation(
                "Certificates can only be added to HTTPS listeners",
            ));
        }
        let mut added = Vec::with_capacity(input.certificates.len());
        for certificate in &input.certificates {
            let arn = certificate_arn(elb, certificate)?;
            if !row.certificates.contains(&arn) {
                row.certificates.push(arn.clone());
            }
            added.push(described(&arn, false));
        }
        if row.certificates.len() > CERTIFICATES_MAX {
            return Err(exception::too_many(
                "TooManyCertificates",
                "certificates of a listener",
                CERTIFICATES_MAX,
            ));
        }
        draft.put(&row)?;
        Ok(AddListenerCertificatesOutput {
            certificates: Some(added),
        })
    })
    .await
}

pub(crate) async fn remove_listener_certificates(
    elb: &Elb,
    call: &Call,
    input: RemoveListenerCertificatesInput,
) -> Result<RemoveListenerCertificatesOutput, ServiceError> {
    elb.change(call, |draft| {
        let mut row = listener(draft, &input.listener_arn)?;
        for certificate in &input.certificates {
            let arn = certificate.certificate_arn.clone().unwrap_or_default();
            if !row.certificates.contains(&arn) && default_arn(&row) == Some(&arn) {
                return Err(exception::operation_not_permitted(format!(
                    "Default certificate '{arn}' cannot be removed; modify the listener to replace it"
                )));
            }
            // As in AWS, what is not there is removed.
            row.certificates.retain(|known| *known != arn);
        }
        draft.put(&row)?;
        Ok(RemoveListenerCertificatesOutput {})
    })
    .await
}

pub(crate) async fn describe_listener_certificates(
    elb: &Elb,
    call: &Call,
    input: DescribeListenerCertificatesInput,
) -> Result<DescribeListenerCertificatesOutput, ServiceError> {
    if !id::is("listener", &input.listener_arn) {
        return Err(exception::invalid_arn("listener", &input.listener_arn));
    }
    let row: Option<ListenerRow> = elb.find(call, &input.listener_arn)?;
    let row = row.ok_or_else(exception::listeners_not_found)?;
    let default = default_arn(&row).map(|arn| described(arn, true));
    let others = row.certificates.iter().map(|arn| described(arn, false));
    let all: Vec<Certificate> = default.into_iter().chain(others).collect();
    let marker = input.marker.as_deref();
    let key = |certificate: &Certificate| {
        let arn = certificate.certificate_arn.as_deref().unwrap_or_default();
        // The default certificate may be among the others too.
        format!(
            "{}{arn}",
            if certificate.is_default == Some(true) {
                "default "
            } else {
                ""
            }
        )
    };
    let (certificates, next_marker) = page_in_order(all, marker, input.page_size, key)?;
    Ok(DescribeListenerCertificatesOutput {
        certificates: Some(certificates),
        next_marker,
    })
}
