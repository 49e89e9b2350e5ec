//! JSON in: one article, an array of them, or an object with a list of them,
//! each in the simple form or as a ninjs item.

mod field;
mod markup;
mod ninjs;
mod node;
mod parse;
mod simple;

use crate::charset::{Decoded, decode};
use crate::error::{ExtractError, Fault, Place};
use crate::input::Input;
use crate::limits::Limits;
use crate::{claims, lead};
use dateline_model::{Article, Origin};
use node::{Node, Value};

/// Keys under which exports keep their list of articles.
const LIST_KEYS: [&str; 4] = ["items", "articles", "docs", "results"];

/// Reads a document.
pub(crate) fn read(input: &Input<'_>, limits: &Limits) -> Result<Vec<Result<Article, ExtractError>>, Fault> {
    let decoded = decode(input.bytes, input.content_type)?;
    let document = Document { path: input.path, decoded: &decoded, limits, first_line: 0 };
    Ok(document.articles(0))
}

/// One JSON text and where it came from.
pub(crate) struct Document<'a> {
    pub(crate) path: &'a str,
    pub(crate) decoded: &'a Decoded<'a>,
    pub(crate) limits: &'a Limits,
    /// Lines of the input before this text (JSON lines).
    pub(crate) first_line: usize,
}

impl Document<'_> {
    /// Every article in document order, then the fault that broke it off.
    /// `index` is the position of the first one.
    pub(crate) fn articles(&self, index: u64) -> Vec<Result<Article, ExtractError>> {
        let parsed = parse::parse(&self.decoded.text, self.limits.max_json_depth);
        let mut articles = Vec::new();
        let mut position = index;
        for node in parsed.root.as_ref().map(candidates).unwrap_or_default() {
            if !node.whole {
                break;
            }
            if articles.len() == self.limits.max_articles {
                let limit = self.limits.max_articles;
                articles.push(Err(self.error(position, node, Fault::TooManyArticles { limit })));
                return articles;
            }
            articles.push(self.article(node, position, parsed.mended));
            position += 1;
        }
        if let Some((offset, fault)) = parsed.fault {
            articles.push(Err(self.broken_off(position, offset, fault)));
        }
        articles
    }

    /// Reads one node as an article.
    fn article(&self, node: &Node<'_>, index: u64, mended: bool) -> Result<Article, ExtractError> {
        if !node.is_object() {
            return Err(self.error(index, node, Fault::NotAnArticle { found: node.kind() }));
        }
        let read = if ninjs::is_item(node) { ninjs::read(node) } else { simple::read(node) };
        let mut article = read.map_err(|(at, fault)| ExtractError {
            place: Some(self.place(at)),
            ..self.error(index, node, fault)
        })?;
        article.origin = Origin { path: self.path.to_owned(), index };
        article.warnings.extend(self.decoded.warning.clone());
        if mended {
            article.warnings.push("JSON strings held lone surrogates or raw control characters".to_owned());
        }
        if let Some(key) = node.repeated_key() {
            article.warnings.push(format!("key `{key}` stands twice, the last one was taken"));
        }
        check_size(&article, self.limits).map_err(|fault| self.error(index, node, fault))?;
        complete(&mut article);
        Ok(article)
    }

    fn error(&self, index: u64, node: &Node<'_>, fault: Fault) -> ExtractError {
        ExtractError {
            origin: Origin { path: self.path.to_owned(), index },
            place: Some(self.place(node.start)),
            bytes: self.decoded.offset.map(|offset| offset + node.start..offset + node.end),
            fault: Box::new(fault),
        }
    }

    fn broken_off(&self, index: u64, offset: usize, fault: Fault) -> ExtractError {
        ExtractError {
            origin: Origin { path: self.path.to_owned(), index },
            place: Some(self.place(offset)),
            bytes: self.decoded.offset.map(|start| start..start + self.decoded.text.len()),
            fault: Box::new(fault),
        }
    }

    fn place(&self, offset: usize) -> Place {
        let place = Place::of(&self.decoded.text, offset);
        Place { line: place.line + self.first_line, ..place }
    }
}

/// The nodes that should each be an article.
fn candidates<'n, 'a>(root: &'n Node<'a>) -> Vec<&'n Node<'a>> {
    if let Value::Array(elements) = &root.value {
        return elements.iter().collect();
    }
    // An article that has a list of its own under such a key stays an article.
    let is_article = ["text", "title", "bodies", "headlines"].iter().any(|key| root.get(key).is_some());
    let list = LIST_KEYS.iter().find_map(|key| root.get(key)?.elements());
    match list {
        Some(elements) if !is_article => elements.iter().collect(),
        _ => vec![root],
    }
}

/// Refuses an article past its limit, or with nothing in it.
pub(crate) fn check_size(article: &Article, limits: &Limits) -> Result<(), Fault> {
    let parts = [article.title.as_deref(), article.summary.as_deref(), Some(article.text.as_str())];
    let bytes = parts.iter().flatten().map(|part| part.len()).sum();
    if bytes > limits.max_article_bytes {
        return Err(Fault::ArticleTooLarge { bytes, limit: limits.max_article_bytes });
    }
    if article.title.as_deref().is_none_or(|title| title.trim().is_empty()) && article.text.trim().is_empty()
    {
        return Err(Fault::Empty);
    }
    Ok(())
}

/// Adds what the text and the address tell and the fields did not.
fn complete(article: &mut Article) {
    let lead = lead::read(&article.text);
    article.claims.extend(lead.date_claim());
    article.located = article.located.take().or(lead.located);
    article.agency = article.agency.take().or(lead.agency);
    article.claims.extend(article.url.as_deref().and_then(claims::of_url));
}
