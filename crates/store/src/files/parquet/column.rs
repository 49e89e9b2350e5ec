//! The values of one column, with the levels that say which of them are there.
//!
//! Parquet writes a value only where there is one. A definition level says how much of
//! the column's path exists, a repetition level whether a value goes on with the list
//! of the row before it. Columns here are at most one list deep.

use parquet::data_type::DataType;
use parquet::errors::{ParquetError, Result};
use parquet::file::writer::SerializedRowGroupWriter;
use std::io::Write;

/// Definition level within a list: nothing is in it.
const NO_ITEM: i16 = 0;
/// There is an item, and of an optional column of it nothing.
const ITEM: i16 = 1;
/// There is an optional column's value.
const ITEM_VALUE: i16 = 2;

/// A column in the making. What a row adds must fit the column's place in the schema.
pub(super) struct Column<T: DataType> {
    values: Vec<T::T>,
    definition: Vec<i16>,
    repetition: Vec<i16>,
}

impl<T: DataType> Default for Column<T> {
    fn default() -> Self {
        Self { values: Vec::new(), definition: Vec::new(), repetition: Vec::new() }
    }
}

impl<T: DataType> Column<T> {
    /// A row of a required column.
    pub(super) fn push(&mut self, value: T::T) {
        self.values.push(value);
    }

    /// A row of an optional column.
    pub(super) fn push_optional(&mut self, value: Option<T::T>) {
        self.definition.push(i16::from(value.is_some()));
        self.values.extend(value);
    }

    /// A row of a column that is required within a list.
    pub(super) fn push_items(&mut self, items: impl Iterator<Item = T::T>) {
        self.push_levels(items.map(|value| (ITEM, Some(value))));
    }

    /// A row of a column that is optional within a list.
    pub(super) fn push_optional_items(&mut self, items: impl Iterator<Item = Option<T::T>>) {
        self.push_levels(items.map(|value| (if value.is_some() { ITEM_VALUE } else { ITEM }, value)));
    }

    fn push_levels(&mut self, items: impl Iterator<Item = (i16, Option<T::T>)>) {
        let before = self.definition.len();
        for (definition, value) in items {
            self.repetition.push(i16::from(self.definition.len() > before));
            self.definition.push(definition);
            self.values.extend(value);
        }
        if self.definition.len() == before {
            self.repetition.push(0);
            self.definition.push(NO_ITEM);
        }
    }

    /// Writes it as the next column of a row group.
    pub(super) fn write<W: Write + Send>(self, group: &mut SerializedRowGroupWriter<'_, W>) -> Result<()> {
        let next = group.next_column()?;
        let mut column =
            next.ok_or_else(|| ParquetError::General("the schema has fewer columns".to_owned()))?;
        column.typed::<T>().write_batch(&self.values, levels(&self.definition), levels(&self.repetition))?;
        column.close()
    }
}

/// A column without levels has none to give.
fn levels(levels: &[i16]) -> Option<&[i16]> {
    (!levels.is_empty()).then_some(levels)
}
