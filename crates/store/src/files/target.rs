//! Where parts become visible: a folder, or a bucket.

use super::bucket::Bucket;
use super::{S3Options, folder};
use crate::{StoreError, fault};
use std::path::{Path, PathBuf};
use tokio::task::spawn_blocking;

pub(super) enum Target {
    /// On the device of the spool.
    Folder(PathBuf),
    Bucket(Bucket),
}

impl Target {
    /// The bucket that is named, else the store's own folder.
    pub(super) async fn open(folder: &Path, s3: &S3Options) -> Result<Self, StoreError> {
        match Bucket::open(s3).await? {
            Some(bucket) => Ok(Self::Bucket(bucket)),
            None => Ok(Self::Folder(folder.to_owned())),
        }
    }

    /// Makes a part, which is durable, visible under `name`, all at once; takes the
    /// place of the same part from before a crash.
    pub(super) async fn put(&self, part: PathBuf, name: String) -> Result<(), StoreError> {
        match self {
            Self::Folder(folder) => rename(part, folder.join(name)).await?,
            Self::Bucket(bucket) => bucket.upload(&part, &name).await?,
        }
        fault::point("named");
        Ok(())
    }
}

async fn rename(part: PathBuf, to: PathBuf) -> Result<(), StoreError> {
    let renamed = spawn_blocking(move || {
        folder::rename(&part, &to).map_err(|error| folder::fault("naming a file", &to, error))
    });
    renamed.await.map_err(|_| StoreError::Stopped)?
}
