//! Bulk load: web archives and files of any readable format, once, resumable.
//!
//! What was taken in is noted in a ledger: files by their version, archives by the
//! position up to which every article was acknowledged. A load that is cut short goes on
//! there. Back-pressure is the acceptor's: hand in one whose gate closes earlier than
//! that of live sources, and a load fills only what they leave.

use crate::acceptor::{Acceptor, InputReport};
use crate::{FileVersion, Ledger, ProducerError};
use dateline_extract::warc::{Archive, Position};
use dateline_extract::{ExtractError, Format};
use dateline_model::{Article, Source, SourceKind};
use dateline_runtime::ErrorChain;
use dateline_runtime::telemetry::catalogue::{BACKFILL_BROKEN_RECORDS, BACKFILL_WITHOUT_ARTICLE};
use futures::StreamExt;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use tokio_util::sync::CancellationToken;

/// How deep folders are followed.
const MAX_DEPTH: usize = 32;
/// Records of an archive between two notes in the ledger.
const LOT: usize = 128;
/// Buffer of an archive's file.
const BUFFER: usize = 1 << 20;

/// A bulk load.
#[derive(Debug)]
pub struct Backfill {
    acceptor: Acceptor,
    ledger: Ledger,
    source: String,
}

/// How far a load is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BackfillProgress {
    /// Files that are done, those of an earlier run included.
    pub files: u64,
    /// Of those, files that an earlier run had done.
    pub skipped: u64,
    /// Files that could not be read.
    pub unreadable: u64,
    /// All files.
    pub total: u64,
    /// What became of the articles.
    pub report: InputReport,
}

/// Articles of one record with their source.
type Lot = Vec<(Source, Vec<Result<Article, ExtractError>>)>;

impl Backfill {
    /// A load that notes its progress in `ledger`. Files directly named, or at the top of
    /// a named folder, come from `source`; those in a subfolder from one of its name.
    #[must_use]
    pub fn new(acceptor: Acceptor, ledger: Ledger, source: &str) -> Self {
        Self { acceptor, ledger, source: source.to_owned() }
    }

    /// Loads files and folders; `progress` hears of every step.
    ///
    /// # Errors
    /// When a path does not exist, progress cannot be noted, or at `stop`: what was not
    /// noted comes again.
    pub async fn run(
        &mut self,
        paths: &[PathBuf],
        stop: &CancellationToken,
        mut progress: impl FnMut(BackfillProgress),
    ) -> Result<BackfillProgress, ProducerError> {
        let files = all_files(paths)?;
        let mut done = BackfillProgress { total: files.len() as u64, ..BackfillProgress::default() };
        for (path, source) in files {
            let (key, version) = match version_of(&path) {
                Ok(version) => (path.to_string_lossy().into_owned(), version),
                Err(error) => {
                    tracing::warn!(path = %path.display(), %error, "file cannot be read, it is left out");
                    done.unreadable += 1;
                    continue;
                }
            };
            if self.ledger.has(&key, version) {
                done.skipped += 1;
            } else {
                let source = source.unwrap_or_else(|| self.source.clone());
                self.load(&path, version, &source, stop, &mut done, &mut progress).await?;
                self.ledger.note(&key, version)?;
            }
            done.files += 1;
            progress(done);
        }
        Ok(done)
    }

    async fn load(
        &mut self,
        path: &Path,
        version: FileVersion,
        source: &str,
        stop: &CancellationToken,
        done: &mut BackfillProgress,
        progress: &mut impl FnMut(BackfillProgress),
    ) -> Result<(), ProducerError> {
        if is_archive(path) {
            return self.load_archive(path, version, source, stop, done, progress).await;
        }
        let limit = self.acceptor.limits().max_input_bytes as u64 + 1;
        let file = path.to_owned();
        let read = tokio::task::spawn_blocking(move || {
            let mut bytes = Vec::new();
            File::open(file)?.take(limit).read_to_end(&mut bytes).map(|_| bytes)
        });
        let bytes =
            read.await.unwrap_or_else(|error| Err(std::io::Error::other(error))).map_err(fail(path))?;
        let source = Source::new(source, SourceKind::File);
        let shown = path.display().to_string();
        let report = self.acceptor.accept_input(&shown, bytes.into(), Format::Auto, &source, stop).await?;
        done.report.add(report);
        Ok(())
    }

    /// Reads an archive in lots of records; a position is noted when all of a lot is safe.
    async fn load_archive(
        &mut self,
        path: &Path,
        version: FileVersion,
        source: &str,
        stop: &CancellationToken,
        done: &mut BackfillProgress,
        progress: &mut impl FnMut(BackfillProgress),
    ) -> Result<(), ProducerError> {
        let key = format!("{}#{}-{}", path.display(), version.size, version.modified_ns);
        let mut at = self.ledger.get(&key).map(position_of).unwrap_or_default();
        loop {
            let (file, limits, fallback) = (path.to_owned(), self.acceptor.limits(), source.to_owned());
            let read = tokio::task::spawn_blocking(move || read_lot(&file, &limits, at, &fallback));
            let read = read.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
            let (lot, next) = read.map_err(fail(path))?;
            let results = lot.into_iter().map(|(source, articles)| {
                let acceptor = &self.acceptor;
                async move { acceptor.accept_results(articles, &[], &source, stop).await }
            });
            let mut results = futures::stream::iter(results).buffer_unordered(LOT);
            while let Some(report) = results.next().await {
                done.report.add(report?);
            }
            drop(results);
            progress(*done);
            let Some(next) = next else { return Ok(()) };
            at = next;
            self.ledger.note(&key, noted(at))?;
        }
    }
}

/// The articles of the next records, and where to go on; `None` at the end.
fn read_lot(
    path: &Path,
    limits: &dateline_extract::Limits,
    at: Position,
    fallback: &str,
) -> std::io::Result<(Lot, Option<Position>)> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(at.offset))?;
    let mut archive = Archive::from_position(BufReader::with_capacity(BUFFER, file), *limits, at);
    let shown = path.display().to_string();
    let mut lot = Lot::new();
    for _ in 0..LOT {
        match archive.next() {
            None => return Ok((lot, None)),
            Some(Ok(record)) => {
                let host = record.url.as_deref().and_then(|url| url::Url::parse(url).ok());
                let host = host.and_then(|url| url.host_str().map(str::to_owned));
                let source = Source::new(host.as_deref().unwrap_or(fallback), SourceKind::Warc);
                let articles = record.articles(&shown, record.position.offset, limits);
                let articles: Vec<_> = articles.into_iter().filter(|read| is_news(&shown, read)).collect();
                if !articles.is_empty() {
                    lot.push((source, articles));
                }
            }
            Some(Err(error)) => {
                BACKFILL_BROKEN_RECORDS.increment();
                tracing::warn!(path = shown, error = %ErrorChain(&error), "record of an archive passed over");
                if error.is_last {
                    return Ok((lot, None));
                }
            }
        }
    }
    Ok((lot, Some(archive.position())))
}

/// Whether an archived record gave something to keep. A page without an article is no dead
/// letter: crawls are full of them. It is counted, and said where one looks for it.
fn is_news(path: &str, read: &Result<Article, ExtractError>) -> bool {
    let Err(error) = read else { return true };
    BACKFILL_WITHOUT_ARTICLE.increment();
    tracing::debug!(path, %error, "record of an archive holds no article");
    false
}

/// A position as a ledger keeps it.
fn noted(at: Position) -> FileVersion {
    FileVersion { size: at.offset, modified_ns: i64::try_from(at.record).unwrap_or(i64::MAX) }
}

fn position_of(noted: FileVersion) -> Position {
    Position { offset: noted.size, record: u64::try_from(noted.modified_ns).unwrap_or_default() }
}

fn is_archive(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    name.strip_suffix(".gz").unwrap_or(&name).strip_suffix(".warc").is_some()
}

/// All files of the paths in order, each with the subfolder that names its source.
fn all_files(paths: &[PathBuf]) -> Result<Vec<(PathBuf, Option<String>)>, ProducerError> {
    let mut files = Vec::new();
    for path in paths {
        let path = path.canonicalize().map_err(fail(path))?;
        if path.is_dir() {
            walk(&path, None, 0, &mut files).map_err(fail(&path))?;
        } else {
            files.push((path, None));
        }
    }
    Ok(files)
}

fn walk(
    folder: &Path,
    source: Option<&str>,
    depth: usize,
    files: &mut Vec<(PathBuf, Option<String>)>,
) -> std::io::Result<()> {
    let mut entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::path);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if name.starts_with('.') {
            continue;
        }
        if path.is_file() {
            files.push((path, source.map(str::to_owned)));
        } else if path.is_dir() && depth < MAX_DEPTH {
            walk(&path, Some(source.unwrap_or(&name)), depth + 1, files)?;
        }
    }
    Ok(())
}

fn version_of(path: &Path) -> std::io::Result<FileVersion> {
    let metadata = std::fs::metadata(path)?;
    let modified = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let modified_ns = i64::try_from(modified.as_nanos()).unwrap_or(i64::MAX);
    Ok(FileVersion { size: metadata.len(), modified_ns })
}

fn fail(path: &Path) -> impl FnOnce(std::io::Error) -> ProducerError {
    let path = path.to_owned();
    move |source| ProducerError::Backfill { path, source }
}
