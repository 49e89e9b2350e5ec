//! What only a PostgreSQL server can go through.

use super::Postgres;
use crate::Harness;
use crate::fixture::{Draft, draft, found, write};
use dateline_store::{
    AgeFrom, ErrorClass, Expiry, PostgresOptions, PostgresReader, PostgresStore, RecordReader, RecordStore,
    Refusal, Sources, StoreError, WriteOutcome,
};
use dateline_testkit::PostgresServer;

#[tokio::test]
async fn a_database_that_is_down_and_comes_back_loses_nothing() {
    let mut server = PostgresServer::start();
    let options = PostgresOptions { url: server.url(), ..PostgresOptions::default() };
    let store = PostgresStore::open(options.clone()).await.unwrap();
    write(&store, draft("a", "kept")).await;
    server.kill();
    let error = store.write(vec![draft("b", "later").record()]).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }) && error.is_transient(), "{error:?}");
    assert!(store.ready().await.unwrap_err().is_transient());
    assert!(store.totals().await.unwrap_err().is_transient());
    let error = PostgresStore::open(options).await.unwrap_err();
    assert!(error.is_transient(), "{error:?}");
    server.restart();
    store.ready().await.unwrap();
    assert_eq!(write(&store, draft("a", "kept")).await, WriteOutcome::Unchanged);
    assert_eq!(write(&store, draft("b", "later")).await, WriteOutcome::Inserted);
    assert_eq!(store.totals().await.unwrap().articles, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn sinks_that_start_at_once_migrate_once() {
    let harness = Postgres::default();
    let opened = (0..5).map(|_| tokio::spawn(PostgresStore::open(harness.options())));
    for store in opened.collect::<Vec<_>>() {
        store.await.unwrap().unwrap();
    }
    assert_eq!(harness.sql("SELECT count(*), max(version) FROM schema_version"), "5|5");
}

#[tokio::test]
async fn a_broken_migration_changes_nothing() {
    let harness = Postgres::default();
    let schema = harness.options().schema;
    harness.sql(&format!("CREATE SCHEMA {schema}; CREATE TABLE {schema}.dates (mine text)"));
    let error = PostgresStore::open(harness.options()).await.unwrap_err();
    assert!(matches!(error, StoreError::Migration { from: 0, to: 1, .. }), "{error:?}");
    assert_eq!(error.class(), ErrorClass::Fatal);
    assert_eq!(harness.sql("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"), "1");
    harness.sql("DROP TABLE dates");
    write(&*harness.open().await, draft("a", "x")).await;
}

/// Neither allowed to make the extension nor there already: everything is found all the
/// same, and once an administrator has made it, the index is there at the next start.
#[tokio::test]
async fn without_pg_trgm_words_that_are_alike_are_found_without_an_index() {
    let server = PostgresServer::start();
    drop(server.sql("CREATE ROLE plain LOGIN; CREATE SCHEMA dateline AUTHORIZATION plain"));
    let url = server.url().replace("user=dateline", "user=plain");
    let options = PostgresOptions { url, ..PostgresOptions::default() };
    let has_index = || server.sql("SELECT to_regclass('dateline.vocabulary_by_part') IS NOT NULL");
    let check = async |expected: &str| {
        let store = PostgresStore::open(options.clone()).await.unwrap();
        write(&store, draft("a", "x").headline("Ceasefire")).await;
        assert_eq!(found(&store, "ceasfire~").await, ["a"]);
        assert_eq!(has_index(), expected);
    };
    check("f").await;
    drop(server.sql("CREATE EXTENSION pg_trgm"));
    check("t").await;
}

/// A schema of the first version, with what its titles and names hold.
#[tokio::test]
async fn an_older_schema_gets_its_directory_of_words() {
    let harness = Postgres::default();
    let person = dateline_model::EntityType::Person;
    write(&*harness.open().await, draft("a", "unheard").headline("Ceasefire").names(person, "Ada Lovelace"))
        .await;
    harness.sql(
        "DROP TABLE vocabulary, forgotten, common_words, aged; DELETE FROM schema_version WHERE version > 1",
    );
    let store = harness.open().await;
    for (query, expected) in [("ceasfire~", 1), ("person:lovlace~", 1), ("unherd~", 0)] {
        assert_eq!(found(&*store, query).await.len(), expected, "{query}");
    }
    let plan = harness.sql(
        "SET enable_seqscan = off; SET enable_indexonlyscan = off; SET enable_indexscan = off;
         EXPLAIN SELECT word FROM vocabulary WHERE ' ' || word || ' ' LIKE '%ceas%'",
    );
    assert!(plan.contains("vocabulary_by_part"), "{plan}");
}

/// As another process does that starts while this one writes.
#[tokio::test]
async fn a_schema_that_is_brought_further_meanwhile_is_left_alone() {
    let harness = Postgres::default();
    let store = harness.open().await;
    write(&*store, draft("a", "x")).await;
    harness.sql("INSERT INTO schema_version VALUES (77)");
    let error = store.write(vec![draft("b", "y").record()]).await.unwrap_err();
    assert!(matches!(error, StoreError::NewerSchema { found: 77, .. }), "{error}");
}

/// A schema from before its word index had terms.
#[tokio::test]
async fn an_older_schema_gets_terms_for_its_entities() {
    let harness = Postgres::default();
    let store = harness.open().await;
    let person = dateline_model::EntityType::Person;
    write(&*store, draft("a", "prime minister").names(person, "Ada Lovelace")).await;
    write(&*store, draft("b", "minister")).await;
    write(&*store, draft("c", "prime minister").names(person, "Ada Lovelace").retracted()).await;
    harness.sql(
        "UPDATE articles a SET words = ts_delete(words, ARRAY(
             SELECT lexeme FROM unnest(a.words) WHERE ascii(lexeme) BETWEEN 57344 AND 57345))",
    );
    assert!(found(&*store, "person:ada").await.is_empty(), "the terms are gone");
    harness.sql("DROP TABLE common_words, aged; DELETE FROM schema_version WHERE version > 2");
    let store = harness.open().await;
    for (query, expected) in [("person:ada", 1), ("\"prime minister\" person:ada", 1), ("minister", 2)] {
        assert_eq!(found(&*store, query).await.len(), expected, "{query}");
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_by_writers_and_readers() {
    let harness = Postgres::default();
    harness.open().await;
    harness.sql("INSERT INTO schema_version VALUES (77)");
    let writer = PostgresStore::open(harness.options()).await.unwrap_err();
    let reader = PostgresReader::open(harness.options()).await.unwrap_err();
    for error in [writer, reader] {
        assert!(matches!(error, StoreError::NewerSchema { found: 77, .. }), "{error}");
    }
}

#[tokio::test]
async fn a_reader_creates_nothing_and_changes_nothing() {
    let harness = Postgres::default();
    let error = PostgresReader::open(harness.options()).await.unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error}");
    let store = harness.open().await;
    write(&*store, draft("a", "news")).await;
    let reader = PostgresReader::open(harness.options()).await.unwrap();
    assert_eq!(reader.totals().await.unwrap().articles, 1);
}

#[tokio::test]
async fn a_damaged_version_holds_up_its_own_article_only() {
    let harness = Postgres::default();
    let store = harness.open().await;
    write(&*store, draft("a", "old")).await;
    harness.sql("UPDATE versions SET record = '{}'");
    let batch = [draft("b", "good"), draft("a", "new").at(1), draft("c", "good")];
    let outcomes = store.write(batch.map(Draft::record).to_vec()).await.unwrap();
    assert!(
        matches!(
            outcomes.as_slice(),
            [WriteOutcome::Inserted, WriteOutcome::Refused(Refusal::Database(_)), WriteOutcome::Inserted]
        ),
        "{outcomes:?}"
    );
    assert_eq!(found(&*store, "good").await.len(), 2);
}

#[tokio::test]
async fn what_an_index_has_no_room_for_is_stored_all_the_same() {
    let harness = Postgres::default();
    let store = harness.open().await;
    let name = "Name ".repeat(2_000);
    let long = draft("a", &"x".repeat(5_000))
        .language(&"en-".repeat(2_000))
        .names(dateline_model::EntityType::Person, &name)
        .linked(&format!("urn:{}", "u".repeat(9_000)))
        .headline(&"word".repeat(3_000));
    assert_eq!(write(&*store, long).await, WriteOutcome::Inserted);
    assert_eq!(found(&*store, "person:\"name name\"").await, ["a"]);
    harness.inspect();
}

#[tokio::test]
async fn every_batch_is_logged_with_what_became_of_it() {
    let harness = Postgres::default();
    let store = harness.open().await;
    write(&*store, draft("a", "x").source("one")).await;
    store.write(vec![draft("a", "x").source("one").record(), draft("b", "y").record()]).await.unwrap();
    let log = "SELECT records, inserted, unchanged FROM ingest_log ORDER BY batch";
    assert_eq!(harness.sql(log), "1|1|0\n2|1|1");
    assert_eq!(harness.sql("SELECT string_agg(source, ',' ORDER BY source) FROM sources"), "one,wire");
}

/// Refuses the next `times` articles as another sink's would be in the way.
fn races(harness: &Postgres, times: u32) {
    harness.sql(&format!(
        "CREATE SEQUENCE races;
         CREATE FUNCTION race() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('races') <= {times} THEN RAISE unique_violation; END IF;
             RETURN NEW;
         END $$;
         CREATE TRIGGER race BEFORE INSERT ON articles FOR EACH ROW EXECUTE FUNCTION race()"
    ));
}

#[tokio::test]
async fn a_unique_violation_is_a_race_and_tried_again() {
    let harness = Postgres::default();
    let store = harness.open().await;
    races(&harness, 3);
    assert_eq!(write(&*store, draft("a", "x")).await, WriteOutcome::Inserted);
    assert_eq!(harness.sql("SELECT last_value FROM races"), "4", "three races and the one that was won");
    harness.inspect();
}

#[tokio::test]
async fn a_unique_violation_that_stays_stops_the_batch_and_stores_none_of_it() {
    let harness = Postgres::default();
    let store = harness.open().await;
    races(&harness, 1_000_000);
    let error = store.write(vec![draft("a", "x").record(), draft("b", "y").record()]).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Fatal, "{error:?}");
    assert_eq!(store.totals().await.unwrap().articles, 0);
    harness.sql("DROP TRIGGER race ON articles");
    assert_eq!(write(&*store, draft("a", "x")).await, WriteOutcome::Inserted);
    harness.inspect();
}

#[tokio::test]
async fn an_article_that_a_sink_writes_is_passed_over_by_retention() {
    let harness = Postgres::default();
    let store = harness.open().await;
    for name in ["a", "b"] {
        write(&*store, draft(name, "x").at(1)).await;
    }
    let expiry = Expiry {
        before: crate::fixture::second(10),
        age: AgeFrom::Ingested,
        sources: Sources::AllBut(Vec::new()),
    };
    let (mut other, connection) =
        tokio_postgres::connect(&harness.options().url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let lock = other.transaction().await.unwrap();
    let schema = harness.options().schema;
    lock.batch_execute(&format!("SELECT 1 FROM {schema}.articles WHERE url LIKE '%/a' FOR UPDATE"))
        .await
        .unwrap();
    assert_eq!(store.remove(expiry.clone(), 10).await.unwrap().total(), 1);
    assert_eq!(found(&*store, "x").await, ["a"]);
    lock.rollback().await.unwrap();
    assert_eq!(store.remove(expiry, 10).await.unwrap().total(), 1);
    harness.inspect();
}
