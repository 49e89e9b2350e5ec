//! Pages a second on one core: `cargo bench -p dateline-extract --bench pages`.

#![expect(clippy::format_collect, reason = "set-up, not what is measured")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dateline_extract::{Format, Input, Limits, extract};
use std::hint::black_box;

/// A page as newsrooms serve it: scripts and styles in the head, menus, a story
/// of thirty paragraphs, cards of other stories, comments and a footer.
fn page(bytes: usize) -> String {
    let sentence = "The council voted on Tuesday to rebuild the <a href=\"/bridge\">old bridge</a> over the river, officials said. ";
    let story: String = (0..30)
        .map(|at| format!("<p class=\"story__p\" data-n=\"{at}\">{}</p>\n", sentence.repeat(3)))
        .collect();
    let card = |at: usize| {
        format!(
            "<div class=\"card card--teaser col-4\"><a class=\"card__link\" href=\"/news/{at}\"><img src=\"/img/{at}.jpg\" alt=\"\" srcset=\"/img/{at}-320.jpg 320w, /img/{at}-640.jpg 640w\"><h3 class=\"card__title\">Story number {at} of today&#8217;s edition</h3></a><time datetime=\"2023-11-07\">7 Nov</time></div>\n"
        )
    };
    let cards: String = (0..120).map(card).collect();
    let menu: String = (0..80)
        .map(|at| format!("<li class=\"nav__item\"><a href=\"/s/{at}\">Section {at}</a></li>"))
        .collect();
    let comments: String = (0..40).map(|at| format!("<div class=\"comment\" id=\"c{at}\"><b>reader{at}</b><p>I have seen this bridge and it should be rebuilt soon.</p></div>")).collect();
    let frame = format!(
        "<!doctype html><html lang=\"en\"><head><title>Town votes | Example</title><meta property=\"og:title\" content=\"Town votes\"><script type=\"application/ld+json\">{{\"@type\":\"NewsArticle\",\"headline\":\"Town votes\",\"datePublished\":\"2023-11-07T10:00:00Z\",\"author\":{{\"name\":\"Ann Lee\"}}}}</script></head><body><nav><ul>{menu}</ul></nav><main><article class=\"article\"><h1>Town votes</h1>{story}</article><aside class=\"related\">{cards}</aside><section class=\"comments\">{comments}</section></main><footer><ul>{menu}</ul></footer>"
    );
    let script = "window.data=window.data||[];function track(a,b){return a<b&&data.push({event:'view',value:\"x\"})}\n";
    let filler = script.repeat(bytes.saturating_sub(frame.len()) / script.len());
    format!("{frame}<script>{filler}</script></body></html>")
}

fn pages(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pages");
    for kilobytes in [100, 200, 300] {
        let html = page(kilobytes << 10);
        group.throughput(Throughput::Elements(1));
        group.bench_function(format!("{kilobytes} KiB"), |bencher| {
            let input = Input::new("a.html", html.as_bytes()).with_format(Format::Html);
            bencher.iter(|| extract(black_box(&input), &Limits::default()));
        });
    }
    group.finish();
}

criterion_group!(benches, pages);
criterion_main!(benches);
