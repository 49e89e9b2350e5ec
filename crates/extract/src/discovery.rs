//! The feeds that a web page offers (`<link rel="alternate">`), for whoever was given the
//! address of a site instead of that of its feed.
//!
//! Left out: guesses at addresses that no page names.

use crate::charset;
use crate::fragment::one_line;
use crate::html::{self, Tag};
use crate::input::Input;
use crate::limits::Limits;
use url::Url;

/// Feeds of one page at most.
const MOST: usize = 50;
/// Media types of feeds.
const TYPES: [&str; 5] = [
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/x-rss+xml",
];

/// A feed that a page offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedFeed {
    /// Its address, absolute.
    pub url: String,
    /// What the page calls it.
    pub title: Option<String>,
    /// Its media type, in lower case.
    pub content_type: String,
}

/// The feeds that a page offers, in document order, each address once. Relative addresses
/// count from `<base>` or from [`Input::base_url`]; without either they are left out.
#[must_use]
pub fn offered_feeds(input: &Input<'_>, limits: &Limits) -> Vec<OfferedFeed> {
    let decoded = charset::decode_markup(input.bytes, input.content_type);
    let document = html::parse(&decoded.text, limits.max_page_nodes);
    let own = input.base_url.and_then(|base| Url::parse(base).ok());
    let mut base = own.clone();
    let stated = document.elements(Tag::Base).find_map(|id| document.attribute(id, "href"));
    if let Some(stated) = stated {
        base = Url::options().base_url(own.as_ref()).parse(stated.trim()).ok().or(own);
    }
    let mut feeds: Vec<OfferedFeed> = Vec::new();
    for id in document.elements(Tag::Link) {
        let attribute =
            |name| document.attribute(id, name).map(|value| value.trim().to_owned()).unwrap_or_default();
        let relations = attribute("rel").to_ascii_lowercase();
        let content_type = attribute("type").to_ascii_lowercase();
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        let is_feed = relations.split_ascii_whitespace().any(|relation| relation == "alternate")
            && TYPES.contains(&media_type);
        let address = attribute("href");
        let address = address
            .strip_prefix("feed:")
            .filter(|rest| rest.starts_with("//"))
            .map_or_else(|| address.clone(), |rest| format!("https:{rest}"));
        if !is_feed || address.is_empty() || feeds.len() >= MOST {
            continue;
        }
        let Ok(url) = Url::options().base_url(base.as_ref()).parse(&address) else { continue };
        let is_new = feeds.iter().all(|feed| feed.url != url.as_str());
        if is_new && matches!(url.scheme(), "http" | "https") {
            let title = Some(one_line(&attribute("title"))).filter(|title| !title.is_empty());
            feeds.push(OfferedFeed { url: url.into(), title, content_type: media_type.to_owned() });
        }
    }
    feeds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(page: &str, expected: &[&str]) {
        let input = Input { base_url: Some("https://n.example/news/"), ..Input::new("-", page.as_bytes()) };
        let found: Vec<String> =
            offered_feeds(&input, &Limits::default()).into_iter().map(|feed| feed.url).collect();
        assert_eq!(found, expected, "{page}");
    }

    #[test]
    fn offered_feeds_are_found_with_absolute_addresses() {
        const RSS: &str = "rel=alternate type=application/rss+xml";
        check(&format!("<head><link {RSS} href=/rss></head>"), &["https://n.example/rss"]);
        check(
            &format!("<link {RSS} href='rss.xml'><link {RSS} href='rss.xml'>"),
            &["https://n.example/news/rss.xml"],
        );
        check(&format!("<base href=/a/><link {RSS} href=b>"), &["https://n.example/a/b"]);
        check(&format!("<link {RSS} href='//m.example/f?a=1&amp;b=2'>"), &["https://m.example/f?a=1&b=2"]);
        check(&format!("<link {RSS} href='feed://m.example/f'>"), &["https://m.example/f"]);
        check(
            "<LINK REL='home Alternate' TYPE='Application/Atom+XML; charset=utf-8' HREF='/atom'>\
             <link rel=alternate type=application/feed+json href=/json>",
            &["https://n.example/atom", "https://n.example/json"],
        );
        check(
            "<link rel=stylesheet type=text/css href=/a.css><link rel=alternate hreflang=de href=/de>",
            &[],
        );
        check(&format!("<link {RSS} href='javascript:x'><link {RSS}><link {RSS} href='http://'>"), &[]);
        check("<rss version='2.0'></rss>", &[]);
        check("", &[]);
    }

    #[test]
    fn titles_are_kept() {
        let page =
            "<link rel=alternate type=application/rss+xml title='All &amp; more ' href=https://m.example/f>";
        let found = offered_feeds(&Input::new("-", page.as_bytes()), &Limits::default());
        assert_eq!(found[0].title.as_deref(), Some("All & more"));
        assert_eq!(found[0].content_type, "application/rss+xml");
    }
}
