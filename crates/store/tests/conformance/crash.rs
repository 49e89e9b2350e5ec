//! A process that dies in the middle of a write, at every step of it: the batch
//! is there as a whole or not at all, and writing it again ends right.

use crate::Harness;
use crate::fixture::{draft, found, id};
use dateline_model::EntityType::{Person, Place};
use dateline_model::NewsRecord;
use dateline_store::{AgeFrom, Expiry, Sources, StoreConfig, WriteOutcome};
use dateline_testkit::eventually_true;
use std::process::{Command, Stdio};

/// The store that the child writes to, as JSON; no child without.
const CHILD: &str = "DATELINE_STORE_CRASH_CHILD";
/// Where it dies.
const FAULT: &str = "DATELINE_STORE_FAULT";
/// The one where articles go.
const REMOVED: &str = "removed";
/// The one where entities go.
const FORGOTTEN: &str = "forgotten";
/// Every place where a write may end.
const POINTS: [&str; 7] = ["loaded", "articles", "versions", "entities", "mentions", "logged", "committed"];

fn first() -> Vec<NewsRecord> {
    let article = |name: &str| draft(name, "first words").names(Person, "Ada").speaks_of("2020").record();
    ["a", "b"].map(article).to_vec()
}

/// A new version, a retraction, a new article with a new entity.
pub(crate) fn second() -> Vec<NewsRecord> {
    let mut french = draft("c", "second words").at(2).names(Place, "Gaza");
    french.0.language = "fr".into();
    vec![
        draft("a", "second words").at(2).names(Person, "Bob").speaks_of("2021").record(),
        draft("b", "first words").at(2).retracted().record(),
        french.record(),
    ]
}

/// Not a test of its own: the body of the child processes, which run this same
/// program.
#[tokio::test]
async fn child() {
    let Ok(config) = std::env::var(CHILD) else { return };
    let config: StoreConfig = serde_json::from_str(&config).unwrap();
    let store = dateline_store::open(&config).await.unwrap();
    match std::env::var(FAULT).unwrap_or_default().as_str() {
        REMOVED => drop(store.records.remove(everything(), 1_000).await.unwrap()),
        FORGOTTEN => drop(store.records.forget_entities().await.unwrap()),
        _ => {
            store.records.write(second()).await.unwrap();
            store.records.flush().await.unwrap();
        }
    }
}

fn everything() -> Expiry {
    let sources = Sources::AllBut(Vec::new());
    Expiry { before: crate::fixture::second(100), age: AgeFrom::Ingested, sources }
}

pub(crate) fn die_at(config: &StoreConfig, point: &str) {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child"])
        .env(CHILD, serde_json::to_string(config).unwrap())
        .env(FAULT, point)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), None, "no signal ended it: nothing passes the point {point}");
}

pub(crate) async fn a_crash_leaves_a_batch_whole_or_away<H: Harness>(harness: &H) {
    harness.open().await;
    for point in POINTS {
        let harness = H::default();
        let store = harness.open().await;
        store.write(first()).await.unwrap();
        die_at(&harness.config(), point);
        harness.inspect();
        let is_there = point == "committed";
        assert_eq!(found(&*store, "second").await.is_empty(), !is_there, "{point}");
        assert_eq!(found(&*store, "first").await.is_empty(), is_there, "{point}");
        assert_eq!(store.versions(id("a")).await.unwrap().len(), 1 + usize::from(is_there), "{point}");
        let outcomes = store.write(second()).await.unwrap();
        assert_eq!(outcomes.iter().all(|outcome| *outcome == WriteOutcome::Unchanged), is_there, "{point}");
        let mut names = found(&*store, "second").await;
        names.sort();
        assert_eq!(names, ["a", "c"], "{point}");
        assert_eq!(found(&*store, "entity:bob about-date:2021").await, ["a"], "{point}");
        assert!(found(&*store, "entity:ada").await.is_empty(), "{point}");
        let totals = store.totals().await.unwrap();
        assert_eq!((totals.articles, totals.retracted, totals.versions), (2, 1, 5), "{point}");
        harness.inspect();
    }
}

pub(crate) async fn a_crash_leaves_a_removal_whole_or_away(harness: &impl Harness) {
    let store = harness.open().await;
    store.write(first()).await.unwrap();
    die_at(&harness.config(), REMOVED);
    harness.inspect();
    assert_eq!(found(&*store, "first").await.len(), 2, "nothing is gone");
    // A server may take a moment to see that the other process is gone.
    eventually_true("what it held to be free", async || {
        store.remove(everything(), 1_000).await.unwrap().total() == 2
    })
    .await;
    assert!(found(&*store, "entity:ada").await.is_empty());
}

pub(crate) async fn a_crash_leaves_entities_and_their_names_whole(harness: &impl Harness) {
    let store = harness.open().await;
    store.write(first()).await.unwrap();
    store.write(second()).await.unwrap();
    die_at(&harness.config(), FORGOTTEN);
    harness.inspect();
    assert_eq!(store.totals().await.unwrap().entities, 3, "nothing is gone");
    assert_eq!(store.forget_entities().await.unwrap(), 1, "Ada, whom no current version names");
    harness.inspect();
    assert_eq!(found(&*store, "entity:bob").await, ["a"]);
}
