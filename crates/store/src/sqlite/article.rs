//! Articles: which version is current, and what changes when one more arrives.

use super::entities::EntityDirectory;
use super::version::{self, StoredVersion};
use super::{index, micros};
use crate::WriteOutcome;
use crate::fault;
use crate::rows::{RecordRows, same_work};
use dateline_model::NewsRecord;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

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
        let next_version = next("SELECT coalesce(max(version), 0) + 1 FROM versions")?;
        Ok(Self { connection, entities, next_article, next_version })
    }

    /// Puts a record where it belongs.
    pub(super) fn put(&mut self, rows: &RecordRows) -> rusqlite::Result<WriteOutcome> {
        match self.find(rows)? {
            None => self.insert(rows).map(|()| WriteOutcome::Inserted),
            Some(article) => self.merge(&article, rows),
        }
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

    fn find(&self, rows: &RecordRows) -> rusqlite::Result<Option<Article>> {
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
            .optional()
    }

    fn insert(&mut self, rows: &RecordRows) -> rusqlite::Result<()> {
        let article = Article {
            key: self.next_article,
            current: self.insert_version(self.next_article, rows)?,
            retracted: rows.version.retracted,
            first_created: rows.record.first_created,
        };
        self.next_article += 1;
        self.put_row(&article, rows, rows.seen_at, rows.seen_at)?;
        fault::point("articles");
        self.make_findable(article.key, rows)
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
        let before = version::get(self.connection, article.current)?.record()?;
        match &stored {
            None => drop(self.insert_version(article.key, rows)?),
            Some(stored) => version::update(self.connection, stored, rows)?,
        }
        let effect = self.refresh(article, &before, first_created)?;
        Ok(match (effect, stored) {
            (Effect::Switched, _) => WriteOutcome::NewVersion,
            (_, None) => WriteOutcome::OlderVersion,
            (Effect::Reworked, Some(_)) => WriteOutcome::Reenriched,
            (Effect::None, Some(_)) => WriteOutcome::Unchanged,
        })
    }

    /// Brings an article in line with its versions. `before` is the record
    /// that it can be found by now.
    fn refresh(
        &mut self,
        article: &Article,
        before: &NewsRecord,
        first_created: Timestamp,
    ) -> rusqlite::Result<Effect> {
        let newest: StoredVersion = version::newest(self.connection, article.key)?;
        let rows = newest.rows()?;
        let after = Article {
            key: article.key,
            current: newest.key,
            retracted: rows.version.retracted,
            first_created,
        };
        self.put_row(&after, &rows, newest.first_seen, newest.last_seen)?;
        let effect = match (after.current == article.current, same_work(before, &rows.record)) {
            (false, _) => Effect::Switched,
            (true, false) => Effect::Reworked,
            (true, true) => return Ok(Effect::None),
        };
        if !article.retracted {
            index::remove(self.connection, article.key, before)?;
        }
        self.make_findable(article.key, &rows)?;
        Ok(effect)
    }

    fn make_findable(&mut self, article: i64, rows: &RecordRows) -> rusqlite::Result<()> {
        if rows.version.retracted {
            return Ok(());
        }
        index::add(self.connection, self.entities, article, rows)
    }

    fn put_row(
        &self,
        article: &Article,
        rows: &RecordRows,
        first_seen: Timestamp,
        last_seen: Timestamp,
    ) -> rusqlite::Result<()> {
        let record = &rows.record;
        let published = record.dateline.published.as_ref().filter(|_| rows.published_at.is_some());
        let source = &record.dateline.source;
        self.connection.prepare_cached(PUT_ROW)?.execute(rusqlite::params![
            article.key,
            rows.id.to_string(),
            article.current,
            article.retracted,
            article.first_created.as_microsecond(),
            rows.published_at.unwrap_or(first_seen).as_second(),
            rows.published_at.map(Timestamp::as_second),
            published.map(|published| &published.value),
            last_seen.as_microsecond(),
            source.id.as_str(),
            source.kind.as_str(),
            record.language.to_ascii_lowercase(),
            record.headline(),
            record.renditions.first().map(|rendition| &rendition.href),
        ])?;
        Ok(())
    }
}

const PUT_ROW: &str = "
    INSERT INTO articles (article, id, current, retracted, first_created, at, published_at, published,
                          last_seen, source, source_kind, language, headline, url)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
    ON CONFLICT (article) DO UPDATE SET
        current = excluded.current, retracted = excluded.retracted, first_created = excluded.first_created,
        at = excluded.at, published_at = excluded.published_at, published = excluded.published,
        last_seen = excluded.last_seen, source = excluded.source, source_kind = excluded.source_kind,
        language = excluded.language, headline = excluded.headline, url = excluded.url";
