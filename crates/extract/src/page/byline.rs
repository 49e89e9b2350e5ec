//! Who wrote it: names out of linked data, metadata, marked elements and
//! "By ..." lines.

use super::facts::Facts;
use super::title::SiteNames;

/// `meta` elements that name authors, most trusted first.
const METAS: [&str; 16] = [
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
    "twitter:data1",
    "authors",
];

/// Words that open a byline.
const OPENINGS: [&str; 24] = [
    "written by",
    "posted by",
    "published by",
    "article by",
    "story by",
    "words by",
    "reviewed by",
    "review by",
    "submitted by",
    "text by",
    "reported by",
    "author:",
    "authors:",
    "autor:",
    "auteur :",
    "by:",
    "by",
    "von",
    "par",
    "por",
    "af",
    "av",
    "door",
    "di",
];

/// The byline of a page: names parted by commas. `lines` are short lines near
/// the heading, as a reader sees them.
pub(super) fn of(facts: &Facts<'_>, lines: &[&str]) -> Option<String> {
    let names = SiteNames::of(facts);
    let candidates: [Vec<String>; 8] = [
        facts.data.persons.clone(),
        metas(facts),
        values(&facts.markup.authors),
        near_lines(lines),
        first_of(values(&facts.markup.author_links)),
        first_of(bylines(facts)),
        facts.data.organisations.clone(),
        Vec::new(),
    ];
    let mut fallback = None;
    for candidate in candidates {
        let clean = clean(&candidate);
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
        .map(|name| facts.head.all(name).map(str::to_owned).collect::<Vec<_>>())
        .find(|found| !clean(found).is_empty())
        .unwrap_or_default()
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
    opened.chain(bare).collect()
}

/// A line such as "By Ann Lee and Bob Ray".
fn near_lines(lines: &[&str]) -> Vec<String> {
    lines
        .iter()
        .filter_map(|line| opened(line))
        .filter(|rest| looks_like_names(cut(rest)))
        .map(str::to_owned)
        .take(1)
        .collect()
}

/// What stands behind the opening of a byline.
fn opened(text: &str) -> Option<&str> {
    let text = text.trim();
    OPENINGS.iter().find_map(|opening| {
        let head = text.get(..opening.len())?;
        let rest = &text[opening.len()..];
        let parted = opening.ends_with(':') || rest.starts_with([' ', ':', '\u{a0}', '\n']);
        // Lower-case "by" opens no line, but in a byline's own element.
        (head.eq_ignore_ascii_case(opening) && parted)
            .then(|| rest.trim_start_matches([':', ' ', '\n', '\u{a0}']))
    })
}

/// One to five words, each like a name's.
fn looks_like_names(text: &str) -> bool {
    const SMALL: [&str; 22] = [
        "and", "y", "et", "und", "e", "og", "och", "en", "de", "van", "von", "al", "bin", "der", "la", "le",
        "da", "dos", "del", "di", "with", "&",
    ];
    let text = text.trim();
    let words: Vec<&str> = text.split_whitespace().collect();
    let name = |word: &&str| {
        SMALL.contains(word)
            || word
                .chars()
                .next()
                .is_some_and(|c| c.is_uppercase() || (c.is_alphabetic() && !c.is_lowercase()))
    };
    (1..=14).contains(&words.len())
        && words.iter().all(name)
        && !text.ends_with(['.', '!', '?', ':'])
        && !text.bytes().any(|byte| byte.is_ascii_digit())
}

/// The names of a list of statements, each once.
fn clean(statements: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for statement in statements.iter().take(20) {
        let statement = opened(statement).unwrap_or(statement);
        let name = cut(statement).trim().trim_matches([',', ';', '|', '-', '–', '•', '·', '@', ' ']).trim();
        let usable = !name.is_empty() && name.len() <= 200 && !is_no_name(name);
        if usable && !names.iter().any(|known| known.to_lowercase() == name.to_lowercase()) {
            names.push(name.to_owned());
        }
    }
    names
}

/// A statement up to what is no part of the names: a bar, a date, a role.
fn cut(statement: &str) -> &str {
    let mut end = statement.len();
    for sign in [
        " | ",
        " • ",
        " · ",
        "\n",
        " – ",
        " — ",
        " - ",
        " on ",
        " Published",
        " Updated",
        " Posted",
        "Published:",
        "Updated:",
        " Last updated",
        " (",
        " /",
        " in ",
    ] {
        if let Some(at) = statement.find(sign).filter(|&at| at > 0) {
            end = end.min(at);
        }
    }
    &statement[..end]
}

/// Addresses, accounts of machines, placeholders.
fn is_no_name(name: &str) -> bool {
    const NONE: [&str; 18] = [
        "admin",
        "administrator",
        "staff",
        "author",
        "editor",
        "unknown",
        "anonymous",
        "none",
        "null",
        "undefined",
        "guest",
        "webmaster",
        "user",
        "root",
        "default",
        "n/a",
        "by",
        "wordpress",
    ];
    let lower = name.to_lowercase();
    NONE.contains(&lower.as_str())
        || lower.starts_with("http")
        || lower.starts_with("www.")
        || lower.starts_with('/')
        || lower.contains("://")
        || lower.contains("{{")
        || !name.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_statements() {
        let check = |statement: &str, expected: &[&str]| {
            assert_eq!(clean(&[statement.to_owned()]), expected, "{statement}")
        };
        check("By Ann Lee", &["Ann Lee"]);
        check("by Ann Lee | Nov 3, 2023", &["Ann Lee"]);
        check("Written by: Ann Lee and Bob Ray", &["Ann Lee and Bob Ray"]);
        check("https://www.facebook.com/annlee", &[]);
        check("admin", &[]);
        check("Byron Lee", &["Byron Lee"]);
        check("Ann Lee, MD", &["Ann Lee, MD"]);
        check("", &[]);
    }
}
