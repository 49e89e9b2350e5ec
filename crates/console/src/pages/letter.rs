//! `/dead/{number}`: one dead letter, whole and unchanged; replaying and dropping it.

use super::dead::shortened;
use super::{Notice, Section, layout};
use crate::display::{instant, size};
use crate::session;
use crate::state::Console;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, Redirect};
use dateline_model::{DeadLetter, Payload};
use maud::{Markup, html};

/// Characters of a payload that are shown.
const SHOWN: usize = 20_000;

/// `GET /dead/{number}`.
pub(crate) async fn page(
    State(console): State<Console>,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Result<Html<String>, Notice> {
    let sequence = read(&number)?;
    let entry = console.bus.dead_letters().get(sequence).await?;
    let letter = &entry.letter;
    let title = format!("Dead letter {sequence}");
    let content = html! {
        p class="crumb" { a href="/dead" { "Dead letters" } " / " (sequence) }
        h1 { (title) " " span class="reason" { (letter.reason.as_str()) } }
        p class="lead" { (letter.detail) }
        (actions(sequence, session::is_open(&console, &headers)))
        section class="card facts-card" aria-label="Facts" { (facts(letter)) }
        (payload(letter))
        p class="hint" { "At a terminal: " code { "dateline dead replay " (sequence) } ", "
            code { "dateline dead drop " (sequence) } "." }
    };
    Ok(Html(layout(Section::Dead, &title, &content).into_string()))
}

/// `POST /dead/{number}/replay`.
pub(crate) async fn replay(
    State(console): State<Console>,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Result<Redirect, Notice> {
    session::check(&console, &headers)?;
    let sequence = read(&number)?;
    let entry = console.bus.dead_letters().get(sequence).await?;
    console.replay.replay(entry).await.map_err(|why| {
        Notice::new(StatusCode::CONFLICT, "The letter was not sent through again", format!("{why}."))
    })?;
    tracing::info!(sequence, "dead letter replayed from the console");
    Ok(Redirect::to(&format!("/dead?done=replayed&number={sequence}")))
}

/// `POST /dead/{number}/drop`.
pub(crate) async fn drop_letter(
    State(console): State<Console>,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Result<Redirect, Notice> {
    session::check(&console, &headers)?;
    let sequence = read(&number)?;
    console.bus.dead_letters().drop_letter(sequence).await?;
    tracing::info!(sequence, "dead letter dropped from the console");
    Ok(Redirect::to(&format!("/dead?done=dropped&number={sequence}")))
}

fn read(number: &str) -> Result<u64, Notice> {
    number
        .parse()
        .map_err(|_| Notice::not_found("There is no such dead letter", format!("`{number}` is no number.")))
}

/// What can be done with it, once the token was shown.
fn actions(sequence: u64, open: bool) -> Markup {
    html! {
        @if open {
            div class="actions" {
                form method="post" action={ "/dead/" (sequence) "/replay" } {
                    button type="submit" { "Replay" }
                }
                details {
                    summary { "Drop…" }
                    form method="post" action={ "/dead/" (sequence) "/drop" } {
                        p { "It is gone for good then." }
                        button class="danger" type="submit" { "Drop this letter" }
                    }
                }
            }
        } @else {
            form class="actions" method="post" action="/session" {
                label for="token" { "To replay or drop it, show the console's token" }
                div class="row" {
                    input type="hidden" name="back" value={ "/dead/" (sequence) };
                    input id="token" type="password" name="token" required autocomplete="current-password";
                    button type="submit" { "Show" }
                }
            }
        }
    }
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
