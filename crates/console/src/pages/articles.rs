//! `/articles`: search in the store's query language.

use super::arrived::arrived;
use super::marked::hit;
use super::{Notice, search_layout};
use crate::display::count;
use crate::highlight::pieces;
use crate::state::Console;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query as Parameters, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use dateline_store::{Cursor, Order, Query, QueryError, SearchPage, SearchRequest};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;

/// Hits a page.
const PAGE: usize = 20;

/// What can be written, by example.
const EXAMPLES: [(&str, &str); 7] = [
    ("\"prime minister\"", "words next to each other"),
    ("-football", "without; works on everything here"),
    ("place:Japan", "names the place; also person:, org:, misc:, entity:"),
    ("about-date:2023-11", "speaks of a date in that time"),
    ("since:2023 until:2024-06", "published in that time"),
    ("source:seeds", "from that source"),
    ("lang:en", "in that language"),
];

/// `?q=…&order=…&cursor=…`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    order: Option<Order>,
    cursor: Option<String>,
}

impl Asked {
    /// What was asked for; by relevance only where there are words to be relevant to.
    fn order(&self, query: &Query) -> Order {
        self.order.unwrap_or(if query.has_words() { Order::Relevance } else { Order::Newest })
    }
}

/// `GET /articles`.
pub(crate) async fn page(
    State(console): State<Console>,
    asked: Result<Parameters<Asked>, QueryRejection>,
) -> Result<Response, Notice> {
    let Parameters(asked) = asked.map_err(|rejection| {
        Notice::new(StatusCode::BAD_REQUEST, "This search cannot be read", rejection.body_text())
    })?;
    let query = match Query::parse(&asked.q) {
        Ok(query) => query,
        Err(error) => return Ok(wrong_query(&asked, &error)),
    };
    let order = asked.order(&query);
    let cursor = asked.cursor.clone().map(Cursor);
    let request = SearchRequest { order, limit: PAGE, cursor, ..SearchRequest::new(query) };
    let found = console.archive.reader().await?.search(request).await?;
    let content = html! {
        (form(&asked, Some(order)))
        @if asked.q.trim().is_empty() && asked.cursor.is_none() { (just_stored(&console)) }
        div class="finding" {
            (results(&asked, order, &found, console.clock.now()))
            (help())
        }
    };
    let title = if asked.q.trim().is_empty() { "Articles" } else { &asked.q };
    Ok(Html(search_layout(title, &content).into_string()).into_response())
}

/// What comes in while the page is open.
fn just_stored(console: &Console) -> Markup {
    let flow = Arc::clone(&console.flow.borrow());
    html! {
        section class="stream" aria-labelledby="arrived" {
            div class="over" {
                h2 id="arrived" { "Just stored" }
                p class="pulse" data-live-pulse="" { noscript { "Reload for newer ones" } }
            }
            div class="card" data-live-html="arrived" { (arrived(&flow, console.clock.now())) }
        }
    }
}

fn form(asked: &Asked, order: Option<Order>) -> Markup {
    let orders = [
        (Order::Relevance, "relevance", "Best match"),
        (Order::Newest, "newest", "Newest"),
        (Order::Oldest, "oldest", "Oldest"),
    ];
    html! {
        form class="search" role="search" action="/articles" {
            label for="q" { "Search articles" }
            div class="row" {
                input id="q" type="search" name="q" value=(asked.q) autocomplete="off" spellcheck="false"
                    placeholder="Words, \"a phrase\", place:Japan, since:2023 …" aria-describedby="syntax";
                label class="hidden" for="order" { "Order" }
                select id="order" name="order" {
                    @for (value, name, label) in orders {
                        option value=(name) selected[order == Some(value)] { (label) }
                    }
                }
                button type="submit" { "Search" }
            }
        }
    }
}

fn results(asked: &Asked, order: Order, found: &SearchPage, now: Timestamp) -> Markup {
    let bound = if found.total_is_exact { "" } else { "more than " };
    let noun = if found.total == 1 { "article" } else { "articles" };
    html! {
        section aria-labelledby="found" {
            h1 class="count" id="found" {
                @if found.total == 0 { "No article matches" } @else { (bound) (count(found.total)) " " (noun) }
            }
            @for each in &found.hits { (hit(each, now)) }
            nav class="pages" aria-label="Pages of results" {
                @if asked.cursor.is_some() { a href=(link(asked, order, None)) { "← First page" } }
                @if let Some(next) = &found.next { a rel="next" href=(link(asked, order, Some(&next.0))) { "Next page →" } }
            }
        }
    }
}

/// The same search at another place.
fn link(asked: &Asked, order: Order, cursor: Option<&str>) -> String {
    let order = match order {
        Order::Relevance => "relevance",
        Order::Newest => "newest",
        Order::Oldest => "oldest",
    };
    let mut link = format!("/articles?q={}&order={order}", percent_encode(&asked.q));
    if let Some(cursor) = cursor {
        link.push_str("&cursor=");
        link.push_str(&percent_encode(cursor));
    }
    link
}

/// A value of a URL's query (RFC 3986: all but unreserved characters encoded).
pub(super) fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let digit =
                |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase();
            encoded.extend(['%', digit(byte >> 4), digit(byte & 0xf)]);
        }
    }
    encoded
}

fn wrong_query(asked: &Asked, error: &QueryError) -> Response {
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let fault = [(place(error.place.start), place(error.place.end), ())];
    let content = html! {
        (form(asked, asked.order))
        div class="finding" { section class="fault" role="alert" {
            h1 { "This query cannot be read" }
            p class="query" {
                @for piece in pieces(&asked.q, &fault) {
                    @if piece.covered_by.is_empty() { (piece.text) } @else { mark { (piece.text) } }
                }
            }
            p { (error) }
        } (help()) }
    };
    let page = search_layout("This query cannot be read", &content);
    (StatusCode::BAD_REQUEST, Html(page.into_string())).into_response()
}

fn help() -> Markup {
    html! {
        section class="help" id="syntax" aria-label="What can be searched for" {
            dl {
                @for (example, meaning) in EXAMPLES {
                    div {
                        dt { a href={ "/articles?q=" (percent_encode(example)) } { code { (example) } } }
                        dd { (meaning) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_keep_any_query() {
        let asked = Asked { q: "a&b=\"ü\" <x>".into(), ..Asked::default() };
        assert_eq!(
            link(&asked, Order::Newest, Some("o20")),
            "/articles?q=a%26b%3D%22%C3%BC%22%20%3Cx%3E&order=newest&cursor=o20"
        );
    }
}
