//! Parts of JSON lines: a record a line, as it came, compressed or not.

use super::Compression;
use super::encode::Records;
use flate2::write::GzEncoder;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use zstd::stream::write::Encoder;

const BUFFER: usize = 256 << 10;

pub(super) fn encode(file: File, compression: Compression, records: Records<'_>) -> io::Result<File> {
    let file = BufWriter::with_capacity(BUFFER, file);
    let file = match compression {
        Compression::None => write_lines(file, records)?,
        Compression::Gzip => {
            write_lines(GzEncoder::new(file, flate2::Compression::default()), records)?.finish()?
        }
        Compression::Zstd => {
            write_lines(Encoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL)?, records)?.finish()?
        }
    };
    file.into_inner().map_err(io::IntoInnerError::into_error)
}

/// JSON has no raw line feed in it, so one ends the line.
fn write_lines<W: Write>(mut out: W, records: Records<'_>) -> io::Result<W> {
    for record in records {
        out.write_all(&record?)?;
        out.write_all(b"\n")?;
    }
    Ok(out)
}
