//! `/sources`: who delivers, how much of it, and since when they are silent.

use super::articles::percent_encode;
use super::{Notice, Section, layout};
use crate::display::{ago, count, instant, waited};
use crate::parts::Feed;
use crate::state::Console;
use axum::extract::State;
use axum::response::Html;
use dateline_bus::SourceStatus;
use jiff::Timestamp;
use maud::{Markup, html};

/// Sources that are listed.
const LISTED: usize = 500;

/// `GET /sources`.
pub(crate) async fn page(State(console): State<Console>) -> Result<Html<String>, Notice> {
    let mut sources = console.bus.sources().await?;
    sources.sort_by(|a, b| b.last_at.cmp(&a.last_at).then_with(|| a.id.cmp(&b.id)));
    let feeds = console.feeds.all().await;
    let now = console.clock.now();
    let content = html! {
        div class="over" {
            h1 { "Sources" }
            p class="aside" { (count(sources.len() as u64)) " known to the broker, the latest first" }
        }
        (feeds_card(feeds, now))
        @if sources.is_empty() {
            p class="card empty" { "None has delivered yet. Drop an article into the inbox folder, push one, or configure a source." }
        } @else {
            (table(&sources, now))
        }
    };
    Ok(Html(layout(Section::Sources, "Sources", &content).into_string()))
}

/// The polled sources: what needs a person first, then by name.
fn feeds_card(feeds: Result<Vec<Feed>, String>, now: Timestamp) -> Markup {
    let mut feeds = match feeds {
        Ok(feeds) => feeds,
        Err(why) => return html! { p class="card reason" { "The polled sources are not known: " (why) } },
    };
    if feeds.is_empty() {
        return html! {
            p class="hint" { "No feed is polled. " code { "dateline sources add NAME URL" } " adds one." }
        };
    }
    feeds.sort_by(|a, b| urgency(a.condition).cmp(&urgency(b.condition)).then_with(|| a.id.cmp(&b.id)));
    let troubled = feeds.iter().filter(|feed| urgency(feed.condition) < FINE).count();
    html! {
        h2 { "Polled" }
        p class="aside" {
            (count(feeds.len() as u64)) " feeds, "
            @if troubled == 0 { "none in trouble" } @else { (count(troubled as u64)) " in trouble" }
        }
        div class="card scroll" role="region" aria-label="Polled sources" tabindex="0" {
            table class="sources feeds" {
                thead { tr {
                    th scope="col" { "Feed" } th scope="col" { "State" } th scope="col" { "Last answer" }
                    th scope="col" { "Last news" } th scope="col" { "Next poll" } th class="wide" scope="col" { "Remarks" }
                } }
                tbody { @for feed in feeds.iter().take(LISTED) { (feed_row(feed, now)) } }
            }
        }
        @if feeds.len() > LISTED { p class="hint" { "and " (feeds.len() - LISTED) " more: " code { "dateline sources list" } } }
        h2 { "Delivered" }
    }
}

fn feed_row(feed: &Feed, now: Timestamp) -> Markup {
    let troubled = urgency(feed.condition) < FINE;
    html! {
        tr {
            th scope="row" title=(feed.url) { (feed.id) }
            td { span class=[troubled.then_some("reason")] { (feed.condition) } }
            td { (moment(feed.last_success, now, "never")) }
            td { (moment(feed.last_new, now, "none yet")) }
            td { @if resting(feed.condition) { span class="none" { "not until resumed" } } @else { (next(feed.next_at, now)) } }
            td class="wide" {
                @if let Some(holder) = &feed.polled_by { "polled by " code { (holder) } " " }
                @if let Some(error) = &feed.last_error {
                    @if feed.failures > 0 { (count(u64::from(feed.failures))) " failed in a row: " (error) }
                }
            }
        }
    }
}

/// What needs a person has the smaller number.
fn urgency(condition: &str) -> u8 {
    match condition {
        "failing" => 0,
        "gone" => 1,
        "silent" => 2,
        "paused" => FINE + 1,
        _ => FINE,
    }
}

/// The urgency of a source with which nothing is wrong.
const FINE: u8 = 3;

fn resting(condition: &str) -> bool {
    matches!(condition, "paused" | "gone")
}

fn next(at: Option<Timestamp>, now: Timestamp) -> Markup {
    match at {
        Some(at) if at > now => {
            html! { time datetime=(at) title=(instant(at)) { "in " (waited((at.as_second() - now.as_second()).unsigned_abs())) } }
        }
        _ => html! { "now" },
    }
}

fn moment(at: Option<Timestamp>, now: Timestamp, none: &str) -> Markup {
    html! {
        @match at {
            Some(at) => time datetime=(at) title=(instant(at)) { (ago(at, now)) },
            None => span class="none" { (none) },
        }
    }
}

fn table(sources: &[SourceStatus], now: Timestamp) -> Markup {
    let most = sources.iter().map(|source| source.raw).max().unwrap_or(1).max(1);
    html! {
        div class="card scroll" role="region" aria-label="Sources" tabindex="0" {
            table class="sources" {
                thead { tr {
                    th scope="col" { "Source" } th scope="col" { "Last article" }
                    th class="number" scope="col" { "Taken in" } th class="wide" scope="col" { span class="hidden" { "Share" } }
                    th class="number" scope="col" { "Stored today" } th class="number" scope="col" { "Dead letters" }
                } }
                tbody {
                    @for source in sources.iter().take(LISTED) {
                        tr {
                            th scope="row" { a href={ "/articles?q=" (percent_encode(&format!("source:{}", source.id))) "&order=newest" } { (source.id) } }
                            td { (moment(source.last_at, now, "none is kept")) }
                            td class="number" { (count(source.raw)) }
                            td class="wide" { (share(source.raw, most)) }
                            td class="number" { (count(source.stored)) }
                            td class="number" { @if source.dead > 0 { span class="reason" { (count(source.dead)) } } @else { "0" } }
                        }
                    }
                }
            }
        }
        @if sources.len() > LISTED { p class="hint" { "and " (sources.len() - LISTED) " more" } }
        p class="hint" { "Taken in: raw articles that the broker still keeps, which is its replay window. Figures over longer times are in the metrics." }
    }
}

/// A bar against the largest source.
fn share(value: u64, most: u64) -> Markup {
    let width = if value == 0 { 0 } else { (value * 100 / most).max(1) };
    html! {
        svg class="gauge" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" {
            rect class="room" width="100" height="4" {}
            rect class="fill" width=(width) height="4" {}
        }
    }
}
