//! Records as they lie in the file: JSON in `versions.record`, or packed in
//! `versions.packed`, each row as it was written.

use dateline_model::{NewsRecord, packed};
use rusqlite::types::Type;
use rusqlite::{Error, Row};

/// Largest record that is unpacked, in bytes: a damaged length must not take all memory. SQLite
/// itself refuses longer ones.
const MOST: usize = 1 << 30;

/// The columns of a record in `versions v`, in the order that [`json`] reads them.
macro_rules! columns {
    () => {
        "v.record, v.packed"
    };
}
pub(super) use columns;

/// The JSON of a record, whose columns begin at this place of the row.
pub(super) fn json(row: &Row<'_>, at: usize) -> rusqlite::Result<Vec<u8>> {
    match row.get_ref(at + 1)?.as_blob_or_null()? {
        Some(blob) => packed::unpack(blob, MOST)
            .map_err(|error| Error::FromSqlConversionFailure(at + 1, Type::Blob, Box::new(error))),
        None => Ok(row.get::<_, String>(at)?.into_bytes()),
    }
}

/// The record whose columns begin at this place of the row.
pub(super) fn record(row: &Row<'_>, at: usize) -> rusqlite::Result<NewsRecord> {
    parse(&json(row, at)?)
}

/// A stored record.
pub(super) fn parse(json: &[u8]) -> rusqlite::Result<NewsRecord> {
    dateline_model::read_record(json)
        .map_err(|error| Error::FromSqlConversionFailure(0, Type::Text, Box::new(error)))
}
