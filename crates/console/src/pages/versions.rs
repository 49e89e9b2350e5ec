//! `/articles/{id}/versions`: two versions of an article side by side, with what differs.

use super::marked::address;
use super::{Notice, Section, layout};
use crate::display::instant;
use crate::state::Console;
use axum::extract::{Path, Query as Parameters, State};
use axum::response::Html;
use dateline_model::{ArticleId, ContentHash};
use dateline_store::Version;
use maud::{Markup, html};
use serde::Deserialize;
use similar::{ChangeTag, TextDiff};
use std::time::Duration;

/// How long a comparison may take; what is left then counts as changed as a whole.
const PATIENCE: Duration = Duration::from_millis(300);
/// Characters of a text that are compared.
const COMPARED: usize = 60_000;

/// `?left=HASH&right=HASH`
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    left: Option<String>,
    right: Option<String>,
}

/// `GET /articles/{id}/versions`.
pub(crate) async fn page(
    State(console): State<Console>,
    Path(id): Path<String>,
    Parameters(asked): Parameters<Asked>,
) -> Result<Html<String>, Notice> {
    let unknown = |why: String| Notice::not_found("There is nothing to compare", why);
    let id: ArticleId = id.parse().map_err(|error: dateline_model::IdError| unknown(error.to_string()))?;
    let versions = console.archive.reader().await?.versions(id).await?;
    let find = |hash: Option<&str>, otherwise: usize| match hash {
        None => versions.get(otherwise),
        Some(hash) => hash
            .parse::<ContentHash>()
            .ok()
            .and_then(|hash| versions.iter().find(|version| version.info.content_hash == hash)),
    };
    let (Some(left), Some(right)) = (find(asked.left.as_deref(), 1), find(asked.right.as_deref(), 0)) else {
        return Err(unknown(format!("{id} is not stored in both of these versions.")));
    };
    let title = right.record.headline().unwrap_or("(no headline)");
    let content = html! {
        p class="crumb" { a href=(address(&right.record.uri)) { (title) } " / versions" }
        div class="over" { h1 { "Two versions" } (choice(&versions, left, right)) }
        (side_by_side(left, right))
    };
    Ok(Html(layout(Section::Articles, "Two versions", &content).into_string()))
}

/// Which two are compared.
fn choice(versions: &[Version], left: &Version, right: &Version) -> Markup {
    html! {
        form class="choice" {
            @for (name, label, chosen) in [("left", "Earlier", left), ("right", "Later", right)] {
                label for=(name) { (label) }
                select id=(name) name=(name) {
                    @for version in versions {
                        @let hash = version.info.content_hash.to_string();
                        option value=(hash) selected[std::ptr::eq(version, chosen)] {
                            (instant(version.info.first_seen)) " · " (hash[..8])
                        }
                    }
                }
            }
            button type="submit" { "Compare" }
        }
    }
}

fn side_by_side(left: &Version, right: &Version) -> Markup {
    let headlines = (left.record.headline().unwrap_or_default(), right.record.headline().unwrap_or_default());
    let bodies = (cut(left.record.body()), cut(right.record.body()));
    html! {
        div class="versions" {
            @for (version, side, name) in [(left, ChangeTag::Delete, "Earlier"), (right, ChangeTag::Insert, "Later")] {
                section class="card" aria-label=(name) {
                    p class="facts" {
                        span { (name) }
                        span { "seen " (instant(version.info.first_seen)) }
                        @if version.info.current { span { "current" } }
                        @if version.info.retracted { span { "retraction" } }
                    }
                    h2 lang=(version.record.language) { (changes(headlines.0, headlines.1, side)) }
                    div class="body" lang=(version.record.language) { (changes(bodies.0, bodies.1, side)) }
                }
            }
        }
    }
}

fn cut(text: &str) -> &str {
    text.char_indices().nth(COMPARED).map_or(text, |(end, _)| &text[..end])
}

/// One side of a comparison, with what only it has marked.
fn changes(left: &str, right: &str, side: ChangeTag) -> Markup {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_words(left, right);
    let mut runs: Vec<(bool, String)> = Vec::new();
    for change in diff.iter_all_changes().filter(|change| [ChangeTag::Equal, side].contains(&change.tag())) {
        let changed = change.tag() == side;
        match runs.last_mut() {
            Some((last, text)) if *last == changed => text.push_str(change.value()),
            _ => runs.push((changed, change.value().to_owned())),
        }
    }
    html! {
        @for (changed, text) in runs {
            @if !changed { (text) }
            @else if side == ChangeTag::Delete { del { (text) } }
            @else { ins { (text) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_one_side_has_is_marked() {
        let (left, right) = ("Five were hurt <today>.", "Seven were hurt <today>.");
        let side = |side| changes(left, right, side).into_string();
        assert_eq!(side(ChangeTag::Delete), "<del>Five</del> were hurt &lt;today&gt;.");
        assert_eq!(side(ChangeTag::Insert), "<ins>Seven</ins> were hurt &lt;today&gt;.");
        assert_eq!(changes("same", "same", ChangeTag::Insert).into_string(), "same");
    }
}
