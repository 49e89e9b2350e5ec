//! Web pages: small ones of every kind, through one helper.

mod facts;
mod text;

use dateline_extract::{Format, Input, Limits, extract};
use dateline_model::{Article, ClaimRole};

/// The article of a page that was fetched from an address.
fn page(html: &str) -> Article {
    let input = Input {
        base_url: Some("https://www.example.org/news/a-story"),
        ..Input::new("a.html", html.as_bytes())
    };
    let mut read = extract(&input.with_format(Format::Html), &Limits::default());
    assert_eq!(read.len(), 1, "one page, one article");
    read.remove(0).unwrap_or_else(|error| panic!("{html}: {error}"))
}

/// Paragraphs enough for a page to have a text.
fn story() -> String {
    let paragraphs = [
        "The council voted on Tuesday to rebuild the old bridge over the river, ending a dispute that had divided the town for years.",
        "Engineers told the meeting that the foundations, laid more than a century ago, could no longer carry the weight of modern traffic.",
        "“We have waited long enough,” said the mayor, who promised that work would begin before the end of the year, weather permitting.",
        "Opponents of the plan, among them several shopkeepers, fear that the closure will cost them their customers for many months.",
        "The regional government will pay for two thirds of the cost; the rest must come from the town itself, and from private donors.",
        "A final decision on the design is expected in the spring, after residents have been heard at three public meetings.",
    ];
    paragraphs.map(|text| format!("<p>{text}</p>\n")).concat()
}

/// A page with the story in a frame of other things.
fn framed(head: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><title>Town votes to rebuild bridge | Example News</title>{head}</head><body>\
         <nav><ul><li><a href=/>Home</a><li><a href=/world>World</a><li><a href=/sport>Sport</a></ul></nav>\
         <main><article><h1>Town votes to rebuild bridge</h1>{body}</article></main>\
         <footer><p>© 2023 Example News. All rights reserved.</p><a href=/privacy>Privacy policy</a></footer></body></html>"
    )
}

/// The raw strings of the claims of a role.
fn claims(article: &Article, role: ClaimRole) -> Vec<&str> {
    article.claims.iter().filter(|claim| claim.role == role).map(|claim| claim.raw.as_str()).collect()
}
