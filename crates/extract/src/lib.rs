//! Foreign bytes in, articles out.
//!
//! [`extract`] reads one input (a plain-text file, JSON in the simple form or
//! as ninjs, JSON lines, a feed, a sitemap, a web archive; gzip around any of
//! them) and yields its articles in document order. A bad article is an error
//! at its own place and never stops the next one. [`JsonLines`] does the same
//! for a stream without end, line by line, [`warc::Archive`] for archives that
//! do not fit into memory. [`feed::read`] gives what a poller needs to know of a
//! feed besides its items; [`robots`] and [`opml`] read and write what else a
//! poller meets.
//!
//! Title, agency, dateline place and date claims are told apart; the body's
//! text stays verbatim. What a date claim *means* is left to `dateline-dates`,
//! and who delivered the article to the producer. No I/O, no clock here: the
//! same bytes always give the same articles.

mod canonical;
mod charset;
mod claims;
mod date_shape;
mod discovery;
mod error;
pub mod feed;
mod fragment;
mod gzip;
mod html;
mod input;
mod json;
mod json_lines;
mod lead;
mod limits;
pub mod opml;
mod page;
mod quick_hash;
pub mod robots;
mod sniff;
mod text;
pub mod warc;
mod xml;

pub use canonical::canonical_url;
pub use discovery::{OfferedFeed, offered_feeds};
pub use error::{ExtractError, Fault, Place};
pub use input::{Format, Input};
pub use json_lines::JsonLines;
pub use limits::Limits;
pub use page::training;
pub use sniff::sniff;

use dateline_model::{Article, Origin};
use std::borrow::Cow;

/// Reads every article of an input, in document order.
///
/// An input that cannot be read at all (not text, too large, of an unknown
/// format) gives exactly one error; an empty list never comes back.
#[must_use]
pub fn extract(input: &Input<'_>, limits: &Limits) -> Vec<Result<Article, ExtractError>> {
    match read(input, limits) {
        Ok(articles) if articles.is_empty() => vec![Err(whole(input, Fault::NoArticle))],
        Ok(articles) => articles,
        Err(fault) => vec![Err(whole(input, fault))],
    }
}

/// Reads the input by its format; an error here concerns the input as a whole.
fn read(input: &Input<'_>, limits: &Limits) -> Result<Vec<Result<Article, ExtractError>>, Fault> {
    if gzip::holds(input.bytes, b"WARC/") && input.bytes.len() <= limits.max_input_bytes {
        return Ok(warc::read(input, limits));
    }
    let bytes = unpacked(input, limits)?;
    let input = &Input { bytes: &bytes, ..*input };
    let format = match input.format {
        Format::Auto => sniff(input.bytes, input.path, input.content_type),
        named => named,
    };
    match format {
        Format::Text | Format::Auto => text::read(input, limits),
        Format::Json => json::read(input, limits),
        Format::JsonLines => Ok(json_lines::read(input, limits)),
        Format::Html => page::read(input, limits),
        Format::Feed => Ok(feed::read_unpacked(input, limits).items),
        Format::Warc => Ok(warc::read(input, limits)),
    }
}

/// The bytes of an input, unpacked where they are gzip.
///
/// # Errors
/// [`Fault::InputTooLarge`] past the limit, before or after unpacking.
fn unpacked<'a>(input: &Input<'a>, limits: &Limits) -> Result<Cow<'a, [u8]>, Fault> {
    let limit = limits.max_input_bytes;
    if input.bytes.len() > limit {
        return Err(Fault::InputTooLarge { bytes: input.bytes.len(), limit });
    }
    gzip::unpack(input.bytes, limit)
}

/// An error about the input as a whole.
fn whole(input: &Input<'_>, fault: Fault) -> ExtractError {
    ExtractError {
        origin: Origin { path: input.path.to_owned(), index: 0 },
        place: None,
        bytes: Some(0..input.bytes.len()),
        fault: Box::new(fault),
    }
}
