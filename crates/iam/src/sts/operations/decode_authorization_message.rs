//! DecodeAuthorizationMessage: why a call of the account was denied, for whom may know.
//! Source: STS API Reference, DecodeAuthorizationMessage.

use types::{Call, ServiceError};

use super::super::exception;
use crate::Sts;
use crate::sts::model::{DecodeAuthorizationMessageRequest, DecodeAuthorizationMessageResponse};

pub(crate) async fn decode_authorization_message(
    sts: &Sts,
    call: &Call,
    input: DecodeAuthorizationMessageRequest,
) -> Result<DecodeAuthorizationMessageResponse, ServiceError> {
    let decoded = sts
        .iam
        .decoded_authorization_message(call.account(), &input.encoded_message)?;
    let decoded = decoded.ok_or_else(exception::invalid_authorization_message)?;
    Ok(DecodeAuthorizationMessageResponse {
        decoded_message: Some(decoded),
    })
}
