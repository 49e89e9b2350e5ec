//! Section `[store.files]`: how records become files.

use super::S3Options;
use dateline_runtime::units::{ByteSize, HumanDuration};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Section `[store.files]`, for the kinds `json-lines` and `parquet`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FileOptions {
    /// How files of JSON lines are compressed; Parquet always is, by zstd.
    pub compression: Compression,
    /// Records as JSON after which files are made of them.
    pub roll_size: ByteSize,
    /// How long a record waits for others until files are made.
    pub roll_after: HumanDuration,
    /// Which date a record's partition is called after.
    pub date: PartitionDate,
    /// How many of the latest records are known again when they are redelivered.
    pub remember: usize,
    /// Most bytes that may wait in the spool while files cannot be made.
    pub max_waiting: ByteSize,
    /// Largest record as JSON, in MiB; a larger one is refused.
    pub max_record_mib: u32,
    /// A bucket that the files are put into, instead of the folder.
    pub s3: S3Options,
}

/// How a file of JSON lines is compressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Compression {
    /// Not at all: `.jsonl`.
    None,
    /// `.jsonl.gz`.
    #[default]
    Gzip,
    /// `.jsonl.zst`.
    Zstd,
}

/// Which date a partition is called after. Days are days in UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PartitionDate {
    /// The day on which the article was taken in.
    #[default]
    Ingested,
    /// The day on which it was published; where unknown, on which it was taken in.
    Published,
}

impl Default for FileOptions {
    fn default() -> Self {
        Self {
            compression: Compression::Gzip,
            roll_size: ByteSize(128 << 20),
            roll_after: HumanDuration(Duration::from_mins(5)),
            date: PartitionDate::Ingested,
            remember: 100_000,
            max_waiting: ByteSize(4 << 30),
            max_record_mib: 256,
            s3: S3Options::default(),
        }
    }
}

impl FileOptions {
    /// What is wrong with it, if anything.
    ///
    /// # Errors
    /// A sentence naming the field and its remedy.
    pub fn validate(&self) -> Result<(), String> {
        let (roll, waiting) = (self.roll_size.0, self.max_waiting.0);
        if !(1 << 10..=2 << 30).contains(&roll) {
            return Err(format!("files.roll_size is {}; give 1KiB to 2GiB", self.roll_size));
        }
        if waiting < roll.saturating_mul(2) {
            return Err(format!(
                "files.max_waiting is {} and files.roll_size {}; room for two of them is needed, one to fill and one to make files of",
                self.max_waiting, self.roll_size
            ));
        }
        if self.roll_after.0 < Duration::from_millis(100) {
            return Err(format!("files.roll_after is {}; give at least 100ms", self.roll_after));
        }
        self.s3.validate()
    }

    /// Largest record as JSON, in bytes.
    pub(super) fn max_record(&self) -> usize {
        self.max_record_mib as usize * (1 << 20)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::faults;

    #[test]
    fn faults_are_named() {
        let check = |section: &str, says: &str| faults::check(FileOptions::validate, section, says);
        check("", "");
        check("roll_size = 0", "roll_size");
        check("max_waiting = '128MiB'", "room for two");
        check("roll_after = '0s'", "roll_after");
    }
}
