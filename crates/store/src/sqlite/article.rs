//! Articles: which version is current, and what changes when one more arrives.

use super::entities::EntityDirectory;
use super::version::{self, Seen, StoredVersion};
use super::{index, micros};
use crate::WriteOutcome;
use crate::fault;
use crate::rows::{RecordRows, same_work};
use dateline_model::NewsRecord;
use jiff::Timestamp;
use rusqlite::Connection;
use std::borrow::Cow;

/// The articles of a file, within a transaction.
pub(super) struct Articles<'a> {
    connection: &'a Connection,
    entities: &'a mut EntityDirectory,
    /// Keys are given out here: nobody else writes during the transaction.
    next_article: i64,
    next_version: i64,
}

/// What the store knows of an article.
struct Article {
    key: i64,
    /// Key of the version that readers get.
    current: i64,
    retracted: bool,
    first_created: Timestamp,
}

/// The version that readers get from now on.
struct Newest<'r> {
    key: i64,
    seen: Seen,
    rows: Cow<'r, RecordRows>,
}

/// What a record did to what readers get.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// Another version is current.
    Switched,
    /// The same version, its work done anew.
    Reworked,
    None,
}

impl<'a> Articles<'a> {
    pub(super) fn new(
        connection: &'a Connection,
        entities: &'a mut EntityDirectory,
    ) -> rusqlite::Result<Self> {
        let next = |sql| connection.prepare_cached(sql)?.query_row([], |row| row.get(0));
        let next_article = next(
            "SELECT max((SELECT coalesce(max(article), 0) FROM articles), (SELECT max(article) FROM removed)) + 1",
        )?;
        entities.meet(next("SELECT entities FROM removed")?);
        entities.common.meet(connection, next_article)?;
        let next_version = next("SELECT coalesce(max(version), 0) + 1 FROM versions")?;
        Ok(Self { connection, entities, next_article, next_version })
    }

    /// Puts a record where it belongs.
    pub(super) fn put(&mut self, rows: &RecordRows) -> rusqlite::Result<WriteOutcome> {
        // Most articles are new, so that is tried first: one search of the index of ids.
        if self.insert(rows)? {
            return Ok(WriteOutcome::Inserted);
        }
        let article = self.find(rows)?;
        self.merge(&article, rows)
    }

    /// The same, undone when it fails.
    pub(super) fn put_alone(&mut self, rows: &RecordRows) -> rusqlite::Result<WriteOutcome> {
        self.connection.execute_batch("SAVEPOINT record")?;
        let result = self.put(rows);
        if result.is_err() {
            self.entities.forget_pending();
            self.connection.execute_batch("ROLLBACK TO record")?;
        }
        self.connection.execute_batch("RELEASE record")?;
        result
    }

    fn find(&self, rows: &RecordRows) -> rusqlite::Result<Article> {
        self.connection
            .prepare_cached("SELECT article, current, retracted, first_created FROM articles WHERE id = ?1")?
            .query_row([rows.id.to_string()], |row| {
                Ok(Article {
                    key: row.get(0)?,
                    current: row.get(1)?,
                    retracted: row.get(2)?,
                    first_created: micros::read(row, 3)?,
                })
            })
    }

    /// Whether the article was new.
    fn insert(&mut self, rows: &RecordRows) -> rusqlite::Result<bool> {
        let article = Article {
            key: self.next_article,
            current: self.next_version,
            retracted: rows.version.retracted,
            first_created: rows.record.first_created,
        };
        if self.put_row(ADD_ROW, &article, rows, Seen { first: rows.seen_at, last: rows.seen_at })? == 0 {
            return Ok(false);
        }
        self.next_article += 1;
        fault::point("articles");
        self.insert_version(article.key, rows)?;
        self.make_findable(article.key, rows)?;
        Ok(true)
    }

    fn insert_version(&mut self, article: i64, rows: &RecordRows) -> rusqlite::Result<i64> {
        let key = self.next_version;
        self.next_version += 1;
        version::insert(self.connection, key, article, rows)?;
        fault::point("versions");
        Ok(key)
    }

    fn merge(&mut self, article: &Article, rows: &RecordRows) -> rusqlite::Result<WriteOutcome> {
        let stored = version::find(self.connection, article.key, rows.version)?;
        let first_created = article.first_created.min(rows.record.first_created);
        let is_news = first_created < article.first_created;
        if !is_news && stored.as_ref().is_some_and(|stored| stored.holds(rows)) {
            return Ok(WriteOutcome::Unchanged);
        }
        let before = match &stored {
            Some(stored) if stored.key == article.current => stored.record()?,
            _ => version::get(self.connection, article.current)?.record()?,
        };
        let newest = self.take_in(article, stored.as_ref(), rows)?;
        let effect = self.refresh(article, &before, &newest, first_created)?;
        Ok(match (effect, stored) {
            (Effect::Switched, _) => WriteOutcome::NewVersion,
            (_, None) => WriteOutcome::OlderVersion,
            (Effect::Reworked, Some(_)) => WriteOutcome::Reenriched,
            (Effect::None, Some(_)) => WriteOutcome::Unchanged,
        })
    }

    /// Adds a record to the versions of an article; gives the one that is the newest then.
    fn take_in<'r>(
        &mut self,
        article: &Article,
        stored: Option<&StoredVersion>,
        rows: &'r RecordRows,
    ) -> rusqlite::Result<Newest<'r>> {
        if let Some(stored) = stored {
            let (seen, is_later) = version::update(self.connection, stored, rows)?;
            // Seen once more, the newest stays the newest: what all work done anew comes to.
            if is_later && stored.key == article.current {
                return Ok(Newest { key: stored.key, seen, rows: Cow::Borrowed(rows) });
            }
        } else {
            self.insert_version(article.key, rows)?;
        }
        let newest = version::newest(self.connection, article.key)?;
        Ok(Newest { key: newest.key, seen: newest.seen, rows: Cow::Owned(newest.rows()?) })
    }

    /// Brings an article in line with its versions. `before` is the record
    /// that it can be found by now.
    fn refresh(
        &mut self,
        article: &Article,
        before: &NewsRecord,
        newest: &Newest<'_>,
        first_created: Timestamp,
    ) -> rusqlite::Result<Effect> {
        let rows = &newest.rows;
        let after = Article {
            key: article.key,
            current: newest.key,
            retracted: rows.version.retracted,
            first_created,
        };
        self.put_row(CHANGE_ROW, &after, rows, newest.seen)?;
        let effect = match (after.current == article.current, same_work(before, &rows.record)) {
            (false, _) => Effect::Switched,
            (true, false) => Effect::Reworked,
            (true, true) => return Ok(Effect::None),
        };
        if !article.retracted {
            index::remove(self.connection, article.key)?;
        }
        self.make_findable(article.key, rows)?;
        Ok(effect)
    }

    fn make_findable(&mut self, article: i64, rows: &RecordRows) -> rusqlite::Result<()> {
        if rows.version.retracted {
            return Ok(());
        }
        index::add(self.connection, self.entities, article, rows)
    }

    /// How many rows were written.
    fn put_row(
        &self,
        sql: &str,
        article: &Article,
        rows: &RecordRows,
        seen: Seen,
    ) -> rusqlite::Result<usize> {
        let record = &rows.record;
        let published = record.dateline.published.as_ref().filter(|_| rows.published_at.is_some());
        let source = &record.dateline.source;
        self.connection.prepare_cached(sql)?.execute(rusqlite::params![
            article.key,
            rows.id.to_string(),
            article.current,
            article.retracted,
            article.first_created.as_microsecond(),
            rows.published_at.unwrap_or(seen.first).as_second(),
            rows.published_at.map(Timestamp::as_second),
            published.map(|published| &published.value),
            seen.last.as_microsecond(),
            source.id.as_str(),
            source.kind.as_str(),
            record.language.to_ascii_lowercase(),
            record.headline(),
            record.renditions.first().map(|rendition| &rendition.href),
        ])
    }
}

/// Nothing where the store has the article.
const ADD_ROW: &str = "
    INSERT INTO articles (article, id, current, retracted, first_created, at, published_at, published,
                          last_seen, source, source_kind, language, headline, url)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
    ON CONFLICT (id) DO NOTHING";
const CHANGE_ROW: &str = "
    UPDATE articles SET current = ?3, retracted = ?4, first_created = ?5, at = ?6, published_at = ?7,
           published = ?8, last_seen = ?9, source = ?10, source_kind = ?11, language = ?12,
           headline = ?13, url = ?14
     WHERE article = ?1 AND id = ?2";
