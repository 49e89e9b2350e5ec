//! Writing and reading back.

use crate::Harness;
use crate::fixture::{draft, found, id, second, text, write};
use dateline_model::EntityType::{Organisation, Person, Place};
use dateline_store::WriteOutcome;

pub(crate) async fn a_record_comes_back_whole(harness: &impl Harness) {
    let store = harness.open().await;
    let record = draft("a", "Text.")
        .headline("Title")
        .summary("Summary")
        .published("2023-11-07")
        .names(Person, "Ada")
        .speaks_of("2023-11")
        .made(3, "0.1.0")
        .record();
    assert_eq!(store.write(vec![record.clone()]).await.unwrap(), [WriteOutcome::Inserted]);
    assert_eq!(store.get(id("a")).await.unwrap(), Some(record));
    assert_eq!(store.get(id("b")).await.unwrap(), None);
    assert!(store.versions(id("b")).await.unwrap().is_empty());
    store.ready().await.unwrap();
}

pub(crate) async fn a_new_version_takes_over(harness: &impl Harness) {
    let store = harness.open().await;
    assert_eq!(write(&*store, draft("a", "old words").at(1)).await, WriteOutcome::Inserted);
    assert_eq!(write(&*store, draft("a", "new words").at(2)).await, WriteOutcome::NewVersion);
    assert_eq!(text(&*store, "a").await.unwrap(), "new words");
    let versions = store.versions(id("a")).await.unwrap();
    let bodies: Vec<_> =
        versions.iter().map(|version| (version.record.body(), version.info.current)).collect();
    assert_eq!(bodies, [("new words", true), ("old words", false)]);
    assert_eq!(found(&*store, "words").await, ["a"]);
    assert!(found(&*store, "old").await.is_empty());
}

pub(crate) async fn an_old_version_is_history(harness: &impl Harness) {
    let store = harness.open().await;
    write(&*store, draft("a", "new").at(2).names(Person, "New")).await;
    let late = write(&*store, draft("a", "old").at(1).names(Person, "Old")).await;
    assert_eq!(late, WriteOutcome::OlderVersion);
    assert_eq!(text(&*store, "a").await.unwrap(), "new");
    assert_eq!(store.versions(id("a")).await.unwrap().len(), 2);
    assert!(found(&*store, "person:Old").await.is_empty());
    assert_eq!(found(&*store, "person:New").await, ["a"]);
}

pub(crate) async fn equal_times_fall_to_the_larger_hash(harness: &impl Harness) {
    let store = harness.open().await;
    let mut drafts = ["one", "two", "three"].map(|text| draft("a", text).at(1));
    for draft in &drafts {
        write(&*store, draft.clone()).await;
    }
    drafts.sort_by_key(|draft| draft.0.dateline.content_hash);
    assert_eq!(text(&*store, "a").await.unwrap(), drafts[2].0.body());
}

pub(crate) async fn redelivery_changes_nothing(harness: &impl Harness) {
    let store = harness.open().await;
    let (old, new) = (draft("a", "old").at(1), draft("a", "new").at(2));
    for draft in [&old, &new] {
        write(&*store, draft.clone()).await;
    }
    let before = store.versions(id("a")).await.unwrap();
    for draft in [&old, &new, &new, &old] {
        assert_eq!(write(&*store, draft.clone()).await, WriteOutcome::Unchanged);
    }
    assert_eq!(store.versions(id("a")).await.unwrap(), before);
    assert_eq!(store.totals().await.unwrap().versions, 2);
}

pub(crate) async fn work_done_anew_replaces(harness: &impl Harness) {
    let store = harness.open().await;
    let first = draft("a", "text").names(Person, "Wrong").made(1, "0.1");
    let better = draft("a", "text").names(Person, "Right").made(2, "0.2");
    assert_eq!(write(&*store, first.clone()).await, WriteOutcome::Inserted);
    assert_eq!(write(&*store, better.clone()).await, WriteOutcome::Reenriched);
    assert_eq!(write(&*store, first).await, WriteOutcome::Unchanged);
    assert_eq!(store.get(id("a")).await.unwrap(), Some(better.record()));
    assert!(found(&*store, "person:Wrong").await.is_empty());
    assert_eq!(found(&*store, "person:Right").await, ["a"]);
    assert_eq!(store.totals().await.unwrap().versions, 1);
}

pub(crate) async fn timing_alone_is_no_change(harness: &impl Harness) {
    let store = harness.open().await;
    write(&*store, draft("a", "text").made(1, "0.1")).await;
    let again = write(&*store, draft("a", "text").at(9).made(9, "0.1")).await;
    assert_eq!(again, WriteOutcome::Unchanged);
    let version = store.versions(id("a")).await.unwrap().remove(0);
    assert_eq!((version.info.first_seen, version.info.last_seen), (second(0), second(9)));
}

pub(crate) async fn text_that_returns_is_current_again(harness: &impl Harness) {
    let store = harness.open().await;
    write(&*store, draft("a", "first").at(1)).await;
    write(&*store, draft("a", "second").at(2)).await;
    assert_eq!(write(&*store, draft("a", "first").at(3)).await, WriteOutcome::NewVersion);
    assert_eq!(text(&*store, "a").await.unwrap(), "first");
    assert_eq!(found(&*store, "first").await, ["a"]);
    assert_eq!(store.versions(id("a")).await.unwrap().len(), 2);
}

pub(crate) async fn first_created_is_the_earliest(harness: &impl Harness) {
    let store = harness.open().await;
    for (text, seconds) in [("b", 5), ("c", 9), ("a", 2)] {
        write(&*store, draft("a", text).at(seconds)).await;
    }
    let record = store.get(id("a")).await.unwrap().unwrap();
    assert_eq!((record.body(), record.first_created), ("c", second(2)));
}

pub(crate) async fn a_retraction_hides_and_keeps(harness: &impl Harness) {
    let store = harness.open().await;
    let usable = draft("a", "word").at(1).names(Place, "Gaza").speaks_of("2023-11-03");
    write(&*store, usable.clone()).await;
    assert_eq!(write(&*store, usable.at(2).retracted()).await, WriteOutcome::NewVersion);
    for query in ["word", "place:Gaza", "about-date:2023", "source:wire", ""] {
        assert!(found(&*store, query).await.is_empty(), "{query}");
    }
    let versions = store.versions(id("a")).await.unwrap();
    let retracted: Vec<_> = versions.iter().map(|version| version.info.retracted).collect();
    assert_eq!(retracted, [true, false], "the same content, retracted and usable");
    assert_eq!(store.get(id("a")).await.unwrap().unwrap().pub_status, "canceled");
    let totals = store.totals().await.unwrap();
    assert_eq!((totals.articles, totals.retracted), (0, 1));
}

pub(crate) async fn a_retraction_may_come_first(harness: &impl Harness) {
    let store = harness.open().await;
    assert_eq!(write(&*store, draft("a", "").at(2).retracted()).await, WriteOutcome::Inserted);
    assert_eq!(write(&*store, draft("a", "word").at(1)).await, WriteOutcome::OlderVersion);
    assert!(found(&*store, "word").await.is_empty());
    assert_eq!(store.versions(id("a")).await.unwrap().len(), 2);
}

pub(crate) async fn a_retraction_can_be_undone(harness: &impl Harness) {
    let store = harness.open().await;
    write(&*store, draft("a", "word").at(1)).await;
    write(&*store, draft("a", "word").at(2).retracted()).await;
    assert_eq!(write(&*store, draft("a", "word again").at(3)).await, WriteOutcome::NewVersion);
    assert_eq!(found(&*store, "word").await, ["a"]);
}

pub(crate) async fn text_with_nul_and_odd_characters(harness: &impl Harness) {
    let store = harness.open().await;
    let odd = "before\0after \u{feff}\u{fdd0}mark\u{fdd1} \u{10ffff} e\u{301}clair \u{202e}right";
    let record = draft("a", odd).headline("nul \0 in title").names(Person, "Ada\0Lovelace").record();
    store.write(vec![record.clone()]).await.unwrap();
    assert_eq!(store.get(id("a")).await.unwrap(), Some(record));
    for query in ["before", "after", "eclair", "éclair", "right", "title", "person:Lovelace"] {
        assert_eq!(found(&*store, query).await, ["a"], "{query}");
    }
    assert_eq!(write(&*store, draft("a", "plain\0").at(1)).await, WriteOutcome::NewVersion);
    assert!(found(&*store, "after").await.is_empty());
}

pub(crate) async fn five_thousand_entities(harness: &impl Harness) {
    let store = harness.open().await;
    let mut article = draft("a", "many");
    for number in 0..5_000 {
        article = article.names(Organisation, &format!("Company {number}"));
    }
    article = article.names(Organisation, "Company 7");
    assert_eq!(write(&*store, article).await, WriteOutcome::Inserted);
    assert_eq!(store.totals().await.unwrap().entities, 5_000);
    assert_eq!(found(&*store, "org:\"company 4999\"").await, ["a"]);
    assert_eq!(found(&*store, "org:company").await, ["a"]);
}

pub(crate) async fn a_batch_of_a_thousand(harness: &impl Harness) {
    let store = harness.open().await;
    let batch = (0..1_000).map(|n| draft(&n.to_string(), "text of many").record()).collect();
    let outcomes = store.write(batch).await.unwrap();
    assert!(outcomes.iter().all(|outcome| *outcome == WriteOutcome::Inserted));
    assert_eq!(store.totals().await.unwrap().articles, 1_000);
}

pub(crate) async fn an_article_of_20_mb(harness: &impl Harness) {
    let store = harness.open().await;
    let body = "a long story without end ".repeat(800_000);
    write(&*store, draft("a", &body)).await;
    assert_eq!(text(&*store, "a").await.unwrap().len(), 20_000_000);
    assert_eq!(found(&*store, "\"without end\"").await, ["a"]);
    assert_eq!(write(&*store, draft("a", "short").at(1)).await, WriteOutcome::NewVersion);
    assert!(found(&*store, "story").await.is_empty());
}

pub(crate) async fn clocks_that_jump(harness: &impl Harness) {
    let store = harness.open().await;
    write(&*store, draft("a", "from 2041").at(540_000_000)).await;
    write(&*store, draft("a", "from 1970").at(-1_704_067_200)).await;
    write(&*store, draft("a", "from 0001").at(-60_000_000_000)).await;
    assert_eq!(text(&*store, "a").await.unwrap(), "from 2041");
    let versions = store.versions(id("a")).await.unwrap();
    assert_eq!(versions.last().unwrap().record.body(), "from 0001");
    assert_eq!(store.get(id("a")).await.unwrap().unwrap().first_created, second(-60_000_000_000));
}

pub(crate) async fn one_article_many_times_in_a_batch(harness: &impl Harness) {
    let store = harness.open().await;
    let batch = [("b", 2), ("a", 1), ("b", 2), ("c", 3)].map(|(text, at)| draft("a", text).at(at).record());
    let outcomes = store.write(batch.to_vec()).await.unwrap();
    let expected = [
        WriteOutcome::Inserted,
        WriteOutcome::OlderVersion,
        WriteOutcome::Unchanged,
        WriteOutcome::NewVersion,
    ];
    assert_eq!(outcomes, expected);
    assert_eq!(found(&*store, "c").await, ["a"]);
}

pub(crate) async fn an_empty_batch(harness: &impl Harness) {
    let store = harness.open().await;
    assert!(store.write(Vec::new()).await.unwrap().is_empty());
    assert_eq!(store.totals().await.unwrap(), dateline_store::Totals::default());
}

pub(crate) async fn parallel_batches(harness: &impl Harness) {
    let (left, right) = (harness.open().await, harness.open().await);
    let tasks = (0..20).map(|batch: i64| {
        let store = if batch % 2 == 0 { left.clone() } else { right.clone() };
        let records = (0..10).map(|n| draft(&n.to_string(), &format!("text {batch}")).at(batch).record());
        let records: Vec<_> = records.collect();
        tokio::spawn(async move { store.write(records).await.unwrap() })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let totals = left.totals().await.unwrap();
    assert_eq!((totals.articles, totals.versions), (10, 200));
    assert_eq!(found(&*left, "19").await.len(), 10);
    assert!(found(&*left, "18").await.is_empty());
}

pub(crate) async fn totals_count(harness: &impl Harness) {
    let store = harness.open().await;
    write(&*store, draft("a", "x").at(5).published("2023-11-07").names(Person, "Ada")).await;
    write(&*store, draft("b", "y").at(6).names(Person, "Ada")).await;
    write(&*store, draft("b", "z").at(7).names(Place, "Ada")).await;
    let totals = store.totals().await.unwrap();
    assert_eq!((totals.articles, totals.versions, totals.entities), (2, 3, 2));
    assert_eq!(totals.newest, Some(second(7)));
    assert_eq!(totals.oldest, Some("2023-11-07T00:00:00Z".parse().unwrap()));
    assert_eq!(totals.last_ingested, Some(second(7)));
}

pub(crate) async fn reopening_keeps_everything(harness: &impl Harness) {
    let record = draft("a", "kept").names(Person, "Ada").record();
    harness.open().await.write(vec![record.clone()]).await.unwrap();
    let store = harness.open().await;
    assert_eq!(store.get(id("a")).await.unwrap(), Some(record.clone()));
    assert_eq!(store.write(vec![record]).await.unwrap(), [WriteOutcome::Unchanged]);
    assert_eq!(found(&*store, "kept person:ada").await, ["a"]);
}
