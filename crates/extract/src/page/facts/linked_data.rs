//! JSON-LD (schema.org): which of its objects is the page's article, and what
//! it says.

use super::head::one_line;
use crate::json::node::{Node, Value};
use crate::json::parse::parse;
use std::collections::HashMap;

/// Nesting that is read.
const MAX_DEPTH: usize = 64;
/// Objects that are looked at.
const MOST_OBJECTS: usize = 20_000;

/// What the page's linked data say of its article.
#[derive(Debug, Clone, Default)]
pub(crate) struct LinkedData {
    /// `headline`, then `name`.
    pub(crate) titles: Vec<String>,
    /// Authors that are persons, or of no stated kind.
    pub(crate) persons: Vec<String>,
    /// Authors that are organisations.
    pub(crate) organisations: Vec<String>,
    /// `datePublished`, else `dateCreated` and `uploadDate`.
    pub(crate) published: Vec<String>,
    /// `dateModified`.
    pub(crate) modified: Vec<String>,
    /// `articleBody` or `text`, as it stands.
    pub(crate) body: Option<String>,
    /// `description`.
    pub(crate) description: Option<String>,
    /// `inLanguage`.
    pub(crate) language: Option<String>,
    /// Name of the publisher, or of the web site.
    pub(crate) site: Option<String>,
    /// `url` or `mainEntityOfPage`.
    pub(crate) url: Option<String>,
}

/// Reads all scripts of a page.
pub(crate) fn read(scripts: &[&str]) -> LinkedData {
    let parsed: Vec<_> = scripts.iter().map(|script| parse(unwrap(script), MAX_DEPTH)).collect();
    let roots: Vec<&Node<'_>> = parsed.iter().filter_map(|parsed| parsed.root.as_ref()).collect();
    let graph = Graph::of(&roots);
    let mut found = LinkedData::default();
    // The best kind first; what it leaves open the next one may say.
    let mut ranked: Vec<(u8, &Node<'_>)> =
        graph.tops.iter().map(|node| (rank(node), *node)).filter(|(rank, _)| *rank > 0).collect();
    ranked.sort_by_key(|(rank, node)| (std::cmp::Reverse(*rank), std::cmp::Reverse(weight(node))));
    for (rank, node) in ranked.iter().take(6) {
        found.take(node, *rank, &graph);
    }
    let site = graph.tops.iter().find(|node| is_a(node, &["WebSite"]));
    found.site = found.site.or_else(|| site.and_then(|site| text(site.get("name")?)));
    found
}

/// The JSON of a script: without the comment or CDATA marks around it.
fn unwrap(script: &str) -> &str {
    let start = script.find(['{', '[']).unwrap_or(0);
    let end = script.rfind(['}', ']']).map_or(script.len(), |at| at + 1);
    let inside = script.get(start..end).unwrap_or(script);
    if script.trim_start().starts_with("//") && inside.starts_with("[CDATA[") {
        return unwrap(&inside["[CDATA[".len()..]);
    }
    inside
}

/// All objects of a page's linked data.
struct Graph<'n, 'a> {
    /// Objects that stand for the page itself, not for a part of another one.
    tops: Vec<&'n Node<'a>>,
    /// Objects by their `@id`.
    by_id: HashMap<&'n str, &'n Node<'a>>,
}

impl<'n, 'a> Graph<'n, 'a> {
    fn of(roots: &[&'n Node<'a>]) -> Self {
        let mut graph = Self { tops: Vec::new(), by_id: HashMap::new() };
        let mut rest: Vec<(&Node<'a>, bool)> = roots.iter().rev().map(|root| (*root, true)).collect();
        let mut seen = 0;
        while let Some((node, top)) = rest.pop() {
            seen += 1;
            if seen > MOST_OBJECTS {
                break;
            }
            match &node.value {
                Value::Array(elements) => rest.extend(elements.iter().rev().map(|element| (element, top))),
                Value::Object(members) => {
                    if let Some(id) = node.get("@id").and_then(Node::as_str)
                        && members.len() > 1
                    {
                        graph.by_id.entry(id).or_insert(node);
                    }
                    if top && node.get("@type").is_some() {
                        graph.tops.push(node);
                    }
                    let leads = |key: &str| matches!(key, "@graph" | "mainEntity" | "mainEntityOfPage");
                    rest.extend(members.iter().rev().map(|(key, value)| (value, top && leads(key))));
                }
                _ => {}
            }
        }
        graph
    }
}

/// How likely an object is the article, by its type; 0 for never.
fn rank(node: &Node<'_>) -> u8 {
    const NEWS: &[&str] = &[
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "OpinionNewsArticle",
        "BackgroundNewsArticle",
        "ReviewNewsArticle",
        "AskPublicNewsArticle",
        "LiveBlogPosting",
    ];
    const ARTICLES: &[&str] = &[
        "Article",
        "BlogPosting",
        "TechArticle",
        "ScholarlyArticle",
        "SocialMediaPosting",
        "Report",
        "AdvertiserContentArticle",
        "SatiricalArticle",
        "MedicalWebPage",
        "DiscussionForumPosting",
    ];
    const WORKS: &[&str] =
        &["Recipe", "HowTo", "Review", "CreativeWork", "Blog", "VideoObject", "PodcastEpisode"];
    const PAGES: &[&str] = &["WebPage", "ItemPage", "AboutPage", "CollectionPage", "FAQPage"];
    [(NEWS, 4), (ARTICLES, 3), (WORKS, 2), (PAGES, 1)]
        .into_iter()
        .find(|(kinds, _)| is_a(node, kinds))
        .map_or(0, |(_, rank)| rank)
}

fn is_a(node: &Node<'_>, kinds: &[&str]) -> bool {
    let matches = |kind: &str| {
        let kind = kind.rsplit(['/', ':', '#']).next().unwrap_or(kind);
        kinds.contains(&kind)
    };
    let Some(kind) = node.get("@type") else { return false };
    kind.as_str().is_some_and(matches)
        || kind.elements().is_some_and(|kinds| kinds.iter().filter_map(Node::as_str).any(matches))
}

/// How much an object says: of two articles the fuller one is the page's.
fn weight(node: &Node<'_>) -> usize {
    ["headline", "datePublished", "author", "articleBody", "image", "publisher", "mainEntityOfPage"]
        .iter()
        .filter(|key| node.get(key).is_some())
        .count()
}

impl LinkedData {
    /// Takes what an object says and the ones before left open.
    fn take(&mut self, node: &Node<'_>, rank: u8, graph: &Graph<'_, '_>) {
        for key in ["headline", "name", "alternativeHeadline"] {
            if rank >= 2 || key == "name" {
                self.titles.extend(node.get(key).and_then(text));
            }
        }
        if self.persons.is_empty() && self.organisations.is_empty() {
            for key in ["author", "creator", "reviewedBy"] {
                if self.persons.is_empty()
                    && (key == "author" || self.organisations.is_empty())
                    && rank >= 1
                    && key != "reviewedBy"
                {
                    self.take_authors(node.get(key), graph);
                }
            }
        }
        if self.published.is_empty() {
            let published =
                ["datePublished", "dateCreated", "uploadDate"].iter().find_map(|key| text(node.get(key)?));
            self.published.extend(published);
        }
        if self.modified.is_empty() {
            self.modified.extend(node.get("dateModified").and_then(text));
        }
        let body = ["articleBody", "text", "reviewBody"].iter().find_map(|key| node.get(key)?.as_str());
        self.body = self.body.take().or_else(|| body.filter(|_| rank >= 2).map(str::to_owned));
        self.description = self.description.take().or_else(|| text(node.get("description")?));
        self.language = self.language.take().or_else(|| text(node.get("inLanguage")?));
        let publisher = node.get("publisher").map(|publisher| first(publisher));
        let site = publisher.and_then(|publisher| text(graph.resolve_any(publisher)));
        self.site = self.site.take().or(site);
        let url = node.get("url").or_else(|| node.get("mainEntityOfPage"));
        self.url = self.url.take().or_else(|| text(url?).filter(|url| url.starts_with("http")));
    }

    fn take_authors(&mut self, value: Option<&Node<'_>>, graph: &Graph<'_, '_>) {
        let Some(value) = value else { return };
        let mut rest: Vec<&Node<'_>> = vec![value];
        let mut seen = 0;
        while let Some(node) = rest.pop() {
            seen += 1;
            if seen > 100 {
                break;
            }
            if let Some(elements) = node.elements() {
                rest.extend(elements.iter().rev());
                continue;
            }
            let node = graph.resolve_any(node);
            let names: Vec<String> = match node.get("name") {
                Some(name) => name.elements().map_or_else(
                    || text(name).into_iter().collect(),
                    |names| names.iter().filter_map(text).collect(),
                ),
                None => text(node).into_iter().collect(),
            };
            let list = if is_a(node, &["Organization", "NewsMediaOrganization", "Corporation"]) {
                &mut self.organisations
            } else {
                &mut self.persons
            };
            list.extend(names);
        }
    }
}

impl<'a> Graph<'_, 'a> {
    /// The object behind a bare reference.
    fn resolve_any<'x>(&'x self, node: &'x Node<'a>) -> &'x Node<'a> {
        let id = node.get("@id").and_then(Node::as_str);
        let bare = node.get("name").is_none();
        id.filter(|_| bare).and_then(|id| self.by_id.get(id)).copied().unwrap_or(node)
    }
}

fn first<'x, 'a>(node: &'x Node<'a>) -> &'x Node<'a> {
    node.elements().and_then(|elements| elements.first()).unwrap_or(node)
}

/// A value as one line of text: a string, the first of an array, the name or
/// `@value` of an object.
fn text(node: &Node<'_>) -> Option<String> {
    let node = first(node);
    let named = ["name", "@value", "@id"].iter().find_map(|key| node.get(key));
    let value = node.as_str().or_else(|| named.and_then(Node::as_str))?;
    Some(one_line(value)).filter(|text| !text.is_empty())
}
