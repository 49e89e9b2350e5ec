//! What is posted: `{"id", "type", "timestamp", "data"}`, or an array of them.
//!
//! Everything in it comes from the record, so that the same record makes the same
//! bytes under the same name whenever it is sent.

use super::{WebhookForm, WebhookOptions};
use crate::key::RecordKey;
use crate::rows::is_retraction;
use dateline_model::NewsRecord;
use ring::digest::{SHA256, digest};

/// A record on its way.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) key: RecordKey,
    /// Where it stands in its batch.
    pub(super) place: usize,
    body: String,
}

impl Item {
    pub(super) fn new(record: &NewsRecord, place: usize, key: RecordKey, json: &str) -> Self {
        let kind = if is_retraction(record) { "article.retracted" } else { "article.enriched" };
        let at = record.dateline.ingested_at;
        let body = format!(r#"{{"id":"msg_{key}","type":"{kind}","timestamp":"{at}","data":{json}}}"#);
        Self { key, place, body }
    }
}

/// One POST.
#[derive(Debug, Clone)]
pub(super) struct Message {
    /// Its name, the same whenever the same records are sent together.
    pub(super) id: String,
    pub(super) body: String,
    pub(super) items: Vec<Item>,
}

impl Message {
    fn single(item: Item) -> Self {
        Self { id: format!("msg_{}", item.key), body: item.body.clone(), items: vec![item] }
    }

    fn array(items: Vec<Item>) -> Self {
        let keys: Vec<u8> = items.iter().flat_map(|item| item.key.0).collect();
        let digest = digest(&SHA256, &keys);
        let half = digest.as_ref().first_chunk().copied().expect("a SHA-256 has 32 bytes");
        let bodies: Vec<&str> = items.iter().map(|item| item.body.as_str()).collect();
        Self { id: format!("msg_{}", RecordKey(half)), body: format!("[{}]", bodies.join(",")), items }
    }

    /// Its records again, each in an array of its own: the form that the receiver knows.
    pub(super) fn into_single(self) -> impl Iterator<Item = Self> {
        self.items.into_iter().map(|item| Self::array(vec![item]))
    }
}

/// Puts records into messages, in order.
pub(super) fn pack(items: Vec<Item>, options: &WebhookOptions) -> Vec<Message> {
    if options.form == WebhookForm::Record {
        return items.into_iter().map(Message::single).collect();
    }
    let most = usize::try_from(options.max_bytes.0).unwrap_or(usize::MAX);
    let (mut messages, mut part, mut bytes) = (Vec::new(), Vec::new(), 0);
    for item in items {
        if !part.is_empty() && (part.len() == options.max_records || bytes + item.body.len() > most) {
            messages.push(Message::array(std::mem::take(&mut part)));
            bytes = 0;
        }
        bytes += item.body.len();
        part.push(item);
    }
    if !part.is_empty() {
        messages.push(Message::array(part));
    }
    messages
}
