//! Finds the programs of others that the tests run.

use std::path::{Path, PathBuf};

/// The one that this variable names.
pub(crate) fn named(variable: &str) -> Option<PathBuf> {
    let path = PathBuf::from(std::env::var_os(variable).filter(|path| !path.is_empty())?);
    assert!(
        path.is_file(),
        "{variable} names {}, where there is nothing; run ./deploy/test.sh",
        path.display()
    );
    Some(path)
}

/// The first of this name on `PATH`.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// The project's folder; what its scripts have fetched is in `.dateline/tools` below it.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
