//! Which vocabulary an element belongs to: by its declared namespace, and by
//! convention where the declaration is missing or wrong.

use crate::html::attributes::Attributes;

/// The vocabularies that feeds use. The versions of RSS and Atom are one: too
/// many feeds mix them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vocabulary {
    /// RSS, Atom, CDF, sitemaps.
    Core,
    /// `content:encoded`
    Content,
    /// Dublin Core.
    Dublin,
    /// Media RSS.
    Media,
    /// Podcasts.
    Itunes,
    /// `sy:updatePeriod`
    Syndication,
    /// `feedburner:origLink`
    FeedBurner,
    /// XHTML inside a feed.
    Xhtml,
    /// News sitemaps.
    News,
    /// Anything else; never read.
    Other,
}

use Vocabulary::{Content, Core, Dublin, FeedBurner, Itunes, Media, News, Other, Syndication, Xhtml};

/// Namespaces as feeds spell them, in lower case, without scheme, `www.` and
/// trailing slash or hash. A name matches what begins with it.
const NAMESPACES: [(&str, Vocabulary); 25] = [
    ("w3.org/2005/atom", Core),
    ("purl.org/atom/", Core),
    ("purl.org/rss/1.0/modules/content", Content),
    ("purl.org/rss/1.0/modules/syndication", Syndication),
    ("purl.org/rss/1.0/modules", Other),
    ("purl.org/rss", Core),
    ("purl.org/net/rss", Core),
    ("backend.userland.com/rss", Core),
    ("blogs.law.harvard.edu/tech/rss", Core),
    ("cyber.law.harvard.edu/rss", Core),
    ("cyber.harvard.edu/rss", Core),
    ("rssboard.org/rss", Core),
    ("my.netscape.com", Core),
    ("channel.netscape.com", Core),
    ("sitemaps.org/schemas/sitemap", Core),
    ("google.com/schemas/sitemap-news", News),
    ("google.com/schemas/sitemap", Core),
    ("purl.org/dc/", Dublin),
    ("search.yahoo.com/mrss", Media),
    ("tools.search.yahoo.com/mrss", Media),
    ("itunes.com/dtds/podcast", Itunes),
    ("rssnamespace.org/feedburner", FeedBurner),
    ("w3.org/1999/xhtml", Xhtml),
    ("w3.org/1999/02/22-rdf-syntax-ns", Core),
    ("w3.org/tr/rec-html40", Xhtml),
];

/// What a prefix means when nobody declares it, or declares it wrongly.
const PREFIXES: [(&str, Vocabulary); 20] = [
    ("rss", Core),
    ("atom", Core),
    ("atom10", Core),
    ("atom03", Core),
    ("a10", Core),
    ("rdf", Core),
    ("content", Content),
    ("dc", Dublin),
    ("dcterms", Dublin),
    ("media", Media),
    ("itunes", Itunes),
    ("sy", Syndication),
    ("feedburner", FeedBurner),
    ("xhtml", Xhtml),
    ("html", Xhtml),
    ("h", Xhtml),
    ("news", News),
    ("sitemap", Core),
    ("sm", Core),
    ("n", News),
];

/// The declarations in force.
#[derive(Debug, Default)]
pub(super) struct Namespaces<'a> {
    declared: Vec<(&'a str, Vocabulary)>,
}

impl<'a> Namespaces<'a> {
    /// Declarations that may be in force together.
    const MOST: usize = 200;

    /// How many are in force, for [`Self::forget`].
    pub(super) fn mark(&self) -> usize {
        self.declared.len()
    }

    /// Ends the scope of the declarations after a mark.
    pub(super) fn forget(&mut self, mark: usize) {
        self.declared.truncate(mark);
    }

    /// Takes in the declarations of a tag. The default namespace of the root
    /// is that of the feed, whatever it says.
    pub(super) fn declare(&mut self, attributes: Attributes<'a>, is_root: bool) {
        for (name, uri) in attributes {
            let prefix = match name.split_once(':') {
                None if name.eq_ignore_ascii_case("xmlns") => "",
                Some((xmlns, prefix)) if xmlns.eq_ignore_ascii_case("xmlns") => prefix,
                _ => continue,
            };
            if self.declared.len() < Self::MOST {
                self.declared.push((prefix, meaning(prefix, uri, is_root)));
            }
        }
    }

    /// The vocabulary and local name of an element.
    pub(super) fn resolve(&self, name: &'a str) -> (Vocabulary, &'a str) {
        let Some(colon) = memchr::memchr(b':', name.as_bytes()) else {
            return (self.find("").unwrap_or(Core), name);
        };
        let (prefix, local) = (&name[..colon], &name[colon + 1..]);
        let vocabulary = self.find(prefix).or_else(|| by_convention(prefix));
        (vocabulary.unwrap_or(Other), local)
    }

    fn find(&self, prefix: &str) -> Option<Vocabulary> {
        self.declared
            .iter()
            .rev()
            .find(|(declared, _)| *declared == prefix)
            .map(|(_, vocabulary)| *vocabulary)
    }
}

fn meaning(prefix: &str, uri: &str, is_root: bool) -> Vocabulary {
    let known = by_namespace(uri);
    match (known, prefix) {
        // An unknown vocabulary of its own, or a slip of the pen on the root.
        (None, "") if is_root || uri.trim().is_empty() => Core,
        (Some(Xhtml | Other), "") if is_root => Core,
        (None, _) => by_convention(prefix).unwrap_or(Other),
        (Some(known), _) => known,
    }
}

fn by_namespace(uri: &str) -> Option<Vocabulary> {
    let lower = uri.trim().to_ascii_lowercase();
    let name = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let name = name.strip_prefix("www.").unwrap_or(name);
    NAMESPACES.iter().find(|(known, _)| name.starts_with(known)).map(|(_, vocabulary)| *vocabulary)
}

fn by_convention(prefix: &str) -> Option<Vocabulary> {
    PREFIXES.iter().find(|(known, _)| known.eq_ignore_ascii_case(prefix)).map(|(_, vocabulary)| *vocabulary)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(declarations: &str, name: &str, expected: Vocabulary) {
        let mut names = Namespaces::default();
        names.declare(Attributes(declarations), false);
        assert_eq!(names.resolve(name).0, expected, "{declarations}: {name}");
    }

    #[test]
    fn declared() {
        check("xmlns:x='http://purl.org/dc/elements/1.1/'", "x:date", Dublin);
        check("xmlns:d='http://purl.org/dc/terms/'", "d:issued", Dublin);
        check("xmlns='http://www.w3.org/2005/Atom'", "title", Core);
        check("xmlns:r='http://purl.org/rss/1.0/'", "r:title", Core);
        check("xmlns:l='http://purl.org/rss/1.0/modules/link/'", "l:link", Other);
        check("xmlns:c='HTTPS://purl.org/rss/1.0/modules/content/'", "c:encoded", Content);
        check("xmlns='http://www.w3.org/1999/xhtml'", "body", Xhtml);
        check("xmlns='http://www.w3.org/1999/xlink'", "title", Other);
        check("xmlns='https://www.sitemaps.org/schemas/sitemap/0.9'", "url", Core);
        check("xmlns:foo='http://www.google.com/schemas/sitemap-news/0.9'", "foo:title", News);
    }

    #[test]
    fn not_declared_or_wrongly() {
        check("", "title", Core);
        check("", "dc:date", Dublin);
        check("", "DC:date", Dublin);
        check("", "nobody:title", Other);
        check("xmlns:media='http://example.com/'", "media:title", Media);
        check("xmlns:dc='http://search.yahoo.com/mrss/'", "dc:title", Media);
        check("xmlns=''", "title", Core);
    }

    #[test]
    fn the_root_and_scopes() {
        let mut names = Namespaces::default();
        names.declare(Attributes("xmlns='http://example.com/own'"), true);
        assert_eq!(names.resolve("title").0, Core);
        let mark = names.mark();
        names.declare(Attributes("xmlns='http://example.com/own'"), false);
        assert_eq!(names.resolve("title").0, Other);
        names.forget(mark);
        assert_eq!(names.resolve("title").0, Core);
    }
}
