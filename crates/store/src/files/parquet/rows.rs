//! Turns records into columns.

use super::column::Column;
use crate::rows::{is_retraction, published_at};
use dateline_model::{Entity, NewsRecord, Timex, TimexType};
use jiff::Timestamp;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, FloatType, Int32Type, Int64Type};
use parquet::errors::Result;
use parquet::file::writer::SerializedFileWriter;
use std::io::Write;

/// Rows that are not written yet, a field a column, in the order of the schema.
#[derive(Default)]
pub(super) struct RowGroup {
    /// Of their JSON.
    bytes: usize,
    id: Column<ByteArrayType>,
    version: Column<ByteArrayType>,
    retracted: Column<BoolType>,
    ingested: Column<Int64Type>,
    published: Column<ByteArrayType>,
    published_from: Column<Int64Type>,
    language: Column<ByteArrayType>,
    source: Column<ByteArrayType>,
    url: Column<ByteArrayType>,
    headline: Column<ByteArrayType>,
    summary: Column<ByteArrayType>,
    body: Column<ByteArrayType>,
    entities: Entities,
    dates: Dates,
    record: Column<ByteArrayType>,
}

#[derive(Default)]
struct Entities {
    kind: Column<ByteArrayType>,
    name: Column<ByteArrayType>,
    uri: Column<ByteArrayType>,
    mentions: Column<Int32Type>,
    salience: Column<FloatType>,
    confidence: Column<FloatType>,
}

#[derive(Default)]
struct Dates {
    kind: Column<ByteArrayType>,
    value: Column<ByteArrayType>,
    begin: Column<Int64Type>,
    end: Column<Int64Type>,
    text: Column<ByteArrayType>,
}

impl RowGroup {
    /// Bytes of the records as JSON.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// Adds a record and its JSON.
    pub(super) fn push(&mut self, record: &NewsRecord, json: Vec<u8>) {
        let extension = &record.dateline;
        let summary = record.descriptions.first().map(|summary| summary.value.as_str());
        let url = record.renditions.first().map(|rendition| rendition.href.as_str());
        let published = extension.published.as_ref().map(|published| published.value.as_str());
        self.bytes += json.len();
        self.id.push(record.uri.strip_prefix("urn:uuid:").unwrap_or(&record.uri).into());
        self.version.push(record.version.as_str().into());
        self.retracted.push(is_retraction(record));
        self.ingested.push(extension.ingested_at.as_microsecond());
        self.published.push_optional(published.map(ByteArray::from));
        self.published_from.push_optional(published_at(record).map(Timestamp::as_microsecond));
        self.language.push(record.language.as_str().into());
        self.source.push(extension.source.id.as_str().into());
        self.url.push_optional(url.map(ByteArray::from));
        self.headline.push_optional(record.headline().map(ByteArray::from));
        self.summary.push_optional(summary.map(ByteArray::from));
        self.body.push(record.body().into());
        self.entities.push(&extension.entities);
        self.dates.push(&extension.timex);
        self.record.push(json.into());
    }

    /// Writes all of it as one row group.
    pub(super) fn write<W: Write + Send>(self, writer: &mut SerializedFileWriter<W>) -> Result<()> {
        let mut group = writer.next_row_group()?;
        self.id.write(&mut group)?;
        self.version.write(&mut group)?;
        self.retracted.write(&mut group)?;
        self.ingested.write(&mut group)?;
        self.published.write(&mut group)?;
        self.published_from.write(&mut group)?;
        self.language.write(&mut group)?;
        self.source.write(&mut group)?;
        self.url.write(&mut group)?;
        self.headline.write(&mut group)?;
        self.summary.write(&mut group)?;
        self.body.write(&mut group)?;
        self.entities.kind.write(&mut group)?;
        self.entities.name.write(&mut group)?;
        self.entities.uri.write(&mut group)?;
        self.entities.mentions.write(&mut group)?;
        self.entities.salience.write(&mut group)?;
        self.entities.confidence.write(&mut group)?;
        self.dates.kind.write(&mut group)?;
        self.dates.value.write(&mut group)?;
        self.dates.begin.write(&mut group)?;
        self.dates.end.write(&mut group)?;
        self.dates.text.write(&mut group)?;
        self.record.write(&mut group)?;
        group.close().map(drop)
    }
}

impl Entities {
    fn push(&mut self, entities: &[Entity]) {
        let count = |entity: &Entity| i32::try_from(entity.mentions.len()).unwrap_or(i32::MAX);
        let uri = |entity: &Entity| entity.uri.as_deref().map(ByteArray::from);
        self.kind.push_items(entities.iter().map(|entity| entity.kind.as_str().into()));
        self.name.push_items(entities.iter().map(|entity| entity.name.as_str().into()));
        self.uri.push_optional_items(entities.iter().map(uri));
        self.mentions.push_items(entities.iter().map(count));
        self.salience.push_items(entities.iter().map(|entity| entity.salience));
        self.confidence.push_items(entities.iter().map(|entity| entity.confidence));
    }
}

impl Dates {
    fn push(&mut self, dates: &[Timex]) {
        let instant = |instant: Option<Timestamp>| instant.map(Timestamp::as_microsecond);
        self.kind.push_items(dates.iter().map(|date| kind(date.kind).into()));
        self.value.push_items(dates.iter().map(|date| date.value.as_str().into()));
        self.begin.push_optional_items(dates.iter().map(|date| instant(date.begin)));
        self.end.push_optional_items(dates.iter().map(|date| instant(date.end)));
        self.text.push_items(dates.iter().map(|date| date.span.text.as_str().into()));
    }
}

/// As TIMEX3 writes it.
fn kind(kind: TimexType) -> &'static str {
    match kind {
        TimexType::Date => "DATE",
        TimexType::Time => "TIME",
        TimexType::Duration => "DURATION",
        TimexType::Set => "SET",
    }
}
