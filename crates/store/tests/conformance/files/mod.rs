//! Stores of files: JSON lines and Parquet, in a folder or in a bucket. What is in the
//! files is read back here.

mod bucket;
mod crash;
mod full_disk;
mod parquet;
mod reading;
mod rolling;

use crate::fixture::id;
use crate::writing::{Written, newest};
use dateline_model::NewsRecord;
use dateline_runtime::clock::SystemClock;
use dateline_store::{Compression, FileConfig, FileKind, FileOptions, FileStore, RecordStore};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// A store of files in a folder of its own.
pub(crate) struct Files {
    folder: TempDir,
    kind: FileKind,
    options: FileOptions,
    store: OnceCell<Arc<dyn RecordStore>>,
}

impl Files {
    pub(crate) fn of(kind: FileKind, options: FileOptions) -> Self {
        Self { folder: TempDir::new().unwrap(), kind, options, store: OnceCell::new() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) async fn open(&self) -> FileStore {
        let config =
            FileConfig { kind: self.kind, path: self.path().to_owned(), options: self.options.clone() };
        FileStore::open(config, SystemClock::shared()).await.unwrap()
    }
}

impl Written for Files {
    async fn writer(&self) -> Arc<dyn RecordStore> {
        let open = || async {
            let store: Arc<dyn RecordStore> = Arc::new(self.open().await);
            store
        };
        Arc::clone(self.store.get_or_init(open).await)
    }

    async fn current(&self, name: &str) -> Option<NewsRecord> {
        self.writer().await.flush().await.unwrap();
        let uri = id(name).uri();
        newest(records(self.path()).into_iter().filter(|record| record.uri == uri))
    }
}

/// Every file that a reader sees, in order of their names.
pub(crate) fn visible(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.file_name().unwrap().to_string_lossy().starts_with('_') {
                files.extend(visible(&path));
            }
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Every record in every file that a reader sees.
pub(crate) fn records(folder: &Path) -> Vec<NewsRecord> {
    visible(folder).iter().flat_map(|path| records_of(path)).collect()
}

/// The records of one file; fails where it is not whole.
pub(crate) fn records_of(path: &Path) -> Vec<NewsRecord> {
    reading::records_in(&path.to_string_lossy(), fs::read(path).unwrap())
}

/// One kind of files, for the checks.
macro_rules! kind {
    ($name:ident, $kind:expr, $compression:expr) => {
        mod $name {
            use super::*;

            struct Kind(Files);

            impl Default for Kind {
                fn default() -> Self {
                    let options = FileOptions { compression: $compression, ..FileOptions::default() };
                    Self(Files::of($kind, options))
                }
            }

            impl Written for Kind {
                async fn writer(&self) -> Arc<dyn RecordStore> {
                    self.0.writer().await
                }

                async fn current(&self, name: &str) -> Option<NewsRecord> {
                    self.0.current(name).await
                }
            }

            crate::writing::writing_checks!(Kind);
        }
    };
}

kind!(plain_lines, FileKind::JsonLines, Compression::None);
kind!(gzip_lines, FileKind::JsonLines, Compression::Gzip);
kind!(zstd_lines, FileKind::JsonLines, Compression::Zstd);
kind!(columns, FileKind::Parquet, Compression::None);
