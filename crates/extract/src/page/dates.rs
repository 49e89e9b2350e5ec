//! What the page states as its dates, as claims: which one is believed is
//! decided by `dateline-dates`.

use super::content::Judged;
use super::facts::Facts;
use super::facts::markup::Stated;
use super::shown_dates::{self, Shown, is_of_another};
use crate::claims;
use crate::html::Document;
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
    let shown = shown_dates::of(document, facts, judged);
    let mut found = Vec::new();
    let published = |from, raw: &str| DateClaim::published(from, raw);
    found.extend(facts.data.published.iter().map(|raw| published(ClaimOrigin::JsonLd, raw)));
    let meta = PUBLISHED.iter().find_map(|name| facts.head.all(name).find(|raw| is_dated(raw)));
    found.extend(meta.map(|raw| published(ClaimOrigin::PageMeta, raw)));
    found.extend(
        first_dated(document, &facts.markup.published).map(|raw| published(ClaimOrigin::PageMeta, raw)),
    );
    found.extend(shown.published.as_ref().map(|raw| published(ClaimOrigin::PageText, raw)));
    found.extend(facts.base_url.or(url).and_then(claims::of_url));
    if found.is_empty() {
        found.extend(of_state(facts).map(|raw| published(ClaimOrigin::PageMeta, raw)));
    }
    let updated = updates(document, facts, shown);
    if found.is_empty() {
        // Nothing else dates the page: its last change is the only day known.
        found.extend(updated.first().map(|claim| published(claim.from, &claim.raw)));
    }
    found.extend(updated);
    found
}

/// What is stated of the last change.
fn updates(document: &Document<'_>, facts: &Facts<'_>, shown: Shown) -> Vec<DateClaim> {
    let linked = facts.data.modified.first().map(|raw| DateClaim::updated(ClaimOrigin::JsonLd, raw));
    let meta = MODIFIED.iter().find_map(|name| facts.head.first(&[name]));
    let meta = meta.or_else(|| first_dated(document, &facts.markup.modified));
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

fn first_dated<'s>(document: &Document<'_>, stated: &'s [Stated]) -> Option<&'s str> {
    let own = stated.iter().filter(|stated| !is_of_another(document, stated.node));
    own.map(|stated| stated.value.as_str()).find(|raw| is_dated(raw))
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
