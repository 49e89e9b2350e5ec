//! OPML: lists of feeds, as feed readers exchange them.
//!
//! Read as leniently as feeds are; written as OPML 2.0.

mod write;

use crate::charset;
use crate::fragment::one_line;
use crate::xml::{Entities, Tag, Token, Tokenizer};
use std::borrow::Cow;

/// Feeds of one list that are taken in.
const MOST_FEEDS: usize = 100_000;
/// Folders inside of each other.
const MAX_DEPTH: usize = 32;

/// A list of feeds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opml {
    /// Name of the list.
    pub title: Option<String>,
    /// Its feeds in document order.
    pub feeds: Vec<Outline>,
    /// Entries without the address of a feed that are no folders either, and
    /// feeds past the limits.
    pub skipped: usize,
}

/// One feed of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// Its name; the address where it has none.
    pub title: String,
    /// Address of the feed.
    pub feed: String,
    /// Address of the page that it belongs to.
    pub home: Option<String>,
    /// Language of the feed (BCP 47), as far as the list says.
    pub language: Option<String>,
    /// The folders that it stands in, the outermost first.
    pub folders: Vec<String>,
}

impl Opml {
    /// Reads a list. Never fails: what is no list has no feeds.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let decoded = charset::decode_markup(bytes, None);
        let mut tokens = Tokenizer::new(&decoded.text);
        let mut list = Self::default();
        // Open outlines; those that are feeds themselves name no folder.
        let mut open: Vec<Option<String>> = Vec::new();
        let mut in_title = false;
        while let Some(token) = tokens.next() {
            match token {
                Token::Start(tag) if tag.name.eq_ignore_ascii_case("outline") => {
                    list.outline(tag, &tokens.entities, &mut open);
                }
                Token::End(name) if name.eq_ignore_ascii_case("outline") => drop(open.pop()),
                Token::Start(tag) => in_title = tag.name.eq_ignore_ascii_case("title") && !tag.is_empty,
                Token::End(_) => in_title = false,
                Token::Text(text) if in_title => list.add_title(&tokens.entities.decode(text)),
                Token::CData(text) if in_title => list.add_title(text),
                Token::Text(_) | Token::CData(_) => {}
            }
        }
        list
    }

    /// The list as a document of OPML 2.0.
    #[must_use]
    pub fn to_xml(&self) -> String {
        write::document(self)
    }

    fn add_title(&mut self, text: &str) {
        let title = clean(text);
        if !title.is_empty() {
            self.title.get_or_insert(title);
        }
    }

    fn outline(&mut self, tag: Tag<'_>, entities: &Entities, open: &mut Vec<Option<String>>) {
        let get = |names: &[&str]| {
            let values = names.iter().filter_map(|name| tag.get(name, entities));
            values.map(|value: Cow<'_, str>| clean(&value)).find(|value| !value.is_empty())
        };
        let title = get(&["title", "text"]);
        let is_feed = get(&["type"])
            .is_some_and(|kind| ["rss", "atom", "feed"].contains(&kind.to_lowercase().as_str()));
        let feed = get(&["xmlurl"]).or_else(|| get(&["url"]).filter(|_| is_feed));
        let is_feed = feed.is_some();
        if let Some(feed) = feed.filter(|_| self.feeds.len() < MOST_FEEDS) {
            self.feeds.push(Outline {
                title: title.clone().unwrap_or_else(|| feed.clone()),
                feed,
                home: get(&["htmlurl"]),
                language: get(&["language"]),
                folders: open.iter().flatten().cloned().collect(),
            });
        } else if is_feed || tag.is_empty {
            self.skipped += 1;
        }
        if !tag.is_empty && open.len() < MAX_DEPTH {
            open.push(title.filter(|_| !is_feed));
        }
    }
}

/// A value on one line, without the control characters that XML cannot hold.
fn clean(value: &str) -> String {
    let sound: String = value.chars().filter(|c| c.is_whitespace() || !c.is_control()).collect();
    one_line(&sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feeds(xml: &str) -> Vec<(String, String, String)> {
        let feed = |one: Outline| (one.folders.join("/"), one.title, one.feed);
        Opml::parse(xml.as_bytes()).feeds.into_iter().map(feed).collect()
    }

    fn check(xml: &str, expected: &[(&str, &str, &str)]) {
        let expected: Vec<_> =
            expected.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect();
        assert_eq!(feeds(xml), expected, "{xml}");
    }

    #[test]
    fn lists() {
        check(
            "<opml><body><outline text='A' xmlUrl='https://a.org/f'/></body></opml>",
            &[("", "A", "https://a.org/f")],
        );
        check(
            "<outline text='World'><outline text='Asia'><outline title='A &amp; B' text='x' xmlUrl='u?a=1&b=2'/></outline>\
             <outline XMLURL='v'></outline></outline><outline text='C' type='rss' url='w'/>",
            &[("World/Asia", "A & B", "u?a=1&b=2"), ("World", "v", "v"), ("", "C", "w")],
        );
        check(
            "<outline text='A' xmlUrl='a'><outline text='B' xmlUrl='b'/></outline>",
            &[("", "A", "a"), ("", "B", "b")],
        );
        check("no list", &[]);
        check("<outline text='A\u{6}B' xmlUrl='u\u{6}v\nw'/>", &[("", "AB", "uv w")]);
        check("<outline text='Note'/><outline text='Page' type='link' url='https://a.org'/>", &[]);
    }

    #[test]
    fn the_name_of_the_list_and_what_was_left_out() {
        let list = Opml::parse(
            b"<opml><head><title>My &amp; feeds</title></head><body><outline text='Note'/></body></opml>",
        );
        assert_eq!((list.title.as_deref(), list.skipped), (Some("My & feeds"), 1));
    }

    #[test]
    fn what_is_written_reads_back() {
        let feed = |title: &str, folders: &[&str]| Outline {
            title: title.to_owned(),
            feed: format!("https://example.org/{}?a=1&b=<2>", title.len()),
            home: Some("https://example.org/\"".to_owned()),
            language: None,
            folders: folders.iter().map(|&folder| folder.to_owned()).collect(),
        };
        let feeds = vec![
            feed("One & <two>", &["World", "Asia"]),
            feed("Three", &["World", "Asia"]),
            feed("Four", &["World"]),
            feed("Five", &[]),
            feed("Six", &["Asia"]),
        ];
        let list = Opml { title: Some("A > B".to_owned()), feeds, skipped: 0 };
        assert_eq!(Opml::parse(list.to_xml().as_bytes()), list);
    }
}
