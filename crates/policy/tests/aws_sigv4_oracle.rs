//! The signer of AWS's own Rust SDK as the judge: what it signs verifies, what is changed after it
//! signed is refused; and our signer's signatures equal its own.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use policy::sigv4::{self, SignatureError, SignedRequestParts, Verified, parse_query, verify};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use types::{Secret, Time};

const NOW: i64 = 1_795_372_800;
const ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

#[derive(Debug, Clone)]
struct Request {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    fn raw_query(&self) -> String {
        let pair = |(name, value): &(String, String)| format!("{}={}", escape(name), escape(value));
        self.query.iter().map(pair).collect::<Vec<_>>().join("&")
    }

    fn verify(&self) -> Result<Verified, SignatureError> {
        // Over the raw query, as a real request comes.
        let query = parse_query(&self.raw_query()).unwrap();
        let headers: Vec<(&str, &[u8])> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let parts = SignedRequestParts {
            method: &self.method,
            path: &self.path,
            query: &query,
            headers: &headers,
            body: &self.body,
        };
        verify(&parts, Time::from_seconds(NOW), &|id, _| {
            (id == ID).then(|| Secret::new(SECRET.into()))
        })
    }

    fn header(&mut self, name: &str) -> &mut String {
        &mut self
            .headers
            .iter_mut()
            .find(|(header, _)| header == name)
            .unwrap()
            .1
    }
}

/// Needless escapes are no ambiguity as long as they decode to the same: all is escaped here.
fn escape(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn time(seconds: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.try_into().unwrap())
}

fn settings(in_query: bool, checksum: bool) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if in_query {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_secs(900));
    }
    if checksum {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    settings
}

fn sign_by_aws(request: &mut Request, signed_at: i64, settings: SigningSettings) -> String {
    let identity = Credentials::new(ID, SECRET, None, None, "test").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("eu-central-1")
        .name("wafv2")
        .time(time(signed_at))
        .settings(settings)
        .build()
        .unwrap();
    let uri = format!(
        "http://localhost:4600{}?{}",
        request.path,
        request.raw_query()
    );
    let uri = uri.strip_suffix('?').unwrap_or(&uri).to_owned();
    let headers = request
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let body = SignableBody::Bytes(&request.body);
    let signable = SignableRequest::new(&request.method, uri, headers, body).unwrap();
    let (instructions, signature) = sign(signable, &params.into()).unwrap().into_parts();
    let (headers, parameters) = instructions.into_parts();
    request.headers.extend(
        headers
            .iter()
            .map(|h| (h.name().to_owned(), h.value().to_owned())),
    );
    request.query.extend(
        parameters
            .into_iter()
            .map(|(name, value)| (name.into(), value.into())),
    );
    signature
}

prop_compose! {
    fn requests()(
        method in "GET|POST|PUT|DELETE",
        path in "(/[a-zA-Z0-9._~-]{1,6}|/%[2-7][0-9A-F]|/|/a:b@c){1,4}",
        query in prop::collection::btree_map("[a-z]{1,4}[ -~é]{0,4}", "[ -~é]{0,12}", 0..4),
        target in prop::option::of("[A-Za-z0-9_.]{1,20}"),
        extra in prop::collection::btree_map("[a-z]{3,8}", "[!-~]{1,9}( {1,3}[!-~]{1,5})?", 0..3),
        body: Vec<u8>,
    ) -> Request {
        let mut headers = vec![
            ("host".to_owned(), "localhost:4600".to_owned()),
            ("content-type".to_owned(), "application/x-amz-json-1.1".to_owned()),
        ];
        headers.extend(target.map(|target| ("x-amz-target".to_owned(), target)));
        headers.extend(extra.into_iter().map(|(name, value)| (format!("my-{name}"), value)));
        let mut names: Vec<String> = query.keys().map(|name| name.to_lowercase()).collect();
        names.dedup();
        let query = if names.len() == query.len() { query.into_iter().collect() } else { vec![] };
        Request { method, path, query, headers, body }
    }
}

fn seeded() -> ProptestConfig {
    ProptestConfig {
        cases: 256,
        rng_seed: RngSeed::Fixed(20_261_122),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(seeded())]

    #[test]
    fn what_aws_signs_verifies(
        mut request in requests(),
        in_query: bool,
        checksum: bool,
        skew in -300..=300_i64,
    ) {
        sign_by_aws(&mut request, NOW + skew, settings(in_query, checksum && !in_query));
        let verified = request.verify();
        prop_assert!(verified.is_ok(), "{verified:?} {request:#?}");
        let verified = verified.unwrap();
        prop_assert_eq!(verified.access_key_id, ID);
        prop_assert_eq!(verified.region.as_str(), "eu-central-1");
        prop_assert_eq!(verified.service, "wafv2");
        prop_assert_eq!(verified.time.as_seconds(), NOW + skew);
    }

    #[test]
    fn what_was_changed_after_aws_signed_it_is_refused(
        mut request in requests(),
        in_query: bool,
        change in 0..12_usize,
        digit in 0..64_usize,
    ) {
        sign_by_aws(&mut request, NOW, settings(in_query, false));
        prop_assert!(request.verify().is_ok());
        match change {
            0 => request.method.push('X'),
            1 => request.path.push_str("/x"),
            2 => request.query.push(("zz-added".into(), "1".into())),
            3 => request.header("host").push('0'),
            4 => request.header("content-type").push('x'),
            5 => request.body.push(0),
            6 => request.headers.push(("x-amz-target".into(), "AWSWAF_20190729.DeleteWebACL".into())),
            7 => request.headers.retain(|(name, _)| name != "content-type"),
            _ if in_query => {
                let (name, edit): (&str, fn(&mut String, usize)) = match change {
                    8 => ("X-Amz-Signature", flip),
                    9 => ("X-Amz-Credential", |text, _| *text = text.replace("wafv2", "sts")),
                    10 => ("X-Amz-Expires", |text, _| *text = "604800".to_owned()),
                    _ => ("X-Amz-Date", |text, _| *text = Time::from_seconds(NOW + 1).basic()),
                };
                let (_, value) = request.query.iter_mut().find(|(n, _)| n == name).unwrap();
                edit(value, digit);
            }
            8 => {
                let text = request.header("authorization");
                let at = text.len() - 64;
                let mut signature = text.split_off(at);
                flip(&mut signature, digit);
                text.push_str(&signature);
            }
            9 => {
                let text = request.header("authorization");
                *text = text.replace("/wafv2/", "/sts/");
            }
            10 => {
                let text = request.header("authorization");
                *text = text.replace("eu-central-1", "eu-central-2");
            }
            _ => *request.header("x-amz-date") = Time::from_seconds(NOW + 1).basic(),
        }
        let refused = request.verify();
        prop_assert!(refused.is_err(), "change {change}: {request:#?}");
    }

    #[test]
    fn our_signer_signs_what_aws_signs(mut request in requests()) {
        let basic = Time::from_seconds(NOW).basic();
        let mut ours = request.clone();
        ours.headers.push(("x-amz-date".to_owned(), basic));
        let headers: Vec<(&str, &[u8])> =
            ours.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let parts = SignedRequestParts {
            method: &ours.method,
            path: &ours.path,
            query: &ours.query,
            headers: &headers,
            body: &ours.body,
        };
        let credentials = sigv4::Credentials {
            access_key_id: ID.to_owned(),
            secret_access_key: Secret::new(SECRET.into()),
            session_token: None,
        };
        let region = "eu-central-1".parse().unwrap();
        let time = Time::from_seconds(NOW);
        let authorization = sigv4::sign(&parts, &credentials, &region, "wafv2", time).unwrap();
        let signature = sign_by_aws(&mut request, NOW, settings(false, false));
        prop_assert!(authorization.ends_with(&signature), "{authorization} {signature}");
        prop_assert_eq!(&authorization, request.header("authorization"));
    }
}

fn flip(signature: &mut String, digit: usize) {
    let flipped = if signature.as_bytes()[digit] == b'0' {
        "1"
    } else {
        "0"
    };
    signature.replace_range(digit..=digit, flipped);
}
