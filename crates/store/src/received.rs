//! A record on its way into a store, with the JSON that it was read from.

use bytes::Bytes;
use dateline_model::packed::{self, MOST_UNPACKED, UnpackError};
use dateline_model::{NewsRecord, ReadRecord, read_record, read_text};
use memchr::memchr2;
use std::str;
use thiserror::Error;

/// A record to be stored.
///
/// One that was read from a message is stored as the message has it, so that it need not be
/// written as JSON once more, and what its author added to it stays.
#[derive(Debug, Clone)]
pub struct Received {
    /// The record.
    pub record: NewsRecord,
    /// What it was read from, where that can be stored as it is.
    message: Option<Message>,
}

/// A message that a record was read from.
#[derive(Debug, Clone)]
struct Message {
    /// Its JSON.
    json: Bytes,
    /// The same packed, where it came so.
    packed: Option<Bytes>,
}

/// Why a message is no record.
#[derive(Debug, Error)]
pub enum ReceiveError {
    /// It is packed, and cannot be unpacked.
    #[error(transparent)]
    Packed(#[from] UnpackError),
    /// It is no JSON, or that of something else.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

impl Received {
    /// Reads the record of a message, which is JSON or [`packed`].
    ///
    /// # Errors
    /// When it is no record.
    pub fn read(message: &Bytes) -> Result<Self, ReceiveError> {
        if packed::is_packed(message) {
            let json = packed::unpack(message, MOST_UNPACKED)?.into();
            Self::of(Message { json, packed: Some(message.clone()) })
        } else {
            Self::of(Message { json: message.clone(), packed: None })
        }
    }

    fn of(message: Message) -> Result<Self, ReceiveError> {
        let json = &message.json;
        let Ok(text) = str::from_utf8(json) else {
            return Ok(read_record(json)?.into());
        };
        let ReadRecord { record, is_raised } = read_text(text)?;
        let is_storable = !is_raised && memchr2(b'\n', b'\r', json).is_none();
        Ok(Self { record, message: is_storable.then_some(message) })
    }

    /// The record as JSON, on one line of text.
    pub(crate) fn json(&self) -> Result<Json, serde_json::Error> {
        match &self.message {
            Some(message) => Ok(Json(message.json.clone())),
            None => serde_json::to_string(&self.record).map(Json::from),
        }
    }

    /// That JSON packed, where it came so.
    pub(crate) fn packed(&self) -> Option<Bytes> {
        self.message.as_ref()?.packed.clone()
    }
}

/// JSON that is shared with the message that it came in: text in UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Json(Bytes);

impl Json {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).expect("only text is made into this")
    }
}

impl From<String> for Json {
    fn from(json: String) -> Self {
        Self(json.into())
    }
}

/// What was made here, and came in no message.
impl From<NewsRecord> for Received {
    fn from(record: NewsRecord) -> Self {
        Self { record, message: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dateline_model::ArticleId;
    use dateline_testkit::plain_record;
    use jiff::Timestamp;

    fn record() -> NewsRecord {
        plain_record(ArticleId::from_url("https://example.org/a"), None, "One.\nTwo.", Timestamp::UNIX_EPOCH)
    }

    #[track_caller]
    fn check(message: &str, expected: &str) {
        let received = Received::read(&Bytes::copy_from_slice(message.as_bytes())).unwrap();
        assert_eq!(received.record, record());
        assert_eq!(received.json().unwrap().as_str(), expected);
    }

    #[test]
    fn a_message_is_stored_as_it_came_on_one_line() {
        let plain = serde_json::to_string(&record()).unwrap();
        check(&plain, &plain);
        let more = plain.replacen('{', r#"{"of-the-author": [1, 2], "#, 1);
        check(&more, &more);
        check(&serde_json::to_string_pretty(&record()).unwrap(), &plain);
        check(&plain.replacen('{', "{\r", 1), &plain);
    }

    /// A packed message stands for its JSON; it is kept where that is stored as it is.
    #[track_caller]
    fn check_packed(json: &str, is_kept: bool) {
        let message = Bytes::from(packed::pack(json.as_bytes()).unwrap());
        let received = Received::read(&message).unwrap();
        let plain = Received::read(&Bytes::copy_from_slice(json.as_bytes())).unwrap();
        assert_eq!(received.record, plain.record);
        assert_eq!(received.json().unwrap(), plain.json().unwrap());
        assert_eq!(received.packed(), is_kept.then_some(message));
        assert_eq!(plain.packed(), None);
    }

    #[test]
    fn a_packed_message_is_kept_packed() {
        let plain = serde_json::to_string(&record()).unwrap();
        check_packed(&plain, true);
        check_packed(&serde_json::to_string_pretty(&record()).unwrap(), false);
    }

    #[test]
    fn what_is_no_record_is_refused() {
        let packed = packed::pack(serde_json::to_string(&record()).unwrap().as_bytes()).unwrap();
        let half = &packed[..packed.len() / 2];
        for message in [b"", &b"{}"[..], b"no json", &packed::pack(b"{}").unwrap(), half] {
            assert!(Received::read(&Bytes::copy_from_slice(message)).is_err(), "{message:?}");
        }
    }

    #[test]
    fn what_came_in_no_message_is_written_as_json() {
        let json = Received::from(record()).json().unwrap();
        assert_eq!(read_record(json.as_bytes()).unwrap(), record());
    }
}
