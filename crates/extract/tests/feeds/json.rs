//! JSON Feed.

use super::{article, articles, read};

#[test]
fn a_whole_feed() {
    let feed = read(
        r#"{"version": "https://jsonfeed.org/version/1.1", "title": "The  Wire", "home_page_url": "/", "feed_url": "/feed.json",
        "language": "en_GB", "hubs": [{"type": "WebSub", "url": "https://hub.example.org/"}], "next_url": "/2.json",
        "items": [{"id": 7, "url": "/a", "title": "Talks &amp; more", "content_html": "<p>One</p><p>Two</p>", "summary": "One",
        "date_published": "2023-11-07T10:00:00Z", "date_modified": "2023-11-08T10:00:00Z", "authors": [{"name": "Ann"}, {"name": "Bob"}]}]}"#,
    );
    assert_eq!(feed.info.title.as_deref(), Some("The Wire"));
    assert_eq!(feed.info.home.as_deref(), Some("https://example.org/"));
    assert_eq!(feed.info.self_url.as_deref(), Some("https://example.org/feed.json"));
    assert_eq!(feed.info.hubs, ["https://hub.example.org/"]);
    let item = feed.items[0].as_ref().unwrap();
    assert_eq!((item.guid.as_deref(), item.url.as_deref()), (Some("7"), Some("https://example.org/a")));
    assert_eq!((item.title.as_deref(), item.text.as_str()), (Some("Talks & more"), "One\n\nTwo"));
    assert_eq!((item.byline.as_deref(), item.summary.as_deref()), (Some("Ann, Bob"), Some("One")));
    assert_eq!((item.source_title.as_deref(), item.language.as_deref()), (Some("The Wire"), Some("en-GB")));
    assert_eq!(item.claims.len(), 2);
}

fn with(items: &str) -> String {
    format!("{{\"version\": \"https://jsonfeed.org/version/1\", \"items\": [{items}")
}

#[test]
fn careless_feeds() {
    assert_eq!(
        article(&with(r#"{"id":"1","content_text":"1 < 2","author":{"name":"Ann"}}]}"#)).text,
        "1 < 2"
    );
    assert_eq!(article(&with(r#"{"id":"1","title":7,"tags":3,"authors":"Ann"}]}"#)).title, None);
    assert_eq!(
        article(&with(r#"{"id":"1","external_url":"https://o.org/"}]}"#)).url.as_deref(),
        Some("https://o.org/")
    );
    assert_eq!(article(&with(r#"{"id":"https://o.org/1"}]}"#)).url.as_deref(), Some("https://o.org/1"));
    assert_eq!(articles(&with(r#"{},{"id":"1"}]}"#)).len(), 1);
    // The sound items of a feed that breaks off, and an error for the rest.
    let cut = read(&with(r#"{"id":"1","title":"One"},{"id":"2","title":"Tw"#));
    let titles: Vec<_> = cut.items.iter().flatten().map(|item| item.title.as_deref()).collect();
    assert_eq!(titles[0], Some("One"));
    assert!(cut.items.last().unwrap().is_err());
}
