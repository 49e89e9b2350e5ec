//! A device without room, a real one: a file system of a few megabytes that a child
//! process has for itself.

use super::{Sqlite, inspect};
use crate::fixture::{draft, write};
use dateline_store::{RecordReader, RecordStore, SqliteConfig, SqliteStore, StoreError, WriteOutcome};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the child's file system is mounted; no child without.
const CHILD: &str = "DATELINE_STORE_FULL_DISK_CHILD";

/// Not a test of its own: the body of the child process, which runs this same program.
#[tokio::test]
async fn child() {
    let Some(device) = std::env::var_os(CHILD).map(PathBuf::from) else { return };
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

/// Runs the child with a file system of its own at `folder`, which ends with it.
fn run_on_a_small_device(folder: &Path) -> std::process::Output {
    let script =
        "mount -t tmpfs -o size=8m tmpfs \"$1\" && exec \"$2\" --exact sqlite::full_disk::child --nocapture";
    let is_root =
        String::from_utf8(Command::new("id").arg("-u").output().unwrap().stdout).unwrap().trim() == "0";
    let mut command = Command::new("unshare");
    command.arg("--mount");
    if !is_root {
        command.arg("--map-root-user");
    }
    command.args(["sh", "-c", script, "sh"]).arg(folder).arg(std::env::current_exe().unwrap());
    command.env(CHILD, folder).output().unwrap()
}

#[test]
fn a_full_disk_stops_writing_and_loses_nothing() {
    let harness = Sqlite::default();
    let folder = harness.path().with_file_name("device");
    std::fs::create_dir(&folder).unwrap();
    let done = run_on_a_small_device(&folder);
    let said = [done.stdout, done.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(done.status.success() && said.contains("1 passed"), "{said}");
}
