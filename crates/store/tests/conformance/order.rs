//! Whatever the order of arrival, the end is the same.

use crate::Harness;
use crate::fixture::{Draft, draft, found, id};
use dateline_model::EntityType::Person;
use dateline_store::{Store, Version};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

const NAMES: [&str; 3] = ["a", "b", "c"];

/// Any version of one of three articles.
fn any_draft() -> impl Strategy<Value = Draft> {
    let parts = (0..NAMES.len(), 0..4_u8, 0..5_i64, 0..3_i64, prop::bool::weighted(0.2));
    parts.prop_map(|(article, content, at, made, retracted)| {
        let draft = draft(NAMES[article], &format!("text{content} of {}", NAMES[article]))
            .at(at)
            .made(made, &format!("0.{made}"))
            .names(Person, &format!("Person{content} by{made}"));
        if retracted { draft.retracted() } else { draft }
    })
}

/// A history, and the same again in another order, with some of it twice.
fn histories() -> impl Strategy<Value = (Vec<Draft>, Vec<Draft>)> {
    prop::collection::vec(any_draft(), 1..12).prop_flat_map(|history| {
        let again = prop::sample::subsequence(history.clone(), 0..=history.len());
        let shuffled = again.prop_map({
            let history = history.clone();
            move |again| [history.clone(), again].concat()
        });
        (Just(history), shuffled.prop_shuffle())
    })
}

/// Everything that the traits show of a store.
async fn state(store: &dyn Store) -> (Vec<Vec<Version>>, Vec<Vec<String>>) {
    let mut versions = Vec::new();
    for name in NAMES {
        versions.push(store.versions(id(name)).await.unwrap());
    }
    let mut searches = Vec::new();
    for query in ["", "text0", "text1", "text2", "text3", "of", "person:by0", "person:by1", "person:by2"] {
        let mut names = found(store, query).await;
        names.sort();
        searches.push(names);
    }
    (versions, searches)
}

async fn write_all(store: &dyn Store, history: &[Draft], batch: usize) {
    for batch in history.chunks(batch) {
        store.write(batch.iter().cloned().map(Draft::record).collect()).await.unwrap();
    }
}

/// Of each article the newest version is current, as defined.
fn current_is_newest(versions: &[Version]) -> bool {
    let rank =
        |version: &Version| (version.info.last_seen, version.info.content_hash, version.info.retracted);
    let newest = versions.iter().max_by_key(|version| rank(version));
    let current: Vec<_> = versions.iter().filter(|version| version.info.current).collect();
    newest.is_none_or(|newest| current == [newest])
}

pub(crate) async fn any_order_of_arrival_ends_the_same<H: Harness>(harness: &H) {
    harness.open().await;
    let config = ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new(config);
    let runtime = tokio::runtime::Handle::current();
    tokio::task::block_in_place(|| {
        runner
            .run(&(histories(), 1..6_usize), |((history, shuffled), batch)| {
                runtime.block_on(async {
                    let (left, right) = (H::default(), H::default());
                    let (straight, other) = (left.open().await, right.open().await);
                    write_all(&*straight, &history, history.len()).await;
                    write_all(&*other, &shuffled, batch).await;
                    let (expected, actual) = (state(&*straight).await, state(&*other).await);
                    left.inspect();
                    right.inspect();
                    prop_assert!(expected.0.iter().all(|versions| current_is_newest(versions)));
                    prop_assert_eq!(expected, actual);
                    Ok(())
                })
            })
            .unwrap();
    });
}
