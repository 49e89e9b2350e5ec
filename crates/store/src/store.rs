//! The writing side of a store.

use crate::{Expiry, Received, RecordReader, Refusal, Removed, StoreError, Vacuum};
use dateline_model::NewsRecord;
use std::pin::Pin;

/// What a store's methods return: boxed, so that a store can be `dyn`.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Keeps records. Idempotent in any order of delivery.
pub trait RecordStore: Send + Sync + 'static {
    /// Writes a batch in one transaction; when this returns `Ok`, it is durable.
    ///
    /// The outcomes stand in the order of the batch. A record that the store
    /// cannot take is [`WriteOutcome::Refused`] and keeps none of the others
    /// out. An error means that nothing of the batch was stored, or that it is
    /// unknown whether it was: writing it again is right in both cases.
    ///
    /// # Errors
    /// [`StoreError`] by its class: wait and write the batch again, or stop.
    fn take(&self, batch: Vec<Received>) -> StoreFuture<'_, Vec<WriteOutcome>>;

    /// The same for records that were made here.
    ///
    /// # Errors
    /// As of [`RecordStore::take`].
    fn write(&self, batch: Vec<NewsRecord>) -> StoreFuture<'_, Vec<WriteOutcome>> {
        self.take(batch.into_iter().map(Received::from).collect())
    }

    /// Whether the store can take a batch now (for `/readyz`).
    ///
    /// # Errors
    /// Why it cannot.
    fn ready(&self) -> StoreFuture<'_, ()>;

    /// Puts where readers find it what is durable but waits for more to come with
    /// it; called at a clean stop. Stores where nothing waits have nothing to do.
    ///
    /// # Errors
    /// What could not be put there; it stays durable.
    fn flush(&self) -> StoreFuture<'_, ()> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Removes at most so many of the articles that [`RecordReader::expired`]
    /// names, with all their versions and rows, in one transaction. None removed
    /// means that none is left, or that all of them are being written just now.
    /// An article that comes again is taken in again.
    ///
    /// # Errors
    /// As of [`RecordStore::take`]; [`StoreError::KeepsAll`] where articles
    /// cannot be removed.
    fn remove(&self, _expiry: Expiry, _limit: usize) -> StoreFuture<'_, Removed> {
        Box::pin(async { Err(StoreError::KeepsAll) })
    }

    /// Removes entities that no article names any more, since articles were removed,
    /// changed or retracted; says how many. One that is named again is stored again.
    ///
    /// # Errors
    /// As of [`RecordStore::remove`]; what went before stays gone.
    fn forget_entities(&self) -> StoreFuture<'_, u64> {
        Box::pin(async { Err(StoreError::KeepsAll) })
    }

    /// Gives back space that removed articles left.
    ///
    /// # Errors
    /// As of [`RecordStore::remove`].
    fn vacuum(&self, _how: Vacuum) -> StoreFuture<'_, ()> {
        Box::pin(async { Err(StoreError::KeepsAll) })
    }

    /// Bytes that the store takes, indexes included; `None` where it does not know.
    ///
    /// # Errors
    /// Why it cannot be told now.
    fn size(&self) -> StoreFuture<'_, Option<u64>> {
        Box::pin(async { Ok(None) })
    }
}

/// A store that can also be read.
pub trait Store: RecordStore + RecordReader {}

impl<T: RecordStore + RecordReader> Store for T {}

/// What became of one record of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteOutcome {
    /// The first version of its article.
    Inserted,
    /// A version that is now the current one.
    NewVersion,
    /// A version that was missing from the history; a newer one stays current.
    OlderVersion,
    /// The same content enriched anew: it took the place of the older work.
    Reenriched,
    /// Known already; nothing that a reader sees has changed.
    Unchanged,
    /// The store cannot take this record, now or later.
    Refused(Refusal),
}

impl WriteOutcome {
    /// The name used in metrics.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Inserted => "inserted",
            Self::NewVersion => "new-version",
            Self::OlderVersion => "older-version",
            Self::Reenriched => "reenriched",
            Self::Unchanged => "unchanged",
            Self::Refused(_) => "refused",
        }
    }

    /// Whether the store holds something that it did not hold before.
    #[must_use]
    pub fn is_change(&self) -> bool {
        !matches!(self, Self::Unchanged | Self::Refused(_))
    }
}
