//! IPTC ninjs news items, versions 2 and 3 (and the flat fields of 1.x).
//!
//! See <https://iptc.org/standards/ninjs/>: `headlines` and `bodies` are arrays
//! of objects with a value, a role and a content type.

use super::field::{Misfit, objects, string};
use super::node::Node;
use crate::fragment;
use dateline_model::{Article, ClaimOrigin, DateClaim};

/// True for an object that has what only ninjs items have.
pub(crate) fn is_item(object: &Node<'_>) -> bool {
    const MARKS: [&str; 6] =
        ["bodies", "headlines", "body_text", "body_xhtml", "versioncreated", "contentcreated"];
    object.get("uri").is_some() || MARKS.iter().any(|key| object.get(key).is_some())
}

/// Reads a news item.
pub(crate) fn read(item: &Node<'_>) -> Result<Article, Misfit> {
    let uri = string(item, "uri")?;
    let mut article = Article {
        input_id: alternative_id(item)?,
        url: web_address(item, uri.as_deref())?,
        guid: uri,
        title: headline(item)?,
        byline: string(item, "by")?.or(string(item, "byline")?),
        located: string(item, "located")?,
        summary: valued(item, "descriptions")?.map(|found| found.text()),
        language: string(item, "language")?,
        source_title: source(item)?,
        ..Article::default()
    };
    article.text = body(item, &mut article.warnings)?;
    article.claims = claims(item)?;
    Ok(article)
}

/// One element of `headlines`, `bodies` or `descriptions`.
struct Valued {
    value: String,
    content_type: String,
}

impl Valued {
    fn is_markup(&self) -> bool {
        ["html", "xml", "nitf"].iter().any(|kind| self.content_type.contains(kind))
    }

    fn text(&self) -> String {
        if self.is_markup() { fragment::to_text(&self.value) } else { self.value.clone() }
    }
}

/// The preferred element of a list of values: plain text before markup, then
/// the `main` role, then order. Several of these are renderings of one text.
fn valued(item: &Node<'_>, key: &str) -> Result<Option<Valued>, Misfit> {
    let mut best: Option<(u8, Valued)> = None;
    for object in objects(item, key)? {
        let Some(value) = object.get("value").and_then(Node::as_str).map(str::to_owned) else { continue };
        let content_type =
            string(object, "contentType")?.or(string(object, "contenttype")?).unwrap_or_default();
        let role = string(object, "role")?.unwrap_or_default();
        let found = Valued { value, content_type: content_type.to_ascii_lowercase() };
        let rank = 2 * u8::from(found.is_markup()) + u8::from(!matches!(role.as_str(), "" | "main"));
        if best.as_ref().is_none_or(|(lowest, _)| rank < *lowest) {
            best = Some((rank, found));
        }
    }
    Ok(best.map(|(_, found)| found))
}

fn headline(item: &Node<'_>) -> Result<Option<String>, Misfit> {
    let title = match valued(item, "headlines")? {
        Some(found) => Some(found.text()),
        None => string(item, "headline")?.or(string(item, "title")?),
    };
    let title = title.map(|title| title.split_whitespace().collect::<Vec<_>>().join(" "));
    Ok(title.filter(|title| !title.is_empty()))
}

/// The body as plain text; `body_text` and `body_xhtml` are version 1.
fn body(item: &Node<'_>, warnings: &mut Vec<String>) -> Result<String, Misfit> {
    if let Some(found) = valued(item, "bodies")? {
        if found.is_markup() {
            warnings.push("body was markup, its text was taken".to_owned());
        }
        return Ok(found.text());
    }
    if let Some(plain) = string(item, "body_text")? {
        return Ok(plain);
    }
    let marked_up = string(item, "body_xhtml")?.or(string(item, "body_html")?);
    if marked_up.is_some() {
        warnings.push("body was markup, its text was taken".to_owned());
    }
    Ok(marked_up.map(|body| fragment::to_text(&body)).unwrap_or_default())
}

/// `contentCreated` is the date of the content and comes first; `firstCreated`
/// and `versionCreated` are about the item.
fn claims(item: &Node<'_>) -> Result<Vec<DateClaim>, Misfit> {
    let mut claims = Vec::new();
    for key in ["contentCreated", "contentcreated", "firstCreated", "firstcreated"] {
        claims.extend(string(item, key)?.map(|raw| DateClaim::published(ClaimOrigin::InputField, raw)));
    }
    for key in ["versionCreated", "versioncreated"] {
        let Some(raw) = string(item, key)? else { continue };
        if claims.is_empty() {
            claims.push(DateClaim::published(ClaimOrigin::InputField, raw.clone()));
        }
        claims.push(DateClaim::updated(ClaimOrigin::InputField, raw));
    }
    Ok(claims)
}

/// The sender's own id: the one that an earlier run of ours gave back, else the
/// first that is no address.
fn alternative_id(item: &Node<'_>) -> Result<Option<String>, Misfit> {
    let mut first = None;
    for object in objects(item, "altIds")? {
        let Some(value) = string(object, "value")? else { continue };
        if string(object, "role")?.as_deref() == Some("input-id") {
            return Ok(Some(value));
        }
        first = first.or(Some(value).filter(|value| !is_web_address(value)));
    }
    Ok(first)
}

/// The item's address: its uri if it is one, else its web rendition.
fn web_address(item: &Node<'_>, uri: Option<&str>) -> Result<Option<String>, Misfit> {
    for object in objects(item, "renditions")? {
        let content_type = string(object, "contentType")?.unwrap_or_default();
        let href = string(object, "href")?.filter(|href| is_web_address(href));
        if href.is_some() && content_type.contains("html") {
            return Ok(href);
        }
    }
    Ok(uri.filter(|uri| is_web_address(uri)).map(str::to_owned))
}

fn is_web_address(value: &str) -> bool {
    value.starts_with("http://") || value.starts_with("https://")
}

/// The name of the first information source.
fn source(item: &Node<'_>) -> Result<Option<String>, Misfit> {
    for key in ["infoSources", "infosources"] {
        for object in objects(item, key)? {
            if let Some(name) = string(object, "name")? {
                return Ok(Some(name));
            }
        }
    }
    string(item, "source")
}
