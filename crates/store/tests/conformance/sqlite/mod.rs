//! The SQLite store.

mod faults;
mod full_disk;
mod processes;

use crate::Harness;
use dateline_model::NewsRecord;
use dateline_store::{SqliteConfig, SqliteStore, Store, StoreConfig};
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

pub(crate) struct Sqlite {
    folder: TempDir,
}

impl Default for Sqlite {
    fn default() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }
}

impl Sqlite {
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("articles.db")
    }
}

impl Harness for Sqlite {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(SqliteConfig::at(self.path())).await.unwrap())
    }

    fn config(&self) -> StoreConfig {
        StoreConfig { path: self.path(), ..StoreConfig::default() }
    }

    fn inspect(&self) {
        inspect(&Connection::open(self.path()).unwrap());
    }
}

/// The file is sound, the word index holds exactly the texts of the current
/// versions, and no row stands alone.
pub(crate) fn inspect(connection: &Connection) {
    let one = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    for index in ["words", "entity_names"] {
        let sql = format!("INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)");
        connection.execute(&sql, []).unwrap();
    }
    inspect_words(connection);
    for orphans in [
        "SELECT count(*) FROM mentions WHERE article NOT IN (SELECT article FROM articles WHERE NOT retracted)",
        "SELECT count(*) FROM dates WHERE article NOT IN (SELECT article FROM articles WHERE NOT retracted)",
        "SELECT count(*) FROM versions WHERE article NOT IN (SELECT article FROM articles)",
        "SELECT count(*) FROM articles WHERE current NOT IN (SELECT version FROM versions)",
        "SELECT count(*) FROM mentions WHERE entity NOT IN (SELECT entity FROM entities)",
    ] {
        assert_eq!(one(orphans), 0, "{orphans}");
    }
}

/// What the word index should hold, made anew, and the differences. Pairs of common words are
/// left out: which those are is decided while articles arrive.
const EXPECTED: &str = "
    CREATE VIRTUAL TABLE temp.expected USING fts5 (
        headline, summary, body, terms, content = '', tokenize = 'unicode61 remove_diacritics 2'
    );
    INSERT INTO temp.expected (rowid, headline, summary, body, terms)
    SELECT article, headline, summary, body,
           (SELECT group_concat(char(57344) || entity, ' ') FROM mentions m WHERE m.article = t.article)
      FROM temp.texts t ORDER BY article;
    CREATE VIRTUAL TABLE temp.wanted USING fts5vocab ('temp', 'expected', 'instance');
    CREATE VIRTUAL TABLE temp.found USING fts5vocab ('main', 'words', 'instance');
    CREATE VIEW temp.wanted_words AS
    SELECT term, doc, col, iif(col = 'terms', 0, offset) FROM temp.wanted;
    CREATE VIEW temp.found_words AS
    SELECT term, doc, col, iif(col = 'terms', 0, offset) FROM temp.found
     WHERE col <> 'terms' OR substr(term, 1, 1) = char(57344);";

/// The texts of the current versions, out of their records.
fn read_texts(connection: &Connection) {
    connection.execute("CREATE TABLE temp.texts (article, headline, summary, body)", []).unwrap();
    let current =
        "SELECT a.article, v.record, v.packed FROM articles a JOIN versions v ON v.version = a.current
                    WHERE NOT a.retracted";
    let mut statement = connection.prepare(current).unwrap();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let (article, plain): (i64, String) = (row.get(0).unwrap(), row.get(1).unwrap());
        let packed: Option<Vec<u8>> = row.get(2).unwrap();
        assert_eq!(packed.is_some(), plain.is_empty(), "a record is stored once");
        let json = packed.map_or(plain.into_bytes(), |packed| zstd::decode_all(&packed[..]).unwrap());
        let record: NewsRecord = serde_json::from_slice(&json).unwrap();
        let summary = record.descriptions.first().map(|summary| &summary.value);
        let body = record.bodies.first().map(|body| &body.value);
        connection
            .execute(
                "INSERT INTO temp.texts VALUES (?1, ?2, ?3, ?4)",
                (article, record.headline(), summary, body),
            )
            .unwrap();
    }
}

fn inspect_words(connection: &Connection) {
    read_texts(connection);
    connection.execute_batch(EXPECTED).unwrap();
    for (left, right) in [("found", "wanted"), ("wanted", "found")] {
        let sql =
            format!("SELECT count(*) FROM (SELECT * FROM {left}_words EXCEPT SELECT * FROM {right}_words)");
        let more: i64 = connection.query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(more, 0, "{left}, not {right}");
    }
}

crate::all_checks!(Sqlite);

mod writing {
    crate::writing::writing_checks!(super::Sqlite);
}
