//! What every store must do with what it is given, also one that gives nothing back:
//! the test then looks for itself what was written.

use crate::fixture::{draft, second, write};
use crate::{Harness, fixture::Draft, fixture::id};
use dateline_model::EntityType::{Organisation, Person};
use dateline_model::NewsRecord;
use dateline_store::{RecordStore, Refusal, WriteOutcome};
use std::sync::Arc;

/// A store to write to, and a look at what is in it then.
pub(crate) trait Written {
    /// Opens it; the same one every time.
    fn writer(&self) -> impl Future<Output = Arc<dyn RecordStore>>;

    /// The record that a reader takes for an article's current one.
    fn current(&self, name: &str) -> impl Future<Output = Option<NewsRecord>>;
}

/// Stores that can be read show it themselves.
impl<H: Harness> Written for H {
    async fn writer(&self) -> Arc<dyn RecordStore> {
        self.open().await
    }

    async fn current(&self, name: &str) -> Option<NewsRecord> {
        self.open().await.get(id(name)).await.unwrap()
    }
}

/// Of records of one article, the one that a reader takes.
pub(crate) fn newest(records: impl IntoIterator<Item = NewsRecord>) -> Option<NewsRecord> {
    records.into_iter().max_by_key(|record| {
        let made = record.dateline.provenance.iter().map(|entry| entry.at).chain([record.version_created]);
        let extension = &record.dateline;
        (extension.ingested_at, extension.content_hash, record.pub_status == "canceled", made.max())
    })
}

async fn body(harness: &impl Written, name: &str) -> String {
    harness.current(name).await.map_or_else(String::new, |record| record.body().to_owned())
}

pub(crate) async fn a_record_arrives_whole(harness: &impl Written) {
    let store = harness.writer().await;
    let record = draft("a", "Text.")
        .headline("Title")
        .summary("Summary")
        .published("2023-11-07")
        .names(Person, "Ada")
        .speaks_of("2023-11")
        .made(3, "0.1.0")
        .record();
    assert_eq!(store.write(vec![record.clone()]).await.unwrap(), [WriteOutcome::Inserted]);
    assert_eq!(harness.current("a").await, Some(record));
    assert_eq!(harness.current("b").await, None);
    store.ready().await.unwrap();
}

pub(crate) async fn the_newest_wins_in_any_order(harness: &impl Written) {
    let store = harness.writer().await;
    for (n, order) in [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]].iter().enumerate() {
        let name = format!("order{n}");
        for at in order.iter().chain(order) {
            write(&*store, draft(&name, &format!("text {at}")).at(*at)).await;
        }
        assert_eq!(body(harness, &name).await, "text 3", "{order:?}");
    }
}

pub(crate) async fn equal_times_go_to_the_larger_hash(harness: &impl Written) {
    let store = harness.writer().await;
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let name = format!("{order:?}");
        let mut drafts = ["one", "two", "three"].map(|text| draft(&name, text).at(1));
        drafts.sort_by_key(|draft| draft.0.dateline.content_hash);
        for place in order {
            write(&*store, drafts[place].clone()).await;
        }
        assert_eq!(body(harness, &name).await, drafts[2].0.body(), "{name}");
    }
}

pub(crate) async fn later_work_wins_in_any_order(harness: &impl Written) {
    let store = harness.writer().await;
    for name in ["straight", "reversed"] {
        let mut drafts = [
            draft(name, "text").names(Person, "Wrong").made(1, "0.1"),
            draft(name, "text").names(Person, "Right").made(2, "0.2"),
        ];
        if name == "reversed" {
            drafts.reverse();
        }
        for draft in drafts {
            write(&*store, draft).await;
        }
        let current = harness.current(name).await.unwrap();
        assert_eq!(current.dateline.entities[0].name, "Right", "{name}");
    }
}

pub(crate) async fn a_retraction_wins_by_its_time(harness: &impl Written) {
    let store = harness.writer().await;
    let usable = |name: &str, at| draft(name, "word").at(at);
    let retracted = |name: &str, at| draft(name, "word").at(at).retracted();
    for (name, drafts, status) in [
        ("last", vec![usable("last", 1), retracted("last", 2)], "canceled"),
        ("first", vec![retracted("first", 2), usable("first", 1)], "canceled"),
        ("undone", vec![usable("undone", 1), retracted("undone", 2), usable("undone", 3)], "usable"),
        ("at once", vec![usable("at once", 1), retracted("at once", 1)], "canceled"),
    ] {
        for draft in drafts {
            write(&*store, draft).await;
        }
        assert_eq!(harness.current(name).await.unwrap().pub_status, status, "{name}");
    }
}

pub(crate) async fn refused_records_keep_nobody_out(harness: &impl Written) {
    let store = harness.writer().await;
    let mut nameless = draft("x", "nameless");
    nameless.0.uri = "https://example.org/x".into();
    let mut newer = draft("y", "newer");
    newer.0.dateline.schema = 99;
    let mut infinite = draft("z", "infinite").names(Person, "Ada");
    infinite.0.dateline.entities[0].salience = f32::NAN;
    let batch = [draft("a", "good"), nameless, newer, draft("b", "good"), infinite, draft("c", "good")];
    let outcomes = store.write(batch.map(Draft::record).to_vec()).await.unwrap();
    assert!(
        matches!(
            outcomes.as_slice(),
            [
                WriteOutcome::Inserted,
                WriteOutcome::Refused(Refusal::Uri(_)),
                WriteOutcome::Refused(Refusal::NewerSchema { found: 99, .. }),
                WriteOutcome::Inserted,
                WriteOutcome::Refused(Refusal::Json(_)),
                WriteOutcome::Inserted,
            ]
        ),
        "{outcomes:?}"
    );
    for name in ["a", "b", "c"] {
        assert_eq!(body(harness, name).await, "good", "{name}");
    }
    assert_eq!(harness.current("y").await, None);
}

pub(crate) async fn text_with_nul_arrives_whole(harness: &impl Written) {
    let store = harness.writer().await;
    let odd =
        "before\0after \u{feff}\u{fdd0}mark\u{fdd1} \u{10ffff} e\u{301}clair \u{202e}right\r\n\u{2028}\"\\";
    let record = draft("a", odd).headline("nul \0 in title").names(Person, "Ada\0Lovelace").record();
    store.write(vec![record.clone()]).await.unwrap();
    assert_eq!(harness.current("a").await, Some(record));
}

pub(crate) async fn thousands_of_entities_arrive(harness: &impl Written) {
    let store = harness.writer().await;
    let article = (0..5_000)
        .fold(draft("a", "many"), |article, n| article.names(Organisation, &format!("Company {n}")));
    write(&*store, article).await;
    assert_eq!(harness.current("a").await.unwrap().dateline.entities.len(), 5_000);
}

pub(crate) async fn a_thousand_at_once(harness: &impl Written) {
    let store = harness.writer().await;
    let batch = (0..1_000).map(|n| draft(&n.to_string(), &format!("text of {n}")).record()).collect();
    let outcomes = store.write(batch).await.unwrap();
    assert!(outcomes.iter().all(|outcome| *outcome == WriteOutcome::Inserted), "{outcomes:?}");
    for n in [0, 1, 500, 999] {
        assert_eq!(body(harness, &n.to_string()).await, format!("text of {n}"));
    }
}

pub(crate) async fn twenty_megabytes_arrive(harness: &impl Written) {
    let store = harness.writer().await;
    write(&*store, draft("a", &"a long story without end ".repeat(800_000))).await;
    write(&*store, draft("b", "short")).await;
    assert_eq!((body(harness, "a").await.len(), body(harness, "b").await.as_str()), (20_000_000, "short"));
}

pub(crate) async fn jumping_clocks_decide_nothing_else(harness: &impl Written) {
    let store = harness.writer().await;
    write(&*store, draft("a", "from 2041").at(540_000_000)).await;
    write(&*store, draft("a", "from 1970").at(-1_704_067_200)).await;
    write(&*store, draft("a", "from 0001").at(-60_000_000_000)).await;
    assert_eq!(body(harness, "a").await, "from 2041");
    write(&*store, draft("b", "from 0001").at(-60_000_000_000)).await;
    write(&*store, draft("b", "from 1900").at(-3_900_000_000)).await;
    assert_eq!(harness.current("b").await.unwrap().dateline.ingested_at, second(-3_900_000_000));
}

pub(crate) async fn many_versions_in_one_batch(harness: &impl Written) {
    let store = harness.writer().await;
    let batch = [("b", 2), ("a", 1), ("b", 2), ("c", 3), ("b", 2)];
    let outcomes =
        store.write(batch.map(|(text, at)| draft("a", text).at(at).record()).to_vec()).await.unwrap();
    assert_eq!(outcomes.len(), 5);
    assert!(outcomes.iter().all(|outcome| !matches!(outcome, WriteOutcome::Refused(_))), "{outcomes:?}");
    assert_eq!(body(harness, "a").await, "c");
}

pub(crate) async fn nothing_is_written_of_nothing(harness: &impl Written) {
    let store = harness.writer().await;
    assert!(store.write(Vec::new()).await.unwrap().is_empty());
    assert_eq!(harness.current("a").await, None);
}

pub(crate) async fn batches_at_the_same_time(harness: &impl Written) {
    let store = harness.writer().await;
    let tasks = (0..20).map(|batch: i64| {
        let store = Arc::clone(&store);
        let record = move |n: i64| draft(&n.to_string(), &format!("text {batch}")).at(batch).record();
        tokio::spawn(async move { store.write((0..10).map(record).collect()).await.unwrap() })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    for n in 0..10 {
        assert_eq!(body(harness, &n.to_string()).await, "text 19");
    }
}

/// Makes one test of each check for one store.
macro_rules! writing_checks {
    ($harness:ty) => {
        crate::writing::writing_checks! { $harness:
            a_record_arrives_whole, the_newest_wins_in_any_order, equal_times_go_to_the_larger_hash,
            later_work_wins_in_any_order, a_retraction_wins_by_its_time, refused_records_keep_nobody_out,
            text_with_nul_arrives_whole, thousands_of_entities_arrive, a_thousand_at_once, twenty_megabytes_arrive,
            jumping_clocks_decide_nothing_else, many_versions_in_one_batch, nothing_is_written_of_nothing,
            batches_at_the_same_time,
        }
    };
    ($harness:ty: $($check:ident),* $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $check() {
            crate::writing::$check(&<$harness>::default()).await;
        }
    )*};
}

pub(crate) use writing_checks;
