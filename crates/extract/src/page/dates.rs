//! What the page states as its dates, as claims: which one is believed is
//! decided by `dateline-dates`.

use super::facts::Facts;
use super::facts::markup::Stated;
use crate::claims;
use crate::date_shape;
use crate::html::{Document, Tag};
use dateline_model::{ClaimOrigin, DateClaim};

/// `meta` elements that state the publication, most trusted first.
const PUBLISHED: [&str; 34] = [
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

/// Blocks after the heading in which a date line may stand.
const LINES: usize = 12;

/// The claims of a page. `lines` are short lines near the heading.
pub(super) fn of(
    document: &Document<'_>,
    facts: &Facts<'_>,
    lines: &[&str],
    url: Option<&str>,
) -> Vec<DateClaim> {
    let mut found = Vec::new();
    let published = |from, raw: &str| DateClaim::published(from, raw);
    found.extend(facts.data.published.iter().map(|raw| published(ClaimOrigin::JsonLd, raw)));
    let meta = PUBLISHED.iter().find_map(|name| facts.head.all(name).find(|raw| is_dated(raw)));
    found.extend(meta.map(|raw| published(ClaimOrigin::PageMeta, raw)));
    found.extend(first_dated(&facts.markup.published).map(|raw| published(ClaimOrigin::PageMeta, raw)));
    if found.is_empty() {
        found.extend(of_text(document, facts, lines));
    }
    found.extend(facts.base_url.or(url).and_then(claims::of_url));
    let modified = facts.data.modified.first().map(|raw| DateClaim::updated(ClaimOrigin::JsonLd, raw));
    let meta = MODIFIED.iter().find_map(|name| facts.head.first(&[name]));
    let meta = meta
        .or_else(|| first_dated(&facts.markup.modified))
        .map(|raw| DateClaim::updated(ClaimOrigin::PageMeta, raw));
    if found.is_empty() {
        // Nothing else dates the page: its last change is the only day known.
        found.extend(modified.iter().chain(&meta).take(1).map(|claim| published(claim.from, &claim.raw)));
    }
    found.extend(modified);
    found.extend(meta);
    found
}

/// A statement with a day in it, not a number or a year alone.
fn is_dated(raw: &str) -> bool {
    raw.len() <= 80 && raw.bytes().filter(u8::is_ascii_digit).count() >= 5
}

fn first_dated(stated: &[Stated]) -> Option<&str> {
    stated.iter().map(|stated| stated.value.as_str()).find(|raw| is_dated(raw))
}

/// The date that a reader sees: a line near the heading, a `time` element, an
/// element whose class names a date.
fn of_text(document: &Document<'_>, facts: &Facts<'_>, lines: &[&str]) -> Option<DateClaim> {
    let line = lines.iter().take(LINES).find_map(|line| date_in(line));
    let time =
        facts.markup.times.iter().find(|stated| is_dated(&stated.value) && !is_of_another(document, stated));
    let time = time.map(|stated| stated.value.clone());
    let marked = || {
        let own = facts.markup.dated.iter().filter(|stated| !is_of_another(document, stated));
        own.filter(|stated| !says_updated(&stated.value)).find_map(|stated| date_in(&stated.value))
    };
    let raw = line.or(time).or_else(marked)?;
    Some(DateClaim::published(ClaimOrigin::PageMeta, raw))
}

/// True for an element in a comment, a list of other articles or the footer.
fn is_of_another(document: &Document<'_>, stated: &Stated) -> bool {
    document.ancestors(stated.node).take(12).any(|id| {
        let names = document.attributes(id);
        let of = |name: &str| names.raw(name).unwrap_or_default().to_ascii_lowercase();
        let text = of("class") + " " + &of("id");
        let beside = [
            "comment",
            "related",
            "sidebar",
            "recommend",
            "footer",
            "widget",
            "latest",
            "popular",
            "teaser",
            "card",
        ];
        matches!(document.node(id).tag, Tag::Footer | Tag::Aside | Tag::Nav)
            || beside.iter().any(|word| text.contains(word))
    })
}

fn says_updated(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["updated", "modified", "aktualisiert", "mis à jour", "actualizado"]
        .iter()
        .any(|word| lower.contains(word))
}

/// The first date with a year in a short line that is no copyright notice.
fn date_in(line: &str) -> Option<String> {
    if line.len() > 160 || line.contains('©') || line.to_lowercase().contains("copyright") {
        return None;
    }
    if !line.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut starts: Vec<usize> = vec![0];
    starts.extend(line.char_indices().filter(|(_, c)| !c.is_alphanumeric()).map(|(at, c)| at + c.len_utf8()));
    starts.into_iter().filter(|&at| at < line.len()).find_map(|at| {
        let shape = date_shape::prefix(&line[at..]).filter(|shape| shape.has_year)?;
        Some(line[at..at + shape.length].to_owned())
    })
}
