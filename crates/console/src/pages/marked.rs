//! Texts of search hits with the words found marked, and the list of hits.

use crate::display::{ago, instant};
use crate::highlight::pieces;
use dateline_model::{ArticleId, Published};
use dateline_store::{Hit, MarkedText};
use jiff::Timestamp;
use maud::{Markup, html};

/// A text with its marks.
pub(crate) fn marked(text: &MarkedText) -> Markup {
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let marks: Vec<_> = text.marks.iter().map(|mark| (place(mark.start), place(mark.end), ())).collect();
    html! {
        @for piece in pieces(&text.text, &marks) {
            @if piece.covered_by.is_empty() { (piece.text) } @else { mark { (piece.text) } }
        }
    }
}

/// Where an article's page is. A stored uri always names an article; one that does
/// not leads to the page that says so.
pub(crate) fn address(uri: &str) -> String {
    uri.parse::<ArticleId>().map_or_else(|_| "/articles/unknown".to_owned(), |id| format!("/articles/{id}"))
}

/// One hit of a list.
pub(crate) fn hit(hit: &Hit, now: Timestamp) -> Markup {
    html! {
        article class="hit" {
            h3 { a href=(address(&hit.uri)) lang=(hit.language) { (headline(hit)) } }
            p class="snippet" lang=(hit.language) { (marked(&hit.snippet)) }
            (facts(hit, now))
        }
    }
}

/// A headline, or words that say that there is none.
pub(crate) fn headline(hit: &Hit) -> Markup {
    html! {
        @match &hit.headline {
            Some(headline) => (marked(headline)),
            None => span class="none" { "(no headline)" },
        }
    }
}

/// When, from whom, in which language.
pub(crate) fn facts(hit: &Hit, now: Timestamp) -> Markup {
    html! {
        p class="facts" {
            (published(hit.published.as_ref()))
            span { (hit.source.id) }
            @if hit.language != "und" { span { (hit.language) } }
            span title=(instant(hit.ingested_at)) { "taken in " (ago(hit.ingested_at, now)) }
        }
    }
}

/// The publication date as far as it is known.
pub(crate) fn published(published: Option<&Published>) -> Markup {
    html! {
        @match published {
            Some(date) => time datetime=(date.value) { (readable(&date.value)) },
            None => span class="none" { "undated" },
        }
    }
}

/// `2023-11-07T10:00:00Z` as `2023-11-07 10:00 UTC`; a plain date as it is.
pub(crate) fn readable(value: &str) -> String {
    match value.parse::<Timestamp>() {
        Ok(at) if value.contains('T') => {
            at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%d %H:%M UTC").to_string()
        }
        _ => value.to_owned(),
    }
}
