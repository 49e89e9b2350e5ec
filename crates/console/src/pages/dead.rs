//! `/dead`: what stages gave up on, whole and unchanged. Looking only; replay and
//! drop are the command line's until the console knows who asks.

use super::{Notice, Section, layout};
use crate::display::{count, instant, size};
use crate::state::Console;
use axum::extract::{Path, State};
use axum::response::Html;
use dateline_bus::{DeadEntry, DeadFilter};
use dateline_model::{DeadLetter, Payload};
use maud::{Markup, html};

/// Letters on one page; each costs the broker a question.
const LISTED: usize = 100;
/// Characters of a payload that are shown.
const SHOWN: usize = 20_000;
/// Characters of a letter's explanation in the list.
const DETAIL: usize = 240;

/// `GET /dead`.
pub(crate) async fn list(State(console): State<Console>) -> Result<Html<String>, Notice> {
    let desk = console.bus.dead_letters();
    let all = desk.count().await?;
    let letters = desk.list(&DeadFilter::default(), LISTED).await?;
    let content = html! {
        div class="over" {
            h1 { "Dead letters" }
            p class="aside" { (count(all)) " kept" @if all > LISTED as u64 { ", the " (LISTED) " oldest shown" } }
        }
        @if letters.is_empty() {
            p class="card empty" { "None. Whatever a stage gives up on is kept here, whole." }
        } @else {
            (table(&letters))
            p class="hint" { "Mend the cause, then " code { "dateline dead replay NUMBER" } " sends a letter through again." }
        }
    };
    Ok(Html(layout(Section::Dead, "Dead letters", &content).into_string()))
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
fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// `GET /dead/{number}`.
pub(crate) async fn letter(
    State(console): State<Console>,
    Path(number): Path<String>,
) -> Result<Html<String>, Notice> {
    let sequence = number.parse().map_err(|_| {
        Notice::not_found("There is no such dead letter", format!("`{number}` is no number."))
    })?;
    let entry = console.bus.dead_letters().get(sequence).await?;
    let letter = &entry.letter;
    let title = format!("Dead letter {sequence}");
    let content = html! {
        p class="crumb" { a href="/dead" { "Dead letters" } " / " (sequence) }
        h1 { (title) " " span class="reason" { (letter.reason.as_str()) } }
        p class="lead" { (letter.detail) }
        section class="card" aria-label="Facts" { (facts(letter)) }
        (payload(letter))
        p class="hint" { "Send it through again with " code { "dateline dead replay " (sequence) } ", or take it off the desk with "
            code { "dateline dead drop " (sequence) } "." }
    };
    Ok(Html(layout(Section::Dead, &title, &content).into_string()))
}

fn facts(letter: &DeadLetter) -> Markup {
    html! {
        dl class="pairs" {
            dt { "stage" } dd { (letter.stage.as_str()) }
            @if let Some(place) = &letter.place { dt { "place" } dd { code { (place) } } }
            dt { "subject" } dd { code { (letter.subject) } }
            dt { "attempts" } dd { (letter.attempts) }
            dt { "first seen" } dd { (instant(letter.first_at)) }
            dt { "given up" } dd { (instant(letter.last_at)) }
            @for (name, value) in &letter.headers { dt { (name) } dd { code { (value) } } }
        }
    }
}

fn payload(letter: &DeadLetter) -> Markup {
    let (form, text) = match &letter.payload {
        Payload::Text(text) => ("text", text.as_str()),
        Payload::Hex(digits) => ("hexadecimal: it is no UTF-8", digits.as_str()),
    };
    let bytes = if matches!(letter.payload, Payload::Hex(_)) { text.len() / 2 } else { text.len() };
    html! {
        section aria-labelledby="payload" {
            div class="over" {
                h2 id="payload" { "Payload" }
                p class="aside" {
                    (form) ", " (size(bytes as u64))
                    @if letter.truncated_bytes > 0 { ", " (size(letter.truncated_bytes)) " more were too many to keep" }
                }
            }
            pre class="card payload" tabindex="0" { (shortened(text, SHOWN)) }
        }
    }
}
