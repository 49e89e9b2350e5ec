//! `/dead`: what stages gave up on, the latest first. `letter` shows one, and acts.

use super::{Notice, Section, layout};
use crate::display::{count, instant};
use crate::state::Console;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query as Parameters, State};
use axum::http::StatusCode;
use axum::response::Html;
use dateline_bus::{DeadEntry, DeadFilter};
use dateline_model::DeadLetter;
use maud::{Markup, html};
use serde::Deserialize;

/// Letters on one page; each costs the broker a question.
const LISTED: usize = 50;
/// Characters of a letter's explanation in the list.
const DETAIL: usize = 240;

/// `?before=NUMBER&done=replayed&number=NUMBER`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    before: Option<u64>,
    done: Option<Done>,
    number: Option<u64>,
}

/// What was just done to a letter.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Done {
    Replayed,
    Dropped,
}

/// `GET /dead`.
pub(crate) async fn list(
    State(console): State<Console>,
    asked: Result<Parameters<Asked>, QueryRejection>,
) -> Result<Html<String>, Notice> {
    let Parameters(asked) = asked.map_err(|rejection| {
        Notice::new(StatusCode::BAD_REQUEST, "There is no such page", rejection.body_text())
    })?;
    let desk = console.bus.dead_letters();
    let all = desk.count().await?;
    let before = asked.before.unwrap_or(u64::MAX);
    let letters = desk.latest(&DeadFilter::default(), before, LISTED + 1).await?;
    let (letters, more) = (&letters[..letters.len().min(LISTED)], letters.len() > LISTED);
    let content = html! {
        @if let (Some(done), Some(number)) = (asked.done, asked.number) { (told(done, number)) }
        div class="over" {
            h1 { "Dead letters" }
            p class="aside" { (count(all)) " kept, the latest first" }
        }
        @if letters.is_empty() {
            p class="card empty" { "None. Whatever a stage gives up on is kept here, whole." }
        } @else {
            (table(letters))
            nav class="pages" aria-label="Pages of letters" {
                @if asked.before.is_some() { a href="/dead" { "← Latest" } }
                @if let (true, Some(last)) = (more, letters.last()) {
                    a rel="next" href={ "/dead?before=" (last.sequence) } { "Earlier →" }
                }
            }
            p class="hint" { "Mend the cause, then replay a letter on its page, or many with " code { "dateline dead replay" } "." }
        }
    };
    Ok(Html(layout(Section::Dead, "Dead letters", &content).into_string()))
}

fn told(done: Done, number: u64) -> Markup {
    html! {
        p class="told" role="status" {
            @match done {
                Done::Replayed => { "Letter " (number) " was sent through again." },
                Done::Dropped => { "Letter " (number) " was dropped." },
            }
        }
    }
}

fn table(letters: &[DeadEntry]) -> Markup {
    html! {
        div class="card scroll" role="region" aria-label="Dead letters" tabindex="0" {
            table class="letters" {
                thead { tr {
                    th class="number" scope="col" { "Number" } th scope="col" { "Reason" } th scope="col" { "Stage" }
                    th scope="col" { "What happened" } th scope="col" { "When" }
                } }
                tbody {
                    @for DeadEntry { sequence, letter } in letters {
                        tr {
                            th class="number" scope="row" { a href={ "/dead/" (sequence) } { (sequence) } }
                            td { span class="reason" { (letter.reason.as_str()) } }
                            td { (letter.stage.as_str()) }
                            td class="detail" { (shortened(&letter.detail, DETAIL)) small { (place(letter)) } }
                            td class="when" { (instant(letter.last_at)) }
                        }
                    }
                }
            }
        }
    }
}

/// Where the input stood, or the subject that it came on.
fn place(letter: &DeadLetter) -> &str {
    letter.place.as_deref().unwrap_or(&letter.subject)
}

/// The first characters, and a sign where there are more.
pub(super) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
