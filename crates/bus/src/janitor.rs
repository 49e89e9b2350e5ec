//! Purges what every durable consumer has settled and nobody may replay any more.

use crate::{Bus, BusError, StreamDefinition, Topology};
use async_nats::jetstream::consumer;
use async_nats::jetstream::stream::Stream;
use dateline_runtime::ErrorChain;
use dateline_runtime::clock::SharedClock;
use dateline_runtime::telemetry::catalogue::{SIDE_SINK_MISSED, STREAM_PURGED};
use jiff::Timestamp;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// How often it sweeps.
const INTERVAL: Duration = Duration::from_secs(30);
/// How often it looks whether a stream is so full that a sweep cannot wait.
const LOOK: Duration = Duration::from_secs(2);

/// Messages that one request removes. The broker lets nobody write to the stream
/// or read from it meanwhile: about 30 ms for so many, a third of a second for 200,000.
const STEP: u64 = 5000;

/// Keeps every stream with a replay window below its limits until `stop`. Any
/// number of them may run at once: purging is idempotent.
pub async fn run_janitor(bus: Bus, clock: SharedClock, stop: CancellationToken) {
    let mut swept: Option<Instant> = None;
    while !stop.is_cancelled() {
        let due = swept.is_none_or(|at| at.elapsed() >= INTERVAL);
        for definition in &bus.topology().streams {
            if !due && !crowded_now(&bus, definition).await {
                continue;
            }
            match sweep(&bus, definition, clock.now()).await {
                Ok(0) => {}
                Ok(purged) => {
                    STREAM_PURGED.with([&definition.name]).increment(purged);
                    tracing::info!(stream = definition.name, purged, "janitor purged settled messages");
                }
                Err(error) => {
                    tracing::warn!(stream = definition.name, error = %ErrorChain(&error), "janitor could not sweep");
                }
            }
        }
        if due {
            swept = Some(Instant::now());
        }
        stop.run_until_cancelled(tokio::time::sleep(LOOK)).await;
    }
}

/// Whether the stream is past its high-water mark; one that cannot be read is not.
async fn crowded_now(bus: &Bus, definition: &StreamDefinition) -> bool {
    if definition.replay_window.is_none() {
        return false;
    }
    let status = bus.stream_status(&definition.name).await;
    status.is_ok_and(|status| is_crowded(status.bytes, definition))
}

/// Purges one stream once; gives the number of messages that went.
///
/// # Errors
/// When the stream or its consumers cannot be read, or the purge is refused.
pub async fn sweep(bus: &Bus, definition: &StreamDefinition, now: Timestamp) -> Result<u64, BusError> {
    let Some(window) = definition.replay_window else { return Ok(0) };
    let Some(settled) = settled_up_to(bus, &definition.name).await? else { return Ok(0) };
    let stream = bus
        .context()
        .get_stream(&definition.name)
        .await
        .map_err(|source| BusError::topology("read stream", &definition.name, source))?;
    let state = stream.cached_info().state.clone();
    let oldest_kept = now - window.0;
    let mut keep_from = first_since(&stream, state.first_sequence, settled.by_all + 1, oldest_kept).await?;
    if is_crowded(state.bytes, definition) {
        // Halve what is settled: room now, and some window left for replay.
        let end = settled.but_for_side_sinks + 1;
        let middle = state.first_sequence + end.saturating_sub(state.first_sequence).div_ceil(2);
        keep_from = keep_from.max(middle);
    }
    tell_passed_over(&definition.name, keep_from.saturating_sub(settled.by_all + 1));
    if keep_from <= state.first_sequence {
        return Ok(0);
    }
    purge(&stream, &definition.name, state.first_sequence, keep_from).await
}

/// Removes the messages of `first..keep_from`, a few at a time so that whoever works
/// on the stream gets in between.
async fn purge(stream: &Stream, name: &str, first: u64, keep_from: u64) -> Result<u64, BusError> {
    let (mut purged, mut up_to) = (0, first);
    while up_to < keep_from {
        up_to = keep_from.min(up_to.saturating_add(STEP));
        let step = stream.purge().sequence(up_to).await;
        purged += step.map_err(|source| BusError::topology("purge", name, source))?.purged;
    }
    Ok(purged)
}

#[expect(clippy::cast_precision_loss, reason = "a share of a size needs no exact bytes")]
fn is_crowded(bytes: u64, definition: &StreamDefinition) -> bool {
    bytes as f64 > definition.max_bytes.0 as f64 * definition.high_water
}

/// A sink beside the first that stayed away while its stream filled up misses
/// messages: better than to hold up everybody.
fn tell_passed_over(stream: &str, missed: u64) {
    if missed > 0 {
        tracing::warn!(
            stream,
            missed,
            "stream is nearly full; a sink beside the first that is away misses messages, export them from the first store"
        );
        SIDE_SINK_MISSED.with([stream]).increment(missed);
    }
}

/// Up to which message all is settled.
#[derive(Debug, Clone, Copy)]
struct Settled {
    by_all: u64,
    /// The same without the sinks beside the first.
    but_for_side_sinks: u64,
}

/// The lowest ack floor of the stream's durable consumers. `None` when it has
/// none, or one of the topology is missing: then nothing counts as settled.
/// Consumers that are not in the topology hold messages back too.
async fn settled_up_to(bus: &Bus, stream: &str) -> Result<Option<Settled>, BusError> {
    use futures::TryStreamExt;
    let handle = bus
        .context()
        .get_stream_no_info(stream)
        .await
        .map_err(|source| BusError::topology("read stream", stream, source))?;
    let infos: Vec<_> = handle
        .consumers()
        .try_collect()
        .await
        .map_err(|source| BusError::topology("list consumers of", stream, source))?;
    let durable = || infos.iter().filter(|info| info.config.durable_name.is_some());
    let mut ours = bus.topology().consumers.iter().filter(|definition| definition.stream == stream);
    if !ours.all(|definition| durable().any(|info| info.name == definition.name)) {
        return Ok(None);
    }
    let floor = |info: &consumer::Info| info.ack_floor.stream_sequence;
    let needed = durable().filter(|info| !Topology::is_side_sink(&info.name));
    let but_for_side_sinks = needed.map(floor).min();
    Ok(durable()
        .map(floor)
        .min()
        .map(|by_all| Settled { by_all, but_for_side_sinks: but_for_side_sinks.unwrap_or(by_all) }))
}

/// The first sequence in `first..end` that is not older than `time`, by
/// halving; `end` when all are older.
pub(crate) async fn first_since(
    stream: &Stream,
    first: u64,
    end: u64,
    time: Timestamp,
) -> Result<u64, BusError> {
    let (mut low, mut high) = (first, end.max(first));
    while low < high {
        let middle = low + (high - low) / 2;
        let newer = match stream.get_raw_message(middle).await {
            Ok(message) => message.time.unix_timestamp_nanos() >= time.as_nanosecond(),
            // A deleted message tells nothing; leaning to "newer" keeps more.
            Err(_) => true,
        };
        if newer {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}
