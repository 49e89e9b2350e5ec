//! Work that may take the process down with it, and the messages suspected of that.
//!
//! The broker counts deliveries, and a delivery that came to nothing says little: the broker or
//! the worker was restarted, a batch was handed back at a clean stop, or another message killed
//! the process that held this one too. So a message that was delivered too often is only a
//! *suspect*. It is worked on while nothing else of this process is, and a note of the trial is
//! published before and taken away after. An innocent message passes its first trial; notes
//! that nobody took away say that the worker died each time with this one message in hand.
//! Only such a message is given up on. Clean stops, outages and kills of the process for other
//! reasons therefore never make a dead letter.
//!
//! The notes lie in a stream with one message a subject; a server that loses them costs further
//! trials, nothing else.

use crate::{Bus, BusError, Delivery, Outgoing, Subject};
use async_nats::jetstream::stream::{LastRawMessageErrorKind, Stream};
use dateline_runtime::ErrorChain;
use dateline_runtime::telemetry::catalogue::SUSPECT_TRIALS;
use std::sync::Arc;
use tokio::sync::RwLock;

/// The stream of the notes.
const STREAM: &str = "DATELINE_TRIALS";
/// Trials that a message may leave unfinished.
const MAX_TRIALS: u64 = 3;

/// Keeps suspects apart from all other work of a process. Clones share one lock.
#[derive(Debug, Clone, Default)]
pub struct Quarantine {
    lock: Arc<RwLock<()>>,
}

/// A suspect could not be worked on.
#[derive(Debug, thiserror::Error)]
pub enum QuarantineError {
    /// It ended every process that worked on it.
    #[error(
        "{trials} workers in a row died with this one message in hand, after {deliveries} deliveries; \
         look at the stage's log and the payload, then replay or drop the letter"
    )]
    Deadly {
        /// Trials that nobody lived to finish.
        trials: u64,
        /// How often the broker delivered it.
        deliveries: u64,
    },
    /// The trial could not be noted.
    #[error(transparent)]
    Bus(#[from] BusError),
}

impl Quarantine {
    /// Runs `work` beside other work, but never beside that on a suspect. `work` must not wait
    /// for another stage of the process.
    pub async fn among_others<T>(&self, work: impl Future<Output = T>) -> T {
        let _others = self.lock.read().await;
        work.await
    }

    /// Runs `work` on a suspect while nothing else is worked on.
    ///
    /// # Errors
    /// When the message has failed its trials: it is to be given up on. When the trial could
    /// not be noted: it is to be handed back.
    pub async fn alone<T>(
        &self,
        bus: &Bus,
        suspect: &Delivery,
        work: impl Future<Output = T>,
    ) -> Result<T, QuarantineError> {
        let _alone = self.lock.write().await;
        let notes = Notes::open(bus, suspect).await?;
        let trials = notes.unfinished().await?;
        if trials >= MAX_TRIALS {
            notes.remove().await?;
            return Err(QuarantineError::Deadly { trials, deliveries: suspect.attempt() });
        }
        notes.write(trials + 1).await?;
        SUSPECT_TRIALS.increment();
        tracing::warn!(
            message = suspect.unique_name(),
            deliveries = suspect.attempt(),
            trials,
            "message was delivered too often and is worked on alone"
        );
        let done = work.await;
        // Whoever lives to see the end of the work has cleared the message. A note that stays
        // because the broker is away is one trial too many, which three are needed of.
        if let Err(error) = notes.remove().await {
            tracing::warn!(error = %ErrorChain(&error), "note of a finished trial could not be taken away");
        }
        Ok(done)
    }
}

impl Bus {
    /// What keeps suspects apart in this process.
    #[must_use]
    pub fn quarantine(&self) -> &Quarantine {
        self.shared_quarantine()
    }

    /// Whether a message was delivered more often than can be explained by luck.
    #[must_use]
    pub fn suspects(&self, delivery: &Delivery) -> bool {
        delivery.attempt() > self.config().max_attempts
    }
}

/// The note of one message.
struct Notes<'a> {
    bus: &'a Bus,
    stream: Stream,
    subject: Subject,
}

impl<'a> Notes<'a> {
    async fn open(bus: &'a Bus, suspect: &Delivery) -> Result<Self, BusError> {
        let stream = bus
            .context()
            .get_stream(STREAM)
            .await
            .map_err(|source| BusError::topology("read stream", STREAM, source))?;
        Ok(Self { bus, stream, subject: Subject::trial(suspect.stream(), suspect.sequence()) })
    }

    async fn unfinished(&self) -> Result<u64, BusError> {
        match self.stream.get_last_raw_message_by_subject(self.subject.as_str()).await {
            Ok(note) => {
                Ok(std::str::from_utf8(&note.payload).ok().and_then(|text| text.parse().ok()).unwrap_or(0))
            }
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(0),
            Err(source) => Err(BusError::topology("read from", STREAM, source)),
        }
    }

    async fn write(&self, trials: u64) -> Result<(), BusError> {
        let note = Outgoing {
            subject: self.subject.clone(),
            // Never a repetition of an earlier note, or the broker would swallow it.
            message_id: format!("trial:{}:{}", self.subject, unique()),
            trace_parent: None,
            replay_of: None,
            payload: trials.to_string().into(),
        };
        self.bus.publisher().publish(note).await.map(drop)
    }

    async fn remove(&self) -> Result<(), BusError> {
        self.stream
            .purge()
            .filter(self.subject.as_str())
            .await
            .map(drop)
            .map_err(|source| BusError::topology("purge", STREAM, source))
    }
}

/// A number that no other process or moment gives.
fn unique() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::process::id())
}
