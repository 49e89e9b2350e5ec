//! The limit of the storage: the very rows that the sink wrote, once more into an empty
//! store's tables, by prepared statements and nothing else; batch by batch, each durable.

use crate::rig::{Rig, Used};
use crate::{BenchError, run::Batches};
use dateline_store::{SqliteConfig, SqliteStore};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::path::Path;

/// How the store itself writes.
const PRAGMAS: &str = "PRAGMA synchronous = full; PRAGMA cache_size = -65536; \
                       PRAGMA wal_autocheckpoint = 8000; PRAGMA temp_store = memory;";

/// What is read of the articles after `?1` up to `?2`, and where it goes. The words of a text
/// are indexed without the text being stored, so they come from where the store reads them; the
/// pairs of common words, which are stored nowhere else, are left out.
const TABLES: [(&str, &str); 7] = [
    ("SELECT * FROM versions WHERE article > ?1 AND article <= ?2", "versions"),
    ("SELECT * FROM articles WHERE article > ?1 AND article <= ?2", "articles"),
    (
        "SELECT article, headline, summary, body,
                (SELECT group_concat(char(57344) || entity, ' ') FROM mentions m WHERE m.article = t.article)
           FROM texts t WHERE article > ?1 AND article <= ?2",
        "words (rowid, headline, summary, body, terms)",
    ),
    (NEW_ENTITIES, "entities"),
    (NEW_NAMES, "entity_names (rowid, name)"),
    ("SELECT * FROM mentions WHERE article > ?1 AND article <= ?2", "mentions"),
    ("SELECT * FROM dates WHERE article > ?1 AND article <= ?2", "dates"),
];

const NEW_ENTITIES: &str = "SELECT * FROM entities WHERE entity IN (SELECT entity FROM mentions \
                            GROUP BY entity HAVING min(article) > ?1 AND min(article) <= ?2)";
const NEW_NAMES: &str = "SELECT entity, name FROM entities WHERE entity IN (SELECT entity FROM mentions \
                         GROUP BY entity HAVING min(article) > ?1 AND min(article) <= ?2)";

/// The rows of a batch, table by table.
type Rows = Vec<Vec<Vec<Value>>>;

impl Rig {
    /// Writes the rows of the store at `from` into a new one.
    pub(crate) async fn storage_limit(&self, from: &Path, batches: Batches) -> Result<Used, BenchError> {
        let into = self.store_path();
        drop(SqliteStore::open(SqliteConfig::at(&into)).await?);
        let from = from.to_owned();
        tokio::task::block_in_place(|| {
            let parts = read_all(&from, batches).map_err(BenchError::Storage)?;
            let connection = Connection::open(&into).map_err(BenchError::Storage)?;
            connection.execute_batch(PRAGMAS).map_err(BenchError::Storage)?;
            let watch = self.start();
            parts.iter().try_for_each(|rows| write(&connection, rows)).map_err(BenchError::Storage)?;
            Ok(self.stop(&watch))
        })
    }
}

fn read_all(from: &Path, batches: Batches) -> rusqlite::Result<Vec<Rows>> {
    let connection = Connection::open(from)?;
    let Batches { articles, size } = batches;
    let key = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    (0..articles).step_by(size).map(|after| read(&connection, key(after), key(after + size))).collect()
}

fn read(connection: &Connection, after: i64, last: i64) -> rusqlite::Result<Rows> {
    let table = |(select, _): &(&str, &str)| -> rusqlite::Result<Vec<Vec<Value>>> {
        let mut statement = connection.prepare_cached(select)?;
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| -> rusqlite::Result<Vec<Value>> {
            (0..columns).map(|column| row.get(column)).collect()
        };
        statement.query_map([after, last], row)?.collect()
    };
    TABLES.iter().map(table).collect()
}

fn write(connection: &Connection, rows: &Rows) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    for ((_, into), rows) in TABLES.iter().zip(rows) {
        let Some(first) = rows.first() else { continue };
        let places = vec!["?"; first.len()].join(",");
        let mut insert = connection.prepare_cached(&format!("INSERT INTO {into} VALUES ({places})"))?;
        for row in rows {
            insert.execute(params_from_iter(row))?;
        }
    }
    connection.execute_batch("COMMIT")
}
