//! Web archives (WARC 1.0 and 1.1), plain or gzip, read as a stream.
//!
//! [`Archive`] gives one record after another with its [`Position`], from which
//! reading can go on later. [`Record::articles`] reads what a record holds with
//! the reader of its format. Records that hold no news (requests, metadata,
//! pictures, answers that are not 200) have none. A damaged record is an error
//! at its own place; the next one is looked for behind it.

mod http;
mod record;
mod stream;

pub use record::Record;
pub use stream::Archive;

use crate::error::{ExtractError, Fault};
use crate::input::Input;
use crate::limits::Limits;
use dateline_model::{Article, Origin};

/// Where a record begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Bytes of the file before it; in gzip, before the member that holds it.
    pub offset: u64,
    /// Records before it in that member; 0 nearly always, as archives have a
    /// member for each record.
    pub record: u64,
}

/// A record that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("could not read the record at byte {} of the archive: {fault}", position.offset)]
pub struct WarcError {
    /// Where it begins.
    pub position: Position,
    /// What is wrong with it.
    pub fault: WarcFault,
    /// Nothing can be read behind it.
    pub is_last: bool,
}

/// What is wrong with a record.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WarcFault {
    /// Bytes that begin no record.
    #[error("no WARC header where one should begin; went on at the next one")]
    NoHeader,
    /// A header that does not end, or without a length.
    #[error("its header is broken ({what})")]
    Header {
        /// What is missing.
        what: &'static str,
    },
    /// A record past the limit; it was passed over.
    #[error("it has {bytes} bytes, more than {limit}; raise producer.max_input")]
    TooLarge {
        /// Its length.
        bytes: u64,
        /// The limit.
        limit: usize,
    },
    /// The file ends inside of the record.
    #[error("the archive breaks off inside of it; fetch the file again")]
    BrokenOff,
    /// The file could not be read, or its gzip is damaged.
    #[error("the bytes could not be read")]
    Read(#[source] std::io::Error),
}

/// Reads a whole archive from memory.
pub(crate) fn read(input: &Input<'_>, limits: &Limits) -> Vec<Result<Article, ExtractError>> {
    let mut items: Vec<Result<Article, ExtractError>> = Vec::new();
    for record in Archive::new(input.bytes, *limits) {
        let index = items.len() as u64;
        if items.len() >= limits.max_articles {
            items.push(Err(error(input, index, Fault::TooManyArticles { limit: limits.max_articles })));
            break;
        }
        match record {
            Ok(record) => items.extend(record.articles(input.path, index, limits)),
            Err(fault) => items.push(Err(error(input, index, Fault::Warc { what: fault.to_string() }))),
        }
    }
    items
}

fn error(input: &Input<'_>, index: u64, fault: Fault) -> ExtractError {
    ExtractError {
        origin: Origin { path: input.path.to_owned(), index },
        place: None,
        bytes: None,
        fault: Box::new(fault),
    }
}
