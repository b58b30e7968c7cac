//! GetCallerIdentity: who signed this call? Source: STS API Reference, GetCallerIdentity.

use types::{Call, ServiceError};

use crate::Sts;
use crate::sts::model::{GetCallerIdentityRequest, GetCallerIdentityResponse};

pub(crate) async fn get_caller_identity(
    _sts: &Sts,
    call: &Call,
    _input: GetCallerIdentityRequest,
) -> Result<GetCallerIdentityResponse, ServiceError> {
    Ok(GetCallerIdentityResponse {
        user_id: Some(call.principal.user_id()),
        account: Some(call.account().to_string()),
        arn: Some(call.principal.arn().to_string()),
    })
}
