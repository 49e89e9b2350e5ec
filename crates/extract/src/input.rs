//! One input as the producer hands it over.

/// How the bytes are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Format {
    /// Decide by content, then by content type and file name (see [`crate::sniff`]).
    #[default]
    Auto,
    /// News text, one article, or several with a date line each.
    Text,
    /// One JSON document: an article, an array of them, or an object with a list.
    Json,
    /// One JSON article a line.
    JsonLines,
    /// A web page: the main article of it.
    Html,
    /// RSS, Atom, RDF, JSON Feed or a sitemap.
    Feed,
    /// A web archive.
    Warc,
}

/// Bytes with what is known about them.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// File path, URL, or `-`: shown in errors and kept as `origin.path`.
    pub path: &'a str,
    /// The bytes themselves; gzip around them is undone.
    pub bytes: &'a [u8],
    /// The format, if it is known.
    pub format: Format,
    /// What relative links are resolved against.
    pub base_url: Option<&'a str>,
    /// The media type it came with (`text/plain; charset=iso-8859-1`).
    pub content_type: Option<&'a str>,
}

impl<'a> Input<'a> {
    /// Bytes of which nothing else is known.
    #[must_use]
    pub fn new(path: &'a str, bytes: &'a [u8]) -> Self {
        Self { path, bytes, format: Format::Auto, base_url: None, content_type: None }
    }

    /// The same bytes, to be read in the given format.
    #[must_use]
    pub fn with_format(self, format: Format) -> Self {
        Self { format, ..self }
    }
}
