//! Keys stay in memory and nowhere else: no core dump, no tracer of the same user, no swap where the
//! limit on locked memory permits.

use rustix::mm::{MlockAllFlags, mlockall};
use rustix::process::{
    DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit,
};

/// Closes the ways out that the system leaves open. What fails is no reason not to start: it is told,
/// and `btz doctor` tells of swap beforehand.
pub(crate) fn harden() {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    if let Err(error) = setrlimit(Resource::Core, none) {
        tracing::warn!(%error, "core dumps could not be switched off");
    }
    if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        tracing::warn!(%error, "the process could not be made undumpable");
    }
    // With a small limit every later mapping would fail: all or nothing.
    if can_lock() {
        let all = MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT;
        if let Err(error) = mlockall(all) {
            tracing::info!(%error, "memory is not locked: keys may reach the swap");
        }
    }
}

/// Whether the limit on locked memory lets all of it be locked.
pub(crate) fn can_lock() -> bool {
    getrlimit(Resource::Memlock).current.is_none()
}

/// Whether there is swap to reach.
pub(crate) fn has_swap() -> bool {
    let swaps = std::fs::read_to_string("/proc/swaps").unwrap_or_default();
    swaps.lines().count() > 1
}
