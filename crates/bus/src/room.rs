//! Room for a number of bytes: how much of something may be in memory at once.

use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes are counted in units of so many, as a semaphore counts no further than 2^29 on
/// machines of 32 bits.
pub(crate) const UNIT: usize = 1024;

/// So many bytes, rounded up.
pub(crate) fn units(bytes: usize) -> usize {
    bytes.div_ceil(UNIT)
}

/// Room that is waited for before something large is made. Clones share it.
#[derive(Debug, Clone)]
pub struct ByteRoom {
    free: Arc<Semaphore>,
    units: usize,
}

impl ByteRoom {
    /// Room for so many bytes.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        let units = units(usize::try_from(bytes).unwrap_or(usize::MAX)).clamp(1, Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(units)), units }
    }

    /// Waits for `bytes`, which are free again when what is given is dropped. Something larger
    /// than the whole room takes all of it. `None` only if the room was closed, which nobody does.
    pub async fn take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let units = u32::try_from(units(bytes).min(self.units)).unwrap_or(u32::MAX);
        self.free.clone().acquire_many_owned(units).await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_too_large_takes_everything() {
        let room = ByteRoom::new(4096);
        let all = room.take(1 << 30).await;
        assert_eq!(room.free.available_permits(), 0);
        drop(all);
        let some = room.take(1025).await;
        assert_eq!(room.free.available_permits(), 2);
        drop(some);
        assert_eq!(room.free.available_permits(), 4);
    }
}
