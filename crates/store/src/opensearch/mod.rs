//! Records into an index of OpenSearch or Elasticsearch, by their bulk requests.
//!
//! An article is one document, under its id. Its version in the index comes from the
//! record (`order`), so that the server itself keeps the newest in any order of
//! arrival. A retraction is a document, too: a deleted one would be forgotten, and an
//! older version that comes late would bring the article back.
//!
//! `template` says what the index is like, `document` what goes into it, `bulk` what
//! the answers mean, `client` how the server is talked to. Left out: history (the
//! index has the current version only) and reading back.

mod bulk;
mod client;
mod config;
mod document;
mod order;
mod template;

pub use config::OpenSearchOptions;

use crate::rows::checked;
use crate::{Probe, Received, RecordStore, Refusal, StoreError, StoreFuture, WriteOutcome, fault};
use bulk::{Action, Verdict};
use client::Client;
use dateline_runtime::backoff::Backoff;
use document::Document;
use std::time::Duration;

/// How often records that a busy server put off are sent again within one write.
const ATTEMPTS: u32 = 4;

/// An index.
pub struct OpenSearchStore {
    client: Client,
    options: OpenSearchOptions,
}

/// Documents that wait to be sent, and how.
struct Pending {
    document: Document,
    action: Action,
}

impl OpenSearchStore {
    /// Connects, and makes the index and its template where they are missing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where the server does not answer,
    /// [`StoreError::Open`] where it refuses or a secret cannot be read.
    pub async fn open(options: OpenSearchOptions) -> Result<Self, StoreError> {
        let client = Client::new(&options)?;
        client.put_template(&options.index).await?;
        client.create_index(&options.index).await?;
        Ok(Self { client, options })
    }

    /// Whether the server answers us, and has the index.
    pub(crate) async fn probe(options: &OpenSearchOptions) -> Result<Probe, StoreError> {
        let has_index = Client::new(options)?.has_index(&options.index).await?;
        Ok(if has_index { Probe::Reached } else { Probe::Absent })
    }

    async fn put(&self, batch: Vec<Received>) -> Result<Vec<WriteOutcome>, StoreError> {
        let mut outcomes = vec![WriteOutcome::Unchanged; batch.len()];
        let mut pending = Vec::with_capacity(batch.len());
        for (place, received) in batch.iter().enumerate() {
            match checked(received, self.options.max_record()) {
                Ok((id, json)) => {
                    let document = Document::of(&received.record, id, place, json.as_str());
                    pending.push(Pending { document, action: Action::IfNewer });
                }
                Err(refusal) => outcomes[place] = WriteOutcome::Refused(refusal),
            }
        }
        fault::point("packed");
        let backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(2));
        for attempt in 1..=ATTEMPTS {
            pending = self.send(pending, &mut outcomes).await?;
            if pending.is_empty() {
                return Ok(outcomes);
            }
            tracing::debug!(records = pending.len(), attempt, "records were put off by a busy index");
            tokio::time::sleep(backoff.delay(attempt)).await;
        }
        Err(self.client.unavailable(format!("{} records were put off", pending.len()).into()))
    }

    /// Sends documents once; gives those that were put off.
    async fn send(
        &self,
        pending: Vec<Pending>,
        outcomes: &mut [WriteOutcome],
    ) -> Result<Vec<Pending>, StoreError> {
        let (mut again, mut conflicts) = (Vec::new(), Vec::new());
        let mut requests = bulk::pack(pending, self.options.max_bytes());
        while let Some(request) = requests.pop() {
            let Some(verdicts) = self.client.bulk(&self.options.index, &request).await? else {
                split(request, &mut requests, outcomes);
                continue;
            };
            fault::point("indexed");
            for (sent, verdict) in request.into_iter().zip(verdicts) {
                let outcome = &mut outcomes[sent.document.place];
                match verdict {
                    Verdict::Created => *outcome = WriteOutcome::Inserted,
                    Verdict::Updated if matches!(sent.action, Action::IfNewer) => {
                        *outcome = WriteOutcome::NewVersion;
                    }
                    Verdict::Updated => *outcome = WriteOutcome::Reenriched,
                    Verdict::Conflict if matches!(sent.action, Action::IfNewer) => conflicts.push(sent),
                    Verdict::Conflict => {}
                    Verdict::PutOff => again.push(sent),
                    Verdict::Refused(reason) => *outcome = WriteOutcome::Refused(Refusal::Database(reason)),
                }
            }
        }
        again.extend(self.truly_newer(conflicts).await?);
        Ok(again)
    }

    /// The index has a version of these that is as new or newer. Where it is exactly
    /// as new by the number, more than the number decides.
    async fn truly_newer(&self, conflicts: Vec<Pending>) -> Result<Vec<Pending>, StoreError> {
        if conflicts.is_empty() {
            return Ok(conflicts);
        }
        let ids: Vec<String> = conflicts.iter().map(|sent| sent.document.id.clone()).collect();
        let stored = self.client.orders(&self.options.index, &ids).await?;
        fault::point("compared");
        let mut newest: Vec<Pending> = Vec::new();
        for sent in conflicts {
            let order = &sent.document.order;
            if stored.get(&sent.document.id).is_some_and(|stored| stored >= order) {
                continue;
            }
            let retry = Pending { document: sent.document, action: Action::EvenIfEqual };
            match newest.iter_mut().find(|other| other.document.id == retry.document.id) {
                Some(other) if other.document.order < retry.document.order => *other = retry,
                Some(_) => {}
                None => newest.push(retry),
            }
        }
        Ok(newest)
    }
}

/// A request that the server would not read: by halves, until the record that it
/// cannot take stands alone.
fn split(mut request: Vec<Pending>, requests: &mut Vec<Vec<Pending>>, outcomes: &mut [WriteOutcome]) {
    if let [alone] = request.as_slice() {
        let reason = "the server refuses a request with this record alone".to_owned();
        outcomes[alone.document.place] = WriteOutcome::Refused(Refusal::Database(reason));
        return;
    }
    let half = request.split_off(request.len() / 2);
    requests.extend([half, request]);
}

impl RecordStore for OpenSearchStore {
    fn take(&self, batch: Vec<Received>) -> StoreFuture<'_, Vec<WriteOutcome>> {
        Box::pin(self.put(batch))
    }

    fn ready(&self) -> StoreFuture<'_, ()> {
        Box::pin(self.client.ping(&self.options.index))
    }
}
