//! Tokens of OpenID Connect providers and their key sets, as AssumeRoleWithWebIdentity takes them from
//! anybody: the first line is the token, the rest the key set.

use iam::{Jwt, KeySet};
use types::Time;

use super::first_line;

pub(super) fn run(bytes: &[u8]) {
    let (token, keys) = first_line(bytes);
    let keys = KeySet::read(keys);
    let Ok(token) = std::str::from_utf8(token) else {
        return;
    };
    let Ok(jwt) = Jwt::read(token) else {
        return;
    };
    assert!(jwt.key_id().is_none_or(|id| id.len() <= token.len()));
    if let Ok(keys) = keys
        && let Ok(claims) = jwt.verify(&keys, Time::from_seconds(1_796_000_000))
    {
        // What is taken speaks of somebody and has not ended.
        assert!(claims.exp > 1_795_000_000 && claims.iss == jwt.issuer());
    }
}
