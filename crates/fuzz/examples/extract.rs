//! Prints what `dateline extract` prints, without the weight of the whole
//! program: for measuring the readers while working on them.
//!
//! `cargo run --release -p dateline-fuzz --example extract -- extract
//! [--content-type T] [--url BASE] PATH...`

use dateline_dates::{Claim, ClaimOrigin as DateOrigin, resolve};
use dateline_extract::{ExtractError, Input, Limits};
use dateline_model::{Article, ClaimOrigin, ClaimRole};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::io::Write as _;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1).peekable();
    arguments.next_if_eq("extract");
    let (mut content_type, mut url, mut paths) = (None, None, Vec::new());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--content-type" => content_type = arguments.next(),
            "--url" => url = arguments.next(),
            _ => paths.push(argument),
        }
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for path in &paths {
        let bytes = std::fs::read(path)?;
        let input = Input {
            base_url: url.as_deref(),
            content_type: content_type.as_deref(),
            ..Input::new(path, &bytes)
        };
        for item in dateline_extract::extract(&input, &Limits::default()) {
            writeln!(out, "{}", to_json(item))?;
        }
    }
    out.flush()
}

fn to_json(item: Result<Article, ExtractError>) -> Value {
    match item {
        Err(error) => json!({ "origin": error.origin, "error": error.to_string() }),
        Ok(article) => {
            let (published, updated) =
                (date(&article, ClaimRole::Published), date(&article, ClaimRole::Updated));
            let mut value = json!(article);
            if let Some(object) = value.as_object_mut() {
                object.remove("claims");
                object.extend(published.map(|date| ("published".to_owned(), date)));
                object.extend(updated.map(|date| ("updated".to_owned(), date)));
            }
            value
        }
    }
}

/// What the article's claims of one role come to. Nothing is in the future of
/// the year 2100.
fn date(article: &Article, role: ClaimRole) -> Option<Value> {
    let now = Timestamp::from_second(4_102_444_800).ok()?;
    let claims: Vec<Claim<'_>> = article
        .claims
        .iter()
        .filter(|claim| claim.role == role)
        .map(|claim| Claim { origin: origin(claim.from), raw: &claim.raw })
        .collect();
    let date = resolve(&claims, now, None).published?;
    Some(json!({ "value": date.value.to_string(), "raw": date.raw }))
}

fn origin(from: ClaimOrigin) -> DateOrigin {
    match from {
        ClaimOrigin::FeedItem | ClaimOrigin::Sitemap => DateOrigin::FeedItem,
        ClaimOrigin::HttpHeader => DateOrigin::HttpHeader,
        ClaimOrigin::JsonLd => DateOrigin::JsonLd,
        ClaimOrigin::PageMeta => DateOrigin::PageMeta,
        ClaimOrigin::UrlPath => DateOrigin::UrlPath,
        ClaimOrigin::HeaderLine => DateOrigin::HeaderLine,
        ClaimOrigin::Dateline => DateOrigin::Dateline,
        ClaimOrigin::FirstSentence => DateOrigin::FirstSentence,
        ClaimOrigin::FileName => DateOrigin::FileName,
        _ => DateOrigin::InputField,
    }
}
