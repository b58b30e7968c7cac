//! Batches are whole: whoever looks, the money of all accounts is what it was.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use store::{Batch, CommitError, Key, Row, Store};

use super::engine::{Engine, commit, fresh, key};
use crate::seeded::Seeded;

pub(crate) const ACCOUNTS: usize = 6;
pub(crate) const MONEY: i64 = 600;

/// Opens the accounts.
pub(crate) async fn open(store: &dyn Store) {
    let opened = commit(store, |batch| {
        for account in 0..ACCOUNTS {
            let money = MONEY / i64::try_from(ACCOUNTS).unwrap();
            batch.put(path(account), money.to_string());
        }
    });
    opened.await.unwrap();
}

fn path(account: usize) -> Key {
    key(&format!("account/{account}"))
}

/// How much a row says that there is.
pub(crate) fn money(row: &Row) -> i64 {
    std::str::from_utf8(&row.value).unwrap().parse().unwrap()
}

/// Moves money from account to account, closing and opening them as they run empty, so many times.
pub(crate) async fn transfer(store: Arc<dyn Store>, mut random: Seeded, times: usize) {
    for _ in 0..times {
        let from = random.below(ACCOUNTS);
        let to = (from + 1 + random.below(ACCOUNTS - 1)) % ACCOUNTS;
        loop {
            let (giver, taker) = (store.get(&path(from)).await, store.get(&path(to)).await);
            let (giver, taker) = (giver.unwrap(), taker.unwrap());
            let has = giver.as_ref().map_or(0, money);
            let amount = if random.percent(30) { has } else { has / 2 };
            let mut batch = Batch::new();
            for (account, row, then) in [
                (from, &giver, has - amount),
                (to, &taker, taker.as_ref().map_or(0, money) + amount),
            ] {
                match row {
                    None => batch.expect_absent(path(account)),
                    Some(row) => batch.expect_at(path(account), row.revision),
                };
                match then {
                    0 => batch.delete(path(account)),
                    then => batch.put(path(account), then.to_string()),
                };
            }
            match store.commit(batch).await {
                Ok(_) => break,
                Err(CommitError::Conflict { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }
}

pub(crate) async fn nothing_is_ever_half_done(engine: &dyn Engine) {
    let mut random = Seeded::announced("bank");
    let store = fresh(engine).await;
    open(&*store).await;
    let over = Arc::new(AtomicBool::new(false));
    let looking = tokio::spawn({
        let (store, over) = (store.clone(), over.clone());
        async move {
            let (mut looks, mut last) = (0, store::Revision(0));
            while !over.load(Ordering::Relaxed) {
                let snapshot = store.snapshot(&key("account")).await.unwrap();
                assert_eq!(snapshot.rows.iter().map(money).sum::<i64>(), MONEY);
                assert!(
                    snapshot
                        .rows
                        .iter()
                        .all(|row| row.revision <= snapshot.revision)
                );
                assert!(snapshot.revision >= last);
                last = snapshot.revision;
                looks += 1;
            }
            looks
        }
    });
    let times = 20 * engine.patience();
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let random = Seeded::from(random.next());
            tokio::spawn(transfer(store.clone(), random, times))
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    over.store(true, Ordering::Relaxed);
    assert!(looking.await.unwrap() > 0);
}
