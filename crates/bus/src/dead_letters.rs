//! The dead-letter desk: keep, list, show, replay, drop.

use crate::scan::Scan;
use crate::{Bus, BusError, Delivery, Outgoing, Publisher, ScanStart, Subject, headers};
use bytes::Bytes;
use dateline_model::{DeadLetter, DeadReason, Payload, Stage, SubjectToken, packed};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

/// The stream that keeps them.
const STREAM: &str = "DATELINE_DEAD";
/// Room left for the envelope around a payload.
const ENVELOPE_BYTES: usize = 64 * 1024;

/// Writes dead letters and reads them back.
#[derive(Debug, Clone)]
pub struct DeadLetterDesk {
    bus: Bus,
    publisher: Publisher,
}

/// A dead letter with its place in the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadEntry {
    /// Its number, by which it is shown, replayed and dropped.
    pub sequence: u64,
    /// The letter.
    pub letter: DeadLetter,
}

/// Which dead letters are meant; empty means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeadFilter {
    /// Of one stage.
    pub stage: Option<Stage>,
    /// For one reason.
    pub reason: Option<DeadReason>,
    /// Of one source.
    pub source: Option<SubjectToken>,
    /// Given up at this time or later.
    pub since: Option<Timestamp>,
    /// Given up before this time.
    pub until: Option<Timestamp>,
}

impl DeadFilter {
    /// The subjects that its letters lie on: the broker passes over all others.
    fn subject(&self) -> String {
        let stage = self.stage.map_or("*", Stage::as_str);
        let source = self.source.as_ref().map_or("*", SubjectToken::as_str);
        format!("dateline.dead.{stage}.{source}")
    }

    fn matches(&self, letter: &DeadLetter) -> bool {
        self.stage.is_none_or(|stage| stage == letter.stage)
            && self.reason.is_none_or(|reason| reason == letter.reason)
            && self.source.as_ref().is_none_or(|source| *source == Subject::source_of(&letter.subject))
            && self.since.is_none_or(|since| letter.last_at >= since)
            && self.until.is_none_or(|until| letter.last_at < until)
    }
}

impl DeadLetterDesk {
    pub(crate) fn new(bus: &Bus) -> Self {
        Self { bus: bus.clone(), publisher: bus.publisher() }
    }

    /// Keeps a letter and waits until the broker has it. A payload that does
    /// not fit into a message is cut, and the letter says by how much. The same
    /// `unique_name` again is the same letter.
    ///
    /// # Errors
    /// When the broker did not acknowledge it: the stage must not go on as if
    /// it were safe.
    pub async fn keep(&self, letter: DeadLetter, unique_name: &str) -> Result<(), BusError> {
        let (letter, message) = self.fit(letter, unique_name);
        self.publisher.publish(message).await?;
        report(&letter);
        Ok(())
    }

    /// The same, waiting out a broker that is away or full, until `stop`.
    ///
    /// # Errors
    /// When the broker had not acknowledged it at `stop`.
    pub async fn keep_patiently(
        &self,
        letter: DeadLetter,
        unique_name: &str,
        stop: &CancellationToken,
    ) -> Result<(), BusError> {
        let (letter, message) = self.fit(letter, unique_name);
        self.publisher.publish_patiently(message, stop).await?;
        report(&letter);
        Ok(())
    }

    /// What a letter keeps of a message: a packed record unpacked, for people to read and mend,
    /// unless it is so long that it might not fit into a letter then.
    pub(crate) fn payload(&self, bytes: &[u8]) -> Payload {
        Payload::of(&packed::plain(bytes, self.bus.max_payload() / 2))
    }

    /// The letter, cut if need be, and the message that carries it.
    fn fit(&self, mut letter: DeadLetter, unique_name: &str) -> (DeadLetter, Outgoing) {
        let limit = self.bus.max_payload();
        let mut body = encode(&letter);
        // Servers may be set to messages of a few KiB.
        let spare = ENVELOPE_BYTES.min(limit / 4);
        if body.len() + spare / 2 > limit {
            truncate(&mut letter, limit - spare);
            body = encode(&letter);
        }
        let message = Outgoing {
            subject: Subject::dead(letter.stage, &Subject::source_of(&letter.subject)),
            message_id: format!("dead:{}:{unique_name}", letter.stage.as_str()),
            trace_parent: letter.headers.get(headers::TRACE_PARENT).cloned(),
            replay_of: None,
            payload: body.into(),
        };
        (letter, message)
    }

    /// Keeps a delivery that a stage gives up on, then acknowledges it.
    ///
    /// # Errors
    /// When the letter is not safe; the delivery is then handed back.
    pub async fn keep_delivery(
        &self,
        delivery: Delivery,
        stage: Stage,
        reason: DeadReason,
        detail: String,
        now: Timestamp,
    ) -> Result<(), BusError> {
        let letter = DeadLetter {
            stage,
            reason,
            detail,
            subject: delivery.subject().to_owned(),
            headers: delivery.headers(),
            place: None,
            attempts: delivery.attempt(),
            first_at: delivery.published_at(),
            last_at: now,
            payload: self.payload(delivery.payload()),
            truncated_bytes: 0,
        };
        match self.keep(letter, &delivery.unique_name()).await {
            Ok(()) => delivery.ack().await,
            Err(error) => {
                delivery.retry(self.bus.config().retry_delay.0).await?;
                Err(error)
            }
        }
    }

    /// Letters in order of arrival, at most `limit` that match.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub async fn list(&self, filter: &DeadFilter, limit: usize) -> Result<Vec<DeadEntry>, BusError> {
        // The clocks of broker and stages may differ: times are compared in the letters alone.
        let mut scan = Scan::open(&self.bus, STREAM, &filter.subject(), ScanStart::First).await?;
        let mut entries = Vec::new();
        loop {
            let found = scan.next().await?;
            if found.is_empty() || entries.len() >= limit {
                entries.truncate(limit);
                return Ok(entries);
            }
            let letters = found.iter().filter_map(|found| entry(found.sequence, &found.payload));
            entries.extend(letters.filter(|entry| filter.matches(&entry.letter)));
        }
    }

    /// Letters before `before` (all of them: `u64::MAX`), the latest first.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub async fn latest(
        &self,
        filter: &DeadFilter,
        before: u64,
        limit: usize,
    ) -> Result<Vec<DeadEntry>, BusError> {
        let stream = self.stream().await?;
        let state = stream.cached_info().state.clone();
        let mut entries = Vec::new();
        let mut sequence = state.last_sequence.min(before.saturating_sub(1));
        while sequence >= state.first_sequence.max(1) && entries.len() < limit {
            if let Some(entry) = read(&stream, sequence).await?
                && filter.matches(&entry.letter)
            {
                entries.push(entry);
            }
            sequence -= 1;
        }
        Ok(entries)
    }

    /// How many letters there are.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub async fn count(&self) -> Result<u64, BusError> {
        Ok(self.stream().await?.cached_info().state.messages)
    }

    /// One letter.
    ///
    /// # Errors
    /// When there is none of this number, or the stream cannot be read.
    pub async fn get(&self, sequence: u64) -> Result<DeadEntry, BusError> {
        read(&self.stream().await?, sequence).await?.ok_or(BusError::NoSuchLetter(sequence))
    }

    /// Sends a letter's payload to where it came from, under a new message id
    /// (the old one would be swallowed), then takes the letter off the desk.
    ///
    /// # Errors
    /// When it is not whole, or the broker did not acknowledge it.
    pub async fn replay(&self, entry: &DeadEntry) -> Result<(), BusError> {
        let payload = self.replayable_payload(entry)?;
        self.replay_as(entry, payload).await
    }

    /// The same with another payload: a letter that a person mended.
    ///
    /// # Errors
    /// When the letter names a place that no stage reads from, or the broker did not acknowledge
    /// it.
    pub async fn replay_as(&self, entry: &DeadEntry, payload: Bytes) -> Result<(), BusError> {
        let subject = Subject::replayable(&entry.letter.subject).ok_or_else(|| BusError::NotReplayable {
            sequence: entry.sequence,
            why: format!("no stage reads from `{}`; drop it", entry.letter.subject.escape_debug()),
        })?;
        let original = entry.letter.headers.get(headers::MESSAGE_ID).map_or("", String::as_str);
        let message = Outgoing {
            subject,
            message_id: format!("{original}:replay:{}:{}", entry.sequence, entry.letter.last_at),
            trace_parent: entry.letter.headers.get(headers::TRACE_PARENT).cloned(),
            replay_of: Some(entry.sequence.to_string()),
            payload,
        };
        self.publisher.publish(message).await?;
        self.drop_letter(entry.sequence).await
    }

    /// The original bytes, if they are all there.
    ///
    /// # Errors
    /// When the payload was cut or is damaged.
    pub fn replayable_payload(&self, entry: &DeadEntry) -> Result<Bytes, BusError> {
        let refuse = |why: String| BusError::NotReplayable { sequence: entry.sequence, why };
        if entry.letter.truncated_bytes > 0 {
            let place = entry.letter.place.as_deref().unwrap_or("its source");
            return Err(refuse(format!("only part of it was kept; send it again from {place}")));
        }
        entry
            .letter
            .payload
            .bytes()
            .map(Bytes::from)
            .ok_or_else(|| refuse("its payload is damaged".to_owned()))
    }

    /// Takes a letter off the desk.
    ///
    /// # Errors
    /// When there is none of this number, or the broker refuses.
    pub async fn drop_letter(&self, sequence: u64) -> Result<(), BusError> {
        let stream = self.stream().await?;
        match stream.delete_message(sequence).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(BusError::NoSuchLetter(sequence)),
            // Servers differ in what they say of a message that is not there.
            Err(source) => match read(&stream, sequence).await {
                Ok(None) => Err(BusError::NoSuchLetter(sequence)),
                _ => Err(BusError::topology("delete from", STREAM, source)),
            },
        }
    }

    pub(crate) fn bus(&self) -> &Bus {
        &self.bus
    }

    pub(crate) fn publisher(&self) -> &Publisher {
        &self.publisher
    }

    async fn stream(&self) -> Result<async_nats::jetstream::stream::Stream, BusError> {
        self.bus
            .context()
            .get_stream(STREAM)
            .await
            .map_err(|source| BusError::topology("read stream", STREAM, source))
    }
}

fn report(letter: &DeadLetter) {
    let trace_id = letter.headers.get(headers::TRACE_PARENT).and_then(|context| context.split('-').nth(1));
    tracing::warn!(
        stage = letter.stage.as_str(),
        reason = letter.reason.as_str(),
        detail = letter.detail,
        place = letter.place,
        trace_id,
        "dead letter kept"
    );
}

fn encode(letter: &DeadLetter) -> Vec<u8> {
    serde_json::to_vec(letter).expect("a dead letter has only string keys, so it always serialises")
}

/// Cuts the payload so that the letter fits into `limit` bytes. JSON escapes
/// can double or sextuple a text, so that a cut payload is stored as digits
/// only when it was before, and a text is halved until it fits or is gone.
fn truncate(letter: &mut DeadLetter, limit: usize) {
    let whole = letter.payload.bytes().map_or(0, |bytes| bytes.len());
    while encode(letter).len() > limit && !is_empty(&letter.payload) {
        letter.payload = match &letter.payload {
            Payload::Text(text) => Payload::Text(text[..text.floor_char_boundary(text.len() / 2)].to_owned()),
            Payload::Hex(digits) => Payload::Hex(digits[..digits.len() / 4 * 2].to_owned()),
        };
    }
    let kept = letter.payload.bytes().map_or(0, |bytes| bytes.len());
    letter.truncated_bytes = (whole - kept) as u64;
}

fn is_empty(payload: &Payload) -> bool {
    match payload {
        Payload::Text(text) => text.is_empty(),
        Payload::Hex(digits) => digits.is_empty(),
    }
}

async fn read(
    stream: &async_nats::jetstream::stream::Stream,
    sequence: u64,
) -> Result<Option<DeadEntry>, BusError> {
    use async_nats::jetstream::stream::RawMessageErrorKind;
    let message = match stream.get_raw_message(sequence).await {
        Ok(message) => message,
        Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => return Ok(None),
        Err(source) => return Err(BusError::topology("read from", STREAM, source)),
    };
    Ok(entry(sequence, &message.payload))
}

fn entry(sequence: u64, payload: &[u8]) -> Option<DeadEntry> {
    match serde_json::from_slice(payload) {
        Ok(letter) => Some(DeadEntry { sequence, letter }),
        Err(error) => {
            tracing::warn!(sequence, %error, "message in the dead-letter stream is no dead letter");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(payload: &[u8]) -> DeadLetter {
        DeadLetter {
            stage: Stage::Enricher,
            reason: DeadReason::Invalid,
            detail: "why".into(),
            subject: "dateline.raw.wire".into(),
            headers: std::collections::BTreeMap::new(),
            place: None,
            attempts: 1,
            first_at: Timestamp::UNIX_EPOCH,
            last_at: Timestamp::UNIX_EPOCH,
            payload: Payload::of(payload),
            truncated_bytes: 0,
        }
    }

    #[test]
    fn a_large_payload_is_cut_to_fit_and_says_so() {
        for payload in [vec![b'x'; 9000], vec![0xff; 9000], vec![b'"'; 9000], "é".repeat(4500).into_bytes()]
        {
            let mut letter = letter(&payload);
            truncate(&mut letter, 4000);
            assert!(encode(&letter).len() <= 4000);
            let kept = letter.payload.bytes().unwrap();
            assert_eq!(kept.len() as u64 + letter.truncated_bytes, 9000);
            assert!(payload.starts_with(&kept));
        }
    }

    #[test]
    fn a_letter_that_can_never_fit_loses_its_payload_and_no_more() {
        for payload in [&b"text"[..], &[0xff; 40]] {
            let mut letter = letter(payload);
            truncate(&mut letter, 10);
            assert_eq!(letter.payload.bytes().as_deref(), Some(&b""[..]));
            assert_eq!(letter.truncated_bytes, payload.len() as u64);
        }
    }

    #[test]
    fn filters_combine() {
        let letter = letter(b"");
        let filter = |stage, source: &str| DeadFilter {
            stage: Some(stage),
            source: Some(SubjectToken::new(source)),
            ..DeadFilter::default()
        };
        assert!(filter(Stage::Enricher, "wire").matches(&letter));
        assert!(!filter(Stage::Sink, "wire").matches(&letter));
        assert!(!filter(Stage::Enricher, "other").matches(&letter));
    }
}
