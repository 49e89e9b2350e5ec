//! The `meta`, `link` and `title` elements of a page, its language, and its
//! scripts that hold data.

use crate::html::{Document, NodeId, Tag, entities};

/// Elements of one kind that are read at most.
const MOST: usize = 400;

/// What a page's head says, in document order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Head<'a> {
    /// Lower-case names (or properties) and contents of `meta` elements.
    metas: Vec<(String, String)>,
    /// `rel` and address of `link` elements.
    links: Vec<(String, String)>,
    /// The `title` element.
    pub(crate) title: Option<String>,
    /// `lang` of the root element.
    pub(crate) language: Option<String>,
    /// The address of `base`.
    pub(crate) base: Option<String>,
    /// Scripts of type `application/ld+json`.
    pub(crate) linked_data: Vec<&'a str>,
    /// Other scripts that may hold the page's data as JSON, with their id.
    pub(crate) state: Vec<(String, &'a str)>,
}

impl<'a> Head<'a> {
    /// Collects them from anywhere in the page: many stand in the body.
    pub(crate) fn read(document: &Document<'a>) -> Self {
        let mut head = Self::default();
        for id in document.ids() {
            match document.node(id).tag {
                Tag::Meta => head.meta(document, id),
                Tag::Link => head.link(document, id),
                Tag::Script => head.script(document, id),
                Tag::Title if head.title.is_none() => {
                    head.title = Some(one_line(document.raw(id))).filter(|title| !title.is_empty());
                }
                Tag::Html if head.language.is_none() => {
                    let language =
                        document.attribute(id, "lang").or_else(|| document.attribute(id, "xml:lang"));
                    head.language =
                        language.map(|language| language.trim().to_owned()).filter(|tag| !tag.is_empty());
                }
                Tag::Base if head.base.is_none() => {
                    head.base = document.attribute(id, "href").map(|base| base.trim().to_owned());
                }
                _ => {}
            }
        }
        head
    }

    fn meta(&mut self, document: &Document<'_>, id: NodeId) {
        if self.metas.len() >= MOST {
            return;
        }
        let attributes = document.attributes(id);
        let Some(content) = attributes.get("content") else { return };
        let content = one_line(&content);
        if content.is_empty() {
            return;
        }
        for key in ["property", "name", "itemprop", "http-equiv"] {
            if let Some(name) = attributes.get(key) {
                self.metas.push((name.trim().to_ascii_lowercase(), content.clone()));
            }
        }
    }

    fn link(&mut self, document: &Document<'_>, id: NodeId) {
        let attributes = document.attributes(id);
        if let (Some(rel), Some(address)) = (attributes.get("rel"), attributes.get("href"))
            && self.links.len() < MOST
        {
            self.links.push((rel.to_ascii_lowercase(), address.trim().to_owned()));
        }
    }

    fn script(&mut self, document: &Document<'a>, id: NodeId) {
        let attributes = document.attributes(id);
        let kind = attributes.raw("type").unwrap_or_default().trim().to_ascii_lowercase();
        let text = document.raw(id);
        if kind.contains("ld+json") {
            if self.linked_data.len() < MOST {
                self.linked_data.push(text);
            }
        } else if text.len() > 800 && attributes.raw("src").is_none() && self.state.len() < MOST {
            let name = attributes.get("id").unwrap_or_default().into_owned();
            self.state.push((name, text));
        }
    }

    /// The content of the first `meta` of one of the names, in the order of the names.
    pub(crate) fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            self.metas.iter().find(|(found, _)| found == name).map(|(_, content)| content.as_str())
        })
    }

    /// The contents of every `meta` of a name.
    pub(crate) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        self.metas.iter().filter(move |(found, _)| found == name).map(|(_, content)| content.as_str())
    }

    /// The address of the first `link` of a kind.
    pub(crate) fn linked(&self, rel: &str) -> Option<&str> {
        let is = |found: &str| found.split_ascii_whitespace().any(|word| word == rel);
        self.links.iter().find(|(found, _)| is(found)).map(|(_, address)| address.as_str())
    }
}

/// Text on one line, references decoded (twice, as many pages encode twice).
pub(crate) fn one_line(text: &str) -> String {
    let once = entities::decode(text);
    let twice = entities::decode(&once);
    let visible = |c: &char| !matches!(c, '\u{ad}' | '\u{200b}' | '\u{feff}' | '\0');
    let plain: String = twice.chars().filter(visible).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
