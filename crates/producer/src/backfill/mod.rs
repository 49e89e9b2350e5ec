//! Bulk load: web archives and files of any readable format, once, resumable.
//!
//! What was taken in is noted in a ledger: files by their version, archives by the
//! position up to which every article was acknowledged. A load that is cut short goes on
//! there. Back-pressure is the acceptor's: hand in one whose gate closes earlier than
//! that of live sources, and a load fills only what they leave.

mod archive;

use crate::acceptor::{Acceptor, InputReport};
use crate::{FileVersion, Ledger, ProducerError};
use archive::{Lot, read_lot};
use dateline_extract::Format;
use dateline_extract::warc::Position;
use dateline_model::{Source, SourceKind};
use dateline_runtime::ErrorChain;
use futures::StreamExt;
use std::fs::File;
use std::io::Read;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How deep folders are followed.
const MAX_DEPTH: usize = 32;
/// Records of an archive between two notes in the ledger.
const LOT: usize = 128;

/// A bulk load.
#[derive(Debug)]
pub struct Backfill {
    acceptor: Acceptor,
    ledger: Ledger,
    source: String,
    pace: Option<Pace>,
}

/// How far a load is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BackfillProgress {
    /// Files that are done, those of an earlier run included.
    pub files: u64,
    /// Of those, files that an earlier run had done.
    pub skipped: u64,
    /// Files that could not be read; each left a dead letter and is tried again by the next load.
    pub unreadable: u64,
    /// Pages of archives that hold no article.
    pub without_article: u64,
    /// All files.
    pub total: u64,
    /// What became of the articles.
    pub report: InputReport,
}

/// What a load tells on its way.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum BackfillNews<'a> {
    /// It is so far.
    Progress(BackfillProgress),
    /// A file could not be read, or not to its end. The load goes on.
    Unreadable {
        /// Which one.
        path: &'a Path,
        /// Why.
        why: &'a str,
    },
}

impl Backfill {
    /// A load that notes its progress in `ledger`. Files directly named, or at the top of
    /// a named folder, come from `source`; those in a subfolder from one of its name.
    #[must_use]
    pub fn new(acceptor: Acceptor, ledger: Ledger, source: &str) -> Self {
        Self { acceptor, ledger, source: source.to_owned(), pace: None }
    }

    /// The same, at most so many articles a second on average.
    #[must_use]
    pub fn at_rate(self, articles_per_second: NonZeroU32) -> Self {
        Self { pace: Some(Pace::new(articles_per_second)), ..self }
    }

    /// Loads files and folders; `tell` hears of every step. A file that cannot be read is
    /// kept as a dead letter with its name, and stops nobody.
    ///
    /// # Errors
    /// When a path does not exist, progress cannot be noted, or at `stop`: what was not
    /// noted comes again.
    pub async fn run(
        &mut self,
        paths: &[PathBuf],
        stop: &CancellationToken,
        mut tell: impl FnMut(BackfillNews<'_>),
    ) -> Result<BackfillProgress, ProducerError> {
        let files = all_files(paths)?;
        let mut done = BackfillProgress { total: files.len() as u64, ..BackfillProgress::default() };
        for (path, source) in files {
            let source = source.unwrap_or_else(|| self.source.clone());
            match self.load(&path, &source, stop, &mut done, &mut tell).await {
                Ok(()) => done.files += 1,
                Err(ProducerError::Backfill { source: error, .. }) => {
                    done.unreadable += 1;
                    let why = ErrorChain(&error).to_string();
                    tell(BackfillNews::Unreadable { path: &path, why: &why });
                    let source = Source::new(&source, SourceKind::File);
                    self.acceptor.bury_unread(&path.display().to_string(), &why, &source, stop).await?;
                    done.report.dead += 1;
                }
                Err(error) => return Err(error),
            }
            tell(BackfillNews::Progress(done));
        }
        Ok(done)
    }

    async fn load(
        &mut self,
        path: &Path,
        source: &str,
        stop: &CancellationToken,
        done: &mut BackfillProgress,
        tell: &mut impl FnMut(BackfillNews<'_>),
    ) -> Result<(), ProducerError> {
        let (key, version) = (path.to_string_lossy().into_owned(), version_of(path).map_err(fail(path))?);
        if self.ledger.has(&key, version) {
            done.skipped += 1;
            return Ok(());
        }
        if is_archive(path) {
            self.load_archive(path, version, source, stop, done, tell).await?;
        } else {
            self.load_file(path, source, stop, done).await?;
        }
        self.ledger.note(&key, version)
    }

    async fn load_file(
        &mut self,
        path: &Path,
        source: &str,
        stop: &CancellationToken,
        done: &mut BackfillProgress,
    ) -> Result<(), ProducerError> {
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
        self.keep_pace(report, stop).await;
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
        tell: &mut impl FnMut(BackfillNews<'_>),
    ) -> Result<(), ProducerError> {
        let key = format!("{}#{}-{}", path.display(), version.size, version.modified_ns);
        let mut at = self.ledger.get(&key).map(position_of).unwrap_or_default();
        let most = self.pace.as_ref().map_or(LOT, |pace| pace.most_at_once().clamp(1, LOT));
        loop {
            let (file, limits, fallback) = (path.to_owned(), self.acceptor.limits(), source.to_owned());
            let read = tokio::task::spawn_blocking(move || read_lot(&file, &limits, at, most, &fallback));
            let read = read.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
            let Lot { records, without_article, next } = read.map_err(fail(path))?;
            let results = records.into_iter().map(|held| {
                let acceptor = &self.acceptor;
                async move { acceptor.accept_results(held.articles, &held.block, &held.source, stop).await }
            });
            let mut results = futures::stream::iter(results).buffer_unordered(LOT);
            let mut report = InputReport::default();
            while let Some(part) = results.next().await {
                report.add(part?);
            }
            drop(results);
            done.report.add(report);
            done.without_article += without_article;
            tell(BackfillNews::Progress(*done));
            let Some(next) = next else { return Ok(()) };
            at = next;
            self.ledger.note(&key, noted(at))?;
            self.keep_pace(report, stop).await;
        }
    }

    /// Waits until articles that were just taken in are within the rate.
    async fn keep_pace(&mut self, report: InputReport, stop: &CancellationToken) {
        if let Some(pace) = &mut self.pace {
            let until = pace.spend(report.accepted + report.duplicates, Instant::now());
            stop.run_until_cancelled(tokio::time::sleep_until(until)).await;
        }
    }
}

/// A rate that is kept on average: what was taken in at once is waited for afterwards.
#[derive(Debug)]
struct Pace {
    per_second: NonZeroU32,
    next: Option<Instant>,
}

impl Pace {
    fn new(per_second: NonZeroU32) -> Self {
        Self { per_second, next: None }
    }

    /// As many as one second allows.
    fn most_at_once(&self) -> usize {
        usize::try_from(self.per_second.get()).unwrap_or(usize::MAX)
    }

    /// When it may go on after so many articles.
    fn spend(&mut self, articles: u64, now: Instant) -> Instant {
        let takes = Duration::from_secs(articles) / self.per_second.get();
        let next = self.next.map_or(now, |next| next.max(now)) + takes;
        self.next = Some(next);
        next
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_rate_is_kept_on_average() {
        let (mut pace, began) = (Pace::new(NonZeroU32::new(10).unwrap()), Instant::now());
        let mut check = |articles, now: u64, until: u64| {
            let now = began + Duration::from_millis(now);
            assert_eq!(pace.spend(articles, now), began + Duration::from_millis(until), "{articles}");
        };
        check(5, 0, 500);
        check(0, 500, 500);
        check(20, 500, 2_500);
        check(1, 2_600, 2_700);
    }
}
