//! Parts in Parquet: a row a record, columns for what people ask for first, lists
//! for entities and dates, and the whole record as JSON. docs/store.md describes them.
//!
//! Written column by column by the format's own library; `columns` says what is in
//! each of them.

mod columns;
mod levels;

use super::encode::Records;
use crate::rows::{is_retraction, published_at};
use dateline_model::{NewsRecord, read_record};
use jiff::Timestamp;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::fs::File;
use std::io;
use std::sync::Arc;

/// JSON of a row group, in bytes: its records are in memory at once.
const ROW_GROUP: usize = 32 << 20;
/// What every file says of its schema, so that it can grow.
const SCHEMA: &str = include_str!("schema.txt");

/// A record with what its columns need.
struct Row {
    record: NewsRecord,
    json: Vec<u8>,
    id: String,
    published: Option<Timestamp>,
    retracted: bool,
}

impl Row {
    fn of(json: Vec<u8>) -> io::Result<Self> {
        let record = read_record(&json).map_err(io::Error::other)?;
        Ok(Self {
            id: record.uri.strip_prefix("urn:uuid:").unwrap_or(&record.uri).to_owned(),
            published: published_at(&record),
            retracted: is_retraction(&record),
            record,
            json,
        })
    }
}

pub(super) fn encode(file: File, records: Records<'_>) -> io::Result<File> {
    let schema = Arc::new(parse_message_type(SCHEMA).map_err(fault)?);
    let mut writer = SerializedFileWriter::new(file, schema, properties()?).map_err(fault)?;
    let (mut rows, mut bytes) = (Vec::new(), 0);
    for record in records {
        let row = Row::of(record?)?;
        bytes += row.json.len();
        rows.push(row);
        if bytes >= ROW_GROUP {
            write_group(&mut writer, &rows).map_err(fault)?;
            rows.clear();
            bytes = 0;
        }
    }
    if !rows.is_empty() {
        write_group(&mut writer, &rows).map_err(fault)?;
    }
    writer.into_inner().map_err(fault)
}

fn properties() -> io::Result<WriterPropertiesPtr> {
    let level = ZstdLevel::try_new(3).map_err(fault)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_created_by(concat!("dateline ", env!("CARGO_PKG_VERSION")).to_owned());
    Ok(Arc::new(properties.build()))
}

fn write_group(writer: &mut SerializedFileWriter<File>, rows: &[Row]) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for column in columns::ALL {
        let mut out = group
            .next_column()?
            .ok_or_else(|| ParquetError::General("the schema has fewer columns than there are".to_owned()))?;
        column.write(rows, &mut out)?;
        out.close()?;
    }
    group.close()?;
    Ok(())
}

fn fault(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(cause) => io::Error::other(cause),
        },
        error => io::Error::other(error),
    }
}
