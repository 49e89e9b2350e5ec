//! `/`: whether news flows, where it is, and what came last.

use super::arrived::arrived;
use super::{Section, layout};
use crate::chart::spark;
use crate::flow::{CONSUMING, DEAD, ENRICHED, Figures, Layout, RAW, STORED, picture};
use crate::state::Console;
use axum::extract::State;
use axum::response::Html;
use maud::{Markup, html};
use std::sync::Arc;
use std::time::Duration;

/// How long the first page may wait for the first look.
const FIRST_LOOK: Duration = Duration::from_secs(2);

/// What each stream holds, in the order of the flow.
const STREAMS: [(&str, &str); 4] = [
    (RAW, "raw articles"),
    (ENRICHED, "enriched records"),
    (STORED, "notices of what was stored"),
    (DEAD, "dead letters"),
];

/// `GET /`.
pub(crate) async fn page(State(console): State<Console>) -> Html<String> {
    let mut looks = console.flow.clone();
    let look = tokio::time::timeout(FIRST_LOOK, looks.wait_for(|flow| flow.looks > 0)).await;
    let flow = look.ok().and_then(Result::ok).map_or_else(Arc::default, |flow| Arc::clone(&flow));
    let figures = Figures::of(&flow);
    let content = html! {
        (heading(&figures))
        div class="card scene" {
            (picture(Layout::Wide, &figures))
            (picture(Layout::Tall, &figures))
        }
        (paces(&figures))
        div class="columns" {
            section aria-labelledby="arrived" {
                div class="over" {
                    h2 id="arrived" { "Just stored" }
                    p class="aside" { a href="/articles" { "All articles" } }
                }
                div class="card" data-live-html="arrived" { (arrived(&flow, console.clock.now())) }
            }
            section aria-labelledby="inside" {
                div class="over" { h2 id="inside" { "Inside" } p class="aside" { "nats-server " (live(&figures, "broker.version")) } }
                (stages(&figures))
                (streams(&figures))
                (store(&figures))
            }
        }
    };
    Html(layout(Section::Flow, "Flow", &content).into_string())
}

fn heading(figures: &Figures) -> Markup {
    html! {
        div class="verdict" data-live-state="verdict" data-state=(figures.state("verdict")) {
            span class="lamp" aria-hidden="true" {}
            div {
                h1 role="status" data-live="verdict.title" { (figures.text("verdict.title")) }
                p data-live="verdict.detail" { (figures.text("verdict.detail")) }
            }
            p class="pulse" data-live-pulse="" { noscript { "Reload for newer figures" } }
        }
    }
}

/// A figure that the script keeps alive.
fn live(figures: &Figures, name: &str) -> Markup {
    html! { span data-live=(name) { (figures.text(name)) } }
}

/// How fast news comes in, is enriched and stored, with the last two minutes.
fn paces(figures: &Figures) -> Markup {
    html! {
        div class="paces" {
            @for (name, what) in [("accepted", "coming in"), ("enriched", "enriched"), ("stored", "stored")] {
                div class="card pace" {
                    p class="rate" { (live(figures, &format!("rate.{name}"))) }
                    p class="what" { (what) }
                    (spark(figures.drawing(name), &format!("Articles a second {what}, last two minutes"), name))
                }
            }
        }
    }
}

fn stages(figures: &Figures) -> Markup {
    html! {
        div class="card scroll" role="region" aria-label="Stages" tabindex="0" {
            table {
                thead { tr {
                    th scope="col" { "Stage" } th scope="col" { "State" } th class="number" scope="col" { "Waiting" }
                    th class="number" scope="col" { "In work" } th class="number" scope="col" { "Oldest" }
                    th class="number" scope="col" { "Again" }
                } }
                tbody {
                    tr {
                        th scope="row" { "producer" }
                        td colspan="5" { span class="state" data-live-state="gate" data-state=(figures.state("gate")) {
                            "sources " (live(figures, "gate"))
                        } }
                    }
                    @for name in CONSUMING {
                        tr {
                            th scope="row" { (name) }
                            td { span class="state" data-live-state=(name) data-state=(figures.state(name)) {
                                (live(figures, &format!("{name}.state")))
                            } }
                            @for figure in ["waiting", "working", "age", "again"] {
                                td class="number" { (live(figures, &format!("{name}.{figure}"))) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn streams(figures: &Figures) -> Markup {
    html! {
        div class="card scroll" role="region" aria-label="Streams" tabindex="0" {
            table {
                thead { tr {
                    th scope="col" { "Stream" } th class="number" scope="col" { "Taken in" }
                    th class="number" scope="col" { "Kept" } th class="number" scope="col" { "Size" }
                } }
                tbody {
                    @for (name, what) in STREAMS {
                        tr {
                            th scope="row" { (name) small { (what) } }
                            td class="number" { (live(figures, &format!("{name}.taken"))) }
                            td class="number" { (live(figures, &format!("{name}.messages"))) }
                            td class="number" { (live(figures, &format!("{name}.size"))) }
                        }
                    }
                }
            }
        }
    }
}

fn store(figures: &Figures) -> Markup {
    html! {
        dl class="card strip" aria-label="Store" {
            @for name in ["articles", "versions", "entities", "retracted"] {
                div { dt { (name) } dd { (live(figures, &format!("store.{name}"))) } }
            }
        }
    }
}
