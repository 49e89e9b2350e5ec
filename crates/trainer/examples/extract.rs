//! Prints the articles of files, one JSON object a line, without the command
//! line's other crates: for measuring this one while working on it.
//! `cargo run --release -p dateline-trainer --example extract -- [extract] [--url BASE] [--content-type TYPE] FILE...`

#![expect(clippy::print_stdout, reason = "a tool for the command line")]
#![expect(clippy::unwrap_used, reason = "a tool for developers")]

use dateline_dates::{Claim, resolve};
use dateline_extract::{Input, Limits, extract};
use dateline_model::{Article, ClaimOrigin, ClaimRole};
use serde_json::{Value, json};

fn main() {
    let mut arguments = std::env::args().skip(1).peekable();
    arguments.next_if(|argument| argument == "extract");
    let (mut url, mut kind) = (None, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--url" => url = arguments.next(),
            "--content-type" => kind = arguments.next(),
            path => print(path, url.as_deref(), kind.as_deref()),
        }
    }
}

fn print(path: &str, url: Option<&str>, kind: Option<&str>) {
    let bytes = std::fs::read(path).unwrap();
    let input = Input { base_url: url, content_type: kind, ..Input::new(path, &bytes) };
    for item in extract(&input, &Limits::default()) {
        let line = match item {
            Ok(article) => to_json(&article),
            Err(error) => json!({ "origin": error.origin, "error": error.to_string() }),
        };
        println!("{line}");
    }
}

fn to_json(article: &Article) -> Value {
    let mut value = json!(article);
    for (key, role) in [("published", ClaimRole::Published), ("updated", ClaimRole::Updated)] {
        if let Some(date) = date(article, role) {
            value[key] = date;
        }
    }
    value
}

fn date(article: &Article, role: ClaimRole) -> Option<Value> {
    let claims: Vec<Claim<'_>> = article
        .claims
        .iter()
        .filter(|claim| claim.role == role)
        .map(|claim| Claim { origin: origin(claim.from), raw: &claim.raw })
        .collect();
    // Far enough in the future for every file that one may look at today.
    let now = "2100-01-01T00:00:00Z".parse().unwrap();
    let date = resolve(&claims, now, None).published?;
    // The day is the one at the place of publication, as the command line prints it.
    let local =
        date.value.timestamp().map(|instant| instant.display_with_offset(date.value.offset).to_string());
    Some(json!({ "value": local.unwrap_or_else(|| date.value.to_string()), "raw": date.raw }))
}

fn origin(from: ClaimOrigin) -> dateline_dates::ClaimOrigin {
    use dateline_dates::ClaimOrigin as Known;
    match from {
        ClaimOrigin::FeedItem | ClaimOrigin::Sitemap => Known::FeedItem,
        ClaimOrigin::HttpHeader => Known::HttpHeader,
        ClaimOrigin::JsonLd => Known::JsonLd,
        ClaimOrigin::PageMeta => Known::PageMeta,
        ClaimOrigin::PageText => Known::PageText,
        ClaimOrigin::UrlPath => Known::UrlPath,
        ClaimOrigin::HeaderLine => Known::HeaderLine,
        ClaimOrigin::Dateline => Known::Dateline,
        ClaimOrigin::FirstSentence => Known::FirstSentence,
        ClaimOrigin::FileName => Known::FileName,
        _ => Known::InputField,
    }
}
