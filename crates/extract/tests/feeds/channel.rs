//! What a feed says of itself.

use super::read;
use dateline_extract::feed::FeedFormat;
use std::time::Duration;

#[test]
fn formats() {
    let check = |document: &str, expected: Option<FeedFormat>| {
        assert_eq!(read(document).info.format, expected, "{document}");
    };
    check("<rss version='0.91'><channel/></rss>", Some(FeedFormat::Rss));
    check("<RSS><channel/></RSS>", Some(FeedFormat::Rss));
    check("<feed version='0.3' xmlns='http://purl.org/atom/ns#'/>", Some(FeedFormat::Atom));
    check("<rdf:RDF/>", Some(FeedFormat::Rdf));
    check("<CHANNEL HREF='x'/>", Some(FeedFormat::Cdf));
    check("<urlset/>", Some(FeedFormat::Sitemap));
    check("<sitemapindex/>", Some(FeedFormat::SitemapIndex));
    check("{\"version\":\"https://jsonfeed.org/version/1\"}", Some(FeedFormat::JsonFeed));
    check("<html/>", None);
    check("", None);
}

#[test]
fn rss() {
    let info = read(
        "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>
        <channel><title>The &lt;b&gt;Wire&lt;/b&gt;</title><link>/</link><language>en_us</language>
        <atom:link rel='self' href='/feed'/><atom:link rel='hub' href='https://hub.example.org/'/>
        <atom:link rel='hub' href='javascript:no'/><atom:link rel='next' href='?page=2'/>
        <image><title>No</title><link>https://no.org/</link></image>
        <lastBuildDate>Tue, 07 Nov 2023 10:00:00 GMT</lastBuildDate><ttl>15</ttl>
        <skipHours><hour>0</hour><hour>23</hour></skipHours><skipDays><day>Sunday</day></skipDays>
        <sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
        <itunes:new-feed-url>https://new.example.org/feed</itunes:new-feed-url></channel></rss>",
    )
    .info;
    assert_eq!(info.title.as_deref(), Some("The Wire"));
    assert_eq!(info.home.as_deref(), Some("https://example.org/"));
    assert_eq!(info.self_url.as_deref(), Some("https://example.org/feed"));
    assert_eq!(info.hubs, ["https://hub.example.org/"]);
    assert_eq!(info.next.as_deref(), Some("https://example.org/feeds/all?page=2"));
    assert_eq!(info.moved_to.as_deref(), Some("https://new.example.org/feed"));
    assert_eq!(info.language.as_deref(), Some("en-us"));
    assert_eq!(info.updated.as_deref(), Some("Tue, 07 Nov 2023 10:00:00 GMT"));
    assert_eq!(info.schedule.ttl, Some(Duration::from_mins(15)));
    assert_eq!(info.schedule.update_interval, Some(Duration::from_mins(30)));
    assert_eq!((info.schedule.skip_hours, info.schedule.skip_days), (vec![0, 23], vec![7]));
    assert!(info.warnings.is_empty(), "{:?}", info.warnings);
}

#[test]
fn atom() {
    let info = read(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='de'><title type='html'>A &amp;amp; B</title>
        <link rel='alternate' type='text/html' href='https://a.org/'/><link href='https://a.org/f' rel='self'/>
        <updated>2023-11-07T10:00:00Z</updated><entry><title>x</title><link rel='hub' href='https://no.org/'/></entry></feed>",
    )
    .info;
    assert_eq!(info.title.as_deref(), Some("A & B"));
    assert_eq!(
        (info.home.as_deref(), info.self_url.as_deref()),
        (Some("https://a.org/"), Some("https://a.org/f"))
    );
    assert_eq!((info.language.as_deref(), info.hubs.len()), (Some("de"), 0));
    assert_eq!(info.updated.as_deref(), Some("2023-11-07T10:00:00Z"));
}
