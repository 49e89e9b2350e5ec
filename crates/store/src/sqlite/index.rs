//! What an article can be found by: its words, the entities that it names, the
//! dates that it speaks of. Only current versions that are not retracted.

use super::entities::EntityDirectory;
use crate::common_words::entity_term;
use crate::fault;
use crate::rows::{RecordRows, texts};
use rusqlite::Connection;

/// Makes an article findable.
pub(super) fn add(
    connection: &Connection,
    entities: &mut EntityDirectory,
    article: i64,
    rows: &RecordRows,
) -> rusqlite::Result<()> {
    let keys = rows.entities.iter().map(|row| entities.key(connection, &row.key));
    let keys = keys.collect::<rusqlite::Result<Vec<i64>>>()?;
    fault::point("entities");
    let mut mention = connection.prepare_cached(
        "INSERT INTO mentions (article, entity, mentions, salience, confidence) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (row, entity) in rows.entities.iter().zip(&keys) {
        mention.execute((article, entity, row.mentions, row.salience, row.confidence))?;
    }
    fault::point("mentions");
    let mut terms = entities.common.learning.pairs(rows, article).into_owned();
    for key in keys {
        terms.push(' ');
        terms.push_str(&entity_term(key));
    }
    let (headline, summary, body) = texts(&rows.record);
    connection
        .prepare_cached(
            "INSERT INTO words (rowid, headline, summary, body, terms) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((article, headline, summary, body, terms))?;
    if let Some(headline) = headline {
        entities.vocabulary.add(connection, headline)?;
    }
    let mut date = connection.prepare_cached(
        "INSERT OR IGNORE INTO dates (article, begin_at, end_at, value) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for row in &rows.dates {
        date.execute((article, row.begin.as_second(), row.end.as_second(), row.value.as_str()))?;
    }
    Ok(())
}

/// Takes an article out of every search. One that is retracted is in none.
pub(super) fn remove(connection: &Connection, article: i64) -> rusqlite::Result<()> {
    for sql in [
        "DELETE FROM words WHERE rowid = ?1",
        "DELETE FROM mentions WHERE article = ?1",
        "DELETE FROM dates WHERE article = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([article])?;
    }
    Ok(())
}
