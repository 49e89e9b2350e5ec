//! Names of the message headers that Dateline sets.

use async_nats::HeaderMap;
use std::collections::BTreeMap;

/// W3C trace context, carried from fetch to stored record.
pub(crate) const TRACE_PARENT: &str = "traceparent";
/// Sequence of the dead letter that a message was replayed from.
pub(crate) const REPLAY_OF: &str = "Dateline-Replay-Of";
/// The broker's own header for deduplication.
pub(crate) const MESSAGE_ID: &str = "Nats-Msg-Id";
/// Name of the atomic batch that a message belongs to.
pub(crate) const BATCH_ID: &str = "Nats-Batch-Id";
/// Its place in the batch, from 1.
pub(crate) const BATCH_SEQUENCE: &str = "Nats-Batch-Sequence";
/// On the last message of a batch: keep all of it now.
pub(crate) const BATCH_COMMIT: &str = "Nats-Batch-Commit";

/// All headers, the last value of each.
pub(crate) fn last_values(headers: &HeaderMap) -> BTreeMap<String, String> {
    let last = |(name, values): (&async_nats::HeaderName, &Vec<async_nats::HeaderValue>)| {
        values.last().map(|value| (name.to_string(), value.as_str().to_owned()))
    };
    headers.iter().filter_map(last).collect()
}
