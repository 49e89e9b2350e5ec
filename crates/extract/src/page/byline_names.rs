//! Names out of the statements of a byline: what opens it, where the names
//! end, and what is none.

use super::shown_dates;
use crate::date_shape;

/// Words that open a byline.
const OPENINGS: [&str; 27] = [
    "author",
    "authors",
    "autor",
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

/// What stands behind the opening of a byline.
pub(super) fn opened(text: &str) -> Option<&str> {
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

/// True for a line that only opens a byline: the name stands on the next one.
pub(super) fn is_opening(line: &str) -> bool {
    const MORE: [&str; 5] = ["author(s)", "article by", "contributor", "contributors", "writer"];
    let line = line.trim().trim_end_matches(':').trim_end();
    OPENINGS
        .iter()
        .chain(&MORE)
        .any(|opening| line.eq_ignore_ascii_case(opening.trim_end_matches([' ', ':'])))
}

/// A line without the date that it begins with, and what parts the two.
pub(super) fn without_date(line: &str) -> &str {
    let line = line.trim();
    let length = date_shape::prefix(line).map_or(0, |shape| shape.length);
    line[length..].trim_start_matches([' ', '·', '•', '|', '–', '—', '-', ','])
}

/// `Lee, Ann` as `Ann Lee`: the order that catalogues of papers want.
pub(super) fn in_reading_order(name: &str) -> String {
    let turned = name.split_once(", ").filter(|(last, first)| {
        let words = |part: &str| part.split_whitespace().count();
        let is_degree =
            (first.contains('.') && !first.contains(' ')) || first.chars().all(char::is_uppercase);
        !first.contains(',') && (1..=3).contains(&words(first)) && words(last) <= 3 && !is_degree
    });
    turned.map_or_else(|| name.to_owned(), |(last, first)| format!("{first} {last}"))
}

/// One to five words, each like a name's.
pub(super) fn looks_like_names(text: &str) -> bool {
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
pub(super) fn clean(statements: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for statement in statements.iter().take(20) {
        let statement = opened(statement).unwrap_or(statement);
        let name =
            cut(statement).trim().trim_matches([',', ';', '|', '-', '–', '•', '·', '@', '&', ' ']).trim();
        let name = once(name);
        let usable = !name.is_empty() && name.len() <= 200 && !is_no_name(name);
        if usable && !names.iter().any(|known| known.to_lowercase() == name.to_lowercase()) {
            names.push(name.to_owned());
        }
    }
    names
}

/// A name that stands twice, once.
fn once(name: &str) -> &str {
    let middle = name.len() / 2;
    let (one, other) = (name.get(..middle), name.get(middle + 1..));
    one.filter(|one| name.len() > 4 && Some(*one) == other).unwrap_or(name)
}

/// A statement up to what is no part of the names: a bar, a date, a role.
pub(super) fn cut(statement: &str) -> &str {
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
        " Last Updated",
        ", Updated by",
        ", updated by",
        " Reviewed by",
        ". Reviewed",
        " reviewed by",
        " Edited by",
        " Fact checked",
        " (",
        " /",
        " in ",
        " In ",
    ] {
        if let Some(at) = statement.find(sign).filter(|&at| at > 0) {
            end = end.min(at);
        }
    }
    if let Some((at, _)) = shown_dates::next_date(statement, 0).filter(|&(at, _)| at > 0) {
        end = end.min(at);
    }
    &statement[..end]
}

/// Addresses, accounts of machines, placeholders.
fn is_no_name(name: &str) -> bool {
    const NONE: [&str; 29] = [
        "written by",
        "the author",
        "about the author",
        "published by",
        "sign in",
        "log in",
        "login",
        "view profile",
        "view all posts",
        "share",
        "follow",
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
        // A variable that the template never filled in.
        || lower.contains(".author")
        || lower.contains(" minute")
        || lower.contains(" min read")
        || name.starts_with(|c: char| c.is_ascii_digit())
        || !name.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_statements() {
        let check = |statement: &str, expected: &[&str]| {
            assert_eq!(clean(&[statement.to_owned()]), expected, "{statement}");
        };
        check("By Ann Lee", &["Ann Lee"]);
        check("by Ann Lee | Nov 3, 2023", &["Ann Lee"]);
        check("Written by: Ann Lee and Bob Ray", &["Ann Lee and Bob Ray"]);
        check("https://www.facebook.com/annlee", &[]);
        check("admin", &[]);
        check("page.head.extra.author", &[]);
        check("Written By", &[]);
        check("by: Ann Lee, Dec 17, 2025", &["Ann Lee"]);
        check("& Ann Lee", &["Ann Lee"]);
        check("Ann Lee, MD. Reviewed by Bob Ray, MD", &["Ann Lee, MD"]);
        check("Byron Lee", &["Byron Lee"]);
        check("Ann Lee, MD", &["Ann Lee, MD"]);
        check("", &[]);
    }

    #[test]
    fn lines_beside_names() {
        let opening = |line: &str, expected: bool| assert_eq!(is_opening(line), expected, "{line}");
        opening("Written by", true);
        opening("By:", true);
        opening("Author(s)", true);
        opening("By Ann Lee", false);
        opening("Byline", false);
        let dated = |line: &str, expected: &str| assert_eq!(without_date(line), expected, "{line}");
        dated("Dec. 19, 2025 · Ann Lee", "Ann Lee");
        dated("03/01/2017 by Ann Lee", "by Ann Lee");
        dated("Ann Lee", "Ann Lee");
        dated("2025-01-02", "");
    }

    #[test]
    fn catalogued_names() {
        let check = |name: &str, expected: &str| assert_eq!(in_reading_order(name), expected, "{name}");
        check("Lee, Ann", "Ann Lee");
        check("van der Lee, Ann B.", "Ann B. van der Lee");
        check("Ann Lee", "Ann Lee");
        check("Ann Lee, MD", "Ann Lee, MD");
        check("Ann Lee, Ph.D.", "Ann Lee, Ph.D.");
        check("Ann Lee, Bob Ray, Eve Day", "Ann Lee, Bob Ray, Eve Day");
    }
}
