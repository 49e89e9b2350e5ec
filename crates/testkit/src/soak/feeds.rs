//! The feeds: what each publishes when, and how it answers.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use dateline_sample::Random;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Options, PER_HOST};
use crate::{Manner, Reply, Request};

/// Items that a feed holds. At the fastest rhythm that is more than the longest pause between
/// two polls that fail again and again.
const HELD: usize = 60;
/// Bounds of the time between two items of a feed, in seconds.
const RHYTHM: [usize; 2] = [10, 90];
/// Of a hundred requests so many are answered as they should be.
const GOOD: usize = 62;

/// How a feed can misbehave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    Late,
    Drops,
    Hang,
    Close,
    Cut,
    Redirect,
    RedirectLoop,
    PrivateRedirect,
    Bomb,
    TooMany,
    Unavailable,
    NotFound,
    Gone,
    WebPage,
    Truncated,
    Flapping,
    Empty,
}

/// Each as often as it should come.
const FAULTS: &[Fault] = &[
    Fault::Late,
    Fault::Late,
    Fault::Drops,
    Fault::Hang,
    Fault::Close,
    Fault::Cut,
    Fault::Redirect,
    Fault::Redirect,
    Fault::RedirectLoop,
    Fault::PrivateRedirect,
    Fault::Bomb,
    Fault::TooMany,
    Fault::TooMany,
    Fault::Unavailable,
    Fault::NotFound,
    Fault::Gone,
    Fault::WebPage,
    Fault::Truncated,
    Fault::Flapping,
    Fault::Flapping,
    Fault::Empty,
];

/// All of them.
#[derive(Debug)]
pub(crate) struct Feeds {
    seed: u64,
    all: Vec<Feed>,
    began: Instant,
    /// How long they had published when they came to their senses.
    ended: Mutex<Option<Duration>>,
    sane: AtomicBool,
    port: AtomicU16,
    bomb: Vec<u8>,
    misbehaved: Mutex<BTreeMap<Fault, usize>>,
}

#[derive(Debug)]
struct Feed {
    rhythm: Duration,
    asked: AtomicUsize,
}

impl Feeds {
    pub(crate) fn new(options: &Options) -> Self {
        let feed = |number| {
            let drawn = RHYTHM[0] + Random::new(options.seed, number).below(RHYTHM[1] - RHYTHM[0]);
            Feed { rhythm: Duration::from_secs(drawn as u64), asked: AtomicUsize::new(0) }
        };
        Self {
            seed: options.seed,
            all: (0..options.sources).map(feed).collect(),
            began: Instant::now(),
            ended: Mutex::new(None),
            sane: AtomicBool::new(false),
            port: AtomicU16::new(0),
            bomb: bomb(),
            misbehaved: Mutex::default(),
        }
    }

    pub(crate) fn listens_at(&self, port: u16) {
        self.port.store(port, Ordering::SeqCst);
    }

    /// The list of sources for the producer.
    pub(crate) fn list(&self) -> String {
        let source =
            |number| format!("[[source]]\nname = \"f{number}\"\nurl = \"{}\"\n", self.url(number, "feed"));
        (0..self.all.len()).map(source).collect()
    }

    fn url(&self, number: usize, page: &str) -> String {
        let port = self.port.load(Ordering::SeqCst);
        format!("http://{}:{port}/{page}/{number}", host_of(number))
    }

    /// From now on all answer as they should and publish nothing more; gives the addresses of
    /// everything that was published.
    pub(crate) fn come_to_their_senses(&self) -> Vec<String> {
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let lasted = *ended.get_or_insert(self.began.elapsed());
        drop(ended);
        self.sane.store(true, Ordering::SeqCst);
        let items =
            |number: usize| (0..self.all[number].published(lasted)).map(move |item| address(number, item));
        (0..self.all.len()).flat_map(items).collect()
    }

    /// How often each fault was shown.
    pub(crate) fn misbehaved(&self) -> BTreeMap<String, usize> {
        let counts = self.misbehaved.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|(fault, count)| (format!("{fault:?}"), *count)).collect()
    }

    /// Answers a request.
    pub(crate) fn answer(&self, request: &Request) -> Reply {
        let mut path = request.path.trim_start_matches('/').split('/');
        let (Some(page), Some(number)) =
            (path.next(), path.next().and_then(|number| number.parse::<usize>().ok()))
        else {
            return Reply::status(404);
        };
        let Some(feed) = self.all.get(number) else { return Reply::status(404) };
        let lasted =
            self.ended.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or_else(|| self.began.elapsed());
        let published = feed.published(lasted);
        if page == "moved" {
            return self.sound(number, published, request);
        }
        if page == "loop" {
            return Reply::redirect(302, &self.url(number, "loop"));
        }
        let asked = feed.asked.fetch_add(1, Ordering::SeqCst);
        let mut random = Random::new(self.seed ^ 0x5eed, number.wrapping_mul(100_003).wrapping_add(asked));
        if self.sane.load(Ordering::SeqCst) || random.below(100) < GOOD {
            return self.sound(number, published, request);
        }
        let fault = FAULTS[random.below(FAULTS.len())];
        *self.misbehaved.lock().unwrap_or_else(PoisonError::into_inner).entry(fault).or_default() += 1;
        self.misbehave(fault, number, published, &mut random)
    }

    fn misbehave(&self, fault: Fault, number: usize, published: usize, random: &mut Random) -> Reply {
        let xml = || Reply::ok("text/xml; charset=utf-8", self.feed(number, published));
        match fault {
            Fault::Late => xml().manner(Manner::Late(Duration::from_millis(random.below(2_000) as u64))),
            Fault::Drops => xml().manner(Manner::Drip(40, Duration::from_millis(300))),
            Fault::Hang => xml().manner(Manner::Hang),
            Fault::Close => xml().manner(Manner::Close),
            Fault::Cut => xml().manner(Manner::Cut(200)),
            Fault::Redirect => Reply::redirect(302, &self.url(number, "moved")),
            Fault::RedirectLoop => Reply::redirect(301, &self.url(number, "loop")),
            Fault::PrivateRedirect => Reply::redirect(302, "http://10.0.0.1/feed"),
            Fault::Bomb => Reply::ok("text/xml", self.bomb.clone()).header("Content-Encoding", "gzip"),
            Fault::TooMany => Reply::status(429).header("Retry-After", &(1 + random.below(3)).to_string()),
            Fault::Unavailable => Reply::status(503),
            Fault::NotFound => Reply::status(404),
            Fault::Gone => Reply::status(410),
            Fault::WebPage => {
                Reply::ok("text/html", "<!doctype html><html><body><p>Back soon.</p></body></html>")
            }
            Fault::Truncated => {
                let whole = self.feed(number, published);
                let part = whole.len() / 2;
                Reply::ok("text/xml", whole.into_bytes()[..part].to_vec())
            }
            // An older version of itself, as servers behind one name have it.
            Fault::Flapping => {
                Reply::ok("text/xml", self.feed(number, published.saturating_sub(random.below(5))))
            }
            Fault::Empty => {
                Reply::ok("text/xml", "<rss version=\"2.0\"><channel><title>E</title></channel></rss>")
            }
        }
    }

    /// As it should be: with a validator, and nothing when nothing has changed.
    fn sound(&self, number: usize, published: usize, request: &Request) -> Reply {
        let tag = format!("\"{number}-{published}\"");
        if request.header("if-none-match") == Some(&tag) {
            return Reply::status(304).header("ETag", &tag);
        }
        Reply::ok("application/rss+xml", self.feed(number, published)).header("ETag", &tag)
    }

    /// The newest items, newest first.
    fn feed(&self, number: usize, published: usize) -> String {
        let oldest = published.saturating_sub(HELD);
        let items: String = (oldest..published).rev().map(|item| self.item(number, item)).collect();
        format!("<rss version=\"2.0\"><channel><title>Feed {number}</title>{items}</channel></rss>")
    }

    /// An item; its date is right, missing, garbled or far away.
    fn item(&self, number: usize, item: usize) -> String {
        let mut random = Random::new(self.seed ^ 0xda7e, number.wrapping_mul(1_009).wrapping_add(item));
        let date = match random.below(6) {
            0 => "<pubDate>Tue, 01 Jan 2041 00:00:00 GMT</pubDate>",
            1 => "<pubDate>yesterday or so</pubDate>",
            2 => "<pubDate>1970-01-01</pubDate>",
            3 => "",
            _ => "<pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate>",
        };
        let tracked = if random.below(3) == 0 { "?utm_source=feed" } else { "" };
        format!(
            "<item><guid isPermaLink=\"false\">{number}-{item}</guid><title>Item {item} of feed {number}</title>\
             <link>{}{tracked}</link>{date}<description>What feed {number} has to say, number {item}.</description></item>",
            address(number, item)
        )
    }
}

impl Feed {
    /// How many items it has published after so long; it begins with a few.
    fn published(&self, lasted: Duration) -> usize {
        let ticks = lasted.as_millis() / self.rhythm.as_millis();
        3 + usize::try_from(ticks).unwrap_or(usize::MAX)
    }
}

/// The address of an item, free of tracking parameters.
fn address(number: usize, item: usize) -> String {
    format!("https://f{number}.example/news/{item}")
}

/// A few feeds share a host.
fn host_of(number: usize) -> IpAddr {
    let [_, high, middle, low] = u32::try_from(number / PER_HOST + 1).unwrap_or(u32::MAX).to_be_bytes();
    // No address ends in 0 or 255, which some systems keep for broadcasts.
    IpAddr::V4(Ipv4Addr::new(127, high | 1, (middle << 1) | (low >> 7), 1 + (low & 0x7f)))
}

fn bomb() -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let (block, blocks) = (vec![b' '; 1 << 20], 64);
    for _ in 0..blocks {
        encoder.write_all(&block).expect("a vector takes everything");
    }
    encoder.finish().expect("a vector takes everything")
}
