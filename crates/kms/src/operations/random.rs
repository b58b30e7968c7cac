//! `GenerateRandom`. Source: AWS KMS API Reference; recorded answers.

use types::{Call, ServiceError};

use super::no_recipient;
use crate::exception;
use crate::model::{GenerateRandomRequest, GenerateRandomResponse};
use crate::service::Kms;

pub(crate) async fn generate_random(
    kms: &Kms,
    _call: &Call,
    input: GenerateRandomRequest,
) -> Result<GenerateRandomResponse, ServiceError> {
    no_recipient(input.recipient.as_ref())?;
    if input.custom_key_store_id.is_some() {
        return Err(exception::unsupported(
            "Random bytes of custom key stores are not supported yet. Leave CustomKeyStoreId out.",
        ));
    }
    let bytes = input
        .number_of_bytes
        .and_then(|bytes| usize::try_from(bytes).ok())
        .ok_or_else(|| exception::validation("NumberOfBytes is required."))?;
    let mut random = vec![0; bytes];
    kms.entropy
        .fill(&mut random)
        .map_err(|error| exception::internal(error.to_string()))?;
    Ok(GenerateRandomResponse {
        plaintext: Some(random),
        ciphertext_for_recipient: None,
    })
}
