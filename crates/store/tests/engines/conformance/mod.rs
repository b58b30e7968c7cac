//! The one conformance suite: every engine is judged by the same cases, from outside. A new engine
//! is one more function at the end of this file.

mod bank;
mod commit;
pub(crate) mod engine;
mod follow;
mod limits;
mod migration;
mod model;
mod scan;
mod watch;

use std::pin::Pin;

use engine::Engine;

type Case = for<'a> fn(&'a dyn Engine) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

macro_rules! cases {
    ($($module:ident :: $case:ident),* $(,)?) => {
        &[$((concat!(stringify!($module), "::", stringify!($case)),
            |engine| Box::pin($module::$case(engine)))),*]
    };
}

const CASES: &[(&str, Case)] = cases![
    commit::writes_and_reads,
    commit::answers_grow,
    commit::absent,
    commit::at,
    commit::a_conflict_changes_nothing,
    commit::deletes,
    commit::the_last_write_of_a_key_counts,
    commit::an_empty_batch,
    commit::no_update_is_lost,
    commit::one_of_many_creates,
    commit::outlives_the_store,
    bank::nothing_is_ever_half_done,
    scan::pages_in_order,
    scan::a_prefix_is_whole_segments,
    scan::odd_bounds,
    scan::any_text_is_a_segment,
    scan::snapshots,
    scan::exports,
    limits::keys,
    limits::values,
    limits::batches,
    limits::pages,
    watch::in_order,
    watch::only_its_prefix,
    watch::nothing_before,
    watch::no_gap_between_concurrent_commits,
    watch::too_many_commits_lag,
    watch::too_many_bytes_lag,
    watch::ends_with_the_store,
    follow::rows_then_changes,
    follow::converges_under_writers,
    follow::survives_a_lag,
    follow::views,
    migration::steps_once_and_in_order,
    migration::goes_on_where_it_was,
    migration::refuses_newer,
    migration::two_at_once,
    model::random_steps,
];

async fn judge(engine: &dyn Engine) {
    for (name, case) in CASES {
        let start = std::time::Instant::now();
        println!("{} {name}", engine.name());
        case(engine).await;
        println!("    ok in {:?}", start.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn memory() {
    judge(&engine::InMemory).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn redb() {
    judge(&engine::InFile::new()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres() {
    judge(&engine::InPostgres::start()).await;
}
