//! Reads a whole file, but only a small one.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use crate::units::ByteSize;

/// Reads the text of `path`. A file of more than `most` bytes is an error, so that a wrong
/// path such as `/dev/zero` cannot fill the memory.
pub(super) fn read(path: &Path, most: u64) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(most.saturating_add(1)).read_to_string(&mut text)?;
    if text.len() as u64 > most {
        let message = format!("the file is larger than {}", ByteSize(most));
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(text)
}
