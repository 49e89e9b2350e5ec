//! Records as they lie in the file: JSON in `versions.record`, or compressed in
//! `versions.packed`, each row as it was written.

use dateline_model::NewsRecord;
use rusqlite::types::Type;
use rusqlite::{Error, Row};
use std::io::{self, ErrorKind};
use zstd::bulk::Compressor;
use zstd::zstd_safe::get_frame_content_size;

/// zstd's fastest usual level: the next ones take half as long again for a twentieth less.
const LEVEL: i32 = 1;
/// Largest record that is compressed, and so unpacked, in bytes: a damaged length must not take
/// all memory. SQLite itself refuses longer ones.
const MOST: u64 = 1 << 30;

/// The columns of a record in `versions v`, in the order that [`json`] reads them.
macro_rules! columns {
    () => {
        "v.record, v.packed"
    };
}
pub(super) use columns;

/// Compresses one record after the other in the same memory: to set that up costs a third of
/// what compressing a record does. A clone sets up its own.
#[derive(Default)]
pub(super) struct Packer(Option<Compressor<'static>>);

impl Clone for Packer {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Packer {
    /// A record's JSON, compressed; `None` where it is too long, or that fails for want of memory.
    pub(super) fn pack(&mut self, json: &[u8]) -> Option<Vec<u8>> {
        if json.len() as u64 > MOST {
            return None;
        }
        if self.0.is_none() {
            self.0 = Compressor::new(LEVEL).ok();
        }
        self.0.as_mut()?.compress(json).ok()
    }
}

/// The JSON of a record, whose columns begin at this place of the row.
pub(super) fn json(row: &Row<'_>, at: usize) -> rusqlite::Result<Vec<u8>> {
    match row.get_ref(at + 1)?.as_blob_or_null()? {
        Some(packed) => unpack(packed)
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

fn unpack(packed: &[u8]) -> io::Result<Vec<u8>> {
    let bytes = get_frame_content_size(packed).ok().flatten().filter(|bytes| *bytes <= MOST);
    let bytes = bytes.and_then(|bytes| usize::try_from(bytes).ok()).ok_or(ErrorKind::InvalidData)?;
    zstd::bulk::decompress(packed, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        let mut packer = Packer::default();
        for text in ["", "{}", &"\u{0}å🦀".repeat(50_000), "{}"] {
            assert_eq!(unpack(&packer.pack(text.as_bytes()).unwrap()).unwrap(), text.as_bytes());
        }
    }

    #[test]
    fn what_is_damaged_is_refused() {
        let whole = Packer::default().pack("news ".repeat(1_000).as_bytes()).unwrap();
        let huge = [&whole[..4], &[0xe0], &u64::MAX.to_le_bytes()[..]].concat();
        for damaged in [&[][..], b"{}", &whole[..whole.len() - 1], &whole[1..], &huge] {
            assert!(unpack(damaged).is_err(), "{damaged:?}");
        }
    }
}
