//! The simple form: `{"id","url","title","text","published"}` and a few more
//! keys, all optional but for one of `title` and `text`.

use super::field::{Misfit, string, string_or_number, wrong};
use super::node::Node;
use dateline_model::{Article, ClaimOrigin, DateClaim};

/// Reads an object in the simple form. Unknown keys are ignored.
pub(crate) fn read(object: &Node<'_>) -> Result<Article, Misfit> {
    let mut article = Article {
        input_id: string_or_number(object, "id")?,
        guid: string_or_number(object, "guid")?,
        url: string(object, "url")?,
        title: string(object, "title")?.map(|title| one_line(&title)),
        byline: byline(object)?,
        agency: string(object, "agency")?,
        located: string(object, "located")?,
        summary: string(object, "summary")?,
        text: verbatim(object, "text")?,
        language: string(object, "language")?,
        source_title: source(object)?,
        ..Article::default()
    };
    let published = string_or_number(object, "published")?;
    let updated = string_or_number(object, "updated")?;
    article.claims.extend(published.map(|raw| DateClaim::published(ClaimOrigin::InputField, raw)));
    article.claims.extend(updated.map(|raw| DateClaim::updated(ClaimOrigin::InputField, raw)));
    Ok(article)
}

/// The text exactly as it was sent, blanks at its ends included.
fn verbatim(object: &Node<'_>, key: &str) -> Result<String, Misfit> {
    match object.get(key) {
        None => Ok(String::new()),
        Some(node) => node.as_str().map(str::to_owned).ok_or_else(|| wrong(key, node, "a string")),
    }
}

/// A byline, or several authors as an array of strings.
fn byline(object: &Node<'_>) -> Result<Option<String>, Misfit> {
    let Some(authors) = object.get("byline").and_then(Node::elements) else {
        return string(object, "byline");
    };
    if let Some(odd) = authors.iter().find(|author| author.as_str().is_none()) {
        return Err(wrong("byline", odd, "a string or an array of strings"));
    }
    let names: Vec<_> = authors.iter().filter_map(Node::as_str).collect();
    Ok(Some(names.join(", ")).filter(|names| !names.is_empty()))
}

/// The publication's name: `"source": "Wire"` or `"source": {"name": "Wire"}`.
fn source(object: &Node<'_>) -> Result<Option<String>, Misfit> {
    match object.get("source") {
        Some(node) if node.is_object() => string(node, "name"),
        _ => string(object, "source"),
    }
}

/// A title on one line: line breaks inside it are layout.
fn one_line(title: &str) -> String {
    title.split_whitespace().collect::<Vec<_>>().join(" ")
}
