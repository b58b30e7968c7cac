//! Keys in a token: which tokens there are, who is logged in to them, and what their keys do.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use keys::EncryptionContext;
use keys::ciphertext::{self, BackingKey, Enclosed};
use store::Revision;
use token::{Caution, KeyKind, Limits, Token, TokenError, TokenPlace};
use types::{AccountId, Entropy, Secret, ServiceError};

use crate::exception;
use crate::key::Key;
use crate::place::Place;

/// The version that ciphertexts name: a token's key has one.
const VERSION: u32 = 1;

/// The length of the key of one message.
const MESSAGE_KEY_BYTES: usize = 32;

/// A token that stands for a CloudHSM cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenCluster {
    /// What callers name it: `cluster-` and 11 to 16 letters and digits from 2 to 7.
    pub cluster_id: String,
    /// The token.
    pub place: TokenPlace,
    /// The certificate that callers must know; without one every certificate is taken.
    pub trust_anchor: Option<String>,
    /// Who may have a key store on it: who tries PINs could lock the token for the others.
    pub accounts: Vec<AccountId>,
}

/// Why a store is not connected.
pub(crate) enum Unconnected {
    /// AWS's `ConnectionErrorCode`, which the store shows from then on.
    Failed(&'static str),
    /// The call is refused, and the store stays as it was.
    Refused(ServiceError),
}

impl From<ServiceError> for Unconnected {
    fn from(error: ServiceError) -> Self {
        Self::Refused(error)
    }
}

/// Tokens that are in use, as of a revision of their store's row.
type Open = HashMap<(Place, String), (Revision, Token)>;

/// The tokens of all stores.
pub(super) struct Tokens {
    clusters: Vec<TokenCluster>,
    open: Mutex<Open>,
    entropy: Arc<dyn Entropy>,
}

impl Tokens {
    pub(super) fn new(clusters: Vec<TokenCluster>, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            clusters,
            open: Mutex::default(),
            entropy,
        }
    }

    pub(super) fn cluster(&self, account: AccountId, cluster_id: &str) -> Option<&TokenCluster> {
        let mut clusters = self.clusters.iter();
        clusters
            .find(|cluster| cluster.cluster_id == cluster_id && cluster.accounts.contains(&account))
    }

    /// Logs in, to see whether it can be done.
    pub(super) async fn connect(
        &self,
        account: AccountId,
        cluster_id: &str,
        pin: Secret,
    ) -> Result<(), Unconnected> {
        let Some(cluster) = self.cluster(account, cluster_id) else {
            return Err(Unconnected::Failed("CLUSTER_NOT_FOUND"));
        };
        let token = self.token(cluster, pin, Caution::Attended);
        let facts = match token {
            Ok(token) => token.call(|connection| connection.facts()).await,
            Err(error) => Err(error),
        };
        match facts {
            Ok(facts) if facts.aes_gcm => Ok(()),
            Ok(_) => Err(Unconnected::Refused(exception::custom_key_store(
                "CloudHsmClusterInvalidConfigurationException",
                format!("The token of {cluster_id} does not make AES keys for GCM."),
            ))),
            Err(error @ (TokenError::Module { .. } | TokenError::Absent { .. })) => {
                tracing::warn!(%error, cluster_id, "kms: a custom key store's token is not there");
                Err(Unconnected::Refused(not_active(cluster_id)))
            }
            Err(error) => {
                tracing::warn!(%error, cluster_id, "kms: a custom key store does not connect");
                Err(Unconnected::Failed(match error {
                    TokenError::PinRefused(_) => "INVALID_CREDENTIALS",
                    TokenError::PinLocked(_) | TokenError::PinAtRisk { .. } => "USER_LOCKED_OUT",
                    TokenError::Timeout(_) | TokenError::Busy(_) | TokenError::Gone(_) => {
                        "NETWORK_ERRORS"
                    }
                    _ => "INTERNAL_ERROR",
                }))
            }
        }
    }

    /// The token of a store that is connected.
    pub(super) fn open(
        &self,
        place: &Place,
        store_id: &str,
        revision: Revision,
        cluster_id: &str,
        pin: impl FnOnce() -> Result<Secret, ServiceError>,
    ) -> Result<Token, ServiceError> {
        let at = (place.clone(), store_id.to_owned());
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, token)) = open.get(&at)
            && *of == revision
        {
            return Ok(token.clone());
        }
        let cluster = self
            .cluster(place.account, cluster_id)
            .ok_or_else(|| unreachable(&format!("the configuration has no {cluster_id}")))?;
        let token = self
            .token(cluster, pin()?, Caution::Unattended)
            .map_err(|error| of_use(&error))?;
        open.insert(at, (revision, token.clone()));
        Ok(token)
    }

    pub(super) fn forget(&self, place: &Place, store_id: &str) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.remove(&(place.clone(), store_id.to_owned()));
    }

    fn token(
        &self,
        cluster: &TokenCluster,
        pin: Secret,
        caution: Caution,
    ) -> Result<Token, TokenError> {
        let entropy = Arc::clone(&self.entropy);
        let (place, limits) = (cluster.place.clone(), Limits::default());
        Token::new(place, Some(pin), caution, limits, entropy)
    }

    /// Makes a key's material.
    pub(super) async fn make(&self, token: &Token, key_id: &str) -> Result<(), ServiceError> {
        let label = label(key_id);
        let made = token.call(move |connection| connection.make_of(KeyKind::Aes, &label));
        made.await.map_err(|error| of_use(&error))
    }
}

/// That a cluster is there and can be used.
pub(crate) fn not_active(cluster_id: &str) -> ServiceError {
    exception::custom_key_store(
        "CloudHsmClusterNotActiveException",
        format!("The token of {cluster_id} is not there. Its operator can see why in btz's log."),
    )
}

/// How the names of keys' material begin in a token.
pub(super) const LABEL_PREFIX: &str = "btz-kms-";

/// The token's name of a key's material.
pub(crate) fn label(key_id: &str) -> String {
    format!("{LABEL_PREFIX}{key_id}")
}

pub(super) async fn seal(
    token: &Token,
    entropy: &dyn Entropy,
    key: &Key,
    context: &EncryptionContext,
    plaintext: &[u8],
) -> Result<Vec<u8>, ServiceError> {
    let failed = |error: keys::KeyError| exception::key(&error);
    let version = key.key_version(VERSION);
    let mut random = vec![0; MESSAGE_KEY_BYTES];
    let filled = entropy.fill(&mut random);
    let message_key = Secret::new(random);
    filled.map_err(|error| exception::internal(error.to_string()))?;
    let backing = BackingKey::new(&message_key).map_err(failed)?;
    let inner = ciphertext::encrypt(&backing, &version, context, plaintext, entropy);
    let inner = inner.map_err(failed)?;
    let head = Enclosed::head(&version).map_err(failed)?;
    let (label, bound) = (label(&key.id), head.clone());
    let wrapped = token
        .call(move |connection| connection.wrap(&label, &bound, message_key.expose()))
        .await
        .map_err(|error| of_use(&error))?;
    Enclosed::join(head, &wrapped, &inner).map_err(failed)
}

pub(super) async fn open(
    token: &Token,
    key: &Key,
    context: &EncryptionContext,
    ciphertext: &[u8],
) -> Result<Secret, ServiceError> {
    let expected = key.key_version(VERSION);
    let enclosed = Enclosed::of(ciphertext)
        .filter(|enclosed| enclosed.key == expected)
        .ok_or_else(exception::invalid_ciphertext)?;
    let label = label(&key.id);
    let (bound, wrapped) = (enclosed.head.to_vec(), enclosed.wrapped.to_vec());
    let message_key = token
        .call(move |connection| connection.unwrap(&label, &bound, &wrapped))
        .await
        .map_err(|error| of_use(&error))?;
    let backing = BackingKey::new(&message_key).map_err(|_| exception::invalid_ciphertext())?;
    ciphertext::decrypt(Some(&backing), context, enclosed.inner)
        .map_err(|error| exception::key(&error))
}

/// Why a key of a store that is connected cannot be used now.
fn of_use(error: &TokenError) -> ServiceError {
    match error {
        TokenError::Damaged => exception::invalid_ciphertext(),
        TokenError::Timeout(_) | TokenError::Busy(_) => ServiceError {
            internal: Some(error.to_string()),
            ..exception::dependency_timeout(
                "The custom key store's token did not answer in time. Try again.",
            )
        },
        other => unreachable(&other.to_string()),
    }
}

fn unreachable(reason: &str) -> ServiceError {
    tracing::warn!(reason, "kms: a custom key store's token cannot be used");
    ServiceError {
        internal: Some(reason.to_owned()),
        ..exception::invalid_state(
            "The custom key store's token cannot be used now. Its operator can see why in btz's log.",
        )
    }
}
