//! How much a thread has computed for ciphertexts, counted: so tests see, without a clock, that what
//! fails costs what succeeds.

use std::cell::Cell;

/// What was computed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Keys for one use that were derived, with the commitments to them.
    pub derivations: u64,
    /// Bodies that were decrypted, whether their tags fit or not.
    pub openings: u64,
    /// Their bytes.
    pub opened_bytes: u64,
}

thread_local! {
    static DONE: Cell<Work> = const {
        Cell::new(Work { derivations: 0, openings: 0, opened_bytes: 0 })
    };
}

/// What this thread has computed since it began.
#[must_use]
pub fn of_this_thread() -> Work {
    DONE.get()
}

pub(crate) fn derivation() {
    let done = DONE.get();
    DONE.set(Work {
        derivations: done.derivations.wrapping_add(1),
        ..done
    });
}

pub(crate) fn opening(bytes: usize) {
    let done = DONE.get();
    let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
    DONE.set(Work {
        openings: done.openings.wrapping_add(1),
        opened_bytes: done.opened_bytes.wrapping_add(bytes),
        ..done
    });
}
