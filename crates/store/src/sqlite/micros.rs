//! Instants as the tables hold them where order counts: Unix microseconds.

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::{FromSqlError, Type};

/// Reads the instant in column `at`.
pub(super) fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<Timestamp> {
    let value: i64 = row.get(at)?;
    Timestamp::from_microsecond(value).map_err(|_| {
        rusqlite::Error::FromSqlConversionFailure(
            at,
            Type::Integer,
            Box::new(FromSqlError::OutOfRange(value)),
        )
    })
}

/// Reads an instant in whole seconds, `None` where the column is empty.
pub(super) fn seconds(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Timestamp>> {
    let value: Option<i64> = row.get(at)?;
    Ok(value.and_then(|value| Timestamp::from_second(value).ok()))
}
