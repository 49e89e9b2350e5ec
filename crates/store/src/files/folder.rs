//! Names that outlast a crash: a file is safe under a name only when the folder
//! that holds the name is on the device, too.

use crate::StoreError;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Writes a folder's names through to the device.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes a folder and those above it that are missing, each durable.
pub(super) fn create(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty());
    if let Some(above) = above {
        create(above)?;
    }
    match fs::create_dir(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    sync(above.unwrap_or(Path::new(".")))
}

/// Gives a file, which must be on the device already, its final name, in the
/// place of one that has it. Nobody ever sees half of it.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let above = to.parent().ok_or_else(|| io::Error::from(ErrorKind::InvalidInput))?;
    create(above)?;
    fs::rename(from, to)?;
    sync(above)
}

/// Removes a file; one that is not there is removed already.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Bytes of all files in a folder and below it. What goes meanwhile is left out.
pub(super) fn size(folder: &Path) -> io::Result<u64> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let mut bytes = 0;
    for entry in entries {
        let entry = entry?;
        bytes += match entry.metadata() {
            Ok(file) if file.is_dir() => size(&entry.path())?,
            Ok(file) => file.len(),
            Err(error) if error.kind() == ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
    }
    Ok(bytes)
}

/// What the system's error means for a caller.
pub(super) fn fault(action: &'static str, place: &Path, source: io::Error) -> StoreError {
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            StoreError::Full { action, source: Box::new(source) }
        }
        ErrorKind::PermissionDenied
        | ErrorKind::ReadOnlyFilesystem
        | ErrorKind::NotADirectory
        | ErrorKind::InvalidInput => {
            StoreError::Open { place: place.display().to_string(), source: Box::new(source) }
        }
        _ => StoreError::Io { action, source: Box::new(source) },
    }
}
