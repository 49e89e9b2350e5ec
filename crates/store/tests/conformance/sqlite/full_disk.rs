//! A device without room, a real one: a file system of a few megabytes that a child
//! process has for itself.

use super::{Sqlite, inspect};
use crate::fixture::{draft, write};
use crate::small_device;
use dateline_store::{RecordReader, RecordStore, SqliteConfig, SqliteStore, StoreError, WriteOutcome};
use rusqlite::Connection;

/// Not a test of its own: the body of the child process, which runs this same program.
#[tokio::test]
async fn child() {
    let Some(device) = small_device::mounted() else { return };
    let path = device.join("articles.db");
    let store = SqliteStore::open(SqliteConfig::at(&path)).await.unwrap();
    // Somebody else's file, which goes later.
    let other = device.join("other");
    std::fs::write(&other, vec![0; 3 << 20]).unwrap();
    let filler = "word ".repeat(2_000);
    let mut stored = 0;
    let error = loop {
        let batch = (0..5).map(|n| draft(&(stored + n).to_string(), &filler).record()).collect();
        match store.write(batch).await {
            Ok(_) => stored += 5,
            Err(error) => break error,
        }
    };
    // SQLite tells a full device from a failing one where the system does.
    assert!(
        matches!(error, StoreError::Full { .. } | StoreError::Io { .. }) && error.is_transient(),
        "{error:?}"
    );
    assert!(stored > 0);
    assert_eq!(store.totals().await.unwrap().articles, stored, "what was acknowledged is there");
    std::fs::remove_file(other).unwrap();
    assert_eq!(write(&store, draft("more", "room")).await, WriteOutcome::Inserted, "it goes on by itself");
    assert_eq!(store.totals().await.unwrap().articles, stored + 1);
    drop(store);
    inspect(&Connection::open(path).unwrap());
}

#[test]
fn a_full_disk_stops_writing_and_loses_nothing() {
    let harness = Sqlite::default();
    let folder = harness.path().with_file_name("device");
    std::fs::create_dir(&folder).unwrap();
    small_device::run(&folder, "sqlite::full_disk::child");
}
