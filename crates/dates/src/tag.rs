//! Finds the temporal expressions of a text.

use crate::anchor::Context;
use crate::timex::{Timex, TimexKind};
use dateline_text::{Document, Token, TokenKind};
use jiff::tz::TimeZone;

/// The temporal expressions of `document`, in order, without overlaps.
///
/// ```
/// use dateline_dates::{Context, Language, tag};
/// let document = dateline_text::Document::new("Signed on 2023-11-03 in Kyiv.");
/// let found = tag(&document, &Context { anchor: None, language: Language::English });
/// assert_eq!(found[0].value, "2023-11-03");
/// ```
#[must_use]
pub fn tag(document: &Document<'_>, context: &Context<'_>) -> Vec<Timex> {
    let zone = context.anchor.and_then(|anchor| anchor.zone.clone()).unwrap_or(TimeZone::UTC);
    document.tokens().iter().filter_map(|token| iso_date(document, token, &zone)).collect()
}

fn iso_date(document: &Document<'_>, token: &Token, zone: &TimeZone) -> Option<Timex> {
    let text = document.slice(token);
    if token.kind != TokenKind::Number || text.len() != 10 {
        return None;
    }
    let date: jiff::civil::Date = text.parse().ok()?;
    let begin = zone.to_timestamp(date.at(0, 0, 0, 0)).ok();
    let end = date.tomorrow().ok().and_then(|next| zone.to_timestamp(next.at(0, 0, 0, 0)).ok());
    Some(Timex {
        start: token.start as usize,
        end: token.end as usize,
        kind: TimexKind::Date,
        value: date.to_string(),
        begin,
        until: end,
        modifier: None,
        anchor: None,
        rule: "iso-date",
    })
}
