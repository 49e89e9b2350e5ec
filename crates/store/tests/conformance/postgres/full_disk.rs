//! A server whose tables lie on a device without room, a real one: a file system of a few
//! megabytes that a child process, and the server that it starts, have for themselves.

use crate::fixture::{draft, write};
use crate::small_device;
use dateline_store::{PostgresOptions, PostgresStore, RecordReader, RecordStore, StoreError, WriteOutcome};
use dateline_testkit::PostgresServer;

/// Not a test of its own: the body of the child process, which runs this same program.
#[tokio::test]
async fn child() {
    let Some(device) = small_device::mounted() else { return };
    let (server, device) = (PostgresServer::start(), device.display());
    // Its log stays where there is room: without that a server does not go on at all.
    drop(server.sql(&format!("COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; mkdir {device}/tables'")));
    drop(server.sql(&format!("CREATE TABLESPACE small LOCATION '{device}/tables'")));
    drop(server.sql("ALTER ROLE dateline SET default_tablespace = small"));
    // Somebody else's file, which goes later.
    let other = format!("{device}/other");
    std::fs::write(&other, vec![0; 3 << 20]).unwrap();
    let options = PostgresOptions { url: server.url(), ..PostgresOptions::default() };
    let store = PostgresStore::open(options).await.unwrap();
    let mut stored = 0;
    let error = loop {
        let filler = |n| (0..2_000).fold(String::new(), |text, word| text + &format!("{n}w{word} "));
        let batch = (0..5).map(|n| draft(&(stored + n).to_string(), &filler(stored + n)).record()).collect();
        match store.write(batch).await {
            Ok(_) => stored += 5,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::Full { .. }) && error.is_transient(), "{error:?}");
    assert!(stored > 0);
    assert_eq!(store.totals().await.unwrap().articles, stored, "what was acknowledged is there");
    std::fs::remove_file(other).unwrap();
    assert_eq!(write(&store, draft("more", "room")).await, WriteOutcome::Inserted, "it goes on by itself");
    assert_eq!(store.totals().await.unwrap().articles, stored + 1);
}

#[test]
fn a_full_disk_stops_writing_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    small_device::run(folder.path(), "postgres::full_disk::child");
}
