//! What each field does to the item or to what is known of the feed.

use super::address::is_absolute;
use super::draft::{language, value};
use super::reader::Reader;
use super::role::{DateKind, Field, Rank};
use super::source::Source;
use crate::xml::Tag;
use std::borrow::Cow;

/// How sure a link is the article's address; smaller is surer.
mod doubt {
    /// The publisher's own address behind a counter of clicks.
    pub(super) const ORIGINAL: u8 = 0;
    /// `link` as RSS has it, `rel="alternate"` as HTML.
    pub(super) const ALTERNATE: u8 = 1;
    /// An alternate in some other format.
    pub(super) const OTHER_FORMAT: u8 = 2;
    /// A link to itself.
    pub(super) const SELF: u8 = 4;
}

impl<'a> Reader<'a> {
    /// A field of the item that is open.
    pub(super) fn item_field(&mut self, tag: Tag<'a>, field: Field, source: Source<'a>) {
        match field {
            Field::Link => return self.item_link(tag, &source),
            Field::Author(rank) => return self.author(rank, &source.line()),
            Field::Source => return self.source(&source.line()),
            _ => {}
        }
        let permalink =
            self.attribute(tag, "ispermalink").map(|value| !value.trim().eq_ignore_ascii_case("false"));
        let original =
            if field == Field::OriginalLink { self.resolve(&value(&source)) } else { String::new() };
        let id = if field == Field::Id { self.id(value(&source)) } else { String::new() };
        let Some(item) = &mut self.item else { return };
        match field {
            Field::Title(rank) => item.set_title(rank, source),
            Field::Description(rank) => item.set_description(rank, source),
            Field::Content => item.set_content(source),
            Field::OriginalLink => item.set_link(doubt::ORIGINAL, original),
            Field::Id => item.set_id(id, permalink),
            Field::Date(kind) => item.add_date(kind, &value(&source)),
            Field::Language => item.language = language(&value(&source)).or(item.language.take()),
            _ => {}
        }
    }

    /// An id as it stands, but for a path, which only says something together
    /// with the address of its feed.
    fn id(&self, written: String) -> String {
        if written.starts_with('/') { self.resolve(&written) } else { written }
    }

    fn item_link(&mut self, tag: Tag<'a>, source: &Source<'a>) {
        let Some(link) = self.link(tag, source) else { return };
        let doubt = match link.rel.as_str() {
            "alternate" if link.is_page => doubt::ALTERNATE,
            "alternate" => doubt::OTHER_FORMAT,
            "self" if link.is_page => doubt::SELF,
            _ => return,
        };
        let address = self.resolve(&link.address);
        if let Some(item) = &mut self.item {
            item.set_link(doubt, address);
        }
    }

    /// A field of the feed itself.
    pub(super) fn feed_field(&mut self, tag: Tag<'a>, field: Field, source: Source<'a>) {
        match field {
            Field::Title(rank) if self.title.as_ref().is_none_or(|(known, _)| rank < *known) => {
                self.title = Some((rank, source));
            }
            Field::Link => self.feed_link(tag, &source),
            Field::Date(DateKind::Updated) => {
                self.info.updated.get_or_insert_with(|| value(&source));
            }
            Field::Language => self.info.language = language(&value(&source)).or(self.info.language.take()),
            Field::TimeToLive => self.schedule.ttl(&source.markup),
            Field::SkippedHour => self.schedule.hour(&source.markup),
            Field::SkippedDay => self.schedule.day(&source.markup),
            Field::UpdatePeriod => self.schedule.period(&source.markup),
            Field::UpdateFrequency => self.schedule.frequency(&source.markup),
            Field::NewAddress => self.info.moved_to = Some(self.resolve(&value(&source))),
            _ => {}
        }
    }

    fn feed_link(&mut self, tag: Tag<'a>, source: &Source<'a>) {
        /// No feed has more hubs than this.
        const MOST_HUBS: usize = 8;
        let Some(link) = self.link(tag, source) else { return };
        let address = self.resolve(&link.address);
        let place = match link.rel.as_str() {
            "alternate" if link.is_page => &mut self.info.home,
            "self" => &mut self.info.self_url,
            "next" | "prev-archive" => &mut self.info.next,
            "hub" => {
                if self.info.hubs.len() < MOST_HUBS
                    && is_absolute(&address)
                    && !self.info.hubs.contains(&address)
                {
                    self.info.hubs.push(address);
                }
                return;
            }
            _ => return,
        };
        place.get_or_insert(address);
    }

    /// A link in the form of RSS (text) or of Atom (attributes).
    fn link(&self, tag: Tag<'a>, source: &Source<'a>) -> Option<Link> {
        let attributes = !tag.attributes.0.is_empty();
        let href = if attributes { self.attribute(tag, "href") } else { None };
        let address = match href {
            Some(href) => href.trim().to_owned(),
            None => value(source),
        };
        if address.is_empty() {
            return None;
        }
        let lower = |name| {
            let value = if attributes { self.attribute(tag, name) } else { None };
            value.map(|value| value.trim().to_ascii_lowercase()).filter(|value| !value.is_empty())
        };
        let rel = lower("rel").unwrap_or_else(|| "alternate".to_owned());
        // Registered relations may be written as addresses.
        let rel = rel.rsplit('/').next().unwrap_or_default().to_owned();
        let is_page =
            lower("type").is_none_or(|kind| kind.contains("html") || kind.starts_with("text/plain"));
        Some(Link { address, rel, is_page })
    }

    fn attribute(&self, tag: Tag<'a>, name: &str) -> Option<Cow<'a, str>> {
        tag.get(name, &self.tokens.entities)
    }

    fn author(&mut self, rank: Rank, written: &str) {
        if let Some(item) = &mut self.item {
            item.add_author(rank, written);
        }
    }

    fn source(&mut self, written: &str) {
        if let Some(item) = &mut self.item
            && !written.is_empty()
        {
            item.source.get_or_insert_with(|| written.to_owned());
        }
    }

    /// Takes in the text of an author that is given without elements.
    pub(super) fn loose_author(&mut self) {
        let loose = std::mem::take(&mut self.loose);
        self.author(Rank::Own, &loose);
    }

    /// Takes in the name of a source that is given without elements.
    pub(super) fn loose_source(&mut self) {
        let loose = std::mem::take(&mut self.loose);
        self.source(&crate::fragment::to_line(&loose));
    }
}

struct Link {
    address: String,
    /// In lower case; `alternate` where nothing is said.
    rel: String,
    /// Its type is that of a page, or not said.
    is_page: bool,
}
