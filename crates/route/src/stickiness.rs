//! Stickiness cookies: `AWSALB`, `AWSALBTG`, `AWSALBAPP-0` and their twins for cross-site use.
//! Their value is sealed: it names no target, and none can be made without the key. Source:
//! Application Load Balancers, "Sticky sessions"; RFC 6265; RFC 8452 for the cipher, which does not
//! break when a nonce repeats.

use std::fmt;
use std::time::Duration;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use types::Time;

/// What a cookie binds its client to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// A target, by duration: `AWSALB`.
    Target,
    /// A target, as long as the application's cookie lives: `AWSALBAPP-0`.
    Application,
    /// A target group of a forward action: `AWSALBTG`.
    TargetGroup,
}

impl Binding {
    /// The cookie's name.
    #[must_use]
    pub fn cookie(self) -> &'static str {
        match self {
            Self::Target => "AWSALB",
            Self::Application => "AWSALBAPP-0",
            Self::TargetGroup => "AWSALBTG",
        }
    }

    /// The name of its twin with `SameSite=None`, which browsers send from other sites too.
    #[must_use]
    pub fn cross_site_cookie(self) -> Option<&'static str> {
        match self {
            Self::Target => Some("AWSALBCORS"),
            Self::Application => None,
            Self::TargetGroup => Some("AWSALBTGCORS"),
        }
    }

    fn tag(self) -> u8 {
        match self {
            Self::Target => 1,
            Self::Application => 2,
            Self::TargetGroup => 3,
        }
    }
}

/// Bytes of a cookie key.
pub const KEY_BYTES: usize = 32;
/// Random bytes for each cookie.
pub const NONCE_BYTES: usize = NONCE_LEN;
/// Bytes that are sealed: group, target, time.
const PLAIN_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
/// The longest cookie value that is looked at.
pub const VALUE_BYTES_MAX: usize = 128;

/// Seals and opens cookies.
pub struct CookieKey(LessSafeKey);

impl fmt::Debug for CookieKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CookieKey(..)")
    }
}

/// Bytes that are no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a cookie key has {KEY_BYTES} bytes")]
pub struct CookieKeyError;

/// What a cookie says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// [`crate::TargetGroup::key`]
    pub group_key: u64,
    /// [`crate::RegisteredTarget::key`]; 0 where it is of a target group.
    pub target_key: u64,
    /// When it was made.
    pub issued: Time,
}

impl CookieKey {
    /// Of secret random bytes.
    ///
    /// # Errors
    /// When they are not [`KEY_BYTES`].
    pub fn new(bytes: &[u8]) -> Result<Self, CookieKeyError> {
        let key = UnboundKey::new(&AES_256_GCM_SIV, bytes).map_err(|_| CookieKeyError)?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// A cookie's value. `None` only if the cipher fails.
    #[must_use]
    pub fn seal(
        &self,
        binding: Binding,
        session: Session,
        nonce: [u8; NONCE_BYTES],
    ) -> Option<String> {
        let mut sealed = Vec::with_capacity(NONCE_BYTES + PLAIN_BYTES + TAG_BYTES);
        sealed.extend_from_slice(&session.group_key.to_be_bytes());
        sealed.extend_from_slice(&session.target_key.to_be_bytes());
        sealed.extend_from_slice(&session.issued.as_millis().to_be_bytes());
        let aad = Aad::from([binding.tag()]);
        let once = Nonce::assume_unique_for_key(nonce);
        self.0
            .seal_in_place_append_tag(once, aad, &mut sealed)
            .ok()?;
        sealed.splice(0..0, nonce);
        Some(BASE64.encode(sealed))
    }

    /// What a cookie's value says, if it was made with this key for this binding and is no older
    /// than `duration`.
    #[must_use]
    pub fn open(
        &self,
        binding: Binding,
        value: &str,
        duration: Duration,
        now: Time,
    ) -> Option<Session> {
        if value.len() > VALUE_BYTES_MAX {
            return None;
        }
        let mut sealed = BASE64.decode(value).ok()?;
        if sealed.len() != NONCE_BYTES + PLAIN_BYTES + TAG_BYTES {
            return None;
        }
        let (nonce, sealed) = sealed.split_first_chunk_mut::<NONCE_BYTES>()?;
        let once = Nonce::assume_unique_for_key(*nonce);
        let aad = Aad::from([binding.tag()]);
        let plain: &[u8] = self.0.open_in_place(once, aad, sealed).ok()?;
        let (group, rest) = plain.split_first_chunk::<8>()?;
        let (target, rest) = rest.split_first_chunk::<8>()?;
        let (issued, _) = rest.split_first_chunk::<8>()?;
        let issued = Time::from_millis(i64::from_be_bytes(*issued));
        let fresh = issued <= now && now.since(issued) < duration;
        fresh.then_some(Session {
            group_key: u64::from_be_bytes(*group),
            target_key: u64::from_be_bytes(*target),
            issued,
        })
    }
}

/// The `Set-Cookie` values that give a client its session: the cookie and, where there is one, its
/// cross-site twin. An application cookie lasts as long as the browser's session.
#[must_use]
pub fn set_cookies(binding: Binding, value: &str, expires: Time) -> Vec<String> {
    let name = binding.cookie();
    let Some(twin) = binding.cross_site_cookie() else {
        return vec![format!("{name}={value}; Path=/")];
    };
    let expires = expires.http_date();
    vec![
        format!("{name}={value}; Expires={expires}; Path=/"),
        format!("{twin}={value}; Expires={expires}; Path=/; SameSite=None; Secure"),
    ]
}

/// The value of the cookie `name` in a `Cookie` header field.
#[must_use]
pub fn cookie_value<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header.split(';').find_map(|part| {
        let (found, value) = part.trim().split_once('=')?;
        (found == name).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Time = Time::from_seconds(1_795_000_000);
    const DAY: Duration = Duration::from_secs(86_400);

    fn key(byte: u8) -> CookieKey {
        CookieKey::new(&[byte; KEY_BYTES]).unwrap()
    }

    const SESSION: Session = Session {
        group_key: 7,
        target_key: 9,
        issued: NOW,
    };

    #[test]
    fn a_cookie_says_what_was_sealed_until_it_is_old() {
        let value = key(1)
            .seal(Binding::Target, SESSION, [3; NONCE_BYTES])
            .unwrap();
        let later = NOW.plus(Duration::from_secs(86_399));
        assert_eq!(
            key(1).open(Binding::Target, &value, DAY, later),
            Some(SESSION)
        );
        assert_eq!(
            key(1).open(Binding::Target, &value, DAY, NOW.plus(DAY)),
            None,
            "old"
        );
        assert_eq!(
            key(1).open(Binding::Target, &value, DAY, NOW.minus(DAY)),
            None,
            "of the future"
        );
        assert_eq!(
            key(2).open(Binding::Target, &value, DAY, NOW),
            None,
            "another key"
        );
        assert_eq!(
            key(1).open(Binding::TargetGroup, &value, DAY, NOW),
            None,
            "another cookie"
        );
        assert!(CookieKey::new(&[0; 16]).is_err());
    }

    proptest! {
        #[test]
        fn a_changed_cookie_says_nothing(at in 0_usize..70, with in "[A-Za-z0-9_-]") {
            let value = key(1).seal(Binding::Target, SESSION, [3; NONCE_BYTES]).unwrap();
            let mut changed = value.clone();
            let at = at % value.len();
            changed.replace_range(at..=at, &with);
            let opened = key(1).open(Binding::Target, &changed, DAY, NOW);
            prop_assert_eq!(opened.is_some(), changed == value);
        }

        #[test]
        fn any_text_is_a_cookie_or_none(text in "\\PC{0,200}") {
            prop_assert_eq!(key(1).open(Binding::Target, &text, DAY, NOW), None);
        }
    }

    #[test]
    fn cookies_are_set_as_aws_sets_them() {
        assert_eq!(
            set_cookies(Binding::Target, "abc", Time::from_seconds(784_111_777)),
            [
                "AWSALB=abc; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Path=/",
                "AWSALBCORS=abc; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Path=/; SameSite=None; Secure",
            ]
        );
        assert_eq!(
            set_cookies(Binding::Application, "abc", NOW),
            ["AWSALBAPP-0=abc; Path=/"]
        );
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let header = "xAWSALB=1; AWSALBCORS=2;AWSALB=3=; AWSALB=4";
        assert_eq!(cookie_value(header, "AWSALB"), Some("3="));
        assert_eq!(cookie_value(header, "AWSALBTG"), None);
    }
}
