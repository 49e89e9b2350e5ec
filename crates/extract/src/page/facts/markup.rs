//! Facts in the markup of the body: microdata, `rel=author`, `time` elements
//! and classes that name bylines and dates.

use super::head::one_line;
use crate::html::{Document, NodeId, Tag};

/// Facts of one kind that are read at most.
const MOST: usize = 60;

/// A fact and the element that states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stated {
    /// The element.
    pub(crate) node: NodeId,
    /// Its text or attribute.
    pub(crate) value: String,
}

/// What marked elements state, in document order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Markup {
    /// `itemprop=headline`.
    pub(crate) headlines: Vec<Stated>,
    /// `h1` elements.
    pub(crate) headings: Vec<Stated>,
    /// `itemprop=author`, and `name` in it.
    pub(crate) authors: Vec<Stated>,
    /// `rel=author`.
    pub(crate) author_links: Vec<Stated>,
    /// Links to a page about an author.
    pub(crate) author_pages: Vec<Stated>,
    /// Elements whose class names a byline.
    pub(crate) bylines: Vec<Stated>,
    /// `itemprop=datePublished`.
    pub(crate) published: Vec<Stated>,
    /// `itemprop=dateModified`.
    pub(crate) modified: Vec<Stated>,
    /// `time` elements, `pubdate` ones first.
    pub(crate) times: Vec<Stated>,
    /// Elements whose class names a date.
    pub(crate) dated: Vec<Stated>,
}

/// Collects them.
pub(crate) fn read(document: &Document<'_>) -> Markup {
    let mut markup = Markup::default();
    for id in document.ids().skip(1) {
        let node = document.node(id);
        match node.tag {
            Tag::Text | Tag::Script | Tag::Style | Tag::Img | Tag::Svg | Tag::Path | Tag::Br | Tag::Meta => {
                continue;
            }
            // The name of the site above all of its pages is no headline.
            Tag::H1 if leads_home(document, id) => {}
            Tag::H1 => push(&mut markup.headings, id, document.line(id)),
            Tag::Time => push(&mut markup.times, id, time(document, id)),
            _ => {}
        }
        if !node.data.is_empty() {
            markup.element(document, id);
        }
    }
    markup
}

impl Markup {
    fn element(&mut self, document: &Document<'_>, id: NodeId) {
        for (name, value) in document.attributes(id) {
            match name.len() {
                8 if name.eq_ignore_ascii_case("itemprop") => self.property(document, id, value),
                3 if name.eq_ignore_ascii_case("rel") && has_word(value, "author") => {
                    push(&mut self.author_links, id, document.line(id));
                }
                4 if name.eq_ignore_ascii_case("href") && leads_to_author(value) => {
                    push(&mut self.author_pages, id, document.line(id));
                }
                5 if name.eq_ignore_ascii_case("class") => self.named(document, id, value),
                2 if name.eq_ignore_ascii_case("id") => self.named(document, id, value),
                _ => {}
            }
        }
    }

    fn property(&mut self, document: &Document<'_>, id: NodeId, value: &str) {
        let list = if has_word(value, "headline") {
            &mut self.headlines
        } else if has_word(value, "author") {
            let name = document.inside(id).find(|&inner| {
                document.attributes(inner).raw("itemprop").is_some_and(|property| has_word(property, "name"))
            });
            let text = name.map_or_else(|| stated(document, id), |name| stated(document, name));
            push(&mut self.authors, id, text);
            return;
        } else if has_word(value, "datePublished") {
            &mut self.published
        } else if has_word(value, "dateModified") {
            &mut self.modified
        } else {
            return;
        };
        push(list, id, stated(document, id));
    }

    /// An element by the words of its class or id. Long texts are no bylines.
    fn named(&mut self, document: &Document<'_>, id: NodeId, names: &str) {
        let (byline, date) = mentions(names);
        if !byline && !date {
            return;
        }
        let size = document.node(id).end - id;
        if size > 60 {
            return;
        }
        let text = document.lines(id);
        if text.len() > 200 {
            return;
        }
        if byline {
            push(&mut self.bylines, id, text.clone());
        }
        if date && text.bytes().any(|byte| byte.is_ascii_digit()) {
            push(&mut self.dated, id, text);
        }
    }
}

/// Whether names speak of a byline, and of a date. One pass: most elements of
/// a page come by here.
fn mentions(names: &str) -> (bool, bool) {
    let bytes = names.as_bytes();
    let begins = |at: usize, word: &str| {
        bytes[at..].get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
    };
    let (mut byline, mut date) = (false, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte | 0x20 {
            b'a' => byline |= begins(at, "author"),
            b'b' => byline |= begins(at, "byline"),
            b'w' => byline |= begins(at, "writer"),
            b'd' => date |= begins(at, "date"),
            b'p' => date |= begins(at, "publish") || begins(at, "posted"),
            b't' => date |= begins(at, "time"),
            _ => {}
        }
    }
    (byline, date)
}

/// True for an element that is one link to the front page.
fn leads_home(document: &Document<'_>, id: NodeId) -> bool {
    let mut links = document.inside(id).filter(|&inner| document.node(inner).tag == Tag::A);
    let Some(link) = links.next() else { return false };
    let Some(address) = document.attribute(link, "href") else { return false };
    let path =
        address.split_once("://").map_or(&*address, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    path == "/" && document.line(link) == document.line(id)
}

/// True for the address of a page about a writer: one of its folders says so.
fn leads_to_author(address: &str) -> bool {
    const FOLDERS: [&str; 10] = [
        "author",
        "authors",
        "autor",
        "autores",
        "auteur",
        "writers",
        "contributor",
        "contributors",
        "reporter",
        "byline",
    ];
    let folders = address.split_once('/').and_then(|(_, path)| path.rsplit_once('/'));
    address.len() < 300
        && folders.is_some_and(|(folders, _)| folders.split('/').any(|folder| FOLDERS.contains(&folder)))
}

fn push(list: &mut Vec<Stated>, node: NodeId, value: String) {
    if list.len() < MOST && !value.is_empty() {
        list.push(Stated { node, value });
    }
}

fn has_word(value: &str, word: &str) -> bool {
    value.split_ascii_whitespace().any(|found| found.eq_ignore_ascii_case(word))
}

/// The value that an element states: an attribute for machines, else its text.
fn stated(document: &Document<'_>, id: NodeId) -> String {
    let attributes = document.attributes(id);
    let machine = ["content", "datetime"].iter().find_map(|name| attributes.get(name));
    machine.map_or_else(|| document.line(id), |value| one_line(&value))
}

fn time(document: &Document<'_>, id: NodeId) -> String {
    let machine = document.attribute(id, "datetime").map(|value| one_line(&value));
    machine.filter(|value| !value.is_empty()).unwrap_or_else(|| document.line(id))
}

#[cfg(test)]
mod tests {
    use super::leads_to_author;

    #[test]
    fn pages_about_authors() {
        let check =
            |address: &str, expected: bool| assert_eq!(leads_to_author(address), expected, "{address}");
        check("/author/ann-lee", true);
        check("https://e.org/en/writers//ann", true);
        check("https://e.org/byline/", true);
        check("/author", false);
        check("author/ann-lee", false);
        check("/Author/ann-lee", false);
        check("/authority/ann-lee", false);
        check("", false);
    }
}
