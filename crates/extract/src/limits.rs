//! How much of foreign input is taken in.

/// Bounds on one input. Whatever passes one is refused with a typed error,
/// never cut off silently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one input. Default: 64 MiB.
    pub max_input_bytes: usize,
    /// Bytes of one article's title, summary and text together, in UTF-8.
    /// Default: 1 MiB, some 170,000 English words; a live blog of a week stays
    /// under it, a log file or a broken export does not.
    pub max_article_bytes: usize,
    /// Articles of one input. Default: 100,000.
    pub max_articles: usize,
    /// Nesting of arrays and objects in JSON. Default: 64 (ninjs needs 8).
    pub max_json_depth: usize,
    /// Elements and texts of a page. Default: 400,000; the rest is left out with
    /// a warning, as an article seldom ends at the foot of such a page.
    pub max_page_nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_input_bytes: 64 << 20,
            max_article_bytes: 1 << 20,
            max_articles: 100_000,
            max_json_depth: 64,
            max_page_nodes: 400_000,
        }
    }
}
