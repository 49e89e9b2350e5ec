//! What the producer publishes: an article as it was read, plus who it is.

use crate::{ArticleId, ContentHash, SubjectToken};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Version of the raw article's wire form.
pub const ARTICLE_SCHEMA: u32 = 1;

/// One article as read from foreign bytes, before it has an identity.
///
/// All text fields are plain text; `text` is kept verbatim, so that offsets
/// hold for whoever sent it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Article {
    /// Where in the input it stood.
    pub origin: Origin,
    /// What it was read from, where that is more than a text on its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ArticleKind>,
    /// The sender's own id of it, returned in `altIds` with role `input-id`.
    #[serde(rename = "id", default, skip_serializing_if = "Option::is_none")]
    pub input_id: Option<String>,
    /// The feed's guid, or the `uri` of a ninjs item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guid: Option<String>,
    /// Canonical URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub byline: Option<String>,
    /// The news agency credited in the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<String>,
    /// The place that the dateline names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub located: Option<String>,
    /// Everything that claims to be its date, in order of appearance.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<DateClaim>,
    /// Summary or description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The body, verbatim.
    #[serde(default)]
    pub text: String,
    /// Language as stated by the source (BCP 47).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Name of the publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_title: Option<String>,
    /// What had to be mended or left out while reading it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// What an article was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ArticleKind {
    /// An item of a feed: often a headline and a summary only.
    FeedItem,
    /// An address in a sitemap, with no text: the page has to be fetched.
    Sitemap,
    /// A sitemap that a sitemap index names: not an article, a place to look.
    SitemapIndex,
    /// A web page.
    Page,
}

/// Where in an input an article stood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// File path, URL, or `-` for standard input.
    pub path: String,
    /// Position within it, from 0.
    pub index: u64,
}

/// A string that claims to be one of the article's dates, as it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateClaim {
    /// Publication or update.
    pub role: ClaimRole,
    /// Where it was found.
    pub from: ClaimOrigin,
    /// The string itself.
    pub raw: String,
}

impl DateClaim {
    /// A claim about the publication date.
    #[must_use]
    pub fn published(from: ClaimOrigin, raw: impl Into<String>) -> Self {
        Self { role: ClaimRole::Published, from, raw: raw.into() }
    }

    /// A claim about the date of the last change.
    #[must_use]
    pub fn updated(from: ClaimOrigin, raw: impl Into<String>) -> Self {
        Self { role: ClaimRole::Updated, from, raw: raw.into() }
    }

    /// When a crawler fetched it; its publication lies before that.
    #[must_use]
    pub fn fetched(from: ClaimOrigin, raw: impl Into<String>) -> Self {
        Self { role: ClaimRole::Fetched, from, raw: raw.into() }
    }
}

/// What a date claim is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimRole {
    /// First publication.
    Published,
    /// Last change.
    Updated,
    /// Fetched by a crawler: no date of the article, but a bound of all of them.
    Fetched,
}

/// Where a date claim was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ClaimOrigin {
    /// A field of JSON input (`published`, ninjs `contentCreated`).
    InputField,
    /// An item of a feed.
    FeedItem,
    /// A news sitemap.
    Sitemap,
    /// An HTTP response header.
    HttpHeader,
    /// JSON-LD of a page.
    JsonLd,
    /// Other metadata of a page (OpenGraph, meta, microdata).
    PageMeta,
    /// A date that a reader sees on the page: a line, a `time` element.
    PageText,
    /// The path of the URL.
    UrlPath,
    /// The header line of a text file (` date 2023-11-07 ...`).
    HeaderLine,
    /// The dateline ("TEL AVIV, Nov 3 (Agency) -").
    Dateline,
    /// The first sentences of the text.
    FirstSentence,
    /// The name of the file.
    FileName,
    /// The record of a web archive (`WARC-Date`).
    WebArchive,
}

/// An article with its identity, ready for `dateline.raw.<source>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RawArticle {
    /// [`ARTICLE_SCHEMA`] of the writer.
    pub schema: u32,
    /// Identity over all versions (`articleId` on the wire: `id` is the sender's).
    pub article_id: ArticleId,
    /// Identity of this version.
    pub content_hash: ContentHash,
    /// Who delivered it.
    pub source: Source,
    /// When it was taken in.
    pub ingested_at: Timestamp,
    /// The article as read.
    #[serde(flatten)]
    pub article: Article,
}

impl RawArticle {
    /// Gives an article its identity. `canonical_url` must already be free of
    /// tracking parameters; the article's own `url` is kept as published.
    #[must_use]
    pub fn identify(
        article: Article,
        canonical_url: Option<&str>,
        source: Source,
        ingested_at: Timestamp,
    ) -> Self {
        let content_hash = article.content_hash();
        let guid = article.guid.as_deref().or(article.input_id.as_deref());
        let article_id = match (canonical_url, guid) {
            (Some(url), _) => ArticleId::from_url(url),
            (None, Some(guid)) => ArticleId::from_guid(source.id.as_str(), guid),
            (None, None) => ArticleId::from_content(content_hash),
        };
        Self { schema: ARTICLE_SCHEMA, article_id, content_hash, source, ingested_at, article }
    }

    /// The `Nats-Msg-Id` of this version.
    #[must_use]
    pub fn message_id(&self) -> String {
        format!("{}:{}", self.article_id, self.content_hash)
    }
}

impl Article {
    /// When a crawler fetched it, where that is stated and readable (RFC 3339).
    #[must_use]
    pub fn fetched_at(&self) -> Option<Timestamp> {
        let mut claims = self.claims.iter().filter(|claim| claim.role == ClaimRole::Fetched);
        claims.find_map(|claim| claim.raw.parse().ok())
    }

    /// Hash of what a reader would call the content. Dates are left out:
    /// feeds touch them without changing a word.
    #[must_use]
    pub fn content_hash(&self) -> ContentHash {
        ContentHash::of([
            self.title.as_deref(),
            self.byline.as_deref(),
            self.summary.as_deref(),
            Some(self.text.as_str()),
        ])
    }
}

/// Who delivered an article.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Source {
    /// Subject-safe id.
    pub id: SubjectToken,
    /// How it is read.
    pub kind: SourceKind,
}

impl Source {
    /// A source of the given name and kind.
    #[must_use]
    pub fn new(name: &str, kind: SourceKind) -> Self {
        Self { id: SubjectToken::new(name), kind }
    }
}

/// How a source is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SourceKind {
    /// Files of a folder.
    File,
    /// HTTP push.
    Push,
    /// Standard input.
    Stdin,
    /// A polled feed.
    Feed,
    /// A fetched page.
    Page,
    /// A WARC archive.
    Warc,
}

impl SourceKind {
    /// The name used on the wire and in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Push => "push",
            Self::Stdin => "stdin",
            Self::Feed => "feed",
            Self::Page => "page",
            Self::Warc => "warc",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(title: &str, text: &str) -> Article {
        Article { title: Some(title.to_owned()), text: text.to_owned(), ..Article::default() }
    }

    fn raw(article: Article, url: Option<&str>) -> RawArticle {
        RawArticle::identify(article, url, Source::new("Wire", SourceKind::Push), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn identity_prefers_url_then_guid_then_content() {
        let plain = article("T", "x");
        let with_guid = Article { guid: Some("g".into()), ..plain.clone() };
        assert_eq!(
            raw(with_guid.clone(), Some("https://e.org/")).article_id,
            ArticleId::from_url("https://e.org/")
        );
        assert_eq!(raw(with_guid, None).article_id, ArticleId::from_guid("wire", "g"));
        assert_eq!(raw(plain.clone(), None).article_id, ArticleId::from_content(plain.content_hash()));
    }

    #[test]
    fn a_changed_text_is_another_version_of_the_same_article() {
        let (old, new) =
            (raw(article("T", "x"), Some("https://e.org/")), raw(article("T", "y"), Some("https://e.org/")));
        assert_eq!(old.article_id, new.article_id);
        assert_ne!(old.message_id(), new.message_id());
    }

    #[test]
    fn wire_form_reads_back() {
        let mut article = article("T", "x");
        article.claims.push(DateClaim::published(ClaimOrigin::HeaderLine, "2023-11-07"));
        let raw = raw(article, None);
        let json = serde_json::to_string(&raw).unwrap();
        assert_eq!(serde_json::from_str::<RawArticle>(&json).unwrap(), raw);
        insta::assert_snapshot!(json);
    }
}
