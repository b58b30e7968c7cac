//! The field's nouns, as AWS names them: ARN, account, region, principal, time, request
//! identity, errors. And the traits through which floors meet without importing each other.
//!
//! Floor 0: no input or output, no clock, no randomness.

mod account;
mod arn;
mod call;
mod clock;
mod hex;
mod key_wrap;
mod principal;
mod request_id;
mod secret;
mod service_error;
mod session;
mod time;

pub use account::{AccountDigits, AccountId, AccountIdError, Region, RegionError};
pub use arn::{Arn, ArnError};
pub use call::Call;
pub use clock::{Clock, Entropy, EntropyError};
pub use hex::{hex, unhex};
pub use key_wrap::{KeyWrap, KeyWrapError};
pub use principal::{AssumedRole, FederatedUser, Principal, User, Vouched, WebIdentity};
pub use request_id::{RequestId, RequestIdError};
pub use secret::{Secret, SecretMark};
pub use service_error::{Fault, ServiceError};
pub use session::{Session, SessionTag};
pub use time::{Time, TimeError};
