//! What each element of a feed is for.

use super::namespace::Vocabulary;

/// Where in the document an element stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    /// Outside everything.
    Document,
    /// The feed itself.
    Channel,
    /// An item, or an entry, or the address of a sitemap.
    Item,
    /// An author with elements for name and address.
    Person,
    /// The feed that an item was taken from.
    Source,
    /// `media:group`, `news:news` and the like: read as part of the item.
    Part,
    /// Hours and days without news.
    Skip,
    /// Something else; nothing in it is read.
    Unknown,
}

/// The rank of a date among those of an item; the first is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DateKind {
    /// When it was published.
    Published,
    /// A date of Dublin Core: mostly the publication.
    Date,
    /// When it was written.
    Created,
    /// When it was changed.
    Updated,
}

/// How near to the source of the item a value stands; the nearest is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// The format's own element.
    Own,
    /// Dublin Core.
    Dublin,
    /// Media RSS, podcasts.
    Media,
    /// What is better than nothing: an address in place of a name.
    Last,
}

/// A field of a feed or of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Title(Rank),
    /// A summary or description.
    Description(Rank),
    /// The whole text.
    Content,
    Link,
    /// The publisher's own address, where the link counts clicks.
    OriginalLink,
    Id,
    Date(DateKind),
    /// An author as text.
    Author(Rank),
    Language,
    /// The name of the publication that an item comes from.
    Source,
    Enclosure,
    TimeToLive,
    SkippedHour,
    SkippedDay,
    UpdatePeriod,
    UpdateFrequency,
    /// The address the feed has moved to.
    NewAddress,
}

/// What is done with an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Its children are read in another context.
    Opens(Context),
    /// Its content is a value.
    Holds(Field),
    /// An author: elements, or only text.
    Person,
    /// The source of an item: elements, or only text.
    Source,
    /// It and what is in it are of no interest.
    Ignored,
}

/// Bytes of the longest name that means anything.
const LONGEST: usize = 20;

/// A name in lower case, on the stack.
#[derive(Debug, Clone, Copy)]
pub(super) enum LowerName<'a> {
    /// Most are written so.
    AsWritten(&'a str),
    /// `pubDate`
    Lowered { bytes: [u8; LONGEST], length: usize },
}

impl<'a> LowerName<'a> {
    /// Names longer than any we know come out empty.
    pub(super) fn of(name: &'a str) -> Self {
        if name.len() > LONGEST || !name.is_ascii() {
            return Self::AsWritten("");
        }
        if !name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Self::AsWritten(name);
        }
        let mut bytes = [0; LONGEST];
        bytes[..name.len()].copy_from_slice(name.as_bytes());
        bytes.make_ascii_lowercase();
        Self::Lowered { bytes, length: name.len() }
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::AsWritten(name) => name,
            // Only ASCII was taken in.
            Self::Lowered { bytes, length } => std::str::from_utf8(&bytes[..*length]).unwrap_or_default(),
        }
    }
}

/// The role of an element in its context.
pub(super) fn role(context: Context, vocabulary: Vocabulary, name: &str) -> Role {
    if vocabulary == Vocabulary::Core {
        match name {
            "rss" | "feed" | "rdf" | "channel" | "urlset" | "sitemapindex" if context != Context::Item => {
                return Role::Opens(Context::Channel);
            }
            "item" | "entry" => return Role::Opens(Context::Item),
            _ => {}
        }
    }
    match context {
        Context::Item | Context::Part => in_item(vocabulary, name),
        Context::Channel => in_channel(vocabulary, name),
        Context::Person => in_person(vocabulary, name),
        Context::Source => in_source(vocabulary, name),
        Context::Skip => in_skip(name),
        Context::Document | Context::Unknown => Role::Ignored,
    }
}

fn in_item(vocabulary: Vocabulary, name: &str) -> Role {
    use DateKind::{Created, Date, Published, Updated};
    let field = match (vocabulary, name) {
        (Vocabulary::Core, "title") => Field::Title(Rank::Own),
        (Vocabulary::Core, "link" | "loc") => Field::Link,
        (Vocabulary::Core, "id" | "guid") => Field::Id,
        (Vocabulary::Core, "description" | "summary" | "abstract" | "tagline") => {
            Field::Description(Rank::Own)
        }
        (Vocabulary::Core, "content" | "fullitem" | "body" | "fulltext" | "full-text")
        | (Vocabulary::Content, "encoded")
        | (Vocabulary::Xhtml, "body" | "div") => Field::Content,
        (Vocabulary::Core, "pubdate" | "published" | "issued")
        | (Vocabulary::Dublin, "issued" | "available")
        | (Vocabulary::News, "publication_date") => Field::Date(Published),
        (Vocabulary::Core | Vocabulary::Dublin, "date") => Field::Date(Date),
        (Vocabulary::Core | Vocabulary::Dublin, "created") => Field::Date(Created),
        (Vocabulary::Core, "updated" | "modified" | "lastbuilddate" | "lastmod")
        | (Vocabulary::Dublin, "modified") => Field::Date(Updated),
        (Vocabulary::Core, "author") => return Role::Person,
        (Vocabulary::Dublin, "creator" | "author") => Field::Author(Rank::Dublin),
        (Vocabulary::Itunes, "author") => Field::Author(Rank::Media),
        (Vocabulary::Core | Vocabulary::Dublin | Vocabulary::News, "language") => Field::Language,
        (Vocabulary::Core, "source") => return Role::Source,
        (Vocabulary::News, "name") => Field::Source,
        (Vocabulary::Core, "enclosure") => Field::Enclosure,
        (Vocabulary::Dublin, "title") => Field::Title(Rank::Dublin),
        (Vocabulary::Media | Vocabulary::Itunes | Vocabulary::News, "title") => Field::Title(Rank::Media),
        (Vocabulary::Dublin, "description") => Field::Description(Rank::Dublin),
        (Vocabulary::Media, "description") | (Vocabulary::Itunes, "summary" | "subtitle") => {
            Field::Description(Rank::Media)
        }
        (Vocabulary::FeedBurner, "origlink") => Field::OriginalLink,
        (Vocabulary::Media, "group") | (Vocabulary::News, "news" | "publication") => {
            return Role::Opens(Context::Part);
        }
        _ => return Role::Ignored,
    };
    Role::Holds(field)
}

fn in_channel(vocabulary: Vocabulary, name: &str) -> Role {
    let field = match (vocabulary, name) {
        (Vocabulary::Core, "title") => Field::Title(Rank::Own),
        (Vocabulary::Dublin, "title") => Field::Title(Rank::Dublin),
        (Vocabulary::Itunes, "title") => Field::Title(Rank::Media),
        (Vocabulary::Core, "link") => Field::Link,
        (Vocabulary::Core, "id") => Field::Id,
        (Vocabulary::Core, "updated" | "modified" | "lastbuilddate" | "pubdate")
        | (Vocabulary::Dublin, "date") => Field::Date(DateKind::Updated),
        (Vocabulary::Core | Vocabulary::Dublin, "language") => Field::Language,
        (Vocabulary::Core, "ttl") => Field::TimeToLive,
        (Vocabulary::Core, "author" | "managingeditor") => return Role::Person,
        (Vocabulary::Dublin, "creator") => Field::Author(Rank::Dublin),
        (Vocabulary::Core, "skiphours" | "skipdays") => return Role::Opens(Context::Skip),
        (Vocabulary::Core, "url" | "sitemap") => return Role::Opens(Context::Item),
        (Vocabulary::Syndication, "updateperiod") => Field::UpdatePeriod,
        (Vocabulary::Syndication, "updatefrequency") => Field::UpdateFrequency,
        (Vocabulary::Itunes, "new-feed-url") => Field::NewAddress,
        _ => return Role::Ignored,
    };
    Role::Holds(field)
}

fn in_person(vocabulary: Vocabulary, name: &str) -> Role {
    match (vocabulary, name) {
        (Vocabulary::Core, "name") => Role::Holds(Field::Author(Rank::Own)),
        (Vocabulary::Core, "email") => Role::Holds(Field::Author(Rank::Last)),
        _ => Role::Ignored,
    }
}

fn in_source(vocabulary: Vocabulary, name: &str) -> Role {
    match (vocabulary, name) {
        (Vocabulary::Core, "title") => Role::Holds(Field::Source),
        _ => Role::Ignored,
    }
}

fn in_skip(name: &str) -> Role {
    match name {
        "hour" => Role::Holds(Field::SkippedHour),
        "day" => Role::Holds(Field::SkippedDay),
        _ => Role::Ignored,
    }
}

/// True when the start of such an element means that the one before it was
/// never closed. Inside of text only elements that HTML does not have count.
pub(super) fn ends_open_field(vocabulary: Vocabulary, name: &str, in_text: bool) -> bool {
    match vocabulary {
        Vocabulary::Core => {
            let in_feeds_only = matches!(
                name,
                "item"
                    | "entry"
                    | "guid"
                    | "pubdate"
                    | "description"
                    | "enclosure"
                    | "category"
                    | "updated"
                    | "published"
                    | "issued"
                    | "modified"
                    | "channel"
                    | "lastbuilddate"
                    | "author"
            );
            in_feeds_only
                || (!in_text && matches!(name, "link" | "title" | "id" | "summary" | "content" | "comments"))
        }
        Vocabulary::Xhtml | Vocabulary::Other => false,
        _ => true,
    }
}
