//! What the page states as its dates, as claims: which one is believed is
//! decided by `dateline-dates`.

use super::content::Judged;
use super::day_order::Order;
use super::facts::Facts;
use super::facts::markup::Stated;
use super::shown_dates::{self, Shown, is_near_text, is_of_another};
use crate::html::Document;
use crate::{claims, date_shape};
use dateline_model::{ClaimOrigin, DateClaim};

/// `meta` elements that state the publication, most trusted first.
const PUBLISHED: [&str; 37] = [
    "article:published_time",
    "article:published",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.date",
    "dc.date",
    "dc.date.created",
    "dcterms.created",
    "dcterms.available",
    "citation_publication_date",
    "citation_date",
    "citation_online_date",
    "prism.publicationdate",
    "publication_date",
    "publicationdate",
    "publish-date",
    "publish_date",
    "publishdate",
    "pubdate",
    "published",
    "published_date",
    "published_time",
    "date_published",
    "displaydate",
    "article_date_original",
    "originalpublicationdate",
    "ptime",
    "date",
    "article.published",
    "published-date",
    "published-time",
    "date-published",
];

/// `meta` elements that state the last change.
const MODIFIED: [&str; 10] = [
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "lastmod",
    "last-modified",
    "dc.date.modified",
    "dcterms.modified",
    "article.updated",
    "revised",
    "modified",
];

/// Keys under which scripts keep the publication date of their page.
const KEYS: [&str; 10] = [
    "datePublished",
    "publishedAt",
    "published_at",
    "publishDate",
    "publicationDate",
    "publishedDate",
    "publish_date",
    "first_publication_date",
    "firstPublished",
    "pubDate",
];

/// The claims of a page. What a reader sees supports or contradicts what the
/// page tells machines.
pub(super) fn of(
    document: &Document<'_>,
    facts: &Facts<'_>,
    judged: &Judged,
    url: Option<&str>,
) -> Vec<DateClaim> {
    let language = super::language::of(facts);
    let order = Order { url: facts.base_url.or(url), language: language.as_deref() };
    let shown = shown_dates::of(document, facts, judged, &order);
    let mut found = Vec::new();
    let published = |from, raw: &str| DateClaim::published(from, raw);
    let linked = facts.data.published.iter().filter(|raw| !is_last_saved(raw, facts, &shown));
    found.extend(linked.map(|raw| published(ClaimOrigin::JsonLd, raw)));
    let meta = PUBLISHED.iter().find_map(|name| facts.head.all(name).find(|raw| is_dated(raw)));
    found.extend(meta.map(|raw| published(ClaimOrigin::PageMeta, raw)));
    found.extend(
        first_dated(document, judged, &facts.markup.published)
            .map(|raw| published(ClaimOrigin::PageMeta, raw)),
    );
    found.extend(shown.published.as_ref().map(|raw| published(ClaimOrigin::PageText, raw)));
    found.extend(facts.base_url.or(url).and_then(claims::of_url));
    if found.is_empty() {
        found.extend(of_state(facts).map(|raw| published(ClaimOrigin::PageMeta, raw)));
    }
    let updated = updates(document, judged, facts, shown);
    if found.is_empty() {
        // Nothing else dates the page: its last change is the only day known.
        found.extend(updated.first().map(|claim| published(claim.from, &claim.raw)));
    }
    found.extend(updated);
    found
}

/// What is stated of the last change.
fn updates(document: &Document<'_>, judged: &Judged, facts: &Facts<'_>, shown: Shown) -> Vec<DateClaim> {
    let linked = facts.data.modified.first().map(|raw| DateClaim::updated(ClaimOrigin::JsonLd, raw));
    let meta = MODIFIED.iter().find_map(|name| facts.head.first(&[name]));
    let meta = meta.or_else(|| first_dated(document, judged, &facts.markup.modified));
    let meta = meta.map(|raw| DateClaim::updated(ClaimOrigin::PageMeta, raw));
    let mut found: Vec<DateClaim> = linked.into_iter().chain(meta).collect();
    if found.is_empty() {
        found.extend(shown.updated.map(|raw| DateClaim::updated(ClaimOrigin::PageText, raw)));
    }
    found
}

/// A statement with a day in it, not a number or a year alone.
fn is_dated(raw: &str) -> bool {
    raw.len() <= 80 && raw.bytes().filter(u8::is_ascii_digit).count() >= 5
}

/// The page's own statement: none of another article, and where several
/// articles state their days, one that stands near the text.
fn first_dated<'s>(document: &Document<'_>, judged: &Judged, stated: &'s [Stated]) -> Option<&'s str> {
    let own = stated.iter().filter(|stated| is_dated(&stated.value));
    let own: Vec<_> = own.filter(|stated| !is_of_another(document, judged, stated.node)).collect();
    let day = |stated: &&Stated| stated.value.get(..10).unwrap_or(&stated.value).to_owned();
    let several = own.windows(2).any(|pair| day(&pair[0]) != day(&pair[1]));
    let mut near = own.iter().filter(|stated| !several || is_near_text(document, judged, stated.node));
    near.next().map(|stated| stated.value.as_str())
}

/// Some systems write the moment of the last save into both fields: the day
/// that the page calls the one of publication in words for readers is another.
fn is_last_saved(raw: &str, facts: &Facts<'_>, shown: &Shown) -> bool {
    let minute = |raw: &str| raw.get(..16).map(str::to_owned);
    let saved =
        facts.data.modified.iter().any(|modified| minute(modified).is_some_and(|m| raw.starts_with(&m)));
    let day = |raw: &str| date_shape::find_numeric(raw).map(str::to_owned);
    let other_day = shown.published.as_deref().and_then(day).is_some_and(|shown| day(raw) != Some(shown));
    saved && shown.is_called_published && other_day
}

/// The first date that a script states under a telling key.
fn of_state<'a>(facts: &Facts<'a>) -> Option<&'a str> {
    facts.head.state.iter().find_map(|(_, script)| KEYS.iter().find_map(|key| after_key(script, key)))
}

/// The string behind `"key":` in a script, its quotes escaped or not.
fn after_key<'a>(script: &'a str, key: &str) -> Option<&'a str> {
    let at = script.find(key)? + key.len();
    let rest = script[at..].trim_start_matches(['\\', '"', ':', ' ']);
    let end = rest.find(['"', '\\', ',', '}'])?;
    Some(&rest[..end]).filter(|raw| is_dated(raw) && raw.contains('-'))
}
