//! Compiled parts by their content: expressions and prefilters, which are what compilation spends its
//! time on. A policy that is compiled again after a change takes every part that did not change from
//! here, and versions of a policy share them. What no policy uses is forgotten by [`Memo::sweep`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{CompileError, ExceptionField};
use crate::prefilter::{Prefilter, Required};
use crate::regex_pattern_set::Pattern;

/// What the predicates of a target require, by slot.
type Requirements = Vec<Required>;

/// Compiled parts by their content.
#[derive(Debug, Default)]
pub struct Memo {
    patterns: Mutex<HashMap<String, Pattern>>,
    prefilters: Mutex<HashMap<Requirements, Arc<Prefilter>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every state of a map is a good one.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Memo {
    /// An expression, compiled now or before.
    pub(crate) fn pattern(
        &self,
        text: &str,
        field: ExceptionField,
    ) -> Result<Pattern, CompileError> {
        if let Some(known) = lock(&self.patterns).get(text) {
            return Ok(known.clone());
        }
        let pattern = Pattern::parse(text, field)?;
        lock(&self.patterns).insert(text.to_owned(), pattern.clone());
        Ok(pattern)
    }

    /// A prefilter, built now or before; `None` where none is worth it.
    pub(crate) fn prefilter(&self, required: Requirements) -> Option<Arc<Prefilter>> {
        if let Some(known) = lock(&self.prefilters).get(&required) {
            return Some(Arc::clone(known));
        }
        let prefilter = Arc::new(Prefilter::build(&required)?);
        lock(&self.prefilters).insert(required, Arc::clone(&prefilter));
        Some(prefilter)
    }

    /// Forgets what nothing uses.
    pub fn sweep(&self) {
        lock(&self.patterns).retain(|_, pattern| pattern.is_shared());
        lock(&self.prefilters).retain(|_, prefilter| Arc::strong_count(prefilter) > 1);
    }

    /// How many parts are kept.
    #[must_use]
    pub fn parts(&self) -> usize {
        lock(&self.patterns).len() + lock(&self.prefilters).len()
    }
}
