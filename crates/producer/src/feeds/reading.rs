//! One answer of a source, read: its items, and what it says of itself.

use super::rhythm::Wishes;
use crate::fetch::Body;
use dateline_dates::parse_date_string;
use dateline_extract::feed::{Feed, FeedFormat};
use dateline_extract::{ExtractError, Format, Input, Limits, feed, sniff};
use dateline_model::{Article, ClaimRole};
use jiff::Timestamp;
use url::Url;

/// What a page of a site looks like that is no feed.
pub(crate) const WEB_PAGE: &str = "a web page";

/// An answer as it was read.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// What the source calls itself.
    pub(crate) title: Option<String>,
    /// Its format, for people.
    pub(crate) format: &'static str,
    /// Its items, in its order.
    pub(crate) items: Vec<Article>,
    /// Sitemaps that it names; then it has no items of its own.
    pub(crate) sitemaps: Vec<Url>,
    /// Entries that could not be read.
    pub(crate) faults: Vec<ExtractError>,
    /// How often it wants to be asked.
    pub(crate) wishes: Wishes,
    /// WebSub hubs that it offers.
    pub(crate) hubs: Vec<String>,
    /// Whether it ends inside of its last item.
    pub(crate) breaks_off: bool,
    /// The address that it gives itself.
    pub(crate) self_url: Option<String>,
    /// The address that it says it has moved to.
    pub(crate) moved_to: Option<Url>,
    /// What had to be mended.
    pub(crate) warnings: Vec<String>,
}

impl Reading {
    /// Leaves out the last item of an answer that ends inside of it: half an address is that of
    /// another article. What is `all_there_is` is taken.
    pub(crate) fn leave_half_item(&mut self, all_there_is: bool) {
        self.breaks_off &= !all_there_is;
        if self.breaks_off {
            self.items.pop();
        }
    }
}

/// An answer without anything to take in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadingError {
    /// Something else: often a page that says that the feed is elsewhere.
    #[error("this is {found}, not a feed; look for the address of the feed in the page")]
    NoFeed {
        /// What it looks like.
        found: &'static str,
    },
    /// Nothing of it can be read.
    #[error(transparent)]
    Unreadable(ExtractError),
}

/// Reads an answer. CPU-bound: not for the reactor.
///
/// # Errors
/// When it is no feed at all.
pub(crate) fn read(address: &str, body: &Body, limits: &Limits) -> Result<Reading, ReadingError> {
    let content_type = body.content_type.as_deref();
    let input = Input { base_url: Some(address), content_type, ..Input::new(address, &body.bytes) };
    let found = sniff(&body.bytes, address, content_type);
    let feed = feed::read(&input, limits);
    match (feed.info.format, found) {
        (Some(format), _) => of_feed(feed, format),
        (None, Format::Json | Format::JsonLines) => of_list(dateline_extract::extract(&input, limits)),
        (None, Format::Html) => Err(ReadingError::NoFeed { found: WEB_PAGE }),
        (None, Format::Warc) => Err(ReadingError::NoFeed { found: "a web archive" }),
        (None, _) if body.bytes.is_empty() => Err(ReadingError::NoFeed { found: "an empty answer" }),
        (None, _) => Err(ReadingError::NoFeed { found: "something else" }),
    }
}

fn of_feed(feed: Feed, format: FeedFormat) -> Result<Reading, ReadingError> {
    let info = feed.info;
    let mut reading = Reading {
        title: info.title,
        format: name(format),
        wishes: Wishes {
            fresh: info.schedule.ttl.max(info.schedule.update_interval),
            skip_hours: info.schedule.skip_hours,
            skip_days: info.schedule.skip_days,
        },
        hubs: info.hubs,
        breaks_off: info.breaks_off,
        self_url: info.self_url,
        moved_to: info.moved_to.as_deref().and_then(|url| Url::parse(url).ok()),
        warnings: info.warnings,
        ..sorted(feed.items)?
    };
    if format == FeedFormat::SitemapIndex {
        let mut entries = std::mem::take(&mut reading.items);
        // The newest ones first; those without a date come last, in their order.
        entries.sort_by_cached_key(|entry| std::cmp::Reverse(date(entry, ClaimRole::Updated)));
        reading.sitemaps =
            entries.iter().filter_map(|entry| Url::parse(entry.url.as_deref()?).ok()).collect();
    }
    Ok(reading)
}

fn of_list(results: Vec<Result<Article, ExtractError>>) -> Result<Reading, ReadingError> {
    sorted(results).map(|reading| Reading { format: "JSON", ..reading })
}

fn sorted(results: Vec<Result<Article, ExtractError>>) -> Result<Reading, ReadingError> {
    let mut reading = Reading::default();
    for result in results {
        match result {
            Ok(article) => reading.items.push(article),
            Err(error) => reading.faults.push(error),
        }
    }
    if reading.items.is_empty() && !reading.faults.is_empty() {
        return Err(ReadingError::Unreadable(reading.faults.swap_remove(0)));
    }
    Ok(reading)
}

fn name(format: FeedFormat) -> &'static str {
    match format {
        FeedFormat::Rss => "RSS",
        FeedFormat::Rdf => "RSS 1.0 (RDF)",
        FeedFormat::Atom => "Atom",
        FeedFormat::JsonFeed => "JSON Feed",
        FeedFormat::Sitemap => "sitemap",
        FeedFormat::SitemapIndex => "sitemap index",
        _ => "feed",
    }
}

/// The publication times of items, as far as they state any.
pub(crate) fn dates(items: &[Article]) -> Vec<Timestamp> {
    items.iter().filter_map(|item| date(item, ClaimRole::Published)).collect()
}

fn date(item: &Article, role: ClaimRole) -> Option<Timestamp> {
    let claim = item.claims.iter().find(|claim| claim.role == role)?;
    parse_date_string(&claim.raw, None, None).ok()?.timestamp()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, content_type: &str, expected: Result<(&str, usize), &str>) {
        let body = Body { bytes: body.into(), content_type: Some(content_type.to_owned()) };
        let read = read("https://n.example/feed", &body, &Limits::default());
        match (read, expected) {
            (Ok(reading), Ok(wanted)) => {
                assert_eq!((reading.format, reading.items.len()), wanted, "{body:?}");
            }
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{body:?}: {error}"),
            (read, _) => panic!("{body:?}: {read:?}"),
        }
    }

    #[test]
    fn what_is_no_feed_is_told() {
        let rss =
            "<rss version=\"2.0\"><channel><title>N</title><item><title>T</title></item></channel></rss>";
        check(rss, "text/html", Ok(("RSS", 1)));
        check("<rss version=\"2.0\"><channel><title>N</title></channel></rss>", "text/xml", Ok(("RSS", 0)));
        check(&rss[..rss.len() - 20], "text/xml", Ok(("RSS", 1)));
        check("<!doctype html><html><body><p>Moved.</p></body></html>", "text/xml", Err("a web page"));
        check("", "text/xml", Err("an empty answer"));
        check("Not found", "text/plain", Err("not a feed"));
    }

    #[test]
    fn half_an_item_is_left_for_the_next_answer() {
        let item = |title: &str| {
            format!("<item><title>{title}</title><link>https://n.example/{title}</link></item>")
        };
        let whole = format!("<rss version=\"2.0\"><channel>{}{}</channel></rss>", item("one"), item("two"));
        let cut = whole.find("/two").unwrap() + 2;
        for (end, again, titles) in [
            (whole.len(), false, vec!["one", "two"]),
            (cut, false, vec!["one"]),
            (cut, true, vec!["one", "two"]),
        ] {
            let body = Body { bytes: whole.as_bytes()[..end].to_vec(), content_type: None };
            let mut reading = read("https://n.example/", &body, &Limits::default()).unwrap();
            reading.leave_half_item(again);
            let found: Vec<&str> = reading.items.iter().filter_map(|item| item.title.as_deref()).collect();
            assert_eq!((found, reading.breaks_off), (titles, end == cut && !again), "{end} {again}");
        }
    }

    #[test]
    fn a_feed_says_how_often_to_ask() {
        let rss = "<rss version=\"2.0\"><channel><ttl>60</ttl><skipHours><hour>3</hour></skipHours>\
                   <skipDays><day>Sunday</day></skipDays></channel></rss>";
        let body = Body { bytes: rss.into(), content_type: None };
        let wishes = read("https://n.example/", &body, &Limits::default()).unwrap().wishes;
        assert_eq!(wishes.fresh, Some(std::time::Duration::from_hours(1)));
        assert_eq!((wishes.skip_hours, wishes.skip_days), (vec![3], vec![7]));
    }

    #[test]
    fn an_index_names_its_newest_sitemaps_first() {
        let entry = |name: &str, date: &str| {
            format!("<sitemap><loc>https://n.example/{name}</loc><lastmod>{date}</lastmod></sitemap>")
        };
        let xml = format!(
            "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{}{}</sitemapindex>",
            entry("old", "2024-01-01T00:00:00Z"),
            entry("new", "2024-03-01T00:00:00Z")
        );
        let body = Body { bytes: xml.into(), content_type: None };
        let reading = read("https://n.example/", &body, &Limits::default()).unwrap();
        let paths: Vec<&str> = reading.sitemaps.iter().map(Url::path).collect();
        assert_eq!((paths, reading.items.len()), (vec!["/new", "/old"], 0));
    }
}
