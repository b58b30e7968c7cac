//! AssumeRoleWithWebIdentity: tokens of a real provider's form, signed by real keys, against a key set
//! that rotates, fails and lies.

use std::sync::atomic::Ordering;
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};
use types::{AccountId, Principal, WebIdentity};

use crate::client::{ACCOUNT, Caller, Client, NOW};

const ISSUER: &str = "https://issuer.example/realm";
const ROLE: &str = "arn:aws:iam::111111111111:role/Web";

enum Key {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
}

impl Key {
    fn rsa() -> Self {
        Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    fn p256() -> Self {
        Self::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RS256",
            Self::P256(_) => "ES256",
        }
    }

    fn jwk(&self, id: &str) -> Value {
        match self {
            Self::Rsa(pair) => {
                let public = pair.public_key();
                let modulus = public.modulus().big_endian_without_leading_zero();
                let exponent = public.exponent().big_endian_without_leading_zero();
                json!({"kty": "RSA", "kid": id, "alg": "RS256", "use": "sig",
                    "n": BASE64.encode(modulus), "e": BASE64.encode(exponent)})
            }
            Self::P256(pair) => {
                let point = pair.public_key().as_ref();
                json!({"kty": "EC", "crv": "P-256", "kid": id, "use": "sig",
                    "x": BASE64.encode(&point[1..33]), "y": BASE64.encode(&point[33..])})
            }
        }
    }

    fn token(&self, header: &Value, claims: &Value) -> String {
        let signed = format!(
            "{}.{}",
            BASE64.encode(header.to_string()),
            BASE64.encode(claims.to_string())
        );
        let random = SystemRandom::new();
        let signature = match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(
                    &RSA_PKCS1_SHA256,
                    &random,
                    signed.as_bytes(),
                    &mut signature,
                )
                .unwrap();
                signature
            }
            Self::P256(pair) => pair
                .sign(&random, signed.as_bytes())
                .unwrap()
                .as_ref()
                .to_vec(),
        };
        format!("{signed}.{}", BASE64.encode(signature))
    }
}

fn claims() -> Value {
    let now = NOW.as_seconds();
    json!({"iss": ISSUER, "sub": "repo:me/app", "aud": "client", "exp": now + 600, "iat": now, "nbf": now})
}

fn nobody() -> Caller {
    let account: AccountId = ACCOUNT.parse().unwrap();
    Caller {
        principal: Principal::WebIdentity(WebIdentity::new(account)),
        session: None,
        access_key_id: String::new(),
    }
}

async fn house(keys: &[(&str, &Key)]) -> Client {
    let client = Client::new().await;
    publish(&client, keys);
    client
        .ok(
            "CreateOpenIDConnectProvider",
            json!({"Url": ISSUER, "ClientIDList": ["client"]}),
        )
        .await;
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Federated": format!("arn:aws:iam::{ACCOUNT}:oidc-provider/issuer.example/realm")},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {"issuer.example/realm:aud": "client"}, "StringLike": {"issuer.example/realm:sub": "repo:me/*"}}}]});
    client
        .ok(
            "CreateRole",
            json!({"RoleName": "Web", "AssumeRolePolicyDocument": trust.to_string()}),
        )
        .await;
    client
}

fn publish(client: &Client, keys: &[(&str, &Key)]) {
    let keys: Vec<Value> = keys.iter().map(|(id, key)| key.jwk(id)).collect();
    *client.key_sets.text.lock().unwrap() = Some(json!({ "keys": keys }).to_string());
}

async fn assume(client: &Client, token: &str) -> Result<Value, String> {
    let input = json!({"RoleArn": ROLE, "RoleSessionName": "web", "WebIdentityToken": token});
    let answer = client
        .sts(&nobody(), "AssumeRoleWithWebIdentity", input)
        .await;
    answer.map_err(|error| format!("{} {}: {}", error.status, error.code, error.message))
}

#[tokio::test]
async fn both_algorithms_are_taken_and_the_session_says_who_vouched() {
    for key in [Key::rsa(), Key::p256()] {
        let client = house(&[("one", &key)]).await;
        let header = json!({"alg": key.algorithm(), "kid": "one", "typ": "JWT"});
        let given = assume(&client, &key.token(&header, &claims()))
            .await
            .unwrap();
        assert_eq!(given["SubjectFromWebIdentityToken"], "repo:me/app");
        assert_eq!(given["Audience"], "client");
        assert_eq!(
            given["AssumedRoleUser"]["Arn"],
            format!("arn:aws:sts::{ACCOUNT}:assumed-role/Web/web")
        );
        let session = client.session(&given).unwrap();
        assert_eq!(
            session.session.unwrap().federated_provider.unwrap(),
            format!("arn:aws:iam::{ACCOUNT}:oidc-provider/issuer.example/realm")
        );
    }
}

#[tokio::test]
async fn what_is_not_as_it_should_be_is_refused() {
    let (key, other, ec) = (Key::rsa(), Key::rsa(), Key::p256());
    let client = house(&[("one", &key), ("ec", &ec)]).await;
    let header = json!({"alg": "RS256", "kid": "one"});
    let with = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        claims
    };
    let now = NOW.as_seconds();
    for (claims, expected) in [
        (
            with("aud", json!("stranger")),
            "400 InvalidIdentityToken: Incorrect token audience",
        ),
        (
            with("exp", json!(now)),
            "400 ExpiredTokenException: Token expired: current date/time",
        ),
        (with("exp", json!(now - 1)), "400 ExpiredTokenException"),
        (
            with("iat", json!(now + 3_600)),
            "400 InvalidIdentityToken: The ID Token provided is not valid yet",
        ),
        (
            with("nbf", json!(now + 3_600)),
            "400 InvalidIdentityToken: The ID Token provided is not valid yet",
        ),
        (
            with("iss", json!("https://evil.example")),
            "400 InvalidIdentityToken: No OpenIDConnect provider found in your account for https://evil.example",
        ),
        (
            with("sub", json!("repo:them/app")),
            "403 AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity",
        ),
        (
            with("sub", Value::Null),
            "400 InvalidIdentityToken: The ID Token provided is not a valid JWT",
        ),
        (
            with("azp", json!("stranger")),
            "400 InvalidIdentityToken: Incorrect token audience",
        ),
    ] {
        let refused = assume(&client, &key.token(&header, &claims))
            .await
            .unwrap_err();
        assert!(refused.starts_with(expected), "{refused}, not {expected}");
    }
    // Another's signature; the right one under another name; algorithms that are no algorithm.
    let good = key.token(&header, &claims());
    for (token, expected) in [
        (other.token(&header, &claims()), "could not be validated"),
        (
            key.token(&json!({"alg": "RS256", "kid": "two"}), &claims()),
            "Couldn't retrieve verification key",
        ),
        (
            key.token(&json!({"alg": "none", "kid": "one"}), &claims()),
            "neither RS256 nor ES256",
        ),
        (
            key.token(&json!({"alg": "HS256", "kid": "one"}), &claims()),
            "neither RS256 nor ES256",
        ),
        (
            key.token(&json!({"alg": "ES256", "kid": "one"}), &claims()),
            "Couldn't retrieve verification key",
        ),
        (
            key.token(
                &json!({"alg": "RS256", "kid": "one", "crit": ["x"]}),
                &claims(),
            ),
            "critical",
        ),
        (
            format!("{}.", good.rsplit_once('.').unwrap().0),
            "could not be validated",
        ),
        ("aaaa.bbbb".to_owned(), "no three parts"),
    ] {
        let refused = assume(&client, &token).await.unwrap_err();
        assert!(
            refused.starts_with("400 InvalidIdentityToken") && refused.contains(expected),
            "{refused}, not {expected}"
        );
    }
    assume(&client, &good).await.unwrap();
}

/// Time passes, on every clock.
async fn pass(client: &Client, seconds: i64) {
    client.clock.forward(seconds);
    let passed = Duration::from_secs(u64::try_from(seconds).unwrap());
    tokio::time::advance(passed).await;
}

#[tokio::test(start_paused = true)]
async fn keys_grow_old_although_the_clock_was_set_back() {
    let (one, two) = (Key::p256(), Key::p256());
    let client = house(&[("one", &one)]).await;
    let token_of = |key: &Key, id: &str| {
        let mut claims = claims();
        claims["iat"] = json!(NOW.as_seconds() - 20 * 24 * 3_600);
        key.token(&json!({"alg": "ES256", "kid": id}), &claims)
    };
    // The clock was ten days ahead while the keys were fetched.
    client.clock.forward(10 * 24 * 3_600);
    assert!(
        assume(&client, &token_of(&one, "one")).await.is_err(),
        "it has expired"
    );
    client.clock.forward(-10 * 24 * 3_600);
    assume(&client, &token_of(&one, "one")).await.unwrap();
    publish(&client, &[("two", &two)]);
    tokio::time::advance(Duration::from_secs(3_601)).await;
    assume(&client, &token_of(&two, "two")).await.unwrap();
    assert!(
        assume(&client, &token_of(&one, "one")).await.is_err(),
        "its key is gone"
    );
}

#[tokio::test(start_paused = true)]
async fn a_provider_rotates_its_keys_and_may_be_away() {
    let (one, two) = (Key::rsa(), Key::p256());
    let client = house(&[("one", &one)]).await;
    let token_of = |key: &Key, id: &str, after: i64| {
        let mut claims = claims();
        claims["exp"] = json!(NOW.as_seconds() + after + 600);
        key.token(&json!({"alg": key.algorithm(), "kid": id}), &claims)
    };
    let asked = || client.key_sets.asked.load(Ordering::Relaxed);
    assume(&client, &token_of(&one, "one", 0)).await.unwrap();
    assume(&client, &token_of(&one, "one", 0)).await.unwrap();
    assert_eq!(asked(), 1, "the set is kept");
    publish(&client, &[("two", &two)]);
    // An unknown key makes us ask again, once a minute.
    assert!(assume(&client, &token_of(&two, "two", 0)).await.is_err());
    assert_eq!(asked(), 1);
    pass(&client, 61).await;
    assume(&client, &token_of(&two, "two", 61)).await.unwrap();
    assert_eq!(asked(), 2);
    assert!(
        assume(&client, &token_of(&one, "one", 61)).await.is_err(),
        "what is gone is gone"
    );
    // Away for a day at most.
    *client.key_sets.text.lock().unwrap() = None;
    pass(&client, 2 * 3_600).await;
    assume(&client, &token_of(&two, "two", 2 * 3_600 + 61))
        .await
        .unwrap();
    pass(&client, 24 * 3_600).await;
    let refused = assume(&client, &token_of(&two, "two", 27 * 3_600))
        .await
        .unwrap_err();
    assert!(
        refused.contains("Couldn't retrieve verification key"),
        "{refused}"
    );
    *client.key_sets.text.lock().unwrap() = Some("{".to_owned());
    pass(&client, 61).await;
    assert!(
        assume(&client, &token_of(&two, "two", 28 * 3_600))
            .await
            .is_err()
    );
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_is_away_is_asked_once_a_minute_whoever_calls() {
    let key = Key::p256();
    let client = house(&[("one", &key)]).await;
    *client.key_sets.text.lock().unwrap() = None;
    let asked = || client.key_sets.asked.load(Ordering::Relaxed);
    let header = json!({"alg": "ES256", "kid": "one"});
    let token = key.token(&header, &claims());
    for _ in 0..50 {
        // Whoever it is: neither a wrong signature nor another key's name makes us ask.
        let forged = key.token(&json!({"alg": "ES256", "kid": "x"}), &claims());
        assert!(assume(&client, &forged).await.is_err());
        assert!(assume(&client, &token).await.is_err());
    }
    assert_eq!(asked(), 1);
    pass(&client, 59).await;
    assert!(assume(&client, &token).await.is_err());
    assert_eq!(asked(), 1);
    publish(&client, &[("one", &key)]);
    pass(&client, 1).await;
    assume(&client, &token).await.unwrap();
    assert_eq!(asked(), 2);
}

#[tokio::test]
async fn a_crowd_asks_a_provider_once() {
    let key = Key::p256();
    let client = house(&[("one", &key)]).await;
    let token = key.token(&json!({"alg": "ES256", "kid": "one"}), &claims());
    client.key_sets.slow.store(true, Ordering::Relaxed);
    let (one, two, three, four) = tokio::join!(
        assume(&client, &token),
        assume(&client, &token),
        assume(&client, &token),
        assume(&client, &token),
    );
    for answer in [one, two, three, four] {
        answer.unwrap();
    }
    assert_eq!(client.key_sets.asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn the_call_learns_who_it_is_when_the_token_was_verified_and_not_before() {
    let (key, other) = (Key::p256(), Key::p256());
    let client = house(&[("one", &key)]).await;
    let header = json!({"alg": "ES256", "kid": "one"});
    let ask = async |token: String| {
        let caller = nobody();
        let input = json!({"RoleArn": ROLE, "RoleSessionName": "web", "WebIdentityToken": token});
        let answer = client
            .sts(&caller, "AssumeRoleWithWebIdentity", input)
            .await;
        let Principal::WebIdentity(web) = &caller.principal else {
            panic!("{caller:?}", caller = caller.principal);
        };
        (answer.is_ok(), web.vouched().cloned())
    };
    let (is_let_in, vouched) = ask(other.token(&header, &claims())).await;
    assert!(
        !is_let_in && vouched.is_none(),
        "a forged token names nobody"
    );
    let (is_let_in, vouched) = ask(key.token(&header, &claims())).await;
    let vouched = vouched.unwrap();
    assert!(is_let_in);
    assert_eq!(vouched.subject, "repo:me/app");
    assert_eq!(vouched.audience, "client");
    let provider = format!("arn:aws:iam::{ACCOUNT}:oidc-provider/issuer.example/realm");
    assert_eq!(vouched.provider, provider);
    // Who is denied is named as well.
    let mut claims = claims();
    claims["sub"] = json!("repo:them/app");
    let (is_let_in, vouched) = ask(key.token(&header, &claims)).await;
    assert!(!is_let_in);
    assert_eq!(vouched.unwrap().subject, "repo:them/app");
}
