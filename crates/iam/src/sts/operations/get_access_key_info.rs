//! GetAccessKeyInfo: whose account is a key of? Source: STS API Reference, GetAccessKeyInfo.

use types::{Call, ServiceError};

use crate::sts::model::{GetAccessKeyInfoRequest, GetAccessKeyInfoResponse};
use crate::{Sts, id};

pub(crate) async fn get_access_key_info(
    sts: &Sts,
    _: &Call,
    input: GetAccessKeyInfoRequest,
) -> Result<GetAccessKeyInfoResponse, ServiceError> {
    let iam = &sts.iam;
    let given = input.access_key_id == iam.root.access_key.id;
    // The id says it, as AWS's do: whether the key is in use is not told.
    let account = match given {
        true => Some(iam.root.account),
        false => id::account_of_access_key(&input.access_key_id),
    };
    let account = account.ok_or_else(|| {
        super::super::exception::validation(format!(
            "Invalid access key id {}",
            input.access_key_id
        ))
    })?;
    Ok(GetAccessKeyInfoResponse {
        account: Some(account.to_string()),
    })
}
