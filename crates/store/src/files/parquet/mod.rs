//! Parts of Parquet: a record a row, in columns that an analyst asks for, and the
//! record itself as JSON in the last one. Compressed by zstd.
//!
//! The columns are those of [`schema`]; a change there is a change of what readers
//! see and stands in docs/store.md.

mod column;
mod rows;
mod schema;

use super::encode::Records;
use dateline_model::NewsRecord;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use rows::RowGroup;
use std::fs::File;
use std::io;
use std::sync::Arc;

/// JSON of the records of a row group; a reader holds one, and so do we.
const ROW_GROUP: usize = 64 << 20;

pub(super) fn encode(file: File, records: Records<'_>) -> io::Result<File> {
    let schema = schema::article().map_err(fault)?;
    let properties = Arc::new(properties());
    let mut writer = SerializedFileWriter::new(file, schema, properties).map_err(fault)?;
    let mut group = RowGroup::default();
    for json in records {
        let json = json?;
        let record: NewsRecord = serde_json::from_slice(&json)?;
        group.push(&record, json);
        if group.bytes() >= ROW_GROUP {
            std::mem::take(&mut group).write(&mut writer).map_err(fault)?;
        }
    }
    if !group.is_empty() {
        group.write(&mut writer).map_err(fault)?;
    }
    writer.into_inner().map_err(fault)
}

fn properties() -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("dateline ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()));
    // Each value stands once: a dictionary of them would be begun and thrown away.
    for column in schema::UNIQUE {
        properties = properties.set_column_dictionary_enabled((*column).into(), false);
    }
    properties.build()
}

/// The system's own error where there is one: a full disk is told from a fault.
fn fault(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(source) => io::Error::other(source),
        },
        other => io::Error::other(other),
    }
}
