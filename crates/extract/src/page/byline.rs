//! Who wrote it: names out of linked data, metadata, marked elements and
//! "By ..." lines.

use super::byline_names::{clean, cut, in_reading_order, is_opening, looks_like_names, opened, without_date};
use super::facts::Facts;
use super::shown_dates::next_date;
use super::title::SiteNames;

/// `meta` elements that name authors, most trusted first.
const METAS: [&str; 15] = [
    "citation_author",
    "parsely-author",
    "sailthru.author",
    "article:author_name",
    "author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "dc.contributor",
    "article:author",
    "og:article:author",
    "og:author",
    "book:author",
    "creator",
    "authors",
];

/// Those of them that put the family name first.
const CATALOGUES: [&str; 3] = ["citation_author", "dc.creator", "dcterms.creator"];

/// The byline of a page: names parted by commas. `lines` are short lines near
/// the heading, as a reader sees them.
pub(super) fn of(facts: &Facts<'_>, lines: &[&str]) -> Option<String> {
    let names = SiteNames::of(facts);
    let candidates: [Vec<String>; 9] = [
        facts.data.persons.clone(),
        metas(facts),
        labelled(facts),
        values(&facts.markup.authors),
        near_lines(lines),
        first_of(
            values(&facts.markup.author_links).into_iter().filter(|text| looks_like_names(text)).collect(),
        ),
        first_of(bylines(facts)),
        first_of(
            values(&facts.markup.author_pages).into_iter().filter(|text| looks_like_names(text)).collect(),
        ),
        facts.data.organisations.clone(),
    ];
    let mut fallback = None;
    for candidate in candidates {
        let clean: Vec<String> = clean(&candidate).iter().map(|name| names.without_suffix(name)).collect();
        if clean.is_empty() {
            continue;
        }
        let own: Vec<&String> = clean.iter().filter(|name| !names.has(name)).collect();
        if own.is_empty() {
            fallback = fallback.or(Some(clean.join(", ")));
            continue;
        }
        return Some(own.into_iter().cloned().collect::<Vec<_>>().join(", "));
    }
    fallback
}

fn metas(facts: &Facts<'_>) -> Vec<String> {
    METAS
        .iter()
        .map(|name| {
            let found = facts.head.all(name);
            let is_catalogue = CATALOGUES.contains(name);
            found
                .map(|one| if is_catalogue { in_reading_order(one) } else { one.to_owned() })
                .collect::<Vec<_>>()
        })
        .find(|found| !clean(found).is_empty())
        .unwrap_or_default()
}

/// `twitter:label1` "Written by", `twitter:data1` the name.
fn labelled(facts: &Facts<'_>) -> Vec<String> {
    let label =
        |at: &str| facts.head.first(&[&format!("twitter:label{at}")]).unwrap_or_default().to_lowercase();
    let names_author = |label: &str| {
        ["by", "author", "von", "par", "por", "autor", "écrit", "escrito", "verfasst", "geschrieben"]
            .iter()
            .any(|word| label.contains(word))
    };
    let found = ["1", "2"].into_iter().find(|at| names_author(&label(at)));
    found
        .and_then(|at| facts.head.first(&[&format!("twitter:data{at}")]))
        .map(str::to_owned)
        .into_iter()
        .collect()
}

fn values(stated: &[super::facts::markup::Stated]) -> Vec<String> {
    stated.iter().map(|stated| stated.value.clone()).take(6).collect()
}

fn first_of(values: Vec<String>) -> Vec<String> {
    values.into_iter().find(|value| !clean(std::slice::from_ref(value)).is_empty()).into_iter().collect()
}

/// The texts of elements whose class names a byline: those with an opening
/// first, then those that are a name by themselves.
fn bylines(facts: &Facts<'_>) -> Vec<String> {
    let all: Vec<String> = facts.markup.bylines.iter().map(|stated| stated.value.clone()).collect();
    let opened = all.iter().filter_map(|text| opened(text)).map(str::to_owned);
    let bare = all.iter().filter(|text| looks_like_names(text)).cloned();
    // A name and a date, each on a line of its own or parted by a sign.
    let dated = |text: &&String| next_date(text, 0).is_some();
    let line = |text: &String| {
        text.lines().map(without_date).find(|line| looks_like_names(cut(line))).map(str::to_owned)
    };
    opened.chain(bare).chain(all.iter().filter(dated).filter_map(line)).collect()
}

/// A line such as "By Ann Lee and Bob Ray", its date before or behind it, or
/// the line below "Written by".
fn near_lines(lines: &[&str]) -> Vec<String> {
    /// Bytes of a line that is only a name.
    const MOST: usize = 60;
    let named = |at: usize| {
        let line = lines[at];
        if is_opening(line) {
            let next = lines.get(at + 1).filter(|next| next.len() <= MOST && !is_opening(next))?;
            return looks_like_names(cut(next)).then_some(*next);
        }
        opened(line).or_else(|| opened(without_date(line))).filter(|rest| looks_like_names(cut(rest)))
    };
    (0..lines.len()).find_map(named).map(str::to_owned).into_iter().collect()
}
