//! Input files of commands that work without a broker.

use anyhow::Context;
use std::io::Read;
use std::path::Path;

/// The name of standard input.
pub(crate) const STDIN: &str = "-";

/// Reads a file, or standard input for `-`, up to `limit` bytes and one more,
/// by which a larger input is told.
pub(crate) fn read(path: &Path, limit: usize) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let reader: Box<dyn Read> = if path == Path::new(STDIN) {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(std::fs::File::open(path).with_context(|| format!("could not open {}", path.display()))?)
    };
    let limit = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    reader
        .take(limit)
        .read_to_end(&mut bytes)
        .with_context(|| format!("could not read {}", path.display()))?;
    Ok(bytes)
}
