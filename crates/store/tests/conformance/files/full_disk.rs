//! A device without room: the spool says so, nothing acknowledged is lost, and it goes
//! on when there is room again.

use super::records;
use crate::fixture::draft;
use crate::small_device;
use dateline_store::{Compression, FileOptions, StoreConfig, StoreError, StoreKind, WriteOutcome, open};

/// Not a test of its own: the body of the child process, which runs this same program.
#[tokio::test]
async fn child() {
    let Some(device) = small_device::mounted() else { return };
    let path = device.join("archive");
    let files = FileOptions { compression: Compression::None, ..FileOptions::default() };
    let config =
        StoreConfig { kind: StoreKind::JsonLines, path: path.clone(), files, ..StoreConfig::default() };
    let store = open(&config).await.unwrap().records;
    // Somebody else's file, which goes later.
    let other = device.join("other");
    std::fs::write(&other, vec![0; 5 << 20]).unwrap();
    let filler = "word ".repeat(2_000);
    let mut stored = 0;
    let error = loop {
        let batch = (0..5).map(|n| draft(&(stored + n).to_string(), &filler).record()).collect();
        match store.write(batch).await {
            Ok(_) => stored += 5,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::Full { .. }) && error.is_transient(), "{error:?}");
    assert!(stored > 0);
    std::fs::remove_file(other).unwrap();
    let last = store.write(vec![draft("more", "room").record()]).await.unwrap();
    assert_eq!(last, [WriteOutcome::Inserted], "it goes on by itself");
    store.flush().await.unwrap();
    assert_eq!(records(&path).len(), stored + 1);
}

#[test]
fn a_full_disk_stops_writing_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    small_device::run(folder.path(), "files::full_disk::child");
}
