//! Which files were taken in already: an append-only file of cursors.
//!
//! A line is added only after every article of a file was acknowledged. Losing
//! the last lines costs nothing but reading those files again, for the pipeline
//! takes no article twice. A line that cannot be read is skipped and counted. While the disk is
//! full, lines wait in memory: that is no reason to take in nothing.

use crate::ProducerError;
use dateline_runtime::telemetry::catalogue::LEDGER_LINES_BROKEN;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// State of a file, by which a change is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileVersion {
    /// Size in bytes.
    pub size: u64,
    /// Time of last change, in nanoseconds since 1970.
    pub modified_ns: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    path: String,
    #[serde(flatten)]
    version: FileVersion,
}

/// The cursors of one folder. Holds a lock on its file: a second producer on
/// the same state waits until the first is gone.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    file: File,
    taken: HashMap<String, FileVersion>,
    /// Lines that the disk had no room for yet.
    waiting: Vec<u8>,
}

impl Ledger {
    /// Opens or creates the ledger; `None` while another process holds it.
    ///
    /// # Errors
    /// When the file cannot be created or read.
    pub fn open(path: &Path) -> Result<Option<Self>, ProducerError> {
        let fail = |action| move |source| ProducerError::Ledger { action, path: path.to_owned(), source };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(fail("create the folder of"))?;
        }
        let file =
            OpenOptions::new().create(true).append(true).read(true).open(path).map_err(fail("open"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(source)) => return Err(fail("lock")(source)),
        }
        let content = std::fs::read(path).map_err(fail("read"))?;
        let mut ledger = Self { path: path.to_owned(), file, taken: HashMap::new(), waiting: Vec::new() };
        ledger.load(&content);
        if !content.is_empty() && !content.ends_with(b"\n") {
            // The last line was cut by a crash; the next one must not join it.
            ledger.waiting.push(b'\n');
            ledger.write_waiting()?;
        }
        Ok(Some(ledger))
    }

    fn load(&mut self, content: &[u8]) {
        for line in content.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
            match serde_json::from_slice::<Line>(line) {
                Ok(line) => {
                    self.taken.insert(line.path, line.version);
                }
                Err(error) => {
                    LEDGER_LINES_BROKEN.increment();
                    tracing::warn!(path = %self.path.display(), %error, "cursor line skipped; its file is read again");
                }
            }
        }
    }

    /// Whether this version of the file was taken in.
    #[must_use]
    pub fn has(&self, path: &str, version: FileVersion) -> bool {
        self.taken.get(path) == Some(&version)
    }

    /// The version that was taken in last.
    pub(crate) fn get(&self, path: &str) -> Option<FileVersion> {
        self.taken.get(path).copied()
    }

    /// Notes a file as taken in. On a full disk the note is kept in memory and written later.
    ///
    /// # Errors
    /// When the line cannot be written for another reason.
    #[expect(
        clippy::missing_panics_doc,
        reason = "a cursor line has only string keys, so it always serialises"
    )]
    pub fn note(&mut self, path: &str, version: FileVersion) -> Result<(), ProducerError> {
        let line = Line { path: path.to_owned(), version };
        self.waiting.extend(serde_json::to_vec(&line).expect("a cursor line has only string keys"));
        self.waiting.push(b'\n');
        self.taken.insert(line.path, version);
        self.write_waiting()
    }

    /// Writes the lines that wait for room, if there is some by now.
    ///
    /// # Errors
    /// When they cannot be written for another reason than a full disk.
    pub(crate) fn write_waiting(&mut self) -> Result<(), ProducerError> {
        match self.file.write_all(&self.waiting) {
            Ok(()) => self.waiting.clear(),
            Err(source) if is_full(&source) => {
                tracing::warn!(
                    path = %self.path.display(),
                    %source,
                    "no room for cursors, they wait in memory; make room, or files are read again after a restart"
                );
                // A part may have been written: what is written next must not join it.
                if self.waiting.first() != Some(&b'\n') {
                    self.waiting.insert(0, b'\n');
                }
            }
            Err(source) => {
                return Err(ProducerError::Ledger { action: "write", path: self.path.clone(), source });
            }
        }
        Ok(())
    }

    /// How many files it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.taken.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }
}

fn is_full(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: FileVersion = FileVersion { size: 1, modified_ns: 7 };
    const TWO: FileVersion = FileVersion { size: 2, modified_ns: 8 };

    #[test]
    fn remembers_over_restarts_and_sees_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/cursors.jsonl");
        let mut ledger = Ledger::open(&path).unwrap().unwrap();
        ledger.note("a.txt", ONE).unwrap();
        drop(ledger);
        let ledger = Ledger::open(&path).unwrap().unwrap();
        assert!(ledger.has("a.txt", ONE) && !ledger.has("a.txt", TWO) && !ledger.has("b.txt", ONE));
    }

    #[test]
    fn a_full_disk_holds_nothing_up_and_costs_no_cursor() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cursors.jsonl");
        let mut ledger = Ledger::open(&path).unwrap().unwrap();
        let with_room = ledger.file.try_clone().unwrap();
        // The system's own file that has room for nothing.
        ledger.file = OpenOptions::new().write(true).open("/dev/full").unwrap();
        ledger.note("a", ONE).unwrap();
        ledger.note("b", TWO).unwrap();
        ledger.write_waiting().unwrap();
        assert!(ledger.has("a", ONE) && ledger.has("b", TWO));
        assert_eq!(std::fs::read(&path).unwrap(), b"");
        ledger.file = with_room;
        // As a write that was cut in the middle leaves it.
        ledger.file.write_all(b"{\"path\":\"a\",").unwrap();
        ledger.note("c", ONE).unwrap();
        drop(ledger);
        let ledger = Ledger::open(&path).unwrap().unwrap();
        assert!(ledger.has("a", ONE) && ledger.has("b", TWO) && ledger.has("c", ONE) && ledger.len() == 3);
    }

    #[test]
    fn a_second_process_waits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cursors.jsonl");
        let first = Ledger::open(&path).unwrap();
        assert!(Ledger::open(&path).unwrap().is_none());
        drop(first);
        assert!(Ledger::open(&path).unwrap().is_some());
    }

    #[test]
    fn a_broken_file_costs_only_its_broken_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cursors.jsonl");
        std::fs::write(
            &path,
            b"{\"path\":\"a\",\"size\":1,\"modified_ns\":7}\n\xff\xfe junk\n{\"path\":\"b\",\"si",
        )
        .unwrap();
        let mut ledger = Ledger::open(&path).unwrap().unwrap();
        assert!(ledger.has("a", ONE) && ledger.len() == 1);
        ledger.note("c", TWO).unwrap();
        drop(ledger);
        assert!(Ledger::open(&path).unwrap().unwrap().has("c", TWO));
    }
}
