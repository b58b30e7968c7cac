//! A value that is made of a row at its first use and kept with it. A clone starts without it: it
//! will be changed.

use std::sync::OnceLock;

/// What is made once.
pub(crate) struct Once<T>(OnceLock<T>);

impl<T> Once<T> {
    /// The value, if it was made.
    pub(crate) fn made(&self) -> Option<&T> {
        self.0.get()
    }

    /// The value, made now if it was not.
    pub(crate) fn or_make(&self, make: impl FnOnce() -> T) -> &T {
        self.0.get_or_init(make)
    }
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> Clone for Once<T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Secrets are among what is made.
impl<T> std::fmt::Debug for Once<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Once(..)")
    }
}
