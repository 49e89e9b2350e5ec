//! A record on its way into a store, with the JSON that it was read from.

use bytes::Bytes;
use dateline_model::{NewsRecord, ReadRecord, read_record, read_text};
use memchr::memchr2;
use std::str;

/// A record to be stored.
///
/// One that was read from a message is stored as the message has it, so that it need not be
/// written as JSON once more, and what its author added to it stays.
#[derive(Debug, Clone)]
pub struct Received {
    /// The record.
    pub record: NewsRecord,
    /// The text that it was read from, where that can be stored as it is.
    message: Option<Bytes>,
}

impl Received {
    /// Reads the record of a message.
    ///
    /// # Errors
    /// When it is no record.
    pub fn read(message: &Bytes) -> Result<Self, serde_json::Error> {
        let Ok(text) = str::from_utf8(message) else {
            return read_record(message).map(Self::from);
        };
        let ReadRecord { record, is_raised } = read_text(text)?;
        let is_storable = !is_raised && memchr2(b'\n', b'\r', message).is_none();
        Ok(Self { record, message: is_storable.then(|| message.clone()) })
    }

    /// The record as JSON, on one line of text.
    pub(crate) fn json(&self) -> Result<Json, serde_json::Error> {
        match &self.message {
            Some(message) => Ok(Json(message.clone())),
            None => serde_json::to_string(&self.record).map(Json::from),
        }
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

    #[test]
    fn what_is_no_record_is_refused() {
        for message in ["", "{}", "no json"] {
            assert!(Received::read(&Bytes::from_static(message.as_bytes())).is_err(), "{message}");
        }
    }

    #[test]
    fn what_came_in_no_message_is_written_as_json() {
        let json = Received::from(record()).json().unwrap();
        assert_eq!(read_record(json.as_bytes()).unwrap(), record());
    }
}
