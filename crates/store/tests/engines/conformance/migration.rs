//! Migrations of rows.

use store::{Key, MigrationStep, Rewrite, Row, Store, StoreError, migrate};

use super::engine::{Engine, commit, everything, fresh, key, put, value};

/// Rows of the first form: `item/NAME` holds a number.
async fn first_form(store: &dyn Store, rows: usize) {
    let written = commit(store, |batch| {
        for row in 0..rows {
            batch.put(key(&format!("item/{row:04}")), row.to_string());
        }
    });
    written.await.unwrap();
    put(store, "items", "another component").await;
}

/// Numbers get a unit, then rows move, then the odd ones go.
fn steps() -> Vec<MigrationStep> {
    fn text(row: &Row) -> String {
        String::from_utf8(row.value.to_vec()).unwrap()
    }
    let unit = |row: &Row| match text(row).parse::<u32>() {
        Ok(number) => Ok(Rewrite::Put(format!("{number} KiB").into())),
        Err(_) => Err(format!("{:?} is no number", text(row))),
    };
    let moves = |row: &Row| {
        let name = row.key.segments().next_back().unwrap();
        Ok(Rewrite::Move(Key::new(["thing", &name]), row.value.clone()))
    };
    let odd = |row: &Row| {
        let number = text(row).trim_end_matches(" KiB").parse::<u32>().unwrap();
        Ok(if number % 2 == 1 {
            Rewrite::Delete
        } else {
            Rewrite::Keep
        })
    };
    vec![
        MigrationStep {
            what: "unit",
            prefix: key("item"),
            rewrite: unit,
        },
        MigrationStep {
            what: "move",
            prefix: key("item"),
            rewrite: moves,
        },
        MigrationStep {
            what: "odd ones",
            prefix: key("thing"),
            rewrite: odd,
        },
    ]
}

/// What the rows come to.
fn last_form(rows: usize) -> Vec<(String, String)> {
    let things = (0..rows)
        .step_by(2)
        .map(|row| (format!("thing/{row:04}"), format!("{row} KiB")));
    let mut all = vec![("items".to_owned(), "another component".to_owned())];
    all.push(("schema/test".to_owned(), "3".to_owned()));
    all.extend(things);
    all
}

pub(crate) async fn steps_once_and_in_order(engine: &dyn Engine) {
    let store = fresh(engine).await;
    migrate(&*store, "test", &[]).await.unwrap();
    assert!(everything(&*store).await.is_empty());
    // More rows than one batch takes.
    first_form(&*store, 700).await;
    migrate(&*store, "test", &steps()[..1]).await.unwrap();
    assert_eq!(value(&*store, "item/0007").await.as_deref(), Some("7 KiB"));
    // The first step would refuse its own work: it is not taken again.
    migrate(&*store, "test", &steps()[..1]).await.unwrap();
    migrate(&*store, "test", &steps()).await.unwrap();
    assert_eq!(everything(&*store).await, last_form(700));
    let head = store.snapshot(&Key::root()).await.unwrap().revision;
    migrate(&*store, "test", &steps()).await.unwrap();
    assert_eq!(
        store.snapshot(&Key::root()).await.unwrap().revision,
        head,
        "nothing to do"
    );
}

pub(crate) async fn goes_on_where_it_was(engine: &dyn Engine) {
    let store = fresh(engine).await;
    first_form(&*store, 700).await;
    put(&*store, "item/0600", "broken").await;
    // Stopped in the middle of the first step, some pages done.
    match migrate(&*store, "test", &steps()).await {
        Err(StoreError::Corrupt { reason }) => {
            assert!(
                reason.contains("item/0600") && reason.contains("broken"),
                "{reason}"
            );
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(value(&*store, "item/0000").await.as_deref(), Some("0 KiB"));
    assert_eq!(value(&*store, "item/0699").await.as_deref(), Some("699"));
    put(&*store, "item/0600", "600").await;
    migrate(&*store, "test", &steps()).await.unwrap();
    assert_eq!(everything(&*store).await, last_form(700));
}

pub(crate) async fn refuses_newer(engine: &dyn Engine) {
    let store = fresh(engine).await;
    first_form(&*store, 2).await;
    migrate(&*store, "test", &steps()).await.unwrap();
    let before = everything(&*store).await;
    let newer = StoreError::Newer {
        what: "the stored state of test".to_owned(),
        found: 3,
        known: 2,
    };
    assert_eq!(migrate(&*store, "test", &steps()[..2]).await, Err(newer));
    put(&*store, "schema/test", "three").await;
    let damaged = migrate(&*store, "test", &steps()).await;
    assert!(
        matches!(damaged, Err(StoreError::Corrupt { .. })),
        "{damaged:?}"
    );
    put(&*store, "schema/test", "3").await;
    assert_eq!(everything(&*store).await, before);
}

pub(crate) async fn two_at_once(engine: &dyn Engine) {
    for _ in 0..engine.patience() {
        let store = fresh(engine).await;
        first_form(&*store, 700).await;
        let tasks: Vec<_> = (0..3)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { migrate(&*store, "test", &steps()).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(everything(&*store).await, last_form(700));
    }
}
