//! The SQLite store.

mod faults;
mod full_disk;
mod processes;

use crate::Harness;
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
        "SELECT count(*) FROM mentions WHERE article NOT IN (SELECT article FROM texts)",
        "SELECT count(*) FROM dates WHERE article NOT IN (SELECT article FROM texts)",
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
      FROM texts t ORDER BY article;
    CREATE VIRTUAL TABLE temp.wanted USING fts5vocab ('temp', 'expected', 'instance');
    CREATE VIRTUAL TABLE temp.found USING fts5vocab ('main', 'words', 'instance');
    CREATE VIEW temp.wanted_words AS
    SELECT term, doc, col, iif(col = 'terms', 0, offset) FROM temp.wanted;
    CREATE VIEW temp.found_words AS
    SELECT term, doc, col, iif(col = 'terms', 0, offset) FROM temp.found
     WHERE col <> 'terms' OR substr(term, 1, 1) = char(57344);";

fn inspect_words(connection: &Connection) {
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
