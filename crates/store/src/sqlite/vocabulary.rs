//! The directory of the words of titles and names, with a trigram index (FTS5), by which a
//! word with a `~` finds those that it is like.

use crate::{likeness, words};
use foldhash::quality::RandomState;
use rusqlite::Connection;
use std::collections::HashSet;

/// Words remembered; past it, memory starts anew.
const REMEMBERED: usize = 200_000;

/// Without RETURNING, which would be a statement of several steps: before one of these all
/// word indexes are flushed, which halves what a writer gets done.
const ADD: &str = "INSERT INTO vocabulary (word) VALUES (?1) ON CONFLICT DO NOTHING";
const ADD_PARTS: &str = "INSERT INTO vocabulary_parts (rowid, part) VALUES (?1, ' ' || ?2 || ' ')";

/// Words that are stored already, remembered over batches.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    committed: HashSet<String, RandomState>,
    pending: HashSet<String, RandomState>,
}

impl Vocabulary {
    /// Stores the words of a title or name that are new.
    pub(super) fn add(&mut self, connection: &Connection, text: &str) -> rusqlite::Result<()> {
        for word in words::words(text).map(|word| word.folded) {
            let is_known = self.committed.contains(&word) || self.pending.contains(&word);
            if likeness::is_kept(&word) && !is_known {
                add(connection, &word)?;
                self.pending.insert(word);
            }
        }
        Ok(())
    }

    /// The transaction is committed: what it added is there to stay.
    pub(super) fn commit(&mut self) {
        if self.committed.len() + self.pending.len() > REMEMBERED {
            self.committed.clear();
        }
        self.committed.extend(self.pending.drain());
    }

    /// What was added is undone.
    pub(super) fn forget_pending(&mut self) {
        self.pending.clear();
    }
}

fn add(connection: &Connection, word: &str) -> rusqlite::Result<()> {
    if connection.prepare_cached(ADD)?.execute([word])? > 0 {
        connection.prepare_cached(ADD_PARTS)?.execute((connection.last_insert_rowid(), word))?;
    }
    Ok(())
}

/// Fills the directory of a file that had none.
pub(super) fn fill(connection: &Connection) -> rusqlite::Result<()> {
    let mut vocabulary = Vocabulary::default();
    for texts in [
        "SELECT headline FROM articles WHERE headline IS NOT NULL AND NOT retracted",
        "SELECT name FROM entities",
    ] {
        let mut statement = connection.prepare(texts)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            vocabulary.add(connection, &row.get::<_, String>(0)?)?;
            vocabulary.commit();
        }
    }
    Ok(())
}

/// The words of the directory that are like this one.
pub(super) fn like(connection: &Connection, word: &str) -> rusqlite::Result<Vec<String>> {
    // Folded words hold no quotation mark.
    let parts: Vec<String> = likeness::parts(word).iter().map(|part| format!("\"{part}\"")).collect();
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "SELECT v.word FROM vocabulary_parts p JOIN vocabulary v ON v.key = p.rowid
                WHERE vocabulary_parts MATCH ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map([parts.join(" OR ")], |row| row.get(0))?;
    Ok(likeness::closest(word, found.collect::<rusqlite::Result<Vec<String>>>()?))
}
