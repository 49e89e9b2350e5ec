//! Messages that the broker itself gave up on, made into dead letters.
//!
//! Dateline's consumers have no limit of deliveries, and its stages terminate nothing. An
//! operator's hand may set such a limit all the same, and a foreign client may terminate a
//! message. The broker then says so once, in an advisory, and never delivers the message again.
//! A stream keeps these advisories, so that none is missed while nobody listens; whoever keeps
//! house reads them, fetches the message by its sequence and puts it on the dead-letter desk with
//! its history. Left out: consumers that are none of ours, which may do with messages what they
//! like.

use crate::{Bus, BusError, DeadLetterDesk, Delivery, Topology, headers};
use async_nats::jetstream::message::StreamMessage;
use async_nats::jetstream::stream::RawMessageErrorKind;
use dateline_model::{DeadLetter, DeadReason, Payload, Stage};
use dateline_runtime::ErrorChain;
use dateline_runtime::clock::SharedClock;
use dateline_runtime::telemetry::catalogue::BROKER_GAVE_UP;
use jiff::Timestamp;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

/// The consumer of the advisories.
const CONSUMER: &str = Topology::BURIAL;
/// Advisories under way at once.
const IN_FLIGHT: usize = 32;

/// What the broker says of a message that it will not deliver again: the fields that its
/// advisories `max_deliver` and `terminated` share.
#[derive(Debug, Deserialize)]
struct Advisory {
    #[serde(rename = "type")]
    kind: String,
    stream: String,
    consumer: String,
    stream_seq: u64,
    #[serde(default)]
    deliveries: u64,
    /// Why, where whoever terminated it said so.
    #[serde(default)]
    reason: String,
}

/// Buries what the broker gave up on, until `stop`. Any number of these may run at once. Returns
/// at once where the topology, an older one perhaps, does not keep advisories.
pub async fn run_burials(bus: Bus, clock: SharedClock, stop: CancellationToken) {
    let Some(opened) = stop.run_until_cancelled(bus.intake(CONSUMER)).await else { return };
    let intake = match opened {
        Ok(intake) => intake,
        Err(error) => {
            tracing::warn!(error = %ErrorChain(&error), "messages that the broker gives up on by itself become no dead letters");
            return;
        }
    };
    intake
        .run(IN_FLIGHT, stop, |delivery, permit| {
            let (bus, now) = (bus.clone(), clock.now());
            tokio::spawn(async move {
                if let Err(error) = bury(&bus, delivery, now).await {
                    tracing::warn!(error = %ErrorChain(&error), "could not bury a message that the broker gave up on");
                }
                drop(permit);
            });
        })
        .await;
}

/// Makes the letter that an advisory asks for, and acknowledges the advisory.
async fn bury(bus: &Bus, delivery: Delivery, now: Timestamp) -> Result<(), BusError> {
    let advisory = match serde_json::from_slice::<Advisory>(delivery.payload()) {
        Ok(advisory) => advisory,
        Err(error) => {
            tracing::warn!(subject = delivery.subject(), %error, "advisory cannot be read");
            return delivery.ack().await;
        }
    };
    let Some(stage) = stage_of(bus.topology(), &advisory.consumer) else { return delivery.ack().await };
    match lay_out(bus, &advisory, stage, now).await {
        Ok(()) => delivery.ack().await,
        Err(error) => {
            delivery.retry(bus.config().retry_delay.0).await?;
            Err(error)
        }
    }
}

/// The stage that a consumer of ours works for.
fn stage_of(topology: &Topology, consumer: &str) -> Option<Stage> {
    topology.consumer(consumer).ok()?;
    match consumer {
        Topology::ENRICHER => Some(Stage::Enricher),
        Topology::SINK => Some(Stage::Sink),
        side if Topology::is_side_sink(side) => Some(Stage::Sink),
        _ => None,
    }
}

async fn lay_out(bus: &Bus, advisory: &Advisory, stage: Stage, now: Timestamp) -> Result<(), BusError> {
    let Some(message) = fetch(bus, &advisory.stream, advisory.stream_seq).await? else {
        tracing::error!(
            stream = advisory.stream,
            sequence = advisory.stream_seq,
            consumer = advisory.consumer,
            "message that the broker gave up on is not in its stream any more; was it deleted by hand?"
        );
        return Ok(());
    };
    let name = format!("{}:{}", advisory.stream, advisory.stream_seq);
    let desk = DeadLetterDesk::new(bus);
    let payload = desk.payload(&message.payload);
    desk.keep(letter(advisory, &message, payload, stage, now), &name).await?;
    BROKER_GAVE_UP.with([&advisory.consumer]).increment(1);
    Ok(())
}

fn letter(
    advisory: &Advisory,
    message: &StreamMessage,
    payload: Payload,
    stage: Stage,
    now: Timestamp,
) -> DeadLetter {
    let Advisory { consumer, deliveries, reason, .. } = advisory;
    let detail = if advisory.kind.ends_with("terminated") {
        let said = if reason.is_empty() { "without a reason" } else { reason };
        format!("a client of the broker terminated it ({said}); find out which one, then replay the letter")
    } else {
        format!(
            "the broker gave up on it after {deliveries} deliveries, because somebody set max_deliver on \
             consumer {consumer}; Dateline sets none and takes it back when a role starts: then replay the letter"
        )
    };
    DeadLetter {
        stage,
        reason: DeadReason::AttemptsExhausted,
        detail,
        subject: message.subject.to_string(),
        headers: headers::last_values(&message.headers),
        place: None,
        attempts: *deliveries,
        first_at: Timestamp::from_nanosecond(message.time.unix_timestamp_nanos()).unwrap_or(now),
        last_at: now,
        payload,
        truncated_bytes: 0,
    }
}

async fn fetch(bus: &Bus, stream: &str, sequence: u64) -> Result<Option<StreamMessage>, BusError> {
    let handle = bus
        .context()
        .get_stream_no_info(stream)
        .await
        .map_err(|source| BusError::topology("read stream", stream, source))?;
    match handle.get_raw_message(sequence).await {
        Ok(message) => Ok(Some(message)),
        Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
        Err(source) => Err(BusError::topology("read from", stream, source)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consumers_have_stages() {
        let topology = Topology::built_in().with_side_sinks(["archive"]);
        let check = |consumer: &str, expected: Option<Stage>| {
            assert_eq!(stage_of(&topology, consumer), expected, "{consumer}");
        };
        check("enricher", Some(Stage::Enricher));
        check("sink", Some(Stage::Sink));
        check("sink-archive", Some(Stage::Sink));
        check("sink-of-others", None);
        check("burial", None);
        check("somebody", None);
    }
}
