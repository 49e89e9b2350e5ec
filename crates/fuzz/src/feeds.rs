//! Feeds, sitemaps and inputs of any format.

use dateline_extract::{ExtractError, Format, Input, Limits, feed as reader};
use dateline_model::Article;

/// Small limits, so that a fuzzer meets them.
fn limits() -> Limits {
    Limits {
        max_input_bytes: 1 << 20,
        max_article_bytes: 64 << 10,
        max_articles: 100,
        max_json_depth: 32,
        max_page_nodes: 20_000,
    }
}

/// A feed, as a poller reads it.
///
/// # Panics
/// When an item breaks what is promised of every item.
pub fn feed(data: &[u8]) {
    let limits = limits();
    let input = Input { base_url: Some("https://example.org/feeds/a"), ..Input::new("-", data) };
    let feed = reader::read(&input, &limits);
    assert!(feed.items.len() <= limits.max_articles + 1);
    let is_of_web = |hub: &String| hub.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"));
    assert!(feed.info.hubs.iter().all(is_of_web));
    check(&feed.items, data.len(), &limits);
}

/// An input of any format, as a folder or a push brings it.
///
/// # Panics
/// When an article breaks what is promised of every article.
pub fn extract(data: &[u8]) {
    let limits = limits();
    for format in [Format::Auto, Format::Feed, Format::Html, Format::Json, Format::JsonLines, Format::Text] {
        let items = dateline_extract::extract(&Input::new("-", data).with_format(format), &limits);
        assert!(!items.is_empty(), "an answer, always");
        check(&items, data.len(), &limits);
    }
}

fn check(items: &[Result<Article, ExtractError>], length: usize, limits: &Limits) {
    for (index, item) in (0..).zip(items) {
        match item {
            Ok(article) => {
                assert_eq!(article.origin.index, index, "items are numbered in order");
                assert!(article.text.len() <= limits.max_article_bytes);
                assert!(article.title.as_ref().is_none_or(|title| !title.contains('\n')));
            }
            Err(error) => {
                assert!(
                    error.bytes.as_ref().is_none_or(|range| range.start <= range.end && range.end <= length)
                );
                assert!(!error.to_string().is_empty());
            }
        }
    }
}
