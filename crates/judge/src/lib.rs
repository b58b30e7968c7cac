//! What tests of several crates share, and nothing that runs: AWS's recorded answers as the judge
//! ([`Recordings`]), a clock moved by hand ([`Hand`]), a seal of the test's own ([`Wrap`]), a store that
//! fails when it is told to ([`FaultyStore`]), asks as text (`asked`), who is who ([`People`]), Wycheproof's
//! vectors (`vectors`).
//!
//! A crate takes it as a dev-dependency only; `cargo xtask tidy` checks that.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its judge too"
)]

mod asked;
mod faulty;
mod hand;
mod likeness;
mod people;
mod recordings;
mod vectors;
mod wrap;

pub use asked::asked;
pub use faulty::{Fate, FaultyStore};
pub use hand::Hand;
pub use likeness::{Bindings, compare, is_like};
pub use people::People;
pub use recordings::{Difference, Play, Recordings, shared};
pub use vectors::{hex, vectors};
pub use wrap::Wrap;
