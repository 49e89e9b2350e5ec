//! A watched folder: every new or changed file is taken in once.
//!
//! Folders are polled, which works on every file system, network shares
//! included. A file counts as complete when its size and time did not change
//! between two looks. Hidden files and `*.tmp`, `*.part` are left alone, so
//! that a writer can rename a finished file into place.

use crate::acceptor::{Acceptor, InputReport};
use crate::{FileVersion, Ledger, ProducerError};
use dateline_extract::Format;
use dateline_model::{Source, SourceKind};
use dateline_runtime::ErrorChain;
use dateline_runtime::telemetry::catalogue::SOURCE_ERRORS;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, UNIX_EPOCH};
use tokio_util::sync::CancellationToken;

/// How deep subfolders are followed.
const MAX_DEPTH: usize = 8;
/// Listing takes at most one part in this of the time: a folder that takes long
/// to list is listed less often.
const LOOK_SHARE: u32 = 10;

/// One folder with its cursors.
#[derive(Debug)]
pub struct FolderSource {
    root: PathBuf,
    name: String,
    ledger: Ledger,
    acceptor: Acceptor,
    seen: HashMap<PathBuf, FileVersion>,
    settle: Settle,
    listing: Duration,
}

/// When a file counts as complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Settle {
    /// At once: nobody writes into this folder.
    Never,
    /// When it did not change between two looks.
    TwoLooks,
}

/// What one look at the folder gave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pass {
    /// Files taken in.
    pub files: u64,
    /// Their articles.
    pub report: InputReport,
}

impl FolderSource {
    /// A folder that is watched while others write into it.
    #[must_use]
    pub fn watched(root: &Path, name: &str, ledger: Ledger, acceptor: Acceptor) -> Self {
        Self::new(root, name, ledger, acceptor, Settle::TwoLooks)
    }

    /// A folder whose files are all there already.
    #[must_use]
    pub fn finished(root: &Path, name: &str, ledger: Ledger, acceptor: Acceptor) -> Self {
        Self::new(root, name, ledger, acceptor, Settle::Never)
    }

    fn new(root: &Path, name: &str, ledger: Ledger, acceptor: Acceptor, settle: Settle) -> Self {
        Self {
            root: root.to_owned(),
            name: name.to_owned(),
            ledger,
            acceptor,
            seen: HashMap::new(),
            settle,
            listing: Duration::ZERO,
        }
    }

    /// Watches until `stop`.
    ///
    /// # Errors
    /// When cursors cannot be kept any more. A file that cannot be read, or a
    /// broker that is away, only costs time.
    pub async fn watch(mut self, poll: Duration, stop: CancellationToken) -> Result<(), ProducerError> {
        while !stop.is_cancelled() {
            match self.pass(&stop, |_| {}).await {
                Ok(pass) if pass.files > 0 => {
                    let InputReport { accepted, duplicates, dead } = pass.report;
                    tracing::info!(
                        source = self.name,
                        files = pass.files,
                        accepted,
                        duplicates,
                        dead,
                        "files taken in"
                    );
                }
                Ok(_) => {}
                Err(ProducerError::Bus(error)) => {
                    tracing::warn!(error = %ErrorChain(&error), "file not taken in yet, it will be tried again");
                }
                Err(error) => return Err(error),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(poll.max(self.listing * LOOK_SHARE)) => {}
            }
        }
        Ok(())
    }

    /// Looks once and takes in every complete file that is new or changed, in
    /// the order of their names; `progress` hears of each.
    ///
    /// # Errors
    /// At `stop` or when cursors cannot be kept: files not noted come again.
    pub async fn pass(
        &mut self,
        stop: &CancellationToken,
        mut progress: impl FnMut(Pass),
    ) -> Result<Pass, ProducerError> {
        let (root, started) = (self.root.clone(), Instant::now());
        let files = tokio::task::spawn_blocking(move || list(&root)).await.unwrap_or_default();
        self.listing = started.elapsed();
        self.ledger.write_waiting()?;
        let mut pass = Pass::default();
        for (path, version) in files {
            if stop.is_cancelled() {
                break;
            }
            let key = path.strip_prefix(&self.root).unwrap_or(&path).to_string_lossy().into_owned();
            if self.ledger.has(&key, version) || !self.is_complete(&path, version) {
                continue;
            }
            if let Some(report) = self.take_in(&path, stop).await? {
                self.ledger.note(&key, version)?;
                self.seen.remove(&path);
                pass.files += 1;
                pass.report.accepted += report.accepted;
                pass.report.duplicates += report.duplicates;
                pass.report.dead += report.dead;
                progress(pass);
            }
        }
        Ok(pass)
    }

    fn is_complete(&mut self, path: &Path, version: FileVersion) -> bool {
        self.settle == Settle::Never || self.seen.insert(path.to_owned(), version) == Some(version)
    }

    /// `None` when the file is gone or cannot be read for now.
    async fn take_in(
        &self,
        path: &Path,
        stop: &CancellationToken,
    ) -> Result<Option<InputReport>, ProducerError> {
        let shown = path.display().to_string();
        let limit = self.acceptor.limits().max_input_bytes as u64;
        let bytes: Arc<[u8]> = match read_at_most(path, limit + 1).await {
            Ok(bytes) => bytes.into(),
            Err(error) => {
                SOURCE_ERRORS.with([self.source_of(path).id.as_str(), "unreadable"]).increment(1);
                tracing::warn!(path = shown, %error, "file cannot be read, it will be tried again");
                return Ok(None);
            }
        };
        let source = self.source_of(path);
        let report = self.acceptor.accept_input(&shown, bytes, Format::Auto, &source, stop).await?;
        Ok(Some(report))
    }

    /// Files in a subfolder come from the source of that name.
    fn source_of(&self, path: &Path) -> Source {
        let relative = path.strip_prefix(&self.root).unwrap_or(path);
        let mut parts = relative.components();
        let first = parts.next().map(|part| part.as_os_str().to_string_lossy().into_owned());
        match (first, parts.next()) {
            (Some(folder), Some(_)) => Source::new(&folder, SourceKind::File),
            _ => Source::new(&self.name, SourceKind::File),
        }
    }
}

/// A byte more than the limit is enough to see that a file is too large.
async fn read_at_most(path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    use tokio::io::AsyncReadExt;
    let mut bytes = Vec::new();
    tokio::fs::File::open(path).await?.take(limit).read_to_end(&mut bytes).await?;
    Ok(bytes)
}

/// All candidate files with their versions, in order of their paths.
fn list(root: &Path) -> Vec<(PathBuf, FileVersion)> {
    let mut files = Vec::new();
    walk(root, 0, &mut files);
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    files
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<(PathBuf, FileVersion)>) {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            tracing::debug!(folder = %folder.display(), %error, "folder cannot be listed");
            return;
        }
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(metadata) = std::fs::metadata(&path) else { continue };
        if is_left_alone(&path) {
            continue;
        }
        if metadata.is_dir() && depth < MAX_DEPTH {
            walk(&path, depth + 1, files);
        } else if metadata.is_file() {
            files.push((path, version_of(&metadata)));
        }
    }
}

fn is_left_alone(path: &Path) -> bool {
    let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let unfinished = path.extension().is_some_and(|extension| extension == "tmp" || extension == "part");
    hidden || unfinished
}

fn version_of(metadata: &std::fs::Metadata) -> FileVersion {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified_ns = modified.map_or(0, |since| i64::try_from(since.as_nanos()).unwrap_or(i64::MAX));
    FileVersion { size: metadata.len(), modified_ns }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_subfolders_and_leaves_unfinished_files_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("wire")).unwrap();
        for name in ["b.txt", "a.json", ".hidden", "x.tmp", "y.part", "wire/c.txt"] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        let names: Vec<String> = list(folder.path())
            .into_iter()
            .map(|(path, _)| path.strip_prefix(folder.path()).unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["a.json", "b.txt", "wire/c.txt"]);
        assert!(list(Path::new("/nonexistent")).is_empty());
    }
}
