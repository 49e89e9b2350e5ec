//! The reading side of a store: what a search asks for and what comes back.

use crate::{
    EntityProfile, Expiry, ProfileRequest, Query, QueryError, Removed, StoreFuture, TimelinePage,
    TimelineRequest, Trend, TrendRequest, VersionPage, VersionRequest, trend,
};
use dateline_model::{ArticleId, ContentHash, NewsRecord, Published, Source};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Reads what a store keeps. Never blocks the writing side.
pub trait RecordReader: Send + Sync + 'static {
    /// One page of the articles that match, best or newest first.
    /// Retracted articles are left out.
    fn search(&self, request: SearchRequest) -> StoreFuture<'_, SearchPage>;

    /// Every article that matches, whole and in order of arrival, part by part:
    /// for exports. Retracted articles are left out.
    fn scan(&self, request: ScanRequest) -> StoreFuture<'_, ScanPage>;

    /// The current version of an article; also of a retracted one.
    fn get(&self, id: ArticleId) -> StoreFuture<'_, Option<NewsRecord>>;

    /// One page of the versions of an article, the current one first; empty when unknown.
    fn version_page(&self, request: VersionRequest) -> StoreFuture<'_, VersionPage>;

    /// Every version of an article, the current one first; empty when unknown.
    fn versions(&self, id: ArticleId) -> StoreFuture<'_, Vec<Version>> {
        Box::pin(async move {
            let mut request = VersionRequest { id, limit: SearchRequest::MAX_LIMIT, cursor: None };
            let mut versions = Vec::new();
            loop {
                let page = self.version_page(request.clone()).await?;
                versions.extend(page.versions);
                request.cursor = page.next;
                if request.cursor.is_none() {
                    return Ok(versions);
                }
            }
        })
    }

    /// One page of the dates that the articles of a query speak of.
    fn timeline(&self, request: TimelineRequest) -> StoreFuture<'_, TimelinePage>;

    /// How an entity is named over time, and with whom.
    fn profile(&self, request: ProfileRequest) -> StoreFuture<'_, EntityProfile>;

    /// The entities that the latest news names most, the most frequent first.
    fn trends(&self, request: TrendRequest) -> StoreFuture<'_, Vec<Trend>> {
        Box::pin(trend::from_records(self, request))
    }

    /// Who delivered the articles that a search can find, by name.
    fn sources(&self) -> StoreFuture<'_, Vec<SourceCount>>;

    /// The articles that [`crate::RecordStore::remove`] would remove.
    fn expired(&self, expiry: Expiry) -> StoreFuture<'_, Removed>;

    /// What the store holds. Of a large store the answer may be up to a minute old.
    fn totals(&self) -> StoreFuture<'_, Totals>;
}

/// A search: what to find, in which order, and how much of it.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchRequest {
    /// What to find.
    pub query: Query,
    /// In which order.
    pub order: Order,
    /// Hits a page, from 1 to [`SearchRequest::MAX_LIMIT`].
    pub limit: usize,
    /// Where the last page ended.
    pub cursor: Option<Cursor>,
}

impl SearchRequest {
    /// Hits a page where nothing else is said.
    pub const DEFAULT_LIMIT: usize = 20;
    /// Most hits a page; a larger limit is lowered to it.
    pub const MAX_LIMIT: usize = 1_000;

    /// The first page of a query's hits, the most relevant first.
    #[must_use]
    pub fn new(query: Query) -> Self {
        Self { query, order: Order::Relevance, limit: Self::DEFAULT_LIMIT, cursor: None }
    }

    /// Reads a query as a person types it; see [`Query::parse`].
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        Query::parse(text).map(Self::new)
    }
}

/// Asks for the next part of an export.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanRequest {
    /// What to find.
    pub query: Query,
    /// Most records of this part, from 1 to [`SearchRequest::MAX_LIMIT`].
    pub limit: usize,
    /// Where the last part ended.
    pub cursor: Option<Cursor>,
}

/// A part of an export.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScanPage {
    /// Current versions of articles.
    pub records: Vec<NewsRecord>,
    /// Where the next part starts; absent when all were given.
    pub next: Option<Cursor>,
}

/// In which order hits come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// The most relevant first, recent ones preferred. Without words to look
    /// for it is the same as [`Order::Newest`].
    #[default]
    Relevance,
    /// The latest publication date first.
    Newest,
    /// The earliest publication date first.
    Oldest,
}

/// Where a page ended. Opaque; valid for the same query and order only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Cursor(pub String);

/// One page of hits.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SearchPage {
    /// The hits.
    pub hits: Vec<Hit>,
    /// How many articles match.
    pub total: u64,
    /// False where counting stopped: at least `total` articles match, and only
    /// the newest of them were ranked.
    pub total_is_exact: bool,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Cursor>,
}

/// One article that matches.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    /// `urn:uuid:...`
    pub uri: String,
    /// The headline, the words found marked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<MarkedText>,
    /// Where the words stand in the text; the text's start where a query has no words.
    pub snippet: MarkedText,
    /// The publication date, with how it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Published>,
    /// When the current version was taken in.
    pub ingested_at: Timestamp,
    /// Who delivered it.
    pub source: Source,
    /// BCP 47; `und` when unknown.
    pub language: String,
    /// Where the original can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Relevance, larger is better; comparable within one search only.
    pub score: f64,
}

/// A text with the places that matched.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MarkedText {
    /// The text.
    pub text: String,
    /// Half-open ranges of Unicode code points in `text`, in order, apart.
    #[serde(serialize_with = "as_pairs")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<[usize; 2]>"))]
    pub marks: Vec<Range<usize>>,
}

/// `[[start, end], ...]`: what a script expects of a range.
fn as_pairs<S: serde::Serializer>(marks: &[Range<usize>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(marks.iter().map(|mark| [mark.start, mark.end]))
}

/// One version of an article.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// What the store knows about it.
    #[serde(flatten)]
    pub info: VersionInfo,
    /// Its record.
    pub record: NewsRecord,
}

/// What a store knows about a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct VersionInfo {
    /// Hash of its content.
    pub content_hash: ContentHash,
    /// Whether it is a retraction.
    pub retracted: bool,
    /// Earliest `ingestedAt` with this content.
    pub first_seen: Timestamp,
    /// Latest `ingestedAt` with this content.
    pub last_seen: Timestamp,
    /// Whether it is the one that readers get.
    pub current: bool,
}

/// What a store holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Articles that a search can find.
    pub articles: u64,
    /// Articles that were retracted.
    pub retracted: u64,
    /// Versions of all articles.
    pub versions: u64,
    /// Different entities.
    pub entities: u64,
    /// Latest publication date (ingestion where unknown) of an article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest: Option<Timestamp>,
    /// Earliest one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest: Option<Timestamp>,
    /// Latest `ingestedAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_ingested: Option<Timestamp>,
}

/// A source and what is stored of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SourceCount {
    /// Id of the source.
    pub source: String,
    /// Articles that a search can find.
    pub articles: u64,
    /// Latest publication date (ingestion where unknown) of them.
    pub newest: Timestamp,
    /// Latest `ingestedAt` of them.
    pub last_ingested: Timestamp,
}
