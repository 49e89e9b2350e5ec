//! What an input holds before any of it is accepted: articles with their identity and their time of
//! intake, and what cannot be read.
//!
//! Left out: publishing them ([`crate::Acceptor`]).

use dateline_extract::{ExtractError, Format, Input, Limits, canonical_url, extract};
use dateline_model::{Article, ArticleId, RawArticle, Source};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// An input that was read.
#[derive(Debug)]
pub(crate) struct ReadInput {
    /// Where it came from, for who reads its letters.
    pub(crate) path: String,
    pub(crate) bytes: Arc<[u8]>,
    pub(crate) source: Source,
    pub(crate) content: Content,
    /// Why the whole of it cannot be read: reading it panicked.
    pub(crate) panic: Option<String>,
}

/// What was found in an input.
#[derive(Debug, Default)]
pub(crate) struct Content {
    pub(crate) articles: Vec<RawArticle>,
    pub(crate) faults: Vec<ExtractError>,
}

impl ReadInput {
    /// Reads an input on a thread of its own; the first of its articles comes in at `at`.
    pub(crate) async fn of(
        path: &str,
        bytes: Arc<[u8]>,
        format: Format,
        source: Source,
        limits: Limits,
        at: Timestamp,
    ) -> Self {
        let (name, input) = (path.to_owned(), bytes.clone());
        let extracted = tokio::task::spawn_blocking(move || {
            extract(&Input::new(&name, &input).with_format(format), &limits)
        });
        // Extraction catches its own faults; a panic there is a fault of ours
        // and must not take the source down with it.
        let (content, panic) = match extracted.await {
            Ok(extracted) => (Content::of(extracted, &source, at), None),
            Err(error) => (Content::default(), Some(error.to_string())),
        };
        Self { path: path.to_owned(), bytes, source, content, panic }
    }

    /// Which articles it has.
    pub(crate) fn ids(&self) -> impl Iterator<Item = ArticleId> {
        self.content.articles.iter().map(|raw| raw.article_id)
    }

    /// The earliest time of intake for what comes after it.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.content.articles.last().map(|raw| in_order(raw.ingested_at, 1))
    }
}

impl Content {
    /// What extraction gave; the first article comes in at `at`.
    pub(crate) fn of(extracted: Vec<Result<Article, ExtractError>>, source: &Source, at: Timestamp) -> Self {
        let mut content = Self::default();
        for (index, result) in extracted.into_iter().enumerate() {
            match result {
                Ok(article) => content.articles.push(identify(article, source, in_order(at, index))),
                Err(error) => content.faults.push(error),
            }
        }
        content
    }
}

/// An article with the identity that its address or its origin gives it.
pub(crate) fn identify(article: Article, source: &Source, ingested_at: Timestamp) -> RawArticle {
    let canonical = article.url.as_deref().and_then(canonical_url);
    RawArticle::identify(article, canonical.as_deref(), source.clone(), ingested_at)
}

/// Articles of one input get rising times of intake, a microsecond apart, so
/// that the later of two versions in one file counts as the newer.
pub(crate) fn in_order(now: Timestamp, index: usize) -> Timestamp {
    now + SignedDuration::from_micros(i64::try_from(index).unwrap_or(i64::MAX))
}
