//! The operations.

mod assume_role;
mod assume_role_with_web_identity;
mod decode_authorization_message;
mod get_access_key_info;
mod get_caller_identity;
mod get_federation_token;
mod get_session_token;

pub(crate) use assume_role::assume_role;
pub(crate) use assume_role_with_web_identity::assume_role_with_web_identity;
pub(crate) use decode_authorization_message::decode_authorization_message;
pub(crate) use get_access_key_info::get_access_key_info;
pub(crate) use get_caller_identity::get_caller_identity;
pub(crate) use get_federation_token::get_federation_token;
pub(crate) use get_session_token::get_session_token;
