//! Files for people and programs that read files: JSON lines or Parquet, partitioned
//! by date and language, in a folder or in a bucket.
//!
//! ```text
//! write -> segment (append, fsync) -> Ok: the batch is durable
//!             | full, or old enough
//!             v
//!          parts, one a partition: temporary file, then fsync and rename, or upload
//!             | all of them durable
//!             v
//!          keys remembered, segment removed
//! ```
//! A file is worth reading only when it is whole, and worth making only when much
//! goes into it; an acknowledgement cannot wait for that. So a batch is durable in
//! the [`spool`](self) first. Parts are named after their segment: whatever a crash
//! interrupts is done again and ends in the same files.
//!
//! Left out: reading back. These stores only take records.

mod bucket;
mod config;
mod encode;
mod folder;
mod frame;
mod json_lines;
mod parquet;
mod partition;
mod publish;
mod s3_config;
mod segment;
mod spool;
mod target;
mod writer;

pub use config::{Compression, FileOptions, PartitionDate};
pub use s3_config::S3Options;

use crate::probe::can_hold_files;
use crate::{Probe, Received, RecordStore, StoreError, StoreFuture, WriteOutcome};
use dateline_runtime::clock::SharedClock;
use encode::PartFormat;
use publish::Publisher;
use spool::Spool;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use target::Target;
use tokio::task::{JoinHandle, spawn_blocking};
use writer::Writer;

/// What the files of a store are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A record a line.
    JsonLines,
    /// A record a row.
    Parquet,
}

/// What opening a store of files takes.
#[derive(Debug, Clone)]
pub struct FileConfig {
    /// What the files are.
    pub kind: FileKind,
    /// The folder; its spool is in `_spool` below it, also where the files go into a
    /// bucket.
    pub path: PathBuf,
    /// Everything else.
    pub options: FileOptions,
}

/// A store of files, for writing.
pub struct FileStore {
    /// Where all of it is; `None` where the files go into a bucket.
    folder: Option<PathBuf>,
    parts: Parts,
    rolling: JoinHandle<()>,
}

/// What the store and its background task share.
#[derive(Clone)]
struct Parts {
    writer: Arc<Mutex<Writer>>,
    publisher: Arc<Publisher>,
}

impl FileStore {
    /// Opens the store in this folder; makes files of what a crash left in its spool.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while another process writes to it,
    /// [`StoreError::Open`] where the folder or the bucket cannot be written to,
    /// [`StoreError::Unavailable`] where the bucket cannot be reached.
    pub async fn open(config: FileConfig, clock: SharedClock) -> Result<Self, StoreError> {
        let FileConfig { kind, path, options } = config;
        let target = Target::open(&path, &options.s3).await?;
        let format = PartFormat::of(kind, options.compression);
        let roll_after = options.roll_after.0;
        let folder = matches!(target, Target::Folder(_)).then(|| path.clone());
        let opened = move || -> Result<Parts, StoreError> {
            let spool = Arc::new(Spool::open(&path, options.remember)?);
            let publisher = Publisher::new(Arc::clone(&spool), target);
            let writer = Writer::open(spool, format, options, clock)?;
            Ok(Parts { writer: Arc::new(Mutex::new(writer)), publisher: Arc::new(publisher) })
        };
        let parts = blocking(opened).await?;
        let rolling = tokio::spawn(publish::roll(parts.clone(), roll_after));
        Ok(Self { folder, parts, rolling })
    }
}

impl Drop for FileStore {
    fn drop(&mut self) {
        // What is in the spool becomes files when the store is opened again.
        self.rolling.abort();
    }
}

impl Parts {
    /// Does `job` with the writer, off the async reactor.
    async fn with_writer<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Writer) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let writer = Arc::clone(&self.writer);
        blocking(move || job(&mut writer.lock().unwrap_or_else(PoisonError::into_inner))).await
    }
}

/// Whether a store of files could stand in this folder, or its spool there and its files in the
/// bucket that is named.
pub(crate) async fn probe(folder: PathBuf, s3: &S3Options) -> Result<Probe, StoreError> {
    let here = blocking(move || {
        can_hold_files(&folder).map_err(|source| folder::fault("opening the store", &folder, source))?;
        Ok(if folder.exists() { Probe::Reached } else { Probe::Absent })
    })
    .await?;
    Ok(bucket::Bucket::probe(s3).await?.unwrap_or(here))
}

async fn blocking<T: Send + 'static>(
    job: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    spawn_blocking(job).await.map_err(|_| StoreError::Stopped)?
}

impl RecordStore for FileStore {
    fn take(&self, batch: Vec<Received>) -> StoreFuture<'_, Vec<WriteOutcome>> {
        Box::pin(async move {
            let written = self.parts.with_writer(move |writer| writer.write(&batch)).await?;
            if written.is_rolled {
                self.parts.publisher.wake();
            }
            Ok(written.outcomes)
        })
    }

    fn ready(&self) -> StoreFuture<'_, ()> {
        Box::pin(self.parts.with_writer(|writer| writer.has_room()))
    }

    fn flush(&self) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            self.parts.with_writer(Writer::roll).await?;
            self.parts.publisher.publish_all().await
        })
    }

    /// Of the folder with its spool; what a bucket holds would have to be listed.
    fn size(&self) -> StoreFuture<'_, Option<u64>> {
        Box::pin(async move {
            let Some(folder) = self.folder.clone() else { return Ok(None) };
            let measured = move || {
                folder::size(&folder).map_err(|error| folder::fault("measuring the store", &folder, error))
            };
            blocking(measured).await.map(Some)
        })
    }
}
