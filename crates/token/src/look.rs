//! A look through all keys of a token, a part at a time: a token may hold many, and tell of each as
//! slowly as it likes. After each part its session is there for others, and however long the whole takes,
//! each part comes further.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cryptoki::error::{Error, RvError};
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};

use crate::connection::Connection;
use crate::error::{self, TokenError};

/// After so long a part of a look ends, with the key that it is at.
pub const LOOK_MAX: Duration = Duration::from_secs(1);

/// So many keys are looked at; of more it is told that there are more ([`Look::is_cut`]).
pub const LOOK_KEYS_MAX: usize = 100_000;

/// Keys are counted up for so long at most, which is one part; of more it is told that there are more.
pub const COUNT_MAX: Duration = Duration::from_secs(5);

/// So many keys are asked for at once.
const AT_ONCE: NonZeroUsize = NonZeroUsize::new(256).unwrap();

/// How far a look through the keys of a token has come.
#[derive(Debug, Clone, Default)]
pub struct Look {
    keys: Arc<[ObjectHandle]>,
    next: usize,
    /// The module's start that the handles are of.
    generation: Option<u64>,
    is_cut: bool,
    unasked: usize,
}

impl Look {
    /// Whether all keys were looked at.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.generation.is_some() && self.next >= self.keys.len()
    }

    /// Whether there are more keys than are looked at.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// How many keys on the way could not be asked for their labels, while their session went on.
    #[must_use]
    pub fn unasked(&self) -> usize {
        self.unasked
    }

    /// At how many keys it has looked.
    #[must_use]
    pub fn count(&self) -> usize {
        self.next
    }
}

impl Connection {
    /// Looks on for at most [`LOOK_MAX`], and at one key at least: how far it has come, and the labels of
    /// the secret keys on the way that begin so. After a new start of the module it begins anew.
    ///
    /// A key that cannot be asked while the session goes on is passed over, and counted: a new start of
    /// the module would end the sessions of all, and that key would fail again.
    ///
    /// # Errors
    /// [`TokenError`] when the session is of no use any more; the look can go on from there.
    pub fn look_on(
        &mut self,
        look: &Look,
        prefix: &str,
    ) -> Result<(Look, Vec<String>), TokenError> {
        let begin = Instant::now();
        let mut look = look.clone();
        if look.generation != Some(self.generation()) {
            return Ok((self.count_up(begin)?, Vec::new()));
        }
        let (first, mut labels) = (look.next, Vec::new());
        while let Some(key) = look.keys.get(look.next) {
            let asked = [AttributeType::Label];
            let attributes = match self.session().get_attributes(*key, &asked) {
                Ok(attributes) => attributes,
                // It was deleted meanwhile.
                Err(Error::Pkcs11(RvError::ObjectHandleInvalid, _)) => Vec::new(),
                Err(other) if !error::is_of_session(&other) && self.answers() => {
                    tracing::debug!(error = %other, "a key of a token cannot be asked for its label");
                    look.unasked += 1;
                    Vec::new()
                }
                // The next part begins with it.
                Err(_) if look.next > first => break,
                Err(other) => return Err(TokenError::Gone(other.to_string())),
            };
            for attribute in attributes {
                if let Attribute::Label(label) = attribute
                    && let Ok(label) = String::from_utf8(label)
                    && label.starts_with(prefix)
                {
                    labels.push(label);
                }
            }
            look.next += 1;
            if begin.elapsed() >= LOOK_MAX {
                break;
            }
        }
        Ok((look, labels))
    }

    /// Whether the session is of use: the cheapest question that there is.
    fn answers(&self) -> bool {
        self.session().get_session_info().is_ok()
    }

    fn count_up(&self, begin: Instant) -> Result<Look, TokenError> {
        let template = [Attribute::Class(ObjectClass::SECRET_KEY)];
        let found = self.session();
        let found = found.iter_objects_with_cache_size(&template, AT_ONCE);
        let (mut keys, mut is_cut) = (Vec::new(), false);
        for key in found.map_err(error::of)? {
            let key = key.map_err(error::of)?;
            if keys.len() >= LOOK_KEYS_MAX || begin.elapsed() >= COUNT_MAX {
                is_cut = true;
                break;
            }
            keys.push(key);
        }
        Ok(Look {
            keys: keys.into(),
            next: 0,
            generation: Some(self.generation()),
            is_cut,
            unasked: 0,
        })
    }
}
