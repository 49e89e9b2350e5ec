//! `/articles/{id}`: one article with everything that was found in it.
//!
//! `article_text` shows the text with its annotations, `article_side` lists them.

use super::article_side::side;
use super::article_text::text;
use super::marked::published;
use super::{Notice, Section, layout};
use crate::display::web_link;
use crate::state::Console;
use axum::extract::{Path, Query as Parameters, State};
use axum::response::Html;
use dateline_model::{ArticleId, ContentHash, NewsRecord};
use dateline_store::Version;
use maud::{Markup, html};
use serde::Deserialize;

/// `?version=HASH`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    version: Option<String>,
}

/// `GET /articles/{id}`.
pub(crate) async fn page(
    State(console): State<Console>,
    Path(id): Path<String>,
    Parameters(asked): Parameters<Asked>,
) -> Result<Html<String>, Notice> {
    let unknown = |why: String| Notice::not_found("There is no such article", why);
    let id: ArticleId = id.parse().map_err(|error: dateline_model::IdError| unknown(error.to_string()))?;
    let versions = console.archive.reader().await?.versions(id).await?;
    let shown = pick(&versions, asked.version.as_deref())
        .ok_or_else(|| unknown(format!("Nothing is stored under {id}, or not in this version.")))?;
    let record = &shown.record;
    let content = html! {
        div class="reading" {
            article class="text" lang=(record.language) {
                (banner(shown, id))
                h1 {
                    @if record.headline().is_some() { (text(record, "headlines/0")) }
                    @else { span class="none" { "(no headline)" } }
                }
                (facts(record))
                div class="body" { (text(record, "bodies/0")) }
                (legend())
            }
            (side(record, &versions, shown))
        }
    };
    let title = record.headline().unwrap_or("(no headline)");
    Ok(Html(layout(Section::Articles, title, &content).into_string()))
}

/// The version of that content hash; the current one where none is named.
fn pick<'a>(versions: &'a [Version], hash: Option<&str>) -> Option<&'a Version> {
    let Some(hash) = hash else { return versions.first() };
    let hash: ContentHash = hash.parse().ok()?;
    versions.iter().find(|version| version.info.content_hash == hash)
}

/// Said above a version that readers do not get.
fn banner(shown: &Version, id: ArticleId) -> Markup {
    html! {
        @if shown.info.retracted { p class="banner" { "This article was retracted." } }
        @if !shown.info.current {
            p class="banner" { "This is an earlier version. " a href={ "/articles/" (id) } { "See the current one" } }
        }
    }
}

fn facts(record: &NewsRecord) -> Markup {
    let original = record.renditions.iter().find_map(|rendition| web_link(&rendition.href));
    html! {
        p class="facts" {
            (published(record.dateline.published.as_ref()))
            span { (record.dateline.source.id) }
            @for source in &record.info_sources { span { (source.name) } }
            @if let Some(by) = &record.by { span { "by " (by) } }
            @if let Some(located) = &record.located { span { "from " (located) } }
            span { (record.language) }
            @if let Some(original) = original {
                a href=(original) rel="noreferrer noopener nofollow external" { "Read the original" }
            }
        }
    }
}

/// What the colours mean; they are not needed to understand the page.
fn legend() -> Markup {
    html! {
        p class="legend" {
            @for kind in ["person", "organisation", "place", "misc", "date"] {
                span class={ "hl " (kind) } { (kind) } " "
            }
        }
    }
}
