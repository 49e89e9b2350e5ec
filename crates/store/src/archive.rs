//! A store that is opened when it is first asked for: who reads may be up before the
//! sink has made it.

use crate::{RecordReader, StoreConfig, StoreError, open_reader};
use std::sync::Arc;
use tokio::sync::OnceCell;

/// A store that is read, with connections of its own: a slow search here never
/// holds up the sink.
#[derive(Clone)]
pub struct Archive {
    config: StoreConfig,
    reader: Arc<OnceCell<Arc<dyn RecordReader>>>,
}

impl Archive {
    /// Nothing is opened yet.
    #[must_use]
    pub fn new(config: StoreConfig) -> Self {
        Self { config, reader: Arc::new(OnceCell::new()) }
    }

    /// The reader; a failed opening is tried again by the next caller.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn reader(&self) -> Result<&Arc<dyn RecordReader>, StoreError> {
        self.reader.get_or_try_init(|| open_reader(&self.config)).await
    }
}
