//! Title, byline, dates, language, address, site and summary.

use super::{claims, framed, page, story};
use dateline_model::{Article, ClaimRole};

fn with_head(head: &str) -> Article {
    page(&framed(head, &story()))
}

fn with_body(body: &str) -> Article {
    page(&framed("", &format!("{body}{}", story())))
}

#[test]
fn titles() {
    let check =
        |head: &str, expected: &str| assert_eq!(with_head(head).title.as_deref(), Some(expected), "{head}");
    check("", "Town votes to rebuild bridge");
    check(
        "<meta property=og:title content='Town votes to rebuild bridge - Example News'>",
        "Town votes to rebuild bridge",
    );
    let without_heading = |title: &str| {
        page(&format!("<html><head><title>{title}</title></head><body>{}</body></html>", story()))
            .title
            .unwrap()
    };
    assert_eq!(without_heading("Rain floods the valley | Example"), "Rain floods the valley");
    assert_eq!(without_heading("Rain floods the valley - Example"), "Rain floods the valley");
    assert_eq!(without_heading("Rain &amp; wind &#8211; what to know"), "Rain & wind – what to know");
}

#[test]
fn bylines() {
    let head = |head: &str, expected: Option<&str>| {
        assert_eq!(with_head(head).byline.as_deref(), expected, "{head}");
    };
    head("<meta name=author content='Ann Lee'>", Some("Ann Lee"));
    head("<meta name=author content='By Ann Lee | Example News'>", Some("Ann Lee"));
    head("<meta name=author content='https://example.org/ann'>", None);
    head("<meta name=author content=admin>", None);
    head(
        "<meta name=twitter:label1 content='Written by'><meta name=twitter:data1 content='Ann Lee'>",
        Some("Ann Lee"),
    );
    head(
        r#"<script type=application/ld+json>{"@type":"NewsArticle","author":[{"@type":"Person","name":"Ann Lee"},{"@type":"Person","name":"Bob Ray"}]}</script>"#,
        Some("Ann Lee, Bob Ray"),
    );
    head(
        r##"<script type=application/ld+json>{"@graph":[{"@type":"Article","author":{"@id":"#p"}},{"@type":"Person","@id":"#p","name":"Ann Lee"}]}</script>"##,
        Some("Ann Lee"),
    );
    let body = |body: &str, expected: Option<&str>| {
        assert_eq!(with_body(body).byline.as_deref(), expected, "{body}");
    };
    body("<p class=byline>By Ann Lee and Bob Ray</p>", Some("Ann Lee and Bob Ray"));
    body("<div>By Ann Lee</div>", Some("Ann Lee"));
    body("<a rel=author href=/x>Ann Lee</a>", Some("Ann Lee"));
    body("<div itemprop=author><span itemprop=name>Ann Lee</span></div>", Some("Ann Lee"));
    body("<a href=/authors/ann-lee/>Ann Lee</a>", Some("Ann Lee"));
    body("<div>5 minutes</div>", None);
}

#[test]
fn dates() {
    let head = |head: &str, published: &[&str], updated: &[&str]| {
        let article = with_head(head);
        assert_eq!(claims(&article, ClaimRole::Published), published, "{head}");
        assert_eq!(claims(&article, ClaimRole::Updated), updated, "{head}");
    };
    head(
        r#"<script type=application/ld+json>{"@type":"NewsArticle","datePublished":"2023-11-07T10:00:00Z","dateModified":"2023-11-08"}</script>"#,
        &["2023-11-07T10:00:00Z"],
        &["2023-11-08"],
    );
    head("<meta property=article:published_time content=2023-11-07>", &["2023-11-07"], &[]);
    head("<meta property=article:modified_time content=2023-11-08>", &["2023-11-08"], &["2023-11-08"]);
    head("<meta name=date content=soon>", &[], &[]);
    let body = |body: &str, published: &[&str]| {
        assert_eq!(claims(&with_body(body), ClaimRole::Published), published, "{body}");
    };
    body("<time datetime=2023-11-07T10:00>7 Nov</time>", &["2023-11-07T10:00"]);
    body("<div>7 November 2023</div>", &["7 November 2023"]);
    body("<div>By Ann Lee | Nov. 7, 2023 | 5 min read</div>", &["Nov. 7, 2023"]);
    body("<div>Updated: 8 November 2023</div>", &["8 November 2023"]);
    body("<div>© 7 November 2023</div>", &[]);
    body("", &[]);
}

#[test]
fn language_address_site_and_summary() {
    let article = with_head(
        "<link rel=canonical href=/news/bridge><meta property=og:site_name content='Example News'><meta name=description content='A &quot;short&quot; text'>",
    );
    assert_eq!(article.language.as_deref(), Some("en"));
    assert_eq!(article.url.as_deref(), Some("https://www.example.org/news/bridge"));
    assert_eq!(article.source_title.as_deref(), Some("Example News"));
    assert_eq!(article.summary.as_deref(), Some("A \"short\" text"));
    let front = with_head("<link rel=canonical href=https://www.example.org/>");
    assert_eq!(front.url.as_deref(), Some("https://www.example.org/news/a-story"));
}

#[test]
fn charsets_and_damage() {
    let article = page("<meta charset=utf-8><h1>Caf\u{e9}</h1>\0<p>x</p>");
    assert_eq!(article.title.as_deref(), Some("Café"));
    let deep = format!("<h1>A story of towers</h1>{}{}", "<div><b><table><tr><td>".repeat(50_000), story());
    assert_eq!(page(&deep).title.as_deref(), Some("A story of towers"));
}
