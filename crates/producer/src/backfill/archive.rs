//! Web archives in lots of records, each lot with the position behind it.
//!
//! A page without an article is no fault: crawls are full of them; it is counted. What is
//! damaged, or holds an article that cannot be taken in, is kept as a dead letter.

use crate::acceptor::is_empty;
use dateline_extract::warc::{Archive, Position, Record, WarcError, WarcFault};
use dateline_extract::{ExtractError, Fault, Limits};
use dateline_model::{Article, Origin, Source, SourceKind};
use dateline_runtime::ErrorChain;
use dateline_runtime::telemetry::catalogue::{BACKFILL_BROKEN_RECORDS, BACKFILL_WITHOUT_ARTICLE};
use std::fs::File;
use std::io::{BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

/// Buffer of an archive's file.
const BUFFER: usize = 1 << 20;

/// What one record holds.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) source: Source,
    pub(super) articles: Vec<Result<Article, ExtractError>>,
    /// Its bytes, where a dead letter needs them.
    pub(super) block: Vec<u8>,
}

/// The next records of an archive.
#[derive(Debug, Default)]
pub(super) struct Lot {
    pub(super) records: Vec<Held>,
    /// Pages among them without an article.
    pub(super) without_article: u64,
    /// Where to go on; `None` at the end.
    pub(super) next: Option<Position>,
}

/// Reads up to `most` records from `at` on. Records without an address come from `fallback`.
pub(super) fn read_lot(
    path: &Path,
    limits: &Limits,
    at: Position,
    most: usize,
    fallback: &str,
) -> std::io::Result<Lot> {
    let mut file = File::open(path)?;
    let mut first = [0];
    let is_packed = file.read(&mut first)? == 1 && first == [0x1F];
    file.seek(SeekFrom::Start(at.offset))?;
    let archive = Archive::from_position(BufReader::with_capacity(BUFFER, file), *limits, at);
    let mut archive = if is_packed { archive } else { archive.plain() };
    let shown = path.display().to_string();
    let mut lot = Lot::default();
    for _ in 0..most {
        match archive.next() {
            None => return Ok(lot),
            Some(Ok(record)) => lot.take(record, &shown, limits, fallback),
            Some(Err(WarcError { fault: WarcFault::Read(error), .. })) if !is_damage(&error) => {
                return Err(error);
            }
            Some(Err(error)) => {
                lot.take_broken(&error, &shown, fallback);
                if error.is_last {
                    return Ok(lot);
                }
            }
        }
    }
    lot.next = Some(archive.position());
    Ok(lot)
}

impl Lot {
    fn take(&mut self, record: Record, path: &str, limits: &Limits, fallback: &str) {
        let host = record.url.as_deref().and_then(|url| url::Url::parse(url).ok());
        let host = host.and_then(|url| url.host_str().map(str::to_owned));
        let source = Source::new(host.as_deref().unwrap_or(fallback), SourceKind::Warc);
        let read = record.articles(path, record.position.offset, limits);
        let count = read.len();
        let articles: Vec<_> = read
            .into_iter()
            .filter(holds_article)
            .map(|read| read.map_err(|error| placed(error, path, record.position)))
            .collect();
        let without = (count - articles.len()) as u64;
        BACKFILL_WITHOUT_ARTICLE.with([]).increment(without);
        self.without_article += without;
        if !articles.is_empty() {
            let needs_block = articles.iter().any(Result::is_err);
            let block = if needs_block { record.block } else { Vec::new() };
            self.records.push(Held { source, articles, block });
        }
    }

    fn take_broken(&mut self, error: &WarcError, path: &str, fallback: &str) {
        BACKFILL_BROKEN_RECORDS.increment();
        let fault = Fault::Warc { what: ErrorChain(error).to_string() };
        let origin = Origin { path: path.to_owned(), index: 0 };
        let error = placed(
            ExtractError { origin, place: None, bytes: None, fault: Box::new(fault) },
            path,
            error.position,
        );
        let source = Source::new(fallback, SourceKind::Warc);
        self.records.push(Held { source, articles: vec![Err(error)], block: Vec::new() });
    }
}

fn holds_article(read: &Result<Article, ExtractError>) -> bool {
    match read {
        Ok(article) => !is_empty(article),
        Err(error) => !matches!(*error.fault, Fault::NoArticle | Fault::Empty),
    }
}

/// Whether the bytes are there, but are not what they should be; all else may be better next time.
fn is_damage(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof)
}

/// The error with the place of its record, by which its letter is told from others.
fn placed(error: ExtractError, path: &str, at: Position) -> ExtractError {
    let record = if at.record == 0 { String::new() } else { format!(", record {}", at.record) };
    let origin = Origin { path: format!("{path} at byte {}{record}", at.offset), ..error.origin };
    ExtractError { origin, ..error }
}
