//! Bundles and revocation lists judged from outside: what is taken, what is refused, and why.

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, IsCa,
    KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber, date_time_ymd,
};

use super::*;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn list(authority: &Authority, serials: &[u64]) -> String {
    let time = date_time_ymd(2026, 1, 1);
    let revoked = |serial: &u64| RevokedCertParams {
        serial_number: SerialNumber::from(*serial),
        revocation_time: time,
        reason_code: None,
        invalidity_date: None,
    };
    let params = CertificateRevocationListParams {
        this_update: time,
        next_update: date_time_ymd(2036, 1, 1),
        crl_number: SerialNumber::from(1),
        issuing_distribution_point: None,
        revoked_certs: serials.iter().map(revoked).collect(),
        key_identifier_method: KeyIdMethod::Sha256,
    };
    params.signed_by(authority).unwrap().pem().unwrap()
}

fn reason<T: std::fmt::Debug>(read: Result<T, InvalidMaterial>) -> String {
    read.unwrap_err().0
}

#[test]
fn a_bundle_is_its_certificates_each_once() {
    let (one, other) = (authority(), authority());
    let text = format!("# ours\n{}\ntext\n{}{}", one.pem(), other.pem(), one.pem());
    let read = read_bundle(text.as_bytes()).unwrap();
    assert_eq!(read, [one.der().to_vec(), other.der().to_vec()]);
}

#[test]
fn what_is_no_bundle_is_refused_with_its_reason() {
    let one = authority();
    let leaf = rcgen::generate_simple_self_signed(["a.example".to_owned()]).unwrap();
    let key = leaf.signing_key.serialize_pem();
    let cases = [
        (String::new(), "holds no certificate"),
        ("text".to_owned(), "holds no certificate"),
        (leaf.cert.pem(), "certificate 1 is not an authority's"),
        (one.pem() + &leaf.cert.pem(), "certificate 2 is not"),
        (one.pem() + &key, "private key"),
        (one.pem() + &list(&one, &[]), "something else"),
        (one.pem().replace("-----END", "----END"), "no PEM"),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_owned(),
            "no X.509",
        ),
    ];
    for (text, expected) in cases {
        let reason = reason(read_bundle(text.as_bytes()));
        assert!(reason.contains(expected), "{expected}: {reason}");
    }
}

#[test]
fn bundles_have_limits() {
    let mut text = String::new();
    for _ in 0..CA_CERTIFICATES_MAX {
        text.push_str(&authority().pem());
    }
    assert_eq!(
        read_bundle(text.as_bytes()).unwrap().len(),
        CA_CERTIFICATES_MAX
    );
    text.push_str(&authority().pem());
    assert!(reason(read_bundle(text.as_bytes())).contains("more than 25"));
    let long = vec![b'\n'; BUNDLE_BYTES_MAX + 1];
    assert!(reason(read_bundle(&long)).contains("longer"));
    let long = vec![b'\n'; REVOCATION_LIST_BYTES_MAX + 1];
    assert!(reason(read_revocation_list(&long)).contains("longer"));
}

#[test]
fn a_revocation_list_has_its_entries() {
    let one = authority();
    for serials in [&[] as &[u64], &[7], &[1, 2, 3]] {
        let (_, entries) = read_revocation_list(list(&one, serials).as_bytes()).unwrap();
        assert_eq!(entries, serials.len());
    }
}

#[test]
fn what_is_no_revocation_list_is_refused_with_its_reason() {
    let one = authority();
    let good = list(&one, &[1]);
    for (text, expected) in [
        (String::new(), "holds no certificate revocation list"),
        (one.pem(), "something else"),
        (format!("{good}{good}"), "more than one"),
        (
            "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n".to_owned(),
            "no X.509",
        ),
    ] {
        let reason = reason(read_revocation_list(text.as_bytes()));
        assert!(reason.contains(expected), "{expected}: {reason}");
    }
}
