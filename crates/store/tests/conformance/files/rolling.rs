//! When files are made, where, and what happens while they cannot be.

use super::{Files, records, records_of, visible};
use crate::fixture::{Draft, draft};
use crate::writing::Written;
use dateline_runtime::units::{ByteSize, HumanDuration};
use dateline_store::{
    Compression, FileConfig, FileKind, FileOptions, FileStore, PartitionDate, RecordStore, StoreError,
    WriteOutcome,
};
use dateline_testkit::eventually_true;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn rolled_by(options: FileOptions) -> Files {
    Files::of(FileKind::JsonLines, options)
}

fn folders(files: &Files) -> Vec<String> {
    let folder = |path: &std::path::PathBuf| {
        path.parent().unwrap().strip_prefix(files.path()).unwrap().display().to_string()
    };
    visible(files.path()).iter().map(folder).collect()
}

#[tokio::test]
async fn partitions_by_date_and_language() {
    for (rule, expected) in [
        (
            PartitionDate::Ingested,
            ["date=2024-01-01/lang=de", "date=2024-01-01/lang=en", "date=2024-01-02/lang=und"],
        ),
        (
            PartitionDate::Published,
            ["date=2023-11-07/lang=en", "date=2024-01-01/lang=de", "date=2024-01-02/lang=und"],
        ),
    ] {
        let files = rolled_by(FileOptions { date: rule, ..FileOptions::default() });
        let store = files.writer().await;
        let mut german = draft("b", "text");
        german.0.language = "de-AT".into();
        let mut hostile = draft("c", "text").at(86_400);
        hostile.0.language = "../../../etc".into();
        let batch = [draft("a", "text").published("2023-11-07"), german, hostile];
        store.write(batch.map(Draft::record).to_vec()).await.unwrap();
        assert!(visible(files.path()).is_empty(), "durable, but not a file yet");
        store.flush().await.unwrap();
        assert_eq!(folders(&files), expected);
    }
}

#[tokio::test]
async fn age_makes_files() {
    let files = rolled_by(FileOptions {
        roll_after: HumanDuration(Duration::from_millis(200)),
        ..FileOptions::default()
    });
    files.writer().await.write(vec![draft("a", "text").record()]).await.unwrap();
    eventually_true("a file to be made", async || records(files.path()).len() == 1).await;
}

/// Half a file would not decode; the reader looks all the time.
#[tokio::test(flavor = "multi_thread")]
async fn size_makes_files_and_none_is_ever_seen_by_half() {
    let files = rolled_by(FileOptions { roll_size: ByteSize(64 << 10), ..FileOptions::default() });
    let store = files.writer().await;
    let (folder, done) = (files.path().to_owned(), Arc::new(AtomicBool::new(false)));
    let reader = std::thread::spawn({
        let done = Arc::clone(&done);
        move || {
            let mut looks = 0;
            while !done.load(Ordering::Relaxed) {
                for path in visible(&folder) {
                    assert!(!records_of(&path).is_empty());
                }
                looks += 1;
            }
            looks
        }
    });
    let text = "words of an article ".repeat(500);
    for n in 0..150 {
        store.write(vec![draft(&n.to_string(), &text).record()]).await.unwrap();
    }
    store.flush().await.unwrap();
    done.store(true, Ordering::Relaxed);
    assert!(reader.join().unwrap() > 0);
    assert_eq!(records(files.path()).len(), 150);
    assert!(visible(files.path()).len() > 10, "{}", visible(files.path()).len());
}

#[tokio::test]
async fn redelivery_writes_no_line_twice() {
    let files = rolled_by(FileOptions::default());
    let batch: Vec<_> = (0..20).map(|n| draft(&n.to_string(), "text").record()).collect();
    let unchanged = vec![WriteOutcome::Unchanged; 20];
    {
        let store = files.open().await;
        store.write(batch.clone()).await.unwrap();
        assert_eq!(store.write(batch.clone()).await.unwrap(), unchanged, "in the spool");
        store.flush().await.unwrap();
        assert_eq!(store.write(batch.clone()).await.unwrap(), unchanged, "in files");
    }
    let store = files.open().await;
    assert_eq!(store.write(batch.clone()).await.unwrap(), unchanged, "opened again");
    let again: Vec<_> = batch
        .iter()
        .map(|record| {
            let mut record = record.clone();
            record.version_created = crate::fixture::second(90);
            record.dateline.trace_parent = Some("00-1-2-01".into());
            record
        })
        .collect();
    assert_eq!(store.write(again).await.unwrap(), unchanged, "the same work at another time");
    store.flush().await.unwrap();
    assert_eq!(records(files.path()).len(), 20);
}

#[tokio::test]
async fn what_is_forgotten_is_written_again_and_nothing_more() {
    let files = rolled_by(FileOptions { remember: 5, ..FileOptions::default() });
    let record = |n: usize| draft(&n.to_string(), "text").record();
    for n in 0..10 {
        let store = files.open().await;
        store.write(vec![record(n)]).await.unwrap();
        store.flush().await.unwrap();
    }
    let store = files.open().await;
    let outcomes = store.write((0..10).map(record).collect()).await.unwrap();
    let known = outcomes.iter().filter(|outcome| **outcome == WriteOutcome::Unchanged).count();
    assert_eq!(known, 5);
    let kept = std::fs::read_dir(files.path().join("_spool/keys")).unwrap().count();
    assert_eq!(kept, 5);
}

#[tokio::test]
async fn a_target_in_the_way_is_waited_for() {
    let files = rolled_by(FileOptions {
        roll_size: ByteSize(1 << 10),
        max_waiting: ByteSize(8 << 10),
        roll_after: HumanDuration(Duration::from_millis(200)),
        ..FileOptions::default()
    });
    let blocker = files.path().join("date=2024-01-01");
    std::fs::write(&blocker, "a file where a folder belongs").unwrap();
    let store = files.writer().await;
    let mut written = 0;
    let error = loop {
        let record = draft(&written.to_string(), &"text ".repeat(300)).record();
        match store.write(vec![record]).await {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
        assert!(written < 100, "the spool is bounded");
    };
    assert!(matches!(error, StoreError::Full { .. }) && error.is_transient(), "{error:?}");
    assert!(store.ready().await.is_err());
    std::fs::remove_file(&blocker).unwrap();
    eventually_true("the spool to be worked off", async || records(files.path()).len() == written).await;
    eventually_true("room for more", async || store.ready().await.is_ok()).await;
    store.write(vec![draft("more", "text").record()]).await.unwrap();
}

#[tokio::test]
async fn one_process_at_a_time() {
    let files = rolled_by(FileOptions { compression: Compression::None, ..FileOptions::default() });
    let first = files.open().await;
    let config = FileConfig {
        kind: FileKind::JsonLines,
        path: files.path().to_owned(),
        options: FileOptions::default(),
    };
    let other = FileStore::open(config, dateline_runtime::clock::SystemClock::shared());
    let error = other.await.err().unwrap();
    assert!(matches!(error, StoreError::Busy { .. }) && error.is_transient(), "{error:?}");
    drop(first);
    drop(files.open().await);
}

#[tokio::test]
async fn its_size_is_that_of_all_files() {
    let files = rolled_by(FileOptions { compression: Compression::None, ..FileOptions::default() });
    let store = files.open().await;
    let empty = store.size().await.unwrap().unwrap();
    let text = "word ".repeat(10_000);
    store.write(vec![draft("a", &text).record()]).await.unwrap();
    assert!(store.size().await.unwrap().unwrap() > empty + 50_000, "in the spool");
    store.flush().await.unwrap();
    let part = std::fs::metadata(&visible(files.path())[0]).unwrap().len();
    let size = store.size().await.unwrap().unwrap();
    assert!(part > 50_000 && size >= part && size < empty + 2 * part, "once, as a file: {size}");
}
