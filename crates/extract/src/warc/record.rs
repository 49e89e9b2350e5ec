//! One record, and the articles in it.

use super::Position;
use super::http::{self, Response};
use crate::error::ExtractError;
use crate::input::{Format, Input};
use crate::limits::Limits;
use crate::sniff::sniff;
use dateline_model::{Article, ClaimOrigin, DateClaim, Origin};
use std::borrow::Cow;

/// A record of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Where it begins.
    pub position: Position,
    /// `WARC-Type` in lower case: `response`, `resource`, `request`, ...
    pub kind: String,
    /// `WARC-Target-URI`: the address that was fetched.
    pub url: Option<String>,
    /// `WARC-Date`: when it was fetched (W3C profile of ISO 8601), as written.
    pub date: Option<String>,
    /// `Content-Type` of the block.
    pub content_type: Option<String>,
    /// The block: an HTTP message, or the resource itself.
    pub block: Vec<u8>,
}

impl Record {
    /// The articles in what was fetched, numbered from `index` on; empty when
    /// the record holds no news.
    #[must_use]
    pub fn articles(&self, path: &str, index: u64, limits: &Limits) -> Vec<Result<Article, ExtractError>> {
        let Some(answer) = self.answer(limits) else { return Vec::new() };
        let url = self.url.as_deref();
        let input = Input {
            base_url: url,
            content_type: answer.content_type.as_deref(),
            ..Input::new(url.unwrap_or(path), &answer.body)
        };
        let format = sniff(input.bytes, input.path, input.content_type);
        // Scripts, style sheets and pictures are part of every crawl.
        if !matches!(format, Format::Html | Format::Feed) {
            return Vec::new();
        }
        let items = crate::extract(&input.with_format(format), limits);
        let renumbered = |(at, item): (u64, Result<Article, ExtractError>)| {
            let origin = Origin { path: path.to_owned(), index: index + at };
            match item {
                Ok(mut article) => {
                    let fetched =
                        self.date.iter().map(|date| DateClaim::fetched(ClaimOrigin::WebArchive, date));
                    article.claims.extend(fetched);
                    Ok(Article { origin, ..article })
                }
                // Offsets in the block mean nothing to whoever has the archive.
                Err(error) => Err(ExtractError { origin, bytes: None, ..error }),
            }
        };
        (0..).zip(items).map(renumbered).collect()
    }

    /// What was answered to the crawler; `None` when it was not the page.
    fn answer(&self, limits: &Limits) -> Option<Response<'_>> {
        match self.kind.as_str() {
            "response" | "conversion" if self.is_http() => {
                let response = http::parse(&self.block, limits.max_input_bytes)?;
                (response.status == 200).then_some(response)
            }
            "resource" | "conversion" | "response" => Some(Response {
                status: 200,
                content_type: self.content_type.clone(),
                body: Cow::Borrowed(&self.block),
            }),
            _ => None,
        }
    }

    fn is_http(&self) -> bool {
        self.block.starts_with(b"HTTP/")
    }
}
