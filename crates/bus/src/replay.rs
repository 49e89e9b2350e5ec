//! Sends stored raw articles through the pipeline again, below live traffic.
//!
//! A replayed article is a message of its own, under a new id and with the sequence of the one
//! that it repeats in a header: the enricher notes it in the record's provenance. Left out: what
//! a store does with a record that it has already (it keeps the later work on the same version).

use crate::scan::{Found, Scan};
use crate::{Bus, BusError, Gate, Outgoing, Publisher, ScanStart, Subject, headers};
use dateline_model::SubjectToken;
use jiff::Timestamp;
use std::time::Duration;
use tokio::time::{Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

/// The stream of raw articles.
const STREAM: &str = "DATELINE_RAW";
/// What the header of a replayed raw article begins with; its sequence follows.
const ORIGIN: &str = "raw:";

/// Which articles are sent again, and how fast.
#[derive(Debug)]
pub struct Replay {
    bus: Bus,
    publisher: Publisher,
    scan: Scan,
    first_kept: u64,
    run: String,
}

/// What a replay has done until now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReplayCount {
    /// Articles sent again.
    pub sent: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// Messages passed over, because they repeat one that is still there.
    pub passed: u64,
    /// Sequence that the next part begins with.
    pub next: u64,
    /// When the broker took in the first and the last of the articles.
    pub span: Option<(Timestamp, Timestamp)>,
}

/// A replay that did not come to its end.
#[derive(Debug, thiserror::Error)]
#[error("the replay stopped before {}", count.next)]
pub struct ReplayError {
    /// What was done until then; it goes on from `count.next`.
    pub count: ReplayCount,
    /// What stopped it.
    #[source]
    pub source: BusError,
}

impl Replay {
    /// A replay from `start` to what is now the end of the stream; `run` names it and makes its
    /// message ids its own.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub async fn open(
        bus: &Bus,
        start: ScanStart,
        source: Option<&SubjectToken>,
        run: &str,
    ) -> Result<Self, BusError> {
        let subject =
            source.map_or_else(|| "dateline.raw.>".to_owned(), |source| format!("dateline.raw.{source}"));
        let scan = Scan::open(bus, STREAM, &subject, start).await?;
        let first_kept = bus.stream_status(STREAM).await?.first_sequence;
        Ok(Self { bus: bus.clone(), publisher: bus.publisher(), scan, first_kept, run: run.to_owned() })
    }

    /// Messages not looked at yet.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.scan.left()
    }

    /// Counts what would be sent.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub async fn count(mut self) -> Result<ReplayCount, BusError> {
        let mut count = ReplayCount::default();
        loop {
            let found = self.scan.next().await?;
            if found.is_empty() {
                return Ok(count);
            }
            for message in &found {
                self.look(message, &mut count);
            }
        }
    }

    /// Sends the articles again, at most `rate` a second, and only while `gate` is open: live
    /// traffic goes first. `progress` is told after each article.
    ///
    /// # Errors
    /// At `stop`, or when an article can never be published; with what was done until then.
    pub async fn run(
        mut self,
        rate: u32,
        gate: &Gate,
        stop: &CancellationToken,
        mut progress: impl FnMut(&ReplayCount),
    ) -> Result<ReplayCount, ReplayError> {
        let (mut count, mut pace) = (ReplayCount::default(), pace(rate));
        loop {
            let found = self.scan.next().await.map_err(|source| ReplayError { count, source })?;
            if found.is_empty() {
                return Ok(count);
            }
            for message in &found {
                count.next = message.sequence;
                let sent = self.send(message, &mut count, gate, &mut pace, stop).await;
                sent.map_err(|source| ReplayError { count, source })?;
                count.next = message.sequence + 1;
                progress(&count);
            }
        }
    }

    async fn send(
        &self,
        message: &Found,
        count: &mut ReplayCount,
        gate: &Gate,
        pace: &mut Interval,
        stop: &CancellationToken,
    ) -> Result<(), BusError> {
        gate.opened(stop).await?;
        stop.run_until_cancelled(pace.tick()).await.ok_or(BusError::Stopped)?;
        let before = *count;
        if !self.look(message, count) {
            return Ok(());
        }
        let header = |name: &str| message.headers.get(name).map(|value| value.as_str().to_owned());
        let again = Outgoing {
            subject: Subject::verbatim(&message.subject),
            message_id: format!(
                "{}:again:{}:{}",
                header(headers::MESSAGE_ID).unwrap_or_default(),
                message.sequence,
                self.run
            ),
            trace_parent: header(headers::TRACE_PARENT),
            replay_of: Some(format!("{ORIGIN}{}", message.sequence)),
            payload: message.payload.clone(),
        };
        self.publisher.publish_patiently(again, stop).await.map(drop).inspect_err(|_| *count = before)
    }

    /// Counts a message; false when it is passed over.
    fn look(&self, message: &Found, count: &mut ReplayCount) -> bool {
        let origin = message.headers.get(headers::REPLAY_OF).map(|value| value.as_str().to_owned());
        let origin = origin.and_then(|value| value.strip_prefix(ORIGIN)?.parse::<u64>().ok());
        if origin.is_some_and(|sequence| sequence >= self.first_kept) {
            count.passed += 1;
            return false;
        }
        count.sent += 1;
        count.span = Some((count.span.map_or(message.at, |(first, _)| first), message.at));
        count.bytes += message.payload.len() as u64;
        true
    }

    /// The bus that it goes over.
    #[must_use]
    pub fn bus(&self) -> &Bus {
        &self.bus
    }
}

/// Ticks so often; a pause is not made up for.
pub(crate) fn pace(rate: u32) -> Interval {
    let mut pace = tokio::time::interval(Duration::from_secs(1) / rate.max(1));
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pace
}
