//! Web pages: the article of a page with what the page states about it.
//!
//! [`read`] parses the bytes into a tree, collects what metadata and marked
//! elements state (`facts`), lets a model judge which blocks belong to the text
//! (`content`) and decides on title, byline, dates and language. One page gives
//! one article, the main one. There are no rules for single publishers.

mod byline;
mod byline_names;
mod content;
mod date_labels;
mod dates;
mod day_order;
mod facts;
mod hydration;
mod language;
mod shown_dates;
mod source;
mod title;
pub mod training;
mod word_list;

use crate::error::{ExtractError, Fault};
use crate::html::{Document, NodeId};
use crate::input::Input;
use crate::json::check_size;
use crate::limits::Limits;
use content::Judged;
use dateline_model::{Article, ArticleKind, Origin};
use facts::Facts;
use url::Url;

/// Reads a page.
pub(crate) fn read(input: &Input<'_>, limits: &Limits) -> Result<Vec<Result<Article, ExtractError>>, Fault> {
    let decoded = source::decode(input.bytes, input.content_type)?;
    let document = crate::html::parse(&decoded.text, limits.max_page_nodes);
    let facts = facts::read(&document, input.base_url);
    let judged = content::judge(&document, &facts.known());
    let shown = content::join(&document, &judged);
    let hidden = hydration::body(&facts, &shown);
    let warning =
        hidden.is_some().then(|| "the text stands only in the page's data, not in its markup".to_owned());
    let text = hidden.unwrap_or(shown);
    let lines = lines_near_heading(&judged);
    let url = address(&facts);
    let article = Article {
        origin: Origin { path: input.path.to_owned(), index: 0 },
        kind: Some(ArticleKind::Page),
        title: title::of(&facts, heading(&judged), text_begins(&judged)),
        byline: byline::of(&facts, &lines),
        claims: dates::of(&document, &facts, &judged, url.as_deref()),
        summary: facts.description(),
        language: language::of(&facts),
        source_title: facts.site(),
        text,
        url,
        warnings: warnings(&document, decoded.warning.clone(), limits).into_iter().chain(warning).collect(),
        ..Article::default()
    };
    check_size(&article, limits)?;
    Ok(vec![Ok(article)])
}

fn warnings(document: &Document<'_>, decoding: Option<String>, limits: &Limits) -> Vec<String> {
    let cut =
        document.cut.then(|| format!("only the first {} nodes of the page were read", limits.max_page_nodes));
    decoding.into_iter().chain(cut).collect()
}

/// The text's own heading.
fn heading(judged: &Judged) -> Option<&str> {
    judged.heading.map(|at| judged.blocks.text_of(&judged.blocks.list[at]))
}

/// Where the first paragraph of the text stands.
fn text_begins(judged: &Judged) -> Option<NodeId> {
    /// Bytes of a paragraph; bylines and captions are shorter.
    const LEAST: usize = 120;
    let mut kept = judged.kept.iter().map(|&at| &judged.blocks.list[at]);
    kept.find(|block| judged.blocks.text_of(block).len() >= LEAST).map(|block| block.first)
}

/// Short lines around the heading and before the text: where bylines and dates
/// stand, the likeliest first.
fn lines_near_heading(judged: &Judged) -> Vec<&str> {
    const MOST_BYTES: usize = 200;
    let list = &judged.blocks.list;
    let around = |centre: usize, before: usize, behind: usize| {
        let behind = centre + 1..list.len().min(centre + 1 + behind);
        behind.chain((centre.saturating_sub(before)..centre).rev())
    };
    let heading = judged.heading.into_iter().flat_map(|at| around(at, 5, 14));
    let text = judged.kept.first().into_iter().flat_map(|&at| around(at, 8, 2).chain([at]));
    let line = |at: usize| judged.blocks.text_of(&list[at]);
    heading.chain(text).map(line).filter(|line| line.len() <= MOST_BYTES).collect()
}

/// The address of the article: the one that the page calls canonical, on the
/// host that it was fetched from where that is known.
fn address(facts: &Facts<'_>) -> Option<String> {
    let base = facts.base_url.and_then(|base| Url::parse(base).ok());
    let stated = [facts.head.linked("canonical"), facts.head.first(&["og:url"]), facts.data.url.as_deref()];
    let usable = |address: &str| {
        let url = match &base {
            Some(base) => base.join(address).ok()?,
            None => Url::parse(address).ok()?,
        };
        let plain = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
        // A canonical address that is the front page is a fault of the template.
        let front = url.path() == "/" && url.query().is_none();
        (plain && !front).then(|| url.to_string())
    };
    stated.into_iter().flatten().find_map(usable).or_else(|| base.as_ref().map(Url::to_string))
}
