//! AWS's own signing suite (aws-c-auth v0.9.0), read where it lies beside the checkout: every
//! signed request of it, in header and in query form, must verify, and must not with another
//! secret, a changed body, or too late. What its canonical requests and strings to sign must be is
//! judged by the signature over them.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use policy::sigv4::{
    Presented, Rules, SignatureError, SignedRequestParts, SigningKeys, parse_query,
};
use serde_json::Value;
use types::{Secret, Time};

const SUITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/sigv4/v4");
const CASES: usize = 40;

/// A request as the suite writes it: the request line, headers, an empty line, the body.
struct Request {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Request {
    fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let line = lines.next().unwrap();
        let (method, target) = line.split_once(' ').unwrap();
        let target = target.strip_suffix(" HTTP/1.1").unwrap_or(target);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers: Vec<(String, Vec<u8>)> = Vec::new();
        for line in lines {
            if line.starts_with(' ') {
                let (_, value) = headers.last_mut().unwrap();
                value.extend_from_slice(b"\r\n");
                value.extend_from_slice(line.as_bytes());
            } else {
                let (name, value) = line.split_once(':').unwrap();
                headers.push((name.to_lowercase(), value.into()));
            }
        }
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: parse_query(query).unwrap(),
            body: if body.trim().is_empty() {
                Vec::new()
            } else {
                body.into()
            },
            headers,
        }
    }

    fn verify(
        &self,
        rules: Rules,
        now: Time,
        keys: &BTreeMap<String, String>,
    ) -> Result<String, SignatureError> {
        let headers: Vec<(&str, &[u8])> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .collect();
        let parts = SignedRequestParts {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &headers,
            body: &self.body,
        };
        let secrets =
            |id: &str, _: Option<&str>| keys.get(id).map(|key| Secret::new(key.clone().into()));
        let (presented, kept) = (Presented::read(&parts)?, SigningKeys::default());
        let verified = presented.verify(&parts, rules, now, &secrets, &kept)?;
        // And again, now that the signing key is kept.
        assert_eq!(kept.count(), 1);
        let again = presented.verify(&parts, rules, now, &secrets, &kept);
        assert_eq!(again, Ok(verified.clone()));
        Ok(format!(
            "{}/{}/{}",
            verified.access_key_id, verified.region, verified.service
        ))
    }
}

struct Case {
    folder: PathBuf,
    time: Time,
    rules: Rules,
    keys: BTreeMap<String, String>,
    whose: String,
}

fn case(folder: &Path) -> Case {
    let name = folder.file_name().unwrap().to_str().unwrap();
    // The suite's users, the AWS SDKs' own tests, hold what these two cases leave out.
    let old = |id: &str, secret: &str, time, region, service| Case {
        folder: folder.to_owned(),
        time: Time::parse_basic(time).unwrap(),
        rules: Rules::default(),
        keys: BTreeMap::from([(id.to_owned(), secret.to_owned())]),
        whose: format!("{id}/{region}/{service}"),
    };
    let example = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    match name {
        "double-url-encode" => {
            return old(
                "AKIDEXAMPLE",
                example,
                "20210511T154045Z",
                "us-east-2",
                "lambda",
            );
        }
        "double-encode-path" => {
            let secret = "notrealrnrELgWzOk3IfjzDKtFBhDby";
            return old(
                "ANOTREAL",
                secret,
                "20150830T123600Z",
                "us-east-1",
                "service",
            );
        }
        _ => {}
    }
    let text = fs::read_to_string(folder.join("context.json")).unwrap();
    let context: Value = serde_json::from_str(&text).unwrap();
    let credentials = &context["credentials"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let id = text(&credentials["access_key_id"]);
    Case {
        folder: folder.to_owned(),
        time: Time::parse_rfc3339(context["timestamp"].as_str().unwrap()).unwrap(),
        rules: Rules {
            normalize_path: context["normalize"].as_bool().unwrap(),
            double_encode_path: false,
            session_token_unsigned: context["omit_session_token"].as_bool().unwrap_or(false),
        },
        whose: format!(
            "{id}/{}/{}",
            text(&context["region"]),
            text(&context["service"])
        ),
        keys: BTreeMap::from([(id, text(&credentials["secret_access_key"]))]),
    }
}

fn cases() -> Vec<Case> {
    let mut folders: Vec<PathBuf> = fs::read_dir(SUITE)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    assert_eq!(folders.len(), CASES);
    folders.iter().map(|folder| case(folder)).collect()
}

fn signed_requests(case: &Case) -> Vec<(&'static str, Request)> {
    ["header-signed-request.txt", "query-signed-request.txt"]
        .into_iter()
        .filter_map(|file| {
            let text = fs::read_to_string(case.folder.join(file)).ok()?;
            Some((file, Request::read(&text)))
        })
        .collect()
}

#[test]
fn every_signed_request_of_the_suite_verifies() {
    let mut verified = 0;
    for case in cases() {
        for (file, request) in signed_requests(&case) {
            assert_eq!(
                request.verify(case.rules, case.time, &case.keys),
                Ok(case.whose.clone()),
                "{} {file}",
                case.folder.display()
            );
            verified += 1;
        }
    }
    assert_eq!(verified, 2 * CASES - 2);
}

#[test]
fn no_signed_request_of_the_suite_verifies_changed_or_late() {
    for case in cases() {
        for (file, mut request) in signed_requests(&case) {
            let place = format!("{} {file}", case.folder.display());
            let in_query = file.starts_with("query");
            let life = Duration::from_secs(if in_query { 3600 } else { 300 });
            let wrong: BTreeMap<_, _> = case
                .keys
                .keys()
                .map(|id| (id.clone(), "wrong".to_owned()))
                .collect();
            let refused = |request: &Request, now, keys| match request.verify(case.rules, now, keys)
            {
                Err(SignatureError::Invalid(text)) => text,
                Err(SignatureError::Mismatch) => "mismatch".to_owned(),
                other => panic!("{place}: {other:?}"),
            };
            let second = Duration::from_secs(1);
            assert_eq!(refused(&request, case.time, &wrong), "mismatch");
            assert!(
                request
                    .verify(case.rules, case.time.plus(life), &case.keys)
                    .is_ok()
            );
            assert!(
                refused(&request, case.time.plus(life + second), &case.keys)
                    .starts_with("Signature expired: 20")
            );
            assert!(
                request
                    .verify(
                        case.rules,
                        case.time.minus(Duration::from_secs(300)),
                        &case.keys
                    )
                    .is_ok()
            );
            assert!(
                refused(
                    &request,
                    case.time.minus(Duration::from_secs(301)),
                    &case.keys
                )
                .starts_with("Signature not yet current: 20")
            );
            assert_eq!(
                request.verify(case.rules, case.time, &BTreeMap::new()),
                Err(SignatureError::UnknownCredentials)
            );
            request.body.push(b'!');
            assert!(request.verify(case.rules, case.time, &case.keys).is_err());
        }
    }
}
