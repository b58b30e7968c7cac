//! The certificate of the HTTPS listener where nobody gave one: of a local CA that is made at first
//! start. Source: RFC 5280; the local CA follows what mkcert made customary.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use jiff::{Timestamp, ToSpan, Zoned, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use types::Time;
use zeroize::Zeroizing;

use crate::private_file;
use crate::sealed_file::{self, SecretFiles};

/// How long a certificate of the local CA is valid: below the 398 days that browsers accept.
const LEAF_DAYS: i64 = 397;

/// How long the local CA itself is valid.
const CA_DAYS: i64 = 3650;

/// A listener's certificate and key, and what to tell the user about it.
pub(crate) struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    /// The local CA's certificate: clients are to trust this file. `None` while the seal is closed: then
    /// the CA is one of this process only, which nobody trusts.
    pub(crate) local_ca: Option<PathBuf>,
}

impl Identity {
    /// A certificate for `domains` and this machine, of the local CA in `folder`. The CA is made
    /// once and kept; the certificate lives in memory and is made anew at every start.
    pub(crate) fn of_local_ca(
        folder: &Path,
        domains: &[String],
        now: Time,
        files: &SecretFiles,
    ) -> Result<Self> {
        let (ca_pem, ca_key_pem) = (folder.join("ca.pem"), folder.join("ca.key"));
        let (ca_key, local_ca) = match ca_key(&ca_key_pem, files) {
            Ok(key) => (key, Some(ca_pem)),
            Err(error) if sealed_file::is_closed(&error) => (KeyPair::generate()?, None),
            Err(error) => return Err(error),
        };
        let ca = ca_params(&ca_key, now)?;
        if let Some(ca_pem) = &local_ca
            && !ca_pem.exists()
        {
            private_file::write(ca_pem, ca.self_signed(&ca_key)?.pem().as_bytes())?;
        }
        let issuer = Issuer::new(ca, ca_key);

        let mut names = vec![
            "localhost".to_owned(),
            "127.0.0.1".to_owned(),
            "::1".to_owned(),
        ];
        names.extend(
            domains
                .iter()
                .filter(|domain| !names.contains(domain))
                .cloned()
                .collect::<Vec<_>>(),
        );
        let first = domains
            .first()
            .map_or("localhost", String::as_str)
            .to_owned();
        let mut leaf = CertificateParams::new(names).context("a domain is no host name")?;
        leaf.distinguished_name.push(DnType::CommonName, first);
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.use_authority_key_identifier_extension = true;
        set_validity(&mut leaf, now, LEAF_DAYS)?;
        let leaf_key = KeyPair::generate()?;
        let leaf = leaf.signed_by(&leaf_key, &issuer)?;
        let key = PrivateKeyDer::try_from(leaf_key.serialize_der())
            .map_err(|error| anyhow::anyhow!("the new key cannot be read back: {error}"))?;
        Ok(Self {
            certificate: leaf.der().clone(),
            key,
            local_ca,
        })
    }

    /// As the edge shows it.
    pub(crate) fn certified_key(self) -> Result<Arc<CertifiedKey>> {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let certified = CertifiedKey::from_der(vec![self.certificate], self.key, &provider)
            .context("certificate and private key do not belong together")?;
        Ok(Arc::new(certified))
    }
}

/// The CA's key; made if there is none.
fn ca_key(path: &Path, files: &SecretFiles) -> Result<KeyPair> {
    if path.exists() {
        let text = files.read(path)?;
        let shown = || format!("{} is no private key", path.display());
        let text = std::str::from_utf8(&text).with_context(shown)?;
        return KeyPair::from_pem(text).with_context(shown);
    }
    let key = KeyPair::generate()?;
    files.write(path, Zeroizing::new(key.serialize_pem()).as_bytes())?;
    Ok(key)
}

fn ca_params(key: &KeyPair, now: Time) -> Result<CertificateParams> {
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::OrganizationName, "Bartizan");
    // Two installations have two names, so that a browser can trust both.
    let id = params.key_identifier(key);
    let id = types::hex(id.get(..4).unwrap_or_default());
    params
        .distinguished_name
        .push(DnType::CommonName, format!("Bartizan local CA {id}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    set_validity(&mut params, now, CA_DAYS)?;
    Ok(params)
}

/// From yesterday, since clocks differ, for `days`.
fn set_validity(params: &mut CertificateParams, now: Time, days: i64) -> Result<()> {
    let zoned = Zoned::new(Timestamp::from_millisecond(now.as_millis())?, TimeZone::UTC);
    let day = |date: jiff::civil::Date| {
        rcgen::date_time_ymd(
            i32::from(date.year()),
            u8::try_from(date.month()).unwrap_or(1),
            u8::try_from(date.day()).unwrap_or(1),
        )
    };
    let start = zoned.date().checked_sub(1.day())?;
    params.not_before = day(start);
    params.not_after = day(start.checked_add(days.days())?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::from_seconds(1_795_000_000);

    #[test]
    fn the_local_ca_is_made_once_and_its_key_is_private() {
        use std::os::unix::fs::PermissionsExt;
        let above = tempfile::tempdir().unwrap();
        let data = above.path().join("data");
        let entropy = Arc::new(crate::system::SystemEntropy::default());
        let seal = crate::seal::open(&data, entropy).unwrap().seal;
        let files = SecretFiles::of(&data, seal.clone());
        let folder = data.join("tls");
        let domains = ["shop.example".to_owned()];
        let made = || Identity::of_local_ca(&folder, &domains, NOW, &files).unwrap();
        let first = made();
        let ca_pem = first.local_ca.clone().unwrap();
        let ca = std::fs::read_to_string(&ca_pem).unwrap();
        first.certified_key().unwrap();
        let second = made();
        assert_eq!(
            std::fs::read_to_string(second.local_ca.unwrap()).unwrap(),
            ca
        );
        let key = std::fs::read(folder.join("ca.key")).unwrap();
        assert!(sealed_file::is_sealed(&key));

        // Sealed, TLS is served by a CA that nobody trusts, and nothing that is kept is changed.
        seal.close();
        let sealed = made();
        assert_eq!(sealed.local_ca, None);
        sealed.certified_key().unwrap();
        assert_eq!(std::fs::read(folder.join("ca.key")).unwrap(), key);
        assert_eq!(std::fs::read_to_string(ca_pem).unwrap(), ca);
        let mode = folder
            .join("ca.key")
            .metadata()
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
