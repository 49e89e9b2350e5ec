//! Records of one partition into one file.

use super::{Compression, FileKind};
use super::{json_lines, parquet};
use std::fs::File;
use std::io;

/// How parts are written; what their names end with tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartFormat {
    /// A record a line.
    JsonLines(Compression),
    /// A record a row.
    Parquet,
}

/// Records as JSON, in order.
pub(super) type Records<'a> = &'a mut dyn Iterator<Item = io::Result<Vec<u8>>>;

impl PartFormat {
    /// Every one there is.
    const ALL: &[Self] = &[
        Self::JsonLines(Compression::None),
        Self::JsonLines(Compression::Gzip),
        Self::JsonLines(Compression::Zstd),
        Self::Parquet,
    ];

    pub(super) fn of(kind: FileKind, compression: Compression) -> Self {
        match kind {
            FileKind::JsonLines => Self::JsonLines(compression),
            FileKind::Parquet => Self::Parquet,
        }
    }

    /// What the names of its parts end with.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::JsonLines(Compression::None) => "jsonl",
            Self::JsonLines(Compression::Gzip) => "jsonl.gz",
            Self::JsonLines(Compression::Zstd) => "jsonl.zst",
            Self::Parquet => "parquet",
        }
    }

    /// The one whose names end so. A segment keeps its format through a change of
    /// the configuration: else a part that was made before a crash would be made
    /// again under another name.
    pub(super) fn with_suffix(suffix: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.suffix() == suffix)
    }

    /// Writes records into an empty file; gives it back whole, not yet synced.
    pub(super) fn encode(self, file: File, records: Records<'_>) -> io::Result<File> {
        match self {
            Self::JsonLines(compression) => json_lines::encode(file, compression, records),
            Self::Parquet => parquet::encode(file, records),
        }
    }
}
