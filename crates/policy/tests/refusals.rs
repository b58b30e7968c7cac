//! Every way in which a signature can be incomplete, ambiguous or wrong, and the words AWS has for
//! it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::time::Instant;

use aws_lc_rs::{digest, hmac};
use policy::sigv4::{
    Credentials, Presented, Rules, SIGNING_KEYS_MAX, SIGNING_KEYS_PER_ACCESS_KEY_MAX,
    SignatureError, SignedRequestParts, SigningKeys, parse_query, sign, verify,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use types::{Secret, Time};

const NOW: &str = "20261122T120000Z";
const ID: &str = "AKIDEXAMPLE";

fn secret() -> Secret {
    Secret::new(b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_vec())
}

/// A well-signed request to change and then to judge.
#[derive(Clone)]
struct Request {
    path: &'static str,
    query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    fn signed() -> Self {
        Self::signed_with(&[])
    }

    fn signed_with(more: &[(&str, &str)]) -> Self {
        let mut request = Self {
            path: "/",
            query: String::new(),
            headers: [
                ("host", "localhost:4600"),
                ("content-type", "application/x-amz-json-1.1"),
                ("x-amz-target", "AWSWAF_20190729.ListIPSets"),
                ("x-amz-date", NOW),
            ]
            .iter()
            .chain(more)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
            body: b"{}".to_vec(),
        };
        let credentials = Credentials {
            access_key_id: ID.to_owned(),
            secret_access_key: secret(),
            session_token: None,
        };
        let region = "us-east-1".parse().unwrap();
        let now = Time::parse_basic(NOW).unwrap();
        let authorization = request
            .with_parts(|parts| sign(parts, &credentials, &region, "wafv2", now))
            .unwrap();
        request
            .headers
            .push(("authorization".to_owned(), authorization));
        request
    }

    fn presigned(query: &str) -> Self {
        let mut request = Self::signed();
        request.headers.retain(|(name, _)| name == "host");
        query.clone_into(&mut request.query);
        request
    }

    /// At noon, for a week.
    fn well_presigned() -> Self {
        let hash = |text: &[u8]| types::hex(digest::digest(&digest::SHA256, text).as_ref());
        let scope = "20261122/us-east-1/sts/aws4_request";
        let query = format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={ID}%2F{}&X-Amz-Date={NOW}\
             &X-Amz-Expires=604800&X-Amz-SignedHeaders=host",
            scope.replace('/', "%2F")
        );
        let canonical = format!(
            "POST\n/\n{query}\nhost:localhost:4600\n\nhost\n{}",
            hash(b"{}")
        );
        let text = format!(
            "AWS4-HMAC-SHA256\n{NOW}\n{scope}\n{}",
            hash(canonical.as_bytes())
        );
        let sign = |key: &[u8], text: &str| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, key);
            hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
        };
        let start = [b"AWS4", secret().expose()].concat();
        let key = scope.split('/').fold(start, |key, part| sign(&key, part));
        let signature = types::hex(&sign(&key, &text));
        Self::presigned(&format!("{query}&X-Amz-Signature={signature}"))
    }

    fn with_parts<T>(&self, work: impl FnOnce(&SignedRequestParts<'_>) -> T) -> T {
        let query = parse_query(&self.query).unwrap();
        let headers: Vec<(&str, &[u8])> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        work(&SignedRequestParts {
            method: "POST",
            path: self.path,
            query: &query,
            headers: &headers,
            body: &self.body,
        })
    }

    fn verify(&self) -> Result<(), SignatureError> {
        let now = Time::parse_basic(NOW).unwrap();
        let secrets = |id: &str, token: Option<&str>| (id == ID && token.is_none()).then(secret);
        self.with_parts(|parts| verify(parts, now, &secrets))
            .map(drop)
    }

    /// As a server does: what was right before makes the next verification shorter.
    fn verify_again(
        &self,
        secret: Option<&Secret>,
        kept: &SigningKeys,
    ) -> Result<(), SignatureError> {
        let now = Time::parse_basic(NOW).unwrap();
        let secrets = |id: &str, _: Option<&str>| secret.filter(|_| id == ID).cloned();
        self.with_parts(|parts| {
            Presented::read(parts)?.verify(parts, Rules::default(), now, &secrets, kept)
        })
        .map(drop)
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(header, _)| header != name);
        self
    }

    fn and(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn authorization(mut self, edit: impl FnOnce(&str) -> String) -> Self {
        let (_, value) = self
            .headers
            .iter_mut()
            .find(|(n, _)| n == "authorization")
            .unwrap();
        *value = edit(value);
        self
    }

    fn replaced(self, from: &str, to: &str) -> Self {
        self.authorization(|text| {
            assert!(text.contains(from), "{text}");
            text.replacen(from, to, 1)
        })
    }
}

#[test]
fn a_well_signed_request_verifies() {
    assert_eq!(Request::signed().verify(), Ok(()));
    // Without spaces after the commas, as some clients write it.
    assert_eq!(
        Request::signed()
            .authorization(|text| text.replace(", ", ","))
            .verify(),
        Ok(())
    );
    // User-Agent is a header that clients leave unsigned.
    assert_eq!(
        Request::signed().and("user-agent", "aws-cli/2").verify(),
        Ok(())
    );
    // The body's hash, when it is stated and right.
    let hash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    assert_eq!(
        Request::signed_with(&[("x-amz-content-sha256", hash)]).verify(),
        Ok(())
    );
}

#[test]
fn each_mistake_has_its_words() {
    let signed = Request::signed;
    let incomplete = "Incomplete";
    let invalid = "Invalid";
    let mismatch = "the signature is not the one";
    let unknown = "the access key id or the session token is unknown";
    let mut other_path = signed();
    other_path.path = "/x";
    let mut broken_path = signed();
    broken_path.path = "/%zz";
    let mut other_query = signed();
    "a=1".clone_into(&mut other_query.query);
    let mut both_forms = signed();
    "X-Amz-Signature=00".clone_into(&mut both_forms.query);
    let mut both_forms_lower = signed();
    "x-amz-signature=00".clone_into(&mut both_forms_lower.query);
    let unsigned_payload =
        Request::signed_with(&[]).and("x-amz-content-sha256", "UNSIGNED-PAYLOAD");

    for (what, request, kind, words) in [
        (
            "no signature",
            signed().without("authorization"),
            "Missing",
            "the request carries no signature",
        ),
        (
            "two",
            signed().and("authorization", "AWS4-HMAC-SHA256 x"),
            incomplete,
            "The request has more than one 'authorization' header.",
        ),
        (
            "two hosts",
            signed().and("host", "evil"),
            incomplete,
            "more than one 'host' header",
        ),
        (
            "two dates",
            signed().and("x-amz-date", NOW),
            incomplete,
            "more than one 'x-amz-date'",
        ),
        (
            "two targets",
            signed().and("x-amz-target", "A.B"),
            incomplete,
            "more than one",
        ),
        (
            "two lengths",
            signed()
                .and("content-length", "2")
                .and("content-length", "3"),
            incomplete,
            "more than one",
        ),
        (
            "both forms",
            both_forms,
            incomplete,
            "signed both by an Authorization header and by query",
        ),
        (
            "both forms, lower case",
            both_forms_lower,
            incomplete,
            "signed both by an Authorization",
        ),
        (
            "Basic",
            signed().authorization(|_| "Basic dXNlcjpwYXNz".to_owned()),
            incomplete,
            "Unsupported AWS 'algorithm': 'Basic'.",
        ),
        (
            "SHA-1",
            signed().replaced("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"),
            incomplete,
            "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'.",
        ),
        (
            "only the algorithm, no date",
            signed()
                .without("x-amz-date")
                .authorization(|_| "AWS4-HMAC-SHA256".to_owned()),
            incomplete,
            "Authorization header requires 'Credential' parameter. Authorization header requires \
             'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. \
             Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. \
             Authorization=AWS4-HMAC-SHA256",
        ),
        (
            "no signature parameter",
            signed().authorization(|text| text.split(", Signature").next().unwrap().to_owned()),
            incomplete,
            "Authorization header requires 'Signature' parameter. Authorization=AWS4-HMAC-SHA256",
        ),
        (
            "a parameter twice",
            signed().authorization(|text| format!("{text}, Signature=00")),
            incomplete,
            "Authorization header has more than one 'Signature' parameter.",
        ),
        (
            "a parameter nobody knows",
            signed().authorization(|text| format!("{text}, Extra=00")),
            incomplete,
            "'Extra' is no parameter of the Authorization header.",
        ),
        (
            "longer than the limit",
            signed().authorization(|text| format!("{text}{}", " ".repeat(4096))),
            incomplete,
            "The Authorization header is longer than 4096 bytes.",
        ),
        (
            "short credential",
            signed().replaced("AKIDEXAMPLE/20261122/", "20261122/"),
            incomplete,
            "Credential must have exactly 5 slash-delimited elements, e.g. \
             keyid/date/region/service/term, got '20261122/us-east-1/wafv2/aws4_request'",
        ),
        (
            "terminator",
            signed().replaced("aws4_request", "aws5_request"),
            invalid,
            "Credential should be scoped with a valid terminator: 'aws4_request', not \
             'aws5_request'.",
        ),
        (
            "region",
            signed().replaced("us-east-1", "US_EAST"),
            invalid,
            "Credential should be scoped to a valid region, not 'US_EAST'.",
        ),
        (
            "another day's scope",
            signed().replaced("/20261122/", "/20261121/"),
            invalid,
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from \
             HTTP: '20261121' != '20261122', from '20261122T120000Z'.",
        ),
        (
            "no ISO date",
            signed()
                .without("x-amz-date")
                .and("x-amz-date", "Sun, 22 Nov 2026 12:00:00 GMT"),
            incomplete,
            "Date must be in ISO-8601 'basic format'. Got 'Sun, 22 Nov 2026 12:00:00 GMT'. See \
             http://en.wikipedia.org/wiki/ISO_8601",
        ),
        (
            "an unsigned Date header instead",
            signed().without("x-amz-date").and("date", NOW),
            invalid,
            "'date' must be a 'SignedHeader' in the AWS Authorization.",
        ),
        (
            "host not signed",
            signed().replaced("content-type;host;", "content-type;"),
            invalid,
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
        ),
        (
            "host not there",
            signed().without("host"),
            incomplete,
            "The request has no 'Host' header.",
        ),
        (
            "content type not signed",
            signed().replaced("content-type;host;", "host;"),
            invalid,
            "'content-type' must be a 'SignedHeader' in the AWS Authorization.",
        ),
        (
            "x-amz header not signed",
            signed().and("x-amz-acl", "public"),
            invalid,
            "'x-amz-acl' must be a 'SignedHeader' in the AWS Authorization.",
        ),
        (
            "signed headers not sorted",
            signed().replaced("content-type;host", "host;content-type"),
            incomplete,
            "'SignedHeaders' must be at most 100 header names in lower case, each once, sorted",
        ),
        (
            "signed headers twice",
            signed().replaced("content-type;host", "content-type;host;host"),
            incomplete,
            "'SignedHeaders' must be",
        ),
        (
            "signed headers in upper case",
            signed().replaced("content-type;host", "Content-Type;host"),
            incomplete,
            "'SignedHeaders' must be",
        ),
        (
            "unsigned payload",
            unsigned_payload,
            invalid,
            "'x-amz-content-sha256' must be a 'SignedHeader'",
        ),
        (
            "unsigned payload, signed so",
            Request::signed_with_claimed_hash("UNSIGNED-PAYLOAD"),
            invalid,
            "The 'x-amz-content-sha256' header does not match the SHA-256 of the request's body.",
        ),
        (
            "signature cut",
            signed()
                .authorization(|text| text.strip_suffix(char::is_alphanumeric).unwrap().to_owned()),
            "Mismatch",
            mismatch,
        ),
        (
            "signature in upper case",
            signed().authorization(upper_signature),
            "Mismatch",
            mismatch,
        ),
        ("other path", other_path, "Mismatch", mismatch),
        (
            "broken path",
            broken_path,
            incomplete,
            "The request's path holds a '%' without two hex",
        ),
        ("other query", other_query, "Mismatch", mismatch),
        (
            "unknown key",
            signed().replaced("AKIDEXAMPLE", "AKIDOTHER"),
            "UnknownCredentials",
            unknown,
        ),
        (
            "long key",
            signed().replaced("AKIDEXAMPLE", &"A".repeat(129)),
            "UnknownCredentials",
            unknown,
        ),
        (
            "a token nobody gave",
            signed().and("x-amz-security-token", "FwoGZXIvYXdzE"),
            "UnknownCredentials",
            unknown,
        ),
    ] {
        let error = request.verify().expect_err(what);
        assert!(format!("{error:?}").starts_with(kind), "{what}: {error:?}");
        assert!(error.to_string().contains(words), "{what}: {error}");
    }
}

fn upper_signature(text: &str) -> String {
    let (head, signature) = text.split_at(text.len() - 64);
    format!("{head}{}", signature.to_uppercase())
}

impl Request {
    /// Signed as if the claimed hash were the body's, as a client with an unsigned payload does.
    fn signed_with_claimed_hash(claimed: &str) -> Self {
        let mut request = Self::signed().and("x-amz-content-sha256", claimed);
        request = request.replaced("host;", "host;x-amz-content-sha256;");
        request
    }
}

#[test]
fn each_mistake_of_a_presigned_url_has_its_words() {
    let good = "X-Amz-Algorithm=AWS4-HMAC-SHA256\
                &X-Amz-Credential=AKIDEXAMPLE%2F20261122%2Fus-east-1%2Fsts%2Faws4_request\
                &X-Amz-Date=20261122T120000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host\
                &X-Amz-Signature=00";
    assert_eq!(
        Request::presigned(good).verify(),
        Err(SignatureError::Mismatch)
    );
    for (from, to, words) in [
        (
            "&X-Amz-Signature=00",
            "",
            "AWS query-string parameters must include 'X-Amz-Signature'. Re-examine the \
             query-string parameters.",
        ),
        (
            "Expires=60",
            "Expires=604801",
            "X-Amz-Expires must be a number of seconds from 1 to 604800, got '604801'.",
        ),
        ("Expires=60", "Expires=0", "X-Amz-Expires must be"),
        ("Expires=60", "Expires=-1", "X-Amz-Expires must be"),
        ("Expires=60", "Expires=", "X-Amz-Expires must be"),
        ("Expires=60", "Expires=%2B60", "X-Amz-Expires must be"),
        ("Expires=60", "Expires=99999999999", "X-Amz-Expires must be"),
        (
            "SHA256",
            "SHA1",
            "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'.",
        ),
        (
            "X-Amz-Algorithm",
            "x-amz-algorithm",
            "must include 'X-Amz-Algorithm'.",
        ),
        (
            "20261122T120000Z",
            "20261122T115859Z",
            "Signature expired: 20261122T115859Z is now earlier than 20261122T115900Z (20261122T120000Z - 60 sec.)",
        ),
        (
            "20261122T120000Z",
            "20261122T120501Z",
            "Signature not yet current: 20261122T120501Z is still later than 20261122T120500Z (20261122T120000Z + 5 min.)",
        ),
    ] {
        let query = good.replacen(from, to, 1);
        let error = Request::presigned(&query).verify().expect_err(to);
        assert!(error.to_string().contains(words), "{error}");
    }
    let dated = Request::presigned(good).and("x-amz-date", NOW);
    assert!(
        dated
            .verify()
            .unwrap_err()
            .to_string()
            .contains("must not have header 'x-amz-date'")
    );
}

#[test]
fn a_kept_signing_key_is_of_its_secret_and_scope_alone() {
    let (kept, good, other) = (
        SigningKeys::default(),
        secret(),
        Secret::new(vec![b'x'; 40]),
    );
    let request = Request::signed();
    for _ in 0..2 {
        assert_eq!(request.verify_again(Some(&good), &kept), Ok(()));
    }
    assert_eq!(kept.count(), 1);
    // The secret was changed, or the key taken away: what it signed counts no more.
    let refused = request.verify_again(Some(&other), &kept);
    assert_eq!(refused, Err(SignatureError::Mismatch));
    let refused = request.verify_again(None, &kept);
    assert_eq!(refused, Err(SignatureError::UnknownCredentials));
    // A changed request, and one of another scope with this signature.
    let changed = Request {
        body: b"{ }".to_vec(),
        ..request.clone()
    };
    for changed in [
        changed,
        request.clone().replaced("/us-east-1/", "/eu-west-1/"),
    ] {
        let refused = changed.verify_again(Some(&good), &kept);
        assert_eq!(refused, Err(SignatureError::Mismatch));
    }
    assert_eq!(
        (request.verify_again(Some(&good), &kept), kept.count()),
        (Ok(()), 1)
    );
}

/// A request that is signed well, and verified as a server does.
fn verified(
    (id, secret): (&str, &Secret),
    (region, signed_at, now): (&str, Time, Time),
    kept: &SigningKeys,
) {
    let credentials = Credentials {
        access_key_id: id.to_owned(),
        secret_access_key: secret.clone(),
        session_token: None,
    };
    let region = region.parse().unwrap();
    let mut request = Request::signed()
        .without("authorization")
        .without("x-amz-date")
        .and("x-amz-date", &signed_at.basic());
    let signed = request.with_parts(|parts| sign(parts, &credentials, &region, "kms", signed_at));
    request = request.and("authorization", &signed.unwrap());
    let secrets = |_: &str, _: Option<&str>| Some(secret.clone());
    let verified = request.with_parts(|parts| {
        Presented::read(parts)?.verify(parts, Rules::default(), now, &secrets, kept)
    });
    verified.map(drop).unwrap();
}

#[test]
fn so_many_signing_keys_are_kept_and_no_more() {
    let (kept, secret) = (SigningKeys::default(), secret());
    let now = Time::parse_basic(NOW).unwrap();
    for number in 0..=SIGNING_KEYS_MAX + 10 {
        let id = format!("AKIDEXAMPLE{number:04}");
        verified((&id, &secret), ("us-east-1", now, now), &kept);
        assert_eq!(kept.count(), (number + 1).min(SIGNING_KEYS_MAX));
    }
}

/// Else one caller would make everybody's next request slower.
#[test]
fn one_access_key_takes_the_room_of_no_others() {
    let kept = SigningKeys::default();
    let (mine, theirs) = (secret(), secret());
    let now = Time::parse_basic(NOW).unwrap();
    verified(("AKIDMINE", &mine), ("us-east-1", now, now), &kept);
    for number in 0..2 * SIGNING_KEYS_MAX {
        let region = format!("eu-west-{number}");
        verified(("AKIDTHEIRS", &theirs), (&region, now, now), &kept);
        assert!(kept.count() <= 1 + SIGNING_KEYS_PER_ACCESS_KEY_MAX);
    }
    drop(theirs);
    kept.forget(now);
    assert_eq!(kept.count(), 1, "mine is there");
}

#[test]
fn a_signing_key_is_kept_for_its_day_and_while_its_secret_is_there() {
    let kept = SigningKeys::default();
    let (stays, goes) = (secret(), secret());
    let at = |text: &str| Time::parse_basic(text).unwrap();
    let noon = at(NOW);
    verified(("AKIDSTAYS", &stays), ("us-east-1", noon, noon), &kept);
    verified(("AKIDGOES", &goes), ("us-east-1", noon, noon), &kept);
    kept.forget(noon);
    assert_eq!(kept.count(), 2);
    // The access key was deleted: nothing keeps its secret, and its signing key is of no use.
    drop(goes);
    kept.forget(noon);
    assert_eq!(kept.count(), 1);
    // A request of before midnight may come until the clock's allowance is over.
    let (before, after) = (at("20261122T235900Z"), at("20261123T000300Z"));
    verified(("AKIDSTAYS", &stays), ("us-east-1", before, after), &kept);
    kept.forget(at("20261123T000500Z"));
    assert_eq!(kept.count(), 1);
    kept.forget(at("20261123T000501Z"));
    assert_eq!(kept.count(), 0);
    // Another secret of the same access key takes the place of the first.
    let other = Secret::new(vec![b'x'; 40]);
    verified(("AKIDSTAYS", &stays), ("us-east-1", noon, noon), &kept);
    verified(("AKIDSTAYS", &other), ("eu-west-1", noon, noon), &kept);
    assert_eq!(kept.count(), 1);
    // Of a presigned URL of an earlier day none is kept.
    let kept = SigningKeys::default();
    let next_day = at("20261123T120000Z");
    let good = Request::well_presigned();
    let secrets = |_: &str, _: Option<&str>| Some(stays.clone());
    for _ in 0..2 {
        let verified = good.with_parts(|parts| {
            Presented::read(parts)?.verify(parts, Rules::default(), next_day, &secrets, &kept)
        });
        verified.map(drop).unwrap();
        assert_eq!(kept.count(), 0);
    }
}

#[test]
fn an_unknown_key_costs_what_a_bad_signature_costs() {
    let unknown = Request::signed().replaced("AKIDEXAMPLE", "AKIDEXAMPLF");
    let wrong = Request::signed()
        .authorization(|text| format!("{}g", text.strip_suffix(char::is_alphanumeric).unwrap()));
    // Also where the right key signed before, and its signing key is kept.
    let (kept, secret) = (SigningKeys::default(), secret());
    assert_eq!(Request::signed().verify_again(Some(&secret), &kept), Ok(()));
    let cost = |request: &Request| {
        let start = Instant::now();
        assert!(request.verify_again(Some(&secret), &kept).is_err());
        start.elapsed()
    };
    // In turn, and by the median, so that a busy machine slows both the same.
    let (mut unknown_costs, mut wrong_costs): (Vec<_>, Vec<_>) =
        (0..4001).map(|_| (cost(&unknown), cost(&wrong))).unzip();
    unknown_costs.sort_unstable();
    wrong_costs.sort_unstable();
    let ratio = unknown_costs[2000].as_secs_f64() / wrong_costs[2000].as_secs_f64();
    println!(
        "unknown {:?}, wrong {:?}",
        unknown_costs[2000], wrong_costs[2000]
    );
    assert!((0.8..1.25).contains(&ratio), "{ratio}");
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(20_261_122),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Whatever stands in the places that are read, the answer is a refusal.
    #[test]
    fn nothing_that_was_not_signed_verifies(
        algorithm in "(AWS4-HMAC-SHA256)?.{0,3}",
        parts in prop::collection::vec(
            "(Credential|SignedHeaders|Signature|[A-Za-z]{0,3})=?[ -~é]{0,40}", 0..5
        ),
        credential in "Credential=[ -~]{0,12}(/[0-9a-z_]{0,12}){0,6}",
        date in "(20261122T120000Z|[0-9TZ]{0,17}|.{0,5})",
        extra in ".{0,20}",
    ) {
        let text = format!("{algorithm} {credential}, {}", parts.join(", "));
        let request = Request::signed()
            .authorization(|_| text)
            .without("x-amz-date")
            .and("x-amz-date", &date)
            .and("x-extra", &extra);
        prop_assert!(request.verify().is_err());
    }
}
