//! A PKCS#11 module in this process: loaded once, whoever uses it (`C_Initialize` is of the process), and
//! started again when its tokens are gone.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, TryLockError};
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::{digest, hmac};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use types::Secret;

use crate::error::{self, TokenError};

/// All modules of this process, by their files.
static MODULES: Mutex<BTreeMap<PathBuf, Arc<Module>>> = Mutex::new(BTreeMap::new());

/// How often a module is started again at most: it ends the sessions of all its tokens.
const REOPEN_EVERY: Duration = Duration::from_secs(1);

/// How long a new start waits for calls that go on.
const QUIET_WITHIN: Duration = Duration::from_secs(2);

/// A module and its state.
pub(crate) struct Module {
    path: PathBuf,
    loaded: RwLock<Loaded>,
    /// Who is logged in, by slot: a session's login is the whole process's.
    logins: Mutex<Logins>,
}

/// By which PINs the process is logged in: enough to tell whether another is the same, and no more.
pub(crate) struct Logins {
    key: hmac::Key,
    by_slot: BTreeMap<u64, hmac::Tag>,
}

impl Logins {
    fn new() -> Result<Self, TokenError> {
        let mut bytes = [0; digest::SHA256_OUTPUT_LEN];
        aws_lc_rs::rand::SecureRandom::fill(&SystemRandom::new(), &mut bytes)
            .map_err(|_| TokenError::Entropy(types::EntropyError))?;
        Ok(Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &bytes),
            by_slot: BTreeMap::new(),
        })
    }

    /// Remembers a login.
    pub(crate) fn remember(&mut self, slot: u64, pin: &Secret) {
        let tag = hmac::sign(&self.key, pin.expose());
        self.by_slot.insert(slot, tag);
    }

    /// Whether it was by this PIN.
    pub(crate) fn is_by(&self, slot: u64, pin: &Secret) -> bool {
        let known = self.by_slot.get(&slot);
        known.is_some_and(|tag| hmac::verify(&self.key, pin.expose(), tag.as_ref()).is_ok())
    }
}

#[derive(Default)]
struct Loaded {
    context: Option<Pkcs11>,
    /// Counts the starts: what was opened before one is of no use after it.
    generation: u64,
    started: Option<Instant>,
}

impl Module {
    /// The module of a file.
    pub(crate) fn of(path: &Path) -> Result<Arc<Self>, TokenError> {
        check(path)?;
        let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(module) = modules.get(path) {
            return Ok(Arc::clone(module));
        }
        let module = Arc::new(Self {
            path: path.to_owned(),
            loaded: RwLock::default(),
            logins: Mutex::new(Logins::new()?),
        });
        modules.insert(path.to_owned(), Arc::clone(&module));
        Ok(module)
    }

    /// Works with the module, which is not started again meanwhile.
    pub(crate) fn with<T>(
        &self,
        work: impl FnOnce(&Pkcs11, u64) -> Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        for _ in 0..2 {
            {
                let loaded = self.loaded.read().unwrap_or_else(PoisonError::into_inner);
                if let Some(context) = &loaded.context {
                    return work(context, loaded.generation);
                }
            }
            self.start(None)?;
        }
        Err(TokenError::Gone("the module was stopped".to_owned()))
    }

    /// Starts it, or, told the generation that is of no use any more, starts it again. `false` when
    /// that was done a moment ago.
    pub(crate) fn start(&self, useless: Option<u64>) -> Result<bool, TokenError> {
        let mut loaded = self.alone()?;
        match useless {
            None if loaded.context.is_some() => return Ok(true),
            Some(generation) if loaded.generation != generation => return Ok(true),
            Some(_) if loaded.started.is_some_and(|at| at.elapsed() < REOPEN_EVERY) => {
                return Ok(false);
            }
            _ => {}
        }
        let refused = |error: Error| TokenError::Module {
            path: self.path.clone(),
            reason: error.to_string(),
        };
        let context = match loaded.context.take() {
            Some(context) => {
                tracing::info!(module = %self.path.display(), "the PKCS#11 module is started again");
                if let Err(error) = context.clone().finalize() {
                    tracing::warn!(%error, module = %self.path.display(), "C_Finalize failed");
                }
                context
            }
            None => Pkcs11::new(&self.path).map_err(refused)?,
        };
        self.logins().by_slot.clear();
        loaded.generation += 1;
        loaded.started = Some(Instant::now());
        let arguments = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
        match context.initialize(arguments) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {
                loaded.context = Some(context);
                Ok(true)
            }
            Err(error) => Err(error::of(error)),
        }
    }

    /// The logins of this process: one at a time.
    pub(crate) fn logins(&self) -> MutexGuard<'_, Logins> {
        self.logins.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nobody is in a call. A call that is stuck in the module holds up no other: a
    /// waiting writer would.
    fn alone(&self) -> Result<std::sync::RwLockWriteGuard<'_, Loaded>, TokenError> {
        let since = Instant::now();
        loop {
            match self.loaded.try_write() {
                Ok(loaded) => return Ok(loaded),
                Err(TryLockError::Poisoned(poisoned)) => return Ok(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) if since.elapsed() < QUIET_WITHIN => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(TryLockError::WouldBlock) => {
                    let why = "calls of the module do not end, so it cannot be started again";
                    return Err(TokenError::Gone(why.to_owned()));
                }
            }
        }
    }
}

/// That a file may be loaded into this process: what others can write or put there would run as us.
fn check(path: &Path) -> Result<(), TokenError> {
    let refused = |reason: String| TokenError::Module {
        path: path.to_owned(),
        reason,
    };
    if !path.is_absolute() {
        return Err(refused("its path is not absolute".to_owned()));
    }
    let file = path
        .metadata()
        .map_err(|error| refused(error.to_string()))?;
    let us = rustix::process::geteuid().as_raw();
    if file.uid() != 0 && file.uid() != us {
        return Err(refused("it is not owned by root or by you".to_owned()));
    }
    if file.mode() & 0o022 != 0 {
        return Err(refused("others can write it: chmod go-w".to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_others_can_write_is_not_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("module.so");
        std::fs::write(&path, b"no module").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).unwrap();
        let why = |path: &Path| check(path).unwrap_err().to_string();
        assert!(why(&path).contains("chmod go-w"));
        assert!(why(Path::new("module.so")).contains("absolute"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        check(&path).unwrap();
        let module = Module::of(&path).unwrap();
        assert!(matches!(module.start(None), Err(TokenError::Module { .. })));
    }
}
