//! The articles that a batch changes, and the rows that are new with them.

use super::ages::age_term;
use super::entities::{EntityDirectory, plain};
use super::instant::Instant;
use super::merge::{Article, Merge, State, Version, Work};
use super::tsvector::{Terms, TsVector};
use super::write::Entry;
use crate::StoreError;
use crate::common_words::entity_term;
use crate::rows::{EntityRow, RecordRows};
use dateline_model::ArticleId;
use std::borrow::Cow;
use std::collections::HashSet;
use tokio_postgres::types::{ToSql, Type};

/// Characters of a language tag that a column holds; the record has it whole.
const LANGUAGE: usize = 64;

/// An article with what readers get of it.
pub(super) struct Shown<'a> {
    pub(super) id: ArticleId,
    pub(super) article: &'a Article,
    pub(super) rows: Cow<'a, RecordRows>,
    words: Cow<'a, TsVector>,
    /// What it can be found by besides.
    terms: Vec<String>,
    /// Whether what it can be found by is to be written anew.
    pub(super) is_new_work: bool,
}

/// The articles that change, in the order of their ids.
pub(super) fn touched<'a>(merge: &'a Merge<'a>) -> Result<Vec<Shown<'a>>, StoreError> {
    let mut touched: Vec<(&ArticleId, &Article)> =
        merge.articles.iter().filter(|(_, article)| article.touched).collect();
    touched.sort_by_key(|(id, _)| **id);
    touched.into_iter().map(|(id, article)| Shown::of(*id, article, merge.batch)).collect()
}

impl<'a> Shown<'a> {
    pub(super) fn of(id: ArticleId, article: &'a Article, batch: &'a [Entry]) -> Result<Self, StoreError> {
        let current = article.current();
        if let Work::Fresh(at) = current.work {
            let Entry { rows, words } = &batch[at];
            return Ok(Self {
                id,
                article,
                rows: Cow::Borrowed(rows),
                words: Cow::Borrowed(words),
                terms: Vec::new(),
                is_new_work: true,
            });
        }
        let is_new_work = article.stored.as_ref().is_none_or(|stored| stored.current != current.key);
        let entry = dateline_model::read_record(current.json(batch).as_bytes())
            .map(|record| Entry::of(record.into(), usize::MAX))
            .map_err(|source| StoreError::Unreadable { id: id.to_string(), source })?
            .map_err(|refusal| StoreError::Database {
                action: "reading a stored version",
                source: refusal.into(),
            })?;
        let (rows, words) = (Cow::Owned(entry.rows), Cow::Owned(entry.words));
        Ok(Self { id, article, rows, words, terms: Vec::new(), is_new_work })
    }

    pub(super) fn is_new(&self) -> bool {
        self.article.stored.is_none()
    }

    pub(super) fn is_findable_anew(&self) -> bool {
        self.is_new_work && !self.rows.version.retracted
    }

    fn was_findable_otherwise(&self) -> bool {
        self.is_new_work && self.article.stored.as_ref().is_some_and(|stored| !stored.retracted)
    }

    pub(super) fn words(&self) -> Option<Terms<'_>> {
        (!self.rows.version.retracted).then(|| Terms::of(&self.words, &self.terms))
    }

    /// Works out the terms, once its entities were looked up.
    pub(super) fn find_terms(&mut self, directory: &mut EntityDirectory) {
        if self.is_findable_anew() {
            let keys = self.rows.entities.iter().filter_map(|row| directory.key(&row.key));
            self.terms = std::iter::once(age_term(self.article.key)).chain(keys.map(entity_term)).collect();
            let pairs = directory.common.pairs(&self.rows, self.article.key);
            self.terms.extend(pairs.split(' ').filter(|term| !term.is_empty()).map(str::to_owned));
        }
    }

    pub(super) fn at(&self) -> Instant {
        self.rows.published_at.map_or(self.article.current().first_seen, Instant::of)
    }

    pub(super) fn language(&self) -> String {
        self.rows.record.language.chars().take(LANGUAGE).collect::<String>().to_ascii_lowercase()
    }

    pub(super) fn published(&self) -> Option<String> {
        let published = self.rows.record.dateline.published.as_ref();
        published.filter(|_| self.rows.published_at.is_some()).map(|published| plain(&published.value))
    }

    pub(super) fn headline(&self) -> Option<&str> {
        self.rows.record.headline()
    }

    pub(super) fn url(&self) -> Option<String> {
        self.rows.record.renditions.first().map(|rendition| plain(&rendition.href))
    }
}

/// Those whose entities and dates are to be stored.
pub(super) fn findable_anew<'a, 'b>(shown: &'a [Shown<'b>]) -> Vec<&'a Shown<'b>> {
    shown.iter().filter(|shown| shown.is_findable_anew()).collect()
}

/// Keys of those whose entities and dates are to go.
pub(super) fn to_forget(shown: &[Shown<'_>]) -> Vec<i64> {
    shown.iter().filter(|shown| shown.was_findable_otherwise()).map(|shown| shown.article.key).collect()
}

pub(super) fn entities<'a>(shown: &[&'a Shown<'_>]) -> Vec<&'a EntityRow> {
    shown.iter().flat_map(|shown| &shown.rows.entities).collect()
}

pub(super) fn changed_versions<'a>(shown: &'a [Shown<'_>]) -> Vec<&'a Version> {
    let versions = shown.iter().flat_map(|shown| &shown.article.versions);
    versions.filter(|version| version.state == State::Changed).collect()
}

/// A table with the columns that are copied into, and their types.
pub(super) struct Table {
    pub(super) into: &'static str,
    pub(super) types: &'static [Type],
}

/// The values of a new row.
pub(super) type NewRow<'a> = Vec<Box<dyn ToSql + Sync + Send + 'a>>;

macro_rules! row {
    ($($value:expr),* $(,)?) => { vec![$(Box::new($value) as Box<dyn ToSql + Sync + Send + '_>),*] };
}

pub(super) const ARTICLES: Table = Table {
    into: "articles (article, id, current, retracted, first_created, at, published_at, published,
                     last_seen, source, source_kind, language, headline, url, words)",
    types: &[
        Type::INT8,
        Type::UUID,
        Type::INT8,
        Type::BOOL,
        Type::TIMESTAMPTZ,
        Type::TIMESTAMPTZ,
        Type::TIMESTAMPTZ,
        Type::TEXT,
        Type::TIMESTAMPTZ,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TS_VECTOR,
    ],
};

pub(super) fn article_rows<'a>(shown: &'a [Shown<'_>]) -> Vec<NewRow<'a>> {
    let mut rows: Vec<NewRow<'a>> = Vec::new();
    for shown in shown.iter().filter(|shown| shown.is_new()) {
        let (article, record) = (shown.article, &shown.rows.record);
        rows.push(row![
            article.key,
            shown.id.as_uuid(),
            article.current().key,
            shown.rows.version.retracted,
            article.first_created,
            shown.at(),
            shown.rows.published_at.map(Instant::of),
            shown.published(),
            article.current().last_seen,
            record.dateline.source.id.as_str(),
            record.dateline.source.kind.as_str(),
            shown.language(),
            record.headline().map(plain),
            shown.url(),
            shown.words(),
        ]);
    }
    rows
}

pub(super) const VERSIONS: Table = Table {
    into: "versions (version, article, content_hash, retracted, first_seen, last_seen, made_at, record)",
    types: &[
        Type::INT8,
        Type::INT8,
        Type::TEXT,
        Type::BOOL,
        Type::TIMESTAMPTZ,
        Type::TIMESTAMPTZ,
        Type::TIMESTAMPTZ,
        Type::TEXT,
    ],
};

pub(super) fn version_rows<'a>(shown: &'a [Shown<'_>], batch: &'a [Entry]) -> Vec<NewRow<'a>> {
    let mut rows: Vec<NewRow<'a>> = Vec::new();
    for article in shown.iter().map(|shown| shown.article) {
        for version in article.versions.iter().filter(|version| version.state == State::New) {
            rows.push(row![
                version.key,
                article.key,
                version.is.content_hash.to_string(),
                version.is.retracted,
                version.first_seen,
                version.last_seen,
                version.made_at,
                version.json(batch),
            ]);
        }
    }
    rows
}

pub(super) const MENTIONS: Table = Table {
    into: "mentions (article, entity, mentions, salience, confidence)",
    types: &[Type::INT8, Type::INT8, Type::INT8, Type::FLOAT4, Type::FLOAT4],
};

pub(super) fn mention_rows<'a>(shown: &[&'a Shown<'_>], directory: &EntityDirectory) -> Vec<NewRow<'a>> {
    let mut rows: Vec<NewRow<'a>> = Vec::new();
    for shown in shown {
        for row in &shown.rows.entities {
            if let Some(entity) = directory.key(&row.key) {
                let mentions = i64::from(row.mentions);
                rows.push(row![shown.article.key, entity, mentions, row.salience, row.confidence]);
            }
        }
    }
    rows
}

pub(super) const DATES: Table = Table {
    into: "dates (article, begin_at, end_at, value)",
    types: &[Type::INT8, Type::TIMESTAMPTZ, Type::TIMESTAMPTZ, Type::TEXT],
};

/// Each interval once, also where differences finer than the server's are lost.
pub(super) fn date_rows<'a>(shown: &[&'a Shown<'_>]) -> Vec<NewRow<'a>> {
    let mut rows: Vec<NewRow<'a>> = Vec::new();
    for shown in shown {
        let mut seen = HashSet::new();
        for row in &shown.rows.dates {
            let (begin, end) = (Instant::of(row.begin), Instant::of(row.end));
            if seen.insert((begin.0, end.0)) {
                rows.push(row![shown.article.key, begin, end, plain(&row.value)]);
            }
        }
    }
    rows
}
