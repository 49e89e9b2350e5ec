//! A look at what passes by: messages of a subject while they are published. Left out: what was
//! published before, and any guarantee; a listener that is too slow misses some.

use crate::{Bus, BusError};
use async_nats::Subscriber;
use bytes::Bytes;
use futures::StreamExt;
use std::collections::BTreeMap;

/// A message that passed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passing {
    /// Where to it was published.
    pub subject: String,
    /// Its headers; of several values of one name the first.
    pub headers: BTreeMap<String, String>,
    /// What it carries.
    pub payload: Bytes,
}

/// Listens to a subject until it is dropped.
#[derive(Debug)]
pub struct Tap {
    subscriber: Subscriber,
}

impl Bus {
    /// Listens to a subject, which may hold the wildcards `*` and `>`. Returns once the broker
    /// knows of it: whatever is published from then on passes by.
    ///
    /// # Errors
    /// When it is no subject, or the connection is gone.
    pub async fn tap(&self, subject: &str) -> Result<Tap, BusError> {
        let fail = |source: async_nats::Error| BusError::Tap { subject: subject.to_owned(), source };
        let subscriber =
            self.client().subscribe(subject.to_owned()).await.map_err(|error| fail(error.into()))?;
        // What is written is not read yet. The broker does what a connection asks in its order, so
        // that any answer means that the subscription stands.
        self.context().query_account().await.map_err(|error| fail(error.into()))?;
        Ok(Tap { subscriber })
    }
}

impl Tap {
    /// The next message; nothing when the connection was closed for good.
    pub async fn next(&mut self) -> Option<Passing> {
        let message = self.subscriber.next().await?;
        let headers = message.headers.unwrap_or_default();
        let first = |(name, values): (&async_nats::HeaderName, &Vec<async_nats::HeaderValue>)| {
            Some((name.to_string(), values.first()?.to_string()))
        };
        Some(Passing {
            subject: message.subject.to_string(),
            headers: headers.iter().filter_map(first).collect(),
            payload: message.payload,
        })
    }
}
