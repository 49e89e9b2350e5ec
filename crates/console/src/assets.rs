//! Style sheet and script, compiled in.

use crate::pages::notice;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::sync::LazyLock;
use xxhash_rust::xxh3::xxh3_64;

const STYLE: &str = include_str!("assets/console.css");
const SCRIPT: &str = include_str!("assets/console.js");
const ICON: &str = include_str!("assets/icon.svg");

/// Addresses change with the content, so that a browser may keep what it has.
const CACHE: &str = "public, max-age=31536000, immutable";

/// Where the style sheet is.
pub(crate) static STYLE_PATH: LazyLock<String> = LazyLock::new(|| path("console.css", STYLE));
/// Where the script is.
pub(crate) static SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| path("console.js", SCRIPT));
/// Where the icon is.
pub(crate) static ICON_PATH: LazyLock<String> = LazyLock::new(|| path("icon.svg", ICON));

fn path(name: &str, content: &str) -> String {
    format!("/assets/{name}?v={:016x}", xxh3_64(content.as_bytes()))
}

/// `GET /assets/{name}`.
pub(crate) async fn asset(Path(name): Path<String>) -> Response {
    let (kind, content) = match name.as_str() {
        "console.css" => ("text/css; charset=utf-8", STYLE),
        "console.js" => ("text/javascript; charset=utf-8", SCRIPT),
        "icon.svg" => ("image/svg+xml", ICON),
        _ => return notice::nothing_here().await,
    };
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, CACHE)], content).into_response()
}
