//! Where parts become visible: a folder.

use super::folder;
use crate::{StoreError, fault};
use std::path::{Path, PathBuf};
use tokio::task::spawn_blocking;

/// A folder on the device of the spool.
#[derive(Debug, Clone)]
pub(super) struct Target(PathBuf);

impl Target {
    pub(super) fn of(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Makes a part, which is durable, visible under `name`, all at once; takes the
    /// place of the same part from before a crash.
    pub(super) async fn put(&self, part: PathBuf, name: String) -> Result<(), StoreError> {
        let to = self.0.join(name);
        let renamed = spawn_blocking(move || {
            folder::rename(&part, &to).map_err(|error| folder::fault("naming a file", &to, error))
        });
        renamed.await.map_err(|_| StoreError::Stopped)??;
        fault::point("named");
        Ok(())
    }
}
