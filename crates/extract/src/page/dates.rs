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
    found.extend(
        first_dated(document, &facts.markup.published).map(|raw| published(ClaimOrigin::PageMeta, raw)),
    );
    if found.is_empty() {
        found.extend(of_text(document, facts, lines).map(|raw| published(ClaimOrigin::PageMeta, &raw)));
    }
    found.extend(facts.base_url.or(url).and_then(claims::of_url));
    if found.is_empty() {
        found.extend(of_state(facts).map(|raw| published(ClaimOrigin::PageMeta, raw)));
    }
    let updated = updates(document, facts, lines);
    if found.is_empty() {
        // Nothing else dates the page: its last change is the only day known.
        found.extend(updated.first().map(|claim| published(claim.from, &claim.raw)));
    }
    found.extend(updated);
    found
}

/// What is stated of the last change.
fn updates(document: &Document<'_>, facts: &Facts<'_>, lines: &[&str]) -> Vec<DateClaim> {
    let linked = facts.data.modified.first().map(|raw| DateClaim::updated(ClaimOrigin::JsonLd, raw));
    let meta = MODIFIED.iter().find_map(|name| facts.head.first(&[name]));
    let meta = meta.or_else(|| first_dated(document, &facts.markup.modified));
    let meta = meta.map(|raw| DateClaim::updated(ClaimOrigin::PageMeta, raw));
    let mut found: Vec<DateClaim> = linked.into_iter().chain(meta).collect();
    if found.is_empty() {
        // The line itself, or the one behind a label of its own.
        let shown = lines.iter().enumerate().find_map(|(at, line)| {
            let label = says_updated(line).then_some(*line)?;
            date_in(label).or_else(|| date_in(lines.get(at + 1)?))
        });
        found.extend(shown.map(|raw| DateClaim::updated(ClaimOrigin::PageMeta, raw)));
    }
    found
}

/// A statement with a day in it, not a number or a year alone.
fn is_dated(raw: &str) -> bool {
    raw.len() <= 80 && raw.bytes().filter(u8::is_ascii_digit).count() >= 5
}

fn first_dated<'s>(document: &Document<'_>, stated: &'s [Stated]) -> Option<&'s str> {
    let own = stated.iter().filter(|stated| !is_of_another(document, stated));
    own.map(|stated| stated.value.as_str()).find(|raw| is_dated(raw))
}

/// The date that a reader sees: a line near the heading, a `time` element, an
/// element whose class names a date. What can be read as two days comes last.
fn of_text(document: &Document<'_>, facts: &Facts<'_>, lines: &[&str]) -> Option<String> {
    let mut found: Vec<String> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let under_label = at > 0 && says_updated(lines[at - 1]) && lines[at - 1].len() < 40;
        if !says_updated(line) && !under_label {
            found.extend(date_in(line));
        }
    }
    let own = |stated: &&Stated| !is_of_another(document, stated) && !says_updated(&stated.value);
    found.extend(
        facts.markup.times.iter().filter(own).map(|stated| stated.value.clone()).find(|raw| is_dated(raw)),
    );
    found.extend(facts.markup.dated.iter().filter(own).find_map(|stated| date_in(&stated.value)));
    let clear = found.iter().position(|raw| !is_ambiguous(raw)).unwrap_or(0);
    (!found.is_empty()).then(|| found.swap_remove(clear))
}

/// `02-12-2025` is a day in February or in December.
fn is_ambiguous(raw: &str) -> bool {
    let mut numbers = raw.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let small = |part: Option<&str>| {
        part.is_some_and(|part| part.len() <= 2 && part.parse().is_ok_and(|n: u8| n <= 12))
    };
    let (first, second) = (numbers.next(), numbers.next());
    !raw.contains(char::is_alphabetic) && small(first) && small(second) && first != second
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

/// True for an element in a comment, a list of other articles or the footer.
fn is_of_another(document: &Document<'_>, stated: &Stated) -> bool {
    const BESIDE: [&str; 12] = [
        "comment",
        "related",
        "sidebar",
        "recommend",
        "footer",
        "latest",
        "popular",
        "teaser",
        "trending",
        "carousel",
        "upcoming",
        "readmore",
    ];
    document.ancestors(stated.node).take(12).any(|id| {
        let names = document.attributes(id);
        let of = |name: &str| names.raw(name).unwrap_or_default().to_ascii_lowercase();
        let text = of("class") + " " + &of("id");
        let tag = document.node(id).tag;
        matches!(tag, Tag::Footer | Tag::Aside | Tag::Nav) || BESIDE.iter().any(|word| text.contains(word))
    })
}

fn says_updated(text: &str) -> bool {
    let lower = text.to_lowercase();
    [
        "updated",
        "update:",
        "modified",
        "reviewed",
        "aktualisiert",
        "mis à jour",
        "actualizado",
        "aggiornato",
        "atualizado",
        "bijgewerkt",
    ]
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

#[cfg(test)]
mod tests {
    use super::date_in;

    #[test]
    fn dates_in_lines() {
        let check =
            |line: &str, expected: Option<&str>| assert_eq!(date_in(line).as_deref(), expected, "{line}");
        check("2024-11-06", Some("2024-11-06"));
        check("Posted on April 13, 2023", Some("April 13, 2023"));
        check("By Ann Lee | 3 November 2023 | 5 min read", Some("3 November 2023"));
        check("Jan 27, 2025", Some("Jan 27, 2025"));
        check("Copyright January 27, 2025", None);
        check("© 3 March 2024", None);
        check("the May 2024 vote", Some("May 2024"));
        check("in 3 days", None);
    }
}
