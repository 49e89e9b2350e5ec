//! The directory of common words in the file, and learning more of them.

use crate::common_words::{CommonWord, CommonWords, Learning};
use rusqlite::{Connection, OptionalExtension, Row};

/// A word is common that stands in one of so many articles: with longer lists a phrase is
/// dear, with more words the pairs are.
const SHARE: u32 = 5;

/// The directory as a writer holds it.
#[derive(Debug)]
pub(super) struct Directory {
    pub(super) learning: Learning,
    /// Whether what was learnt last may be undone yet.
    is_pending: bool,
}

impl Default for Directory {
    fn default() -> Self {
        Self { learning: Learning::new(SHARE), is_pending: false }
    }
}

impl Directory {
    /// Starts a transaction whose new articles have keys from `next` on: takes up what others
    /// learnt, and stores what was learnt here.
    pub(super) fn meet(&mut self, connection: &Connection, next: i64) -> rusqlite::Result<()> {
        let stored: i64 = connection
            .prepare_cached("SELECT coalesce(max(number) + 1, 0) FROM common_words")?
            .query_row([], |row| row.get(0))?;
        let learning = &mut self.learning;
        if self.is_pending || usize::try_from(stored) != Ok(learning.len()) {
            learning.take_up(all(connection)?);
            self.is_pending = false;
        }
        if learning.learner.is_done() {
            let mut add = connection
                .prepare_cached("INSERT INTO common_words (number, word, since) VALUES (?1, ?2, ?3)")?;
            for (number, word) in (stored..).zip(learning.learn()) {
                add.execute((number, word, next))?;
            }
            self.is_pending = true;
            learning.take_up(all(connection)?);
        }
        Ok(())
    }

    /// The transaction is committed: what it learnt is there to stay.
    pub(super) fn commit(&mut self) {
        self.is_pending = false;
    }
}

fn all(connection: &Connection) -> rusqlite::Result<CommonWords> {
    let mut common = CommonWords::default();
    let mut statement = connection.prepare_cached("SELECT number, since, word FROM common_words")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        common.put(row.get(2)?, word(row)?);
    }
    Ok(common)
}

fn word(row: &Row<'_>) -> rusqlite::Result<CommonWord> {
    Ok(CommonWord { number: row.get(0)?, since: row.get(1)? })
}

/// A word of the directory.
pub(super) fn find(connection: &Connection, folded: &str) -> rusqlite::Result<Option<CommonWord>> {
    connection
        .prepare_cached("SELECT number, since FROM common_words WHERE word = ?1")?
        .query_row([folded], word)
        .optional()
}
