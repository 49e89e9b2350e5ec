//! What stands beside an article: how its date is known, entities, dates, versions.

use super::article_text::{class, interval, mention_anchor, timex_kind};
use super::entities::entity_link;
use super::marked::readable;
use crate::display::{instant, percent, web_link};
use dateline_model::{
    Entity, NewsRecord, Published, PublishedConflict, Readability, Span, Timex, ZoneKnowledge,
};
use dateline_store::Version;
use maud::{Markup, html};

/// Mentions that are linked from an entity's entry.
const MENTIONS: usize = 6;
/// Entries of a list; the record has them all.
const ENTRIES: usize = 200;
/// Versions that are listed.
const VERSIONS: usize = 20;

/// The lists beside the text.
pub(super) fn side(record: &NewsRecord, versions: &[Version], shown: &Version) -> Markup {
    let extension = &record.dateline;
    html! {
        div class="side" {
            (publication(extension.published.as_ref()))
            @if !extension.warnings.is_empty() {
                section class="card warnings" aria-labelledby="warnings" {
                    h2 id="warnings" { "Warnings" }
                    ul { @for warning in &extension.warnings { li { (warning) } } }
                }
            }
            section class="card" aria-labelledby="entities" {
                h2 id="entities" { "Entities" span class="number" { (extension.entities.len()) } }
                @if extension.entities.is_empty() { p class="empty" { "None was found." } }
                ul class="entries" { @for each in extension.entities.iter().take(ENTRIES) { (entity(each)) } }
                (more(extension.entities.len()))
            }
            section class="card" aria-labelledby="dates" {
                h2 id="dates" { "Dates in the text" span class="number" { (extension.timex.len()) } }
                @if extension.timex.is_empty() { p class="empty" { "None was found." } }
                ul class="entries" { @for each in extension.timex.iter().take(ENTRIES) { (date(each)) } }
                (more(extension.timex.len()))
            }
            (history(versions, shown))
            (about(record))
        }
    }
}

fn more(entries: usize) -> Markup {
    html! { @if entries > ENTRIES { p class="empty" { "and " (entries - ENTRIES) " more in the record" } } }
}

fn publication(published: Option<&Published>) -> Markup {
    html! {
        section class="card publication" aria-labelledby="publication" {
            h2 id="publication" { "Publication date" }
            @match published {
                None => {
                    p class="value none" { "Unknown" }
                    p { "No claim states one, so none is given; relative dates stay unresolved." }
                }
                Some(date) => {
                    p class="value" { time datetime=(date.value) { (readable(&date.value)) } }
                    p {
                        "The " (origin(&date.from)) " says " q { (date.raw) } "."
                    }
                    p class="facts" {
                        span { (percent(date.confidence)) " sure" }
                        span { "to the " (date.precision.as_str()) }
                        @if let Some(zone) = zone(date.zone) { span { (zone) } }
                    }
                    @if !date.conflicts.is_empty() { (conflicts(&date.conflicts)) }
                }
            }
        }
    }
}

fn conflicts(conflicts: &[PublishedConflict]) -> Markup {
    html! {
        h3 { "Other claims" }
        ul class="conflicts" {
            @for claim in conflicts {
                li {
                    "The " (origin(&claim.from)) " says " q { (claim.raw) }
                    @if let Some(value) = &claim.value { " (" (readable(value)) ")" }
                    ": " (claim.reason)
                }
            }
        }
    }
}

/// `text-header` as words.
fn origin(from: &str) -> String {
    from.replace('-', " ")
}

fn zone(zone: ZoneKnowledge) -> Option<&'static str> {
    match zone {
        ZoneKnowledge::Explicit => Some("zone stated"),
        ZoneKnowledge::Assumed => Some("zone assumed"),
        ZoneKnowledge::None => None,
    }
}

fn entity(entity: &Entity) -> Markup {
    html! {
        li id=(entity.id) {
            p class="name" {
                span class={ "dot " (class(entity.kind)) } aria-hidden="true" {}
                a href=(entity_link(entity.kind.as_str(), &entity.name)) { strong { (entity.name) } }
                span class="kind" { (entity.kind.as_str()) @if let Some(country) = &entity.country { " · " (country) } }
            }
            @if let Some(role) = &entity.role { p class="minor" { (role) } }
            @if let Some(uri) = &entity.uri {
                p class="minor" {
                    @match web_link(uri) {
                        Some(link) => a href=(link) rel="noreferrer noopener nofollow external" { (without_scheme(link)) },
                        None => code { (uri) },
                    }
                }
            }
            @if let Some(reason) = &entity.reason { p class="minor" { (reason) } }
            p class="minor" {
                (percent(entity.confidence)) " sure, salience " (percent(entity.salience)) " · "
                (mentions(entity))
            }
        }
    }
}

/// A link's text: what tells it apart from others.
fn without_scheme(link: &str) -> &str {
    link.split_once("://").map_or(link, |(_, rest)| rest.strip_prefix("www.").unwrap_or(rest))
}

fn mentions(entity: &Entity) -> Markup {
    let hidden = entity.mentions.len().saturating_sub(MENTIONS);
    html! {
        @for (index, span) in entity.mentions.iter().enumerate().take(MENTIONS) {
            @if index > 0 { ", " }
            a href={ "#" (mention_anchor(&entity.id, index)) } title=(place(span)) { (index + 1) }
        }
        @if hidden > 0 { " and " (hidden) " more" }
    }
}

/// Where a span stands: `headline, characters 3–9`.
fn place(span: &Span) -> String {
    let field = if span.field.starts_with("headlines") { "headline" } else { "text" };
    format!("{field}, characters {}–{}: {}", span.start, span.end, span.text)
}

fn date(timex: &Timex) -> Markup {
    html! {
        li id=(timex.id) {
            p class="name" {
                span class="dot date" aria-hidden="true" {}
                a href={ "#" (mention_anchor(&timex.id, 0)) } title=(place(&timex.span)) { q { (timex.span.text) } }
                span class="kind" { (timex_kind(timex.kind)) }
            }
            p class="minor" {
                code { (timex.value) }
                @if let Some(modifier) = &timex.modifier { " " code { (modifier) } }
                @if let Some(interval) = interval(timex) { " " (interval) }
            }
            p class="minor" {
                "rule " (timex.rule)
                @if let Some(anchor) = &timex.anchor { ", counted from " (anchor) }
            }
        }
    }
}

fn history(versions: &[Version], shown: &Version) -> Markup {
    html! {
        section class="card" aria-labelledby="versions" {
            h2 id="versions" { "Versions" span class="number" { (versions.len()) } }
            ol class="entries" {
                @for version in versions.iter().take(VERSIONS) {
                    @let hash = version.info.content_hash.to_string();
                    li {
                        a href={ "?version=" (hash) } aria-current=[std::ptr::eq(version, shown).then_some("true")] {
                            code { (hash[..8]) }
                        }
                        @if version.info.current { " current" }
                        @if version.info.retracted { " retraction" }
                        p class="minor" { "seen " (instant(version.info.first_seen)) }
                    }
                }
            }
            @if versions.len() > 1 {
                p class="minor" { a href={ "/articles/" (shown.record.uri.trim_start_matches("urn:uuid:")) "/versions" } { "Compare them side by side" } }
            }
            @if versions.len() > VERSIONS { p class="empty" { "and " (versions.len() - VERSIONS) " earlier" } }
        }
    }
}

/// The record itself: ids, stages, readability.
fn about(record: &NewsRecord) -> Markup {
    html! {
        section class="card" aria-labelledby="record" {
            h2 id="record" { "Record" }
            dl class="pairs" {
                dt { "uri" } dd { code { (record.uri) } }
                @for id in &record.alt_ids { dt { (id.role) } dd { code { (id.value) } } }
                dt { "taken in" } dd { (instant(record.dateline.ingested_at)) }
                @if let Some(trace) = record.dateline.trace_parent.as_deref().and_then(trace_id) {
                    dt { "trace" } dd { code title="Look for it in the logs, or at the collector of traces" { (trace) } }
                }
                @for entry in &record.dateline.provenance {
                    dt { (entry.stage.as_str()) }
                    dd {
                        (entry.version) @if let Some(model) = &entry.model { ", " (model) }
                        ", " (format!("{:.1}", entry.ms)) " ms"
                    }
                }
                @if let Some(measured) = &record.dateline.readability { (readability(measured)) }
            }
        }
    }
}

/// The part of a `traceparent` that logs and collectors are searched by.
fn trace_id(trace_parent: &str) -> Option<&str> {
    trace_parent.split('-').nth(1)
}

fn readability(measured: &Readability) -> Markup {
    html! {
        dt { "length" } dd { (measured.words) " words in " (measured.sentences) " sentences" }
        dt { "LIX" } dd { (format!("{:.0}", measured.lix)) }
    }
}
