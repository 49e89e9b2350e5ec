//! Looking at a store without opening it: it tells what stands there, and leaves it so.

use crate::Harness;
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use dateline_store::{
    OpenSearchOptions, OpenSearchStore, Probe, StoreConfig, StoreError, StoreKind, WebhookOptions, probe,
};
use dateline_testkit::{Reply, SearchServer, WebServer, free_port};
use rusqlite::Connection;
use std::path::Path;

/// How many files are in a folder.
fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[tokio::test]
async fn a_sqlite_file_is_told_and_left_as_it_is() {
    let harness = Sqlite::default();
    let folder = harness.path().parent().unwrap().to_owned();
    assert_eq!(probe(&harness.config()).await.unwrap(), Probe::Absent);
    assert_eq!(files(&folder), 0, "nothing was made");

    drop(harness.open().await);
    let schema = match probe(&harness.config()).await.unwrap() {
        Probe::Current { schema } => schema,
        other => panic!("{other:?}"),
    };
    let set = |version: u32| {
        let connection = Connection::open(harness.path()).unwrap();
        connection.pragma_update(None, "user_version", version).unwrap();
    };
    set(schema - 1);
    for _ in 0..2 {
        let older = Probe::Older { found: schema - 1, known: schema };
        assert_eq!(probe(&harness.config()).await.unwrap(), older, "it was not brought up to date");
    }
    set(99);
    let error = probe(&harness.config()).await.unwrap_err();
    assert!(matches!(error, StoreError::NewerSchema { found: 99, .. }), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_told() {
    let harness = Sqlite::default();
    std::fs::write(harness.path(), "no database at all, and long enough to be seen as none").unwrap();
    let error = probe(&harness.config()).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
}

#[tokio::test]
async fn a_place_where_no_file_can_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    for kind in [StoreKind::Sqlite, StoreKind::JsonLines] {
        let below = StoreConfig { kind, path: file.join("below"), ..StoreConfig::default() };
        let error = probe(&below).await.unwrap_err();
        assert!(matches!(error, StoreError::Open { .. }), "{error:?}");
        let free = StoreConfig { kind, path: folder.path().join("a/b"), ..StoreConfig::default() };
        assert_eq!(probe(&free).await.unwrap(), Probe::Absent);
    }
    assert_eq!(files(folder.path()), 1, "nothing was made");
}

#[tokio::test]
async fn a_postgresql_schema_is_told_and_left_as_it_is() {
    let harness = Postgres::default();
    assert_eq!(probe(&harness.config()).await.unwrap(), Probe::Absent);
    assert_eq!(probe(&harness.config()).await.unwrap(), Probe::Absent, "nothing was made");
    drop(harness.open().await);
    let Probe::Current { schema } = probe(&harness.config()).await.unwrap() else { panic!("not current") };
    drop(harness.sql(&format!("INSERT INTO schema_version (version) VALUES ({})", schema + 5)));
    let error = probe(&harness.config()).await.unwrap_err();
    assert!(matches!(error, StoreError::NewerSchema { .. }), "{error}");
    drop(harness.sql(&format!("DELETE FROM schema_version WHERE version = {}", schema + 5)));
    drop(harness.open().await);
}

#[tokio::test]
async fn a_user_who_may_not_write_is_told_what_to_grant() {
    let harness = Postgres::default();
    let reader = format!("reader_{}", harness.options().schema);
    drop(harness.sql(&format!("CREATE ROLE {reader} LOGIN")));
    let mut config = harness.config();
    config.postgres.url = config.postgres.url.replace("user=dateline", &format!("user={reader}"));
    let said = async || dateline_runtime::ErrorChain(&probe(&config).await.unwrap_err()).to_string();
    let told = said().await;
    assert!(told.contains("GRANT CREATE ON DATABASE"), "{told}");
    drop(harness.open().await);
    let told = said().await;
    assert!(told.contains("ALTER SCHEMA"), "{told}");
}

#[tokio::test]
async fn an_index_is_asked_for_and_not_made() {
    let server = SearchServer::start().await;
    let options = OpenSearchOptions { url: server.url(), ..OpenSearchOptions::default() };
    let config =
        StoreConfig { kind: StoreKind::OpenSearch, opensearch: options.clone(), ..StoreConfig::default() };
    assert_eq!(probe(&config).await.unwrap(), Probe::Absent);
    assert!(server.index().template.is_none());
    drop(OpenSearchStore::open(options).await.unwrap());
    assert_eq!(probe(&config).await.unwrap(), Probe::Reached);
}

#[tokio::test]
async fn a_receiver_is_reached_and_sent_nothing() {
    let server = WebServer::start(|request| {
        assert_eq!((request.method.as_str(), request.body.len()), ("HEAD", 0));
        Reply::status(405)
    })
    .await;
    let config = |url: String| StoreConfig {
        kind: StoreKind::Webhook,
        webhook: WebhookOptions {
            url,
            secret: Some("a secret of this test".to_owned().into()),
            allow_networks: vec!["127.0.0.0/8".parse().unwrap()],
            ..WebhookOptions::default()
        },
        ..StoreConfig::default()
    };
    assert_eq!(probe(&config(server.url("/hook"))).await.unwrap(), Probe::Reached);
    let nobody = format!("http://127.0.0.1:{}/hook", free_port());
    let error = probe(&config(nobody)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
}
