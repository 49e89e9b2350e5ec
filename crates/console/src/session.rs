//! Who may change something: a browser that has shown the token.
//!
//! The token comes once, by a form, and stays in a cookie that neither scripts nor other
//! sites can use: `HttpOnly`, `SameSite=Strict`. A request that changes something must carry it
//! and, where the browser says where it comes from, come from the console itself.

use crate::pages::notice::Notice;
use crate::state::Console;
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

const COOKIE: &str = "dateline_console";

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct Shown {
    token: String,
    /// The page to go back to.
    #[serde(default)]
    back: String,
}

/// `POST /session`: takes the token.
pub(crate) async fn open(State(console): State<Console>, Form(shown): Form<Shown>) -> Response {
    if !console.token.matches(shown.token.trim().as_bytes()) {
        return Notice::new(
            StatusCode::FORBIDDEN,
            "This is not the token",
            "It stands in the file that the console's log names at the start; see [console] token_file.",
        )
        .into_response();
    }
    // Only a path of our own: a foreign address would make this an open redirect.
    let own = shown.back.starts_with("/dead") && !shown.back.contains(['\\', '\r', '\n']);
    let back = if own { shown.back.as_str() } else { "/dead" };
    let mut response = Redirect::to(back).into_response();
    let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict", shown.token.trim());
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// Whether this browser has shown the token.
pub(crate) fn is_open(console: &Console, headers: &HeaderMap) -> bool {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.any(|(name, value)| name == COOKIE && console.token.matches(value.as_bytes()))
}

/// Lets a change through, or says why not.
pub(crate) fn check(console: &Console, headers: &HeaderMap) -> Result<(), Notice> {
    if !comes_from_here(headers) {
        return Err(Notice::new(
            StatusCode::FORBIDDEN,
            "This came from another site",
            "Only the console's own pages may change something.",
        ));
    }
    if is_open(console, headers) {
        return Ok(());
    }
    Err(Notice::new(
        StatusCode::UNAUTHORIZED,
        "Show the token first",
        "Replaying and dropping letters wants the console's token; the page of a letter asks for it.",
    ))
}

fn comes_from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else { return true };
    let host = text(header::HOST).unwrap_or_default();
    origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_come_from_the_console_itself() {
        let check = |origin: Option<&str>, expected| {
            let mut headers =
                HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("localhost:8481"))]);
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            assert_eq!(comes_from_here(&headers), expected, "{origin:?}");
        };
        check(None, true);
        check(Some("http://localhost:8481"), true);
        for foreign in ["http://evil.example", "http://localhost:9999", "null", "localhost:8481"] {
            check(Some(foreign), false);
        }
    }
}
