//! Articles that go: which ones, wholly, and for as long as nobody brings them again.

use crate::Harness;
use crate::fixture::{draft, found, id, second, write};
use dateline_model::EntityType::Person;
use dateline_store::{AgeFrom, Expiry, Query, Removed, ScanRequest, Sources, Store, Vacuum, WriteOutcome};

fn all_before(seconds: i64) -> Expiry {
    Expiry { before: second(seconds), age: AgeFrom::Ingested, sources: Sources::AllBut(Vec::new()) }
}

fn removed(articles: &[(&str, u64)], versions: u64) -> Removed {
    let articles = articles.iter().map(|(source, count)| ((*source).to_owned(), *count)).collect();
    Removed { articles, versions, entities: None }
}

/// Says what would go, lets it go, and sees that it was the same.
async fn let_go(store: &dyn Store, expiry: Expiry) -> Removed {
    let expected = store.expired(expiry.clone()).await.unwrap();
    assert_eq!(store.remove(expiry.clone(), 1_000).await.unwrap(), expected);
    assert_eq!(store.expired(expiry).await.unwrap(), Removed::default());
    expected
}

pub(crate) async fn old_articles_go_with_all_their_rows(harness: &impl Harness) {
    let store = harness.open().await;
    let old = draft("old", "word one").headline("Title").names(Person, "Ada").speaks_of("2023-11-03");
    write(&*store, old.at(1)).await;
    write(&*store, draft("old", "word two").summary("Short").at(2).names(Person, "Ada")).await;
    write(&*store, draft("young", "word three").at(10).names(Person, "Ada").speaks_of("2023-11-03")).await;
    assert_eq!(let_go(&*store, all_before(10)).await, removed(&[("wire", 1)], 2));
    for query in ["word", "person:Ada", "about-date:2023-11-03", ""] {
        assert_eq!(found(&*store, query).await, ["young"], "{query}");
    }
    assert_eq!(store.get(id("old")).await.unwrap(), None);
    assert!(store.versions(id("old")).await.unwrap().is_empty());
    let totals = store.totals().await.unwrap();
    assert_eq!((totals.articles, totals.versions), (1, 1));
}

pub(crate) async fn a_new_version_keeps_an_article_young(harness: &impl Harness) {
    let store = harness.open().await;
    write(&*store, draft("a", "first").at(1)).await;
    write(&*store, draft("a", "second").at(10)).await;
    assert_eq!(let_go(&*store, all_before(10)).await, Removed::default());
    assert_eq!(store.versions(id("a")).await.unwrap().len(), 2, "its history stays with it");
}

pub(crate) async fn each_source_ages_by_its_own_rule(harness: &impl Harness) {
    let store = harness.open().await;
    for (name, source, at) in [("a", "one", 1), ("b", "one", 9), ("c", "two", 1), ("d", "three", 1)] {
        write(&*store, draft(name, name).source(source).at(at)).await;
    }
    let one = Expiry { sources: Sources::One("one".into()), ..all_before(5) };
    assert_eq!(let_go(&*store, one).await, removed(&[("one", 1)], 1));
    let others = Expiry { sources: Sources::AllBut(vec!["one".into(), "two".into()]), ..all_before(100) };
    assert_eq!(let_go(&*store, others).await, removed(&[("three", 1)], 1));
    let mut left = found(&*store, "").await;
    left.sort();
    assert_eq!(left, ["b", "c"]);
}

pub(crate) async fn age_may_count_from_publication(harness: &impl Harness) {
    let store = harness.open().await;
    write(&*store, draft("old", "x").published("2020-01-01").at(100)).await;
    write(&*store, draft("new", "x").published("2024-06-01").at(1)).await;
    write(&*store, draft("undated", "x").at(1)).await;
    let by_date = Expiry { age: AgeFrom::Published, ..all_before(0) };
    assert_eq!(let_go(&*store, by_date).await, removed(&[("wire", 1)], 1));
    assert_eq!(store.get(id("old")).await.unwrap(), None);
    assert_eq!(found(&*store, "x").await.len(), 2, "an undated one counts from its intake");
}

pub(crate) async fn what_goes_may_be_retracted_or_come_again(harness: &impl Harness) {
    let store = harness.open().await;
    write(&*store, draft("a", "word").at(1)).await;
    write(&*store, draft("a", "word").at(2).retracted()).await;
    write(&*store, draft("b", "nul \0 é word").headline("x\0y").at(1).names(Person, "Ada")).await;
    assert_eq!(let_go(&*store, all_before(5)).await, removed(&[("wire", 2)], 3));
    assert_eq!(store.totals().await.unwrap().retracted, 0);
    assert_eq!(
        write(&*store, draft("b", "word again").at(1).names(Person, "Ada")).await,
        WriteOutcome::Inserted
    );
    assert_eq!(found(&*store, "person:Ada").await, ["b"]);
}

pub(crate) async fn entities_that_nobody_names_go(harness: &impl Harness) {
    let store = harness.open().await;
    let entities = async || store.totals().await.unwrap().entities;
    write(&*store, draft("old", "x").at(1).names(Person, "Ada").names(Person, "Bob")).await;
    write(&*store, draft("young", "x").at(10).names(Person, "Ada").names(Person, "Changed")).await;
    write(&*store, draft("gone", "x").at(10).names(Person, "Retracted")).await;
    assert_eq!(store.forget_entities().await.unwrap(), 0, "all are named");
    write(&*store, draft("young", "y").at(11).names(Person, "Ada")).await;
    write(&*store, draft("gone", "x").at(11).retracted()).await;
    assert_eq!(entities().await, 4);
    assert_eq!(store.forget_entities().await.unwrap(), 2, "a new version and a retraction name them no more");
    let_go(&*store, all_before(10)).await;
    assert_eq!((store.forget_entities().await.unwrap(), entities().await), (1, 1));
    for (query, expected) in [("person:Ada", 1), ("person:Bob", 0), ("person:Changed", 0), ("bob~", 0)] {
        assert_eq!(found(&*store, query).await.len(), expected, "{query}");
    }
    assert_eq!(store.forget_entities().await.unwrap(), 0);
    // More than are looked at in one go.
    let many =
        |name: &str| (0..6_000).fold(draft(name, "x"), |draft, n| draft.names(Person, &format!("P {n}")));
    write(&*store, many("many").at(20)).await;
    write(&*store, draft("many", "y").at(21).names(Person, "P 5999")).await;
    assert_eq!((store.forget_entities().await.unwrap(), entities().await), (5_999, 2));
    assert_eq!(found(&*store, "person:\"P 5999\"").await, ["many"]);
}

/// Who remembers the keys of entities must not name one that went, nor another in its place.
pub(crate) async fn an_entity_that_went_comes_again_in_every_process(harness: &impl Harness) {
    let (left, right) = (harness.open().await, harness.open().await);
    let names = |at: i64, name: &str| draft("a", &format!("text {at}")).at(at).names(Person, name);
    write(&*left, names(1, "Ada")).await;
    write(&*right, names(2, "Bob")).await;
    assert_eq!(left.forget_entities().await.unwrap(), 1);
    write(&*right, names(3, "Cleo")).await;
    assert_eq!(right.forget_entities().await.unwrap(), 1);
    write(&*left, names(4, "Ada")).await;
    write(&*right, draft("b", "x").at(4).names(Person, "Bob").names(Person, "Ada")).await;
    assert_eq!(left.forget_entities().await.unwrap(), 1, "Cleo");
    for (query, expected) in [("person:ada", "a b"), ("person:bob", "b"), ("person:cleo", "")] {
        let mut names = found(&*left, query).await;
        names.sort();
        assert_eq!(names.join(" "), expected, "{query}");
    }
    assert_eq!(left.totals().await.unwrap().entities, 2);
}

pub(crate) async fn sources_are_counted(harness: &impl Harness) {
    let store = harness.open().await;
    assert!(store.sources().await.unwrap().is_empty());
    write(&*store, draft("a", "x").source("two").at(1)).await;
    write(&*store, draft("b", "x").source("one").at(2).published("2024-06-01")).await;
    write(&*store, draft("c", "x").source("two").at(3)).await;
    write(&*store, draft("d", "x").source("two").at(4)).await;
    write(&*store, draft("d", "x").source("two").at(5).retracted()).await;
    let sources = store.sources().await.unwrap();
    let told: Vec<_> =
        sources.iter().map(|one| (one.source.as_str(), one.articles, one.last_ingested)).collect();
    assert_eq!(told, [("one", 1, second(2)), ("two", 2, second(3))]);
    assert_eq!(sources[0].newest.to_string(), "2024-06-01T00:00:00Z");
    assert_eq!(sources[1].newest, second(3));
}

pub(crate) async fn parts_are_as_small_as_asked(harness: &impl Harness) {
    let store = harness.open().await;
    let batch = (0..25).map(|n| draft(&n.to_string(), "text of many").at(n).record()).collect();
    store.write(batch).await.unwrap();
    let mut parts = Vec::new();
    loop {
        let part = store.remove(all_before(21), 8).await.unwrap().total();
        if part == 0 {
            break;
        }
        parts.push(part);
    }
    assert_eq!(parts, [8, 8, 5]);
    assert_eq!(store.totals().await.unwrap().articles, 4);
}

pub(crate) async fn whoever_reads_in_order_of_arrival_misses_nothing(harness: &impl Harness) {
    let store = harness.open().await;
    for (name, source) in [("a", "one"), ("b", "one"), ("c", "two"), ("d", "two")] {
        write(&*store, draft(name, "x").source(source).at(1)).await;
    }
    let mut request = ScanRequest { query: Query::default(), limit: 3, cursor: None };
    request.cursor = store.scan(request.clone()).await.unwrap().next;
    assert!(request.cursor.is_some());
    let_go(&*store, Expiry { sources: Sources::One("two".into()), ..all_before(5) }).await;
    write(&*harness.open().await, draft("e", "x").at(1)).await;
    let page = store.scan(request).await.unwrap();
    let uris: Vec<_> = page.records.iter().map(|record| record.uri.clone()).collect();
    assert_eq!(uris, [id("e").uri()]);
}

pub(crate) async fn a_vacuum_changes_nothing_that_is_read(harness: &impl Harness) {
    let store = harness.open().await;
    let long = "word ".repeat(2_000);
    let batch = (0..200).map(|n| draft(&n.to_string(), &format!("{long} {n}")).at(n).record()).collect();
    store.write(batch).await.unwrap();
    let full = store.size().await.unwrap().unwrap();
    let_go(&*store, all_before(190)).await;
    for how in [Vacuum::Gentle, Vacuum::Full] {
        store.vacuum(how).await.unwrap();
        assert_eq!(found(&*store, "word").await.len(), 10, "{how:?}");
        assert_eq!(found(&*store, "195").await, ["195"]);
    }
    let left = store.size().await.unwrap().unwrap();
    assert!(full > 0 && left > 0, "{full} bytes, then {left}");
    assert_eq!(write(&*store, draft("more", "word").at(1)).await, WriteOutcome::Inserted);
}
