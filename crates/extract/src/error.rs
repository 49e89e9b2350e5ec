//! Why an article could not be read: what was wrong, where, and what to do.

use dateline_model::{DeadReason, Origin};
use std::fmt;
use std::ops::Range;

/// One article, or a whole input, that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtractError {
    /// Which article of which input.
    pub origin: Origin,
    /// Line and column of the fault, where the format has them.
    pub place: Option<Place>,
    /// The bytes of the input that the error concerns, for a dead letter.
    /// `None` when the input had to be decoded first, so that no range fits.
    pub bytes: Option<Range<usize>>,
    /// What was wrong.
    pub fault: Box<Fault>,
}

impl ExtractError {
    /// The fault as a label of a dead letter.
    #[must_use]
    pub fn reason(&self) -> DeadReason {
        self.fault.reason()
    }
}

impl fmt::Display for ExtractError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.origin.path)?;
        match &self.place {
            Some(place) => write!(formatter, ":{}:{}", place.line, place.column)?,
            None if self.origin.index > 0 => write!(formatter, " (article {})", self.origin.index)?,
            None => {}
        }
        write!(formatter, ": {}", self.fault)
    }
}

impl std::error::Error for ExtractError {}

/// A place in a text, counted from 1; columns in Unicode code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

impl Place {
    /// The place of a byte offset in a text.
    pub(crate) fn of(text: &str, offset: usize) -> Self {
        let before = &text.as_bytes()[..offset.min(text.len())];
        let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let line = 1 + text[..start].matches('\n').count();
        // Bytes that do not continue a code point: one for each code point.
        let column = 1 + before[start..].iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        Self { line, column }
    }
}

/// What was wrong with an input or an article.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The bytes are not text in any encoding.
    #[error("these bytes are not text ({evidence}); send UTF-8 text, JSON or JSON lines")]
    NotText {
        /// What gave it away.
        evidence: String,
    },
    /// A format that is recognised but not read.
    #[error("{format} input is not read yet; send text, JSON or JSON lines")]
    Unsupported {
        /// The format's name.
        format: &'static str,
    },
    /// The JSON cannot be parsed.
    #[error("not valid JSON: {expected}; mend the document at this place and send it again")]
    JsonSyntax {
        /// What should have stood there.
        expected: String,
    },
    /// Arrays and objects nested too deep.
    #[error("JSON nested deeper than {limit} levels; flatten it")]
    JsonDepth {
        /// The limit.
        limit: usize,
    },
    /// A known key with a value of the wrong type.
    #[error("`{key}` must be {expected}, found {found}; correct it or leave it out")]
    WrongType {
        /// The key.
        key: String,
        /// The types allowed.
        expected: &'static str,
        /// The type found.
        found: &'static str,
    },
    /// A value that should be an article and is none.
    #[error(
        "an article must be a JSON object, found {found}; see the forms in the documentation of `enrich`"
    )]
    NotAnArticle {
        /// The type found.
        found: &'static str,
    },
    /// Neither title nor text.
    #[error("the article has neither a title nor text; send at least one of them")]
    Empty,
    /// Nothing in the input.
    #[error("no article in this input; send at least one")]
    NoArticle,
    /// An input past its limit.
    #[error("the input has {bytes} bytes, more than {limit}; split it or raise producer.max_input")]
    InputTooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// An article past its limit.
    #[error(
        "the article has {bytes} bytes, more than {limit}; shorten it or raise producer.max_article (and enricher.max_text)"
    )]
    ArticleTooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A record of a web archive that cannot be read.
    #[error("{what}")]
    Warc {
        /// Which record, what is wrong with it and what to do.
        what: String,
    },
    /// More articles than allowed.
    #[error(
        "more than {limit} articles in one input, the rest was left out; split it or raise producer.max_articles"
    )]
    TooManyArticles {
        /// The limit.
        limit: usize,
    },
}

impl Fault {
    /// The fault as a label of a dead letter.
    #[must_use]
    pub fn reason(&self) -> DeadReason {
        match self {
            Self::NotText { .. } | Self::Unsupported { .. } | Self::Warc { .. } => DeadReason::Unreadable,
            Self::InputTooLarge { .. } | Self::ArticleTooLarge { .. } | Self::TooManyArticles { .. } => {
                DeadReason::TooLarge
            }
            _ => DeadReason::Invalid,
        }
    }
}
