//! Where parts become visible: a folder or a bucket.

#[cfg(feature = "s3")]
use super::bucket::Bucket;
use super::{FileOptions, folder};
use crate::{StoreError, fault};
use std::path::{Path, PathBuf};
use tokio::task::spawn_blocking;

/// Where parts go.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// A folder on the device of the spool.
    Folder(PathBuf),
    /// A bucket, however far away.
    #[cfg(feature = "s3")]
    Bucket(Bucket),
}

impl Target {
    #[cfg(feature = "s3")]
    pub(super) fn of(path: &Path, options: &FileOptions) -> Result<Self, StoreError> {
        match &options.s3 {
            Some(s3) => Bucket::open(s3).map(Self::Bucket),
            None => Ok(Self::Folder(path.to_owned())),
        }
    }

    #[cfg(not(feature = "s3"))]
    pub(super) fn of(path: &Path, options: &FileOptions) -> Result<Self, StoreError> {
        match &options.s3 {
            Some(s3) => Err(StoreError::Open {
                place: s3.place(),
                source: "this program was built without the feature s3".into(),
            }),
            None => Ok(Self::Folder(path.to_owned())),
        }
    }

    /// Makes a part, which is durable, visible under `name`, all at once; takes the
    /// place of the same part from before a crash.
    pub(super) async fn put(&self, part: PathBuf, name: String) -> Result<(), StoreError> {
        match self {
            Self::Folder(path) => {
                let to = path.join(name);
                let renamed = spawn_blocking(move || {
                    folder::rename(&part, &to).map_err(|error| folder::fault("naming a file", &to, error))
                });
                renamed.await.map_err(|_| StoreError::Stopped)??;
            }
            #[cfg(feature = "s3")]
            Self::Bucket(bucket) => bucket.put(&part, &name).await?,
        }
        fault::point("named");
        Ok(())
    }
}
