//! What an article can be found by: its words, the entities that it names, the
//! dates that it speaks of. Only current versions that are not retracted.

use super::entities::EntityDirectory;
use crate::fault;
use crate::rows::RecordRows;
use dateline_model::NewsRecord;
use rusqlite::Connection;

/// Makes an article findable.
pub(super) fn add(
    connection: &Connection,
    entities: &mut EntityDirectory,
    article: i64,
    rows: &RecordRows,
) -> rusqlite::Result<()> {
    let (headline, summary, body) = texts(&rows.record);
    connection
        .prepare_cached("INSERT INTO words (rowid, headline, summary, body) VALUES (?1, ?2, ?3, ?4)")?
        .execute((article, headline, summary, body))?;
    if let Some(headline) = headline {
        entities.vocabulary.add(connection, headline)?;
    }
    fault::point("entities");
    let mut mention = connection.prepare_cached(
        "INSERT INTO mentions (article, entity, mentions, salience, confidence) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for row in &rows.entities {
        let entity = entities.key(connection, &row.key)?;
        mention.execute((article, entity, row.mentions, row.salience, row.confidence))?;
    }
    fault::point("mentions");
    let mut date = connection.prepare_cached(
        "INSERT OR IGNORE INTO dates (article, begin_at, end_at, value) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for row in &rows.dates {
        date.execute((article, row.begin.as_second(), row.end.as_second(), &row.value))?;
    }
    Ok(())
}

/// Takes an article out of every search. `record` is the one that it was made
/// findable with: the word index keeps no texts, it has to be told them.
pub(super) fn remove(connection: &Connection, article: i64, record: &NewsRecord) -> rusqlite::Result<()> {
    let (headline, summary, body) = texts(record);
    connection
        .prepare_cached(
            "INSERT INTO words (words, rowid, headline, summary, body) VALUES ('delete', ?1, ?2, ?3, ?4)",
        )?
        .execute((article, headline, summary, body))?;
    for sql in ["DELETE FROM mentions WHERE article = ?1", "DELETE FROM dates WHERE article = ?1"] {
        connection.prepare_cached(sql)?.execute([article])?;
    }
    Ok(())
}

/// Takes an article out of every search by what is stored of it. One that is
/// retracted is in none.
pub(super) fn remove_stored(connection: &Connection, article: i64) -> rusqlite::Result<()> {
    for sql in [
        "INSERT INTO words (words, rowid, headline, summary, body)
         SELECT 'delete', article, headline, summary, body FROM texts WHERE article = ?1",
        "DELETE FROM mentions WHERE article = ?1",
        "DELETE FROM dates WHERE article = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([article])?;
    }
    Ok(())
}

/// The same that the view `texts` reads out of a stored record.
fn texts(record: &NewsRecord) -> (Option<&str>, Option<&str>, Option<&str>) {
    let summary = record.descriptions.first().map(|summary| summary.value.as_str());
    let body = record.bodies.first().map(|body| body.value.as_str());
    (record.headline(), summary, body)
}
