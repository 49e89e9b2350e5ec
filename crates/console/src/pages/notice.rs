//! Pages that say what cannot be shown, and what to do next.

use super::{Section, layout};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use dateline_bus::BusError;
use dateline_runtime::ErrorChain;
use dateline_store::StoreError;
use maud::{Markup, html};

/// Something cannot be shown.
#[derive(Debug)]
pub(crate) struct Notice {
    status: StatusCode,
    title: String,
    detail: String,
}

impl Notice {
    pub(crate) fn new(status: StatusCode, title: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { status, title: title.into(), detail: detail.into() }
    }

    pub(crate) fn not_found(title: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, title, detail)
    }

    fn markup(&self) -> Markup {
        html! {
            div class="notice" {
                p class="status" { (self.status.as_u16()) }
                h1 { (self.title) }
                p { (self.detail) }
                p { a href="/" { "See the flow" } " · " a href="/articles" { "Search articles" } }
            }
        }
    }
}

impl IntoResponse for Notice {
    fn into_response(self) -> Response {
        let page = layout(Section::Elsewhere, &self.title, &self.markup());
        (self.status, Html(page.into_string())).into_response()
    }
}

impl From<StoreError> for Notice {
    fn from(error: StoreError) -> Self {
        let detail = ErrorChain(&error).to_string();
        match error {
            StoreError::Cursor(_) => {
                Self::new(StatusCode::BAD_REQUEST, "There is no such page of results", detail)
            }
            StoreError::Missing { .. } => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "Nothing is stored yet", detail)
            }
            _ => Self::new(StatusCode::SERVICE_UNAVAILABLE, "The store cannot be read", detail),
        }
    }
}

impl From<BusError> for Notice {
    fn from(error: BusError) -> Self {
        let detail = ErrorChain(&error).to_string();
        match error {
            BusError::NoSuchLetter(_) => Self::not_found("There is no such dead letter", detail),
            _ => Self::new(StatusCode::SERVICE_UNAVAILABLE, "The broker does not answer", detail),
        }
    }
}

/// Any address without a page.
pub(crate) async fn nothing_here() -> Response {
    Notice::not_found("There is nothing here", "The address may be mistyped, or from another version.")
        .into_response()
}
