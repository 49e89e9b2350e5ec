//! Keeps the write-ahead log short, however many processes write.
//!
//! SQLite moves the log's pages into the file by itself after so many pages, but waits for nobody:
//! where another process is always just writing, the log is never begun anew, grows without end,
//! and every commit moves pages. Here whoever finds it long enough has a thread of its own move
//! them ([`Mover`]) and writes on meanwhile; then it moves the few that came since and waits for
//! the others a moment, so that the log is begun anew.

use super::mover::Mover;
use super::{SqliteConfig, connection, error};
use crate::StoreError;
use rusqlite::hooks::Wal;
use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, ErrorCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};

/// Pages of the log after which they are moved into the file: large enough that pages written by
/// several batches are moved once.
pub(super) const CHECKPOINT_PAGES: i32 = 8_000;
/// So many times that, and the writer waits until all are moved: the device is slower than it.
const WAITED_FOR: i32 = 3;
/// How long to wait for others who write or still read what is to be overwritten. Who reads for
/// longer is not waited for again before as many pages have come once more.
const PATIENCE: Duration = Duration::from_millis(500);

/// The log of a file, as a connection that writes sees it.
#[derive(Debug)]
pub(super) struct Log {
    /// Pages that it had after the last commit.
    pages: Arc<AtomicI32>,
    /// Pages after which it is moved, where nobody is in the way.
    limit: i32,
    /// Pages at which it is to be moved next.
    due: i32,
    /// Pages that it had when it was looked at last.
    last: i32,
    mover: Mover,
    busy_timeout: Duration,
}

impl Log {
    /// Watches the log in place of SQLite.
    ///
    /// # Errors
    /// When there is no second connection or thread for it.
    pub(super) fn watch(
        connection: &mut Connection,
        config: &SqliteConfig,
        limit: i32,
    ) -> Result<Self, StoreError> {
        let pages = Arc::new(AtomicI32::new(0));
        let seen = Arc::clone(&pages);
        let hook = move |_: &mut Wal, pages| {
            seen.store(pages, Ordering::Relaxed);
            Ok(())
        };
        connection
            .wal_hook(Some(hook))
            .map_err(|source| error::of("opening the store", &config.path, source))?;
        let mover = Mover::start(connection::moving(config)?).map_err(|source| StoreError::Open {
            place: config.path.display().to_string(),
            source: Box::new(source),
        })?;
        Ok(Self { pages, limit, due: limit, last: 0, mover, busy_timeout: config.options.busy_timeout.0 })
    }

    /// After a commit: has the log moved into the file when it is due. What was committed is
    /// durable in any case, so a failure is only told.
    pub(super) fn keep_short(&mut self, connection: &mut Connection) {
        let pages = self.pages.load(Ordering::Relaxed);
        // It was begun anew: by another process, or by SQLite as all was moved.
        if pages < std::mem::replace(&mut self.last, pages) {
            self.due = self.limit;
            self.mover.forget();
        }
        let is_far = pages >= self.due.saturating_add((WAITED_FOR - 1) * self.limit);
        if pages < self.due || (!is_far && !self.mover.has_moved()) {
            return;
        }
        self.mover.forget();
        let began = Instant::now();
        let mut restarted = self.restart(connection);
        // A mover at work makes it fail at once. A device that is slower than the writer is waited
        // for; else nothing is lost by trying again after the next commit.
        while is_far && is_busy(&restarted) && began.elapsed() < PATIENCE {
            std::thread::sleep(connection::BETWEEN_TRIES);
            restarted = self.restart(connection);
        }
        let at_once = is_busy(&restarted) && began.elapsed() < PATIENCE;
        match restarted {
            Ok(()) => self.due = self.limit,
            Err(error) => {
                tracing::debug!(%error, pages, "the store's log grows on");
                if !at_once {
                    self.due = pages.saturating_add(self.limit);
                }
            }
        }
    }

    /// Moves all pages that are left and has the next writer begin the log anew.
    fn restart(&self, connection: &mut Connection) -> rusqlite::Result<()> {
        connection::wait_for_others(connection, PATIENCE)?;
        let moved = connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::RESTART);
        connection::wait_for_others(connection, self.busy_timeout)?;
        moved.map(drop)
    }
}

/// Whether others were in the way, and not the device.
fn is_busy(restarted: &rusqlite::Result<()>) -> bool {
    restarted.as_ref().err().and_then(rusqlite::Error::sqlite_error_code) == Some(ErrorCode::DatabaseBusy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SqliteOptions;
    use std::path::Path;

    const LIMIT: i32 = 100;

    /// A connection that writes, and its log.
    fn writer(file: &Path) -> (Connection, Log) {
        let options =
            SqliteOptions { busy_timeout: Duration::from_mins(1).into(), ..SqliteOptions::default() };
        let config = SqliteConfig { options, ..SqliteConfig::at(file) };
        let mut connection = Connection::open(file).unwrap();
        connection.busy_timeout(config.options.busy_timeout.0).unwrap();
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())).unwrap();
        connection.execute_batch("CREATE TABLE IF NOT EXISTS t (text TEXT)").unwrap();
        let log = Log::watch(&mut connection, &config, LIMIT).unwrap();
        (connection, log)
    }

    /// Commits once, some ten pages; gives the log's length then.
    fn commit(connection: &mut Connection, log: &mut Log) -> i32 {
        connection.execute("INSERT INTO t VALUES (?1)", ["x".repeat(40_000)]).unwrap();
        let pages = log.pages.load(Ordering::Relaxed);
        log.keep_short(connection);
        pages
    }

    #[test]
    fn writers_who_never_rest_keep_it_short() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.db");
        let writers = [writer(&file), writer(&file)];
        let threads = writers.map(|(mut connection, mut log)| {
            std::thread::spawn(move || (0..300).map(|_| commit(&mut connection, &mut log)).max().unwrap())
        });
        for longest in threads.map(|thread| thread.join().unwrap()) {
            assert!((LIMIT..8 * LIMIT).contains(&longest), "{longest}");
        }
    }

    #[test]
    fn pages_are_moved_while_the_writer_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let (mut connection, mut log) = writer(&folder.path().join("a.db"));
        while commit(&mut connection, &mut log) < LIMIT {}
        // The mover alone: no commit takes part in it.
        while !log.mover.has_moved() {
            std::thread::yield_now();
        }
        let (_, moved) = connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::NOOP).unwrap();
        assert!(moved >= LIMIT, "{moved}");
    }

    #[test]
    fn who_reads_for_long_is_not_waited_for_at_every_commit() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.db");
        let (mut connection, mut log) = writer(&file);
        commit(&mut connection, &mut log);
        let reader = Connection::open(&file).unwrap();
        reader.execute_batch("BEGIN; SELECT count(*) FROM t").unwrap();
        while log.due < 2 * LIMIT {
            commit(&mut connection, &mut log);
        }
        let due = log.due;
        while commit(&mut connection, &mut log) + 20 < due {
            assert_eq!(log.due, due);
        }
        reader.execute_batch("COMMIT").unwrap();
        while log.due > LIMIT {
            commit(&mut connection, &mut log);
        }
        assert!(commit(&mut connection, &mut log) < LIMIT);
    }
}
