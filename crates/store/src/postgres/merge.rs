//! What a batch changes, worked out in memory: which versions are new, which
//! are current, what became of each record. The rules are those that every
//! store keeps (see the crate's page); left out: reading and writing tables.

use super::instant::Instant;
use super::write::Entry;
use crate::rows::{RecordRows, VersionKey, same_work};
use crate::{Refusal, WriteOutcome};
use dateline_model::{ArticleId, NewsRecord};
use std::collections::HashMap;

/// The articles that a batch is about.
#[derive(Debug)]
pub(super) struct Merge<'a> {
    pub(super) batch: &'a [Entry],
    pub(super) articles: HashMap<ArticleId, Article>,
}

/// An article, as it is stored and as it is to be.
#[derive(Debug)]
pub(super) struct Article {
    pub(super) key: i64,
    /// `None` for an article that is new.
    pub(super) stored: Option<Stored>,
    pub(super) first_created: Instant,
    /// Place of the version that readers get.
    pub(super) current: usize,
    pub(super) versions: Vec<Version>,
    /// Whether anything is to be written.
    pub(super) touched: bool,
}

/// What the tables say of an article before the batch.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) current: i64,
    pub(super) retracted: bool,
}

/// A version of an article.
#[derive(Debug, Clone)]
pub(super) struct Version {
    pub(super) key: i64,
    pub(super) is: VersionKey,
    pub(super) first_seen: Instant,
    pub(super) last_seen: Instant,
    pub(super) made_at: Instant,
    pub(super) work: Work,
    pub(super) state: State,
}

/// Where a version's record is.
#[derive(Debug, Clone)]
pub(super) enum Work {
    /// Stored, and not read: nobody asked for it.
    Elsewhere,
    /// Stored.
    Stored(String),
    /// That record of the batch.
    Fresh(usize),
}

/// What is to be done with a version's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Kept,
    New,
    Changed,
}

/// Short keys for what is new.
pub(super) trait Keys {
    fn article(&mut self) -> i64;
    fn version(&mut self) -> i64;
}

impl<'a> Merge<'a> {
    /// `articles` are those of the batch that are stored already.
    pub(super) fn new(batch: &'a [Entry], articles: HashMap<ArticleId, Article>) -> Self {
        Self { batch, articles }
    }

    /// Puts record `at` of the batch where it belongs.
    pub(super) fn put(&mut self, at: usize, keys: &mut impl Keys) -> WriteOutcome {
        let rows = &self.batch[at].rows;
        let Some(article) = self.articles.get_mut(&rows.id) else {
            let article = Article {
                key: keys.article(),
                stored: None,
                first_created: Instant::of(rows.record.first_created),
                current: 0,
                versions: vec![Version::fresh(at, rows, keys)],
                touched: true,
            };
            self.articles.insert(rows.id, article);
            return WriteOutcome::Inserted;
        };
        article.merge(at, self.batch, keys).unwrap_or_else(WriteOutcome::Refused)
    }
}

impl Version {
    fn fresh(at: usize, rows: &RecordRows, keys: &mut impl Keys) -> Self {
        Self {
            key: keys.version(),
            is: rows.version,
            first_seen: Instant::of(rows.seen_at),
            last_seen: Instant::of(rows.seen_at),
            made_at: Instant::of(rows.made_at),
            work: Work::Fresh(at),
            state: State::New,
        }
    }

    pub(super) fn json<'a>(&'a self, batch: &'a [Entry]) -> &'a str {
        match &self.work {
            Work::Elsewhere => "",
            Work::Stored(json) => json,
            Work::Fresh(at) => batch[*at].rows.json.as_str(),
        }
    }

    pub(super) fn record(&self, batch: &[Entry]) -> Result<NewsRecord, Refusal> {
        if let Work::Fresh(at) = self.work {
            return Ok(batch[at].rows.record.clone());
        }
        dateline_model::read_record(self.json(batch).as_bytes())
            .map_err(|error| Refusal::Database(format!("the stored version cannot be read: {error}")))
    }

    /// Takes in a record of this very version: the times it was seen at spread,
    /// and of two works on it the later one is kept.
    fn take_in(&mut self, at: usize, batch: &[Entry]) {
        let rows = &batch[at].rows;
        let (seen, made) = (Instant::of(rows.seen_at), Instant::of(rows.made_at));
        self.first_seen = self.first_seen.min(seen);
        self.last_seen = self.last_seen.max(seen);
        if (made, rows.json.as_str()) > (self.made_at, self.json(batch)) {
            self.made_at = made;
            self.work = Work::Fresh(at);
        }
        if self.state == State::Kept {
            self.state = State::Changed;
        }
    }
}

impl Article {
    fn merge(&mut self, at: usize, batch: &[Entry], keys: &mut impl Keys) -> Result<WriteOutcome, Refusal> {
        let rows = &batch[at].rows;
        let known = self.versions.iter().position(|version| version.is == rows.version);
        let first_created = self.first_created.min(Instant::of(rows.record.first_created));
        let is_news = first_created < self.first_created;
        if !is_news && known.is_some_and(|known| self.versions[known].json(batch) == rows.json.as_str()) {
            return Ok(WriteOutcome::Unchanged);
        }
        let before = (self.current, self.versions[self.current].record(batch)?);
        self.touched = true;
        self.first_created = first_created;
        match known {
            Some(known) => self.versions[known].take_in(at, batch),
            None => self.versions.push(Version::fresh(at, rows, keys)),
        }
        self.current = self.newest();
        let switched = self.current != before.0;
        let reworked = switched || !same_work(&before.1, &self.versions[self.current].record(batch)?);
        Ok(match known {
            _ if switched => WriteOutcome::NewVersion,
            None => WriteOutcome::OlderVersion,
            Some(_) if reworked => WriteOutcome::Reenriched,
            Some(_) => WriteOutcome::Unchanged,
        })
    }

    /// The one taken in last; of several the one with the largest content hash;
    /// of a content and its retraction the retraction.
    fn newest(&self) -> usize {
        let rank = |version: &Version| (version.last_seen, version.is.content_hash, version.is.retracted);
        (0..self.versions.len()).max_by_key(|at| rank(&self.versions[*at])).unwrap_or(self.current)
    }

    pub(super) fn current(&self) -> &Version {
        &self.versions[self.current]
    }
}
