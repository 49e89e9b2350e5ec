//! The store, opened when it is first asked for: the console may be up before the
//! sink has made it.

use dateline_store::{RecordReader, StoreConfig, StoreError, open_reader};
use std::sync::Arc;
use tokio::sync::OnceCell;

/// A store that is read, with connections of the console's own: a slow search
/// here never holds up the sink.
#[derive(Clone)]
pub(crate) struct Archive {
    config: StoreConfig,
    reader: Arc<OnceCell<Arc<dyn RecordReader>>>,
}

impl Archive {
    pub(crate) fn new(config: StoreConfig) -> Self {
        Self { config, reader: Arc::new(OnceCell::new()) }
    }

    /// The reader; a failed opening is tried again by the next caller.
    pub(crate) async fn reader(&self) -> Result<&Arc<dyn RecordReader>, StoreError> {
        self.reader.get_or_try_init(|| open_reader(&self.config)).await
    }
}
