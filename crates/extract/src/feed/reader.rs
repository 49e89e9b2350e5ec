//! The walk through an XML feed: elements to fields, fields to articles.

use super::address::resolve;
use super::draft::{self, Draft};
use super::namespace::{Namespaces, Vocabulary};
use super::role::{Context, DateKind, Field, LowerName, Rank, Role, role};
use super::schedule;
use super::source::{Source, Style};
use super::{Feed, FeedFormat, FeedInfo};
use crate::charset::Decoded;
use crate::error::ExtractError;
use crate::input::Input;
use crate::limits::Limits;
use crate::xml::{Tag, Token, Tokenizer};
use dateline_model::Article;
use memchr::memmem;

/// Nesting beyond this is not followed.
const MAX_DEPTH: usize = 128;

/// Reads the items of a feed and what it says of itself.
pub(super) fn read(input: &Input<'_>, decoded: &Decoded<'_>, limits: &Limits) -> Feed {
    let mut reader = Reader::new(input, decoded, limits);
    reader.warn(decoded.warning.clone());
    while !reader.full
        && let Some(token) = reader.tokens.next()
    {
        match token {
            Token::Start(tag) => reader.open(tag),
            Token::End(name) => reader.close(name),
            Token::Text(text) => {
                let decoded = reader.tokens.entities.decode(text);
                reader.text(&decoded);
            }
            Token::CData(text) => reader.text(text),
        }
    }
    reader.finish()
}

/// An element that is open.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    name: &'a str,
    pub(super) context: Context,
    /// Declarations in force outside of it.
    names: usize,
    /// Bases and languages in force outside of it.
    bases: usize,
    languages: usize,
}

pub(super) struct Reader<'a> {
    pub(super) tokens: Tokenizer<'a>,
    pub(super) input: &'a Input<'a>,
    pub(super) decoded: &'a Decoded<'a>,
    pub(super) limits: &'a Limits,
    pub(super) stack: Vec<Frame<'a>>,
    pub(super) names: Namespaces<'a>,
    /// What relative addresses are resolved against; the innermost is last.
    bases: Vec<String>,
    languages: Vec<String>,
    pub(super) info: FeedInfo,
    pub(super) schedule: schedule::Draft,
    /// The title of the feed and how near it stands.
    pub(super) title: Option<(Rank, Source<'a>)>,
    pub(super) item: Option<Draft<'a>>,
    /// Text of an author or source that is given without elements.
    pub(super) loose: String,
    pub(super) items: Vec<Result<Article, ExtractError>>,
    /// Elements that were opened in an item and never closed: taken for empty.
    never_closed: Vec<&'a str>,
    /// The item limit was met.
    pub(super) full: bool,
}

impl<'a> Reader<'a> {
    fn new(input: &'a Input<'a>, decoded: &'a Decoded<'a>, limits: &'a Limits) -> Self {
        Self {
            tokens: Tokenizer::new(&decoded.text),
            input,
            decoded,
            limits,
            stack: Vec::new(),
            names: Namespaces::default(),
            bases: input.base_url.map(str::to_owned).into_iter().collect(),
            languages: Vec::new(),
            info: FeedInfo::default(),
            schedule: schedule::Draft::default(),
            title: None,
            item: None,
            loose: String::new(),
            items: Vec::new(),
            never_closed: Vec::new(),
            full: false,
        }
    }

    /// True when an element of the feed's own of this name is open.
    pub(super) fn is_open(&self, name: &str) -> bool {
        let mut own = self.stack.iter().filter(|frame| frame.context != Context::Unknown);
        own.any(|frame| frame.name.eq_ignore_ascii_case(name))
    }

    /// The last token as it was written.
    pub(super) fn last_token(&self) -> &'a str {
        &self.decoded.text[self.tokens.start()..self.tokens.end()]
    }

    fn context(&self) -> Context {
        self.stack.last().map_or(Context::Document, |frame| frame.context)
    }

    pub(super) fn base(&self) -> Option<&str> {
        self.bases.last().map(String::as_str)
    }

    /// The address of an attribute or element, made whole.
    pub(super) fn resolve(&self, written: &str) -> String {
        resolve(written, self.base().or(self.info.home.as_deref()))
    }

    fn open(&mut self, tag: Tag<'a>) {
        let frame = self.frame(tag);
        let (vocabulary, local) = self.names.resolve(tag.name);
        let name = LowerName::of(local);
        let role = role(self.context(), vocabulary, name.as_str());
        if self.info.format.is_none() {
            self.recognise(name.as_str(), role);
        }
        match role {
            Role::Opens(context) => self.enter(tag, frame, context),
            Role::Person | Role::Source => {
                self.loose.clear();
                let context = if role == Role::Person { Context::Person } else { Context::Source };
                self.enter(tag, frame, context);
            }
            Role::Holds(field) => {
                self.field(tag, field);
                self.leave(frame);
            }
            Role::Ignored if tag.is_empty || self.is_void(tag.name, name.as_str()) => self.leave(frame),
            Role::Ignored => self.enter(tag, frame, Context::Unknown),
        }
    }

    /// Takes in what a tag declares for itself and its children.
    fn frame(&mut self, tag: Tag<'a>) -> Frame<'a> {
        let frame = Frame {
            name: tag.name,
            context: Context::Unknown,
            names: self.names.mark(),
            bases: self.bases.len(),
            languages: self.languages.len(),
        };
        // Few tags have any, and few of those matter here.
        if !tag.attributes.0.is_empty() && memmem::find(tag.attributes.0.as_bytes(), b"xml").is_some() {
            self.names.declare(tag.attributes, self.info.format.is_none());
            if let Some(base) = tag.get("xml:base", &self.tokens.entities) {
                self.bases.push(resolve(&base, self.base()));
            }
            let language = tag.get("xml:lang", &self.tokens.entities).and_then(|lang| draft::language(&lang));
            self.languages.extend(language);
        }
        frame
    }

    /// Ends the scope of what a tag declared.
    fn leave(&mut self, frame: Frame<'a>) {
        self.names.forget(frame.names);
        self.bases.truncate(frame.bases);
        self.languages.truncate(frame.languages);
    }

    fn recognise(&mut self, name: &str, role: Role) {
        if !matches!(role, Role::Opens(Context::Channel | Context::Item)) {
            return;
        }
        self.info.format = match name {
            "rss" | "item" => Some(FeedFormat::Rss),
            "feed" | "entry" => Some(FeedFormat::Atom),
            "rdf" => Some(FeedFormat::Rdf),
            "urlset" => Some(FeedFormat::Sitemap),
            "sitemapindex" => Some(FeedFormat::SitemapIndex),
            _ => Some(FeedFormat::Cdf),
        };
    }

    fn enter(&mut self, tag: Tag<'a>, frame: Frame<'a>, context: Context) {
        if context == Context::Item {
            if !self.begin_item(tag) {
                return;
            }
        } else if context == Context::Channel {
            self.info.language = self.info.language.take().or_else(|| self.languages.last().cloned());
        }
        if tag.is_empty {
            self.end_context(context);
            self.leave(frame);
        } else if self.stack.len() < MAX_DEPTH {
            self.stack.push(Frame { context, ..frame });
        }
    }

    /// False when the item before it is read again first.
    fn begin_item(&mut self, tag: Tag<'a>) -> bool {
        if self.item.is_some() {
            if self.item_again() {
                return false;
            }
            self.warn_here("the item was never closed".to_owned());
            self.close_until(|frame| frame.context == Context::Item);
        }
        let mut item = Draft::new(self.tokens.start());
        if !tag.attributes.0.is_empty() {
            let get = |name| tag.get(name, &self.tokens.entities);
            if let Some(about) = get("rdf:about") {
                item.set_id(about.trim().to_owned(), None);
            }
            // Of CDF.
            if let Some(link) = get("href") {
                item.set_link(1, self.resolve(&link));
            }
            if let Some(date) = get("lastmod") {
                item.add_date(DateKind::Updated, &date);
            }
        }
        item.language = self.languages.last().cloned();
        self.item = Some(item);
        true
    }

    /// Closes the innermost element of the name; a name that is not open closes
    /// nothing.
    fn close(&mut self, name: &str) {
        let is_open = |frame: &Frame<'a>| frame.name.eq_ignore_ascii_case(name);
        let Some(at) = self.stack.iter().rposition(is_open) else { return };
        let ends_item = self.stack[at..].iter().any(|frame| frame.context == Context::Item);
        if !ends_item || !self.item_again() {
            self.close_until(|frame| frame.name.eq_ignore_ascii_case(name));
        }
    }

    /// Goes back to the start of the item when an element that nobody knows was
    /// opened in it and never closed: what followed was lost in it.
    fn item_again(&mut self) -> bool {
        /// Each costs another look at one item.
        const MOST: usize = 16;
        let Some(item) = self.stack.iter().rposition(|frame| frame.context == Context::Item) else {
            return false;
        };
        let Some(unknown) = self.stack.get(item + 1).filter(|frame| frame.context == Context::Unknown) else {
            return false;
        };
        let (outer, name) = (self.stack[item], unknown.name);
        if self.never_closed.len() == MOST {
            return false;
        }
        let Some(draft) = self.item.take() else { return false };
        self.never_closed.push(name);
        self.stack.truncate(item);
        self.leave(outer);
        self.tokens.seek(draft.start);
        true
    }

    fn is_void(&self, written: &str, name: &str) -> bool {
        let of_html = matches!(name, "br" | "hr" | "img" | "meta" | "input" | "base" | "wbr");
        of_html || (self.item.is_some() && self.never_closed.contains(&written))
    }

    /// Closes elements from the inside out, up to the first that matches.
    pub(super) fn close_until(&mut self, matches: impl Fn(&Frame<'a>) -> bool) {
        while let Some(frame) = self.stack.pop() {
            self.end_context(frame.context);
            self.leave(frame);
            if matches(&frame) {
                break;
            }
        }
    }

    fn end_context(&mut self, context: Context) {
        match context {
            Context::Item => self.end_item(),
            Context::Person => self.loose_author(),
            Context::Source => self.loose_source(),
            _ => {}
        }
    }

    /// Text between elements: only an author or source may have any.
    fn text(&mut self, text: &str) {
        /// Longer than any name.
        const MOST: usize = 1000;
        let wanted = matches!(self.context(), Context::Person | Context::Source);
        if wanted && self.loose.len() + text.len() <= MOST {
            self.loose.push_str(text);
        }
    }

    fn field(&mut self, tag: Tag<'a>, field: Field) {
        let rss = !matches!(self.info.format, Some(FeedFormat::Atom));
        let default = if rss { Style::Html } else { Style::Text };
        let in_text = matches!(field, Field::Description(_) | Field::Content);
        let style = match field {
            Field::Content if tag.name.ends_with("encoded") => Style::Html,
            Field::Content if matches!(self.names.resolve(tag.name).0, Vocabulary::Xhtml) => Style::Xhtml,
            Field::Title(_) | Field::Description(_) | Field::Content => {
                Style::of(&tag, &self.tokens.entities, default)
            }
            _ => Style::Text,
        };
        let source = self.content(tag, style, in_text);
        if self.item.is_some() {
            self.item_field(tag, field, source);
        } else {
            self.feed_field(tag, field, source);
        }
    }
}
