//! A block of `Key: value` lines above the text, as archives and mail carry it.

use super::lines::lines;
use dateline_model::{Article, ClaimOrigin, DateClaim};

/// Lines that such a block may have.
const MOST_LINES: usize = 30;

/// The fields of a block and where the text begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FrontMatter {
    /// An article with the fields of the block and no text.
    pub(crate) article: Article,
    /// Offset of the text.
    pub(crate) body: usize,
}

/// Reads the block that a text begins with: only lines with a key, at least two
/// of them known, closed by an empty line or, if it began with one, by `---`.
pub(crate) fn read(text: &str) -> Option<FrontMatter> {
    let mut article = Article::default();
    let (mut known, mut fenced, mut body) = (0, false, text.len());
    for (number, line) in lines(text).enumerate() {
        let content = line.text.trim();
        if number == 0 && content == "---" {
            fenced = true;
        } else if content.is_empty() || content == "---" {
            body = line.next;
            break;
        } else {
            let (key, value) = key_and_value(content).filter(|_| number < MOST_LINES)?;
            known += usize::from(take(&mut article, &key, value));
        }
    }
    let rest = &text[body..];
    let needed = if fenced { 1 } else { 2 };
    (known >= needed).then(|| FrontMatter { article, body: text.len() - rest.trim_start().len() })
}

/// "Published: 7 Nov" as a lower-case key of a few letters and its value.
fn key_and_value(line: &str) -> Option<(String, &str)> {
    let (key, value) = line.split_once(':')?;
    let plain = key.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, ' ' | '-' | '_'));
    let short = (1..=24).contains(&key.len()) && key.split(' ').count() <= 2;
    (plain && short).then(|| (key.trim().to_ascii_lowercase(), value.trim().trim_matches('"')))
}

/// Puts a value where it belongs; false for an unknown key.
fn take(article: &mut Article, key: &str, value: &str) -> bool {
    let field = match key {
        "title" | "headline" | "subject" => &mut article.title,
        "author" | "authors" | "by" | "byline" | "writer" => &mut article.byline,
        "agency" => &mut article.agency,
        "source" | "publication" | "publisher" | "outlet" => &mut article.source_title,
        "url" | "link" => &mut article.url,
        "language" | "lang" => &mut article.language,
        "place" | "location" | "located" => &mut article.located,
        "summary" | "description" => &mut article.summary,
        "id" => &mut article.input_id,
        "date" | "published" | "publication date" | "pubdate" | "posted" | "dated" => {
            article.claims.push(DateClaim::published(ClaimOrigin::HeaderLine, value));
            return true;
        }
        "updated" | "modified" | "last updated" => {
            article.claims.push(DateClaim::updated(ClaimOrigin::HeaderLine, value));
            return true;
        }
        _ => return false,
    };
    if !value.is_empty() {
        *field = Some(value.to_owned());
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_of_fields() {
        let text = "Title: Talks: a second day\nDate: 7 Nov 2023\nBy: Ann Smith\nSection: World\nURL: https://e.org/a\n\n\
                    They talked.\n";
        let found = read(text).unwrap();
        assert_eq!(found.article.title.as_deref(), Some("Talks: a second day"));
        assert_eq!(found.article.byline.as_deref(), Some("Ann Smith"));
        assert_eq!(found.article.url.as_deref(), Some("https://e.org/a"));
        assert_eq!(found.article.claims, [DateClaim::published(ClaimOrigin::HeaderLine, "7 Nov 2023")]);
        assert_eq!(&text[found.body..], "They talked.\n");
    }

    #[test]
    fn a_fenced_block() {
        let text = "---\ntitle: \"Talks\"\n---\n\nThey talked.";
        let found = read(text).unwrap();
        assert_eq!((found.article.title.as_deref(), &text[found.body..]), (Some("Talks"), "They talked."));
    }

    #[test]
    fn no_block() {
        for text in [
            "",
            "They talked.\n\nMore.",
            "Date: 2023-11-07\n\nTalks\n\nThey talked.",
            "Talks: a second day\nThey talked.",
            "Title: Talks\nThey talked all day.\n\nMore.",
            "Biden: no talks\nPutin: no talks\n\nBoth said so.",
            "---\n\nThey talked.",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
