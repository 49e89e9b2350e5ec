//! JSON Feed 1.0 and 1.1 (jsonfeed.org), read as leniently as the others: a
//! member of the wrong type is passed over, not a reason to refuse the item.

use super::address::{is_absolute, resolve};
use super::draft::{Draft, language};
use super::role::{DateKind, Rank};
use super::source::{Source, Style};
use super::{Feed, FeedFormat, FeedInfo};
use crate::charset::Decoded;
use crate::error::{ExtractError, Fault, Place};
use crate::fragment;
use crate::input::Input;
use crate::json::check_bytes;
use crate::json::node::{Node, Value};
use crate::json::parse::parse;
use crate::limits::Limits;
use dateline_model::{Article, ArticleKind, Origin};
use std::borrow::Cow;

/// Reads a feed; of one that breaks off, the items before the break.
pub(super) fn read(input: &Input<'_>, decoded: &Decoded<'_>, limits: &Limits) -> Feed {
    let parsed = parse(&decoded.text, limits.max_json_depth);
    let reader = Reader { input, decoded, limits };
    let mut feed = parsed.root.as_ref().map(|root| reader.feed(root)).unwrap_or_default();
    feed.info.warnings.extend(decoded.warning.clone());
    if let Some((offset, fault)) = parsed.fault {
        let bytes = decoded.offset.map(|start| start..start + decoded.text.len());
        let place = Some(Place::of(&decoded.text, offset));
        let origin = Origin { path: input.path.to_owned(), index: feed.items.len() as u64 };
        feed.items.push(Err(ExtractError { origin, place, bytes, fault: Box::new(fault) }));
    }
    feed
}

struct Reader<'a> {
    input: &'a Input<'a>,
    decoded: &'a Decoded<'a>,
    limits: &'a Limits,
}

impl Reader<'_> {
    fn feed(&self, root: &Node<'_>) -> Feed {
        let mut info = FeedInfo {
            format: root.get("version").and(Some(FeedFormat::JsonFeed)),
            title: string(root, "title").map(fragment::one_line),
            home: self.address(root, "home_page_url", None),
            self_url: self.address(root, "feed_url", None),
            next: self.address(root, "next_url", None),
            language: string(root, "language").and_then(language),
            ..FeedInfo::default()
        };
        let hubs = root.get("hubs").and_then(Node::elements).unwrap_or_default();
        let hubs = hubs.iter().filter_map(|hub| self.address(hub, "url", None));
        info.hubs = hubs.filter(|hub| is_absolute(hub)).take(8).collect();
        let mut items = Vec::new();
        for (index, node) in (0..).zip(root.get("items").and_then(Node::elements).unwrap_or_default()) {
            if items.len() == self.limits.max_articles {
                items.push(Err(self.error(
                    node,
                    index,
                    Fault::TooManyArticles { limit: self.limits.max_articles },
                )));
                break;
            }
            if node.whole || node.is_object() {
                items.push(self.item(node, index, &info));
                info.breaks_off = !node.whole && items.last().is_some_and(Result::is_ok);
            }
        }
        Feed { info, items }
    }

    fn item(&self, node: &Node<'_>, index: u64, info: &FeedInfo) -> Result<Article, ExtractError> {
        let mut draft = Draft::new(node.start);
        let source = |text, style| Source { markup: Cow::Borrowed(text), style };
        if let Some(title) = string(node, "title") {
            draft.set_title(Rank::Own, source(title, Style::Text));
        }
        if let Some(summary) = string(node, "summary") {
            draft.set_description(Rank::Own, source(summary, Style::Text));
        }
        match (string(node, "content_html"), string(node, "content_text")) {
            (Some(html), _) => draft.set_content(source(html, Style::Html)),
            (None, Some(text)) => draft.set_content(source(text, Style::Text)),
            (None, None) => {}
        }
        let base = info.home.as_deref();
        draft.set_link(1, self.address(node, "url", base).unwrap_or_default());
        draft.set_link(2, self.address(node, "external_url", base).unwrap_or_default());
        draft.set_id(id(node).unwrap_or_default(), None);
        draft.add_date(DateKind::Published, string(node, "date_published").unwrap_or_default());
        draft.add_date(DateKind::Updated, string(node, "date_modified").unwrap_or_default());
        let authors = node.get("authors").and_then(Node::elements).unwrap_or_default();
        for author in authors.iter().chain(node.get("author")) {
            let name = author.as_str().or_else(|| string(author, "name"));
            draft.add_author(Rank::Own, name.unwrap_or_default());
        }
        draft.language = string(node, "language").and_then(language).or_else(|| info.language.clone());
        draft.source.clone_from(&info.title);
        if !node.whole {
            draft.warnings.push("the feed breaks off inside of this item".to_owned());
        }
        self.article(draft, node, index)
    }

    fn article(&self, draft: Draft<'_>, node: &Node<'_>, index: u64) -> Result<Article, ExtractError> {
        if draft.is_empty() {
            return Err(self.error(node, index, Fault::Empty));
        }
        let mut article = draft.finish(ArticleKind::FeedItem, self.input.base_url);
        article.origin = Origin { path: self.input.path.to_owned(), index };
        article.warnings.extend(self.decoded.warning.clone());
        check_bytes(&article, self.limits).map_err(|fault| self.error(node, index, fault))?;
        Ok(article)
    }

    /// The address under a key, made whole.
    fn address(&self, node: &Node<'_>, key: &str, base: Option<&str>) -> Option<String> {
        string(node, key).map(|written| resolve(written, self.input.base_url.or(base)))
    }

    fn error(&self, node: &Node<'_>, index: u64, fault: Fault) -> ExtractError {
        ExtractError {
            origin: Origin { path: self.input.path.to_owned(), index },
            place: Some(Place::of(&self.decoded.text, node.start)),
            bytes: self.decoded.offset.map(|offset| offset + node.start..offset + node.end),
            fault: Box::new(fault),
        }
    }
}

/// A string that says something.
fn string<'n>(node: &'n Node<'_>, key: &str) -> Option<&'n str> {
    node.get(key).and_then(Node::as_str).filter(|text| !text.trim().is_empty())
}

/// An id should be a string; many are numbers.
fn id(node: &Node<'_>) -> Option<String> {
    match &node.get("id")?.value {
        Value::String(id) => Some(id.trim().to_owned()),
        Value::Number(id) => Some((*id).to_owned()),
        _ => None,
    }
}
