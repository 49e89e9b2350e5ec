//! Feeds and sitemaps: RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0, CDF, JSON Feed,
//! sitemaps and news sitemaps.
//!
//! [`read`] gives the items as articles and, from the same pass, what whoever
//! polls the feed needs to know of it. Broken feeds give what can be read of
//! them and a warning. What an item does not say stays unsaid: no date, no
//! author and no address is made up.

mod address;
mod content;
mod draft;
mod ends;
mod fields;
mod json_feed;
mod namespace;
mod person;
mod reader;
mod role;
mod schedule;
mod source;

pub use schedule::Schedule;

use crate::charset;
use crate::error::ExtractError;
use crate::input::Input;
use crate::limits::Limits;
use dateline_model::Article;

/// A feed as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedInfo {
    /// Which format; `None` when no root of any was found.
    pub format: Option<FeedFormat>,
    /// The feed's name.
    pub title: Option<String>,
    /// The page that the feed belongs to.
    pub home: Option<String>,
    /// The address that the feed gives itself (`rel="self"`).
    pub self_url: Option<String>,
    /// The address that it says it has moved to (`itunes:new-feed-url`).
    pub moved_to: Option<String>,
    /// WebSub hubs (`rel="hub"`), in document order.
    pub hubs: Vec<String>,
    /// The next page of a paged feed or the older archive (RFC 5005).
    pub next: Option<String>,
    /// Language of the whole (BCP 47).
    pub language: Option<String>,
    /// When it says it was last changed, as written.
    pub updated: Option<String>,
    /// How often it asks to be fetched.
    pub schedule: Schedule,
    /// Whether it ends inside of its last item, of which only a part could be read.
    pub breaks_off: bool,
    /// What had to be mended or was lost.
    pub warnings: Vec<String>,
}

/// The formats that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FeedFormat {
    /// RSS 0.91 to 2.0.
    Rss,
    /// RSS 0.90 and 1.0.
    Rdf,
    /// Atom 0.3 and 1.0.
    Atom,
    /// Channel Definition Format, the oldest of them.
    Cdf,
    /// JSON Feed 1.0 and 1.1.
    JsonFeed,
    /// A sitemap, with or without news.
    Sitemap,
    /// A sitemap of sitemaps.
    SitemapIndex,
}

/// A feed and its items.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Feed {
    /// What it says of itself.
    pub info: FeedInfo,
    /// Its items in document order. Those of a sitemap have an address and no
    /// text; the entries of a sitemap index are the addresses of sitemaps.
    pub items: Vec<Result<Article, ExtractError>>,
}

/// Reads a feed of any format.
///
/// A document that is no feed at all gives no format and no items; an input
/// past the limits is one error in place of the items.
#[must_use]
pub fn read(input: &Input<'_>, limits: &Limits) -> Feed {
    match crate::unpacked(input, limits) {
        Ok(bytes) => read_unpacked(&Input { bytes: &bytes, ..*input }, limits),
        Err(fault) => Feed { items: vec![Err(crate::whole(input, fault))], ..Feed::default() },
    }
}

/// Reads a feed that is not compressed.
pub(crate) fn read_unpacked(input: &Input<'_>, limits: &Limits) -> Feed {
    let decoded = charset::decode_markup(input.bytes, input.content_type);
    let is_json = decoded.text.trim_start().starts_with('{');
    if is_json { json_feed::read(input, &decoded, limits) } else { reader::read(input, &decoded, limits) }
}
