//! Feeds as they are really written, through the public face of the crate.

mod archives;
mod broken;
mod channel;
mod items;
mod json;
mod sitemaps;
mod texts;

use dateline_extract::feed::{self, Feed};
use dateline_extract::{Input, Limits};
use dateline_model::Article;

/// Reads a document as the feed of `https://example.org/feeds/all`.
fn read(document: &str) -> Feed {
    let bytes = document.as_bytes();
    let input = Input { base_url: Some("https://example.org/feeds/all"), ..Input::new("-", bytes) };
    feed::read(&input, &Limits::default())
}

/// The items that could be read.
fn articles(document: &str) -> Vec<Article> {
    read(document).items.into_iter().filter_map(Result::ok).collect()
}

/// The only item.
fn article(document: &str) -> Article {
    let mut items = articles(document);
    assert_eq!(items.len(), 1, "{document}");
    items.remove(0)
}

/// An item of RSS 2.0.
fn rss(item: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>T</title><item>{item}</item></channel></rss>"
    )
}

/// An entry of Atom 1.0.
fn atom(entry: &str) -> String {
    format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title><entry>{entry}</entry></feed>")
}

/// A field of the only item, as text; `-` when there is none.
fn field(document: &str, name: &str) -> String {
    let article = article(document);
    let claim = |role: &str| {
        let mut claims = article.claims.iter().map(|claim| serde_json::to_value(claim).unwrap());
        claims
            .find(|claim| claim["role"] == role && claim["from"] != "url-path")
            .map(|claim| claim["raw"].as_str().unwrap().to_owned())
    };
    let value = match name {
        "title" => article.title,
        "url" => article.url,
        "guid" => article.guid,
        "byline" => article.byline,
        "summary" => article.summary,
        "language" => article.language,
        "source" => article.source_title,
        "text" => Some(article.text).filter(|text| !text.is_empty()),
        "published" => claim("published"),
        "updated" => claim("updated"),
        _ => panic!("{name}"),
    };
    value.unwrap_or_else(|| "-".to_owned())
}

/// Holds a field of an RSS item against what it should be.
fn check_rss(item: &str, name: &str, expected: &str) {
    assert_eq!(field(&rss(item), name), expected, "{item}");
}

/// The same for an Atom entry.
fn check_atom(entry: &str, name: &str, expected: &str) {
    assert_eq!(field(&atom(entry), name), expected, "{entry}");
}
