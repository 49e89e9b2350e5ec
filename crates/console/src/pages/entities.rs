//! `/entities`: whom and what the latest news is about, and who is named more than before.

use super::articles::percent_encode;
use super::{Notice, Section, layout};
use crate::display::count;
use crate::state::Console;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query as Parameters, State};
use axum::http::StatusCode;
use axum::response::Html;
use dateline_store::{Trend, TrendRequest};
use maud::{Markup, html};
use serde::Deserialize;

/// Entities that are asked for, out of which the lists are made.
const ASKED: usize = 400;
/// Entities of a list.
const LISTED: usize = 15;
/// How many times as long the time before is.
const BEFORE: u32 = 3;
/// Articles that an entity needs to count as rising: two are chance.
const RISING_FROM: u64 = 3;

/// `?days=7`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    days: Option<u32>,
}

/// `GET /entities`.
pub(crate) async fn page(
    State(console): State<Console>,
    asked: Result<Parameters<Asked>, QueryRejection>,
) -> Result<Html<String>, Notice> {
    let Parameters(asked) = asked.map_err(|rejection| {
        Notice::new(StatusCode::BAD_REQUEST, "There is no such time", rejection.body_text())
    })?;
    let days = asked.days.unwrap_or(7).clamp(1, 3650);
    let request = TrendRequest { days, before: BEFORE, limit: ASKED };
    let trends = console.archive.reader().await?.trends(request).await?;
    let content = html! {
        div class="over" {
            h1 { "Entities" }
            (times(days))
        }
        @if trends.is_empty() {
            p class="card empty" { "No article of this time names anybody." }
        } @else {
            (rising(&trends))
            div class="tops" {
                @for (kind, title) in [("person", "People"), ("organisation", "Organisations"), ("place", "Places"), ("misc", "Other names")] {
                    (top(&trends, kind, title))
                }
            }
        }
    };
    Ok(Html(layout(Section::Entities, "Entities", &content).into_string()))
}

fn times(days: u32) -> Markup {
    html! {
        nav class="choices" aria-label="How far back, from the latest article" {
            @for (choice, name) in [(1, "Day"), (7, "Week"), (30, "Month"), (365, "Year"), (3650, "All")] {
                a href={ "/entities?days=" (choice) } aria-current=[(choice == days).then_some("true")] { (name) }
            }
        }
    }
}

fn top(trends: &[Trend], kind: &str, title: &str) -> Markup {
    let mine: Vec<&Trend> = trends.iter().filter(|trend| trend.entity.kind == kind).take(LISTED).collect();
    let most = mine.iter().map(|trend| trend.entity.articles).max().unwrap_or(1);
    html! {
        section class="card ranking" aria-labelledby={ "top-" (kind) } {
            h2 id={ "top-" (kind) } { (title) }
            @if mine.is_empty() { p class="empty" { "None." } }
            ol {
                @for trend in &mine {
                    li {
                        a href=(entity_link(kind, &trend.entity.name)) { (trend.entity.name) }
                        span class="number" { (count(trend.entity.articles)) }
                        (bar(trend.entity.articles, most, kind))
                    }
                }
            }
        }
    }
}

/// A bar against the first of the list.
fn bar(value: u64, most: u64, kind: &str) -> Markup {
    html! {
        svg class={ "share " (kind) } viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true" {
            rect width=((value * 100 / most.max(1)).max(2)) height="3" rx="1" {}
        }
    }
}

/// Named clearly more often than in the time before.
fn rising(trends: &[Trend]) -> Markup {
    let mut rising: Vec<(&Trend, f64)> = trends
        .iter()
        .filter(|trend| trend.entity.articles >= RISING_FROM)
        .map(|trend| (trend, rise(trend)))
        .filter(|(_, rise)| *rise >= 1.5)
        .collect();
    if trends.iter().all(|trend| trend.before == 0) {
        // Nothing to compare with: then everything would count as new.
        rising.clear();
    }
    rising.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.entity.articles.cmp(&a.0.entity.articles)));
    html! {
        @if !rising.is_empty() {
            section class="rising" aria-labelledby="rising" {
                h2 id="rising" { "Rising" }
                ul {
                    @for (trend, rise) in rising.iter().take(12) {
                        li class=(trend.entity.kind) {
                            a href=(entity_link(&trend.entity.kind, &trend.entity.name)) { (trend.entity.name) }
                            " " span class="times" { @if trend.before == 0 { "new" } @else { (format!("×{rise:.1}")) } }
                        }
                    }
                }
            }
        }
    }
}

/// How many times as often as before, a little against chance.
#[expect(clippy::cast_precision_loss, reason = "counts of articles")]
fn rise(trend: &Trend) -> f64 {
    let expected = (trend.before as f64 + 1.0) / f64::from(BEFORE);
    trend.entity.articles as f64 / expected.max(0.5)
}

/// The page of an entity.
pub(super) fn entity_link(kind: &str, name: &str) -> String {
    format!("/entities/one?type={kind}&name={}", percent_encode(name))
}
