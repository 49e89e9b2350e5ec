//! The folder `_spool` of a store of files: what is durable and not yet in parts.
//!
//! ```text
//! _spool/lock              held by the one process that writes
//! _spool/segments/S.open   batches are added to it
//! _spool/segments/S.full   waits to become parts
//! _spool/parts/...         parts in the making; nothing in here counts
//! _spool/keys/S            keys of a segment whose parts are durable
//! ```
//! S is the time of its start and a random number, so that several stores may
//! fill one bucket or folder. Programs that read partitioned files pass over names
//! that begin with `_`.

use super::folder;
use super::segment::{Segment, SegmentWriter};
use crate::key::{KnownKeys, RecordKey};
use crate::{StoreError, fault};
use dateline_runtime::clock::SharedClock;
use std::fs::{self, File, TryLockError};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long another process may take to let go, when one follows the other.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);
/// How often the lock is tried.
const LOCK_POLL: Duration = Duration::from_millis(50);

#[derive(Debug)]
pub(super) struct Spool {
    folder: PathBuf,
    /// How many keys are kept at least.
    remember: usize,
    /// Released by the system with the process, whatever becomes of it.
    _lock: File,
}

impl Spool {
    /// Opens the spool below `store`, alone.
    pub(super) fn open(store: &Path, remember: usize) -> Result<Self, StoreError> {
        let folder = store.join("_spool");
        let at = |source| StoreError::Open { place: store.display().to_string(), source: Box::new(source) };
        for name in ["segments", "parts", "keys"] {
            folder::create(&folder.join(name)).map_err(at)?;
        }
        let lock = lock(&folder.join("lock")).map_err(|error| match error {
            TryLockError::WouldBlock => StoreError::Busy {
                action: "opening the store",
                source: format!("another process writes to {}", store.display()).into(),
            },
            TryLockError::Error(source) => at(source),
        })?;
        let spool = Self { folder, remember, _lock: lock };
        spool.clear().map_err(at)?;
        Ok(spool)
    }

    /// Removes half-made parts and ends the segments of a process that is gone.
    fn clear(&self) -> io::Result<()> {
        for part in files_in(&self.folder.join("parts"))? {
            folder::remove(&part)?;
        }
        for segment in files_in(&self.segments())? {
            if segment.extension().is_some_and(|kind| kind == "open") {
                self.mark_full(&segment)?;
            }
        }
        Ok(())
    }

    fn segments(&self) -> PathBuf {
        self.folder.join("segments")
    }

    /// The folder, for messages.
    pub(super) fn place(&self) -> &Path {
        &self.folder
    }

    /// Starts a segment.
    pub(super) fn start_segment(
        &self,
        clock: &SharedClock,
        suffix: &str,
    ) -> io::Result<(PathBuf, SegmentWriter)> {
        let number = RandomState::new().build_hasher().finish();
        let name = format!("{:013}-{number:016x}.open", clock.now().as_millisecond().max(0));
        let path = self.segments().join(name);
        let file = File::options().write(true).create_new(true).open(&path)?;
        let started = SegmentWriter::start(file, suffix)
            .and_then(|writer| folder::sync(&self.segments()).map(|()| writer));
        fault::point("started");
        match started {
            Ok(writer) => Ok((path, writer)),
            Err(error) => {
                // Nothing is in it; if it cannot be removed, the next opening does so.
                drop(folder::remove(&path));
                Err(error)
            }
        }
    }

    /// Nothing is added to this segment any more. May be said again when it failed.
    pub(super) fn mark_full(&self, segment: &Path) -> io::Result<()> {
        match folder::rename(segment, &segment.with_extension("full")) {
            // Only the sync had failed.
            Err(error) if error.kind() == ErrorKind::NotFound => folder::sync(&self.segments())?,
            renamed => renamed?,
        }
        fault::point("rolled");
        Ok(())
    }

    /// Segments that wait to become parts, the oldest first.
    pub(super) fn full_segments(&self) -> io::Result<Vec<PathBuf>> {
        let mut segments = files_in(&self.segments())?;
        segments.retain(|path| path.extension().is_some_and(|kind| kind == "full"));
        segments.sort();
        Ok(segments)
    }

    /// Bytes of all segments.
    pub(super) fn waiting(&self) -> io::Result<u64> {
        let length = |path: PathBuf| fs::metadata(path).map_or(0, |file| file.len());
        Ok(files_in(&self.segments())?.into_iter().map(length).sum())
    }

    /// Where a part is made before it gets its name.
    pub(super) fn part(&self, name: &str) -> PathBuf {
        self.folder.join("parts").join(name)
    }

    /// The parts of a segment are durable: remembers what it held, and removes it.
    pub(super) fn finish(&self, path: &Path, segment: Option<&Segment>) -> io::Result<()> {
        if let (Some(segment), Some(name)) = (segment, path.file_stem()) {
            let keys: Vec<u8> = segment.entries.iter().flat_map(|entry| entry.key.0).collect();
            let part = self.part("keys");
            fs::write(&part, keys)?;
            File::open(&part)?.sync_all()?;
            folder::rename(&part, &self.folder.join("keys").join(name))?;
        }
        fault::point("remembered");
        folder::remove(path)?;
        folder::sync(&self.segments())?;
        self.forget_old_keys()
    }

    /// Removes files of keys beyond those that are kept.
    fn forget_old_keys(&self) -> io::Result<()> {
        let mut kept = 0;
        for path in self.key_files()?.into_iter().rev() {
            if kept >= self.remember {
                folder::remove(&path)?;
            }
            kept += usize::try_from(fs::metadata(&path).map_or(0, |file| file.len())).unwrap_or(usize::MAX)
                / RecordKey::LENGTH;
        }
        Ok(())
    }

    fn key_files(&self) -> io::Result<Vec<PathBuf>> {
        let mut files = files_in(&self.folder.join("keys"))?;
        files.sort();
        Ok(files)
    }

    /// The latest keys: of parts that were made, and of segments that wait.
    pub(super) fn known_keys(&self) -> io::Result<KnownKeys> {
        let mut known = KnownKeys::new(self.remember);
        for path in self.key_files()? {
            let keys = fs::read(path)?;
            keys.as_chunks().0.iter().for_each(|key| known.insert(RecordKey(*key)));
        }
        for path in self.full_segments()? {
            let Some(segment) = Segment::read(&path)? else { continue };
            segment.entries.iter().for_each(|entry| known.insert(entry.key));
        }
        Ok(known)
    }
}

fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

fn lock(path: &Path) -> Result<File, TryLockError> {
    let file =
        File::options().create(true).truncate(false).write(true).open(path).map_err(TryLockError::Error)?;
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if began.elapsed() < LOCK_PATIENCE => {
                std::thread::sleep(LOCK_POLL);
            }
            // Some network file systems have no locks; then it is on who runs two.
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => return Ok(file),
            Err(error) => return Err(error),
        }
    }
}
