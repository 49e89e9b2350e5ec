//! An item while it is read, and the article that it comes to.

use super::address::{is_absolute, resolve};
use super::person;
use super::role::{DateKind, Rank};
use super::source::Source;
use crate::fragment::{self, one_line};
use crate::xml::Entities;
use crate::{claims, lead};
use dateline_model::{Article, ArticleKind, ClaimOrigin, DateClaim};

/// A description longer than this is the text itself and no summary of it.
const LONGEST_SUMMARY: usize = 1000;

/// What an item has said so far.
#[derive(Debug, Default)]
pub(super) struct Draft<'a> {
    /// Offset of its start tag.
    pub(super) start: usize,
    pub(super) title: Option<(Rank, Source<'a>)>,
    pub(super) description: Option<(Rank, Source<'a>)>,
    pub(super) content: Option<Source<'a>>,
    /// The address of the article, with how sure it is (0: surest).
    link: Option<(u8, String)>,
    id: Option<String>,
    /// The id is an address too (`isPermaLink`); unknown when nothing is said.
    id_is_link: Option<bool>,
    dates: Vec<(DateKind, String)>,
    authors: Vec<(Rank, String)>,
    pub(super) language: Option<String>,
    pub(super) source: Option<String>,
    pub(super) warnings: Vec<String>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(start: usize) -> Self {
        Self { start, ..Self::default() }
    }

    pub(super) fn set_title(&mut self, rank: Rank, title: Source<'a>) {
        put(&mut self.title, rank, title);
    }

    /// A second description of the same rank is the text, as some feeds have
    /// it with `summary` beside `description`.
    pub(super) fn set_description(&mut self, rank: Rank, description: Source<'a>) {
        match &self.description {
            Some((Rank::Own, _)) if rank == Rank::Own => self.set_content(description),
            _ => put(&mut self.description, rank, description),
        }
    }

    /// The longest one, where there are several (alternatives of a multipart).
    pub(super) fn set_content(&mut self, content: Source<'a>) {
        if self.content.as_ref().is_none_or(|known| known.markup.len() < content.markup.len()) {
            self.content = Some(content);
        }
    }

    /// An address and how sure it is that it is the article's; the surest and
    /// first one counts.
    pub(super) fn set_link(&mut self, doubt: u8, link: String) {
        if !link.is_empty() && self.link.as_ref().is_none_or(|(known, _)| doubt < *known) {
            self.link = Some((doubt, link));
        }
    }

    pub(super) fn set_id(&mut self, id: String, is_link: Option<bool>) {
        if !id.is_empty() && self.id.is_none() {
            (self.id, self.id_is_link) = (Some(id), is_link);
        }
    }

    pub(super) fn add_date(&mut self, kind: DateKind, written: &str) {
        /// Longer than any date.
        const MOST: usize = 100;
        let date = one_line(written);
        if !date.is_empty() && date.len() <= MOST && self.dates.len() < 16 {
            self.dates.push((kind, date));
        }
    }

    pub(super) fn add_author(&mut self, rank: Rank, written: &str) {
        /// More than any byline names.
        const MOST: usize = 100;
        let Some(name) = person::name(written).filter(|_| self.authors.len() < MOST) else { return };
        let rank = if name.contains('@') { Rank::Last } else { rank };
        self.authors.push((rank, name));
    }

    /// True when it says nothing at all.
    pub(super) fn is_empty(&self) -> bool {
        let says =
            |source: Option<&Source<'_>>| source.is_some_and(|source| !source.markup.trim().is_empty());
        !says(self.title.as_ref().map(|(_, title)| title))
            && !says(self.description.as_ref().map(|(_, description)| description))
            && !says(self.content.as_ref())
            && self.link.is_none()
            && self.id.is_none()
            && self.dates.is_empty()
            && self.authors.is_empty()
    }

    /// The article, its origin left open. Relative addresses were resolved when
    /// they were read; `base` is for the id, which may be one.
    pub(super) fn finish(mut self, kind: ArticleKind, base: Option<&str>) -> Article {
        let url = self.url(base);
        let (summary, text) = self.texts();
        let title = self.title.take().map(|(_, title)| title.line()).filter(|title| !title.is_empty());
        let mut article = Article {
            kind: Some(kind),
            guid: self.id,
            url,
            title,
            byline: byline(self.authors),
            claims: date_claims(self.dates, kind),
            summary,
            text,
            language: self.language,
            source_title: self.source,
            warnings: self.warnings,
            ..Article::default()
        };
        complete(&mut article);
        article
    }

    fn url(&mut self, base: Option<&str>) -> Option<String> {
        let by_id = self.id.as_deref().filter(|_| self.id_is_link != Some(false)).and_then(|id| {
            let declared = self.id_is_link == Some(true);
            (is_absolute(id) || (declared && id.starts_with('/'))).then(|| resolve(id, base))
        });
        self.link.take().map(|(_, link)| link).or(by_id)
    }

    /// Summary and text: the longer one is the text. A short description alone
    /// is both: all that there is to read, and not the whole article.
    fn texts(&mut self) -> (Option<String>, String) {
        let text_of = |source: Option<Source<'_>>| source.map(|source| source.text()).unwrap_or_default();
        let description = text_of(self.description.take().map(|(_, description)| description));
        let content = text_of(self.content.take());
        let (summary, text) = match (description.is_empty(), content.is_empty()) {
            (false, true) => {
                let summary = (description.len() <= LONGEST_SUMMARY).then(|| description.clone());
                return (summary, description);
            }
            (false, false) if description.len() > content.len() => (content, description),
            _ => (description, content),
        };
        (Some(summary).filter(|summary| !summary.is_empty() && *summary != text), text)
    }
}

fn put<'a>(place: &mut Option<(Rank, Source<'a>)>, rank: Rank, source: Source<'a>) {
    let blank = |source: &Source<'_>| source.markup.trim().is_empty();
    let better = place.as_ref().is_none_or(|(known, old)| rank < *known || blank(old));
    if better && (place.is_none() || !blank(&source)) {
        *place = Some((rank, source));
    }
}

/// The names of the nearest rank.
fn byline(authors: Vec<(Rank, String)>) -> Option<String> {
    let best = authors.iter().map(|(rank, _)| *rank).min()?;
    let names: Vec<String> =
        authors.into_iter().filter(|(rank, _)| *rank == best).map(|(_, name)| name).collect();
    person::byline(&names)
}

fn date_claims(mut dates: Vec<(DateKind, String)>, kind: ArticleKind) -> Vec<DateClaim> {
    let from = match kind {
        ArticleKind::Sitemap | ArticleKind::SitemapIndex => ClaimOrigin::Sitemap,
        _ => ClaimOrigin::FeedItem,
    };
    dates.sort_by_key(|(kind, _)| *kind);
    let claim = |(kind, raw)| match kind {
        DateKind::Updated => DateClaim::updated(from, raw),
        _ => DateClaim::published(from, raw),
    };
    dates.into_iter().map(claim).collect()
}

/// Adds what the text and the address tell and the item did not.
fn complete(article: &mut Article) {
    let lead = lead::read(&article.text);
    article.claims.extend(lead.claims);
    article.byline = article.byline.take().or(lead.byline);
    article.located = lead.located;
    article.agency = lead.agency;
    article.claims.extend(article.url.as_deref().and_then(claims::of_url));
}

/// A language tag as BCP 47 has it: `en_US` is `en-US`.
pub(super) fn language(written: &str) -> Option<String> {
    let tag = written.trim();
    let sound = !tag.is_empty()
        && tag.len() <= 35
        && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    sound.then(|| tag.replace('_', "-"))
}

/// The content of an element that holds no prose: an address, an id, a date.
/// Undoes one more escaping, leaves tags around it out.
pub(super) fn value(source: &Source<'_>) -> String {
    let decoded = Entities::default().decode(source.markup.trim());
    if decoded.contains('<') { fragment::to_line(&decoded) } else { decoded.into_owned() }
}
