//! A text of an article with dates and entities highlighted.
//!
//! Each highlight is a link to its entry in the list beside the text, so that it
//! works with a keyboard and a finger; what it means is shown beside it while the
//! pointer or the focus is there.

use crate::display::{length, short_instant};
use crate::highlight::{Annotation, Piece, annotations, pieces};
use dateline_model::{Entity, EntityType, NewsRecord, Timex, TimexType};
use maud::{Markup, html};

/// Code points of a text that are shown: what a browser lays out without delay.
const SHOWN: usize = 100_000;
/// Highlights of a text; a text with more is a list, and links to all of them help nobody.
const MOST: usize = 5_000;

/// One field of a record.
pub(super) fn text(record: &NewsRecord, field: &str) -> Markup {
    let whole = record.field(field).unwrap_or_default();
    let shown = whole.char_indices().nth(SHOWN).map_or(whole, |(end, _)| &whole[..end]);
    let mut annotations = annotations(record, field);
    annotations.sort_by_key(|(start, ..)| *start);
    annotations.truncate(MOST);
    html! {
        @for piece in pieces(shown, &annotations) { (show(record, &piece)) }
        @if shown.len() < whole.len() {
            p class="cut" { "Only the first " (SHOWN) " characters are shown." }
        }
    }
}

fn show(record: &NewsRecord, piece: &Piece<'_, Annotation>) -> Markup {
    let Some(&first) = piece.covered_by.first() else { return html! { (piece.text) } };
    let anchor = piece.begins.first().map(|&annotation| anchor(record, annotation));
    html! {
        a class={ "hl " (kind(record, first)) } href={ "#" (target(record, first)) } id=[anchor] {
            (piece.text)
            span class="card" role="note" {
                @for &annotation in &piece.covered_by { (explanation(record, annotation)) }
            }
        }
    }
}

/// Entry of an annotation in the list beside the text.
fn target(record: &NewsRecord, annotation: Annotation) -> &str {
    match annotation {
        Annotation::Date(index) => &record.dateline.timex[index].id,
        Annotation::Entity(index, _) => &record.dateline.entities[index].id,
    }
}

/// Its place in the text, for the way back from the list.
fn anchor(record: &NewsRecord, annotation: Annotation) -> String {
    match annotation {
        Annotation::Date(index) => mention_anchor(&record.dateline.timex[index].id, 0),
        Annotation::Entity(index, mention) => mention_anchor(&record.dateline.entities[index].id, mention),
    }
}

/// The id of a mention within the page.
pub(super) fn mention_anchor(id: &str, mention: usize) -> String {
    format!("{id}-{mention}")
}

fn kind(record: &NewsRecord, annotation: Annotation) -> &'static str {
    match annotation {
        Annotation::Date(_) => "date",
        Annotation::Entity(index, _) => class(record.dateline.entities[index].kind),
    }
}

/// The style of an entity's type.
pub(super) fn class(kind: EntityType) -> &'static str {
    kind.as_str()
}

fn explanation(record: &NewsRecord, annotation: Annotation) -> Markup {
    match annotation {
        Annotation::Date(index) => date_card(&record.dateline.timex[index]),
        Annotation::Entity(index, _) => entity_card(&record.dateline.entities[index]),
    }
}

fn date_card(timex: &Timex) -> Markup {
    html! {
        span class="fact date" {
            strong { (timex.value) }
            span { (timex_kind(timex.kind)) @if let Some(modifier) = &timex.modifier { ", " (modifier) } }
            @if let Some(interval) = interval(timex) { span { (interval) } }
            @if let Some(anchor) = &timex.anchor { span { "counted from " (anchor) } }
            span class="why" { "rule " (timex.rule) }
        }
    }
}

fn entity_card(entity: &Entity) -> Markup {
    html! {
        span class={ "fact " (class(entity.kind)) } {
            strong { (entity.name) }
            span { (entity.kind.as_str()) @if let Some(role) = &entity.role { ", " (role) } }
            @if let Some(uri) = &entity.uri { span { (uri) } }
            @if let Some(reason) = &entity.reason { span class="why" { (reason) } }
        }
    }
}

/// What a temporal expression denotes, in a word.
pub(super) fn timex_kind(kind: TimexType) -> &'static str {
    match kind {
        TimexType::Date => "date",
        TimexType::Time => "time",
        TimexType::Duration => "duration",
        TimexType::Set => "repetition",
    }
}

/// `2023-11-03, 1 day`; `2023-11-03 06:00, 6 hours`.
pub(super) fn interval(timex: &Timex) -> Option<String> {
    let (begin, end) = (timex.begin?, timex.end?);
    let length = length(begin, end).map(|length| format!(", {length}")).unwrap_or_default();
    Some(format!("from {}{length}", short_instant(begin)))
}
