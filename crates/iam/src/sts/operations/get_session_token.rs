//! GetSessionToken: temporary credentials of the caller itself, with a second factor shown or not.
//! Source: STS API Reference, GetSessionToken.

use std::time::Duration;

use types::{Call, Principal, ServiceError};

use super::super::{exception, request};
use super::assume_role::credentials;
use crate::Sts;
use crate::sts::model::{GetSessionTokenRequest, GetSessionTokenResponse};
use crate::token::{Holder, Token};

const USER_SECONDS: i64 = 43_200;
/// And the most that the root gets.
pub(super) const ROOT_SECONDS: i64 = 3_600;

/// How long a session of a user or the root lasts.
pub(super) fn duration(call: &Call, asked: Option<i64>) -> Duration {
    let seconds = match call.principal {
        Principal::Root(_) => asked.unwrap_or(ROOT_SECONDS).min(ROOT_SECONDS),
        _ => asked.unwrap_or(USER_SECONDS),
    };
    Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
}

pub(crate) async fn get_session_token(
    sts: &Sts,
    call: &Call,
    input: GetSessionTokenRequest,
) -> Result<GetSessionTokenResponse, ServiceError> {
    let iam = &sts.iam;
    let holder = match (&call.principal, &call.session) {
        (Principal::User(user), None) => Holder::User {
            name: user.name.clone(),
            id: user.id.clone(),
        },
        (Principal::Root(_), None) => Holder::Root,
        _ => {
            return Err(exception::access_denied(
                "Cannot call GetSessionToken with session credentials",
            ));
        }
    };
    let (serial, code) = (input.serial_number.as_ref(), input.token_code.as_ref());
    let mfa = request::mfa(iam, call, serial, code)?;
    let duration = duration(call, input.duration_seconds);
    let token = Token {
        mfa_ms: mfa.map(types::Time::as_millis),
        ..Token::new(holder, call.time, duration)
    };
    let given = iam.give_out(call, call.account(), token).await?;
    Ok(GetSessionTokenResponse {
        credentials: Some(credentials(given)),
        session_token_utilization: None,
        session_token_size: None,
    })
}
