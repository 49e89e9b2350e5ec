//! A watched folder: every new or changed file is taken in once.
//!
//! Folders are polled, which works on every file system, network shares
//! included. A file counts as complete when its size and time did not change
//! between two looks. Hidden files and `*.tmp`, `*.part` are left alone, so
//! that a writer can rename a finished file into place.

use super::side_by_side::SideBySide;
use crate::acceptor::{Acceptor, InputReport};
use crate::input::ReadInput;
use crate::{FileVersion, Ledger, ProducerError};
use dateline_extract::Format;
use dateline_model::{Source, SourceKind};
use dateline_runtime::ErrorChain;
use dateline_runtime::telemetry::catalogue::SOURCE_ERRORS;
use futures::{Stream, StreamExt, stream};
use jiff::Timestamp;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
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
    intake: Intake,
    ledger: Ledger,
    seen: HashMap<PathBuf, FileVersion>,
    settle: Settle,
    listing: Duration,
}

/// How files of a folder become articles.
#[derive(Debug)]
struct Intake {
    root: PathBuf,
    /// Source of files at its top.
    name: String,
    acceptor: Acceptor,
}

/// A file that is to be taken in.
#[derive(Debug)]
struct NewFile {
    path: PathBuf,
    /// Its name in the ledger.
    key: String,
    version: FileVersion,
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
            intake: Intake { root: root.to_owned(), name: name.to_owned(), acceptor },
            ledger,
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
                        source = self.intake.name,
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

    /// Looks once and takes in every complete file that is new or changed, several side by
    /// side, in the order of their names; `progress` hears of each.
    ///
    /// # Errors
    /// At `stop` or when cursors cannot be kept: files not noted come again.
    pub async fn pass(
        &mut self,
        stop: &CancellationToken,
        mut progress: impl FnMut(Pass),
    ) -> Result<Pass, ProducerError> {
        let files = self.new_files().await;
        self.ledger.write_waiting()?;
        let Self { intake, ledger, seen, .. } = self;
        let mut reading = std::pin::pin!(intake.read_all(files, stop));
        let mut under_way = SideBySide::<NewFile>::new(&intake.acceptor, stop);
        let (mut next, mut all_read) = (None, false);
        let mut pass = Pass::default();
        loop {
            if let Some((file, input)) = next.take_if(|(_, input)| under_way.has_room(input)) {
                under_way.begin(file, input);
            }
            tokio::select! {
                Some((file, report)) = under_way.next() => {
                    let report = report?;
                    ledger.note(&file.key, file.version)?;
                    seen.remove(&file.path);
                    pass.files += 1;
                    pass.report.add(report);
                    progress(pass);
                }
                read = reading.next(), if next.is_none() && !all_read => {
                    all_read = read.is_none();
                    next = read;
                }
                else => return Ok(pass),
            }
        }
    }

    /// Those that are complete and not taken in yet, in the order of their paths.
    async fn new_files(&mut self) -> Vec<NewFile> {
        let (root, started) = (self.intake.root.clone(), Instant::now());
        let files = tokio::task::spawn_blocking(move || list(&root)).await.unwrap_or_default();
        self.listing = started.elapsed();
        let files = files.into_iter().map(|(path, version)| {
            let key = path.strip_prefix(&self.intake.root).unwrap_or(&path).to_string_lossy().into_owned();
            NewFile { path, key, version }
        });
        let (ledger, seen, settle) = (&self.ledger, &mut self.seen, self.settle);
        files
            .filter(|NewFile { path, key, version }| {
                // A file counts as complete when its second look shows what the first did.
                let mut is_complete = || seen.insert(path.clone(), *version) == Some(*version);
                !ledger.has(key, *version) && (settle == Settle::Never || is_complete())
            })
            .collect()
    }
}

impl Intake {
    /// The files one after the other, each article later than those before, until `stop`; those that
    /// are gone or cannot be read for now are left out.
    fn read_all(
        &self,
        files: Vec<NewFile>,
        stop: &CancellationToken,
    ) -> impl Stream<Item = (NewFile, ReadInput)> {
        let start = (files.into_iter(), Timestamp::MIN);
        stream::unfold(start, async move |(mut files, earliest)| {
            for file in files.by_ref().take_while(|_| !stop.is_cancelled()) {
                if let Some(input) = self.read(&file.path, earliest).await {
                    let next = input.next().unwrap_or(earliest);
                    return Some(((file, input), (files, next)));
                }
            }
            None
        })
    }

    /// `None` when the file is gone or cannot be read for now.
    async fn read(&self, path: &Path, earliest: Timestamp) -> Option<ReadInput> {
        let (shown, source) = (path.display().to_string(), self.source_of(path));
        let limits = self.acceptor.limits();
        match read_at_most(path, limits.max_input_bytes as u64 + 1).await {
            Ok(bytes) => {
                let at = self.acceptor.now().max(earliest);
                Some(ReadInput::of(&shown, bytes.into(), Format::Auto, source, limits, at).await)
            }
            Err(error) => {
                SOURCE_ERRORS.with([source.id.as_str(), "unreadable"]).increment(1);
                tracing::warn!(path = shown, %error, "file cannot be read, it will be tried again");
                None
            }
        }
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
