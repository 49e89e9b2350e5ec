//! A process that dies at any step from the batch to its files: once it was
//! acknowledged it is there, and delivered again it is there once.

use super::{records, visible};
use crate::fixture::draft;
use dateline_model::NewsRecord;
use dateline_store::{Compression, FileOptions, StoreConfig, StoreKind, WriteOutcome, open};
use std::path::Path;

/// What the files are.
type Form = (StoreKind, Compression);
const PLAIN: Form = (StoreKind::JsonLines, Compression::None);
const GZIP: Form = (StoreKind::JsonLines, Compression::Gzip);
const COLUMNS: Form = (StoreKind::Parquet, Compression::None);

/// Every place where it may die, and whether the batch was durable then.
const POINTS: [(&str, bool); 8] = [
    ("started", false),
    ("spooled", false),
    ("synced", true),
    ("rolled", true),
    ("made", true),
    ("named", true),
    ("parts-made", true),
    ("remembered", true),
];

fn config(path: &Path, (kind, compression): Form) -> StoreConfig {
    let files = FileOptions { compression, ..FileOptions::default() };
    StoreConfig { kind, path: path.to_owned(), files, ..StoreConfig::default() }
}

/// In two languages: two files are made of a batch.
pub(super) fn first() -> Vec<NewsRecord> {
    let mut german = draft("d", "erste Worte");
    german.0.language = "de".into();
    vec![draft("a", "first words").record(), german.record()]
}

pub(super) fn sorted(mut records: Vec<NewsRecord>) -> Vec<NewsRecord> {
    records.sort_by(|left, right| (&left.uri, &left.version).cmp(&(&right.uri, &right.version)));
    records
}

async fn check(before: Form, after: Form) {
    for (point, is_durable) in POINTS {
        let folder = tempfile::tempdir().unwrap();
        let first = first();
        let second = crate::crash::second();
        {
            let store = open(&config(folder.path(), before)).await.unwrap().records;
            store.write(first.clone()).await.unwrap();
            store.flush().await.unwrap();
        }
        crate::crash::die_at(&config(folder.path(), before), point);
        for path in visible(folder.path()) {
            drop(super::records_of(&path));
        }

        let store = open(&config(folder.path(), after)).await.unwrap().records;
        if is_durable {
            store.flush().await.unwrap();
            assert_eq!(records(folder.path()).len(), first.len() + second.len(), "{point}");
        }
        let outcomes = store.write(second.clone()).await.unwrap();
        if is_durable {
            assert!(outcomes.iter().all(|outcome| *outcome == WriteOutcome::Unchanged), "{point}");
        }
        store.flush().await.unwrap();
        let expected = sorted([first.clone(), second].concat());
        assert_eq!(sorted(records(folder.path())), expected, "{point}");
        let left = std::fs::read_dir(folder.path().join("_spool/segments")).unwrap().count();
        assert_eq!(left, 0, "{point}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_leaves_lines_once() {
    check(GZIP, GZIP).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_leaves_rows_once() {
    check(COLUMNS, COLUMNS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_compression_after_a_crash_repeats_nothing() {
    check(GZIP, PLAIN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_form_after_a_crash_repeats_nothing() {
    check(COLUMNS, GZIP).await;
}
