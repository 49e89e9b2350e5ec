//! The limit of the storage: the very rows that the sink wrote, once more into an empty
//! store's tables, by prepared statements and nothing else; batch by batch, each durable.

use crate::rig::{Rig, Used};
use crate::{BenchError, run::Batches};
use dateline_model::NewsRecord;
use dateline_store::{
    Query, RecordReader, ScanRequest, SearchRequest, SqliteConfig, SqliteReader, SqliteStore,
};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::collections::HashMap;
use std::path::Path;

/// How the store itself writes.
const PRAGMAS: &str = "PRAGMA synchronous = full; PRAGMA cache_size = -65536; \
                       PRAGMA wal_autocheckpoint = 8000; PRAGMA temp_store = memory;";

/// What is read of the articles after `?1` up to `?2`, and where it goes. The words of a text
/// are indexed without the text being stored, so in place of an article's id come its texts out
/// of its record; the pairs of common words, which are stored nowhere else, are left out.
const TABLES: [(&str, &str); 7] = [
    ("SELECT * FROM versions WHERE article > ?1 AND article <= ?2", "versions"),
    ("SELECT * FROM articles WHERE article > ?1 AND article <= ?2", "articles"),
    (
        "SELECT article, id,
                (SELECT group_concat(char(57344) || entity, ' ') FROM mentions m WHERE m.article = a.article)
           FROM articles a WHERE article > ?1 AND article <= ?2",
        WORDS,
    ),
    (NEW_ENTITIES, "entities"),
    (NEW_NAMES, "entity_names (rowid, name)"),
    ("SELECT * FROM mentions WHERE article > ?1 AND article <= ?2", "mentions"),
    ("SELECT * FROM dates WHERE article > ?1 AND article <= ?2", "dates"),
];

const WORDS: &str = "words (rowid, headline, summary, body, terms)";
const NEW_ENTITIES: &str = "SELECT * FROM entities WHERE entity IN (SELECT entity FROM mentions \
                            GROUP BY entity HAVING min(article) > ?1 AND min(article) <= ?2)";
const NEW_NAMES: &str = "SELECT entity, name FROM entities WHERE entity IN (SELECT entity FROM mentions \
                         GROUP BY entity HAVING min(article) > ?1 AND min(article) <= ?2)";

/// The rows of a batch, table by table.
type Rows = Vec<Vec<Vec<Value>>>;
/// Headline, summary and body by the id of the article.
type Texts = HashMap<String, [Value; 3]>;

impl Rig {
    /// Writes the rows of the store at `from` into a new one.
    pub(crate) async fn storage_limit(&self, from: &Path, batches: Batches) -> Result<Used, BenchError> {
        let place = self.place()?;
        let into = place.path();
        drop(SqliteStore::open(SqliteConfig::at(&into)).await?);
        let texts = texts(from).await?;
        tokio::task::block_in_place(|| {
            let parts = read_all(from, batches, &texts).map_err(BenchError::Storage)?;
            let connection = Connection::open(&into).map_err(BenchError::Storage)?;
            connection.execute_batch(PRAGMAS).map_err(BenchError::Storage)?;
            let watch = self.start();
            parts.iter().try_for_each(|rows| write(&connection, rows)).map_err(BenchError::Storage)?;
            Ok(self.stop(&watch))
        })
    }
}

async fn texts(from: &Path) -> Result<Texts, BenchError> {
    let store = SqliteReader::open(SqliteConfig::at(from)).await?;
    let (mut texts, mut cursor) = (Texts::new(), None);
    loop {
        let request = ScanRequest { query: Query::default(), limit: SearchRequest::MAX_LIMIT, cursor };
        let page = store.scan(request).await?;
        texts.extend(page.records.iter().map(|record| (id(record), texts_of(record))));
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(texts),
        }
    }
}

fn id(record: &NewsRecord) -> String {
    record.uri.trim_start_matches("urn:uuid:").to_owned()
}

fn texts_of(record: &NewsRecord) -> [Value; 3] {
    let summary = record.descriptions.first().map(|summary| summary.value.as_str());
    let texts = [record.headline(), summary, Some(record.body())];
    texts.map(|text| text.map_or(Value::Null, |text| Value::Text(text.to_owned())))
}

fn read_all(from: &Path, batches: Batches, texts: &Texts) -> rusqlite::Result<Vec<Rows>> {
    let connection = Connection::open(from)?;
    let Batches { articles, size } = batches;
    let key = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    (0..articles).step_by(size).map(|after| read(&connection, key(after), key(after + size), texts)).collect()
}

fn read(connection: &Connection, after: i64, last: i64, texts: &Texts) -> rusqlite::Result<Rows> {
    let table = |(select, into): &(&str, &str)| -> rusqlite::Result<Vec<Vec<Value>>> {
        let mut statement = connection.prepare_cached(select)?;
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| -> rusqlite::Result<Vec<Value>> {
            let mut values =
                (0..columns).map(|column| row.get(column)).collect::<rusqlite::Result<Vec<_>>>()?;
            if *into == WORDS {
                let id: String = row.get(1)?;
                let texts = texts.get(&id).cloned().ok_or(rusqlite::Error::QueryReturnedNoRows)?;
                values.splice(1..2, texts);
            }
            Ok(values)
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
