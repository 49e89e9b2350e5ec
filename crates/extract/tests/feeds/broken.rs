//! Feeds broken in the ways in which feeds are broken.

use super::{articles, field, read, rss};
use dateline_extract::{Format, Input, Limits, extract, sniff};

/// The titles of the items of a document.
fn titles(document: &str) -> Vec<String> {
    articles(document).into_iter().map(|article| article.title.unwrap_or_default()).collect()
}

fn check(document: &str, expected: &[&str]) {
    assert_eq!(titles(document), expected, "{document}");
}

const WHOLE: &str = "<?xml version='1.0'?><rss><channel><title>T</title>\
    <item><title>One</title><link>https://example.org/1</link><description>A &amp; b</description></item>\
    <item><title>Two</title><link>https://example.org/2</link><description>B</description></item></channel></rss>";

#[test]
fn what_stands_before_and_behind() {
    check(&format!("\n \u{feff}{WHOLE}"), &["One", "Two"]);
    check(
        &format!("<br />\n<b>Warning</b>:  mysql_connect() in <b>/x.php</b> on line <b>3</b><br />\n{WHOLE}"),
        &["One", "Two"],
    );
    check(&format!("Notice: Undefined index in /x.php\n{WHOLE}"), &["One", "Two"]);
    check(&format!("<br><b>Warning: open{WHOLE}"), &["One", "Two"]);
    check(&format!("{WHOLE}<!-- 3 queries --><script>x</script>"), &["One", "Two"]);
    check(&WHOLE.replace("<channel>", "<channel><!-- open "), &["One", "Two"]);
    check(&format!("<!DOCTYPE html>{WHOLE}"), &["One", "Two"]);
}

#[test]
fn tags_that_are_not_closed() {
    check(&WHOLE.replace("</item>", ""), &["One", "Two"]);
    check(&WHOLE.replace("</title>", ""), &["One", "Two"]);
    check(&WHOLE.replace("</link>", ""), &["One", "Two"]);
    check(&WHOLE.replace("</description>", ""), &["One", "Two"]);
    check(&WHOLE.replace("</channel></rss>", ""), &["One", "Two"]);
    check(&WHOLE.replace("</title>", "</titel>"), &["One", "Two"]);
    check(&WHOLE.replace("</title>", "<title>"), &["One", "Two"]);
    check(&WHOLE.replace("<item>", "<item><box>"), &["One", "Two"]);
    check(&WHOLE.replace("<item>", "<item><box><a><b>"), &["One", "Two"]);
    check(&WHOLE.replace("</item>", "").replace("<item>", "<item><box>"), &["One", "Two"]);
    check(&WHOLE.replace("<item>", "<item><box><title>No</title></box>"), &["One", "Two"]);
    check(&WHOLE.replace("<item>", "<item><br><img src=x>"), &["One", "Two"]);
    check(&WHOLE.replace("<item>", "<item"), &["One", "Two"]);
    check(&WHOLE.replace("</item>", "</ITEM>"), &["One", "Two"]);
    check(&WHOLE.replace("</channel>", "</b></channel></p>"), &["One", "Two"]);
    check(&WHOLE.replace("A &amp; b", "<![CDATA[A & b"), &["One", "Two"]);
    check(&WHOLE.replace("A &amp; b", "<!-- A"), &["One", "Two"]);
}

#[test]
fn raw_characters() {
    check(&WHOLE.replace("One", "R&D < 3 & x"), &["R&D < 3 & x", "Two"]);
    assert_eq!(
        field(&rss("<title>a</title><link>https://example.org/?a=1&b=2</link>"), "url"),
        "https://example.org/?a=1&b=2"
    );
    check(&WHOLE.replace("One", "a\u{0}\u{8}b"), &["ab", "Two"]);
    check(&WHOLE.replace("<item>", "<item id=\"x>"), &["One", "Two"]);
    check(&WHOLE.replace("<item>", "<item id=x\">"), &["One", "Two"]);
}

#[test]
fn latin_1_bytes_in_utf_8() {
    let mut bytes = WHOLE.replace("One", "Grüße aus Köln").into_bytes();
    let at = bytes.windows(3).position(|window| window == b"Two").unwrap();
    bytes[at + 1] = 0xFC;
    let titles: Vec<_> = extract(&Input::new("-", &bytes), &Limits::default())
        .into_iter()
        .map(|item| item.unwrap().title.unwrap())
        .collect();
    assert_eq!(titles, ["Grüße aus Köln", "Tüo"]);
}

#[test]
fn truncated_anywhere() {
    let all = titles(WHOLE);
    let second = WHOLE.rfind("<item>").unwrap();
    for end in 0..WHOLE.len() {
        let feed = read(&WHOLE[..end]);
        let found: Vec<_> = feed.items.iter().flatten().filter_map(|item| item.title.clone()).collect();
        assert!(found.len() <= 2);
        if end >= second {
            assert_eq!(found[0], all[0], "{end}");
            let said = feed.items.iter().flatten().any(|item| !item.warnings.is_empty());
            assert!(said || !feed.info.warnings.is_empty(), "{end}");
        }
    }
}

#[test]
fn recovery_is_told() {
    let feed = read(&WHOLE.replacen("</title><link>https://example.org/1", "<link>https://example.org/1", 1));
    let item = feed.items[0].as_ref().unwrap();
    assert_eq!(item.warnings, ["`title` was never closed"]);
    assert_eq!(feed.items[1].as_ref().unwrap().warnings, Vec::<String>::new());
    let cut = read(&WHOLE[..WHOLE.len() - 40]);
    assert!(cut.items[1].as_ref().unwrap().warnings[0].starts_with("the feed breaks off inside"));
}

#[test]
fn an_empty_item_is_an_error_at_its_place() {
    let document = "<rss><channel><item><title>One</title></item><item> <guid/></item><item><title>Three</title></item></channel></rss>";
    let items = read(document).items;
    assert_eq!(items.len(), 3);
    let error = items[1].as_ref().unwrap_err();
    assert_eq!((error.origin.index, &document[error.bytes.clone().unwrap()]), (1, "<item> <guid/></item>"));
}

#[test]
fn limits_are_kept() {
    let limits = Limits { max_articles: 1, ..Limits::default() };
    let items = extract(&Input::new("-", WHOLE.as_bytes()), &limits);
    assert_eq!((items.len(), items[1].is_err()), (2, true));
    let limits = Limits { max_article_bytes: 3, ..Limits::default() };
    let long = WHOLE.replace("<title>One", "<title>Longer than that");
    let items = extract(&Input::new("-", long.as_bytes()), &limits);
    assert_eq!(items.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, false]);
    let deep = WHOLE.replace("<item>", &format!("<item>{}", "<box>".repeat(100_000)));
    assert_eq!(articles(&deep).len(), 2);
    let bytes = "<a b='".repeat(50_000);
    assert!(read(&bytes).items.is_empty());
}

#[test]
fn prefixes_without_or_with_wrong_declarations() {
    let atom = "<a:feed><a:title>T</a:title><a:entry><a:title>One</a:title></a:entry></a:feed>";
    check(&atom.replace("<a:feed>", "<a:feed xmlns:a='http://www.w3.org/2005/Atom'>"), &["One"]);
    check(&atom.replace("a:", "atom:"), &["One"]);
    check(&WHOLE.replace("<rss>", "<rss xmlns='http://example.org/wrong'>"), &["One", "Two"]);
    check(&WHOLE.replace("<rss>", "<rss xmlns='http://www.w3.org/2005/Atom'>"), &["One", "Two"]);
    check(&WHOLE.replace("<rss>", "<rss xmlns=''>"), &["One", "Two"]);
}

#[test]
fn what_is_no_feed_gives_nothing() {
    let feed = read("<html><head><title>Not found</title></head><body><p>404</body></html>");
    assert_eq!((feed.info.format, feed.items.len()), (None, 0));
    assert_eq!(
        sniff(b"<html><head><title>Not found</title>", "-", Some("application/rss+xml")),
        Format::Html
    );
}
