//! Making the records of a batch ready on all processors, while the store waits: the thread
//! or connection that writes should do nothing but write.

use crate::{Received, StoreError};
use std::num::NonZero;
use tokio::task::spawn_blocking;

/// Fewer records than this are not worth another thread.
const PART: usize = 32;

/// What is made of each record, in their order; by a clone of `make` for each processor.
///
/// # Errors
/// [`StoreError::Stopped`] where that panics.
pub(crate) async fn prepare<T: Send + 'static>(
    batch: Vec<Received>,
    make: impl FnMut(Received) -> T + Clone + Send + 'static,
) -> Result<Vec<T>, StoreError> {
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let part = batch.len().div_ceil(processors).max(PART);
    let mut done = Vec::with_capacity(batch.len());
    let mut batch = batch.into_iter();
    let next = || Some(batch.by_ref().take(part).collect::<Vec<_>>()).filter(|part| !part.is_empty());
    let start = |part: Vec<Received>| {
        let make = make.clone();
        spawn_blocking(move || part.into_iter().map(make).collect::<Vec<T>>())
    };
    let parts: Vec<_> = std::iter::from_fn(next).map(start).collect();
    for part in parts {
        done.extend(part.await.map_err(|_| StoreError::Stopped)?);
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use dateline_model::ArticleId;
    use dateline_testkit::plain_record;
    use jiff::Timestamp;

    #[tokio::test]
    async fn the_order_stays() {
        for count in [0, 1, PART, PART + 1, 1_000] {
            let id = |number: usize| ArticleId::from_url(&format!("https://example.org/{number}"));
            let record = |number| plain_record(id(number), None, "", Timestamp::UNIX_EPOCH);
            let made =
                prepare((0..count).map(record).map(Received::from).collect(), |received| received.record.uri)
                    .await
                    .unwrap();
            assert_eq!(made, (0..count).map(|number| record(number).uri).collect::<Vec<_>>());
        }
    }
}
