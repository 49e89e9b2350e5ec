//! What is in each column, in the order of `schema.txt`.

use super::Row;
use super::levels::Leaf;
use dateline_model::{Entity, Timex, TimexType};
use jiff::Timestamp;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, FloatType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedColumnWriter;

/// How a column gets its values. Whether one may be missing is the schema's matter.
pub(super) enum Column {
    Text(fn(&Row) -> Option<&[u8]>),
    Time(fn(&Row) -> Option<Timestamp>),
    Flag(fn(&Row) -> bool),
    EntityText(fn(&Entity) -> &str),
    EntityUri,
    EntityMentions,
    EntityShare(fn(&Entity) -> f32),
    DateText(fn(&Timex) -> &str),
    DateTime(fn(&Timex) -> Option<Timestamp>),
}

pub(super) const ALL: &[Column] = &[
    Column::Text(|row| Some(row.id.as_bytes())),
    Column::Text(|row| Some(row.record.uri.as_bytes())),
    Column::Text(|row| Some(row.record.version.as_bytes())),
    Column::Time(|row| Some(row.record.dateline.ingested_at)),
    Column::Time(|row| row.published),
    Column::Text(|row| row.record.dateline.published.as_ref().map(|published| published.value.as_bytes())),
    Column::Flag(|row| row.retracted),
    Column::Text(|row| Some(row.record.language.as_bytes())),
    Column::Text(|row| Some(row.record.dateline.source.id.as_bytes())),
    Column::Text(|row| row.record.renditions.first().map(|rendition| rendition.href.as_bytes())),
    Column::Text(|row| row.record.headline().map(str::as_bytes)),
    Column::Text(|row| row.record.descriptions.first().map(|summary| summary.value.as_bytes())),
    Column::Text(|row| Some(row.record.body().as_bytes())),
    Column::EntityText(|entity| entity.kind.as_str()),
    Column::EntityText(|entity| &entity.name),
    Column::EntityUri,
    Column::EntityMentions,
    Column::EntityShare(|entity| entity.salience),
    Column::EntityShare(|entity| entity.confidence),
    Column::DateText(|date| type_of(date.kind)),
    Column::DateText(|date| &date.value),
    Column::DateTime(|date| date.begin),
    Column::DateTime(|date| date.end),
    Column::DateText(|date| &date.span.text),
    Column::Text(|row| Some(&row.json)),
];

fn type_of(kind: TimexType) -> &'static str {
    match kind {
        TimexType::Date => "DATE",
        TimexType::Time => "TIME",
        TimexType::Duration => "DURATION",
        TimexType::Set => "SET",
    }
}

impl Column {
    pub(super) fn write(
        &self,
        rows: &[Row],
        out: &mut SerializedColumnWriter<'_>,
    ) -> Result<(), ParquetError> {
        match self {
            Self::Text(get) => put::<ByteArrayType>(out, Leaf::flat(rows, |row| get(row).map(bytes))),
            Self::Time(get) => put::<Int64Type>(out, Leaf::flat(rows, |row| get(row).map(micros))),
            Self::Flag(get) => put::<BoolType>(out, Leaf::flat(rows, |row| Some(get(row)))),
            Self::EntityText(get) => {
                let text = |entity| Some(bytes(get(entity).as_bytes()));
                put::<ByteArrayType>(out, Leaf::nested(rows, entities, 1, text))
            }
            Self::EntityUri => {
                let uri = |entity: &Entity| entity.uri.as_deref().map(|uri| bytes(uri.as_bytes()));
                put::<ByteArrayType>(out, Leaf::nested(rows, entities, 2, uri))
            }
            Self::EntityMentions => {
                let count = |entity: &Entity| Some(i32::try_from(entity.mentions.len()).unwrap_or(i32::MAX));
                put::<Int32Type>(out, Leaf::nested(rows, entities, 1, count))
            }
            Self::EntityShare(get) => {
                put::<FloatType>(out, Leaf::nested(rows, entities, 1, |entity| Some(get(entity))))
            }
            Self::DateText(get) => {
                let text = |date| Some(bytes(get(date).as_bytes()));
                put::<ByteArrayType>(out, Leaf::nested(rows, dates, 1, text))
            }
            Self::DateTime(get) => {
                put::<Int64Type>(out, Leaf::nested(rows, dates, 2, |date| get(date).map(micros)))
            }
        }
    }
}

fn entities(row: &Row) -> &[Entity] {
    &row.record.dateline.entities
}

fn dates(row: &Row) -> &[Timex] {
    &row.record.dateline.timex
}

fn bytes(text: &[u8]) -> ByteArray {
    ByteArray::from(text.to_vec())
}

fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

fn put<T: DataType>(out: &mut SerializedColumnWriter<'_>, leaf: Leaf<T::T>) -> Result<(), ParquetError> {
    let Leaf { values, definition, repetition } = leaf;
    out.typed::<T>().write_batch(values.as_slice(), Some(&definition), Some(&repetition))?;
    Ok(())
}
