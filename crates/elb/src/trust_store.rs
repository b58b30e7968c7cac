//! Reads what a trust store is made of: bundles of authorities' certificates, and their revocation
//! lists, both as PEM. What is read here is what the edge can judge by.
//! Source: RFC 7468 (PEM), RFC 5280; Application Load Balancers, "Mutual authentication with TLS".

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::{PemObject, SectionKind};
use webpki::OwnedCertRevocationList;
use x509_parser::prelude::{CertificateRevocationList, FromDer, X509Certificate};

use crate::limit::{BUNDLE_BYTES_MAX, CA_CERTIFICATES_MAX, REVOCATION_LIST_BYTES_MAX};

/// Why a bundle or a list cannot be used, as a sentence without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidMaterial(pub String);

fn invalid<T>(reason: impl Into<String>) -> Result<T, InvalidMaterial> {
    Err(InvalidMaterial(reason.into()))
}

/// The sections of a PEM file, all of one kind.
fn sections(text: &[u8], kind: SectionKind, what: &str) -> Result<Vec<Vec<u8>>, InvalidMaterial> {
    let mut found = Vec::new();
    for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(text) {
        match section {
            Ok((of, der)) if of == kind => found.push(der),
            Ok((
                SectionKind::PrivateKey | SectionKind::RsaPrivateKey | SectionKind::EcPrivateKey,
                _,
            )) => {
                return invalid("it holds a private key, which belongs to nobody else");
            }
            Ok(_) => return invalid(format!("it holds something else beside {what}")),
            Err(error) => return invalid(format!("it is no PEM: {error}")),
        }
    }
    if found.is_empty() {
        return invalid(format!("it holds no {what} as PEM"));
    }
    Ok(found)
}

/// Reads a bundle of authorities' certificates; answers them as DER, each once.
///
/// # Errors
/// When it is too long, no PEM, empty, or one of its certificates is no authority's.
pub fn read_bundle(text: &[u8]) -> Result<Vec<Vec<u8>>, InvalidMaterial> {
    if text.len() > BUNDLE_BYTES_MAX {
        return invalid(format!("it is longer than {BUNDLE_BYTES_MAX} bytes"));
    }
    let mut certificates = Vec::new();
    for der in sections(text, SectionKind::Certificate, "certificate")? {
        if certificates.contains(&der) {
            continue;
        }
        let number = certificates.len() + 1;
        if number > CA_CERTIFICATES_MAX {
            return invalid(format!(
                "it holds more than {CA_CERTIFICATES_MAX} certificates"
            ));
        }
        if let Err(InvalidMaterial(reason)) = check_authority(&der) {
            return invalid(format!("certificate {number} {reason}"));
        }
        certificates.push(der);
    }
    Ok(certificates)
}

fn check_authority(der: &[u8]) -> Result<(), InvalidMaterial> {
    let certificate = match X509Certificate::from_der(der) {
        Ok(([], certificate)) => certificate,
        Ok(_) => return invalid("is followed by other bytes"),
        Err(error) => return invalid(format!("is no X.509: {error}")),
    };
    if !certificate.is_ca() {
        return invalid("is not an authority's: it lacks basicConstraints CA:TRUE");
    }
    match webpki::anchor_from_trusted_cert(&CertificateDer::from(der)) {
        Ok(_) => Ok(()),
        Err(error) => invalid(format!("cannot be trusted: {error}")),
    }
}

/// Reads a revocation list; answers it as DER, and how many entries it has.
///
/// # Errors
/// When it is too long, no PEM, or not exactly one list that can be judged by: complete, direct and
/// of version 2.
pub fn read_revocation_list(text: &[u8]) -> Result<(Vec<u8>, usize), InvalidMaterial> {
    if text.len() > REVOCATION_LIST_BYTES_MAX {
        return invalid(format!(
            "it is longer than {REVOCATION_LIST_BYTES_MAX} bytes"
        ));
    }
    let mut lists = sections(text, SectionKind::Crl, "certificate revocation list")?;
    let Some(der) = lists.pop().filter(|_| lists.is_empty()) else {
        return invalid("it holds more than one certificate revocation list");
    };
    let entries = match CertificateRevocationList::from_der(&der) {
        Ok(([], list)) => list.iter_revoked_certificates().count(),
        Ok(_) => return invalid("the list is followed by other bytes"),
        Err(error) => return invalid(format!("it is no X.509 revocation list: {error}")),
    };
    match OwnedCertRevocationList::from_der(&der) {
        Ok(_) => Ok((der, entries)),
        Err(error) => invalid(format!("the list cannot be judged by: {error}")),
    }
}

#[cfg(test)]
mod tests;
