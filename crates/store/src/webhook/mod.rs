//! Records to whoever takes a POST: signed, repeated until taken, each under a name of
//! its own so that the receiver knows what comes again.
//!
//! `config` says where to and how, `message` what is sent, `client` sends it and says
//! what the answer means. Headers and signature follow the Standard Webhooks
//! specification. Left out: keeping anything; what was not taken stays in the stream.

mod client;
mod config;
mod message;

pub use config::{OnGone, WebhookForm, WebhookOptions};

use crate::key::{KnownKeys, RecordKey};
use crate::rows::checked;
use crate::{Probe, Received, RecordStore, Refusal, StoreError, StoreFuture, WriteOutcome, fault};
use client::{Answer, Client};
use dateline_runtime::clock::{SharedClock, SystemClock};
use futures::StreamExt;
use message::{Item, Message};
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// What is attempted, for errors.
const ACTION: &str = "posting records";
/// How many of the latest records are known again when they are redelivered.
const REMEMBER: usize = 20_000;
/// Longest `Retry-After` that is obeyed.
const LONGEST_HOLD: Duration = Duration::from_hours(1);

/// A receiver of records.
pub struct WebhookStore {
    client: Client,
    options: WebhookOptions,
    state: Mutex<State>,
}

struct State {
    /// Taken, and their batch was answered for.
    known: KnownKeys,
    /// Taken, while others of their batch were not yet.
    taken: HashSet<RecordKey>,
    /// The receiver wants nothing before then.
    hold: Option<Instant>,
}

impl WebhookStore {
    /// A store that posts to the configured address. Sends nothing yet.
    ///
    /// # Errors
    /// [`StoreError::Open`] where the secret cannot be read or the address may not
    /// be posted to.
    pub fn open(options: WebhookOptions, clock: SharedClock) -> Result<Self, StoreError> {
        let client = Client::new(&options, clock)?;
        let state = State { known: KnownKeys::new(REMEMBER), taken: HashSet::new(), hold: None };
        Ok(Self { client, options, state: Mutex::new(state) })
    }

    /// Whether somebody answers at the address. Asked with HEAD, which changes nothing there;
    /// any answer will do, as a receiver need not know that method.
    pub(crate) async fn probe(options: &WebhookOptions) -> Result<Probe, StoreError> {
        let client = Client::new(options, SystemClock::shared())?;
        client.reach().await.map(|()| Probe::Reached).map_err(|source| StoreError::Unavailable {
            place: options.place(),
            action: ACTION,
            source,
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn deliver(&self, batch: Vec<Received>) -> Result<Vec<WriteOutcome>, StoreError> {
        self.is_welcome()?;
        let mut outcomes = vec![WriteOutcome::Inserted; batch.len()];
        let mut items = Vec::with_capacity(batch.len());
        let mut fresh = HashMap::new();
        for (place, received) in batch.iter().enumerate() {
            match item(received, place, self.options.max_record()) {
                Ok(item) if self.state().known.contains(item.key) || fresh.contains_key(&item.key) => {
                    outcomes[place] = WriteOutcome::Unchanged;
                }
                Ok(item) => {
                    fresh.insert(item.key, place);
                    if !self.state().taken.contains(&item.key) {
                        items.push(item);
                    }
                }
                Err(refusal) => outcomes[place] = WriteOutcome::Refused(refusal),
            }
        }
        fault::point("packed");
        for (place, reason) in self.post_all(items).await? {
            outcomes[place] = WriteOutcome::Refused(Refusal::Receiver(reason));
        }
        fault::point("answered");
        let mut state = self.state();
        for (key, place) in fresh {
            state.taken.remove(&key);
            // What was refused may be sent again by a person, and is posted again then.
            if outcomes[place] == WriteOutcome::Inserted {
                state.known.insert(key);
            }
        }
        Ok(outcomes)
    }

    /// Posts messages until one of them has to wait; gives the places of records that
    /// the receiver refuses, with its reasons.
    async fn post_all(&self, items: Vec<Item>) -> Result<Vec<(usize, String)>, StoreError> {
        let messages = message::pack(items, &self.options);
        let posts = messages.into_iter().map(|message| self.post(message));
        let mut posts = futures::stream::iter(posts).buffer_unordered(self.options.parallel);
        let mut refused = Vec::new();
        while let Some(answer) = posts.next().await {
            refused.extend(answer?);
        }
        Ok(refused)
    }

    /// Posts a message. If the receiver refuses several records together, each is
    /// posted alone, so that one keeps none of the others out.
    async fn post(&self, message: Message) -> Result<Vec<(usize, String)>, StoreError> {
        let mut refused = Vec::new();
        let mut waiting = vec![message];
        while let Some(message) = waiting.pop() {
            match self.client.post(&message).await {
                Answer::Taken => {
                    fault::point("posted");
                    let keys = message.items.iter().map(|item| item.key);
                    self.state().taken.extend(keys);
                }
                Answer::Refused(reason) if message.items.len() == 1 => {
                    refused.extend(message.items.iter().map(|item| (item.place, reason.clone())));
                }
                Answer::Refused(_) => waiting.extend(message.into_single()),
                Answer::Later { after, source } => {
                    let until = Instant::now() + after.unwrap_or_default().min(LONGEST_HOLD);
                    self.state().hold = Some(until);
                    return Err(self.unavailable(source));
                }
                Answer::Stop(source) => {
                    return Err(StoreError::Open { place: self.options.place(), source });
                }
            }
        }
        Ok(refused)
    }

    /// Whether the receiver's own pause is over.
    fn is_welcome(&self) -> Result<(), StoreError> {
        let left = self.state().hold.map(|until| until.saturating_duration_since(Instant::now()));
        match left {
            Some(left) if !left.is_zero() => {
                let seconds = left.as_secs() + 1;
                Err(self.unavailable(format!("the receiver asked for a pause; {seconds} s are left").into()))
            }
            _ => Ok(()),
        }
    }

    fn unavailable(&self, source: crate::Cause) -> StoreError {
        StoreError::Unavailable { place: self.options.place(), action: ACTION, source }
    }
}

fn item(received: &Received, place: usize, max_bytes: usize) -> Result<Item, Refusal> {
    let (_, json) = checked(received, max_bytes)?;
    let key = RecordKey::of(&received.record).map_err(|error| Refusal::Json(error.to_string()))?;
    Ok(Item::new(&received.record, place, key, json.as_str()))
}

impl RecordStore for WebhookStore {
    fn take(&self, batch: Vec<Received>) -> StoreFuture<'_, Vec<WriteOutcome>> {
        Box::pin(self.deliver(batch))
    }

    /// Whether it asked for a pause; nothing is posted to find out.
    fn ready(&self) -> StoreFuture<'_, ()> {
        Box::pin(std::future::ready(self.is_welcome()))
    }
}
