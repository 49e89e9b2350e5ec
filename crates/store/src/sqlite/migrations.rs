//! Bringing a file's schema up to date: forward only, each step in a
//! transaction of its own, safe while other processes do the same.

use super::{error, vocabulary};
use crate::StoreError;
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// Every step there ever was; the file's `user_version` says how many it has.
/// A released step is never changed: add the next one.
const STEPS: &[Step] = &[
    Step { sql: include_str!("migrations/0001_articles.sql"), then: None },
    Step { sql: include_str!("migrations/0002_removed.sql"), then: None },
    Step { sql: include_str!("migrations/0003_vocabulary.sql"), then: Some(vocabulary::fill) },
    Step { sql: include_str!("migrations/0004_terms.sql"), then: None },
    Step { sql: include_str!("migrations/0005_merging.sql"), then: None },
    Step { sql: include_str!("migrations/0006_steady_merging.sql"), then: None },
    Step { sql: include_str!("migrations/0007_packed.sql"), then: None },
    Step { sql: include_str!("migrations/0008_dates_by_fortnight.sql"), then: None },
];

/// A step: SQL, and what SQL cannot do after it.
struct Step {
    sql: &'static str,
    then: Option<fn(&Connection) -> rusqlite::Result<()>>,
}

impl Step {
    fn apply(&self, connection: &Connection) -> rusqlite::Result<()> {
        connection.execute_batch(self.sql)?;
        self.then.map_or(Ok(()), |then| then(connection))
    }
}

/// Brings the file up to date.
pub(super) fn run(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    run_steps(connection, path, STEPS)
}

/// Refuses a file of another version without touching it.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let found = version(connection, path)?;
    if found == 0 {
        return Err(StoreError::Missing { place: path.display().to_string() });
    }
    known(found, STEPS, path)
}

/// The version of the file, and the newest one known here.
pub(super) fn found_and_known(connection: &Connection, path: &Path) -> Result<(u32, u32), StoreError> {
    Ok((version(connection, path)?, u32::try_from(STEPS.len()).unwrap_or(u32::MAX)))
}

fn run_steps(connection: &mut Connection, path: &Path, steps: &[Step]) -> Result<(), StoreError> {
    loop {
        let fail = |source| error::of("opening the store", path, source);
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fail)?;
        let found = version(&transaction, path)?;
        known(found, steps, path)?;
        let Some(step) = steps.get(found as usize) else { return Ok(()) };
        let to = found + 1;
        step.apply(&transaction)
            .and_then(|()| transaction.pragma_update(None, "user_version", to))
            .and_then(|()| transaction.commit())
            .map_err(|source| match error::of("migrating", path, source) {
                StoreError::Database { source, .. } => {
                    StoreError::Migration { place: path.display().to_string(), from: found, to, source }
                }
                other => other,
            })?;
    }
}

fn version(connection: &Connection, path: &Path) -> Result<u32, StoreError> {
    connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(|source| error::of("opening the store", path, source))
}

fn known(found: u32, steps: &[Step], path: &Path) -> Result<(), StoreError> {
    let known = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    if found > known {
        return Err(StoreError::NewerSchema { place: path.display().to_string(), found, known });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(connection: &Connection) -> u32 {
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_second_run_changes_nothing() {
        let mut connection = Connection::open_in_memory().unwrap();
        run(&mut connection, Path::new("a.db")).unwrap();
        let before = tables(&connection);
        run(&mut connection, Path::new("a.db")).unwrap();
        assert_eq!(tables(&connection), before);
        check(&connection, Path::new("a.db")).unwrap();
    }

    #[test]
    fn a_newer_file_is_refused_untouched() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        for error in [
            run(&mut connection, Path::new("a.db")).unwrap_err(),
            check(&connection, Path::new("a.db")).unwrap_err(),
        ] {
            assert!(matches!(error, StoreError::NewerSchema { found: 99, .. }), "{error}");
        }
        assert_eq!(tables(&connection), 0);
    }

    #[test]
    fn a_broken_step_leaves_the_file_at_the_last_good_one() {
        let mut connection = Connection::open_in_memory().unwrap();
        let steps = ["CREATE TABLE a (x)", "CREATE TABLE b (x); CREATE TABLE a (x)"]
            .map(|sql| Step { sql, then: None });
        let error = run_steps(&mut connection, Path::new("a.db"), &steps).unwrap_err();
        assert!(matches!(error, StoreError::Migration { from: 1, to: 2, .. }), "{error}");
        assert_eq!(tables(&connection), 1);
        assert_eq!(version(&connection, Path::new("a.db")).unwrap(), 1);
    }
}
