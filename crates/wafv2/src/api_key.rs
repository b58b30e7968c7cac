//! API keys: the token domains of a client application and the time of its creation, sealed, so that
//! an application can carry them in public and nobody can make or change one.
//! Source: AWS WAF Developer Guide, "Managing API keys for the JS CAPTCHA API". Sealed with
//! AES-256-GCM (NIST SP 800-38D); account, Region and scope are authenticated with it.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use types::{Secret, Time};
use wire::{Value, json};

use crate::master_secret::{Purpose, derive};
use crate::scope::Place;

/// The form of the tokens, their first byte.
const VERSION: u8 = 1;

/// What an API key says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiKey {
    pub(crate) id: String,
    pub(crate) token_domains: Vec<String>,
    pub(crate) created: Time,
}

impl ApiKey {
    /// `APIKeySummary$Version`.
    pub(crate) const VERSION: i64 = VERSION as i64;

    /// The token of this key; `None` when the cryptography library fails.
    pub(crate) fn seal(
        &self,
        place: &Place,
        secret: &Secret,
        nonce: [u8; NONCE_LEN],
    ) -> Option<String> {
        let content = Value::Map(vec![
            ("i".to_owned(), Value::from(self.id.as_str())),
            ("d".to_owned(), Value::from(self.token_domains.clone())),
            ("t".to_owned(), Value::from(self.created.as_millis())),
        ]);
        let mut sealed = json::to_string(&content).into_bytes();
        let key = sealing_key(secret)?;
        let unique = Nonce::assume_unique_for_key(nonce);
        key.seal_in_place_append_tag(unique, authenticated(place), &mut sealed)
            .ok()?;
        let mut token = vec![VERSION];
        token.extend_from_slice(&nonce);
        token.extend_from_slice(&sealed);
        Some(URL_SAFE_NO_PAD.encode(token))
    }

    /// What a token says; `None` when it was not sealed here for this place.
    pub(crate) fn open(token: &str, place: &Place, secret: &Secret) -> Option<Self> {
        let token = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (nonce, sealed) = token
            .strip_prefix(&[VERSION])?
            .split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = sealed.to_vec();
        let content = sealing_key(secret)?
            .open_in_place(nonce, authenticated(place), &mut sealed)
            .ok()?;
        let content = json::parse(content).ok()?;
        let domains = content.member("d")?.as_list()?.iter();
        Some(Self {
            id: content.member("i")?.as_str()?.to_owned(),
            token_domains: domains
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            created: Time::from_millis(content.member("t")?.as_i64()?),
        })
    }
}

fn sealing_key(secret: &Secret) -> Option<LessSafeKey> {
    let key = derive(secret, Purpose::ApiKeys);
    let key = UnboundKey::new(&AES_256_GCM, key.expose()).ok()?;
    Some(LessSafeKey::new(key))
}

fn authenticated(place: &Place) -> Aad<String> {
    let Place {
        account,
        region,
        scope,
    } = place;
    Aad::from(format!("{account}/{region}/{}", scope.segment()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::Scope;

    fn place(region: &str) -> Place {
        Place {
            account: "123456789012".to_owned(),
            region: region.to_owned(),
            scope: Scope::Regional,
        }
    }

    #[test]
    fn a_token_opens_where_it_was_sealed_and_nothing_else_does() {
        let key = ApiKey {
            id: "7f0a3c52-1b6e-4d11-9a05-d6f1c2b3a4e5".to_owned(),
            token_domains: vec!["example.com".to_owned(), "shop.example.com".to_owned()],
            created: Time::from_seconds(1_795_000_000),
        };
        let secret = Secret::new(vec![7; 32]);
        let here = place("eu-west-1");
        let token = key.seal(&here, &secret, [1; NONCE_LEN]).unwrap();
        assert_eq!(ApiKey::open(&token, &here, &secret), Some(key.clone()));
        assert_eq!(ApiKey::open(&token, &place("us-east-1"), &secret), None);
        assert_eq!(ApiKey::open(&token, &here, &Secret::new(vec![8; 32])), None);
        assert!(!token.contains("example"));
        for at in 0..token.len() {
            let mut other = token.clone().into_bytes();
            other[at] = if other[at] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).unwrap();
            // The last letter's lowest bits say nothing; such a text is no token either.
            assert_eq!(ApiKey::open(&other, &here, &secret), None, "letter {at}");
        }
        for text in ["", "AQ", "!", "AQAAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(ApiKey::open(text, &here, &secret), None, "{text}");
        }
        // The longest that the API takes: five domains of 253 letters.
        let longest = ApiKey {
            token_domains: vec!["x".repeat(253); 5],
            ..key
        };
        let token = longest.seal(&here, &secret, [2; NONCE_LEN]).unwrap();
        assert!(token.len() <= 2048, "{}", token.len());
    }
}
