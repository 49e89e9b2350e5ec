//! What only a SQLite file can go through.

use super::{Sqlite, inspect};
use crate::Harness;
use crate::fixture::{Draft, draft, found, id, text, write};
use dateline_model::EntityType::Person;
use dateline_runtime::units::HumanDuration;
use dateline_store::{
    AgeFrom, ErrorClass, Expiry, RecordReader, RecordStore, Refusal, Sources, SqliteConfig, SqliteReader,
    SqliteStore, StoreConfig, StoreError, StoreKind, Vacuum, WriteOutcome,
};
use rusqlite::{Connection, TransactionBehavior};
use std::time::Duration;

/// A store that does not wait for locks.
async fn impatient(harness: &Sqlite) -> SqliteStore {
    let mut config = SqliteConfig::at(harness.path());
    config.options.busy_timeout = HumanDuration(Duration::from_millis(20));
    SqliteStore::open(config).await.unwrap()
}

#[tokio::test]
async fn a_locked_file_is_waited_for_and_then_named() {
    let harness = Sqlite::default();
    let store = impatient(&harness).await;
    write(&store, draft("a", "kept")).await;
    let mut other = Connection::open(harness.path()).unwrap();
    let lock = other.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let error = store.write(vec![draft("b", "x").record()]).await.unwrap_err();
    assert!(matches!(error, StoreError::Busy { .. }) && error.is_transient(), "{error}");
    assert!(store.ready().await.unwrap_err().is_transient());
    assert_eq!(text(&store, "a").await.unwrap(), "kept", "readers go on");
    lock.rollback().unwrap();
    assert_eq!(write(&store, draft("b", "x")).await, WriteOutcome::Inserted);
    inspect(&other);
}

/// Fills a file that may not grow: what a full device does to SQLite.
#[tokio::test]
async fn a_full_device_stops_writing_and_loses_nothing() {
    let harness = Sqlite::default();
    let mut config = SqliteConfig::at(harness.path());
    config.options.max_pages = Some(200);
    let store = SqliteStore::open(config).await.unwrap();
    let filler = "word ".repeat(2_000);
    let mut stored = 0;
    let error = loop {
        let batch = (0..10).map(|n| draft(&(stored + n).to_string(), &filler).record()).collect();
        match store.write(batch).await {
            Ok(_) => stored += 10,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::Full { .. }) && error.is_transient(), "{error}");
    assert!(stored > 0);
    assert_eq!(store.totals().await.unwrap().articles, stored);
    drop(store);
    let roomier = harness.open().await;
    assert_eq!(write(&*roomier, draft("more", "x")).await, WriteOutcome::Inserted);
    assert_eq!(roomier.totals().await.unwrap().articles, stored + 1);
    harness.inspect();
}

#[tokio::test]
async fn a_damaged_version_holds_up_its_own_article_only() {
    let harness = Sqlite::default();
    let store = harness.open().await;
    write(&*store, draft("a", "old").names(Person, "Ada")).await;
    let other = Connection::open(harness.path()).unwrap();
    other.execute("UPDATE versions SET packed = substr(packed, 1, 99)", []).unwrap();
    let batch = [draft("b", "good"), draft("a", "new").at(1), draft("c", "good").names(Person, "Bob")];
    let outcomes = store.write(batch.map(Draft::record).to_vec()).await.unwrap();
    assert!(
        matches!(
            outcomes.as_slice(),
            [WriteOutcome::Inserted, WriteOutcome::Refused(Refusal::Database(_)), WriteOutcome::Inserted]
        ),
        "{outcomes:?}"
    );
    assert_eq!(found(&*store, "good").await.len(), 2);
    assert_eq!(found(&*store, "person:bob").await, ["c"]);
}

#[tokio::test]
async fn too_large_a_record_is_refused() {
    let harness = Sqlite::default();
    let mut config = SqliteConfig::at(harness.path());
    config.options.max_record_mib = 1;
    let store = SqliteStore::open(config).await.unwrap();
    let large = write(&store, draft("a", &"x".repeat(1 << 20))).await;
    assert!(matches!(large, WriteOutcome::Refused(Refusal::TooLarge { .. })), "{large:?}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let harness = Sqlite::default();
    std::fs::write(harness.path(), "This is a letter to a friend. ".repeat(100)).unwrap();
    let error = SqliteStore::open(SqliteConfig::at(harness.path())).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }) && error.class() == ErrorClass::Fatal, "{error}");
    assert!(std::fs::read(harness.path()).unwrap().starts_with(b"This is a letter"));
}

#[tokio::test]
async fn a_broken_migration_changes_nothing() {
    let harness = Sqlite::default();
    let other = Connection::open(harness.path()).unwrap();
    other.execute_batch("CREATE TABLE dates (mine TEXT); INSERT INTO dates VALUES ('kept')").unwrap();
    let error = SqliteStore::open(SqliteConfig::at(harness.path())).await.unwrap_err();
    assert!(matches!(error, StoreError::Migration { from: 0, to: 1, .. }), "{error:?}");
    assert_eq!(error.class(), ErrorClass::Fatal);
    let one = |sql: &str| other.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(one("SELECT group_concat(name) FROM sqlite_schema"), "dates", "nothing of it was made");
    assert_eq!(one("SELECT mine FROM dates"), "kept");
    other.execute_batch("DROP TABLE dates").unwrap();
    write(&*harness.open().await, draft("a", "x")).await;
    harness.inspect();
}

/// A store that writes records as older programs did.
async fn plain(harness: &Sqlite) -> SqliteStore {
    let mut config = SqliteConfig::at(harness.path());
    config.options.compress = false;
    SqliteStore::open(config).await.unwrap()
}

/// A file from before records were compressed.
const BEFORE_PACKED: &str = "
    ALTER TABLE versions DROP COLUMN packed;
    CREATE VIEW texts (article, headline, summary, body) AS
    SELECT a.article,
           json_extract(v.record, '$.headlines[0].value'),
           json_extract(v.record, '$.descriptions[0].value'),
           json_extract(v.record, '$.bodies[0].value')
      FROM articles a JOIN versions v ON v.version = a.current
     WHERE NOT a.retracted;
    DROP INDEX dates_by_fortnight;
    CREATE INDEX dates_by_begin ON dates (begin_at, end_at, article);
    PRAGMA user_version = 6;";

#[tokio::test]
async fn plain_and_compressed_records_lie_in_one_file() {
    let harness = Sqlite::default();
    let store = plain(&harness).await;
    for name in ["a", "b"] {
        write(&store, draft(name, "old words")).await;
    }
    drop(store);
    let other = Connection::open(harness.path()).unwrap();
    other.execute_batch(BEFORE_PACKED).unwrap();
    let store = harness.open().await;
    write(&*store, draft("b", "old words").made(1, "2")).await;
    write(&*store, draft("c", "new words")).await;
    let plain = "SELECT group_concat(record IS NOT NULL) FROM (SELECT record FROM records ORDER BY at, url)";
    let plain: String = other.query_row(plain, [], |row| row.get(0)).unwrap();
    assert_eq!(plain.matches('1').count(), 1, "{plain}");
    assert_eq!(found(&*store, "words").await.len(), 3);
    for (name, body) in [("a", "old words"), ("b", "old words"), ("c", "new words")] {
        assert_eq!(text(&*store, name).await.unwrap(), body);
    }
    harness.inspect();
}

/// The word index of a file from before it had terms, and what came with them.
const BEFORE_TERMS: &str = "
    DROP TABLE common_words;
    CREATE INDEX mentions_by_entity ON mentions (entity, article);
    DROP TABLE words;
    CREATE VIRTUAL TABLE words USING fts5 (
        headline, summary, body, content = 'texts', content_rowid = 'article',
        tokenize = 'unicode61 remove_diacritics 2'
    );
    INSERT INTO words (words) VALUES ('rebuild');
    PRAGMA user_version = 3";

#[tokio::test]
async fn an_older_file_gets_terms_for_its_entities() {
    let harness = Sqlite::default();
    let store = plain(&harness).await;
    write(&store, draft("a", "prime minister").names(Person, "Ada Lovelace")).await;
    write(&store, draft("b", "minister")).await;
    write(&store, draft("c", "prime minister").names(Person, "Ada Lovelace").retracted()).await;
    drop(store);
    let other = Connection::open(harness.path()).unwrap();
    other.execute_batch(BEFORE_PACKED).and_then(|()| other.execute_batch(BEFORE_TERMS)).unwrap();
    let store = harness.open().await;
    for (query, expected) in [("person:ada", 1), ("\"prime minister\" person:ada", 1), ("minister", 2)] {
        assert_eq!(found(&*store, query).await.len(), expected, "{query}");
    }
    harness.inspect();
}

/// A file of an older program, with what its titles and names hold.
#[tokio::test]
async fn an_older_file_gets_its_directory_of_words() {
    let harness = Sqlite::default();
    let article = draft("a", "unheard").headline("Ceasefire").names(Person, "Ada Lovelace");
    write(&plain(&harness).await, article).await;
    let other = Connection::open(harness.path()).unwrap();
    let older = "DROP TABLE vocabulary; DROP TABLE vocabulary_parts;
                 ALTER TABLE removed DROP COLUMN entities; PRAGMA user_version = 2";
    for step in [BEFORE_PACKED, BEFORE_TERMS, older] {
        other.execute_batch(step).unwrap();
    }
    let store = harness.open().await;
    for (query, expected) in [("ceasfire~", 1), ("person:lovlace~", 1), ("unherd~", 0)] {
        assert_eq!(found(&*store, query).await.len(), expected, "{query}");
    }
    harness.inspect();
}

#[tokio::test]
async fn a_newer_file_is_refused_by_writers_and_readers() {
    let harness = Sqlite::default();
    harness.open().await;
    Connection::open(harness.path()).unwrap().pragma_update(None, "user_version", 77).unwrap();
    let writer = SqliteStore::open(SqliteConfig::at(harness.path())).await.unwrap_err();
    let reader = SqliteReader::open(SqliteConfig::at(harness.path())).await.unwrap_err();
    for error in [writer, reader] {
        assert!(matches!(error, StoreError::NewerSchema { found: 77, .. }), "{error}");
    }
}

/// As another process does that starts while this one writes.
#[tokio::test]
async fn a_file_that_is_brought_further_meanwhile_is_left_alone() {
    let harness = Sqlite::default();
    let store = harness.open().await;
    write(&*store, draft("a", "x")).await;
    Connection::open(harness.path()).unwrap().pragma_update(None, "user_version", 77).unwrap();
    let error = store.write(vec![draft("b", "y").record()]).await.unwrap_err();
    assert!(matches!(error, StoreError::NewerSchema { found: 77, .. }), "{error}");
}

#[tokio::test]
async fn a_reader_creates_nothing() {
    let harness = Sqlite::default();
    let error = SqliteReader::open(SqliteConfig::at(harness.path())).await.unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error}");
    assert!(!harness.path().exists());
    Connection::open(harness.path()).unwrap().execute_batch("PRAGMA user_version = 0").unwrap();
    let error = SqliteReader::open(SqliteConfig::at(harness.path())).await.unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error}");
}

#[tokio::test]
async fn a_reader_sees_what_a_writer_commits() {
    let harness = Sqlite::default();
    let writer = harness.open().await;
    let reader = SqliteReader::open(SqliteConfig::at(harness.path())).await.unwrap();
    write(&*writer, draft("a", "news")).await;
    assert_eq!(reader.get(id("a")).await.unwrap().unwrap().body(), "news");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let harness = Sqlite::default();
    std::fs::write(harness.path(), "").unwrap();
    let error = SqliteStore::open(SqliteConfig::at(harness.path().join("below.db"))).await.unwrap_err();
    assert!(matches!(error, StoreError::Open { .. }), "{error}");
}

#[tokio::test]
async fn the_configured_store_opens() {
    let harness = Sqlite::default();
    let path = harness.path();
    let section =
        format!("kind = 'sqlite'\npath = '{}'\n[sqlite]\nreaders = 1\nbusy_timeout = '3s'", path.display());
    let config: StoreConfig = toml::from_str(&section).unwrap();
    assert_eq!(config.kind, StoreKind::Sqlite);
    assert_eq!(config.sqlite.busy_timeout, HumanDuration(Duration::from_secs(3)));
    assert!(matches!(dateline_store::open_reader(&config).await, Err(StoreError::Missing { .. })));
    write(&*dateline_store::open(&config).await.unwrap().records, draft("a", "x")).await;
    assert_eq!(dateline_store::open_reader(&config).await.unwrap().totals().await.unwrap().articles, 1);
    assert!(toml::from_str::<StoreConfig>("pth = 'x'").is_err());
    assert!(toml::from_str::<StoreConfig>("[sqlite]\nreader = 2").is_err());
}

/// No record's fault: the next one would fare no better, so the process stops
/// instead of sending everything to the dead letters.
#[tokio::test]
async fn a_unique_violation_stops_the_batch_and_stores_none_of_it() {
    let harness = Sqlite::default();
    let store = harness.open().await;
    let other = Connection::open(harness.path()).unwrap();
    other.execute_batch("CREATE UNIQUE INDEX odd ON articles (headline)").unwrap();
    let batch = || ["a", "b"].map(|name| draft(name, name).headline("the same").record()).to_vec();
    let error = store.write(batch()).await.unwrap_err();
    assert!(matches!(error, StoreError::Database { .. }) && error.class() == ErrorClass::Fatal, "{error:?}");
    assert_eq!(store.totals().await.unwrap().articles, 0);
    other.execute_batch("DROP INDEX odd").unwrap();
    assert_eq!(store.write(batch()).await.unwrap(), [WriteOutcome::Inserted, WriteOutcome::Inserted]);
    harness.inspect();
}

/// A file of an older program is of one piece with what a newer one adds to it.
#[tokio::test]
async fn a_file_that_gives_no_space_back_does_so_after_a_full_vacuum() {
    let harness = Sqlite::default();
    let other = Connection::open(harness.path()).unwrap();
    other.execute_batch("PRAGMA auto_vacuum = none; CREATE TABLE t (x); DROP TABLE t").unwrap();
    drop(other);
    let store = harness.open().await;
    let filler = "word ".repeat(2_000);
    store.write((0..100).map(|n| draft(&n.to_string(), &filler).at(n).record()).collect()).await.unwrap();
    let expiry = Expiry {
        before: crate::fixture::second(90),
        age: AgeFrom::Ingested,
        sources: Sources::AllBut(Vec::new()),
    };
    assert_eq!(store.remove(expiry, 1_000).await.unwrap().total(), 90);
    let pages = || {
        let file = Connection::open(harness.path()).unwrap();
        let one = |pragma: &str| file.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).unwrap();
        (one("auto_vacuum"), one("page_count"), one("freelist_count"))
    };
    let (mode, before, free) = pages();
    assert!(mode == 0 && free > 0, "{free} free pages");
    store.vacuum(Vacuum::Full).await.unwrap();
    let (mode, after, free) = pages();
    assert_eq!((mode, free), (2, 0));
    assert!(after < before, "{before} pages, then {after}");
    harness.inspect();
}
