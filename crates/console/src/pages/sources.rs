//! `/sources`: who delivers, how much of it, and since when they are silent.

use super::articles::percent_encode;
use super::{Notice, Section, layout};
use crate::display::{ago, count, instant};
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
    let now = console.clock.now();
    let content = html! {
        div class="over" {
            h1 { "Sources" }
            p class="aside" { (count(sources.len() as u64)) " known to the broker, the latest first" }
        }
        @if sources.is_empty() {
            p class="card empty" { "None has delivered yet. Drop an article into the inbox folder, push one, or configure a source." }
        } @else {
            (table(&sources, now))
        }
    };
    Ok(Html(layout(Section::Sources, "Sources", &content).into_string()))
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
                            td { (last(source.last_at, now)) }
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

fn last(at: Option<Timestamp>, now: Timestamp) -> Markup {
    html! {
        @match at {
            Some(at) => time datetime=(at) title=(instant(at)) { (ago(at, now)) },
            None => span class="none" { "none is kept" },
        }
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
