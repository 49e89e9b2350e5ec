//! Opening connections with the settings that the store's promises rest on.

use super::{SqliteConfig, error, migrations};
use crate::probe::can_hold_files;
use crate::{Probe, StoreError};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// Statements kept ready on a connection: all that a writer uses.
const STATEMENTS: usize = 64;
/// Page cache of a connection that reads.
const READER_CACHE_KIB: i32 = 16 * 1_024;
/// Bytes that the log keeps after a checkpoint.
const LOG_BYTES: u32 = 64 << 20;

/// A connection that writes; creates the file, brings its schema up to date.
pub(super) fn writing(config: &SqliteConfig) -> Result<Connection, StoreError> {
    let path = config.path.as_path();
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|source| StoreError::Open {
            place: path.display().to_string(),
            source: Box::new(source),
        })?;
    }
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = open(config, flags)?;
    prepare_writing(&connection, config).map_err(|source| error::of("opening the store", path, source))?;
    migrations::run(&mut connection, path)?;
    Ok(connection)
}

/// A connection that reads a file that exists and has the known schema. It is
/// opened for writing, as readers of a write-ahead log share memory, and then
/// bound to change nothing.
pub(super) fn reading(config: &SqliteConfig) -> Result<Connection, StoreError> {
    let path = config.path.as_path();
    if !path.is_file() {
        return Err(StoreError::Missing { place: path.display().to_string() });
    }
    let connection = open(config, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection
        .pragma_update(None, "query_only", true)
        .and_then(|()| connection.pragma_update(None, "cache_size", -READER_CACHE_KIB))
        .map_err(|source| error::of("opening the store", path, source))?;
    migrations::check(&connection, path)?;
    Ok(connection)
}

/// A connection that moves the log of a file that exists into it, as durably as one that writes.
pub(super) fn moving(config: &SqliteConfig) -> Result<Connection, StoreError> {
    let connection = open(config, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection
        .pragma_update(None, "synchronous", "full")
        .map_err(|source| error::of("opening the store", &config.path, source))?;
    Ok(connection)
}

/// What a writer would find, as a reader sees it; the file must allow writing, too.
pub(super) fn probe(config: &SqliteConfig) -> Result<Probe, StoreError> {
    let path = config.path.as_path();
    let place = || path.display().to_string();
    let refused = |source: std::io::Error| StoreError::Open { place: place(), source: Box::new(source) };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    can_hold_files(folder.unwrap_or(Path::new("."))).map_err(refused)?;
    if !path.exists() {
        return Ok(Probe::Absent);
    }
    std::fs::OpenOptions::new().append(true).open(path).map_err(refused)?;
    let connection = open(config, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection
        .pragma_update(None, "query_only", true)
        .map_err(|source| error::of("opening the store", path, source))?;
    let (found, known) = migrations::found_and_known(&connection, path)?;
    Probe::of_schema(found, known, &place())
}

fn open(config: &SqliteConfig, flags: OpenFlags) -> Result<Connection, StoreError> {
    let path: &Path = &config.path;
    let fail = |source| error::of("opening the store", path, source);
    let mut connection = Connection::open_with_flags(path, flags).map_err(fail)?;
    wait_for_others(&mut connection, config.options.busy_timeout.0).map_err(fail)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "temp_store", "memory").map_err(fail)?;
    Ok(connection)
}

/// How often it is looked whether a lock is free. SQLite's own waiting soon looks every 100 ms only:
/// with two processes that write all the time the file then lies idle for a good part of it.
pub(super) const BETWEEN_TRIES: Duration = Duration::from_millis(1);

/// Has a connection wait for the locks of others, so long at most.
pub(super) fn wait_for_others(connection: &mut Connection, at_most: Duration) -> rusqlite::Result<()> {
    let most = i32::try_from(at_most.as_millis() / BETWEEN_TRIES.as_millis()).unwrap_or(i32::MAX);
    connection.busy_handler(Some(move |tries| {
        std::thread::sleep(BETWEEN_TRIES);
        tries < most
    }))
}

/// `synchronous = FULL`: a commit is on the device when it returns.
fn prepare_writing(connection: &Connection, config: &SqliteConfig) -> rusqlite::Result<()> {
    connection.pragma_update(None, "page_size", 8_192)?;
    // Of a new file only: lets space be given back bit by bit.
    connection.pragma_update(None, "auto_vacuum", "incremental")?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "cache_size", -i64::from(config.options.cache_mib) * 1_024)?;
    if let Some(pages) = config.options.max_pages {
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    connection.pragma_update_and_check(None, "journal_size_limit", LOG_BYTES, |_| Ok(()))
}
