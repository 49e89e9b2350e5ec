//! Gathers deliveries into batches: full, or as old as the linger allows.

use dateline_bus::Delivery;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::Instant;

/// A delivery with the place it takes among those in flight.
pub(crate) struct Held {
    pub(crate) delivery: Delivery,
    pub(crate) permit: OwnedSemaphorePermit,
}

/// Waits for one delivery, then for more until `size` or `linger` is reached.
/// `None` when the channel is closed and empty.
pub(crate) async fn next(
    receiver: &mut mpsc::Receiver<Held>,
    size: usize,
    linger: Duration,
) -> Option<Vec<Held>> {
    let mut batch = vec![receiver.recv().await?];
    let deadline = Instant::now() + linger;
    while batch.len() < size {
        match tokio::time::timeout_at(deadline, receiver.recv()).await {
            Ok(Some(held)) => batch.push(held),
            Ok(None) | Err(_) => break,
        }
    }
    Some(batch)
}
