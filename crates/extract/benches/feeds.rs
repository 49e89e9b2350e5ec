//! How fast feeds are read: megabytes of RSS a second on one core.
#![expect(clippy::unwrap_used, reason = "a bench's set-up that fails is a failed bench")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dateline_extract::{Input, Limits, feed};
use std::fmt::Write as _;
use std::hint::black_box;

/// Words of news, so that texts are not one repeated line.
const WORDS: [&str; 24] = [
    "The",
    "government",
    "said",
    "on",
    "Tuesday",
    "that",
    "talks",
    "with",
    "the",
    "union",
    "had",
    "resumed",
    "after",
    "a",
    "week",
    "of",
    "strikes",
    "in",
    "Zürich",
    "while",
    "prices",
    "rose",
    "by",
    "three",
];

/// A paragraph; the seed makes it another one each time.
fn paragraph(seed: usize, words: usize) -> String {
    let word = |at: usize| WORDS[(seed * 7 + at * 5 + at * at) % WORDS.len()];
    (0..words).map(word).collect::<Vec<_>>().join(" ") + "."
}

/// How the text of an item is given.
#[derive(Clone, Copy)]
enum Form {
    /// A summary, as in most feeds.
    Summary,
    /// The whole text in a CDATA section.
    CData,
    /// The whole text as escaped HTML.
    Escaped,
}

/// RSS with items of realistic shape.
fn rss(items: usize, form: Form) -> String {
    let mut feed = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:atom=\"http://www.w3.org/2005/Atom\" xmlns:media=\"http://search.yahoo.com/mrss/\">\n\
         <channel>\n<title>The Wire</title>\n<link>https://example.org/</link>\n<ttl>15</ttl>\n",
    );
    for item in 0..items {
        let (title, summary) = (paragraph(item, 9), paragraph(item + 1, 30));
        let html: String = (0..8).fold(String::new(), |mut html, part| {
            let text = paragraph(item + part, 60);
            writeln!(html, "<p>{text} <a href=\"https://example.org/{part}\">{}</a></p>", paragraph(part, 4))
                .unwrap();
            html
        });
        let text = match form {
            Form::Summary => String::new(),
            Form::CData => format!("<content:encoded><![CDATA[{html}]]></content:encoded>\n"),
            Form::Escaped => {
                let escaped = html.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                format!("<content:encoded>{escaped}</content:encoded>\n")
            }
        };
        write!(
            feed,
            "<item>\n<title>{title}</title>\n<link>https://example.org/2023/11/07/story-{item}?a=1&amp;b=2</link>\n\
             <guid isPermaLink=\"false\">https://example.org/?p={item}</guid>\n<pubDate>Tue, 07 Nov 2023 10:00:00 +0000</pubDate>\n\
             <dc:creator><![CDATA[Ann Lee]]></dc:creator>\n<category>World</category>\n<description><![CDATA[{summary}]]></description>\n\
             <media:content url=\"https://example.org/{item}.jpg\" medium=\"image\" width=\"800\" height=\"600\"/>\n{text}</item>\n"
        )
        .unwrap();
    }
    feed + "</channel>\n</rss>\n"
}

fn feeds(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("feeds");
    for (name, items, form) in [
        ("rss with summaries", 1000, Form::Summary),
        ("rss with texts", 200, Form::CData),
        ("rss with escaped texts", 200, Form::Escaped),
    ] {
        let document = rss(items, form);
        let input = Input::new("-", document.as_bytes());
        let read = feed::read(&input, &Limits::default());
        assert_eq!(read.items.iter().filter(|item| item.is_ok()).count(), items);
        group.throughput(Throughput::Bytes(document.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| feed::read(black_box(&input), &Limits::default()));
        });
    }
    group.finish();
}

criterion_group!(benches, feeds);
criterion_main!(benches);
