//! A message that a stage gave up on, kept whole so that it can come back.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A stage of the pipeline, as it stands in subjects, metrics and provenance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Sources in, raw articles out.
    Producer,
    /// Raw articles in, records out.
    Enricher,
    /// Records in, storage out.
    Sink,
}

impl Stage {
    /// The name used in subjects and labels.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Producer => "producer",
            Self::Enricher => "enricher",
            Self::Sink => "sink",
        }
    }
}

/// Why a stage gave up: a closed set, for labels and filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DeadReason {
    /// The input could not be read at all.
    Unreadable,
    /// It could be read but is not what it should be.
    Invalid,
    /// Past a configured limit.
    TooLarge,
    /// The work panicked.
    Panic,
    /// Every attempt failed.
    AttemptsExhausted,
    /// The storage refuses this record.
    Refused,
}

impl DeadReason {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Unreadable,
        Self::Invalid,
        Self::TooLarge,
        Self::Panic,
        Self::AttemptsExhausted,
        Self::Refused,
    ];

    /// The name used in labels and filters.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Invalid => "invalid",
            Self::TooLarge => "too-large",
            Self::Panic => "panic",
            Self::AttemptsExhausted => "attempts-exhausted",
            Self::Refused => "refused",
        }
    }
}

/// The envelope on `dateline.dead.<stage>.<source>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeadLetter {
    /// The stage that gave up.
    pub stage: Stage,
    /// Why, as a label.
    pub reason: DeadReason,
    /// Why, for a person: what was attempted and what to do next.
    pub detail: String,
    /// The subject that the payload came from and is replayed to. For input
    /// that never became a message: the subject that it would have had.
    pub subject: String,
    /// Headers of the original message.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Where the input stood, when the stage knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Deliveries until it was given up.
    pub attempts: u64,
    /// First delivery.
    pub first_at: Timestamp,
    /// When it was given up.
    pub last_at: Timestamp,
    /// The original payload, byte for byte; a packed record unpacked where that fits.
    pub payload: Payload,
    /// Bytes of the original payload that were left out because of the
    /// message size limit (0: it is whole).
    #[serde(default)]
    pub truncated_bytes: u64,
}

/// Bytes in JSON: readable where they are text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Payload {
    /// Valid UTF-8.
    Text(String),
    /// Anything else, in hexadecimal digits.
    Hex(String),
}

impl Payload {
    /// Wraps bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Hex(hexadecimal(bytes)),
        }
    }

    /// The bytes again; `None` when the hexadecimal form was damaged.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Text(text) => Some(text.as_bytes().to_vec()),
            Self::Hex(digits) => {
                let pair = |at| digits.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
                (0..digits.len()).step_by(2).map(pair).collect()
            }
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let payload = Payload::of(&bytes);
            let json = serde_json::to_string(&payload).unwrap();
            prop_assert_eq!(serde_json::from_str::<Payload>(&json).unwrap().bytes(), Some(bytes));
        }
    }

    #[test]
    fn damaged_digits_are_refused() {
        assert_eq!(Payload::Hex("0".into()).bytes(), None);
        assert_eq!(Payload::Hex("zz".into()).bytes(), None);
    }
}
